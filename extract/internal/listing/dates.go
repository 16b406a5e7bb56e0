package listing

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// A rowDate is a date that a row shows, and how well it suits as publication.
type rowDate struct {
	date   dates.Found
	piece  int
	weight float64 // see dateRules
	rule   rules.Name
}

// findDate reads the row's date: what stands in <time>, what calls itself the
// date, what is a line of its own, what opens the teaser, what the headline
// holds; in this order. A date within the text is none.
func (r *rowReader) findDate() {
	best := r.bestDate()
	if best == nil || best.weight < sureDate && best.weight > dayOfColumn {
		if c, ok := r.scatteredDate(); ok && (best == nil || c.weight > best.weight) {
			best = &c
		}
	}
	for k := range r.dates {
		r.pieces[k].part = partDate
	}
	if best != nil && !r.byRule["published"] {
		p := &r.pieces[best.piece]
		r.entry.Published = r.sharpen(best.date, p)
		r.entry.Evidence["published"] = read.Evidence{Rule: best.rule, Where: r.d.Where(p.by), Raw: best.date.Raw}
		return
	}
	if best == nil {
		r.machineDate()
	}
	if r.entry.Published.IsZero() {
		r.groupDate()
	}
	if r.entry.Published.IsZero() {
		r.addressDate()
	}
}

// DatesOfRows is what an explanation calls the dates of a listing's rows, which
// are not those of an article.
const DatesOfRows = "dates"

// bestDate is the date of the pieces that suits best; nil for none. It notes in
// r.dates which pieces are dates and nothing else.
func (r *rowReader) bestDate() (best *rowDate) {
	r.dates = make(map[int]bool)
	look := pieceDate{r: r}
	for k := range r.pieces {
		p := &r.pieces[k]
		if p.time < 0 && !looksDated(p.text) && p.hint&dom.HintDate == 0 && !looksRelative(p.text) {
			continue
		}
		found := r.findDates(strings.TrimRight(p.text, ": ")) // "November 10:" opens no time of day
		if len(found) == 0 {
			continue
		}
		look.piece, look.alone = p, onlyDates(p.text, found)
		if look.alone || isLabelledDate(p.text, found) {
			r.dates[k] = true
		}
		beside := r.labelBeside(k)
		for _, look.date = range found {
			if c, ok := r.weighDate(&look, beside); ok && (best == nil || c.weight > best.weight) {
				c.piece = k
				best = &c
			}
		}
	}
	return best
}

// weighDate weighs one date of a piece; ok is false for one that is none.
func (r *rowReader) weighDate(l *pieceDate, beside dates.Labelled) (c rowDate, ok bool) {
	f := &l.date
	if f.Label == dates.LabelNone && f.Start <= 2 {
		f.Label, f.Weak = beside.Label, beside.Weak
	}
	if f.YearGuessed && r.year != 0 {
		if f.Moment.Time.Year() != r.year {
			return c, false // a day of that year is still to come
		}
		f.YearGuessed = false
	}
	if l.ofColumn = f.Label == dates.LabelOther && r.s.columnName(l.from) != ""; l.ofColumn {
		f.Label = dates.LabelNone // the only day of a table of decisions is better than none
	}
	row := dateRules.Decide(l)
	if row == nil {
		return c, false
	}
	note := r.d.Options.Explain.Note(DatesOfRows, func() (text, where string) {
		return f.Moment.Time.Format(time.DateOnly) + " " + f.Raw, r.d.Where(l.piece.by)
	})
	c = rowDate{date: *f, weight: dateRules.Weigh(l, note), rule: row.Shown}
	if l.ofColumn {
		note.Add("of a column of steps", -dayOfColumn)
		c.weight -= dayOfColumn
	}
	return c, row.Weight > 0
}

// findDates is dates.Find for a text of the row.
func (r *rowReader) findDates(text string) []dates.Found {
	return r.d.ScanDatesNear(text, r.near).All()
}

// parseDate is dates.Parse for a text of the row.
func (r *rowReader) parseDate(text string) (news.Moment, error) {
	return r.d.ScanDatesNear(text, r.near).One()
}

// cutDates takes dates out of short lines that hold something else besides:
// "Pressemitteilung | 12.11.2026".
func (r *rowReader) cutDates() {
	for k := range r.pieces {
		p := &r.pieces[k]
		if !r.isNote(p) || !looksDated(p.text) {
			continue
		}
		found := r.findDates(p.text)
		if len(found) != 1 {
			continue
		}
		rest := strings.Trim(p.text[:found[0].Start]+p.text[found[0].End:], " |,;:–—-/•·()[]")
		switch words := len(strings.Fields(rest)); {
		case words == 0:
		case found[0].Start > 0 && found[0].End < len(p.text):
			if words <= 5 && strings.Contains(p.text, ":") && dom.SameDay(found[0].Moment, r.entry.Published) {
				p.part = partOther // "Added: 12/06/2024, author: Town Hall"
			}
		case words <= 4:
			p.text = rest
		}
	}
}

