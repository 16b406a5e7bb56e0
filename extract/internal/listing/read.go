package listing

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// A piece is a stretch of visible text of a row that plays one part.
type piece struct {
	text string
	from dom.NodeID // its first text
	by   dom.NodeID // the element that sets it apart, or the row
	link dom.NodeID // the link it stands in, or -1
	head dom.NodeID // the heading it stands in, or -1
	time dom.NodeID // the <time> it stands in, or -1
	line int        // pieces of one line have one number
	glue bool       // white space stands before it
	bold bool
	deaf bool // for screen readers only
	part part
	bit  bool     // one of several that make a date together
	hint dom.Hint // of the elements between it and the row
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
const partHints = dom.HintDate | dom.HintUpdated | dom.HintKicker | dom.HintPlace | dom.HintTags | dom.HintAuthor |
	dom.HintHeadline | dom.HintMore | dom.HintCaption | dom.HintCredit | dom.HintComments | dom.HintShare

// A rowReader reads one row of a listing.
type rowReader struct {
	s      *listScan
	d      *dom.Page
	row    row
	text   int32 // visible bytes in the row
	pieces []piece
	near   time.Time // years that are not printed are those near to it
	year   int       // that a line over the row tells; 0: none
	entry  read.Entry
	byRule map[string]bool // fields that a rule gave
	dates  map[int]bool    // pieces that are dates and nothing else
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
		n := &d.Nodes[i]
		isText := n.Flags&dom.IsText != 0
		if n.Text == 0 && !isText && n.Tag != atom.Time {
			i = n.End
			continue
		}
		i++
		if n.Text == 0 || !isText {
			continue
		}
		p := r.pieceOf(i - 1)
		raw := n.HTML.Data
		p.glue = p.glue || spaceBefore || raw[0] <= ' '
		spaceBefore = raw[len(raw)-1] <= ' '
		if n.Flags&dom.Breaks != 0 || len(r.pieces) == 0 {
			line++
		}
		p.line = line
		if plain {
			line = r.splitColumns(p, raw)
			continue
		}
		r.addPiece(p)
	}
	r.pieces = cleanPieces(r.pieces)
}

// cleanPieces leaves out pieces without text, and templates.
func cleanPieces(pieces []piece) []piece {
	kept := pieces[:0]
	for _, p := range pieces {
		if p.text = news.Squash(p.text); p.text != "" && !dom.IsTemplate(p.text) {
			kept = append(kept, p)
		}
	}
	return kept
}

// addPiece adds a text to the pieces, or to the last one where nothing parts them.
func (r *rowReader) addPiece(p piece) {
	if k := len(r.pieces) - 1; k >= 0 {
		last := &r.pieces[k]
		if last.line == p.line && last.by == p.by && last.link == p.link {
			if p.glue {
				last.text += " "
			}
			last.text += p.text
			return
		}
	}
	r.pieces = append(r.pieces, p)
}

