package article

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/claims"
	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readKicker finds the short line over the headline.
func (r *reader) readKicker() {
	if r.headline < 0 {
		return
	}
	i := r.kickerAt()
	if i < 0 || stockHeading(texts.Key(r.d.Text(i))) {
		return
	}
	r.set("kicker", &r.art.Item.Kicker, strings.TrimRight(r.d.Text(i), ": "), read.Evidence{Rule: rules.Kicker, Where: r.d.Where(i)})
}

// kickerAt is what a class calls the kicker near the headline, or else the
// line directly over it; -1 where there is none.
func (r *reader) kickerAt() dom.NodeID {
	h := &r.d.Nodes[r.headline]
	if i := r.innerKicker(r.headline); i >= 0 {
		return i
	}
	for i := r.headline + 1; i < h.End; i++ {
		if n := &r.d.Nodes[i]; n.Flags&dom.IsText == 0 && n.Hints&dom.HintKicker != 0 && n.Text > 0 && n.Text < h.Text {
			return i
		}
	}
	from := max(r.d.Body, r.headline-40)
	for i := r.headline - 1; i > from; i-- {
		n := &r.d.Nodes[i]
		isCalled := n.Flags&dom.IsText == 0 && n.Hints&(dom.HintKicker|dom.HintHeadline) == dom.HintKicker
		if isCalled && n.Text > 1 && n.Text < 60 && n.End <= r.headline {
			return i
		}
	}
	return r.lineOver()
}

// lineOver is the block directly before the headline in the same element,
// where it looks like a kicker: short, no date, no stock heading, no sentence.
func (r *reader) lineOver() dom.NodeID {
	var last dom.NodeID = -1
	for i := r.d.Nodes[r.headline].Parent + 1; i < r.headline; i = r.d.Nodes[i].End {
		if n := &r.d.Nodes[i]; n.End <= r.headline && n.Text > 0 {
			last = i
		} else if n.End > r.headline {
			return -1
		}
	}
	if last < 0 {
		return -1
	}
	n := &r.d.Nodes[last]
	if n.Text > 40 || n.Text < 3 || n.Tag == atom.Button ||
		n.Hints&(dom.HintChrome|dom.HintDate|dom.HintMeta|dom.HintAuthor|dom.HintUpdated) != 0 || n.Linked > 0 {
		return -1
	}
	text := r.d.Text(last)
	if r.isLabel(text) || endsLikeSentence(text) || strings.ContainsAny(text, "0123456789|›»/") {
		return -1
	}
	return last
}

// isLabel reports a line that says what stands below it: a stock heading, the name of
// the site, "Betreff".
func (r *reader) isLabel(text string) bool {
	k := texts.Key(text)
	return stockHeading(k) || r.isSiteName(k) || subjectLabels()[words.Fold(k)]
}

// readMedia finds the image, its credit and the files offered.
func (r *reader) readMedia() {
	r.readImage()
	r.readCredit()
	r.readAttachments()
}

func (r *reader) readImage() {
	it := &r.art.Item
	for _, c := range r.claims[claims.OfImage] {
		if address := r.d.Abs(c.Value); address != "" && !strings.Contains(strings.ToLower(address), "logo") {
			r.set("image", &it.Image, address, read.Evidence{Rule: c.Rule, Where: c.Where})
			return
		}
	}
	for i := r.scope(); i < r.d.Nodes[r.root].End; i++ { // it may stand over the headline
		n := &r.d.Nodes[i]
		if n.Tag != atom.Img || n.Flags&dom.IsHidden != 0 || r.isBesideImage(i) || r.isIcon(i) {
			continue
		}
		if address := mediaAddress(r.d, i); address != "" {
			r.set("image", &it.Image, address, read.Evidence{Rule: rules.Img, Where: r.d.Where(i)})
			return
		}
	}
}

// isBesideImage reports a picture of what stands around the report, or of its writer.
func (r *reader) isBesideImage(i dom.NodeID) bool {
	const around = dom.HintChrome | dom.HintHeader | dom.HintAuthor
	return r.d.Nodes[i].Above&around != 0 && r.hintsBelowHeadline(i)&around != 0
}

