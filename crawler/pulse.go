package crawler

import (
	"context"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A pulse tells whether the crawler still moves.
type pulse struct {
	mu      sync.Mutex
	turned  time.Time
	commits map[int]time.Time // under way: when they began
	last    int
}

// turn notes that the loop goes on.
func (p *pulse) turn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turned = time.Now()
}

// commit notes that a commit begins, and gives what notes its end.
func (p *pulse) commit() (end func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.commits == nil {
		p.commits = map[int]time.Time{}
	}
	p.last++
	n := p.last
	p.commits[n] = time.Now()
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.commits, n)
	}
}

func (p *pulse) since() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	since := p.turned
	for _, began := range p.commits {
		if began.Before(since) {
			since = began
		}
	}
	return since
}

// store is Archive.Commit, which the watchdog sees.
func (c *Crawler) store(ctx context.Context, reports ...news.Report) ([]news.Committed, error) {
	end := c.alive.commit()
	defer end()
	return c.Archive.Commit(ctx, reports...)
}
