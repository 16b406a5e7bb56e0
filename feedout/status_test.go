package feedout

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// TestConcernsShow: what the operator should look at stands wherever he looks.
func TestConcernsShow(t *testing.T) {
	concern := news.Concern{
		Code: news.ConcernBackup, Since: noon.Add(-48 * time.Hour), Reasons: []news.Reason{news.Because("backup-failed")}, Advice: []news.Reason{news.Because("look-at-backup")},
	}
	var list []news.Concern
	s := newServer(t, sample(t), func(_ *Site, o *Options) { o.Concerns = func() []news.Concern { return list } })
	contains(t, get(t, s, "/metrics").Body.String(), `stadtfeed_concern{concern="backup"} 0`, `stadtfeed_source_held_items{source="kassel"} 0`)
	list = append(list, concern)
	contains(t, get(t, s, "/metrics").Body.String(), `stadtfeed_concern{concern="backup"} 1`, `stadtfeed_concern{concern="archive"} 0`)
	contains(t, get(t, s, "/status", "Accept-Language", "de").Body.String(), "ie letzte Sicherung ist gescheitert", "ob der Ordner der Sicherungen beschreibbar ist")
	contains(t, get(t, s, "/status.json").Body.String(), `"code": "backup"`, `"since": "`)
	contains(t, get(t, s, "/status.rss").Body.String(), "<title>die letzte Sicherung ist gescheitert</title>")
}

// TestUnsubscribe: programs of mail end mails with one POST (RFC 8058); people,
// and programs that only look, are asked first.
func TestUnsubscribe(t *testing.T) {
	ended := 0
	s := newServer(t, sample(t), func(_ *Site, o *Options) {
		o.Unsubscribe = func(_ context.Context, token string, meant bool) (string, error) {
			if token != "T0KEN" {
				return "", news.ErrNotFound
			}
			if meant {
				ended++
			}
			return "Verkehr", nil
		}
	})
	page := get(t, s, "/unsubscribe/T0KEN", "Accept", "text/html", "Accept-Language", "de")
	contains(t, page.Body.String(), "Verkehr", "Möchten Sie diese Mails nicht mehr bekommen?",
		`<form method="post" action="/nord/unsubscribe/T0KEN"><button>Abbestellen</button>`)
	if w := get(t, s, "/unsubscribe/other"); w.Code != http.StatusNotFound || ended != 0 {
		t.Errorf("another token: %d, ended %d", w.Code, ended)
	}
	r := httptest.NewRequest(http.MethodPost, "https://feeds.example/nord/unsubscribe/T0KEN", strings.NewReader("List-Unsubscribe=One-Click"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusOK || ended != 1 {
		t.Errorf("POST: %d %s, ended %d", w.Code, w.Body, ended)
	}
}

// TestStatusSpeaks holds that causes and what helps are told in the reader's
// language, on the page as in the operator's feed.
func TestStatusSpeaks(t *testing.T) {
	s := newServer(t, sample(t))
	german := []string{"eit 40 Tagen nichts Neues; die übliche Pause dauert höchstens 3 Tage", "mit stadtfeed try kommune21 ansehen"}
	contains(t, get(t, s, "/status", "Accept-Language", "de").Body.String(), german...)
	contains(t, get(t, s, "/status", "Accept-Language", "en").Body.String(),
		"Nothing new for 40 days, where the usual pause is 3 days at most", "look with stadtfeed try kommune21")
	contains(t, get(t, s, "/status.rss").Body.String(), german...)
	contains(t, get(t, s, "/status.json").Body.String(), `"code": "silent"`, `"nothing new for 40 days"`)
}

// TestStatusProposesRules holds that rules can be pasted as they stand, and
// that what they found before stands beside what they find now.
func TestStatusProposesRules(t *testing.T) {
	archive := sample(t)
	yaml := "rules:\n  article:\n    headline: main > h1"
	st := &archive.states[1]
	st.Reasons, st.Advice = []news.Reason{news.Because("rules-lost", "article.headline")}, []news.Reason{news.Because("rules", yaml)}
	st.Proposed = []news.ProposedRule{{
		Field:  "article.headline",
		Before: news.RuleMatch{Text: "<i>Brücke</i>", URL: "javascript:alert(1)"},
		Now:    news.RuleMatch{Select: "main > h1", Text: "Schule", URL: "https://www.kommune21.example/2"},
	}, {Field: "article.byline", Before: news.RuleMatch{Select: ".nobody"}}}
	archive.changes[0].Advice = st.Advice
	s := newServer(t, archive)
	page := get(t, s, "/status", "Accept-Language", "de").Body.String()
	contains(t, page, `diese Regeln würden jetzt passen:</p><pre class="paste"`, ">rules:\n  article:\n    headline: main &gt; h1</pre>",
		`<th scope="col">Bisher</th><th scope="col">Jetzt</th>`, "<code>Regel der Vorlage</code><br>&lt;i&gt;Brücke&lt;/i&gt;</td>",
		`<code>main &gt; h1</code><br><a href="https://www.kommune21.example/2" rel="external nofollow noreferrer">Schule</a></td>`,
		"<code>.nobody</code><br>–</td><td><code>weglassen</code><br>–</td>")
	contains(t, get(t, s, "/status.rss").Body.String(), "rules:\n  article:\n    headline: main")
	contains(t, get(t, s, "/status.json").Body.String(), `"select": "main \u003e h1"`)
}

// TestStatusTellsWhatHostsBear holds that requests, bytes, the share of 304,
// pauses and robots rules are shown per host.
func TestStatusTellsWhatHostsBear(t *testing.T) {
	hosts := func(...string) []news.HostPoliteness {
		return []news.HostPoliteness{{
			Host: "www.kommune21.example", Requests: 41, Robots: 1, NotModified: 30, Bytes: 12345, Paused: 80 * time.Second, Rules: "2 paths disallowed for *",
		}}
	}
	s := newServer(t, sample(t), func(_ *Site, o *Options) { o.Hosts = hosts })
	contains(t, get(t, s, "/status", "Accept-Language", "de").Body.String(), "Anfragen an die einzelnen Server",
		`<th scope="row">www.kommune21.example</th><td>41</td><td>75 %</td><td>12 kB</td>`, "2 paths disallowed for *")
	contains(t, get(t, s, "/status.json").Body.String(), `"host": "www.kommune21.example"`, `"not_modified": 30`)
}
