package guard

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestHostOnly(t *testing.T) {
	cause := errors.New("connection refused")
	err := HostOnly(&url.Error{Op: "Post", URL: "https://user:word@chat.example.org:8443/hooks/geheim?key=geheim#geheim", Err: cause})
	if got := err.Error(); got != "Post chat.example.org:8443: connection refused" || !errors.Is(err, cause) {
		t.Errorf("HostOnly = %q", got)
	}
	for _, address := range []string{"https://chat.example.org/geheim", "geheim", "://geheim", "https://user:geheim@/geheim"} {
		if got := HostOf(address); strings.Contains(got, "geheim") {
			t.Errorf("HostOf(%q) = %q", address, got)
		}
	}
}

func TestMasked(t *testing.T) {
	for text, want := range map[string]string{
		"": "",
		"https://www.kassel.de/news?id=12&page=2":                     "https://www.kassel.de/news?id=12&page=2",
		"https://user:geheim@host.example/feed":                       "https://…@host.example/feed",
		"get https://geheim@host.example: EOF":                        "get https://…@host.example: EOF",
		`parse "https://u:ge@heim@h.example:x/"`:                      `parse "https://…@h.example:x/"`,
		"postgres://u:ge/heim@db.example/x":                           "postgres://…@db.example/x",
		"a https://a.example/,https://u:geheim@b":                     "a https://a.example/,https://…@b",
		"https://social.example:8443/@kassel":                         "https://social.example:8443/@kassel",
		"https://h.example/@kassel and a@b":                           "https://h.example/@kassel and a@b",
		"https://h.example/f?token=geheim&n=5":                        "https://h.example/f?token=…&n=5",
		"/f?n=5&amp;access_token=geheim#x":                            "/f?n=5&amp;access_token=…#x",
		"https://h.example/?X-Amz-Signature=gehe%69m&key=geheim: 404": "https://h.example/?X-Amz-Signature=…&key=…: 404",
		"to=https%3A%2F%2Fh.example%2F%3Fapi-key%3Dgeheim":            "to=https%3A%2F%2Fh.example%2F%3Fapi-key%3D…",
		"?PHPSESSID=geheim&author=Kant&keyword=Bau":                   "?PHPSESSID=…&author=Kant&keyword=Bau",
	} {
		if got := Masked(text); got != want {
			t.Errorf("Masked(%q) = %q, want %q", text, got, want)
		}
		if got := Masked(want); got != want {
			t.Errorf("Masked(%q) = %q", want, got)
		}
	}
}
