// Package stadtfeed_test holds the arrows of ARCHITECTURE.md: who may import whom.
package stadtfeed_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

const module = "github.com/stadtfeed/stadtfeed"

// arrows names, for every folder, the folders of ours that its program code
// may import.
var arrows = map[string][]string{
	"news":           {},
	"news/search":    {"news"},
	"internal/guard": {},
	"extract": {
		"extract/internal/article", "extract/internal/claims", "extract/internal/dates", "extract/internal/dom",
		"extract/internal/listing", "extract/internal/obstacle", "extract/internal/places", "extract/internal/read",
		"extract/internal/rules", "extract/internal/tags", "news",
	},
	"config":                {"extract", "internal/files", "internal/guard", "internal/notice", "news", "news/search"},
	"crawler":               {"config", "extract", "internal/guard", "news"},
	"store":                 {"internal/files", "news", "store/decide", "store/export"},
	"store/decide":          {"news"},
	"store/export":          {"internal/files", "news"},
	"store/postgres":        {"news", "store/decide", "store/export"},
	"store/postgres/pgtest": {},
	"store/storetest":       {"store", "news"},
	"feedout":               {"internal/files", "internal/guard", "news", "news/search"},
	"internal/files":        {},
	"internal/floor":        {},
	"internal/hangup":       {},
	"internal/notice":       {"internal/guard", "news"},
	"internal/thumb":        {"internal/files"},
	"internal/town":         {},
	"cmd/stadtfeed": {
		"config", "crawler", "extract", "feedout",
		"internal/files", "internal/guard", "internal/hangup", "internal/notice", "internal/thumb", "internal/town",
		"news", "news/search", "store", "store/postgres",
	},

	// The rooms of extract.
	"extract/internal/article": {
		"extract/internal/claims", "extract/internal/dates", "extract/internal/dom", "extract/internal/lazy",
		"extract/internal/obstacle", "extract/internal/places", "extract/internal/read",
		"extract/internal/rules", "extract/internal/texts", "extract/internal/words", "news",
	},
	"extract/internal/claims": {
		"extract/internal/dates", "extract/internal/dom", "extract/internal/lazy", "extract/internal/read",
		"extract/internal/rules", "extract/internal/texts", "extract/internal/words", "news",
	},
	"extract/internal/dom": {
		"extract/internal/dates", "extract/internal/lazy", "extract/internal/read", "extract/internal/rules",
		"extract/internal/texts", "extract/internal/words", "news",
	},
	"extract/internal/listing": {
		"extract/internal/claims", "extract/internal/dates", "extract/internal/dom", "extract/internal/lazy",
		"extract/internal/obstacle", "extract/internal/places", "extract/internal/read",
		"extract/internal/rules", "extract/internal/texts", "extract/internal/words", "news",
	},
	"extract/internal/obstacle": {
		"extract/internal/claims", "extract/internal/dom", "extract/internal/lazy", "extract/internal/read",
		"extract/internal/rules", "extract/internal/texts", "extract/internal/words", "news",
	},
	"extract/internal/places":          {"extract/internal/tags", "extract/internal/words", "news"},
	"extract/internal/read":            {"extract/internal/rules", "extract/internal/tags", "news"},
	"extract/internal/tags":            {"extract/internal/texts", "extract/internal/words", "news"},
	"extract/internal/texts":           {"extract/internal/lazy", "extract/internal/words"},
	"extract/internal/dates":           {"extract/internal/words", "news"},
	"extract/internal/lazy":            {},
	"extract/internal/rules":           {},
	"extract/internal/rules/rulestest": {"extract/internal/rules"},
	"extract/internal/words":           {"extract/internal/lazy"},
}

