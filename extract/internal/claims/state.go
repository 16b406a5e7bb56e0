package claims

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
)

// PageData is the rule of entries from the data that a page's scripts work on.
const PageData rules.Name = "page data"

// stateStart is where such data begins.
var stateStart = lazy.Regexp(`(?:^|[;\s/])(?:(?:window|self|globalThis)\s*(?:\.\s*\w+|\[\s*["']\w+["']\s*\])|(?:var|let` +
	`|const)\s+\w+)\s*=\s*(JSON\.parse\(\s*)?`)

const (
	leastData   = 60 // bytes of an attribute that may hold a list
	deepestData = 24 // levels that are looked through
)

// StateEntries are the reports in the data that the page's scripts work on: in
// <script type="application/json">, in what a script assigns to the window, in
// attributes. They are read where the page itself shows no list.
func StateEntries(d *dom.Page) []read.Entry { return states.Of(d, findState) }

// states are what the scripts of pages tell of reports.
var states dom.Memo[[]read.Entry]

func findState(d *dom.Page) []read.Entry {
	best := []read.Entry{}
	for _, value := range data.Of(d, findData) {
		if found := entriesIn(d, value, 0); len(found) > len(best) {
			best = found
		}
	}
	return best
}

// data are the values that the scripts of pages work on.
var data dom.Memo[[]any]

func findData(d *dom.Page) []any {
	values := []any{}
	for i := range d.Nodes {
		e := &d.Nodes[i]
		if e.Flags&dom.IsText != 0 {
			continue
		}
		for _, text := range dataIn(d, dom.NodeID(i)) {
			var value any
			if json.NewDecoder(strings.NewReader(text)).Decode(&value) != nil {
				if value = scriptValue(text); value == nil {
					continue
				}
			}
			if all, ok := value.([]any); ok && dom.AttrOf(e.HTML, "id") == "__NUXT_DATA__" {
				value = revived(all)
			}
			values = append(values, value)
		}
	}
	return values
}

// dataIn are the texts of an element that may be JSON.
func dataIn(d *dom.Page, i dom.NodeID) (texts []string) {
	e := &d.Nodes[i]
	if e.Tag == atom.Script && e.HTML.FirstChild != nil {
		code := e.HTML.FirstChild.Data
		switch kind := dom.AttrOf(e.HTML, "type"); {
		case strings.Contains(kind, "ld+json"):
		case strings.Contains(kind, "json"):
			texts = append(texts, code)
		case dom.StateNames.In(code):
			texts = append(texts, assigned(code)...)
		}
		return texts
	}
	for _, a := range e.HTML.Attr {
		value := strings.TrimSpace(a.Val)
		if len(value) >= leastData && (value[0] == '{' || value[0] == '[') {
			texts = append(texts, value)
		}
	}
	return texts
}

// assigned are the values that a script assigns to the window.
func assigned(code string) (texts []string) {
	for _, at := range stateStart.FindAllStringSubmatchIndex(code, 20) {
		text := code[at[1]:]
		if at[2] >= 0 { // JSON.parse("…")
			var inner string
			if json.NewDecoder(strings.NewReader(text)).Decode(&inner) != nil {
				continue
			}
			text = inner
		}
		texts = append(texts, text)
	}
	return texts
}

// revived are the objects of Nuxt's payload, an array whose objects hold the
// places of their values in it: [{"title": 2}, …, "Bad öffnet"].
func revived(all []any) []any {
	var objects []any
	for _, value := range all {
		o, ok := value.(map[string]any)
		if !ok {
			continue
		}
		whole := make(map[string]any, len(o))
		for key, at := range o {
			if k, ok := at.(float64); ok && k >= 0 && int(k) < len(all) {
				whole[key] = all[int(k)]
			}
		}
		objects = append(objects, whole)
	}
	return objects
}

// entriesIn is the longest list of reports in a value.
func entriesIn(d *dom.Page, value any, depth int) (best []read.Entry) {
	if depth > deepestData {
		return nil
	}
	switch v := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if found := entriesIn(d, v[key], depth+1); len(found) > len(best) {
				best = found
			}
		}
	case []any:
		seen := make(map[string]bool)
		var own []read.Entry
		for _, inner := range v {
			if o, ok := inner.(map[string]any); ok {
				if e, ok := stateEntry(d, o); ok && !seen[e.URL] && len(own) < read.MaxEntries {
					seen[e.URL] = true
					own = append(own, e)
				}
			}
			if found := entriesIn(d, inner, depth+1); len(found) > len(best) {
				best = found
			}
		}
		if len(own) > 1 && len(own) >= len(best) {
			best = own
		}
	}
	return best
}
