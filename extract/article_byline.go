package extract

import (
	"regexp"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/news"
)

// readByline finds who wrote the report: a mark such as "(sib)", what the page
// declares of the article, what it shows near the headline, and last what
// <meta> says, which is often the site.
func (r *reader) readByline() {
	it := &r.art.Item
	if it.Byline != "" {
		return
	}
	declared, meta := r.claimedAuthors()
	for _, group := range [][]claim{r.authorMarks(), declared, r.shownAuthors(), r.authorLines(), meta} {
		var names []string
		for _, c := range group {
			if name := r.cleanAuthor(c.value); name != "" && !containsKey(names, name) && (c.rule != "meta" || !r.namesPublisher(name)) {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			r.set("byline", &it.Byline, strings.Join(names, ", "), Evidence{Rule: group[0].rule, Where: group[0].where, Raw: group[0].value})
			return
		}
	}
}

func containsKey(list []string, s string) bool {
	k := key(s)
	for _, e := range list {
		if key(e) == k {
			return true
		}
	}
	return false
}

var authorMark = regexp.MustCompile(`^\(([\p{L}]{2,4}(?:[/,] ?[\p{L}]{2,4}){0,2})\)$`)

// authorMarks are marks such as "(sib)" on a line of their own, or at the end
// of the last paragraph.
func (r *reader) authorMarks() []claim {
	for i := r.root; i < r.d.nodes[r.root].end; i++ {
		if n := &r.d.nodes[i]; n.flags&isText != 0 && n.text >= 4 && n.text <= 16 && n.flags&inLink == 0 {
			if m := authorMark.FindStringSubmatch(news.Squash(n.n.Data)); m != nil && r.own[r.block[i]] <= 24 {
				r.spent = append(r.spent, i)
				return []claim{{m[1], "author mark", r.d.where(i)}}
			}
		}
	}
	return nil
}

// claimedAuthors are the declared authors of the first declaration that has
// any: of the article, and of <meta>.
func (r *reader) claimedAuthors() (declared, meta []claim) {
	for _, c := range r.claims[ofAuthor] {
		list := &declared
		if c.rule == "meta" || c.rule == "opengraph" {
			list = &meta
		}
		if strings.Contains(c.value, "://") || len(*list) > 0 && (*list)[0].rule != c.rule {
			continue
		}
		*list = append(*list, c)
	}
	return declared, meta
}

// shownAuthors are what rel or class call the author near the report.
func (r *reader) shownAuthors() []claim {
	var byClass []claim
	for i := r.d.body; i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText != 0 || n.text == 0 || n.text > 120 || n.hints&hintAuthor == 0 && n.tag != atom.A {
			continue
		}
		isRel := n.tag == atom.A && strings.Contains(attrOf(n.n, "rel"), "author")
		if !isRel && (n.hints&hintAuthor == 0 || byClass != nil) || r.apart(i)&(hintComments|hintRelated|hintSide|hintPopular|hintNav|hintCaption|hintCredit|hintImage) != 0 {
			continue
		}
		text := r.authorText(i)
		switch {
		case r.cleanAuthor(text) == "":
		case isRel:
			return []claim{{text, "rel=author", r.d.where(i)}}
		default:
			byClass = []claim{{text, "class", r.d.where(i)}}
		}
	}
	return byClass
}

// authorText is the text of an element that names the author: of the link or
// the name within it, where there is one.
func (r *reader) authorText(i nodeID) string {
	for j := i + 1; j < r.d.nodes[i].end; j++ {
		n := &r.d.nodes[j]
		if n.flags&isText == 0 && n.text > 3 && (n.tag == atom.A || hasWord(strings.Fields(attrOf(n.n, "class")), "fn")) {
			if text := r.d.text(j); r.cleanAuthor(text) != "" && n.text*2 > r.d.nodes[i].text {
				return text
			}
		}
	}
	return r.d.text(i)
}

