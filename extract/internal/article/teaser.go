package article

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readTeaser finds the summary, as teaserRules weigh what the page declares and
// shows.
func (r *reader) readTeaser() { r.takeSummary(teaserFinders) }

// readFirstParagraph takes the opening of a report that has no summary, on its
// page or in the listing: in news the first paragraph is one.
func (r *reader) readFirstParagraph() { r.takeSummary(openingFinders) }

func (r *reader) takeSummary(finders []finder[summary]) {
	it := &r.art.Item
	if it.Teaser != "" {
		return
	}
	if best := bestFound(r, &teaserRules, finders, describeSummary); best != nil {
		r.set("teaser", &it.Teaser, best.text, best.evidence)
	}
}

// standfirstSummary is what stands below the headline as the standfirst.
func (r *reader) standfirstSummary() *summary {
	at := r.standfirst(r.declared())
	if at < 0 {
		return nil
	}
	text := r.d.Text(at)
	if r.d.Nodes[at].Flags&dom.InHead != 0 {
		text = r.headingText(at)
	}
	return r.summaryAt(asStandfirst, at, text)
}

// boldSummary is the bold lead below the headline, where the page declares a
// summary that is not the same text.
func (r *reader) boldSummary() *summary {
	bold := r.boldLeadBelow()
	if bold < 0 {
		return nil
	}
	text := r.d.Text(bold)
	if all := r.declared(); len(all) == 0 || isDeclaredFurther(text, all) {
		return nil
	}
	return r.summaryAt(asBoldLead, bold, text)
}

// summaryAt is a text that the page shows; its evidence calls both a standfirst.
func (r *reader) summaryAt(row rules.Name, at dom.NodeID, text string) *summary {
	return &summary{r: r, row: row, text: r.withoutDateline(text), evidence: read.Evidence{Rule: rules.Standfirst, Where: r.d.Where(at)}}
}

// declaredSummary is the best of what the page declares, in full length.
func (r *reader) declaredSummary() *summary {
	all := r.declared()
	if len(all) == 0 {
		return nil
	}
	c := wholeOf(all[0], all)
	s := &summary{r: r, row: asDescription, text: c.Value, evidence: read.Evidence{Rule: c.Rule, Where: c.Where}, declared: all}
	s.shown, s.marked, _ = r.shownTeaser()
	if lacksInitial(s.text, s.shown) {
		s.text = s.shown
	}
	return s
}

// shownSummary is what the page shows as a summary besides.
func (r *reader) shownSummary() *summary {
	text, marked, e := r.shownTeaser()
	switch {
	case text == "", isLabel(text):
		return nil
	case marked:
		return &summary{r: r, row: asMarked, text: text, evidence: e}
	}
	return &summary{r: r, row: asApart, text: text, evidence: e}
}

// boldLeadBelow is the first block of text below the headline where all of it is
// bold and paragraphs that are not follow it: the lead that the editors wrote. It
// is -1 where there is none.
func (r *reader) boldLeadBelow() dom.NodeID {
	i := r.belowHeadline()
	if i < 0 || !r.d.Within(i, r.root) || r.d.Nodes[i].Tag != atom.P && r.d.Nodes[i].Tag != atom.Div {
		return -1
	}
	bold := r.boldLead(i)
	if bold < 0 || r.d.Nodes[bold].Text < shortestLead || r.d.Nodes[bold].Text > longestLead ||
		strings.Contains(dom.AttrOf(r.d.Nodes[i].HTML, "class"), "center") {
		return -1
	}
	text := r.d.Text(bold)
	if !endsLikeSentence(text) || strings.HasSuffix(text, ":") || isQuotation(text) || r.prose[r.root] < 3*r.d.Nodes[bold].Text {
		return -1
	}
	return bold
}

// A lead in bold has so many bytes: more than a label, fewer than a paragraph
// that is to be seen first.
const (
	shortestLead = 50
	longestLead  = 260
)

