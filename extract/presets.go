package extract

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/extract/internal/dom"
	"github.com/stadtfeed/stadtfeed/news"
)

//go:embed presets/*.yaml
var presetFiles embed.FS

// loadPresets reads the embedded presets once; a test holds that they are right.
var loadPresets = sync.OnceValues(func() ([]Preset, error) {
	files, err := presetFiles.ReadDir("presets")
	if err != nil {
		return nil, fmt.Errorf("presets: %w", err)
	}
	var all []Preset
	for _, f := range files {
		text, err := presetFiles.ReadFile(path.Join("presets", f.Name()))
		if err != nil {
			return nil, fmt.Errorf("presets: %w", err)
		}
		p, err := ParsePreset(text)
		if err != nil {
			return nil, fmt.Errorf("presets/%s: %w", f.Name(), err)
		}
		if p.Name != strings.TrimSuffix(f.Name(), ".yaml") {
			return nil, fmt.Errorf("presets/%s: the preset calls itself %q", f.Name(), p.Name)
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Preset) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
})

// ParsePreset reads a preset file. Unknown keys are mistakes.
func ParsePreset(text []byte) (Preset, error) {
	var p Preset
	err := yaml.Load(text, &p, yaml.WithKnownFields())
	switch {
	case err != nil:
		return Preset{}, err
	case p.Name == "" || p.Title == "":
		return Preset{}, fmt.Errorf("preset needs a name and a title")
	case slices.ContainsFunc(p.Fingerprint.Markup, func(s string) bool { return len(s) < 4 }):
		return Preset{}, fmt.Errorf("preset %s: fingerprint: markup of less than four letters tells nothing", p.Name)
	}
	return p, nil
}

// Presets are all built-in presets, by name.
func Presets() []Preset {
	all, err := loadPresets()
	if err != nil {
		panic(err) // the files are part of the program
	}
	return all
}

// LookupPreset is the built-in preset of that name. The error of an unknown
// name suggests the nearest one.
func LookupPreset(name string) (Preset, error) {
	all := Presets()
	if i := slices.IndexFunc(all, func(p Preset) bool { return p.Name == name }); i >= 0 {
		return all[i], nil
	}
	if near := nearestPreset(name, all); near != "" {
		return Preset{}, fmt.Errorf("unknown preset %q (did you mean %s?)", name, near)
	}
	return Preset{}, fmt.Errorf("unknown preset %q (stadtfeed presets lists them)", name)
}

// nearestPreset is the name that begins alike or differs in few letters.
func nearestPreset(name string, all []Preset) string {
	name = strings.ToLower(strings.TrimSpace(name))
	best, least := "", 1+len(name)/3
	for _, p := range all {
		if name != "" && (strings.HasPrefix(p.Name, name) || strings.HasPrefix(name, p.Name)) {
			return p.Name
		}
		if n := news.EditDistance(name, p.Name); n < least || n == least && best == "" {
			best, least = p.Name, n
		}
	}
	return best
}

// findPreset is the preset that the options name, or else the one whose
// fingerprint the page bears; nil for none.
func findPreset(d *dom.Page, text []byte) (*Preset, error) {
	switch {
	case d.Options.NoPreset:
		return nil, nil
	case d.Options.Preset != "":
		p, err := LookupPreset(d.Options.Preset)
		if err != nil {
			return nil, err
		}
		return &p, nil
	}
	if d.Feed != nil {
		text = nil
	}
	all := Presets()
	generator := d.Meta("generator")
	marked := presetMarks().in(text)
	for _, told := range []func(int, *Fingerprint) bool{
		func(_ int, f *Fingerprint) bool { return !f.Address.IsZero() && f.Address.MatchString(d.Page.URL) },
		func(i int, f *Fingerprint) bool {
			return marked[i] && (f.Select.IsZero() || len(d.SelectAll(0, f.Select)) > 0)
		},
		func(_ int, f *Fingerprint) bool {
			return generator != "" && !f.Generator.IsZero() && f.Generator.MatchString(generator)
		},
	} {
		for i := range all {
			if told(i, &all[i].Fingerprint) {
				return &all[i], nil
			}
		}
	}
	return nil, nil
}

// marks finds the strings of all fingerprints in one pass that skips most of a
// page: two bytes that stand nowhere in the beginnings of the marks cannot be
// within one, and those that do say how far the next may be (Wu and Manber,
// "A fast algorithm for multi-pattern searching", 1994).
type marks struct {
	least int           // bytes of each mark that are looked at: the length of the shortest
	skip  [1 << 16]byte // by two bytes, how far the window may move at the least
	last  map[uint16][]mark
}

type mark struct {
	text   string
	preset int
}

var presetMarks = sync.OnceValue(func() *marks {
	var all []mark
	for i, p := range Presets() {
		for _, text := range p.Fingerprint.Markup {
			all = append(all, mark{text, i})
		}
	}
	return newMarks(all)
})

// newMarks prepares marks of two bytes or more.
func newMarks(all []mark) *marks {
	m := &marks{least: 255, last: map[uint16][]mark{}}
	for _, k := range all {
		m.least = min(m.least, len(k.text))
	}
	for i := range m.skip {
		m.skip[i] = byte(m.least - 1) //nolint:gosec // at most 254
	}
	for _, k := range all {
		for at := range m.least - 1 {
			pair := pairAt(k.text, at)
			m.skip[pair] = min(m.skip[pair], byte(m.least-2-at)) //nolint:gosec // smaller still
		}
		end := pairAt(k.text, m.least-2)
		m.last[end] = append(m.last[end], k)
	}
	return m
}

func pairAt[T string | []byte](text T, at int) uint16 {
	return uint16(text[at])<<8 | uint16(text[at+1])
}

// in tells of which presets a page holds a mark.
func (m *marks) in(page []byte) map[int]bool {
	found := make(map[int]bool)
	for at := m.least - 2; at+1 < len(page); {
		pair := pairAt(page, at)
		if skip := m.skip[pair]; skip > 0 {
			at += int(skip)
			continue
		}
		window := page[at+2-m.least:]
		for _, k := range m.last[pair] {
			if len(window) >= len(k.text) && string(window[:len(k.text)]) == k.text {
				found[k.preset] = true
			}
		}
		at++
	}
	return found
}
