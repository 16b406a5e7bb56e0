package dom

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestStruckTextIsNotRead(t *testing.T) {
	rest := strings.Repeat("<p>und noch etwas mehr</p>", 4)
	for _, c := range []struct{ name, page, want string }{
		{"del", "<p>am <del>12.</del> <ins>13.</ins> Mai</p>", "am 13. Mai"},
		{"s and strike", "<p>am <s>12.</s><strike>13.</strike> 14. Mai</p>", "am 14. Mai"},
		{"style attribute", "<p>am <span style='TEXT-DECORATION: line-through red'>12.</span> 13. Mai</p>", "am 13. Mai"},
		{"class", "<style>/* weg */ .a, b.weg{text-decoration:line-through}</style><p>am <b class='x weg'>12.</b> 13. Mai</p>", "am 13. Mai"},
		{"class within another", "<style>.t .x { color: red; text-decoration-line: line-through; }</style><p>am <i class=t><b class=x>12.</b></i> <b class=x>13.</b> Mai</p>", "am 13. Mai"},
		{"at times only", "<style>.x:hover{text-decoration:line-through}</style><p>am <b class=x>13.</b> Mai</p>", "am 13. Mai"},
		{"underlined", "<style>.x{text-decoration:underline}</style><p>am <b class=x>13.</b> Mai</p>", "am 13. Mai"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parseText(t, "https://stadt.example/", c.page+rest)
			if got, _, _ := strings.Cut(d.Text(d.Body), " und"); got != c.want {
				t.Errorf("text of %q = %q, want %q", c.page, got, c.want)
			}
		})
	}
}

func TestUnclosedStrikeIsRead(t *testing.T) {
	d := parseText(t, "https://stadt.example/", `<h1>Radweg</h1><p>Der <s>alte Weg ist gesperrt.<p>Der neue führt am Deich entlang.<p>Bis August bleibt es so.`)
	if got, want := d.Text(d.Body), "Radweg Der alte Weg ist gesperrt. Der neue führt am Deich entlang. Bis August bleibt es so."; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
}

// TestNextStruck wants of any sheet what the expression alone would find in it.
func TestNextStruck(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine: the race detector sees nothing in it")
	}
	parts := []string{".a", ",", " b", "{", "}", ";", "text-decoration", "-line", ":", "line-through", "red", "@media x{", "/*", "*/"}
	comment := regexp.MustCompile(`(?s)/\*.*?\*/`)
	random := rand.New(rand.NewPCG(4, 2))
	for range 50_000 {
		var b strings.Builder
		for range random.IntN(24) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		sheet := withoutComments(b.String())
		if want := comment.ReplaceAllString(b.String(), ""); sheet != want {
			t.Fatalf("withoutComments(%q) = %q, want %q", b.String(), sheet, want)
		}
		var got, want []string
		for rule, rest := nextStruck(sheet); rule != ""; rule, rest = nextStruck(rest) {
			if m := struckRule.FindStringSubmatch(rule); m != nil {
				got = append(got, m[1])
			}
		}
		for _, m := range struckRule.FindAllStringSubmatch(sheet, -1) {
			want = append(want, m[1])
		}
		if !slices.Equal(got, want) {
			t.Fatalf("rules of %q = %q, want %q", sheet, got, want)
		}
	}
}
