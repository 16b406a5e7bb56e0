package obstacle

import (
	"slices"
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/read"
)

// FuzzObstacle holds for any page that parses: the obstacle is one of those
// that are named, it is the same when asked again, and a page with much running
// text has none.
func FuzzObstacle(f *testing.F) {
	f.Add([]byte(`<title>Seite nicht gefunden</title><h1>404</h1>`))
	f.Add([]byte(`<title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/x"></script>`))
	f.Add([]byte(`<form><input type=password></form><h1>Anmelden</h1>`))
	f.Add([]byte(`<noscript>JavaScript</noscript><div id=root></div><script></script>`))
	known := []read.Obstacle{
		read.NoObstacle, read.BlockPage, read.Captcha, read.LoginWall,
		read.SoftNotFound, read.Maintenance, read.NeedsBrowser,
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := parse(read.Page{URL: "https://stadt.example/", Body: body}, read.Options{})
		if err != nil {
			return
		}
		got := Of(d)
		if !slices.Contains(known, got) {
			t.Fatalf("Obstacle() = %q, which is none of ours", got)
		}
		if again := Of(d); again != got {
			t.Fatalf("Obstacle() = %q, then %q", got, again)
		}
		if o := observe(d); o.prose >= siteText && got != read.NoObstacle {
			t.Fatalf("Obstacle() = %q for a page with %d bytes of running text", got, o.prose)
		}
	})
}
