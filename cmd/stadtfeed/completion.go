package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

func (a *app) completionCommand() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion for bash, zsh, fish or powershell",
		Long: `Print the completion for a shell: bash, zsh, fish or powershell. For bash: source <(stadtfeed completion bash)

Besides commands and flags it completes the sources, notices and presets that there are, and behind --tag and --place the
tags and places of the archive, unless the archive cannot be read within two seconds. The packages for Debian and RPM
bring it for bash, zsh and fish.`,
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(shells, args[0]) {
				return usagef("completion: %q is none of %s", args[0], strings.Join(shells, ", "))
			}
			switch root := cmd.Root(); args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.out, true)
			case "zsh":
				return root.GenZshCompletion(a.out)
			case "fish":
				return root.GenFishCompletion(a.out, true)
			default:
				return root.GenPowerShellCompletionWithDesc(a.out)
			}
		},
	}
}