// firstParagraphSummary is the opening of the report. Lines that are no
// sentences, such as that of day and writer, are passed over.
func (r *reader) firstParagraphSummary() *summary {
	for i := max(r.root, r.headline); i < r.d.Nodes[r.root].End; i++ {
		if !r.mayOpenReport(i) {
			continue
		}
		n := &r.d.Nodes[i]
		opening := r.withoutDateline(r.opening(i))
		if opening == "" && n.Tag != atom.P {
			continue
		}
		isParagraph := n.Tag == atom.P || n.Tag == atom.Div || n.Tag == atom.Td
		isMiddle := unicode.IsLower(texts.FirstRune(opening)) // of something
		isWhole := dom.VisibleLength(opening)*2 >= r.prose[r.root]
		if !isParagraph || isMiddle || isWhole || r.ownLink[i]*2 >= r.ownText[i] {
			return nil
		}
		return &summary{r: r, row: asFirst, text: opening, evidence: read.Evidence{Rule: rules.FirstText, Where: r.d.Where(i)}}
	}
	return nil
}

// mayOpenReport reports a block of some text of the report that is no heading and
// tells of nothing else.
func (r *reader) mayOpenReport(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if r.cut[i] || r.other[i] || r.ownText[i] < 40 {
		return false
	}
	return n.Flags&(dom.IsText|dom.InHead) == 0 && n.Hints&ofOther == 0
}

// opening is a paragraph in whole sentences; of a long one its first line, where
// it is broken into lines, or what fits a summary.
func (r *reader) opening(i dom.NodeID) string {
	lines := strings.Split(r.lineText(i), "\n")
	text := strings.Join(lines, " ")
	switch {
	case len(lines) > 1 && len(lines[0]) >= 60 && len(lines[0]) < 400 && 3*len(lines[0]) < len(text):
		return lines[0]
	case len(text) >= 600:
		text = wholeSentences(text, 400)
	}
	if !endsLikeSentence(text) {
		return ""
	}
	return text
}

// wholeSentences is the beginning of a text, of so many bytes at the most, that
// ends with a sentence.
func wholeSentences(text string, most int) string {
	for end := most; end > 0; end-- {
		if strings.IndexByte(".!?", text[end-1]) >= 0 && text[end] == ' ' && (text[end-1] != '.' || dates.ClosesSentence(text[:end-1])) {
			return text[:end]
		}
	}
	return ""
}

// isExcerptOf reports whether a declared summary was made by cutting the text
// that begins with the shown one, or cutting the shown one itself.
func isExcerptOf(declared, shown string, marked bool) bool {
	switch {
	case len(shown) > 700 || !isCut(declared):
		return false
	case !marked: // little was cut from a paragraph that stands by itself
		return 10*len(shown) < 13*len(declared) && continues(shown, declared)
	case strings.HasSuffix(declared, "]"): // "[…]": no editor writes that
		return continues(declared, shown) || continues(shown, declared)
	}
	return continues(shown, declared)
}

// isCutFromText reports whether a declared summary was made by cutting a
// paragraph of the report that stands behind the shown lead: "The lead." and
// then "The workers will replace…".
func (r *reader) isCutFromText(declared, lead string) bool {
	if !isCut(declared) || continues(lead, declared) || len(lead) < 40 || !endsLikeSentence(lead) {
		return false
	}
	behind := false // the lead
	for i := max(r.root, r.headline); i < r.d.Nodes[r.root].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&dom.IsText != 0 || r.ownText[i] == 0 || r.cut[i] {
			continue
		}
		behind = behind || int(n.Text) <= 2*len(lead) && strings.Contains(r.d.Text(i), lead)
		if r.ownText[i] >= 60 && continues(r.d.Text(i), declared) {
			return behind
		}
	}
	return false
}

// lacksInitial reports whether a declared summary is the shown one without its
// first letter, which was taken for a drop cap.
func lacksInitial(declared, shown string) bool {
	rest, found := strings.CutSuffix(shown, declared)
	return found && utf8.RuneCountInString(rest) == 1
}

// shownTeaser is the text that class or boldness mark as the summary, or that
// stands apart like one.
func (r *reader) shownTeaser() (text string, marked bool, e read.Evidence) {
	at, marked := r.teaserBlock()
	if at < 0 {
		return "", false, read.Evidence{}
	}
	text = r.d.TextWithout(at, func(j dom.NodeID) bool { return j != at && dom.HeadingTag(r.d.Nodes[j].Tag) }) // "In Kürze" over its points
	if text == "" {
		text = r.d.Text(at)
	}
	return r.withoutDateline(text), marked, read.Evidence{Rule: rules.Teaser, Where: r.d.Where(at)}
}

