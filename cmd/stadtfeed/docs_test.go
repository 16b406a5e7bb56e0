package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var updateDocs = flag.Bool("update-docs", false, "write docs/reference/command-line.md anew")

// TestDocumentedCommands holds that every command line in the documentation is
// one that the program understands.
func TestDocumentedCommands(t *testing.T) {
	fence := regexp.MustCompile("(?ms)^```(?:text)?\n(.*?)^```$")
	inline := regexp.MustCompile("`(stadtfeed [a-z][^`]*)`")
	n := 0
	for file, page := range documentation(t) {
		if strings.HasSuffix(file, "command-line.md") {
			continue // says how, not what
		}
		var lines []string
		for _, m := range fence.FindAllStringSubmatch(page, -1) {
			lines = append(lines, strings.Split(m[1], "\n")...)
		}
		for _, m := range inline.FindAllStringSubmatch(page, -1) {
			lines = append(lines, m[1])
		}
		for _, line := range lines {
			line, _, _ = strings.Cut(line, "  #")
			args := strings.Fields(strings.TrimSpace(line))
			switch {
			case len(args) > 2 && args[0] == "go" && args[1] == "run" && strings.HasSuffix(args[2], "/cmd/stadtfeed"):
				args = args[2:]
			case len(args) == 0 || args[0] != "stadtfeed":
				continue
			}
			n++
			if err := understands(args[1:]); err != nil {
				t.Errorf("%s: %q: %v", file, line, err)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d command lines in the documentation", n)
	}
}

// understands parses a command line without running it.
func understands(args []string) error {
	root := (&app{out: io.Discard, errOut: io.Discard}).command()
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	cmd, rest, err := root.Find(args)
	switch {
	case err != nil:
		return err
	case cmd == root:
		return fmt.Errorf("no such command")
	}
	cmd.InitDefaultHelpFlag()
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

// documentation are all Markdown pages of the project.
func documentation(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || d.Name() == ".git"):
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

// TestCommandReference holds docs/reference/command-line.md against the program.
func TestCommandReference(t *testing.T) {
	const file = "../../docs/reference/command-line.md"
	want := commandReference()
	if *updateDocs {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the program says; go test ./cmd/stadtfeed -run CommandReference -update-docs writes it anew", file)
	}
}

func commandReference() string {
	var b strings.Builder
	b.WriteString("# Command line\n\nGenerated from the program by `go test ./cmd/stadtfeed -run CommandReference -update-docs`.\n\n" +
		"Results go to standard output, logs to standard error. Exit codes: 0 fine, 1 the work failed, 2 wrong use. `NO_COLOR` is honoured.\n" +
		"Commands that need the archive while the daemon holds it ask the daemon over its control socket; without a daemon they open the file themselves.\n\n")
	root := (&app{out: io.Discard, errOut: io.Discard}).command()
	flags(&b, "Every command has these flags:", root.PersistentFlags())
	commands := root.Commands()
	slices.SortFunc(commands, func(x, y *cobra.Command) int { return strings.Compare(x.Name(), y.Name()) })
	for _, c := range commands {
		if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
			continue
		}
		fmt.Fprintf(&b, "## stadtfeed %s\n\n%s\n\n```text\n%s\n```\n\n", c.Name(), strings.TrimSpace(cmp.Or(c.Long, c.Short+".")), c.UseLine())
		flags(&b, "", c.LocalNonPersistentFlags())
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func flags(b *strings.Builder, title string, set *pflag.FlagSet) {
	var rows []string
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		rows = append(rows, fmt.Sprintf("| `%s` | %s |\n", strings.TrimSpace("--"+f.Name+" "+kind), usage))
	})
	if len(rows) == 0 {
		return
	}
	if title != "" {
		fmt.Fprintf(b, "%s\n\n", title)
	}
	fmt.Fprintf(b, "| flag | |\n|---|---|\n%s\n", strings.Join(rows, ""))
}
