package crawler

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A paper is a town whose pages a test shapes: what a listing row and an
// article look like.
type paper struct {
	*town
	row, page func(n int) string
	listing   []int // numbers of the listed articles, newest first
	instead   string
	published func(n int) time.Time
}

func newPaper(t testing.TB, d func() time.Time) *paper {
	p := &paper{town: newTown(t)}
	p.published = func(int) time.Time { return d() }
	dates := map[int]time.Time{}
	date := func(n int) string {
		if _, ok := dates[n]; !ok {
			dates[n] = p.published(n)
		}
		return dates[n].Format("02.01.2006")
	}
	p.row = func(n int) string {
		return fmt.Sprintf(`<article class="news-item"><span class="date">%s</span><h2><a href="/news/%d">%s</a></h2><p class="teaser">Worum es in der Meldung geht, steht in Satz %d.</p></article>`, date(n), n, title(n), n)
	}
	p.page = func(n int) string {
		return fmt.Sprintf(`<main><h1 class="headline">%s</h1><p class="date">%s</p><p class="teaser"><strong>Worum es in der Meldung geht, steht in Satz %d.</strong></p>%s</main>`, title(n), date(n), n, text(n))
	}
	p.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		n := 0
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		frame := `<!doctype html><html lang="de"><head><title>Stadt Musterstadt</title></head><body><header><a href="/">Stadt Musterstadt</a></header>%s<footer>Impressum</footer></body></html>`
		switch {
		case p.instead != "":
			fmt.Fprint(w, p.instead)
		case r.URL.Path == "/":
			var rows strings.Builder
			for _, n := range p.listing {
				rows.WriteString(p.row(n))
			}
			fmt.Fprintf(w, frame, `<main><h1>Aktuelles</h1><div class="news-list">`+rows.String()+`</div></main>`)
		case strings.HasPrefix(r.URL.Path, "/news/"):
			fmt.Sscanf(r.URL.Path, "/news/%d", &n)
			if p.gone["all"] {
				http.NotFound(w, r)
				return
			}
			fmt.Fprintf(w, frame, p.page(n))
		default:
			http.NotFound(w, r)
		}
	})
	return p
}

func title(n int) string {
	what := []string{"Brücke", "Schule", "Straße", "Bücherei", "Sporthalle", "Feuerwache", "Brunnen"}
	does := []string{"wird gesperrt", "wird eröffnet", "wird saniert", "feiert Jubiläum", "bekommt neues Dach"}
	return fmt.Sprintf("%s in der Straße %d %s", what[n%7], n, does[n%5])
}

func text(n int) string {
	return fmt.Sprintf("<p>Wie die Verwaltung in Sitzung %d mitteilt, dauern die Arbeiten bis zum Ende von Abschnitt %d. Die Kosten trägt zum größten Teil das Land, den Rest die Stadt.</p><p>Anwohner können sich mit Fragen an das Bauamt wenden, Zimmer %d.</p>", n, n*3, n*7)
}

// publish lets the newest articles be listed, ten at a time.
func (p *paper) publish(n int) {
	p.change(func() {
		p.listing = append([]int{n}, p.listing...)
		p.listing = p.listing[:min(len(p.listing), 10)]
	})
}

// daily lets a day go by with one article and two visits.
func (d *desk) daily(p *paper, from, days int) (last news.Visit) {
	d.t.Helper()
	for i := range days {
		d.pass(12 * time.Hour)
		p.publish(from + i)
		d.visit(VisitOptions{})
		d.pass(12 * time.Hour)
		last = d.visit(VisitOptions{})
	}
	return last
}

const paperRules = `    rules:
      listing: {entry: article.news-item}
      article: {headline: h1.headline, published: p.date}`

func newPaperDesk(t *testing.T) (*paper, *desk) {
	var d *desk
	p := newPaper(t, func() time.Time { return d.clock() })
	d = newDesk(t, oneSource(p.URL, paperRules))
	for n := range 10 {
		p.publish(n + 1)
	}
	if v := d.daily(p, 11, 15); v.Health != news.OK {
		t.Fatalf("a healthy paper is %s: %s", v.Health, d.state().Why)
	}
	return p, d
}

