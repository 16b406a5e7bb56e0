package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/stadtfeed/stadtfeed/news"
)

// encoding is how a payload is written, the byte after the checksum.
type encoding byte

const (
	plain  encoding = 0
	packed encoding = 1 // zstd
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maxPayload bounds what a record may unpack to.
const maxPayload = 64 << 20

var packer = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderCRC(false), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(16<<10), zstd.WithLowerEncoderMem(true), zstd.WithEncoderConcurrency(4))
	if err != nil {
		panic(err) // the options are constants
	}
	return e
})

var unpacker = sync.OnceValue(func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderMaxMemory(maxPayload), zstd.WithDecoderConcurrency(4), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic(err) // the options are constants
	}
	return d
})

// A RecordError is a record that does not hold what was written.
type RecordError struct {
	Bucket string
	Key    []byte
	Why    string
}

// Error names the record.
func (e *RecordError) Error() string {
	return fmt.Sprintf("record %s/%x: %s", e.Bucket, e.Key, e.Why)
}

// Unwrap is ErrDamaged.
func (e *RecordError) Unwrap() error { return ErrDamaged }

// seal makes a record: CRC-32C over bucket, key and what follows, encoding,
// payload.
func seal(b bucket, key, payload []byte, how encoding) []byte {
	if how == packed {
		room := rooms.Get().(*[]byte)
		defer rooms.Put(room)
		*room = packer().EncodeAll(payload, (*room)[:0])
		payload = *room
	}
	return sealAs(b, key, payload, how)
}

// rooms are where records are encoded and compressed: one is held until its
// commit, and must not hold as many bytes as it had before.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// sealPacked makes a record of a payload that has been compressed.
func sealPacked(b bucket, key, compressed []byte) []byte { return sealAs(b, key, compressed, packed) }

func sealAs(b bucket, key, payload []byte, how encoding) []byte {
	out := make([]byte, 5, 5+len(payload))
	out[4] = byte(how)
	out = append(out, payload...)
	binary.BigEndian.PutUint32(out, checksum(b, key, out[4:]))
	return out
}

func checksum(b bucket, key, rest []byte) uint32 {
	sum := crc32.Update(0, castagnoli, bucketNames[b])
	sum = crc32.Update(sum, castagnoli, key)
	return crc32.Update(sum, castagnoli, rest)
}

// unseal checks a record and returns its payload, which may be part of it.
func unseal(b bucket, key, record []byte) ([]byte, error) {
	bad := func(why string) ([]byte, error) {
		return nil, &RecordError{Bucket: b.String(), Key: append([]byte(nil), key...), Why: why}
	}
	if len(record) < 5 {
		return bad("too short")
	}
	if checksum(b, key, record[4:]) != binary.BigEndian.Uint32(record) {
		return bad("checksum differs")
	}
	switch encoding(record[4]) {
	case plain:
		return record[5:], nil
	case packed:
		payload, err := unpacker().DecodeAll(record[5:], nil)
		if err != nil {
			return bad(err.Error())
		}
		return payload, nil
	}
	return bad(fmt.Sprintf("unknown encoding %d", record[4]))
}

// A number is eight bytes and their checksum. Schema 2 had no checksums here,
// and four bytes for segments.

func (t *txn) putNumber(b bucket, key []byte, n uint64) error {
	v := binary.BigEndian.AppendUint64(make([]byte, 0, 12), n)
	return t.put(b, key, binary.BigEndian.AppendUint32(v, checksum(b, key, v)))
}

func readNumber(b bucket, key, v []byte) (uint64, error) {
	switch len(v) {
	case 4:
		return uint64(binary.BigEndian.Uint32(v)), nil
	case 8:
		return binary.BigEndian.Uint64(v), nil
	case 12:
		if checksum(b, key, v[:8]) == binary.BigEndian.Uint32(v[8:]) {
			return binary.BigEndian.Uint64(v), nil
		}
	}
	return 0, &RecordError{Bucket: b.String(), Key: bytes.Clone(key), Why: "is not a number, or its checksum differs"}
}

