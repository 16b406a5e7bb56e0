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
