package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// growWords writes full tails as segments and merges segments; the maintainer
// calls it. least is how many items make a tail full.
func (s *Store) growWords(least int) error {
	w := &s.words
	w.grow.Lock()
	defer w.grow.Unlock()
	for more := true; more; {
		if err := s.goesOn(); err != nil {
			return err
		}
		var err error
		w.drainMu.Lock()
		more, err = s.drain()
		w.drainMu.Unlock()
		if err != nil {
			return err
		}
		w.mu.RLock()
		n := len(w.docs)
		w.mu.RUnlock()
		if n >= max(least, 1) {
			if err := s.writeTail(); err != nil {
				return err
			}
		}
		if err := s.mergeWords(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) mergeWords() error {
	for {
		run := s.words.mergeable()
		if run == nil {
			return nil
		}
		if err := s.merge(run); err != nil {
			return err
		}
	}
}

// A posting is a word and the items that have it.
type posting struct {
	term string
	list []byte
}

func listOf(seqs []uint64) []byte {
	slices.Sort(seqs)
	var list []byte
	var last uint64
	for i, seq := range seqs {
		if i > 0 && seq == last {
			continue
		}
		list = binary.AppendUvarint(list, seq-last)
		last = seq
	}
	return list
}

// postingsOf are the words of texts, in order.
func postingsOf(docs map[uint64]string) []posting {
	type term struct {
		posting
		last uint64
	}
	var terms []term
	numbers := map[string]int{}
	for _, seq := range slices.Sorted(maps.Keys(docs)) {
		for word := range strings.FieldsSeq(docs[seq]) {
			word = word[:min(len(word), maxWord)]
			n, known := numbers[word]
			if !known {
				n = len(terms)
				numbers[word] = n
				terms = append(terms, term{posting: posting{term: word}})
			}
			if t := &terms[n]; t.last != seq {
				t.list = binary.AppendUvarint(t.list, seq-t.last)
				t.last = seq
			}
		}
	}
	out := make([]posting, len(terms))
	for i, t := range terms {
		out[i] = t.posting
	}
	slices.SortFunc(out, func(a, b posting) int { return strings.Compare(a.term, b.term) })
	return out
}

// writeTail makes a segment of the oldest items of the tail.
func (s *Store) writeTail() error {
	w := &s.words
	w.mu.Lock()
	docs := maps.Clone(w.docs)
	seg := segment{id: w.nextID, first: w.high() + 1, items: len(docs)}
	w.nextID++
	w.mu.Unlock()
	seg.last = seg.first - 1
	for seq := range docs {
		seg.last = max(seg.last, seq)
	}
	err := s.writeBlocks(seg.id, func(yield func(posting, error) bool) {
		for _, p := range postingsOf(docs) {
			if !yield(p, nil) {
				return
			}
		}
	})
	if err != nil {
		return segmentError(seg.id, err)
	}
	return segmentError(seg.id, s.update(func(t *txn) error { return t.publishTail(seg, docs) }))
}

// publishTail makes a written segment part of the index. Items that were edited
// while it was written stay in the tail.
func (t *txn) publishTail(seg segment, docs map[uint64]string) error {
	w := &t.s.words
	if err := t.putRecord(segments, segKey(seg.id, ""), seg.encode(), plain); err != nil {
		return err
	}
	settled := map[uint64]bool{} // value: keep in reworded under the segment
	w.pendMu.Lock()
	again := map[uint64]bool{}
	for _, doc := range w.pending {
		again[doc.seq] = true
	}
	w.pendMu.Unlock()
	w.mu.RLock()
	for seq, text := range docs {
		if now, present := w.docs[seq]; again[seq] || !present || now != text {
			continue
		}
		settled[seq] = seq < seg.first
	}
	w.mu.RUnlock()
	for seq, away := range settled {
		var err error
		if away {
			err = t.putNumber(reworded, seqKey(seq), uint64(seg.id))
		} else if t.get(reworded, seqKey(seq)) != nil {
			err = t.delete(reworded, seqKey(seq))
		}
		if err != nil {
			return err
		}
	}
	for seq := range docs { // edited meanwhile: what the segment says of it is old
		if _, ok := settled[seq]; !ok {
			if err := t.putNumber(reworded, seqKey(seq), tail); err != nil {
				return err
			}
		}
	}
	t.effects = append(t.effects, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.segs = append(w.segs, seg)
		for seq := range docs {
			away, ok := settled[seq]
			switch {
			case !ok:
				w.reworded[seq] = tail
				continue
			case away:
				w.reworded[seq] = seg.id
			default:
				delete(w.reworded, seq)
			}
			delete(w.docs, seq)
		}
	})
	return nil
}

// writeBlocks writes sorted postings as blocks, in transactions of moderate
// size, so that no visit waits long.
func (s *Store) writeBlocks(id uint32, postings iter.Seq2[posting, error]) error {
	b := blockWriter{s: s, id: id}
	for p, err := range postings {
		if err != nil {
			return err
		}
		if err := b.add(p); err != nil {
			return err
		}
	}
	return b.flush(true)
}

type blockWriter struct {
	s     *Store
	id    uint32
	first string
	last  string
	block []byte
	ready []posting // blocks by their first word
	size  int
}

func (b *blockWriter) add(p posting) error {
	if len(b.block) > 0 && len(b.block)+len(p.term)+len(p.list) > blockSize {
		b.cut()
		if err := b.flush(false); err != nil {
			return err
		}
	}
	shared := 0
	if len(b.block) == 0 {
		b.first = p.term
	} else {
		for shared < min(len(b.last), len(p.term)) && b.last[shared] == p.term[shared] {
			shared++
		}
	}
	b.block = binary.AppendUvarint(b.block, uint64(shared))
	b.block = binary.AppendUvarint(b.block, uint64(len(p.term)-shared))
	b.block = append(b.block, p.term[shared:]...)
	b.block = binary.AppendUvarint(b.block, uint64(len(p.list)))
	b.block = append(b.block, p.list...)
	b.last = p.term
	return nil
}

func (b *blockWriter) cut() {
	if len(b.block) == 0 {
		return
	}
	b.ready = append(b.ready, posting{b.first, b.block})
	b.size += len(b.block)
	b.block = nil
}

func (b *blockWriter) flush(all bool) error {
	if all {
		b.cut()
	}
	if b.size == 0 || !all && b.size < chunkSize {
		return nil
	}
	if err := b.s.goesOn(); err != nil { // what is written already belongs to no segment and is removed at the next start
		return err
	}
	err := b.s.update(func(t *txn) error {
		for _, p := range b.ready {
			if err := t.putRecord(words, segKey(b.id, p.term), p.list, plain); err != nil {
				return err
			}
		}
		return nil
	})
	b.ready, b.size = nil, 0
	return err
}

// mergeable are the newest segments, where enough of a size have gathered.
func (w *wordIndex) mergeable() []segment {
	w.mu.RLock()
	defer w.mu.RUnlock()
	for level := range 8 {
		from, of := len(w.segs), 0
		for from > 0 && w.segs[from-1].level() <= level {
			from--
			if w.segs[from].level() == level {
				of++
			}
		}
		if run := w.segs[from:]; of >= mergeWidth || len(run) >= 2*mergeWidth {
			return slices.Clone(run)
		}
	}
	return nil
}

// level is how often a segment of its size has been merged.
func (s segment) level() (n int) {
	for size := segmentItems * mergeWidth; s.items >= size && n < 7; size *= mergeWidth {
		n++
	}
	return n
}

// merge makes one segment of several neighbouring ones.
func (s *Store) merge(run []segment) error {
	w := &s.words
	w.mu.Lock()
	seg := segment{id: w.nextID, first: run[0].first, last: run[len(run)-1].last}
	w.nextID++
	stale := w.stale(run)
	w.mu.Unlock()
	for _, r := range run {
		seg.items += r.items
	}
	if err := s.writeBlocks(seg.id, s.mergedPostings(run, stale)); err != nil {
		return segmentError(seg.id, err)
	}
	if err := s.update(func(t *txn) error { return t.publishMerge(seg, run) }); err != nil {
		return segmentError(seg.id, err)
	}
	for _, r := range run {
		if err := s.dropBlocks(r.id); err != nil {
			return segmentError(r.id, err)
		}
	}
	return nil
}

func (t *txn) publishMerge(seg segment, run []segment) error {
	w := &t.s.words
	merged := map[uint32]bool{}
	for _, r := range run {
		merged[r.id] = true
		if err := t.delete(segments, segKey(r.id, "")); err != nil {
			return err
		}
	}
	if err := t.putRecord(segments, segKey(seg.id, ""), seg.encode(), plain); err != nil {
		return err
	}
	home, away := []uint64{}, []uint64{}
	w.mu.RLock()
	for seq, id := range w.reworded {
		switch {
		case !merged[id]:
		case seq >= seg.first && seq <= seg.last:
			home = append(home, seq)
		default:
			away = append(away, seq)
		}
	}
	w.mu.RUnlock()
	for _, seq := range home {
		if err := t.delete(reworded, seqKey(seq)); err != nil {
			return err
		}
	}
	for _, seq := range away {
		if err := t.putNumber(reworded, seqKey(seq), uint64(seg.id)); err != nil {
			return err
		}
	}
	t.effects = append(t.effects, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		at := slices.IndexFunc(w.segs, func(s segment) bool { return merged[s.id] })
		w.segs = slices.Insert(slices.DeleteFunc(w.segs, func(s segment) bool { return merged[s.id] }), at, seg)
		for _, seq := range home {
			delete(w.reworded, seq)
		}
		for _, seq := range away {
			w.reworded[seq] = seg.id
		}
	})
	return nil
}

