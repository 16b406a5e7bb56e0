package town

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// A Fault is a time in which a site misbehaves.
type Fault struct {
	Kind  FaultKind
	From  time.Time
	Until time.Time // zero: for good
}

// FaultKind is a way in which sites misbehave.
type FaultKind string

// The faults of sites.
const (
	ServerError   FaultKind = "server error"   // 500 for everything
	TooMany       FaultKind = "too many"       // 429 with Retry-After: 120
	Forbidden     FaultKind = "forbidden"      // 403 for everything
	BlockPage     FaultKind = "block page"     // 200 with the page of a firewall
	Maintenance   FaultKind = "maintenance"    // 200 with "we are soon back"
	Hang          FaultKind = "hang"           // no answer until the client gives up
	EmptyListing  FaultKind = "empty listing"  // the listing has no entries
	RobotsForbids FaultKind = "robots forbids" // robots.txt forbids everything
	NoDates       FaultKind = "no dates"       // pages print no dates any more
	NoTeasers     FaultKind = "no teasers"     // listings show headlines only
	FadingTeasers FaultKind = "fading teasers" // what appears from now on has a headline only
	NotFound      FaultKind = "not found"      // 404 for everything
)

// fault reports whether a fault is in force.
func (s *Site) fault(kind FaultKind, now time.Time) bool {
	for _, f := range s.Faults {
		if f.Kind == kind && !now.Before(f.From) && (f.Until.IsZero() || now.Before(f.Until)) {
			return true
		}
	}
	return false
}

const (
	blockPage = `<!DOCTYPE html><html lang="en"><head><title>Attention Required!</title></head><body><h1>Sorry, you have been blocked</h1>
<p>You are unable to access this website. This website is using a security service to protect itself from online attacks.</p><p>Ray ID: 8f2a6</p></body></html>`
	maintenancePage = `<!DOCTYPE html><html lang="de"><head><title>Wartungsarbeiten</title></head><body><h1>Wartungsarbeiten</h1>
<p>Unsere Website wird gerade gewartet. Bitte versuchen Sie es später noch einmal.</p></body></html>`
)

// misbehave answers in the way of the faults in force; false: none answered.
func (s *Site) misbehave(w http.ResponseWriter, r *http.Request, now time.Time) bool {
	page := r.URL.Path != "/robots.txt"
	html := func(text string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, text)
	}
	switch {
	case s.fault(Hang, now):
		<-r.Context().Done()
	case s.fault(ServerError, now):
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
	case s.fault(TooMany, now):
		w.Header().Set("Retry-After", strconv.Itoa(120))
		http.Error(w, "Too Many Requests", http.StatusTooManyRequests)
	case s.fault(NotFound, now):
		http.NotFound(w, r)
	case page && s.fault(Forbidden, now):
		http.Error(w, "Forbidden", http.StatusForbidden)
	case !page && s.fault(RobotsForbids, now):
		fmt.Fprint(w, "User-agent: *\nDisallow: /\n")
	case page && s.fault(BlockPage, now):
		html(blockPage)
	case page && s.fault(Maintenance, now):
		html(maintenancePage)
	default:
		return false
	}
	return true
}
