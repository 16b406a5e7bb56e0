package stadtfeed_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// mostComplex is what .golangci.yml allows a function as cyclomatic complexity.
const mostComplex = 15

// TestComplexFunctionsGetFewer holds that .golangci.yml excuses no function from
// the bound on complexity that is gone or has become simple.
func TestComplexFunctionsGetFewer(t *testing.T) {
	text, err := os.ReadFile(".golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	var lint struct {
		Linters struct {
			Exclusions struct {
				Rules []struct{ Path, Text string }
			}
		}
	}
	if err := yaml.Unmarshal(text, &lint); err != nil {
		t.Fatal(err)
	}
	listed := regexp.MustCompile(`^function \(([\w|]+)\) is$`)
	for _, rule := range lint.Linters.Exclusions.Rules {
		m := listed.FindStringSubmatch(rule.Text)
		if m == nil {
			continue
		}
		folder := strings.Trim(rule.Path, "^/")
		known := complexities(t, folder)
		for name := range strings.SplitSeq(m[1], "|") {
			if c := known[name]; c <= mostComplex {
				t.Errorf(".golangci.yml excuses %s in %s, whose complexity is %d (0: there is none); remove it", name, folder, c)
			}
		}
	}
}

// complexities are the cyclomatic complexities of the functions of a folder, as
// the linter counts them; of several of one name, the highest.
func complexities(t *testing.T, folder string) map[string]int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil || files == nil {
		t.Fatalf("no files in %s: %v", folder, err)
	}
	known := make(map[string]int)
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && !strings.HasSuffix(file, "_test.go") {
				known[fn.Name.Name] = max(known[fn.Name.Name], complexity(fn))
			}
		}
	}
	return known
}

// complexity is one more than how many ways branch off in a function.
func complexity(fn *ast.FuncDecl) int {
	n := 1
	ast.Inspect(fn, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.CaseClause, *ast.CommClause:
			n++
		case *ast.BinaryExpr:
			if node.Op == token.LAND || node.Op == token.LOR {
				n++
			}
		}
		return true
	})
	return n
}
