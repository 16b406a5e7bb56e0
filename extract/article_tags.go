package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// tagLabel begins a list of tags.
var tagLabel = regexp.MustCompile(`(?i)^(?:stichw(?:ö|oe)rte?r?|schlagw(?:o|ö|oe)rte?r?|schlagw(?:o|ö)rte|tags?|themen|thema|keywords?|mots[- ]clés|etiquetas|etiquetes|parole chiave|argomenti|topics|filed under|tagged(?: with)?|verschlagwortet(?: mit)?|trefwoorden|emneord|tagi|avainsanat|címkék|palabras clave|temas|sujets)\s*(?::|$)\s*`)

// tagLabelStarts are the words that such a label begins with.
var tagLabelStarts = wordSet("stichwort stichworte stichworter stichwörter stichwoerter schlagwort schlagworte schlagworter schlagwörter schlagwörte schlagwoerter tag tags themen thema keyword keywords mot mots etiquetas etiquetes parole argomenti topic topics filed tagged verschlagwortet trefwoorden emneord tagi avainsanat címkék palabras temas sujets sujet")

// readTags takes the article's own list of tags: what a rule finds, else the
// most outspoken that there is.
func (r *reader) readTags() {
	for _, find := range []func() ([]string, Evidence){r.ruledTags, r.labelledTags, r.relTags, r.claimedTags, r.chipTags, r.metaTags} {
		tags, e := find()
		if tags = r.cleanTags(tags); len(tags) > 0 {
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

// labelledTags are what follows "Stichwörter:" and its like.
func (r *reader) labelledTags() ([]string, Evidence) {
	for i := r.d.body; i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText == 0 || n.text < 4 || n.flags&inLink != 0 || !tagLabelStarts[firstWord(n.n.Data)] || r.apart(i)&(hintCloud|hintNav|hintSide|hintRelated|hintComments|hintPopular) != 0 {
			continue
		}
		text := news.Squash(n.n.Data)
		label := tagLabel.FindString(text)
		if label == "" || !strings.Contains(label, ":") && r.own[r.block[i]] > 30 {
			continue
		}
		if tags := r.tagsAfter(i, text[len(label):]); len(tags) > 0 {
			return tags, Evidence{Rule: "label", Where: r.d.where(i), Raw: strings.TrimSpace(label)}
		}
	}
	return nil, Evidence{}
}

// tagsAfter are the tags that follow a label: on the same line, or in the next
// element.
func (r *reader) tagsAfter(label nodeID, rest string) []string {
	block := r.block[label]
	for up := 0; up < 3; up++ {
		if links := r.linksAfter(label, block); len(links) > 0 {
			r.spent = append(r.spent, block)
			return links
		}
		text := strings.TrimSpace(rest)
		if up > 0 || text == "" {
			text = r.textAfter(label, block)
		}
		if text != "" {
			r.spent = append(r.spent, block)
			return splitTags(text)
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
// are marked as tags, of these alone.
func (r *reader) linksAfter(label, in nodeID) []string {
	var tags, marked []string
	for i := label + 1; i < r.d.nodes[in].end; i++ {
		n := &r.d.nodes[i]
		if n.tag != atom.A || n.text == 0 || n.text >= 60 || (n.hints|n.above)&(hintShare|hintComments) != 0 && r.apart(i)&(hintShare|hintComments) != 0 {
			continue
		}
		text := r.d.text(i)
		tags = append(tags, text)
		if hasWord(strings.Fields(attrOf(n.n, "rel")), "tag") {
			marked = append(marked, text)
		}
	}
	if len(marked) > 0 {
		return marked
	}
	return tags
}

func (r *reader) textAfter(label, in nodeID) string {
	var b strings.Builder
	for i := label; i < r.d.nodes[in].end; i++ {
		if n := &r.d.nodes[i]; n.flags&isText != 0 && n.flags&isHidden == 0 {
			if n.flags&breaks != 0 {
				b.WriteString(", ")
			}
			b.WriteString(n.n.Data)
		}
	}
	return tagLabel.ReplaceAllString(strings.TrimLeft(news.Squash(b.String()), ", "), "")
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
func (r *reader) relTags() ([]string, Evidence) {
	var tags []string
	var e Evidence
	for i := r.d.body; i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if n.tag != atom.A || n.text == 0 || n.text > 60 || r.apart(i)&(hintCloud|hintNav|hintSide|hintRelated|hintComments|hintPopular) != 0 {
			continue
		}
		rel := strings.Fields(strings.ToLower(attrOf(n.n, "rel")))
		if len(rel) == 0 || !hasWord(rel, "tag") || hasWord(rel, "category") {
			continue
		}
		if tags = append(tags, r.d.text(i)); len(tags) == 1 {
			e = Evidence{Rule: "rel=tag", Where: r.d.where(i)}
		}
	}
	return tags, e
}

func hasWord(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}

// claimedTags are what the page declares of the article.
func (r *reader) claimedTags() ([]string, Evidence) {
	return r.declaredTags(func(rule string) bool { return rule != "meta" })
}

// metaTags are the keywords of <meta>, where they are the report's.
func (r *reader) metaTags() ([]string, Evidence) {
	tags, e := r.declaredTags(func(rule string) bool { return rule == "meta" })
	return r.ofReport(r.cleanTags(tags)), e
}

// declaredTags are the declarations of one kind: those of the first that fits.
func (r *reader) declaredTags(fits func(rule string) bool) ([]string, Evidence) {
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
		if r.apart(i)&(hintCloud|hintNav|hintSide|hintFooter|hintRelated|hintComments|hintPopular) != 0 || r.other[i] {
			continue
		}
		var tags []string
		switch {
		case n.linked*10 >= n.text*7:
			tags = r.linksAfter(i, i)
		case n.linked == 0:
			tags = r.partsOf(i)
		}
		if len(tags) > 0 && len(tags) <= 15 {
			r.spent = append(r.spent, i)
			return tags, Evidence{Rule: "class", Where: r.d.where(i)}
		}
	}
	return nil, Evidence{}
}

// partsOf are the texts of the elements directly within one that has no text
// of its own.
func (r *reader) partsOf(i nodeID) []string {
	var parts []string
	for c := i + 1; c < r.d.nodes[i].end; c = r.d.nodes[c].end {
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

// cleanTags takes off marks and leaves out what is no tag.
func (r *reader) cleanTags(tags []string) []string {
	var all []string
	for _, t := range tags {
		if len(all) == maxTags {
			break
		}
		t = strings.Trim(strings.TrimLeft(news.Squash(t), "#"), " .,;:|·•\"„“”»«")
		if prefix, rest, found := strings.Cut(t, ": "); found {
			if !tagPrefix[strings.ToLower(prefix)] {
				continue
			}
			t = rest
		}
		if t == "" || len(t) > 70 || junkTag.MatchString(t) || containsKey(all, t) || moreLink(t) || r.isSiteName(key(t)) {
			continue
		}
		all = append(all, t)
	}
	return all
}

// maxTags is how many tags one report may have; a page with thousands of
// keywords must not cost their square.
const maxTags = 100

// tagPrefix are the kinds that some systems write before a tag and that leave
// one; what has another kind is no subject.
var tagPrefix = map[string]bool{"category": true, "subject": true, "topic": true, "tag": true, "keyword": true, "kategorie": true, "thema": true, "schlagwort": true}

// junkTag are marks of content systems: identifiers, switches, host names,
// counters.
var junkTag = regexp.MustCompile(`(?i)^(?:[^\s/]+(?:/[^\s/]+){2,}|[0-9a-f]{8}-[0-9a-f-]{20,}|_.*|\w+_\w+.*|[\w-]+\.(?:com|de|org|net|at|ch|eu)|.*://.*|[\W\d]{1,3}|\d+ (?:kommentare?|comments?)|tags?|keywords?|schlagwörter|stichwörter|drucken|teilen|.*\b(?:share on|zu teilen|in neuem fenster)\b.*)$`)

// ofReport leaves out keywords that a site puts on all its pages: a list of
// which the report itself has too few.
func (r *reader) ofReport(tags []string) []string {
	if len(tags) == 0 {
		return nil
	}
	text := " " + key(r.art.Item.Headline+" "+r.d.textWithout(r.root, func(i nodeID) bool { return r.cut[i] })) + " "
	found := 0
	for _, t := range tags {
		if strings.Contains(text, " "+key(t)) {
			found++
		}
	}
	if 2*found < len(tags) {
		return nil
	}
	return tags
}