// isIcon reports whether an image is too small for a picture of the report, or
// stands before the name of a file.
func (r *reader) isIcon(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	for _, key := range []string{"width", "height"} {
		if size, err := strconv.Atoi(strings.TrimSuffix(dom.AttrOf(n.HTML, key), "px")); err == nil && size < 50 {
			return true
		}
	}
	if n.Flags&dom.InLink == 0 {
		return false
	}
	p := n.Parent
	for r.d.Nodes[p].Tag != atom.A {
		p = r.d.Nodes[p].Parent
	}
	return r.d.Nodes[p].Text > 0 && dom.FileTypes[dom.ExtensionOf(r.d.Attr(p, "href"))] != ""
}

// captionCredit ends a caption.
var captionCredit = words.Regexp(`(?:©|\([cC]\))\s*(?:(?i:{{picture_nouns}})\s*:\s*)?([^()\[\]©]{2,80}?)\s*$`)

// mayHoldCredit is MayBeCredit for an element, without building its text.
func (r *reader) mayHoldCredit(i dom.NodeID) bool {
	for j := i; j < r.d.Nodes[i].End; j++ {
		if n := &r.d.Nodes[j]; n.Flags&dom.IsText != 0 && n.Text > 0 && texts.MayBeCredit(n.HTML.Data) {
			return true
		}
	}
	return false
}

// readCredit finds whose image it is: in a caption or on a line of its own.
func (r *reader) readCredit() {
	for i := r.scope(); i < r.d.Nodes[r.root].End; i++ {
		if r.mayBeCreditLine(i) && r.mayHoldCredit(i) && r.takeCredit(i) {
			return
		}
	}
}

// calledCredit are the hints of captions and credits.
const calledCredit = dom.HintCaption | dom.HintCredit

// mayBeCreditLine reports whether an element is called a caption or credit, or is
// a short line of the report that is all its own.
func (r *reader) mayBeCreditLine(i dom.NodeID) bool {
	n := &r.d.Nodes[i]
	const elsewhere = dom.HintFooter | dom.HintRelated | dom.HintSide
	if n.Flags&dom.IsText != 0 || n.Text == 0 || n.Text > 400 || n.Above&elsewhere != 0 {
		return false
	}
	if n.Hints&calledCredit != 0 {
		return true
	}
	isSmall := n.Flags&dom.IsBlock == 0 && (n.Tag == atom.Small || n.Hints&dom.HintImage != 0)
	return n.Text <= 140 && (isSmall || r.ownText[i] > 0)
}

// takeCredit reads an element; true: it is a credit as a whole, and no further one
// is looked for.
func (r *reader) takeCredit(i dom.NodeID) bool {
	text, isCalled := r.d.Text(i), r.d.Nodes[i].Hints&calledCredit != 0
	if m := captionCredit.FindStringSubmatch(text); isCalled && m != nil {
		r.setCredit(i, m[1], m[0])
	}
	m := texts.CreditText.FindStringSubmatch(text)
	if m == nil || !isCalled && !r.namesHolder(m[1]+m[2]) {
		return false
	}
	r.setCredit(i, m[1]+m[2], m[0])
	r.spend(i)
	return true
}

func (r *reader) setCredit(i dom.NodeID, holder, raw string) {
	evidence := read.Evidence{Rule: rules.Credit, Where: r.d.Where(i), Raw: raw}
	r.set("image_credit", &r.art.Item.ImageCredit, holder, evidence)
}

// namesHolder reports whether the end of an ordinary line is a name and no
// sentence that happens to speak of pictures, nor what one shows on some day.
func (r *reader) namesHolder(value string) bool {
	if texts.HasDigit(value) && len(r.d.FindDates(value)) > 0 {
		return false
	}
	words := len(strings.Fields(value))
	if words <= 3 {
		return true
	}
	return words <= 12 && !unicode.IsLower(texts.FirstRune(value)) && wholeSentences(value+" ", len(value)) == ""
}

// spend marks the texts directly in a block as read.
func (r *reader) spend(i dom.NodeID) {
	for t := i; t < r.d.Nodes[i].End; t++ {
		if r.d.Nodes[t].Flags&dom.IsText != 0 && r.block[t] == r.block[i] {
			r.consumed = append(r.consumed, t)
		}
	}
}

