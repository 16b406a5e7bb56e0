package feedout

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"

	"github.com/stadtfeed/stadtfeed/news"
)

//go:embed templates/*.html
var templateFiles embed.FS

// templates are the pages; they are parsed once, for the first page, and only read.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(templateFiles, "templates/*.html"))
})

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
type rawFeeds struct{ Name, RSS, Atom, JSON string }

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
	return rawFeeds{c.say("Formats"), path + ".rss" + query, path + ".atom" + query, path + ".json" + query}
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

// bodies is the second lock before a town's text meets a browser; extract has
// cleaned it already. Images would be requests to third parties.
var bodies = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "code",
		"strong", "b", "em", "i", "u", "s", "sub", "sup", "small", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td",
		"figure", "figcaption", "hr", "address", "abbr", "cite", "q", "mark", "del", "ins", "div")
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("colspan", "rowspan").Matching(bluemonday.Integer).OnElements("td", "th")
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
})

// bodyHTML is an item's body as a page may show it.
func bodyHTML(it news.Item) template.HTML {
	body := it.BodyHTML
	if body == "" {
		body = paragraphs(it.BodyText)
	}
	return template.HTML(scrolled.Replace(bodies().Sanitize(clean(body)))) //nolint:gosec // sanitised right here
}

// scrolled lets the keyboard scroll what may be wider than a phone (WCAG 2.1.1).
var scrolled = strings.NewReplacer("<table>", `<table tabindex="0">`, "<pre>", `<pre tabindex="0">`)

// renderPage writes a template into an answer.
func (s *Server) renderPage(x *site, name string, data any, modified time.Time) (*answer, error) {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, data); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	return &answer{
		kind: page.mediaType(), vary: pageVary, body: b.Bytes(), modified: modified, control: "no-cache", csp: x.csp,
	}, nil
}

// A listPage is the page beside a feed.
type listPage struct {
	*chrome
	Rows      template.HTML
	Found     int
	Older     string // address of the older page; empty: none
	Newest    string // address of the newest page, on an older one
	Heat      *heatMap
	Facets    []facetBox
	Wider     []wider // the pages of each part of a combination
	Site      string  // the source's own page
	State     *news.SourceState
	SearchTip bool
	Rule      []string   // what a saved filter asks for
	Saved     string     // the configuration that makes a saved filter of the search; empty: there is none
	Wrong     []string   // what of the search cannot be understood
	Near      []weighted // what may have been meant where nothing was found
}

// renderList renders the page beside a feed.
func (s *Server) renderList(ctx context.Context, x *site, w want, lang tongue) (*answer, time.Time, error) {
	words := soughtBy(w.query)
	if w.path != "/search" && w.saved == "" {
		words = nil
	}
	w.query.Heads = words == nil // only a search or filter by words shows something of bodies
	sel, err := s.choose(ctx, w)
	if err != nil {
		return nil, time.Time{}, err
	}
	name, about, err := s.name(ctx, x, w, lang)
	if err != nil {
		return nil, time.Time{}, err
	}
	c := s.chromeOf(x, lang, cmp.Or(name, lang.say("All items")), "")
	c.About, c.Feed, c.FeedQuery, c.Search, c.Canonical = about, w.path, w.queryString(), w.search, x.url(w.address(page))
	c.Private, c.sought = x.feeds[w.saved].Private, words
	if w.saved != "" {
		c.reasons = reasonsOf(w.query)
	}
	p := &listPage{chrome: c, Rows: c.days(sel.items), Found: len(sel.items)}
	if p.Facets, err = s.facetsOf(ctx, c, w); err != nil {
		return nil, time.Time{}, err
	}
	if p.Wider, err = s.wider(ctx, x, w); err != nil {
		return nil, time.Time{}, err
	}
	if err = s.explain(ctx, p, w); err != nil {
		return nil, time.Time{}, err
	}
	for _, m := range w.wrong {
		p.Wrong, c.Feed = append(p.Wrong, m.in(lang)), "" // there is no such feed
	}
	if len(sel.items) == 0 {
		if p.Near, err = s.near(ctx, w, words); err != nil {
			return nil, time.Time{}, err
		}
	}
	if sel.older > 0 {
		p.Older = c.Path(w.address(page, "until", fmt.Sprint(sel.older)))
	}
	if w.until > 0 || w.before > 0 {
		p.Newest = c.Path(w.address(page))
	}
	if p.SearchTip = w.path == "/search"; !p.SearchTip {
		if p.Heat, err = s.heat(ctx, x, w.query, lang); err != nil {
			return nil, time.Time{}, err
		}
	}
	if len(w.parts) == 1 && w.parts[0].facet == news.Source {
		if p.State, err = s.state(ctx, w.parts[0].value[0]); err != nil {
			return nil, time.Time{}, err
		}
		p.Site = webURL(x.sources[w.parts[0].value[0]].URL)
	}
	a, err := s.renderPage(x, "list", p, sel.modified)
	if err == nil && (w.path == "/search" || x.feeds[w.saved].Private || len(sel.items) == 0) {
		a.robots = "noindex"
	}
	return a, s.untilMidnight(x, sel.until), err
}

