package extract

import (
	"errors"
	"strings"
	"testing"
)

func parseText(t *testing.T, address, page string) *Document {
	t.Helper()
	d, err := Parse(Page{URL: address, ContentType: "text/html; charset=utf-8", Body: []byte(page)}, Options{})
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return d
}

// parseDetected parses a page that is to be read by detection alone.
func parseDetected(t *testing.T, address, page string) *Document {
	t.Helper()
	d, err := Parse(Page{URL: address, Body: []byte(page)}, Options{NoPreset: true})
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return d
}

func TestParseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		page string
		want error
	}{
		"too large": {strings.Repeat("a", MaxBody+1), ErrTooLarge},
		"empty":     {" \n\t ", ErrEmpty},
		"too deep":  {strings.Repeat("<div>", 2000), ErrTooDeep},
	} {
		if _, err := Parse(Page{Body: []byte(c.page)}, Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s: Parse = %v, want %v", name, err, c.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	german := "<p>Die Stadt und der Kreis bauen für die Schule. Das wird nicht mit Geld, sondern mit der Hand gemacht."
	for _, c := range []struct{ page, want string }{
		{`<html lang="de-at"><p>x`, "de-AT"},
		{`<html lang=""><meta http-equiv="Content-Language" content="fr"><p>x`, "fr"},
		{`<meta property="og:locale" content="en_GB"><p>x`, "en-GB"},
		{german, "de"},
		{"<p>x", ""},
	} {
		if got := parseText(t, "https://stadt.example/", c.page).Language(); got != c.want {
			t.Errorf("language of %q = %q, want %q", c.page, got, c.want)
		}
	}
}

func TestRobots(t *testing.T) {
	d := parseText(t, "https://stadt.example/", `<meta name="Robots" content="NOINDEX, noarchive"><p>x`)
	if noindex, noarchive := d.Robots(); !noindex || !noarchive {
		t.Errorf("Robots = %t, %t, want true, true", noindex, noarchive)
	}
}
