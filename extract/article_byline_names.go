package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// nameJoint is what stands before a further name: ", Tom Reed", "and Tom Reed".
var nameJoint = lazy.Regexp(`(?i)^(?:[,;&|/·•\d\s]+|(?:and|und|et|y|e|og|och|en|i|a|și|ja|és)\s+|(?:and|und|et|y|e|og|och|en|i|a|și|ja|és)$)+`)

// namesIn are the names in an element whose parts stand in texts of their own:
// those behind the label, as long as a comma or "and" joins them. "By", "Ada
// Quill", ", ", "Tom Reed", "Reporter" holds two. It is nil where the first is
// none.
func (r *reader) namesIn(i nodeID) []string {
	var names []string
	pieces, joined := 0, false
	for t := i; t < r.d.nodes[i].end && len(names) < mostNames; t++ {
		n := &r.d.nodes[t]
		if n.flags&(isText|isHidden) != isText || n.text == 0 {
			continue
		}
		piece := news.Squash(n.n.Data)
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
func (r *reader) namesBeside(i nodeID) []string {
	var names []string
	tag, class := r.d.nodes[i].tag, attrOf(r.d.nodes[i].n, "class")
	for t := r.d.nodes[i].end; class != "" && t < r.d.nodes[r.d.body].end && len(names) < mostNames; t++ {
		n := &r.d.nodes[t]
		switch {
		case n.flags&isHidden != 0:
		case n.flags&isText != 0:
			if nameJoint.ReplaceAllString(news.Squash(n.n.Data), "") != "" {
				return names
			}
		case n.tag == tag && n.text > 0 && attrOf(n.n, "class") == class:
			name := r.cleanAuthor(r.d.text(t))
			if !fullName.MatchString(name) {
				return names
			}
			names = append(names, name)
			t = n.end - 1
		}
	}
	return names
}

// shownNames are the names that an element shows which is called the author.
func (r *reader) shownNames(i nodeID, rule rules.Name) []claim {
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
	all := make([]claim, 0, len(names))
	for _, name := range names {
		all = append(all, claim{name, rule, r.d.where(i)})
	}
	return all
}

// fuller is the first byline of the finders that says the same as one name and
// more: the family name, or those who wrote along.
func (r *reader) fuller(b byline, finders ...func() []claim) byline {
	if strings.Contains(b.text, ", ") {
		return b
	}
	short := key(withoutTitles(b.text))
	for _, find := range finders {
		more := r.authorsOf(find())
		first, _, several := strings.Cut(more.text, ", ")
		rest, same := strings.CutPrefix(key(withoutTitles(first)), short)
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
		if !found || !nameTitles[foldWord(strings.TrimRight(first, "."))] {
			return name
		}
		name = rest
	}
}

// avatarParts are in the class, address or description of the small picture of
// a writer.
var avatarParts = piecesOf("avatar", "gravatar", "profilbild", "userpic", "mugshot", "headshot")

// picturedAuthors are the names beside a small picture of the writer, in the
// line with the day.
func (r *reader) picturedAuthors() []claim {
	for i := max(r.d.body, r.headline-30); r.headline >= 0 && i < min(r.d.nodes[r.d.body].end, r.headline+120); i++ {
		n := &r.d.nodes[i]
		if n.tag != atom.Img || n.flags&isHidden != 0 {
			continue
		}
		text := nodeID(-1)
		for t := i + 1; t < min(r.d.nodes[r.d.body].end, i+12) && text < 0; t++ {
			if o := &r.d.nodes[t]; o.flags&(isText|isHidden) == isText && o.text > 0 {
				text = t
			}
		}
		if text < 0 || r.d.nodes[text].text > 40 {
			continue
		}
		alt := attrOf(n.n, "alt")
		name := r.cleanAuthor(r.d.text(text))
		named := fullName.MatchString(name) && key(alt) == key(name)
		if !named && !avatarParts.in(strings.ToLower(attrOf(n.n, "class")+" "+attrOf(n.n, "src")+" "+alt)) {
			continue
		}
		if isShortName := name != "" && len(strings.Fields(name)) <= 3; isShortName && r.besideDay(text) && !r.besideReport(text) {
			return []claim{{name, "author picture", r.d.where(text)}}
		}
	}
	return nil
}

// besideDay reports whether a small box around an element holds a date.
func (r *reader) besideDay(i nodeID) bool {
	for up := 0; up < 4; up++ {
		i = r.d.nodes[i].parent
		if i <= r.d.body || r.d.nodes[i].text > 150 {
			return false
		}
		if text := r.d.text(i); hasDigit(text) && len(r.d.findDates(text)) > 0 {
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
