package store

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"iter"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// The full-text index.
//
// It is our own, in the archive's file: what has to be found is fixed by
// news.Item.Has (folded words, the last one of a term by its beginning), so the
// analyser of a search library would have to be taught exactly that, and one
// file with one backup would become two that can disagree. Measured against
// bleve it takes a fourteenth of the space, a ninth of the time to write and a
// fifth of the time to ask (see docs/explanation/archive.md).
// The analysis of both languages is news.Fold: umlauts as ae, oe, ue, ß as ss,
// letters without marks; the beginning of a word finds its inflections.
//
// It is made of segments that are written once, as in a log-structured merge
// tree: texts of new items gather in memory (the tail), every segmentItems
// items become a segment, and mergeWidth segments of a size become one. A word
// costs nothing in the transaction of a visit; after a restart the tail is read
// again from the items after the last segment. A segment is a sorted list of
// words with the Seqs that have them, cut into blocks of a few kilobytes.
//
// An item whose words change is indexed once more; reworded remembers which
// segment holds its present words, and what others say of it is ignored.

const (
	segmentItems = 1000
	mergeWidth   = 8
	maxWord      = 60               // bytes of a word that are indexed; longer ones are checked in the text
	blockSize    = 8000             // with its header a little under two pages of the file
	chunkSize    = 1 << 18          // written in one transaction
	drainItems   = 4 * segmentItems // read into the tail at a time
)

// A segment is a written part of the index.
type segment struct {
	id          uint32
	first, last uint64 // Seqs of the items that it was made for
	items       int
}

// tail stands for the id of a segment where the words are still in memory.
const tail = 0

type wordIndex struct {
	pendMu  sync.Mutex
	pending []pendingDoc // committed and not yet in the tail

	drainMu sync.Mutex
	grow    sync.Mutex // held while segments are written or merged

	mu       sync.RWMutex
	docs     map[uint64]string // tail: folded text of each item
	segs     []segment         // oldest first
	reworded map[uint64]uint32 // segment that holds the present words of an item
	nextID   uint32

	wake   chan struct{}
	broken atomic.Bool // a block is damaged: the maintainer makes the index anew
}

// A pendingDoc is an item whose words are to be indexed.
type pendingDoc struct {
	seq  uint64
	text string // folded; empty: to be read from the archive
}

// load reads which segments there are and what must be read into the tail.
func (w *wordIndex) load(t *txn) error {
	w.docs, w.reworded = map[uint64]string{}, map[uint64]uint32{}
	w.segs, w.nextID, w.pending = nil, 1, nil
	w.wake = make(chan struct{}, 1)
	err := t.bucket(segments).ForEach(func(k, v []byte) error {
		payload, err := unseal(segments, k, v)
		if err != nil {
			w.broken.Store(true)
			return nil
		}
		seg, err := decodeSegment(payload)
		w.segs = append(w.segs, seg)
		return err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(w.segs, func(a, b segment) int { return cmp.Compare(a.first, b.first) })
	if k, _ := t.bucket(words).Cursor().Last(); len(k) >= 4 {
		w.nextID = binary.BigEndian.Uint32(k) + 1
	}
	for _, seg := range w.segs {
		w.nextID = max(w.nextID, seg.id+1)
	}
	err = t.bucket(reworded).ForEach(func(k, v []byte) error {
		n, err := readNumber(reworded, k, v)
		if err != nil {
			w.broken.Store(true)
			return nil
		}
		id := uint32(n)
		w.reworded[tailSeq(k)] = id
		if id == tail && tailSeq(k) <= w.high() {
			w.pending = append(w.pending, pendingDoc{seq: tailSeq(k)})
		}
		return nil
	})
	c := t.bucket(items).Cursor()
	for k, _ := c.Seek(seqKey(w.high() + 1)); k != nil; k, _ = c.Next() {
		w.pending = append(w.pending, pendingDoc{seq: tailSeq(k)})
	}
	w.signal()
	return err
}

// high is the last item that a segment was made for.
func (w *wordIndex) high() uint64 {
	if len(w.segs) == 0 {
		return 0
	}
	return w.segs[len(w.segs)-1].last
}

func (s segment) encode() []byte {
	var e encoder
	e.uint(1, uint64(s.id))
	e.uint(2, s.first)
	e.uint(3, s.last)
	e.uint(4, uint64(s.items))
	return e.b
}

func decodeSegment(payload []byte) (s segment, err error) {
	d := decode(payload)
	for d.next() {
		switch d.field {
		case 1:
			s.id = uint32(d.num)
		case 2:
			s.first = d.num
		case 3:
			s.last = d.num
		case 4:
			s.items = int(d.num)
		}
	}
	return s, d.err
}

func segKey(id uint32, rest string) []byte {
	return append(binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(rest)), id), rest...)
}

