package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/stadtfeed/stadtfeed/news"
)

// progressEvery is how often progress is told where there is no terminal.
const progressEvery = 10 * time.Second

// A progress tells how far long work is: on a terminal in one line that renews
// itself, elsewhere in a line every ten seconds. It goes to where logs go, so
// that results stay alone.
type progress struct {
	w     io.Writer
	bar   *progressbar.ProgressBar // nil: no terminal
	over  chan struct{}
	lines sync.WaitGroup

	mu   sync.Mutex
	last step
}

// A step is how far work is. Where its total is not known that is 0.
type step struct {
	Doing string `json:"doing,omitempty"`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
	Bytes bool   `json:"bytes,omitempty"` // that is what is counted
}

// String says "checking the archive: 1.2 GiB of 3.0 GiB".
func (s step) String() string {
	text := func(n int64) string { return fmt.Sprint(n) }
	if s.Bytes {
		text = bytesText
	}
	if s.Total == 0 {
		return s.Doing + ": " + text(s.Done)
	}
	return s.Doing + ": " + text(s.Done) + " of " + text(s.Total)
}

// newProgress begins to tell how far work is, until end.
func newProgress(w io.Writer, doing string) *progress {
	p := &progress{w: w, over: make(chan struct{}), last: step{Doing: doing}}
	if isTerminal(w) {
		p.bar = progressbar.NewOptions64(1, progressbar.OptionSetWriter(w), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription(doing), progressbar.OptionFullWidth(), progressbar.OptionSetPredictTime(false),
			progressbar.OptionThrottle(50*time.Millisecond))
		return p
	}
	p.lines.Go(p.tell)
	return p
}

// tell writes a line every ten seconds.
func (p *progress) tell() {
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	for {
		select {
		case <-p.over:
			return
		case <-ticker.C:
			fmt.Fprintln(p.w, visible(p.said()))
		}
	}
}

// said is how far the work was last.
func (p *progress) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last.String()
}

// show tells how far the work is; without a word for it, it is the last one.
func (p *progress) show(s step) {
	p.mu.Lock()
	if s.Doing == "" {
		s.Doing = p.last.Doing
	}
	p.last = s
	p.mu.Unlock()
	if p.bar == nil {
		return
	}
	p.bar.Describe(visible(s.String()))
	p.bar.ChangeMax64(max(s.Total, s.Done+1)) // at its end a bar would be gone
	p.bar.Set64(s.Done)                       //nolint:errcheck,gosec // a terminal that went away needs no bar
}

// clear makes room for results on the terminal; the next show draws anew.
func (p *progress) clear() {
	if p.bar != nil {
		p.bar.Clear() //nolint:errcheck,gosec // see show
	}
}

// end stops telling. It may be called more than once, one call after the other.
func (p *progress) end() {
	select {
	case <-p.over:
	default:
		close(p.over)
	}
	p.lines.Wait()
	p.clear()
}

// An interruption is the end of a command by Ctrl-C, with what is left of the work.
type interruption struct{ left string }

func (i interruption) Error() string { return "interrupted: " + i.left }

// interruptedBy is err, or, where ctx has ended, an interruption with what is left.
func interruptedBy(ctx context.Context, err error, left string) error {
	if err != nil && ctx.Err() != nil {
		return interruption{left}
	}
	return err
}

// telling is a context under which the archive's long work tells a stream how far
// it is.
func telling(r *http.Request, s *stream, doing string, bytes bool) context.Context {
	return news.WithProgress(r.Context(), func(done, total int64) { s.progress(step{doing, done, total, bytes}) })
}

// counting reports how many bytes have passed.
type counting struct {
	io.Reader
	n    int64
	told func(n int64)
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	c.told(c.n)
	return n, err
}
