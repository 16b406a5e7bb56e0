package article

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/places"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// A printedLine is the text of a block in which dates are looked for.
type printedLine struct {
	at      dom.NodeID
	text    string
	short   bool // a line or two
	away    bool // long and far from the headline: only a labelled date counts
	posting int  // where a sentence on the posting comes to its date; 0: it is none
}

// printedLine is a short line, or the beginning of a paragraph near the
// headline, that may hold a date.
func (r *reader) printedLine(i dom.NodeID, distance int32) (line printedLine, ok bool) {
	line = printedLine{at: i, short: r.ownText[i] <= 160}
	line.away = !line.short && (distance < 0 || distance > 900)
	if line.away &&
		(r.ownText[i] > 400 || r.d.Nodes[i].Hints&(dom.HintMeta|dom.HintFooter|dom.HintDate|dom.HintAuthor) == 0 && !r.tellsPosting(i)) {
		return line, false
	}
	if !r.holdsDigits(i) {
		return line, false
	}
	line.text = r.lineText(i)
	if first, _, _ := strings.Cut(line.text, " "); postingOpens()[words.Fold(first)] {
		if at := postingSentence.FindStringIndex(line.text); at != nil {
			line.posting = at[1]
		}
	}
	if !line.short && line.posting == 0 {
		line.text = strings.ToValidUTF8(line.text[:min(len(line.text), 120)], "")
	}
	return line, mayHoldDate(line.text)
}

// dateLine adds the dates of a line near the headline, or the one that a
// paragraph begins with.
func (r *reader) dateLine(all []dateCandidate, i dom.NodeID, distance int32) []dateCandidate {
	line, ok := r.printedLine(i, distance)
	if !ok {
		return all
	}
	dated := r.datesOfLine(&line)
	for n := range dated {
		l := &dated[n]
		f := &l.date
		c := dateCandidate{element: i, at: i, moment: f.Moment, evidence: read.Evidence{Rule: rules.Dateline, Raw: f.Raw},
			updated: f.Label == dates.LabelUpdated}
		c.labelled, c.weakly, c.named = l.isPublication(), f.Weak, l.named
		c.today = !c.labelled && r.hintsBelowHeadline(i)&dom.HintHeader != 0 && r.isToday(f.Moment)
		c.draft = r.d.Options.Explain.Draft("published")
		if c.weight = lineRules.Weigh(l, c.draft); c.weight > 0 {
			if c.weight += r.nearness(i, distance, c.draft); !c.labelled {
				c.weight -= r.againstToday(i, f.Moment, distance)
			}
			all = append(all, c)
		}
	}
	return all
}

// datesOfLine are the dates of a line as the table looks at them, good until the
// next call.
func (r *reader) datesOfLine(line *printedLine) []datedLine {
	found := r.d.FindDates(line.text)
	r.dated = r.dated[:0]
	for n, f := range found {
		switch {
		case f.Label != dates.LabelNone:
		case line.posting > 0 && line.posting <= f.Start && f.Start-line.posting < 30:
			f.Label = dates.LabelPublished
		case n == 0 && line.short && f.Start <= 1:
			says := r.labelBeside(line.at)
			f.Label, f.Weak = says.Label, says.Weak
		}
		l := datedLine{r: r, printedLine: *line, date: f}
		l.named = line.short && (l.isPublication() || r.d.Nodes[line.at].Hints&(dom.HintMeta|dom.HintDate) != 0)
		l.opens = opensReport(line.text[:f.Start], line.text[f.End:])
		l.rest = lineAround(line.text, f.Start, f.End) - (f.End - f.Start)
		r.dated = append(r.dated, l)
	}
	return r.dated
}

// labelLanguages are those whose words for a publication are known well enough
// that another word before a date means something else.
var labelLanguages = texts.WordSet("de en fr it es nl da sv nb nn no pl cs pt")

// ofDay are the words that join a thing and its day.
var ofDay = words.Set("of_day")

