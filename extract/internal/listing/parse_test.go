package listing

import (
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// parseDetected parses a page that is to be read by detection alone.
func parseDetected(t *testing.T, address, page string) *dom.Page {
	t.Helper()
	d, err := dom.New(read.Page{URL: address, Body: []byte(page)}, read.Options{Location: dates.LocationOr(nil)}, []byte(page), nil)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
