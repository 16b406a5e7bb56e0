package extract

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

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
	hint hint // of the elements between it and the row
	part part
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
	dates  DateOptions
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
	line, spaceBefore := 0, false
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
		if k := len(r.pieces); k > 0 && r.pieces[k-1].line == line && r.pieces[k-1].by == p.by {
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
		case e.flags&isBlock == 0 && e.hints&partHints != 0:
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
func (r *rowReader) set(name string, to *string, value, rule string, at nodeID, raw string) {
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
		case p.hint&(hintShare|hintComments|hintCaption|hintCredit) != 0 && p.head < 0:
			p.part = partOther
		case p.hint&hintAuthor != 0 && p.head < 0 && len(p.text) < 120:
			p.part = partOther
		case p.hint&hintTags != 0 && p.head < 0 && p.time < 0 && p.hint&hintDate == 0 && len(p.text) < 120 && p.hint&(hintTeaser|hintHeadline) == 0,
			p.link >= 0 && p.head < 0 && strings.Contains(r.d.attr(p.link, "rel"), "tag"):
			p.part = partTags
		case p.link >= 0 && strings.Contains(r.d.attr(p.link, "rel"), "author"), p.link >= 0 && p.link != r.row.link && r.d.handsOn(p.link):
			p.part = partOther
		case isButton(r.d, p.from, r.row.from) && p.head < 0 && !r.entry.Anchored:
			p.part = partOther
		}
	}
	for i := range r.pieces {
		if p := &r.pieces[i]; p.part == partMore && p.link >= 0 {
			r.markLink(p.link)
		}
	}
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

// findHeadline looks for the headline: a heading, what calls itself one, the
// text of the link, the first bold line, the first line.
func (r *rowReader) findHeadline() bool {
	if r.labels != nil {
		for _, find := range []func() int{r.linkPiece, r.linkedDate} { // it looks further in the same card
			if k := find(); k >= 0 {
				return r.takeHeadline(k)
			}
		}
		return false
	}
	for _, find := range []func() int{r.headingPiece, r.dateHeading, r.namedPiece, r.linkPiece, r.boldPiece, r.firstPiece, r.datePiece} {
		if k := find(); k >= 0 {
			return r.takeHeadline(k)
		}
	}
	return r.headlineFromAttributes()
}

// usable reports whether a piece may be a headline.
func (r *rowReader) usable(p *piece) bool {
	return p.part == partText && !p.deaf && !isMore(p.text) && hasLetters(p.text) && !r.labels[p.text] && !isTimeOfDay(p.text)
}

// isTimeOfDay reports a text that is a time and nothing else.
func isTimeOfDay(s string) bool {
	return len(s) < 24 && strings.ContainsAny(s, "0123456789") && timeOfDay.MatchString(s)
}

var timeOfDay = regexp.MustCompile(`(?i)^(?:ab|von|um|from|at)?\s*\d{1,2}(?:[:.]\d\d)?\s*(?:uhr|[ap]\.?m\.?|h)?(?:\s*(?:[-–]|bis|to)\s*\d{1,2}(?:[:.]\d\d)?\s*(?:uhr|[ap]\.?m\.?|h)?)?$`)

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

// headingPiece is the heading of the row. Of two that follow one another the
// first is the kicker where it is much shorter.
func (r *rowReader) headingPiece() int {
	best := -1
	for k := range r.pieces {
		p := &r.pieces[k]
		if p.head < 0 || !r.usable(p) || p.hint&(hintKicker|hintSubtitle) != 0 && p.hint&hintHeadline == 0 {
			continue
		}
		switch {
		case best < 0:
			best = k
		case r.pieces[best].head == p.head && r.pieces[best].line == p.line:
			if k == best+1 || k == best+2 && r.pieces[best+1].deaf {
				best = r.afterLabel(best, k)
			}
		case r.isKickerBefore(best, k):
			best = k
		case p.link == r.row.link && r.pieces[best].link < 0 && len(r.pieces[best].text) < len(p.text):
			best = k
		}
	}
	return best
}

