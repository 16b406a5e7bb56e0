// Package rulestest holds tables of rules to their examples.
package rulestest

import (
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
)

// Examples runs the example of every row and of every adjustment of a table.
// read turns an example into the candidates that a page would yield for it. One
// of them must be decided by the row, which no row before it may take, or must
// meet the adjustment. Names must be told apart and, but for those that need a
// whole page to show, which the caller names, every rule needs an example.
func Examples[C any](t *testing.T, table *rules.Table[C], read func(t *testing.T, example string) []*C, without ...rules.Name) {
	t.Helper()
	excused := make(map[rules.Name]bool, len(without))
	for _, name := range without {
		excused[name] = true
	}
	seen := make(map[rules.Name]bool)
	check := func(name rules.Name, example string, fits func(*C) bool) {
		if name == "" || seen[name] {
			t.Errorf("%s: two rules are called %q, or one has no name", table.Field, name)
		}
		seen[name] = true
		if (example == "") != excused[name] {
			t.Errorf("%s: rule %q has the example %q, excused from having one: %v", table.Field, name, example, excused[name])
		}
		if example == "" {
			return
		}
		t.Run(string(name), func(t *testing.T) {
			all := read(t, example)
			for _, c := range all {
				if fits(c) {
					return
				}
			}
			t.Errorf("%s: rule %q does not decide any of %d candidates in its example %q", table.Field, name, len(all), example)
			for _, c := range all {
				if r := table.Decide(c); r != nil {
					t.Logf("row %q decides %+v", r.Name, *c)
				}
			}
		})
	}
	for i := range table.Rows {
		row := &table.Rows[i]
		check(row.Name, row.Example, func(c *C) bool { return table.Decide(c) == row })
	}
	for i := range table.Adjustments {
		a := &table.Adjustments[i]
		check(a.Name, a.Example, func(c *C) bool { return a.Times(c) != 0 })
	}
	for i := range table.Caps {
		check(table.Caps[i].Name, table.Caps[i].Example, table.Caps[i].Fits)
	}
}