// namedOther reports whether a date stands behind the name of something that is
// no day of the report: "Letzte Wahl: ", or the label of the cell that it fills.
func (r *reader) namedOther(i dom.NodeID, before string) bool {
	primary, _, _ := strings.Cut(r.d.Language, "-")
	if !labelLanguages[primary] {
		return false
	}
	before = strings.TrimSpace(before)
	if n := &r.d.Nodes[i]; before == "" && (n.Tag == atom.Dd || n.Tag == atom.Td) {
		if before = strings.TrimRight(r.textBefore(i), ": "); before != "" {
			before += ":"
		}
	}
	label, found := strings.CutSuffix(before, ":")
	last := label[strings.LastIndexByte(label, ' ')+1:] // "Mitteilung vom:" says no more than what has the date
	if !found {
		return ofThing(before)
	}
	isOfDay := ofDay()[last] || mayHoldDate(label)
	return len(label) > 3 && !isOfDay && !places.IsPlace(label) && !stockHeading(texts.Key(label))
}

// ofWords make a day that of the thing before them: "Gutachten vom", "report of".
var ofWords = words.Set("thing_joins")

// ofThing reports whether what stands before a date ends with a thing and a word
// that makes the day that of the thing: "Gutachten vom".
func ofThing(before string) bool {
	line := before[strings.LastIndexAny(before, "\n|·•")+1:]
	all := strings.Fields(line)
	n := len(all)
	if n < 2 || n > 6 || !ofWords()[all[n-1]] {
		return false
	}
	thing := all[n-2]
	return !strings.HasSuffix(thing, ",") && !stockHeading(texts.Key(thing)) && !dates.IsWeekday(words.Fold(thing))
}

// labelBeside is what the element before a block says of its date.
func (r *reader) labelBeside(i dom.NodeID) dates.Labelled {
	before := r.textBefore(i)
	return r.d.ScanDates(before).LabelledBefore(len(before))
}

// tellsEvent reports whether a line tells an hour and a place: "Montag, 3. Juni
// 2024, 19.30 Uhr, Bürgersaal".
func tellsEvent(text string, f *dates.Found) bool {
	return f.Moment.Precision != news.Day && placeBehind.MatchString(text[f.End:])
}

// placeBehind is a place behind an hour, with the word that leads to it.
var placeBehind = words.Regexp(`^(?:\s*{{o_clock}})?\s*,\s+(?:{{place_joins}}\s+)?\p{Lu}\pL{3,}[^:]*$`)

// onDay ends what says in a headline that something takes place on a day.
var onDay = words.Regexp(`(?i)(?:^|\s){{day_articles}}\s+(?:\pL+\.?,?\s+)?(?:{{day_articles}}\s+)?$`)

// toldDay ends what says in a line that something was on a day.
var toldDay = words.Regexp(`(?:^|\s)\p{Ll}\pL+\s{{day_articles}}\s(?:\pL+\.?,?\s+)?$`)

// headsLaw reports whether the headline is that of a statute or the like.
func (r *reader) headsLaw() bool {
	return slices.ContainsFunc(strings.Fields(r.art.Item.Headline),
		func(word string) bool { return dates.LabelOf(words.Fold(word)) == dates.LabelCited })
}

// pictureWords open a line that says what a picture shows, and when.
var pictureWords = words.Set("picture_words")

// fileSize tells that a line names a file.
var fileSize = lazy.Regexp(`\d\s?[kKMG]i?B\b`)

// mayNameSize is a cheap look before the expression.
func mayNameSize(line string) bool {
	for i := 1; i < len(line); i++ {
		if line[i] == 'B' && strings.IndexByte("kKMGi", line[i-1]) >= 0 {
			return true
		}
	}
	return false
}

// lawDays stand before the day of a statute.
var lawDays = words.Begins("law_days")

// admission tells in the line of a day and hour that something takes place then.
var admission = words.Regexp(`\b{{admissions}}\b`)

// postingSentence opens the sentence in which weblogs tell of a report's
// publication, up to its date: "Der Artikel "…" wurde am".
var postingSentence = words.Regexp(`^(?i:{{posting_sentences.opens}})\b.{0,200}?\s{{posting_sentences.was}}\s{{posting_sentences.on}}\b`)

// tellsPosting reports whether a block may open with such a sentence, by its
// first word.
func (r *reader) tellsPosting(i dom.NodeID) bool {
	for j := i + 1; j < r.d.Nodes[i].End; j++ {
		if n := &r.d.Nodes[j]; n.Flags&dom.IsText != 0 && n.Text > 0 {
			first, _, _ := strings.Cut(strings.TrimLeft(n.HTML.Data, " \t\r\n"), " ")
			return postingOpens()[words.Fold(first)]
		}
	}
	return false
}

