package feedout

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// An encoding is a content coding, in the order of our preference.
type encoding uint8

const (
	identity encoding = iota
	gzipped
	brotlied
	zstded
	encodings
)

// names are the codings as HTTP writes them.
var names = [encodings]string{"", "gzip", "br", "zstd"}

// A coded is a body in one encoding with the headers that go with it. The
// slices are shared by all responses and never changed.
type coded struct {
	body     []byte
	etag     []string
	length   []string
	encoding []string // nil for identity
}

// smallest is the size below which encoding is not worth it.
const smallest = 512

// in is the answer in an encoding, prepared when first asked for. grew is how
// many bytes that took.
func (a *answer) in(e encoding, p *coders) (c *coded, grew int) {
	if len(a.body) < smallest {
		e = identity
	}
	if c := a.coded[e].Load(); c != nil {
		return c, 0
	}
	a.once[e].Do(func() {
		body := a.body
		if e != identity {
			body = p.compress(a.body, e)
			grew = len(body)
		}
		c := &coded{body: body, etag: []string{`"` + a.digest + suffixes[e] + `"`}, length: []string{strconv.Itoa(len(body))}}
		if e != identity {
			c.encoding = []string{names[e]}
		}
		a.coded[e].Store(c)
	})
	return a.coded[e].Load(), grew
}

// suffixes keep the entity tags of the encodings apart, as strong ones must be.
var suffixes = [encodings]string{"", "-gz", "-br", "-zs"}

// coders compress. They are large and take as long to make as to use, and a
// pool would be empty after every quiet spell, so one of each kind is kept.
type coders [encodings]atomic.Pointer[coder]

// A coder is a compressor that can begin anew.
type coder interface {
	io.WriteCloser
	Reset(to io.Writer)
}

// compress encodes once for many readers, so that it may take a little longer.
func (p *coders) compress(body []byte, e encoding) []byte {
	kept := p[e].Swap(nil)
	if kept == nil {
		kept = new(newCoder(e))
	}
	w := *kept
	var b bytes.Buffer
	b.Grow(len(body)/4 + 64)
	w.Reset(&b)
	_, _ = w.Write(body) // a bytes.Buffer takes everything
	_ = w.Close()
	p[e].Store(kept)
	return bytes.Clone(b.Bytes()) // of its size, since it is kept
}

func newCoder(e encoding) coder {
	switch e {
	case gzipped:
		w, _ := gzip.NewWriterLevel(nil, 6) // the level is valid
		return w
	case brotlied:
		return brotli.NewWriterV2(nil, 3) // a quarter of level 5's time, 7 % more bytes
	}
	w, _ := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20)) // the options are valid; the next level takes twice as long and saves 1 %
	return w
}

// accepted picks the encoding for an Accept-Encoding header (RFC 9110 §12.5.3):
// the client's weights decide, then our preference. Without the header it is
// identity, since that is what a client that says nothing surely reads.
func accepted(header []string) encoding {
	best, bestWeight := identity, 0
	for _, h := range header {
		for len(h) > 0 {
			var item string
			if item, h, _ = strings.Cut(h, ","); len(item) > 64 {
				continue
			}
			name, params, _ := strings.Cut(item, ";")
			weight := quality(params)
			if e := encodingNamed(strings.TrimSpace(name)); e != identity && weight > 0 &&
				(weight > bestWeight || weight == bestWeight && e > best) {
				best, bestWeight = e, weight
			}
		}
	}
	return best
}

func encodingNamed(name string) encoding {
	switch {
	case strings.EqualFold(name, "gzip"), strings.EqualFold(name, "x-gzip"), name == "*":
		return gzipped
	case strings.EqualFold(name, "br"):
		return brotlied
	case strings.EqualFold(name, "zstd"):
		return zstded
	}
	return identity
}

// quality is the weight in "q=0.8" in thousandths; 1000 where none is given.
func quality(params string) int {
	for len(params) > 0 {
		var p string
		p, params, _ = strings.Cut(params, ";")
		p = strings.TrimSpace(p)
		if len(p) < 3 || p[0] != 'q' && p[0] != 'Q' || p[1] != '=' {
			continue
		}
		q, err := strconv.ParseFloat(p[2:], 64)
		if err != nil || q < 0 || q > 1 {
			return 0
		}
		return int(q * 1000)
	}
	return 1000
}
