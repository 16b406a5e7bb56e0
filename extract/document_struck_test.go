package extract

import (
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
			if got, _, _ := strings.Cut(d.text(d.body), " und"); got != c.want {
				t.Errorf("text of %q = %q, want %q", c.page, got, c.want)
			}
		})
	}
}

func TestUnclosedStrikeIsRead(t *testing.T) {
	d := parseText(t, "https://stadt.example/", `<h1>Radweg</h1><p>Der <s>alte Weg ist gesperrt.<p>Der neue führt am Deich entlang.<p>Bis August bleibt es so.`)
	if got, want := d.text(d.body), "Radweg Der alte Weg ist gesperrt. Der neue führt am Deich entlang. Bis August bleibt es so."; got != want {
		t.Errorf("text = %q, want %q", got, want)
	}
}
