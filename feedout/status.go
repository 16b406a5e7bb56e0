package feedout

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

// healthz says that the process answers.
func (s *Server) healthz(_ *site, w http.ResponseWriter, _ *http.Request) {
	plainText(w, http.StatusOK, "ok")
}

// readyz says that the archive can be read and that Options.Healthy agrees. One
// of several servers of an archive stays ready while it has answers to give: a
// load balancer must not take all of them away at once.
func (s *Server) readyz(_ *site, w http.ResponseWriter, r *http.Request) {
	_, err := s.archive.HealthChanges(r.Context(), 1) // cheap, however many sources there are
	if err == nil {
		err = s.trouble()
	}
	if err != nil && s.opt.Shared && (s.shelf.size.Load() > 0 || s.disk.any()) {
		plainText(w, http.StatusOK, "ready, degraded: the archive is away")
		return
	}
	if err != nil {
		s.log.Warn("not ready", "err", err)
		plainText(w, http.StatusServiceUnavailable, "not ready")
		return
	}
	plainText(w, http.StatusOK, "ready")
}

// trouble is what Options.Healthy has to say.
func (s *Server) trouble() error {
	if s.opt.Healthy == nil {
		return nil
	}
	return s.opt.Healthy()
}

// clockWrong reports whether Options.Clock doubts the machine's clock.
func (s *Server) clockWrong() bool { return s.opt.Clock != nil && s.opt.Clock() != 0 }

func plainText(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = fmt.Fprintln(w, text)
}

// A report is /status.json.
type report struct {
	Title    string         `json:"title"`
	Version  string         `json:"version,omitempty"`
	At       time.Time      `json:"at"`
	Archive  string         `json:"archive"`  // ok, or trouble: it cannot be written or is damaged; the log tells why
	Clock    string         `json:"clock"`    // ok, or wrong: the machine's clock is not what the sources' servers say
	Concerns []news.Concern `json:"concerns"` // what the operator should look at besides sources
	Health   news.Health    `json:"health"`   // the worst of all sources
	Counts   map[string]int `json:"counts"`   // sources by state
	Items    int            `json:"items"`
	Sources  []reportRow    `json:"sources"`

	Hosts []news.HostPoliteness `json:"hosts"` // how often they were asked since the start
}

// A reportRow is one source in /status.json.
type reportRow struct {
	Name        string              `json:"name"`
	Title       string              `json:"title"`
	URL         string              `json:"url"`
	Health      string              `json:"health"`
	Since       *time.Time          `json:"since"`
	Why         string              `json:"why,omitempty"`
	Helps       string              `json:"helps,omitempty"`
	Proposed    []news.ProposedRule `json:"proposed,omitempty"` // rules that would fit, with what they find
	Moved       string              `json:"moved,omitempty"`
	Items       int                 `json:"items"`
	Held        int                 `json:"held,omitempty"` // items held back; stadtfeed held shows them
	Failures    int                 `json:"failures"`
	LastVisit   *time.Time          `json:"last_visit"`
	LastSuccess *time.Time          `json:"last_success"`
	LastNew     *time.Time          `json:"last_new"`
	Due         *time.Time          `json:"due"`
	Visits      []news.Visit        `json:"visits"`

	// Why and Helps in parts: codes that stay the same, for programs.
	Reasons []news.Reason `json:"reasons,omitempty"`
	Advice  []news.Reason `json:"advice,omitempty"`
}

