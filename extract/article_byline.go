package extract

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readByline finds who wrote the report: a mark such as "(sib)", what the page
// declares of the article, what it shows near the headline, what <meta> says,
// which is often the site, and last a name that stands alone. The site itself,
// its staff as such, or the name of an account is only taken where no person
// is named.
func (r *reader) readByline() {
	it := &r.art.Item
	if it.Byline != "" {
		return
	}
	declared, meta := r.claimedAuthors()
	is := func(group []claim) func() []claim { return func() []claim { return group } }
	finders := []func() []claim{r.authorMarks, is(declared), r.shownAuthors, r.authorLines, r.authorCards, r.picturedAuthors, r.openingMark, is(meta), r.bareNames}
	var weak byline
	for _, find := range finders {
		b := r.authorsOf(find())
		switch {
		case b.text == "":
		case !b.weak && (weak.text == "" || !strings.HasPrefix(b.text, weak.text)):
			if b.declared {
				b = r.fuller(b, is(meta), r.shownAuthors, r.authorLines, r.authorCards)
			}
			r.set("byline", &it.Byline, b.text, b.evidence)
			return
		case weak.text == "" && b.evidence.Rule != rules.Meta: // there it is the town or its system
			weak = b
		}
	}
	r.set("byline", &it.Byline, weak.text, weak.evidence)
}

// A byline is the names of a group of claims.
type byline struct {
	text     string
	evidence Evidence
	weak     bool // names no person
	declared bool // by what the page says of the article, not by what it shows
}

// authorsOf joins the names of a group of claims; a weak name counts beside a
// better one.
func (r *reader) authorsOf(group []claim) byline {
	b := byline{weak: true}
	var names []string
	for _, c := range group {
		name := r.cleanAuthor(c.value)
		if name == "" || containsKey(names, name) || c.rule == rules.Meta && (r.namesPublisher(name) || len(names) > 0 && c.where != b.evidence.Where) {
			continue
		}
		if len(names) == 0 {
			b.evidence = Evidence{Rule: c.rule, Where: c.where, Raw: c.value}
		}
		names = append(names, name)
		b.weak = b.weak && (r.weakAuthor(name) || strings.HasSuffix(c.where, organization))
	}
	b.declared = b.evidence.Rule == rules.JSONLD || b.evidence.Rule == rules.Microdata
	b.text = strings.Join(r.withoutPublisher(names), ", ")
	return b
}

var (
	accountName = lazy.Regexp(`^[\p{Ll}\d][\p{Ll}\d._-]*$|^\S*\d\S*$`)
	// orgName is a word that names of organisations have, not those of persons.
	orgName   = lazy.Regexp(`(?i)(?:^|[\s-])(?:e\. ?v|gmbh|ag|kg|stiftung|verband|verein|bund|stadt|gemeinde|landkreis|kreis|ministerium|hochschule|universität|institut|zeitung|tageblatt|verlag|redaktion|agentur|council|city|county|university|ministry|department|news|times|online|press|media)\.?$|^(?:stadt|gemeinde|landkreis|kreis|markt|city|town|county|comune|commune|mairie|gemeente|amt)\s|\.\pL{2,3}$`)
	staffName = lazy.Regexp(`(?i)^(?:(?:online|web|lokal|news|zentral)?-?\s?redaktion|redaktionsteam|redakteur(?:in)?|pressestelle|presseamt|presse|agentur|agencies|newsroom|news|team|editorial(?: team| staff)?|staff(?: writer| reporter)?|la rédaction|rédaction|redazione|redacción|redactie|redaktionen)$`)
)

