package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stadtfeed/stadtfeed/extract"
)

// A candidateJSON is what a field might have been read from, with what each rule
// gave it.
type candidateJSON struct {
	Text  string     `json:"text"`
	Where string     `json:"where,omitempty"` // CSS path, or key of a declaration
	Sum   float64    `json:"sum"`
	Rules []stepJSON `json:"rules"`
}

type stepJSON struct {
	Rule   extract.RuleName `json:"rule"`
	Weight float64          `json:"weight"`
}

// candidates are those of the explained field, the weightiest first. One that
// was weighed the same several times, as rows of lists are that overlap, is told
// once.
func (f finding) candidates() []candidateJSON {
	if f.why == nil {
		return nil
	}
	all := make([]candidateJSON, 0, len(f.why.Notes))
	met := make(map[string]bool)
	for _, n := range f.why.Notes {
		c := candidateJSON{Text: n.Text, Where: n.Where, Sum: n.Sum, Rules: []stepJSON{}}
		for _, s := range n.Steps {
			c.Rules = append(c.Rules, stepJSON{s.Rule, s.Weight})
		}
		if key := fmt.Sprint(c); !met[key] {
			met[key] = true
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b candidateJSON) int { return cmp.Compare(b.Sum, a.Sum) })
	return all
}

// candidatesShown is how many candidates a person is shown; --json has all.
const candidatesShown = 25

// printWhy shows the candidates of the explained field.
func (f finding) printWhy(p *printer) {
	if f.why == nil {
		return
	}
	all := f.candidates()
	p.line("")
	if len(all) == 0 {
		p.line("%s  nothing was weighed: the configuration or the preset says where it stands (--preset none), or the page has none", p.paint(bold, "why "+f.why.Field))
		return
	}
	p.line("%s  %d candidates, the weightiest first", p.paint(bold, "why "+f.why.Field), len(all))
	for i, c := range all {
		if i == candidatesShown {
			p.line("%s", p.paint(dim, fmt.Sprintf("  and %d more (--json shows all)", len(all)-i)))
			break
		}
		var given []string
		for _, s := range c.Rules {
			given = append(given, fmt.Sprintf("%s %+.4g", s.Rule, s.Weight))
		}
		p.line("  %6.2f  %s", c.Sum, visible(cut(c.Text, 90)))
		p.line("          %s", p.paint(dim, visible(cut(strings.Join(given, ", ")+"  "+c.Where, 160))))
	}
}
