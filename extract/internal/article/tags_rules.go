package article

import (
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
)

// A tagList are tags that the page gives in one way.
type tagList struct {
	r        *reader
	row      rules.Name // of the finder
	given    []string   // as the page has them
	clean    []string   // without what is no tag
	tags     []string   // of these, without those of the site
	evidence read.Evidence
	fuller   bool // has all that is declared, and more
}

// The ways in which a page gives tags.
const (
	behindLabel    rules.Name = "behind a label"
	relTag         rules.Name = "links with rel=tag"
	declaredTags   rules.Name = "keywords of the article"
	chipsOfTags    rules.Name = "class of tags"
	linksToTags    rules.Name = "links to pages of tags"
	lineOfHashtags rules.Name = "line of hashtags"
	keywordsOfMeta rules.Name = "keywords of the page"
	relCategory    rules.Name = "links with rel=category"
	behindCategory rules.Name = "behind a label of categories"
)

// mostCategories is under how many a report is filed; more are all that there are.
const mostCategories = 6

// tagFinders are these ways, in the order of what they weigh.
var tagFinders = []finder[tagList]{
	tagFinder(behindLabel, (*reader).labelledTags),
	tagFinder(relTag, (*reader).relTags),
	tagFinder(declaredTags, (*reader).claimedTags),
	tagFinder(chipsOfTags, (*reader).chipTags),
	tagFinder(linksToTags, (*reader).linkedTags),
	tagFinder(lineOfHashtags, (*reader).hashtags),
	tagFinder(keywordsOfMeta, (*reader).metaTags),
	tagFinder(relCategory, (*reader).relCategories),
	tagFinder(behindCategory, (*reader).labelledCategories),
}

func tagFinder(row rules.Name, find func(*reader) ([]string, read.Evidence)) finder[tagList] {
	return finder[tagList]{row, func(r *reader, _ *tagList) *tagList {
		given, e := find(r)
		return r.tagListOf(row, given, e)
	}}
}

// tagListOf are the tags of the report among what the page gives; nil for none.
func (r *reader) tagListOf(row rules.Name, given []string, e read.Evidence) *tagList {
	l := &tagList{r: r, row: row, given: given, evidence: e, clean: r.cleanTags(given)}
	if row == keywordsOfMeta {
		l.clean = slices.DeleteFunc(l.clean, r.namesPublishing)
	}
	if l.tags = r.ownTags(l.clean); len(l.tags) == 0 {
		return nil
	}
	return l
}

// tagRules tell which of the lists that a page gives are the report's tags: the
// most outspoken. Every example stands in the body of a page about a bath that
// opens; a test holds that its rule decides it.
var tagRules = rules.Table[tagList]{
	Field: "tags",
	Of:    "tags that the page gives in one way",
	Rows: []rules.Row[tagList]{
		{
			Name: "codes of an agency", Final: true,
			Example: `<script type="application/ld+json">` +
				`{"@type":"NewsArticle","keywords":["AERO","CRSH08","GEN","INDG","WEU","TPT"]}</script>`,
			Fits: func(l *tagList) bool { return l.isDeclared() && areCodes(l.given) },
		}, {
			Name: "words of the headline or title", Final: true,
			Example: `<h1>Freibad am Wehr öffnet</h1><meta name="keywords" content="Freibad, am, Wehr, öffnet">`,
			Fits:    func(l *tagList) bool { return l.isDeclared() && l.r.wordsOfTitle(l.r.cleanTags(l.given)) },
		}, {
			Name: "mostly those who publish", Final: true,
			Example: `<meta name="keywords" content="Stadt Altmühlen, Gemeinde Ohmen, Landkreis Ohm, Freibad">`,
			Fits:    func(l *tagList) bool { return l.row == keywordsOfMeta && 2*len(l.clean) < len(l.given) },
		}, {
			Name: "keywords of all pages", Final: true,
			Example: `<meta name="keywords" content="Rathaus, Tourismus, Gewerbe, Freibad, Kultur">`,
			Fits:    (*tagList).areUnknownInMeta,
		}, {
			Name: "bar of all topics", Final: true,
			Example: `<ul class="tags"><li><a href="/a">Bauen</a></li><li><a href="/b">Kita</a></li><li><a href="/c">Sport</a></li>` +
				`<li><a href="/d">Kultur</a></li><li><a href="/e">Wald</a></li><li><a href="/f">Rat</a></li>` +
				`<li><a href="/g">Wahl</a></li><li><a href="/h">Steuern</a></li></ul>`,
			Fits: func(l *tagList) bool {
				return (l.row == chipsOfTags || l.row == linksToTags) && l.r.areTopicsOfSite(l.tags)
			},
		}, {
			Name: "all categories", Final: true,
			Example: `<div><h3>Kategorien</h3><ul><li><a href="/a">Bauhof</a></li><li><a href="/b">Rathaus</a></li></ul></div>`,
			Fits: func(l *tagList) bool {
				return l.row == behindCategory && (!strings.HasSuffix(l.evidence.Raw, ":") || len(l.given) > mostCategories)
			},
		},
		{Name: behindLabel, Weight: 20, Example: `<p>Stichwörter: Baden, Sport</p>`, Fits: isTagList(behindLabel)},
		{Name: relTag, Weight: 19, Example: `<a rel="tag" href="/t/1">Sport</a>`, Fits: isTagList(relTag)},
		{
			Name: declaredTags, Weight: 18, Fits: isTagList(declaredTags),
			Example: `<script type="application/ld+json">{"@type":"NewsArticle","keywords":"Baden, Sport"}</script>`,
		},
		{
			Name: chipsOfTags, Weight: 17, Fits: isTagList(chipsOfTags),
			Example: `<ul class="tags"><li><a href="/a">Baden</a></li><li><a href="/b">Sport</a></li></ul>`,
		}, {
			Name: linksToTags, Weight: 16, Fits: isTagList(linksToTags),
			Example: `<div><a href="/thema/baden">Baden</a> <a href="/thema/sport">Sport</a></div>`,
		},
		{Name: lineOfHashtags, Weight: 15, Example: `<p>#Baden #Sport</p>`, Fits: isTagList(lineOfHashtags)},
		{Name: keywordsOfMeta, Weight: 14, Example: `<meta name="keywords" content="Freibad, Umbau">`, Fits: isTagList(keywordsOfMeta)},
		{Name: relCategory, Weight: 13, Example: `<a rel="category tag" href="/c/1">Bauhof</a>`, Fits: isTagList(relCategory)},
		{Name: behindCategory, Weight: 12, Example: `<p>Kategorie: Bauhof</p>`, Fits: isTagList(behindCategory)},
	},
	Adjustments: []rules.Adjustment[tagList]{
		{
			Name: "has all that is declared, and more", Weight: 10,
			Example: `<script type="application/ld+json">{"@type":"NewsArticle","keywords":"Sport"}</script>` +
				`<div><a href="/thema/baden">Baden</a> <a href="/thema/sport">Sport</a></div>`,
			Times: rules.If(func(l *tagList) bool { return l.fuller }),
		},
	},
}

