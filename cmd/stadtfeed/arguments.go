package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/stadtfeed/stadtfeed/config"
)

// arguments checks how many arguments a command has against its use line, where
// optional ones stand in brackets: "backup FILE", "held [SOURCE]", "crawl [SOURCE...]".
func arguments(cmd *cobra.Command, args []string) error {
	words := strings.Fields(cmd.Use)[1:]
	least, most := 0, len(words)
	for _, w := range words {
		if !strings.HasPrefix(w, "[") {
			least++
		}
		if strings.HasSuffix(w, "...]") {
			most = len(args)
		}
	}
	switch {
	case len(args) < least:
		return usagef("%s: %s is missing", cmd.Name(), strings.ReplaceAll(words[len(args)], "|", " or "))
	case len(args) > most && most == 0:
		return usagef("%s takes no argument, and %q is one", cmd.Name(), args[0])
	case len(args) > most:
		return usagef("%s takes no more than %s, and %q is one more", cmd.Name(), strings.Join(words, " "), args[most])
	}
	return nil
}

// noCommand is what the root does: without arguments it is the help, and what is no
// command is wrong use.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return cmd.Help()
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return usagef("unknown command %q%s; stadtfeed --help lists them", args[0], config.DidYouMean(args[0], names))
}

// wrongFlag says which flag may have been meant.
func wrongFlag(cmd *cobra.Command, err error) error {
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return usageError{err}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return usagef("unknown flag --%s%s", name, config.DidYouMean("--"+name, names))
}