// mergedPostings are the postings of several segments in order, without those
// that have become stale. It reads in short transactions, a run of words at a
// time: a long one would keep freed pages from being used again.
func (s *Store) mergedPostings(run []segment, stale staleSets) iter.Seq2[posting, error] {
	return func(yield func(posting, error) bool) {
		from, skip := "", false
		for {
			part, last, err := s.mergePart(run, stale, from, skip)
			if err != nil {
				yield(posting{}, err)
				return
			}
			for _, p := range part {
				if !yield(p, nil) {
					return
				}
			}
			if last == "" {
				return
			}
			from, skip = last, true
		}
	}
}

// How much of one segment is merged in one transaction: so many words, and no
// further one when so many bytes have gathered.
const (
	partTerms = 1000
	partBytes = 128 << 10
)

// mergePart merges the words from a given one on (after it, with skip), up to
// the word that it returns; none is left when that is empty.
func (s *Store) mergePart(run []segment, stale staleSets, from string, skip bool) (part []posting, last string, err error) {
	byTerm := map[string]*mergedList{}
	err = s.view(func(t *txn) error {
		for _, seg := range run {
			n, size := 0, 0
			err := t.eachTerm(seg.id, from, func(term string, list []byte) bool {
				if term < from || skip && term == from {
					return true
				}
				if last != "" && term > last {
					return false
				}
				m := byTerm[term]
				if m == nil {
					m = &mergedList{}
					byTerm[term] = m
				}
				m.add(list, stale[seg.id])
				n, size = n+1, size+len(list)
				if last == "" && (n == partTerms || size >= partBytes) {
					last = term
				}
				return last == "" || term < last
			})
			if err != nil {
				return err
			}
		}
		return s.goesOn()
	})
	if err != nil {
		return nil, "", err
	}
	for _, term := range slices.Sorted(maps.Keys(byTerm)) {
		if last != "" && term > last {
			break
		}
		if list := byTerm[term].list; len(list) > 0 {
			part = append(part, posting{term, list})
		}
	}
	return part, last, nil
}

