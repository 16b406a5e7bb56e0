package extract

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// wordSet are the words of a text.
func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// foldWord is a word in lower case without marks and invisible characters.
func foldWord(s string) string { return words.Fold(s) }
