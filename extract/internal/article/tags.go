package article

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// Labels stand before the tags of a report, and before the categories that it is
// filed under.
var (
	tagLabels      = words.Set("tag_labels")
	categoryLabels = words.Set("category_labels")

	tagLabelStarts      = words.FirstWords("tag_labels")
	categoryLabelStarts = words.FirstWords("category_labels")
)

// ruledTags are what a rule of the configuration or the preset finds.
func (r *reader) ruledTags() ([]string, read.Evidence) {
	all, e := r.ruled("tags", func(a *read.ArticleRules) read.Rule { return a.Tags })
	var tags []string
	for _, f := range all {
		tags = append(tags, f.Text)
		if r.d.Nodes[f.ID].Text < 500 {
			r.consumed = append(r.consumed, f.ID)
		}
	}
	return tags, e
}

// elsewhere reports whether an element stands in a part of the page that has
// tags of its own: a cloud, navigation, other reports, comments, a side column
// that is not the article's.
func (r *reader) elsewhere(i dom.NodeID) bool {
	var above dom.Hint
	for p := i; p > r.d.Body && !r.apartEnds(p); p = r.d.Nodes[p].Parent {
		h := r.d.Nodes[p].Hints
		switch {
		case h&dom.HintSide != 0 && 2*r.prose[p] > r.prose[r.d.Body]:
			h &^= dom.HintSide // a class such as "with-sidebar"
		case h&dom.HintTags != 0 && h&dom.HintCloud == 0:
			h &^= dom.HintNav | dom.HintRelated // a <nav> of tags, "related-topics"
		}
		above |= h
	}
	return above&(dom.HintCloud|dom.HintNav|dom.HintBreadcrumb|dom.HintRelated|dom.HintComments|dom.HintPopular) != 0 ||
		above&dom.HintSide != 0 && !r.inArticle(i)
}

// inFooter reports whether an element stands in a footer that is not the
// report's own.
func (r *reader) inFooter(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if (n.Hints|n.Above)&dom.HintFooter == 0 || r.inArticle(i) {
		return false
	}
	for p := n.Parent; p > r.d.Body; p = r.d.Nodes[p].Parent {
		if r.d.Nodes[p].Tag == atom.Article {
			return 2*r.prose[p] < r.prose[r.root]
		}
	}
	return true
}

// inArticle reports whether an element stands in the same <article> as the
// headline.
func (r *reader) inArticle(i dom.NodeID) bool {
	for p := r.headline; p > r.d.Body; p = r.d.Nodes[p].Parent {
		if r.d.Nodes[p].Tag == atom.Article {
			return r.d.Within(i, p)
		}
	}
	return false
}

// labelledTags are what follows "Stichwörter:" and its like.
func (r *reader) labelledTags() ([]string, read.Evidence) {
	return r.labelled(tagLabelStarts(), tagLabels())
}

// labelled are the tags behind the first label of a kind: its first words, and
// the whole.
func (r *reader) labelled(starts, labels map[string]bool) ([]string, read.Evidence) {
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
		n := &r.d.Nodes[i]
		if n.Flags&(dom.IsText|dom.InLink) != dom.IsText || n.Text < 4 || !texts.StartsWith(n.HTML.Data, starts) {
			continue
		}
		if r.elsewhere(i) {
			continue
		}
		text := news.Squash(n.HTML.Data)
		label := labelBefore(text, labels)
		if label == "" || !strings.Contains(label, ":") && r.ownText[r.block[i]] > 30 {
			continue
		}
		if tags := r.tagsAfter(i, text[len(label):]); len(tags) > 0 {
			return tags, read.Evidence{Rule: rules.Label, Where: r.d.Where(i), Raw: strings.TrimSpace(label)}
		}
	}
	return nil, read.Evidence{}
}

// labelBefore is the label that a text is, or that it begins with and a colon
// ends: "Tags : Rat" has "Tags :"; empty where there is none.
func labelBefore(text string, labels map[string]bool) string {
	label := text
	if i := strings.IndexAny(text, ":："); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[i:])
		label = text[:i+size]
	}
	if len(label) > longestLabel || !labels[words.Fold(texts.Key(label))] {
		return ""
	}
	return label
}

// longestLabel is how many bytes a label of tags has at most.
const longestLabel = 60