// A mergedList is the list of a word, put together from those of neighbouring
// segments. As each segment was made for later items than the one before, a list
// is put behind the other as it stands, but for its first number.
type mergedList struct {
	list []byte
	last uint64 // the highest item in it
}

// add adds the list of the next segment, without the items that it no longer
// speaks for.
func (m *mergedList) add(list []byte, stale *wordSet) {
	if stale != nil {
		list = without(list, stale)
	}
	first, n := binary.Uvarint(list)
	if n <= 0 {
		return
	}
	if len(m.list) > 0 && first <= m.last { // an item whose words changed, written with later ones
		m.mix(list)
		return
	}
	m.list = binary.AppendUvarint(m.list, first-m.last)
	m.list = append(m.list, list[n:]...)
	m.last = lastOf(list)
}

// mix adds a list that does not stand behind all there is.
func (m *mergedList) mix(list []byte) {
	seqs := slices.AppendSeq(slices.Collect(seqsOf(m.list)), seqsOf(list))
	m.list = listOf(seqs)
	m.last = lastOf(m.list)
}

// lastOf is the last item of a list.
func lastOf(list []byte) (last uint64) {
	for seq := range seqsOf(list) {
		last = seq
	}
	return last
}

// without is a list without some items.
func without(list []byte, gone *wordSet) []byte {
	out := make([]byte, 0, len(list))
	var last uint64
	for seq := range seqsOf(list) {
		if !gone.has(seq) {
			out = binary.AppendUvarint(out, seq-last)
			last = seq
		}
	}
	return out
}