// weakAuthor reports whether a name says little: the site, its staff, an
// account, one or two letters.
func (r *reader) weakAuthor(name string) bool {
	return len(name) < 3 || accountName.MatchString(name) && !authorMark.MatchString("("+name+")") || staffName.MatchString(name) || orgName.MatchString(name) || r.namesPublisher(name)
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

var authorMark = lazy.Regexp(`^\(([\p{L}]{2,4}(?:[/,] ?[\p{L}]{2,4}){0,2})\)$`)

// closingMark is a mark behind the last sentence of a paragraph.
var closingMark = lazy.Regexp(`[.!?“"»]\s*\((\p{Ll}{2,3}(?:/\p{Ll}{2,4})?|(?:mit )?(?:dpa|epd|kna|APA|AFP|SID|DPA|EPD|KNA|ots)(?:[/,] ?\p{L}{2,4})?|\p{L}{2,12} mit dpa)\)\s*$`)

// authorMarks are marks such as "(sib)" on a line of their own, or else the
// last one at the end of a paragraph.
func (r *reader) authorMarks() []claim {
	var closing []claim
	for i := r.root; i < r.d.nodes[r.root].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&(isText|inLink|inHead|isHidden) != isText || n.text < 4 || !strings.HasSuffix(strings.TrimRight(n.n.Data, " \t\r\n\u00a0"), ")") {
			continue
		}
		if n.text <= 16 && r.own[r.block[i]] <= 24 {
			if m := authorMark.FindStringSubmatch(news.Squash(n.n.Data)); m != nil {
				r.spent = append(r.spent, i)
				return []claim{{m[1], "author mark", r.d.where(i)}}
			}
		}
		if m := closingMark.FindStringSubmatch(n.n.Data[max(0, len(n.n.Data)-40):]); m != nil {
			closing = []claim{{m[1], "author mark", r.d.where(i)}}
		}
	}
	return closing
}

