package tags

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// mostTags bounds the tags of one item; pages with more show a cloud.
const mostTags = 40

// A Vocabulary is what the configuration says about tags. It is safe for
// concurrent use and must not be changed once used.
type Vocabulary struct {
	Aliases map[string]string // other name -> the one that is published
	Ignore  []string          // no tags of ours (site sections and the like)
	Rules   []TagRule         // tags assigned by words in the text

	once  sync.Once
	index vocabularyIndex
}

// A TagRule assigns a tag to items whose headline, teaser or body has one of
// the words (at the start of a word, any case).
type TagRule struct {
	Tag   string   `yaml:"tag"`
	Words []string `yaml:"words"`
}

// A vocabularyIndex is a Vocabulary by slugs.
type vocabularyIndex struct {
	alias  map[string]string
	ignore map[string]bool
	plural map[string]string // stem of a configured name -> the name
	rules  []foldedRule
}

type foldedRule struct {
	tag   string
	words []string // folded, with a space before
}

// siteWide are tags that a site puts on everything.
var siteWide = words.Set("site_wide_tags")

// IsSiteWide reports whether a tag is one that a site puts on everything.
func IsSiteWide(tag string) bool { return siteWide()[news.Fold(tag)] }

// footSubjects are subjects of reports that also name pages of a site: where
// such pages stand beside them, they are those.
var (
	footSubjects = words.Set("foot_subjects")
	footPages    = words.Set("foot_pages")
)

// Apply makes the tags of an item out of those that its page gave: cleaned,
// lists taken apart, site-wide and ignored ones left out, aliases resolved, one
// per slug in the order of the page; then those that word rules add. assigned
// are the tags that the rules added. A nil Vocabulary only cleans.
func (v *Vocabulary) Apply(given []string, it news.Item) (tags, assigned []string) {
	seen := map[string]bool{}
	add := func(tag string, own bool) {
		tag, slug := v.published(tag)
		if slug == "" || seen[slug] || len(tags) >= mostTags {
			return
		}
		seen[slug] = true
		tags = append(tags, tag)
		if !own {
			assigned = append(assigned, tag)
		}
	}
	own := splitGlued(given)
	ofPages := slices.ContainsFunc(own, func(tag string) bool { return footPages()[news.Fold(tag)] })
	for _, tag := range own {
		if !IsSiteWide(tag) && !(ofPages && footSubjects()[news.Fold(tag)]) {
			add(tag, true)
		}
	}
	if v == nil || len(v.Rules) == 0 {
		return tags, assigned
	}
	text := foldedText(it)
	for _, rule := range v.indexed().rules {
		if slices.ContainsFunc(rule.words, func(w string) bool { return strings.Contains(text, w) }) {
			add(rule.tag, false)
		}
	}
	return tags, assigned
}

// foldedText is what rules and subjects are looked up in, with a space before
// every word.
func foldedText(it news.Item) string {
	return " " + news.Fold(it.Headline+" "+it.Teaser+" "+it.BodyText)
}

// published is the name under which a tag is published, and its slug; both are
// empty for what is ignored.
func (v *Vocabulary) published(tag string) (name, slug string) {
	slug = news.Slug(tag)
	if v == nil || slug == "" {
		return tag, slug
	}
	index := v.indexed()
	if index.ignore[slug] {
		return "", ""
	}
	name = tag
	if other, ok := index.alias[slug]; ok {
		name = other
	} else if other, ok := index.plural[pluralStem(slug)]; ok {
		name = other
	}
	slug = news.Slug(name)
	if index.ignore[slug] {
		return "", ""
	}
	return name, slug
}

