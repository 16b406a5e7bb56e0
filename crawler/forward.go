package crawler

import (
	"context"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// maxForwards is how many pages in a row that only forward are followed.
const maxForwards = 3

// getOn is get, and goes on where a page of the same site sends its readers by
// meta refresh, frames or a script. What was asked for first is never taken as
// unchanged afterwards: it stays as it is when the page behind it changes.
func (s *session) getOn(ctx context.Context, address string, known news.PageState) (*answer, error) {
	a, err := s.get(ctx, address, known)
	for range maxForwards {
		if err != nil || a.unchanged {
			break
		}
		to, ok := forwardOf(a.page)
		if !ok || !sameSite(address, to.URL) || fileType(to.URL) != "" {
			break
		}
		if a, err = s.get(ctx, to.URL, news.PageState{}); a != nil {
			a.page.Via = to
			a.etag, a.lastModified, a.digest = "", "", 0
		}
	}
	return a, err
}

// leadsToFile reports whether what is in the way of an article is only that its
// page forwards to a file: then the file is what the listing announced.
func leadsToFile(doc *extract.Document, o extract.Obstacle) bool {
	if o != extract.Forwards {
		return false
	}
	to, _ := doc.Forward()
	return fileType(to.URL) != ""
}

// forwardOf is where a page sends its readers on.
func forwardOf(page extract.Page) (extract.Forward, bool) {
	if !extract.MayForward(page.Body) {
		return extract.Forward{}, false
	}
	var to extract.Forward
	found := false
	err := extract.Guard(func() error {
		doc, err := extract.Parse(page, extract.Options{NoPreset: true})
		if err == nil && doc.Obstacle() == extract.Forwards {
			to, found = doc.Forward()
		}
		return err
	})
	return to, found && err == nil
}
