package article

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// nameJoint is what stands before a further name: ", Tom Reed", "and Tom Reed".
var nameJoint = words.Regexp(`(?i)^(?:[,;&|/·•\d\s]+|{{and_words}}\s+|{{and_words}}$)+`)

// namesIn are the names in an element whose parts stand in texts of their own:
// those behind the label, as long as a comma or "and" joins them. "By", "Ada
// Quill", ", ", "Tom Reed", "Reporter" holds two. It is nil where the first is
// none.
func (r *reader) namesIn(i dom.NodeID) []string {
	var names []string
	pieces, joined := 0, false
	for t := i; t < r.d.Nodes[i].End && len(names) < mostNames; t++ {
		n := &r.d.Nodes[t]
		if n.Flags&(dom.IsText|dom.IsHidden) != dom.IsText || n.Text == 0 {
			continue
		}
		piece := news.Squash(n.HTML.Data)
		pieces++
		if len(names) == 0 {
			name := r.cleanAuthor(piece)
			if name == "" {
				continue // the label
			}
			if !fullName.MatchString(name) {
				return nil
			}
			names = append(names, name)
		} else {
			rest := strings.Trim(nameJoint.ReplaceAllString(piece, ""), " ,;")
			joined = joined || nameJoint.MatchString(piece)
			if rest == "" {
				continue
			}
			if !joined || !fullName.MatchString(rest) || roleBehind.MatchString(", "+rest) {
				break
			}
			names = append(names, rest)
		}
		joined = strings.HasSuffix(piece, ",") || strings.HasSuffix(piece, ";")
	}
	if pieces == 1 {
		return nil
	}
	return names
}

// mostNames is how many authors of one report are told.
const mostNames = 8

// namesBeside are the names in the elements behind one that have its class,
// where nothing but commas and "and" stands between them.
func (r *reader) namesBeside(i dom.NodeID) []string {
	var names []string
	tag, class := r.d.Nodes[i].Tag, dom.AttrOf(r.d.Nodes[i].HTML, "class")
	for t := r.d.Nodes[i].End; class != "" && t < r.d.Nodes[r.d.Body].End && len(names) < mostNames; t++ {
		n := &r.d.Nodes[t]
		switch {
		case n.Flags&dom.IsHidden != 0:
		case n.Flags&dom.IsText != 0:
			if nameJoint.ReplaceAllString(news.Squash(n.HTML.Data), "") != "" {
				return names
			}
		case n.Tag == tag && n.Text > 0 && dom.AttrOf(n.HTML, "class") == class:
			name := r.cleanAuthor(r.d.Text(t))
			if !fullName.MatchString(name) {
				return names
			}
			names = append(names, name)
			t = n.End - 1
		}
	}
	return names
}

// shownNames are the names that an element shows which is called the author.
func (r *reader) shownNames(i dom.NodeID, rule rules.Name) []claims.Claim {
	if r.besideReport(i) {
		return nil
	}
	names := r.namesIn(i)
	if len(names) == 0 {
		if text := r.authorText(i); r.cleanAuthor(text) != "" {
			names = []string{text}
		}
	}
	if len(names) == 1 && fullName.MatchString(r.cleanAuthor(names[0])) {
		names = append(names, r.namesBeside(i)...)
	}
	all := make([]claims.Claim, 0, len(names))
	for _, name := range names {
		all = append(all, claims.Claim{Value: name, Rule: rule, Where: r.d.Where(i)})
	}
	return all
}

// fuller is the first byline of those that a page shows that says the same as
// one name and more: the family name, or those who wrote along.
func (r *reader) fuller(b *byline) *byline {
	if strings.Contains(b.text, ", ") {
		return b
	}
	short := texts.Key(withoutTitles(b.text))
	for _, row := range []rules.Name{inMeta, byClass, inLine, onCard} {
		f := bylineFinders[slices.IndexFunc(bylineFinders, func(f finder[byline]) bool { return f.row == row })]
		more := f.find(r, b)
		if more == nil {
			continue
		}
		first, _, several := strings.Cut(more.text, ", ")
		rest, same := strings.CutPrefix(texts.Key(withoutTitles(first)), short)
		isWhole := rest != "" && !strings.Contains(short, " ") && rest[0] == ' ' && fullName.MatchString(first)
		isFuller := isWhole || rest == "" && several
		if same && isFuller && !more.weak {
			more.fuller = true
			bylineRules.Weigh(more, r.d.Options.Explain.Note("byline", func() (text, where string) { return describeByline(more) }))
			return more
		}
	}
	return b
}

// withoutTitles is a name without "Dr." and its like before it.
func withoutTitles(name string) string {
	for {
		first, rest, found := strings.Cut(name, " ")
		if !found || !nameTitles()[words.Fold(strings.TrimRight(first, "."))] {
			return name
		}
		name = rest
	}
}

// avatarParts are in the class, address or description of the small picture of
// a writer.
var avatarParts = texts.MayHold("avatar_parts")

// picturedAuthors are the names beside a small picture of the writer, in the
// line with the day.
func (r *reader) picturedAuthors() []claims.Claim {
	for i := max(r.d.Body, r.headline-30); r.headline >= 0 && i < min(r.d.Nodes[r.d.Body].End, r.headline+120); i++ {
		n := &r.d.Nodes[i]
		if n.Tag != atom.Img || n.Flags&dom.IsHidden != 0 {
			continue
		}
		text := r.textSoonAfter(i)
		if text < 0 || r.d.Nodes[text].Text > 40 {
			continue
		}
		name := r.cleanAuthor(r.d.Text(text))
		if name == "" || len(strings.Fields(name)) > 3 || !showsWriter(n.HTML, name) {
			continue
		}
		if r.besideDay(text) && !r.besideReport(text) {
			return []claims.Claim{{Value: name, Rule: "author picture", Where: r.d.Where(text)}}
		}
	}
	return nil
}

// textSoonAfter is the next text behind a picture, of few elements; -1 where
// there is none.
func (r *reader) textSoonAfter(i dom.NodeID) dom.NodeID {
	for t := i + 1; t < min(r.d.Nodes[r.d.Body].End, i+12); t++ {
		if n := &r.d.Nodes[t]; n.Flags&(dom.IsText|dom.IsHidden) == dom.IsText && n.Text > 0 {
			return t
		}
	}
	return -1
}

// showsWriter reports whether a picture says that it shows who bears a name, or
// any writer.
func showsWriter(img *html.Node, name string) bool {
	alt := dom.AttrOf(img, "alt")
	if fullName.MatchString(name) && texts.Key(alt) == texts.Key(name) {
		return true
	}
	return avatarParts(strings.ToLower(dom.AttrOf(img, "class") + " " + dom.AttrOf(img, "src") + " " + alt))
}

// besideDay reports whether a small box around an element holds a date.
func (r *reader) besideDay(i dom.NodeID) bool {
	for up := 0; up < 4; up++ {
		i = r.d.Nodes[i].Parent
		if i <= r.d.Body || r.d.Nodes[i].Text > 150 {
			return false
		}
		if text := r.d.Text(i); texts.HasDigit(text) && len(r.d.FindDates(text)) > 0 {
			return true
		}
	}
	return false
}

// withoutPublisher are the names of a report without that of who publishes it,
// where persons are named beside it.
func (r *reader) withoutPublisher(names []string) []string {
	persons := slices.DeleteFunc(slices.Clone(names), r.namesPublisher)
	if len(persons) == 0 {
		return names
	}
	return persons
}
