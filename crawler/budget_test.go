package crawler

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// prose is text of so many bytes that does not compress well.
func prose(seed uint64, size int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var b strings.Builder
	for b.Len() < size {
		fmt.Fprintf(&b, "%x ", r.Uint64())
		if r.IntN(12) == 0 {
			b.WriteString(". ")
		}
	}
	return b.String()
}

// TestGreedySource holds that a source with huge articles is bounded, that the
// visits which follow read the rest, and that all it held is given back.
func TestGreedySource(t *testing.T) {
	slugs := make([]string, 16)
	for i := range slugs {
		slugs[i] = fmt.Sprintf("nummer-%d", i)
	}
	w := newTown(t, slugs...)
	for i, slug := range slugs {
		w.text[slug] = prose(uint64(i), 400<<10)
	}
	d := newDesk(t, "memory: 16MiB\n"+oneSource(w.URL))
	b := d.budget.Load()
	most := int64(0)
	d.Archive = watched{d.Archive, func() { most = max(most, b.held.Load()) }}
	for range 40 {
		if v := d.visit(VisitOptions{}); v.Err != "" {
			t.Fatalf("visit: %+v", v)
		}
		if b.held.Load() != 0 {
			t.Fatalf("%d bytes are still held after a visit", b.held.Load())
		}
		d.pass(12 * time.Hour)
	}
	if items := d.items(); len(items) != len(slugs) {
		t.Errorf("%d items, want %d", len(items), len(slugs))
	}
	for _, it := range d.items() {
		if it.Partial {
			t.Errorf("%s was never completed", it.URL)
		}
	}
	if share := b.limit / shareOfVisit; most > share+3*maxBody || most < share/2 {
		t.Errorf("one source held %d bytes, want about its share of %d", most, share)
	}
}

// TestWhatIsHeldIsAllThatIsHeld holds that a visit takes no more memory than it
// counts: what it keeps of a huge page is no part of what the page was.
func TestWhatIsHeldIsAllThatIsHeld(t *testing.T) {
	const pages, size = 12, 2 << 20
	line := "Der Rat der Stadt hat am Abend über den Haushalt beraten und ihn beschlossen. "
	for name, text := range map[string]string{
		"little of it is the report": strings.Repeat("<p>"+strings.Repeat(line, 12)+"</p>\n", size/len(line)/12),
		"the teaser is a part of it": "<p class=teaser>" + line + "</p><p>" + strings.Repeat(line, size/len(line)) + "</p>",
		"meta data are the page": `<meta name="description" content="` + strings.Repeat(line, size/len(line)/2) +
			`"><meta name="author" content="` + strings.Repeat(line, size/len(line)/2) + `">`,
		"a script is the page": `<script type="application/ld+json">{"@type": "NewsArticle", "description": "` +
			strings.Repeat(line, size/len(line)) + `"}</script>`,
		"all is one line": "<p>" + line + strings.Repeat("<b></b> ", 10) + strings.Repeat("Haushalt ", size/9) + "</p>",
	} {
		t.Run(name, func(t *testing.T) {
			var slugs []string
			for i := range pages {
				slugs = append(slugs, fmt.Sprintf("nummer-%d", i))
			}
			w := newTown(t, slugs...)
			for _, slug := range slugs {
				w.text[slug] = text
			}
			d := newDesk(t, "memory: 1GiB\n"+oneSource(w.URL))
			var seen, heap, held []int64
			d.Archive = watched{d.Archive, func() {
				runtime.GC()
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				seen, heap, held = append(seen, int64(len(seen))), append(heap, int64(m.HeapAlloc)), append(held, d.budget.Load().held.Load())
			}}
			if v := d.visit(VisitOptions{}); v.Err != "" || v.Added != pages {
				t.Fatalf("visit: %+v", v)
			}
			last := len(seen) - 1
			grown, counted := heap[last]-heap[2], held[last]-held[2] // what is made once is there by then
			t.Logf("grown by %d, counted %d, in %d pages", grown, counted, last-2)
			if grown > counted*3/2+int64(last-2)<<16 {
				t.Errorf("the heap grew by %d KB in %d pages, of which %d were counted", grown>>10, last-2, counted>>10)
			}
		})
	}
}

