package dom

import (
	"slices"
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

func TestRuleValues(t *testing.T) {
	const page = `<main><h1>Kassel: Neuer Auftritt</h1><p class=d>Vom [10.06.2024] an</p><p class=k>Stichwörter: Social Media, Kassel</p>
		<time datetime="2024-06-10" hidden>versteckt</time><img src="/bild.png"></main>`
	for _, c := range []struct {
		name, rule string
		want       []string
	}{
		{"selector alone", `h1`, []string{"Kassel: Neuer Auftritt"}},
		{"first group", `{select: h1, match: '^([^:]+):'}`, []string{"Kassel"}},
		{"whole match", `{select: .d, match: '\d\d\.\d\d\.\d{4}'}`, []string{"10.06.2024"}},
		{"no match", `{select: h1, match: '^x'}`, nil},
		{"strip and split", `{select: .k, strip: '^Stichwörter:', split: ','}`, []string{"Social Media", "Kassel"}},
		{"attribute", `{select: img, attr: src}`, []string{"/bild.png"}},
		{"hidden text", `time`, []string{"versteckt"}},
		{"nothing there", `aside`, nil},
	} {
		var r read.Rule
		if err := loadYAML(c.rule, &r); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		d := parseText(t, "https://stadt.example/", page)
		var got []string
		for _, f := range d.values(d.Body, r) {
			got = append(got, f.Text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: values(%s) = %q, want %q", c.name, c.rule, got, c.want)
		}
	}
}

func TestApplyPrefersTheUser(t *testing.T) {
	d := parseText(t, "https://stadt.example/", `<h1>eins</h1><h2>zwei</h2>`)
	rule := func(s string) read.Rule {
		sel, err := read.ParseSelector(s)
		if err != nil {
			t.Fatal(err)
		}
		return read.Rule{Select: sel}
	}
	for _, c := range []struct {
		by         Ruling
		want, rule string
	}{
		{Ruling{rule("h1"), rule("h2")}, "eins", "selector"},
		{Ruling{rule("h6"), rule("h2")}, "zwei", "preset"},
		{Ruling{read.Rule{}, rule("h2")}, "zwei", "preset"},
	} {
		got, e := d.Apply(d.Body, c.by)
		if len(got) != 1 || got[0].Text != c.want || string(e.Rule) != c.rule {
			t.Errorf("apply = %v by %q, want %q by %q", got, e.Rule, c.want, c.rule)
		}
	}
}
