package listing

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/places"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// findHeadline looks for the headline: a heading, what calls itself one, the
// text of the link, the first bold line, the first line.
func (r *rowReader) findHeadline() bool {
	if r.labels != nil {
		// It looks further in the same card.
		for _, find := range []func() int{r.linkPiece, r.columnPiece, r.linkedDate, r.boldPiece, r.sentencePiece, r.boldDate} {
			if k := find(); k >= 0 {
				return r.takeHeadline(k)
			}
		}
		return false
	}
	for _, find := range []func() int{
		r.headingPiece, r.dateHeading, r.namedPiece, r.besideNumber, r.linkPiece, r.columnPiece, r.boldPiece,
	} {
		if k := find(); k >= 0 {
			return r.takeHeadline(k)
		}
	}
	first := r.firstPiece()
	if isSentence := first >= 0 && endsSentence(r.pieces[first].text); (isSentence || first < 0) && r.headlineOfLink() {
		return true
	}
	for _, k := range []int{first, r.datePiece()} {
		if k >= 0 {
			return r.takeHeadline(k)
		}
	}
	return r.headlineFromAttributes()
}

// headlineOfLink takes what a link that shows only "mehr" or a sign says to those
// who do not see it: in hidden text, aria-label or title.
func (r *rowReader) headlineOfLink() bool {
	isHidden := func(j dom.NodeID) bool { return r.d.Nodes[j].Flags&dom.IsSpoken != 0 }
	if shown := r.d.TextWithout(r.row.link, isHidden); shown != "" && !isMore(shown) && texts.HasLetters(shown) {
		return false
	}
	spoken := ""
	for i := r.row.link; i < r.d.Nodes[r.row.link].End; i++ {
		if n := &r.d.Nodes[i]; n.Flags&(dom.IsText|dom.IsSpoken) == dom.IsText|dom.IsSpoken {
			spoken += " " + n.HTML.Data
		}
	}
	spoken = news.Squash(spoken)
	if first, rest, found := strings.Cut(spoken, " "); found && aboutWords()[first] {
		spoken = rest // "mehr" is shown, "über Neue Brücke" is read out
	}
	return r.takeAttribute(spoken, "hidden text", r.row.link) ||
		r.takeAttribute(r.d.Attr(r.row.link, "aria-label"), "aria-label", r.row.link) ||
		r.takeAttribute(r.labelOfLink(), "aria-labelledby", r.row.link) ||
		r.takeAttribute(r.d.Attr(r.row.link, "title"), "title", r.row.link)
}

// labelOfLink is the text of the elements of the row that name its link for those
// who do not see it, which may be hidden themselves.
func (r *rowReader) labelOfLink() string {
	ids := strings.Fields(r.d.Attr(r.row.link, "aria-labelledby"))
	label := ""
	for i := r.row.from; len(ids) > 0 && i < r.row.to; i++ {
		n := &r.d.Nodes[i]
		names := n.Flags&dom.IsText == 0 && slices.Contains(ids, dom.AttrOf(n.HTML, "id"))
		if !names || r.d.Within(r.row.link, i) || i == r.row.link {
			continue
		}
		for c := range n.HTML.Descendants() {
			if c.Type == html.TextNode {
				label += " " + c.Data
			}
		}
	}
	return label
}

// takeAttribute takes the headline from what a link says beside its text.
func (r *rowReader) takeAttribute(text, rule string, at dom.NodeID) bool {
	text = r.cleanEntryHeadline(strings.Trim(strings.TrimLeft(afterMore(news.Squash(text)), ":–—- "), `"„“»«‚‘' `), false)
	saysLittle := len(text) < 4 || isMore(text) || isChromeWord(text) || !texts.HasLetters(text)
	if saysLittle || dom.IsTemplate(text) || saysWindow(text) {
		return false
	}
	r.set("headline", &r.entry.Headline, text, rules.Name(rule), at, "")
	return true
}

// saysWindow reports a label that says how a link opens, not where it leads.
func saysWindow(text string) bool {
	folded := news.Fold(text)
	return slices.ContainsFunc(windowWords(), func(w words.Entry) bool { return strings.Contains(folded, w.Text) })
}

var windowWords = words.Entries("window_words")

