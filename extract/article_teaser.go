package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// readTeaser finds the summary: what the page marks as such, or what it
// declares of itself.
func (r *reader) readTeaser() {
	it := &r.art.Item
	if it.Teaser != "" {
		return
	}
	shown := r.shownTeaser()
	for _, c := range r.claims[ofDescription] {
		if text := r.fullTeaser(c.value, shown); text != "" {
			r.set("teaser", &it.Teaser, text, Evidence{Rule: c.rule, Where: c.where})
			return
		}
	}
	if shown >= 0 {
		r.teaserAt = shown
		r.set("teaser", &it.Teaser, r.d.text(shown), Evidence{Rule: "teaser", Where: r.d.where(shown)})
	}
}

func (r *reader) fullTeaser(description string, _ nodeID) string {
	return description
}

// shownTeaser is the block that class or boldness make the summary, or -1.
func (r *reader) shownTeaser() nodeID {
	seen := 0
	for i := max(r.root, r.headline); i < r.d.nodes[r.root].end && seen < 4; i++ {
		n := &r.d.nodes[i]
		if n.flags&isText != 0 || n.text < 40 || r.cut[i] {
			continue
		}
		if n.hints&hintTeaser != 0 && n.text < 900 && n.linked < n.text/2 && n.hints&hintList == 0 {
			return i
		}
		if r.own[i] >= 40 {
			if seen++; r.isBold(i) {
				return i
			}
		}
	}
	return -1
}

// isBold reports whether all text of a block is bold.
func (r *reader) isBold(i nodeID) bool {
	var bold int32
	for j := i + 1; j < r.d.nodes[i].end; j++ {
		switch r.d.nodes[j].tag {
		case atom.B, atom.Strong:
			bold += r.d.nodes[j].text
		}
	}
	return float64(bold) >= 0.9*float64(r.d.nodes[i].text)
}

// startsLike reports whether a text begins as another one does.
func startsLike(text, start string) bool {
	return start != "" && strings.HasPrefix(key(text), key(start))
}
