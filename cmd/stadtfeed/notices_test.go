package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/notice"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// A room is a receiver of notices that remembers what it was told, and may refuse.
type room struct {
	*httptest.Server
	mu     sync.Mutex
	heard  []notice.Message
	refuse int // so many deliveries
	drop   int // so many deliveries are heard and not answered
}

func newRoom(t *testing.T) *room {
	r := &room{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.refuse > 0 {
			r.refuse--
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		var m notice.Message
		if err := json.NewDecoder(req.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		r.heard = append(r.heard, m)
		if r.drop > 0 {
			r.drop--
			panic(http.ErrAbortHandler)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// told are the headlines of each notice since the last call.
func (r *room) told() (all []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.heard {
		var lines []string
		for _, it := range m.Items {
			lines = append(lines, it.Headline)
		}
		if m.More > 0 {
			lines = append(lines, fmt.Sprintf("and %d", m.More))
		}
		all = append(all, strings.Join(lines, ", "))
	}
	r.heard = nil
	return all
}

func (r *room) want(t *testing.T, when string, want ...string) {
	t.Helper()
	if got := r.told(); !slices.Equal(got, want) {
		t.Errorf("%s: told %q, want %q", when, got, want)
	}
}

// A newsroom is an archive whose news are told.
type newsroom struct {
	*notifier
	t   *testing.T
	now time.Time
}

func openNewsroom(t *testing.T, path, yaml string, now time.Time) *newsroom {
	t.Helper()
	cfg, err := config.Parse("stadtfeed.yaml", []byte("language: en\ntimezone: UTC\nstore: "+path+"\n"+yaml))
	if err != nil {
		t.Fatal(err)
	}
	n := &newsroom{notifier: &notifier{core: &core{log: slog.New(slog.DiscardHandler)}, base: "https://feeds.example"}, t: t, now: now}
	n.cfg.Store(cfg)
	if n.store, err = store.Open(path, store.Options{Now: func() time.Time { return n.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.close() }) //nolint:errcheck // the test is over
	return n
}

// visit commits a visit of Kassel that brings items, published as long ago.
func (n *newsroom) visit(ago time.Duration, backfill bool, headlines ...string) {
	n.t.Helper()
	n.now = n.now.Add(time.Minute)
	r := news.Report{Visit: news.Visit{Source: "kassel", Started: n.now.Add(-time.Second)}}
	for i, h := range headlines {
		url := "https://kassel.example/" + news.Slug(h)
		r.Drafts = append(r.Drafts, news.Draft{Canonical: news.Canonical(url), Position: i, Backfill: backfill, Item: news.Item{
			URL: url, Headline: h, Sources: []string{"kassel"}, Tags: []string{"Verkehr"},
			Published: news.Moment{Time: n.now.Add(-ago), Precision: news.Second},
		}})
	}
	if _, err := n.store.Commit(n.t.Context(), r); err != nil {
		n.t.Fatal(err)
	}
}

// publish commits a visit of Kassel with one item at its top.
func (n *newsroom) publish(published news.Moment, headline string) {
	n.t.Helper()
	n.now = n.now.Add(time.Minute)
	url := "https://kassel.example/" + news.Slug(headline)
	it := news.Item{URL: url, Headline: headline, Sources: []string{"kassel"}, Tags: []string{"Verkehr"}, Published: published}
	r := news.Report{
		Visit:  news.Visit{Source: "kassel", Started: n.now.Add(-time.Second)},
		Drafts: []news.Draft{{Canonical: news.Canonical(url), Item: it}},
	}
	if _, err := n.store.Commit(n.t.Context(), r); err != nil {
		n.t.Fatal(err)
	}
}

// tell tells what is to be told after a while.
func (n *newsroom) tell(after time.Duration) {
	n.now = n.now.Add(after)
	n.run(n.t.Context(), n.now)
}

// morning is when newsrooms open: after the hour of a digest at seven.
var morning = time.Date(2026, 11, 28, 8, 0, 0, 0, time.UTC)

const kasselNotice = `
sources: [{name: kassel, url: "https://kassel.example/", title: Stadt Kassel}]
feeds: [{name: verkehr, title: Traffic, match: {tags: [Verkehr]}}]
notify: [{name: chat, feed: verkehr, webhook: "%s"%s}]
`

// TestNotices: each new item is told once, over refusals and restarts; what a
// first visit, a backfill or old news bring is not told.
func TestNotices(t *testing.T) {
	r := newRoom(t)
	path := filepath.Join(t.TempDir(), "a.db")
	yaml := fmt.Sprintf(kasselNotice, r.URL, "")
	n := openNewsroom(t, path, yaml, morning)
	n.tell(0)
	n.visit(time.Hour, false, "First visit one", "First visit two")
	n.tell(0)
	r.want(t, "first visit")
	n.visit(time.Hour, true, "Backfilled lately")
	n.visit(100*24*time.Hour, false, "Old news")
	n.visit(time.Hour, false, "Bridge closed", "Road works")
	n.tell(0)
	r.want(t, "new items", "Road works", "Bridge closed")
	n.tell(time.Minute)
	r.want(t, "nothing new")

	r.refuse = 2
	n.visit(time.Hour, false, "Detour")
	n.tell(time.Minute)
	n.tell(time.Second)
	n.tell(firstRetry)
	if r.refuse != 0 {
		t.Errorf("%d refusals are left: a receiver that refuses is not asked again after a minute", r.refuse)
	}
	n.tell(firstRetry)
	r.want(t, "while the wait doubles")
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
	n = openNewsroom(t, path, yaml, n.now)
	n.tell(0)
	n.tell(0)
	r.want(t, "after a restart", "Detour")
}

// TestNoticesOfToday: what stands at the top of its listing is told, whether its
// page prints a day, a time to come or nothing.
func TestNoticesOfToday(t *testing.T) {
	r := newRoom(t)
	n := openNewsroom(t, filepath.Join(t.TempDir(), "a.db"), fmt.Sprintf(kasselNotice, r.URL, ""), morning)
	n.tell(0)
	n.visit(time.Hour, false, "First visit")
	day := morning.Truncate(24 * time.Hour)
	for headline, published := range map[string]news.Moment{
		"A day": {Time: day, Precision: news.Day}, "Tomorrow": {Time: day.AddDate(0, 0, 1), Precision: news.Day},
		"At noon": {Time: day.Add(12 * time.Hour), Precision: news.Minute}, "No date": {},
	} {
		n.publish(published, headline)
		n.tell(0)
		r.want(t, "published "+published.String(), headline)
	}
}

// TestNoticesQueueWithinBounds: after a long refusal what waited is one notice,
// and what has waited for too long is none.
func TestNoticesQueueWithinBounds(t *testing.T) {
	r := newRoom(t)
	n := openNewsroom(t, filepath.Join(t.TempDir(), "a.db"), fmt.Sprintf(kasselNotice, r.URL, ""), morning)
	n.tell(0)
	r.refuse = 1
	var many []string
	for i := range itemsInNotice + 7 {
		many = append(many, fmt.Sprintf("Item %d", i))
	}
	n.visit(time.Hour, false, many...)
	items, err := n.store.Items(t.Context(), news.Query{BySeq: true})
	if err != nil {
		t.Fatal(err)
	}
	dl := n.deliveries()[0]
	if err := n.tellThem(dl, items); err == nil {
		t.Error("a notice that was refused was taken for delivered")
	}
	if err := n.tellThem(dl, items); err != nil {
		t.Fatal(err)
	}
	if got := r.told(); len(got) != 1 || !strings.HasSuffix(got[0], ", and 7") {
		t.Errorf("told %q, want one notice that ends with the number of the rest", got)
	}
	if fresh, err := n.fresh(t.Context(), items, n.now.Add(noticePatience+time.Hour)); err != nil || len(fresh) > 0 {
		t.Errorf("two days later %d items are news, %v", len(fresh), err)
	}
}

func (n *newsroom) tellThem(dl delivery, items []news.Item) error {
	return n.notifier.tell(n.t.Context(), dl, items, items[len(items)-1].Seq, n.now)
}

// TestNoticesAreRepeatedAsTheyWere: what was heard and not marked, as after a kill
// between answer and mark, is told again with the same items under the same id,
// also when more has come since; that is told after it.
func TestNoticesAreRepeatedAsTheyWere(t *testing.T) {
	for _, first := range []int{3, noticesAtOnce + 1} {
		r := newRoom(t)
		n := openNewsroom(t, filepath.Join(t.TempDir(), "a.db"), fmt.Sprintf(kasselNotice, r.URL, ""), morning)
		n.tell(0)
		n.visit(time.Hour, false, "First visit")
		var old, late, all []string
		for i := range noticesAtOnce - 1 {
			late = append(late, fmt.Sprintf("Late %d", i))
		}
		for i := range first {
			old = append(old, fmt.Sprintf("Item %d", i))
		}
		n.visit(time.Hour, false, old...)
		r.drop = 1
		n.tell(0)
		n.visit(time.Hour, false, late...)
		n.tell(firstRetry)
		n.tell(firstRetry)
		ids := map[string]string{} // of notices, by headline
		for _, m := range r.heard {
			for _, it := range m.Items {
				if id, repeated := ids[it.Headline]; repeated && id != m.ID {
					t.Errorf("%s is told as %s and as %s", it.Headline, id, m.ID)
				}
				ids[it.Headline] = m.ID
			}
			all = append(all, fmt.Sprint(len(m.Items)))
		}
		want := map[int]string{3: "1 1 1 1", noticesAtOnce + 1: "11 11"}[first] + strings.Repeat(" 1", len(late))
		if got := strings.Join(all, " "); got != want || len(ids) != first+len(late) {
			t.Errorf("after %d items that were not marked: notices of %s items about %d, want %s", first, got, len(ids), want)
		}
	}
}

// TestDigest: what is new is told together when the digest is due, also when
// the daemon did not run then; a digest without news is none.
func TestDigest(t *testing.T) {
	dl := delivery{key: "notice/a/hook"}
	if err := dl.Digest.UnmarshalText([]byte("0 7 * * *")); err != nil {
		t.Fatal(err)
	}
	last := time.Date(2026, 11, 28, 7, 0, 10, 0, time.UTC)
	marks := map[string]uint64{"notice/a/hook/digest": uint64(last.Unix())}
	for at, want := range map[time.Duration]bool{time.Hour: false, 23 * time.Hour: false, 24 * time.Hour: true, 50 * time.Hour: true} {
		if got := dl.due(marks, time.UTC, last.Add(at)); got != want {
			t.Errorf("%s after the last digest: due = %v", at, got)
		}
	}
	r := newRoom(t)
	n := openNewsroom(t, filepath.Join(t.TempDir(), "a.db"), fmt.Sprintf(kasselNotice, r.URL, `, digest: "0 7 * * *"`), morning)
	n.tell(0)
	n.visit(time.Hour, false, "First visit")
	n.visit(time.Hour, false, "Bridge closed", "Road works")
	n.tell(time.Second)
	r.want(t, "before it is due")
	n.tell(25 * time.Hour)
	r.want(t, "when it is due", "Road works, Bridge closed")
	n.tell(25 * time.Hour)
	r.want(t, "a day later")
}

// TestUnsubscribing: a receiver's token ends his mails and nobody else's, and is
// the same after a restart.
func TestUnsubscribing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	yaml := `
mail: {server: "127.0.0.1:1", from: news@town.example, tls: none}
feeds: [{name: verkehr, title: Traffic, match: {tags: [Verkehr]}}]
notify: [{name: mails, feed: verkehr, mail: [mia@reader.example, ben@reader.example]}]
`
	n := openNewsroom(t, path, yaml, morning)
	n.tell(0)
	mia := n.deliveries()[0]
	token, err := n.token(t.Context(), mia.key)
	if err != nil || len(token) != 24 {
		t.Fatalf("token = %q, %v", token, err)
	}
	if title, err := n.unsubscribe(t.Context(), token, false); title != "Traffic" || err != nil {
		t.Errorf("looking at a token: %q, %v", title, err)
	}
	if err := n.close(); err != nil {
		t.Fatal(err)
	}
	n = openNewsroom(t, path, yaml, n.now)
	if _, err := n.unsubscribe(t.Context(), token, true); err != nil {
		t.Error(err)
	}
	if _, err := n.unsubscribe(t.Context(), token+"x", true); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("a token that nobody has: %v", err)
	}
	n.visit(time.Hour, false, "First visit")
	n.visit(time.Hour, false, "Bridge closed")
	var asked []string
	for _, dl := range n.deliveries() {
		if err := n.deliver(t.Context(), dl, n.now); err != nil { // nobody listens at the mail server
			asked = append(asked, dl.to)
		}
	}
	if !slices.Equal(asked, []string{"ben@reader.example"}) {
		t.Errorf("mails were tried to %q, want ben only", asked)
	}
}

// TestTryNotice: stadtfeed notify test sends to all receivers of one notice, and
// says which did not take it.
func TestTryNotice(t *testing.T) {
	r := newRoom(t)
	cfg, err := config.Parse("stadtfeed.yaml", []byte(fmt.Sprintf(kasselNotice, r.URL, "")))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	a := &app{out: &out}
	if err := a.tryNotice(t.Context(), cfg, "chat"); err != nil || out.String() != "chat: sent to the webhook\n" {
		t.Errorf("it says %q, %v", out.String(), err)
	}
	r.want(t, "by hand", "Test: So sieht eine neue Meldung aus")
	r.refuse = 1
	if err := a.tryNotice(t.Context(), cfg, "chat"); err == nil || !strings.Contains(err.Error(), "chat, the webhook: 127.0.0.1:") {
		t.Errorf("a receiver that refuses: %v", err)
	}
	if err := a.tryNotice(t.Context(), cfg, "chats"); err == nil || !strings.Contains(err.Error(), "did you mean chat?") {
		t.Errorf("a notice that is not there: %v", err)
	}
}
