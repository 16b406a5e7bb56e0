package extract

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/html/atom"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readKicker finds the short line over the headline.
func (r *reader) readKicker() {
	if r.headline < 0 {
		return
	}
	i := r.kickerAt()
	if i < 0 || stockHeading(key(r.d.text(i))) {
		return
	}
	r.set("kicker", &r.art.Item.Kicker, strings.TrimRight(r.d.text(i), ": "), Evidence{Rule: rules.Kicker, Where: r.d.where(i)})
}

// kickerAt is what a class calls the kicker near the headline, or else the
// line directly over it; -1 where there is none.
func (r *reader) kickerAt() nodeID {
	h := &r.d.nodes[r.headline]
	if i := r.innerKicker(r.headline); i >= 0 {
		return i
	}
	for i := r.headline + 1; i < h.end; i++ {
		if n := &r.d.nodes[i]; n.flags&isText == 0 && n.hints&hintKicker != 0 && n.text > 0 && n.text < h.text {
			return i
		}
	}
	from := max(r.d.body, r.headline-40)
	for i := r.headline - 1; i > from; i-- {
		n := &r.d.nodes[i]
		if n.flags&isText == 0 && n.hints&hintKicker != 0 && n.hints&hintHeadline == 0 && n.text > 1 && n.text < 60 && n.end <= r.headline {
			return i
		}
	}
	return r.lineOver()
}

// lineOver is the block directly before the headline in the same element,
// where it looks like a kicker: short, no date, no stock heading, no sentence.
func (r *reader) lineOver() nodeID {
	var last nodeID = -1
	for i := r.d.nodes[r.headline].parent + 1; i < r.headline; i = r.d.nodes[i].end {
		if n := &r.d.nodes[i]; n.end <= r.headline && n.text > 0 {
			last = i
		} else if n.end > r.headline {
			return -1
		}
	}
	if last < 0 {
		return -1
	}
	n := &r.d.nodes[last]
	if n.text > 40 || n.text < 3 || n.tag == atom.Button || n.hints&(hintChrome|hintDate|hintMeta|hintAuthor|hintUpdated) != 0 || n.linked > 0 {
		return -1
	}
	text := r.d.text(last)
	if k := key(text); stockHeading(k) || r.isSiteName(k) || endsLikeSentence(text) || strings.ContainsAny(text, "0123456789|›»/") {
		return -1
	}
	return last
}

// readMedia finds the image, its credit and the files offered.
func (r *reader) readMedia() {
	r.readImage()
	r.readCredit()
	r.readAttachments()
}

func (r *reader) readImage() {
	it := &r.art.Item
	for _, c := range r.claims[ofImage] {
		if address := r.d.abs(c.value); address != "" && !strings.Contains(strings.ToLower(address), "logo") {
			r.set("image", &it.Image, address, Evidence{Rule: c.rule, Where: c.where})
			return
		}
	}
	for i := r.scope(); i < r.d.nodes[r.root].end; i++ { // it may stand over the headline
		n := &r.d.nodes[i]
		if n.tag != atom.Img || n.flags&isHidden != 0 || n.above&(hintChrome|hintHeader) != 0 && r.apart(i)&(hintChrome|hintHeader) != 0 || r.isIcon(i) {
			continue
		}
		if address := r.d.mediaAddress(i); address != "" {
			r.set("image", &it.Image, address, Evidence{Rule: rules.Img, Where: r.d.where(i)})
			return
		}
	}
}

// isIcon reports whether an image is too small for a picture of the report, or
// stands before the name of a file.
func (r *reader) isIcon(i nodeID) bool {
	n := &r.d.nodes[i]
	for _, key := range []string{"width", "height"} {
		if size, err := strconv.Atoi(strings.TrimSuffix(attrOf(n.n, key), "px")); err == nil && size < 50 {
			return true
		}
	}
	if n.flags&inLink == 0 {
		return false
	}
	p := n.parent
	for r.d.nodes[p].tag != atom.A {
		p = r.d.nodes[p].parent
	}
	return r.d.nodes[p].text > 0 && fileTypes[extensionOf(r.d.attr(p, "href"))] != ""
}