// indexWords has the words of an item indexed once the transaction is on disk;
// old is nil for a new one, text is empty where it has yet to be folded.
func (t *txn) indexWords(old *head, seq uint64, text string) error {
	w := &t.s.words
	if old != nil {
		if err := t.putNumber(reworded, seqKey(seq), tail); err != nil {
			return err
		}
	}
	t.effects = append(t.effects, func() {
		if old != nil {
			w.mu.Lock()
			w.reworded[seq] = tail
			w.mu.Unlock()
		}
		w.pendMu.Lock()
		if len(w.pending) > drainItems {
			text = "" // whoever imports much need not keep it all in memory
		}
		w.pending = append(w.pending, pendingDoc{seq, text})
		full := len(w.pending) >= segmentItems
		w.pendMu.Unlock()
		if full {
			w.signal()
		}
	})
	return nil
}

func (w *wordIndex) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// catchUp reads the words of what was committed since into the tail. Of a long
// backlog it makes segments first.
func (s *Store) catchUp() error {
	w := &s.words
	for s.backlog() > drainItems {
		if err := s.growWords(segmentItems); err != nil {
			return err
		}
	}
	w.drainMu.Lock()
	defer w.drainMu.Unlock()
	for {
		if more, err := s.drain(); !more || err != nil {
			return err
		}
		if err := s.goesOn(); err != nil {
			return err
		}
	}
}

func (s *Store) backlog() int {
	s.words.pendMu.Lock()
	defer s.words.pendMu.Unlock()
	return len(s.words.pending)
}

// drain reads the words of some pending items; the caller holds drainMu.
func (s *Store) drain() (more bool, err error) {
	w := &s.words
	w.pendMu.Lock()
	n := min(len(w.pending), drainItems)
	batch := slices.Clone(w.pending[:n])
	w.pendMu.Unlock()
	if n == 0 {
		return false, nil
	}
	docs := map[uint64]string{}
	err = s.view(func(t *txn) (err error) {
		for _, doc := range batch {
			if doc.text == "" {
				if doc.text, err = t.foldedText(doc.seq); err != nil && !s.oneRecord(err) {
					return err
				}
			}
			docs[doc.seq] = doc.text
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	w.mu.Lock()
	maps.Copy(w.docs, docs)
	full := len(w.docs) >= segmentItems
	w.mu.Unlock()
	if full {
		w.signal()
	}
	w.pendMu.Lock()
	w.pending = w.pending[n:]
	w.pendMu.Unlock()
	return true, nil
}

// foldedText is all text in which an item's words are looked for.
func (t *txn) foldedText(seq uint64) (string, error) {
	h, err := t.head(seq)
	if h == nil || h.Forgotten || err != nil {
		return "", err
	}
	if err := t.body(&h.Item); err != nil {
		return "", err
	}
	return news.Fold(h.Headline) + " " + news.Fold(h.BodyText) + foldedRest(&h.Item), nil
}

// foldedRest is the folded text of an item besides headline and body.
func foldedRest(it *news.Item) string {
	var b strings.Builder
	for _, text := range append([]string{it.Kicker, it.Place, it.Teaser}, it.Tags...) {
		b.WriteByte(' ')
		b.WriteString(news.Fold(text))
	}
	return b.String()
}

// hasWord reports whether a folded text has a word, or with prefix one that
// begins so.
func hasWord(text, word string, prefix bool) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(word)
		if (at == 0 || text[at-1] == ' ') && (prefix || end == len(text) || text[end] == ' ') {
			return true
		}
		from = at + 1
	}
}

// rebuildWords makes the full-text index anew: all that it holds can be read from
// the items, so damage to it is no loss.
func (s *Store) rebuildWords() error {
	w := &s.words
	w.grow.Lock()
	defer w.grow.Unlock()
	w.drainMu.Lock()
	defer w.drainMu.Unlock()
	return s.update(func(t *txn) error {
		for _, b := range []bucket{segments, reworded} {
			if err := t.empty(b); err != nil {
				return err
			}
		}
		var all []pendingDoc
		c := t.bucket(items).Cursor()
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			all = append(all, pendingDoc{seq: tailSeq(k)})
		}
		t.effects = append(t.effects, func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.segs, w.docs, w.reworded = nil, map[uint64]string{}, map[uint64]uint32{}
			w.pendMu.Lock()
			defer w.pendMu.Unlock()
			w.pending = all
		})
		return nil
	})
}

