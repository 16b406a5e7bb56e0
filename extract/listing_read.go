package extract

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// A piece is a stretch of visible text of a row that plays one part.
type piece struct {
	text string
	from nodeID // its first text
	by   nodeID // the element that sets it apart, or the row
	link nodeID // the link it stands in, or -1
	head nodeID // the heading it stands in, or -1
	time nodeID // the <time> it stands in, or -1
	line int    // pieces of one line have one number
	glue bool   // white space stands before it
	bold bool
	deaf bool // for screen readers only
	part part
	bit  bool // one of several that make a date together
	hint hint // of the elements between it and the row
}

// A part is what a piece is for.
type part uint8

const (
	partText part = iota
	partDate
	partHeadline
	partKicker
	partPlace
	partTags
	partMore
	partOther // author, caption, button
)

// partHints are the hints that set a piece apart from its neighbours.
const partHints = hintDate | hintUpdated | hintKicker | hintPlace | hintTags | hintAuthor | hintHeadline | hintMore | hintCaption | hintCredit | hintComments | hintShare

// A rowReader reads one row of a listing.
type rowReader struct {
	s      *scan
	d      *Document
	row    row
	text   int32 // visible bytes in the row
	pieces []piece
	near   time.Time // years that are not printed are those near to it
	year   int       // that a line over the row tells; 0: none
	entry  Entry
	byRule map[string]bool // fields that a rule gave
	labels map[string]bool // what stands in many rows and is the headline of none
}

// longestRow bounds how many pieces of a row are looked at.
const longestRow = 400

// split cuts the row's text into pieces.
func (r *rowReader) split() {
	d := r.d
	r.text = r.s.texts[r.row.to] - r.s.texts[r.row.from]
	line, spaceBefore, plain := 0, false, r.inPlainText()
	for i := r.row.from; i < r.row.to && len(r.pieces) < longestRow; {
		n := &d.nodes[i]
		if n.flags&isText == 0 {
			if n.text == 0 && n.tag != atom.Time {
				i = n.end
				continue
			}
			i++
			continue
		}
		if n.text == 0 {
			i++
			continue
		}
		p := r.pieceOf(i)
		raw := n.n.Data
		p.glue = p.glue || spaceBefore || raw[0] <= ' '
		spaceBefore = raw[len(raw)-1] <= ' '
		if n.flags&breaks != 0 || len(r.pieces) == 0 {
			line++
		}
		p.line = line
		if plain {
			line = r.splitColumns(p, raw)
			i++
			continue
		}
		if k := len(r.pieces); k > 0 && r.pieces[k-1].line == line && r.pieces[k-1].by == p.by && r.pieces[k-1].link == p.link {
			last := &r.pieces[k-1]
			if p.glue {
				last.text += " "
			}
			last.text += n.n.Data
		} else {
			r.pieces = append(r.pieces, p)
		}
		i++
	}
	kept := r.pieces[:0]
	for _, p := range r.pieces {
		if p.text = news.Squash(p.text); p.text != "" && !isTemplate(p.text) {
			kept = append(kept, p)
		}
	}
	r.pieces = kept
}

// inPlainText reports whether the row's link stands in <pre>.
func (r *rowReader) inPlainText() bool {
	for p := r.d.nodes[r.row.link].parent; p > r.d.body; p = r.d.nodes[p].parent {
		if r.d.nodes[p].tag == atom.Pre {
			return true
		}
	}
	return false
}

// splitColumns makes a piece and line of every column of plain text, which white
// space parts: "2026-0047   Flood report   31 July 2026". It returns the last line.
func (r *rowReader) splitColumns(p piece, text string) int {
	for _, column := range plainColumns.Split(text, -1) {
		if column = strings.TrimSpace(column); column != "" {
			p.text = column
			r.pieces = append(r.pieces, p)
			p.line, p.glue = p.line+1, true
		}
	}
	return p.line
}

// plainColumns is what parts the columns of a table of plain text.
var plainColumns = lazy.Regexp(`\s{2,}|[\t\n]`)

// pieceOf is what the elements around a text tell of it.
func (r *rowReader) pieceOf(i nodeID) piece {
	d := r.d
	p := piece{text: d.nodes[i].n.Data, from: i, link: -1, head: -1, time: -1, by: r.row.from, glue: d.nodes[i].flags&spaced != 0, deaf: d.nodes[i].flags&isSpoken != 0}
	set := false
	apart := func(at nodeID) {
		if !set {
			p.by, set = at, true
		}
	}
	for at := d.nodes[i].parent; at >= r.row.from; at = d.nodes[at].parent {
		e := &d.nodes[at]
		if !r.wrapsRow(at) {
			p.hint |= e.hints
		}
		switch {
		case e.tag == atom.Time:
			p.time = at
			apart(at)
		case e.tag == atom.A && e.flags&inLink != 0:
			if p.link < 0 {
				p.link = at
			}
			apart(at)
		case isHeading(e.tag):
			p.head = at
			apart(at)
		case e.tag == atom.B || e.tag == atom.Strong:
			p.bold = true
			apart(at)
		case e.tag == atom.Button || e.tag == atom.Label || e.tag == atom.Summary || e.tag == atom.Span:
			apart(at)
		case e.flags&isBlock == 0 && (e.hints&partHints != 0 || formats(e.tag, nil) && looksDated(p.text)):
			apart(at)
		case e.flags&isSpoken != 0:
			apart(at)
		}
	}
	return p
}