func isTagList(row rules.Name) func(*tagList) bool {
	return func(l *tagList) bool { return l.row == row }
}

func (l *tagList) isDeclared() bool { return l.row == declaredTags || l.row == keywordsOfMeta }

// areUnknownInMeta reports keywords of the page most of which the report has not.
func (l *tagList) areUnknownInMeta() bool {
	return l.row == keywordsOfMeta && 2*l.r.knownTags(l.clean, func(i dom.NodeID) bool { return l.r.cut[i] }) < len(l.clean)
}

func describeTags(l *tagList) (text, where string) {
	return strings.Join(l.tags, ", "), l.evidence.Where
}

// readTags takes the article's own list of tags: what a rule of the configuration
// or the preset finds, else what tagRules weigh most.
func (r *reader) readTags() {
	given, e := r.ruledTags()
	best := r.tagListOf(e.Rule, given, e)
	if best == nil {
		best = bestFound(r, &tagRules, tagFinders, describeTags)
	}
	if best == nil {
		return
	}
	best = r.fullerTags(best)
	r.art.Item.Tags = best.tags
	r.art.Evidence["tags"] = best.evidence
}

// fullerTags are the tags that the page shows, where they have all that it
// declares, and more: systems declare one subject of several.
func (r *reader) fullerTags(l *tagList) *tagList {
	if rule := l.evidence.Rule; rule != rules.JSONLD && rule != rules.OpenGraph {
		return l
	}
	for _, row := range []rules.Name{linksToTags} {
		f := tagFinders[slices.IndexFunc(tagFinders, func(f finder[tagList]) bool { return f.row == row })]
		more := f.find(r, l)
		if more == nil || len(more.tags) <= len(l.tags) || !haveAll(more.tags, l.tags) {
			continue
		}
		more.fuller = true
		note := r.d.Options.Explain.Note("tags", func() (text, where string) { return describeTags(more) })
		if tagRules.Weigh(more, note) > tagRules.Least {
			return more
		}
	}
	return l
}

// haveAll reports whether a list has all that another has.
func haveAll(list, other []string) bool {
	return !slices.ContainsFunc(other, func(t string) bool { return !containsKey(list, t) })
}

// namesPublishing reports whether a keyword of the page is the town's name, that
// of an office or the writer's, or repeats the headline.
func (r *reader) namesPublishing(tag string) bool {
	k := texts.Key(tag)
	headline, byline := texts.Key(r.art.Item.Headline), texts.Key(r.art.Item.Byline)
	isByline := k == byline || texts.Key(jointNames.ReplaceAllString(tag, "$1, $2")) == byline
	return k == headline || isByline || namesTown(tag) || namesOffice(k)
}

// knownTags is how many tags the report itself names, in its headline or in what
// of its text is not left out.
func (r *reader) knownTags(tags []string, leftOut func(dom.NodeID) bool) int {
	text := " " + texts.Key(r.art.Item.Headline+" "+r.d.TextWithout(r.root, leftOut)) + " "
	known := 0
	for _, t := range tags {
		if mentions(text, t) {
			known++
		}
	}
	return known
}
