package article

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

var markup = lazy.Regexp(`</?[a-zA-Z][^<>]*>`)

// declared are the declared summaries, the best first; they are weighed once.
func (r *reader) declared() []claims.Claim {
	if r.summaries == nil {
		r.summaries = append([]claims.Claim{}, r.descriptions()...)
	}
	return r.summaries
}

// descriptions are the declared summaries that speak of the article, the best
// first, as descriptionRules weigh them.
func (r *reader) descriptions() []claims.Claim {
	declared := r.claims[claims.OfDescription]
	if len(declared) == 0 {
		return nil
	}
	var all []claims.Claim
	weights := make(map[claims.Claim]float64, 4)
	cleaned := make(map[string]string, 4) // pages declare one summary several times
	for _, c := range declared[:min(len(declared), mostDescriptions)] {
		if len(c.Value) > longestSummary {
			continue
		}
		value, known := cleaned[c.Value]
		if !known {
			value = r.cleanSummary(c.Value)
		}
		weight := 0.0
		if given := c.Value; !known || value != "" {
			c.Value = value
			note := r.d.Options.Explain.Note("teaser", func() (text, where string) { return c.Value, c.Where })
			if weight = descriptionRules.Weigh(&description{&c, r}, note); weight == 0 {
				value = ""
			}
			cleaned[given] = value
		}
		if weight > 0 {
			all = append(all, c)
			weights[c] = weight
		}
	}
	slices.SortStableFunc(all, func(a, b claims.Claim) int { return cmp.Compare(weights[b], weights[a]) })
	return all
}

// cleanSummary is a declared summary without markup, what a system put behind it
// and a headline that runs into it; empty where it holds a link to go on with,
// for then it was cut from the report.
func (r *reader) cleanSummary(text string) string {
	if strings.Contains(text, "<") {
		if strings.Contains(text, "<a ") {
			return ""
		}
		text = markup.ReplaceAllString(inlineMarkup.ReplaceAllString(text, ""), " ")
	}
	text = news.Squash(text)
	if rest, found := strings.CutPrefix(text, r.art.Item.Headline); found && unicode.IsUpper(texts.FirstRune(rest)) {
		text = rest // both lines of the head, run together
	}
	text = text[r.bracketedDate(text):]
	if i := max(strings.LastIndex(text, " - "), strings.LastIndex(text, " – "), strings.LastIndex(text, " | ")); i > 0 &&
		endsLikeSentence(text[:i]) && r.namesSite(strings.Trim(text[i:], " -–|")) {
		text = text[:i]
	}
	if tail := strings.ToLower(text[max(0, len(text)-16):]); strings.HasSuffix(tail, "]") || goOn(tail) {
		text = wordBehind.ReplaceAllString(text, "$1")
	}
	return strings.TrimRight(text, " |")
}

// goOn are in what invites to go on: a cheap look before the expression.
var goOn = texts.MayHold("go_on")

var (
	inlineMarkup = lazy.Regexp(`(?i)</?(?:em|i|b|strong|span|abbr|sup|sub|u|small|mark)\b[^<>]*>`)
	// wordBehind invites to go on, behind the sentence.
	wordBehind = words.Regexp(`(?i)\s*\[\pL+(?: \pL+)?\]$|([.!?…]["”“»]?) {{go_on}}\.{0,3}$`)
	labelLine  = words.Regexp(`^\+\+.*\+\+$|^[^\s,]+(?: [^\s,]+)?(?:, [^\s,]+(?: [^\s,]+)?){3,}$` +
		`|^(?i:{{label_bys}}) (?:\p{Lu}[\pL.'’-]*[ ,]*){1,6}$|^\p{Lu}[^/]{2,40}(?: / \p{Lu}[^/]{1,40}){2,}$`)
)

// isLabel reports a line that names a column or a writer, a list of keywords, or
// whom and whose a picture shows, "Eva Meier / T. Reed / Agency": it says nothing.
func isLabel(text string) bool {
	isList := strings.Count(text, ", ") >= 3 || strings.Count(text, " / ") >= 2
	return (isList || strings.HasPrefix(text, "+") || labelStarts().Begin(words.Fold(texts.WordOf(text)))) && labelLine.MatchString(text)
}

// labelStarts are the words before a writer's name.
var labelStarts = words.Opening("label_bys")

// reportKey is headline and report as they are compared, with a space at both
// ends; of a long report, so much of its beginning.
func (r *reader) reportKey(most int) string {
	var b strings.Builder
	b.Grow(most)
	b.WriteString(r.art.Item.Headline)
	r.d.EachText(r.root, func(i dom.NodeID) bool { return r.cut[i] || b.Len() > most }, func(i dom.NodeID) {
		b.WriteByte(' ')
		b.WriteString(r.d.Nodes[i].HTML.Data)
	})
	return " " + texts.Key(b.String()) + " "
}

// namesTown reports a town's name and no more: of few words.
func namesTown(text string) bool { return strings.Count(text, " ") <= 6 && townName.MatchString(text) }

var townName = words.Regexp(`(?i)^{{town_openings}}(?: [^\s.,:!?]+){1,4}$`)

// introducesSite are phrases with which a site introduces itself.
var introducesSite = words.Regexp(`(?i)\b{{site_intros.within}}\b|^{{site_intros.begins}}\b`)

// siteThenVerb is a name before a dash, or before the verb of a sentence that
// may tell what the site is.
var siteThenVerb = words.Regexp(`^(.{3,40}?) (?:-|{{to_be}}) `)

// speaksOf reports whether a summary shares enough of its longer words with the
// report; one for the whole site does not. Most share them with its beginning.
func (r *reader) speaksOf(text string) bool {
	for k, most := range [...]int{1200, 6000} {
		if r.reports[k] == "" {
			r.reports[k] = r.reportKey(most)
		}
		if r.sharesWords(text, r.reports[k]) {
			return true
		}
	}
	return false
}

func (r *reader) sharesWords(text, report string) bool {
	all, shared := 0, 0
	for word := range strings.FieldsSeq(texts.Key(text)) {
		if len(word) < 5 {
			continue
		}
		if all++; strings.Contains(report, " "+word+" ") {
			shared++
		}
	}
	name := siteThenVerb.FindStringSubmatch(text)
	if name != nil && r.namesSite(name[1]) || 2*shared <= all && introducesSite.MatchString(text) {
		return 2*shared > all
	}
	return all < 3 || 10*shared >= all
}

// isCut reports whether a text was cut to some length.
func isCut(s string) bool {
	s = strings.TrimRight(s, ")]")
	return strings.HasSuffix(s, "…") || strings.HasSuffix(s, "...") || !endsLikeSentence(s)
}

// wholeOf is the declaration that begins as one does, goes on and was not cut
// itself; the one at hand where there is none.
func wholeOf(c claims.Claim, all []claims.Claim) claims.Claim {
	for _, o := range all {
		if !isCut(o.Value) && continues(o.Value, c.Value) {
			return o
		}
	}
	return c
}

// continues reports whether a shown text begins as a declared one and goes on.
func continues(shown, declared string) bool {
	declared = strings.TrimRight(declared, " .…")
	a, b := texts.Key(shown), texts.Key(declared)
	return len(a) > len(b) && strings.HasPrefix(a, b[:max(0, len(b)-3)])
}
