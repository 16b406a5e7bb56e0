package claims

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// stateKeys are the keys under which systems keep the fields of a report, in
// small letters without "_" and "-"; the first of a field that is there counts.
var stateKeys = words.InGroups("state_keys")

// plainKeyOf is a key in small letters without marks, "_" and "-".
func plainKeyOf(key string) string { return plainKey.Replace(words.Fold(key)) }

var plainKey = strings.NewReplacer("_", "", "-", "", ".", "")

// mostBodyKeys is how many keys of a text are looked for at most.
const mostBodyKeys = 64

// bodyKeys are the places in their list of the keys of a text, the longest of which
// has so many bytes.
type bodyKeys struct {
	places  map[string]int
	longest int
}

var readBodyKeys = sync.OnceValue(func() bodyKeys {
	list := stateKeys()["body"]
	b := bodyKeys{places: make(map[string]int, len(list))}
	for at, key := range list[:min(len(list), mostBodyKeys)] {
		b.places[key] = at
		b.longest = max(b.longest, len(key))
	}
	return b
})

// bodyPlace is the place among these keys of one as a page writes it. Scripts have
// thousands of keys, nearly all of them plain letters and none of these.
func bodyPlace(key string) (at int, ok bool) {
	known := readBodyKeys()
	plain := make([]byte, 0, 32)
	for _, c := range []byte(key) {
		switch {
		case c >= utf8.RuneSelf:
			at, ok = known.places[plainKeyOf(key)]
			return at, ok
		case c == '_' || c == '-' || c == '.':
			continue
		case len(plain) == known.longest:
			return 0, false
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		plain = append(plain, c)
	}
	at, ok = known.places[string(plain)]
	return at, ok
}

// fieldsOf are the texts of an object by key, in small letters without "_" and "-".
func fieldsOf(o map[string]any) map[string]string {
	flat := make(map[string]string, len(o))
	for key, value := range o {
		if inner, ok := value.(map[string]any); ok {
			value = inner["rendered"] // as WordPress has it
		}
		if text, ok := value.(string); ok && text != "" {
			flat[plainKeyOf(key)] = text
		}
	}
	return flat
}

// stateFields are headline, day, address and teaser of an object, with or
// without them.
func stateFields(d *dom.Page, o map[string]any) read.Entry {
	for _, key := range []string{"node", "attributes", "fields", "item", "_source"} { // a report in its wrapping
		if inner, ok := o[key].(map[string]any); ok && len(o) <= 6 {
			o = inner
			break
		}
	}
	flat := fieldsOf(o)
	e := read.Entry{Evidence: make(map[string]read.Evidence, 4)}
	take := func(field string, keys []string) string {
		for _, key := range keys {
			if flat[key] != "" {
				e.Evidence[field] = read.Evidence{Rule: PageData, Where: key}
				return flat[key]
			}
		}
		return ""
	}
	if e.Headline = Unescape(news.Squash(take("headline", stateKeys()["headline"]))); strings.Contains(e.Headline, "<") ||
		!texts.HasLetters(e.Headline) {
		e.Headline = ""
		return e
	}
	raw := take("published", stateKeys()["date"])
	m, err := dates.ParseMachine(raw, d.Options.Location)
	if err != nil {
		m, err = d.ParseDate(raw)
	}
	if err == nil {
		e.Published = m
	}
	e.URL = d.Abs(take("url", stateKeys()["address"]))
	if teaser := Unescape(news.Squash(take("teaser", stateKeys()["teaser"]))); !strings.Contains(teaser, "<") {
		e.Teaser = teaser
	}
	return e
}

// stateEntry is an object as an entry: with a headline, an address and a day.
func stateEntry(d *dom.Page, o map[string]any) (read.Entry, bool) {
	e := stateFields(d, o)
	return e, e.Headline != "" && !e.Published.IsZero() && d.LeadsOn(e.URL)
}
