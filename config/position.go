package config

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stadtfeed/stadtfeed/news"
)

// A Position is where a place is: latitude and longitude in degrees, such as
// "51.3127 9.4797".
type Position news.Position

// UnmarshalText reads a position; a comma may stand between its numbers.
func (p *Position) UnmarshalText(text []byte) error {
	parts := strings.FieldsFunc(string(text), func(r rune) bool { return r == ' ' || r == ',' })
	wrong := fmt.Errorf("%q is not a position (latitude and longitude in degrees, such as 51.3127 9.4797)", text)
	if len(parts) != 2 {
		return wrong
	}
	lat, err := strconv.ParseFloat(parts[0], 64)
	if err != nil || !(lat >= -90 && lat <= 90) {
		return wrong
	}
	lon, err := strconv.ParseFloat(parts[1], 64)
	if err != nil || !(lon >= -180 && lon <= 180) {
		return wrong
	}
	p.Lat, p.Lon = lat, lon
	return nil
}

// MarshalText is the position as the file writes it.
func (p Position) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// String is latitude and longitude in degrees.
func (p Position) String() string {
	return strconv.FormatFloat(p.Lat, 'f', -1, 64) + " " + strconv.FormatFloat(p.Lon, 'f', -1, 64)
}

// Position is where a place is, however its name is written; nil: not known.
func (c *Config) Position(place string) *news.Position {
	slug := news.Slug(place)
	for name, p := range c.Positions {
		if slug != "" && news.Slug(name) == slug {
			return (*news.Position)(&p)
		}
	}
	return nil
}
