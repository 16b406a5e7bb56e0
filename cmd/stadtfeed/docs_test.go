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

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var updateDocs = flag.Bool("update-docs", false, "write docs/reference/command-line.md anew")

// commandLines are the lines of the blocks on a page that are in no language,
// without their remarks.
func commandLines(page string) (lines []string) {
	fence := regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
	for _, m := range fence.FindAllStringSubmatch(page, -1) {
		if m[1] != "" && m[1] != "text" {
			continue
		}
		for line := range strings.Lines(m[2]) {
			line, _, _ = strings.Cut(line, "  #")
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// TestDocumentedCommands holds that every command line in the documentation is
// one that the program understands.
func TestDocumentedCommands(t *testing.T) {
	inline := regexp.MustCompile("`(stadtfeed [a-z][^`]*)`")
	n := 0
	for file, page := range documentation(t) {
		if strings.HasSuffix(file, "command-line.md") {
			continue // says how, not what
		}
		lines := commandLines(page)
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

// TestExamples holds that the help of every command shows how to use it, and
// that the program understands what it shows.
func TestExamples(t *testing.T) {
	commands := (&app{out: io.Discard, errOut: io.Discard}).command().Commands()
	for _, c := range commands {
		for line := range strings.Lines(c.Example) {
			args := strings.Fields(line)
			if len(args) < 2 || args[0] != "stadtfeed" || args[1] != c.Name() {
				t.Errorf("help of %s: example %q is not of this command", c.Name(), line)
			} else if err := understands(args[1:]); err != nil {
				t.Errorf("help of %s: example %q: %v", c.Name(), line, err)
			}
		}
	}
	if len(commands) != len(examples) {
		t.Errorf("%d commands and examples for %d", len(commands), len(examples))
	}
}

// TestManPage holds that the man page lists the commands that there are.
func TestManPage(t *testing.T) {
	const file, begin, end = "../../deploy/packages/stadtfeed.1", ".SH COMMANDS\n", ".PP\n.B stadtfeed help"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no commands between %q and %q", file, begin, end)
	}
	want := before + begin
	for _, c := range (&app{out: io.Discard, errOut: io.Discard}).command().Commands() {
		name, arguments, _ := strings.Cut(c.Use, " ")
		if want += ".TP\n"; arguments == "" {
			want += ".B " + name + "\n"
		} else {
			want += ".BI " + name + " \" " + arguments + "\"\n"
		}
		want += strings.ReplaceAll(c.Short, "-", `\-`) + "\n"
		for line := range strings.Lines(c.Example) {
			want += ".br\n.I " + strings.ReplaceAll(strings.TrimSpace(line), "-", `\-`) + "\n"
		}
	}
	if want += end + after; *updateDocs {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(text) != want {
		t.Errorf("%s does not list the commands that there are; go test ./cmd/stadtfeed -run ManPage -update-docs writes it anew", file)
	}
}

// TestTutorial does what the tutorial says, line by line, in an empty folder
// and with a town of the sample region.
func TestTutorial(t *testing.T) {
	page, err := os.ReadFile("../../docs/tutorial/first-town.md")
	if err != nil {
		t.Fatal(err)
	}
	const town = "https://www.kassel.de/pressemitteilungen/"
	script := "region\ncp mine.yaml stadtfeed.yaml\n"
	steps := map[string]int{}
	for _, line := range commandLines(string(page)) {
		command := strings.Fields(line)[1]
		steps[command]++
		line = strings.NewReplacer(town+"eine-meldung.php", "$erlenbrueck/detail/haushalt-2027", town, "$erlenbrueck").Replace(line)
		switch command {
		case "serve":
			script += "exec stadtfeed serve &daemon&\nawait stadtfeed health\nget web.sock /all.rss\nstdout '<item>'\nget web.sock /opml\nstdout 'xmlUrl='\n"
		default:
			script += "exec " + line + "\n" + map[string]string{
				"try":   "stdout 'Haushalt 2027'\n",
				"add":   "stdout '^sources:$|source added'\n",
				"crawl": "stdout '[1-9]\\d* added'\n",
				"items": "stdout 'Haushalt 2027'\n",
			}[command]
		}
	}
	for _, step := range []string{"try", "add", "check", "crawl", "items", "serve"} {
		if steps[step] == 0 {
			t.Errorf("the tutorial has no stadtfeed %s", step)
		}
	}
	dir := t.TempDir()
	script += "-- mine.yaml --\nlisten: unix:web.sock\ndelay: 0s\n"
	if err := os.WriteFile(filepath.Join(dir, "tutorial.txt"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, scripts(dir))
}

// understands parses a command line without running it.
func understands(args []string) error {
	root := (&app{out: io.Discard, errOut: io.Discard}).command()
	root.InitDefaultHelpCmd()
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
		if c.Hidden || c.Name() == "help" {
			continue
		}
		fmt.Fprintf(&b, "## stadtfeed %s\n\n%s\n\n```text\n%s\n```\n\nFor example:\n\n```text\n%s\n```\n\n",
			c.Name(), strings.TrimSpace(cmp.Or(c.Long, c.Short+".")), c.UseLine(), strings.Join(examples[c.Name()], "\n"))
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