// mediaAddress is where an image is, or what a link or meta element names.
func mediaAddress(d *dom.Page, i dom.NodeID) string {
	n := d.Nodes[i].HTML
	if d.Nodes[i].Tag == atom.Img {
		return d.ImageAddress(n)
	}
	return d.Abs(dom.AttrOf(n, "href") + dom.AttrOf(n, "content"))
}

// readAttachments finds the links to files within the report, and the files
// that it embeds.
func (r *reader) readAttachments() {
	if len(r.art.Item.Attachments) > 0 {
		return
	}
	scope := r.scope()
	for i := scope; i < r.d.Nodes[scope].End; i++ {
		n := &r.d.Nodes[i]
		embeds := embedSources[n.Tag] != nil
		if n.Tag != atom.A && !embeds {
			continue
		}
		above := r.hintsBelowHeadline(i)
		beside := above&(dom.HintNav|dom.HintFooter|dom.HintComments|dom.HintPopular|dom.HintAd) != 0 || above&dom.HintSide != 0 &&
			!r.inArticle(i)
		switch {
		case beside && n.Above&dom.HintDownload == 0:
		case embeds:
			r.attachEmbedded(i)
		default:
			r.attach(i, false)
		}
	}
}

// scope is the element that the page itself calls the article or its main
// part, around the root; else what is called the content, or the root.
func (r *reader) scope() dom.NodeID {
	scope := r.root
	if table := r.tableOfHeadline(); table >= 0 {
		scope = r.d.Nodes[table].Parent
	}
	for i := scope; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if tag := r.d.Nodes[i].Tag; tag == atom.Article || tag == atom.Main || r.d.Nodes[i].Hints&dom.HintMain != 0 {
			return i
		}
		if r.d.Nodes[i].Hints&dom.HintBody != 0 {
			scope = i
		}
	}
	return scope
}

// tableOfHeadline is the table or list of definitions on a document of which the
// headline is a cell; -1 where it is none.
func (r *reader) tableOfHeadline() dom.NodeID {
	if r.headline < 0 || r.d.Nodes[r.headline].Tag != atom.Td && r.d.Nodes[r.headline].Tag != atom.Dd {
		return -1
	}
	for i := r.headline; i > r.d.Body; i = r.d.Nodes[i].Parent {
		if tag := r.d.Nodes[i].Tag; tag == atom.Table || tag == atom.Dl {
			return i
		}
	}
	return -1
}

// attach takes the file that a link leads to. A link that a rule selected need
// not have an ending that tells the type.
func (r *reader) attach(i dom.NodeID, ruled bool) {
	it := &r.art.Item
	address := r.d.Abs(r.d.Attr(i, "href"))
	if viewers(address) && !ruled {
		if file := r.viewedFile(address); file != "" {
			address = file
		}
	}
	kind := r.fileType(i, address)
	if kind == "" && !ruled || !r.isNewFile(address) {
		return
	}
	it.Attachments = append(it.Attachments, news.Attachment{URL: address, Title: r.attachmentTitle(i, address), Type: kind})
	if len(it.Attachments) == 1 {
		r.art.Evidence["attachments"] = read.Evidence{Rule: rules.Links, Where: r.d.Where(i)}
	}
}

// saidType is a type of file that a link tells in words, with its size or in
// brackets.
var saidType = words.Regexp(`(?i)(?:[(\[,]\s*|[-–]\s*\.)(pdf|docx?|xlsx?|odt|zip){{file_endings}}?\b|\b(pdf|docx?|xlsx?|odt` +
	`|zip){{file_endings}}?,?\s*[(\[]?\d+(?:[.,]\d+)?\s*(?:k|m)[bo]\b`)

// typeParts are the names of types as links write them: a cheap look before the
// expression.
var typeParts = texts.PiecesOf("pdf", "PDF", "Pdf", "doc", "DOC", "Doc", "xls", "XLS", "Xls", "odt", "ODT", "zip", "ZIP", "Zip")

