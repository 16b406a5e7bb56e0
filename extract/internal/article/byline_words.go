package article

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// What stands before the name of who wrote a report.
var (
	bylineBy     = words.Set("byline_by")     // "von", right before the name
	bylineLabels = words.Set("byline_labels") // "Autorin", before a colon
	bylineVerbs  = words.Set("byline_verbs")  // "geschrieben von"
	authorCards  = words.Set("author_cards")  // over the name: "Über die Autorin"

	bylineStarts = words.FirstWords("byline_by", "byline_labels", "byline_verbs")
)

// A writer is a line's word of who wrote the report.
type writer struct {
	name  string
	after string // the word behind the name: "am", "on"; empty where a sign or nothing stands there
	plain bool   // only "von" or its like stands before it
}

// namedHere is a name as it is printed, and what ends it.
var namedHere = words.Regexp(`^` + printedName + `\s*(?:\.?$|\)?$|[|•·●∙▪–—,(]|\d|- ` +
	`|((?:{{day_articles}}|{{behind_names}}|{{picture_nouns}})\b))`)

// namedAndMore is namedHere where the line goes on behind a full stop: "Publisert av
// Kari Holm. Publisert: 10.06.2024".
var namedAndMore = words.Regexp(`^` + printedName + `\.\s`)

// writerIn is the writer that a line names behind a word for writing, where one
// opens the line, follows a sign, a year or a time; nil where it names none.
func writerIn(line string) *writer {
	for i := 0; i < len(line); {
		if opensPart(line, i) && texts.StartsWith(line[i:], bylineStarts()) {
			if end, plain := bylinePhrase(line[i:]); end > 0 {
				if m := namedHere.FindStringSubmatch(line[i+end:]); m != nil {
					return &writer{m[1], m[2], plain}
				}
				if m := namedAndMore.FindStringSubmatch(line[i+end:]); m != nil && !plain {
					return &writer{name: m[1]}
				}
			}
		}
		next := strings.IndexAny(line[i:], " (|•·●∙▪–—-")
		if next < 0 {
			return nil
		}
		_, size := utf8.DecodeRuneInString(line[i+next:])
		i += next + size
	}
	return nil
}

// oClock stands behind a time: "Uhr".
var oClock = words.Set("o_clock")

// opensPart reports whether a word that begins at i opens its line or a part of
// it: behind nothing but signs, or behind a sign, a year, a time or "Uhr".
func opensPart(line string, i int) bool {
	before := strings.TrimRight(line[:i], " ")
	if before == "" {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(before)
	if strings.ContainsRune("(|•·●∙▪–—,-", last) {
		return true
	}
	word := before[strings.LastIndexByte(before, ' ')+1:]
	return unicode.IsDigit(last) && len(word) >= 4 || oClock()[words.Fold(word)]
}

// withoutBylinePhrase is a text without the word for writing that it begins with,
// where something follows.
func withoutBylinePhrase(text string) string {
	if !texts.StartsWith(text, bylineStarts()) {
		return text
	}
	if end, _ := bylinePhrase(text); end < len(text) {
		return text[end:]
	}
	return text
}

// longestByline is how many words stand before a name at most: "tekst en foto's".
const longestByline = 4

// bylinePhrase is the end of the word for writing that a text begins with, the
// longest that there is, with its colon and the space behind; plain tells that
// it is only "von" or its like. It is 0 where there is none.
func bylinePhrase(text string) (end int, plain bool) {
	ends := wordEnds(text, longestByline)
	for n := len(ends) - 1; n >= 0; n-- {
		rest := strings.TrimLeft(text[ends[n]:], " ")
		colon := strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "：")
		phrase := words.Fold(texts.Key(text[:ends[n]]))
		isBy := bylineBy()[phrase]
		if isBy || bylineVerbs()[phrase] || colon && bylineLabels()[phrase] {
			return len(text) - len(strings.TrimLeft(rest, " :：")), isBy
		}
	}
	return 0, false
}

// genderEndings follow the colon of "Autor:in".
var genderEndings = words.Set("gender_endings")

// wordEnds are the ends of the first words of a text, before a colon or space; a
// lone sign between two words is part of the next.
func wordEnds(text string, most int) []int {
	var ends []int
	for i := 0; i < len(text) && len(ends) < most; {
		size := strings.IndexAny(text[i:], " :：")
		if size < 0 {
			return append(ends, len(text))
		}
		if size > 0 {
			ends = append(ends, i+size)
		}
		if text[i+size] != ' ' && !texts.StartsWith(text[i+size+1:], genderEndings()) { // "Autor:in"
			return ends
		}
		i += size + 1
	}
	return ends
}

// isAuthorHead reports a line that stands over the name of the writer.
func isAuthorHead(text string) bool {
	k := words.Fold(texts.Key(text))
	return authorCards()[k] || bylineVerbs()[k] || bylineBy()[k]
}