// watched is an archive that tells of each page that is sealed.
type watched struct {
	Archive
	sealed func()
}

func (w watched) Seal(p news.RawPage) news.RawPage {
	w.sealed()
	return w.Archive.Seal(p)
}

// TestVisitStaysWhole holds that kept pages are written ahead of the items,
// and that readers see the items of a visit together.
func TestVisitStaysWhole(t *testing.T) {
	slugs := []string{"d", "c", "b", "a"}
	w := newTown(t, slugs...)
	for i, slug := range slugs {
		w.text[slug] = prose(uint64(i), 700<<10)
	}
	d := newDesk(t, oneSource(w.URL))
	var commits, whole atomic.Int64
	stop := d.store.Subscribe(func(c news.Committed) {
		commits.Add(1)
		whole.Store(int64(len(c.Added)))
	})
	defer stop()
	counted := &countingArchive{Archive: d.Archive}
	d.Archive = counted
	if v := d.visit(VisitOptions{}); v.Added != 4 || v.Err != "" {
		t.Fatalf("visit: %+v", v)
	}
	if counted.commits.Load() < 2 || commits.Load() != 1 || whole.Load() != 4 {
		t.Errorf("%d commits, of which readers saw %d with %d items, want several, one, 4", counted.commits.Load(), commits.Load(), whole.Load())
	}
	for _, slug := range slugs {
		raw, err := d.store.RawPage(t.Context(), w.URL+"/news/"+slug)
		if err != nil || !strings.Contains(string(raw.Body), "Meldung "+slug) || raw.ContentType == "" {
			t.Errorf("the page of %s: %d bytes, %v", slug, len(raw.Body), err)
		}
	}
}

// TestLargePagesWaitForRoom holds that few large pages are read at a time,
// however many are sent, and that who waits can leave.
func TestLargePagesWaitForRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(16 << 20) // room for one
		first, second := &load{budget: b}, &load{budget: b}
		if err := first.enter(t.Context()); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { done <- second.enter(t.Context()) }()
		synctest.Wait()
		select {
		case <-done:
			t.Fatal("there was room for two")
		default:
		}
		first.release()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	})
}

// TestLargePageIsRead holds that a page which asks for room comes whole, and
// gives the room back.
func TestLargePageIsRead(t *testing.T) {
	w := newTown(t)
	body := strings.Repeat("<p>viel Text</p>", 150_000)
	w.override = map[string]http.HandlerFunc{"/gross": func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "text/html")
		fmt.Fprint(rw, body)
	}}
	d := newDesk(t, "memory: 16MiB\n"+oneSource(w.URL))
	s := d.session("x", w.URL, 0, d.current.Load().sources["musterstadt"].own)
	for range 3 {
		a, err := s.get(t.Context(), w.URL+"/gross", news.PageState{})
		if err != nil || string(a.page.Body) != body {
			t.Fatalf("%v", err)
		}
		if s.load.room == 0 {
			t.Error("a large page asked for no room")
		}
		s.load.release()
	}
}

// TestLargePagesLeaveAProcessor holds that large pages are never parsed on all
// processors at once, and that small ones go on while they wait.
func TestLargePagesLeaveAProcessor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(DefaultMemory)
		ends := []func(){b.parse(smallPage + 1), b.parse(maxBody)}
		third := make(chan func(), 1)
		go func() { third <- b.parse(smallPage + 1) }()
		time.Sleep(100 * time.Millisecond)
		if len(third) > 0 {
			t.Error("three large pages are parsed on three processors")
		}
		b.parse(smallPage)() // waits for nobody, or the test is deadlocked
		ends[0]()
		ended := time.Now()
		ends = append(ends[1:], <-third)
		if rest := time.Since(ended); rest != restOfLarge*100*time.Millisecond {
			t.Errorf("after a large page that took 100ms the next one is parsed in %s", rest)
		}
		time.Sleep(time.Minute)
		for _, end := range ends {
			end()
		}
		time.Sleep(longestRest + 1)
		if b.parse(smallPage, smallPage)(); len(b.large) > 0 {
			t.Error("after small pages that are read together others wait")
		}
		if len(b.parsing)+len(b.large) > 0 {
			t.Errorf("%d and %d tokens were never given back", len(b.parsing), len(b.large))
		}
	})
}
