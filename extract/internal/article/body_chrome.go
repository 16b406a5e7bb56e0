package article

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// isChrome reports whether a subtree is no text of the report by its hints, its
// kind or its words.
func (b *bodyReader) isChrome(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	switch {
	case n.Text == 0, b.headline >= 0 && b.d.Within(b.headline, i):
		return false
	case b.isCaption(i), b.isMetaData(i):
		return true
	case n.Flags&dom.IsSpoken != 0 && b.prose[i] == 0, n.Tag == atom.Button && !b.titlesFold(i), n.Tag == atom.Label:
		return true
	case n.Flags&dom.IsBlock == 0 && n.Tag != atom.A:
		return false
	case n.Tag == atom.A:
		isLine := b.ownLine(i)
		return isLine && b.asksToFollow(i) || b.isShortLine(i, isLine) && b.boilerplate(i)
	case b.offersFiles(i), b.narrowColumn(i), b.tellsOfReport(i), b.linkList(i), b.fileLine(i):
		return true
	}
	return b.isShortLine(i, false) && b.boilerplate(i)
}

// asksToFollow reports whether a link that is a line by itself leads to a file or
// is a button.
func (b *bodyReader) asksToFollow(i dom.NodeID) bool {
	return dom.FileTypes[dom.ExtensionOf(b.d.Attr(i, "href"))] != "" || b.isButton(i)
}

// isButton reports whether a link to another page is made to look like a button:
// it asks for something and says nothing.
func (b *bodyReader) isButton(i dom.NodeID) bool {
	if b.d.Nodes[i].Text >= 60 || !buttonClass.MatchString(b.d.Attr(i, "class")) {
		return false
	}
	return leadsElsewhere(b.d.Attr(i, "href")) && !endsLikeSentence(b.d.Text(i))
}

var buttonClass = words.Regexp(`(?i)(?:^|[\s_-]){{button_classes}}(?:$|[\s_-])`)

// isCaption reports whether an element is called the caption or the credit of a
// picture.
func (b *bodyReader) isCaption(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	isCalled := n.Hints&(dom.HintCaption|dom.HintCredit) != 0 && n.Tag != atom.Cite
	return isCalled && n.Text < 400 && !b.inSentence(i)
}

// metaData are the hints of what tells of a report.
const metaData = dom.HintDate | dom.HintUpdated | dom.HintAuthor | dom.HintMeta | dom.HintTags

// isMetaData reports whether a short element is called what tells of the report,
// and is no part of what it says.
func (b *bodyReader) isMetaData(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	isCalled := n.Hints&metaData != 0 && n.Hints&(dom.HintBody|dom.HintTeaser) == 0 && n.Tag != atom.Details
	if !isCalled || n.Text >= 200 || b.prose[i] >= 60 && !b.tellsPosting(i) {
		return false
	}
	return !b.opensText(i) && !b.inSentence(i) && !b.tellsOtherDay(i)
}

// tellsPosting reports whether a line has several days, and all are said to be of
// the publication or a change.
func (b *bodyReader) tellsPosting(i dom.NodeID) bool {
	found := b.d.FindDates(b.d.Text(i))
	return len(found) > 1 && !slices.ContainsFunc(found, func(f dates.Found) bool {
		return f.Label != dates.LabelPublished && f.Label != dates.LabelUpdated
	})
}

// isShortLine reports whether an element is all text of its block, or known to be
// a line by itself, and short. Meta data may be longer.
func (b *bodyReader) isShortLine(i dom.NodeID, isLine bool) bool {
	n := &b.d.Nodes[i]
	most := int32(300)
	if n.Hints&dom.HintMeta != 0 {
		most = 700
	}
	return n.Text < most && (isLine || b.ownText[b.block[i]] == n.Text)
}

// tellsOtherDay reports whether an element within the text holds a day that is
// not the report's, such as that of an event, and stands beside no link, as in
// lists of other reports.
func (b *bodyReader) tellsOtherDay(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	row := &b.d.Nodes[n.Parent]
	if !b.begun || n.Hints&dom.HintDate == 0 || n.Hints&(dom.HintUpdated|dom.HintAuthor|dom.HintMeta|dom.HintTags) != 0 ||
		row.Linked*2 > row.Text-n.Text {
		return false
	}
	it, text := &b.art.Item, b.d.Text(i)
	found := b.d.FindDates(text)
	if stamp := b.stamp(i, text, true); len(found) == 0 && n.Tag == atom.Time && !stamp.IsZero() {
		found = []dates.Found{{Moment: stamp}}
	}
	return len(found) > 0 && !slices.ContainsFunc(found, func(f dates.Found) bool {
		return f.Label == dates.LabelPublished || f.Label == dates.LabelUpdated || dom.SameDay(f.Moment, it.Published) ||
			dom.SameDay(f.Moment, it.Updated)
	})
}

