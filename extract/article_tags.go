package extract

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// tagLabel begins a list of tags.
var tagLabel = lazy.Regexp(`(?i)^(?:stichw(?:ö|oe)rte?r?|schlagw(?:o|ö|oe)rte?r?|schlagw(?:o|ö)rte|tags?|themen|thema|keywords?|mots[- ]clés|etiquetas|etiquetes|parole chiave|argomenti|topics|tagged(?: with| as)?|verschlagwortet(?: mit)?|trefwoorden|onderwerp(?:en)?|emneord|emner|ämnen?|tematy|tagi|słowa kluczowe|štítky|klíčová slova|témata|témák?|nyckelord|stikkord|nøkkelord|nøgleord|temaer|palavras[- ]chave|etichette|labels?|avainsanat|címkék|palabras clave|temas|assuntos|sujets)\s*(?::|$)\s*`)

// tagLabelStarts are the words that such a label begins with.
var tagLabelStarts = words.Set("tag_label_starts")

// categoryLabel begins a list of the categories that a report is filed under.
var categoryLabel = lazy.Regexp(`(?i)^(?:kategorien?|categor(?:y|ies)|filed under|posted in|abgelegt (?:unter|in)|veröffentlicht (?:unter|in)|rubriken?|catégories?|categoria|categorie|categorías?|kategori(?:er)?|kategorie)\s*(?::|$)\s*`)

var categoryLabelStarts = words.Set("category_label_starts")

// readTags takes the article's own list of tags: what a rule finds, else the
// most outspoken that there is.
func (r *reader) readTags() {
	for _, find := range []func() ([]string, Evidence){r.ruledTags, r.labelledTags, r.relTags, r.claimedTags, r.chipTags, r.linkedTags, r.hashtags, r.metaTags, r.categories} {
		tags, e := find()
		if tags = r.ownTags(r.cleanTags(tags)); len(tags) > 0 && !r.areTopicsOfSite(tags, e.Rule) {
			r.art.Item.Tags = tags
			r.art.Evidence["tags"] = e
			break
		}
	}
}

func (r *reader) ruledTags() ([]string, Evidence) {
	all, e := r.ruled("tags", func(a *ArticleRules) Rule { return a.Tags })
	var tags []string
	for _, f := range all {
		tags = append(tags, f.text)
		if r.d.nodes[f.id].text < 500 {
			r.spent = append(r.spent, f.id)
		}
	}
	return tags, e
}

// elsewhere reports whether an element stands in a part of the page that has
// tags of its own: a cloud, navigation, other reports, comments, a side column
// that is not the article's.
func (r *reader) elsewhere(i nodeID) bool {
	var above hint
	for p := i; p > r.d.body && !r.apartEnds(p); p = r.d.nodes[p].parent {
		h := r.d.nodes[p].hints
		switch {
		case h&hintSide != 0 && 2*r.prose[p] > r.prose[r.d.body]:
			h &^= hintSide // a class such as "with-sidebar"
		case h&hintTags != 0 && h&hintCloud == 0:
			h &^= hintNav | hintRelated // a <nav> of tags, "related-topics"
		}
		above |= h
	}
	return above&(hintCloud|hintNav|hintBreadcrumb|hintRelated|hintComments|hintPopular) != 0 || above&hintSide != 0 && !r.inArticle(i)
}

// inFooter reports whether an element stands in a footer that is not the
// report's own.
func (r *reader) inFooter(i nodeID) bool {
	n := &r.d.nodes[i]
	if (n.hints|n.above)&hintFooter == 0 || r.inArticle(i) {
		return false
	}
	for p := n.parent; p > r.d.body; p = r.d.nodes[p].parent {
		if r.d.nodes[p].tag == atom.Article {
			return 2*r.prose[p] < r.prose[r.root]
		}
	}
	return true
}

// inArticle reports whether an element stands in the same <article> as the
// headline.
func (r *reader) inArticle(i nodeID) bool {
	for p := r.headline; p > r.d.body; p = r.d.nodes[p].parent {
		if r.d.nodes[p].tag == atom.Article {
			return r.d.within(i, p)
		}
	}
	return false
}

