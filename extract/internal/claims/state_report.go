package claims

import (
	"cmp"
	"html"
	"maps"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// A Report is a report whose text stands in the data of a page's scripts, and
// is shown by a browser only.
type Report struct {
	read.Entry        // what else is told of it
	Body       string // HTML
}

const (
	leastReport = 120  // bytes of a text that is a report's
	mostReports = 1000 // objects that are looked at
)

// StateReport is the report that the page's data are about: the one object with
// headline and text whose headline is the page's title, or named is. Where no
// headline is, it is the only one that has a day. nil: there is none.
func StateReport(d *dom.Page, named string) *Report {
	keys := []string{texts.Key(named), texts.Key(TitleText(d)), texts.Key(d.Meta("og:title"))}
	var best *Report
	dated := 0
	for _, r := range stateReports.Of(d, findReports) {
		key := texts.Key(r.Headline)
		if slices.ContainsFunc(keys, func(k string) bool { return len(key) >= 4 && strings.Contains(k, key) }) {
			return r
		}
		if !r.Published.IsZero() {
			dated, best = dated+1, r
		}
	}
	if dated != 1 {
		return nil
	}
	return best
}

// stateReports are the objects with headline and text in the data of pages, the
// longest first.
var stateReports dom.Memo[[]*Report]

func findReports(d *dom.Page) []*Report {
	all := []*Report{}
	for _, o := range LinkedData(d) {
		if slices.ContainsFunc(LinkedTypes(o), ArticleType) {
			all = addReport(d, all, o, sortedKeys(o))
		}
	}
	for _, value := range data.Of(d, findData) {
		all = reportsIn(d, all, value, 0)
	}
	slices.SortStableFunc(all, func(a, b *Report) int { return cmp.Compare(len(b.Body), len(a.Body)) })
	return all
}

func reportsIn(d *dom.Page, all []*Report, value any, depth int) []*Report {
	if depth > deepestData || len(all) >= mostReports {
		return all
	}
	switch v := value.(type) {
	case []any:
		for _, inner := range v {
			all = reportsIn(d, all, inner, depth+1)
		}
	case map[string]any:
		keys := sortedKeys(v)
		all = addReport(d, all, v, keys)
		for _, key := range keys {
			all = reportsIn(d, all, v[key], depth+1)
		}
	}
	return all
}

func sortedKeys(o map[string]any) []string {
	keys := slices.AppendSeq(make([]string, 0, len(o)), maps.Keys(o))
	slices.Sort(keys)
	return keys
}

// addReport adds an object, with these keys, that has a headline and a text.
func addReport(d *dom.Page, all []*Report, o map[string]any, keys []string) []*Report {
	body := reportText(o, keys)
	if body == "" {
		return all
	}
	if e := stateFields(d, o); e.Headline != "" {
		all = append(all, &Report{Entry: e, Body: body})
	}
	return all
}

// reportText is the text of an object that is long enough for a report's: that of
// the first of the keys of a text; of several keys that are written alike, the last.
func reportText(o map[string]any, keys []string) string {
	var named [mostBodyKeys]string // its key, by place
	found := false
	for _, key := range keys {
		if at, ok := bodyPlace(key); ok {
			named[at], found = key, true
		}
	}
	for at := 0; found && at < len(named); at++ {
		if named[at] == "" {
			continue
		}
		if text := richText(o[named[at]], 0); len(text) >= leastReport {
			return text
		}
	}
	return ""
}

// The keys under which editors keep the text of a block, and the types of what
// stands within a line.
var (
	blockTexts  = []string{"rendered", "processed", "html", "value", "text", "content", "children", "body", "data", "blocks", "paragraph"}
	inlineTypes = map[string]bool{"text": true, "span": true, "link": true, "a": true, "hyperlink": true, "strong": true, "em": true,
		"bold": true, "italic": true}
)

// richText is a text as HTML, as editors keep it: markup, plain lines, or blocks
// such as {"type": "paragraph", "children": [{"text": "…"}]}.
func richText(value any, depth int) string {
	if depth > deepestData {
		return ""
	}
	switch v := value.(type) {
	case string:
		if strings.Contains(v, "<") && strings.Contains(v, ">") {
			return v
		}
		return paragraphs(v)
	case []any:
		if line, ok := inlineText(v, depth); ok {
			return paragraphs(line)
		}
		var b strings.Builder
		for _, inner := range v {
			b.WriteString(richText(inner, depth+1))
		}
		return b.String()
	case map[string]any:
		for _, key := range blockTexts {
			if text := richText(v[key], depth+1); text != "" {
				return text
			}
		}
	}
	return ""
}

// inlineText is the text of pieces of a line, if that is what a list holds.
func inlineText(list []any, depth int) (string, bool) {
	var b strings.Builder
	for _, inner := range list {
		piece, ok := inner.(map[string]any)
		if !ok || depth > deepestData {
			return "", false
		}
		kind, typed := typeOf(piece)
		text, plain := piece["text"].(string)
		if !plain {
			text, plain = piece["value"].(string)
		}
		if nested, ok := piece["children"].([]any); ok && !plain {
			text, plain = inlineText(nested, depth+1)
		}
		if !plain || typed && !inlineTypes[kind] {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String(), b.Len() > 0
}

// typeOf is what an editor calls a piece of text.
func typeOf(piece map[string]any) (string, bool) {
	for _, key := range []string{"type", "_type", "nodeType", "object"} {
		if kind, ok := piece[key].(string); ok {
			return strings.ToLower(kind), true
		}
	}
	return "", false
}

// paragraphs are the lines of a plain text as HTML.
func paragraphs(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString("<p>" + html.EscapeString(line) + "</p>")
		}
	}
	return b.String()
}
