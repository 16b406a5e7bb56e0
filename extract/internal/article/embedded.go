package article

import (
	"net/url"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// fileParameters are the names under which a viewer is handed the file that it
// shows: "viewer.html?file=/plan.pdf".
var fileParameters = words.Entries("file_parameters")

// viewers are in the addresses of pages that show a file. The address of what
// hands out a file names it, too, but is the way to it: "?file=plan.pdf".
var viewers = texts.MayHold("viewer_parts")

// attachEmbedded takes the file that an <object>, <embed> or <iframe> shows, or a
// <video> or <audio> plays, if there is one.
func (r *reader) attachEmbedded(i dom.NodeID) {
	address := r.shownFile(i)
	if !r.isNewFile(address) {
		return
	}
	it := &r.art.Item
	title := ""
	for _, name := range []string{"title", "aria-label", "name"} {
		if said := withoutSize(r.d.Attr(i, name)); title == "" && strings.Contains(said, " ") {
			title = said
		}
	}
	if title == "" {
		title = address[strings.LastIndexByte(address, '/')+1:]
	}
	kind := dom.FileTypes[dom.ExtensionOf(address)]
	if kind == "" {
		kind = "application/pdf"
	}
	it.Attachments = append(it.Attachments, news.Attachment{URL: address, Title: title, Type: kind})
	if len(it.Attachments) == 1 {
		r.art.Evidence["attachments"] = read.Evidence{Rule: rules.Embedded, Where: r.d.Where(i)}
	}
}

// isNewFile reports whether an address is one that no attachment has, and notes
// it: a page may link thousands of files.
func (r *reader) isNewFile(address string) bool {
	if address == "" || r.attached[address] {
		return false
	}
	if r.attached == nil {
		r.attached = make(map[string]bool)
	}
	r.attached[address] = true
	return true
}

// shownFile is the address of the file that an element embeds; empty where it
// embeds something else, such as a page or a map.
func (r *reader) shownFile(i dom.NodeID) string {
	source := ""
	for _, name := range embedSources[r.d.Nodes[i].Tag] {
		if source = r.d.Attr(i, name); source != "" {
			break
		}
	}
	if source == "" {
		source = r.firstSource(i)
	}
	address := r.d.Abs(source)
	if address == "" {
		return ""
	}
	if file := r.viewedFile(address); file != "" {
		return file
	}
	isFile := dom.FileTypes[dom.ExtensionOf(address)] != "" || strings.EqualFold(r.d.Attr(i, "type"), "application/pdf")
	if !isFile {
		return ""
	}
	address, _, _ = strings.Cut(address, "#") // "#toolbar=0&view=FitH" tells the viewer how to show it
	return address
}

// firstSource is the first of the files that a <video> or <audio> can play;
// empty where none is named within.
func (r *reader) firstSource(i dom.NodeID) string {
	for j := i + 1; j < r.d.Nodes[i].End; j++ {
		if r.d.Nodes[j].Tag == atom.Source {
			return r.d.Attr(j, "src")
		}
	}
	return ""
}

// embedSources are the attributes that say what an element shows. Scripts put
// the frame's address from "data-src" into "src".
var embedSources = map[atom.Atom][]string{
	atom.Object: {"data"}, atom.Embed: {"src", "data-src"}, atom.Iframe: {"src", "data-src", "data-lazy-src"},
	atom.Video: {"src", "data-src"}, atom.Audio: {"src", "data-src"},
}

// viewedFile is the file that the address of a viewer names; empty where it
// names none.
func (r *reader) viewedFile(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery == "" {
		return ""
	}
	query := u.Query()
	for _, name := range fileParameters() {
		file := query.Get(name.Text)
		if dom.FileTypes[dom.ExtensionOf(file)] != "" {
			return r.d.Abs(file)
		}
	}
	return ""
}
