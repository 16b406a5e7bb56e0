package extract

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

// isChrome reports whether a subtree is no text of the report by its hints, its
// kind or its words.
func (b *bodyReader) isChrome(i nodeID) bool {
	n := &b.d.nodes[i]
	switch {
	case n.text == 0, b.headline >= 0 && b.d.within(b.headline, i):
		return false
	case n.hints&(hintCaption|hintCredit) != 0 && n.text < 400 && n.tag != atom.Cite && !b.inSentence(i),
		n.hints&(hintDate|hintUpdated|hintAuthor|hintMeta|hintTags) != 0 && n.text < 200 && b.prose[i] < 60 && n.hints&(hintBody|hintTeaser) == 0 && n.tag != atom.Details && !b.opensText(i) && !b.inSentence(i) && !b.tellsOtherDay(i),
		n.flags&isSpoken != 0 && b.prose[i] == 0, n.tag == atom.Button && !b.titlesFold(i), n.tag == atom.Label:
		return true
	case n.flags&isBlock == 0 && n.tag != atom.A:
		return false
	case n.tag == atom.A:
		if b.ownLine(i) && fileTypes[extensionOf(b.d.attr(i, "href"))] != "" {
			return true
		}
	case b.offersFiles(i), b.narrowColumn(i), b.tellsOfReport(i):
		return true
	case b.linkList(i), b.fileLine(i):
		return true
	}
	return (n.text < 300 || n.hints&hintMeta != 0 && n.text < 700) && (b.own[b.block[i]] == n.text || n.tag == atom.A && b.ownLine(i)) && b.boilerplate(i)
}

// tellsOtherDay reports whether an element within the text holds a day that is
// not the report's, such as that of an event, and stands beside no link, as in
// lists of other reports.
func (b *bodyReader) tellsOtherDay(i nodeID) bool {
	n := &b.d.nodes[i]
	row := &b.d.nodes[n.parent]
	if !b.begun || n.hints&hintDate == 0 || n.hints&(hintUpdated|hintAuthor|hintMeta|hintTags) != 0 || row.linked*2 > row.text-n.text {
		return false
	}
	it, text := &b.art.Item, b.d.text(i)
	found := b.d.findDates(text)
	if stamp := b.stamp(i, text, true); len(found) == 0 && n.tag == atom.Time && !stamp.IsZero() {
		found = []dates.Found{{Moment: stamp}}
	}
	return len(found) > 0 && !slices.ContainsFunc(found, func(f dates.Found) bool {
		return f.Label == dates.LabelPublished || f.Label == dates.LabelUpdated || sameDay(f.Moment, it.Published) || sameDay(f.Moment, it.Updated)
	})
}

// opensText reports whether an element in a line is where the report comes
// from, as in "KASSEL – Der Rat …", and no date or name beside the report.
func (b *bodyReader) opensText(i nodeID) bool {
	n := &b.d.nodes[i]
	return n.flags&isBlock == 0 && n.hints&(hintAuthor|hintUpdated|hintTags) == 0 && n.text < 40 && b.own[b.block[i]] > 3*n.text && !b.holdsDigits(i)
}

// titlesFold reports whether a button is the title of what unfolds below it, a
// question over its answer, rather than something to press.
func (b *bodyReader) titlesFold(i nodeID) bool {
	n := &b.d.nodes[i]
	if n.text > 160 || n.linked > 0 || (n.hints|n.above)&hintNav != 0 && b.apart(i)&hintNav != 0 {
		return false
	}
	if n.flags&inHead != 0 {
		return true
	}
	folds := b.d.attr(i, "aria-expanded") != "" || b.d.attr(i, "aria-controls") != ""
	return folds && b.prose[n.parent] > 0 && b.d.nodes[n.parent].text > n.text
}

// tellsOfReport reports whether a short list or table is not text but tells of
// the report: other fields were read from it.
func (b *bodyReader) tellsOfReport(i nodeID) bool {
	n := &b.d.nodes[i]
	if n.tag != atom.Dl && n.tag != atom.Ul && n.tag != atom.Table || n.text > 200 || b.prose[i] >= 60 {
		return false
	}
	return slices.ContainsFunc(b.spent, func(j nodeID) bool { return b.d.within(j, i) })
}

// offersFiles reports whether a block is named for its downloads and holds
// little besides them.
func (b *bodyReader) offersFiles(i nodeID) bool {
	n := &b.d.nodes[i]
	return n.hints&hintDownload != 0 && n.hints&hintBody == 0 && n.linked > 0 && n.text < 800 && b.prose[i] < 60 && b.linksFile(i)
}

func (b *bodyReader) linksFile(i nodeID) bool {
	for j := i; j < b.d.nodes[i].end; j++ {
		if b.d.nodes[j].tag == atom.A && b.fileType(j, b.d.abs(b.d.attr(j, "href"))) != "" {
			return true
		}
	}
	return false
}