// openingMark is the mark behind the place with which one of the first
// paragraphs opens: "KASSEL (pm) Der Rat …".
func (r *reader) openingMark() []claim {
	paragraphs := 0
	for i := max(r.root, r.headline); i < r.d.nodes[r.root].end && paragraphs < 3; i++ {
		n := &r.d.nodes[i]
		if n.flags&(isText|inHead|isHidden|breaks) != isText|breaks || n.text < 40 {
			continue
		}
		paragraphs++
		if text := strings.TrimSpace(n.n.Data); strings.Contains(text[:min(len(text), 60)], " (") {
			if _, mark := openingPlace(shorten(text, 80)); mark != "" {
				return []claim{{mark, "author mark", r.d.where(i)}}
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
		if c.rule == rules.Meta || c.rule == rules.OpenGraph || strings.HasPrefix(c.where, "WebPage.") {
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
	for _, i := range r.d.head.rels {
		if n := &r.d.nodes[i]; r.d.within(i, r.d.body) && n.text > 0 && n.text <= 400 && strings.Contains(attrOf(n.n, "rel"), "author") {
			if named := r.shownNames(i, "rel=author"); named != nil {
				return named
			}
		}
	}
	for i := r.d.body; i < r.d.nodes[r.d.body].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText != 0 || n.text == 0 || n.text > 400 || n.tag == atom.H1 || n.hints&hintAuthor == 0 && (n.tag != atom.A || !linksAuthor(n.n)) {
			continue
		}
		if named := r.shownNames(i, "class"); named != nil {
			return named
		}
	}
	return nil
}

// linksAuthor reports whether a link leads to the page of an author or a user.
func linksAuthor(a *html.Node) bool {
	for i := range a.Attr {
		switch value := a.Attr[i].Val; a.Attr[i].Key {
		case "href":
			if authorFolders.in(value) && authorAddress.MatchString(value) {
				return true
			}
		case "class":
			if strings.Contains(value, "username") && slices.Contains(strings.Fields(value), "username") {
				return true
			}
		}
	}
	return false
}

var authorFolders = piecesOf("/au", "/re", "/writer")

var authorAddress = lazy.Regexp(`/(?:authors?|autor(?:en|es|in)?|auteurs?|autori|redakteure?|reporters?|writers?)/[^/?#]{3,}`)

// besideReport reports whether an author stands where those of other reports,
// of comments and of pictures stand. A small <aside> may be the report's own.
func (r *reader) besideReport(i nodeID) bool {
	if r.inRow(i) {
		return true
	}
	for ; i > r.d.body && !r.apartEnds(i); i = r.d.nodes[i].parent {
		n := &r.d.nodes[i]
		if r.other[i] || n.tag == atom.A && n.text > 80 {
			return true
		}
		side := n.hints&hintSide != 0 && r.cut[i] && !(n.tag == atom.Aside && n.text < 250 && n.hints&(hintMeta|hintAuthor) != 0)
		if side && !r.belowHead(i) || n.hints&(hintComments|hintRelated|hintPopular|hintNav|hintCaption|hintCredit) != 0 || n.hints&hintImage != 0 && r.prose[i] < 200 {
			return true
		}
	}
	return false
}

// belowHead reports whether an element stands in a small box at the side that
// follows the headline at once, as one with the day and the writer does.
func (r *reader) belowHead(i nodeID) bool {
	for ; i > r.headline && r.headline >= 0; i = r.d.nodes[i].parent {
		n := &r.d.nodes[i]
		if n.hints&hintSide == 0 {
			continue
		}
		if n.text > 200 {
			return false
		}
		between := int32(0)
		for t := r.d.nodes[r.headline].end; t < i && between < 120; t++ {
			if r.d.nodes[t].flags&isText != 0 {
				between += r.d.nodes[t].text
			}
		}
		return between < 120
	}
	return false
}

// inRow reports whether an element stands in a row of a list of other reports.
func (r *reader) inRow(i nodeID) bool {
	outside := !r.d.within(i, r.root)
	for ; i > r.d.body && !r.apartEnds(i); i = r.d.nodes[i].parent {
		n := &r.d.nodes[i]
		row := n.tag == atom.Li || n.hints&hintItem != 0 && n.hints&(hintMeta|hintAuthor) == 0
		if row && n.text < 500 && (outside || r.d.find(i, atom.H2, atom.H3, atom.H4) >= 0) {
			return true
		}
	}
	return false
}

// authorText is the text of an element that names the author: of what is
// within it called the author or is a link that takes up most of it, or all of
// it, or else the first line that names somebody; in a larger box, a person.
func (r *reader) authorText(i nodeID) string {
	whole := &r.d.nodes[i]
	for j := i + 1; j < whole.end; j++ {
		n := &r.d.nodes[j]
		if n.flags&isText != 0 || n.text <= 2 || n.text > 60 {
			continue
		}
		named := n.hints&hintAuthor != 0 || slices.Contains(strings.Fields(attrOf(n.n, "class")), "fn")
		if named || n.tag == atom.A && n.text*2 > whole.text {
			if lines := r.d.lines(j); isPersonName(lines[0]) {
				return lines[0]
			} else if text := strings.Join(lines, " "); r.cleanAuthor(text) != "" {
				return text
			}
		}
	}
	lines := r.d.lines(i)
	for _, line := range lines {
		if isPersonName(line) || whole.text <= 120 && r.cleanAuthor(line) != "" {
			return line
		}
	}
	return ""
}

// bareNames are names of persons that stand alone: in the line of the date, or
// below the text.
func (r *reader) bareNames() []claim {
	if r.headline < 0 {
		return nil
	}
	near := 0
	for i := max(r.d.body, r.headline-30); i < r.d.nodes[r.d.body].end && near < 8; i++ {
		if r.own[i] < 6 || r.d.nodes[i].flags&(isText|isHidden) != 0 || i == r.headline {
			continue
		}
		if near++; r.own[i] > 100 || r.cut[i] || r.other[i] {
			continue
		}
		if text := r.lineText(i); !r.holdsDigits(i) {
			if isPersonName(text) && r.besideDay(i) && !r.besideReport(i) {
				return []claim{{text, "dateline", r.d.where(i)}}
			}
			continue
		}
		for _, part := range datelineBreaks.Split(r.lineText(i), -1) {
			if part = strings.TrimSpace(part); isPersonName(part) && !telephone.MatchString(r.d.text(i)) && len(r.d.findDates(r.lineText(i))) > 0 {
				return []claim{{part, "dateline", r.d.where(i)}}
			}
		}
	}
	return r.signature()
}

var datelineBreaks = lazy.Regexp(`[|•·–—\n,]| - |\d+`)

// signature is the name in one of the last lines of the report, with nothing
// behind it that tells how to reach the person.
func (r *reader) signature() []claim {
	lines := 0
	for i := r.d.nodes[r.root].end - 1; i > r.root && lines < 3; i-- {
		n := &r.d.nodes[i]
		if r.own[i] < 4 || n.flags&(isText|isHidden|inHead) != 0 || r.cutWithin(i) {
			continue
		}
		if lines++; r.own[i] > 60 {
			if lines == 1 {
				continue
			}
			return nil
		}
		text := strings.Trim(r.lineText(i), " ()–—-")
		if strings.ContainsAny(text, "@0123456789:") {
			return nil
		}
		if isPersonName(roleBehind.ReplaceAllString(text, "")) && (n.tag == atom.P || n.tag == atom.Div) && (n.above|n.hints)&(hintContact|hintSide|hintFooter|hintItem|hintImage) == 0 {
			return []claim{{text, "signature", r.d.where(i)}}
		}
	}
	return nil
}

// cutWithin reports whether an element stands in what is not of the article.
func (r *reader) cutWithin(i nodeID) bool {
	for ; i > r.root; i = r.d.nodes[i].parent {
		if r.cut[i] || r.other[i] {
			return true
		}
	}
	return false
}

var (
	authorPrefix = lazy.Regexp(`(?i)^(?:(?:geschrieben|beitrag|pressemitteilung) ?von|(?:publié|écrit|rédigé) par|(?:scritto|pubblicato|inserito|redatto) da|(?:escrito|publicado) por|(?:geschreven|geplaatst) door|(?:skrevet|skriven|publicerad) (?:af|av)|(?:dodał|dodała|napisał|napisała|opublikował|opublikowała|wytworzył|wytworzyła|autor):|about the author|über den autor|(?:this|the) (?:post|article|story|page|news) (?:was|is) (?:written|published|posted|added) by|dieser (?:beitrag|artikel) wurde (?:verfasst |geschrieben |erstellt )?von|(?:reported|words|story|report|text|article|photo) by|texto|testo|tekst|words|about|über|foto|veröffentlicht (?:von|durch)|verfasst von|erstellt von|gepostet von|ein(?:e)? (?:beitrag|artikel|kommentar|gastbeitrag) von|zeige alle (?:beiträge|artikel) von|alle (?:beiträge|artikel) (?:von|anzeigen von)|mehr (?:beiträge )?von|view (?:all )?posts by|posts by|posted by|written by|published by|text(?:,| &| und) fotos?|blog-?\s?beitrag von|text von|text|autor(?:in)?(?:en)?|author|redaktion\s*:|quelle\s*:|source\s*:|verfasser(?:in)?|von|by|par|por|di|door|av|af)\s*[:：]?\s+`)
	authorSuffix = lazy.Regexp(`(?i)(?:\s*[|•·–—]|\s+-\s|\s+\[email|\s+(?:(?-i:\p{Ll}[\p{Ll}\d._-]*) )?\S+@\S|\s+(?:illustration|fotos?|bild(?:er)?|grafik|photos?)\b|,?\s+(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|\pL+(?:tag|woch|abend|day))\.?,|\s+(?:am|on|um|stand|vor \d+|in|aktualisiert|updated|published|posted|veröffentlicht)\b|,?\s*\d{1,2}\.\s?(?:\d{1,2}\.|\p{L}+)|,?\s*\d{1,2} \p{L}+,? \d{4}|,?\s*\p{L}+\.? \d{1,2}, \d{4}).*$`)
	behindName   = lazy.Regexp(`(\p{L}[\p{L}.]) \([^()]*\)?$`) // "Eva Meier (Pressestelle)"
	jointNames   = lazy.Regexp(`(\p{Lu}\S+ \p{Lu}\S+) (?:und|and|og|et|y|&) (\p{Lu}\S+ \p{Lu}\S+)`)
	noAuthor     = lazy.Regexp(`(?i)^(?:admin\w*|(?:datum|date|stand)\b.*|(?:ris-?kommunal|typo3|wordpress|joomla!?|contao|drupal|ikiss|weblication|imperia|liferay|neos|opencms|sitepark|nolis)\b.*|administrator|super ?user|webmaster|editor|staff|unknown|author|autor|last|zuletzt|posted|publiziert|veröffentlicht|follow|folgen|gast|guest|von|by|mehr|more|profil|kontakt|no author|auteur|nicht angegeben|alle (?:beiträge|artikel|posts)|weitere (?:beiträge|artikel)|all posts|über (?:den autor|die autorin)|image:.*|.*\bdesign(?:ed)?|.*\[email.*|.*(?:@|\[at\]|https?:|www\.).*|.*\b(?:gmbh|co\. kg)\b.*|.*\b(?:19|20)\d\d)$`)
)

var (
	// gluedLabel is a label that stands in an element of its own before the name
	// and has no space behind it: "AuthorAndreas Kuhn".
	gluedLabel = lazy.Regexp(`^(?:Authors?|Autore?n?|Autor(?:innen|in|:in|\*in|_in)|Auteurs?|Auteure|Autora|Autorka|Forfatter|Författare|Skribent|Verfasser(?:in)?|Redakteur(?:in)?|Redaktion|Writer|Reporter|Byline|Text|By|Von|Par|Por)[:]?(\p{Lu}\p{Ll})`)
	// gluedButton is one behind the name.
	gluedButton = lazy.Regexp(`(\p{Ll})(?:Follow|Folgen|Share|Teilen|Profil|Profile|Seguir|Suivre|Volgen)$`)
	// roleBehind is what the person does, behind the name.
	roleBehind = lazy.Regexp(`(?i),\s+(?:(?:presse|stadt|kreis|regierungs)?sprecher(?:in)?|pressereferent(?:in)?|(?:ober)?bürgermeister(?:in)?|redakteur(?:in)?|redaktionsleitung|(?:\pL+)?leiter(?:in)?(?: \pL+){0,4}|(?:press|communications?) officer|(?:town |city )?(?:clerk|manager)|mayor|(?:\pL+ ){0,3}(?:editor(?:-in-chief)?|reporter|writer|correspondent|columnist)|spokes(?:man|woman|person)|addetto stampa|portavoce|portavoz|woordvoerder|rzecznik(?: prasowy)?|tiskový mluvčí|kommunikationschef|pressechef)$`)
	// labelAlone are labels and buttons that no name follows.
	labelAlone = lazy.Regexp(`(?i)^(?:zuletzt|letzte|last|dernière|última?|ultim[oa]|laatst|sidst|senast|sist|ostatni\pL*|naposledy|poslední)(?: \pL+){0,2}$|^(?:published|posted|updated|modified|written|created|veröffentlicht|erstellt|geschrieben|verfasst|aktualisiert|publicado|publié|pubblicato|gepubliceerd|publicerad|publisert|udgivet|opublikowano|zveřejněno)(?: (?:by|on|at|von|am|durch|por|par|le|da|il|door|op|av|af|den|dnia|přes))?$|^(?:by|von|por|par|di|da|door|av|af|przez|od)$|^(?:the |den |die |der |l.|el |la |lo |de |o |om )?(?:about |über )?(?:authors?|autor(?:en|in|innen|a|e|ka|ze)?|auteurs?|verfasser(?:in)?|forfatter(?:en)?|författare|skribent(?:en)?)(?: (?:of|this|dieses|dieser|de|del|di|van|til|till|det|den|questo|cet|este|dit) ?\pL*){0,2}(?: (?:article|post|story|artikels?|beitrags?|articolo|artículo|artigo|artikel))?$|^(?:share|teilen|tweet|follow|contact|kontakt|compartir|partager|condividi|delen|dela|del|udostępnij|sdílet|read more|view profile|date|datum|fecha|data|dato)$`)
)

// authorStarts are the words that such a prefix begins with.
var authorStarts = words.Set("author_prefix_starts")

// cleanAuthor takes off what stands around a name; empty for what is none.
func (r *reader) cleanAuthor(s string) string {
	s = news.Squash(s)
	s = gluedLabel.ReplaceAllString(s, "$1")
	s = gluedButton.ReplaceAllString(s, "$1")
	for startsWith(s, authorStarts()) || strings.Contains(s, "：") {
		cut := authorPrefix.ReplaceAllString(s, "")
		if cut == s {
			break
		}
		s = cut
	}
	s = authorSuffix.ReplaceAllString(s, "")
	s = jointNames.ReplaceAllString(s, "$1, $2")
	s = strings.Trim(behindName.ReplaceAllString(s, "$1"), " .:;,|()/-–")
	s = roleBehind.ReplaceAllString(s, "")
	if last := strings.LastIndex(s, ", "); last > 0 && r.namesPublisher(s[last+2:]) {
		s = s[:last]
	}
	if len(s) < 2 || len(s) > 90 || noAuthor.MatchString(s) || labelAlone.MatchString(s) {
		return ""
	}
	return s
}

// namesPublisher reports whether an author is only the site itself, and no
// person after whom the site is named.
func (r *reader) namesPublisher(name string) bool {
	return !isPersonName(name) && (r.isSiteName(key(name)) || r.namesSite(name))
}