// creditText is a credit: "Foto: Stadt Kassel", "© M. Muster".
var creditText = lazy.Regexp(`(?i)(?:^|[(\[\s/|])(?:(?:bildquellen?|bildnachweis|bildrechte|(?:titel|beitrags|symbol|archiv)?fotos?|photos?|(?:titel|beitrags|symbol|archiv)?bild(?:er)?|repro|quelle|copyright|picture|image|crédit photo|credit|foto de|grafik)\s*(?:[:©]|\(c\)|by\b|von\b|di\b)+|fot\.)\s*(?:©\s*)?([^()\[\]]{2,120}?)\s*(?:[)\]]|$)|^\s*(?:©|\(c\))\s*([^()\[\]]{2,120}?)\s*$`)

// captionCredit ends a caption.
var captionCredit = lazy.Regexp(`(?:©|\([cC]\))\s*(?:(?:[Ff]otos?|[Bb]ild(?:er)?|[Pp]hotos?)\s*:\s*)?([^()\[\]©]{2,80}?)\s*$`)

// mayBeCredit is a cheap look before the expressions.
func mayBeCredit(text string) bool {
	return creditMarks.in(text) && creditParts.in(text)
}

// creditMarks are one of what stands between these words and the name.
var creditMarks = piecesOf(":", "fot.", "©", "(c)", "(C)", "oto von", "hoto by")

// creditParts are pieces of the words that credits have.
var creditParts = piecesOf("©", "(c)", "(C)", "oto", "OTO", "ild", "BILD", "uelle", "opyright", "icture", "mage", "redit", "rédit", "rafik", "nuotr", "epro", "fot.")

// mayHoldCredit is mayBeCredit for an element, without building its text.
func (r *reader) mayHoldCredit(i nodeID) bool {
	for j := i; j < r.d.nodes[i].end; j++ {
		if n := &r.d.nodes[j]; n.flags&isText != 0 && n.text > 0 && mayBeCredit(n.n.Data) {
			return true
		}
	}
	return false
}

// readCredit finds whose image it is: in a caption or on a line of its own.
func (r *reader) readCredit() {
	it := &r.art.Item
	for i := r.scope(); i < r.d.nodes[r.root].end; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText != 0 || n.text == 0 || n.text > 400 || n.above&(hintFooter|hintRelated|hintSide) != 0 {
			continue
		}
		own := r.own[i] > 0 || n.flags&isBlock == 0 && (n.tag == atom.Small || n.hints&hintImage != 0)
		if n.hints&(hintCaption|hintCredit) == 0 && (n.text > 140 || !own) {
			continue
		}
		if !r.mayHoldCredit(i) {
			continue
		}
		text := r.d.text(i)
		if n.hints&(hintCaption|hintCredit) != 0 {
			if m := captionCredit.FindStringSubmatch(text); m != nil {
				r.set("image_credit", &it.ImageCredit, m[1], Evidence{Rule: rules.Credit, Where: r.d.where(i), Raw: m[0]})
			}
		}
		if m := creditText.FindStringSubmatch(text); m != nil && (n.hints&(hintCaption|hintCredit) != 0 || r.namesHolder(m[1]+m[2])) {
			r.set("image_credit", &it.ImageCredit, m[1]+m[2], Evidence{Rule: rules.Credit, Where: r.d.where(i), Raw: m[0]})
			r.spend(i)
			return
		}
	}
}

// namesHolder reports whether the end of an ordinary line is a name and no
// sentence that happens to speak of pictures, nor what one shows on some day.
func (r *reader) namesHolder(value string) bool {
	if hasDigit(value) && len(r.d.findDates(value)) > 0 {
		return false
	}
	words := len(strings.Fields(value))
	return words <= 3 || words <= 12 && !unicode.IsLower(firstRune(value)) && wholeSentences(value+" ", len(value)) == ""
}

