package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

func TestPrintStatus(t *testing.T) {
	now := time.Date(2026, 6, 10, 12, 0, 0, 0, time.UTC)
	states := []news.SourceState{
		{Name: "kassel", Health: news.OK, Items: 7, LastVisit: now.Add(-time.Minute), LastNew: now.Add(-72 * time.Hour), Due: now.Add(time.Hour)},
		{
			Name: "essen", Health: news.Degraded, Items: 9, Since: now.Add(-48 * time.Hour), LastVisit: now, Due: now,
			Reasons: []news.Reason{news.Because("rules-lost", "article.headline")},
			Advice:  []news.Reason{news.Because("rules", "rules:\n  article:\n    headline: main h1")},
			Proposed: []news.ProposedRule{{
				Field:  "article.headline",
				Before: news.RuleMatch{Select: "h1.headline", Text: "Brücke wird gesperrt"},
				Now:    news.RuleMatch{Select: "main h1", Text: "Schule wird eröffnet"},
			}},
		},
	}
	for language, want := range map[string]string{
		"C": `source  health      items  visited     new         next
kassel  ok              7  1min ago    3d ago      in 1h
essen   degraded        9  0s ago      never       now
        since 2026-06-08 12:00: these rules no longer match, and detection stands in: article.headline
        helps: these rules would fit now:
               rules:
                 article:
                   headline: main h1
                                 before                            now
               article.headline  h1.headline                       main h1
                                 “Brücke wird gesperrt”            “Schule wird eröffnet”
`,
		"de": `Quelle  Zustand          Meld.  besucht      neu          nächster
kassel  in Ordnung           7  vor 1 Min.   vor 3 Tagen  in 1 Std.
essen   eingeschränkt        9  vor 0 Sek.   nie          jetzt
        seit 8.6.2026, 12:00 Uhr: diese Regeln passen nicht mehr, und die Erkennung springt ein: article.headline
        hilft: diese Regeln würden jetzt passen:
               rules:
                 article:
                   headline: main h1
                                 bisher                            jetzt
               article.headline  h1.headline                       main h1
                                 „Brücke wird gesperrt“            „Schule wird eröffnet“
`,
	} {
		var out bytes.Buffer
		printStatus(newPrinter(&out), states, language, time.UTC, now)
		if out.String() != want {
			t.Errorf("in %s:\n%s\nwant\n%s", language, out.String(), want)
		}
	}
}
