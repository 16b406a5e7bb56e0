package config

import (
	"encoding"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"
)

// A keyChecker finds keys that no field has, and keys that stand twice. It
// reaches into types that read themselves, which the YAML reader's own strict
// mode does not.
type keyChecker struct {
	l    *loader
	f    *file
	seen map[*yaml.Node]bool // anchors that were checked; also ends cycles

	fields map[reflect.Type]map[string]reflect.Type // fieldTypes of those that were met
}

// fieldsOf are the fields of a struct by key.
func (k *keyChecker) fieldsOf(t reflect.Type) map[string]reflect.Type {
	fields, known := k.fields[t]
	if !known {
		fields = fieldTypes(t)
		k.fields[t] = fields
	}
	return fields
}

// topKeys are the keys of the main file.
var topKeys = fieldTypes(reflect.TypeFor[Config]())

func (k *keyChecker) check(n *yaml.Node, t reflect.Type) {
	if n.Kind == yaml.AliasNode {
		if k.seen[n.Alias] {
			return
		}
		k.seen[n.Alias] = true
		n = n.Alias
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, e := range n.Content {
			k.check(e, t.Elem())
		}
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct && !readsText(t):
		k.mapping(n, k.fieldsOf(t), nil)
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Map:
		k.mapping(n, nil, t.Elem())
	}
}

// mapping checks the keys of one mapping: against fields, or (nil) any key
// with values of one type. A key that stands twice is removed, so that the
// rest of the file is still read.
func (k *keyChecker) mapping(n *yaml.Node, fields map[string]reflect.Type, elem reflect.Type) {
	first := map[string]*yaml.Node{}
	keep := n.Content[:0:0]
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		if before, twice := first[key.Value]; twice {
			k.l.mistake(k.f, key, "key %q stands in line %d already", key.Value, before.Line)
			continue
		}
		first[key.Value] = key
		keep = append(keep, key, val)
		t, known := fields[key.Value]
		switch {
		case fields == nil:
			k.check(val, elem)
		case known:
			k.check(val, t)
		case key.Value == "<<":
			k.merged(val, fields)
		case topKeys[key.Value] != nil && n == k.f.root:
			k.l.mistake(k.f, key, "%s belongs into the main file, not into an included one", key.Value)
		default:
			k.l.mistake(k.f, key, "unknown key %q%s", key.Value, DidYouMean(key.Value, names(fields)))
		}
	}
	n.Content = keep
}

func (k *keyChecker) merged(n *yaml.Node, fields map[string]reflect.Type) {
	for _, part := range append(elements(n), resolve(n)) {
		if m := resolve(part); m.Kind == yaml.MappingNode && !k.seen[m] {
			k.seen[m] = true
			k.mapping(m, fields, nil)
		}
	}
}

// fieldTypes are the fields of a struct by the key that the file uses.
func fieldTypes(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for f := range fieldsOf(t) {
		fields[f.key] = f.Type
	}
	return fields
}

// A field is a struct field with its key in the file.
type field struct {
	reflect.StructField
	key string
}

// fieldsOf yields the fields of a struct that the file can set, in order.
func fieldsOf(t reflect.Type) func(yield func(field) bool) {
	return func(yield func(field) bool) {
		for i := range t.NumField() {
			f := t.Field(i)
			key, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if key == "" || key == "-" {
				continue
			}
			if !yield(field{f, key}) {
				return
			}
		}
	}
}

func names(fields map[string]reflect.Type) []string {
	var all []string
	for name := range fields {
		all = append(all, name)
	}
	return all
}

// readsText reports whether a type reads itself from a scalar.
func readsText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}