// report tells how all sources are doing.
func (s *Server) report(ctx context.Context, x *site, visits int) (report, error) {
	rows, err := s.sourceRows(ctx, x, x.Sources, false)
	if err != nil {
		return report{}, err
	}
	rep := report{Title: x.Title, Version: s.opt.Version, At: s.now().UTC(), Archive: "ok", Clock: "ok", Counts: map[string]int{}, Sources: []reportRow{}, Hosts: s.hosts(), Concerns: s.concerns()}
	if s.trouble() != nil {
		rep.Archive = "trouble"
	}
	if s.clockWrong() {
		rep.Clock = "wrong"
	}
	for _, row := range rows {
		st := row.State
		line := reportRow{
			Name:        row.Name,
			Title:       row.Info.Title,
			URL:         guard.Masked(cmp.Or(row.Info.URL, st.URL)),
			Health:      cmp.Or(string(st.Health), "new"),
			Since:       moment(st.Since),
			Why:         st.Why,
			Helps:       st.Helps,
			Proposed:    st.Proposed,
			Moved:       guard.Masked(st.Moved),
			Items:       st.Items,
			Held:        st.Held,
			Failures:    st.Failures,
			LastVisit:   moment(st.LastVisit),
			LastSuccess: moment(st.LastSuccess),
			LastNew:     moment(st.LastNew),
			Due:         moment(st.Due),
			Visits:      []news.Visit{},
			Reasons:     st.Reasons,
			Advice:      st.Advice,
		}
		if visits > 0 {
			list, err := s.archive.Visits(ctx, row.Name, visits)
			if err != nil {
				return report{}, err
			}
			line.Visits = append(line.Visits, list...)
		}
		rep.Sources = append(rep.Sources, line)
		rep.Items += st.Items
		rep.Counts[line.Health]++
		if severity(st.Health) > severity(rep.Health) {
			rep.Health = st.Health
		}
	}
	return rep, nil
}

// concerns are what Options.Concerns tells.
func (s *Server) concerns() []news.Concern {
	list := []news.Concern{}
	if s.opt.Concerns != nil {
		list = append(list, s.opt.Concerns()...)
	}
	return list
}

