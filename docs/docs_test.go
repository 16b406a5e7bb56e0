// Package docs_test holds that the documentation is true: configurations in it
// load, links lead somewhere, and the reference of the configuration is what
// the program's types say.
package docs_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/news/search"
)

var update = flag.Bool("update", false, "write generated pages anew")

// pages are all Markdown files of the project.
func pages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != ".."):
			return filepath.SkipDir
		case strings.HasSuffix(path, ".md"):
			text, err := os.ReadFile(path)
			pages[path] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

// blocks are the fenced blocks of a language on a page.
func blocks(page, language string) []string {
	var found []string
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
		if m[1] == language {
			found = append(found, m[2])
		}
	}
	return found
}

// TestSearchesAreUnderstood holds that every search that is shown can be typed.
func TestSearchesAreUnderstood(t *testing.T) {
	n := 0
	for path, page := range pages(t) {
		typed := blocks(page, "search")
		if strings.HasPrefix(filepath.Base(path), "search.") {
			for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(page, -1) {
				typed = append(typed, m[1])
			}
		}
		for _, text := range typed {
			n++
			if q, wrong := (search.Reader{Now: time.Now()}).Parse(text); len(wrong) > 0 || reflect.DeepEqual(q, news.Query{}) {
				t.Errorf("%s: %s: %v, %v", path, text, q, wrong)
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d searches were looked at", n)
	}
}

func TestConfigurationsLoad(t *testing.T) {
	n := 0
	for path, page := range pages(t) {
		for i, block := range blocks(page, "yaml") {
			n++
			dir := t.TempDir()
			if strings.Contains(block, "include: sources.d/") { // what the reader is told to copy there
				if err := os.CopyFS(filepath.Join(dir, "sources.d"), os.DirFS("../deploy/sources")); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(dir, "stadtfeed.yaml")
			if err := os.WriteFile(file, []byte(block), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := config.Load(file); err != nil {
				t.Errorf("%s, YAML block %d: %v", path, i+1, err)
			}
		}
	}
	if n < 4 {
		t.Errorf("only %d configurations in the documentation", n)
	}
}

func TestJSONIsJSON(t *testing.T) {
	for path, page := range pages(t) {
		for i, block := range blocks(page, "json") {
			if !json.Valid([]byte(block)) {
				t.Errorf("%s, JSON block %d is no JSON", path, i+1)
			}
		}
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for path, page := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(page, -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), target)); err != nil {
				t.Errorf("%s: link to %s leads nowhere", path, m[1])
			}
		}
	}
}

// TestPictures holds that pictures are small, are shown somewhere, and are
// told in words to those who do not see them.
func TestPictures(t *testing.T) {
	picture := regexp.MustCompile(`!\[([^\]]*)\]\(([^)\s]+)\)`)
	shown := map[string]bool{}
	for path, page := range pages(t) {
		for _, m := range picture.FindAllStringSubmatch(page, -1) {
			if shown[filepath.Base(m[2])] = true; len(strings.Fields(m[1])) < 5 {
				t.Errorf("%s: the picture %s is told as %q, which says too little", path, m[2], m[1])
			}
		}
	}
	files, err := filepath.Glob("pictures/*.png")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	total := int64(0)
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if total += info.Size(); info.Size() > 150<<10 || !shown[filepath.Base(file)] {
			t.Errorf("%s: %d bytes, shown: %v; want at most 150 KiB, and shown", file, info.Size(), shown[filepath.Base(file)])
		}
	}
	if total > 1<<20 {
		t.Errorf("pictures have %d bytes, want at most 1 MiB", total)
	}
}

// TestNamedFilesAndTargets holds that files of the project and targets of make
// that the documentation names are there.
func TestNamedFilesAndTargets(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	file := regexp.MustCompile("`((?:\\./)?(?:cmd|config|crawler|deploy|docs|extract|feedout|internal|news|store|\\.ci)/[^`\\s]*)`")
	target := regexp.MustCompile("(?m)(?:`|^)make ([a-z-]+)")
	n := 0
	for path, page := range pages(t) {
		for _, m := range file.FindAllStringSubmatch(page, -1) {
			n++
			name := strings.NewReplacer("NAME.yaml", "", "CODE.yaml", "", "NAME.txtar", "", "NAME/", "").Replace(m[1])
			if found, err := filepath.Glob(filepath.Join("..", name)); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", path, m[1])
			}
		}
		for _, m := range target.FindAllStringSubmatch(page, -1) {
			n++
			if !strings.Contains("\n"+string(makefile), "\n"+m[1]+":") {
				t.Errorf("%s names make %s, which the Makefile does not know", path, m[1])
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d files and targets in the documentation", n)
	}
}

// TestConfigurationReference holds reference/configuration.md against the types.
func TestConfigurationReference(t *testing.T) {
	const file = "reference/configuration.md"
	want := configurationReference()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the types say; go test ./docs -update writes it anew", file)
	}
}

