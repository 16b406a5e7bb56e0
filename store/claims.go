package store

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A sourceTable is what claiming needs, in memory: when each source is due,
// and which hosts are claimed. One process holds the file, so claims need not
// be in it; due times are.
type sourceTable struct {
	mu     sync.Mutex
	hosts  map[string]*dueHost
	hostOf map[string]string // of the sources that are configured
	queue  dueQueue          // hosts with a due time that nobody has claimed
	expiry time.Time         // no claim ends before; zero: there is none
	token  uint64            // of the latest claim
	log    changeLog         // of the sources whose states changed
}

// A changeLog remembers the latest changes by the names of what changed. The
// n-th change of all has the number n.
type changeLog struct {
	names []string // of the changes since
	since uint64   // number of the change before them
}

// longestLog is how many changes are remembered.
const longestLog = 10_000

func (l *changeLog) add(name string) {
	l.names = append(l.names, name)
	if len(l.names) == longestLog {
		half := longestLog / 2
		l.names, l.since = slices.Clone(l.names[half:]), l.since+uint64(half)
	}
}

// forget has all that was changed before count as changed as a whole.
func (l *changeLog) forget() {
	l.since += uint64(len(l.names)) + 1
	l.names = nil
}

// after are the names of what changed after a change, each once, and the
// number of the latest; known is false where that is not remembered.
func (l *changeLog) after(n uint64) (names []string, latest uint64, known bool) {
	latest = l.since + uint64(len(l.names))
	if n < l.since || n > latest {
		return nil, latest, false
	}
	names = slices.Clone(l.names[n-l.since:])
	slices.Sort(names)
	return slices.Compact(names), latest, true
}

// A dueHost is a host, when its sources are due, and who has claimed it.
type dueHost struct {
	name    string
	sources []dueSource
	due     time.Time  // the earliest; zero: never
	claim   news.Claim // the zero Claim: there is none
	token   uint64     // of its latest claim, whether that has ended or not
	place   int        // in the queue; -1: not in it
}

type dueSource struct {
	name string
	due  time.Time // zero: never
}

// A dueQueue is a heap of hosts, the longest due first.
type dueQueue []*dueHost

func (q dueQueue) Len() int { return len(q) }
func (q dueQueue) Less(i, j int) bool {
	return cmp.Or(q[i].due.Compare(q[j].due), cmp.Compare(q[i].name, q[j].name)) < 0
}
func (q dueQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i]; q[i].place, q[j].place = i, j }
func (q *dueQueue) Push(h any)   { h.(*dueHost).place = len(*q); *q = append(*q, h.(*dueHost)) }
func (q *dueQueue) Pop() any {
	old := *q
	h := old[len(old)-1]
	*q, h.place = old[:len(old)-1], -1
	return h
}

func (st *sourceTable) reset() {
	st.hosts, st.hostOf, st.queue, st.expiry = map[string]*dueHost{}, map[string]string{}, nil, time.Time{}
}

// set notes a source's state.
func (st *sourceTable) set(r sourceRecord) {
	r.Name, r.Host = strings.Clone(r.Name), strings.Clone(r.Host) // they are parts of the whole record
	st.mu.Lock()
	defer st.mu.Unlock()
	if r.Configured {
		st.log.add(r.Name)
	} else {
		st.log.forget()
	}
	if host, ok := st.hostOf[r.Name]; ok && (host != r.Host || !r.Configured) {
		delete(st.hostOf, r.Name)
		h := st.hosts[host]
		h.sources = slices.DeleteFunc(h.sources, func(s dueSource) bool { return s.name == r.Name })
		st.settle(h)
	}
	if !r.Configured {
		return
	}
	h := st.host(r.Host)
	st.hostOf[r.Name] = r.Host
	i := slices.IndexFunc(h.sources, func(s dueSource) bool { return s.name == r.Name })
	if i < 0 {
		i = len(h.sources)
		h.sources = append(h.sources, dueSource{name: r.Name})
	}
	h.sources[i].due = r.Due
	st.settle(h)
}

// settle gives a host its place in the queue, or forgets it.
func (st *sourceTable) settle(h *dueHost) {
	h.due = time.Time{}
	for _, src := range h.sources {
		if !src.due.IsZero() && (h.due.IsZero() || src.due.Before(h.due)) {
			h.due = src.due
		}
	}
	waits := !h.due.IsZero() && h.claim.Expires.IsZero()
	switch {
	case h.place >= 0 && waits:
		heap.Fix(&st.queue, h.place)
	case h.place >= 0:
		heap.Remove(&st.queue, h.place)
	case waits:
		heap.Push(&st.queue, h)
	}
	if len(h.sources) == 0 && h.claim.Expires.IsZero() {
		delete(st.hosts, h.name)
	}
}