// testArrows are what tests may import besides.
var testArrows = map[string][]string{
	"store":                     {"store/decide", "store/storetest"},
	"store/postgres":            {"store/postgres/pgtest", "store/storetest"},
	"crawler":                   {"internal/floor", "internal/town", "store"},
	"feedout":                   {"internal/floor", "store"},
	"cmd/stadtfeed":             {"store/postgres/pgtest", "store/storetest"},
	"deploy":                    {"config"},
	"extract":                   {"extract/internal/lazy", "extract/internal/words", "internal/floor"},
	"extract/internal/article":  {"extract/internal/rules/rulestest"},
	"extract/internal/listing":  {"extract/internal/rules/rulestest"},
	"extract/internal/obstacle": {"extract/internal/dates", "extract/internal/rules/rulestest"},
	"extract/dateoracle":        {"extract/internal/dates", "news"}, // a module of its own
	"docs":                      {"config", "news", "news/search"},
}

func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	eachGoFile(t, func(file, dir string, imports []string) {
		allowed, known := arrows[dir]
		test := strings.HasSuffix(file, "_test.go")
		if test {
			allowed = append(slices.Clone(allowed), append(testArrows[dir], dir)...)
		}
		seen[dir] = true
		if !known && !test && dir != "" {
			t.Errorf("%s: folder %q is not in the picture; a new folder needs its arrows in ARCHITECTURE.md and here", file, dir)
			return
		}
		for _, path := range imports {
			to, ours := strings.CutPrefix(path, module+"/")
			if ours && !slices.Contains(allowed, to) {
				t.Errorf("%s imports %s, which is no arrow of ours", file, to)
			}
			if dir == "news" && !test && strings.Contains(path, ".") {
				t.Errorf("%s imports %s; news imports the standard library only", file, path)
			}
		}
	})
	if len(seen) < 3 {
		t.Fatalf("only %d folders were looked at", len(seen))
	}
}

// TestHTMLStaysInExtract holds that nobody else reads pages.
func TestHTMLStaysInExtract(t *testing.T) {
	parsers := []string{"golang.org/x/net/html", "github.com/PuerkitoBio/goquery", "github.com/andybalholm/cascadia"}
	eachGoFile(t, func(file, dir string, imports []string) {
		if dir == "extract" || strings.HasPrefix(dir, "extract/internal/") || strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, path := range imports {
			if slices.Contains(parsers, path) {
				t.Errorf("%s imports %s; HTML stays in extract", file, path)
			}
		}
	})
}

// TestLinterMirrorsArrows holds that .golangci.yml says the same.
func TestLinterMirrorsArrows(t *testing.T) {
	text, err := os.ReadFile(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var lint struct {
		Linters struct {
			Settings struct {
				Depguard struct {
					Rules map[string]struct {
						Files []string
						Deny  []struct{ Pkg string }
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &lint); err != nil {
		t.Fatal(err)
	}
	rules := lint.Linters.Settings.Depguard.Rules
	for from, allowed := range arrows {
		rule, ok := rules[strings.ReplaceAll(from, "/", "-")]
		if !ok {
			t.Errorf(".golangci.yml has no depguard rule for %s", from)
			continue
		}
		for to := range arrows {
			denied := slices.ContainsFunc(rule.Deny, func(d struct{ Pkg string }) bool { return denies(d.Pkg, module+"/"+to) })
			if may := slices.Contains(allowed, to) || to == from; may == denied {
				t.Errorf(".golangci.yml: %s denied to %s is %v, want %v", to, from, denied, !may)
			}
		}
	}
}

// denies reports whether a package of depguard's list is a folder of ours: one
// that ends in $ is that folder alone, any other all that begin so.
func denies(pkg, folder string) bool {
	if exact, ok := strings.CutSuffix(pkg, "$"); ok {
		return exact == folder
	}
	return strings.HasPrefix(folder, pkg)
}

// eachGoFile calls fn for every Go file with its folder and its imports.
func eachGoFile(t *testing.T, fn func(file, dir string, imports []string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || file != "." && strings.ContainsAny(d.Name()[:1], "._")):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(file, ".go"):
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		var imports []string
		for _, spec := range parsed.Imports {
			value, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, value)
		}
		file = filepath.ToSlash(file)
		dir := strings.TrimPrefix(path.Dir(file), ".")
		fn(file, dir, imports)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
