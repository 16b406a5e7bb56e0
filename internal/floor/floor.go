//go:build unix

package floor

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// A Race is one figure and its floor: what the same work costs at the least,
// in the same run. Its turns alternate, so that what else the machine does
// meets both.
//
//	race := floor.Race{Unit: "µs/page", Per: len(pages), Must: 1.35}
//	for b.Loop() {
//		race.Ours(func() { readAll(pages) })
//		race.Floor(func() { parseAll(pages) })
//	}
//	race.Report(b)
type Race struct {
	Unit       string  // "µs/page" or "ms/visit": the prefix is the unit of time
	Per        int     // how many of them one turn does
	Must       float64 // the processor time allowed, as a multiple of the floor's
	MustAllocs float64 // likewise for allocations; 0: they are not reported

	ours, floor cost
}

// A cost is what all turns of one side took.
type cost struct {
	turns  int
	cpu    time.Duration
	allocs uint64
}

// Ours measures a turn of the program.
func (r *Race) Ours(f func()) { r.ours.add(f) }

// Floor measures a turn of the least that would do.
func (r *Race) Floor(f func()) { r.floor.add(f) }

func (c *cost) add(f func()) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := CPU()
	f()
	c.cpu += CPU() - start
	runtime.ReadMemStats(&after)
	c.allocs += after.Mallocs - before.Mallocs
	c.turns++
}

// CPU is the processor time that the process has used so far: unlike the clock
// on the wall it does not mind what else the machine does.
func CPU() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// Report reports the figure, its floor, the ratio of the two and what the
// ratio must not exceed.
func (r *Race) Report(b *testing.B) {
	b.Helper()
	unit := time.Microsecond
	if r.Unit[0] == 'm' {
		unit = time.Millisecond
	}
	each := func(c cost, sum float64) float64 { return sum / float64(c.turns*r.Per) }
	AtMost(b, r.Unit, each(r.ours, float64(r.ours.cpu)/float64(unit)), each(r.floor, float64(r.floor.cpu)/float64(unit)), r.Must)
	if r.MustAllocs > 0 {
		AtMost(b, "allocs", each(r.ours, float64(r.ours.allocs)), each(r.floor, float64(r.floor.allocs)), r.MustAllocs)
	}
	b.ReportMetric(0, "ns/op")
}

// AtMost reports a figure and its floor; their ratio must not exceed must.
func AtMost(b *testing.B, unit string, figure, floor, must float64) {
	b.Helper()
	b.ReportMetric(must, "must-×"+unit)
	ratio(b, unit, figure, floor)
}

// AtLeast reports a figure of which more is better, and what it is compared
// with; their ratio must reach must.
func AtLeast(b *testing.B, unit string, figure, floor, must float64) {
	b.Helper()
	b.ReportMetric(must, "least-×"+unit)
	ratio(b, unit, figure, floor)
}

func ratio(b *testing.B, unit string, figure, floor float64) {
	b.Helper()
	b.ReportMetric(figure, unit)
	b.ReportMetric(floor, "floor-"+unit)
	b.ReportMetric(figure/floor, "×"+unit)
}
