package config

import (
	"fmt"
	"os"
	"reflect"

	"github.com/cespare/xxhash/v2"
	"go.yaml.in/yaml/v4"
)

// Origins tells where the files say the values of a configuration: "delay" and
// "sources[3].url" (counted over all files) are FILE:LINE. What no file says is
// not in it; what the environment says is in Environment. It reads the files again.
func (c *Config) Origins() (map[string]string, error) {
	l := &loader{cfg: &Config{}, digest: xxhash.New()}
	from := map[string]string{}
	counts := map[string]int{}
	for _, path := range c.Files {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f := l.read(path, data, reflect.TypeFor[Config]())
		if f == nil || f.root == nil {
			continue
		}
		for _, list := range []string{"sources", "feeds"} {
			for _, one := range elements(value(f.root, list)) {
				note(from, path, fmt.Sprintf("%s[%d].", list, counts[list]), resolve(one))
				counts[list]++
			}
		}
		if path == c.File {
			note(from, path, "", f.root)
		}
	}
	return from, nil
}

// note notes the lines of the keys of a mapping.
func note(from map[string]string, file, above string, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := above + n.Content[i].Value
		from[key] = fmt.Sprintf("%s:%d", file, n.Content[i].Line)
		if inner := resolve(n.Content[i+1]); inner.Kind == yaml.MappingNode {
			note(from, file, key+".", inner)
		}
	}
}
