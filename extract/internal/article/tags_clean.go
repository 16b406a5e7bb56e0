package article

import (
	"slices"
	"strings"
	"unicode"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// wordsOfTitle reports whether keywords are the words of the headline, of a
// title or of the page's address, one by one: a system made them, no editor.
func (r *reader) wordsOfTitle(tags []string) bool {
	if len(tags) < 4 || slices.ContainsFunc(tags, func(t string) bool { return strings.Contains(t, " ") }) {
		return false
	}
	sources := []string{r.art.Item.Headline, r.d.Page.URL}
	for _, t := range r.titles() {
		sources = append(sources, t.Value)
	}
	return slices.ContainsFunc(sources, func(source string) bool {
		rest, found := " "+texts.Key(source)+" ", 0
		for _, t := range tags {
			if _, after, ok := strings.Cut(rest, " "+texts.Key(t)+" "); ok {
				rest, found = " "+after, found+1
			}
		}
		return 10*found >= 9*len(tags)
	})
}

// officeNames are what those who publish call themselves in the keywords of
// all their pages.
var officeNames = words.Set("office_names")

// namesOffice reports such a name, as it is compared.
func namesOffice(key string) bool { return officeNames()[words.Fold(key)] }

var agencyCode = lazy.Regexp(`^[A-Z0-9:-]{2,20}$`)

// areCodes reports whether a list is of an agency's codes, such as "AERO" and
// "CRSH08".
func areCodes(tags []string) bool {
	digits := false
	for _, t := range tags {
		t = strings.TrimSpace(t)
		if !agencyCode.MatchString(t) {
			return false
		}
		digits = digits || strings.ContainsAny(t, "0123456789")
	}
	return digits && len(tags) > 5
}

// countBefore is the number of reports in brackets before a tag: "(1) Bauen".
var countBefore = lazy.Regexp(`^\(\d{1,6}\)\s+`)

// countBehind is how many reports have a tag, behind it: "Bauen 3922", "Rat (17)".
var countBehind = lazy.Regexp(`\s*(?:\(\d{1,6}\)|\s[\d.]{1,7})$`)

// withoutCounts are tags without the numbers behind them, where most of them
// have one, or one in brackets.
func withoutCounts(tags []string) []string {
	counted, bracketed := 0, 0
	for _, t := range tags {
		if t = strings.TrimSpace(t); countBehind.MatchString(t) {
			counted++
			if strings.HasSuffix(t, ")") {
				bracketed++
			}
		}
	}
	if bracketed == 0 && (counted < 2 || 3*counted < 2*len(tags)) {
		return tags
	}
	bare := make([]string, len(tags))
	for i, t := range tags {
		bare[i] = countBehind.ReplaceAllString(strings.TrimSpace(t), "")
		if slices.Contains(bare[:i], bare[i]) {
			return tags // "StVG 90", "StVG 100" are two
		}
	}
	return bare
}

// areTopicsOfSite reports whether links that no word calls the report's tags are
// a bar of all the site's topics: many, of which the report has few.
func (r *reader) areTopicsOfSite(tags []string) bool {
	return len(tags) >= manyTopics &&
		manyTopics*r.knownTags(tags, func(i dom.NodeID) bool { return r.cut[i] || slices.Contains(r.consumed, i) }) < len(tags)
}

// manyTopics is how many tags a report rarely has, and of how many a report
// names at least one.
const manyTopics = 8

// cleanTags takes off marks and leaves out what is no tag.
func (r *reader) cleanTags(tags []string) []string {
	var all, keys []string
	tags = withoutCounts(tags)
	for _, t := range tags {
		if len(all) == maxTags {
			break
		}
		t = strings.Trim(strings.TrimLeft(news.Squash(t), "#"), " .,;:|·•\"„“”»«")
		t = countBefore.ReplaceAllString(t, "")
		if prefix, rest, found := strings.Cut(t, ": "); found {
			if !tagPrefix()[strings.ToLower(prefix)] {
				continue
			}
			t = rest
		}
		if m := facet.FindStringSubmatch(t); m != nil {
			if !tagPrefix()[strings.ToLower(m[1])] {
				continue
			}
			t = m[2]
		}
		if kind, rest, found := strings.Cut(t, "/"); found && tagPrefix()[strings.ToLower(kind)] {
			t = rest
		}
		k := texts.Key(t)
		isNone := t == "" || len(t) > 70 || moreWords()[words.Fold(k)] || junkTag.MatchString(t)
		if isNone || slices.Contains(keys, k) || r.isSiteName(k) {
			continue
		}
		all, keys = append(all, t), append(keys, k)
	}
	return all
}

// mentions reports whether a text, as keys are, has a word or phrase that
// begins with a tag; of scripts that put no spaces between words, the tag
// anywhere.
func mentions(text, tag string) bool {
	k := texts.Key(tag)
	if unicode.In(texts.FirstRune(k), unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) {
		return strings.Contains(text, k)
	}
	return strings.Contains(text, " "+k)
}

// maxTags is how many tags one report may have; a page with thousands of
// keywords must not cost their square.
const maxTags = 100

// tagPrefix are the kinds that some systems write before a tag and that leave
// one; what has another kind is no subject.
var tagPrefix = words.Set("tag_prefixes")

// facet is a kind and a value without a space: "layout:wide", by which machines
// sort, or "tag:Verkehr".
var facet = lazy.Regexp(`^(\pL{3,}):(\S+)$`)

// junkTag are marks of content systems: identifiers, switches, host names,
// counters.
var junkTag = words.Regexp(`(?i)^(?:{{junk_tags}}|[^\s/]+(?:/[^\s/]+){2,}|[0-9a-f]{8}-[0-9a-f-]{20,}|_.*|\w+_\w+.*|.*://.*|[^\pL]{1,3}` +
	`|[\w-]+\.(?:com|de|org|net|at|ch|eu))$`)