func TestHealthRuleStopsMatching(t *testing.T) {
	p, d := newPaperDesk(t)
	p.change(func() {
		p.page = func(n int) string {
			return fmt.Sprintf(`<main><h1 class="page-title">%s</h1><p class="meta">%s</p>%s</main>`, title(n), d.clock().Format("02.01.2006"), text(n))
		}
	})
	d.daily(p, 40, 5)
	st := d.state()
	why := "these rules have found nothing since 6 December 2026, and detection stands in: article.headline, article.published"
	if st.Health != news.Degraded || !strings.Contains(st.Why, why) {
		t.Errorf("health %s: %s", st.Health, st.Why)
	}
	if !strings.Contains(st.Helps, "headline: main h1.page-title") || !strings.Contains(st.Helps, "entry: article.news-item") {
		t.Errorf("proposal:\n%s", st.Helps)
	}
	i := slices.IndexFunc(st.Proposed, func(p news.ProposedRule) bool { return p.Field == "article.headline" })
	if i < 0 || st.Proposed[i].Before.Select != "h1.headline" || st.Proposed[i].Now.Select != "main h1.page-title" ||
		!strings.Contains(st.Proposed[i].Before.Text, "in der Straße") || !strings.Contains(st.Proposed[i].Now.Text, "in der Straße 4") {
		t.Errorf("evidence of the proposal: %+v", st.Proposed)
	}
	// The feed goes on meanwhile.
	for _, it := range d.items()[:3] {
		if it.Partial || !strings.Contains(it.Headline, "in der Straße 4") {
			t.Errorf("item %+v", it)
		}
	}
	d.paste(p)
	if v := d.daily(p, 50, 4); v.Health != news.OK {
		t.Errorf("with the proposed rules: %s, %s", v.Health, d.state().Why)
	}
}

// paste puts the proposed rules into the configuration as they stand.
func (d *desk) paste(p *paper) {
	d.t.Helper()
	advice := d.state().Advice
	if len(advice) == 0 || len(advice[0].Args) == 0 || !strings.HasPrefix(advice[0].Args[0], "rules:\n") {
		d.t.Fatalf("no rules are proposed: %+v", advice)
	}
	d.configure(oneSource(p.URL, "    "+strings.ReplaceAll(advice[0].Args[0], "\n", "\n    ")))
}

func TestHealthListingRuleStopsMatching(t *testing.T) {
	p, d := newPaperDesk(t)
	before := len(d.items())
	row := p.row
	p.change(func() {
		p.row = func(n int) string { return strings.ReplaceAll(row(n), "news-item", "teaser-box") }
	})
	d.daily(p, 40, 3)
	st := d.state()
	why := "these rules have found nothing since 6 December 2026, and detection stands in: listing.entry"
	if st.Health != news.Degraded || !strings.Contains(st.Why, why) || !strings.Contains(st.Helps, "entry: article.teaser-box") {
		t.Errorf("health %s: %s\n%s", st.Health, st.Why, st.Helps)
	}
	if got := len(d.items()); got != before+3 {
		t.Errorf("%d items, want %d: detection stands in", got, before+3)
	}
	d.paste(p)
	if v := d.daily(p, 50, 4); v.Health != news.OK {
		t.Errorf("with the proposed rules: %s, %s", v.Health, d.state().Why)
	}
}

// TestHealthRebuilt holds that a page built anew is said to be so, together
// with what it no longer shows, and not once all is well.
func TestHealthRebuilt(t *testing.T) {
	p, d := newPaperDesk(t)
	p.change(func() {
		p.row = func(n int) string {
			return fmt.Sprintf(`<section class="tile"><header class="tile-head"><h3 class="tile-title"><a class="stretched" href="/news/%d">%s</a></h3></header><footer class="tile-foot"><em class="more">weiter</em></footer></section>`, n, title(n))
		}
	})
	d.daily(p, 40, 2)
	st := d.state()
	if why := news.Say("de", st.Reasons, ""); st.Health != news.Degraded || !strings.Contains(why, "die Seite wurde umgebaut") {
		t.Errorf("health %s: %s", st.Health, why)
	}
	d.paste(p)
	d.daily(p, 50, 40)
	if why := d.state().Why; strings.Contains(why, "rebuilt") {
		t.Errorf("forty days later: %s", why)
	}
}