// spend marks the texts directly in a block as read.
func (r *reader) spend(i nodeID) {
	for t := i; t < r.d.nodes[i].end; t++ {
		if r.d.nodes[t].flags&isText != 0 && r.block[t] == r.block[i] {
			r.spent = append(r.spent, t)
		}
	}
}

// mediaAddress is where an image is, or what a link or meta element names.
func (d *Document) mediaAddress(i nodeID) string {
	n := d.nodes[i].n
	if d.nodes[i].tag == atom.Img {
		return d.imageAddress(n)
	}
	return d.abs(attrOf(n, "href") + attrOf(n, "content"))
}

// fileTypes are the media types of what is offered for download.
var fileTypes = map[string]string{
	"pdf": "application/pdf", "doc": "application/msword", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xls": "application/vnd.ms-excel", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "ppt": "application/vnd.ms-powerpoint",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation", "odt": "application/vnd.oasis.opendocument.text",
	"ods": "application/vnd.oasis.opendocument.spreadsheet", "rtf": "application/rtf", "zip": "application/zip", "csv": "text/csv",
	"mp3": "audio/mpeg", "mp4": "video/mp4", "ics": "text/calendar", "epub": "application/epub+zip", "txt": "text/plain",
}

// readAttachments finds the links to files within the report, and the files
// that it embeds.
func (r *reader) readAttachments() {
	if len(r.art.Item.Attachments) > 0 {
		return
	}
	scope := r.scope()
	for i := scope; i < r.d.nodes[scope].end; i++ {
		n := &r.d.nodes[i]
		embeds := embedSources[n.tag] != nil
		if n.tag != atom.A && !embeds {
			continue
		}
		above := r.apart(i)
		beside := above&(hintNav|hintFooter|hintComments|hintPopular|hintAd) != 0 || above&hintSide != 0 && !r.inArticle(i)
		switch {
		case beside && n.above&hintDownload == 0:
		case embeds:
			r.attachEmbedded(i)
		default:
			r.attach(i, false)
		}
	}
}

// scope is the element that the page itself calls the article or its main
// part, around the root; else what is called the content, or the root.
func (r *reader) scope() nodeID {
	scope := r.root
	for i := r.root; i > r.d.body; i = r.d.nodes[i].parent {
		if tag := r.d.nodes[i].tag; tag == atom.Article || tag == atom.Main || r.d.nodes[i].hints&hintMain != 0 {
			return i
		}
		if r.d.nodes[i].hints&hintBody != 0 {
			scope = i
		}
	}
	return scope
}

// attach takes the file that a link leads to. A link that a rule selected need
// not have an ending that tells the type.
func (r *reader) attach(i nodeID, ruled bool) {
	it := &r.art.Item
	address := r.d.abs(r.d.attr(i, "href"))
	if viewers.in(address) && !ruled {
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
		r.art.Evidence["attachments"] = Evidence{Rule: rules.Links, Where: r.d.where(i)}
	}
}

// saidType is a type of file that a link tells in words, with its size or in
// brackets.
var saidType = lazy.Regexp(`(?i)(?:[(\[,]\s*|[-–]\s*\.)(pdf|docx?|xlsx?|odt|zip)(?:-datei)?\b|\b(pdf|docx?|xlsx?|odt|zip)(?:-datei)?,?\s*[(\[]?\d+(?:[.,]\d+)?\s*(?:k|m)[bo]\b`)

// typeParts are the names of types as links write them: a cheap look before the
// expression.
var typeParts = piecesOf("pdf", "PDF", "Pdf", "doc", "DOC", "Doc", "xls", "XLS", "Xls", "odt", "ODT", "zip", "ZIP", "Zip")