// isNote reports a short line of no part yet that is neither heading, link nor
// sentence.
func (r *rowReader) isNote(p *piece) bool {
	if p.part != partText || p.head >= 0 || p.link == r.row.link {
		return false
	}
	return len(p.text) <= 70 && !endsSentence(p.text)
}

// labelBeside is what is written over the column of a date, or what the piece
// before it says where that is no more than a label: "<dt>Published</dt><dd>…".
func (r *rowReader) labelBeside(k int) dates.Labelled {
	if name := r.s.columnName(r.pieces[k].from); len(name) >= 5 && len(name) <= 60 { // "from" and "to" alone are of the publication itself
		return r.d.ScanDates(name).LabelledBefore(len(name))
	}
	if k == 0 {
		return dates.Labelled{}
	}
	before := &r.pieces[k-1]
	text := strings.TrimRight(before.text, ": ")
	if before.link >= 0 || before.head >= 0 || !dates.OnlyLabels(text) {
		return dates.Labelled{}
	}
	if len(text) == len(before.text) && !r.inLabelElement(before.from) {
		return dates.Labelled{}
	}
	before.part = partDate
	return r.d.ScanDates(text).LabelledBefore(len(text))
}

// inLabelElement reports whether a text stands in an element for what another holds.
func (r *rowReader) inLabelElement(text dom.NodeID) bool {
	parent := &r.d.Nodes[r.d.Nodes[text].Parent]
	switch parent.Tag {
	case atom.Dt, atom.Th, atom.Label:
		return true
	case atom.Td, atom.Span, atom.Strong, atom.B, atom.Div:
		return parent.Hints&dom.HintDate == 0
	}
	return strings.Contains(dom.AttrOf(parent.HTML, "class"), "label")
}

// isLabelledDate reports whether a text is one date and what it is of: "Received:
// 3 June 2024".
func isLabelledDate(text string, found []dates.Found) bool {
	return len(found) == 1 && strings.Trim(text[found[0].End:], " .)") == "" &&
		dates.OnlyLabels(strings.TrimRight(text[:found[0].Start], ": "))
}

// followedByMark reports whether a date at the start of a text is set apart
// from it: "09.04.2025 – Text", "(09.04.2025) Text", "09.04.2025: Text".
func followedByMark(rest string) bool {
	rest = strings.TrimLeft(rest, " \u00a0")
	return rest == "" || strings.ContainsRune("-–—:|•·,;])/", texts.FirstRune(rest)) || unicode.IsUpper(texts.FirstRune(rest))
}

// besideDates are words that go with dates.
var besideDates = words.Regexp(`(?i)\b{{beside_dates}}\b\.?`)

// besideRuns are the runs of letters of ASCII in these words.
var besideRuns = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool)
	for _, e := range besideEntries() {
		for run := range strings.FieldsFuncSeq(strings.ToLower(e.Written()), func(c rune) bool { return c < 'a' || c > 'z' }) {
			m[run] = true
		}
		m[e.Text] = true
	}
	return m
})

var besideEntries = words.Entries("beside_dates")

// holdsOtherWord is a cheap look whether a text has a word of more than three
// letters that is none of these.
func holdsOtherWord(s string) bool {
	var run [24]byte
	n, letters := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && (texts.IsASCIILetter(s[i]) || texts.HasDigit(s[i:i+1]) || s[i] == '_') {
			if n < len(run) {
				run[n] = s[i] | 0x20
			}
			if n++; texts.IsASCIILetter(s[i]) {
				letters++
			}
			continue
		}
		if letters > 3 && (n > len(run) || !besideRuns()[string(run[:n])]) {
			return true
		}
		n, letters = 0, 0
	}
	return false
}

// onlyDates reports whether a text is dates and the words that go with them.
func onlyDates(text string, found []dates.Found) bool {
	var rest strings.Builder
	at := 0
	for _, f := range found {
		if f.Start < at {
			continue
		}
		rest.WriteString(text[at:f.Start])
		rest.WriteByte(' ')
		at = f.End
	}
	rest.WriteString(text[at:])
	letters, digits := lettersAndDigits(rest.String())
	if letters > 3 && digits <= 8 && !holdsOtherWord(rest.String()) {
		letters, _ = lettersAndDigits(besideDates.ReplaceAllString(rest.String(), ""))
	}
	return letters <= 3 && digits <= 8
}

func lettersAndDigits(s string) (letters, digits int) {
	for _, c := range s {
		switch {
		case unicode.IsLetter(c):
			letters++
		case unicode.IsDigit(c):
			digits++
		}
	}
	return letters, digits
}

