package main

import (
	"mime"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSubscribers keeps feed readers subscribed while reports
// appear, are edited and nothing happens: nothing twice, nothing missed, the
// edit seen.
func TestSubscribers(t *testing.T) {
	inCI(t)
	for name, subscribe := range map[string]func(t *testing.T, url string) (look func(t *testing.T) []reading){
		"newsboat": subscribeNewsboat, "rss2email": subscribeRSS2Email,
		"feedparser": func(_ *testing.T, url string) func(*testing.T) []reading {
			return func(t *testing.T) []reading { return readFeedparser(t, url) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			look := subscribe(t, s.url+"/sources/erlenbrueck.rss")
			d := s.serve()
			s.holds(d, "/all.json", s.visible())
			s.same(t, look(t))
			s.same(t, look(t)) // nothing happened
			e, d := s.edited(t, d, func() { s.same(t, look(t)) })
			got := look(t)
			s.same(t, got)
			// newsboat and rss2email keep what they first read under an id.
			if name == "feedparser" && latest(got)[e.URL] != e.Title {
				t.Errorf("after the edit %s is called %q, want %q", e.URL, latest(got)[e.URL], e.Title)
			}
			if again := look(t); len(again) != len(got) {
				t.Errorf("one more look took %d entries to %d", len(got), len(again))
			}
			s.stop(d)
		})
	}
}

// same holds what a reader has against the JSON feed: every entry, and none
// under the same title twice.
func (s *stage) same(t *testing.T, got []reading) {
	t.Helper()
	want := s.page(t, "/sources/erlenbrueck.json")
	titles := latest(got)
	for url, e := range want {
		if titles[url] == "" {
			t.Errorf("the reader missed %q, %s", e.Title, url)
		}
	}
	if len(titles) != len(want) {
		t.Errorf("the reader knows %d reports, want %d", len(titles), len(want))
	}
	seen := map[string]bool{}
	for _, r := range got {
		if seen[r.Link+r.Title] {
			t.Errorf("the reader has %q twice", r.Title)
		}
		seen[r.Link+r.Title] = true
	}
}

// latest is the newest title of each address.
func latest(list []reading) map[string]string {
	titles := map[string]string{}
	for _, r := range list {
		titles[r.Link] = r.Title
	}
	return titles
}

func subscribeNewsboat(t *testing.T, url string) func(*testing.T) []reading {
	need(t, "newsboat", "newsboat")
	dir := t.TempDir()
	return func(t *testing.T) []reading { return reloadNewsboat(t, dir, url) }
}

// subscribeRSS2Email keeps a maildir; rss2email sends what is edited again.
func subscribeRSS2Email(t *testing.T, url string) func(*testing.T) []reading {
	program, dir := need(t, "r2e", "rss2email"), t.TempDir()
	boxes := filepath.Join(dir, "mail")
	if err := os.Mkdir(boxes, 0o700); err != nil {
		t.Fatal(err)
	}
	settings := "[DEFAULT]\nto = reader@example.org\nfrom = feeds@example.org\nemail-protocol = maildir\nmaildir-path = " + boxes + "\nmaildir-mailbox = news\n"
	if err := os.WriteFile(filepath.Join(dir, "cfg"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	r2e := func(t *testing.T, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), program, append([]string{"-c", filepath.Join(dir, "cfg"), "-d", filepath.Join(dir, "data.json")}, args...)...)
		cmd.Env = append(os.Environ(), "HOME="+dir)
		output(t, cmd)
	}
	r2e(t, "add", "town", url)
	var list []reading
	read := map[string]bool{}
	return func(t *testing.T) []reading {
		t.Helper()
		r2e(t, "run")
		files, err := filepath.Glob(filepath.Join(boxes, "news", "new", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if !read[path] {
				read[path] = true
				list = append(list, readMail(t, path))
			}
		}
		return list
	}
}

func readMail(t *testing.T, path string) reading {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	message, err := mail.ReadMessage(file)
	if err != nil {
		t.Fatal(err)
	}
	title, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	return reading{ID: message.Header.Get("X-RSS-ID"), Link: message.Header.Get("X-RSS-URL"), Title: title}
}