// afterMore is what a link names behind the words that there is more of it:
// "Mehr zu: Neue Brücke", "Lire la suite de Pont rouvert", "Neue Brücke – mehr".
func afterMore(text string) string {
	parts := strings.Fields(text)
	for n := min(5, len(parts)-1); n > 0; n-- {
		start, rest := strings.Join(parts[:n], " "), parts[n:]
		colon := strings.HasSuffix(start, ":")
		parted := colon || partsMore(rest[0])
		if !saysMore(start, parted) || n == 1 && !parted {
			continue
		}
		if !colon && parted {
			rest = rest[1:]
		}
		return strings.Trim(strings.Join(rest, " "), ":–- ")
	}
	if i := strings.LastIndexAny(text, "–-:|("); i > 3 && isMore(strings.Trim(text[i:], "–-:|() ")) {
		text = strings.TrimRight(text[:i], "–-:|( ")
	}
	return text
}

// partsMore reports a mark or a word between "more" and what there is more of:
// "–", "about".
func partsMore(word string) bool {
	switch word {
	case "–", "-", ":":
		return true
	}
	return aboutWords()[words.Fold(strings.TrimRight(word, ":"))]
}

// saysMore reports the words of a link that there is more; "Article" says so
// where something parts it from a headline.
func saysMore(start string, parted bool) bool {
	folded := news.Fold(start)
	if folded == "" {
		return false
	}
	return moreLinks()[folded] || moreStarts().Whole(folded) || parted && linkWords()[folded]
}

// aboutWords stand between such words and the name of the report; linkWords may
// be the whole of what stands before them.
var (
	aboutWords = words.Set("about_words")
	linkWords  = words.Set("link_words")
)

// usable reports whether a piece may be a headline.
func (r *rowReader) usable(p *piece) bool {
	if p.part != partText || p.deaf || r.labels[p.text] {
		return false
	}
	return !isMore(p.text) && texts.HasLetters(p.text) && !isTimeOfDay(p.text)
}

// isTimeOfDay reports a text that is a time and nothing else.
func isTimeOfDay(s string) bool {
	return len(s) < 24 && strings.ContainsAny(s, "0123456789") && timeOfDay.MatchString(s)
}

var timeOfDay = words.Regexp(`(?i)^{{clock_opens.from}}?\s*\d{1,2}(?:[:.]\d\d)?\s*(?:{{o_clock}}|[ap]\.?m\.?|h)?` +
	`(?:\s*(?:[-–]|{{clock_opens.to}})\s*\d{1,2}(?:[:.]\d\d)?\s*(?:{{o_clock}}|[ap]\.?m\.?|h)?)?$`)

// headingPiece is the heading of the row. Of two that follow one another the
// first is the kicker where it is much shorter.
func (r *rowReader) headingPiece() int {
	best := -1
	for k := range r.pieces {
		p := &r.pieces[k]
		isSecond := p.hint&(dom.HintKicker|dom.HintSubtitle) != 0 && p.hint&dom.HintHeadline == 0
		if p.head < 0 || isSecond || !r.usable(p) {
			continue
		}
		if best < 0 || r.headsBetter(k, best) {
			best = k
			continue
		}
		sameHeading := r.pieces[best].head == p.head && r.pieces[best].line == p.line
		adjoins := k == best+1 || k == best+2 && r.pieces[best+1].deaf
		if sameHeading && adjoins {
			best = r.afterLabel(best, k)
		}
	}
	if best >= 0 && r.isSubjectOver(best) {
		r.pieces[best].hint |= dom.HintKicker
		return -1
	}
	return best
}

// isSubjectOver reports a heading that is a subject of municipalities over a link that
// says more: that of a section with one report.
func (r *rowReader) isSubjectOver(k int) bool {
	if p := &r.pieces[k]; p.link >= 0 || !places.IsSubjectName(p.text) {
		return false
	}
	link := r.pieceOfLink(func(link dom.NodeID) bool { return link == r.row.link })
	return link > k && len(strings.Fields(r.pieces[link].text)) > 2
}

// headsBetter reports whether the piece k of a heading is the headline rather
// than that of another before it.
func (r *rowReader) headsBetter(k, best int) bool {
	p, before := &r.pieces[k], &r.pieces[best]
	if before.head == p.head && before.line == p.line {
		return false
	}
	return r.isKickerBefore(best, k) || p.link == r.row.link && before.link < 0 && len(before.text) < len(p.text)
}