// empty removes all keys of a small bucket.
func (t *txn) empty(b bucket) error {
	var all [][]byte
	c := t.bucket(b).Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		all = append(all, bytes.Clone(k))
	}
	for _, k := range all {
		if err := t.delete(b, k); err != nil {
			return err
		}
	}
	return nil
}

// A wordSet is a set of items, one bit for each Seq.
type wordSet struct {
	bits []uint64
	sure bool // the words alone decide; else the text must be looked at
}

func newWordSet(high uint64) *wordSet { return &wordSet{bits: make([]uint64, high/64+1), sure: true} }

func (s *wordSet) add(seq uint64) {
	if i := seq / 64; i < uint64(len(s.bits)) {
		s.bits[i] |= 1 << (seq % 64)
	}
}

func (s *wordSet) has(seq uint64) bool {
	i := seq / 64
	return i < uint64(len(s.bits)) && s.bits[i]&(1<<(seq%64)) != 0
}

func (s *wordSet) intersect(o *wordSet) {
	for i := range s.bits {
		s.bits[i] &= o.bits[i]
	}
}

func (s *wordSet) unite(o *wordSet) {
	for i := range s.bits {
		s.bits[i] |= o.bits[i]
	}
}

func (s *wordSet) len() (n int) {
	for _, b := range s.bits {
		n += bits.OnesCount64(b)
	}
	return n
}

func (s *wordSet) all() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for i, b := range s.bits {
			for ; b != 0; b &= b - 1 {
				if !yield(uint64(i)*64 + uint64(bits.TrailingZeros64(b))) {
					return
				}
			}
		}
	}
}

// wordSets are the items of each term of a query that asks for words; the keys
// are terms without their Not.
type wordSets map[news.Term]*wordSet

// of is what the index found for a term; nil: nothing that it could look up.
func (sets wordSets) of(term news.Term) *wordSet {
	term.Not = false
	return sets[term]
}

// find looks up the word terms of a query. It reads memory and file as of one
// moment: the caller holds w.mu and has begun the transaction under it.
func (w *wordIndex) find(t *txn, q news.Query) (wordSets, error) {
	sets := wordSets{}
	for _, group := range append(slices.Clone(q.All), q.Not) {
		for _, term := range group {
			if !decide.IsText(term) || sets.of(term) != nil {
				continue
			}
			term.Not = false
			set, err := w.term(t, term)
			if err != nil {
				return nil, err
			}
			if set != nil {
				sets[term] = set
			}
		}
	}
	return sets, nil
}

// term finds a word or phrase; nil: no words, so that the text decides. The
// index knows neither the order of words nor where they stand: it is sure of
// single words anywhere only.
func (w *wordIndex) term(t *txn, term news.Term) (*wordSet, error) {
	ws := strings.Fields(news.Fold(term.Value))
	if len(ws) == 0 {
		return nil, nil
	}
	var all *wordSet
	sure := len(ws) == 1 && term.Facet == news.Word
	for i, word := range ws {
		goesOn := i == len(ws)-1 && !term.Exact
		if len(word) > maxWord {
			word, goesOn, sure = word[:maxWord], false, false
		}
		if len(word) == maxWord && !goesOn { // it may stand for longer ones
			sure = false
		}
		set := newWordSet(t.bucket(items).Sequence())
		if err := w.word(t, word, goesOn, set); err != nil {
			return nil, err
		}
		if all == nil {
			all = set
		} else {
			all.intersect(set)
		}
	}
	all.sure = sure
	return all, nil
}

