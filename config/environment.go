package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// prefix begins the names of environment variables that set keys.
const prefix = "STADTFEED_"

// otherVariables are ours, and no keys.
var otherVariables = []string{prefix + "CONFIG", prefix + "NIGHTLY"}

// A setting is a key that the environment may set: base_url by
// STADTFEED_BASE_URL, access.status by STADTFEED_ACCESS_STATUS.
type setting struct {
	name string   // of the variable
	path []string // keys, from the top
	typ  reflect.Type
}

// settingsOf are the settings of a type, mappings before what is in them.
func settingsOf(t reflect.Type, above ...string) []setting {
	var all []setting
	for f := range fieldsOf(t) {
		path := append(slices.Clone(above), f.key)
		all = append(all, setting{prefix + strings.ToUpper(strings.Join(path, "_")), path, f.Type})
		if f.Type.Kind() == reflect.Struct && !readsText(f.Type) {
			all = append(all, settingsOf(f.Type, path...)...)
		}
	}
	return all
}

// environment puts the keys that the environment sets in the place of those of
// the file. Env is as of os.Environ; an empty value sets nothing.
func (l *loader) environment(main *file, env []string) {
	values := map[string]string{}
	for _, entry := range env {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, prefix) && value != "" {
			values[name] = value
		}
	}
	if len(values) == 0 || main == nil {
		return
	}
	var known, bare []string
	for _, s := range settingsOf(reflect.TypeFor[Config]()) {
		known, bare = append(known, s.name), append(bare, strings.TrimPrefix(s.name, prefix))
		if text, ok := values[s.name]; ok {
			l.set(main, s, text)
		}
	}
	for name := range values {
		if slices.Contains(known, name) || slices.Contains(otherVariables, name) {
			continue
		}
		if hint := DidYouMean(strings.TrimPrefix(name, prefix), bare); hint != "" { // others, such as a cluster's, are not meant for us
			l.warn("the environment variable %s sets no key%s", name, strings.Replace(hint, "mean ", "mean "+prefix, 1))
		}
	}
	slices.Sort(l.cfg.Warnings)
}

// set reads one variable into the configuration and into the nodes of the main
// file, where what follows looks for places of mistakes.
func (l *loader) set(main *file, s setting, text string) {
	f := &file{path: "$" + s.name, lines: strings.Split(text, "\n"), environment: true, above: s.path}
	n, err := environmentNode(text, s.typ)
	if err != nil {
		l.syntax(f, err)
		return
	}
	l.claim(f, n)
	keys := keyChecker{l: l, f: f, seen: map[*yaml.Node]bool{}, fields: map[reflect.Type]map[string]reflect.Type{}}
	keys.check(n, s.typ)
	into := reflect.ValueOf(l.cfg).Elem()
	for _, key := range s.path {
		for field := range fieldsOf(into.Type()) {
			if field.key == key {
				into = into.FieldByIndex(field.Index)
				break
			}
		}
	}
	l.decode(f, n, into.Addr().Interface())
	if main.root == nil {
		main.root = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	}
	graft(main.root, s.path, n)
	if l.cfg.Environment == nil {
		l.cfg.Environment = map[string]string{}
	}
	l.cfg.Environment[strings.Join(s.path, ".")] = s.name
}

// environmentNode is the text of a variable as the YAML of its key. What is
// text in the file is text here, whatever is in it; a list may also be one
// element that is no YAML, such as [::1]:8080.
func environmentNode(text string, t reflect.Type) (*yaml.Node, error) {
	plain := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
	if t.Kind() == reflect.String || readsText(t) {
		return plain, nil
	}
	var document yaml.Node
	if err := yaml.Load([]byte(text), &document); err != nil {
		if t == reflect.TypeFor[Strings]() {
			return plain, nil
		}
		return nil, err
	}
	if document.Kind == yaml.DocumentNode && len(document.Content) > 0 {
		return document.Content[0], nil
	}
	return &document, nil
}

// claim notes that nodes are a variable's, so that mistakes name it.
func (l *loader) claim(f *file, n *yaml.Node) {
	if l.claimed == nil {
		l.claimed = map[*yaml.Node]*file{}
	}
	l.claimed[n] = f
	for _, inner := range n.Content {
		l.claim(f, inner)
	}
}

// graft puts a node at a path of keys, in the place of what is there.
func graft(root *yaml.Node, path []string, n *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != path[0] {
			continue
		}
		if inner := resolve(root.Content[i+1]); len(path) > 1 && inner.Kind == yaml.MappingNode {
			graft(inner, path[1:], n)
			return
		}
		root.Content = slices.Delete(root.Content, i, i+2)
		break
	}
	for _, key := range slices.Backward(path[1:]) {
		n = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, n}}
	}
	root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: path[0]}, n)
}

// warn notes what is no mistake, and what the operator should know.
func (l *loader) warn(format string, args ...any) {
	l.cfg.Warnings = append(l.cfg.Warnings, fmt.Sprintf(format, args...))
}
