package feedout

import (
	"errors"
	"sync"
	"time"
)

// errCrowded says that too much of one host or client waits already.
var errCrowded = errors.New("too many requests of this host wait already")

// A pace bounds what one party, a host that is asked or a client that has it
// asked, takes of all turns.
type pace struct {
	atOnce  int           // turns that run at the same time
	waiting int           // turns that wait; 0: any number
	burst   int           // turns without a pause
	every   time.Duration // between further ones; 0: no pause
}

// longestShun is how long a host is left alone after failures.
const longestShun = 10 * time.Minute

// mostParties is how many parties are remembered before those at rest are forgotten.
const mostParties = 1000

// Turns runs requests to hosts beside one another, each host and each client at
// its pace: who is slow, or wants none of it, keeps nobody else waiting.
//
//	t := &turns{atOnce: 64, most: 2000, host: pace{atOnce: 2, burst: 5, every: time.Second}}
//	err := t.add(&turn{host: "example.org", run: ask})
type turns struct {
	atOnce int // of all
	most   int // turns that wait; beyond, the oldest goes out
	host   pace
	client pace

	mu      sync.Mutex
	queue   []*turn // those that wait, the oldest first
	running int
	hosts   map[string]*party
	clients map[string]*party
	timer   *time.Timer
}

// A turn is one request to a host. Of two with one key that wait the later
// takes the place of the earlier; the empty key is nobody's. Run reports
// whether the host wanted the request: each in a row that it did not doubles
// the pause until the next.
type turn struct {
	key    subKey
	host   string
	client string // empty: nobody in particular
	run    func() (wanted bool)
}

// A party is a host or client at its pace.
type party struct {
	running, waiting, failures int
	next                       time.Time // when its turns would be at their pace without bursts
}

// add lets a turn wait and starts what may run. It is errCrowded where too many
// of its host or client wait.
func (t *turns) add(one *turn) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hosts == nil {
		t.hosts, t.clients = map[string]*party{}, map[string]*party{}
	}
	for i, old := range t.queue {
		if old.key == one.key && one.key != (subKey{}) && old.host == one.host && old.client == one.client {
			t.queue[i] = one
			return nil
		}
	}
	host, client := of(t.hosts, one.host), of(t.clients, one.client)
	if t.host.crowded(host) || one.client != "" && t.client.crowded(client) {
		return errCrowded
	}
	if len(t.queue) >= t.most {
		t.leave(0)
	}
	t.queue = append(t.queue, one)
	host.waiting++
	client.waiting++
	t.start()
	return nil
}

// of is the party of a name.
func of(parties map[string]*party, name string) *party {
	p := parties[name]
	if p == nil {
		p = &party{}
		parties[name] = p
	}
	return p
}

func (p pace) crowded(who *party) bool { return p.waiting > 0 && who.waiting >= p.waiting }

// leave takes a turn out of the queue.
func (t *turns) leave(i int) {
	one := t.queue[i]
	t.queue = append(t.queue[:i], t.queue[i+1:]...)
	of(t.hosts, one.host).waiting--
	of(t.clients, one.client).waiting--
}

// start runs the turns that may, and comes back when the next may.
func (t *turns) start() {
	now := time.Now()
	soonest := time.Duration(0)
	for i := 0; i < len(t.queue) && t.running < t.atOnce; {
		one := t.queue[i]
		wait, free := t.wait(one, now)
		if !free || wait > 0 {
			if free && (soonest == 0 || wait < soonest) {
				soonest = wait
			}
			i++
			continue
		}
		t.leave(i)
		t.begin(one, now)
	}
	if t.timer != nil {
		t.timer.Stop()
		t.timer = nil
	}
	if soonest > 0 && t.running < t.atOnce {
		t.timer = time.AfterFunc(soonest, func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.start()
		})
	}
	forget(t.hosts, now)
	forget(t.clients, now)
}

// wait is how long a turn has to wait for the pace of its parties; free is
// false where one of them has to end another first.
func (t *turns) wait(one *turn, now time.Time) (wait time.Duration, free bool) {
	host := of(t.hosts, one.host)
	if host.running >= t.host.atOnce {
		return 0, false
	}
	wait = t.host.wait(host, now)
	if one.client == "" {
		return wait, true
	}
	client := of(t.clients, one.client)
	return max(wait, t.client.wait(client, now)), client.running < t.client.atOnce
}

// wait is how long a party has to wait before its next turn.
func (p pace) wait(who *party, now time.Time) time.Duration {
	from := who.next
	if who.failures == 0 {
		from = from.Add(-time.Duration(p.burst-1) * p.every)
	}
	return max(from.Sub(now), 0)
}

// took notes that a party has begun a turn.
func (p pace) took(who *party, now time.Time) {
	who.running++
	if who.next.Before(now) {
		who.next = now
	}
	who.next = who.next.Add(p.every)
}

func (t *turns) begin(one *turn, now time.Time) {
	t.running++
	t.host.took(of(t.hosts, one.host), now)
	if one.client != "" {
		t.client.took(of(t.clients, one.client), now)
	}
	go func() {
		wanted := one.run()
		t.mu.Lock()
		defer t.mu.Unlock()
		t.end(one, wanted)
	}()
}

// end notes how a turn went and lets the next run.
func (t *turns) end(one *turn, wanted bool) {
	t.running--
	host := of(t.hosts, one.host)
	host.running--
	if one.client != "" {
		of(t.clients, one.client).running--
	}
	if wanted || t.host.every == 0 {
		host.failures = 0
	} else {
		host.failures++
		shun := min(t.host.every<<min(host.failures, 12), longestShun)
		if until := time.Now().Add(shun); until.After(host.next) {
			host.next = until
		}
	}
	t.start()
}

// forget drops the parties at rest once there are many.
func forget(parties map[string]*party, now time.Time) {
	if len(parties) < mostParties {
		return
	}
	for name, p := range parties {
		if p.running == 0 && p.waiting == 0 && p.next.Before(now) {
			delete(parties, name)
		}
	}
}
