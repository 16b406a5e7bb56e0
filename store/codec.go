package store

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// A head is an item without its body, and what the archive remembers of it
// besides.
type head struct {
	decide.Head
	made made
}

// made is what was computed of a head ahead of its transaction.
type made struct {
	headline uint64 // hash
	facets   []decide.FacetValue
	plain    bool   // its URL tells its canonical address
	payload  []byte // as it is written
}

// Fields of a head. Numbers are never used again for something else.
const (
	headID = 1 + iota
	headOtherID
	headSource
	headURL
	headLanguage
	headPlace
	headKicker
	headHeadline
	headPublished
	headPublishedZone
	headPublishedPrecision
	headUpdated
	headUpdatedZone
	headUpdatedPrecision
	headTeaser
	headByline
	headTag
	headAssigned
	headImage
	headImageCredit
	headAttachment
	headFlags
	headFirstSeen
	headShown
	headChanged
	headWithdrawn
	headStory
	headOtherStory
	headRevisions
	headAlias
	headCanonical
	headMinhash
	headSignature
	headText
)

const (
	flagPartial = 1 << iota
	flagNoIndex
	flagNoArchive
	flagForgotten
	flagBackfilled
)

func (e *encoder) id(field int, id string) {
	if short, ok := decide.ShortID(id); ok {
		e.str(field, string(short[:]))
		return
	}
	e.str(field+1, id)
}

// when writes seconds since 1970, one more for those not before it, so that
// only the zero time is left out.
func (e *encoder) when(field int, t time.Time) {
	if t.IsZero() {
		return
	}
	v := t.Unix()
	if v >= 0 {
		v++
	}
	e.int(field, v)
}

func (d *decoder) when() time.Time {
	v := d.int()
	if v > 0 {
		v--
	}
	return time.Unix(v, 0).UTC()
}

// moment writes three fields: time, zone, precision.
func (e *encoder) moment(field int, m news.Moment) {
	if m.IsZero() {
		return
	}
	e.when(field, m.Time)
	_, offset := m.Time.Zone()
	e.int(field+1, int64(offset))
	e.uint(field+2, precisions[m.Precision])
}

var precisions = map[news.Precision]uint64{news.Day: 1, news.Minute: 2, news.Second: 3}

// readMoment reads one of the three fields, in the order in which they stand.
func (d *decoder) readMoment(m *news.Moment, field int) {
	switch d.field - field {
	case 0:
		m.Time = d.when()
	case 1:
		m.Time = m.Time.In(time.FixedZone("", int(d.int())))
	case 2:
		m.Precision = [...]news.Precision{"", news.Day, news.Minute, news.Second}[min(d.num, 3)]
	}
}

func (h *head) encode() []byte {
	if h.made.payload != nil {
		return h.made.payload
	}
	e := encoder{b: make([]byte, 0, 512)}
	it := &h.Item
	e.id(headID, it.ID)
	e.list(headSource, it.Sources)
	e.str(headURL, it.URL)
	e.str(headLanguage, it.Language)
	e.str(headPlace, it.Place)
	e.str(headKicker, it.Kicker)
	e.str(headHeadline, it.Headline)
	e.moment(headPublished, it.Published)
	e.moment(headUpdated, it.Updated)
	e.str(headTeaser, it.Teaser)
	e.str(headByline, it.Byline)
	e.list(headTag, it.Tags)
	e.list(headAssigned, it.Assigned)
	e.str(headImage, it.Image)
	e.str(headImageCredit, it.ImageCredit)
	for _, a := range it.Attachments {
		var n encoder
		n.str(1, a.URL)
		n.str(2, a.Title)
		n.str(3, a.Type)
		n.int(4, a.Length)
		e.must(headAttachment, string(n.b))
	}
	e.uint(headFlags, h.flags())
	e.when(headFirstSeen, it.FirstSeen)
	e.when(headShown, it.Shown)
	e.when(headChanged, it.Changed)
	e.when(headWithdrawn, it.Withdrawn)
	e.id(headStory, it.Story)
	e.uint(headRevisions, uint64(it.Revisions))
	e.list(headAlias, h.Aliases)
	if !h.made.plain && h.Canonical != news.Canonical(it.URL) {
		e.str(headCanonical, h.Canonical)
	}
	e.str(headMinhash, h.Minhash.Bytes())
	if h.Signature != (decide.Signature{}) {
		e.str(headSignature, string(h.Signature[:]))
	}
	e.uint(headText, uint64(h.HasText))
	return e.b
}