// labelledTags are what follows "Stichwörter:" and its like.
func (r *reader) labelledTags() ([]string, Evidence) { return r.labelled(tagLabelStarts(), tagLabel) }

// labelled are the tags behind the first label of a kind: its first words, and
// the whole.
func (r *reader) labelled(starts map[string]bool, whole *lazy.Pattern) ([]string, Evidence) {
	for i := r.d.body; i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText == 0 || n.text < 4 || n.flags&inLink != 0 || !startsWith(n.n.Data, starts) || r.elsewhere(i) {
			continue
		}
		text := news.Squash(n.n.Data)
		label := whole.FindString(text)
		if label == "" || !strings.Contains(label, ":") && r.own[r.block[i]] > 30 {
			continue
		}
		if tags := r.tagsAfter(i, text[len(label):]); len(tags) > 0 {
			return tags, Evidence{Rule: rules.Label, Where: r.d.where(i), Raw: strings.TrimSpace(label)}
		}
	}
	return nil, Evidence{}
}

// tagsAfter are the tags that follow a label: on the same line, or in the next
// element.
func (r *reader) tagsAfter(label nodeID, rest string) []string {
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
			r.spent = append(r.spent, block)
			return tags
		}
		if r.d.nodes[block].parent <= r.d.body {
			break
		}
		block = r.d.nodes[block].parent
		if r.d.nodes[block].text > 600 {
			break
		}
	}
	return nil
}

