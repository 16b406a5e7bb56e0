package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
)

func (a *app) reloadCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "reload",
		Short: "Have the running daemon read its configuration again",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				if _, err := one[string](cmd.Context(), c, "/reload", force); err != nil {
					return err
				}
				fmt.Fprintf(a.out, "%s: in force\n", cfg.File)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "also if sources vanish, base_url moves or a saved feed becomes empty")
	return cmd
}
