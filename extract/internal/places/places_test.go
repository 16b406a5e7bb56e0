package places

import (
	"strings"
	"testing"
)

func TestIsPlace(t *testing.T) {
	for _, name := range strings.Split(`Kassel|Essen|Panketal|München|Frankfurt am Main|Frankfurt (Oder)|Halle (Saale)|Rotenburg an der Fulda|Bad Hersfeld|Bad Kleinkirchheim|Sankt Pölten|St. Pölten|St. Gallen|Zürich|Wien
Landkreis Kassel|Kreis Gütersloh|Main-Kinzig-Kreis|Rhein-Sieg-Kreis|Schwalm-Eder-Kreis|Stadt Kassel|Universitätsstadt Marburg|Hansestadt Wipperfürth|Samtgemeinde Dransfeld|Verbandsgemeinde Nastätten|Gemeinde Panketal
Baden-Württemberg|Nordhessen|Hamburg-Bergedorf|Kirchheim unter Teck|Bietigheim-Bissingen|Oberursel|Großbottwarheim|Wixhausen|Untereisesheim|Gundelfingen|Wolfenbüttel|Oerlinghausen|Kaltennordheim|Wuppertal|Bremerhaven|KASSEL`, "|") {
		for _, name := range strings.Split(name, "\n") {
			if !IsPlace(name) {
				t.Errorf("IsPlace(%q) = false", name)
			}
		}
	}
	for _, name := range strings.Split(`Verkehr|Haushalt 2025|Straßensperrung|Social Media|Pflegeheim|Altenheim|Partnerstadt|Hauptstadt|Kapital|Hospital|Digital|Feuerwehr|Stadtrat|Bürgermeister|Kultur|Innenstadt|Wetter|Regen|kassel|Termin
Achtung|Bauen und Wohnen|Kinder und Jugend|Freundeskreis Asyl|Arbeitskreis|Stadtwerke|Rathaus|Weihnachtsdorf|Weihnachtsmarkt|Hüpfburg|Nachhaltigkeit|E-Government|IT-Sicherheit|Smart City|Neue Buslinie|Die Stadt|Stadt startet TikTok-Kanal
Stadt und Land|Region und Umland|Quartal|Portal|Bewerbungen|Vertrauen|Einladungen|Bildungen|Corona|Update|News|Essen & Trinken|A|Kassel: Neues|Pressemitteilung|Erfahrungen|Wirkungen|Veranstaltungen|Dreharbeiten|Rat`, "|") {
		for _, name := range strings.Split(name, "\n") {
			if IsPlace(name) {
				t.Errorf("IsPlace(%q) = true", name)
			}
		}
	}
}

func TestSplitPlace(t *testing.T) {
	for _, row := range []struct{ headline, place, rest string }{
		{"Panketal: Digitales Rathaus ist eröffnet", "Panketal", "Digitales Rathaus ist eröffnet"},
		{"Kassel: Neuer Auftritt bei TikTok", "Kassel", "Neuer Auftritt bei TikTok"},
		{"Landkreis Gießen: Chatbot hilft", "Landkreis Gießen", "Chatbot hilft"},
		{"Kassel/Baunatal: Gemeinsame Kläranlage", "Kassel/Baunatal", "Gemeinsame Kläranlage"},
		{"Kassel und Fulda: Gemeinsam", "Kassel und Fulda", "Gemeinsam"},
		{"Kassel – Neue Buslinie startet", "Kassel", "Neue Buslinie startet"},
		{"  Frankfurt am Main:  Mainufer gesperrt ", "Frankfurt am Main", "Mainufer gesperrt"},
		{"Achtung: Straße gesperrt", "", "Achtung: Straße gesperrt"},
		{"Haushalt 2025: Rat beschließt Etat", "", "Haushalt 2025: Rat beschließt Etat"},
		{"Wetter: Sturm zieht auf", "", "Wetter: Sturm zieht auf"},
		{"Beginn um 14:30 Uhr", "", "Beginn um 14:30 Uhr"},
		{"Kassel:", "", "Kassel:"},
		{"Straßensperrung", "", "Straßensperrung"},
		{"", "", ""},
	} {
		if place, rest := SplitPlace(row.headline); place != row.place || rest != row.rest {
			t.Errorf("SplitPlace(%q) = %q, %q; want %q, %q", row.headline, place, rest, row.place, row.rest)
		}
	}
}

func TestLeadsArePlaces(t *testing.T) {
	for _, row := range []struct {
		leads string
		want  bool
	}{
		{"Kassel|Hintertupf|Baunatal|Kassel", true},
		{"Achtung|Hinweis|Termin|Kassel", false},
		{"Kassel|Kassel", false},
		{"", false},
	} {
		if got := LeadsArePlaces(strings.Split(row.leads, "|")); got != row.want {
			t.Errorf("leadsArePlaces(%s) = %v, want %v", row.leads, got, row.want)
		}
	}
}

func TestGazetteerIsWellFormed(t *testing.T) {
	if n := len(gazetteer()); n < 1500 {
		t.Errorf("the gazetteer holds %d places, want at least 1500", n)
	}
	for line := range strings.Lines(gazetteerText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for name := range strings.SplitSeq(strings.TrimSpace(line), ",") {
			if name = strings.TrimSpace(name); name == "" && strings.TrimSpace(line) != "" || strings.ContainsAny(name, ";:") {
				t.Errorf("gazetteer: %q is no name", name)
			}
		}
	}
}

func TestIsSubjectName(t *testing.T) {
	for _, name := range []string{"Verkehr", "Kultur", "Bürgerbeteiligung", "E-Government", "Pressemitteilung", "Märkte und Feste", "Traffic"} {
		if !IsSubjectName(name) {
			t.Errorf("isSubjectName(%q) = false", name)
		}
	}
	for _, name := range []string{"Kassel", "Hintertupf", ""} {
		if IsSubjectName(name) {
			t.Errorf("isSubjectName(%q) = true", name)
		}
	}
}