// untilMidnight is t or the site's next midnight, when "today" changes.
func (s *Server) untilMidnight(x *site, t time.Time) time.Time {
	if next := midnight(s.now().In(x.Location)).AddDate(0, 0, 1); t.IsZero() || next.Before(t) {
		return next
	}
	return t
}

// state is what is remembered of a source; nil where nothing is.
func (s *Server) state(ctx context.Context, name string) (*news.SourceState, error) {
	states, err := s.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	return states.at[name], nil
}

// pageJob is the job of a page that has no feed beside it.
func (s *Server) pageJob(x *site, path string, lang tongue) (job, bool) {
	var render func(ctx context.Context) (*answer, error)
	switch path {
	case "/":
		render = func(ctx context.Context) (*answer, error) { return s.renderHome(ctx, x, lang) }
	case "/tags", "/places", "/sources", "/feeds":
		render = func(ctx context.Context) (*answer, error) { return s.renderIndex(ctx, x, path, lang) }
	case opmlPath:
		render = func(ctx context.Context) (*answer, error) { return s.renderOPMLPage(ctx, x, lang) }
	default:
		id, ok := strings.CutPrefix(path, "/items/")
		if !ok || id == "" || strings.Contains(id, "/") {
			return job{}, false
		}
		render = func(ctx context.Context) (*answer, error) { return s.renderItem(ctx, x, longID(id), lang) }
	}
	return job{render: func(ctx context.Context) (*answer, time.Time, error) {
		a, err := render(ctx)
		return a, s.untilMidnight(x, time.Time{}), err
	}}, true
}

// A homePage is the page under /.
type homePage struct {
	*chrome
	Rows    template.HTML
	Older   string
	Tags    template.HTML
	Places  template.HTML
	Sources template.HTML
	Feeds   []SavedFeed
	Heat    *heatMap
}

// How many tags, places and sources the first page names.
const (
	homeNames   = 40
	homeSources = 24
)

// A weighted is a tag or place with its weight from 1 to 5.
type weighted struct {
	news.Count
	Weight int
	Facet  news.Facet // where tags and places stand together
}

// A sourceRow is a source with its state.
type sourceRow struct {
	Name  string
	Info  SourceInfo
	State news.SourceState
	Items int
	Spark *sparkline
}

// Health is the state of the source in words of the vocabulary.
func (r sourceRow) Health() string { return healthWord(r.State.Health) }

func healthWord(h news.Health) string {
	if h == news.New {
		return "not visited yet"
	}
	return string(h)
}

// renderHome renders the page under /.
func (s *Server) renderHome(ctx context.Context, x *site, lang tongue) (*answer, error) {
	items, err := s.archive.Items(ctx, news.Query{Limit: feedItems, Heads: true, Stories: true})
	if err != nil {
		return nil, err
	}
	c := s.chromeOf(x, lang, "", "/")
	c.Feed, c.About, c.Canonical = "/all", cmp.Or(x.Description, lang.say("News of towns and counties")), x.url("/")
	p := &homePage{chrome: c, Rows: c.days(items), Feeds: x.publicFeeds()}
	if len(items) == feedItems {
		p.Older = c.Path("/all?until=" + fmt.Sprint(items[len(items)-1].Shown.UnixMilli()))
	}
	tags, err := s.weights(ctx, news.Tag, homeNames)
	if err != nil {
		return nil, err
	}
	places, err := s.weights(ctx, news.Place, homeNames)
	if err != nil {
		return nil, err
	}
	towns, err := s.counts(ctx, news.Place)
	if err != nil {
		return nil, err
	}
	tags = slices.DeleteFunc(tags, func(t weighted) bool { _, town := towns.at[t.Slug]; return town }) // they stand beside it
	p.Tags, p.Places = c.cloud(tags, "/tags/"), c.cloud(places, "/places/")
	states, err := s.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := s.sourceRows(ctx, x, states.latestSources(x, homeSources), false)
	if err != nil {
		return nil, err
	}
	p.Sources = c.sourceList(sources)
	if p.Heat, err = s.heat(ctx, x, news.Query{}, lang); err != nil {
		return nil, err
	}
	return s.renderPage(x, "home", p, lastChange(items))
}