// expire ends the claims whose time is up.
func (st *sourceTable) expire(now time.Time) {
	if st.expiry.IsZero() || st.expiry.After(now) {
		return
	}
	st.expiry = time.Time{}
	for _, h := range st.hosts {
		switch {
		case h.claim.Expires.IsZero():
		case h.claim.Expires.After(now):
			st.endsAt(h.claim.Expires)
		default:
			h.claim = news.Claim{}
			st.settle(h)
		}
	}
}

func (st *sourceTable) endsAt(expires time.Time) {
	if st.expiry.IsZero() || expires.Before(st.expiry) {
		st.expiry = expires
	}
}

// Claim gives owner the right to visit up to limit hosts that have a due source
// and are not claimed by another, the longest due first. With hosts named it
// gives those of them that nobody has claimed, due or not. A claim that is
// neither renewed nor released ends after ttl, by the archive's clock.
func (s *Store) Claim(_ context.Context, owner string, ttl time.Duration, limit int, hosts ...string) (claims []news.Claim, err error) {
	st, now := &s.sources, s.now()
	st.mu.Lock()
	defer st.mu.Unlock()
	st.expire(now)
	for _, name := range hosts {
		if h := st.host(name); h.claim.Expires.IsZero() && len(claims) < limit {
			claims = append(claims, st.claim(h, owner, now, ttl))
		}
	}
	if len(hosts) > 0 {
		return claims, nil
	}
	for len(claims) < limit && len(st.queue) > 0 && !st.queue[0].due.After(now) {
		claims = append(claims, st.claim(st.queue[0], owner, now, ttl))
	}
	return claims, nil
}

// claim gives a host to owner.
func (st *sourceTable) claim(h *dueHost, owner string, now time.Time, ttl time.Duration) news.Claim {
	st.token++
	h.token = st.token
	h.claim = news.Claim{Host: h.name, Owner: owner, Expires: now.Add(ttl), Sources: h.dueNames(now), Token: st.token}
	st.settle(h)
	st.endsAt(h.claim.Expires)
	return h.claim
}

// host is the host with a name, known or not.
func (st *sourceTable) host(name string) *dueHost {
	h := st.hosts[name]
	if h == nil {
		h = &dueHost{name: name, place: -1}
		st.hosts[name] = h
	}
	return h
}

// Renew lets claims that still hold end after ttl from now, and returns them.
// One that has ended is not among them: another may have the host.
func (s *Store) Renew(_ context.Context, claims []news.Claim, ttl time.Duration) (held []news.Claim, err error) {
	st, now := &s.sources, s.now()
	st.mu.Lock()
	defer st.mu.Unlock()
	st.expire(now)
	for _, c := range claims {
		if h := st.hosts[c.Host]; h != nil && h.claim.Token == c.Token && !h.claim.Expires.IsZero() {
			h.claim.Expires = now.Add(ttl)
			st.endsAt(h.claim.Expires)
			c.Expires = h.claim.Expires
			held = append(held, c)
		}
	}
	return held, nil
}

// stale reports whether the host of a claim has been claimed anew since, or has
// ended and is of no source any more.
func (st *sourceTable) stale(c news.Claim) bool {
	if c.Host == "" {
		return false
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	h := st.hosts[c.Host]
	return h == nil || h.token != c.Token
}

// dueNames are a host's sources that are due, the longest due first.
func (h *dueHost) dueNames(now time.Time) []string {
	slices.SortFunc(h.sources, func(a, b dueSource) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.name, b.name)) })
	var names []string
	for _, src := range h.sources {
		if !src.due.IsZero() && !src.due.After(now) {
			names = append(names, src.name)
		}
	}
	return names
}

// Release ends a claim. Where it has expired and the host was claimed anew
// meanwhile, that claim stays.
func (s *Store) Release(_ context.Context, c news.Claim) error {
	st := &s.sources
	st.mu.Lock()
	defer st.mu.Unlock()
	if h := st.hosts[c.Host]; h != nil && h.claim.Token == c.Token {
		h.claim = news.Claim{}
		st.settle(h)
	}
	return nil
}

// NextDue is when the next source of a host that is not claimed is due; zero
// where none is.
func (s *Store) NextDue(context.Context) (time.Time, error) {
	st := &s.sources
	st.mu.Lock()
	defer st.mu.Unlock()
	st.expire(s.now())
	if len(st.queue) == 0 {
		return time.Time{}, nil
	}
	return st.queue[0].due, nil
}
