package guard

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestInternal(t *testing.T) {
	for _, a := range []string{
		"127.0.0.1", "127.8.9.1", "::1", "0.0.0.0", "0.1.2.3", "::", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fc00::1", "100.64.0.1", "100.127.255.254",
		"224.0.0.1", "239.255.255.250", "ff02::1", "255.255.255.255", "240.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:c0a8:101::1", "2001::1", "2001:20::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1", "::ffff:0:808:808",
		"192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.6",
		"2001:db8::1", "3fff::1", "3fff:fff::1", "5f00::1", "100::1", "100:0:0:1::1", "fec0::1", "2620:4f:8000::6", "4000::1", "200::1",
	} {
		if Internal(netip.MustParseAddr(a)) == "" {
			t.Errorf("%s counts as public", a)
		}
	}
	if Internal(netip.Addr{}) == "" {
		t.Error("no address counts as public")
	}
	for _, a := range []string{
		"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "193.99.144.80", "2a00:1450:4001::1", "2606:4700::1111",
		"::ffff:8.8.8.8", "2001:4860:4860::8888", "3fff:1000::1",
	} {
		if why := Internal(netip.MustParseAddr(a)); why != "" {
			t.Errorf("%s counts as %s", a, why)
		}
	}
}

func TestCheck(t *testing.T) {
	const fine, noWeb, inside = "", "no web server", "inside"
	for _, tc := range []struct{ address, own, want string }{
		{"https://www.kassel.de/", "", fine},
		{"http://www.kassel.de:80/", "", fine},
		{"https://www.kassel.de:8443/", "", fine},
		{"https://www.kassel.de:22/", "", noWeb},
		{"https://www.kassel.de:25/", "https://www.kassel.de:25/", noWeb},
		{"https://www.kassel.de:6379/", "https://www.kassel.de:6379/", noWeb},
		{"https://www.kassel.de:81/", "", noWeb},
		{"https://www.kassel.de:0/", "", noWeb},
		{"http://127.0.0.2:81/", "http://127.0.0.2:81/", fine},
		{"https://www.kassel.de:99999/", "https://www.kassel.de:99999/", noWeb},
		{"file:///etc/passwd", "", noWeb},
		{"javascript:alert(1)", "", noWeb},
		{"https:///x", "", noWeb},
		{"https://user:secret@a.de/", "", noWeb},
		{"https://www.kassel.de/" + strings.Repeat("a", maxAddress), "", noWeb},
		{"http://127.0.0.1/", "", inside},
		{"http://2130706433/", "", inside},
		{"http://[::1]/", "", inside},
		{"http://[::ffff:127.0.0.1]/", "", inside},
		{"http://127.0.0.1/x", "http://127.0.0.1/y", fine},
		{"https://127.0.0.1/", "http://127.0.0.1/", fine},
		{"http://127.0.0.1:8081/", "http://127.0.0.1:8080/", inside},
		{"http://127.0.0.2/", "http://127.0.0.1/", inside},
		{"http://INTRANET:8080/", "http://intranet:8080/news", fine},
	} {
		u, err := url.Parse(tc.address)
		if err != nil {
			t.Fatal(err)
		}
		got := fine
		if r := (*Refusal)(nil); errors.As(Check(u, OwnOf(tc.own)), &r) {
			got = map[bool]string{true: inside, false: noWeb}[r.Internal]
		}
		if got != tc.want {
			t.Errorf("Check(%q, own %q): %q, want %q", tc.address, tc.own, got, tc.want)
		}
	}
}

// TestDialer holds that the address which is dialled decides, not the name.
func TestDialer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if c, err := Dialer(time.Second, true).DialContext(t.Context(), "tcp", l.Addr().String()); err != nil {
		t.Errorf("one's own host: %v", err)
	} else {
		c.Close()
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	for _, host := range []string{"127.0.0.1", "localhost", "::ffff:127.0.0.1"} {
		_, err := Dialer(time.Second, false).DialContext(t.Context(), "tcp", net.JoinHostPort(host, port))
		if r := (*Refusal)(nil); !errors.As(err, &r) || !r.Internal {
			t.Errorf("dialling %s = %v, want a refusal", host, err)
		}
	}
	for address, own := range map[string]bool{"8.8.8.8:25": false, "127.0.0.1:25": true, "8.8.8.8:81": false} {
		if r := (*Refusal)(nil); !errors.As(dial(address, own), &r) || r.Internal {
			t.Errorf("dialling %s = %v, want a refusal of its port", address, dial(address, own))
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"http://127.1/", "https://[::]:443/", "http://0x7f.1:8080/", "//x", "http://a:b@c"} {
		f.Add(s)
	}
	// What is let through is http, has a host, and is no internal address as it stands.
	f.Fuzz(func(t *testing.T, address string) {
		u, err := url.Parse(address)
		if err != nil || Check(u, Own{}) != nil {
			return
		}
		addr, err := netip.ParseAddr(u.Hostname())
		if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || err == nil && Internal(addr) != "" {
			t.Errorf("%q is let through", address)
		}
	})
}

func TestProxyIgnored(t *testing.T) {
	got := ProxyIgnored([]string{"PATH=/bin", "https_proxy=http://proxy:3128", "HTTP_PROXY=", "ALL_PROXY=socks5://p", "NO_PROXY=x"})
	if want := []string{"ALL_PROXY", "https_proxy"}; !slices.Equal(got, want) {
		t.Errorf("ProxyIgnored() = %q, want %q", got, want)
	}
}
