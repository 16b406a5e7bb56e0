package feedout

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A key names one prepared answer.
type key struct {
	path  string
	query string // canonical; see want.key
	view  view
}

// A view is who is answered: a feed reader, or people of one language.
type view uint8

const (
	forReaders view = iota
	forPeople       // plus the language
)

// An answer is one prepared response, with the encodings of it that were asked
// for. What it holds never changes; how long it holds does.
type answer struct {
	kind     string // Content-Type
	vary     string
	control  string       // Cache-Control
	robots   string       // X-Robots-Tag; empty: none
	csp      []string     // of a page, with the headers that browsers heed; nil: any site's scripts may read it
	private  bool         // only for who has a key
	link     string       // Link; empty: none
	about    []news.Query // a feed: as long as nothing of these changed, it holds; empty: until anything changes
	file     string       // name under which a browser saves it; empty: it shows it
	digest   string       // of the plain body
	body     []byte
	modified time.Time

	head  atomic.Pointer[head]
	fresh atomic.Pointer[freshness]
	used  atomic.Int64 // by the shelf's clock
	asked atomic.Bool  // since shelf.asked was last called
	bytes atomic.Int64 // of body and encodings
	held  bool         // on the shelf, whose lock guards this
	once  [encodings]sync.Once
	coded [encodings]atomic.Pointer[coded]
}

// A freshness is until when an answer needs no second look.
type freshness struct {
	generation uint64
	until      time.Time
	second     time.Time // begin of the second in which renderings are counted
	renders    int       // in that second
}

// busiest is how often a second a changing answer is rendered anew; a crawl of
// all sources commits far more often, and who asks in between gets the answer
// of a moment ago.
const busiest = 4

// good reports whether the answer may be given as it is.
func (a *answer) good(archive Archive, now time.Time) bool {
	f := a.fresh.Load()
	if !now.Before(f.until) {
		return false
	}
	return a.current(archive) || f.renders >= busiest && now.Sub(f.second) < time.Second
}

// current reports whether nothing that the answer shows has changed since.
func (a *answer) current(archive Archive) bool {
	generation := a.fresh.Load().generation
	return generation == archive.Generation() || len(a.about) > 0 && !changedSince(archive, a.about, generation)
}

// changedSince reports whether something that fits one of the queries may have
// changed after a generation.
func changedSince(archive Archive, about []news.Query, generation uint64) bool {
	return slices.ContainsFunc(about, func(q news.Query) bool { return archive.Changed(q) > generation })
}

// next is the freshness after another rendering.
func (f *freshness) next(generation uint64, until, now time.Time) *freshness {
	n := &freshness{generation: generation, until: until, second: now, renders: 1}
	if f != nil && now.Sub(f.second) < time.Second {
		n.second, n.renders = f.second, f.renders+1
	}
	return n
}

// digest names content. It is the same on every server and after a restart.
func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:12])
}

// adopt takes over what the former answer under the same key still says rightly.
// The two have different content, so the later one was modified later.
func (a *answer) adopt(former *answer, now time.Time) {
	if a.modified.After(former.modified) {
		return
	}
	a.modified = now.Truncate(time.Second)
	if !a.modified.After(former.modified) {
		a.modified = former.modified.Add(time.Second)
	}
}

// same reports whether the answers are alike on the wire.
func (a *answer) same(b *answer) bool {
	return a.digest == b.digest && a.kind == b.kind && a.control == b.control && a.robots == b.robots && a.link == b.link &&
		bytes.Equal(a.body, b.body)
}

// A shelf holds prepared answers up to a number of bytes. Which one goes when
// it is full is decided by sampling: the longest unused of a few.
type shelf struct {
	limit int64
	size  atomic.Int64
	clock atomic.Int64
	mu    sync.RWMutex
	held  map[key]*answer
}

func newShelf(limit int) *shelf {
	return &shelf{limit: int64(limit), held: make(map[key]*answer)}
}

// get finds an answer.
func (s *shelf) get(k key) *answer {
	s.mu.RLock()
	a := s.held[k]
	s.mu.RUnlock()
	if a != nil {
		a.used.Store(s.clock.Load())
		if !a.asked.Load() {
			a.asked.Store(true)
		}
	}
	return a
}

// asked are the answers to readers that were asked for since it was last called.
func (s *shelf) asked() map[key]*answer {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := map[key]*answer{}
	for k, a := range s.held {
		if k.view == forReaders && a.asked.Swap(false) {
			all[k] = a
		}
	}
	return all
}

// put places an answer and makes room for it.
func (s *shelf) put(k key, a *answer) {
	a.bytes.Store(int64(len(a.body)) + 1024)
	a.used.Store(s.clock.Add(1))
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.held[k]; old != nil {
		s.forget(old)
	}
	s.held[k], a.held = a, true
	s.size.Add(a.bytes.Load())
	for s.size.Load() > s.limit && len(s.held) > 1 {
		s.drop(k)
	}
}

// drop takes out the longest unused of a sample, but not the one under keep.
func (s *shelf) drop(keep key) {
	const sample = 12
	var oldest key
	var found *answer
	seen := 0
	for k, a := range s.held { // the map's order is random enough
		if k == keep {
			continue
		}
		if found == nil || a.used.Load() < found.used.Load() {
			oldest, found = k, a
		}
		if seen++; seen == sample {
			break
		}
	}
	delete(s.held, oldest)
	s.forget(found)
}

// forget takes what an answer weighs off the shelf.
func (s *shelf) forget(a *answer) {
	a.held = false
	s.size.Add(-a.bytes.Load())
}

// grow notes that an answer got bigger by an encoding.
func (s *shelf) grow(a *answer, by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.bytes.Add(int64(by))
	if a.held {
		s.size.Add(int64(by))
	}
}

func (s *shelf) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.held {
		s.forget(a)
	}
	clear(s.held)
}
