package crawler

import (
	"net/url"
	"testing"

	"github.com/stadtfeed/stadtfeed/internal/guard"
)

func TestCheckURL(t *testing.T) {
	for _, tc := range []struct {
		address string
		own     guard.Own
		want    Fault
	}{
		{"https://www.kassel.de/", guard.Own{}, ""},
		{"https://www.kassel.de:22/", guard.Own{}, FaultAddress},
		{"https://user:secret@a.de/", guard.Own{}, FaultAddress},
		{"http://127.0.0.1/", guard.Own{}, FaultPrivate},
		{"http://127.0.0.1/", guard.OwnOf("http://127.0.0.1/news"), ""},
	} {
		u, err := url.Parse(tc.address)
		if err != nil {
			t.Fatal(err)
		}
		if got := FaultOf(checkURL(u, tc.own)); got != tc.want {
			t.Errorf("checkURL(%q, %v): fault %q, want %q", tc.address, tc.own, got, tc.want)
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