// linksAfter are the texts of the links that follow in an element; where some
// are marked as tags, of these alone, or else where some lead to pages of the
// site, of these alone.
func (r *reader) linksAfter(label, in nodeID) []string {
	var tags, marked, own []string
	for i := label + 1; i < r.d.nodes[in].end; i++ {
		n := &r.d.nodes[i]
		if n.tag != atom.A || n.text == 0 || n.text >= 60 || (n.hints|n.above)&(hintShare|hintComments) != 0 && r.apart(i)&(hintShare|hintComments) != 0 {
			continue
		}
		text := r.d.text(i)
		tags = append(tags, text)
		if slices.Contains(strings.Fields(attrOf(n.n, "rel")), "tag") {
			marked = append(marked, text)
		}
		if _, to, _ := strings.Cut(r.d.abs(attrOf(n.n, "href")), "://"); strings.HasPrefix(to, r.d.base.Host+"/") {
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

func (r *reader) textAfter(label, in nodeID) string {
	var b strings.Builder
	for i := label + 1; i < r.d.nodes[in].end; i++ {
		if n := &r.d.nodes[i]; n.flags&isText != 0 && n.flags&isHidden == 0 {
			if n.flags&breaks != 0 {
				b.WriteString(", ")
			}
			b.WriteString(n.n.Data)
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
func (r *reader) relTags() ([]string, Evidence) { return r.relLinks(false) }

// relLinks are the links with rel="tag" that are categories, or are none.
func (r *reader) relLinks(categories bool) ([]string, Evidence) {
	var tags []string
	var e Evidence
	for _, i := range r.d.head.rels {
		n := &r.d.nodes[i]
		if n.text == 0 || n.text > 60 || !r.d.within(i, r.d.body) {
			continue
		}
		rel := strings.Fields(strings.ToLower(attrOf(n.n, "rel")))
		if !slices.Contains(rel, "tag") || slices.Contains(rel, "category") != categories || r.elsewhere(i) {
			continue
		}
		if tags = append(tags, r.d.text(i)); len(tags) == 1 {
			e = Evidence{Rule: rules.RelTag, Where: r.d.where(i)}
		}
	}
	return tags, e
}

// categories are what a page that has no tags is filed under.
func (r *reader) categories() ([]string, Evidence) {
	if tags, e := r.relLinks(true); len(tags) > 0 {
		return tags, e
	}
	tags, e := r.labelled(categoryLabelStarts(), categoryLabel)
	if !strings.HasSuffix(e.Raw, ":") || len(tags) > 6 {
		return nil, Evidence{} // the heading over a list of all that there are
	}
	return tags, e
}

// tagAddress are the addresses of pages that list what has one tag.
var tagAddress = lazy.Regexp(`(?i)/(?:tags?|topics?|them(?:a|en|e)|aihe(?:et)?|temas?|keywords?|(?:schlag|stich)(?:wort|worte|woerter|wörter)|mots?-?cles?|etiquetas?|argoment[io]|onderwerp(?:en)?|emner?|labels?|taxonomy/term)[/:][^/?#]|[?&\[](?:tags?|topics?|thema|keyword|schlagwort|stichwort)\]?=[^&]`)

// tagParts are in every such address.
var tagParts = piecesOf("tag", "topic", "them", "aihe", "tema", "keyword", "schlag", "stich", "mot", "etiqueta", "argoment", "onderwerp", "emne", "label", "taxonomy")

// listsTag reports whether an address is of a page that lists what has one tag.
func listsTag(address string) bool {
	if !tagParts.in(strings.ToLower(address)) && !strings.Contains(address, "%") {
		return false
	}
	address, _ = url.QueryUnescape(address)
	return tagAddress.MatchString(address)
}

// linkedTags are the links of a line or list that all lead to pages of tags.
func (r *reader) linkedTags() ([]string, Evidence) {
	scope := r.scope()
	for i := scope; i < r.d.nodes[scope].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&(isText|inHead|inLink) != 0 || n.linked == 0 || n.linked*10 < n.text*8 || n.text > 400 || r.other[i] || r.elsewhere(i) {
			continue
		}
		if tags := r.linksOfTags(i); len(tags) > 1 {
			r.spent = append(r.spent, i)
			return tags, Evidence{Rule: rules.Links, Where: r.d.where(i)}
		}
	}
	return nil, Evidence{}
}

// linksOfTags are the links of an element, where all of them lead to pages of
// tags.
func (r *reader) linksOfTags(in nodeID) []string {
	var tags []string
	for i := in; i < r.d.nodes[in].end; i++ {
		if n := &r.d.nodes[i]; n.tag == atom.A && n.text > 0 {
			if n.text > 50 || !listsTag(attrOf(n.n, "href")) {
				return nil
			}
			tags = append(tags, r.d.text(i))
		}
	}
	return tags
}

// hashtags are the words of a line that has nothing else: "#Klima #Verkehr".
func (r *reader) hashtags() ([]string, Evidence) {
	for i := r.root; i < r.d.nodes[r.root].end; i++ {
		if n := &r.d.nodes[i]; n.flags&isText != 0 || r.own[i] < 4 || n.text > 300 || n.flags&isBlock == 0 {
			continue
		}
		if first := r.firstText(i); first < 0 || strings.IndexByte(r.d.nodes[first].n.Data, '#') < 0 {
			continue
		}
		words := hashWords(r.d.text(i))
		if len(words) < 2 || slices.ContainsFunc(words, func(w string) bool { return len(w) < 3 || w[0] != '#' }) {
			continue
		}
		r.spent = append(r.spent, i)
		return words, Evidence{Rule: rules.Hashtags, Where: r.d.where(i)}
	}
	return nil, Evidence{}
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
func (r *reader) claimedTags() ([]string, Evidence) {
	return r.declaredTags(func(rule rules.Name) bool { return rule != rules.Meta })
}

// metaTags are the keywords of <meta>, where they are the report's and not
// mainly the names of those who publish.
func (r *reader) metaTags() ([]string, Evidence) {
	tags, e := r.declaredTags(func(rule rules.Name) bool { return rule == rules.Meta })
	given := len(tags)
	tags = r.cleanTags(tags)
	headline, byline := key(r.art.Item.Headline), key(r.art.Item.Byline)
	tags = slices.DeleteFunc(tags, func(t string) bool {
		k := key(t)
		return namesTown(t) || officeNames()[foldWord(k)] || k == headline || k == byline || key(jointNames.ReplaceAllString(t, "$1, $2")) == byline
	})
	if 2*len(tags) < given {
		return nil, Evidence{}
	}
	return r.ofReport(tags), e
}

// declaredTags are the declarations of one kind: those of the first that fits.
func (r *reader) declaredTags(fits func(rule rules.Name) bool) ([]string, Evidence) {
	var tags []string
	var e Evidence
	for _, c := range r.claims[ofKeywords] {
		switch {
		case !fits(c.rule) || len(tags) > 0 && c.rule != e.Rule:
			continue
		case len(tags) == 0:
			e = Evidence{Rule: c.rule, Where: c.where}
		}
		tags = append(tags, splitTags(c.value)...)
	}
	if areCodes(tags) || r.wordsOfTitle(r.cleanTags(tags)) {
		return nil, Evidence{}
	}
	return tags, e
}

// chipTags are the links of an element whose class calls them tags, or its
// parts where there are no links.
func (r *reader) chipTags() ([]string, Evidence) {
	for i := r.d.body; i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText != 0 || n.hints&hintTags == 0 || n.text == 0 || n.text > 400 || r.prose[i] > 80 {
			continue
		}
		if r.other[i] || r.elsewhere(i) || r.inFooter(i) {
			continue
		}
		tags := r.chipsIn(i)
		if len(tags) == 1 {
			tags = append(tags, r.chipsBeside(i)...)
		}
		if len(tags) > 0 && len(tags) <= 15 {
			r.spent = append(r.spent, i)
			return tags, Evidence{Rule: rules.Class, Where: r.d.where(i)}
		}
	}
	return nil, Evidence{}
}

// chipsIn are the tags in an element of such a class.
func (r *reader) chipsIn(i nodeID) []string {
	n := &r.d.nodes[i]
	switch {
	case n.linked*10 >= n.text*7:
		return r.linksAfter(i, i)
	case n.linked == 0:
		if parts := r.partsOf(i); len(parts) > 0 {
			return parts
		}
		if words := strings.Fields(r.d.text(i)); r.own[i] == n.text && n.hints&(hintDate|hintAuthor|hintMeta) == 0 && r.areSingleWords(words) {
			return words
		}
	}
	return nil
}

// chipsBeside are the tags in what follows an element and has the same class,
// where each tag has an element of its own.
func (r *reader) chipsBeside(i nodeID) []string {
	var tags []string
	class, parent := attrOf(r.d.nodes[i].n, "class"), r.d.nodes[i].parent
	for c := r.d.nodes[i].end; c < r.d.nodes[parent].end && len(tags) < 20; c = r.d.nodes[c].end {
		if n := &r.d.nodes[c]; n.flags&isText == 0 && n.hints&hintTags != 0 && n.text > 0 && n.text < 60 && attrOf(n.n, "class") == class {
			tags = append(tags, r.chipsIn(c)...)
		}
	}
	return tags
}

// partsOf are the texts of the elements directly within one that has no text
// of its own.
func (r *reader) partsOf(i nodeID) []string { return r.partsFrom(i+1, i) }

// partsAfter are such texts behind the element of a label.
func (r *reader) partsAfter(label, in nodeID) []string {
	for label > in && r.d.nodes[label].parent != in {
		label = r.d.nodes[label].parent
	}
	if r.d.nodes[label].flags&isText != 0 {
		return nil
	}
	return r.partsFrom(r.d.nodes[label].end, in)
}

func (r *reader) partsFrom(from, in nodeID) []string {
	var parts []string
	for c := from; c < r.d.nodes[in].end; c = r.d.nodes[c].end {
		switch n := &r.d.nodes[c]; {
		case n.text == 0:
		case n.flags&(isText|inHead) != 0 || n.text > 50 || n.hints&(hintDate|hintAuthor) != 0:
			return nil
		default:
			parts = append(parts, r.d.text(c))
		}
	}
	return parts
}
