//go:build unix

package feedout

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"

	"github.com/stadtfeed/stadtfeed/internal/floor"
	"github.com/stadtfeed/stadtfeed/news"
)

// towns is an archive of n items as towns write them, with bodies of about
// two kilobytes.
func towns(n int) *fakeArchive {
	f := &fakeArchive{}
	words := strings.Fields("Die Stadt saniert von Montag an die Fahrbahn zwischen Rathaus und Bahnhof Verkehr wird umgeleitet Busse halten Ersatzhaltestellen Bahnhofstraße Bürgerinnen können sich über Maßnahmen informieren Haushalt Ausschuss öffentlich Sitzung Kinder Jugendliche Angebote kostenfrei Anmeldung bis Freitag möglich")
	r := rand.New(rand.NewPCG(3, 4))
	for i := range n {
		var b strings.Builder
		for range 12 {
			b.WriteString("<p>")
			for range 22 {
				b.WriteString(words[r.IntN(len(words))] + strconv.Itoa(r.IntN(9)) + " ")
			}
			b.WriteString("</p>\n")
		}
		body := b.String()
		at := noon.Add(-time.Duration(i) * time.Hour)
		f.add(news.Item{
			Sources: []string{"kassel"}, Language: "de", Place: "Kassel", Headline: "Straßensperrung " + strconv.Itoa(i), Shown: at, FirstSeen: at.Add(-72 * time.Hour),
			Teaser: "Die Stadt saniert von Montag an die Fahrbahn zwischen Rathaus und Bahnhof.", BodyHTML: body, BodyText: body, Tags: []string{"Verkehr", "Baustellen"},
		})
	}
	return f
}

// BenchmarkRender compares writing 50 items with gorilla/feeds alone, which
// writes fewer elements.
func BenchmarkRender(b *testing.B) {
	s := newServer(b, towns(50))
	for _, as := range []form{rss, atom, jsonFeed} {
		b.Run(as.suffix()[1:], func(b *testing.B) {
			sel := selection{modified: noon}
			sel.items, _ = s.archive.Items(b.Context(), news.Query{Limit: 50})
			const turn = 10
			race := floor.Race{Unit: "µs/feed", Per: turn, Must: 1.2}
			for b.Loop() {
				race.Ours(func() {
					for range turn {
						if _, err := s.feedOf(s.site.Load(), want{path: "/all"}, as, sel, "Titel", "Text").write(as); err != nil {
							b.Fatal(err)
						}
					}
				})
				race.Floor(func() {
					for range turn {
						if err := writeGorilla(gorilla(sel.items), as); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			race.Report(b)
		})
	}
}

// gorilla is the items in gorilla's own model.
func gorilla(items []news.Item) *feeds.Feed {
	f := &feeds.Feed{Title: "Titel", Link: &feeds.Link{Href: "https://feeds.example.org/all"}, Description: "Text", Updated: noon}
	for _, it := range items {
		f.Add(&feeds.Item{Title: it.Headline, Link: &feeds.Link{Href: it.URL}, Id: it.ID, Description: it.Teaser, Content: it.BodyHTML, Created: it.Shown})
	}
	return f
}

func writeGorilla(f *feeds.Feed, as form) error {
	var b bytes.Buffer
	switch as {
	case rss:
		return f.WriteRss(&b)
	case atom:
		return f.WriteAtom(&b)
	}
	return f.WriteJSON(&b)
}

// A load is one kind of request against a server.
type load struct {
	name    string
	headers string
}

var loads = []load{
	{"plain", ""},
	{"gzip", "Accept-Encoding: gzip\r\n"},
	{"304", "If-None-Match: %s\r\n"},
}

// BenchmarkWarm compares a warm feed with a bare net/http server that sends
// the same bytes and headers, over loopback, in turns of the same run; the
// processor time is that of server and client in both.
func BenchmarkWarm(b *testing.B) {
	s := newServer(b, towns(200))
	for _, l := range loads {
		w := get(b, s, "/all.rss", "Accept-Encoding", map[bool]string{true: "gzip"}[l.name == "gzip"])
		tag := w.Header().Get("Etag")
		bare := bareServer(w)
		b.Run(l.name, func(b *testing.B) {
			headers := l.headers
			if strings.Contains(headers, "%s") {
				headers = fmt.Sprintf(headers, tag)
			}
			ours, plain := dial(b, s, headers), dial(b, bare, headers)
			var took, cpu [2]time.Duration
			const turn = 200
			for b.Loop() {
				for i, c := range []*client{ours, plain} {
					began, used := time.Now(), floor.CPU()
					for range turn {
						c.ask(b)
					}
					took[i] += time.Since(began)
					cpu[i] += floor.CPU() - used
				}
			}
			each := func(d time.Duration) float64 { return float64(turn*b.N) / d.Seconds() }
			floor.AtLeast(b, "req/s", each(took[0]), each(took[1]), 0.97)
			floor.AtMost(b, "cpu-µs/req", 1e6/each(cpu[0]), 1e6/each(cpu[1]), 1.06)
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkDuringCrawl compares a warm feed whose archive takes a hundred
// commits a second with one whose archive rests, in turns of the same run:
// x_idle is the ratio of requests per second (at least 0.6 wanted).
func BenchmarkDuringCrawl(b *testing.B) {
	busyArchive := towns(200)
	busy, idle := dial(b, newServer(b, busyArchive), loads[1].headers), dial(b, newServer(b, towns(200)), loads[1].headers)
	defer commits(busyArchive)()
	var took [2]time.Duration
	const turn = 200
	for b.Loop() {
		for i, c := range []*client{busy, idle} {
			began := time.Now()
			for range turn {
				c.ask(b)
			}
			took[i] += time.Since(began)
		}
	}
	b.ReportMetric(float64(took[1])/float64(took[0]), "x_idle")
}

// bareServer is the least that net/http must do for the same answer.
func bareServer(answer *httptest.ResponseRecorder) http.Handler {
	body, headers := answer.Body.Bytes(), answer.Header().Clone()
	headers.Set("Content-Length", strconv.Itoa(len(body)))
	tag := headers.Get("Etag")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, headers)
		if r.Header.Get("If-None-Match") == tag {
			delete(h, "Content-Length")
			delete(h, "Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(body)
	})
}

// A client sends one request over and over on one connection and throws the
// answer away with as little work as possible.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
}

func dial(b *testing.B, h http.Handler, headers string) *client {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }()
	b.Cleanup(func() { _ = server.Close() })
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	c := &client{conn: conn, in: bufio.NewReaderSize(conn, 1<<18), request: []byte("GET /all.rss HTTP/1.1\r\nHost: feeds.example.org\r\nUser-Agent: bench\r\n" + headers + "\r\n")}
	c.ask(b)
	return c
}

func (c *client) ask(b *testing.B) {
	if _, err := c.conn.Write(c.request); err != nil {
		b.Fatal(err)
	}
	length := 0
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			b.Fatal(err)
		}
		if len(line) <= 2 {
			break
		}
		if n, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(n)))
		}
	}
	if _, err := io.CopyN(io.Discard, c.in, int64(length)); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkHandler is the handler alone, without net/http around it.
func BenchmarkHandler(b *testing.B) {
	s := newServer(b, towns(200))
	r, err := http.NewRequest(http.MethodGet, "/all.rss", nil)
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip, deflate, br")
	w := nowhere{http.Header{}}
	s.ServeHTTP(w, r)
	b.ReportAllocs()
	for b.Loop() {
		clear(w.h)
		s.ServeHTTP(w, r)
	}
}
