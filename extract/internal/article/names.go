package article

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// firstNames are the common first names of the people who write for
// municipalities and papers in the languages that we read, folded. They tell a
// name from other words where nothing says that one follows.
var firstNames = words.Set("first_names")

// nameParts are the small words within names.
var nameParts = words.Set("name_parts")

// nameTitles may stand before a name.
var nameTitles = words.Set("name_titles")

// isPersonName reports whether a text is the name of a person and nothing else:
// a common first name, with capitals throughout.
func isPersonName(s string) bool {
	if len(s) > 60 || strings.ContainsAny(s, "0123456789:/@!?()") {
		return false
	}
	n, known := 0, false
	for word := range strings.FieldsSeq(s) {
		fold := words.Fold(strings.TrimRight(word, "."))
		if n == 0 && nameTitles()[fold] {
			continue
		}
		if n > 0 && nameParts()[fold] {
			continue
		}
		if c, _ := utf8.DecodeRuneInString(word); !unicode.IsUpper(c) {
			return false
		}
		if n == 0 {
			first, _, _ := strings.Cut(fold, "-")
			known = firstNames()[first]
		}
		n++
	}
	return known && n >= 2 && n <= 4
}