// standfirst is the element below the headline that its class says to be the
// standfirst, or a long heading before the report; -1 where there is none. It
// is the editors' own summary, written for this very place.
func (r *reader) standfirst(declared []claims.Claim) dom.NodeID {
	i := r.belowHeadline()
	if i < 0 {
		return -1
	}
	fewestWords := 5
	if len(declared) > 0 {
		fewestWords = 10 // fewer say less than what is declared
	}
	if named := r.namedStandfirst(i, fewestWords); named >= 0 && !isDeclaredFurther(r.d.Text(named), declared) {
		return named
	}
	if r.isLongHeading(i) && !isDeclaredFurther(r.d.Text(i), declared) {
		return i
	}
	return -1
}

// isLongHeading reports a heading that says what a summary does.
func (r *reader) isLongHeading(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	isHeading := n.Tag == atom.H2 || n.Tag == atom.H3 || n.Tag == atom.H4
	return isHeading && n.Text >= 75 && n.Text < 900 && n.Linked <= n.Text/2
}

// belowHeadline is the first block below the headline that is of the report's
// text, not of its date, author or picture; -1 where there is none.
func (r *reader) belowHeadline() dom.NodeID {
	if r.headline < 0 {
		return -1
	}
	for i := r.d.Nodes[r.headline].End; i < r.d.Nodes[r.d.Body].End; i++ {
		if r.ownText[i] < 25 || r.cut[i] || 10*r.ownLink[i] >= 8*r.ownText[i] || r.inFigure(i) {
			continue
		}
		if r.hintsBelowHeadline(i)&ofOther == 0 {
			return i
		}
	}
	return -1
}

// ofOther are the hints of what stands among the paragraphs of a report and is
// none of them.
const ofOther = dom.HintCaption | dom.HintCredit | dom.HintMeta | dom.HintAuthor | dom.HintDate

// inFigure reports whether a block stands in the picture below the headline: as its
// caption, whatever that is called.
func (r *reader) inFigure(i dom.NodeID) bool {
	for ; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if r.d.Nodes[i].Tag == atom.Figure {
			return !r.d.Within(r.headline, i)
		}
	}
	return false
}

// namedStandfirst is the outermost element around a block, of few levels, that
// its class or id calls the standfirst: nothing else stands in it, least of all
// the report, and it says something of its own in so many words. Of one that
// names the writers, too, it is the block. It is -1 where there is none.
func (r *reader) namedStandfirst(i dom.NodeID, fewestWords int) dom.NodeID {
	found := r.outermostStandfirst(i)
	if found < 0 {
		return -1
	}
	if text := r.d.Text(found); len(strings.Fields(text)) < fewestWords || isQuotation(text) {
		return -1
	}
	return found
}

func (r *reader) outermostStandfirst(i dom.NodeID) dom.NodeID {
	found := dom.NodeID(-1)
	for p, up := i, 0; p > r.d.Body && up < 3 && !r.d.Within(r.headline, p); p, up = r.d.Nodes[p].Parent, up+1 {
		n := &r.d.Nodes[p]
		if n.Text >= 500 || n.Linked > n.Text/2 || up > 0 && 2*n.Text > r.prose[r.root] {
			break
		}
		named := standfirstClass.MatchString(dom.AttrOf(n.HTML, "class")) || standfirstClass.MatchString(dom.AttrOf(n.HTML, "id"))
		if up > 0 && !r.holdsAlike(p, r.d.Nodes[i].Tag) {
			if named && r.writersFollow(i, p) {
				found = i
			}
			break
		}
		if named {
			found = p
		}
	}
	return found
}

// holdsAlike reports whether all text within an element stands in blocks of one
// kind, of which none is of a date or an author.
func (r *reader) holdsAlike(i dom.NodeID, tag atom.Atom) bool {
	for j := i; j < r.d.Nodes[i].End; j++ {
		if n := &r.d.Nodes[j]; n.Hints&(dom.HintCaption|dom.HintCredit|dom.HintMeta|dom.HintAuthor|dom.HintDate) != 0 ||
			r.ownText[j] > 0 && n.Tag != tag {
			return false
		}
	}
	return true
}

const quotes = "\"'“„”‘‚’«»"

// isQuotation reports whether a text is what somebody said and no more.
func isQuotation(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune(quotes, texts.FirstRune(text)) && strings.ContainsRune(quotes, last)
}

