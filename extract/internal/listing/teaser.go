package listing

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// findTeaser takes the text that is left: what calls itself the teaser, or
// else the lines that read like text.
func (r *rowReader) findTeaser() {
	named := slices.ContainsFunc(r.pieces, func(p piece) bool {
		return p.part == partText && p.hint&dom.HintTeaser != 0 && len(p.text) > 20
	})
	teaser, at := r.teaserText(named)
	teaser = trimDateline(trimMore(teaser), r.entry.Evidence["published"].Raw)
	if named && utf8.RuneCountInString(teaser) > 10 || looksLikeText(teaser) {
		r.set("teaser", &r.entry.Teaser, teaser, "text", at, "")
	}
}

// teaserText is the text of the lines of the teaser that stand in one element,
// and where it begins.
func (r *rowReader) teaserText(named bool) (string, dom.NodeID) {
	told := slices.ContainsFunc(r.pieces, func(p piece) bool { return p.part == partText && p.link < 0 && looksLikeText(p.text) })
	var text strings.Builder
	at, beside := dom.NodeID(-1), dom.NodeID(-1)
	for i := 0; i < len(r.pieces); {
		j, line := i, r.pieces[i].line
		for j < len(r.pieces) && r.pieces[j].line == line {
			j++
		}
		from, got := r.teaserLine(r.pieces[i:j], named)
		if told && r.leadsAway(r.pieces[i:j]) {
			got = "" // the same in plain language or in signs
		}
		parent := r.blockParent(r.pieces[i].from)
		i = j
		if got == "" || beside >= 0 && parent != beside {
			continue
		}
		beside = parent
		if isEnough(text.Len(), len(got)) {
			break
		}
		if text.Len() > 0 {
			text.WriteByte(' ')
		} else {
			at = from
		}
		text.WriteString(got)
	}
	return text.String(), at
}

// isEnough reports whether a teaser of some bytes needs no line of so many more.
func isEnough(have, more int) bool { return have > 600 || have > 120 && have+more > 600 }

// blockParent is what holds the block that a text stands in: the paragraphs of
// one teaser stand side by side.
func (r *rowReader) blockParent(i dom.NodeID) dom.NodeID {
	at := r.d.Nodes[i].Parent
	for at > r.row.from && r.d.Nodes[at].Flags&dom.IsBlock == 0 {
		at = r.d.Nodes[at].Parent
	}
	if at <= r.row.from {
		return max(at, 0)
	}
	return r.d.Nodes[at].Parent
}

// teaserLine is one line of the teaser, without what plays another part.
func (r *rowReader) teaserLine(pieces []piece, named bool) (dom.NodeID, string) {
	var b strings.Builder
	at := dom.NodeID(-1)
	for i := range pieces {
		p := &pieces[i]
		if p.part != partText || p.deaf || named && p.hint&dom.HintTeaser == 0 {
			continue
		}
		if at < 0 {
			at = p.by
		}
		if b.Len() > 0 && p.glue {
			b.WriteByte(' ')
		}
		b.WriteString(p.text)
	}
	line := withoutMarks(b.String())
	if line == "" || !named && !r.isTeaserLine(line) {
		return -1, ""
	}
	return at, line
}

// isTeaserLine reports a line that reads like text and not like what tells by
// whom and when it was published.
func (r *rowReader) isTeaserLine(line string) bool {
	if !looksLikeText(line) {
		return false
	}
	return len(line) >= 100 || endsSentence(line) || !byAuthor.MatchString(line) && !r.tellsDates(line)
}

// withoutMarks is a line without empty brackets and the marks around it.
func withoutMarks(line string) string {
	if strings.ContainsAny(line, "[(|") {
		line = emptyBrackets.ReplaceAllString(line, "")
	}
	line = strings.TrimLeft(line, " |,–—-:·•")
	if !strings.Contains(line, "«") && !strings.Contains(line, "‹") {
		line = strings.TrimRight(line, " »›→▶►") // of a link that was dropped
	}
	return news.Squash(line)
}