// tagsAfter are the tags that follow a label: on the same line, or in the next
// element.
func (r *reader) tagsAfter(label dom.NodeID, rest string) []string {
	if tags := r.tagsOnLine(label, rest); len(tags) > 0 {
		return tags
	}
	block := r.block[label]
	for up := 0; up < 3; up++ {
		if r.prose[block] >= fewProse && r.holdsSentences(block) {
			return nil // never a block with prose
		}
		tags, mixed := r.tagsOfNext(label, block)
		if len(tags) == 0 || !mixed {
			if links := r.linksAfter(label, block); len(links) > 0 {
				tags = links
			} else if parts := r.partsAfter(label, block); len(parts) > 1 {
				tags = parts
			} else if text := strings.TrimLeft(r.textAfter(label, block), ", "); text != "" {
				tags = splitTags(text)
			}
		}
		if len(tags) > 0 {
			r.consumed = append(r.consumed, block)
			return tags
		}
		if r.d.Nodes[block].Parent <= r.d.Body {
			break
		}
		block = r.d.Nodes[block].Parent
		if r.d.Nodes[block].Text > 600 {
			break
		}
	}
	return nil
}

// linksAfter are the texts of the links that follow in an element; where some
// are marked as tags, of these alone, or else where some lead to pages of the
// site, of these alone.
func (r *reader) linksAfter(label, in dom.NodeID) []string {
	var tags, marked, own []string
	for i := label + 1; i < r.d.Nodes[in].End; i++ {
		n := &r.d.Nodes[i]
		if n.Tag != atom.A || n.Text == 0 || n.Text >= 60 || r.invites(i) {
			continue
		}
		text := r.d.Text(i)
		tags = append(tags, text)
		if slices.Contains(strings.Fields(dom.AttrOf(n.HTML, "rel")), "tag") {
			marked = append(marked, text)
		}
		if _, to, _ := strings.Cut(r.d.Abs(dom.AttrOf(n.HTML, "href")), "://"); strings.HasPrefix(to, r.d.Base.Host+"/") {
			own = append(own, text)
		}
	}
	switch {
	case len(marked) > 0:
		return marked
	case len(own) > 0:
		return own
	}
	return tags
}

// invites reports what stands among invitations to share or to comment.
func (r *reader) invites(i dom.NodeID) bool {
	const invitations = dom.HintShare | dom.HintComments
	n := &r.d.Nodes[i]
	return (n.Hints|n.Above)&invitations != 0 && r.hintsBelowHeadline(i)&invitations != 0
}

func (r *reader) textAfter(label, in dom.NodeID) string {
	var b strings.Builder
	for i := label + 1; i < r.d.Nodes[in].End; i++ {
		if n := &r.d.Nodes[i]; n.Flags&dom.IsText != 0 && n.Flags&dom.IsHidden == 0 {
			if n.Flags&dom.Breaks != 0 {
				b.WriteString(", ")
			}
			b.WriteString(n.HTML.Data)
		}
	}
	return news.Squash(b.String())
}

func splitTags(s string) []string {
	sep := ","
	for _, other := range []string{";", "|", "·", "•", " / "} {
		if strings.Count(s, other) > strings.Count(s, sep) {
			sep = other
		}
	}
	return strings.Split(s, sep)
}

// relTags are links with rel="tag", less those that are categories.
func (r *reader) relTags() ([]string, read.Evidence) { return r.relLinks(false) }

// relLinks are the links with rel="tag" that are categories, or are none.
func (r *reader) relLinks(categories bool) ([]string, read.Evidence) {
	var tags []string
	var e read.Evidence
	for _, i := range r.d.Head.Rels {
		n := &r.d.Nodes[i]
		if n.Text == 0 || n.Text > 60 || !r.d.Within(i, r.d.Body) {
			continue
		}
		rel := strings.Fields(strings.ToLower(dom.AttrOf(n.HTML, "rel")))
		if !slices.Contains(rel, "tag") || slices.Contains(rel, "category") != categories || r.elsewhere(i) {
			continue
		}
		if tags = append(tags, r.d.Text(i)); len(tags) == 1 {
			e = read.Evidence{Rule: rules.RelTag, Where: r.d.Where(i)}
		}
	}
	return tags, e
}

// relCategories are the categories that links with rel="tag" name.
func (r *reader) relCategories() ([]string, read.Evidence) { return r.relLinks(true) }