// inPlainText reports whether the row's link stands in <pre>.
func (r *rowReader) inPlainText() bool {
	for p := r.d.Nodes[r.row.link].Parent; p > r.d.Body; p = r.d.Nodes[p].Parent {
		if r.d.Nodes[p].Tag == atom.Pre {
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
func (r *rowReader) pieceOf(i dom.NodeID) piece {
	d := r.d
	p := piece{text: d.Nodes[i].HTML.Data, from: i, link: -1, head: -1, time: -1, by: r.row.from,
		glue: d.Nodes[i].Flags&dom.Spaced != 0, deaf: d.Nodes[i].Flags&dom.IsSpoken != 0}
	set := false
	for at := d.Nodes[i].Parent; at >= r.row.from; at = d.Nodes[at].Parent {
		e := &d.Nodes[at]
		if !r.wrapsRow(at) {
			p.hint |= e.Hints
		}
		apart := true
		switch {
		case e.Tag == atom.Time:
			p.time = at
		case e.Tag == atom.A && e.Flags&dom.InLink != 0:
			if p.link < 0 {
				p.link = at
			}
		case isHeading(e.Tag):
			p.head = at
		case e.Tag == atom.B, e.Tag == atom.Strong:
			p.bold = true
		default:
			apart = standsApart(e, p.text)
		}
		if apart && !set {
			p.by, set = at, true
		}
	}
	return p
}

// standsApart reports elements that make a piece of the text in them, though
// their tag says nothing of it.
func standsApart(e *dom.Node, text string) bool {
	switch e.Tag {
	case atom.Button, atom.Label, atom.Summary, atom.Span:
		return true
	}
	if e.Flags&dom.IsSpoken != 0 {
		return true
	}
	return e.Flags&dom.IsBlock == 0 && (e.Hints&partHints != 0 || formats(e.Tag, nil) && looksDated(text))
}

// wrapsRow reports whether an element is but a wrapper of the row: what its
// class says is said of the row and not of a part.
func (r *rowReader) wrapsRow(at dom.NodeID) bool {
	e := &r.d.Nodes[at]
	if e.Flags&dom.InHead != 0 {
		return false
	}
	isRow := at == r.row.from && e.Tag != atom.A
	holdsLink := at < r.row.link && r.row.link < e.End
	return isRow || holdsLink || 5*e.Text > 4*r.text
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
func (r *rowReader) set(name string, to *string, value string, rule rules.Name, at dom.NodeID, raw string) {
	if value == "" || *to != "" {
		return
	}
	*to = value
	r.entry.Evidence[name] = read.Evidence{Rule: rule, Where: r.d.Where(at), Raw: raw}
}

// markParts tells what can be told of a piece without its neighbours.
func (r *rowReader) markParts() {
	for i := range r.pieces {
		if p := &r.pieces[i]; p.part == partText {
			r.markPart(i, p)
		}
	}
	for i := range r.pieces {
		if p := &r.pieces[i]; p.part == partMore && p.link >= 0 {
			r.markLink(p.link)
		}
	}
}

// markPart gives a piece the part of the first rule that fits it.
func (r *rowReader) markPart(i int, p *piece) {
	for k := range partRules {
		if rule := &partRules[k]; rule.fits(r, i, p) {
			p.part = rule.part
			break
		}
	}
	if p.part == partPlace {
		name := strings.TrimRight(p.text, ": ")
		r.set("place", &r.entry.Place, name, rules.Class, p.by, "")
		r.set("kicker", &r.entry.Kicker, name, rules.Class, p.by, "")
	}
}

// isNextTime reports a heading at the end of the row that tells the month or year
// of those that follow.
func (r *rowReader) isNextTime(i int) bool {
	p := &r.pieces[i]
	last := i > 0 && i == len(r.pieces)-1 && p.head > r.row.link && p.link < 0
	return last && len(r.pieces) > 2 && yearLine.MatchString(p.text)
}

// isCredit reports who made the picture of the row, by its class or by what it
// says, where a longer link goes on behind it.
func (r *rowReader) isCredit(i int) bool {
	p := &r.pieces[i]
	says := len(p.text) <= 120 && (p.hint&dom.HintCredit != 0 || texts.MayBeCredit(p.text) && texts.CreditText.FindString(p.text) == p.text)
	return says && slices.ContainsFunc(r.pieces[i+1:], func(q piece) bool { return q.link == p.link && q.by != p.by && r.usable(&q) })
}

// handsOn reports a link that hands the page on: by mail, or to a service.
func handsOn(d *dom.Page, link dom.NodeID) bool {
	u, err := url.Parse(strings.TrimSpace(d.Attr(link, "href")))
	return err == nil && (u.Scheme == "mailto" || sharesPage(u))
}

// markLink gives the rest of a link that says that there is more the same part.
func (r *rowReader) markLink(link dom.NodeID) {
	for i := range r.pieces {
		if p := &r.pieces[i]; p.link == link && p.head < 0 && (p.deaf || r.d.Nodes[link].Text < r.text/3) {
			p.part = partMore
		}
	}
}

// besideInHead reports whether another piece stands in the same heading.
func (r *rowReader) besideInHead(i int) bool {
	for k := range r.pieces {
		if k != i && r.pieces[k].head == r.pieces[i].head && r.pieces[k].hint&dom.HintPlace == 0 {
			return true
		}
	}
	return false
}

func isButton(d *dom.Page, i, top dom.NodeID) bool {
	for at := d.Nodes[i].Parent; at > top; at = d.Nodes[at].Parent {
		if d.Nodes[at].Tag == atom.Button {
			return true
		}
	}
	return false
}

// findKicker takes the short line before the headline.
func (r *rowReader) findKicker() {
	at := slices.IndexFunc(r.pieces, func(p piece) bool { return p.part == partHeadline })
	for k := range r.pieces {
		p := &r.pieces[k]
		if p.part == partText && p.hint&dom.HintKicker != 0 && len(p.text) <= 80 {
			r.setKicker(p, "class")
		}
	}
	if at < 0 || r.entry.Kicker != "" {
		return
	}
	for k := at - 1; k >= 0; k-- {
		p := &r.pieces[k]
		if p.deaf || besideKicker[p.part] || !texts.HasLetters(p.text) {
			continue
		}
		if p.part == partText && p.line != r.pieces[at].line && isKicker(p.text) {
			r.setKicker(p, "line over the headline")
		}
		return
	}
}

// besideKicker are parts that may stand between a kicker and its headline.
var besideKicker = map[part]bool{partDate: true, partMore: true, partOther: true}

func (r *rowReader) setKicker(p *piece, rule rules.Name) {
	p.part = partKicker
	r.set("kicker", &r.entry.Kicker, strings.TrimRight(p.text, ": "), rule, p.by, "")
}

// isKicker reports a line of a few words, without a time and no sentence.
func isKicker(line string) bool {
	if utf8.RuneCountInString(line) > 48 || len(strings.Fields(line)) > 5 {
		return false
	}
	return !clockTime.MatchString(line) && !endsSentence(strings.TrimRight(line, ": "))
}

// clockTime begins a line that tells when something begins or ends.
var clockTime = words.Regexp(`(?i)^\s*(?:[-–@]|{{clock_opens.from}})?\s*\d{1,2}(?:[:.]\d\d|\s*(?:{{o_clock}}|am|pm|h)\b)`)

// findImage takes the first image of some size.
func (r *rowReader) findImage() {
	for i := r.row.from; i < r.row.to; i++ {
		e := &r.d.Nodes[i]
		if e.Tag != atom.Img || e.Hints&dom.HintShare != 0 {
			continue
		}
		if address := r.d.ImageAddress(e.HTML); address != "" && !smallImage(e) {
			r.set("image", &r.entry.Image, address, "img", i, "")
			return
		}
	}
}

func smallImage(e *dom.Node) bool {
	for _, key := range []string{"width", "height"} {
		if v := dom.AttrOf(e.HTML, key); len(v) == 1 || len(v) == 2 && v < "50" {
			return true
		}
	}
	src := strings.ToLower(dom.AttrOf(e.HTML, "src"))
	return strings.Contains(src, "icon") || strings.Contains(src, "logo") || strings.HasSuffix(src, ".svg") ||
		strings.HasSuffix(src, ".gif") || strings.Contains(src, "spacer") || strings.Contains(src, "pixel.gif")
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
		for tag := range strings.FieldsFuncSeq(p.text, func(c rune) bool { return strings.ContainsRune(",|;•·", c) }) {
			tag = strings.TrimLeft(news.Squash(tag), "#")
			if _, rest, ok := strings.Cut(tag, ":"); ok {
				tag = strings.TrimSpace(rest)
			}
			n := utf8.RuneCountInString(tag)
			if n < 2 || n > 40 || tagLabels()[news.Fold(tag)] {
				continue
			}
			if len(r.entry.Tags) < 20 && !slices.Contains(r.entry.Tags, tag) {
				r.entry.Tags = append(r.entry.Tags, tag)
				r.entry.Evidence["tags"] = read.Evidence{Rule: rules.Labels, Where: r.d.Where(p.by)}
			}
		}
	}
}
