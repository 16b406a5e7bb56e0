package article

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// leadsHome reports whether a heading is a link to the first page of the site or
// to a folder above the page: the name of the site, its weblog or section, which
// some systems make the first heading of every page.
func (r *reader) leadsHome(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if n.Linked == 0 || n.Linked < n.Text {
		return false
	}
	a := r.d.Find(i, atom.A)
	for p := n.Parent; a < 0 && p > r.d.Body; p = r.d.Nodes[p].Parent {
		if r.d.Nodes[p].Tag == atom.A {
			a = p
		}
	}
	if a < 0 {
		return false
	}
	href := r.d.Attr(a, "href")
	if path, _, _ := strings.Cut(href, "?"); dom.IsPlainPath(href) && !strings.Contains(r.d.Page.URL, strings.TrimRight(path, "/")) {
		return false
	}
	u, err := url.Parse(r.d.Abs(href))
	if err != nil || u.Host == "" || u.RawQuery != "" {
		return false
	}
	folder := strings.TrimRight(u.Path, "/") + "/"
	return folder == "/" || strings.HasPrefix(r.d.Page.URL, u.Scheme+"://"+u.Host+folder) && !strings.HasSuffix(r.d.Page.URL, folder)
}

// overHeading reports whether a heading is a kicker in capitals: the very next
// text is another heading, which is not.
func (r *reader) overHeading(h *headlineCandidate) bool {
	if !allCapitals(h.text) {
		return false
	}
	for i := r.d.Nodes[h.at].End; i < r.d.Nodes[r.d.Body].End; i++ {
		if n := &r.d.Nodes[i]; n.Flags&(dom.IsText|dom.IsHidden) == dom.IsText && n.Text > 0 {
			return n.Flags&dom.InHead != 0 && !allCapitals(n.HTML.Data)
		}
	}
	return false
}

// leadsTitleWithNext reports whether a title is a heading of some words and
// then the next heading: headline and second line.
func (r *reader) leadsTitleWithNext(h *headlineCandidate, title string) bool {
	rest, found := strings.CutPrefix(title, h.key+" ")
	if !found || strings.Count(h.key, " ") < 2 {
		return false
	}
	next := slices.IndexFunc(r.d.Head.Heads, func(i dom.NodeID) bool { return i >= r.d.Nodes[h.at].End })
	return next >= 0 && strings.HasPrefix(rest, texts.Key(r.d.Text(r.d.Head.Heads[next])))
}

func allCapitals(s string) bool { return strings.ToUpper(s) == s }

// hintsAbove are the hints of a heading and of what it stands in. Those of the
// sides of a page do not count for what holds most of its text: they describe
// its layout.
func (r *reader) hintsAbove(i dom.NodeID) dom.Hint {
	all := r.d.Nodes[i].Above | r.d.Nodes[i].Hints
	if all&dom.HintChrome == 0 {
		return all
	}
	all = 0
	most := r.d.Nodes[r.d.Body].Text / 2
	for ; i >= 0; i = r.d.Nodes[i].Parent {
		if n := &r.d.Nodes[i]; n.Text > most {
			all |= n.Hints &^ dom.HintChrome
		} else {
			all |= n.Hints
		}
	}
	return all
}

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

func stockHeading(key string) bool { return stockHeadings()[words.Fold(key)] }
