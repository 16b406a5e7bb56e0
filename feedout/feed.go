package feedout

import (
	"cmp"
	"html"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/stadtfeed/stadtfeed/news"
)

// A feed is what the writers of the three formats are given. Its texts are
// clean and its addresses fit to publish.
type feed struct {
	id       string // also the address of the page beside it
	title    string
	subtitle string
	site     string // title of the whole site
	language string
	rights   string
	base     string // of our addresses, without a slash at the end
	self     string // this document
	current  string // the newest document; empty if this is it
	prev     string // the archive page that goes on; empty: none
	hub      string
	version  string
	every    time.Duration // between two looks that make sense
	modified time.Time
	entries  []entry
}

// archived reports whether the feed is an archive page of RFC 5005.
func (f *feed) archived() bool { return f.current != "" }

// An entry is an item in the words of feed readers.
type entry struct {
	id        string
	seq       uint64
	link      string // the town's page
	title     string
	summary   string // plain text
	content   string // HTML; empty where only the teaser is wanted
	author    string
	language  string
	published time.Time
	updated   time.Time
	edited    bool
	precision string
	printed   string // published as the page printed it
	place     string
	geo       *news.Position // of the place; nil: not known
	tags      []string
	sources   []label
	image     string
	credit    string
	files     []news.Attachment
	withdrawn bool
	partial   bool
}

// publisher is the byline, or else the title of the source.
func (e *entry) publisher() string {
	if e.author == "" && len(e.sources) > 0 {
		return e.sources[0].name
	}
	return e.author
}

// point is where the entry's place is in the words of GeoRSS; empty: not known.
func (e *entry) point() string {
	if e.geo == nil {
		return ""
	}
	return strconv.FormatFloat(e.geo.Lat, 'f', -1, 64) + " " + strconv.FormatFloat(e.geo.Lon, 'f', -1, 64)
}

// georss is the name space of GeoRSS where an entry has a position, or else empty.
func (f *feed) georss() string {
	if slices.ContainsFunc(f.entries, func(e entry) bool { return e.geo != nil }) {
		return "http://www.georss.org/georss"
	}
	return ""
}

// A label is a name for people and what stands in addresses.
type label struct{ slug, name string }

// entryOf translates an item. full asks for the whole text as content, place
// for titles that say where.
func (x *site) entryOf(it news.Item, full, place bool) entry {
	e := entry{
		id: clean(it.ID), seq: it.Seq, link: webURL(it.URL), title: headline(it), summary: line(it.Teaser),
		author: line(it.Byline), language: languageTag(it.Language), published: it.Shown, updated: it.Shown,
		precision: string(it.Published.Precision), printed: it.Published.String(), place: line(it.Place), geo: x.position(it.Place),
		image: webURL(it.Image), credit: line(it.ImageCredit), partial: it.Partial,
	}
	if place {
		e.title = news.Placed(e.title, e.place)
	}
	if e.link == "" {
		e.link = x.url("/items/" + shortID(it.ID))
	}
	if !it.FirstSeen.IsZero() && it.Shown.After(it.FirstSeen.Add(10*time.Minute)) {
		e.published, e.updated = it.FirstSeen, it.FirstSeen // the page names a day to come; readers hide what is not published yet
	}
	if at := lastEdit(it); at.After(e.published) {
		e.updated, e.edited = at, true
	}
	for _, t := range it.Tags {
		if t = line(t); t != "" {
			e.tags = append(e.tags, t)
		}
	}
	for _, name := range it.Sources {
		if title := line(x.sourceTitle(name)); title != "" {
			e.sources = append(e.sources, label{clean(name), title})
		}
	}
	if !it.Withdrawn.IsZero() {
		return e.tombstone(it.Withdrawn, x.Language)
	}
	for _, a := range it.Attachments {
		if a.URL = webURL(a.URL); a.URL != "" {
			a.Title, a.Type = cmp.Or(line(a.Title), fileName(a.URL)), mediaType(a.Type)
			e.files = append(e.files, a)
		}
	}
	if full {
		e.content = content(it, e.files)
	}
	return e
}

// lastEdit is when the item was last updated: as the page says, or when an edit
// was seen that the page does not tell of, or dates into the future.
func lastEdit(it news.Item) time.Time {
	at := it.Updated.Time
	if it.Revisions > 0 && it.Changed.After(at) || !it.Changed.IsZero() && at.After(it.Changed.Add(10*time.Minute)) {
		at = it.Changed
	}
	return at
}

// tombstone keeps an entry recognisable and says that the town took it down.
func (e entry) tombstone(at time.Time, siteLanguage string) entry {
	lang := pick(cmp.Or(e.language, siteLanguage))
	e.withdrawn, e.updated, e.edited = true, at, true
	e.title = lang.say("withdrawn:") + " " + e.title
	e.summary = lang.say("The publisher has withdrawn this report.")
	e.content, e.image, e.credit, e.files = "", "", "", nil
	return e
}

