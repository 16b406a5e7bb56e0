package texts

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// FoldedSet are phrases that are written with "|" between them.
func FoldedSet(words string) map[string]bool {
	m := make(map[string]bool)
	for word := range strings.SplitSeq(words, "|") {
		m[strings.TrimSpace(word)] = true
	}
	return m
}

// WordSet are the words of a text.
func WordSet(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}

// FoldWord is a word in lower case without marks and invisible characters.
func FoldWord(s string) string { return words.Fold(s) }
