// Package dateoracle compares our date reader with an independent one,
// github.com/markusmobius/go-dateparser, on generated dates: wherever both
// answer they must tell the same moment, and ours must answer always. Run it
// with `go test` in this folder.
package dateoracle

import (
	"fmt"
	"strings"
	"testing"
	"time"

	dateparser "github.com/markusmobius/go-dateparser"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/news"
)

// A tongue is how one language writes dates: its months as they stand after a
// day, its weekdays from Sunday, and layouts in which {d} is the day, {dd} the
// day of two digits, {m} {mm} the month, {M} its name, {w} the weekday, {y} the
// year, {t} the time of day.
type tongue struct {
	lang     string
	months   string
	weekdays string
	layouts  []string
}

var tongues = []tongue{
	{"de", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember", "Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag",
		[]string{"{d}. {M} {y}", "{w}, {d}. {M} {y}", "{dd}.{mm}.{y}", "{d}.{m}.{y}", "{d}. {M} {y} {t}", "{dd}.{mm}.{y} {t}", "{w}, {dd}.{mm}.{y}"}},
	{"en-GB", "January February March April May June July August September October November December", "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
		[]string{"{d} {M} {y}", "{w} {d} {M} {y}", "{w}, {d} {M} {y}", "{dd}/{mm}/{y}", "{d} {M} {y} {t}", "{M} {d}, {y}"}},
	{"en-US", "January February March April May June July August September October November December", "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
		[]string{"{M} {d}, {y}", "{w}, {M} {d}, {y}", "{mm}/{dd}/{y}", "{M} {d}, {y} {t}", "{d} {M} {y}"}},
	{"fr", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre", "dimanche lundi mardi mercredi jeudi vendredi samedi",
		[]string{"{d} {M} {y}", "{w} {d} {M} {y}", "{dd}/{mm}/{y}", "{d} {M} {y} {t}"}},
	{"it", "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre", "domenica lunedì martedì mercoledì giovedì venerdì sabato",
		[]string{"{d} {M} {y}", "{w} {d} {M} {y}", "{dd}/{mm}/{y}", "{d} {M} {y} {t}"}},
	{"es", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", "domingo lunes martes miércoles jueves viernes sábado",
		[]string{"{d} de {M} de {y}", "{w}, {d} de {M} de {y}", "{dd}/{mm}/{y}", "{d} {M} {y}"}},
	{"pt", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro", "domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado",
		[]string{"{d} de {M} de {y}", "{dd}/{mm}/{y}", "{w}, {d} de {M} de {y}"}},
	{"nl", "januari februari maart april mei juni juli augustus september oktober november december", "zondag maandag dinsdag woensdag donderdag vrijdag zaterdag",
		[]string{"{d} {M} {y}", "{w} {d} {M} {y}", "{dd}-{mm}-{y}", "{d} {M} {y} {t}"}},
	{"da", "januar februar marts april maj juni juli august september oktober november december", "søndag mandag tirsdag onsdag torsdag fredag lørdag",
		[]string{"{d}. {M} {y}", "{w} {d}. {M} {y}", "{dd}.{mm}.{y}"}},
	{"nb", "januar februar mars april mai juni juli august september oktober november desember", "søndag mandag tirsdag onsdag torsdag fredag lørdag",
		[]string{"{d}. {M} {y}", "{dd}.{mm}.{y}"}},
	{"sv", "januari februari mars april maj juni juli augusti september oktober november december", "söndag måndag tisdag onsdag torsdag fredag lördag",
		[]string{"{d} {M} {y}", "{w} {d} {M} {y}"}},
	{"pl", "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia", "niedziela poniedziałek wtorek środa czwartek piątek sobota",
		[]string{"{d} {M} {y}", "{w}, {d} {M} {y}", "{dd}.{mm}.{y}"}},
	{"cs", "ledna února března dubna května června července srpna září října listopadu prosince", "neděle pondělí úterý středa čtvrtek pátek sobota",
		[]string{"{d}. {M} {y}", "{d}. {m}. {y}"}},
	{"fi", "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta", "sunnuntai maanantai tiistai keskiviikko torstai perjantai lauantai",
		[]string{"{d}. {M} {y}", "{d}.{m}.{y}"}},
}

// written is a moment in a layout.
func (s tongue) written(layout string, t time.Time) string {
	months, weekdays := strings.Fields(s.months), strings.Fields(s.weekdays)
	return strings.NewReplacer(
		"{d}", fmt.Sprint(t.Day()), "{dd}", t.Format("02"), "{m}", fmt.Sprint(int(t.Month())), "{mm}", t.Format("01"),
		"{M}", months[t.Month()-1], "{w}", weekdays[t.Weekday()], "{y}", t.Format("2006"), "{t}", t.Format("15:04"),
	).Replace(layout)
}

func TestAgreesWithOracle(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, berlin)
	asked, silent := 0, 0
	for _, s := range tongues {
		cfg := &dateparser.Configuration{Languages: []string{s.lang[:2]}, CurrentTime: now, DefaultTimezone: berlin, StrictParsing: true}
		if s.lang == "en-GB" {
			cfg.DateOrder = dateparser.DMY
		}
		for _, layout := range s.layouts {
			for day := time.Date(2019, 1, 1, 14, 35, 0, 0, berlin); day.Year() < 2026; day = day.AddDate(0, 0, 53) {
				text := s.written(layout, day)
				ours, err := dates.Parse(text, dates.Options{Language: s.lang, Location: berlin, Now: now})
				if err != nil {
					t.Errorf("%s: %v", s.lang, err)
					continue
				}
				if got := ours.Time.Format(time.DateOnly); got != day.Format(time.DateOnly) {
					t.Errorf("%s: Parse(%q) = %s, written was %s", s.lang, text, ours, day.Format(time.DateOnly))
				}
				asked++
				theirs, err := dateparser.Parse(cfg, text)
				if err != nil || theirs.IsZero() {
					silent++
					continue
				}
				if !agree(ours, theirs.Time) {
					t.Errorf("%s: Parse(%q) = %s, the oracle says %s", s.lang, text, ours, theirs.Time.Format(time.RFC3339))
				}
			}
		}
	}
	t.Logf("%d dates compared in %d languages; the oracle had no answer for %d", asked-silent, len(tongues), silent)
	if asked-silent < 2000 {
		t.Errorf("only %d dates were compared, want at least 2000", asked-silent)
	}
}

func agree(ours news.Moment, theirs time.Time) bool {
	if ours.Precision == news.Day {
		return ours.Time.Format(time.DateOnly) == theirs.Format(time.DateOnly)
	}
	return ours.Time.Equal(theirs)
}
