package main

import (
	"sync"
	"time"
)

const (
	firstRetry = time.Minute
	lastRetry  = time.Hour
)

// Retries are when receivers that refused are asked again, by their names.
type retries struct {
	mu sync.Mutex
	of map[string]retry
}

type retry struct {
	since, at time.Time
	wait      time.Duration
}

// waits reports whether it is too early to ask a receiver again.
func (r *retries) waits(name string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return now.Before(r.of[name].at)
}

// note plans the next try after a failure: after a minute, doubled up to an hour.
func (r *retries) note(name string, err error, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		delete(r.of, name)
		return
	}
	if r.of == nil {
		r.of = map[string]retry{}
	}
	next := r.of[name]
	if next.since.IsZero() {
		next.since = now
	}
	next.wait = min(max(2*next.wait, firstRetry), lastRetry)
	next.at = now.Add(next.wait)
	r.of[name] = next
}

// refusing is since when a receiver refuses; zero: it does not.
func (r *retries) refusing(name string) time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of[name].since
}
