package news_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

func TestCanonical(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"https wins", "http://kassel.de/news/1", "https://kassel.de/news/1"},
		{"letter case of the host", "https://WWW.Kassel.DE/News", "https://kassel.de/News"},
		{"www alone stays", "https://www.de/x", "https://www.de/x"},
		{"default ports", "http://kassel.de:80/a", "https://kassel.de/a"},
		{"https port", "https://kassel.de:443/a", "https://kassel.de/a"},
		{"other ports stay", "http://127.0.0.1:8081/a", "https://127.0.0.1:8081/a"},
		{"IPv6", "http://[::1]:8081/a", "https://[::1]:8081/a"},
		{"fragment", "https://kassel.de/a#top", "https://kassel.de/a"},
		{"slash at the end", "https://kassel.de/a/", "https://kassel.de/a"},
		{"root", "https://kassel.de", "https://kassel.de/"},
		{"double slash", "https://kassel.de//a//b/", "https://kassel.de/a/b"},
		{"dots", "https://kassel.de/x/../a", "https://kassel.de/a"},
		{"jsessionid in the path", "https://bund.de/a.html;jsessionid=0AF1.live?nn=7", "https://bund.de/a.html?nn=7"},
		{"PHPSESSID", "https://kassel.de/a?PHPSESSID=abc123&id=4", "https://kassel.de/a?id=4"},
		{"tracking", "https://kassel.de/a?utm_source=x&utm_medium=y&fbclid=z", "https://kassel.de/a"},
		{"query is sorted", "https://kassel.de/i.php?object=tx,1&ModID=7", "https://kassel.de/i.php?ModID=7&object=tx%2C1"},
		{"ModID stays", "https://stadt.de/index.php?ModID=7&FID=3.99.1", "https://stadt.de/index.php?FID=3.99.1&ModID=7"},
		{"sid as a record number stays", "https://stadt.de/?sid=42", "https://stadt.de/?sid=42"},
		{"sid as a session goes", "https://stadt.de/?sid=0123456789abcdef0123456789abcdef", "https://stadt.de/"},
		{"ref as a name goes", "https://stadt.de/a?ref=startseite", "https://stadt.de/a"},
		{"ref as a number stays", "https://council.uk/a?ref=1234", "https://council.uk/a?ref=1234"},
		{"escaped ampersand", "https://stadt.de/a?x=1&amp;y=2", "https://stadt.de/a?x=1&y=2"},
		{"percent encoding", "https://stadt.de/stra%C3%9Fe%2Dneu", "https://stadt.de/stra%C3%9Fe-neu"},
		{"raw umlaut", "https://stadt.de/straße-neu", "https://stadt.de/stra%C3%9Fe-neu"},
		{"encoded slash is not a slash", "https://stadt.de/a%2Fb", "https://stadt.de/a%2Fb"},
		{"no address", "not an address", "not an address"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := news.Canonical(tt.in)
			if got != tt.want {
				t.Errorf("Canonical(%q) = %q, want %q", tt.in, got, tt.want)
			}
			if again := news.Canonical(got); again != got {
				t.Errorf("Canonical(%q) = %q, want a fixpoint", got, again)
			}
		})
	}
}

func TestCanonicalAnchor(t *testing.T) {
	got := news.CanonicalAnchor("http://Stadt.de/aktuelles/?utm_source=x#meldung-4")
	if want := "https://stadt.de/aktuelles#meldung-4"; got != want {
		t.Errorf("CanonicalAnchor = %q, want %q", got, want)
	}
}

// The canonical form of a canonical form is itself, and it is valid UTF-8
// where the address was.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"http://a.b/c?d=e#f", "https://x/%zz", "http://[::1]:9/", "//x/y", "http://a/?=&==&;", "http://a/%2e%2e/b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if !utf8.ValidString(in) {
			t.Skip()
		}
		once := news.Canonical(in)
		if twice := news.Canonical(once); twice != once {
			t.Errorf("Canonical(%q) = %q, then %q", in, once, twice)
		}
	})
}

// The value was computed by another implementation: in Python,
// uuid.uuid5(uuid.NAMESPACE_URL, "https://kassel.de/news/1").
func TestMintID(t *testing.T) {
	got := news.MintID("https://kassel.de/news/1")
	if want := "urn:uuid:e864b2de-66fa-569c-9985-c6b174338287"; got != want {
		t.Errorf("MintID = %q, want %q", got, want)
	}
}

func TestHost(t *testing.T) {
	if got := news.Host("https://Stadt.DE:8443/a"); got != "stadt.de:8443" {
		t.Errorf("Host = %q, want stadt.de:8443", got)
	}
}
