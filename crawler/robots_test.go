package crawler

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	for _, tc := range []struct {
		name, txt, path string
		want            bool
	}{
		{"nothing said", "", "/news", true},
		{"all forbidden", "User-agent: *\nDisallow: /", "/news", false},
		{"robots.txt itself", "User-agent: *\nDisallow: /", "/robots.txt", true},
		{"empty disallow", "User-agent: *\nDisallow:", "/news", true},
		{"others forbidden", "User-agent: googlebot\nDisallow: /", "/news", true},
		{"our group instead of everyone's", "User-agent: *\nDisallow: /\n\nUser-agent: stadtfeed\nDisallow: /intern", "/news", true},
		{"our group in another case", "User-agent: StadtFeed\nDisallow: /", "/news", false},
		{"our group with a version", "User-agent: stadtfeed/1.0\nDisallow: /", "/news", false},
		{"a longer token is another agent", "User-agent: stadtfeeder\nDisallow: /", "/news", true},
		{"groups of one agent are merged", "User-agent: stadtfeed\nDisallow: /a\n\nUser-agent: other\nDisallow: /b\n\nUser-agent: stadtfeed\nDisallow: /c", "/c", false},
		{"several agents, one group", "User-agent: other\nUser-agent: stadtfeed\nDisallow: /a", "/a/b", false},
		{"an empty group of ours allows all", "User-agent: *\nDisallow: /\nUser-agent: stadtfeed", "/news", true},
		{"rules before any group", "Disallow: /\nUser-agent: *\nAllow: /", "/news", true},
		{"longest match wins", "User-agent: *\nDisallow: /news\nAllow: /news/public", "/news/public/1", true},
		{"allow wins a tie", "User-agent: *\nDisallow: /news\nAllow: /news", "/news", true},
		{"order does not matter", "User-agent: *\nAllow: /news/public\nDisallow: /news", "/news/x", false},
		{"wildcard", "User-agent: *\nDisallow: /*.pdf", "/a/b.pdf?x", false},
		{"end mark", "User-agent: *\nDisallow: /*.php$", "/a.php?x=1", true},
		{"end mark met", "User-agent: *\nDisallow: /*.php$", "/a.php", false},
		{"wildcard backtracks", "User-agent: *\nDisallow: /*ab*cd$", "/abcabxcdcd", false},
		{"query", "User-agent: *\nDisallow: /*?print=", "/a?print=1", false},
		{"prefix is no word", "User-agent: *\nDisallow: /fish", "/fisherman", false},
		{"case of paths counts", "User-agent: *\nDisallow: /News", "/news", true},
		{"percent-encoding of letters", "User-agent: *\nDisallow: /%6Eews", "/news", false},
		{"umlaut plain and encoded", "User-agent: *\nDisallow: /bürger", "/b%c3%bcrger", false},
		{"encoded slash is no slash", "User-agent: *\nDisallow: /a/b", "/a%2Fb", true},
		{"encoded asterisk is an asterisk", "User-agent: *\nDisallow: /a%2A", "/a*", false},
		{"encoded asterisk is no wildcard", "User-agent: *\nDisallow: /a%2A", "/abc", true},
		{"byte-order mark, CRLF, comments", "\xef\xbb\xbfUser-agent: * # all\r\nDisallow: /x # no\r\n", "/x", false},
		{"bare CR", "User-agent: *\rDisallow: /x", "/x", false},
		{"blanks around", "  User-Agent :  *  \n  DISALLOW :   /x  ", "/x", false},
		{"blank lines do not end a group", "User-agent: *\n\n\nDisallow: /x", "/x", false},
		{"sitemap between agent and rule", "User-agent: *\nSitemap: https://a.de/s.xml\nDisallow: /x", "/x", false},
		{"HTML", "<!doctype html><html><body>Disallow: /", "/news", true},
		{"no slash in front", "User-agent: *\nDisallow: intern", "/intern", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := parseRobots([]byte(tc.txt), robotsToken).allowed(tc.path); got != tc.want {
				t.Errorf("%q: allowed(%q) = %v, want %v", tc.txt, tc.path, got, tc.want)
			}
		})
	}
}