// fileType is the media type of the file that a link leads to: by its ending,
// by what the page declares, or, for what hands out files, by what it says.
func (r *reader) fileType(i nodeID, address string) string {
	extension := extensionOf(address)
	if kind := fileTypes[extension]; kind != "" {
		return kind
	}
	if strings.EqualFold(r.d.attr(i, "type"), "application/pdf") {
		return "application/pdf"
	}
	if r.d.nodes[i].text > 150 || extension != "" && !strings.Contains(address, "?") && !strings.Contains(strings.ToLower(address), "download") {
		return ""
	}
	text := r.d.text(i)
	if !typeParts.in(text) {
		return ""
	}
	if m := saidType.FindStringSubmatch(text); m != nil {
		return fileTypes[strings.ToLower(m[1]+m[2])]
	}
	return ""
}

// extensionOf is the ending of the file that an address names, in lower case.
func extensionOf(address string) string {
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	name := address[strings.LastIndexByte(address, '/')+1:]
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return ""
	}
	return strings.ToLower(name[i+1:])
}

var sizeNote = lazy.Regexp(`(?i)\s*[(\[]?(?:(?:pdf|docx?|xlsx?|odt|zip)(?:-datei|-dokument)?)?[\s,:(–-]*(?:\d+(?:[.,]\d+)?\s*(?:kb|mb|ko|mo|kib|mib|bytes?))[)\]]?(?:\s*-\s*\.(?:pdf|docx?|xlsx?|odt|zip))?\s*$|\s*[(\[](?:pdf|docx?|xlsx?|odt|zip)(?:-datei)?[)\]]\s*$`)

var sizeFirst = lazy.Regexp(`(?i)^[(\[]?(?:pdf|docx?|xlsx?|odt|zip)?[\s,]*\d+(?:[.,]\d+)?\s*(?:kb|mb|ko|mo|kib|mib|bytes?)\b[)\]]?[\s,]*`)

// fileName is what a name looks like that a file was stored under, and no
// title for readers.
var fileName = lazy.Regexp(`(?i)^[^\s/]*\.(?:pdf|docx?|xlsx?|odt|zip|csv|rtf)$|^\S*(?:_|%20)\S*$|^\S*\d{5,}\S*$`)

// saysNothing are texts of links and hints of systems that name no file.
var saysNothing = lazy.Regexp(`(?i)^(?:(?:hier )?(?:zum )?download(?:en)?|(?:datei |pdf |dokument )?(?:herunterladen|öffnen|anzeigen|ansehen)|hier|mehr|link|datei|pdf(?:-datei)?|dokument|file|open|view|télécharger|scarica|descargar|downloaden|(?:leitet|öffnet|startet|initiates|opens|ouvre|apre)\b.*)\W*$`)

// systemWords are the words that such texts begin with.
var systemWords = words.Set("file_link_words")

// attachmentTitle is what the link says of its file; where that is no more
// than a file's name, what its attributes or the line around it say.
func (r *reader) attachmentTitle(i nodeID, address string) string {
	name := ""
	for _, said := range []func(nodeID) string{
		r.d.text,
		func(i nodeID) string { return r.d.attr(i, "title") },
		func(i nodeID) string { return r.d.attr(i, "aria-label") },
		r.aroundLink,
	} {
		title := withoutSize(said(i))
		switch {
		case title == "" || systemWords()[foldWord(firstWord(title))] && saysNothing.MatchString(title):
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
func (r *reader) aroundLink(i nodeID) string {
	for p := r.d.nodes[i].parent; p > r.root; p = r.d.nodes[p].parent {
		n := &r.d.nodes[p]
		if n.text > 160 || n.linked > r.d.nodes[i].text {
			return ""
		}
		if n.text > r.d.nodes[i].text {
			text := withoutSize(r.d.textWithout(p, func(j nodeID) bool { return j == i }))
			if text = sizeFirst.ReplaceAllString(text, ""); strings.Count(text, " ") > 0 || len(text) > 8 {
				return strings.Trim(text, " :–-")
			}
		}
	}
	return ""
}
