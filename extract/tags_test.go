package extract

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

func TestVocabularyApply(t *testing.T) {
	words := &Vocabulary{
		Aliases: map[string]string{"Soziale Medien": "Social Media", "ÖPNV": "Verkehr"},
		Ignore:  []string{"Rathaus", "Leichte Sprache"},
		Rules: []TagRule{
			{Tag: "Verkehr", Words: []string{"Straßensperrung", "Umleitung"}},
			{Tag: "Baustelle", Words: []string{"Baustelle"}},
			{Tag: "Karneval", Words: []string{"Rosenmontag", "Weiberfastnacht"}},
		},
	}
	for _, row := range []struct {
		name           string
		words          *Vocabulary
		given          []string
		headline, body string
		want, assigned []string
	}{
		{name: "as given", given: []string{"Social Media", "Kassel", "TikTok"}, want: []string{"Social Media", "Kassel", "TikTok"}},
		{name: "none"},
		{name: "hash and marks", given: []string{"#Kassel", " TikTok, ", "„Umwelt“", "- Bauen"}, want: []string{"Kassel", "TikTok", "Umwelt", "Bauen"}},
		{name: "one slug, one tag", given: []string{"Straße", "Strasse", "STRASSE", "straße"}, want: []string{"Straße"}},
		{name: "glued by commas", given: []string{"Social Media, Kassel, TikTok"}, want: []string{"Social Media", "Kassel", "TikTok"}},
		{name: "glued by hashes", given: []string{"#Kassel #TikTok #Social Media"}, want: []string{"Kassel", "TikTok", "Social Media"}},
		{name: "glued by bars", given: []string{"Kassel | TikTok | Bauen"}, want: []string{"Kassel", "TikTok", "Bauen"}},
		{name: "glued by line ends", given: []string{"Kassel\n  TikTok\n"}, want: []string{"Kassel", "TikTok"}},
		{name: "a comma within a name", given: []string{"Bauen, Wohnen", "Kultur"}, want: []string{"Bauen, Wohnen", "Kultur"}},
		{name: "label left in", given: []string{"Stichwörter: Kassel, TikTok"}, want: []string{"Kassel", "TikTok"}},
		{name: "site-wide", given: []string{"Startseite", "Pressemitteilungen", "Nachrichtenarchiv", "Aktuelles", "News", "Kassel"}, want: []string{"Kassel"}},
		{name: "no tags at all", given: []string{"", " ", "#", "--", "42", "https://example.org", "{{tag}}", strings.Repeat("lang ", 20)}},
		{name: "a year is a tag", given: []string{"2024"}, want: []string{"2024"}},
		{name: "C++ and Co.", given: []string{"C++", "Müller & Co."}, want: []string{"C++", "Müller & Co"}},
		{name: "soft hyphens", given: []string{"Stadt\u00adent\u00adwick\u00adlung", "Stadtentwicklung"}, want: []string{"Stadtentwicklung"}},
		{name: "alias", words: words, given: []string{"Soziale Medien", "Social Media"}, want: []string{"Social Media"}},
		{name: "alias by slug", words: words, given: []string{"soziale-medien"}, want: []string{"Social Media"}},
		{name: "alias to a rule's tag", words: words, given: []string{"ÖPNV"}, want: []string{"Verkehr"}},
		{name: "ignored", words: words, given: []string{"Rathaus", "leichte sprache", "Kassel"}, want: []string{"Kassel"}},
		{name: "plural of a configured tag", words: words, given: []string{"Baustellen"}, want: []string{"Baustelle"}},
		{name: "plural of others stays", words: words, given: []string{"Schulen", "Schule"}, want: []string{"Schulen", "Schule"}},
		{name: "rule in the headline", words: words, headline: "Straßensperrung in Rothenditmold", want: []string{"Verkehr"}, assigned: []string{"Verkehr"}},
		{name: "rule in the body", words: words, body: "Eine UMLEITUNG ist ausgeschildert.", want: []string{"Verkehr"}, assigned: []string{"Verkehr"}},
		{name: "rule at the start of a word", words: words, body: "Umleitungen", want: []string{"Verkehr"}, assigned: []string{"Verkehr"}},
		{name: "rule within a word", words: words, body: "Busumleitung"},
		{name: "rule for a tag the town gave", words: words, given: []string{"Verkehr"}, body: "Umleitung", want: []string{"Verkehr"}},
		{name: "town's tags first", words: words, given: []string{"Kassel"}, body: "Umleitung wegen Baustelle", want: []string{"Kassel", "Verkehr", "Baustelle"}, assigned: []string{"Verkehr", "Baustelle"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, assigned := row.words.Apply(row.given, news.Item{Headline: row.headline, BodyText: row.body})
			if !reflect.DeepEqual(got, row.want) || !reflect.DeepEqual(assigned, row.assigned) {
				t.Errorf("Apply(%q) = %q, assigned %q; want %q, assigned %q", row.given, got, assigned, row.want, row.assigned)
			}
		})
	}
}

