package extract

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/article"
	"github.com/stadtfeed/stadtfeed/extract/internal/listing"
	"github.com/stadtfeed/stadtfeed/extract/internal/obstacle"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
)

// TestRulesReference holds docs/reference/rules.md to the tables; -update writes
// it anew.
func TestRulesReference(t *testing.T) {
	const file = "../docs/reference/rules.md"
	got := rulesPage(slices.Concat(obstacle.Tables(), listing.Tables(), article.Tables()))
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is not what the tables say; go test ./extract -run RulesReference -update writes it anew", file)
	}
}

// rulesPage is the reference of the rules, as Markdown.
func rulesPage(tables []rules.Doc) string {
	var b strings.Builder
	b.WriteString("# Rules\n\n" +
		"How the fields of a page are decided. Every candidate meets the rows of its field's table from the top: the first that fits\n" +
		"gives its weight. Then all adjustments that fit are added, and what a cap fits weighs no more than it says. " +
		"`stadtfeed try --explain FIELD FILE` shows this for a page.\n" +
		"This page is written by `go test ./extract -run RulesReference -update`.\n")
	for _, t := range tables {
		fmt.Fprintf(&b, "\n## %s: %s\n", t.Field, t.Of)
		if t.Least != 0 {
			fmt.Fprintf(&b, "\nA candidate needs a weight of %g.\n", t.Least)
		}
		rulesOf(&b, "row", t.Rows)
		rulesOf(&b, "adjustment", t.Adjustments)
		capsOf(&b, t.Caps)
	}
	return b.String()
}

func capsOf(b *strings.Builder, all []rules.DocRow) {
	if len(all) == 0 {
		return
	}
	b.WriteString("\n| cap | at most | example |\n|---|---|---|\n")
	for _, r := range all {
		fmt.Fprintf(b, "| %s | %g | %s |\n", r.Name, r.Weight, codeOf(r.Example))
	}
}

// codeOf is an example as code in a table of Markdown; empty for none.
func codeOf(example string) string {
	if example == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(example, "|", `\|`) + "`"
}

func rulesOf(b *strings.Builder, kind string, all []rules.DocRow) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "\n| %s | weight | example |\n|---|---|---|\n", kind)
	for _, r := range all {
		weight := fmt.Sprintf("%+g", r.Weight)
		if r.Final {
			weight += ", and nothing is added"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", r.Name, weight, codeOf(r.Example))
	}
}
