package dom

import (
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// parse makes a page as package extract does, but for feeds and presets.
func parse(p read.Page, o read.Options) (*Page, error) {
	o.Location = dates.LocationOr(o.Location)
	text, err := DecodePage(p, o)
	if err != nil {
		return nil, err
	}
	return New(p, o, text, nil)
}

func parseText(t *testing.T, address, page string) *Page {
	t.Helper()
	d, err := parse(read.Page{URL: address, ContentType: "text/html; charset=utf-8", Body: []byte(page)}, read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func loadYAML(text string, to any) error { return yaml.Load([]byte(text), to, yaml.WithKnownFields()) }
