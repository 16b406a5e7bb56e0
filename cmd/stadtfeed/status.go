package main

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/news"
)

func (a *app) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show how every source is doing, since when, why, and what helps",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				states, err := one[[]news.SourceState](cmd.Context(), c, "/status", nil)
				if err != nil {
					return err
				}
				troubles, err := one[[]news.Concern](cmd.Context(), c, "/concerns", nil)
				if err != nil {
					return err
				}
				mails, err := one[subscriberCounts](cmd.Context(), c, "/subscribers", nil)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(a.out, statusJSON{append([]news.Concern{}, troubles...), statusesOf(states), mails})
				}
				printConcerns(newPrinter(a.out), troubles, localLanguage(), cfg.Location)
				printStatus(newPrinter(a.out), states, localLanguage(), cfg.Location, time.Now())
				printSubscribers(newPrinter(a.out), mails, localLanguage())
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// tellConcerns answers with what the operator should look at besides sources.
func (c *core) tellConcerns(r *http.Request, s *stream) error {
	if c.troubles != nil {
		return s.value(c.troubles())
	}
	found, err := c.atRest(r.Context())
	if err != nil {
		return err
	}
	return s.value(found)
}

// printConcerns prints what the operator should look at besides sources, in the
// user's language.
func printConcerns(p *printer, troubles []news.Concern, language string, loc *time.Location) {
	w := statusIn(language)
	for _, c := range troubles {
		colour := yellow
		if c.Grave() {
			colour = red
		}
		text := visible(news.Say(language, c.Reasons, c.Code))
		if !c.Since.IsZero() {
			text += " (" + c.Since.In(loc).Format(w.since) + ")"
		}
		p.line("%s", p.paint(colour, text))
		printHelp(p, "  ", w.helps, news.Say(language, c.Advice, ""))
	}
	if len(troubles) > 0 {
		p.line("")
	}
}

// status answers with the states of all configured sources.
func (c *core) status(r *http.Request, s *stream) error {
	all, err := c.store.SourceChanges(r.Context(), 0)
	if err != nil {
		return err
	}
	states := all.States
	if c.reload == nil {
		states = c.configured(states)
	}
	return s.value(states)
}

// configured are the states of the sources that the file lists, also those
// that no crawler has met yet.
func (c *core) configured(states []news.SourceState) []news.SourceState {
	known := map[string]news.SourceState{}
	for _, st := range states {
		known[st.Name] = st
	}
	var list []news.SourceState
	for _, src := range c.config().Sources {
		st, ok := known[src.Name]
		if !ok {
			st = news.SourceState{Name: src.Name, URL: src.URL, Host: src.Host()}
		}
		list = append(list, st)
	}
	return list
}

// A statusJSON is status --json: what the operator should look at besides
// sources, these, and how many get mails.
type statusJSON struct {
	Concerns    []news.Concern   `json:"concerns"`
	Sources     []sourceJSON     `json:"sources"`
	Subscribers subscriberCounts `json:"subscribers"`
}

// printSubscribers says how many get mails, where anybody does.
func printSubscribers(p *printer, n subscriberCounts, language string) {
	if n.Confirmed+n.Asked > 0 {
		p.line("")
		p.line(statusIn(language).mails, n.Confirmed, n.Asked)
	}
}

// A sourceJSON is one source in status --json.
type sourceJSON struct {
	Name        string     `json:"name"`
	URL         string     `json:"url"`
	Health      string     `json:"health"`
	Since       *time.Time `json:"since"`
	Why         *string    `json:"why"`
	Helps       *string    `json:"helps"`
	Items       int        `json:"items"`
	Held        int        `json:"held"`
	Failures    int        `json:"failures"`
	LastVisit   *time.Time `json:"last_visit"`
	LastSuccess *time.Time `json:"last_success"`
	LastNew     *time.Time `json:"last_new"`
	Due         *time.Time `json:"due"`

	// Why and Helps in parts: codes that stay the same, for scripts.
	Reasons []news.Reason `json:"reasons"`
	Advice  []news.Reason `json:"advice"`
}

func statusesOf(states []news.SourceState) []sourceJSON {
	list := []sourceJSON{}
	for _, st := range states {
		list = append(list, sourceJSON{
			Name: st.Name, URL: guard.Masked(st.URL), Health: healthName(st.Health), Since: foundTime(st.Since),
			Why: found(st.Why), Helps: found(st.Helps), Items: st.Items, Held: st.Held, Failures: st.Failures,
			LastVisit: foundTime(st.LastVisit), LastSuccess: foundTime(st.LastSuccess), LastNew: foundTime(st.LastNew), Due: foundTime(st.Due),
			Reasons: append([]news.Reason{}, st.Reasons...), Advice: append([]news.Reason{}, st.Advice...),
		})
	}
	return list
}

func foundTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func healthName(h news.Health) string { return cmp.Or(string(h), "new") }