// labelledCategories are what follows "Kategorie:" and its like.
func (r *reader) labelledCategories() ([]string, read.Evidence) {
	return r.labelled(categoryLabelStarts(), categoryLabels())
}

// tagAddress are the addresses of pages that list what has one tag.
var tagAddress = words.Regexp(`(?i)/{{tag_folders}}[/:][^/?#]|[?&\[]{{tag_parameters}}\]?=[^&]`)

// tagParts are in every such address.
var tagParts = texts.MayHold("tag_folders", "tag_parameters")

// listsTag reports whether an address is of a page that lists what has one tag.
func listsTag(address string) bool {
	if !tagParts(strings.ToLower(address)) && !strings.Contains(address, "%") {
		return false
	}
	address, _ = url.QueryUnescape(address)
	return tagAddress.MatchString(address)
}

// linkedTags are the links of a line or list that all lead to pages of tags.
func (r *reader) linkedTags() ([]string, read.Evidence) {
	scope := r.scope()
	for i := scope; i < r.d.Nodes[scope].End; i++ {
		n := &r.d.Nodes[i]
		isLinked := n.Linked > 0 && n.Linked*10 >= n.Text*8
		if !isLinked || n.Flags&(dom.IsText|dom.InHead|dom.InLink) != 0 || n.Text > 400 {
			continue
		}
		if r.other[i] || r.elsewhere(i) {
			continue
		}
		if tags := r.linksOfTags(i); len(tags) > 1 {
			r.consumed = append(r.consumed, i)
			return tags, read.Evidence{Rule: rules.Links, Where: r.d.Where(i)}
		}
	}
	return nil, read.Evidence{}
}

// linksOfTags are the links of an element, where all of them lead to pages of
// tags.
func (r *reader) linksOfTags(in dom.NodeID) []string {
	var tags []string
	for i := in; i < r.d.Nodes[in].End; i++ {
		if n := &r.d.Nodes[i]; n.Tag == atom.A && n.Text > 0 {
			if n.Text > 50 || !listsTag(dom.AttrOf(n.HTML, "href")) {
				return nil
			}
			tags = append(tags, r.d.Text(i))
		}
	}
	return tags
}

// hashtags are the words of a line that has nothing else: "#Klima #Verkehr".
func (r *reader) hashtags() ([]string, read.Evidence) {
	for i := r.root; i < r.d.Nodes[r.root].End; i++ {
		if n := &r.d.Nodes[i]; n.Flags&dom.IsText != 0 || r.ownText[i] < 4 || n.Text > 300 || n.Flags&dom.IsBlock == 0 {
			continue
		}
		if first := r.firstText(i); first < 0 || strings.IndexByte(r.d.Nodes[first].HTML.Data, '#') < 0 {
			continue
		}
		words := hashWords(r.d.Text(i))
		if len(words) < 2 || slices.ContainsFunc(words, func(w string) bool { return len(w) < 3 || w[0] != '#' }) {
			continue
		}
		r.consumed = append(r.consumed, i)
		return words, read.Evidence{Rule: rules.Hashtags, Where: r.d.Where(i)}
	}
	return nil, read.Evidence{}
}

// hashWords are the words of a line, those that are run together apart:
// "#Bauen#Rat".
func hashWords(text string) []string {
	words := strings.Fields(text)
	if len(words) == 1 && strings.Count(text, "#") > 1 {
		words = strings.Fields(strings.ReplaceAll(text, "#", " #"))
	}
	return words
}

// claimedTags are what the page declares of the article.
func (r *reader) claimedTags() ([]string, read.Evidence) {
	return r.keywords(func(rule rules.Name) bool { return rule != rules.Meta })
}

// metaTags are the keywords of <meta>.
func (r *reader) metaTags() ([]string, read.Evidence) {
	return r.keywords(func(rule rules.Name) bool { return rule == rules.Meta })
}

// keywords are the declarations of one kind: those of the first that fits.
func (r *reader) keywords(fits func(rule rules.Name) bool) ([]string, read.Evidence) {
	var tags []string
	var e read.Evidence
	for _, c := range r.claims[claims.OfKeywords] {
		switch {
		case !fits(c.Rule) || len(tags) > 0 && c.Rule != e.Rule:
			continue
		case len(tags) == 0:
			e = read.Evidence{Rule: c.Rule, Where: c.Where}
		}
		tags = append(tags, splitTags(c.Value)...)
	}
	return tags, e
}

