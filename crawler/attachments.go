package crawler

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"slices"

	"github.com/stadtfeed/stadtfeed/news"
)

// maxMeasured is how many attachments one visit asks the size of.
const maxMeasured = 20

// A file is what the server says of an attachment without sending it.
type file struct {
	media  string // empty: not said
	length int64  // 0: not said
}

// measureLater notes which attachments of an item are met for the first time;
// of the others the size is in what the archive holds of the item.
func (v *visit) measureLater(it, held *news.Item) {
	it.KeepSizes(*held)
	for i := range it.Attachments {
		a := &it.Attachments[i]
		known := slices.ContainsFunc(held.Attachments, func(old news.Attachment) bool { return old.URL == a.URL })
		if !known && v.src.AttachmentSizes && sameSite(v.address(), a.URL) {
			v.unmeasured = append(v.unmeasured, a)
		}
	}
}

// measure asks for the size and type of new attachments, each once. What no server
// tells stays unknown: no item waits for it, and no visit fails by it.
func (v *visit) measure(ctx context.Context) {
	for _, a := range v.unmeasured[:min(len(v.unmeasured), maxMeasured)] {
		late := v.c.Now().Sub(v.start) > v.c.VisitTimeout/2 // a host that wants long pauses is not held for this
		if over(ctx) || late || v.faults >= maxHostFaults {
			return
		}
		f, err := v.http.head(ctx, a.URL)
		if err != nil {
			v.c.Log.Debug("size of an attachment is not told", "source", v.src.Name, "url", a.URL, "err", err)
			v.noteFault(err)
			var e *Error
			if errors.As(err, &e) && (e.Status == http.StatusMethodNotAllowed || e.Status == http.StatusNotImplemented) {
				return // this server does not answer such questions
			}
			continue
		}
		if f.media == "text/html" {
			continue // a page about the file, or about its absence
		}
		a.Length = f.length
		if f.media != "" && f.media != "application/octet-stream" {
			a.Type = f.media
		}
	}
}

// head asks what a file is without fetching it, by the same rules as for pages.
func (s *session) head(ctx context.Context, address string) (file, error) {
	p := s.trip
	p.left = s.timeout
	defer s.count(&p)
	s.got, s.moved = nil, ""
	onTrip := context.WithValue(ctx, tripKey{}, &p)
	// Unpacked, for it is the size of the file that is asked for.
	if err := s.colly(onTrip).Request(http.MethodHead, address, nil, nil, p.header("*/*", "identity")); err != nil {
		return file{}, s.lost(ctx, address, err)
	}
	if s.got == nil {
		return file{}, &Error{URL: address, Fault: FaultNetwork, Err: errors.New("no answer")}
	}
	if err := statusError(address, s.got.status, p.retryAfter); err != nil {
		return file{}, err
	}
	media, _, _ := mime.ParseMediaType(p.contentType)
	return file{media: media, length: max(p.length, 0)}, nil
}
