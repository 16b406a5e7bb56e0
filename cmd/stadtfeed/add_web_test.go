package main

import (
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/feedout"
)

// closedTo gives the stage's configuration keys, and in the place of a site a
// source at the same host and port that is not its page, so that the site can be
// added by the form.
func (s *stage) closedTo(t *testing.T, key, site string) (address string) {
	t.Helper()
	text, err := os.ReadFile(s.config())
	if err != nil {
		t.Fatal(err)
	}
	address = s.region.Site(site).Home()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "name: "+site+"\n    url: \""+address+"\"",
		"name: elsewhere\n    url: http://"+u.Host+"/elsewhere", 1)
	if changed == string(text) {
		t.Fatalf("the configuration has no source %s at %s:\n%s", site, address, text)
	}
	changed += "access: {keys: [" + feedout.HashKey(key) + "], add_sources: true, saved_searches: keys}\n" +
		"# what stands at the end stays there\n"
	if err := os.WriteFile(s.config(), []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return address
}

// sendForm sends a form to the daemon with a key, and gives where it leads and what is there.
func (s *stage) sendForm(t *testing.T, key, path string, values url.Values) (at, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Origin", s.url)
	req.SetBasicAuth("any", key)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Request.URL.Path, string(text)
}

var hiddenInput = regexp.MustCompile(`<input (?:type="hidden" )?name="([a-z]+)" value="([^"]*)"`)

// TestFormAddsASource adds a site of the region to the running daemon: the file
// keeps its mode and all that was in it, the source is in force at once, and what
// cannot be added is told.
func TestFormAddsASource(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const key = "schlüssel"
	address := s.closedTo(t, key, "erlenbrueck")
	d := s.serve()
	before, err := os.ReadFile(s.config())
	if err != nil {
		t.Fatal(err)
	}

	for typed, want := range map[string]string{
		"http://127.0.0.1:8080/":                      "privaten Netz",
		s.region.Site("kommune21-alt").Home():         "ist schon eine Quelle: kommune21-alt",
		strings.TrimSuffix(address, "/") + "/nothing": "gibt es nicht mehr",
		"ftp://stadt.example/":                        "Diese Adresse wird nicht abgerufen",
	} {
		if _, page := s.sendForm(t, key, "/sources/new", url.Values{"address": {typed}}); !strings.Contains(page, want) {
			t.Errorf("looking at %s does not say %q:\n%s", typed, want, page)
		}
	}

	_, page := s.sendForm(t, key, "/sources/new", url.Values{"address": {address}})
	if !strings.Contains(page, "Haushalt 2027") {
		t.Fatalf("the page of %s shows no entries:\n%s", address, page)
	}
	values := url.Values{"add": {"1"}}
	_, second, _ := strings.Cut(page, "<h2>Hinzufügen</h2>")
	for _, m := range hiddenInput.FindAllStringSubmatch(second, -1) {
		values.Set(m[1], html.UnescapeString(m[2]))
	}
	name := values.Get("name")
	at, _ := s.sendForm(t, key, "/sources/new", values)
	if at != "/sources/"+name || name == "" {
		t.Errorf("adding %v led to %s", values, at)
	}
	after, err := os.ReadFile(s.config())
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(s.config())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v, want 0600 as before", info.Mode(), err)
	}
	if strings.Replace(string(after), values.Get("yaml"), "", 1) != string(before) || !strings.Contains(string(after), address) {
		t.Errorf("the file became\n%s", after)
	}
	s.until("the new source is read", d, func() error {
		feed, err := s.feed("/sources/" + name + ".json")
		if err == nil && len(feed) == 0 {
			err = errors.New("it has no items")
		}
		return err
	})
	_, page = s.sendForm(t, key, "/sources/new", values)
	if !strings.Contains(page, "fehlerhaft") || !strings.Contains(page, "Um es von Hand einzutragen") {
		t.Errorf("adding it twice says\n%s", page)
	}
	if twice, _ := os.ReadFile(s.config()); string(twice) != string(after) {
		t.Error("adding it twice changed the file")
	}
	s.stop(d)
}
