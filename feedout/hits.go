package feedout

import (
	"slices"
	"strings"
	"unicode"

	"github.com/stadtfeed/stadtfeed/news"
)

// A search shows where its words stand: marked in headline and teaser, or in a
// piece of the body, where neither has them.

// sought are the words and phrases that a search asks for.
type sought []phrase

// A phrase is what is sought, as folded words; the last one may go on unless it
// is exact.
type phrase struct {
	words []string
	exact bool
}

// soughtBy are those of a query.
func soughtBy(q news.Query) (words sought) {
	for _, group := range q.All {
		for _, t := range group {
			isText := t.Facet == news.Word || t.Facet == news.Title
			if folded := strings.Fields(news.Fold(t.Value)); isText && !t.Not && len(folded) > 0 {
				words = append(words, phrase{folded, t.Exact})
			}
		}
	}
	return words
}

// A piece is a part of a text: from a byte up to another.
type piece struct{ from, to int }

// hits are the parts of a text that are sought, whole words in the order of the
// text; none overlaps another. Like news.Item.Has, the last word of a phrase
// may go on.
func (s sought) hits(text string) (found []piece) {
	if len(s) == 0 {
		return nil
	}
	places := wordsOf(text)
	folded := make([]string, len(places))
	for i, p := range places {
		folded[i] = news.Fold(text[p.from:p.to])
	}
	for i := 0; i < len(places); {
		n := s.at(folded[i:])
		if n > 0 {
			found = append(found, piece{places[i].from, places[i+n-1].to})
		}
		i += max(n, 1)
	}
	return found
}

// at is how many of the folded words at the front are the longest thing sought.
func (s sought) at(folded []string) (most int) {
	for _, p := range s {
		if n := len(p.words); n > most && n <= len(folded) && p.begins(folded) {
			most = n
		}
	}
	return most
}

// begins reports whether the phrase stands at the front of words.
func (p phrase) begins(words []string) bool {
	last := len(p.words) - 1
	return slices.Equal(p.words[:last], words[:last]) &&
		(words[last] == p.words[last] || !p.exact && strings.HasPrefix(words[last], p.words[last]))
}

// wordsOf are the words of a text: letters and digits, and what stands between
// them unseen.
func wordsOf(text string) (words []piece) {
	from := -1
	for i, r := range text {
		in := unicode.IsLetter(r) || unicode.IsDigit(r) || from >= 0 && unicode.In(r, unicode.Mn, unicode.Cf)
		if in && from < 0 {
			from = i
		}
		if !in && from >= 0 {
			words, from = append(words, piece{from, i}), -1
		}
	}
	if from >= 0 {
		words = append(words, piece{from, len(text)})
	}
	return words
}

// How much of a body is searched for a hit, and shown before it and in all.
const (
	mostSearched  = 64 << 10
	excerptBefore = 90
	excerptLength = 300
)

// excerpt is the text around the first hit in an item's body; empty where the
// headline or the shown teaser has one, or the body has none.
func (s sought) excerpt(it news.Item, teaser string) string {
	if len(s) == 0 || s.hits(headline(it)) != nil || s.hits(teaser) != nil {
		return ""
	}
	body := line(cut(it.BodyText, mostSearched))
	found := s.hits(body)
	if found == nil {
		return ""
	}
	begin, before := 0, ""
	if at := found[0].from; at > excerptBefore {
		begin, before = at-excerptBefore, "… "
		begin += strings.IndexByte(body[begin:at]+" ", ' ') + 1
		begin = min(begin, at)
	}
	return before + cutWords(body[begin:], excerptLength)
}

// marked writes text with what is sought in it marked.
func (w *xmlWriter) marked(text string, s sought) {
	done := 0
	for _, hit := range s.hits(text) {
		w.text(text[done:hit.from])
		w.element("mark", text[hit.from:hit.to])
		done = hit.to
	}
	w.text(text[done:])
}
