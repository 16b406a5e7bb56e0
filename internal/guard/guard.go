// Package guard decides what the program may connect to.
//
// An address goes in, before a name is looked up (Check) and again when the
// connection is made (Dialer); nothing or a *Refusal comes out. Pages, files,
// hubs' callbacks and webhooks are all asked through it, so that what is
// refused to one is refused to all. It knows nothing of pages, politeness or
// configuration files.
package guard

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A Refusal is why an address is not connected to.
type Refusal struct {
	Internal bool // it leads inside; else it is no address of a web server
	Err      error
}

func (r *Refusal) Error() string { return r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

func refuse(internal bool, format string, args ...any) error {
	return &Refusal{Internal: internal, Err: fmt.Errorf(format, args...)}
}

// An Own is the hosts and ports that the operator says are his own, and that
// may be internal. The zero value is none. Where pages of them redirect or link
// to is not his own.
type Own struct {
	at  map[string]bool // host:port
	all bool
}

// All is for an operator who says that every address may be internal.
func All() Own { return Own{all: true} }

// OwnOf is the hosts and ports of addresses; what is no address is passed over:
//
//	OwnOf("http://intranet:8080/news") // intranet, port 8080
func OwnOf(addresses ...string) Own {
	own := Own{at: map[string]bool{}}
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Hostname() != "" {
			own.at[place(u)] = true
		}
	}
	return own
}

// Includes reports whether an address is at one of the hosts and ports. Ports
// 80 and 443 are one, for sites that lead from http to https.
func (o Own) Includes(u *url.URL) bool { return o.all || o.at[place(u)] }

// place is the host and port of an address, 443 as 80.
func place(u *url.URL) string {
	at := port(u)
	if at == "443" {
		at = "80"
	}
	return strings.ToLower(u.Hostname()) + ":" + at
}

func port(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

// maxAddress is how long an address may be; servers take no longer ones.
const maxAddress = 8 << 10

// Check refuses what is no address of a web server that may be asked, before
// anything is asked of the network. A name may still lead inside: that is seen
// by the Dialer.
func Check(u *url.URL, own Own) error {
	mine := own.Includes(u)
	host := u.Hostname()
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse(false, "scheme %q is neither http nor https", u.Scheme)
	case host == "":
		return refuse(false, "no host")
	case len(u.Host)+len(u.Path)+len(u.RawQuery) > maxAddress:
		return refuse(false, "an address of more than %d KiB", maxAddress>>10)
	case u.User != nil:
		return refuse(false, "a name or password does not belong in an address")
	}
	if err := checkPort(port(u), mine); err != nil {
		return err
	}
	addr, err := netip.ParseAddr(host)
	switch {
	case mine:
	case err != nil && numeric(host):
		return refuse(true, "%s is an address in disguise", host)
	case err == nil && Internal(addr) != "":
		return refuse(true, "%s is %s", addr, Internal(addr))
	}
	return nil
}

// checkPort refuses ports that do not speak HTTP: talking to them is an attack
// by proxy. Below 1024 only 80 and 443 are asked, unless the operator named the
// port himself.
func checkPort(text string, mine bool) error {
	n, err := strconv.Atoi(text)
	known := n == 80 || n == 443
	low := n < 1024 && !known && !mine
	if err != nil || n < 1 || n > 65535 || low || slices.Contains(otherPorts, n) {
		return refuse(false, "port %s is not for web pages", text)
	}
	return nil
}

// otherPorts are spoken by other protocols, by the list of the Fetch standard
// (https://fetch.spec.whatwg.org/#port-blocking), with databases, queues,
// printers and desktops besides. Not even hosts of one's own are asked there.
var otherPorts = []int{
	1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117, 119,
	123, 135, 137, 139, 143, 161, 179, 389, 427, 445, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 631, 636,
	989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
	1433, 1521, 3306, 3389, 5432, 5672, 5900, 6379, 9100, 11211, 27017,
}

// numeric reports whether a host is an IPv4 address in a spelling that some
// resolvers understand (2130706433, 0x7f.1, 0177.0.0.1): no name ends in a
// number.
func numeric(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if _, err := strconv.ParseUint(last, 10, 64); err == nil {
		return true
	}
	_, err := strconv.ParseUint(last, 0, 64)
	return err == nil
}

// A Dialer is a net.Dialer that refuses internal addresses, except where own is
// true, and ports of other protocols always. It looks at the address that is
// really dialled, after the name was looked up, so that a name which is another
// address the second time (rebinding) does not get past it.
func Dialer(timeout time.Duration, own bool) *net.Dialer {
	return &net.Dialer{Timeout: timeout, Control: func(_, address string, _ syscall.RawConn) error {
		return dial(address, own)
	}}
}

func dial(address string, own bool) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Refusal{Internal: true, Err: errors.New("no address to dial")}
	}
	if err := checkPort(strconv.Itoa(int(at.Port())), own); err != nil {
		return err
	}
	if why := Internal(at.Addr()); why != "" && !own {
		return refuse(true, "the host is at %s, %s", at.Addr(), why)
	}
	return nil
}

// A Transport asks web servers within the guard: on every hop, redirects
// included, the address is checked, and again when it is dialled. Proxies of
// the environment are not used, for they would dial past it.
type Transport struct {
	Own Own

	public, own *http.Transport
}

// NewTransport gives a Transport whose connections are as tune makes them; tune
// may be nil.
func NewTransport(own Own, tune func(*http.Transport)) *Transport {
	base := func(mine bool) *http.Transport {
		t := &http.Transport{
			DialContext: Dialer(5*time.Second, mine).DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 15 * time.Second,
			MaxIdleConns: 64, MaxConnsPerHost: 4, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 32 << 10,
		}
		if tune != nil {
			tune(t)
		}
		return t
	}
	return &Transport{Own: own, public: base(false), own: base(true)}
}

// RoundTrip makes one hop.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := Check(req.URL, t.Own); err != nil {
		return nil, err
	}
	if t.Own.Includes(req.URL) {
		return t.own.RoundTrip(req)
	}
	return t.public.RoundTrip(req)
}

// CloseIdleConnections closes what is open and unused.
func (t *Transport) CloseIdleConnections() {
	t.public.CloseIdleConnections()
	t.own.CloseIdleConnections()
}

// ProxyIgnored names the variables of the environment that ask for a proxy,
// such as HTTPS_PROXY; none is used.
func ProxyIgnored(environ []string) []string {
	var names []string
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if value != "" && slices.Contains([]string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}, strings.ToUpper(name)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
