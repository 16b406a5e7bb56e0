package main

import (
	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
)

func (a *app) serveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the daemon: visit the sources on schedule and serve the feeds",
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := a.findConfig()
			if err != nil {
				return err
			}
			load := func() (*config.Config, error) { return config.Load(path) }
			cfg, err := load()
			if err != nil {
				return err
			}
			limitMemory(cfg)
			return run(cmd.Context(), cfg, Running{Log: a.log, Load: load, Reload: a.hangup})
		},
	}
}