func TestHealthArticlesCannotBeHad(t *testing.T) {
	p, d := newPaperDesk(t)
	p.change(func() {
		p.gone["all"] = true
		for n := 40; n < 44; n++ {
			p.listing = append([]int{n}, p.listing...)
		}
	})
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	d.pass(time.Minute)
	d.visit(VisitOptions{}) // unchanged: the state stays
	if st := d.state(); st.Health != news.Degraded || !strings.Contains(st.Why, "none of 4 articles could be read") {
		t.Errorf("health %s: %s", st.Health, st.Why)
	}
	p.change(func() { p.gone["all"] = false })
	d.pass(2 * time.Hour) // the articles are had after all, the listing is unchanged
	if v := d.visit(VisitOptions{}); v.Health != news.OK || !v.Unchanged {
		t.Errorf("afterwards: %+v: %s", v, d.state().Why)
	}
}

func TestHealthFieldIsLost(t *testing.T) {
	p, d := newPaperDesk(t)
	p.change(func() {
		p.row = func(n int) string {
			return fmt.Sprintf(`<article class="news-item"><h2><a href="/news/%d">%s</a></h2></article>`, n, title(n))
		}
	})
	d.daily(p, 40, 2)
	if st := d.state(); st.Health != news.Degraded || !strings.Contains(st.Why, "the listing no longer shows dates") {
		t.Errorf("health %s: %s", st.Health, st.Why)
	}
}

// TestHealthFieldIsLostFromTheSameRows is a short listing that was read only
// once: rows without what they had are a fault, other rows may be as they are.
func TestHealthFieldIsLostFromTheSameRows(t *testing.T) {
	for _, c := range []struct {
		name    string
		listing []int
		want    news.Health
	}{
		{"the same rows", []int{5, 4, 3, 2, 1}, news.Degraded},
		{"two of five are new", []int{7, 6, 5, 4, 3}, news.Degraded},
		{"all are new", []int{10, 9, 8, 7, 6}, news.OK},
		{"two that were there", []int{2, 1}, news.OK},
	} {
		var d *desk
		p := newPaper(t, func() time.Time { return d.clock() })
		d = newDesk(t, oneSource(p.URL, paperRules))
		p.listing = []int{5, 4, 3, 2, 1}
		d.visit(VisitOptions{})
		p.change(func() {
			p.listing = c.listing
			p.row = func(n int) string {
				return fmt.Sprintf(`<article class="news-item"><span class="date">21.11.2026</span><h2><a href="/news/%d">%s</a></h2></article>`, n, title(n))
			}
		})
		d.pass(12 * time.Hour)
		if v := d.visit(VisitOptions{}); v.Health != c.want {
			t.Errorf("%s: health %s, want %s: %s", c.name, v.Health, c.want, d.state().Why)
		}
	}
}

func TestHealthBlockPageForAWeek(t *testing.T) {
	p, d := newPaperDesk(t)
	before := len(d.items())
	p.change(func() {
		p.instead = `<html><head><title>Just a moment...</title></head><body><h1>Attention Required!</h1><p>Please complete the security check (captcha) to access this site.</p><div class="g-recaptcha"></div></body></html>`
	})
	for range 7 {
		d.pass(24 * time.Hour)
		d.visit(VisitOptions{})
	}
	if st := d.state(); st.Health != news.Blocked || st.Helps == "" {
		t.Errorf("health %s: %s", st.Health, st.Why)
	}
	if got := len(d.items()); got != before {
		t.Errorf("%d items, want the %d that were there", got, before)
	}
	p.change(func() { p.instead = "" })
	if v := d.daily(p, 40, 1); v.Health != news.OK {
		t.Errorf("after the week: %s, %s", v.Health, d.state().Why)
	}
}

func TestHealthSystemMovedWhileTheOldOneAnswers(t *testing.T) {
	_, d := newPaperDesk(t)
	for day := 1; day <= 60; day++ {
		d.pass(24 * time.Hour)
		v := d.visit(VisitOptions{})
		switch {
		case day <= 47 && v.Health != news.OK:
			t.Fatalf("day %d of silence, twenty of them over Christmas: %s", day, v.Health)
		case day >= 50 && v.Health != news.Stale:
			t.Fatalf("day %d of silence where news are daily: %s", day, v.Health)
		}
	}
	if st := d.state(); !strings.Contains(st.Why, "nothing new for") || st.Helps == "" {
		t.Errorf("state %+v", st)
	}
}