// word adds the items that have a word, or with prefix one that begins so.
func (w *wordIndex) word(t *txn, word string, prefix bool, set *wordSet) error {
	for seq, text := range w.docs {
		if hasWord(text, word, prefix || len(word) == maxWord) {
			set.add(seq)
		}
	}
	for _, seg := range w.segs {
		err := t.eachTerm(seg.id, word, func(term string, list []byte) bool {
			if term == word || prefix && strings.HasPrefix(term, word) {
				w.addList(seg.id, list, set)
			}
			return strings.HasPrefix(term, word) || term < word
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// addList adds the items of a list that the segment still speaks for.
func (w *wordIndex) addList(id uint32, list []byte, set *wordSet) {
	for seq := range seqsOf(list) {
		if len(w.reworded) > 0 {
			if now, moved := w.reworded[seq]; moved && now != id {
				continue
			}
		}
		set.add(seq)
	}
}

func seqsOf(list []byte) iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		var seq uint64
		for len(list) > 0 {
			d, n := binary.Uvarint(list)
			if n <= 0 {
				return
			}
			list = list[n:]
			seq += d
			if !yield(seq) {
				return
			}
		}
	}
}

// eachTerm calls fn with the words of a segment from the block on that may
// hold the given one, until it returns false.
func (t *txn) eachTerm(id uint32, from string, fn func(term string, list []byte) bool) error {
	c := t.bucket(words).Cursor()
	target := segKey(id, from)
	k, v := c.Seek(target)
	if !bytes.Equal(k, target) {
		if k == nil {
			k, v = c.Last()
		} else {
			k, v = c.Prev()
		}
		if k == nil || !bytes.HasPrefix(k, target[:4]) {
			k, v = c.Seek(target)
		}
	}
	for ; bytes.HasPrefix(k, target[:4]); k, v = c.Next() {
		block, err := unseal(words, k, v)
		if err != nil {
			return err
		}
		more, err := eachInBlock(block, fn)
		if err != nil {
			return &RecordError{Bucket: words.String(), Key: bytes.Clone(k), Why: err.Error()}
		}
		if !more {
			return nil
		}
	}
	return nil
}

// eachInBlock reads a block: for each word how many bytes it shares with the
// one before, the rest of it, and its list, both with their lengths.
func eachInBlock(block []byte, fn func(term string, list []byte) bool) (more bool, err error) {
	var term []byte
	for len(block) > 0 {
		shared, n := binary.Uvarint(block)
		if n <= 0 || shared > uint64(len(term)) {
			return false, errCut
		}
		rest, after, ok := cutBytes(block[n:])
		if !ok {
			return false, errCut
		}
		list, after, ok := cutBytes(after)
		if !ok {
			return false, errCut
		}
		term = append(term[:shared], rest...)
		block = after
		if !fn(string(term), list) {
			return false, nil
		}
	}
	return true, nil
}

func cutBytes(b []byte) (head, rest []byte, ok bool) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return nil, nil, false
	}
	return b[k : k+int(n)], b[k+int(n):], true
}

// smallest is the set of the group of words that leaves the fewest items; nil
// where the words of no group bound the result.
func (sets wordSets) smallest(q news.Query) (best *wordSet) {
	least := 0
	for _, group := range q.All {
		set := sets.group(group)
		if set == nil {
			continue
		}
		if n := set.len(); best == nil || n < least {
			best, least = set, n
		}
	}
	return best
}

// group is all items that the words of a group allow; nil where something else
// is in it.
func (sets wordSets) group(group []news.Term) *wordSet {
	var all *wordSet
	for _, term := range group {
		set := sets.of(term)
		if term.Not || set == nil {
			return nil
		}
		if all == nil {
			all = &wordSet{bits: slices.Clone(set.bits)}
			continue
		}
		all.unite(set)
	}
	return all
}

// possible is false where the words of a query rule an item out.
func (sets wordSets) possible(q news.Query, seq uint64) bool {
	rulesOut := func(term news.Term) bool {
		has, sure := sets.holds(term, seq)
		return sure && !has
	}
	for _, group := range q.All {
		if len(group) > 0 && !slices.ContainsFunc(group, func(t news.Term) bool { return !rulesOut(t) }) {
			return false
		}
	}
	return !slices.ContainsFunc(q.Not, func(term news.Term) bool {
		has, sure := sets.holds(term, seq)
		return sure && has
	})
}

// holds tells whether a term holds for an item, where the index is sure of it.
func (sets wordSets) holds(term news.Term, seq uint64) (has, sure bool) {
	set := sets.of(term)
	switch {
	case set == nil:
		return false, false
	case !set.has(seq):
		return term.Not, true
	}
	return !term.Not, set.sure
}
