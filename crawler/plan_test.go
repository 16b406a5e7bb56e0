package crawler

import (
	"net/http"
	"testing"
	"time"
)

// TestClockThatWasAhead holds that a visit which was planned by a clock that
// was ahead is planned anew once the clock is right: by the running daemon,
// after a restart and after a reload.
func TestClockThatWasAhead(t *testing.T) {
	for _, ahead := range []time.Duration{2 * time.Hour, day, 400 * day} {
		for name, notice := range map[string]func(d *desk, yaml string){
			"running": func(d *desk, _ string) { d.replan(t.Context()) },
			"restart": (*desk).restart,
			"reload":  (*desk).configure,
		} {
			t.Run(name+" "+ahead.String(), func(t *testing.T) {
				w := newTown(t, "b", "a")
				yaml := oneSource(w.URL, "    schedule: '*/30 * * * *'")
				d := newDesk(t, yaml)
				right := d.Now()
				d.replan(t.Context())
				d.set(right.Add(ahead))
				d.visit(VisitOptions{})
				if due := d.state().Due; due.Before(right.Add(ahead)) {
					t.Fatalf("due %s, before the visit", due)
				}
				d.set(right.Add(time.Minute))
				notice(d, yaml)
				if wait := d.state().Due.Sub(d.Now()); wait < 0 || wait > time.Hour {
					t.Errorf("the next visit is in %s, want it within the schedule", wait)
				}
			})
		}
	}
}

// TestVisitsPutOffForAReasonStay holds that failures and a host's own wish may
// put a visit off for longer than the schedule.
func TestVisitsPutOffForAReasonStay(t *testing.T) {
	w := newTown(t, "a")
	w.override = map[string]http.HandlerFunc{"/": func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Retry-After", "259200")
		rw.WriteHeader(http.StatusTooManyRequests)
	}}
	d := newDesk(t, oneSource(w.URL, "    schedule: '*/30 * * * *'"))
	d.visit(VisitOptions{})
	due := d.state().Due
	if wait := due.Sub(d.Now()); wait < 3*day {
		t.Fatalf("due in %s, want what the host asked for", wait)
	}
	for range 3 {
		d.pass(2 * time.Hour)
		d.replan(t.Context())
		d.configure(oneSource(w.URL, "    schedule: '*/30 * * * *'"))
	}
	if got := d.state().Due; !got.Equal(due) {
		t.Errorf("due %s, want %s as before", got, due)
	}
	d.set(d.Now().Add(-30 * day))
	d.replan(t.Context())
	if wait := d.state().Due.Sub(d.Now()); wait > longestRetryAfter+time.Hour {
		t.Errorf("with the clock set back by 30 days it is due in %s", wait)
	}
}

// TestWishesOfHostsUnderAWrongClock holds that what a host asked for while the
// clock was ahead is in force no longer than it could ask for.
func TestWishesOfHostsUnderAWrongClock(t *testing.T) {
	w := newTown(t, "b", "a")
	w.override = map[string]http.HandlerFunc{"/robots.txt": func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(http.StatusInternalServerError) }}
	yaml := oneSource(w.URL)
	d := newDesk(t, yaml)
	right := d.Now()
	d.set(right.Add(400 * day))
	if v := d.visit(VisitOptions{}); v.Err == "" {
		t.Fatalf("visit without robots.txt: %+v", v)
	}
	w.change(func() { w.override = nil })
	d.set(right.Add(time.Hour))
	d.restart(yaml)
	if v := d.visit(VisitOptions{}); v.Err != "" || v.Added != 2 {
		t.Errorf("visit: %+v, want it as before", v)
	}
	w.change(func() {
		w.override = map[string]http.HandlerFunc{"/": func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Retry-After", "86400")
			rw.WriteHeader(http.StatusTooManyRequests)
		}}
	})
	d.set(right.Add(400 * day))
	d.visit(VisitOptions{})
	w.change(func() { w.override = nil })
	d.set(right.Add(2 * time.Hour))
	d.restart(yaml)
	if v := d.visit(VisitOptions{}); v.Err != "" {
		t.Errorf("visit: %+v, want it as before", v)
	}
}