// opensText reports whether an element in a line is where the report comes
// from, as in "KASSEL – Der Rat …", and no date or name beside the report.
func (b *bodyReader) opensText(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	return n.Flags&dom.IsBlock == 0 && n.Hints&(dom.HintAuthor|dom.HintUpdated|dom.HintTags) == 0 && n.Text < 40 &&
		b.ownText[b.block[i]] > 3*n.Text && !b.holdsDigits(i)
}

// titlesFold reports whether a button is the title of what unfolds below it, a
// question over its answer, rather than something to press.
func (b *bodyReader) titlesFold(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	if n.Text > 160 || n.Linked > 0 || (n.Hints|n.Above)&dom.HintNav != 0 && b.hintsBelowHeadline(i)&dom.HintNav != 0 {
		return false
	}
	if n.Flags&dom.InHead != 0 {
		return true
	}
	folds := b.d.Attr(i, "aria-expanded") != "" || b.d.Attr(i, "aria-controls") != ""
	return folds && b.prose[n.Parent] > 0 && b.d.Nodes[n.Parent].Text > n.Text
}

// tellsOfReport reports whether a short list or table is not text but tells of
// the report: other fields were read from it.
func (b *bodyReader) tellsOfReport(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	isList := n.Tag == atom.Dl || n.Tag == atom.Ul || n.Tag == atom.Table
	if !isList || n.Text > 200 || b.prose[i] >= 60 {
		return false
	}
	return slices.ContainsFunc(b.consumed, func(j dom.NodeID) bool { return b.d.Within(j, i) })
}

// offersFiles reports whether a block is named for its downloads and holds
// little besides them.
func (b *bodyReader) offersFiles(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	isNamed := n.Hints&(dom.HintDownload|dom.HintBody) == dom.HintDownload
	isLittle := n.Text < 800 && b.prose[i] < 60
	return isNamed && isLittle && n.Linked > 0 && b.linksFile(i)
}

func (b *bodyReader) linksFile(i dom.NodeID) bool {
	for j := i; j < b.d.Nodes[i].End; j++ {
		if b.d.Nodes[j].Tag == atom.A && b.fileType(j, b.d.Abs(b.d.Attr(j, "href"))) != "" {
			return true
		}
	}
	return false
}

// fileLine reports whether a line is nothing but the link to a file, with its
// type and size: it is among the attachments.
func (b *bodyReader) fileLine(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	leaf := n.Tag == atom.P || n.Tag == atom.Li || n.Tag == atom.Div && b.ownText[i] == n.Text
	if !leaf || n.Linked == 0 || n.Text > 200 || n.Text-n.Linked > 60 {
		return false
	}
	a := b.d.Find(i, atom.A)
	if a < 0 || b.d.Nodes[a].Text != n.Linked || b.fileType(a, b.d.Abs(b.d.Attr(a, "href"))) == "" {
		return false
	}
	if n.Text-n.Linked <= 24 && withoutSize(b.d.Text(i)) == withoutSize(b.d.Text(a)) {
		return true
	}
	return sizeOfFile.MatchString(b.d.TextWithout(i, func(j dom.NodeID) bool { return j == a }))
}

var sizeOfFile = lazy.Regexp(`(?i)\d\s?[kmg](?:i?b|o)\b`)

var columnWidth = lazy.Regexp(`(?:^|\s)(?:col|large|medium)-(?:(?:xs|sm|md|lg|xl|xxl)-)?(\d{1,2})(?:\s|$)`)

var columnWords = texts.PiecesOf("col-", "large-", "medium-")

// narrowColumn reports whether a block is the small column of a grid beside a
// wide one that holds the report.
func (b *bodyReader) narrowColumn(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	isBox := n.Tag == atom.Div || n.Tag == atom.Section || n.Tag == atom.Aside
	if !isBox || n.Parent < b.root || b.prose[i] == 0 {
		return false
	}
	if width := b.columnsOf(i); width == 0 || width > 4 {
		return false
	}
	for c := n.Parent + 1; c < b.d.Nodes[n.Parent].End; c = b.d.Nodes[c].End {
		if c != i && b.prose[c] > 2*b.prose[i] && b.columnsOf(c) >= 7 {
			return true
		}
	}
	return false
}