// staleSets are, by segment, the items that it no longer speaks for; nil where
// it speaks for all of its own.
type staleSets map[uint32]*wordSet

// stale looks up what each segment of a run no longer speaks for. The caller
// holds w.mu.
func (w *wordIndex) stale(run []segment) staleSets {
	sets := staleSets{}
	for _, seg := range run {
		for seq, now := range w.reworded {
			if now == seg.id || seq > run[len(run)-1].last {
				continue
			}
			if sets[seg.id] == nil {
				sets[seg.id] = newWordSet(run[len(run)-1].last)
			}
			sets[seg.id].add(seq)
		}
	}
	return sets
}

// dropBlocks removes the blocks of a segment in small steps.
func (s *Store) dropBlocks(id uint32) error {
	from := segKey(id, "")
	_, err := s.steps(context.Background(), func(t *txn) (gone [][]byte, err error) {
		if err := s.goesOn(); err != nil {
			return nil, err
		}
		c := t.bucket(words).Cursor()
		for k, _ := c.Seek(from); bytes.HasPrefix(k, from) && len(gone) < pruneStep; k, _ = c.Next() {
			gone = append(gone, bytes.Clone(k))
		}
		for _, k := range gone {
			if err := t.delete(words, k); err != nil {
				return nil, err
			}
		}
		return gone, nil
	})
	return err
}

// dropOrphans removes blocks that an interrupted process left without a
// segment.
func (s *Store) dropOrphans() error {
	w := &s.words
	w.grow.Lock()
	defer w.grow.Unlock()
	var orphans []uint32
	err := s.view(func(t *txn) error {
		c := t.bucket(words).Cursor()
		for k, _ := c.First(); len(k) >= 4; {
			id := binary.BigEndian.Uint32(k)
			if t.get(segments, segKey(id, "")) == nil {
				orphans = append(orphans, id)
			}
			k, _ = c.Seek(segKey(id+1, ""))
		}
		return nil
	})
	for _, id := range orphans {
		err = errors.Join(err, s.dropBlocks(id))
	}
	return err
}

// segmentError names the segment that could not be written.
func segmentError(id uint32, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("full-text segment %d: %w", id, err)
}
