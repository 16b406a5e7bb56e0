package feedout

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A column is one of /status, by which its rows can be ordered.
type column struct {
	key     string // ?sort=
	name    string // phrase
	folded  bool   // it compares siteState.fold
	compare func(a, b *siteState) int
}

// columns are in the order of the page. The first is the order unless asked:
// the worst first.
var columns = []column{
	{"state", "State", false, func(a, b *siteState) int { return severity(b.cell.state.Health) - severity(a.cell.state.Health) }},
	{"name", "Source", true, func(a, b *siteState) int { return strings.Compare(a.fold, b.fold) }},
	{"visit", "Last visit", false, func(a, b *siteState) int { return a.cell.state.LastVisit.Compare(b.cell.state.LastVisit) }},
	{"new", "Last new item", false, func(a, b *siteState) int { return b.cell.state.LastNew.Compare(a.cell.state.LastNew) }},
	{"next", "Next visit", false, func(a, b *siteState) int { return a.cell.state.Due.Compare(b.cell.state.Due) }},
	{"items", "Items", false, func(a, b *siteState) int { return b.cell.state.Items - a.cell.state.Items }},
}

// A portion is which rows of /status are asked for, and how ordered.
type portion struct {
	by   column
	page int // from 1
}

// portionOf reads ?sort and ?page; what there is not is the first.
func portionOf(values url.Values, rows int) portion {
	p := portion{by: columns[0]}
	if i := slices.IndexFunc(columns, func(c column) bool { return c.key == values.Get("sort") }); i >= 0 {
		p.by = columns[i]
	}
	p.page = pageOf(values, rows)
	return p
}

