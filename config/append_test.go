package config

import (
	"strings"
	"testing"
)

func TestAppend(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"empty file", "", "sources:\n  - name: kassel\n    url: https://kassel.example/\n"},
		{"comments only", "# towns\n", "# towns\n\nsources:\n  - name: kassel\n    url: https://kassel.example/\n"},
		{"no sources yet", "title: A # nice\n", "title: A # nice\n\nsources:\n  - name: kassel\n    url: https://kassel.example/\n"},
		{"nothing under sources", "sources:\ntitle: A\n", "sources:\n  - name: kassel\n    url: https://kassel.example/\ntitle: A\n"},
		{"brackets", "sources: []\ntitle: A\n", "sources:\n  - name: kassel\n    url: https://kassel.example/\ntitle: A\n"},
		{
			"before the next key and its comment",
			"sources:\n  - name: a # first\n    url: https://a.example/\n    # about a\n\n# Tags follow.\ntags: {}\n",
			"sources:\n  - name: a # first\n    url: https://a.example/\n    # about a\n  - name: kassel\n    url: https://kassel.example/\n\n# Tags follow.\ntags: {}\n",
		},
		{
			"wider indentation, no newline at the end",
			"sources:\n    - name: a\n      url: https://a.example/",
			"sources:\n    - name: a\n      url: https://a.example/\n    - name: kassel\n      url: https://kassel.example/\n",
		},
		{
			"list at the margin",
			"sources:\n- name: a\n  url: https://a.example/\n# end\nfeeds: []\n",
			"sources:\n- name: a\n  url: https://a.example/\n- name: kassel\n  url: https://kassel.example/\n# end\nfeeds: []\n",
		},
		{"Windows", "sources:\r\n  - name: a\r\n    url: https://a.example/\r\n", "sources:\r\n  - name: a\r\n    url: https://a.example/\r\n  - name: kassel\r\n    url: https://kassel.example/\r\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Append([]byte(tt.file), Proposal{Name: "kassel", URL: "https://kassel.example/"})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
			if _, err := Parse("new.yaml", got); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAppendRefuses(t *testing.T) {
	for _, file := range []string{"sources: [{name: a, url: 'https://a.example/'}]\n", "sources: none\n", "a: [\n"} {
		if got, err := Append([]byte(file), Proposal{Name: "kassel", URL: "https://kassel.example/"}); err == nil {
			t.Errorf("Append(%q) = %q, want an error", file, got)
		}
	}
}

func TestAppendQuotes(t *testing.T) {
	got, err := Append(nil, Proposal{Name: "kassel", URL: "https://kassel.example/?a=b#c", Place: "Nein: Ja", Title: "no"})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse("new.yaml", got)
	if err != nil {
		t.Fatalf("%v\n%s", err, got)
	}
	if s := c.Sources[0]; s.Place != "Nein: Ja" || s.Title != "no" || !strings.HasSuffix(s.URL, "#c") {
		t.Errorf("read back: %+v", s)
	}
}