func TestRobotsCrawlDelay(t *testing.T) {
	for txt, want := range map[string]time.Duration{
		"User-agent: *\nCrawl-delay: 10":                                                   10 * time.Second,
		"User-agent: *\nCrawl-delay: 0.5":                                                  500 * time.Millisecond,
		"User-agent: *\nCrawl-delay: 86400":                                                maxCrawlDelay,
		"User-agent: *\nCrawl-delay: -1":                                                   0,
		"User-agent: *\nCrawl-delay: NaN":                                                  0,
		"User-agent: *\nCrawl-delay: soon":                                                 0,
		"User-agent: *\nCrawl-delay: 3\n\nUser-agent: stadtfeed\nCrawl-delay: 7\nAllow: /": 7 * time.Second,
	} {
		if got := parseRobots([]byte(txt), robotsToken).delay; got != want {
			t.Errorf("%q: delay %s, want %s", txt, got, want)
		}
	}
}

// slowMatch is the plain meaning of a pattern, that matchPath must agree with.
func slowMatch(pattern, path string) bool {
	switch {
	case pattern == "":
		return true
	case pattern == "$":
		return path == ""
	case pattern[0] == '*':
		return slowMatch(pattern[1:], path) || path != "" && slowMatch(pattern, path[1:])
	}
	return path != "" && path[0] == pattern[0] && slowMatch(pattern[1:], path[1:])
}

// TestMatchPath tries every short pattern on every short path.
func TestMatchPath(t *testing.T) {
	words := func(letters string, longest int) (all []string) {
		all = []string{""}
		for from := 0; longest > 0; longest-- {
			to := len(all)
			for _, w := range all[from:to] {
				for _, l := range letters {
					all = append(all, w+string(l))
				}
			}
			from = to
		}
		return all
	}
	paths := words("ab", 5)
	for _, pattern := range words("ab*", 5) {
		for _, p := range []string{"/" + pattern, "/" + pattern + "$"} {
			for _, path := range paths {
				if got, want := matchPath(p, "/"+path), slowMatch(p, "/"+path); got != want {
					t.Fatalf("matchPath(%q, %q) = %v, want %v", p, "/"+path, got, want)
				}
			}
		}
	}
}

// TestRobotsAreBounded holds what a hostile robots.txt can make us keep.
func TestRobotsAreBounded(t *testing.T) {
	many := parseRobots([]byte("User-agent: *\n"+strings.Repeat("Disallow: /a\n", 38_000)), robotsToken)
	if len(many.rules) > maxRobotsRules {
		t.Errorf("%d rules are kept", len(many.rules))
	}
	long := strings.Repeat("a", 2*maxRobotsPattern)
	r := parseRobots([]byte("User-agent: *\nAllow: /"+long+"\nDisallow: /"+long+"\n"), robotsToken)
	if len(r.rules) != 1 || len(r.rules[0].pattern) > maxRobotsPattern || r.allowed("/"+long) {
		t.Errorf("a pattern of %d bytes: %d rules", len(long), len(r.rules))
	}
	s := newShelf()
	s.text = "User-agent: *\n" + strings.Repeat("Disallow: /"+strings.Repeat("x", 480)+"\n", 1000)
	for i := range 100 {
		s.at = s.at.Add(time.Second)
		s.allows(t, fmt.Sprintf("https://host-%d.example/", i))
		if s.bytes > maxRobotsBytes {
			t.Fatalf("%d bytes are held of %d origins", s.bytes, len(s.origins))
		}
	}
	if asked := s.asked; !s.allows(t, "https://host-99.example/") || s.asked != asked {
		t.Error("the newest was forgotten")
	}
	if asked := s.asked; !s.allows(t, "https://host-0.example/") || s.asked != asked+1 {
		t.Error("the oldest was kept")
	}
	sum := 0
	for _, e := range s.origins {
		sum += e.bytes
	}
	if sum != s.bytes {
		t.Errorf("%d bytes are held, %d are counted", sum, s.bytes)
	}
}

// TestRobotsWaitsNoLongerThanTheVisit holds that who waits for a robots.txt
// that another fetches can leave.
func TestRobotsWaitsNoLongerThanTheVisit(t *testing.T) {
	s := newShelf()
	if err := s.entry("https://a.de").lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.check(ctx, &url.URL{Scheme: "https", Host: "a.de", Path: "/"}); !errors.Is(err, context.Canceled) {
		t.Errorf("check = %v, want it cancelled", err)
	}
}

// BenchmarkRobotsHostile asks the largest robots.txt about the longest address.
func BenchmarkRobotsHostile(b *testing.B) {
	r := parseRobots([]byte("User-agent: *\n"+strings.Repeat("Disallow: /*a*a*a*a*a*a*b$\n", 18_000)), robotsToken)
	path := "/" + strings.Repeat("a", 4000)
	for b.Loop() {
		r.allowed(path)
	}
}

