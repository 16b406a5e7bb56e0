package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check the configuration; every mistake as FILE:LINE:COLUMN: message",
		Long: `Check the configuration; every mistake as FILE:LINE:COLUMN: message.

What is no mistake and will fail nevertheless is told on standard error, with exit code 0: no contact, addresses of
examples (example.org), an archive or a folder of backups that this user cannot write.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			for _, w := range warnings(c) {
				fmt.Fprintln(a.errOut, visible(w))
			}
			fmt.Fprintf(a.out, "%s: fine (%s, %s)\n", c.File, count(len(c.Sources), "source"), count(len(c.Feeds), "saved feed"))
			return nil
		},
	}
}

// count says "1 source", "2 sources", "2 entries", "2 addresses".
func count(n int, what string) string {
	switch stem, isY := strings.CutSuffix(what, "y"); {
	case n == 1:
		return "1 " + what
	case isY:
		return fmt.Sprintf("%d %sies", n, stem)
	case strings.HasSuffix(what, "s"):
		return fmt.Sprintf("%d %ses", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
