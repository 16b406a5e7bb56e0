package article

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readByline finds who wrote the report, as bylineRules weighs what the finders
// find. A name that the page declares of the article gives way to one that it
// shows and that says the same and more.
func (r *reader) readByline() {
	it := &r.art.Item
	if it.Byline != "" {
		return
	}
	best := bestFound(r, &bylineRules, bylineFinders, describeByline)
	if best == nil {
		return
	}
	if best.isDeclared() && !best.weak {
		best = r.fuller(best)
	}
	r.set("byline", &it.Byline, best.text, best.evidence)
}

// A byline is the names of a group of claims.
type byline struct {
	row      rules.Name // of the finder
	text     string
	evidence read.Evidence
	weak     bool   // names no person
	before   string // what was found before and names no person; empty for none
	fuller   bool   // says the same as what is declared, and more
}

func (b *byline) isDeclared() bool {
	return b.evidence.Rule == rules.JSONLD || b.evidence.Rule == rules.Microdata
}

func describeByline(b *byline) (text, where string) { return b.text, b.evidence.Where }

// authorsOf joins the names of a group of claims; a weak name counts beside a
// better one. It is nil where there are none.
func (r *reader) authorsOf(row rules.Name, group []claims.Claim) *byline {
	b := &byline{row: row, weak: true}
	var names []string
	for _, c := range group {
		name := r.cleanAuthor(c.Value)
		if name == "" || containsKey(names, name) {
			continue
		}
		if ofOther := len(names) > 0 && c.Where != b.evidence.Where; c.Rule == rules.Meta && (ofOther || r.namesPublisher(name)) {
			continue
		}
		if len(names) == 0 {
			b.evidence = read.Evidence{Rule: c.Rule, Where: c.Where, Raw: c.Value}
		}
		names = append(names, name)
		b.weak = b.weak && (r.weakAuthor(name) || strings.HasSuffix(c.Where, claims.Organization))
	}
	if len(names) == 0 {
		return nil
	}
	b.text = strings.Join(r.withoutPublisher(names), ", ")
	return b
}

var (
	accountName = lazy.Regexp(`^[\p{Ll}\d][\p{Ll}\d._-]*$|^\S*\d\S*$`)
	// orgName is a word that names of organisations have, not those of persons.
	orgName   = words.Regexp(`(?i)(?:^|[\s-]){{organisations.behind}}\.?$|^{{organisations.before}}\s|\.\pL{2,3}$`)
	staffName = words.Regexp(`(?i)^{{staff_names}}$`)
)

// weakAuthor reports whether a name says little: the site, its staff, an
// account, one or two letters.
func (r *reader) weakAuthor(name string) bool {
	isAccount := accountName.MatchString(name) && !authorMark.MatchString("("+name+")")
	return isAccount || len(name) < 3 || namesOrganisation(name) || r.namesPublisher(name)
}

// namesOrganisation reports the name of an organisation, or of its staff as such.
func namesOrganisation(name string) bool {
	return staffName.MatchString(name) || orgName.MatchString(name)
}

func containsKey(list []string, s string) bool {
	k := texts.Key(s)
	for _, e := range list {
		if texts.Key(e) == k {
			return true
		}
	}
	return false
}

var authorMark = lazy.Regexp(`^\(([\p{L}]{2,4}(?:[/,] ?[\p{L}]{2,4}){0,2})\)$`)

// closingMark is a mark behind the last sentence of a paragraph.
var closingMark = words.Regexp(`[.!?“"»]\s*\((\p{Ll}{2,3}(?:/\p{Ll}{2,4})?|(?:{{with_agency}} )?(?i:{{agencies}})(?:[/,] ?\p{L}{2,4})?` +
	`|\p{L}{2,12} {{with_agency}} (?i:{{agencies}}))\)\s*$`)

// authorMarks are marks such as "(sib)" on a line of their own, or else the
// last one at the end of a paragraph.
func (r *reader) authorMarks() []claims.Claim {
	var closing []claims.Claim
	for i := r.root; i < r.d.Nodes[r.root].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&(dom.IsText|dom.InLink|dom.InHead|dom.IsHidden) != dom.IsText || n.Text < 4 ||
			!strings.HasSuffix(strings.TrimRight(n.HTML.Data, " \t\r\n\u00a0"), ")") {
			continue
		}
		if n.Text <= 16 && r.ownText[r.block[i]] <= 24 {
			if m := authorMark.FindStringSubmatch(news.Squash(n.HTML.Data)); m != nil {
				r.consumed = append(r.consumed, i)
				return []claims.Claim{{Value: m[1], Rule: "author mark", Where: r.d.Where(i)}}
			}
		}
		if m := closingMark.FindStringSubmatch(n.HTML.Data[max(0, len(n.HTML.Data)-40):]); m != nil {
			closing = []claims.Claim{{Value: m[1], Rule: "author mark", Where: r.d.Where(i)}}
		}
	}
	return closing
}

