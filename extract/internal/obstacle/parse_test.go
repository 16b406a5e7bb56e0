package obstacle

import (
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// parse makes a page as package extract does, but for feeds and presets.
func parse(p read.Page, o read.Options) (*dom.Page, error) {
	o.Location = dates.LocationOr(o.Location)
	text, err := dom.DecodePage(p, o)
	if err != nil {
		return nil, err
	}
	return dom.New(p, o, text, nil)
}