// afterLabel is the second of two pieces of a heading where the first is but a
// label over it: no space parts them, or only a colon that is read out.
func (r *rowReader) afterLabel(first, second int) int {
	a, b := &r.pieces[first], &r.pieces[second]
	last, _ := utf8.DecodeLastRuneInString(a.text)
	touch := a.by != b.by && !(b.glue && second == first+1)
	newWord := unicode.IsLetter(last) && unicode.IsUpper(texts.FirstRune(b.text))
	if !touch || !newWord || len(strings.Fields(a.text)) > 4 || len(b.text) < 8 {
		return first
	}
	a.hint |= dom.HintKicker
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
	if words(first.text) > 2 || second.link < 0 {
		return false
	}
	return words(second.text) >= 3 || first.link < 0 && second.link == r.row.link
}

// namedPiece calls itself the headline by class or itemprop.
func (r *rowReader) namedPiece() int {
	best := -1
	for k := range r.pieces {
		p := &r.pieces[k]
		if !r.usable(p) || p.hint&dom.HintHeadline == 0 || p.hint&(dom.HintTeaser|dom.HintBody|dom.HintSubtitle) != 0 || len(p.text) > 300 {
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
	if k := r.pieceOfLink(func(link dom.NodeID) bool { return link == r.row.link }); k >= 0 || r.labels != nil {
		return k
	}
	return r.pieceOfLink(func(link dom.NodeID) bool { return r.d.Abs(r.d.Attr(link, "href")) == r.row.url })
}

// pieceOfLink is the first piece of a link that fits and may be a headline.
func (r *rowReader) pieceOfLink(fits func(link dom.NodeID) bool) int {
	for k := range r.pieces {
		p := &r.pieces[k]
		if p.link < 0 || !r.usable(p) || utf8.RuneCountInString(p.text) < 3 {
			continue
		}
		if fits(p.link) && !r.isLabel(k) {
			return k
		}
	}
	return -1
}

// isLabel reports the few words before a date that a card which is one link
// shows in a line of their own, over a longer one: "Verkehr · 12. Juni 2024".
func (r *rowReader) isLabel(k int) bool {
	p := &r.pieces[k]
	if len(strings.Fields(p.text)) > 3 {
		return false
	}
	dated := false
	for j := k + 1; j < len(r.pieces); j++ {
		q := &r.pieces[j]
		if q.line != p.line && r.usable(q) {
			return dated && q.link == p.link && len(q.text) > len(p.text) && !endsSentence(q.text)
		}
		dated = dated || q.part == partDate && q.line == p.line
	}
	return false
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
		p := &r.pieces[k]
		if !r.usable(p) || len(p.text) >= 300 {
			continue
		}
		if isLong := utf8.RuneCountInString(p.text) > 3; (isLong || r.isMonth(p.text)) && !r.followsDate(k) {
			return k
		}
	}
	return -1
}

// sentencePiece is the first text of some words beside a link that says only
// that there is more.
func (r *rowReader) sentencePiece() int {
	if !r.s.linkOf(r.row).more {
		return -1
	}
	return slices.IndexFunc(r.pieces, func(p piece) bool { return r.usable(&p) && len(p.text) < 300 && len(strings.Fields(p.text)) > 3 })
}

// isMonth reports a text that is the name of a month and nothing else.
func (r *rowReader) isMonth(s string) bool {
	if !dom.MonthWord(s) || strings.ContainsAny(s, " 0123456789") {
		return false
	}
	_, err := r.parseDate("1 " + s + " 2020")
	return err == nil
}

// followsDate reports a text that a dash joins to the date before it, which is
// the headline: "18 Nov 2026 6.30 pm - New".
func (r *rowReader) followsDate(k int) bool {
	p := &r.pieces[k]
	if k == 0 || !strings.ContainsRune("-–—", texts.FirstRune(p.text)) {
		return false
	}
	before := &r.pieces[k-1]
	return before.part == partDate && before.link == r.row.link && before.line == p.line
}

// isDay reports a piece that is a whole date.
func (p *piece) isDay() bool { return p.part == partDate && !p.bit }

// datePiece is a headline that is nothing but a date: minutes are often called so.
func (r *rowReader) datePiece() int {
	saysLittle := r.d.Nodes[r.row.link].Text == 0 || isMore(r.d.Text(r.row.link))
	return slices.IndexFunc(r.pieces, func(p piece) bool {
		marked := p.link == r.row.link || p.head >= 0 || p.bold
		return p.isDay() && (marked || saysLittle) && texts.HasLetters(p.text)
	})
}

// linkedDate is the row's link where that is nothing but a date.
func (r *rowReader) linkedDate() int {
	return slices.IndexFunc(r.pieces, func(p piece) bool { return p.isDay() && p.link == r.row.link && texts.HasLetters(p.text) })
}

// boldDate is a date in bold that the row is called by where its link says only
// that there is more.
func (r *rowReader) boldDate() int {
	if !r.s.linkOf(r.row).more {
		return -1
	}
	return slices.IndexFunc(r.pieces, func(p piece) bool { return p.isDay() && p.bold && texts.HasLetters(p.text) })
}

// dateHeading is a heading that is nothing but a date and leads to the article.
func (r *rowReader) dateHeading() int {
	return slices.IndexFunc(r.pieces, func(p piece) bool {
		leads := p.link >= 0 && p.link == r.row.link
		return leads && p.isDay() && p.head >= 0 && texts.HasLetters(p.text)
	})
}

// takeHeadline joins the piece with what follows it in the same heading or
// link, and cleans it.
func (r *rowReader) takeHeadline(k int) bool {
	p := &r.pieces[k]
	text := r.joinHeadline(k)
	clean := r.cleanEntryHeadline(r.wholeHeadline(text, p.link), p.head >= 0)
	if clean == "" || isChromeWord(clean) && r.entry.Published.IsZero() {
		return false
	}
	if r.isMonth(clean) && r.year != 0 {
		clean += " " + strconv.Itoa(r.year)
	}
	raw := ""
	if clean != text {
		raw = text
	}
	r.set("headline", &r.entry.Headline, clean, p.rule(), p.by, raw)
	return true
}

// rule is what Evidence calls a piece that is the headline.
func (p *piece) rule() rules.Name {
	switch {
	case p.head >= 0:
		return rules.Heading
	case p.hint&dom.HintHeadline != 0:
		return rules.Class
	case p.link < 0:
		return rules.Text
	}
	return rules.Link
}

// joinHeadline is the text of the pieces that make one headline with a piece:
// those of the same heading, or of the same line and link.
func (r *rowReader) joinHeadline(k int) string {
	p := &r.pieces[k]
	text := p.text
	p.part = partHeadline
	for j := k + 1; j < len(r.pieces); j++ {
		before, q := &r.pieces[j-1], &r.pieces[j]
		if p.endsBefore(before, q) {
			break
		}
		isOther := q.deaf || q.part != partText || q.hint&(dom.HintKicker|dom.HintSubtitle) != 0
		if isOther || p.head < 0 && len(q.text) > 200 {
			continue
		}
		if q.glue || q.line != before.line {
			text += " "
		}
		text += q.text
		q.part = partHeadline
	}
	return strings.TrimRight(text, " |·•") // before a date in the same line
}

// endsBefore reports whether a headline that begins with p ends between two
// pieces.
func (p *piece) endsBefore(before, q *piece) bool {
	if p.head >= 0 {
		return q.head != p.head
	}
	if q.line != p.line || p.link < 0 || q.link != p.link {
		return true
	}
	if q.part == partText && (startsText(p, before, q) || startsNote(p, q)) {
		return true
	}
	return p.hint&dom.HintHeadline != 0 && q.hint&dom.HintHeadline == 0 && q.hint&^p.hint&(dom.HintTeaser|dom.HintBody) != 0
}

// startsText reports whether a sentence that follows a headline in the same
// link is the teaser: nothing but styles sets the two apart, a bold face or
// boxes without a space between them.
func startsText(headline, before, q *piece) bool {
	if q.by == headline.by || !looksLikeText(q.text) || !endsSentence(q.text) || !unicode.IsUpper(texts.FirstRune(q.text)) {
		return false
	}
	if headline.bold && !q.bold && !strings.HasSuffix(headline.text, ":") {
		return true
	}
	return !q.glue && q.line == before.line
}

// startsNote reports what stands below a bold headline in the same link, told
// apart from it by styles alone: no space parts the two.
func startsNote(headline, q *piece) bool {
	c := texts.FirstRune(q.text)
	apart := headline.bold && !q.bold && q.by != headline.by
	return apart && !q.glue && (unicode.IsUpper(c) || unicode.IsDigit(c))
}

// wholeHeadline is a headline that was cut short on the page, as the link's
// title has it.
func (r *rowReader) wholeHeadline(text string, link dom.NodeID) string {
	short := strings.TrimRight(strings.TrimSuffix(text, "..."), "… ")
	if short == text || link < 0 || len(short) < 8 {
		return text
	}
	for _, key := range []string{"title", "aria-label"} {
		whole := news.Squash(r.d.Attr(link, key))
		if i := strings.Index(whole, short); i >= 0 && len(whole)-i > len(short) && !strings.HasSuffix(whole, "…") &&
			!strings.HasSuffix(whole, "...") {
			return whole[i:]
		}
	}
	return text
}

// headlineFromAttributes is for links around an image or a button alone.
func (r *rowReader) headlineFromAttributes() bool {
	try := func(at dom.NodeID, key string) bool { return r.takeAttribute(r.d.Attr(at, key), key, at) }
	for i := r.row.from; i < r.row.to; i++ {
		if r.d.Nodes[i].Tag != atom.A || r.d.Abs(r.d.Attr(i, "href")) != r.row.url {
			continue
		}
		if try(i, "title") || try(i, "aria-label") {
			return true
		}
	}
	for i := r.row.link; i < r.d.Nodes[r.row.link].End; i++ {
		if r.d.Nodes[i].Tag == atom.Img && try(i, "alt") {
			return true
		}
	}
	return false
}

var (
	leadingDate = words.Regexp(`^[\[(]?(?:\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})|20\d\d-\d\d-\d\d)[\])]?` +
		`(?:,?\s+(?:{{clock_opens.from}}\s+)?\d{1,2}[:.]\d\d(?:\s*(?:{{o_clock}}|h))?)?(?:\s*(?:[-–—:|,]|\s)\s*)+`)
	trailingDate = lazy.Regexp(`\s*[\[(]\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})[\])]$`)
	fileNote     = words.Regexp(`(?i)\s*[\[(][^\])]*\b(?:pdf|docx?|xlsx?|zip|[kmg](?:i?b|o)|{{byte_units}})\b[^\])]*[\])]\s*$` +
		`|\s*[-–,|]?\s*\bpdf\b(?:[-\s]?{{file_nouns}})?[,\s]*[\d.,]*\s*(?:[kmg](?:i?b|o))?\s*$`)
	writtenDate  = lazy.Regexp(`^\d{1,2}\.\s?\p{L}{3,9}\.?\s\d{4}\s*[:|–—-]\s+`)
	externalNote = words.Regexp(`(?i)\s*\({{external_notes}}\)\s*$`)
)

// endsInNote is a quick look whether a text may end in a note of a file.
func endsInNote(text string) bool {
	return noteWords.In(strings.ToLower(text[max(0, len(text)-14):]))
}

var noteWords = texts.PiecesOf("pdf", "mb", "kb", "ib", "ko", "mo)", "mo]", "byte", "doc", "xls", "zip")

// cleanEntryHeadline takes away what stands around a headline: a date before
// it, a note of the file's type and size behind it.
func (r *rowReader) cleanEntryHeadline(text string, heading bool) string {
	text = strings.TrimSpace(text)
	if text == "" {
		return ""
	}
	text = withoutDateBefore(text, heading)
	if i := strings.LastIndexByte(text, '.'); i > 3 && dom.FileTypes[strings.ToLower(text[i+1:])] != "" {
		text = text[:i] // a file's name
	}
	text = r.d.WithoutDay(withoutNotes(text))
	if endsInBracket(text) {
		if rest := trailingDate.ReplaceAllString(text, ""); len(rest) > 2 {
			text = rest
		}
	}
	text = strings.Trim(text, " \u00a0|»›→▶►•·>")
	text = strings.TrimPrefix(text, "+++")
	text = strings.TrimSuffix(text, "+++")
	if !heading {
		text = strings.TrimRight(text, ",:–—-([ ")
	}
	return strings.TrimSpace(text)
}

// withoutDateBefore takes away a date that opens a headline. The expressions cost
// more than all else: they run where they may match.
func withoutDateBefore(text string, heading bool) string {
	if !strings.ContainsRune("[(0123456789", rune(text[0])) {
		return text
	}
	if rest := leadingDate.ReplaceAllString(text, ""); rest != text && len(rest) > 2 && texts.HasLetters(rest) {
		return rest
	}
	if rest := writtenDate.ReplaceAllString(text, ""); rest != text && !heading && len(rest) > 8 {
		return rest
	}
	return text
}

// withoutNotes takes away what stands behind a headline: "(PDF, 2 MB)",
// "[external link]".
func withoutNotes(text string) string {
	for range 2 {
		if endsInBracket(text) {
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
	return text
}

func endsInBracket(text string) bool {
	return strings.HasSuffix(text, ")") || strings.HasSuffix(text, "]")
}
