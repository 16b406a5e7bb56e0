package postgres

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// A headRecord is a head as it is written: the item without its body, and what
// identity needs besides.
type headRecord struct {
	Item      news.Item     `json:"item"`
	Canonical string        `json:"canonical,omitempty"`
	Aliases   []string      `json:"aliases,omitempty"`
	Minhash   []uint32      `json:"minhash,omitempty"`
	Signature []byte        `json:"signature,omitempty"`
	HasText   decide.Answer `json:"has_text,omitempty"`
	Forgotten bool          `json:"forgotten,omitempty"`
}

func encodeHead(h *decide.Head) ([]byte, error) {
	r := headRecord{h.Item, h.Canonical, h.Aliases, nil, nil, h.HasText, h.Forgotten}
	r.Item.BodyText, r.Item.BodyHTML = "", ""
	if h.Minhash != (decide.Minhash{}) {
		r.Minhash = h.Minhash[:]
	}
	if h.Signature != (decide.Signature{}) {
		r.Signature = h.Signature[:]
	}
	return json.Marshal(r)
}

func decodeHead(seq uint64, data []byte) (*decide.Head, error) {
	var r headRecord
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("item %d: %w", seq, err)
	}
	h := &decide.Head{Item: r.Item, Canonical: r.Canonical, Aliases: r.Aliases, HasText: r.HasText, Forgotten: r.Forgotten}
	copy(h.Minhash[:], r.Minhash)
	copy(h.Signature[:], r.Signature)
	h.Seq = seq
	for _, m := range []*news.Moment{&h.Published, &h.Updated} {
		if _, offset := m.Time.Zone(); !m.IsZero() && m.Time.Location() == time.Local { // the zone of this machine is nobody's business
			m.Time = m.Time.In(time.FixedZone("", offset))
		}
	}
	return h, nil
}

var packer = sync.OnceValue(func() *zstd.Encoder {
	e, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2)) //nolint:errcheck // the options are valid
	return e
})

var unpacker = sync.OnceValue(func() *zstd.Decoder {
	d, _ := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(64<<20), zstd.WithDecoderConcurrency(2)) //nolint:errcheck // the options are valid
	return d
})

// pack is a value as JSON, compressed.
func pack(v any) ([]byte, error) {
	data, err := json.Marshal(v)
	return packer().EncodeAll(data, nil), err
}

func unpack(data []byte, v any) error {
	plain, err := unpacker().DecodeAll(data, nil)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}

// signed is a hash as the database keeps it, which has no unsigned numbers.
func signed(hash uint64) int64 { return int64(hash) } //nolint:gosec // the bits are kept

// nullable is a moment, or null for the zero one.
func nullable(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