// columnsOf is how many of twelve columns of a grid an element takes by its
// class; 0 where it does not say.
func (b *bodyReader) columnsOf(i dom.NodeID) int {
	class, width := b.d.Attr(i, "class"), 0
	if !columnWords.In(class) {
		return 0
	}
	for _, m := range columnWidth.FindAllStringSubmatch(class, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n < 12 {
			width = n
		}
	}
	return width
}

// ownLine reports whether a link or text is a line by itself.
func (r *reader) ownLine(i dom.NodeID) bool {
	first := r.firstText(i)
	if first < 0 || r.d.Nodes[first].Flags&dom.Breaks == 0 {
		return false
	}
	for j := r.d.Nodes[i].End; j < r.d.Nodes[r.d.Body].End; j++ {
		if n := &r.d.Nodes[j]; n.Flags&dom.IsText != 0 && n.Text > 0 {
			return n.Flags&dom.Breaks != 0
		}
	}
	return true
}

// linkList reports whether a block is a list of links rather than text.
func (b *bodyReader) linkList(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	switch n.Tag {
	case atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Div, atom.Section, atom.Menu:
		return n.Linked > 20 && float64(n.Linked) > 0.7*float64(n.Text) && b.prose[i] <= b.prose[b.root]/3
	case atom.Td:
		return n.Linked > 20 && float64(n.Linked) > 0.7*float64(n.Text) && b.prose[i] == 0 && b.prose[n.Parent] > b.prose[b.root]/2
	case atom.P, atom.Li:
		return n.Linked > 0 && float64(n.Linked) > 0.9*float64(n.Text) && n.Text < 200 && b.onlyLinks(i)
	}
	return false
}

// onlyLinks reports whether a paragraph of links is no sentence.
func (b *bodyReader) onlyLinks(i dom.NodeID) bool {
	text := b.d.Text(i)
	return !strings.Contains(text, "://") && !strings.HasPrefix(text, "www.") && !endsLikeSentence(text)
}

// goesOnBelow reports whether a line of prose stands below the first of a block.
func (b *bodyReader) goesOnBelow(i dom.NodeID) bool {
	lines := b.d.Lines(i)
	return slices.ContainsFunc(lines[min(1, len(lines)):], func(line string) bool { return len(line) > 60 && endsLikeSentence(line) })
}

// besideLines begin short lines that stand around a report, to share it or read on.
var besideLines = words.Begins("beside_lines")

// isBesideLine reports whether a short line begins as such lines do, and has a
// link, asks something or says no more.
func (b *bodyReader) isBesideLine(i dom.NodeID) bool {
	n := &b.d.Nodes[i]
	if n.Text > 160 || n.Text > 40 && 3*n.Linked < n.Text && !strings.HasSuffix(b.d.Text(i), "?") {
		return false
	}
	text := b.d.Text(i)
	return besideLines().Begin(words.Fold(texts.Key(text))) || readingTime.MatchString(text)
}

// readingTime is a line that says how long it takes to read the report: "4 min".
var readingTime = words.Regexp(`^\d{1,3}[ -]?{{minutes}}(?:\pL{0,5})?\.?$`)

// boilerplate reports whether a short line is one that systems put around
// reports.
func (b *bodyReader) boilerplate(i dom.NodeID) bool {
	first := b.firstText(i)
	if first < 0 {
		return false
	}
	if b.d.Nodes[i].Text < 8 && (strings.Trim(b.d.Text(i), "# ") == "" || b.d.Text(i) == "-30-") {
		return true // "###", "-30-": the release ends here
	}
	if b.isBesideLine(i) {
		return true
	}
	boiler, credit := startsBoilerplate(b.d.Nodes[first].HTML.Data), b.mayHoldCredit(i)
	if !boiler && !credit || b.hasBreaks(i) && b.goesOnBelow(i) {
		return false
	}
	text := b.d.Text(i)
	return boiler && isBoilerplate(text) || credit && isCredit(text)
}

// isBoilerplate reports whether a line is one that systems put around reports, or
// names the author.
func isBoilerplate(text string) bool {
	return len(text) < 60 && authorCredit.MatchString(text) || boilerplateLine.MatchString(text)
}

// isCredit reports whether a line says whose picture stands over it.
func isCredit(text string) bool {
	return len(text) < 220 && (captionLine.MatchString(text) || texts.CreditText.FindString(text) == text)
}
