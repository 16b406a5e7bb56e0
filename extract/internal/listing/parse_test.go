package listing

import (
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// parseDetected parses a page that is to be read by detection alone.
func parseDetected(t *testing.T, address, page string) *dom.Page {
	t.Helper()
	fetched := time.Date(2024, 6, 20, 8, 0, 0, 0, time.UTC)
	p := read.Page{URL: address, Body: []byte(page), Fetched: fetched}
	d, err := dom.New(p, read.Options{Location: dates.LocationOr(nil)}, []byte(page), nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
