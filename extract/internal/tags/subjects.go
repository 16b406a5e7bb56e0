package tags

import (
	"strings"
	"sync"

	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// A subject is one of the built-in municipal subjects, with the words that tell
// it. Those of the files of words may be parts of words; each counts.
type subject struct {
	german, english string
	stems           []string // as they are searched in folded text
}

// subjectNames and subjectWords are the subjects, in German and English. They
// are kept few and their words telling: one that is missed costs less than a
// wrong one.
var (
	subjectNames = words.Entries("subject_names")
	subjectWords = words.Counted("subjects")
)

// subjects are those of the files of words, in the order of their names there.
var subjects = sync.OnceValue(func() []*subject {
	byGroup := make(map[string]*subject)
	var all []*subject
	for _, e := range subjectNames() {
		s := byGroup[e.Group]
		if s == nil {
			s = &subject{}
			byGroup[e.Group] = s
			all = append(all, s)
		}
		if e.Language == "en" {
			s.english = e.Written()
		} else {
			s.german = e.Written()
		}
	}
	for _, e := range subjectWords() {
		stem := e.Text
		if !e.Tail {
			stem = " " + stem
		}
		if !e.Open {
			stem += " "
		}
		byGroup[e.Group].stems = append(byGroup[e.Group].stems, stem)
	}
	return all
})

// NamesSubject reports whether a text is the name of a subject.
func NamesSubject(name string) bool { return subjectKeys()[news.Fold(name)] }

var subjectKeys = sync.OnceValue(func() map[string]bool {
	keys := make(map[string]bool)
	for _, s := range subjects() {
		keys[news.Fold(s.german)] = true
		keys[news.Fold(s.english)] = true
	}
	return keys
})

// mostSubjects is how many subjects an item gets at most.
const mostSubjects = 3

// Subjects are the municipal subjects that an item's words tell, the best
// first: a word in the headline, or in the teaser and again in the text, or
// four in the text. They are named in English for items in English, else in
// German.
func Subjects(it news.Item) []string {
	headline := " " + news.Fold(it.Kicker+" "+it.Headline) + " "
	teaser := " " + news.Fold(it.Teaser) + " "
	body := " " + news.Fold(texts.Shorten(it.BodyText, 6000)) + " "
	english := strings.HasPrefix(it.Language, "en")
	type scored struct {
		name  string
		score int
	}
	var best []scored
	for _, s := range subjects() {
		score := 3*hits(headline, s.stems, 2) + 2*hits(teaser, s.stems, 1) + hits(body, s.stems, 4)
		if score < 3 {
			continue
		}
		if hits(headline, s.stems, 1)+hits(teaser, s.stems, 1) == 0 && score < 4 {
			continue
		}
		name := s.german
		if english {
			name = s.english
		}
		at := len(best)
		for at > 0 && best[at-1].score < score {
			at--
		}
		best = append(best[:at], append([]scored{{name, score}}, best[at:]...)...)
	}
	var names []string
	for _, s := range best[:min(len(best), mostSubjects)] {
		names = append(names, s.name)
	}
	return names
}

// hits counts how often stems occur in a text, up to a limit.
func hits(text string, stems []string, limit int) int {
	n := 0
	for _, stem := range stems {
		if n += strings.Count(text, stem); n >= limit {
			return limit
		}
	}
	return n
}
