package article

import (
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// longestNote is how many bytes the notes behind a report have at most.
const longestNote = 900

// dropEndNote leaves out the last lines of a page's text where they begin with
// whose the text is, or with what is told of the writer: such notes are short
// beside the report.
func (b *bodyReader) dropEndNote() {
	var all, rest int32
	for _, i := range b.blocks {
		if !b.dropped(i) {
			all += b.ownText[i]
		}
	}
	note := -1
	for k := len(b.blocks) - 1; k > 0; k-- {
		i := b.blocks[k]
		if b.dropped(i) {
			continue
		}
		if rest += b.ownText[i]; rest > longestNote || 2*rest > all {
			break
		}
		if b.opensEndNote(i) {
			note = k
		}
	}
	if note < 0 {
		return
	}
	at := b.blocks[note]
	for p := b.d.Nodes[at].Parent; p > b.root && b.d.Nodes[p].Text <= rest && b.firstText(p) == b.firstText(at); p = b.d.Nodes[p].Parent {
		at = p // with the writer's picture
	}
	b.drop[at] = true
	for _, i := range b.blocks[note:] {
		b.drop[i] = true
	}
}

// copyrightYear is how a note on the rights in a text begins. Without a year it is
// mostly of a picture.
var copyrightYear = lazy.Regexp(`^©\s*(?:19|20)\d\d\b`)

// opensEndNote reports whether a block begins with a mark of copyright, or with
// the name of the writer alone or before what is told of him or her.
func (b *bodyReader) opensEndNote(i dom.NodeID) bool {
	text := b.d.Text(i)
	if strings.HasPrefix(text, "©") && copyrightYear.MatchString(text) {
		return true
	}
	for name := range strings.SplitSeq(b.art.Item.Byline, ", ") {
		rest, found := strings.CutPrefix(text, name)
		if !found || strings.Count(name, " ") == 0 {
			continue
		}
		if rest == "" || rest[0] == ' ' && writerVerbs().Begin(words.Fold(texts.Key(rest))) {
			return true
		}
	}
	return false
}

// writerVerbs are what is told of a writer.
var writerVerbs = words.Begins("writer_verbs")
