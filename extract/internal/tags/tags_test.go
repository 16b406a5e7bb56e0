package tags

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
		{name: "label of another language left in", given: []string{"Klíčová slova: Kassel, TikTok"}, want: []string{"Kassel", "TikTok"}},
		{name: "label of two words left in", given: []string{"Mots-clés : Kassel, TikTok"}, want: []string{"Kassel", "TikTok"}},
		{name: "label of categories left in", given: []string{"Geplaatst in: Kassel, TikTok"}, want: []string{"Kassel", "TikTok"}},
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