// isDeclaredFurther reports whether the best of the declared summaries begins
// as a text, goes on within its sentence or was cut somewhere else.
func isDeclaredFurther(text string, all []claims.Claim) bool {
	if len(all) == 0 || !continues(all[0].Value, text) {
		return false
	}
	rest, found := strings.CutPrefix(all[0].Value, text)
	return isCut(all[0].Value) || !endsLikeSentence(text) && !(found && strings.ContainsAny(rest[:1], ".!?:;"))
}

var standfirstClass = words.Regexp(`(?i){{standfirst_classes.within}}|(?:\b|_){{standfirst_classes.whole}}(?:\b|_)`)

// withoutDateline cuts the date with which some papers begin, and the place
// before it: a summary stands beside both.
func (r *reader) withoutDateline(text string) string {
	end := r.datelineEnd(text)
	if end == 0 && texts.HasDigit(text[:min(len(text), 60)]) {
		end = r.publishedIn(text[:len(openingPlaceDate.FindString(text))])
	}
	return news.Squash(text[end:])
}

var (
	bracketed = lazy.Regexp(`^[\[(][^\[\]()]{6,40}[\])]\s*`)
	// openingDate is what a date is among with which a paragraph opens.
	openingDate = words.Regexp(`^(?i:{{weekday_parts}}, )?(?:\d{1,2}[./ ][^–—:|]{3,24}?` +
		`|\pL{3,9}\.? \d{1,2}, \d{4})(?:\s*[–—:|]\s+|\s+--?\s+|\.\s+)`)
	// openingPlaceDate is the same behind a place: "Kassel, den 10. Juni 2024 – ",
	// "KASSEL, Hesse (June 10, 2024) – ".
	openingPlaceDate = words.Regexp(`^\p{Lu}[\pL/-]*\.?(?:,? \p{Lu}[\pL./-]*){0,4}(?:, (?:(?:{{day_articles}}|{{dateline_articles}}) )?` +
		`| ?\()(?:\d{1,2}[./ ]|\pL{3,9}\.? \d{1,2}, )[^–—:|()]{3,24}?\)?(?:\s*[–—:|]\s+|\s+-\s+|\.\s+)`)
)

// datelineEnd is where the text goes on after a date in brackets, or after the
// day of publication with a stop or dash behind it.
func (r *reader) datelineEnd(text string) int {
	if end := r.bracketedDate(text); end > 0 {
		return end
	}
	if !mayOpenWithDate(text) {
		return 0
	}
	return r.publishedIn(text[:len(openingDate.FindString(text))])
}

// publishedIn is the length of an opening where its date is that of the
// publication, else 0.
func (r *reader) publishedIn(opening string) int {
	if opening != "" && !r.art.Item.Published.IsZero() {
		date, err := r.d.ParseDate(strings.TrimRight(opening, " .–—:|-"))
		if err == nil && strings.HasPrefix(r.art.Item.Published.String(), date.Time.Format(time.DateOnly)) {
			return len(opening)
		}
	}
	return 0
}

// mayOpenWithDate reports whether a text begins with a digit, or with a word, a
// comma and a digit.
func mayOpenWithDate(text string) bool {
	if i := strings.IndexByte(text, ','); i > 0 && text[0] > '9' {
		text = strings.TrimPrefix(text[i+1:], " ")
	}
	return text != "" && text[0] >= '0' && text[0] <= '9'
}

// bracketedDate is where the text goes on after a date in brackets.
func (r *reader) bracketedDate(text string) int {
	if text == "" || text[0] != '[' && text[0] != '(' {
		return 0
	}
	end := len(bracketed.FindString(text))
	if end == 0 || len(r.d.FindDates(text[:end])) == 0 {
		return 0
	}
	return end
}

// teaserBlock is the block of the summary, or -1, and whether it is marked.
func (r *reader) teaserBlock() (at dom.NodeID, marked bool) {
	const ofOther = ofOther &^ dom.HintDate
	seen := 0
	first := dom.NodeID(-1)
	for i := max(r.root, r.headline); i < r.d.Nodes[r.root].End && seen < 3; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&(dom.IsText|dom.InHead) != 0 || n.Text < 40 || r.cut[i] || r.hintsBelowHeadline(i)&dom.HintCaption != 0 {
			continue
		}
		if isCalledTeaser(n) {
			return r.firstParagraph(i), true
		}
		if r.ownText[i] < 40 || n.Hints&ofOther != 0 {
			continue
		}
		seen++
		if bold := r.boldLead(i); bold >= 0 && r.d.Nodes[bold].Text < 900 {
			return bold, true
		}
		if seen == 1 {
			first = i
		}
	}
	return r.apartFromText(first), false
}

