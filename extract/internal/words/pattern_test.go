package words

import (
	"regexp"
	"slices"
	"testing"
)

// TestExpression holds what the signs of a phrase mean.
func TestExpression(t *testing.T) {
	for _, row := range []struct {
		phrase, text string
		want         bool
	}{
		{"Weitere Meldungen", "weitere meldungen", true},
		{"Weitere Meldungen", "Weitere Meldungen aus dem Rathaus", false},
		{"nächste Seite", "Nachste Seite", true},
		{"nächste Seite", "Naechste Seite", true},
		{"(Diese |)Seite (teilen|drucken)", "Seite drucken", true},
		{"(Diese |)Seite (teilen|drucken)", "Diese Seite", false},
		{"(mehr( Meldungen|)|weiter)", "Mehr", true},
		{"# Kommentare", "12 Kommentare", true},
		{"# Kommentare", "Kommentare", false},
		{"mehr … Meldung*", "Mehr aktuelle Meldungen", true},
		{"mehr … Meldung*", "Mehr Meldungen", true},
		{"mehr … Meldung*", "Mehrere Meldungen", false},
		{"teilen …", "Teilen", true},
		{"teilen …", "Teilen auf Mastodon", true},
		{"teilen …", "Teilende", false},
		{"… zu teilen", "Hier klicken, um zu teilen", true},
		{"lies auch…", "Lies auch: Bad öffnet", true},
		{"don't miss", "Don’t miss", true},
		{"e.V.", "e.V.", true},
		{"e.V.", "elVe", false},
	} {
		if got := regexp.MustCompile("(?i)^(?:" + expression(row.phrase) + ")$").MatchString(row.text); got != row.want {
			t.Errorf("%q fits %q = %t, want %t", row.text, row.phrase, got, row.want)
		}
	}
}

// TestFill holds that words stand where their section is named, those of a group alone.
func TestFill(t *testing.T) {
	got := fill(`^{{a}} (\S+) {{b.c}}$`, func(section, group string) string { return section + "/" + group })
	if want := `^a/ (\S+) b/c$`; got != want {
		t.Errorf("fill = %q, want %q", got, want)
	}
}

// TestOpenings holds with which letters the ways through a phrase begin.
func TestOpenings(t *testing.T) {
	var got []string
	for _, e := range openings("(Über|hinter*) (den |)Autor") {
		text := e.Text
		if e.Open {
			text += "*"
		}
		if !slices.Contains(got, text) {
			got = append(got, text)
		}
	}
	if want := []string{"uber", "ueber", "hinter*"}; !slices.Equal(got, want) {
		t.Errorf("openings = %q, want %q", got, want)
	}
	if got := openings("# Kommentare"); got != nil {
		t.Errorf("openings of a number = %v, want none", got)
	}
}