// fileLine reports whether a line is nothing but the link to a file, with its
// type and size: it is among the attachments.
func (b *bodyReader) fileLine(i nodeID) bool {
	n := &b.d.nodes[i]
	leaf := n.tag == atom.P || n.tag == atom.Li || n.tag == atom.Div && b.own[i] == n.text
	if !leaf || n.linked == 0 || n.text > 200 || n.text-n.linked > 60 {
		return false
	}
	a := b.d.find(i, atom.A)
	if a < 0 || b.d.nodes[a].text != n.linked || b.fileType(a, b.d.abs(b.d.attr(a, "href"))) == "" {
		return false
	}
	if n.text-n.linked <= 24 && withoutSize(b.d.text(i)) == withoutSize(b.d.text(a)) {
		return true
	}
	return sizeOfFile.MatchString(b.d.textWithout(i, func(j nodeID) bool { return j == a }))
}

var sizeOfFile = lazy.Regexp(`(?i)\d\s?[kmg](?:i?b|o)\b`)

var columnWidth = lazy.Regexp(`(?:^|\s)(?:col|large|medium)-(?:(?:xs|sm|md|lg|xl|xxl)-)?(\d{1,2})(?:\s|$)`)

var columnWords = piecesOf("col-", "large-", "medium-")

// narrowColumn reports whether a block is the small column of a grid beside a
// wide one that holds the report.
func (b *bodyReader) narrowColumn(i nodeID) bool {
	n := &b.d.nodes[i]
	class := attrOf(n.n, "class")
	if n.tag != atom.Div && n.tag != atom.Section && n.tag != atom.Aside || n.parent < b.root || !strings.Contains(class, "-") || b.prose[i] == 0 {
		return false
	}
	width := columnsOf(class)
	if width == 0 || width > 4 {
		return false
	}
	for c := n.parent + 1; c < b.d.nodes[n.parent].end; c = b.d.nodes[c].end {
		if c != i && b.prose[c] > 2*b.prose[i] && b.d.nodes[c].flags&isText == 0 && columnsOf(attrOf(b.d.nodes[c].n, "class")) >= 7 {
			return true
		}
	}
	return false
}

// columnsOf is how many of twelve columns a class of a grid takes; 0 where
// there is none.
func columnsOf(class string) int {
	width := 0
	if !columnWords.in(class) {
		return 0
	}
	for _, m := range columnWidth.FindAllStringSubmatch(class, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n < 12 {
			width = n
		}
	}
	return width
}

// ownLine reports whether a link is a line by itself.
func (b *bodyReader) ownLine(i nodeID) bool {
	first := b.firstText(i)
	if first < 0 || b.d.nodes[first].flags&breaks == 0 {
		return false
	}
	for j := b.d.nodes[i].end; j < b.d.nodes[b.root].end; j++ {
		if n := &b.d.nodes[j]; n.flags&isText != 0 && n.text > 0 {
			return n.flags&breaks != 0
		}
	}
	return true
}

// linkList reports whether a block is a list of links rather than text.
func (b *bodyReader) linkList(i nodeID) bool {
	n := &b.d.nodes[i]
	switch n.tag {
	case atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.Div, atom.Section, atom.Menu:
		return n.linked > 20 && float64(n.linked) > 0.7*float64(n.text) && b.prose[i] <= b.prose[b.root]/3
	case atom.Td:
		return n.linked > 20 && float64(n.linked) > 0.7*float64(n.text) && b.prose[i] == 0 && b.prose[n.parent] > b.prose[b.root]/2
	case atom.P, atom.Li:
		return n.linked > 0 && float64(n.linked) > 0.9*float64(n.text) && n.text < 200 && b.onlyLinks(i)
	}
	return false
}

// onlyLinks reports whether a paragraph of links is no sentence.
func (b *bodyReader) onlyLinks(i nodeID) bool {
	text := b.d.text(i)
	return !strings.Contains(text, "://") && !strings.HasPrefix(text, "www.") && !endsLikeSentence(text)
}

// goesOnBelow reports whether a line of prose stands below the first of a block.
func (b *bodyReader) goesOnBelow(i nodeID) bool {
	lines := b.d.lines(i)
	return slices.ContainsFunc(lines[min(1, len(lines)):], func(line string) bool { return len(line) > 60 && endsLikeSentence(line) })
}

// boilerplate reports whether a short line is one that systems put around
// reports.
func (b *bodyReader) boilerplate(i nodeID) bool {
	first := b.firstText(i)
	if first < 0 {
		return false
	}
	if b.d.nodes[i].text < 8 && (strings.Trim(b.d.text(i), "# ") == "" || b.d.text(i) == "-30-") {
		return true // "###", "-30-": the release ends here
	}
	boiler, credit := startsBoilerplate(b.d.nodes[first].n.Data), b.mayHoldCredit(i)
	if !boiler && !credit || b.hasBreaks(i) && b.goesOnBelow(i) {
		return false
	}
	text := b.d.text(i)
	return boiler && (len(text) < 60 && authorCredit.MatchString(text) || boilerplateLine.MatchString(text)) || credit && len(text) < 220 && (captionLine.MatchString(text) || creditText.FindString(text) == text)
}