// authorLine is a short line that begins with a word for writing, or tells the
// writer after the date.
var authorLine = regexp.MustCompile(`(?:^|[|•·–—,]\s*|\d{4},?\s+|\d:\d\d,?\s+|[Uu]hr,?\s+)(?:[Vv]on|[Bb]y|[Pp]ar|[Pp]or|[Dd]i|[Dd]oor|[Aa]utor(?:in)?(?:en)?:?|[Aa]uthors?:?|[Tt]ext:?|(?:[Gg]eschrieben|[Vv]erfasst|[Vv]eröffentlicht|[Ee]rstellt|[Gg]epostet) von|(?:[Ww]ritten|[Pp]osted) by|[Ee]in(?:e)? (?:Beitrag|Artikel|Kommentar|Gastbeitrag|Kolumne|Interview) von)\s+((?:(?:Dr|Prof)\. )*\p{Lu}[\p{L}.'’-]*(?:\s+(?:(?:von|van|de|der|zu|und|and|&)\s+)*\p{Lu}[\p{L}.'’-]*){0,6})\s*(?:$|[|•·–—,(]|\d|am\b|on\b|in\b|unter\b|um\b)`)

// authorLines looks for such a line near the headline.
func (r *reader) authorLines() []claim {
	if r.headline < 0 {
		return nil
	}
	seen := 0
	for i := max(r.d.body, r.headline-60); i < r.d.nodes[r.d.body].end && seen < 12; i++ {
		if r.own[i] < 6 || r.d.nodes[i].flags&isText != 0 || i == r.headline {
			continue
		}
		if seen++; r.own[i] > 140 || r.cut[i] {
			continue
		}
		if m := authorLine.FindStringSubmatch(r.lineText(i)); m != nil {
			return []claim{{m[1], "author line", r.d.where(i)}}
		}
	}
	return nil
}

var (
	authorPrefix = regexp.MustCompile(`(?i)^(?:(?:geschrieben|beitrag|pressemitteilung) ?von|publié par|about the author|über den autor|foto|veröffentlicht (?:von|durch)|verfasst von|erstellt von|gepostet von|ein(?:e)? (?:beitrag|artikel|kommentar|gastbeitrag) von|zeige alle (?:beiträge|artikel) von|alle (?:beiträge|artikel) (?:von|anzeigen von)|mehr (?:beiträge )?von|view (?:all )?posts by|posts by|posted by|written by|published by|text(?:,| &| und) fotos?|text von|text|autor(?:in)?(?:en)?|author|redaktion|von|by|par|por|di|door|av|af)\s*[:：]?\s+`)
	authorSuffix = regexp.MustCompile(`(?i)(?:\s*[|•·–—]|\s+(?:am|on|um|stand|vor \d+|in|aktualisiert|updated|published|posted|veröffentlicht)\b|,?\s*\d{1,2}\.\s?(?:\d{1,2}\.|\p{L}+)|,?\s*\d{1,2} \p{L}+,? \d{4}|,?\s*\p{L}+ \d{1,2}, \d{4}).*$`)
	noAuthor     = regexp.MustCompile(`(?i)^(?:admin\w*|administrator|super ?user|webmaster|editor|staff|unknown|author|autor|posted|publiziert|veröffentlicht|follow|folgen|gast|guest|von|by|mehr|more|profil|kontakt|.*(?:@|\[at\]|https?:|www\.).*|.*\b(?:gmbh|co\. kg)\b.*)$`)
)

// cleanAuthor takes off what stands around a name; empty for what is none.
func (r *reader) cleanAuthor(s string) string {
	s = news.Squash(s)
	for {
		cut := authorPrefix.ReplaceAllString(s, "")
		if cut == s {
			break
		}
		s = cut
	}
	s = authorSuffix.ReplaceAllString(s, "")
	s = strings.Trim(s, " .:;,|()/-–")
	if len(s) < 2 || len(s) > 90 || noAuthor.MatchString(s) {
		return ""
	}
	return s
}

// namesPublisher reports whether an author is only the site itself.
func (r *reader) namesPublisher(name string) bool {
	return r.isSiteName(key(name)) || r.namesSite(name)
}