// chipTags are the links of an element whose class calls them tags, or its
// parts where there are no links: of several such elements those of the one
// that has most, as a section over the headline is one chip of the same class.
func (r *reader) chipTags() ([]string, read.Evidence) {
	var best []string
	at := dom.NodeID(-1)
	for i := r.d.Body; i < r.d.Nodes[r.d.Body].End; i++ {
		if !r.mayHoldChips(i) {
			continue
		}
		tags := r.chipsIn(i)
		if len(tags) == 1 {
			tags = append(tags, r.chipsBeside(i)...)
		}
		isBar := at >= 0 && r.overReport(at) // of the site's topics
		isBelowBar := len(tags) > 0 && isBar && !r.overReport(i)
		if len(tags) <= 15 && (len(tags) > len(best) || isBelowBar) {
			best, at = tags, i
		}
	}
	if at < 0 {
		return nil, read.Evidence{}
	}
	r.consumed = append(r.consumed, at)
	return best, read.Evidence{Rule: rules.Class, Where: r.d.Where(at)}
}

// mayHoldChips reports an element whose class is of tags and which has little text.
func (r *reader) mayHoldChips(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	if n.Flags&dom.IsText != 0 || n.Hints&dom.HintTags == 0 || n.Text == 0 || n.Text > 400 {
		return false
	}
	return r.prose[i] <= 80 && !r.other[i] && !r.elsewhere(i) && !r.inFooter(i)
}

// overReport reports what stands over the headline, outside of the report.
func (r *reader) overReport(i dom.NodeID) bool {
	return i < r.headline && !r.d.Within(i, r.root) && !r.d.Within(r.headline, i)
}

// chipsIn are the tags in an element of such a class.
func (r *reader) chipsIn(i dom.NodeID) []string {
	n := &r.d.Nodes[i]
	switch {
	case n.Linked*10 >= n.Text*7:
		return r.linksAfter(i, i)
	case n.Linked == 0:
		if parts := r.partsOf(i); len(parts) > 0 {
			return parts
		}
		if words := strings.Fields(r.d.Text(i)); r.ownText[i] == n.Text && n.Hints&(dom.HintDate|dom.HintAuthor|dom.HintMeta) == 0 &&
			r.areSingleWords(words) {
			return words
		}
	}
	return nil
}

// chipsBeside are the tags in what follows an element and has the same class,
// where each tag has an element of its own.
func (r *reader) chipsBeside(i dom.NodeID) []string {
	var tags []string
	class, parent := dom.AttrOf(r.d.Nodes[i].HTML, "class"), r.d.Nodes[i].Parent
	for c := r.d.Nodes[i].End; c < r.d.Nodes[parent].End && len(tags) < 20; c = r.d.Nodes[c].End {
		n := &r.d.Nodes[c]
		isChip := n.Flags&dom.IsText == 0 && n.Hints&dom.HintTags != 0 && n.Text > 0 && n.Text < 60
		if isChip && dom.AttrOf(n.HTML, "class") == class {
			tags = append(tags, r.chipsIn(c)...)
		}
	}
	return tags
}

// partsOf are the texts of the elements directly within one that has no text
// of its own.
func (r *reader) partsOf(i dom.NodeID) []string { return r.partsFrom(i+1, i) }

// partsAfter are such texts behind the element of a label.
func (r *reader) partsAfter(label, in dom.NodeID) []string {
	for label > in && r.d.Nodes[label].Parent != in {
		label = r.d.Nodes[label].Parent
	}
	if r.d.Nodes[label].Flags&dom.IsText != 0 {
		return nil
	}
	return r.partsFrom(r.d.Nodes[label].End, in)
}

func (r *reader) partsFrom(from, in dom.NodeID) []string {
	var parts []string
	for c := from; c < r.d.Nodes[in].End; c = r.d.Nodes[c].End {
		switch n := &r.d.Nodes[c]; {
		case n.Text == 0:
		case n.Flags&(dom.IsText|dom.InHead) != 0 || n.Text > 50 || n.Hints&(dom.HintDate|dom.HintAuthor) != 0:
			return nil
		default:
			parts = append(parts, r.d.Text(c))
		}
	}
	return parts
}