// postingOpens begin a sentence on when a report was posted.
var postingOpens = words.Set("posting_opens")

var beforeDateline = lazy.Regexp(`^[^.!?:;]{0,32}[,(\[/|]?\s*$`)

// holdsDigits reports whether there is a digit in the texts directly in a block.
func (r *reader) holdsDigits(i dom.NodeID) bool {
	for j := i + 1; j < r.d.Nodes[i].End; j++ {
		n := &r.d.Nodes[j]
		if n.Flags&dom.IsText == 0 {
			if n.Flags&dom.IsBlock != 0 {
				j = n.End - 1
			}
			continue
		}
		if n.Flags&dom.Digits != 0 {
			return true
		}
	}
	return false
}

// mayHoldDate reports whether a text has the digits of a date with a year, or a
// date as in "vor 3 Tagen" or "gestern".
func mayHoldDate(text string) bool {
	digits := 0
	for i := range len(text) {
		if c := text[i]; c >= '0' && c <= '9' {
			digits++
		}
	}
	return digits >= 3 || digits > 0 && len(text) < 60 && agoWords(strings.ToLower(text))
}

// agoWords tell in a few letters that a time has passed; the scanner reads on.
var agoWords = texts.Holds("ago_marks")

// againstToday is what the day of the fetch loses above the headline and beside
// the report: many sites show what day it is there.
func (r *reader) againstToday(i dom.NodeID, m news.Moment, distance int32) float64 {
	if (distance < 0 || !r.d.Within(i, r.root)) && r.isToday(m) {
		return 2
	}
	return 0
}

// isToday reports whether a moment is of the day of the fetch.
func (r *reader) isToday(m news.Moment) bool {
	fetched := r.d.Page.Fetched
	return !fetched.IsZero() && dom.SameDay(m, news.Moment{Time: fetched.In(m.Time.Location())})
}

// opensReport reports whether a paragraph begins with its date, as in
// "Kassel, 10. Juni 2024 – …", rather than tells of one.
func opensReport(before, after string) bool {
	after = strings.TrimLeft(after, " ")
	c, _ := utf8.DecodeRuneInString(after)
	return strings.ContainsRune("-–—:|])/.", c) && beforeDateline.MatchString(before) && strings.Count(before, " ") <= 3
}

// lineText is the text directly in a block, with its line breaks.
func (r *reader) lineText(i dom.NodeID) string {
	if one := r.d.OnlyText(i); one >= 0 {
		return news.Squash(r.d.Nodes[one].HTML.Data)
	}
	var b, line strings.Builder
	line.Grow(int(r.ownText[i]) * 5 / 4)
	first := ""
	end := func() {
		switch text := news.Squash(line.String()); {
		case text == "":
		case first == "":
			first = text
		default:
			if b.Len() == 0 {
				b.WriteString(first)
			}
			b.WriteByte('\n')
			b.WriteString(text)
		}
		line.Reset()
	}
	r.d.EachText(i, func(j dom.NodeID) bool { return j != i && r.d.Nodes[j].Flags&dom.IsBlock != 0 }, func(t dom.NodeID) {
		switch n := &r.d.Nodes[t]; {
		case n.Flags&dom.Breaks != 0:
			end()
		case n.Flags&dom.Spaced != 0:
			line.WriteByte(' ')
		}
		line.WriteString(r.d.Nodes[t].HTML.Data)
	})
	end()
	if b.Len() == 0 {
		return first // most have one line
	}
	return b.String()
}

// segmentAround is the length of the part of a line, between bars or dots that
// part it, that a part of a text stands in.
func segmentAround(text string, from, to int) int {
	begin, end := 0, len(text)
	if i := strings.LastIndexAny(text[:from], "\n|·•"); i >= 0 {
		begin = i + 1
	}
	if i := strings.IndexAny(text[to:], "\n|·•"); i >= 0 {
		end = to + i
	}
	return len(strings.TrimSpace(text[begin:end]))
}

// lineAround is the length of the line that a part of a text stands in.
func lineAround(text string, from, to int) int {
	begin := strings.LastIndexByte(text[:from], '\n') + 1
	if end := strings.IndexByte(text[to:], '\n'); end >= 0 {
		return to + end - begin
	}
	return len(text) - begin
}
