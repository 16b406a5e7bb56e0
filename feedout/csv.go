package feedout

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"
)

// csvColumns are the columns of a table of items and what stands in them.
var csvColumns = []struct {
	name string
	of   func(*entry) string
}{
	{"id", func(e *entry) string { return e.id }},
	{"seq", func(e *entry) string { return utoa(e.seq) }},
	{"published", func(e *entry) string { return e.printed }},
	{"shown", func(e *entry) string { return e.published.UTC().Format(time.RFC3339) }},
	{"updated", func(e *entry) string {
		if !e.edited {
			return ""
		}
		return e.updated.UTC().Format(time.RFC3339)
	}},
	{"withdrawn", func(e *entry) string { return strconv.FormatBool(e.withdrawn) }},
	{"source", func(e *entry) string {
		if len(e.sources) == 0 {
			return ""
		}
		return e.sources[0].slug
	}},
	{"place", func(e *entry) string { return e.place }},
	{"lat", func(e *entry) string { lat, _, _ := strings.Cut(e.point(), " "); return lat }},
	{"lon", func(e *entry) string { _, lon, _ := strings.Cut(e.point(), " "); return lon }},
	{"title", func(e *entry) string { return e.title }},
	{"teaser", func(e *entry) string { return e.summary }},
	{"byline", func(e *entry) string { return e.author }},
	{"tags", func(e *entry) string { return strings.Join(e.tags, "; ") }},
	{"url", func(e *entry) string { return e.link }},
	{"image", func(e *entry) string { return e.image }},
}

// csv is the feed as a table (RFC 4180) with a header.
func (f *feed) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	row := make([]string, len(csvColumns))
	for i, c := range csvColumns {
		row[i] = c.name
	}
	if err := w.Write(row); err != nil {
		return nil, err
	}
	for i := range f.entries {
		for j, c := range csvColumns {
			row[j] = noFormula(c.of(&f.entries[i]))
		}
		if err := w.Write(row); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// noFormula is a cell that no spreadsheet takes for a formula: an apostrophe
// stands before what could be one
// (https://owasp.org/www-community/attacks/CSV_Injection). Numbers stay as they are.
func noFormula(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}