// afterLabel is the second of two pieces of a heading where the first is but a
// label over it: no space parts them, or only a colon that is read out.
func (r *rowReader) afterLabel(first, second int) int {
	a, b := &r.pieces[first], &r.pieces[second]
	last, _ := utf8.DecodeLastRuneInString(a.text)
	if b.glue && second == first+1 || a.by == b.by || !unicode.IsLetter(last) || !unicode.IsUpper(firstRune(b.text)) || len(strings.Fields(a.text)) > 4 || len(b.text) < 8 {
		return first
	}
	a.hint |= hintKicker
	return second
}

// isKickerBefore reports whether the heading piece a is only the kicker of b.
func (r *rowReader) isKickerBefore(a, b int) bool {
	first, second := r.pieces[a], r.pieces[b]
	if b-a > 1 {
		for _, p := range r.pieces[a+1 : b] {
			if p.part == partText {
				return false
			}
		}
	}
	words := func(s string) int { return len(strings.Fields(s)) }
	return words(first.text) <= 2 && second.link >= 0 && (words(second.text) >= 3 || first.link < 0 && second.link == r.row.link)
}

// namedPiece calls itself the headline by class or itemprop.
func (r *rowReader) namedPiece() int {
	best := -1
	for k := range r.pieces {
		p := &r.pieces[k]
		if !r.usable(p) || p.hint&hintHeadline == 0 || p.hint&(hintTeaser|hintBody|hintSubtitle) != 0 || len(p.text) > 300 {
			continue
		}
		if best < 0 || r.pieces[best].link < 0 && p.link >= 0 && r.pieces[best].line != p.line {
			best = k
		}
	}
	return best
}

// linkPiece is the text of the row's link, or of another to the same address.
func (r *rowReader) linkPiece() int {
	for _, same := range []bool{true, false} {
		if !same && r.labels != nil {
			break
		}
		for k := range r.pieces {
			p := &r.pieces[k]
			if p.link < 0 || !r.usable(p) || utf8.RuneCountInString(p.text) < 3 {
				continue
			}
			if same && p.link != r.row.link || !same && r.d.abs(r.d.attr(p.link, "href")) != r.row.url {
				continue
			}
			return k
		}
	}
	return -1
}

func (r *rowReader) boldPiece() int {
	for k := range r.pieces {
		if p := &r.pieces[k]; p.bold && r.usable(p) && len(p.text) < 250 && utf8.RuneCountInString(p.text) > 3 {
			return k
		}
	}
	return -1
}

func (r *rowReader) firstPiece() int {
	for k := range r.pieces {
		if p := &r.pieces[k]; r.usable(p) && len(p.text) < 300 && (utf8.RuneCountInString(p.text) > 3 || r.isMonth(p.text)) && !r.followsDate(k) {
			return k
		}
	}
	return -1
}

// isMonth reports a text that is the name of a month and nothing else.
func (r *rowReader) isMonth(s string) bool {
	if !monthWord(s) || strings.ContainsAny(s, " 0123456789") {
		return false
	}
	_, err := ParseDate("1 "+s+" 2020", r.dates)
	return err == nil
}

// followsDate reports a text that a dash joins to the date before it, which is
// the headline: "18 Nov 2026 6.30 pm - New".
func (r *rowReader) followsDate(k int) bool {
	p := &r.pieces[k]
	return k > 0 && r.pieces[k-1].part == partDate && r.pieces[k-1].link == r.row.link && r.pieces[k-1].line == p.line && strings.ContainsRune("-–—", firstRune(p.text))
}

// datePiece is a headline that is nothing but a date: minutes are often called so.
func (r *rowReader) datePiece() int {
	for k := range r.pieces {
		if p := &r.pieces[k]; p.part == partDate && (p.link == r.row.link || p.head >= 0 || p.bold || r.s.d.nodes[r.row.link].text == 0 || isMore(r.d.text(r.row.link))) && hasLetters(p.text) {
			return k
		}
	}
	return -1
}

// linkedDate is the row's link where that is nothing but a date.
func (r *rowReader) linkedDate() int {
	return slices.IndexFunc(r.pieces, func(p piece) bool { return p.part == partDate && p.link == r.row.link && hasLetters(p.text) })
}

// dateHeading is a heading that is nothing but a date and leads to the article.
func (r *rowReader) dateHeading() int {
	for k := range r.pieces {
		if p := &r.pieces[k]; p.part == partDate && p.head >= 0 && p.link >= 0 && p.link == r.row.link && hasLetters(p.text) {
			return k
		}
	}
	return -1
}