// indexed builds the index at first use.
func (v *Vocabulary) indexed() *vocabularyIndex {
	v.once.Do(func() {
		x := vocabularyIndex{alias: map[string]string{}, ignore: map[string]bool{}, plural: map[string]string{}}
		remember := func(name string) {
			if stem := pluralStem(news.Slug(name)); stem != "" {
				x.plural[stem] = name
			}
		}
		for other, name := range v.Aliases {
			x.alias[news.Slug(other)] = name
		}
		for _, name := range v.Aliases {
			remember(name)
		}
		for _, tag := range v.Ignore {
			x.ignore[news.Slug(tag)] = true
		}
		for _, rule := range v.Rules {
			remember(rule.Tag)
			folded := foldedRule{tag: rule.Tag}
			for _, word := range rule.Words {
				if w := news.Fold(word); w != "" {
					folded.words = append(folded.words, " "+w)
				}
			}
			x.rules = append(x.rules, folded)
		}
		v.index = x
	})
	return &v.index
}

var pluralEndings = words.Spelled("plural_endings")

// pluralStem is what the singular and plural of a German or English word have
// in common ("baustelle", "baustellen"); empty for words too short to say.
// Only names of the configuration are compared by it.
func pluralStem(slug string) string {
	head, word := "", slug
	if i := strings.LastIndexByte(slug, '-'); i >= 0 {
		head, word = slug[:i+1], slug[i+1:]
	}
	for _, ending := range pluralEndings()[""] {
		if stem, ok := strings.CutSuffix(word, ending); ok && len(stem) >= 4 {
			word = stem
			break
		}
	}
	if len(word) < 4 {
		return ""
	}
	return head + strings.NewReplacer("ae", "a", "oe", "o", "ue", "u").Replace(word)
}

// splitGlued cleans tags and takes lists apart that were given as one tag: by
// "#", ";", "|", bullets and line ends always, by commas where the tag is the
// only one or has several.
func splitGlued(given []string) []string {
	var tags []string
	for _, g := range given {
		for line := range strings.FieldsFuncSeq(g, endsTag) {
			line = unlabel(news.Squash(line))
			for part := range strings.SplitSeq(line, glueOf(line, len(given) == 1)) {
				tags = appendTag(tags, part)
			}
			if len(tags) > 4*mostTags {
				return tags
			}
		}
	}
	return tags
}

// endsTag reports what stands between tags and within none.
func endsTag(r rune) bool { return strings.ContainsRune(";|•·\n\r\t\u2028", r) }

// glueOf is what the tags of a line are glued by; one that it has nowhere where it
// is one tag. only says that no other line was given.
func glueOf(line string, only bool) string {
	commas := strings.Count(line, ",")
	switch {
	case strings.Count(line, "#") > 1:
		return "#"
	case commas > 1, commas == 1 && only:
		return ","
	}
	return "\n"
}

// Labels stand before a list of tags that was given as one, as they stand before
// those of a report.
var (
	tagLabels      = words.Set("tag_labels")
	categoryLabels = words.Set("category_labels")
)

// unlabel cuts a label that was taken for part of the list: "Stichwörter: …".
func unlabel(s string) string {
	label, rest, ok := strings.Cut(s, ":")
	if key := news.Fold(label); ok && (tagLabels()[key] || categoryLabels()[key]) {
		return rest
	}
	return s
}

// appendTag cleans a tag and adds it where something is left that is a tag.
func appendTag(tags []string, s string) []string {
	if strings.Contains(s, "{{") || strings.Contains(s, "://") || strings.ContainsAny(s, "<>") { // templates, addresses, markup
		return tags
	}
	s = strings.TrimFunc(news.Squash(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != ')' && r != '(' && r != '&' || r == '_'
	})
	s = strings.Trim(s, "& ")
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = strings.Trim(s, "()")
	}
	switch {
	case s == "", utf8.RuneCountInString(s) > 70, len(s) == 1, len(strings.Fields(s)) > 8:
		return tags
	case !strings.ContainsFunc(s, unicode.IsLetter) && len(s) != 4: // years are tags, other numbers are none
		return tags
	}
	return append(tags, s)
}