// isCalledTeaser reports an element that its class calls the summary.
func isCalledTeaser(n *dom.Node) bool {
	return n.Hints&(dom.HintTeaser|dom.HintList|dom.HintMeta) == dom.HintTeaser && n.Text < 900 && n.Linked < n.Text/2
}

// firstParagraph is the first block of some text within an element that has
// most of its text, or that the writers' names follow; else the element.
func (r *reader) firstParagraph(i dom.NodeID) dom.NodeID {
	for j := i; j < r.d.Nodes[i].End; j++ {
		if r.ownText[j] < 30 {
			continue
		}
		isPoint := r.d.Nodes[j].Tag == atom.Li // a summary in points is all of them
		if !isPoint && (r.ownText[j]*2 > r.d.Nodes[i].Text || r.writersFollow(j, i)) {
			return j
		}
		break
	}
	return i
}

// writersFollow reports whether the writers are named behind a block within an
// element.
func (r *reader) writersFollow(block, in dom.NodeID) bool {
	for i := r.d.Nodes[block].End; i < r.d.Nodes[in].End; i++ {
		if n := &r.d.Nodes[i]; n.Hints&dom.HintAuthor != 0 && n.Text > 0 {
			return true
		}
	}
	return false
}

// apartFromText is a first paragraph that stands by itself, before what holds
// all others; -1 where it is one of them.
func (r *reader) apartFromText(first dom.NodeID) dom.NodeID {
	if first < 0 || r.d.Nodes[first].Text > 600 || !endsLikeSentence(r.d.Text(first)) {
		return -1
	}
	parent := r.d.Nodes[first].Parent
	if r.prose[parent] > 2*r.prose[first] || !r.d.Within(parent, r.root) {
		for c := r.d.Nodes[first].End; c < r.d.Nodes[parent].End; c = r.d.Nodes[c].End {
			if r.ownText[c] > 60 {
				return -1
			}
		}
	}
	if r.prose[r.root] < 3*r.prose[first] {
		return -1
	}
	return first
}

// longestDateline is more than a date with which a paragraph opens takes.
const longestDateline = 250

// isBold reports whether all text of a block is bold.
func (r *reader) isBold(i dom.NodeID) bool {
	var bold int32
	for j := i + 1; j < r.d.Nodes[i].End; j++ {
		if tag := r.d.Nodes[j].Tag; tag == atom.B || tag == atom.Strong {
			bold += r.d.Nodes[j].Text
		}
	}
	if boldStyle.MatchString(dom.AttrOf(r.d.Nodes[i].HTML, "style")) {
		bold = r.d.Nodes[i].Text
	}
	if bold == 0 && r.d.Nodes[i].Text > longestDateline {
		return false
	}
	text := r.d.Text(i)
	rest := r.d.Nodes[i].Text - dom.VisibleLength(text[:r.datelineEnd(text)])
	return float64(bold) >= 0.9*float64(rest)
}

// boldStyle is in the style of an element whose text is bold.
var boldStyle = lazy.Regexp(`(?i)font-weight\s*:\s*(?:bold|[6-9]00)`)

// boldLead is a block all of whose text is bold, or the bold line or lines with
// which it begins; -1 where there is neither. A quotation in bold is no lead.
func (r *reader) boldLead(i dom.NodeID) dom.NodeID {
	switch {
	case r.d.Nodes[i].Tag == atom.Blockquote, r.d.Nodes[r.d.Nodes[i].Parent].Tag == atom.Blockquote:
		return -1
	case r.isBold(i):
		return i
	}
	return r.boldLine(i)
}

// boldLine is the bold element with which a block begins and which ends with
// its line; -1 where there is none.
func (r *reader) boldLine(i dom.NodeID) dom.NodeID {
	for j := i + 1; j < r.d.Nodes[i].End; j++ {
		n := &r.d.Nodes[j]
		switch {
		case n.Flags&dom.IsText != 0 && n.Text > 0:
			return -1
		case n.Tag != atom.B && n.Tag != atom.Strong || n.Text < 40:
			continue
		}
		for t := n.End; t < r.d.Nodes[i].End; t++ {
			if after := &r.d.Nodes[t]; after.Flags&dom.IsText != 0 && after.Text > 0 {
				if after.Flags&dom.Breaks != 0 {
					return j
				}
				return -1
			}
		}
	}
	return -1
}
