package obstacle

import (
	"fmt"
	"strings"
	"sync"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// A page that stands in the way of news says little. Texts longer than these
// (bytes without white space and links) are never taken for an obstacle by
// words and marks alone.
const (
	LittleText = 900  // a notice
	someText   = 2200 // a notice with a site around it
	siteText   = 4500 // a notice with other news around it
	shellText  = 220  // what an empty shell shows: a name, "Loading …"
)

// Of tells why the page is no news although it was answered with 200: a
// block page, a captcha, a login wall, a "not found", maintenance, an empty
// shell that only a browser fills. It goes by what page and title say, and by
// how little else is there, so that a report about a blocked road or a website
// under maintenance stays a report.
func Of(d *dom.Page) read.Obstacle {
	if d.Feed != nil || len(d.Nodes) == 0 {
		return read.NoObstacle
	}
	o := observe(d)
	row := obstacleRules.Decide(o)
	note := d.Options.Explain.Note(obstacleRules.Field, func() (text, where string) {
		return fmt.Sprintf("%d bytes of text outside links, %d links", o.prose, o.links), ""
	})
	if row == nil {
		note.Add("nothing is in the way", 0)
		return read.NoObstacle
	}
	note.Add(row.Name, row.Weight)
	return read.Obstacle(row.Shown)
}

// NoNews says what is in the way and what helps, for people: "it forwards to
// another page: https://ort.example/a.php by meta refresh; give …".
func NoNews(d *dom.Page, o read.Obstacle) string {
	text := string(o)
	if f, ok := Forward(d); ok && o == read.Forwards {
		text += ": " + f.String()
	}
	if help := o.Help(); help != "" {
		text += "; " + help
	}
	return text
}

func forwards(d *dom.Page) bool {
	_, ok := Forward(d)
	return ok
}

// An observation is what of a page matters for Obstacle.
type observation struct {
	d        *dom.Page
	titles   []string // folded segments of <title> and of the first headings
	text     string   // folded visible text, where there is little of it
	prose    int      // bytes of visible text that is no link
	links    int
	dated    int // <time> elements
	password bool
	marks    string // addresses of scripts, frames and forms, ids and classes; where there is little text
	scripts  int
	roots    bool // an element that scripts fill: #root, #app …
	noscript string
}

func observe(d *dom.Page) *observation {
	o := &observation{d: d, prose: int(d.Nodes[d.Body].Text - d.Nodes[d.Body].Linked), links: d.Head.Anchors, dated: len(d.Head.Times)}
	if d.Head.Title > 0 {
		o.addTitle(claims.TitleText(d))
	}
	heads := 0
	for _, h := range d.Head.Heads {
		n := &d.Nodes[h]
		isTop := n.Tag == atom.H1 || n.Tag == atom.H2
		if !isTop || n.Flags&dom.IsHidden != 0 || n.Text == 0 || n.Text > 200 {
			continue
		}
		o.addTitle(d.Text(h))
		if heads++; heads == 4 {
			break
		}
	}
	if o.prose >= LittleText && (o.prose >= someText || !o.titled(loginPhrases())) {
		return o
	}
	o.text = " " + news.Fold(d.TextWithout(d.Body, nil)) + " "
	var marks strings.Builder
	for i := range d.Nodes {
		observeElement(d, dom.NodeID(i), o, &marks)
	}
	o.marks = strings.ToLower(marks.String())
	return o
}

// observeElement looks for passwords, scripts, and names that services for
// challenges give their elements.
func observeElement(d *dom.Page, i dom.NodeID, o *observation, marks *strings.Builder) {
	n := &d.Nodes[i]
	if n.Flags&dom.IsText != 0 || marks.Len() > 64<<10 {
		return
	}
	switch n.Tag {
	case atom.Input:
		if strings.EqualFold(dom.AttrOf(n.HTML, "type"), "password") {
			o.password = true
		}
	case atom.Script:
		o.scripts++
		if n.HTML.FirstChild != nil {
			marks.WriteString(texts.Shorten(n.HTML.FirstChild.Data, 4096))
		}
	case atom.Noscript:
		if n.HTML.FirstChild != nil {
			o.noscript += " " + news.Fold(texts.Shorten(n.HTML.FirstChild.Data, 1000))
		}
	}
	for _, a := range n.HTML.Attr {
		switch a.Key {
		case "src", "action", "id", "class", "name", "data-sitekey":
			marks.WriteByte(' ')
			marks.WriteString(a.Val)
			if a.Key == "id" && shellRoots[a.Val] || strings.HasPrefix(n.HTML.Data, "app-") {
				o.roots = true
			}
		}
	}
}

// addTitle adds a title and its segments: "Seite nicht gefunden | Stadt X".
func (o *observation) addTitle(title string) {
	if len(title) > 300 {
		return
	}
	for part := range strings.SplitSeq(claims.TitleParts.Replace(title), "|") {
		if folded := news.Fold(part); folded != "" && len(strings.Fields(folded)) <= 9 {
			o.titles = append(o.titles, folded)
		}
	}
}

// titled reports whether a segment of the title or a heading is one of the
// phrases.
func (o *observation) titled(phrases phraseSet) bool {
	for _, title := range o.titles {
		if phrases.exact[title] {
			return true
		}
		first, _, _ := strings.Cut(title, " ")
		for _, start := range phrases.starts[first] {
			if strings.HasPrefix(title, start) && (len(title) == len(start) || title[len(start)] == ' ') {
				return true
			}
		}
	}
	return false
}

// says reports whether title or text hold one of the phrases.
func (o *observation) says(phrases phraseSet) bool {
	if o.titled(phrases) {
		return true
	}
	for _, phrase := range phrases.sentences {
		if strings.Contains(o.text, phrase) {
			return true
		}
	}
	return false
}

// challenged reports whether the page asks for proof of a human: the service's
// marks where there is hardly any text, its words where there is little.
func (o *observation) challenged() bool {
	if o.titled(challengeTitles()) {
		return true
	}
	for _, mark := range challengeMarks {
		if o.prose < LittleText && o.links < 15 && strings.Contains(o.marks, mark) {
			return true
		}
	}
	if o.prose < LittleText && o.links < 15 {
		for _, phrase := range challengePhrases() {
			if strings.Contains(o.text, " "+phrase.Text) {
				return true
			}
		}
	}
	return false
}

// isShell reports whether a page that shows next to nothing waits for scripts.
func (o *observation) isShell() bool {
	d := o.d
	if o.scripts == 0 || o.links > 12 || tellsMachines(d) {
		return false
	}
	for _, phrase := range []string{"javascript", "java script"} {
		if strings.Contains(o.noscript, phrase) || strings.Contains(o.text, phrase) {
			return true
		}
	}
	return o.roots || o.prose < 40 && o.links < 3
}

// tellsMachines reports whether a page declares news for machines.
func tellsMachines(d *dom.Page) bool {
	return claims.IsArticle(d) || len(claims.StateEntries(d)) > 1 || claims.StateReport(d, "") != nil
}

// shellRoots are the ids of elements that a page's scripts fill.
var shellRoots = texts.WordSet("root app __next __nuxt ___gatsby app-root main-app react-root reactapp vue-app svelte " +
	"ember-application application appcontainer q-app")

// A phraseSet are phrases to look for. In titles a phrase stands for a whole
// segment or, written with "…" after it, for how one begins. In a text only the
// longer ones count.
type phraseSet struct {
	exact     map[string]bool
	starts    map[string][]string // by first word
	sentences []string            // with a space before
}

// phrases are the phrases of a section of the files of words.
func phrases(section string) func() phraseSet {
	entries := words.Entries(section)
	return sync.OnceValue(func() phraseSet { return newPhraseSet(entries()) })
}

func newPhraseSet(entries []words.Entry) phraseSet {
	set := phraseSet{exact: map[string]bool{}, starts: map[string][]string{}}
	for _, e := range entries {
		set.exact[e.Text] = true
		if e.Open {
			first, _, _ := strings.Cut(e.Text, " ")
			set.starts[first] = append(set.starts[first], e.Text)
		}
		if len(e.Text) > 12 && strings.Contains(e.Text, " ") {
			set.sentences = append(set.sentences, " "+e.Text)
		}
	}
	return set
}

var (
	challengeTitles    = phrases("challenge_titles")
	challengePhrases   = words.Entries("challenge_phrases")
	blockPhrases       = phrases("blocked")
	notFoundPhrases    = phrases("not_found")
	notFoundSentences  = phrases("not_found_sentences")
	maintenancePhrases = phrases("maintenance")
	loginPhrases       = phrases("login")
)

// challengeMarks are pieces of the markup of services that ask for proof of a
// human.
var challengeMarks = []string{
	"cf-chl", "challenge-platform", "cf-challenge", "challenges.cloudflare.com", "cf-turnstile", "_incapsula_resource",
	"incapsula incident", "hcaptcha", "h-captcha", "g-recaptcha", "recaptcha/api", "captcha-delivery.com",
	"px-captcha", "perimeterx", "awswaf", "aws-waf", "ddos-guard", "friendlycaptcha", "frc-captcha", "friendly-challenge", "geetest",
	"arkoselabs", "funcaptcha", "mtcaptcha", "anubis_challenge", "anubis/static", "within.website",
	"distil_r_captcha", "distil_ident", "kasada", "sucuri_cloudproxy", "bobcmn", "altcha", "mcaptcha", "captchafox", "go-away",
}