func TestHealthOneFaultIsNoAlarm(t *testing.T) {
	p, d := newPaperDesk(t)
	p.change(func() { p.override["/"] = nil; p.instead = "<html><body><p>Wartungsarbeiten</p></body></html>" })
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Err == "" || v.Health != news.OK {
		t.Errorf("one fault: %+v", v)
	}
	p.change(func() { p.instead = "" })
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	changes, err := d.store.HealthChanges(t.Context(), 10)
	if err != nil || len(changes) != 1 {
		t.Errorf("changes %+v, %v; want only the first to ok", changes, err)
	}
}

// TestHealthHeldBack holds that a flood of old news is told at the next visit,
// though the listing is unchanged then, and no more once it was released.
func TestHealthHeldBack(t *testing.T) {
	p, d := newPaperDesk(t)
	before := len(d.items())
	p.change(func() {
		p.published = func(int) time.Time { return d.clock().AddDate(-1, 0, 0) }
		for n := range 30 {
			p.listing = append(p.listing, 500+n)
		}
	})
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Held != 30 || len(d.items()) != before {
		t.Fatalf("%d held, %d items instead of %d", v.Held, len(d.items()), before)
	}
	d.pass(time.Hour)
	d.visit(VisitOptions{})
	if st := d.state(); st.Health != news.Degraded || !strings.Contains(st.Why, "30 entries held back") || !strings.Contains(st.Helps, "stadtfeed held musterstadt") {
		t.Errorf("health %s: %s, %s", st.Health, st.Why, st.Helps)
	}
	if _, err := d.store.ReleaseHeld(t.Context(), "musterstadt"); err != nil {
		t.Fatal(err)
	}
	d.pass(time.Hour)
	if v := d.visit(VisitOptions{}); v.Health != news.OK || len(d.items()) != before+30 {
		t.Errorf("released: %s: %s; %d items", v.Health, d.state().Why, len(d.items()))
	}
}

func TestHealthMassWithdrawalIsNotBelievedAtOnce(t *testing.T) {
	p, d := newPaperDesk(t)
	p.change(func() {
		p.gone["all"] = true
		p.listing = nil
		for n := range 10 {
			p.listing = append(p.listing, 60-n)
		}
	})
	withdrawn := 0
	for day := 1; day <= 6; day++ {
		d.pass(24 * time.Hour)
		withdrawn += d.visit(VisitOptions{}).Withdrawn
	}
	if st := d.state(); withdrawn != 0 || st.Health != news.Degraded || !strings.Contains(st.Why, "vanished all at once") {
		t.Errorf("%d withdrawn in the first days, health %s: %s", withdrawn, st.Health, st.Why)
	}
}

// TestEveryReasonHasItsSentence holds that what is said of sources can be said
// in both languages.
func TestEveryReasonHasItsSentence(t *testing.T) {
	text, err := os.ReadFile("health.go")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, m := range regexp.MustCompile(`ecause\((?:cmp\.Or\(advices\[fault\], )?"([a-z-]+)"`).FindAllStringSubmatch(string(text), -1) {
		codes = append(codes, m[1])
	}
	for _, fault := range []Fault{
		FaultAddress, FaultPrivate, FaultRobots, FaultTimeout, FaultNetwork, FaultName, FaultTLS, FaultRedirect, FaultTooLarge, FaultEncoding,
		FaultMedia, FaultGone, FaultForbidden, FaultBusy, FaultServer, FaultStatus, FaultObstacle, FaultPage, FaultEmpty, FaultPanic,
	} {
		codes = append(codes, reasonOf(&Error{URL: "https://stadt.example/", Fault: fault}).Code, cmp.Or(advices[fault], "wait"))
	}
	if len(codes) < 50 {
		t.Fatalf("only %d codes were found in health.go: %v", len(codes), codes)
	}
	for _, code := range codes {
		if said := news.Say("de", []news.Reason{news.Because(code)}, ""); said == code {
			t.Errorf("%q has no sentence", code)
		}
	}
}
