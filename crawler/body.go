package crawler

import (
	"bufio"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// A wireBody is an answer as it comes off the wire: counted, capped, and the
// keeper of the gate until it is closed.
type wireBody struct {
	trip   *trip
	wire   io.ReadCloser // nil: the request failed
	start  time.Time
	read   int
	status int
	fault  Fault
	leave  func(b *wireBody, spent time.Duration, bytes int)
}

func (b *wireBody) Read(p []byte) (int, error) {
	if b.read >= maxBody {
		// One more byte tells a body of exactly the cap from a larger one.
		if n, err := b.wire.Read(p[:min(1, len(p))]); n == 0 {
			return 0, err
		}
		return 0, b.fail(tooLarge())
	}
	n, err := b.wire.Read(p[:min(len(p), maxBody-b.read)])
	b.read += n
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.fail(wrap("", headerFlood(err)))
	}
	return n, err
}

func (b *wireBody) fail(err error) error {
	b.fault = FaultOf(err)
	return err
}

// Close ends the answer; a connection with an unread rest is not used again.
func (b *wireBody) Close() error {
	if b.leave == nil {
		return nil
	}
	if b.wire != nil {
		b.wire.Close()
	}
	b.trip.bytes += b.read
	leave := b.leave
	b.leave = nil
	leave(b, time.Since(b.start), b.read)
	return nil
}

func tooLarge() error {
	return &Error{Fault: FaultTooLarge, Err: fmt.Errorf("the page is larger than %d MiB", maxBody>>20)}
}

// encodings are the content encodings of an answer in the order in which they
// were applied. A file that is packed itself (sitemap.xml.gz) counts as one.
func encodings(h http.Header, media, path string) []string {
	var names []string
	for _, line := range h.Values("Content-Encoding") {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.ToLower(strings.TrimSpace(name)); name != "" && name != "identity" {
				names = append(names, name)
			}
		}
	}
	if strings.HasSuffix(media, "gzip") || strings.HasSuffix(strings.ToLower(path), ".gz") {
		names = append([]string{"file"}, names...)
	}
	return names
}

// unpack undoes content encodings, each within the cap.
func unpack(body io.ReadCloser, names []string, limit int) (io.ReadCloser, error) {
	if len(names) > 3 {
		return nil, &Error{Fault: FaultEncoding, Err: fmt.Errorf("%d content encodings, one over the other", len(names))}
	}
	var r io.Reader = body
	for i := len(names) - 1; i >= 0; i-- {
		inner := r
		open := func() (io.Reader, error) { return opener(names[i], inner) }
		switch names[i] {
		case "gzip", "x-gzip", "deflate", "br", "file":
		default:
			return nil, &Error{Fault: FaultEncoding, Err: fmt.Errorf("content encoding %q was not asked for", names[i])}
		}
		r = &unpacked{open: open, left: limit}
	}
	return struct {
		io.Reader
		io.Closer
	}{r, body}, nil
}

func opener(name string, r io.Reader) (io.Reader, error) {
	switch name {
	case "br":
		return brotli.NewReader(r), nil
	case "deflate":
		// Named deflate, it is zlib; some servers send it raw.
		b := bufio.NewReader(r)
		if head, err := b.Peek(2); err == nil && head[0]&15 == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			return zlib.NewReader(b)
		}
		return flate.NewReader(b), nil
	case "file":
		b := bufio.NewReader(r)
		if head, _ := b.Peek(2); string(head) != "\x1f\x8b" {
			return b, nil // packed in name only, or unpacked already
		}
		return gzip.NewReader(b)
	}
	return gzip.NewReader(r)
}

// An unpacked reader undoes one encoding and stops at the cap. It opens when
// it is first read, because an empty body has no header to open.
type unpacked struct {
	open func() (io.Reader, error)
	r    io.Reader
	left int
	read int
}

func (u *unpacked) Read(p []byte) (int, error) {
	if u.r == nil {
		r, err := u.open()
		if err != nil {
			return 0, u.broken(err)
		}
		u.r = r
	}
	if u.left == 0 {
		if n, err := u.r.Read(make([]byte, 1)); n == 0 && errors.Is(err, io.EOF) {
			return 0, io.EOF
		}
		return 0, tooLarge()
	}
	n, err := u.r.Read(p[:min(len(p), u.left)])
	u.left -= n
	u.read += n
	return n, u.broken(err)
}

// broken words what an unpacker says of bytes that it cannot read. Errors of
// the wire beneath pass.
func (u *unpacked) broken(err error) error {
	var known *Error
	switch {
	case err == nil, errors.As(err, &known), isTimeout(err):
		return err
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Fault: FaultNetwork, Err: errors.New("the packed page is cut off")}
	}
	return &Error{Fault: FaultEncoding, Err: fmt.Errorf("the packed page cannot be unpacked: %w", err)}
}