// takeHeadline joins the piece with what follows it in the same heading or
// link, and cleans it.
func (r *rowReader) takeHeadline(k int) bool {
	p := &r.pieces[k]
	text := p.text
	p.part = partHeadline
	same := func(q *piece) bool {
		if p.head >= 0 {
			return q.head == p.head
		}
		return q.line == p.line && p.link >= 0 && q.link == p.link
	}
	for j := k + 1; j < len(r.pieces); j++ {
		q := &r.pieces[j]
		if !same(q) || p.head < 0 && q.part == partText && startsText(p, &r.pieces[j-1], q) || p.head < 0 && p.hint&hintHeadline != 0 && q.hint&hintHeadline == 0 && q.hint&^p.hint&(hintTeaser|hintBody) != 0 {
			break
		}
		if q.deaf || q.part != partText || q.hint&(hintKicker|hintSubtitle) != 0 || p.head < 0 && len(q.text) > 200 {
			continue
		}
		if q.glue || q.line != r.pieces[j-1].line {
			text += " "
		}
		text += q.text
		q.part = partHeadline
	}
	rule := "link"
	if p.head >= 0 {
		rule = "heading"
	} else if p.hint&hintHeadline != 0 {
		rule = "class"
	} else if p.link < 0 {
		rule = "text"
	}
	clean := r.cleanEntryHeadline(r.wholeHeadline(text, p.link), p.head >= 0)
	if clean == "" || isChromeWord(clean) && r.entry.Published.IsZero() {
		return false
	}
	if r.isMonth(clean) {
		if year := r.s.nearHeading(r.row); !year.IsZero() {
			clean += year.Format(" 2006")
		}
	}
	raw := ""
	if clean != text {
		raw = text
	}
	r.set("headline", &r.entry.Headline, clean, rule, p.by, raw)
	return true
}

// startsText reports whether a sentence that follows a headline in the same
// link is the teaser: nothing but styles sets the two apart, a bold face or
// boxes without a space between them.
func startsText(headline, before, q *piece) bool {
	if q.by == headline.by || !looksLikeText(q.text) || !endsSentence(q.text) || !unicode.IsUpper(firstRune(q.text)) {
		return false
	}
	return headline.bold && !q.bold && !strings.HasSuffix(headline.text, ":") || !q.glue && q.line == before.line
}

// wholeHeadline is a headline that was cut short on the page, as the link's
// title has it.
func (r *rowReader) wholeHeadline(text string, link nodeID) string {
	short := strings.TrimRight(strings.TrimSuffix(text, "..."), "… ")
	if short == text || link < 0 || len(short) < 8 {
		return text
	}
	for _, key := range []string{"title", "aria-label"} {
		whole := news.Squash(r.d.attr(link, key))
		if i := strings.Index(whole, short); i >= 0 && len(whole)-i > len(short) && !strings.HasSuffix(whole, "…") && !strings.HasSuffix(whole, "...") {
			return whole[i:]
		}
	}
	return text
}

// headlineFromAttributes is for links around an image or a button alone.
func (r *rowReader) headlineFromAttributes() bool {
	try := func(at nodeID, key string) bool {
		text := news.Squash(r.d.attr(at, key))
		for _, start := range []string{"mehr zu: ", "mehr zu ", "weiterlesen: ", "mehr über ", "read more about ", "read more: ", "zum artikel: ", "link zu: ", "lire la suite : "} {
			if len(text) > len(start) && strings.EqualFold(text[:len(start)], start) {
				text = text[len(start):]
			}
		}
		text = r.cleanEntryHeadline(strings.Trim(text, `"„“»« `), false)
		if len(text) < 4 || isMore(text) || isChromeWord(text) || !hasLetters(text) || isTemplate(text) {
			return false
		}
		r.set("headline", &r.entry.Headline, text, key, at, "")
		return true
	}
	for i := r.row.from; i < r.row.to; i++ {
		if e := &r.d.nodes[i]; e.tag == atom.A && r.d.abs(attrOf(e.n, "href")) == r.row.url && (try(i, "title") || try(i, "aria-label")) {
			return true
		}
	}
	for i := r.row.link; i < r.d.nodes[r.row.link].end; i++ {
		if r.d.nodes[i].tag == atom.Img && try(i, "alt") {
			return true
		}
	}
	return false
}

