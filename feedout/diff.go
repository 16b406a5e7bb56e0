package feedout

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/stadtfeed/stadtfeed/news"
)

// A change is one edit of an item: what it changed, word by word.
type change struct {
	Number int
	Seen   time.Time
	Parts  []changedPart
}

// A changedPart is one changed field with its text before and after as runs.
type changedPart struct {
	Field string
	Runs  []run
}

// A run is a stretch of words that stayed, went or came.
type run struct {
	Text string
	Kind runKind
	Gap  bool // unchanged words were left out here
}

type runKind int8

const (
	stayed runKind = iota
	deleted
	inserted
)

// Deleted, Inserted and the like let the templates ask.
func (r run) Deleted() bool  { return r.Kind == deleted }
func (r run) Inserted() bool { return r.Kind == inserted }

// changes are the edits of an item, the latest first.
func changes(now news.Item, revisions []news.Revision) []change {
	slices.SortFunc(revisions, func(a, b news.Revision) int { return a.Number - b.Number })
	var list []change
	for i, r := range revisions {
		after := now
		if i+1 < len(revisions) {
			after = revisions[i+1].Item
		}
		list = append(list, change{Number: r.Number, Seen: r.Seen, Parts: changedParts(r.Item, after)})
	}
	slices.Reverse(list)
	return list
}

// changedParts compares the fields that people read.
func changedParts(a, b news.Item) []changedPart {
	files := func(it news.Item) string {
		var titles []string
		for _, f := range it.Attachments {
			titles = append(titles, line(f.Title))
		}
		return strings.Join(titles, ", ")
	}
	var parts []changedPart
	for _, f := range []struct{ name, before, after string }{
		{"headline", line(a.Headline), line(b.Headline)},
		{"kicker", line(a.Kicker), line(b.Kicker)},
		{"place", line(a.Place), line(b.Place)},
		{"published", a.Published.String(), b.Published.String()},
		{"teaser", clean(a.Teaser), clean(b.Teaser)},
		{"body", clean(a.BodyText), clean(b.BodyText)},
		{"byline", line(a.Byline), line(b.Byline)},
		{"tags", strings.Join(a.Tags, ", "), strings.Join(b.Tags, ", ")},
		{"attachments", files(a), files(b)},
	} {
		if news.Squash(f.before) != news.Squash(f.after) {
			parts = append(parts, changedPart{f.name, shorten(diffWords(f.before, f.after))})
		}
	}
	return parts
}

// mostDiffWords bounds the work of one comparison; longer texts are compared
// as a whole beyond their common beginning and end.
const mostDiffWords = 4000

// diffWords compares two texts word by word: the shortest edit script by
// Myers' algorithm, grouped into runs.
func diffWords(before, after string) []run {
	a, b := splitWords(before), splitWords(after)
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var runs []run
	add := func(kind runKind, words []string) {
		if text := strings.Join(words, ""); text != "" {
			if n := len(runs); n > 0 && runs[n-1].Kind == kind {
				runs[n-1].Text += text
				return
			}
			runs = append(runs, run{Text: text, Kind: kind})
		}
	}
	add(stayed, a[:head])
	middleA, middleB := a[head:len(a)-tail], b[head:len(b)-tail]
	if len(middleA)+len(middleB) > mostDiffWords {
		add(deleted, middleA)
		add(inserted, middleB)
	} else {
		for _, e := range myers(middleA, middleB) {
			add(e.kind, e.words)
		}
	}
	add(stayed, a[len(a)-tail:])
	return tidy(runs)
}

// tidy makes a difference readable: what stayed between two changes only by
// chance, a space or a short word, goes and comes with them.
func tidy(runs []run) []run {
	var out []run
	var gone, came string
	flush := func() {
		if gone != "" {
			out = append(out, run{Text: gone, Kind: deleted})
		}
		if came != "" {
			out = append(out, run{Text: came, Kind: inserted})
		}
		gone, came = "", ""
	}
	for i, r := range runs {
		switch {
		case r.Kind == deleted:
			gone += r.Text
		case r.Kind == inserted:
			came += r.Text
		case i > 0 && i < len(runs)-1 && chance(r.Text, gone, came):
			gone, came = gone+r.Text, came+r.Text
		default:
			flush()
			out = append(out, r)
		}
	}
	flush()
	return out
}

