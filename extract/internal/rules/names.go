package rules

// The names in Evidence of where a field was read from. Code compares these,
// never their text.
const (
	BySelector   Name = "selector" // the user's rule
	ByPreset     Name = "preset"
	ByConfig     Name = "configuration"
	ByListing    Name = "listing" // what the listing says of an article
	Assigned     Name = "assigned"
	JSONLD       Name = "json-ld"
	Microdata    Name = "microdata"
	OpenGraph    Name = "opengraph"
	Meta         Name = "meta"
	Title        Name = "title"
	Address      Name = "address" // the page's own, or that of a row's link
	Time         Name = "time"    // a <time> element
	Class        Name = "class"   // an element whose class names the field
	Dateline     Name = "dateline"
	OwnRow       Name = "row" // a link to this very page, with a date beside it
	DateOverRows Name = "heading over the rows"
	DayOfMonth   Name = "day under a month"
	Kicker       Name = "kicker"
	BeforeTitle  Name = "before the headline"
	Standfirst   Name = "standfirst"
	Teaser       Name = "teaser"
	FirstText    Name = "first paragraph"
	Text         Name = "text"
	Img          Name = "img"
	Credit       Name = "credit"
	Label        Name = "label"  // "Stichwörter:"
	Labels       Name = "labels" // small texts of a row that name its topics
	Links        Name = "links"
	Embedded     Name = "embedded" // what shows a file within the page
	Link         Name = "link"
	Heading      Name = "heading"
	LinkNext     Name = "link rel=next"
	RelTag       Name = "rel=tag"
	Hashtags     Name = "hashtags"
	Repetition   Name = "repetition"
	OnlyEntry    Name = "only entry"
	WordPress    Name = "wordpress"
	NewsSitemap  Name = "news-sitemap"
)
