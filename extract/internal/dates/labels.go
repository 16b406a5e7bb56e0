package dates

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// pageWords are all that stands before a date where the word behind it tells
// of the page and not of its story: "Diese Seite wurde am … aktualisiert".
var pageWords = words.Set("page_words")

// labelAfter is what the words behind a date say of it: that it is a change
// ("am 12.06.2024 aktualisiert") or when something comes into force.
func (s *Scanner) labelAfter(start, end int) Label {
	line := s.text[end:min(len(s.text), end+48)]
	if stop := strings.IndexAny(line, "|;\n"); stop >= 0 {
		line = line[:stop]
	}
	for pos := 0; ; {
		t := nextToken(line, pos)
		pos = t.end
		switch {
		case t.is('(') || t.is(',') || t.isDash():
		case t.kind != tokenWord:
			return LabelNone
		case t.word == "in" && nextToken(line, pos).word == "kraft":
			return LabelEvent
		case pageWords()[t.word]:
		case LabelOf(t.word) == LabelUpdated && line[t.start] >= 'a' && !ofNextDate(line[pos:]) && s.tellsOfPage(start):
			return LabelUpdated
		default:
			return LabelNone
		}
	}
}

// ofNextDate reports whether a label belongs to what follows it rather than to
// what stands before: "10.06.2024, aktualisiert am 12.06.2024".
func ofNextDate(rest string) bool {
	if stop := strings.IndexAny(rest, ".)"); stop >= 0 && !strings.ContainsAny(rest[:stop], "0123456789:") {
		return false
	}
	return strings.ContainsAny(rest, "0123456789:")
}

// tellsOfPage reports whether the sentence up to an offset has no words but
// those that speak of the page.
func (s *Scanner) tellsOfPage(start int) bool {
	begin := max(s.done, strings.LastIndexAny(s.text[:start], ".|;:\n")+1)
	if start-begin > 60 {
		return false
	}
	for pos := begin; ; {
		t := nextToken(s.text[:start], pos)
		if t.kind == tokenEnd {
			return true
		}
		if t.kind == tokenNumber || t.kind == tokenWord && !pageWords()[t.word] && !IsWeekday(t.word) {
			return false
		}
		pos = t.end
	}
}

// LabelBefore is what the nearest telling word before an offset says, within
// the sentence.
func (s *Scanner) LabelBefore(start int) Label { return s.LabelledBefore(start).Label }

// LabelledBefore is labelBefore, and how firmly the word says so.
func (s *Scanner) LabelledBefore(start int) Labelled {
	from := max(s.done, start-120)
	count, telling := 0, 0 // up to the word in hand; those but "vom", "of the" and the like
	for end := start; end > from && count < 7; {
		r, size := utf8.DecodeLastRuneInString(s.text[from:end])
		if !isLetter(r) && !hidden(r) {
			if says, stop := s.markBefore(r, from, end-size, count); stop {
				return says
			}
			end -= size
			continue
		}
		begin := s.wordBegin(from, end)
		word := words.Fold(s.text[begin:end])
		if bound := s.boundsPosting(word, begin, from); count == 0 && bound != LabelNone {
			return Labelled{Label: bound}
		}
		if says, stop := s.wordBefore(word, begin, from, count, telling); stop {
			return says
		}
		if count++; !joinsDay()[word] {
			telling++
		}
		end = begin
	}
	return Labelled{}
}

// wordBegin is where the word begins that ends at an offset.
func (s *Scanner) wordBegin(from, end int) int {
	begin := end
	for begin > from {
		r, size := utf8.DecodeLastRuneInString(s.text[from:begin])
		if !isLetter(r) && !hidden(r) {
			break
		}
		begin -= size
	}
	return begin
}

// markBefore is what a mark at an offset, so many words before a date, says of
// that; stop tells that nothing before it counts.
func (s *Scanner) markBefore(mark rune, from, at, count int) (says Labelled, stop bool) {
	switch mark {
	case '|', ';':
		return Labelled{}, true
	case '©':
		if count < 2 {
			return Labelled{Label: LabelCited}, true
		}
		return Labelled{}, true
	case '†':
		return Labelled{Label: LabelCited}, true
	case '*':
		return Labelled{Label: LabelCited}, count == 0
	case '.', '!', '?':
		return Labelled{}, count > 0 && ClosesSentence(s.text[from:at])
	}
	return Labelled{}, false
}

// joinsDay are words that stand between a label and its day without saying more.
var joinsDay = words.Set("label_joins")

// signedAt is a deed, the place and "the": "Ausgefertigt: Eschwald, den".
var signedAt = words.Regexp(`^\pL+:?\s+(?:{{deed_days.in}}\s+)?\p{Lu}[\pL-]+,\s+{{deed_days.day}}\s+\d`)