// fileType is the media type of the file that a link leads to: by its ending,
// by what the page declares, or, for what hands out files, by what it says.
func (r *reader) fileType(i dom.NodeID, address string) string {
	extension := dom.ExtensionOf(address)
	if kind := dom.FileTypes[extension]; kind != "" {
		return kind
	}
	if strings.EqualFold(r.d.Attr(i, "type"), "application/pdf") {
		return "application/pdf"
	}
	if r.d.Nodes[i].Text > 150 || extension != "" && !strings.Contains(address, "?") &&
		!strings.Contains(strings.ToLower(address), "download") {
		return ""
	}
	text := r.d.Text(i)
	if !typeParts.In(text) {
		return ""
	}
	if m := saidType.FindStringSubmatch(text); m != nil {
		return dom.FileTypes[strings.ToLower(m[1]+m[2])]
	}
	return ""
}

var sizeNote = words.Regexp(`(?i)\s*[(\[]?(?:(?:pdf|docx?|xlsx?|odt|zip){{file_endings}}?)?[` +
	`\s,:(–-]*(?:\d+(?:[.,]\d+)?\s*(?:kb|mb|ko|mo|kib|mib|bytes?))[)\]]?(?:\s*-\s*\.(?:pdf|docx?|xlsx?|odt` +
	`|zip))?\s*$|\s*[(\[](?:pdf|docx?|xlsx?|odt|zip){{file_endings}}?[)\]]\s*$`)

var sizeFirst = lazy.Regexp(`(?i)^[(\[]?(?:pdf|docx?|xlsx?|odt|zip)?[\s,]*\d+(?:[.,]\d+)?\s*(?:kb|mb|ko|mo|kib|mib|bytes?)\b[)\]]?[\s,]*`)

// fileName is what a name looks like that a file was stored under, and no
// title for readers.
var fileName = lazy.Regexp(`(?i)^[^\s/]*\.(?:pdf|docx?|xlsx?|odt|zip|csv|rtf)$|^\S*(?:_|%20)\S*$|^\S*\d{5,}\S*$`)

// saysNothing are texts of links and hints of systems that name no file.
var saysNothing = words.Regexp(`(?i)^{{file_texts}}[^\pL\d]*$`)

// systemWords are the words that such texts begin with.
var systemWords = words.Opening("file_texts")

// attachmentTitle is what the link says of its file; where that is no more
// than a file's name, what its attributes or the line around it say.
func (r *reader) attachmentTitle(i dom.NodeID, address string) string {
	name := ""
	for _, said := range []func(dom.NodeID) string{
		r.d.Text,
		func(i dom.NodeID) string { return r.d.Attr(i, "title") },
		func(i dom.NodeID) string { return r.d.Attr(i, "aria-label") },
		r.aroundLink,
	} {
		title := withoutSize(said(i))
		switch {
		case title == "" || systemWords().Begin(words.Fold(firstWord(title))) && saysNothing.MatchString(title):
		case strings.Contains(title, " ") || !fileName.MatchString(title):
			return title
		case name == "":
			name = title
		}
	}
	if name != "" {
		return name
	}
	return address[strings.LastIndexByte(address, '/')+1:]
}

// withoutSize is a title without the type and size of its file at the end.
func withoutSize(title string) string {
	title = news.Squash(title)
	if !strings.ContainsAny(title, "0123456789([") {
		return title
	}
	return strings.TrimSpace(sizeNote.ReplaceAllString(title, ""))
}

// aroundLink is the text beside a link in the row, figure or box that is its
// alone.
func (r *reader) aroundLink(i dom.NodeID) string {
	for p := r.d.Nodes[i].Parent; p > r.root; p = r.d.Nodes[p].Parent {
		n := &r.d.Nodes[p]
		if n.Text > 160 || n.Linked > r.d.Nodes[i].Text {
			return ""
		}
		if n.Text > r.d.Nodes[i].Text {
			text := withoutSize(r.d.TextWithout(p, func(j dom.NodeID) bool { return j == i }))
			if text = sizeFirst.ReplaceAllString(text, ""); strings.Count(text, " ") > 0 || len(text) > 8 {
				return strings.Trim(text, " :–-")
			}
		}
	}
	return ""
}
