package main

import (
	"fmt"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// statusWords are what status says in a language, besides causes and help.
type statusWords struct {
	source, health, items, visited, fresh, next string // headings
	since                                       string // a layout of time.Format
	helps                                       string
	before, now, preset, drop                   string // of proposed rules
	quote                                       string // around a text
	ago, in, never, due                         string
	units                                       [4]string // seconds, minutes, hours, days
	states                                      map[news.Health]string
	none                                        string
	mails                                       string // how many get mails, how many were asked
	columns                                     [2]int // widths of states and moments
}

var (
	englishStatus = &statusWords{
		source: "source", health: "health", items: "items", visited: "visited", fresh: "new", next: "next",
		since: "since 2006-01-02 15:04", helps: "helps:", before: "before", now: "now", preset: "rule of the preset",
		drop: "leave it out", quote: "“%s”",
		ago: "%s ago", in: "in %s", never: "never", due: "now", units: [4]string{"%ds", "%dmin", "%dh", "%dd"},
		none:  "no sources are configured; stadtfeed add URL --write adds one",
		mails: "by e-mail: %d confirmed, %d not yet", columns: [2]int{8, 10},
	}
	germanStatus = &statusWords{
		source: "Quelle", health: "Zustand", items: "Meld.", visited: "besucht", fresh: "neu", next: "nächster",
		since: "seit 2.1.2006, 15:04 Uhr", helps: "hilft:", before: "bisher", now: "jetzt", preset: "Regel der Vorlage",
		drop: "weglassen", quote: "„%s“",
		ago: "vor %s", in: "in %s", never: "nie", due: "jetzt", units: [4]string{"%d Sek.", "%d Min.", "%d Std.", "%d Tagen"},
		states: map[news.Health]string{
			news.New:      "neu",
			news.OK:       "in Ordnung",
			news.Degraded: "eingeschränkt",
			news.Broken:   "gestört",
			news.Blocked:  "blockiert",
			news.Stale:    "verstummt",
		},
		none:  "es ist keine Quelle eingerichtet; stadtfeed add URL --write trägt eine ein",
		mails: "per E-Mail: %d bestätigt, %d noch nicht", columns: [2]int{13, 11},
	}
)

// statusIn are the words of a language: German, or else English.
func statusIn(language string) *statusWords {
	if language == "de" {
		return germanStatus
	}
	return englishStatus
}

func (w *statusWords) state(h news.Health) string {
	if name, ok := w.states[h]; ok {
		return name
	}
	return healthName(h)
}

func (w *statusWords) quoted(s string) string {
	if s == "" {
		return "–"
	}
	return fmt.Sprintf(w.quote, s)
}

// agoText is how long ago something was, in its largest unit.
func (w *statusWords) agoText(now, then time.Time) string {
	if then.IsZero() {
		return w.never
	}
	return fmt.Sprintf(w.ago, w.span(now.Sub(then)))
}

func (w *statusWords) nextText(now, due time.Time) string {
	switch {
	case due.IsZero():
		return "–"
	case !due.After(now):
		return w.due
	}
	return fmt.Sprintf(w.in, w.span(due.Sub(now)))
}

func (w *statusWords) span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf(w.units[0], max(int(d.Seconds()), 0))
	case d < time.Hour:
		return fmt.Sprintf(w.units[1], int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf(w.units[2], int(d.Hours()))
	}
	return fmt.Sprintf(w.units[3], int(d.Hours()/24))
}