// hosts are those of the named that the crawler has asked, or all.
func (s *Server) hosts(named ...string) []news.HostPoliteness {
	list := []news.HostPoliteness{}
	if s.opt.Hosts != nil {
		list = append(list, s.opt.Hosts(named...)...)
	}
	return list
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// severity orders the states from nothing known to broken.
func severity(h news.Health) int {
	return slices.Index([]news.Health{news.New, news.OK, news.Stale, news.Degraded, news.Blocked, news.Broken}, h)
}

// statusAge is how old what /status says may be: it costs a look at every source.
const statusAge = 3 * time.Second

// status answers an address under /status by way of the shelf.
// Query is its query in one spelling.
func (s *Server) status(x *site, w http.ResponseWriter, r *http.Request, v view, query string, render func(context.Context) (*answer, error)) {
	s.answer(x, w, r, key{x.local(r.URL.Path), query, v}, job{query: query, private: x.Access.Status, render: func(ctx context.Context) (*answer, time.Time, error) {
		a, err := render(ctx)
		if err == nil {
			a.robots = "noindex"
		}
		return a, s.now().Add(statusAge), err
	}})
}

// statusJSON answers /status.json.
func (s *Server) statusJSON(x *site, w http.ResponseWriter, r *http.Request) {
	s.status(x, w, r, forReaders, "", func(ctx context.Context) (*answer, error) {
		rep, err := s.report(ctx, x, 5)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetIndent("", "  ")
		err = e.Encode(rep)
		return &answer{kind: "application/json; charset=utf-8", vary: feedVary, control: "no-cache", body: b.Bytes()}, err
	})
}

// giveFresh writes what is made anew for every request.
func (s *Server) giveFresh(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	a := &answer{kind: kind, vary: feedVary, control: "no-cache", robots: "noindex", csp: s.site.Load().csp, body: body, digest: digest(body)}
	s.give(w, r, a)
}

// statusRSS answers /status.rss: one item per change of state.
func (s *Server) statusRSS(x *site, w http.ResponseWriter, r *http.Request) {
	if wantsPage(r) && !r.URL.Query().Has("raw") {
		s.statusPage(x, w, r)
		return
	}
	s.status(x, w, r, forReaders, "", func(ctx context.Context) (*answer, error) {
		list, err := s.healthChanges(ctx, 50)
		if err != nil {
			return nil, err
		}
		body, err := s.changesFeed(x, list).write(rss)
		return &answer{kind: rss.mediaType(), vary: feedVary, control: "no-cache", body: body}, err
	})
}

// changesFeed is the operator's feed.
func (s *Server) changesFeed(x *site, list []news.HealthChange) *feed {
	lang := pick(x.Language)
	f := &feed{
		id: x.url("/status"), title: lang.say("State of the sources") + " – " + line(x.Title), site: line(x.Title), subtitle: lang.say("Changes of state"),
		language: x.Language, base: x.root, self: x.url("/status.rss"), version: s.opt.Version, every: 5 * time.Minute, modified: s.started,
	}
	for _, c := range s.concerns() {
		f.entries = append(f.entries, x.concernEntry(c, lang))
	}
	for _, c := range list {
		f.entries = append(f.entries, x.changeEntry(c, lang))
	}
	slices.SortStableFunc(f.entries, func(a, b entry) int { return b.published.Compare(a.published) })
	if len(f.entries) > 0 {
		f.modified = f.entries[0].published
	}
	return f
}

// concernEntry is a concern as a feed entry; as long as it lasts it is the same one.
func (x *site) concernEntry(c news.Concern, lang tongue) entry {
	why, helps := news.Say(lang.tag(), c.Reasons, c.Code), news.Say(lang.tag(), c.Advice, "")
	return entry{
		id:    news.MintID(x.url("/status#" + c.Code + "@" + strconv.FormatInt(c.Since.Unix(), 10))),
		link:  x.url("/status"),
		title: line(why), summary: line(why), content: paragraphs(why) + paragraphs(helps), published: c.Since, updated: c.Since,
	}
}

// healthChanges are the latest changes of state, but not that a new source
// was found well at its first visit.
func (s *Server) healthChanges(ctx context.Context, n int) ([]news.HealthChange, error) {
	list, err := s.archive.HealthChanges(ctx, 2*n)
	list = slices.DeleteFunc(list, func(c news.HealthChange) bool { return c.From == news.New && c.To == news.OK })
	return list[:min(n, len(list))], err
}

// changeEntry is a change of state as a feed entry.
func (x *site) changeEntry(c news.HealthChange, lang tongue) entry {
	title := line(x.sourceTitle(c.Source)) + ": " + lang.say(healthWord(c.To))
	text := fmt.Sprintf(lang.say("changed from %s to %s"), lang.say(healthWord(c.From)), lang.say(healthWord(c.To)))
	why, helps := news.Say(lang.tag(), c.Reasons, c.Why), news.Say(lang.tag(), c.Advice, c.Helps)
	content := "<p>" + html.EscapeString(text) + "</p>" + paragraphs(why)
	if words, paste, _ := strings.Cut(clean(helps), "\n"); words != "" {
		content += "<p><strong>" + lang.say("What helps") + ":</strong> " + html.EscapeString(words) + "</p>"
		if paste != "" {
			content += "<pre>" + html.EscapeString(paste) + "</pre>"
		}
	}
	return entry{
		id:    news.MintID(x.url("/status#" + c.Source + "@" + strconv.FormatInt(c.At.UnixNano(), 10))),
		link:  x.url("/status/" + escapeSegment(c.Source)),
		title: title, summary: cmp.Or(line(why), text), content: content, published: c.At, updated: c.At,
	}
}

// badge answers /badges/{source}.svg: the state of a source as a small image.
func (s *Server) badge(x *site, w http.ResponseWriter, r *http.Request, name string) {
	if x.Access.Status && !s.allowed(x, w, r) {
		return
	}
	st, err := s.state(r.Context(), name)
	src, ok := x.sources[name]
	if err == nil && (st == nil && !ok) {
		err = news.ErrNotFound
	}
	if err != nil {
		s.failWith(w, r, err)
		return
	}
	health := news.New
	if st != nil {
		health = st.Health
	}
	title := name
	if ok {
		title = src.Title
	}
	s.giveFresh(w, r, "image/svg+xml", badgeSVG(cutWords(line(title), 40), pick(x.Language).say(healthWord(health)), health))
}

// badgeColours are dark enough for white text (WCAG 2.2 AA).
var badgeColours = map[news.Health]string{
	news.New: "#5b6470", news.OK: "#1f7a3d", news.Degraded: "#8a5a00", news.Broken: "#b3261e", news.Blocked: "#7a3b8f", news.Stale: "#5b6470",
}

func badgeSVG(title, state string, health news.Health) []byte {
	width := func(s string) int { return 14 + 7*len([]rune(s)) }
	l, r := width(title), width(state)
	label := html.EscapeString(title + ": " + state)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20" role="img" aria-label="%s"><title>%s</title>`+
		`<rect width="%d" height="20" rx="3" fill="#2b3138"/><path d="M%d 0h%da3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H%dz" fill="%s"/>`+
		`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle"><text x="%d" y="14">%s</text><text x="%d" y="14">%s</text></g></svg>`+"\n",
		l+r, label, label, l+r, l, r-3, l, badgeColours[health], l/2, html.EscapeString(title), l+r/2, html.EscapeString(state))
}
