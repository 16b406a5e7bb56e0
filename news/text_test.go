package news_test

import (
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

func TestSlug(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"Social Media", "social-media"},
		{"Straßenbau & Verkehr", "strassenbau-verkehr"},
		{"Öffentlicher Nahverkehr", "oeffentlicher-nahverkehr"},
		{"Offentlicher", "offentlicher"},
		{"Mu\u0308nchen", "muenchen"},
		{"Curaçao", "curacao"},
		{"Łódź", "lodz"},
		{"Ærø", "aero"},
		{"E-Government", "e-government"},
		{"  a/b?c#d%e  ", "a-b-c-d-e"},
		{"Bürger\u00adbeteiligung", "buergerbeteiligung"},
		{"5G", "5g"},
		{"", ""},
		{"---", "x58b63e27"},
	} {
		if got := news.Slug(tt.in); got != tt.want {
			t.Errorf("Slug(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
	if a, b := news.Slug("Київ"), news.Slug("Минск"); a == b || a == "" {
		t.Errorf("Slug of two Cyrillic names = %q and %q, want two different ones", a, b)
	}
}

// A slug is a fixpoint and holds nothing but lower-case letters, digits and
// single hyphens inside.
func FuzzSlug(f *testing.F) {
	for _, s := range []string{"Ä", "a\u0308", "日本", "\u00ad", "İ", "ǅ", "ﬁ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		s := news.Slug(in)
		if strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || strings.Contains(s, "--") || strings.Trim(s, "-") != s {
			t.Errorf("Slug(%q) = %q", in, s)
		}
		if news.Slug(s) != s {
			t.Errorf("Slug(%q) = %q, whose slug is %q", in, s, news.Slug(s))
		}
	})
}

func TestSquash(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"white space", " a \n\t b\u00a0c ", "a b c"},
		{"soft hyphen", "Ver\u00adwaltung", "Verwaltung"},
		{"zero width", "10.\u200b06.2024", "10.06.2024"},
		{"control characters", "a\x00b\x0bc", "a b c"},
		{"already flat", "a b", "a b"},
		{"German", "„Größe“ –  Straße…", "„Größe“ – Straße…"},
		{"cut letter", "Stra\xc3 \xe2\x80", "Stra"},
		{"empty", "", ""},
		{"only space", "  ", ""},
	} {
		if got := news.Squash(tt.in); got != tt.want {
			t.Errorf("%s: Squash(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestSquashLeavesFlatTextWithoutAllocating(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { news.Squash("Neuer Auftritt für Köln – „TikTok“ …") }); n != 0 {
		t.Errorf("Squash of flat text allocates %v times, want 0", n)
	}
}

func TestEditDistance(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"rat", "", 3}, {"rat", "rad", 1}, {"verkehr", "verkher", 2}, {"bau", "umbau", 2}} {
		if got := news.EditDistance(row.a, row.b); got != row.want || news.EditDistance(row.b, row.a) != row.want {
			t.Errorf("EditDistance(%q, %q) = %d, want %d", row.a, row.b, got, row.want)
		}
	}
}
