package main

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"
)

func (a *app) reloadCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "reload",
		Short: "Have the running daemon read its configuration again",
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			socket := cfg.ControlSocket()
			conn, err := dialUnix(socket)
			switch {
			case errors.Is(err, fs.ErrPermission):
				return fmt.Errorf("the daemon's control socket %s belongs to another user; run this command as that user", socket)
			case err != nil:
				return fmt.Errorf("no daemon answers at %s; where the key store was changed, the running daemon still has the former archive: restart it", socket)
			}
			conn.Close() //nolint:errcheck,gosec // only asked whether somebody answers
			c := overSocket(socket)
			defer c.close() //nolint:errcheck // nothing was written
			if _, err := one[string](cmd.Context(), c, "/reload", force); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s: in force\n", cfg.File)
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "also if sources vanish, base_url moves, or a saved feed vanishes or becomes empty")
	return cmd
}
