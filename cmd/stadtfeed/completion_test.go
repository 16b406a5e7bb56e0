package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

// completes are what a user who presses the tabulator behind a line is offered,
// in real shells: sources, tags and places with their remarks.
var completes = map[string][]string{
	"stadtfeed crawl ":         {"kassel", "ulm"},
	"stadtfeed crawl ka":       {"kassel"},
	"stadtfeed items --tag ":   {"verkehr"},
	"stadtfeed items --place ": {"erlenbrueck"},
	"stadtfeed notify test ":   {"chat"},
	"stadtfeed hel":            {"held"},
}

// inShell are the arguments that have a shell load the completion and print what
// it offers behind a line. In zsh that takes a terminal of its own (zpty), which
// is read until what is wanted stands there.
func inShell(shell, script, line, want string) []string {
	switch shell {
	case "bash":
		return []string{"-c", fmt.Sprintf(`source /usr/share/bash-completion/bash_completion; source %[1]s
COMP_LINE='%[2]s'; COMP_POINT=${#COMP_LINE}; COMP_TYPE=63; read -ra COMP_WORDS <<<"$COMP_LINE"
[[ $COMP_LINE == *' ' ]] && COMP_WORDS+=(''); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
__start_stadtfeed; printf '%%s\n' "${COMPREPLY[@]}"`, script, line)}
	case "fish":
		return []string{"--no-config", "-c", fmt.Sprintf("source %s; complete -C '%s'", script, line)}
	}
	return []string{"-f", "-c", fmt.Sprintf(`zmodload zsh/zpty
zpty -b shell zsh -f -i
zpty -w shell "PS1=; PS2=; unsetopt zle_bracketed_paste; stty cols 200"
zpty -w shell "autoload -U compinit; compinit -u -D; source %s; compdef _stadtfeed stadtfeed"
zpty -w shell "LISTMAX=500; zstyle ':completion:*' list-prompt ''; bindkey '^I' list-choices; print READY"
until zpty -r shell out && [[ $out == *READY* && $out != *print* ]]; do :; done
zpty -w -n shell "%s"$'\t'
all=; for i in {1..100}; do while zpty -r -t shell out; do all+=$out; done; [[ $all == *%s* ]] && break; sleep 0.1; done
print -rn -- "$all"; zpty -d shell`, script, line, want)}
}

// TestCompletionInShells completes in every shell that is installed.
func TestCompletionInShells(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writeCompleted(t, dir)
	for _, shell := range []string{"bash", "zsh", "fish"} {
		t.Run(shell, func(t *testing.T) {
			if _, err := exec.LookPath(shell); err != nil {
				t.Skip(shell, "is not installed")
			}
			if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); shell == "bash" && err != nil {
				t.Skip("the package bash-completion is not installed")
			}
			script := filepath.Join(dir, "completion."+shell)
			text, err := inFolder(dir, "stadtfeed", "completion", shell)
			if err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			if err := os.WriteFile(script, text, 0o600); err != nil {
				t.Fatal(err)
			}
			for line, want := range completes {
				got, err := inFolder(dir, shell, inShell(shell, script, line, want[len(want)-1])...)
				if err != nil {
					t.Errorf("%q: %v\n%s", line, err, got)
				}
				for _, w := range want {
					if !strings.Contains(string(got), w) {
						t.Errorf("behind %q it offers %q, want %s in it", line, got, w)
					}
				}
				if strings.HasSuffix(line, "ka") && strings.Contains(string(got), "ulm") {
					t.Errorf("behind %q it offers %q, want no ulm", line, got)
				}
			}
		})
	}
}

// writeCompleted writes a configuration and an archive that there is something of.
func writeCompleted(t *testing.T, dir string) {
	t.Helper()
	yaml := "store: a.db\nsources: [{name: kassel, url: \"https://kassel.example/\"}, {name: ulm, url: \"https://ulm.example/\"}]\n" +
		"notify: [{name: chat, match: {tags: [Verkehr]}, webhook: \"https://chat.example/1\"}]\n"
	if err := os.WriteFile(filepath.Join(dir, "stadtfeed.yaml"), []byte(yaml), 0o600); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(filepath.Join(dir, "a.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	url := "https://kassel.example/1"
	it := news.Item{URL: url, Headline: "Straße gesperrt", Sources: []string{"kassel"}, Tags: []string{"Verkehr"}, Place: "Erlenbrück"}
	it.Published = news.Moment{Time: time.Now(), Precision: news.Second}
	if _, err := st.Commit(t.Context(), news.Report{Drafts: []news.Draft{{Canonical: news.Canonical(url), Item: it}}}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
}

// inFolder runs a program in a folder and gives what it prints.
func inFolder(dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	return cmd.CombinedOutput()
}
