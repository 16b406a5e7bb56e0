package crawler

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// A Fault is the kind of a failure: what decides how long to wait, how the
// source is doing, and what helps.
type Fault string

// The faults.
const (
	FaultAddress   Fault = "address"     // not http or https, a forbidden port, no host
	FaultPrivate   Fault = "private"     // a private, loopback or otherwise internal address
	FaultRobots    Fault = "robots"      // robots.txt forbids it, or cannot be fetched
	FaultTimeout   Fault = "time-out"    // no answer in time
	FaultNetwork   Fault = "network"     // refused, reset, cut off
	FaultName      Fault = "name"        // the host name does not resolve
	FaultTLS       Fault = "certificate" // the certificate or the handshake is bad
	FaultRedirect  Fault = "redirect"    // too many, in a loop, or down to http
	FaultTooLarge  Fault = "too large"   // over the cap, on the wire or unpacked
	FaultEncoding  Fault = "encoding"    // a content encoding that cannot be undone
	FaultMedia     Fault = "media"       // no page: a PDF, an image, a film
	FaultGone      Fault = "gone"        // 404 or 410
	FaultForbidden Fault = "forbidden"   // 401, 403, 451
	FaultBusy      Fault = "busy"        // 429, 503, or Retry-After not over yet
	FaultServer    Fault = "server"      // any other 5xx
	FaultStatus    Fault = "status"      // any other status that is no page
	FaultObstacle  Fault = "obstacle"    // answered, but no news: block page, captcha, login, maintenance …
	FaultPage      Fault = "page"        // cannot be parsed
	FaultEmpty     Fault = "empty"       // a listing without entries
	FaultPanic     Fault = "panic"       // a fault of ours
)

// An Error is why a page could not be fetched or used.
type Error struct {
	URL        string
	Fault      Fault
	Status     int           // of the answer; 0 without one
	RetryAfter time.Duration // what the server asked for; 0: nothing
	Err        error
}

func (e *Error) Error() string {
	if e.URL == "" {
		return e.detail()
	}
	return e.address() + ": " + e.detail()
}

// address is the address as it may be told: the error goes into logs and onto
// public pages.
func (e *Error) address() string { return guard.Masked(e.URL) }

// detail is the error without its address.
func (e *Error) detail() string {
	switch {
	case e.Err != nil:
		return guard.Masked(e.Err.Error())
	case e.Status != 0:
		return fmt.Sprintf("the server answered %d %s", e.Status, http.StatusText(e.Status))
	}
	return string(e.Fault)
}

func (e *Error) Unwrap() error { return e.Err }

// FaultOf is the kind of an error: of the first *Error in it, or what the
// standard library's errors tell.
func FaultOf(err error) Fault {
	if err == nil {
		return ""
	}
	var e *Error
	var dns *net.DNSError
	switch {
	case errors.As(err, &e):
		return e.Fault
	case errors.As(err, &dns) && !dns.IsTimeout:
		return FaultName
	case isTLS(err):
		return FaultTLS
	case isTimeout(err):
		return FaultTimeout
	}
	return FaultNetwork
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &n) && n.Timeout()
}

func isTLS(err error) bool {
	var verification *tls.CertificateVerificationError
	var alert tls.AlertError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &verification) || isPlainHTTP(err) || errors.As(err, &alert) ||
		errors.As(err, &unknown) || errors.As(err, &name) || errors.As(err, &invalid)
}

// isPlainHTTP reports a server that answers https without TLS.
func isPlainHTTP(err error) bool {
	var record tls.RecordHeaderError
	return errors.As(err, &record) || errors.Is(err, http.ErrSchemeMismatch)
}

// wrap makes an *Error of what the network said of an address.
func wrap(url string, err error) error {
	var e *Error
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.As(err, &e) {
		if e.URL == "" {
			e.URL = url
		}
		return e
	}
	return &Error{URL: url, Fault: FaultOf(err), Err: plain(err)}
}

// plain words the network's most frequent errors without their wrapping.
func plain(err error) error {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return errors.New("no such host")
	case errors.As(err, &dns) && !dns.IsTimeout:
		return errors.New("the name of the host could not be looked up")
	case isTimeout(err):
		return errors.New("no answer in time")
	case isPlainHTTP(err):
		return errors.New("the server does not speak TLS there; http:// may be meant")
	case errors.Is(err, syscall.ECONNREFUSED):
		return errors.New("connection refused")
	case errors.Is(err, syscall.ECONNRESET):
		return errors.New("connection reset")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("the server closed the connection in the middle of its answer")
	}
	return err
}

// statusError is the *Error of an answer that is no page; nil for one that is.
func statusError(url string, status int, retryAfter time.Duration) error {
	e := &Error{URL: url, Status: status, RetryAfter: retryAfter, Fault: FaultStatus}
	switch {
	case status >= 200 && status < 300 && status != http.StatusNoContent && status != http.StatusPartialContent,
		status == http.StatusNotModified:
		return nil
	case status == http.StatusNotFound, status == http.StatusGone:
		e.Fault = FaultGone
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusUnavailableForLegalReasons:
		e.Fault = FaultForbidden
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		e.Fault = FaultBusy
	case status >= 500:
		e.Fault = FaultServer
	}
	return e
}

// transient reports whether a fault may be over in minutes: what backs off.
func (f Fault) transient() bool {
	switch f {
	case FaultTimeout, FaultNetwork, FaultName, FaultBusy, FaultServer, FaultPanic, FaultPage:
		return true
	}
	return false
}

// ofHost reports whether a fault concerns the host rather than one page of it,
// so that a visit asks no further.
func (f Fault) ofHost() bool {
	switch f {
	case FaultTimeout, FaultNetwork, FaultName, FaultBusy, FaultTLS, FaultPrivate:
		return true
	}
	return false
}

// parseRetryAfter reads seconds or a date; nothing sensible is 0.
func parseRetryAfter(value string, now time.Time) time.Duration {
	if value = strings.TrimSpace(value); value == "" {
		return 0
	}
	wait := time.Duration(0)
	if seconds, err := parseSeconds(value); err == nil {
		wait = seconds
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), longestRetryAfter)
}
