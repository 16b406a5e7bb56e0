package town

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A Plan is a region to be made up.
type Plan struct {
	Sites   int
	Seed    uint64
	Start   time.Time
	Days    int      // of publication after Start
	Past    int      // articles that were there before Start
	PerWeek float64  // articles per week and site, on average; 0: 5
	Rhythms []Rhythm // the sites' in turn; none: Weekdays
	Texts   Texts    // what its articles have in common; none: Stock
	Menu    int      // bytes of navigation on every page, as sites of towns have it
}

// Texts are what the articles of a region have in common.
type Texts string

// The texts of regions.
const (
	Stock    Texts = "stock"    // sentences out of a small stock: articles differ in which, and in numbers
	Releases Texts = "releases" // every other article is a press release of the district that all its towns print
	Distinct Texts = "distinct" // no sentence occurs twice
)

// A Rhythm is how a town's publishing is spread over the year.
type Rhythm string

// The rhythms of towns.
const (
	Weekdays  Rhythm = "weekdays"  // on working days, as it comes
	Weekly    Rhythm = "weekly"    // on one day of the week
	Monthly   Rhythm = "monthly"   // in the first days of the month
	Bursts    Rhythm = "bursts"    // nothing for weeks, then a dozen at once
	Christmas Rhythm = "christmas" // weekdays, but not from 20 December to 8 January
	Summer    Rhythm = "summer"    // weekdays, but not in six weeks of July and August
	Seasonal  Rhythm = "seasonal"  // from May to September only
)

// Rhythms are all rhythms.
func Rhythms() []Rhythm {
	return []Rhythm{Weekdays, Weekly, Monthly, Bursts, Christmas, Summer, Seasonal}
}

// Generate makes up a region: sites of all layouts in turn, each with its own
// rhythm, publishing between 7 and 18 o'clock. The same plan gives the same
// region.
func Generate(p Plan) []*Site {
	if p.PerWeek == 0 {
		p.PerWeek = 5
	}
	if p.Rhythms == nil {
		p.Rhythms = []Rhythm{Weekdays}
	}
	layouts := []*Layout{TYPO3, Kommune21Old, LocalGov, Plain, Kommune21New}
	var sites []*Site
	for i := range p.Sites {
		rnd := rand.New(rand.NewPCG(p.Seed, uint64(i)))
		site := &Site{
			Name: fmt.Sprintf("ort-%04d", i), Title: fmt.Sprintf("Ort %d", i), Layout: layouts[i%len(layouts)],
			Location: p.Start.Location(), Menu: menu(p.Menu),
		}
		site.Articles = p.articles(rnd, p.Rhythms[i/len(layouts)%len(p.Rhythms)])
		sites = append(sites, site)
	}
	return sites
}

// articles are one site's, newest first.
func (p Plan) articles(rnd *rand.Rand, rhythm Rhythm) []*Article {
	days := rhythm.days(rnd, p.PerWeek*(0.4+1.2*rnd.Float64()))
	var past, articles []*Article
	for day := -3 * 366; day < p.Days; day++ {
		date := midnight(p.Start).AddDate(0, 0, day)
		var hours []float64
		for range days(date) {
			hours = append(hours, 7+11*rnd.Float64())
		}
		slices.Sort(hours)
		for _, h := range hours {
			at := date.Add(time.Duration(h * float64(time.Hour)))
			a := &Article{Published: date}
			if at.After(p.Start) {
				a.Appears = at
				articles = append(articles, a)
			} else {
				past = append(past, a)
			}
		}
	}
	articles = append(slices.Clone(past[max(len(past)-p.Past, 0):]), articles...)
	for i, a := range articles {
		a.First = p.version(rnd, i)
		a.Key = fmt.Sprintf("%d-%s", 10000+i, slug(a.First.Headline))
	}
	slices.Reverse(articles)
	return articles
}

// days tells how many articles a town publishes on a day, for a rhythm and
// how many it has per week.
func (r Rhythm) days(rnd *rand.Rand, perWeek float64) func(time.Time) int {
	some := func(mean float64) (n int) {
		for ; mean > 0; mean-- {
			if rnd.Float64() < mean {
				n++
			}
		}
		return n
	}
	weekday := time.Weekday(1 + rnd.IntN(5))
	next, gap := 0, 14+rnd.IntN(10)
	return func(day time.Time) int {
		weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
		month, date := day.Month(), day.Day()
		switch {
		case r == Weekly && day.Weekday() != weekday, r == Monthly && date != 1+int(weekday), r != Weekly && r != Monthly && weekend:
			return 0
		case r == Weekly:
			return max(1, some(perWeek))
		case r == Monthly:
			return max(1, some(4*perWeek))
		case r == Bursts:
			if next--; next > 0 {
				return 0
			}
			next = gap - 5 + rnd.IntN(10)
			return 3 + rnd.IntN(10)
		case r == Christmas && (month == time.December && date >= 20 || month == time.January && date <= 8),
			r == Summer && (month == time.July && date >= 5 || month == time.August && date <= 16),
			r == Seasonal && (month < time.May || month > time.September):
			return 0
		}
		return some(perWeek / 5)
	}
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

// version is a site's n-th article.
func (p Plan) version(rnd *rand.Rand, n int) Version {
	switch {
	case p.Texts == Distinct:
		return madeUp(rnd, func() string { return freeSentence(rnd) })
	case p.Texts == Releases && n%2 == 0:
		release := rand.New(rand.NewPCG(p.Seed, uint64(n)<<32))
		return madeUp(release, func() string { return freeSentence(release) })
	case p.Texts == Releases:
		return madeUp(rnd, func() string { return freeSentence(rnd) })
	}
	return madeUp(rnd, stockSentence(rnd))
}

var syllables = strings.Fields("al bau brü dorf eck feld gar hal in kirch lin markt nor ort plan rat schul tal um ver weg zel")

// freeSentence is of words put together from syllables: none is said twice.
func freeSentence(rnd *rand.Rand) string {
	words := make([]string, 14)
	for i := range words {
		for range 2 + rnd.IntN(3) {
			words[i] += syllables[rnd.IntN(len(syllables))]
		}
		if rnd.IntN(3) == 0 {
			words[i] = strings.ToUpper(words[i][:1]) + words[i][1:]
		}
	}
	return "Die " + strings.Join(words, " ") + "."
}

// menu is a navigation of about that many bytes.
func menu(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `<li class="menu-item"><a href="/rathaus/thema-%d" title="Thema %d">Bürgerservice und Verwaltung, Thema %d</a></li>`+"\n", i, i, i)
	}
	if b.Len() == 0 {
		return ""
	}
	return "<nav><ul>" + b.String() + "</ul></nav>"
}

// stockSentence picks sentences that other articles have, too.
func stockSentence(rnd *rand.Rand) func() string {
	return func() string {
		s := texts[rnd.IntN(len(texts))]
		if strings.Contains(s, "%") {
			s = fmt.Sprintf(s, 100+rnd.IntN(90_000))
		}
		return s
	}
}

// madeUp is an article of made-up news.
func madeUp(rnd *rand.Rand, sentence func() string) Version {
	pick := func(list []string) string { return list[rnd.IntN(len(list))] }
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