var (
	leadingDate  = regexp.MustCompile(`^[\[(]?\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})[\])]?(?:,?\s+(?:um\s+)?\d{1,2}[:.]\d\d(?:\s*(?:Uhr|h))?)?(?:\s*(?:[-–—:|,]|\s)\s*)+`)
	trailingDate = regexp.MustCompile(`\s*[\[(]\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})[\])]$`)
	fileNote     = regexp.MustCompile(`(?i)\s*[\[(][^\])]*\b(?:pdf|docx?|xlsx?|zip|[kmg](?:i?b|o)|kilobyte|megabyte)\b[^\])]*[\])]\s*$|\s*[-–,|]?\s*\bpdf\b(?:[-\s]?(?:datei|dokument|file))?[,\s]*[\d.,]*\s*(?:[kmg](?:i?b|o))?\s*$`)
	writtenDate  = regexp.MustCompile(`^\d{1,2}\.\s?\p{L}{3,9}\.?\s\d{4}\s*[:|–—-]\s+`)
	externalNote = regexp.MustCompile(`(?i)\s*\((?:opens? in (?:a )?new (?:window|tab)|öffnet (?:in|im) (?:einem )?neue[mn] (?:fenster|tab)|external link|externer link|link is external|nuova finestra|nouvelle fenêtre)\)\s*$`)
)

// endsInNote is a quick look whether a text may end in a note of a file.
func endsInNote(text string) bool {
	tail := strings.ToLower(text[max(0, len(text)-14):])
	for _, word := range []string{"pdf", "mb", "kb", "ib", "ko", "mo)", "mo]", "byte", "doc", "xls", "zip"} {
		if strings.Contains(tail, word) {
			return true
		}
	}
	return false
}

// cleanEntryHeadline takes away what stands around a headline: a date before
// it, a note of the file's type and size behind it.
func (r *rowReader) cleanEntryHeadline(text string, heading bool) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	// The expressions cost more than all else: they run where they may match.
	if c := text[0]; c == '[' || c == '(' || c >= '0' && c <= '9' {
		if rest := leadingDate.ReplaceAllString(text, ""); rest != text && len(rest) > 8 && hasLetters(rest) {
			text = rest
		} else if rest := writtenDate.ReplaceAllString(text, ""); rest != text && !heading && len(rest) > 8 {
			text = rest
		}
	}
	if i := strings.LastIndexByte(text, '.'); i > 3 && fileTypes[strings.ToLower(text[i+1:])] != "" {
		text = text[:i] // a file's name
	}
	for range 2 {
		last := text[len(text)-1]
		if last == ')' || last == ']' {
			if rest := externalNote.ReplaceAllString(text, ""); rest != "" {
				text = rest
			}
		}
		if endsInNote(text) {
			if rest := fileNote.ReplaceAllString(text, ""); len(rest) > 3 {
				text = rest
			}
		}
	}
	if last := text[len(text)-1]; last == ')' || last == ']' {
		if rest := trailingDate.ReplaceAllString(text, ""); len(rest) > 8 {
			text = rest
		}
	}
	text = strings.Trim(text, " \u00a0|»›→▶►•·>")
	text = strings.TrimPrefix(text, "+++")
	text = strings.TrimSuffix(text, "+++")
	if !heading {
		text = strings.TrimRight(text, ",:–—- ")
	}
	return strings.TrimSpace(text)
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
var clockTime = regexp.MustCompile(`(?i)^\s*(?:[-–@]|ab|von|um|from|at)?\s*\d{1,2}(?:[:.]\d\d|\s*(?:uhr|am|pm|h)\b)`)