// leadsAway reports a line of links to other pages than the one that the headline
// leads to.
func (r *rowReader) leadsAway(pieces []piece) bool {
	k := slices.IndexFunc(r.pieces, func(p piece) bool { return p.part == partHeadline })
	if k < 0 || r.pieces[k].link < 0 {
		return false
	}
	own := r.d.Attr(r.pieces[k].link, "href")
	for i := range pieces {
		p := &pieces[i]
		away := p.link >= 0 && r.d.Attr(p.link, "href") != own
		if !away && texts.HasLetters(p.text) {
			return false
		}
	}
	return true
}

// byAuthor begins a line that tells who wrote the report.
var byAuthor = words.Regexp(`(?i)^{{posted_lines}}\s`)

// tellsDates reports a line of dates with hardly a word besides: "Published Nov
// 18, 2026 · Expires Dec 18, 2026".
func (r *rowReader) tellsDates(line string) bool {
	if !looksDated(line) {
		return false
	}
	words, at := 0, 0
	for _, f := range r.findDates(line) {
		if f.Start >= at {
			words += len(strings.FieldsFunc(line[at:f.Start], notLetter))
			at = f.End
		}
	}
	return at > 0 && words+len(strings.FieldsFunc(line[at:], notLetter)) <= 3
}

func notLetter(c rune) bool { return !unicode.IsLetter(c) }

// emptyBrackets stood around a link that was dropped: "[mehr]".
var emptyBrackets = lazy.Regexp(`\s*(?:\[\s*\]|\(\s*\)|[\[(|]\s*$)`)

// looksLikeText tells a line of text from labels, places and times.
func looksLikeText(s string) bool {
	words := len(strings.Fields(s))
	return words >= 6 || words >= 3 && endsSentence(s) && utf8.RuneCountInString(s) >= 20
}

// trimDateline cuts the date that was read from the beginning of a teaser,
// with its brackets and the dash behind it.
func trimDateline(teaser, raw string) string {
	rest := strings.TrimLeft(teaser, "[(")
	if raw == "" || !strings.HasPrefix(rest, raw) {
		return teaser
	}
	return strings.TrimLeft(rest[len(raw):], " \u00a0])–—-:|,/•·")
}

// withoutDateline cuts the row's date from the beginning of a teaser that a
// rule took whole.
func (r *rowReader) withoutDateline(teaser string) string {
	if !looksDated(opening(teaser)) {
		return teaser
	}
	found := r.findDates(opening(teaser))
	if len(found) == 0 || !dom.SameDay(found[0].Moment, r.entry.Published) {
		return teaser
	}
	return trimDateline(teaser, found[0].Raw)
}

var endsInMoreText = words.Regexp(`(?i)\s*(?:\[\s*(?:…|\.\.\.|&hellip;)\s*\]` +
	`|\(?(?:»\s*)?(?:{{go_on.any}}|\[{{go_on.any}}\])(?:\s*(?:…|\.\.\.|»|>|→))*\)?)\s*$`)

// trimMore cuts "… mehr" and its like from the end of a teaser.
func trimMore(s string) string {
	s = news.Squash(s)
	at := len(s)
	for n := 0; at > 0 && n < 32; n++ {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	head, tail := s[:at], s[at:]
	if !mentionsMore(tail) {
		return s
	}
	m := endsInMoreText.FindString(tail)
	if m == "" {
		return s
	}
	before := strings.TrimRight(head+strings.TrimSuffix(tail, m), " ")
	switch {
	case strings.Contains(m, "[") && strings.ContainsAny(m, "….") && before != "":
		return before + " …"
	case before == "" || endsSentence(before):
		return before
	case strings.ContainsAny(m, "….»>→(["):
		return before
	}
	// "sagte sie, es gebe mehr" is a sentence.
	return s
}

// mentionsMore is a quick look whether a text may end in "… mehr".
func mentionsMore(tail string) bool {
	return strings.Contains(tail, "[") || mayGoOn(tail)
}

var mayGoOn = texts.MayHold("go_on")
