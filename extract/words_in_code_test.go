package extract

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// TestNoWordsInCode holds that words of natural languages stand in
// internal/words, where whoever speaks the language finds them, and not in Go. It
// looks at what code compares pages with: the text of regular expressions, the
// elements of lists and maps, what is handed to functions of package strings, what
// is compared with == and in a case. There it refuses letters that are not of
// ASCII and words that a file of words has. What people read (messages, names of
// rules, examples) and names of fields are no words of pages.
func TestNoWordsInCode(t *testing.T) {
	known := wordsOfLanguages(t)
	files := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, e fs.DirEntry, err error) error {
		if e != nil && e.IsDir() && filepath.ToSlash(path) == "internal/words" {
			return filepath.SkipDir // the loader knows the marks of letters
		}
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			return err
		}
		for _, said := range comparedWith(file) {
			text, err := strconv.Unquote(said.Value)
			if err != nil {
				return err
			}
			if word := strange(text, known, wordsOfGrammar[filepath.ToSlash(path)]); word != "" {
				t.Errorf("%s: %q has the word %q; words of languages stand in internal/words/*.yaml, those of markup in classes.yaml there",
					files.Position(said.Pos()), text, word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wordsOfGrammar are words of which a line of code is a rule, by file: each the
// only one of its kind, in one language.
var wordsOfGrammar = map[string][]string{
	"internal/dates/clock.go":         {"met", "min"},                               // Dutch "with", which is no zone; "10 min"
	"internal/dates/forms.go":         {"place"},                                    // things take "place" on a day
	"internal/dates/labels.go":        {"kraft", "seit", "online", "eingereicht"},   // "in Kraft", "online seit"
	"internal/dates/named.go":         {"listopad", "may"},                          // October in Croatia; "may" without a language
	"internal/dates/numeric.go":       {"und"},                                      // the tag of an unknown language
	"internal/dates/relative.go":      {"for", "temu", "hier", "minute", "week"},    // "tydzień temu"; "hier" is "here" in German
	"internal/dates/words.go":         {"cet", "est", "met", "mest", "wet", "awst"}, // zones
	"internal/article/dates_shown.go": {"publi"},                                    // a piece of a class
	"internal/listing/scan.go":        {"thsrdnoº"},                                 // letters of "4th", "1st", "nº"
	"internal/claims/claims.go":       {"byl"},                                      // a name of <meta>
	"internal/claims/state.go":        {"var"},                                      // of JavaScript
}

// wordsOfMachines are names of HTML, schema.org, feeds and media types, and those
// of fields and hints of ours, that languages have, too.
var wordsOfMachines = strings.Fields(`article author content contact cookie data date description document download event feed
	header headline http image javascript label link name news newsletter next page paragraph pdf place post rss side tag tags teaser
	text time title twitter url video website`)

// strange is a word of a text that belongs into a file of words; empty for none.
func strange(text string, known map[string]bool, excused []string) string {
	if machineName.MatchString(text) {
		return ""
	}
	for _, word := range wordsIn(escapes.ReplaceAllString(text, " ")) {
		isForeign := strings.ContainsFunc(word, func(r rune) bool { return r >= utf8.RuneSelf })
		if (known[word] || isForeign) && !slices.Contains(wordsOfMachines, word) && !slices.Contains(excused, word) {
			return word
		}
	}
	return ""
}

// machineName is a name put together with signs: "og:site_name", "Europe/Berlin",
// "iso-8859-1".
var machineName = regexp.MustCompile(`^\w[\w.+-]*[:/_.-][\w:/_.+-]*$`)

// wordsOfLanguages are the words of the files of languages but English, in which
// markup and code speak: of three letters and more, in small letters.
func wordsOfLanguages(t *testing.T) map[string]bool {
	t.Helper()
	all, err := filepath.Glob("internal/words/*.yaml")
	if err != nil || len(all) == 0 {
		t.Fatalf("no files of words: %v", err)
	}
	known := make(map[string]bool)
	for _, name := range all {
		if base := filepath.Base(name); base == "classes.yaml" || base == "names.yaml" || base == "en.yaml" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Load(text, &doc); err != nil {
			t.Fatal(err)
		}
		addScalars(known, &doc)
	}
	return known
}

// addScalars adds the words of all lists below a node; the names of sections and
// groups are none.
func addScalars(known map[string]bool, n *yaml.Node) {
	for i, inner := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode && inner.Kind == yaml.ScalarNode:
			for _, word := range wordsIn(inner.Value) {
				known[word] = true
			}
		case n.Kind != yaml.MappingNode || i%2 == 1:
			addScalars(known, inner)
		}
	}
}

// escapes are what stands for characters in expressions: \pL, \p{Lu}, \b, (?i);
// and what stands for the words of a section.
var escapes = regexp.MustCompile(`\\[pP]\{\^?\w+\}|\\[pP]\w|\\\w|\(\?[a-zA-Z-]*:?|\{\{[\w.]+\}\}|\[[^\]]*\]`)

// wordsIn are the runs of three letters and more of a text, in small letters.
func wordsIn(text string) []string {
	var list []string
	for _, run := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if utf8.RuneCountInString(run) >= 3 {
			list = append(list, run)
		}
	}
	return list
}

// comparedWith are the literals of a file that code compares with what pages say.
func comparedWith(file *ast.File) []*ast.BasicLit {
	var found []*ast.BasicLit
	take := func(exprs ...ast.Expr) {
		for _, e := range exprs {
			found = append(found, literalsOf(e)...)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CompositeLit:
			return takeElements(n, take)
		case *ast.CallExpr:
			if comparesText(n.Fun) {
				take(n.Args...)
			}
		case *ast.BinaryExpr:
			if n.Op == token.EQL || n.Op == token.NEQ {
				take(n.X, n.Y)
			}
		case *ast.CaseClause:
			take(n.List...)
		}
		return true
	})
	return found
}

// takeElements hands over the strings of a list, and the keys and strings of a
// map; it reports whether to look into the elements themselves.
func takeElements(list *ast.CompositeLit, take func(...ast.Expr)) bool {
	switch kind := list.Type.(type) {
	case *ast.ArrayType:
		if elem, ok := kind.Elt.(*ast.Ident); ok && elem.Name == "string" {
			take(list.Elts...)
			return false
		}
	case *ast.MapType:
		for _, e := range list.Elts {
			if pair, ok := e.(*ast.KeyValueExpr); ok {
				take(pair.Key, pair.Value)
			}
		}
	}
	return true
}

// comparesText reports a function that is handed words to look for in a text.
func comparesText(called ast.Expr) bool {
	of, ok := called.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := of.X.(*ast.Ident)
	if !ok {
		return false
	}
	switch pkg.Name {
	case "strings", "regexp", "lazy":
		return true
	case "words":
		return of.Sel.Name == "Regexp"
	case "texts":
		return of.Sel.Name == "PiecesOf"
	}
	return false
}

// literalsOf are the strings of an expression, also of one put together by +.
func literalsOf(e ast.Expr) []*ast.BasicLit {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return []*ast.BasicLit{e}
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return append(literalsOf(e.X), literalsOf(e.Y)...)
		}
	case *ast.ParenExpr:
		return literalsOf(e.X)
	}
	return nil
}