// wrapsRow reports whether an element is but a wrapper of the row: what its
// class says is said of the row and not of a part.
func (r *rowReader) wrapsRow(at nodeID) bool {
	e := &r.d.nodes[at]
	if e.flags&inHead != 0 {
		return false
	}
	return at == r.row.from && e.tag != atom.A || e.end > r.row.link && at < r.row.link || 5*e.text > 4*r.text
}

// read fills the entry; false where the row is none.
func (r *rowReader) read() bool {
	r.split()
	r.findDate()
	r.markParts()
	if !r.findHeadline() {
		return false
	}
	r.cutDates()
	r.findKicker()
	r.findTeaser()
	r.findImage()
	r.findTags()
	return true
}

// set takes a value for a field unless a rule gave one.
func (r *rowReader) set(name string, to *string, value string, rule rules.Name, at nodeID, raw string) {
	if value == "" || *to != "" {
		return
	}
	*to = value
	r.entry.Evidence[name] = Evidence{Rule: rule, Where: r.d.where(at), Raw: raw}
}

// markParts tells what can be told of a piece without its neighbours.
func (r *rowReader) markParts() {
	for i := range r.pieces {
		p := &r.pieces[i]
		switch {
		case p.part != partText:
		case p.hint&hintPlace != 0 && len(p.text) <= 60 && (p.head < 0 && isPlaceList(strings.TrimRight(p.text, ": ")) || p.head >= 0 && r.besideInHead(i)):
			p.part = partPlace
			r.set("place", &r.entry.Place, strings.TrimRight(p.text, ": "), "class", p.by, "")
			r.set("kicker", &r.entry.Kicker, strings.TrimRight(p.text, ": "), "class", p.by, "")
		case p.link >= 0 && p.head < 0 && isMore(p.text), p.head < 0 && len(p.text) < 30 && isMore(p.text) && (p.link >= 0 || p.hint&hintMore != 0):
			p.part = partMore
		case p.head < 0 && r.isCredit(i), r.isNextMonth(i):
			p.part = partOther
		case p.hint&(hintShare|hintComments|hintCaption|hintCredit) != 0 && p.head < 0 && p.link != r.row.link:
			p.part = partOther
		case p.hint&hintAuthor != 0 && p.head < 0 && len(p.text) < 120:
			p.part = partOther
		case p.hint&hintTags != 0 && p.link != r.row.link && p.head < 0 && p.time < 0 && p.hint&hintDate == 0 && len(p.text) < 120 && p.hint&(hintTeaser|hintHeadline) == 0,
			p.link >= 0 && p.head < 0 && strings.Contains(r.d.attr(p.link, "rel"), "tag"):
			p.part = partTags
		case p.link >= 0 && strings.Contains(r.d.attr(p.link, "rel"), "author"), p.link >= 0 && p.link != r.row.link && r.d.handsOn(p.link):
			p.part = partOther
		case isButton(r.d, p.from, r.row.from) && p.head < 0 && !r.entry.Anchored && !r.row.papers:
			p.part = partOther
		}
	}
	for i := range r.pieces {
		if p := &r.pieces[i]; p.part == partMore && p.link >= 0 {
			r.markLink(p.link)
		}
	}
}

// isNextMonth reports a heading at the end of the row that tells the month of those
// that follow.
func (r *rowReader) isNextMonth(i int) bool {
	p := &r.pieces[i]
	last := i > 0 && i == len(r.pieces)-1 && p.head > r.row.link && p.link < 0
	return last && monthHeading.MatchString(p.text) && monthWord(p.text)
}

// isCredit reports who made the picture of the row, by its class or by what it
// says, where a longer link goes on behind it.
func (r *rowReader) isCredit(i int) bool {
	p := &r.pieces[i]
	says := len(p.text) <= 120 && (p.hint&hintCredit != 0 || mayBeCredit(p.text) && creditText.FindString(p.text) == p.text)
	return says && slices.ContainsFunc(r.pieces[i+1:], func(q piece) bool { return q.link == p.link && q.by != p.by && r.usable(&q) })
}

// handsOn reports a link that hands the page on: by mail, or to a service.
func (d *Document) handsOn(link nodeID) bool {
	u, err := url.Parse(strings.TrimSpace(d.attr(link, "href")))
	return err == nil && (u.Scheme == "mailto" || sharesPage(u))
}