func TestVocabularyBoundsTags(t *testing.T) {
	var given []string
	for i := range 9999 {
		given = append(given, fmt.Sprintf("Tag %d", i))
	}
	if tags, _ := (*Vocabulary)(nil).Apply(given, news.Item{}); len(tags) != mostTags {
		t.Errorf("%d tags of 9999 were kept, want %d", len(tags), mostTags)
	}
}

func TestFinishTags(t *testing.T) {
	it := news.Item{Headline: "Vollsperrung der Bahnhofstraße", Tags: nil}
	Options{Subjects: true, Tags: []string{"Kommunal-IT"}}.finishTags(&it)
	if want := []string{"Verkehr", "Kommunal-IT"}; !reflect.DeepEqual(it.Tags, want) || !reflect.DeepEqual(it.Assigned, want) {
		t.Errorf("tags %q, assigned %q, want %q for both", it.Tags, it.Assigned, want)
	}
	it = news.Item{Headline: "Vollsperrung der Bahnhofstraße", Tags: []string{"Kassel", "kommunal it"}}
	Options{Subjects: true, Tags: []string{"Kommunal-IT"}}.finishTags(&it)
	if want := []string{"Kassel", "kommunal it"}; !reflect.DeepEqual(it.Tags, want) || len(it.Assigned) != 0 {
		t.Errorf("tags %q, assigned %q, want %q and none", it.Tags, it.Assigned, want)
	}
}

func TestSubjects(t *testing.T) {
	for _, row := range []struct{ lang, headline, teaser, body, want string }{
		{"de", "Vollsperrung der Bahnhofstraße", "", "", "Verkehr"},
		{"de", "Neue Kita am Mühlenweg eröffnet", "", "", "Kita"},
		{"de", "Grundschule wird saniert", "", "", "Schule"},
		{"de", "Müllabfuhr verschiebt sich", "", "", "Abfall"},
		{"de", "Kommunalwahl: Wahlhelfer gesucht", "", "", "Wahlen"},
		{"de", "Haushalt 2025 beschlossen", "", "", "Haushalt"},
		{"de", "Feuerwehr bekommt neues Fahrzeug", "", "", "Sicherheit"},
		{"de", "Ehrenamtskarte verliehen", "", "", "Ehrenamt"},
		{"de", "Bebauungsplan liegt aus", "", "", "Bauen"},
		{"de", "Glasfaser für alle Ortsteile", "", "", "Digitales"},
		{"de", "Bürgermeister besucht Partnerstadt", "", "", ""},
		{"de", "Neuer Auftritt bei TikTok", "Die Stadt ist jetzt auch dort zu finden.", "", ""},
		{"de", "Wer wählt, hat die Wahl", "", "", "Wahlen"},
		{"de", "Auswahl der Bewerber", "", "", ""},
		{"de", "Verhalten im Alltag", "", "Der Haushalt wird einmal erwähnt.", ""},
		{"de", "Grußwort", "", "Das Museum zeigt eine Ausstellung. Ein Konzert im Museum folgt.", "Kultur"},
		{"en", "Road closed for roadworks", "", "", "Traffic"},
		{"en-GB", "New school opens", "", "", "Schools"},
		{"en", "Bin collection dates over Easter", "", "", "Waste"},
	} {
		it := news.Item{Language: row.lang, Headline: row.headline, Teaser: row.teaser, BodyText: row.body}
		if got := strings.Join(Subjects(it), ", "); got != row.want {
			t.Errorf("Subjects(%q, %q) = %q, want %q", row.headline, row.body, got, row.want)
		}
	}
}