// isNumber reports whether what stands at a key is a number.
func isNumber(b bucket, key []byte) bool {
	return b == meta || b == reworded || b == visits && bytes.IndexByte(key, 0) == len(key)-1
}

// putJSON and getJSON keep the few records whose form may vary and whose
// number is small.
func (t *txn) putJSON(b bucket, key []byte, v any, how encoding) error {
	payload, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s: %w", b, err)
	}
	return t.putRecord(b, key, payload, how)
}

func decodeJSON(b bucket, key, record []byte, v any) error {
	payload, err := unseal(b, key, record)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(payload, v); err != nil {
		return &RecordError{Bucket: b.String(), Key: append([]byte(nil), key...), Why: err.Error()}
	}
	return nil
}

// allOf are the JSON records of a bucket, in the order of their keys.
func allOf[T any](ctx context.Context, s *Store, b bucket) (list []T, err error) {
	err = s.view(func(t *txn) error {
		var failed error
		_, err := t.each(ctx, b, func(k, v []byte) {
			var one T
			if err := decodeJSON(b, k, v, &one); err != nil {
				failed = errors.Join(failed, err)
				return
			}
			list = append(list, one)
		})
		return errors.Join(err, failed)
	})
	return list, err
}

// oneOf is the JSON record of a bucket under a key; news.ErrNotFound: there is none.
func oneOf[T any](s *Store, b bucket, key []byte) (one T, err error) {
	err = s.view(func(t *txn) error {
		payload, err := t.record(b, key)
		if err != nil {
			return err
		}
		if payload == nil {
			return news.ErrNotFound
		}
		return json.Unmarshal(payload, &one)
	})
	return one, err
}

// The fields of a record: a tag (number and kind), then a varint, or a length
// and bytes. Unknown fields are skipped, so that fields can be added.

var errCut = errors.New("record is cut short")

type encoder struct{ b []byte }

func (e *encoder) uint(field int, v uint64) {
	if v != 0 {
		e.b = binary.AppendUvarint(e.b, uint64(field)<<1)
		e.b = binary.AppendUvarint(e.b, v)
	}
}

func (e *encoder) int(field int, v int64) { e.uint(field, uint64(v)<<1^uint64(v>>63)) }

func (e *encoder) str(field int, v string) {
	if v != "" {
		e.must(field, v)
	}
}

// must writes also an empty string: an element of a list.
func (e *encoder) must(field int, v string) {
	e.head(field, len(v))
	e.b = append(e.b, v...)
}

// head begins a field of so many bytes, which follow.
func (e *encoder) head(field, size int) {
	e.b = binary.AppendUvarint(e.b, uint64(field)<<1|1)
	e.b = binary.AppendUvarint(e.b, uint64(size))
}

func (e *encoder) list(field int, vs []string) {
	for _, v := range vs {
		e.must(field, v)
	}
}

// A decoder walks the fields of a record. The text of all fields is one
// string, so that decoding allocates once.
type decoder struct {
	rest  string
	field int
	num   uint64
	text  string
	err   error
}

func decode(payload []byte) *decoder { return &decoder{rest: string(payload)} }

// next moves to the next field; false at the end or on an error.
func (d *decoder) next() bool {
	if d.rest == "" || d.err != nil {
		return false
	}
	tag := d.uvarint()
	d.field, d.num, d.text = int(tag>>1), 0, ""
	n := d.uvarint()
	if d.err != nil {
		return false
	}
	if tag&1 == 0 {
		d.num = n
		return true
	}
	if n > uint64(len(d.rest)) {
		d.err = errCut
		return false
	}
	d.text, d.rest = d.rest[:n], d.rest[n:]
	return true
}

func (d *decoder) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(d.rest) && i < binary.MaxVarintLen64; i++ {
		c := d.rest[i]
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			d.rest = d.rest[i+1:]
			return v
		}
	}
	d.err = errCut
	return 0
}

func (d *decoder) int() int64 { return int64(d.num>>1) ^ -int64(d.num&1) }