func (h *head) flags() uint64 {
	var f uint64
	for i, set := range [...]bool{h.Partial, h.NoIndex, h.NoArchive, h.Forgotten, h.Backfilled} {
		if set {
			f |= 1 << i
		}
	}
	return f
}

// decodeHead reads the payload of a head; Seq is its key.
func decodeHead(seq uint64, payload []byte) (*head, error) {
	h := &head{}
	it := &h.Item
	it.Seq = seq
	d := decode(payload)
	for d.next() {
		switch d.field {
		case headID:
			it.ID = decide.LongID(d.text)
		case headOtherID:
			it.ID = d.text
		case headSource:
			it.Sources = append(it.Sources, d.text)
		case headURL:
			it.URL = d.text
		case headLanguage:
			it.Language = d.text
		case headPlace:
			it.Place = d.text
		case headKicker:
			it.Kicker = d.text
		case headHeadline:
			it.Headline = d.text
		case headPublished, headPublishedZone, headPublishedPrecision:
			d.readMoment(&it.Published, headPublished)
		case headUpdated, headUpdatedZone, headUpdatedPrecision:
			d.readMoment(&it.Updated, headUpdated)
		case headTeaser:
			it.Teaser = d.text
		case headByline:
			it.Byline = d.text
		case headTag:
			it.Tags = append(it.Tags, d.text)
		case headAssigned:
			it.Assigned = append(it.Assigned, d.text)
		case headImage:
			it.Image = d.text
		case headImageCredit:
			it.ImageCredit = d.text
		case headAttachment:
			it.Attachments = append(it.Attachments, decodeAttachment(d.text))
		default:
			h.decodeRest(d)
		}
	}
	return h, d.err
}

// decodeRest reads the fields that are the archive's own.
func (h *head) decodeRest(d *decoder) {
	it := &h.Item
	switch d.field {
	case headFlags:
		it.Partial, it.NoIndex = d.num&flagPartial != 0, d.num&flagNoIndex != 0
		it.NoArchive, h.Forgotten = d.num&flagNoArchive != 0, d.num&flagForgotten != 0
		it.Backfilled = d.num&flagBackfilled != 0
	case headFirstSeen:
		it.FirstSeen = d.when()
	case headShown:
		it.Shown = d.when()
	case headChanged:
		it.Changed = d.when()
	case headWithdrawn:
		it.Withdrawn = d.when()
	case headStory:
		it.Story = decide.LongID(d.text)
	case headOtherStory:
		it.Story = d.text
	case headRevisions:
		it.Revisions = int(d.num)
	case headAlias:
		h.Aliases = append(h.Aliases, d.text)
	case headCanonical:
		h.Canonical = d.text
	case headMinhash:
		h.Minhash = decide.ReadMinhash(d.text)
	case headSignature:
		if len(d.text) == len(h.Signature) {
			copy(h.Signature[:], d.text)
		}
	case headText:
		h.HasText = decide.Answer(min(d.num, uint64(decide.Yes)))
	}
}

func decodeAttachment(text string) (a news.Attachment) {
	d := &decoder{rest: text}
	for d.next() {
		switch d.field {
		case 1:
			a.URL = d.text
		case 2:
			a.Title = d.text
		case 3:
			a.Type = d.text
		case 4:
			a.Length = d.int()
		}
	}
	return a
}

// A body is what of an item is read only when it is shown in full.
type body struct{ Text, HTML string }

// encode writes the HTML, and of the text only what the HTML does not repeat:
// half as much to compress.
func (b body) encode() []byte {
	e := encoder{b: make([]byte, 0, len(b.Text)+len(b.HTML)+12)}
	if b.HTML == "" {
		e.str(1, b.Text)
		return e.b
	}
	e.str(2, b.HTML)
	e.str(3, string(linesIn(b.HTML, b.Text)))
	return e.b
}

func decodeBody(payload []byte) (b body, err error) {
	lines := ""
	d := decode(payload)
	for d.next() {
		switch d.field {
		case 1:
			b.Text = d.text
		case 2:
			b.HTML = d.text
		case 3:
			lines = d.text
		}
	}
	if d.err == nil && lines != "" {
		b.Text, d.err = readLines(b.HTML, lines)
	}
	return b, d.err
}

