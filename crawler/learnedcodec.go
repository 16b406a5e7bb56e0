package crawler

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"math"
	"slices"
	"time"
)

// learnedForm is the first byte of what learned.marshal writes. Archives from
// before it hold JSON, which begins with a brace.
const learnedForm = 2

// readLearned reads what marshal wrote. What a later version wrote is learned
// anew.
func readLearned(data []byte) (l learned) {
	var err error
	switch {
	case len(data) == 0:
	case data[0] == '{':
		err = json.Unmarshal(data, &l)
	case data[0] == learnedForm:
		c := &learnedCodec{rest: string(data[1:])}
		l.walk(c)
		err = c.err
	default:
		return learned{}
	}
	if err != nil {
		return learned{}
	}
	return l
}

func (l learned) marshal() []byte {
	c := &learnedCodec{writes: true, out: make([]byte, 1, 1024)}
	c.out[0] = learnedForm
	l.walk(c)
	return c.out
}

// walk passes every field to a codec, in the order in which they stand. New
// ones come at the end: what an earlier version wrote ends before them, and
// leaves them zero.
func (l *learned) walk(c *learnedCodec) {
	c.uint(&l.Reading)
	c.text(&l.Schedule)
	c.flag(&l.Incomplete)
	c.text(&l.Feed)
	c.count(&l.Fresh)
	c.count(&l.Gone)
	codecJSON(c, &l.Ill)
	codecJSON(c, &l.Unread)
	codecJSON(c, &l.Proposal)
	c.int(&l.Began)
	c.keys(&l.OnList)
	c.count(&l.Reads)
	c.float(&l.Entries)
	c.shares(&l.Listed)
	c.shares(&l.Filled)
	c.count(&l.Read)
	c.shares(&l.Recent)
	c.moments(&l.News)
	c.shares(&l.Ruled)
	c.shares(&l.RuledRecent)
	c.count(&l.Weeks.Last)
	c.count(&l.Weeks.First)
	c.uint(&l.Weeks.Bits[0])
	c.uint(&l.Weeks.Bits[1])
	c.int(&l.Until)
	c.int(&l.Down)
	for i := range l.Shape {
		c.uint(&l.Shape[i])
	}
	c.count(&l.Rebuilt)
	c.int(&l.RebuiltAt)
	c.uint(&l.Ruling)
	c.int(&l.Since)
	c.robots(&l.Robots)
	c.int(&l.RobotsUntil)
	codecJSON(c, &l.Same)
	c.text(&l.Site)
	codecJSON(c, &l.Unmatched)
	c.keys(&l.Rows)
}

// A learnedCodec writes fields to out, or reads them from rest. Texts read are
// parts of one string, so that reading allocates little.
type learnedCodec struct {
	writes bool
	out    []byte
	rest   string
	err    error
}

var errLearnedCut = errors.New("cut off")

func (c *learnedCodec) uint(v *uint64) {
	if c.writes {
		c.out = binary.AppendUvarint(c.out, *v)
		return
	}
	if c.rest == "" {
		return // written before this field was there
	}
	var x uint64
	for shift := 0; shift < 64 && c.rest != ""; shift += 7 {
		b := c.rest[0]
		c.rest = c.rest[1:]
		x |= uint64(b&0x7f) << shift
		if b < 0x80 {
			*v = x
			return
		}
	}
	c.fail()
}

func (c *learnedCodec) fail() { c.rest, c.err = "", errLearnedCut }

func (c *learnedCodec) int(v *int64) {
	x := uint64(*v)<<1 ^ uint64(*v>>63)
	c.uint(&x)
	*v = int64(x>>1) ^ -int64(x&1)
}

func (c *learnedCodec) count(v *int) {
	x := int64(*v)
	c.int(&x)
	*v = int(x)
}

func (c *learnedCodec) flag(v *bool) {
	x := uint64(0)
	if *v {
		x = 1
	}
	c.uint(&x)
	*v = x != 0
}

func (c *learnedCodec) float(v *float64) {
	x := math.Float64bits(*v)
	c.uint(&x)
	*v = math.Float64frombits(x)
}

func (c *learnedCodec) text(v *string) {
	n := c.length(len(*v))
	if c.writes {
		c.out = append(c.out, *v...)
		return
	}
	*v, c.rest = c.rest[:n], c.rest[n:]
}

// length writes or reads how many bytes or elements follow. An element takes a
// byte at least.
func (c *learnedCodec) length(n int) int {
	x := uint64(n)
	c.uint(&x)
	if !c.writes && x > uint64(len(c.rest)) {
		c.fail()
		return 0
	}
	return int(x)
}

// shares are written in thousandths, which is all they have; see drift.
func (c *learnedCodec) shares(m *map[string]float64) {
	share := func(field *string, x *float64) {
		c.text(field)
		k := int64(math.Round(*x * 1000))
		c.int(&k)
		*x = float64(k) / 1000
	}
	n := c.length(len(*m))
	if c.writes {
		for _, field := range slices.Sorted(maps.Keys(*m)) {
			x := (*m)[field]
			share(&field, &x)
		}
		return
	}
	if n > 0 {
		*m = make(map[string]float64, n)
	}
	for range n {
		var field string
		var x float64
		share(&field, &x)
		(*m)[field] = x
	}
}

func (c *learnedCodec) keys(list *[]uint32) {
	codecList(c, list, func(v *uint32) {
		x := uint64(*v)
		c.uint(&x)
		*v = uint32(x)
	})
}

// moments ascend, so each is written as its distance from the one before.
func (c *learnedCodec) moments(list *[]int64) {
	before := int64(0)
	codecList(c, list, func(v *int64) {
		d := *v - before
		c.int(&d)
		before += d
		*v = before
	})
}

func codecList[T any](c *learnedCodec, list *[]T, one func(*T)) {
	n := c.length(len(*list))
	if !c.writes {
		if n == 0 {
			return
		}
		*list = make([]T, n)
	}
	for i := range n {
		v := (*list)[i]
		one(&v)
		(*list)[i] = v
	}
}

func (c *learnedCodec) robots(r *robots) {
	codecList(c, &r.rules, func(rule *robotsRule) {
		c.flag(&rule.allow)
		c.text(&rule.pattern)
	})
	delay := int64(r.delay)
	c.int(&delay)
	r.delay = time.Duration(delay)
	c.text(&r.agent)
}

// codecJSON is for what is hardly ever there.
func codecJSON[T any](c *learnedCodec, list *[]T) {
	text := ""
	if c.writes && len(*list) > 0 {
		data, err := json.Marshal(*list)
		if err != nil {
			panic(err) // strings and finite numbers
		}
		text = string(data)
	}
	c.text(&text)
	if !c.writes && text != "" && json.Unmarshal([]byte(text), list) != nil {
		c.fail()
	}
}
