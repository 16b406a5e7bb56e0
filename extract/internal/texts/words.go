package texts

import "strings"

// PhraseSet are phrases that are written with "|" between them.
func PhraseSet(words string) map[string]bool {
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