var healthColours = map[news.Health]string{
	news.OK: green, news.New: dim, news.Degraded: yellow, news.Stale: yellow, news.Broken: red, news.Blocked: red,
}

// localLanguage is the language of the user's terminal, by its locale.
func localLanguage() string {
	language, _, _ := strings.Cut(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "_")
	return language
}

// printStatus prints the table in the user's language.
func printStatus(p *printer, states []news.SourceState, language string, loc *time.Location, now time.Time) {
	w := statusIn(language)
	width := len(w.source)
	for _, st := range states {
		width = max(width, len(st.Name))
	}
	row := func(name, health, items, visited, fresh, next string) {
		p.line("%s  %s  %7s  %s  %s  %s", pad(name, width), health, items, pad(visited, w.columns[1]), pad(fresh, w.columns[1]), next)
	}
	row(p.paint(dim, pad(w.source, width)), p.paint(dim, pad(w.health, w.columns[0])), w.items, w.visited, w.fresh, w.next)
	for _, st := range states {
		row(st.Name, p.paint(healthColours[st.Health], pad(w.state(st.Health), w.columns[0])), strconv.Itoa(st.Items),
			w.agoText(now, st.LastVisit), w.agoText(now, st.LastNew), w.nextText(now, st.Due))
		if st.Health == news.OK || st.Health == news.New {
			continue
		}
		indent := pad("", width+2)
		if why := news.Say(language, st.Reasons, st.Why); why != "" {
			p.line("%s%s", indent, visible(st.Since.In(loc).Format(w.since)+": "+why))
		}
		if helps := news.Say(language, st.Advice, st.Helps); helps != "" {
			printHelp(p, indent, w.helps, helps)
		}
		printProposed(p, indent+pad("", len(w.helps)+1), st.Proposed, w)
	}
	if len(states) == 0 {
		p.line("%s", w.none)
	}
}

// printHelp writes what helps: words folded, YAML to paste as it stands.
func printHelp(p *printer, indent, label, helps string) {
	words, paste, _ := strings.Cut(visible(helps), "\n")
	for i, l := range fold(words, p.width-len(indent)-7) {
		if i > 0 || l == "" {
			label = pad("", len(label))
		}
		p.line("%s%s %s", indent, p.paint(green, label), l)
	}
	for l := range strings.Lines(paste) {
		p.line("%s       %s", indent, strings.TrimRight(l, "\n"))
	}
}

// printProposed writes what the rules found before beside what the proposed
// ones find now.
func printProposed(p *printer, indent string, rules []news.ProposedRule, w *statusWords) {
	if len(rules) == 0 {
		return
	}
	width := 0
	for _, r := range rules {
		width = max(width, len(r.Field)+2)
	}
	column := max((p.width-len(indent)-width-2)/2, 20)
	row := func(field, left, right string) {
		p.line("%s%s%s  %s", indent, pad(field, width), pad(cut(visible(left), column), column), cut(visible(right), column))
	}
	row("", w.before, w.now)
	for _, r := range rules {
		row(r.Field, cmp.Or(r.Before.Select, w.preset), cmp.Or(r.Now.Select, w.drop))
		row("", w.quoted(r.Before.Text), w.quoted(r.Now.Text))
	}
}

func (a *app) politenessCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "politeness",
		Short: "Show how often each host was asked, and the rules in force there",
		Long: `Show how often each host was asked, and the rules in force there.

The daemon counts from its start on. Without one it is the requests of the visits that the archive keeps, and
what hosts asked for then: by their robots.txt, that this be fetched first, or to be left alone for a while.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withArchive(cmd.Context(), func(_ *config.Config, c *client) error {
				hosts, err := one[[]news.HostPoliteness](cmd.Context(), c, "/politeness", nil)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(a.out, append([]news.HostPoliteness{}, hosts...))
				}
				printPoliteness(newPrinter(a.out), hosts)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// politeness answers with how often hosts were asked: of the daemon since it began,
// without one of the visits that the archive keeps.
func (c *core) politeness(r *http.Request, s *stream) error {
	if c.reload != nil {
		return s.value(c.crawler.Politeness())
	}
	hosts, err := c.crawler.Remembered(r.Context(), c.store)
	if err != nil {
		return err
	}
	return s.value(hosts)
}

func printPoliteness(p *printer, hosts []news.HostPoliteness) {
	width := len("host")
	for _, h := range hosts {
		width = max(width, len(h.Host))
	}
	p.line("%s", p.paint(dim, fmt.Sprintf("%s  %8s  %5s  %7s  %9s  %9s  %6s  %s", pad("host", width), "requests", "304", "refused", "bytes", "paused", "delay", "robots.txt")))
	for _, h := range hosts {
		p.line("%s  %8d  %4d%%  %7d  %9s  %9s  %6s  %s", pad(h.Host, width), h.Requests, h.Share(), h.Refused,
			bytesText(h.Bytes), h.Paused.Round(time.Second), h.Delay, visible(h.Rules))
	}
	if len(hosts) == 0 {
		p.line("no host was asked yet")
	}
}