// FuzzRobots holds that any robots.txt can be read and asked about any path
// without a panic, that an allowed /robots.txt stays allowed, and that text
// without the word disallow forbids nothing.
func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b$\nAllow: /%41", "/a%2Fb?x=1")
	f.Add("user-agent: stadtfeed\ncrawl-delay: 1e309\ndisallow: *", "")
	f.Add("\xef\xbb\xbfUser-agent:*\rDisallow:/%", "/%")
	f.Fuzz(func(t *testing.T, txt, path string) {
		r := parseRobots([]byte(txt), robotsToken)
		if !r.allowed("/robots.txt") {
			t.Errorf("%q forbids /robots.txt", txt)
		}
		if !strings.Contains(strings.ToLower(txt), "disallow") && !r.allowed(path) {
			t.Errorf("%q forbids %q", txt, path)
		}
		if r.delay < 0 || r.delay > maxCrawlDelay {
			t.Errorf("%q: delay %s", txt, r.delay)
		}
		_ = r.String()
	})
}

// A shelf is a robotsCache whose robots.txt and clock a test holds.
type shelf struct {
	*robotsCache
	at     time.Time
	status int
	text   string
	err    error
	asked  int
}

func newShelf() *shelf {
	s := &shelf{at: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), status: http.StatusOK, text: "User-agent: *\nDisallow: /intern"}
	s.robotsCache = &robotsCache{now: func() time.Time { return s.at }, origins: map[string]*robotsEntry{}, fetch: func(context.Context, string) (int, []byte, error) {
		s.asked++
		return s.status, []byte(s.text), s.err
	}}
	return s
}

func (s *shelf) allows(t *testing.T, address string) bool {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.check(t.Context(), u)
	return err == nil
}

func TestRobotsIsUsedForADay(t *testing.T) {
	s := newShelf()
	for range 3 {
		if !s.allows(t, "https://a.de/news") || s.allows(t, "https://a.de/intern/x") {
			t.Fatal("the rules are not in force")
		}
	}
	s.text = "User-agent: *\nDisallow: /"
	s.at = s.at.Add(23 * time.Hour)
	if !s.allows(t, "https://a.de/news") || s.asked != 1 {
		t.Errorf("asked %d times within a day", s.asked)
	}
	s.at = s.at.Add(2 * time.Hour)
	if s.allows(t, "https://a.de/news") || s.asked != 2 {
		t.Errorf("asked %d times after a day, or the new rules are not in force", s.asked)
	}
	if !s.allows(t, "http://a.de/robots.txt") || s.asked != 3 {
		t.Errorf("another origin has a robots.txt of its own; asked %d times", s.asked)
	}
}

func TestRobotsThatCannotBeHad(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status int
		err    error
		want   bool
	}{
		{"500", http.StatusInternalServerError, nil, false},
		{"503", http.StatusServiceUnavailable, nil, false},
		{"429", http.StatusTooManyRequests, nil, false},
		{"no network", 0, errors.New("refused"), false},
		{"404", http.StatusNotFound, nil, true},
		{"401", http.StatusUnauthorized, nil, true},
		{"403", http.StatusForbidden, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newShelf()
			s.status, s.err = tc.status, tc.err
			if got := s.allows(t, "https://a.de/news"); got != tc.want {
				t.Errorf("allowed %v, want %v", got, tc.want)
			}
		})
	}
}

func TestRobotsGrace(t *testing.T) {
	s := newShelf()
	s.status = http.StatusInternalServerError
	for range 29 {
		if s.allows(t, "https://a.de/news") {
			t.Fatal("allowed while robots.txt cannot be fetched")
		}
		s.at = s.at.Add(24 * time.Hour)
	}
	s.at = s.at.Add(48 * time.Hour)
	if !s.allows(t, "https://a.de/news") {
		t.Error("still forbidden after thirty days")
	}
	// What was known once stays in force instead.
	s = newShelf()
	s.allows(t, "https://a.de/news")
	s.status, s.at = http.StatusInternalServerError, s.at.Add(48*time.Hour)
	if !s.allows(t, "https://a.de/news") || s.allows(t, "https://a.de/intern") {
		t.Error("the last known rules are not in force")
	}
	if words := s.words("a.de"); !strings.Contains(words, "the last known one") {
		t.Errorf("in words: %q", words)
	}
}

func TestRobotsPrune(t *testing.T) {
	s := newShelf()
	s.allows(t, "https://a.de/")
	s.at = s.at.Add(72 * time.Hour)
	s.allows(t, "https://b.de/")
	if s.prune(); len(s.origins) != 1 {
		t.Errorf("%d origins are held, want one", len(s.origins))
	}
}