// wordBefore is what a word before a date says of it; stop tells that no other
// word needs to be asked.
func (s *Scanner) wordBefore(word string, begin, from, count, telling int) (says Labelled, stop bool) {
	before := func() string { return words.Fold(strings.TrimRight(s.text[from:begin], " ")) }
	switch {
	case word == "gemacht" && strings.HasSuffix(before(), "bekannt"):
		return Labelled{Label: LabelPublished}, true
	case word == "seit" && count == 0: // "im Amt seit", but "online seit"
		if strings.HasSuffix(before(), "online") {
			return Labelled{Label: LabelPublished}, true
		}
		return Labelled{Label: LabelCited}, true
	}
	says = labelledBy(word)
	switch says.Label = s.labelWord(word, count); says.Label {
	case LabelNone:
		return Labelled{}, false
	case LabelOther:
		if telling == 0 || telling == 1 && signedAt.MatchString(s.text[begin:]) {
			return says, true
		}
		if word == "eingereicht" { // "Eingereicht von Eva Meier am"
			return Labelled{LabelPublished, true}, true
		}
		return Labelled{}, false
	case LabelPublished:
		if kind := s.kindOfDate(begin, from, dateWords()[word]); kind != LabelPublished {
			return Labelled{Label: kind}, true
		}
	}
	return says, true
}

// Behind a word of publication these make its first and its last day: "Pubblicato
// dal", "Veröffentlicht bis".
var (
	postingFrom = words.Set("posting_from")
	postingTo   = words.Set("posting_to")
)

// boundsPosting is what a word behind one of publication makes of the date: its first
// day is the publication, its last one is not.
func (s *Scanner) boundsPosting(word string, at, from int) Label {
	switch {
	case postingFrom()[word] && s.followsPosting(at, from):
		return LabelPublished
	case postingTo()[word] && s.followsPosting(at, from):
		return LabelEvent
	}
	return LabelNone
}

// followsPosting reports whether the word before an offset is one of publication.
func (s *Scanner) followsPosting(at, from int) bool {
	end := from + len(strings.TrimRight(s.text[from:at], " "))
	return LabelOf(words.Fold(s.text[s.wordBegin(from, end):end])) == LabelPublished
}

// dateWords say of a date no more than that it is one.
var dateWords = words.Set("date_words")

// lastWords make a change of what was made or published: "zuletzt gespeichert".
var lastWords = words.Set("last_words")

// kindOfDate is what the word before one of publication says of the date: "Event
// date:", "closing date".
func (s *Scanner) kindOfDate(at, from int, dateWord bool) Label {
	end := at
	for end > from && (s.text[end-1] == ' ' || s.text[end-1] == '-') {
		end--
	}
	begin := end
	for begin > from {
		r, size := utf8.DecodeLastRuneInString(s.text[from:begin])
		if !isLetter(r) {
			break
		}
		begin -= size
	}
	word := words.Fold(s.text[begin:end])
	if lastWords()[word] {
		return LabelUpdated
	}
	if endWords()[word] {
		return LabelEvent
	}
	switch before := LabelOf(word); before {
	case LabelEvent, LabelUpdated, LabelOther:
		if dateWord {
			return before
		}
	}
	return LabelPublished
}

// endWords make the end of a posting of what says publication: "Data fine
// pubblicazione".
var endWords = words.Set("posting_ends")

// labelWord is what a word says at a distance (in words) from the date: weak
// words count only when they stand right before it.
func (s *Scanner) labelWord(word string, distance int) Label {
	label := LabelOf(word)
	if langs := labelOnlyIn()[word]; langs != nil && !slices.Contains(langs, s.lang) { // "do" is "until" in Polish alone
		return LabelNone
	}
	if reach, ok := labelReach()[word]; ok && (distance < reach.least || distance > reach.most) {
		return LabelNone
	}
	return label
}

// labelOnlyIn lists the labels that are other words in other languages.
var labelOnlyIn = words.Languages("labels_only_here")

// A wordReach is how many words may stand between a label and its date.
type wordReach struct{ least, most int }

// labelReach bounds how far weak labels reach: "lagt ut", "ins Netz gestellt"
// have one word between.
var labelReach = words.GroupsAs("label_reach", func(name string) wordReach {
	return map[string]wordReach{"touching": {0, 0}, "one_between": {1, 1}, "beside": {0, 1}, "near": {0, 3}}[name]
})

// ClosesSentence reports whether the full stop after text ends a sentence: the
// word before it is longer than an abbreviation.
func ClosesSentence(text string) bool {
	letters := 0
	for i := len(text); i > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:i])
		if !isLetter(r) {
			break
		}
		if letters++; letters > 4 {
			return true
		}
		i -= size
	}
	return false
}

// OnlyLabels reports whether a text has no words but those that say what the date
// after it is: "Datum der Veröffentlichung".
func OnlyLabels(text string) bool {
	all := strings.Fields(text)
	labels := 0
	for _, word := range all {
		switch folded := words.Fold(strings.TrimRight(word, ":.,")); {
		case LabelOf(folded) != LabelNone && !IsWeekday(folded):
			labels++
		case !joinsDay()[folded] || IsWeekday(folded):
			return false
		}
	}
	return labels > 0 && len(all) <= 4
}