// headline is the headline as feeds show it; an item without one is named by
// its teaser or address.
func headline(it news.Item) string {
	title := line(it.Headline)
	if title == "" {
		title = cmp.Or(cutWords(line(it.Teaser), 80), line(it.URL), it.ID)
	}
	return title
}

// cutWords shortens text to at most n bytes at the end of a word.
func cutWords(s string, n int) string {
	if len(s) <= n {
		return s
	}
	s = cut(s, n)
	if i := strings.LastIndexByte(s, ' '); i > n/2 {
		s = s[:i]
	}
	return s + " …"
}

// content is the whole text of an item: the teaser where the body does not
// begin with it, the body, and the files, since many readers show one at most.
func content(it news.Item, files []news.Attachment) string {
	body := clean(it.BodyHTML)
	if body == "" {
		body = paragraphs(it.BodyText)
	}
	teaser := line(it.Teaser)
	told := beginsWith(it.BodyText, teaser)
	if told && len(files) == 0 {
		return body
	}
	var b strings.Builder
	b.Grow(len(body) + len(it.Teaser) + 200*len(files) + 32)
	if !told {
		b.WriteString("<p><strong>" + html.EscapeString(teaser) + "</strong></p>\n")
	}
	b.WriteString(body)
	if len(files) > 0 {
		b.WriteString("\n<ul>")
		for _, f := range files {
			b.WriteString(`<li><a href="` + html.EscapeString(f.URL) + `">` + html.EscapeString(f.Title) + "</a></li>")
		}
		b.WriteString("</ul>")
	}
	return b.String()
}

// beginsWith reports whether text begins with start, whatever their white
// space; a date or a place may stand before it.
func beginsWith(text, start string) bool {
	if strings.HasPrefix(text, start) {
		return true
	}
	text = cut(text, 2*len(start)+160)
	last := start[strings.LastIndexByte(start, ' ')+1:]
	return strings.Contains(text, last) && strings.Contains(news.Squash(text), news.Squash(start))
}

// fileName is the last part of an address's path.
func fileName(address string) string {
	path, _, _ := strings.Cut(address, "?")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// mediaType is a media type without parameters, or empty if it is none.
func mediaType(t string) string {
	t, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(t)), ";")
	main, sub, ok := strings.Cut(t, "/")
	if !ok || !isToken(main) || !isToken(sub) {
		return ""
	}
	return t
}

func isToken(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.+-_!#$&^") == ""
}

// languageTag is the BCP 47 tag of a language that exists, or empty.
func languageTag(said string) string {
	switch said {
	case "", "de", "en", "de-DE", "de-AT", "de-CH", "en-GB", "fr", "it", "nl", "da": // nearly all there are
		return said
	}
	tag, err := language.Parse(strings.TrimSpace(said))
	if err != nil {
		return ""
	}
	if base, _, _ := tag.Raw(); base.String() == "und" || len(base.String()) > 3 {
		return ""
	}
	return tag.String()
}

// shortID is the id as it stands in our addresses: the bare UUID.
func shortID(id string) string { return strings.TrimPrefix(id, "urn:uuid:") }

// longID is the id that stands in an address of ours.
func longID(short string) string {
	if strings.Contains(short, ":") {
		return short
	}
	return "urn:uuid:" + short
}

// feedOf makes the feed of a want in a form.
func (s *Server) feedOf(x *site, w want, f form, sel selection, title, subtitle string) *feed {
	d := &feed{
		id: x.url(w.address(page)), title: line(title), subtitle: line(subtitle), site: line(x.Title), language: x.Language,
		rights: clean(x.Rights), base: x.root, version: s.opt.Version, every: x.rhythm(w), modified: sel.modified,
		self: x.url(w.address(f)), entries: make([]entry, len(sel.items)),
	}
	if x.announced(w) {
		d.hub = s.hubURL(x)
	}
	if sel.archive {
		d.current, d.self = d.self, x.url(escape(w.path)+f.suffix()+w.key())
	}
	if sel.prev > 0 {
		d.prev = x.url(w.address(f, "before", utoa(sel.prev)))
	}
	place := f != csvTable && x.saysPlace(w) // a table has a column for it
	for i, it := range sel.items {
		d.entries[i] = x.entryOf(it, !w.teaser, place)
	}
	return d
}

// rhythm is how often it makes sense to look at a feed: as often as the
// busiest of its sources is visited.
func (x *site) rhythm(w want) time.Duration {
	every := x.every
	for _, p := range w.parts {
		if p.facet == news.Source {
			if src, ok := x.sources[p.value[0]]; ok && src.Every > 0 {
				every = src.Every
			}
		}
	}
	return min(max(cmp.Or(every, 30*time.Minute), 5*time.Minute), 24*time.Hour)
}