// findTeaser takes the text that is left: what calls itself the teaser, or
// else the lines that read like text.
func (r *rowReader) findTeaser() {
	named := false
	for i := range r.pieces {
		if p := &r.pieces[i]; p.part == partText && p.hint&hintTeaser != 0 && len(p.text) > 20 {
			named = true
		}
	}
	var text strings.Builder
	at, beside := nodeID(-1), nodeID(-1)
	for i := 0; i < len(r.pieces); {
		j, line := i, r.pieces[i].line
		for j < len(r.pieces) && r.pieces[j].line == line {
			j++
		}
		from, got := r.teaserLine(r.pieces[i:j], named)
		parent := r.blockParent(r.pieces[i].from)
		i = j
		if got == "" || beside >= 0 && parent != beside {
			continue
		}
		beside = parent
		if text.Len() > 600 || text.Len() > 120 && text.Len()+len(got) > 600 {
			break
		}
		if text.Len() > 0 {
			text.WriteByte(' ')
		} else {
			at = from
		}
		text.WriteString(got)
	}
	teaser := trimDateline(trimMore(text.String()), r.entry.Evidence["published"].Raw)
	if named && utf8.RuneCountInString(teaser) > 10 || looksLikeText(teaser) {
		r.set("teaser", &r.entry.Teaser, teaser, "text", at, "")
	}
}

// blockParent is what holds the block that a text stands in: the paragraphs of
// one teaser stand side by side.
func (r *rowReader) blockParent(i nodeID) nodeID {
	at := r.d.nodes[i].parent
	for at > r.row.from && r.d.nodes[at].flags&isBlock == 0 {
		at = r.d.nodes[at].parent
	}
	if at <= r.row.from {
		return max(at, 0)
	}
	return r.d.nodes[at].parent
}

// teaserLine is one line of the teaser, without what plays another part.
func (r *rowReader) teaserLine(pieces []piece, named bool) (nodeID, string) {
	var b strings.Builder
	at := nodeID(-1)
	for i := range pieces {
		p := &pieces[i]
		if p.part != partText || p.deaf || named && p.hint&hintTeaser == 0 {
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
	line := b.String()
	if strings.ContainsAny(line, "[(|") {
		line = emptyBrackets.ReplaceAllString(line, "")
	}
	line = strings.TrimLeft(line, " |,–—-:·•")
	if !strings.ContainsAny(line, "«‹") {
		line = strings.TrimRight(line, " »›→▶►") // of a link that was dropped
	}
	if line = news.Squash(line); line == "" || !named && (!looksLikeText(line) || len(line) < 100 && !endsSentence(line) && byAuthor.MatchString(line)) {
		return -1, ""
	}
	return at, line
}

// byAuthor begins a line that tells who wrote the report.
var byAuthor = regexp.MustCompile(`(?i)^(?:posted|written|published|geschrieben|veröffentlicht|eingestellt|erstellt|verfasst)\s+(?:by|von|durch)\s|^(?:publié|écrit) par\s|^(?:pubblicato|scritto) da\s|^(?:geplaatst|geschreven) door\s|^publicado por\s`)

// emptyBrackets stood around a link that was dropped: "[mehr]".
var emptyBrackets = regexp.MustCompile(`\s*(?:\[\s*\]|\(\s*\)|[\[(|]\s*$)`)

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

var endsInMoreText = regexp.MustCompile(`(?i)\s*(?:\[\s*(?:…|\.\.\.|&hellip;)\s*\]|\(?(?:»\s*)?(?:mehr|weiterlesen|read more|lire la suite|leggi tutto|lees meer|læs mere|weiter|continue reading|\[mehr\])(?:\s*(?:…|\.\.\.|»|>|→))*\)?)\s*$`)

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
	lower := strings.ToLower(tail)
	for _, word := range []string{"[", "mehr", "weiter", "more", "suite", "tutto", "meer", "mere", "reading"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

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
var tagLabels = foldedSet(`publiziert in|veroeffentlicht in|veroeffentlicht unter|posted in|published in|filed under|markiert unter|abgelegt unter|kategorie|kategorien|rubrik|tags|schlagwoerter|stichwoerter|themen|category|categories|in`)

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
			if n := utf8.RuneCountInString(tag); n > 1 && n <= 40 && !tagLabels[news.Fold(tag)] && !hasWord(r.entry.Tags, tag) && len(r.entry.Tags) < 20 {
				r.entry.Tags = append(r.entry.Tags, tag)
				r.entry.Evidence["tags"] = Evidence{Rule: "labels", Where: r.d.where(p.by)}
			}
		}
	}
}