// publicFeeds are the saved feeds for everybody.
func (x *site) publicFeeds() []SavedFeed {
	var list []SavedFeed
	for _, f := range x.Feeds {
		if !f.Private {
			list = append(list, x.feeds[f.Name])
		}
	}
	return list
}

// renderItem renders the page of an item.
func (s *Server) renderItem(ctx context.Context, x *site, id string, lang tongue) (*answer, error) {
	it, err := s.archive.Item(ctx, id)
	if err != nil {
		return nil, err
	}
	p := itemPage{chrome: s.chromeOf(x, lang, headline(it), ""), Item: it, Body: bodyHTML(it)}
	p.Canonical = cmp.Or(webURL(it.URL), x.url("/items/"+shortID(id)))
	p.Address, p.Published = x.url("/items/"+shortID(id)), p.ISO(it.Shown)
	p.About = cutWords(line(it.Teaser), 200)
	if it.Withdrawn.IsZero() {
		p.Picture = webURL(it.Image)
	}
	p.subscribeTo(it)
	if p.TeaserShown = !beginsWith(it.BodyText, line(it.Teaser)); !it.Withdrawn.IsZero() {
		p.Body, p.TeaserShown, p.About = "", false, ""
	}
	for _, a := range it.Attachments {
		if a.URL = webURL(a.URL); a.URL != "" && it.Withdrawn.IsZero() {
			a.Title = cmp.Or(line(a.Title), fileName(a.URL))
			p.Files = append(p.Files, a)
		}
	}
	if it.Revisions > 0 && it.Withdrawn.IsZero() {
		revisions, err := s.archive.Revisions(ctx, id)
		if err != nil {
			return nil, err
		}
		p.Revisions = changes(it, revisions)
	}
	if p.Also, err = s.archive.AlsoReported(ctx, id); err != nil && !errors.Is(err, news.ErrNotFound) {
		return nil, err
	}
	a, err := s.renderPage(x, "item", p, lastChange([]news.Item{it}))
	if err == nil && (!x.Indexed || it.NoIndex) {
		a.robots = "noindex"
	}
	return a, err
}

// subscribeTo offers the feed of an item's place, or else of its source.
func (c *chrome) subscribeTo(it news.Item) {
	slug, source := news.Slug(it.Place), it.Source()
	switch {
	case slug != "":
		c.Feed, c.FeedTitle = "/places/"+slug, line(it.Place)
	case source != "":
		c.Feed, c.FeedTitle = "/sources/"+source, line(c.x.sourceTitle(source))
	default:
		c.Feed, c.FeedTitle = "/all", c.x.Title
	}
}

// An itemPage is the page of an item.
type itemPage struct {
	*chrome
	Item        news.Item
	Body        template.HTML
	TeaserShown bool
	Files       []news.Attachment
	Revisions   []change
	Also        []news.Item
}

// fail answers with an error page, or plain text for programs.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, near ...weighted) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Robots-Tag", "noindex")
	if !wantsPage(r) {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = fmt.Fprintln(w, strings.ToLower(http.StatusText(status)))
			for _, v := range near {
				_, _ = fmt.Fprintln(w, s.site.Load().url("/"+string(v.Facet)+"s/"+v.Slug))
			}
		}
		return
	}
	x := s.site.Load()
	lang := spoken(r.Header["Accept-Language"], x.Language)
	c := s.chromeOf(x, lang, lang.say(failureTitle(status)), "")
	c.About = lang.say(failureText(status))
	a, err := s.renderPage(x, "error", &errorPage{c, near}, time.Time{})
	if err != nil {
		s.log.Error("error page failed", "url", r.URL.Path, "err", err)
		w.WriteHeader(status)
		return
	}
	h.Set("Content-Type", a.kind)
	h["Content-Security-Policy"] = a.csp
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body)
	}
}

// An errorPage says what is wrong, and what may have been meant.
type errorPage struct {
	*chrome
	Near []weighted
}

func failureTitle(status int) string {
	if status == http.StatusNotFound {
		return "Not found"
	}
	return "Something went wrong"
}

func failureText(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is nothing under this address. It may have been misspelt, or what was here has never been published."
	case http.StatusServiceUnavailable:
		return "Please try again in a moment."
	case http.StatusMethodNotAllowed:
		return "This address takes no such request."
	case http.StatusRequestURITooLong:
		return "The address is too long."
	case http.StatusUnauthorized:
		return "A password is needed here."
	}
	return "Please try again later."
}
