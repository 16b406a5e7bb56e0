package extract

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// rateHeading tells how likely a heading is the headline; 0 is never.
func (r *reader) rateHeading(h *heading, titles []string, lead bool) float64 {
	n := &r.d.nodes[h.at]
	if r.isSiteName(h.key) || r.namesAuthority(h) || r.leadsHome(h.at) {
		return 0
	}
	score := levelScore[n.tag]
	if n.hints&hintHeadline != 0 {
		score += 0.3
	}
	inTitle := 0.0
	for _, t := range titles {
		inTitle = max(inTitle, titleMatch(h.key, t))
		if inTitle < 1 && n.tag == atom.H1 && r.leadsTitleWithNext(h, t) {
			inTitle = 1
		}
	}
	score += 6 * inTitle
	above := r.hintsAbove(h.at)
	switch {
	case above&hintChrome&^hintForm != 0 && inTitle == 0:
		return 0
	case above&hintBreadcrumb != 0:
		score -= 4
	case above&(hintRelated|hintSide|hintFooter|hintComments|hintPopular|hintCookie|hintDialog) != 0:
		score -= 2
	case above&(hintArticle|hintMain) != 0:
		score += 0.8
	}
	if n.linked > n.text/2 {
		score -= 1
	}
	if n.flags&isSpoken != 0 {
		score -= 3 // the site's name and "Navigation und Service", for screen readers only
	}
	if inTitle == 0 && n.tag != atom.H1 {
		score -= 1.5
	}
	if lead && inTitle == 0 {
		score += 2
	}
	if inTitle == 0 && r.overHeading(h) {
		score -= 2
	}
	if r.d.options.Site.Pages() > 1 {
		if r.ofSiteHeading(h) {
			return min(score, 0.5)
		}
		if inTitle == 0 && score > 0 && r.inHeadlinePlace(h) {
			score++
		}
	}
	if score > 0.7 && inTitle < 1 && r.namesSection(h) {
		return 0.7
	}
	return score
}

// leadsHome reports whether a heading is a link to the first page of the site or
// to a folder above the page: the name of the site, its weblog or section, which
// some systems make the first heading of every page.
func (r *reader) leadsHome(i nodeID) bool {
	n := &r.d.nodes[i]
	if n.linked == 0 || n.linked < n.text {
		return false
	}
	a := r.d.find(i, atom.A)
	for p := n.parent; a < 0 && p > r.d.body; p = r.d.nodes[p].parent {
		if r.d.nodes[p].tag == atom.A {
			a = p
		}
	}
	if a < 0 {
		return false
	}
	href := r.d.attr(a, "href")
	if path, _, _ := strings.Cut(href, "?"); isPlainPath(href) && !strings.Contains(r.d.page.URL, strings.TrimRight(path, "/")) {
		return false
	}
	u, err := url.Parse(r.d.abs(href))
	if err != nil || u.Host == "" || u.RawQuery != "" {
		return false
	}
	folder := strings.TrimRight(u.Path, "/") + "/"
	return folder == "/" || strings.HasPrefix(r.d.page.URL, u.Scheme+"://"+u.Host+folder) && !strings.HasSuffix(r.d.page.URL, folder)
}

// overHeading reports whether a heading is a kicker in capitals: the very next
// text is another heading, which is not.
func (r *reader) overHeading(h *heading) bool {
	if !allCapitals(h.text) {
		return false
	}
	for i := r.d.nodes[h.at].end; i < r.d.nodes[r.d.body].end; i++ {
		if n := &r.d.nodes[i]; n.flags&(isText|isHidden) == isText && n.text > 0 {
			return n.flags&inHead != 0 && !allCapitals(n.n.Data)
		}
	}
	return false
}

// leadsTitleWithNext reports whether a title is a heading of some words and
// then the next heading: headline and second line.
func (r *reader) leadsTitleWithNext(h *heading, title string) bool {
	rest, found := strings.CutPrefix(title, h.key+" ")
	if !found || strings.Count(h.key, " ") < 2 {
		return false
	}
	next := slices.IndexFunc(r.d.head.heads, func(i nodeID) bool { return i >= r.d.nodes[h.at].end })
	return next >= 0 && strings.HasPrefix(rest, key(r.d.text(r.d.head.heads[next])))
}

func allCapitals(s string) bool { return strings.ToUpper(s) == s }

// hintsAbove are the hints of a heading and of what it stands in. Those of the
// sides of a page do not count for what holds most of its text: they describe
// its layout.
func (r *reader) hintsAbove(i nodeID) hint {
	all := r.d.nodes[i].above | r.d.nodes[i].hints
	if all&hintChrome == 0 {
		return all
	}
	all = 0
	most := r.d.nodes[r.d.body].text / 2
	for ; i >= 0; i = r.d.nodes[i].parent {
		if n := &r.d.nodes[i]; n.text > most {
			all |= n.hints &^ hintChrome
		} else {
			all |= n.hints
		}
	}
	return all
}

var levelScore = map[atom.Atom]float64{atom.H1: 2.5, atom.H2: 1.6, atom.H3: 1.2, atom.H4: 0.8, atom.H5: 0.5, atom.H6: 0.4, atom.Font: 1.6}

// titleMatch is how much of a title a heading tells, or the other way round.
func titleMatch(heading, title string) float64 {
	switch {
	case title == "" || heading == "":
		return 0
	case heading == title:
		return 1.1
	case len(heading) >= 8 && containsWords(title, heading):
		return 0.35 + 0.65*float64(len(heading))/float64(len(title))
	case len(title) >= 12 && containsWords(heading, title):
		return 0.35 + 0.6*float64(len(title))/float64(len(heading))
	case containsWords(title, heading):
		return 0.25 * float64(len(heading)) / float64(len(title))
	}
	if common := commonPrefix(heading, title); common >= 20 {
		return 0.8 * float64(common) / float64(max(len(heading), len(title)))
	}
	return 0
}

// containsWords reports whether whole words of text are the other text.
func containsWords(text, part string) bool {
	i := strings.Index(text, part)
	if i < 0 {
		return false
	}
	end := i + len(part)
	return (i == 0 || text[i-1] == ' ') && (end == len(text) || text[end] == ' ')
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// stockHeadings are headings that stand on every page of a site.
var stockHeadings = words.Set("stock_headings")

func stockHeading(key string) bool { return stockHeadings()[foldWord(key)] }