// openingMark is the mark behind the place with which one of the first
// paragraphs opens: "KASSEL (pm) Der Rat …".
func (r *reader) openingMark() []claims.Claim {
	paragraphs := 0
	for i := max(r.root, r.headline); i < r.d.Nodes[r.root].End && paragraphs < 3; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&(dom.IsText|dom.InHead|dom.IsHidden|dom.Breaks) != dom.IsText|dom.Breaks || n.Text < 40 {
			continue
		}
		paragraphs++
		if text := strings.TrimSpace(n.HTML.Data); strings.Contains(text[:min(len(text), 60)], " (") {
			if _, mark := openingPlace(texts.Shorten(text, 80)); mark != "" {
				return []claims.Claim{{Value: mark, Rule: "author mark", Where: r.d.Where(i)}}
			}
		}
	}
	return nil
}

// claimedAuthors are the declared authors of the first declaration that has
// any: of the article, and of <meta>.
func (r *reader) claimedAuthors() (declared, meta []claims.Claim) {
	for _, c := range r.claims[claims.OfAuthor] {
		list := &declared
		if c.Rule == rules.Meta || c.Rule == rules.OpenGraph || strings.HasPrefix(c.Where, "WebPage.") {
			list = &meta
		}
		if strings.Contains(c.Value, "://") || len(*list) > 0 && (*list)[0].Rule != c.Rule {
			continue
		}
		*list = append(*list, c)
	}
	return declared, meta
}

// shownAuthors are what rel or class call the author near the report.
func (r *reader) shownAuthors() []claims.Claim {
	for _, i := range r.d.Head.Rels {
		if !r.d.Within(i, r.d.Body) || !r.mayNameAuthor(i) || !strings.Contains(dom.AttrOf(r.d.Nodes[i].HTML, "rel"), "author") {
			continue
		}
		if named := r.shownNames(i, "rel=author"); named != nil {
			return named
		}
	}
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&dom.IsText != 0 || n.Tag == atom.H1 || !r.mayNameAuthor(i) {
			continue
		}
		if n.Hints&dom.HintAuthor == 0 && (n.Tag != atom.A || !linksAuthor(n.HTML)) {
			continue
		}
		if named := r.shownNames(i, "class"); named != nil {
			return named
		}
	}
	return nil
}

// mayNameAuthor reports an element with some text that is no whole report.
func (r *reader) mayNameAuthor(i dom.NodeID) bool {
	text := r.d.Nodes[i].Text
	return text > 0 && text <= 400
}

// linksAuthor reports whether a link leads to the page of an author or a user.
func linksAuthor(a *html.Node) bool {
	for i := range a.Attr {
		switch value := a.Attr[i].Val; a.Attr[i].Key {
		case "href":
			if authorAddress.MatchString(value) {
				return true
			}
		case "class":
			if strings.Contains(value, "username") && slices.Contains(strings.Fields(value), "username") {
				return true
			}
		}
	}
	return false
}

var authorAddress = words.Regexp(`/{{author_folders}}/[^/?#]{3,}`)

// besideReport reports whether an author stands where those of other reports,
// of comments and of pictures stand.
func (r *reader) besideReport(i dom.NodeID) bool {
	if r.inRow(i) {
		return true
	}
	const ofOthers = dom.HintComments | dom.HintRelated | dom.HintPopular | dom.HintNav | dom.HintCaption | dom.HintCredit
	for ; i > r.d.Body && !r.apartEnds(i); i = r.d.Nodes[i].Parent {
		n := &r.d.Nodes[i]
		switch {
		case r.other[i], n.Hints&ofOthers != 0:
			return true
		case n.Tag == atom.A && n.Text > 80, n.Hints&dom.HintImage != 0 && r.prose[i] < 200:
			return true
		case r.isSideColumn(i) && !r.belowHead(i):
			return true
		}
	}
	return false
}

// isSideColumn reports a column beside the report. A small <aside> may be the
// report's own.
func (r *reader) isSideColumn(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	isOwn := n.Tag == atom.Aside && n.Text < 250 && n.Hints&(dom.HintMeta|dom.HintAuthor) != 0
	return n.Hints&dom.HintSide != 0 && r.cut[i] && !isOwn
}

