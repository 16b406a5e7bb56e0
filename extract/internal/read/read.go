package read

import (
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// A Page is what a fetch or a saved file yielded.
type Page struct {
	URL         string    // where it was found; the base of its links
	ContentType string    // as the server said it; may be empty
	Body        []byte    // content encodings undone; any charset
	Fetched     time.Time // resolves "gestern" and dates without a year
	Via         Forward   // the page that forwarded here; zero: none did
}

// Kind is what a page is.
type Kind string

// The kinds of page.
const (
	KindListing Kind = "listing"
	KindArticle Kind = "article"
)

// Evidence tells which rule gave a field its value, and where on the page.
type Evidence struct {
	Rule  rules.Name `json:"rule"`            // "selector", "preset", "dateline", "microdata", "json-ld", "opengraph", "meta", "h1" …
	Where string     `json:"where,omitempty"` // CSS path or key
	Raw   string     `json:"raw,omitempty"`   // text as printed, where it was interpreted
	Note  string     `json:"note,omitempty"`  // what else was weighed: "repeated on 7 of 8 pages"
}

// A Problem is something that the operator should know of a page: candidates
// that conflict, a rule that matched nothing, a date that was refused.
type Problem struct {
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// An Entry is one row of a listing.
type Entry struct {
	URL       string
	Anchored  bool // no page of its own: the fragment of URL is its identity
	Place     string
	Kicker    string
	Headline  string
	Published news.Moment
	Teaser    string
	Image     string
	Tags      []string // where the row shows them
	BodyHTML  string   // full text, where the row (accordion, feed) holds it
	BodyText  string
	Evidence  map[string]Evidence
	Ahead     bool `json:"-"` // its date lies ahead and is no publication
}

// A Listing is what a listing page says.
type Listing struct {
	Preset    string
	Language  string
	Entries   []Entry // in page order
	Next      string  // address of the next page; empty: none
	Evidence  map[string]Evidence
	Problems  []Problem
	Unmatched []string      `json:",omitempty"` // fields ("entry", "teaser") whose rules in the configuration find nothing on the page
	Others    []Candidate   // lists that lost against the chosen one, best first
	Better    []Alternative // the site's own machine-readable sources
	Frame     Forward       `json:",omitzero"` // the page of the same site that a listing without entries shows in a frame; zero: none
}

// A Candidate is a list on the page that was not taken for the news.
type Candidate struct {
	Where   string   // CSS path of what repeats
	Score   float64  // against the chosen list's
	Samples []string // first headlines
}

// An Alternative is a machine-readable source that the site itself offers.
type Alternative struct {
	Kind  string // "rss", "atom", "json-feed", "wordpress", "news-sitemap"
	URL   string
	Title string
}

// An Article is what an article page says. Item has its content fields set;
// ID, Seq and the archive's fields are not.
type Article struct {
	Preset    string
	Item      news.Item
	Canonical string // address that the page gives as its own (rel=canonical, og:url); empty: none
	Evidence  map[string]Evidence
	Problems  []Problem
	Unmatched []string `json:",omitempty"` // fields ("headline", "remove") whose rules in the configuration find nothing on the page
}

// An Obstacle is why a page that was answered with 200 is no news.
type Obstacle string

// The obstacles; the empty one means that the page is fine.
const (
	NoObstacle   Obstacle = ""
	BlockPage    Obstacle = "block page"
	Captcha      Obstacle = "captcha"
	LoginWall    Obstacle = "login wall"
	SoftNotFound Obstacle = "soft 404"
	Maintenance  Obstacle = "maintenance"
	NeedsBrowser Obstacle = "needs a browser"
	Forwards     Obstacle = "it forwards to another page"
)

// Help is what helps where a page is no news, for people; empty where only
// waiting does.
func (o Obstacle) Help() string {
	switch o {
	case NeedsBrowser:
		return "its text is put in by a script, and none is run here; a feed of the site or the address that the script loads may help"
	case Forwards:
		return "give the address that it leads to as url"
	}
	return ""
}

// A Feed is what a site says of its news in a form made for machines.
type Feed struct {
	Kind     string // as in Alternative
	Title    string
	Language string
	Next     string
	Entries  []Entry
	Better   []Alternative // where the news are, if not in it
}

const MaxEntries = 2000 // of one listing; an archive of a gazette has some hundreds
