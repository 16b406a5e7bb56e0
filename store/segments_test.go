package store

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Lists put behind one another hold what their segments speak for, once and in
// order, also where a segment has items of an earlier one's range.
func TestMergedListsAreTheSum(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for round := range 300 {
		var m mergedList
		want := map[uint64]bool{}
		for seg := range uint64(5) {
			var seqs []uint64
			gone := newWordSet(600)
			for range r.IntN(20) {
				seq := 1 + seg*100 + r.Uint64N(100)
				if round%3 == 0 && r.IntN(5) == 0 {
					seq = 1 + r.Uint64N(seg*100+1) // an edited one
				}
				seqs = append(seqs, seq)
				if r.IntN(4) == 0 {
					gone.add(seq)
				}
			}
			if round%2 == 0 {
				gone = nil
			}
			for _, seq := range seqs {
				if gone == nil || !gone.has(seq) {
					want[seq] = true
				}
			}
			m.add(listOf(seqs), gone)
		}
		got := slices.Collect(seqsOf(m.list))
		if len(got) != len(want) || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Fatalf("round %d: %v, want the %d items of %v in order", round, got, len(want), want)
		}
		for _, seq := range got {
			if !want[seq] {
				t.Fatalf("round %d: %d is in no list", round, seq)
			}
		}
	}
}
