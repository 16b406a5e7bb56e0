package article

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// fewProse is as much running text, in bytes, as a list of tags may be taken
// for.
const fewProse = 60

// tagsOnLine are the tags that stand behind a label on its line, linked and
// plain: "Stichwörter: <a>Soziales</a>, Kassel". Only the line is spent.
func (r *reader) tagsOnLine(label dom.NodeID, rest string) []string {
	line := r.restOfLine(label)
	tags := r.tagsOfPieces(append([]tagPiece{{text: rest}}, r.piecesOfTags(line)...))
	if len(tags) > 0 {
		r.consumed = append(append(r.consumed, label), line...)
	}
	return tags
}

// restOfLine are the texts behind one on its line.
func (r *reader) restOfLine(from dom.NodeID) []dom.NodeID {
	var line []dom.NodeID
	block := r.block[from]
	for t := from + 1; t < r.d.Nodes[block].End; t++ {
		n := &r.d.Nodes[t]
		if n.Flags&dom.IsText == 0 || n.Text == 0 {
			continue
		}
		if n.Flags&dom.Breaks != 0 || r.block[t] != block {
			break
		}
		line = append(line, t)
	}
	return line
}

// tagsOfNext are the tags in the first block behind a label within an element,
// and whether some are linked there and some are not.
func (r *reader) tagsOfNext(label, in dom.NodeID) (tags []string, mixed bool) {
	for i := label + 1; i < r.d.Nodes[in].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&dom.IsText == 0 || n.Text == 0 {
			continue
		}
		block := r.block[i]
		mixed = r.ownLink[block] > 0 && r.ownText[block] >= r.ownLink[block]+4 && block != r.block[label]
		if !mixed {
			return nil, false
		}
		return r.tagsOfPieces(r.piecesOfTags(append([]dom.NodeID{i}, r.restOfLine(i)...))), true
	}
	return nil, false
}

// A tagPiece is a part of a line of tags: a link, or text that may hold several.
type tagPiece struct {
	text   string
	linked bool
	offers bool // a link of another kind: to share, to comment, to another site
}

// piecesOfTags are the links and texts of a line.
func (r *reader) piecesOfTags(line []dom.NodeID) []tagPiece {
	var pieces []tagPiece
	last := dom.NodeID(-1)  // the link that the piece before is of
	under := dom.NodeID(-1) // the element of the text before
	for _, t := range line {
		a := dom.NodeID(-1)
		if r.d.Nodes[t].Flags&dom.InLink != 0 {
			for a = r.d.Nodes[t].Parent; r.d.Nodes[a].Tag != atom.A; {
				a = r.d.Nodes[a].Parent
			}
		}
		text := r.d.Nodes[t].HTML.Data
		goesOn := a < 0 && last < 0 && len(pieces) > 0 && !r.haveElements(under, t)
		switch {
		case goesOn, a >= 0 && a == last:
			pieces[len(pieces)-1].text += text
		case a >= 0:
			pieces = append(pieces, tagPiece{text: text, linked: true, offers: r.offersElse(a)})
		default:
			pieces = append(pieces, tagPiece{text: text})
		}
		last, under = a, t
	}
	return pieces
}

// haveElements reports whether two texts of a line stand each in an element of
// its own.
func (r *reader) haveElements(i, j dom.NodeID) bool {
	one, other := r.d.Nodes[i].Parent, r.d.Nodes[j].Parent
	return one != other && one != r.block[i] && other != r.block[j] && r.d.Nodes[one].Parent == r.d.Nodes[other].Parent
}

// offersElse reports whether a link on a line of tags is none of them.
func (r *reader) offersElse(a dom.NodeID) bool {
	n := &r.d.Nodes[a]
	if isItself := dom.AttrOf(n.HTML, "rel") == "bookmark"; isItself || r.invites(a) {
		return true
	}
	_, to, _ := strings.Cut(r.d.Abs(dom.AttrOf(n.HTML, "href")), "://")
	return to != "" && !strings.HasPrefix(to, r.d.Base.Host+"/")
}

// tagsOfPieces are the tags of a line: each link is one, text is parted. Text
// that is a sentence holds none.
func (r *reader) tagsOfPieces(pieces []tagPiece) []string {
	var tags []string
	links := 0
	own := slices.ContainsFunc(pieces, func(p tagPiece) bool { return p.linked && !p.offers })
	for _, p := range pieces {
		text := news.Squash(p.text)
		switch {
		case p.linked && (own && p.offers || len(text) >= 60):
		case p.linked:
			tags, links = append(tags, text), links+1
		case isWordsOfSentence(text):
			if links == 0 {
				return nil
			}
			return tags
		default:
			tags = append(tags, r.partedTags(strings.Trim(text, " :,;|·•/–-"))...)
		}
	}
	return slices.DeleteFunc(tags, func(t string) bool {
		t = strings.Trim(t, " .,;:|·•/–-")
		return t == "" || tagJoints()[words.Fold(t)]
	})
}

// tagJoints stand between tags and are none.
var tagJoints = words.Set("and_words")

// isWordsOfSentence reports whether a text is prose and no list: a part between
// its separators has many words.
func isWordsOfSentence(text string) bool {
	if endsLikeSentence(text) && strings.Count(text, " ") > 4 && !strings.HasSuffix(text, ":") {
		return true
	}
	return slices.ContainsFunc(splitTags(text),
		func(part string) bool { return len(strings.Fields(part)) > 7 && !strings.Contains(part, "#") })
}

// partedTags parts a text into tags: at separators, at hashes, or, where it has
// neither, at the white space between words that are names of things each.
func (r *reader) partedTags(text string) []string {
	if text == "" {
		return nil
	}
	if strings.Count(text, "#") > 1 {
		return strings.FieldsFunc(text, func(c rune) bool { return c == '#' })
	}
	tags := splitTags(text)
	if words := strings.Fields(text); len(tags) == 1 && r.areSingleWords(words) {
		return words
	}
	return tags
}

// areSingleWords reports whether words that white space parts are tags each:
// three or more, in German all nouns.
func (r *reader) areSingleWords(words []string) bool {
	return len(words) > 2 && strings.HasPrefix(r.d.Language, "de") && !slices.ContainsFunc(words, func(w string) bool {
		return len(w) < 3 || !unicode.IsUpper(texts.FirstRune(w)) || strings.ContainsAny(w, ".:()")
	})
}
