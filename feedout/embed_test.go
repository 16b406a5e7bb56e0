package feedout

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestEmbedding(t *testing.T) {
	archive := sample(t)
	closed, open := newServer(t, archive), newServer(t, archive, func(at *Site, _ *Options) {
		at.Embed = []string{"https://www.kassel.example", "https://intranet.example:8443"}
		at.Feeds = append(at.Feeds, SavedFeed{Name: "geheim", Private: true})
	})
	for _, path := range []string{"/", "/all", "/embed/all", "/places/kassel", "/nothing"} {
		for s, want := range map[*Server]string{closed: "'none'", open: "https://www.kassel.example https://intranet.example:8443"} {
			if csp := get(t, s, path, "Accept", "text/html").Header().Get("Content-Security-Policy"); !strings.HasSuffix(csp, "; frame-ancestors "+want) {
				t.Errorf("%s: Content-Security-Policy %q, want frame-ancestors %s", path, csp, want)
			}
		}
	}
	frame := "&lt;iframe src=&#34;https://feeds.example.org/nord/embed/places/kassel&#34;"
	if strings.Contains(get(t, closed, "/places/kassel", "Accept", "text/html").Body.String(), "iframe") {
		t.Error("a frame is offered where no site may show one")
	}
	contains(t, get(t, open, "/places/kassel", "Accept", "text/html").Body.String(), frame)

	w := get(t, open, "/embed/places/kassel?limit=1")
	page := w.Body.String()
	contains(t, page, "Haushalt 2027 &amp; Ausblick", `target="_top" href="https://feeds.example.org/nord/places/kassel?limit=1"`, `<html lang="de">`)
	for _, no := range []string{"<script", "TikTok", "<form", "<nav"} {
		if strings.Contains(page, no) {
			t.Errorf("the embedded page has %q:\n%s", no, page)
		}
	}
	if w.Header().Get("X-Robots-Tag") != "noindex" {
		t.Errorf("headers %v", w.Header())
	}
	golden(t, "embed.html.golden", bytes.ReplaceAll(get(t, open, "/embed/places/kassel").Body.Bytes(), []byte(prepared().version), nil))
	for path, status := range map[string]int{
		"/embed/places/Kassel": 308, "/embed/nothing": 404, "/embed": 404, "/embed/sources/nobody": 404, "/embed/feeds/geheim": 401, "/embed/search?q=seit:gestern": 400,
		"/embed/feeds/digital": 200, "/embed/tags/gibt-es-nicht": 404,
	} {
		if w := get(t, open, path); w.Code != status {
			t.Errorf("%s = %d, want %d", path, w.Code, status)
		}
	}
}

func TestOtherSitesScriptsReadFeeds(t *testing.T) {
	s := newServer(t, sample(t))
	for path, want := range map[string]string{
		"/all.rss": "*", "/all.json": "*", "/opml": "*", "/tags/haushalt.atom": "*", "/": "", "/status": "", "/metrics": "",
	} {
		w := get(t, s, path, "Origin", "https://www.kassel.example")
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != want {
			t.Errorf("%s: Access-Control-Allow-Origin %q, want %q", path, got, want)
		}
		r := httptest.NewRequest(http.MethodOptions, path, nil)
		r.Header.Set("Access-Control-Request-Method", "GET")
		r.Header.Set("Access-Control-Request-Headers", "if-none-match")
		w = httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if may := w.Code == http.StatusNoContent && strings.Contains(w.Header().Get("Access-Control-Allow-Headers"), "If-None-Match"); may != (want != "") {
			t.Errorf("OPTIONS %s = %d %v, want leave: %v", path, w.Code, w.Header(), want != "")
		}
	}
	tag := get(t, s, "/all.rss").Header().Get("Etag")
	if w := get(t, s, "/all.rss", "If-None-Match", tag); w.Code != 304 || w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("304: %d %v", w.Code, w.Header())
	}
}

func TestHeadsAndLinks(t *testing.T) {
	archive := sample(t)
	s := newServer(t, archive, func(at *Site, _ *Options) {
		at.Links = []Link{{"Impressum", "https://www.example.org/impressum"}, {"Falle", "javascript:alert(1)"}, {"Datenschutz", "https://www.example.org/datenschutz"}}
	})
	item := get(t, s, "/items/"+shortID(archive.items[0].ID), "Accept", "text/html").Body.String()
	contains(t, item, `<meta property="og:title" content="Neuer Auftritt bei TikTok">`, `<meta property="og:type" content="article">`,
		`<meta property="og:url" content="https://feeds.example.org/nord/items/`+shortID(archive.items[0].ID)+`">`, `<meta property="og:description" content="Die Stadt Kassel bespielt`,
		`<meta property="og:image" content="https://www.kommune21.example/bild.jpg">`, `<meta name="twitter:card" content="summary_large_image">`,
		`<meta property="article:published_time" content="2024-06-10T12:00:00&#43;02:00">`, `<meta property="og:site_name" content="Nachrichten aus Nordhessen">`,
		`<a href="https://www.example.org/impressum">Impressum</a> · <a href="https://www.example.org/datenschutz">Datenschutz</a>`)
	if strings.Contains(item, "Falle") {
		t.Error("a link that is none is shown")
	}
	list := get(t, s, "/places/kassel", "Accept", "text/html").Body.String()
	contains(t, list, `<meta property="og:title" content="Kassel">`, `<meta property="og:type" content="website">`, `<meta property="og:url" content="https://feeds.example.org/nord/places/kassel">`, `<meta name="twitter:card" content="summary">`)
	gone := get(t, s, "/items/"+shortID(archive.items[3].ID), "Accept", "text/html").Body.String()
	if strings.Contains(gone, "Geheim") || strings.Contains(gone, "og:description") {
		t.Errorf("the head of a withdrawn item tells its text:\n%s", gone)
	}
}
