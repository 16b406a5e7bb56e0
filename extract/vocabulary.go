package extract

import (
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/listing"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/tags"
)

// What goes into a reading, and what comes out of it. The rooms below share
// these with whoever calls, so they are described there.
type (
	Page        = read.Page        // what a fetch or a saved file yielded
	Forward     = read.Forward     // where a page sends its readers on
	Kind        = read.Kind        // what a page is: KindListing, KindArticle
	Listing     = read.Listing     // what a listing page says
	Entry       = read.Entry       // one row of a listing
	Candidate   = read.Candidate   // a list on the page that was not taken for the news
	Alternative = read.Alternative // a machine-readable source that the site offers
	Article     = read.Article     // what an article page says
	Evidence    = read.Evidence    // which rule gave a field its value, and where on the page
	Problem     = read.Problem     // what the operator should know of a page
	Obstacle    = read.Obstacle    // why a page is no news
	Shape       = dom.Shape        // how a page is built
)

// How fields are found: by the rules of a source, of a preset, of the
// configuration of tags.
type (
	Rules        = read.Rules
	ListingRules = read.ListingRules
	ArticleRules = read.ArticleRules
	Rule         = read.Rule     // where one field is
	Selector     = read.Selector // a CSS selector that checks itself while it is read
	Regexp       = read.Regexp   // a regular expression that checks itself while it is read
	Preset       = read.Preset   // the rules for one content management system
	Fingerprint  = read.Fingerprint
	Vocabulary   = tags.Vocabulary // aliases, ignored tags, word rules
	TagRule      = tags.TagRule    // a tag that words in the text assign
)

// ParseSelector reads a CSS selector, or a list of them with commas.
func ParseSelector(text string) (Selector, error) { return read.ParseSelector(text) }

// The kinds of page.
const (
	KindListing = read.KindListing
	KindArticle = read.KindArticle
)

// The obstacles; the empty one means that the page is fine.
const (
	NoObstacle   = read.NoObstacle
	BlockPage    = read.BlockPage
	Captcha      = read.Captcha
	LoginWall    = read.LoginWall
	SoftNotFound = read.SoftNotFound
	Maintenance  = read.Maintenance
	NeedsBrowser = read.NeedsBrowser
	Forwards     = read.Forwards
)

// MaxBody is the largest page, in bytes after decoding, that is read. Parsing
// cannot be cancelled, and megabytes of unclosed tags cost seconds.
const MaxBody = dom.MaxBody

// The errors of pages that are not read.
var (
	ErrTooLarge = dom.ErrTooLarge // larger than MaxBody
	ErrTooDeep  = dom.ErrTooDeep  // tags are nested beyond what is read
	ErrEmpty    = dom.ErrEmpty
)

// A RuleName is what a rule is called in Evidence. Code compares it with these
// constants; others, such as "h1" or "rss", are for people to read.
type RuleName = rules.Name

// The names of rules that other packages ask for.
const (
	BySelector    = rules.BySelector // the source's own rule
	ByPreset      = rules.ByPreset
	ByConfig      = rules.ByConfig // a value of the configuration, such as the place
	ByListing     = rules.ByListing
	ByAssigned    = rules.Assigned
	ByJSONLD      = rules.JSONLD
	ByOpenGraph   = rules.OpenGraph
	ByMeta        = rules.Meta
	ByTitle       = rules.Title
	ByAddress     = rules.Address
	ByLink        = rules.Link
	ByNewsSitemap = rules.NewsSitemap
)

// An Explanation is how one field of a page was decided: set Field, hand it over
// in Options, read the page, and Notes holds every candidate with the rules that
// fit it, what they gave, and the sum.
type Explanation = rules.Trace

// Explained are the fields that an Explanation can tell of. "dates" are those of a
// listing's rows, "published" is of an article.
func Explained() []string {
	return []string{"byline", "entries", listing.DatesOfRows, "headline", "published", "tags", "teaser", "kind", "obstacle"}
}
