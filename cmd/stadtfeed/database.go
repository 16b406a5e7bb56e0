package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/store/postgres"
)

func (a *app) databaseCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "database",
		Short: "Look after an archive in PostgreSQL",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return usagef("migrate, status or resume?") },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "migrate",
		Short: "Make the tables of the database, or bring them up to this version",
		Args:  cobra.NoArgs,
		RunE:  a.withDatabase(a.migrateSchema),
	}, &cobra.Command{
		Use:   "status",
		Short: "Show the server, the version of the tables and what they hold",
		Args:  cobra.NoArgs,
		RunE:  a.withDatabase(a.databaseStatus),
	}, &cobra.Command{
		Use:   "resume",
		Short: "Let a database go on that lost commits: after a failover to a standby that was behind, or a restored backup",
		Long: `Let a database go on that lost commits, as after a failover to a standby that
was behind, or a restored backup.

Daemons that have seen more than the database holds write nothing and say so:
numbers would be given twice, and readers of the API would miss items. This
lifts Seq and generation past all that was given before. Daemons go on by
themselves; what was lost is found again by the next visits, as far as the towns
still show it.`,
		Args: cobra.NoArgs,
		RunE: a.withDatabase(a.resumeDatabase),
	})
	return cmd
}

// withDatabase runs a command on the configured database.
func (a *app) withDatabase(work func(context.Context, *config.Config, postgres.Address) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		cfg, err := a.loadConfig()
		if err != nil {
			return err
		}
		if !cfg.Store.Database() {
			return fmt.Errorf("the archive is the file %s; a database is named by store: postgres://USER@HOST/NAME", cfg.Store)
		}
		address, err := databaseOf(cfg)
		if err != nil {
			return err
		}
		return work(cmd.Context(), cfg, address)
	}
}

func (a *app) migrateSchema(ctx context.Context, cfg *config.Config, address postgres.Address) error {
	from, err := postgres.Migrate(ctx, address)
	switch {
	case err != nil:
		return fmt.Errorf("archive %s: %w", cfg.Store, err)
	case from == postgres.Schema():
		fmt.Fprintf(a.out, "%s: the tables are up to date (version %d)\n", cfg.Store, from)
	case from == 0:
		fmt.Fprintf(a.out, "%s: the tables were made (version %d)\n", cfg.Store, postgres.Schema())
	default:
		fmt.Fprintf(a.out, "%s: the tables were brought from version %d to %d\n", cfg.Store, from, postgres.Schema())
	}
	return nil
}

func (a *app) resumeDatabase(ctx context.Context, cfg *config.Config, address postgres.Address) error {
	seq, generation, err := postgres.Resume(ctx, address)
	if err != nil {
		return fmt.Errorf("archive %s: %w", cfg.Store, err)
	}
	fmt.Fprintf(a.out, "%s: goes on from Seq %d, generation %d; daemons notice it within a second\n", cfg.Store, seq, generation)
	return nil
}

func (a *app) databaseStatus(ctx context.Context, cfg *config.Config, address postgres.Address) error {
	st, err := postgres.Look(ctx, address)
	if err != nil {
		return fmt.Errorf("archive %s: %w", cfg.Store, err)
	}
	p := newPrinter(a.out)
	p.line("%s", cfg.Store)
	p.line("server:     %s%s", visible(st.Server), map[bool]string{true: ", a standby", false: ""}[st.Standby])
	p.line("tables:     version %d, this program's %d", st.Schema, postgres.Schema())
	if st.Schema == postgres.Schema() {
		p.line("items:      %d, up to Seq %d, generation %d", st.Items, st.Seq, st.Generation)
		p.line("size:       %s", bytesText(st.Bytes))
	}
	switch {
	case st.Schema < postgres.Schema():
		return errors.New("the tables are missing or older than this program; stadtfeed database migrate brings them up to date")
	case st.Schema > postgres.Schema():
		return errors.New("the tables are newer than this program; install the version that made them")
	}
	return nil
}