func configurationReference() string {
	var b strings.Builder
	b.WriteString(`# Configuration

Generated from the program's types by ` + "`go test ./docs -update`" + `. The file is looked for in ` + "`--config`, `$STADTFEED_CONFIG`, `./stadtfeed.yaml`" + `
and ` + "`/etc/stadtfeed/stadtfeed.yaml`" + `. Unknown keys are mistakes. [deploy/stadtfeed.yaml](../../deploy/stadtfeed.yaml) is an example with comments.

Every key can also come from the environment, which comes before the file: ` + "`base_url`" + ` from ` + "`STADTFEED_BASE_URL`, `access.status`" + ` from
` + "`STADTFEED_ACCESS_STATUS`" + `, lists and mappings as YAML (` + "`STADTFEED_LISTEN='[127.0.0.1:8080, \"unix:/run/web.sock\"]'`" + `). An empty value sets
nothing. ` + "`stadtfeed config --origins`" + ` tells of every value where it is from. Relative paths are relative to the file that names
them, those of the environment to the working directory.

`)
	section(&b, "The file", "", reflect.TypeFor[config.Config](), reflect.ValueOf(*config.Default()))
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// section describes the keys of a mapping, and below it those of the mappings
// in it.
func section(b *strings.Builder, title, prefix string, typ reflect.Type, defaults reflect.Value) {
	fmt.Fprintf(b, "## %s\n\n| key | meaning | default |\n|---|---|---|\n", title)
	var below []func()
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		fmt.Fprintf(b, "| `%s%s` | %s | %s |\n", prefix, name, field.Tag.Get("jsonschema_description"), standard(field, defaults, i))
		switch inner := field.Type; {
		case inner == reflect.TypeFor[[]config.Source]():
			source := reflect.ValueOf(config.Default().AdHoc("https://example.org/"))
			below = append(below, func() { section(b, "`sources`", "sources[].", inner.Elem(), source) })
		case mapping(inner):
			var value reflect.Value
			if defaults.IsValid() {
				value = defaults.Field(i)
			}
			below = append(below, func() { section(b, "`"+prefix+name+"`", prefix+name+".", inner, value) })
		case inner == reflect.TypeFor[config.Links](): // names and addresses of the operator's
		case inner.Kind() == reflect.Slice && mapping(inner.Elem()):
			below = append(below, func() { section(b, "`"+prefix+name+"`", prefix+name+"[].", inner.Elem(), reflect.Value{}) })
		}
	}
	if prefix == "sources[]." {
		b.WriteString("\n`rules` are described in [how-to/rules.md](../how-to/rules.md).\n")
	}
	b.WriteString("\n")
	for _, section := range below {
		section()
	}
}

// mapping reports whether a key holds a mapping of keys of ours.
func mapping(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == reflect.TypeFor[config.Config]().PkgPath() && t != reflect.TypeFor[config.Schedule]()
}

// standard is what a key means when it is left out.
func standard(field reflect.StructField, defaults reflect.Value, i int) string {
	switch {
	case strings.Contains(field.Tag.Get("jsonschema"), "required"):
		return "required"
	case !defaults.IsValid() || defaults.Field(i).IsZero():
		return ""
	}
	switch value := defaults.Field(i).Interface().(type) {
	case string, int, bool, time.Duration, config.Schedule, config.Age, config.Strings:
		return fmt.Sprintf("`%v`", value)
	}
	return ""
}

// TestWorkflow holds that the workflow of the how-to is YAML, runs the commands
// in their order, and pins every action that it uses.
func TestWorkflow(t *testing.T) {
	found := blocks(pages(t)["../docs/how-to/static-feeds.md"], "yml")
	if len(found) != 1 {
		t.Fatalf("%d workflows on the page, want 1", len(found))
	}
	var workflow struct {
		On   map[string]any
		Jobs map[string]struct {
			Steps []struct{ Run, Uses string }
		}
	}
	if err := yaml.Unmarshal([]byte(found[0]), &workflow); err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, step := range workflow.Jobs["publish"].Steps {
		if step.Uses != "" && !strings.Contains(step.Uses, "@v") {
			t.Errorf("%s: which version?", step.Uses)
		}
		if words := strings.Fields(step.Run); len(words) > 1 && words[0] == "stadtfeed" {
			order = append(order, words[1])
		}
	}
	if want := []string{"crawl", "publish"}; !reflect.DeepEqual(order, want) || workflow.On["schedule"] == nil {
		t.Errorf("the workflow runs %v on %v, want %v on a schedule", order, workflow.On, want)
	}
}
