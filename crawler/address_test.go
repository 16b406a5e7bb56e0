package crawler

import (
	"net/netip"
	"net/url"
	"testing"
)

func TestInternalAddresses(t *testing.T) {
	for _, a := range []string{
		"127.0.0.1", "127.8.9.1", "::1", "0.0.0.0", "0.1.2.3", "::", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
		"169.254.169.254", "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fc00::1", "100.64.0.1", "100.127.255.254", "224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:c0a8:101::1", "2001::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
		"192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "2001:db8::1", "100::1", "fec0::1",
	} {
		if internal(netip.MustParseAddr(a)) == "" {
			t.Errorf("%s counts as public", a)
		}
	}
	for _, a := range []string{"1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "193.99.144.80", "2a00:1450:4001::1", "2606:4700::1111", "::ffff:8.8.8.8"} {
		if why := internal(netip.MustParseAddr(a)); why != "" {
			t.Errorf("%s counts as %s", a, why)
		}
	}
}

func TestCheckURL(t *testing.T) {
	for _, tc := range []struct {
		address string
		private bool
		want    Fault
	}{
		{"https://www.kassel.de/", false, ""},
		{"http://www.kassel.de:80/", false, ""},
		{"https://www.kassel.de:8443/", false, ""},
		{"https://www.kassel.de:22/", false, FaultAddress},
		{"https://www.kassel.de:25/", false, FaultAddress},
		{"http://127.0.0.2:81/", true, ""},
		{"https://www.kassel.de:99999/", true, FaultAddress},
		{"file:///etc/passwd", true, FaultAddress},
		{"javascript:alert(1)", true, FaultAddress},
		{"gopher://a.de/", true, FaultAddress},
		{"https:///x", true, FaultAddress},
		{"https://user:secret@a.de/", true, FaultAddress},
		{"http://127.0.0.1/", false, FaultPrivate},
		{"http://[::1]/", false, FaultPrivate},
		{"http://[::ffff:127.0.0.1]/", false, FaultPrivate},
		{"http://127.0.0.1/", true, ""},
	} {
		u, err := url.Parse(tc.address)
		if err != nil {
			t.Fatal(err)
		}
		if got := FaultOf(checkURL(u, tc.private)); got != tc.want {
			t.Errorf("checkURL(%q, %v): fault %q, want %q", tc.address, tc.private, got, tc.want)
		}
	}
}

func TestSameSite(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		want bool
	}{
		{"https://www.kassel.de/", "https://www.kassel.de/news", true},
		{"https://www.kassel.de/", "http://kassel.de/news", true},
		{"https://www.kassel.de/", "https://presse.kassel.de/1", true},
		{"https://www.kassel.de/", "https://www.essen.de/", false},
		{"https://a.github.io/", "https://b.github.io/", false},
		{"http://127.0.0.1:8001/", "http://127.0.0.1:8001/x", true},
		{"http://127.0.0.1:8001/", "http://127.0.0.1:8002/x", false},
		{"http://127.0.0.1/", "http://127.0.0.2/", false},
		{"https://www.kassel.de/", "https://www.kassel.de:8443/", false},
		{"https://kassel.de/", "mailto:a@kassel.de", false},
	} {
		if got := sameSite(tc.a, tc.b); got != tc.want {
			t.Errorf("sameSite(%q, %q) = %v, want %v", tc.a, tc.b, got, tc.want)
		}
	}
}