// query is the portion in an address; what is usual is left out.
func (p portion) query() string {
	values := url.Values{}
	if p.by.key != columns[0].key {
		values.Set("sort", p.by.key)
	}
	if p.page > 1 {
		values.Set("page", strconv.Itoa(p.page))
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// A statusView is the page under /status.
type statusView struct {
	*chrome
	Archive error // what is wrong with the archive
	Clock   bool  // the machine's clock is wrong
	Trouble int
	Columns []columnHead
	Rows    []sourceRow
	Changes []news.HealthChange
	Hosts   []news.HostPoliteness

	Concerns []news.Concern

	pager
}

// A columnHead is the head of a column, a link to the page ordered by it.
type columnHead struct {
	Name, Path string
	Sorted     bool
	Desk       bool // on narrow screens it is left out
}

// A sourceStatusView is the page of one source under /status.
type sourceStatusView struct {
	*chrome
	Row     sourceRow
	Visits  []news.Visit
	Changes []news.HealthChange
}

// An advice is what helps: words, and what is to be pasted as it stands.
type advice struct{ Words, Paste string }

// Helps is the advice for a source; nil: there is none.
func (c *chrome) Helps(st news.SourceState) *advice {
	words, paste, _ := strings.Cut(clean(news.Say(c.tag(), st.Advice, st.Helps)), "\n")
	if words == "" {
		return nil
	}
	return &advice{words, paste}
}

// Match is what a rule finds, fit to be shown.
func (c *chrome) Match(m news.RuleMatch) news.RuleMatch {
	return news.RuleMatch{Select: cmp.Or(line(m.Select), c.T("rule of the preset")), Text: line(m.Text), URL: webURL(m.URL)}
}

// MatchNow is Match for what is proposed: without a selector the rule is to go.
func (c *chrome) MatchNow(m news.RuleMatch) news.RuleMatch {
	m.Select = cmp.Or(m.Select, c.T("leave it out"))
	return c.Match(m)
}

// StatusPath is the page of a source under /status.
func (c *chrome) StatusPath(name string) string {
	return c.x.prefix + "/status/" + escapeSegment(name)
}

// troubled is what the templates say of a source in trouble.
type troubled struct {
	*chrome
	State news.SourceState
}

// Troubled is the frame and a state, for a template that needs both.
func (c *chrome) Troubled(st news.SourceState) troubled { return troubled{c, st} }

// statusPage answers /status.
func (s *Server) statusPage(x *site, w http.ResponseWriter, r *http.Request) {
	lang := spoken(r.Header["Accept-Language"], x.Language)
	p := portionOf(r.URL.Query(), len(x.Sources))
	s.status(x, w, r, forPeople+view(lang), p.query(), func(ctx context.Context) (*answer, error) {
		v, err := s.statusView(ctx, x, lang, p)
		if err != nil {
			return nil, err
		}
		return s.renderPage(x, "status", v, time.Time{})
	})
}

// Cause is why a source is as it is, for a table whose rows name the source:
// without the address that a fault begins with.
func (v *statusView) Cause(st news.SourceState) string {
	text := news.Say(v.tag(), st.Reasons, st.Why)
	if len(st.Reasons) > 0 && strings.HasPrefix(st.Reasons[0].Code, "fault-") && len(st.Reasons[0].Args) > 0 {
		text = strings.TrimPrefix(text, st.Reasons[0].Args[0]+": ")
	}
	return capital(clean(text))
}

// ChangesURL is the address of the operator's feed.
func (v *statusView) ChangesURL() string { return v.x.url("/status.rss") }

func (s *Server) statusView(ctx context.Context, x *site, lang tongue, p portion) (*statusView, error) {
	address := func(p portion) string { return x.prefix + "/status" + p.query() }
	v := &statusView{
		chrome: s.chromeOf(x, lang, lang.say("Health of the sources"), "/status"),
		pager:  pagerOf(p.page, len(x.Sources), func(n int) string { return address(portion{p.by, n}) }),
	}
	v.Canonical, v.Archive, v.Clock = x.url("/status"), s.trouble(), s.clockWrong()
	v.Concerns = s.concerns()
	states, err := s.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	shown, trouble := states.sorted(x, p.by, p.page)
	v.Trouble = trouble
	if v.Rows, err = s.sourceRows(ctx, x, shown, false); err != nil {
		return nil, err
	}
	if hosts := hostsOf(v.Rows); len(hosts) > 0 {
		v.Hosts = s.hosts(hosts...)
	}
	for _, c := range columns {
		v.Columns = append(v.Columns, columnHead{
			Name:   lang.say(c.name),
			Path:   address(portion{by: c, page: 1}),
			Sorted: c.key == p.by.key,
			Desk:   c.key == "visit" || c.key == "next",
		})
	}
	v.Changes, err = s.healthChanges(ctx, 20)
	return v, err
}

// hostsOf are the hosts of sources, also where they have moved to, each once.
func hostsOf(rows []sourceRow) (hosts []string) {
	for _, row := range rows {
		for _, address := range []string{row.Info.URL, row.State.URL, row.State.Moved} {
			if host := news.Host(address); host != "" {
				hosts = append(hosts, host)
			}
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// sourceStatus answers /status/{source}: all that is known of one source.
func (s *Server) sourceStatus(x *site, w http.ResponseWriter, r *http.Request, name string) {
	lang := spoken(r.Header["Accept-Language"], x.Language)
	s.status(x, w, r, forPeople+view(lang), "", func(ctx context.Context) (*answer, error) {
		info, ok := x.sources[name]
		if !ok {
			return nil, news.ErrNotFound
		}
		v := &sourceStatusView{chrome: s.chromeOf(x, lang, line(info.Title), "/status")}
		v.Canonical = x.url("/status/" + escapeSegment(name))
		rows, err := s.sourceRows(ctx, x, []SourceInfo{info}, true)
		if err != nil {
			return nil, err
		}
		v.Row = rows[0]
		if v.Visits, err = s.archive.Visits(ctx, name, 24); err != nil {
			return nil, err
		}
		changes, err := s.healthChanges(ctx, 500)
		if err != nil {
			return nil, err
		}
		v.Changes = slices.DeleteFunc(changes, func(c news.HealthChange) bool { return c.Source != name })
		return s.renderPage(x, "source-status", v, time.Time{})
	})
}