// chance reports whether text is too little to have stayed on purpose between
// changes of such size.
func chance(text, gone, came string) bool {
	if gone == "" || came == "" {
		return false
	}
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			letters++
		}
	}
	return letters == 0 && !strings.ContainsAny(text, "\n.!?") || letters < 4 && len(gone)+len(came) > 12
}

// splitWords cuts text into words and what stands between them.
func splitWords(s string) []string {
	var words []string
	start := 0
	class := -1
	for i, r := range s {
		c := 2
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			c = 0
		case unicode.IsSpace(r):
			c = 1
		}
		if i > start && (c != class || c == 2) {
			words = append(words, s[start:i])
			start = i
		}
		class = c
	}
	if start < len(s) {
		words = append(words, s[start:])
	}
	return words
}

type edit struct {
	kind  runKind
	words []string
}

// mostEdits bounds Myers' algorithm, whose work grows with the square of the
// differences; texts that differ more have no readable difference anyway.
const mostEdits = 600

// myers finds the shortest edit script between two lists of words.
func myers(a, b []string) []edit {
	n, m := len(a), len(b)
	bound := min(n+m, mostEdits)
	v := make([]int, 2*bound+2)
	var trace [][]int
	for d := 0; d <= bound; d++ {
		trace = append(trace, slices.Clone(v))
		for k := -d; k <= d; k += 2 {
			x := step(v, k, d, bound)
			for y := x - k; x < n && y < m && a[x] == b[y]; y = x - k {
				x++
			}
			v[k+bound] = x
			if x >= n && x-k >= m {
				return backtrack(a, b, trace, bound)
			}
		}
	}
	return []edit{{deleted, a}, {inserted, b}}
}

// step is how far diagonal k starts in round d.
func step(v []int, k, d, bound int) int {
	if k == -d || k != d && v[k-1+bound] < v[k+1+bound] {
		return v[k+1+bound]
	}
	return v[k-1+bound] + 1
}

// backtrack walks the rounds backwards and yields the edits in order.
func backtrack(a, b []string, trace [][]int, bound int) []edit {
	var edits []edit
	x, y := len(a), len(b)
	for d := len(trace) - 1; d >= 0; d-- {
		v := trace[d]
		k := x - y
		prev := k - 1
		if k == -d || k != d && v[k-1+bound] < v[k+1+bound] {
			prev = k + 1
		}
		px := 0
		if d > 0 {
			px = v[prev+bound]
		}
		py := px - prev
		if d == 0 {
			px, py = 0, 0
		}
		for x > px && y > py {
			edits = append(edits, edit{stayed, a[x-1 : x]})
			x, y = x-1, y-1
		}
		switch {
		case d == 0:
		case x > px:
			edits = append(edits, edit{deleted, a[x-1 : x]})
			x--
		default:
			edits = append(edits, edit{inserted, b[y-1 : y]})
			y--
		}
	}
	slices.Reverse(edits)
	return edits
}

// beside is how many bytes of unchanged text stay beside a change.
const beside = 160

// shorten leaves out the middle of long unchanged runs.
func shorten(runs []run) []run {
	var out []run
	for i, r := range runs {
		if r.Kind != stayed || len(r.Text) <= 2*beside+80 {
			out = append(out, r)
			continue
		}
		before, after := cutWordsEnd(r.Text, beside), lastWords(r.Text, beside)
		switch {
		case i == 0:
			out = append(out, run{Gap: true}, run{Text: after})
		case i == len(runs)-1:
			out = append(out, run{Text: before}, run{Gap: true})
		default:
			out = append(out, run{Text: before}, run{Gap: true}, run{Text: after})
		}
	}
	return out
}

func cutWordsEnd(s string, n int) string {
	s = cut(s, n)
	if i := strings.LastIndexByte(s, ' '); i > 0 {
		s = s[:i]
	}
	return s
}

func lastWords(s string, n int) string {
	s = strings.ToValidUTF8(s[len(s)-n:], "")
	if i := strings.IndexByte(s, ' '); i >= 0 {
		s = s[i+1:]
	}
	return s
}
