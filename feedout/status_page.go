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

// statusRows are the sources on one page of /status.
const statusRows = 100

// A column is one of /status, by which its rows can be ordered.
type column struct {
	key     string // ?sort=
	name    string // phrase
	compare func(a, b *ranked) int
}

// A ranked source is what rows are ordered by; rows themselves are large.
type ranked struct {
	info  SourceInfo
	state *news.SourceState
	items int
	fold  string // of the title
}

// columns are in the order of the page. The first is the order unless asked:
// the worst first.
var columns = []column{
	{"state", "State", func(a, b *ranked) int { return severity(b.state.Health) - severity(a.state.Health) }},
	{"name", "Source", func(a, b *ranked) int { return strings.Compare(a.fold, b.fold) }},
	{"visit", "Last visit", func(a, b *ranked) int { return a.state.LastVisit.Compare(b.state.LastVisit) }},
	{"new", "Last new item", func(a, b *ranked) int { return b.state.LastNew.Compare(a.state.LastNew) }},
	{"next", "Next visit", func(a, b *ranked) int { return a.state.Due.Compare(b.state.Due) }},
	{"items", "Items", func(a, b *ranked) int { return b.items - a.items }},
}

// A portion is which rows of /status are asked for, and how ordered.
type portion struct {
	by   column
	page int // from 1
}

// portionOf reads ?sort and ?page; what there is not is the first.
func portionOf(values url.Values, rows int) portion {
	p := portion{by: columns[0], page: 1}
	if i := slices.IndexFunc(columns, func(c column) bool { return c.key == values.Get("sort") }); i >= 0 {
		p.by = columns[i]
	}
	if n, err := strconv.Atoi(values.Get("page")); err == nil {
		p.page = min(max(n, 1), pagesOf(rows))
	}
	return p
}

// pagesOf is on how many pages so many rows are.
func pagesOf(rows int) int { return max(1, (rows+statusRows-1)/statusRows) }

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

	Page, Pages          int
	NextPage, BeforePage string // addresses; empty: there is none
}

// A columnHead is the head of a column, a link to the page ordered by it.
type columnHead struct {
	Name, Path string
	Sorted     bool
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

func (s *Server) statusView(ctx context.Context, x *site, lang tongue, p portion) (*statusView, error) {
	v := &statusView{chrome: s.chromeOf(x, lang, lang.say("Health of the sources"), "/status"), Page: p.page, Pages: pagesOf(len(x.Sources))}
	v.Canonical, v.Archive, v.Clock, v.Hosts = x.url("/status"), s.trouble(), s.clockWrong(), s.hosts()
	v.Concerns = s.concerns()
	states, err := s.sourceStates(ctx)
	if err != nil {
		return nil, err
	}
	for _, info := range x.Sources {
		if severity(states.of(info.Name).Health) > severity(news.OK) {
			v.Trouble++
		}
	}
	if v.Rows, err = s.sourceRows(ctx, x, p.of(x, states), false); err != nil {
		return nil, err
	}
	for _, c := range columns {
		v.Columns = append(v.Columns, columnHead{lang.say(c.name), x.prefix + "/status" + portion{by: c, page: 1}.query(), c.key == p.by.key})
	}
	if p.page < v.Pages {
		v.NextPage = x.prefix + "/status" + portion{p.by, p.page + 1}.query()
	}
	if p.page > 1 {
		v.BeforePage = x.prefix + "/status" + portion{p.by, p.page - 1}.query()
	}
	v.Changes, err = s.healthChanges(ctx, 20)
	return v, err
}

// of are the sources of the portion, in its order.
func (p portion) of(x *site, states *stateTable) []SourceInfo {
	order := make([]ranked, len(x.Sources))
	for i, src := range x.Sources {
		info := x.sources[src.Name]
		order[i] = ranked{info: info, state: states.of(src.Name)}
		order[i].items = order[i].state.Items
		if p.by.key == "name" {
			order[i].fold = news.Fold(info.Title)
		}
	}
	by := make([]*ranked, len(order))
	for i := range order {
		by[i] = &order[i]
	}
	slices.SortStableFunc(by, p.by.compare)
	by = by[min((p.page-1)*statusRows, len(by)):]
	var shown []SourceInfo
	for _, one := range by[:min(statusRows, len(by))] {
		shown = append(shown, one.info)
	}
	return shown
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
