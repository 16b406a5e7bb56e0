package article

import (
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// cheapLooks are the looks that spare an expression where it cannot match, and
// the expressions.
var cheapLooks = []struct {
	name string
	look func(string) bool
	form *lazy.Pattern
}{
	{"postedBy", postedWords, postedBy},
	{"authorPrefix", func(s string) bool {
		return authorStarts().Begin(words.Fold(texts.WordOf(s))) || strings.Contains(s, "：")
	}, authorPrefix},
	{"labelLine", func(s string) bool { return isLabel(s) || !labelLine.MatchString(s) }, labelLine},
	{"townName", func(s string) bool { return namesTown(s) || !townName.MatchString(s) }, townName},
	{"openingDate", mayOpenWithDate, openingDate},
	{"fileSize", mayNameSize, fileSize},
	{"columnWidth", columnWords.In, columnWidth},
	{"tagAddress", func(s string) bool { return tagParts(strings.ToLower(s)) }, tagAddress},
}

// FuzzCheapLooks holds that no look refuses a text that its expression takes: who
// adds a word to an expression has to add it to the look.
func FuzzCheapLooks(f *testing.F) {
	for _, seed := range []string{
		"Von Eva Meier", "12.06.2026, Uhr by Jan de Boer", "Autorin: Dr. Eva Meier", "Ein Beitrag von Jan Krug", "Scritto da Anna Neri", "Écrit par Anne Blanc", "Geschreven door Jan Bos", "Skrevet af Ida Holm",
		"Geschrieben von presse am 3. Juni", "Submitted by admin on Monday", "Erstellt von: rathaus in Aktuelles",
		"über den Autor Jan", "publié par Anne", "posted by Jan", "Text und Foto Jan", "Blog-Beitrag von Jan", "Redaktion : Jan", "Dodał: Jan",
		"++ Eil ++", "Rat, Haushalt, Bauen, Verkehr", "written by Eva Meier", "par Anne Blanc", "Stadt Altmühlen", "die Verbandsgemeinde Bad Altmühlen", "commune de Bel Air",
		"Montag, 10. Juni 2024 – Der Rat", "10.06.2024: Der Rat", "PDF 12 kB", "3 MiB", "col-md-4 col-12", "large-8 end",
		"Rathausplatz 1, 12345 Altmühlen", "Tél. 01 23", "TELEFONO", "e-mail", "a@b", "© Stadt", "Mentions légales", "Öffnungszeiten", "Openingstijden", "Orario", "Úřední hodiny",
		"/autoren/eva-meier", "/reporter/jan-bos", "/writers/jan-bos", "/tag/rat", "/Schlagworte/rat", "?stichwort=rat",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 300 {
			return
		}
		text = news.Squash(strings.NewReplacer("ſ", "s", "\u212a", "k").Replace(text)) // which (?i) takes for s and k, and no page writes
		for _, m := range officeMarks {
			if m.mark.MatchString(text) && !m.look(strings.ToLower(text)) {
				t.Errorf("%s takes %q, the look before it does not", m.what, text)
			}
		}
		for _, c := range cheapLooks {
			if c.form.MatchString(text) && !c.look(text) {
				t.Errorf("%s takes %q, the look before it does not", c.name, text)
			}
		}
	})
}
