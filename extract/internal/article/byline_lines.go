package article

import (
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dates"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/places"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

const (
	nameWord    = `\p{Lu}[\p{L}.'’-]*`
	printedName = `((?:{{title_marks}}\. ?)*` + nameWord + `(?:\s+(?:(?:{{particles}}|{{and_words}}|&)\s+)*` + nameWord + `){0,6}` +
		`(?:, ` + nameWord + `\s` + nameWord + `)*)`
)

var (
	// postedBy is the line of a system that tells the account of the writer, or
	// those of several.
	postedBy = words.Regexp(`(?i:{{posted_by}}):? (\S+(?: \S+)?(?:, \S+){0,5}) {{behind_accounts}}\b`)

	// postedWords are in every line of an account.
	postedWords = texts.MayHold("posted_by")
)

// authorLines looks for such a line near the headline, among what the page
// tells of the report, and at the report's end.
func (r *reader) authorLines() []claims.Claim {
	var weak []claims.Claim
	near, from := 0, r.headline
	if from < 0 {
		from = r.root
	}
	for i := max(r.d.Body, from-60); i < r.d.Nodes[r.d.Body].End; i++ {
		if i == from {
			near = 0 // what stands over the headline is not counted below it
		}
		if r.ownText[i] < 6 || r.d.Nodes[i].Flags&(dom.IsText|dom.IsHidden) != 0 || i == r.headline {
			continue
		}
		near++
		far := near > linesOfHead
		if !r.mayTellWriter(i, far) {
			continue
		}
		c := r.authorLine(i, far)
		if c == nil || r.isOfOther(i, far) {
			continue
		}
		if weak = c; !r.weakAuthor(r.cleanAuthor(c[0].Value)) {
			if r.ownText[i] < 60 && !far {
				r.spend(i)
			}
			break
		}
	}
	return weak
}

// isOfOther reports a line that tells who wrote another report: in a row of others,
// or far from the headline beside the report.
func (r *reader) isOfOther(i dom.NodeID, far bool) bool {
	if far {
		return r.besideReport(i)
	}
	return r.inRow(i)
}

// linesOfHead is how many lines around the headline may tell who wrote without
// being of the report or called so.
const linesOfHead = 12

// mayTellWriter reports a block in which a line may tell who wrote: a short one, or
// one in lines or of meta data, that is the report's or stands near the headline.
func (r *reader) mayTellWriter(i dom.NodeID, far bool) bool {
	n := &r.d.Nodes[i]
	isMeta, within := n.Hints&dom.HintMeta != 0, r.d.Within(i, r.root)
	switch {
	case r.other[i], r.cut[i] && !isMeta && !r.belowHead(i):
		return false
	case far && !within && (r.ownText[i] > 200 || n.Hints&(dom.HintMeta|dom.HintAuthor) == 0):
		return false
	}
	return r.ownText[i] <= 140 || isMeta || r.hasBreaks(i)
}

// hasBreaks reports whether the text of a block comes in several lines.
func (r *reader) hasBreaks(i dom.NodeID) bool {
	for j := i + 1; j < r.d.Nodes[i].End; j = r.d.Nodes[j].End {
		if r.d.Nodes[j].Tag == atom.Br {
			return true
		}
	}
	return false
}

// authorLine reads the lines of a block. Far from the headline "Von …" opens
// many a sentence, and only a name that fills its line counts.
func (r *reader) authorLine(i dom.NodeID, far bool) []claims.Claim {
	for line := range strings.SplitSeq(r.authorLabel(i)+r.lineText(i), "\n") {
		if len(line) > 140 {
			if r.d.Nodes[i].Hints&dom.HintMeta == 0 {
				continue
			}
			line = strings.ToValidUTF8(line[:140], "")
		}
		if w := writerIn(line); w != nil && (!w.plain || r.plainAuthor(w.name, w.after, far)) {
			_, after, _ := strings.Cut(line, w.name)
			return []claims.Claim{{Value: withoutMonth(w.name, after), Rule: "author line", Where: r.d.Where(i)}}
		}
		if postedWords(line) {
			if m := postedBy.FindStringSubmatch(line); m != nil {
				return []claims.Claim{{Value: m[1], Rule: "author line", Where: r.d.Where(i)}}
			}
		}
	}
	return nil
}

// withoutMonth is a name without the month of the date behind it: "Eva Meier
// June" before "10, 2024".
func withoutMonth(name, after string) string {
	last := strings.LastIndexByte(name, ' ')
	if last < 0 || strings.IndexAny(after, "0123456789") != 1 || dates.Months()[words.Fold(name[last+1:])] == 0 {
		return name
	}
	return name[:last]
}

// authorLabels stand in the cell before the author's name.
var (
	authorLabels = words.Set("author_labels")
	authorBy     = words.Set("author_by")
)

// authorLabel is such a label with a colon, where the block is the cell of a
// table or of a list of definitions that follows it.
func (r *reader) authorLabel(i dom.NodeID) string {
	n := &r.d.Nodes[i]
	if n.Tag != atom.Dd && n.Tag != atom.Td {
		return ""
	}
	before := elementBefore(r.d, i)
	if before < 0 || r.d.Nodes[before].Text > 20 {
		return ""
	}
	label := strings.ToLower(strings.TrimRight(r.d.Text(before), ": "))
	verb, by, _ := strings.Cut(label, " ") // "Verfasst von"
	switch {
	case bylineBy()[words.Fold(label)]:
		return "Von: "
	case authorLabels()[words.Fold(label)], authorLabels()[words.Fold(verb)] && authorBy()[by]:
		return "Autor: "
	}
	return ""
}

// elementBefore is the element that stands before a node in the same parent; -1
// where there is none.
func elementBefore(d *dom.Page, i dom.NodeID) dom.NodeID {
	parent := d.Nodes[i].Parent
	for j := i - 1; j > parent; j-- {
		for d.Nodes[j].Parent != parent {
			j = d.Nodes[j].Parent
		}
		if d.Nodes[j].Flags&dom.IsText == 0 {
			return j
		}
	}
	return -1
}

var gluedMonth = words.Regexp(`\p{Ll}{{glued_months}}\p{Ll}*$`)

// plainAuthor reports whether what follows a mere "Von" or "By" is a name and
// no place, day or thing.
func (r *reader) plainAuthor(name, after string, far bool) bool {
	parts := strings.Fields(name)
	first := words.Fold(parts[0])
	switch {
	case isPersonName(name):
		return true
	case far, dates.IsWeekday(first), dates.Months()[first] > 0, places.IsPlace(name), gluedMonth.MatchString(name):
		return false
	}
	return len(parts) > 1 || after == "" || dayArticles()[after]
}

// fullName is a name of two words or more; under such a line it need not be a
// common one.
var fullName = words.Regexp(`^(?:{{title_marks}}\. ?)*` + nameWord + `(?: {{particles}})*(?: ` + nameWord + `){1,3}$`)

// dayArticles stand before a day: "am", "on".
var dayArticles = words.Set("day_articles")

// authorCards are the names of persons under a line such as "About the author",
// beside the report or below it.
func (r *reader) authorCards() []claims.Claim {
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
		if r.ownText[i] < 2 || r.ownText[i] > 40 || r.d.Nodes[i].Flags&(dom.IsText|dom.IsHidden) != 0 ||
			r.ownText[i] != r.d.Nodes[i].Text || r.other[i] {
			continue
		}
		isHead := r.d.Nodes[i].Flags&dom.InHead != 0 // no headline of another report says so
		if !isHead && r.inRow(i) {
			continue
		}
		if !isAuthorHead(r.d.Text(i)) {
			continue
		}
		if at := r.nextBlock(i); at >= 0 && r.ownText[at] <= 60 && fullName.MatchString(r.lineText(at)) {
			return []claims.Claim{{Value: r.lineText(at), Rule: "author card", Where: r.d.Where(at)}}
		}
	}
	return nil
}

// nextBlock is the next element with text of its own behind one, within the
// element around it or the one around that; -1 where there is none.
func (r *reader) nextBlock(i dom.NodeID) dom.NodeID {
	around := r.d.Nodes[i].Parent
	if around > r.d.Body && r.d.Nodes[around].Text == r.d.Nodes[i].Text {
		around = r.d.Nodes[around].Parent
	}
	for j := r.d.Nodes[i].End; j < r.d.Nodes[around].End; j++ {
		if r.ownText[j] > 0 && r.block[j] == j {
			return j
		}
	}
	return -1
}
