package extract

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/news"
)

// A Forward is where a page sends its readers on by other means than the
// answer of its server: {"https://ort.example/aktuelles.php", "meta refresh", …}.
type Forward struct {
	URL  string // absolute; http or https
	By   string // "meta refresh", "script", "frameset", "frame"
	From string // the page that forwards
}

// String is a Forward for people: "https://ort.example/a.php by meta refresh".
func (f Forward) String() string { return f.URL + " by " + f.By }

const (
	longestWait = 30       // seconds that a page is shown before it forwards, at most
	headOfPage  = 32 << 10 // bytes in which meta data and frames stand
	scriptPage  = 8 << 10  // bytes of a page that is but a script which forwards, at most
)

// MayForward is a cheap look whether a page may have a Forward: one that says
// false has none.
func MayForward(page []byte) bool {
	if len(page) < scriptPage && bytes.Contains(page, []byte("location")) {
		return true
	}
	page = page[:min(len(page), headOfPage)]
	for i := bytes.IndexByte(page, '<'); i >= 0 && i+9 < len(page); {
		switch word := page[i+1 : i+9]; {
		case hasFold(word, "frameset"):
			return true
		case hasFold(word[:4], "meta"):
			end := bytes.IndexByte(page[i:], '>')
			if end > 0 && bytes.Contains(bytes.ToLower(page[i:i+end]), []byte("refresh")) {
				return true
			}
		}
		next := bytes.IndexByte(page[i+1:], '<')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

func hasFold(b []byte, word string) bool { return strings.EqualFold(string(b), word) }

// Forward reports where the page sends its readers on: by meta refresh, by a
// frameset, by a script on a page that shows next to nothing. A page that is
// loaded anew from time to time, and one with news of its own, sends nowhere.
func (d *Document) Forward() (Forward, bool) {
	if d.feed != nil || len(d.nodes) == 0 {
		return Forward{}, false
	}
	for _, find := range []func(*Document) (string, string){(*Document).refresh, (*Document).mainFrame, (*Document).scriptForward} {
		if address, by := find(d); d.isElsewhere(address) {
			return Forward{URL: address, By: by, From: d.page.URL}, true
		}
	}
	return Forward{}, false
}

// attachTarget offers the file that the page only leads to.
func (r *reader) attachTarget() {
	to, _ := r.d.Forward()
	if kind := fileTypes[extensionOf(to.URL)]; kind != "" {
		r.art.Item.Attachments = []news.Attachment{{URL: to.URL, Title: r.art.Item.Headline, Type: kind}}
		r.art.Evidence["attachments"] = Evidence{Rule: rules.Link, Where: to.By, Raw: to.URL}
	}
}

// isElsewhere reports whether an address is that of another page.
func (d *Document) isElsewhere(address string) bool {
	return address != "" && news.Canonical(address) != news.Canonical(d.page.URL)
}

// prose is how many bytes of text the page shows outside links.
func (d *Document) prose() int32 { return d.nodes[d.body].text - d.nodes[d.body].linked }

// refresh is where <meta http-equiv="refresh" content="0; url=…"> leads, on a
// page that shows no more than a notice: the longer it stays, the less.
func (d *Document) refresh() (address, by string) {
	for _, i := range d.head.metas {
		if !strings.EqualFold(d.attr(i, "http-equiv"), "refresh") {
			continue
		}
		wait, rest, _ := strings.Cut(strings.NewReplacer(",", ";").Replace(d.attr(i, "content")), ";")
		seconds, err := strconv.ParseFloat(strings.TrimSpace(wait), 64)
		target := refreshTarget(d.attr(i, "content"), rest)
		switch {
		case err != nil || target == "" || seconds > longestWait:
		case seconds <= 1 && d.prose() < someText, d.prose() < littleText && d.head.anchors < 15:
			return d.abs(target), "meta refresh"
		}
	}
	return "", ""
}

// refreshTarget is the address behind "url=" of a refresh, or what stands there
// without it; rest is what follows the seconds.
func refreshTarget(content, rest string) string {
	if at := strings.Index(strings.ToLower(content), "url"); at >= 0 {
		if value, ok := strings.CutPrefix(strings.TrimLeft(content[at+3:], " \t"), "="); ok {
			rest = value
		}
	}
	return strings.Trim(strings.TrimSpace(rest), `"'`)
}

// mainFrame is the frame of a frameset that holds what the page is about: the
// one that calls itself so, or else the largest that calls itself no menu.
func (d *Document) mainFrame() (address, by string) {
	best, most := "", 0.0
	for i := range d.nodes {
		e := &d.nodes[i]
		if e.tag != atom.Frame {
			continue
		}
		src := d.abs(attrOf(e.n, "src"))
		if src == "" {
			continue
		}
		weight := d.frameShare(nodeID(i)) //nolint:gosec // MaxBody keeps it far below 2³¹
		name := attrOf(e.n, "name") + " " + attrOf(e.n, "id") + " " + attrOf(e.n, "src")
		switch hints := hintsOf(name); {
		case mainFrames.in(strings.ToLower(name)) || hints&(hintMain|hintBody|hintArticle) != 0:
			weight += 2
		case hints&(hintChrome|hintHeader) != 0 || sideFrames.in(strings.ToLower(name)):
			weight -= 2
		}
		if best == "" || weight > most {
			best, most = src, weight
		}
	}
	return best, "frameset"
}

var (
	mainFrames = piecesOf("main", "inhalt", "content", "haupt", "mitte", "aktuell", "news", "hoved", "contenu", "contenuto", "contenido", "inhoud", "innhold", "tresc", "obsah")
	sideFrames = piecesOf("nav", "menu", "menue", "top", "head", "kopf", "links", "left", "logo", "foot", "fuss", "titel", "banner")
)

// frameShare is how much of its frameset a frame is given: 0 to 1.
func (d *Document) frameShare(at nodeID) float64 {
	set := d.nodes[at].parent
	for _, key := range []string{"cols", "rows"} {
		shares := strings.Split(d.attr(set, key), ",")
		if len(shares) < 2 {
			continue
		}
		k := 0
		for i := set + 1; i < at; i = d.nodes[i].end {
			if t := d.nodes[i].tag; t == atom.Frame || t == atom.Frameset {
				k++
			}
		}
		if k >= len(shares) {
			return 0
		}
		share := strings.TrimSpace(shares[k])
		number, _ := strconv.ParseFloat(strings.TrimRight(share, "%*"), 64)
		switch {
		case strings.HasSuffix(share, "*"):
			return 0.9
		case strings.HasSuffix(share, "%"):
			return number / 100
		}
		return number / 2000 // pixels of a wide screen
	}
	return 0.5
}

// scriptForward is where a script leads at once, on a page that shows next to
// nothing: location.href = "/portal/start.php".
func (d *Document) scriptForward() (address, by string) {
	if d.prose() >= shellText || d.head.anchors > 3 {
		return "", ""
	}
	for i := range d.nodes {
		e := &d.nodes[i]
		code := attrOf(e.n, "onload")
		if e.tag == atom.Script && e.n.FirstChild != nil {
			code = shorten(e.n.FirstChild.Data, 4096)
		}
		if code == "" || e.tag != atom.Script && e.tag != atom.Body {
			continue
		}
		if m := scriptLocation.FindStringSubmatch(code); m != nil {
			return d.abs(unquoteScript(m[1] + m[2] + m[3])), "script"
		}
	}
	return "", ""
}

// scriptLocation is a script that leads to an address that it has in full.
var scriptLocation = lazy.Regexp(
	`\blocation(?:\.href)?\s*=\s*(?:"([^"\n]+)"|'([^'\n]+)')\s*(?:[;\n}]|$|//|-->)` +
		`|\blocation\.(?:replace|assign)\s*\(\s*["']([^"'\n]+)["']\s*\)`)

// unquoteScript undoes what scripts escape in an address: "\/portal\/".
func unquoteScript(s string) string { return strings.ReplaceAll(s, `\/`, `/`) }

// frame is the one page of the same site that a page without news of its own
// shows in a frame.
func (d *Document) frame() (Forward, bool) {
	var found Forward
	for i := d.body; i < d.nodes[d.body].end; i++ {
		e := &d.nodes[i]
		if e.tag != atom.Iframe || d.nodes[e.parent].flags&isHidden != 0 || smallFrame(e) {
			continue
		}
		src := d.abs(attrOf(e.n, "src"))
		u, err := url.Parse(src)
		if err != nil || src == "" || !sameSite(u.Host, d.base.Host) || fileTypes[extensionOf(src)] != "" || !d.isElsewhere(src) {
			continue
		}
		if found.URL != "" {
			return Forward{}, false
		}
		found = Forward{URL: src, By: "frame", From: d.page.URL}
	}
	return found, found.URL != ""
}

// smallFrame reports a frame that is too small for news: a counter, a button.
func smallFrame(e *node) bool {
	for _, key := range []string{"width", "height"} {
		if n, err := strconv.Atoi(strings.TrimSuffix(attrOf(e.n, key), "px")); err == nil && n < 150 {
			return true
		}
	}
	return false
}
