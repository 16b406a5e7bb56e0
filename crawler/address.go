package crawler

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// allowPrivate is what helps against a refusal that was not meant.
const allowPrivate = "for a host of your own set allow_private: true (on the command line --allow-private)"

// checkURL refuses what is no address of a public web page, or of the source's
// own host, before anything is asked of the network.
func checkURL(u *url.URL, own guard.Own) error {
	if err := refused(guard.Check(u, own)); err != nil {
		return wrap(u.Redacted(), err)
	}
	return nil
}

// refused words a refusal of the guard as what it is to a visit. Other errors
// pass.
func refused(err error) error {
	var r *guard.Refusal
	switch {
	case !errors.As(err, &r):
		return err
	case r.Internal:
		return &Error{Fault: FaultPrivate, Err: fmt.Errorf("%w; %s", r.Err, allowPrivate)}
	}
	return &Error{Fault: FaultAddress, Err: r.Err}
}

// sameSite reports whether two addresses belong to one site: the same host
// and port, or hosts under one registered domain.
func sameSite(a, b string) bool {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	if errA != nil || errB != nil {
		return false
	}
	if strings.EqualFold(u.Host, v.Host) {
		return true
	}
	host, other := strings.ToLower(u.Hostname()), strings.ToLower(v.Hostname())
	if host == other {
		// The same name on 80 and 443 is one site; other ports are other sites.
		return webPort(u) && webPort(v)
	}
	domain, errA := publicsuffix.EffectiveTLDPlusOne(host)
	second, errB := publicsuffix.EffectiveTLDPlusOne(other)
	return errA == nil && errB == nil && domain == second && webPort(v)
}

func webPort(u *url.URL) bool { return u.Port() == "" || u.Port() == "80" || u.Port() == "443" }
