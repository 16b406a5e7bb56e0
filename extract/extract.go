// Package extract turns the pages of municipalities into news: a listing into
// its entries, an article into an item, with evidence for every field.
//
// Bytes, a content type and the source's Options go in; a Listing or an
// Article comes out. The package knows nothing of the network, the
// configuration file or storage, and never guesses: what a page does not say
// stays empty.
//
// It is the contract alone. The reading is done in the rooms below
// extract/internal, which ARCHITECTURE.md shows.
package extract

import (
	"fmt"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/article"
	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/listing"
	"github.com/stadtfeed/stadtfeed/extract/internal/obstacle"
	"github.com/stadtfeed/stadtfeed/extract/internal/places"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/news"
)

// Options are what a source's configuration says about its pages. The zero
// value reads pages by detection alone, in Europe/Berlin.
type Options struct {
	Preset   string         // name of a preset; empty: recognised by fingerprint, or none
	NoPreset bool           // detection alone
	Rules    Rules          // on top of the preset, field by field
	Location *time.Location // zone of printed dates; nil: Europe/Berlin
	Language string         // BCP 47, when the page does not say
	Place    string         // if every item is about one place
	Tags     []string       // always added
	Charset  string         // overrides what page and server declare
	Words    *Vocabulary    // aliases, ignored tags, word rules; may be nil
	Subjects bool           // assign the built-in municipal subjects to items without tags
	Explain  *Explanation   // where given, collects how a field was decided; for one page
	Site     Site           // what is known of the source's other pages; the zero value knows nothing
}

// forReading are the options as the rooms below know them.
func (o *Options) forReading() read.Options {
	return read.Options{
		Preset:   o.Preset,
		NoPreset: o.NoPreset,
		Rules:    o.Rules,
		Location: dates.LocationOr(o.Location),
		Language: o.Language,
		Place:    o.Place,
		Tags:     o.Tags,
		Charset:  o.Charset,
		Words:    o.Words,
		Subjects: o.Subjects,
		Explain:  o.Explain,
		Site:     o.Site.known,
	}
}

// A Document is a page that was parsed once and can be read as a listing or as
// an article. It is not safe for concurrent use.
type Document struct {
	page *dom.Page
}

// Parse reads a page once: charset, HTML, base address, language. Its errors wrap
// what is wrong with the page in its address.
func Parse(p Page, o Options) (*Document, error) {
	d, err := parsePage(p, o.forReading())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.URL, err)
	}
	return &Document{d}, nil
}

func parsePage(p Page, o read.Options) (*dom.Page, error) {
	text, err := dom.DecodePage(p, o)
	if err != nil {
		return nil, err
	}
	feed, err := listing.ParseFeed(text, p, o)
	if err != nil {
		return nil, err
	}
	d, err := dom.New(p, o, text, feed)
	if err != nil {
		return nil, err
	}
	d.Preset, err = findPreset(d, text)
	return d, err
}

// Article reads the page as one report. from is what the listing said of it
// and fills what the page leaves open; it may be nil. A page that only forwards
// tells nothing itself; the file that it leads to is an attachment.
func (d *Document) Article(from *Entry) Article { return article.Read(d.page, from) }

// Listing reads the page as a list of reports.
func (d *Document) Listing() Listing { return listing.Read(d.page) }

// Kind tells whether the page is a listing or an article: a list of news with
// little text before it is a listing.
func (d *Document) Kind() Kind { return listing.Kind(d.page) }

// Obstacle tells why the page is no news although it was answered with 200: a
// block page, a captcha, a login wall, a "not found", maintenance, an empty
// shell that only a browser fills. It goes by what page and title say, and by
// how little else is there, so that a report about a blocked road or a website
// under maintenance stays a report.
func (d *Document) Obstacle() Obstacle { return obstacle.Of(d.page) }

// NoNews says what is in the way and what helps, for people: "it forwards to
// another page: https://ort.example/a.php by meta refresh; give …".
func (d *Document) NoNews(o Obstacle) string { return obstacle.NoNews(d.page, o) }

// Forward reports where the page sends its readers on: by meta refresh, by a
// frameset, by a script on a page that shows next to nothing. A page that is
// loaded anew from time to time, and one with news of its own, sends nowhere.
func (d *Document) Forward() (Forward, bool) { return obstacle.Forward(d.page) }

// MayForward is a cheap look whether a page may have a Forward: one that says
// false has none.
func MayForward(page []byte) bool { return obstacle.MayForward(page) }

// IsFeed reports whether the bytes are a feed, or another form made for
// machines, instead of a page.
func (d *Document) IsFeed() bool { return d.page.Feed != nil }

// Language is the page's language in BCP 47; empty where neither the page nor
// its words tell.
func (d *Document) Language() string { return d.page.Language }

// Robots are the wishes of <meta name="robots">: no index of the page, no
// copies of it.
func (d *Document) Robots() (noindex, noarchive bool) { return d.page.Robots() }

// Shape sketches the page's body; a feed has none.
func (d *Document) Shape() Shape { return d.page.Shape() }

// SiteName is what the site calls itself, such as "Stadt Kassel": by its meta
// data, or by the part of the page's title that names it; empty where neither
// tells.
func (d *Document) SiteName() string { return claims.SiteName(d.page) }

// InLightOf lets an article that is parsed already be read with what is known of
// its site, in the place of Options.Site.
func (d *Document) InLightOf(s Site) { d.page.Options.Site = s.known }

// ItemFrom is an item as far as the listing tells it: published when the
// article cannot be fetched, and completed later.
func ItemFrom(e Entry, o Options) news.Item { return listing.ItemFrom(e, o.forReading()) }

// IsPlace reports whether a name is that of a municipality, county or region,
// by the gazetteer, by what stands before it ("Landkreis …") or by its form.
func IsPlace(name string) bool { return places.IsPlace(name) }