// looksRelative is a quick look for "gestern" and "vor 3 Tagen".
func looksRelative(s string) bool {
	if len(s) > 60 {
		return false
	}
	return relativeParts(strings.ToLower(s))
}

var relativeParts = texts.Holds("day_marks", "ago_marks")

// scatteredDate reads a date whose day, month and year stand in elements of
// their own, as on a leaf of a calendar.
func (r *rowReader) scatteredDate() (rowDate, bool) {
	for k := range r.pieces {
		text := r.pieces[k].text
		if len(text) > 16 || !strings.ContainsFunc(text, unicode.IsDigit) && !dom.MonthWord(text) && len(text) > 4 {
			continue
		}
		for n := 4; n >= 2; n-- {
			if k+n > len(r.pieces) {
				continue
			}
			joined, ok := joinShort(r.pieces[k : k+n])
			if !ok {
				continue
			}
			found := r.findDates(joined)
			if len(found) != 1 || found[0].Range || !onlyDates(joined, found) {
				continue
			}
			for j := k; j < k+n; j++ {
				r.pieces[j].part, r.pieces[j].bit = partDate, true
			}
			return rowDate{date: found[0], piece: k, weight: markedDate, rule: rules.Dateline}, true
		}
	}
	return rowDate{}, false
}

func joinShort(pieces []piece) (string, bool) {
	var b strings.Builder
	for i := range pieces {
		if len(pieces[i].text) > 16 {
			return "", false
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(pieces[i].text)
	}
	return b.String(), true
}

// machineDate takes the datetime of a <time> that shows no readable date, or
// the content of an itemprop.
func (r *rowReader) machineDate() {
	if r.byRule["published"] {
		return
	}
	for _, list := range [][]dom.NodeID{r.d.Head.Times, r.d.Head.Props} {
		for _, i := range between(list, r.row.from, r.row.to) {
			e := r.d.Nodes[i].HTML
			prop, value := dom.AttrOf(e, "itemprop"), dom.AttrOf(e, "datetime")
			if prop != "" && prop != "datePublished" && prop != "dateCreated" && prop != "startDate" {
				continue
			}
			if value == "" {
				value = dom.AttrOf(e, "content")
			}
			if strings.Contains(dom.AttrOf(e, "class"), "updated") && !strings.Contains(dom.AttrOf(e, "class"), "published") {
				continue
			}
			if m, err := dates.ParseMachine(value, r.d.Options.Location); err == nil {
				r.entry.Published = m
				r.entry.Evidence["published"] = read.Evidence{Rule: rules.Time, Where: r.d.Where(i), Raw: value}
				return
			}
		}
	}
}

// addressDate is the day in the address of an article, as weblogs have it.
func (r *rowReader) addressDate() {
	m := dom.AddressDay.FindStringSubmatch(r.row.url)
	if m == nil || dom.FileTypes[dom.ExtensionOf(r.row.url)] != "" {
		return
	}
	at, err := dates.ParseMachine(m[1]+"-"+m[2]+"-"+m[3], r.d.Options.Location)
	if err != nil {
		return
	}
	r.entry.Published = at
	r.entry.Evidence["published"] = read.Evidence{Rule: rules.Address, Where: r.d.Where(r.row.link), Raw: strings.Trim(m[0], "/-")}
}

// between are those of a sorted list of nodes that lie in a stretch.
func between(list []dom.NodeID, from, to dom.NodeID) []dom.NodeID {
	lo, _ := slices.BinarySearch(list, from)
	hi, _ := slices.BinarySearch(list[lo:], to)
	return list[lo : lo+hi]
}

// sharpen takes the time of day from the datetime attribute where that tells
// the same day as the print, and all of it where the print is "2 weeks ago".
func (r *rowReader) sharpen(f dates.Found, p *piece) news.Moment {
	if p.time < 0 || f.Moment.Precision != news.Day && !f.Relative {
		return f.Moment
	}
	exact, err := dates.ParseMachine(r.d.Attr(p.time, "datetime"), r.d.Options.Location)
	if err == nil && (f.Relative || exact.Precision != news.Day && exact.Time.Format(time.DateOnly) == f.Moment.String()) {
		return exact
	}
	return f.Moment
}

// groupDate is the day that a heading, a term or a line of a table over several
// rows tells.
func (r *rowReader) groupDate() {
	at := r.s.lineBefore(r.row, r.s.rows)
	if at < 0 {
		r.dayOfMonth()
		return
	}
	text := r.d.Text(at)
	found := r.findDates(text)
	if len(found) != 1 || found[0].Range || !onlyDates(text, found) {
		r.dayOfMonth()
		return
	}
	r.entry.Published = found[0].Moment
	r.entry.Evidence["published"] = read.Evidence{Rule: rules.DateOverRows, Where: r.d.Where(at), Raw: found[0].Raw}
}

// dayNumber is a day that stands alone.
var dayNumber = lazy.Regexp(`^(?:(\p{L}{2,12})\.?,? )?(\d{1,2})\.?$`)

// dayOfMonth joins a day that opens the row with the month that a line over the
// rows tells, as calendars of meetings have it.
func (r *rowReader) dayOfMonth() {
	at := r.s.monthOver(r.row.from)
	if at < 0 {
		return
	}
	for k := range r.pieces[:min(3, len(r.pieces))] {
		m := dayNumber.FindStringSubmatch(r.pieces[k].text)
		if m == nil || utf8.RuneCountInString(m[1]) > 3 && !dates.IsWeekday(words.Fold(m[1])) {
			continue
		}
		date, err := r.parseDate(m[2] + ". " + r.d.Text(at))
		if err != nil {
			return
		}
		r.entry.Published = date
		r.pieces[k].part = partDate
		r.entry.Evidence["published"] = read.Evidence{Rule: rules.DayOfMonth, Where: r.d.Where(r.pieces[k].by), Raw: r.pieces[k].text +
			" " + r.d.Text(at)}
		return
	}
}

// lineBefore is the nearest heading, term or cell over a row that looks like a
// date and stands in none of the other rows, unless it is a cell that reaches
// down to this one; -1 where there is none.
func (s *listScan) lineBefore(r row, rows []row) dom.NodeID {
	if s.dates[r.from] == 0 {
		return -1
	}
	k, _ := slices.BinarySearchFunc(rows, r.from, func(other row, from dom.NodeID) int { return int(other.from - from) })
	for i := r.from - 1; i > max(s.d.Body, r.from-600); i-- {
		for k > 0 && rows[k-1].from > i {
			k--
		}
		if !s.isDatedBefore(i, r) {
			continue
		}
		e := &s.d.Nodes[i]
		inOther := k > 0 && i < rows[k-1].to && rows[k-1].to <= r.from
		short := e.Text <= 40 && e.Linked == 0
		if short && s.tellsDateOf(i, r, inOther) {
			return i
		}
		closes := dateLineTags[e.Tag] && !inOther
		hasOwn := e.Linked > 0 && e.Text > 40 // a row with a date of its own
		if closes || hasOwn {
			return -1
		}
	}
	return -1
}

// isDatedBefore reports an element with a date that ends before a row.
func (s *listScan) isDatedBefore(i dom.NodeID, r row) bool {
	e := &s.d.Nodes[i]
	return e.Flags&dom.IsText == 0 && e.Text > 0 && e.End <= r.from && s.dates[e.End] > s.dates[i]
}

// tellsDateOf reports whether a short element with a date before a row tells the
// date of that. inOther says that it stands in another row.
func (s *listScan) tellsDateOf(i dom.NodeID, r row, inOther bool) bool {
	switch e := &s.d.Nodes[i]; {
	case e.Tag == atom.Td:
		return s.spans(i, r.from)
	case inOther:
		return false
	case dateLineTags[e.Tag]:
		return true
	default:
		return mayBeLine[e.Tag] && e.Hints&dom.HintDate != 0 && s.standsOver(i, r)
	}
}

// dateLineTags are the elements that stand over rows, and mayBeLine those that do
// where their class names a date.
var (
	dateLineTags = map[atom.Atom]bool{
		atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
		atom.Dt: true, atom.Tr: true, atom.Th: true, atom.Caption: true, atom.Time: true,
	}
	mayBeLine = map[atom.Atom]bool{atom.Div: true, atom.P: true, atom.Span: true, atom.Li: true}
)

// standsOver reports whether what holds a line and more than that holds the row,
// too. What a card says of itself is not said of what follows it.
func (s *listScan) standsOver(line dom.NodeID, r row) bool {
	at := s.d.Nodes[line].Parent
	for s.d.Nodes[at].Text == s.d.Nodes[line].Text {
		at = s.d.Nodes[at].Parent
	}
	return s.d.Nodes[at].End >= r.to
}

// spans reports whether a cell reaches down to the row of a table that a node
// is, or stands in.
func (s *listScan) spans(cell, at dom.NodeID) bool {
	n, _ := strconv.Atoi(s.d.Attr(cell, "rowspan"))
	line := s.d.Nodes[cell].Parent
	end := s.d.Nodes[s.d.Nodes[line].Parent].End
	for ; n > 0 && line < end; line = s.d.Nodes[line].End {
		if s.d.Nodes[line].Tag != atom.Tr {
			continue
		}
		if at >= line && at < s.d.Nodes[line].End {
			return true
		}
		n--
	}
	return false
}
