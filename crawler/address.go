package crawler

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/net/publicsuffix"
)

// checkURL refuses what is no address of a public web page, before anything is
// asked of the network.
func checkURL(u *url.URL, private bool) error {
	refuse := func(f Fault, format string, args ...any) error {
		return &Error{URL: u.Redacted(), Fault: f, Err: fmt.Errorf(format, args...)}
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return refuse(FaultAddress, "scheme %q is neither http nor https", u.Scheme)
	case u.Hostname() == "":
		return refuse(FaultAddress, "no host")
	case u.User != nil:
		return refuse(FaultAddress, "a name or password does not belong in an address")
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		// Below 1024 are mail, shells and printers; they answer no web pages,
		// and talking HTTP to them is an attack by proxy.
		if n, err := strconv.Atoi(port); err != nil || n > 65535 || n < 1024 && (!private || slices.Contains(otherPorts, n)) {
			return refuse(FaultAddress, "port %s is not for web pages", port)
		}
	}
	addr, err := netip.ParseAddr(u.Hostname())
	switch {
	case private:
	case err != nil && numeric(u.Hostname()):
		return refuse(FaultPrivate, "%s is an address in disguise; %s", u.Hostname(), allowPrivate)
	case err == nil && internal(addr) != "":
		return refuse(FaultPrivate, "%s is %s; %s", addr, internal(addr), allowPrivate)
	}
	return nil
}

// allowPrivate is what helps against a refusal that was not meant.
const allowPrivate = "for a host of your own set allow_private: true (on the command line --allow-private)"

// otherPorts are spoken by other protocols; not even hosts of one's own are
// asked for pages there.
var otherPorts = []int{1, 7, 9, 19, 20, 21, 22, 23, 25, 53, 110, 111, 119, 139, 143, 389, 445, 465, 514, 515, 587, 631, 993, 995}

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

// internalNets are special-purpose networks that netip has no name for. An
// address in one of them reaches machines that are not on the public web, or
// (NAT64, 6to4, Teredo) wraps another address that may be one.
var internalNets = []struct {
	prefix netip.Prefix
	why    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "an address of this network"},
	{netip.MustParsePrefix("100.64.0.0/10"), "a carrier-grade NAT address"},
	{netip.MustParsePrefix("169.254.0.0/16"), "a link-local (metadata) address"},
	{netip.MustParsePrefix("192.0.0.0/24"), "a protocol assignment"},
	{netip.MustParsePrefix("192.0.2.0/24"), "a documentation address"},
	{netip.MustParsePrefix("192.88.99.0/24"), "a 6to4 relay"},
	{netip.MustParsePrefix("198.18.0.0/15"), "a benchmark address"},
	{netip.MustParsePrefix("198.51.100.0/24"), "a documentation address"},
	{netip.MustParsePrefix("203.0.113.0/24"), "a documentation address"},
	{netip.MustParsePrefix("240.0.0.0/4"), "a reserved address"},
	{netip.MustParsePrefix("64:ff9b::/96"), "a NAT64 address"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "a NAT64 address"},
	{netip.MustParsePrefix("::/96"), "an IPv4-compatible address"},
	{netip.MustParsePrefix("100::/64"), "a discard address"},
	{netip.MustParsePrefix("2001::/23"), "a protocol assignment (Teredo)"},
	{netip.MustParsePrefix("2001:db8::/32"), "a documentation address"},
	{netip.MustParsePrefix("2002::/16"), "a 6to4 address"},
	{netip.MustParsePrefix("3fff::/20"), "a documentation address"},
	{netip.MustParsePrefix("5f00::/16"), "a segment-routing address"},
	{netip.MustParsePrefix("fec0::/10"), "a site-local address"},
}

// internal says why an address is not on the public web; empty: it is.
func internal(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	switch {
	case !addr.IsValid(), addr.IsUnspecified():
		return "an unspecified address"
	case addr.IsLoopback():
		return "a loopback address"
	case addr.IsPrivate():
		return "a private address"
	case addr.IsLinkLocalUnicast():
		return "a link-local (metadata) address"
	case addr.IsMulticast(), addr.IsInterfaceLocalMulticast():
		return "a multicast address"
	}
	for _, n := range internalNets {
		if n.prefix.Contains(addr) {
			return n.why
		}
	}
	return ""
}

// refuseInternal is a net.Dialer.Control: it sees the address that is really
// dialled, after the name was resolved, so a name that resolves differently
// the second time (rebinding) does not get past it.
func refuseInternal(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &Error{Fault: FaultPrivate, Err: errors.New("no address to dial")}
	}
	if why := internal(at.Addr()); why != "" {
		return &Error{Fault: FaultPrivate, Err: fmt.Errorf("the host is at %s, %s; %s", at.Addr(), why, allowPrivate)}
	}
	return nil
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
