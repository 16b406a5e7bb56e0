package extract

import "strings"

// pageWords are all that stands before a date where the word behind it tells
// of the page and not of its story: "Diese Seite wurde am … aktualisiert".
var pageWords = wordSet("diese dieser dieses seite artikel beitrag eintrag text inhalt inhalte meldung die der das wurde ist zuletzt letztmals letztmalig am um vom uhr this the page article content was last on at")

// labelAfter is what the words behind a date say of it: that it is a change
// ("am 12.06.2024 aktualisiert") or when something comes into force.
func (s *dateScanner) labelAfter(start, end int) DateLabel {
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
		case pageWords[t.word]:
		case labelOf(t.word) == LabelUpdated && line[t.start] >= 'a' && !ofNextDate(line[pos:]) && s.tellsOfPage(start):
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
func (s *dateScanner) tellsOfPage(start int) bool {
	begin := max(s.done, strings.LastIndexAny(s.text[:start], ".|;:\n")+1)
	if start-begin > 60 {
		return false
	}
	for pos := begin; ; {
		t := nextToken(s.text[:start], pos)
		if t.kind == tokenEnd {
			return true
		}
		if t.kind == tokenNumber || t.kind == tokenWord && !pageWords[t.word] && !isWeekday(t.word) {
			return false
		}
		pos = t.end
	}
}
