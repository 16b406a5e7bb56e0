package main

import (
	"bufio"
	"crypto/rand"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/feedout"
)

func (a *app) keyCommand() *cobra.Command {
	var own bool
	cmd := &cobra.Command{
		Use:   "key",
		Short: "Make a token for what is not public, and its hash for the configuration",
		RunE: func(*cobra.Command, []string) error {
			token := rand.Text()
			if own {
				line, err := bufio.NewReader(os.Stdin).ReadString('\n')
				token = strings.TrimSpace(line)
				if token == "" {
					return fmt.Errorf("no token on standard input: %w", err)
				}
			} else {
				fmt.Fprintf(a.out, "token: %s\n", token)
			}
			fmt.Fprintf(a.out, "access: {keys: [%s]}\n", feedout.HashKey(token))
			return nil
		},
	}
	cmd.Flags().BoolVar(&own, "stdin", false, "hash a token of your own from standard input")
	return cmd
}