// markLink gives the rest of a link that says that there is more the same part.
func (r *rowReader) markLink(link nodeID) {
	for i := range r.pieces {
		if p := &r.pieces[i]; p.link == link && p.head < 0 && (p.deaf || r.d.nodes[link].text < r.text/3) {
			p.part = partMore
		}
	}
}

// besideInHead reports whether another piece stands in the same heading.
func (r *rowReader) besideInHead(i int) bool {
	for k := range r.pieces {
		if k != i && r.pieces[k].head == r.pieces[i].head && r.pieces[k].hint&hintPlace == 0 {
			return true
		}
	}
	return false
}

func isButton(d *Document, i, top nodeID) bool {
	for at := d.nodes[i].parent; at > top; at = d.nodes[at].parent {
		if d.nodes[at].tag == atom.Button {
			return true
		}
	}
	return false
}

// hasLetters reports whether a text has two letters or more.
func hasLetters(s string) bool {
	n := 0
	for _, c := range s {
		if unicode.IsLetter(c) {
			if n++; n > 1 {
				return true
			}
		}
	}
	return false
}

// findKicker takes the short line before the headline.
func (r *rowReader) findKicker() {
	at := -1
	for k := range r.pieces {
		if r.pieces[k].part == partHeadline {
			at = k
			break
		}
	}
	for k := range r.pieces {
		p := &r.pieces[k]
		if p.part == partText && p.hint&hintKicker != 0 && len(p.text) <= 80 {
			p.part = partKicker
			r.set("kicker", &r.entry.Kicker, strings.TrimRight(p.text, ": "), "class", p.by, "")
		}
	}
	if at < 0 || r.entry.Kicker != "" {
		return
	}
	for k := at - 1; k >= 0; k-- {
		p := &r.pieces[k]
		if p.part == partDate || p.part == partMore || p.part == partOther || p.deaf || !hasLetters(p.text) {
			continue
		}
		if p.part == partText && p.line != r.pieces[at].line && utf8.RuneCountInString(p.text) <= 48 && len(strings.Fields(p.text)) <= 5 && !clockTime.MatchString(p.text) && !endsSentence(strings.TrimRight(p.text, ": ")) {
			p.part = partKicker
			r.set("kicker", &r.entry.Kicker, strings.TrimRight(p.text, ": "), "line over the headline", p.by, "")
		}
		return
	}
}

// clockTime begins a line that tells when something begins or ends.
var clockTime = lazy.Regexp(`(?i)^\s*(?:[-–@]|ab|von|um|from|at)?\s*\d{1,2}(?:[:.]\d\d|\s*(?:uhr|am|pm|h)\b)`)

// findImage takes the first image of some size.
func (r *rowReader) findImage() {
	for i := r.row.from; i < r.row.to; i++ {
		e := &r.d.nodes[i]
		if e.tag != atom.Img || e.hints&hintShare != 0 {
			continue
		}
		if address := r.d.imageAddress(e.n); address != "" && !smallImage(e) {
			r.set("image", &r.entry.Image, address, "img", i, "")
			return
		}
	}
}

func smallImage(e *node) bool {
	for _, key := range []string{"width", "height"} {
		if v := attrOf(e.n, key); len(v) == 1 || len(v) == 2 && v < "50" {
			return true
		}
	}
	src := strings.ToLower(attrOf(e.n, "src"))
	return strings.Contains(src, "icon") || strings.Contains(src, "logo") || strings.HasSuffix(src, ".svg") || strings.HasSuffix(src, ".gif") || strings.Contains(src, "spacer") || strings.Contains(src, "pixel.gif")
}

// tagLabels stand before the labels of a row.
var tagLabels = words.Set("row_tag_labels")

// findTags takes the labels of the row.
func (r *rowReader) findTags() {
	if r.byRule["tags"] {
		return
	}
	for i := range r.pieces {
		p := &r.pieces[i]
		if p.part != partTags {
			continue
		}
		for tag := range strings.FieldsFuncSeq(p.text, func(c rune) bool { return c == ',' || c == '|' || c == ';' || c == '•' || c == '·' }) {
			tag = strings.TrimLeft(news.Squash(tag), "#")
			if _, rest, ok := strings.Cut(tag, ":"); ok {
				tag = strings.TrimSpace(rest)
			}
			if n := utf8.RuneCountInString(tag); n > 1 && n <= 40 && !tagLabels()[news.Fold(tag)] && !slices.Contains(r.entry.Tags, tag) && len(r.entry.Tags) < 20 {
				r.entry.Tags = append(r.entry.Tags, tag)
				r.entry.Evidence["tags"] = Evidence{Rule: rules.Labels, Where: r.d.where(p.by)}
			}
		}
	}
}