// belowHead reports whether an element stands in a small box at the side that
// follows the headline at once, as one with the day and the writer does.
func (r *reader) belowHead(i dom.NodeID) bool {
	for ; i > r.headline && r.headline >= 0; i = r.d.Nodes[i].Parent {
		n := &r.d.Nodes[i]
		if n.Hints&dom.HintSide == 0 {
			continue
		}
		if n.Text > 200 {
			return false
		}
		between := int32(0)
		for t := r.d.Nodes[r.headline].End; t < i && between < 120; t++ {
			if r.d.Nodes[t].Flags&dom.IsText != 0 {
				between += r.d.Nodes[t].Text
			}
		}
		return between < 120
	}
	return false
}

// inRow reports whether an element stands in a row of a list of other reports.
func (r *reader) inRow(i dom.NodeID) bool {
	outside := !r.d.Within(i, r.root)
	for ; i > r.d.Body && !r.apartEnds(i); i = r.d.Nodes[i].Parent {
		n := &r.d.Nodes[i]
		row := n.Tag == atom.Li || n.Hints&dom.HintItem != 0 && n.Hints&(dom.HintMeta|dom.HintAuthor) == 0
		if row && n.Text < 500 && (outside || r.d.Find(i, atom.H2, atom.H3, atom.H4) >= 0) {
			return true
		}
	}
	return false
}

// authorText is the text of an element that names the author: of what is
// within it called the author or is a link that takes up most of it, or all of
// it, or else the first line that names somebody; in a larger box, a person.
func (r *reader) authorText(i dom.NodeID) string {
	whole := &r.d.Nodes[i]
	for j := i + 1; j < whole.End; j++ {
		n := &r.d.Nodes[j]
		if n.Flags&dom.IsText != 0 || n.Text <= 2 || n.Text > 60 {
			continue
		}
		named := n.Hints&dom.HintAuthor != 0 || slices.Contains(strings.Fields(dom.AttrOf(n.HTML, "class")), "fn")
		if named || n.Tag == atom.A && n.Text*2 > whole.Text {
			if lines := r.d.Lines(j); isPersonName(lines[0]) {
				return lines[0]
			} else if text := strings.Join(lines, " "); r.cleanAuthor(text) != "" {
				return text
			}
		}
	}
	lines := r.d.Lines(i)
	for _, line := range lines {
		if isPersonName(line) || whole.Text <= 120 && r.cleanAuthor(line) != "" {
			return line
		}
	}
	return ""
}

// bareNames are names of persons that stand alone in the line of the date.
func (r *reader) bareNames() []claims.Claim {
	if r.headline < 0 {
		return nil
	}
	near := 0
	for i := max(r.d.Body, r.headline-30); i < r.d.Nodes[r.d.Body].End && near < 8; i++ {
		if r.ownText[i] < 6 || r.d.Nodes[i].Flags&(dom.IsText|dom.IsHidden) != 0 || i == r.headline {
			continue
		}
		if near++; r.ownText[i] > 100 || r.cut[i] || r.other[i] {
			continue
		}
		if name := r.bareName(i); name != "" {
			return []claims.Claim{{Value: name, Rule: "dateline", Where: r.d.Where(i)}}
		}
	}
	return nil
}

// bareName is the name that stands alone in a line beside the day, or in a part
// of the line that tells the day; empty where there is none.
func (r *reader) bareName(i dom.NodeID) string {
	text := r.lineText(i)
	if !r.holdsDigits(i) {
		if isPersonName(text) && r.besideDay(i) && !r.besideReport(i) {
			return text
		}
		return ""
	}
	for _, part := range datelineBreaks.Split(text, -1) {
		if part = strings.TrimSpace(part); isPersonName(part) && !telephone.MatchString(r.d.Text(i)) && len(r.d.FindDates(text)) > 0 {
			return part
		}
	}
	return ""
}

var datelineBreaks = lazy.Regexp(`[|•·–—\n,]| - |\d+`)

// signature is the name in one of the last lines of the report, with nothing
// behind it that tells how to reach the person.
func (r *reader) signature() []claims.Claim {
	lines := 0
	for i := r.d.Nodes[r.root].End - 1; r.headline >= 0 && i > r.root && lines < 3; i-- {
		n := &r.d.Nodes[i]
		if r.ownText[i] < 4 || n.Flags&(dom.IsText|dom.IsHidden|dom.InHead) != 0 || r.cutWithin(i) {
			continue
		}
		if lines++; r.ownText[i] > 60 {
			if lines == 1 {
				continue
			}
			return nil
		}
		text := strings.Trim(r.lineText(i), " ()–—-")
		if strings.ContainsAny(text, "@0123456789:") {
			return nil
		}
		if isPersonName(roleBehind.ReplaceAllString(text, "")) && (n.Tag == atom.P || n.Tag == atom.Div) &&
			(n.Above|n.Hints)&(dom.HintContact|dom.HintSide|dom.HintFooter|dom.HintItem|dom.HintImage) == 0 {
			return []claims.Claim{{Value: text, Rule: "signature", Where: r.d.Where(i)}}
		}
	}
	return nil
}