// A text in terms of another is made of parts. Each begins with a number: its
// length, doubled, and one more where the bytes stand in the other text; then
// follow how many bytes of that are passed over, else the bytes.
const (
	shortLine = 12   // shorter lines are not looked for
	lookAhead = 8192 // how far on a line is looked for
)

// linesIn is text in terms of another one that has most of its lines, in the
// same order.
func linesIn(other, text string) (parts []byte) {
	at, done := 0, 0 // in other; in text
	literal := func(end int) {
		if end > done {
			parts = binary.AppendUvarint(parts, uint64(end-done)<<1)
			parts = append(parts, text[done:end]...)
		}
	}
	for from := 0; from < len(text); {
		line, _, _ := strings.Cut(text[from:], "\n")
		if len(line) >= shortLine {
			if skip := strings.Index(other[at:min(len(other), at+lookAhead)], line); skip >= 0 {
				literal(from)
				parts = binary.AppendUvarint(parts, uint64(len(line))<<1|1)
				parts = binary.AppendUvarint(parts, uint64(skip))
				at += skip + len(line)
				done = from + len(line)
			}
		}
		from += len(line) + 1
	}
	literal(len(text))
	return parts
}

// readLines is the text that linesIn took apart.
func readLines(other, parts string) (string, error) {
	d := decoder{rest: parts}
	text := make([]byte, 0, len(other))
	for d.rest != "" && d.err == nil {
		n := d.uvarint()
		from, length := &d.rest, n>>1
		if n&1 == 1 {
			skip := d.uvarint()
			if skip > uint64(len(other)) {
				return "", errCut
			}
			other = other[skip:]
			from = &other
		}
		if length > uint64(len(*from)) {
			return "", errCut
		}
		text = append(text, (*from)[:length]...)
		*from = (*from)[length:]
	}
	return string(text), d.err
}

func encodeRevision(r news.Revision) []byte {
	var e encoder
	e.when(1, r.Seen)
	e.list(2, r.Fields)
	e.uint(3, r.Item.Seq)
	h := head{Head: decide.Head{Item: r.Item}}
	e.must(4, string(h.encode()))
	e.must(5, string(body{r.Item.BodyText, r.Item.BodyHTML}.encode()))
	return e.b
}

func decodeRevision(number int, payload []byte) (news.Revision, error) {
	r := news.Revision{Number: number}
	var seq uint64
	d := decode(payload)
	for d.next() {
		switch d.field {
		case 1:
			r.Seen = d.when()
		case 2:
			r.Fields = append(r.Fields, d.text)
		case 3:
			seq = d.num
		case 4:
			h, err := decodeHead(seq, []byte(d.text))
			if err != nil {
				return r, err
			}
			r.Item = h.Item
		case 5:
			b, err := decodeBody([]byte(d.text))
			if err != nil {
				return r, err
			}
			r.Item.BodyText, r.Item.BodyHTML = b.Text, b.HTML
		}
	}
	return r, d.err
}

// nanos writes a moment of the crawler exactly.
func (e *encoder) nanos(field int, t time.Time) {
	if !t.IsZero() {
		e.int(field, t.UnixNano())
	}
}

func (d *decoder) nanos() time.Time { return time.Unix(0, d.int()).UTC() }

func encodePage(p news.PageState) []byte {
	e := encoder{b: make([]byte, 0, 256)}
	e.str(1, p.URL)
	e.str(2, p.Source)
	if p.Listing {
		e.uint(3, 1)
	}
	e.str(4, p.ETag)
	e.str(5, p.LastModified)
	e.uint(6, p.Digest)
	e.int(7, int64(p.Status))
	e.nanos(8, p.Fetched)
	e.nanos(9, p.FirstSeen)
	e.nanos(10, p.Next)
	e.int(11, int64(p.Looks))
	e.nanos(12, p.Gone)
	return e.b
}

func decodePage(payload []byte) (p news.PageState, err error) {
	d := decode(payload)
	for d.next() {
		switch d.field {
		case 1:
			p.URL = d.text
		case 2:
			p.Source = d.text
		case 3:
			p.Listing = d.num != 0
		case 4:
			p.ETag = d.text
		case 5:
			p.LastModified = d.text
		case 6:
			p.Digest = d.num
		case 7:
			p.Status = int(d.int())
		case 8:
			p.Fetched = d.nanos()
		case 9:
			p.FirstSeen = d.nanos()
		case 10:
			p.Next = d.nanos()
		case 11:
			p.Looks = int(d.int())
		case 12:
			p.Gone = d.nanos()
		}
	}
	return p, d.err
}

