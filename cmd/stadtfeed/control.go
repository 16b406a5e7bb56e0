package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// Commands speak HTTP on the control socket with the daemon that has the
// archive; without a daemon they open the archive themselves and speak the same
// HTTP with themselves, so that they behave alike either way.

// A line is one line of an answer: something to show, a value, or the error
// that ended the work.
type line struct {
	Progress json.RawMessage `json:"progress,omitempty"`
	Value    json.RawMessage `json:"value,omitempty"`
	Error    string          `json:"error,omitempty"`
}

// A stream writes an answer line by line.
type stream struct {
	mu  sync.Mutex
	w   http.ResponseWriter
	enc *json.Encoder
	err error
}

func newStream(w http.ResponseWriter) *stream {
	w.Header().Set("Content-Type", "application/jsonl")
	return &stream{w: w, enc: json.NewEncoder(w)}
}

func (s *stream) send(l line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.err = s.enc.Encode(l)
	if f, ok := s.w.(http.Flusher); ok && l.Progress != nil {
		f.Flush() // progress is shown at once
	}
}

func (s *stream) value(v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	s.send(line{Value: data})
	return s.err
}

func (s *stream) progress(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		return
	}
	s.send(line{Progress: data})
}

// answering makes a handler of a function that streams its answer; its error
// becomes the last line.
func answering(fn func(r *http.Request, s *stream) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := newStream(w)
		if err := fn(r, s); err != nil {
			s.send(line{Error: err.Error()})
		}
	})
}

// asked decodes the question of a request.
func asked[T any](r *http.Request) (q T, err error) {
	if err = json.NewDecoder(r.Body).Decode(&q); err != nil {
		err = fmt.Errorf("question: %w", err)
	}
	return q, err
}

// A client asks whoever holds the archive.
type client struct {
	http  *http.Client
	close func() error
}

// errDaemon carries an error that the other side told.
type errDaemon string

func (e errDaemon) Error() string { return string(e) }

// send asks a question whose body is a stream of its own.
func (c *client) send(ctx context.Context, path string, body io.Reader) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://stadtfeed"+path, body)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("asking the daemon: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(res.Body, 4096))
		return nil, fmt.Errorf("the daemon answered %s: %s (is it of the same version?)", res.Status, text)
	}
	return res, nil
}

func encode(question any) io.Reader {
	r, w := io.Pipe()
	go func() { w.CloseWithError(json.NewEncoder(w).Encode(question)) }()
	return r
}

// ask sends a question and hands each value of the answer, and each progress,
// to its function.
func ask[V, P any](ctx context.Context, c *client, path string, question any, value func(V) error, progress func(P)) error {
	return receive(ctx, c, path, encode(question), value, progress)
}

func receive[V, P any](ctx context.Context, c *client, path string, body io.Reader, value func(V) error, progress func(P)) error {
	res, err := c.send(ctx, path, body)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	dec := json.NewDecoder(res.Body)
	for {
		var l line
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("the answer broke off: %w", err)
		}
		switch {
		case l.Error != "":
			return errDaemon(l.Error)
		case l.Progress != nil:
			var p P
			if err := json.Unmarshal(l.Progress, &p); err != nil {
				return err
			}
			if progress != nil {
				progress(p)
			}
		case l.Value != nil:
			var v V
			if err := json.Unmarshal(l.Value, &v); err != nil {
				return err
			}
			if err := value(v); err != nil {
				return err
			}
		}
	}
}

// one asks a question that has a single value for an answer.
func one[V any](ctx context.Context, c *client, path string, question any) (v V, err error) {
	err = ask(ctx, c, path, question, func(got V) error { v = got; return nil }, func(struct{}) {})
	return v, err
}

// oneOfLongWork is one for work that tells how far it is.
func oneOfLongWork[V any](ctx context.Context, c *client, path string, question any, p *progress) (v V, err error) {
	defer p.end()
	err = ask(ctx, c, path, question, func(got V) error { v = got; return nil }, p.show)
	return v, err
}

// overSocket is a client of the daemon at a control socket.
func overSocket(path string) *client {
	t := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return dialUnix(path) }}
	return &client{http: &http.Client{Transport: t}, close: func() error { t.CloseIdleConnections(); return nil }}
}

// withoutDaemon is a client that speaks with a handler of this process.
func withoutDaemon(h http.Handler, closeArchive func() error) *client {
	l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: h} //nolint:gosec // this process is its only client
	go server.Serve(l)                 //nolint:errcheck // ends with Close
	t := &http.Transport{DialContext: l.dial}
	return &client{http: &http.Client{Transport: t}, close: func() error {
		t.CloseIdleConnections()
		grace, cancel := context.WithTimeout(context.Background(), stopWithin) // work that was broken off comes to its end
		defer cancel()
		return errors.Join(server.Shutdown(grace), server.Close(), closeArchive())
	}}
}

// A pipeListener accepts connections from within the process.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case l.conns <- there:
		return here, nil
	case <-l.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "this process" }
