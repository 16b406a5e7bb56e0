package feedout

import (
	"cmp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

// chrome is what every page shows around its content. Its methods are the
// words of the templates.
type chrome struct {
	tongue
	x         *site
	now       time.Time
	Title     string // of the page
	Heading   string
	About     string
	Canonical string
	Address   string // of the page itself, where Canonical is another's
	Picture   string // of what the page is about; empty: none
	Published string // of an item, RFC 3339
	Feed      string // path of the feed beside the page, without form; empty: none
	FeedQuery string
	FeedTitle string // of that feed; empty: the page's
	Private   bool   // the feed asks for a token
	Keyed     bool   // the feed has a token in its address
	Search    string
	sought    sought // by Search, where its hits are marked
	reasons   reason // for items to stand here, which are marked
	Here      string // of the main navigation
	Version   string
}

// chromeOf is the frame of a page in a language.
func (s *Server) chromeOf(x *site, lang tongue, title, here string) *chrome {
	c := &chrome{tongue: lang, x: x, now: s.now().In(x.Location), Title: x.Title, Heading: title, Here: here, Version: s.opt.Version}
	if title != "" {
		c.Title = title + " – " + x.Title
	}
	return c
}

// T is a phrase in the reader's language.
func (c *chrome) T(phrase string) string { return c.say(phrase) }

// N is a number with its noun.
func (c *chrome) N(n int, noun string) string { return c.count(n, noun) }

// Number is a number with separators.
func (c *chrome) Number(n int) string { return c.number(n) }

// Lang is the language tag of the page.
func (c *chrome) Lang() string { return c.tag() }

// SiteTitle is the name of the whole site.
func (c *chrome) SiteTitle() string { return c.x.Title }

// Contact is where the operator can be reached; empty: nowhere.
func (c *chrome) Contact() string {
	if strings.HasPrefix(c.x.Contact, "mailto:") {
		return c.x.Contact
	}
	return webURL(c.x.Contact)
}

// Links are the operator's pages at the foot, such as Impressum.
func (c *chrome) Links() []Link {
	var list []Link
	for _, l := range c.x.Links {
		if l.URL = webURL(l.URL); l.URL != "" {
			list = append(list, l)
		}
	}
	return list
}

// Path is an address of ours as the browser needs it, below the prefix.
func (c *chrome) Path(p string) string { return c.x.prefix + p }

// SourceTitle is the name of a source.
func (c *chrome) SourceTitle(name string) string { return c.x.sourceTitle(name) }

// Style, Script and Icon are the addresses of the assets.
func (c *chrome) Style() string  { return c.Path(stylePath) + prepared().version }
func (c *chrome) Script() string { return c.Path(scriptPath) + prepared().version }
func (c *chrome) Icon() string   { return c.Path(iconSVG) + prepared().version }

// Day names a day for a heading: today, yesterday or the date.
func (c *chrome) Day(t time.Time) string {
	t = t.In(c.x.Location)
	switch t.Format(time.DateOnly) {
	case c.now.Format(time.DateOnly):
		return c.say("Today") + ", " + c.date(t)
	case c.now.AddDate(0, 0, -1).Format(time.DateOnly):
		return c.say("Yesterday") + ", " + c.date(t)
	}
	return c.day(t)
}

// Moment is a date with time in the site's zone; never for the zero time.
func (c *chrome) Moment(t time.Time) string {
	if t.IsZero() {
		return c.say("never")
	}
	return c.moment(t.In(c.x.Location))
}

// Soon is a moment to come as briefly as it can be told: the time of day, on
// another day the date.
func (c *chrome) Soon(t time.Time) string {
	if t = t.In(c.x.Location); t.Format(time.DateOnly) == c.now.Format(time.DateOnly) {
		return c.clock(t)
	}
	return c.date(t)
}

// Date is a date in the site's zone.
func (c *chrome) Date(t time.Time) string { return c.date(t.In(c.x.Location)) }

// Clock is a time of day in the site's zone.
func (c *chrome) Clock(t time.Time) string { return c.clock(t.In(c.x.Location)) }

// ISO is a moment for machines.
func (c *chrome) ISO(t time.Time) string { return t.In(c.x.Location).Format(time.RFC3339) }

// Ago is the span from a moment to now in round words.
func (c *chrome) Ago(t time.Time) string {
	if t.IsZero() {
		return c.say("never")
	}
	return c.ago(c.now.Sub(t))
}

// FileKind is what sort of file an attachment is, as people say it.
func (c *chrome) FileKind(a news.Attachment) string {
	switch kind := mediaType(a.Type); {
	case kind == "application/pdf":
		return "PDF"
	case strings.Contains(kind, "wordprocessing"), kind == "application/msword":
		return "Word"
	case strings.Contains(kind, "spreadsheet"), kind == "application/vnd.ms-excel":
		return "Excel"
	case strings.HasPrefix(kind, "image/"):
		return strings.ToUpper(strings.TrimPrefix(kind, "image/"))
	}
	name := fileName(a.URL)
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && len(name)-dot < 6 {
		return strings.ToUpper(name[dot+1:])
	}
	return c.say("file")
}

// Took is a span of time as a person reads it.
func (c *chrome) Took(d time.Duration) string {
	s := d.Round(time.Millisecond)
	if d > 10*time.Second {
		s = d.Round(time.Second)
	}
	return s.String()
}

// Size is a number of bytes in round words.
func (c *chrome) Size(n int64) string { return c.size(n) }

// Printed is the published date with as much of it as the page told.
func (c *chrome) Printed(m news.Moment) string {
	if m.Precision == news.Day {
		return c.date(m.Time)
	}
	return c.moment(m.Time.In(c.x.Location))
}

// FeedURL is the absolute address of the feed beside the page.
func (c *chrome) FeedURL(ending string) string {
	return c.x.url(escape(c.Feed) + ending + c.FeedQuery)
}

// rawFeeds are the addresses of the feeds themselves, of which a browser would
// otherwise be shown the page.
type rawFeeds struct{ Name, RSS, Atom, JSON, CSV string }

// RawFeeds are those beside the page.
func (c *chrome) RawFeeds() rawFeeds { return c.rawFeeds(c.Feed, c.FeedQuery) }

// RawFeedsOf are those of another path.
func (c *chrome) RawFeedsOf(path string) rawFeeds { return c.rawFeeds(path, "") }

func (c *chrome) rawFeeds(path, query string) rawFeeds {
	if path = c.x.prefix + escape(path); query == "" {
		query = "?raw"
	} else {
		query += "&raw"
	}
	return rawFeeds{c.say("Formats"), path + ".rss" + query, path + ".atom" + query, path + ".json" + query, path + ".csv" + query}
}

// TagPath, PlacePath, SourcePath, FeedPath and ItemPath are the addresses of
// the pages of a tag, a place, a source, a saved feed and an item.
func (c *chrome) TagPath(name string) string   { return c.x.prefix + "/tags/" + news.Slug(name) }
func (c *chrome) PlacePath(name string) string { return c.x.prefix + "/places/" + news.Slug(name) }
func (c *chrome) SourcePath(name string) string {
	return c.x.prefix + "/sources/" + escapeSegment(name)
}
func (c *chrome) FeedPath(name string) string { return c.x.prefix + "/feeds/" + escapeSegment(name) }
func (c *chrome) ItemPath(id string) string   { return c.x.prefix + "/items/" + shortID(id) }

// Line is text on one line.
func (c *chrome) Line(s string) string { return line(s) }

// Say puts the causes of a state into a sentence in the reader's language.
func (c *chrome) Say(reasons []news.Reason, plain string) string {
	return capital(clean(news.Say(c.tag(), reasons, plain)))
}

// capital begins a sentence with a capital letter, but not an address.
func capital(s string) string {
	if word, _, _ := strings.Cut(s, " "); word == "" || strings.Contains(word, ":") {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// Headline is what an item is called.
func (c *chrome) Headline(it news.Item) string { return headline(it) }

// Link is an address that may be published, or empty.
func (c *chrome) Link(s string) string { return webURL(s) }

// Host is the host of an address, for people.
func (c *chrome) Host(address string) string {
	return strings.TrimPrefix(news.Host(address), "www.")
}

// Brief is a teaser at a bearable length.
func (c *chrome) Brief(s string) string { return cutWords(line(s), 360) }

// ItemLang is an item's language where it differs from the page's.
func (c *chrome) ItemLang(it news.Item) string {
	if l := cmp.Or(languageTag(it.Language), c.x.Language); l != c.tag() {
		return l
	}
	return ""
}
