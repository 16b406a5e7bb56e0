package article

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// nameJoint is what stands before a further name: ", Tom Reed", "and Tom Reed".
var nameJoint = lazy.Regexp(`(?i)^(?:[,;&|/·•\d\s]+|(?:and|und|et|y|e|og|och|en|i|a|și|ja|és)\s+|(?:and|und|et|y|e|og|och|en|i|a` +
	`|și|ja|és)$)+`)

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

// fuller is the first byline of the finders that says the same as one name and
// more: the family name, or those who wrote along.
func (r *reader) fuller(b byline, finders ...func() []claims.Claim) byline {
	if strings.Contains(b.text, ", ") {
		return b
	}
	short := texts.Key(withoutTitles(b.text))
	for _, find := range finders {
		more := r.authorsOf(find())
		first, _, several := strings.Cut(more.text, ", ")
		rest, same := strings.CutPrefix(texts.Key(withoutTitles(first)), short)
		isWhole := rest != "" && !strings.Contains(short, " ") && rest[0] == ' ' && fullName.MatchString(first)
		if same && !more.weak && (isWhole || rest == "" && several) {
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
var avatarParts = texts.PiecesOf("avatar", "gravatar", "profilbild", "userpic", "mugshot", "headshot")

// picturedAuthors are the names beside a small picture of the writer, in the
// line with the day.
func (r *reader) picturedAuthors() []claims.Claim {
	for i := max(r.d.Body, r.headline-30); r.headline >= 0 && i < min(r.d.Nodes[r.d.Body].End, r.headline+120); i++ {
		n := &r.d.Nodes[i]
		if n.Tag != atom.Img || n.Flags&dom.IsHidden != 0 {
			continue
		}
		text := dom.NodeID(-1)
		for t := i + 1; t < min(r.d.Nodes[r.d.Body].End, i+12) && text < 0; t++ {
			if o := &r.d.Nodes[t]; o.Flags&(dom.IsText|dom.IsHidden) == dom.IsText && o.Text > 0 {
				text = t
			}
		}
		if text < 0 || r.d.Nodes[text].Text > 40 {
			continue
		}
		alt := dom.AttrOf(n.HTML, "alt")
		name := r.cleanAuthor(r.d.Text(text))
		named := fullName.MatchString(name) && texts.Key(alt) == texts.Key(name)
		if !named && !avatarParts.In(strings.ToLower(dom.AttrOf(n.HTML, "class")+" "+dom.AttrOf(n.HTML, "src")+" "+alt)) {
			continue
		}
		if isShortName := name != "" && len(strings.Fields(name)) <= 3; isShortName && r.besideDay(text) && !r.besideReport(text) {
			return []claims.Claim{{Value: name, Rule: "author picture", Where: r.d.Where(text)}}
		}
	}
	return nil
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
