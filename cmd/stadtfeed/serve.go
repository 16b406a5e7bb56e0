package main

import (
	"os"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
)

func (a *app) serveCommand() *cobra.Command {
	var role string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the daemon: visit the sources on schedule and serve the feeds",
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := a.findConfig()
			if err != nil {
				return err
			}
			load := func() (*config.Config, error) {
				env := os.Environ()
				if role != "" {
					env = append(env, "STADTFEED_ROLE="+role)
				}
				return config.LoadWith(path, env...)
			}
			cfg, err := load()
			if err != nil {
				return err
			}
			limitMemory(cfg)
			return run(cmd.Context(), cfg, Running{Log: a.log, Load: load, Reload: a.hangup})
		},
	}
	cmd.Flags().StringVar(&role, "role", "",
		"what this daemon does where several share a database: all, crawl or feed `ROLE` (default: the key role)")
	return cmd
}
