package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// Strings is one string or a list of them.
type Strings []string

// UnmarshalYAML reads both forms.
func (s *Strings) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		var one string
		if err := node.Decode(&one); err != nil {
			return err
		}
		*s = Strings{one}
		return nil
	}
	return node.Decode((*[]string)(s))
}

// MarshalYAML writes a single string as such.
func (s Strings) MarshalYAML() (any, error) {
	if len(s) == 1 {
		return s[0], nil
	}
	return []string(s), nil
}

// An Age is how long something is kept: a Go duration, or days or weeks such
// as 30d or 8w. Zero means for good.
type Age time.Duration

// ages are the units that Go durations lack.
var ages = map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour}

// UnmarshalText reads an age.
func (a *Age) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if s == "0" {
		*a = 0
		return nil
	}
	for unit, length := range ages {
		if n, err := strconv.Atoi(strings.TrimSuffix(s, unit)); err == nil && strings.HasSuffix(s, unit) && n >= 0 && n < 100_000 {
			*a = Age(time.Duration(n) * length)
			return nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is not a length of time (such as 30d, 8w or 12h; 0 keeps them forever)", s)
	}
	*a = Age(d)
	return nil
}

// MarshalText is the age as the file writes it.
func (a Age) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// String is the age in its largest even unit.
func (a Age) String() string {
	d := time.Duration(a)
	switch {
	case d == 0:
		return "0"
	case d%(24*time.Hour) == 0:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	default:
		return d.String()
	}
}

// Duration is the age as a time.Duration; zero means for good.
func (a Age) Duration() time.Duration { return time.Duration(a) }

// A Size is a number of bytes, such as 64MB, 128MiB or 1GB.
type Size int64

// sizes are the units of a Size, the longer names first.
var sizes = []struct {
	unit  string
	bytes int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"KB", 1e3}}

// leastMemory is the least that the crawler, or a folder of pictures, can work with.
const leastMemory Size = 16 << 20

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	given := strings.TrimSpace(string(text))
	for _, u := range sizes {
		number, ok := strings.CutSuffix(given, u.unit)
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if !ok || err != nil || n < 0 || n > 1<<20 {
			continue
		}
		if *s = Size(n * u.bytes); *s < leastMemory {
			return fmt.Errorf("%s is too little to work with; at least %s is needed", given, leastMemory)
		}
		return nil
	}
	return fmt.Errorf("%q is not a size (such as 128MB or 1GiB)", given)
}

// MarshalText is the size as the file writes it.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// String is the size in its largest even unit.
func (s Size) String() string {
	for _, u := range sizes {
		if s > 0 && int64(s)%u.bytes == 0 {
			return fmt.Sprintf("%d%s", int64(s)/u.bytes, u.unit)
		}
	}
	return strconv.FormatInt(int64(s), 10)
}

// Titles say what stands before the headlines of feeds.
type Titles string

// The titles that a file can ask for.
const (
	PlaceTitles Titles = "place"
	PlainTitles Titles = "plain"
)

// UnmarshalText reads titles.
func (t *Titles) UnmarshalText(text []byte) error {
	switch given := Titles(strings.TrimSpace(string(text))); given {
	case PlaceTitles, PlainTitles:
		*t = given
		return nil
	default:
		return fmt.Errorf("titles %q: want place or plain", given)
	}
}

// Savers are who may save searches.
type Savers string

// The savers that a file can name; the empty value is nobody.
const (
	KeySavers Savers = "keys"
	AnySaver  Savers = "everybody"
)

// UnmarshalText reads savers.
func (s *Savers) UnmarshalText(text []byte) error {
	switch given := Savers(strings.TrimSpace(string(text))); given {
	case KeySavers, AnySaver:
		*s = given
		return nil
	default:
		return fmt.Errorf("saved_searches %q: want keys or everybody", given)
	}
}

// Links are names with addresses, in the order of the file.
type Links []Link

// A Link is a name with its address.
type Link struct{ Name, URL string }

// UnmarshalYAML reads a mapping of names to addresses.
func (l *Links) UnmarshalYAML(node *yaml.Node) error {
	var to map[string]string
	if err := node.Decode(&to); err != nil {
		return err
	}
	*l = nil
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		*l = append(*l, Link{name, to[name]})
	}
	return nil
}

// MarshalYAML writes the mapping.
func (l Links) MarshalYAML() (any, error) {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for _, link := range l {
		node.Content = append(node.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: link.Name}, &yaml.Node{Kind: yaml.ScalarNode, Value: link.URL})
	}
	return node, nil
}
