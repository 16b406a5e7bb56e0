package store

import (
	"bytes"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// A look is the archive as a decision sees it. It remembers what it answered, so
// that a decision that was made beside the writer can be held against the archive
// once the writer's lock is there: where every answer is the same, so is the decision.
type look struct {
	t       *txn
	db      *bbolt.DB
	tx      int            // the transaction's number
	recent  *decide.Latest // the recent items that are asked
	records []seenRecord
	answers []func(*txn) (same bool, err error)
	kept    contents
}

var _ decide.Archive = (*look)(nil)

// A seenRecord is a record that was looked at: its checksum, or that there was none.
type seenRecord struct {
	b     bucket
	key   []byte
	sum   uint32
	there bool
}

// contents are bodies that were unpacked for a request, with the checksums of
// their records: a second try need not unpack them again.
type contents map[uint64]keptContent

type keptContent struct {
	sum uint32
	decide.Content
}

// sumOf is the checksum that a record begins with.
func sumOf(record []byte) (sum uint32, there bool) {
	if len(record) < 4 {
		return 0, record != nil
	}
	return binary.BigEndian.Uint32(record), true
}

// see is the record at a key, nil where there is none; it is noted.
func (l *look) see(b bucket, key []byte) []byte {
	if l.records == nil {
		l.records = make([]seenRecord, 0, 16)
	}
	record := l.t.get(b, key)
	sum, there := sumOf(record)
	l.records = append(l.records, seenRecord{b, key, sum, there})
	return record
}

// newLook is a look at the archive as it stands in a transaction; in none, where
// there is nothing to look for.
func newLook(t *txn, kept contents) *look {
	l := &look{t: t, kept: kept}
	if t.tx != nil {
		l.db, l.tx, l.recent = t.tx.DB(), t.tx.ID(), t.s.recent.known()
	}
	return l
}

// isLatest reports whether a transaction, in which nothing was written yet, is the
// one after that of the look: then every answer is the same, and none needs to be
// asked for.
func (l *look) isLatest(t *txn) bool {
	return t.tx.DB() == l.db && t.tx.ID() == l.tx+1 && t.s.recent.known() == l.recent
}

// holds reports whether the archive would still answer the same.
func (l *look) holds(t *txn) (bool, error) {
	for _, r := range l.records {
		if sum, there := sumOf(t.get(r.b, r.key)); sum != r.sum || there != r.there {
			return false, nil
		}
	}
	for _, same := range l.answers {
		if ok, err := same(t); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

// Name implements decide.Archive.
func (l *look) Name(n decide.Name) (uint64, error) {
	record := l.see(names, n[:])
	if record == nil {
		return 0, nil
	}
	payload, err := unseal(names, n[:], record)
	return tailSeq(payload), err
}

// Head implements decide.Archive.
func (l *look) Head(seq uint64) (*decide.Head, error) {
	key := seqKey(seq)
	h, err := readHead(seq, key, l.see(items, key))
	if h == nil || err != nil {
		return nil, err
	}
	return &h.Head, nil
}

// Content implements decide.Archive.
func (l *look) Content(seq uint64) (decide.Content, error) {
	sum, _ := sumOf(l.see(bodies, seqKey(seq)))
	if kept, ok := l.kept[seq]; ok && kept.sum == sum {
		return kept.Content, nil
	}
	c, err := l.t.content(seq)
	if err == nil {
		l.kept[seq] = keptContent{sum, c}
	}
	return c, err
}

// Titled implements decide.Archive.
func (l *look) Titled(source string, headline uint64, most int) ([]uint64, error) {
	seqs := l.t.titled(source, headline, most)
	l.answers = append(l.answers, func(t *txn) (bool, error) {
		return slices.Equal(seqs, t.titled(source, headline, most)), nil
	})
	return seqs, nil
}

// Like implements decide.Archive.
func (l *look) Like(key decide.Recent) ([]decide.Recent, error) {
	like, err := l.t.like(key)
	l.answers = append(l.answers, func(t *txn) (bool, error) {
		now, err := t.like(key)
		return slices.Equal(like, now), err
	})
	return like, err
}

// Retold implements decide.Archive.
func (l *look) Retold(id string) (bool, error) {
	retold := len(l.t.repeats(id)) > 0
	l.answers = append(l.answers, func(t *txn) (bool, error) { return retold == (len(t.repeats(id)) > 0), nil })
	return retold, nil
}

// Source implements decide.Archive.
func (l *look) Source(name string) (decide.Source, error) {
	src, err := l.t.asDecided(name)
	l.answers = append(l.answers, func(t *txn) (bool, error) {
		now, err := t.asDecided(name)
		return now == src, err
	})
	return src, err
}

// Owned implements decide.Archive.
func (l *look) Owned(source string) (bool, error) {
	ask := func(t *txn) (bool, error) {
		r, known, err := t.source(source)
		return !known || r.Configured, err
	}
	owned, err := ask(l.t)
	l.answers = append(l.answers, func(t *txn) (bool, error) {
		now, err := ask(t)
		return now == owned, err
	})
	return owned, err
}

// Held implements decide.Archive.
func (l *look) Held(canonical string) (since time.Time, found bool, err error) {
	if l.see(held, []byte(canonical)) == nil {
		return time.Time{}, false, nil
	}
	h, found, err := l.t.heldDraft([]byte(canonical))
	return h.Since, found, err
}

// titled are a source's items with a headline (its hash).
func (t *txn) titled(source string, headline uint64, most int) (seqs []uint64) {
	from := headlineKey(source, headline)
	c := t.indexCursor()
	for k, _ := c.Seek(from); bytes.HasPrefix(k, from) && len(seqs) < most; k, _ = c.Next() {
		seqs = append(seqs, tailSeq(k))
	}
	return seqs
}

// asDecided is what deciding needs to know of a source.
func (t *txn) asDecided(name string) (src decide.Source, err error) {
	r, known, err := t.source(name)
	if err != nil {
		return src, err
	}
	n, err := t.tally(countKey(news.Source, name))
	return decide.Source{Known: known, LastSuccess: r.LastSuccess, Items: n.Items, Oldest: t.oldest(name)}, err
}

// oldest is Shown of a source's oldest item.
func (t *txn) oldest(source string) time.Time {
	from := prefix(facetKind[news.Source], source, byShown)
	k, _ := t.indexCursor().Seek(from)
	if !bytes.HasPrefix(k, from) || len(k) != len(from)+whenLen+seqLen {
		return time.Time{}
	}
	return readWhen(k[len(from):])
}

// recentItems are the latest items, for all that decide. A transaction that
// fails throws them away; they are read again when next asked for.
type recentItems struct {
	mu     sync.RWMutex
	latest *decide.Latest
}

func (r *recentItems) add(it decide.Recent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.latest != nil {
		r.latest.Add(it)
	}
}

// known are the recent items; nil: they have to be read again.
func (r *recentItems) known() *decide.Latest {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.latest
}

func (r *recentItems) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.latest = nil
}

// like are the recent items that may tell the same.
func (t *txn) like(key decide.Recent) ([]decide.Recent, error) {
	r := &t.s.recent
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.latest == nil {
		return nil, errNoRecent
	}
	return r.latest.Like(key), nil
}

// readRecent reads the latest items, in a transaction that nothing is written
// beside.
func (t *txn) readRecent() error {
	r := &t.s.recent
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.latest != nil {
		return nil
	}
	var found []decide.Recent
	w := t.walkDown([]byte{kindAll}, t.now().Add(-2*decide.StoryWindow), time.Time{})
	for w.next() && len(found) < decide.MaxRecent {
		h, err := t.head(w.seq)
		if err != nil {
			return err
		}
		if h != nil {
			found = append(found, h.Recent())
		}
	}
	latest := decide.NewLatest()
	for _, it := range slices.Backward(found) {
		latest.Add(it)
	}
	r.latest = latest
	return nil
}
