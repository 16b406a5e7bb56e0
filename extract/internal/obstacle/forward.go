package obstacle

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	longestWait = 30       // seconds that a page is shown before it forwards, at most
	headOfPage  = 32 << 10 // bytes in which meta data and frames stand
	scriptPage  = 8 << 10  // bytes of a page that is but a script which forwards, or a frame, at most
)

// MayForward is a cheap look whether a page may have a Forward: one that says
// false has none.
func MayForward(page []byte) bool {
	isSmall := len(page) < scriptPage
	if isSmall && bytes.Contains(page, []byte("location")) {
		return true
	}
	page = page[:min(len(page), headOfPage)]
	for i := bytes.IndexByte(page, '<'); i >= 0 && i+9 < len(page); {
		switch word := page[i+1 : i+9]; {
		case hasFold(word, "frameset"), isSmall && hasFold(word[:6], "iframe"):
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
func Forward(d *dom.Page) (read.Forward, bool) {
	if d.Feed != nil || len(d.Nodes) == 0 {
		return read.Forward{}, false
	}
	for _, find := range []func(*dom.Page) (string, string){refresh, mainFrame, scriptForward, wholeFrame} {
		if address, by := find(d); isElsewhere(d, address) {
			return read.Forward{URL: address, By: by, From: d.Page.URL}, true
		}
	}
	return read.Forward{}, false
}

// isElsewhere reports whether an address is that of another page.
func isElsewhere(d *dom.Page, address string) bool {
	return address != "" && news.Canonical(address) != news.Canonical(d.Page.URL)
}

// Prose is how many bytes of text the page shows outside links.
func Prose(d *dom.Page) int32 { return d.Nodes[d.Body].Text - d.Nodes[d.Body].Linked }

// refresh is where <meta http-equiv="refresh" content="0; url=…"> leads, on a
// page that shows no more than a notice: the longer it stays, the less.
func refresh(d *dom.Page) (address, by string) {
	for _, i := range d.Head.Metas {
		if !strings.EqualFold(d.Attr(i, "http-equiv"), "refresh") {
			continue
		}
		wait, rest, _ := strings.Cut(strings.NewReplacer(",", ";").Replace(d.Attr(i, "content")), ";")
		seconds, err := strconv.ParseFloat(strings.TrimSpace(wait), 64)
		target := refreshTarget(d.Attr(i, "content"), rest)
		switch {
		case err != nil || target == "" || seconds > longestWait:
		case seconds <= 1 && Prose(d) < someText, Prose(d) < LittleText && d.Head.Anchors < 15:
			return d.Abs(target), "meta refresh"
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
func mainFrame(d *dom.Page) (address, by string) {
	best, most := "", 0.0
	for i := range d.Nodes {
		e := &d.Nodes[i]
		if e.Tag != atom.Frame {
			continue
		}
		src := d.Abs(dom.AttrOf(e.HTML, "src"))
		if src == "" {
			continue
		}
		weight := frameShare(d, dom.NodeID(i))
		name := dom.AttrOf(e.HTML, "name") + " " + dom.AttrOf(e.HTML, "id") + " " + dom.AttrOf(e.HTML, "src")
		switch hints := dom.HintsOf(name); {
		case isFrame(strings.ToLower(name), "main") || hints&(dom.HintMain|dom.HintBody|dom.HintArticle) != 0:
			weight += 2
		case hints&(dom.HintChrome|dom.HintHeader) != 0 || isFrame(strings.ToLower(name), "side"):
			weight -= 2
		}
		if best == "" || weight > most {
			best, most = src, weight
		}
	}
	return best, "frameset"
}

// frames are parts of the names of frames, by what these hold.
var frames = words.Entries("frames")

// isFrame reports whether the name of a frame, in lower case, has a part of a group.
func isFrame(name, group string) bool {
	return slices.ContainsFunc(frames(), func(e words.Entry) bool { return e.Group == group && strings.Contains(name, e.Text) })
}

// frameShare is how much of its frameset a frame is given: 0 to 1.
func frameShare(d *dom.Page, at dom.NodeID) float64 {
	set := d.Nodes[at].Parent
	for _, key := range []string{"cols", "rows"} {
		shares := strings.Split(d.Attr(set, key), ",")
		if len(shares) < 2 {
			continue
		}
		k := 0
		for i := set + 1; i < at; i = d.Nodes[i].End {
			if t := d.Nodes[i].Tag; t == atom.Frame || t == atom.Frameset {
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
func scriptForward(d *dom.Page) (address, by string) {
	if Prose(d) >= shellText || d.Head.Anchors > 3 {
		return "", ""
	}
	for i := range d.Nodes {
		e := &d.Nodes[i]
		code := dom.AttrOf(e.HTML, "onload")
		if e.Tag == atom.Script && e.HTML.FirstChild != nil {
			code = texts.Shorten(e.HTML.FirstChild.Data, 4096)
		}
		if code == "" || e.Tag != atom.Script && e.Tag != atom.Body {
			continue
		}
		if m := scriptLocation.FindStringSubmatch(code); m != nil {
			return d.Abs(unquoteScript(m[1] + m[2] + m[3])), "script"
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

// Frame is the one page of the same site that a page without news of its own
// shows in a frame.
func Frame(d *dom.Page) (read.Forward, bool) {
	var found read.Forward
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		e := &d.Nodes[i]
		if e.Tag != atom.Iframe || d.Nodes[e.Parent].Flags&dom.IsHidden != 0 || smallFrame(e) {
			continue
		}
		src := d.Abs(dom.AttrOf(e.HTML, "src"))
		if src == "" || !isPageOfSite(d, src) || !isElsewhere(d, src) {
			continue
		}
		if found.URL != "" {
			return read.Forward{}, false
		}
		found = read.Forward{URL: src, By: "frame", From: d.Page.URL}
	}
	return found, found.URL != ""
}

// wholeFrame is the page of the same site that a page without any text shows in
// a frame as large as itself.
func wholeFrame(d *dom.Page) (address, by string) {
	if d.Nodes[d.Body].Text > 0 || d.Head.Anchors > 0 || len(d.Page.Body) >= scriptPage {
		return "", ""
	}
	for i := d.Body; i < d.Nodes[d.Body].End; i++ {
		if d.Nodes[i].Tag != atom.Iframe || !fillsPage(d, i) {
			continue
		}
		if f, ok := Frame(d); ok && !showsFile(f.URL) {
			return f.URL, "frame"
		}
		return "", ""
	}
	return "", ""
}

// fillsPage reports a frame whose attributes or style give it the whole page.
func fillsPage(d *dom.Page, i dom.NodeID) bool {
	if d.Attr(i, "width") == "100%" && d.Attr(i, "height") == "100%" {
		return true
	}
	style := strings.NewReplacer(" ", "", "100vw", "100%", "100vh", "100%").Replace(strings.ToLower(d.Attr(i, "style")))
	return strings.Contains(style, "width:100%") && strings.Contains(style, "height:100%")
}

// showsFile reports the address of a viewer that is told which file to show.
func showsFile(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return true
	}
	for _, values := range u.Query() {
		for _, v := range values {
			if dom.FileTypes[dom.ExtensionOf(v)] != "" {
				return true
			}
		}
	}
	return false
}

// isPageOfSite reports the address of a page, and no file, of the same site.
func isPageOfSite(d *dom.Page, address string) bool {
	u, err := url.Parse(address)
	return err == nil && dom.SameSite(u.Host, d.Base.Host) && dom.FileTypes[dom.ExtensionOf(address)] == ""
}

// smallFrame reports a frame that is too small for news: a counter, a button.
func smallFrame(e *dom.Node) bool {
	for _, key := range []string{"width", "height"} {
		if n, err := strconv.Atoi(strings.TrimSuffix(dom.AttrOf(e.HTML, key), "px")); err == nil && n < 150 {
			return true
		}
	}
	return false
}
