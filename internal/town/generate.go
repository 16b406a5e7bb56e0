package town

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// A Plan is a region to be made up.
type Plan struct {
	Sites   int
	Seed    uint64
	Start   time.Time
	Days    int     // of publication after Start
	Past    int     // articles that were there before Start
	PerWeek float64 // articles per week and site, on average; 0: 5
}

// Generate makes up a region: sites of all layouts in turn, each with its own
// rhythm, publishing on weekdays between 7 and 18 o'clock. The same plan gives
// the same region.
func Generate(p Plan) []*Site {
	if p.PerWeek == 0 {
		p.PerWeek = 5
	}
	layouts := []*Layout{TYPO3, Kommune21Old, LocalGov, Plain, Kommune21New}
	var sites []*Site
	for i := range p.Sites {
		rnd := rand.New(rand.NewPCG(p.Seed, uint64(i)))
		site := &Site{Name: fmt.Sprintf("ort-%04d", i), Title: fmt.Sprintf("Ort %d", i), Layout: layouts[i%len(layouts)], Location: p.Start.Location()}
		site.Articles = p.articles(rnd)
		sites = append(sites, site)
	}
	return sites
}

// articles are one site's, newest first.
func (p Plan) articles(rnd *rand.Rand) []*Article {
	rate := p.PerWeek * (0.4 + 1.2*rnd.Float64()) / 5 // per weekday
	var articles []*Article
	add := func(published, appears time.Time) {
		a := &Article{Key: fmt.Sprint(10000 + len(articles)), Published: midnight(published), Appears: appears, First: madeUp(rnd)}
		a.Key += "-" + slug(a.First.Headline)
		articles = append(articles, a)
	}
	for back := p.Past; back > 0; back-- {
		add(p.Start.Add(-time.Duration(float64(back)*24/rate)*time.Hour), time.Time{})
	}
	for day := range p.Days {
		date := midnight(p.Start).AddDate(0, 0, day)
		if date.Weekday() == time.Saturday || date.Weekday() == time.Sunday {
			continue
		}
		hours := []float64{}
		for n := rate; n > 0; n-- {
			if rnd.Float64() < n {
				hours = append(hours, 7+11*rnd.Float64())
			}
		}
		slices.Sort(hours)
		for _, h := range hours {
			if at := date.Add(time.Duration(h * float64(time.Hour))); at.After(p.Start) {
				add(at, at)
			}
		}
	}
	slices.Reverse(articles)
	return articles
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

var (
	whats  = []string{"Neue Turnhalle", "Wochenmarkt", "Straßensperrung", "Bürgersprechstunde", "Haushaltsplan", "Radweg", "Spielplatz", "Stadtbücherei", "Feuerwehr", "Baumpflanzung", "Kita", "Freibad", "Glasfaserausbau", "Ehrenamtspreis", "Sitzung des Rates", "Abfallkalender", "Wasserleitung", "Brückensanierung", "Volkshochschule", "Jugendzentrum"}
	doings = []string{"wird eröffnet", "beginnt am Montag", "ist fertiggestellt", "wird erneuert", "sucht Helferinnen und Helfer", "bekommt Förderung", "zieht um", "öffnet länger", "wird im Rat beraten", "startet in die Saison", "feiert Jubiläum", "wird verschoben"}
	wheres = []string{"in der Nordstadt", "am Mühlenbach", "am Marktplatz", "in der Lindenstraße", "am Bahnhof", "in Oberdorf", "an der Grundschule", "im Gewerbegebiet", "am Schützenplatz", "in der Altstadt", "am Kurpark", "in Süderende"}
	places = []string{"Altmühlen", "Erlenbrück", "Seeheide", "Nordwald", "Fürstenau", "Königsfeld", "Bärenthal", "Großlinden"}
	tags   = []string{"Verkehr", "Kultur", "Bildung", "Finanzen", "Soziales", "Umwelt", "Sport", "Bauen", "Familie", "Digitales"}
	texts  = []string{
		"Die Verwaltung hat dafür in den vergangenen Monaten mit allen Beteiligten gesprochen.",
		"Die Kosten belaufen sich auf %d Euro, einen Teil davon trägt das Land.",
		"Rund %d Einwohnerinnen und Einwohner haben sich an der Befragung beteiligt.",
		"Anregungen nimmt das Rathaus bis zum Monatsende in Zimmer %d entgegen.",
		"Der zuständige Ausschuss hat dem Vorhaben einstimmig zugestimmt.",
		"Während der Arbeiten ist mit Einschränkungen zu rechnen.",
		"Für Rückfragen steht das Bürgerbüro unter der Durchwahl %d zur Verfügung.",
	}
)

// madeUp is an article of made-up news.
func madeUp(rnd *rand.Rand) Version {
	pick := func(list []string) string { return list[rnd.IntN(len(list))] }
	sentence := func() string {
		s := pick(texts)
		if slices.Contains([]byte(s), '%') {
			s = fmt.Sprintf(s, 100+rnd.IntN(90_000))
		}
		return s
	}
	what, where := pick(whats), pick(wheres)
	v := Version{
		Place:    pick(places),
		Headline: fmt.Sprintf("%s %s %s", what, where, pick(doings)),
		Teaser:   fmt.Sprintf("%s %s: Darüber hat die Stadt am Vormittag berichtet. %s", what, where, sentence()),
		Byline:   "pm",
		Tags:     []string{pick(tags), pick(tags)},
	}
	v.Tags = slices.Compact(v.Tags)
	for range 2 + rnd.IntN(4) {
		v.Body = append(v.Body, sentence()+" "+sentence()+" "+sentence())
	}
	return v
}