// appendRaw encodes a kept page into room that is used again: pages are large.
func appendRaw(room []byte, p news.RawPage) []byte {
	e := encoder{b: room}
	e.str(1, p.URL)
	e.str(2, p.ContentType)
	e.nanos(3, p.Fetched)
	if len(p.Body) > 0 {
		e.head(4, len(p.Body))
		e.b = append(e.b, p.Body...)
	}
	return e.b
}

func decodeRaw(payload []byte) (p news.RawPage, err error) {
	d := decode(payload)
	for d.next() {
		switch d.field {
		case 1:
			p.URL = d.text
		case 2:
			p.ContentType = d.text
		case 3:
			p.Fetched = d.nanos()
		case 4:
			p.Body = []byte(d.text)
		}
	}
	return p, d.err
}

// encodeSource begins with the name, whose tag is not that of JSON's brace.
func encodeSource(r sourceRecord) []byte {
	e := encoder{b: make([]byte, 0, 256+len(r.Learned))}
	e.must(1, r.Name)
	e.str(2, r.URL)
	e.str(3, r.Host)
	e.nanos(4, r.Due)
	e.str(5, r.Moved)
	e.str(6, string(r.Health))
	e.nanos(7, r.Since)
	e.str(8, r.Why)
	e.str(9, r.Helps)
	e.nanos(10, r.LastVisit)
	e.nanos(11, r.LastSuccess)
	e.nanos(12, r.LastNew)
	e.int(13, int64(r.Failures))
	e.int(14, int64(r.Items))
	if r.Backfilled {
		e.uint(15, 1)
	}
	e.str(16, string(r.Learned))
	if r.Configured {
		e.uint(17, 1)
	}
	e.reasons(18, r.Reasons)
	e.reasons(19, r.Advice)
	if len(r.Proposed) > 0 {
		text, _ := json.Marshal(r.Proposed) //nolint:errchkjson // strings only
		e.str(20, string(text))
	}
	e.int(21, int64(r.Held))
	return e.b
}

// decodeSource reads also the JSON that schema 1 wrote.
func decodeSource(payload []byte) (r sourceRecord, err error) {
	if len(payload) > 0 && payload[0] == '{' {
		err = json.Unmarshal(payload, &r)
		return r, err
	}
	d := decode(payload)
	for d.next() {
		switch d.field {
		case 1:
			r.Name = d.text
		case 2:
			r.URL = d.text
		case 3:
			r.Host = d.text
		case 4:
			r.Due = d.nanos()
		case 5:
			r.Moved = d.text
		case 6:
			r.Health = news.Health(d.text)
		case 7:
			r.Since = d.nanos()
		case 8:
			r.Why = d.text
		case 9:
			r.Helps = d.text
		case 10:
			r.LastVisit = d.nanos()
		case 11:
			r.LastSuccess = d.nanos()
		case 12:
			r.LastNew = d.nanos()
		case 13:
			r.Failures = int(d.int())
		case 14:
			r.Items = int(d.int())
		case 15:
			r.Backfilled = d.num != 0
		case 16:
			r.Learned = []byte(d.text)
		case 17:
			r.Configured = d.num != 0
		case 18:
			r.Reasons = append(r.Reasons, d.reason())
		case 19:
			r.Advice = append(r.Advice, d.reason())
		case 20:
			if err := json.Unmarshal([]byte(d.text), &r.Proposed); err != nil {
				return r, err
			}
		case 21:
			r.Held = int(d.int())
		}
	}
	return r, d.err
}

// reasons writes each as its code and its arguments with zero bytes between.
func (e *encoder) reasons(field int, list []news.Reason) {
	for _, r := range list {
		e.must(field, strings.Join(append([]string{r.Code}, r.Args...), "\x00"))
	}
}

func (d *decoder) reason() news.Reason {
	code, rest, more := strings.Cut(d.text, "\x00")
	if !more {
		return news.Reason{Code: code}
	}
	return news.Reason{Code: code, Args: strings.Split(rest, "\x00")}
}
