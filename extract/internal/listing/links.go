package listing

import (
	"net/url"
	"strings"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/news"
)

// A linkFact is what the link of a row says and where it leads. The same link
// is weighed in many ways to cut a page into rows.
type linkFact struct {
	label    string // empty where it is long
	words    int
	more     bool // it says only that there is more
	template bool
	issue    bool     // it tells the number of an issue: "Newsletter 11/2026"
	worth    float64  // of the address
	folders  []string // host, host/folder …
}

// linkOf is what the link of a row says, looked at once.
func (s *listScan) linkOf(r row) *linkFact {
	if f := s.facts[r.link]; f != nil {
		return f
	}
	d := s.d
	f := &linkFact{}
	switch n := d.Nodes[r.link].Text; {
	case n >= 400:
		f.words = 8
	case n > 0:
		f.label = d.Text(r.link)
	default:
		f.label = shownAs(d, r.link)
	}
	if f.label != "" {
		f.words, f.more, f.template = len(strings.Fields(f.label)), isMore(f.label), dom.IsTemplate(f.label)
		f.issue = strings.IndexByte(f.label, '/') > 0 && issueNumber.MatchString(f.label)
	}
	a := s.addressOf(r.url)
	f.folders, f.worth = a.folders, a.worthWith(f)
	s.facts[r.link] = f
	return f
}

// A linkAddress is what an address tells by itself: several links of a row lead
// to one.
type linkAddress struct {
	folders []string // host, host/folder …; nil: it cannot be read
	slug    string   // of the last step of the path; empty where that is short
	worth   float64
	shares  bool // it hands the page on
	file    bool
	section bool // it is a page that lists reports
}

func (s *listScan) addressOf(address string) *linkAddress {
	a := s.addresses[address]
	if a == nil {
		a = s.readAddress(address)
		s.addresses[address] = a
	}
	return a
}

func (s *listScan) readAddress(address string) *linkAddress {
	u, err := dom.ParseAddress(address)
	if err != nil {
		return &linkAddress{}
	}
	isFile := dom.FileTypes[dom.ExtensionOf(u.Path)] != ""
	a := &linkAddress{folders: s.foldersAt(address, u), file: isFile, section: sectionFolders(u.Path)}
	if !dom.SameSite(u.Host, s.d.Base.Host) {
		a.worth -= 0.5
		a.shares = sharesPage(u)
	}
	last := u.Path[strings.LastIndexByte(strings.TrimSuffix(u.Path, "/"), '/')+1:]
	if len(last) > 8 {
		a.slug = news.Slug(last)
	}
	if hyphens := strings.Count(last, "-") + strings.Count(last, "_"); hyphens >= 3 {
		a.worth += 0.4
	}
	if u.Path == "" || u.Path == "/" && u.RawQuery == "" {
		a.worth--
	}
	if a.file {
		a.worth += 0.1
	}
	return a
}

// issueNumber is how gazettes and newsletters count.
var issueNumber = lazy.Regexp(`\b\d{1,3} ?/ ?(?:19|20)\d\d\b`)

// shownAs is what a link without text says to those who do not see its image.
func shownAs(d *dom.Page, link dom.NodeID) string {
	if i := d.Find(link, atom.Img); i >= 0 {
		if alt := news.Squash(d.Attr(i, "alt")); texts.HasLetters(alt) {
			return alt
		}
	}
	return news.Squash(d.Attr(link, "title"))
}

// leastTelling is how long words of a link are, in bytes, that the slug of its address may repeat.
const leastTelling = 14

// worthWith is what an address tells together with its link: a slug that repeats
// the headline, a number or a date, a file; against it share links and other
// sites.
func (a *linkAddress) worthWith(f *linkFact) float64 {
	switch {
	case a.folders == nil:
		return -1
	case a.shares:
		return -3
	}
	w := a.worth
	if f.more && (a.file || namesPaper(f.label)) {
		w -= 0.3 // "Agenda", "Minutes": a page of its own beside them tells more
	}
	if a.section {
		w -= 0.8
	}
	if a.slug != "" && len(f.label) >= leastTelling {
		hits := 0
		for word := range strings.SplitSeq(news.Slug(f.label), "-") {
			if len(word) > 3 && strings.Contains(a.slug, word) {
				hits++
			}
		}
		if hits >= 3 {
			w += 0.4
		}
	}
	return w
}

// sectionFolders are those of pages that list reports.
var sectionFolders = texts.Holds("section_folders")

// sharesPage reports links that hand the page on to somebody else's service.
func sharesPage(u *url.URL) bool {
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	switch host {
	case "facebook.com", "twitter.com", "x.com", "instagram.com", "youtube.com", "linkedin.com", "xing.com", "wa.me", "api.whatsapp.com",
		"t.me", "pinterest.com", "flickr.com", "maps.google.com", "google.com", "vimeo.com", "tiktok.com", "mastodon.social", "bsky.app",
		"addtoany.com", "addthis.com":
		return true
	}
	return false
}

// foldersAt is foldersOf, worked out once for the addresses in one folder.
func (s *listScan) foldersAt(address string, u *url.URL) []string {
	if end := strings.IndexAny(address, "?#"); end >= 0 {
		address = address[:end]
	}
	address = strings.TrimRight(address, "/")
	folder := address[:max(0, strings.LastIndexByte(address, '/'))]
	if len(folder) < len("https://") {
		return foldersOf(u)
	}
	dirs, met := s.folders[folder]
	if !met {
		dirs = foldersOf(u)
		s.folders[folder] = dirs
	}
	return dirs
}

// foldersOf are the host and the folders of an address, each with all before
// it; digits count alike.
func foldersOf(u *url.URL) []string {
	dir := strings.ToLower(u.Host)
	dirs := []string{dir}
	steps := strings.Split(strings.Trim(u.Path, "/"), "/")
	for _, step := range steps[:len(steps)-1] {
		dir += "/" + classToken(step)
		dirs = append(dirs, dir)
	}
	return dirs
}

// original is a row with the link of its heading, where the one that it was found
// by leads to the same report told otherwise: its text is that of the heading
// with more words, "… in easy read", "… (PDF)".
func (s *listScan) original(r row) row {
	if r.anchor || s.heads[r.to] == s.heads[r.from] || s.d.Nodes[r.link].Flags&dom.InHead != 0 {
		return r
	}
	for i := r.from; i < r.to; i++ {
		e := &s.d.Nodes[i]
		if e.Tag != atom.A || e.Flags&(dom.InHead|dom.InLink|dom.IsHidden) != dom.InHead|dom.InLink || e.Text < 8 {
			continue
		}
		address, says, head := s.d.Abs(dom.AttrOf(e.HTML, "href")), s.d.Text(r.link), s.d.Text(i)
		if address != "" && address != r.url && len(says) > len(head) && strings.Contains(says, head) {
			r.link, r.url = i, address
		}
		return r
	}
	return r
}

// commonDir is the host and folder that at least nine of ten addresses share,
// as deep as that goes.
func (s *listScan) commonDir(rows []row) string {
	times := make(map[string]int)
	for _, r := range rows {
		for _, dir := range s.linkOf(r).folders {
			times[dir]++
		}
	}
	best := ""
	for dir, n := range times {
		if 10*n >= 9*len(rows) && (len(dir) > len(best) || len(dir) == len(best) && dir < best) {
			best = dir
		}
	}
	return best
}
