package dom

import (
	"net/url"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

// English pages put the day first, or the month, and many say no more of
// themselves than "en". What else of a page tells its country is read here.

// numericDate is a date whose order of day and month only a number above 12
// tells.
var numericDate = lazy.Regexp(`\b(\d{1,2})(?:/(\d{1,2})/(?:\d{4}|\d\d)|-(\d{1,2})-\d{4})\b`)

// An orderCount counts the numeric dates of a page.
type orderCount struct {
	dayFirst, monthFirst, either int
}

func (c *orderCount) add(text string) {
	for _, m := range numericDate.FindAllStringSubmatch(text, 4) {
		first, second := m[1], m[2]+m[3]
		switch {
		case len(first) == 2 && first > "12":
			c.dayFirst++
		case len(second) == 2 && second > "12":
			c.monthFirst++
		case first != second:
			c.either++
		}
	}
}

// dateLanguage is the page's language with the country by whose habit its dates
// are read: one 11/25/2026 says how all of them are written; where none does,
// the top-level domain says, an address of its country, or the locale declared
// beside the language.
func (d *Page) dateLanguage() string {
	if d.Language != "" && d.Language != "en" {
		return d.Language
	}
	var dates orderCount
	d.EachText(d.Body, nil, func(i NodeID) {
		if text := d.Nodes[i].HTML.Data; len(text) < 2000 && strings.ContainsAny(text, "/-") {
			dates.add(text)
		}
	})
	switch {
	case dates.monthFirst > 0 && dates.dayFirst == 0:
		return "en-US"
	case dates.dayFirst > 0 && dates.monthFirst == 0:
		return "en-GB"
	case dates.either == 0 || dates.dayFirst > 0:
		return d.Language // nothing to tell apart, or both orders
	}
	if region := d.region(); region != "" {
		return "en-" + region
	}
	return d.Language
}

// region is the country of an English page; empty where nothing tells it.
func (d *Page) region() string {
	if region := regionOfDomain(d.Page.URL); region != "" {
		return region
	}
	if region := d.regionOfAddresses(); region != "" || d.Language == "" {
		return region
	}
	if locale := LanguageTag(d.Meta("og:locale")); strings.HasPrefix(locale, "en-") {
		return locale[len("en-"):]
	}
	return ""
}

// regionOfDomain is the country in whose top-level domain a page stands. Those
// of .gov and .mil are given to authorities of the United States alone (RFC
// 2146, RFC 1591).
func regionOfDomain(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "gov", "mil", "us":
		return "US"
	case "uk", "scot", "wales", "cymru", "london":
		return "GB"
	case "ie":
		return "IE"
	case "au":
		return "AU"
	case "nz":
		return "NZ"
	case "za":
		return "ZA"
	}
	return ""
}

var (
	// stateAndZIP ends an address in the United States: "Springfield, IL 62701".
	stateAndZIP = lazy.Regexp(`, ?(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]` +
		`|T[NX]|UT|V[AT]|W[AIVY])\.?,? \d{5}(?:-\d{4})?\b`)
	// postcode ends an address in the United Kingdom: "Kendal LA9 4RD".
	postcode = lazy.Regexp(`\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b`)
)

// regionOfAddresses is the country of the postal addresses on a page; empty
// where there are none, or of both countries.
func (d *Page) regionOfAddresses() string {
	american, british := false, false
	d.EachText(d.Body, nil, func(i NodeID) {
		if text := d.Nodes[i].HTML.Data; len(text) < 500 {
			american = american || stateAndZIP.MatchString(text)
			british = british || postcode.MatchString(text)
		}
	})
	switch {
	case american && !british:
		return "US"
	case british && !american:
		return "GB"
	}
	return ""
}
