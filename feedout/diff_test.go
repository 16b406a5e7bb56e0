package feedout

import (
	"strings"
	"testing"
)

// marked writes runs with [-deleted-] and {+inserted+}.
func marked(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		switch {
		case r.Gap:
			b.WriteString("[…]")
		case r.Deleted():
			b.WriteString("[-" + r.Text + "-]")
		case r.Inserted():
			b.WriteString("{+" + r.Text + "+}")
		default:
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

func TestDiffWords(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"", "", ""},
		{"gleich", "gleich", "gleich"},
		{"", "neu", "{+neu+}"},
		{"alt", "", "[-alt-]"},
		{"Haushalt 2026 & Ausblick", "Haushalt 2027 & Ausblick", "Haushalt [-2026-]{+2027+} & Ausblick"},
		{"Der Entwurf liegt vor.", "Der Entwurf liegt seit Montag vor.", "Der Entwurf liegt {+seit Montag +}vor."},
		{"Die Straße ist bis Freitag gesperrt.", "Die Straße ist wieder frei.", "Die Straße ist [-bis Freitag gesperrt-]{+wieder frei+}."},
		{"eins zwei drei", "drei zwei eins", "[-eins-]{+drei+} zwei [-drei-]{+eins+}"},
	} {
		if got := marked(diffWords(c.before, c.after)); got != c.want {
			t.Errorf("diffWords(%q, %q) = %s, want %s", c.before, c.after, got, c.want)
		}
	}
}

func TestShorten(t *testing.T) {
	long := strings.Repeat("Wort ", 200)
	got := marked(shorten(diffWords(long+"alt "+long+"ende", long+"neu "+long+"Ende")))
	if len(got) > 1000 || strings.Count(got, "[…]") != 2 || !strings.Contains(got, "[-alt-]{+neu+}") {
		t.Errorf("shortened difference = %s", got)
	}
}

// FuzzDiffWords holds that the runs give back both texts, whatever they are.
func FuzzDiffWords(f *testing.F) {
	f.Add("Der Entwurf liegt vor.", "Der Entwurf liegt seit Montag vor.")
	f.Add(strings.Repeat("a b ", 700), strings.Repeat("b c ", 700))
	f.Fuzz(func(t *testing.T, before, after string) {
		var a, b strings.Builder
		for _, r := range diffWords(before, after) {
			if !r.Inserted() {
				a.WriteString(r.Text)
			}
			if !r.Deleted() {
				b.WriteString(r.Text)
			}
		}
		if a.String() != before || b.String() != after {
			t.Errorf("diffWords(%q, %q) gives back %q and %q", before, after, a.String(), b.String())
		}
	})
}
