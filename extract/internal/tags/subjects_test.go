package tags

import (
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

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