// cutWithin reports whether an element stands in what is not of the article.
func (r *reader) cutWithin(i dom.NodeID) bool {
	for ; i > r.root; i = r.d.Nodes[i].Parent {
		if r.cut[i] || r.other[i] {
			return true
		}
	}
	return false
}

var (
	authorPrefix = words.Regexp(`(?i)^{{author_prefixes}}\s*[:：]?\s+`)
	authorSuffix = words.Regexp(`(?i)(?:\s*[|•·–—]|\s+-\s|\s+\[email|\s+(?:(?-i:\p{Ll}[\p{Ll}\d._-]*) )?\S+@\S|\s+{{picture_nouns}}\b` +
		`|,?\s+{{weekday_parts}}\.?,|\s+{{day_articles}} (?:\S+ )?\d|\s+(?:{{behind_authors.any}}|(?-i:{{behind_authors.small}}))\b` +
		`|,?\s*\d{1,2}\.\s?(?:\d{1,2}\.|\p{L}+)|,?\s*\d{1,2} \p{L}+,? \d{4}|,?\s*\p{L}+\.? \d{1,2}, \d{4}).*$`)
	behindName = lazy.Regexp(`(\p{L}[\p{L}.]) \([^()]*\)?$`) // "Eva Meier (Pressestelle)"
	jointNames = words.Regexp(`(\p{Lu}\S+ \p{Lu}\S+) (?:{{and_words}}|&) (\p{Lu}\S+ \p{Lu}\S+)`)
	noAuthor   = words.Regexp(`(?i)^(?:{{no_authors}}|{{page_systems}}(?:[^\pL].*)?|.*\[{{mail_words}}.*` +
		`|.*(?:@|\[at\]|https?:|www\.).*|.*\b(?:19|20)\d\d)$`)
)

var (
	// gluedLabel is a label that stands in an element of its own before the name
	// and has no space behind it: "AuthorAndreas Kuhn".
	gluedLabel = words.Regexp(`^{{glued_labels}}:?(\p{Lu}\p{Ll})`)
	// gluedButton is one behind the name.
	gluedButton = words.Regexp(`(\p{Ll}){{glued_buttons}}$`)
	// roleBehind is what the person does, behind the name.
	roleBehind = words.Regexp(`(?i),\s+{{roles_behind}}$`)
	// labelAlone are labels and buttons that no name follows.
	labelAlone = words.Regexp(`(?i)^{{labels_alone}}$`)
)

// authorStarts are the words that such a prefix begins with.
var authorStarts = words.Opening("author_prefixes")

// longestAuthor is how many bytes a name has at most with all that stands around
// it, white space too.
const longestAuthor = 2000

// cleanAuthor takes off what stands around a name; empty for what is none. Several
// finders ask for the same texts.
func (r *reader) cleanAuthor(s string) string {
	if len(s) > longestAuthor {
		return ""
	}
	name, known := r.authors[s]
	if !known {
		if r.authors == nil {
			r.authors = make(map[string]string)
		}
		name = r.withoutLabels(s)
		r.authors[s] = name
	}
	return name
}

// withoutLabels is a name without what labels, buttons and systems put around it.
func (r *reader) withoutLabels(s string) string {
	s = news.Squash(s)
	s = gluedLabel.ReplaceAllString(s, "$1")
	s = gluedButton.ReplaceAllString(s, "$1")
	for cut := ""; ; s = cut {
		if cut = withoutBylinePhrase(s); cut == s && (authorStarts().Begin(words.Fold(texts.WordOf(s))) || strings.Contains(s, "：")) {
			cut = authorPrefix.ReplaceAllString(s, "")
		}
		if cut == s {
			break
		}
		s = cut
	}
	s = authorSuffix.ReplaceAllString(s, "")
	s = jointNames.ReplaceAllString(s, "$1, $2")
	s = strings.Trim(behindName.ReplaceAllString(s, "$1"), " .:;,|()/-–")
	s = roleBehind.ReplaceAllString(s, "")
	if last := strings.LastIndex(s, ", "); last > 0 && r.namesPublisher(s[last+2:]) {
		s = s[:last]
	}
	if len(s) < 2 || len(s) > 90 || noAuthor.MatchString(s) || labelAlone.MatchString(s) {
		return ""
	}
	return s
}

// namesPublisher reports whether an author is only the site itself, and no
// person after whom the site is named.
func (r *reader) namesPublisher(name string) bool {
	return !isPersonName(name) && (r.isSiteName(texts.Key(name)) || r.namesSite(name))
}
