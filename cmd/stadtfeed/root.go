package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/guard"
)

// An app is what all subcommands share: where results and logs go, and the
// flags that every command has.
type app struct {
	out, errOut io.Writer

	configPath string
	logLevel   string
	logFormat  string

	hangup chan os.Signal // SIGHUP since the process began; nil: not heard

	log     *slog.Logger
	started bool // the command line was understood; what fails now is work
}

// command is the root with all subcommands.
func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:               "stadtfeed COMMAND",
		Args:              cobra.ArbitraryArgs,
		RunE:              noCommand,
		Short:             "Turns the news pages of towns and counties into feeds",
		Example:           "  stadtfeed demo                                             # a sample region, nothing to configure\n  stadtfeed add --write https://www.kassel.de/pressemitteilungen/\n  stadtfeed serve",
		SilenceUsage:      true,
		SilenceErrors:     true,
		PersistentPreRunE: a.prepare,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	flags := root.PersistentFlags()
	flags.StringVarP(&a.configPath, "config", "c", "", "configuration `FILE` (default $STADTFEED_CONFIG, ./stadtfeed.yaml, /etc/stadtfeed/stadtfeed.yaml)")
	flags.StringVar(&a.logLevel, "log-level", "", "`LEVEL` of logs: debug, info, warn or error (default info for the daemon, else warn)")
	flags.StringVar(&a.logFormat, "log-format", "auto", "`FORMAT` of logs: text, json, or auto (text on a terminal)")
	root.SetFlagErrorFunc(wrongFlag)
	for _, c := range a.subcommands() {
		if c.Args == nil {
			c.Args = arguments
		}
		c.Example = "  " + strings.Join(examples[c.Name()], "\n  ")
		root.AddCommand(c)
	}
	a.completed(root)
	return root
}

func (a *app) subcommands() []*cobra.Command {
	return []*cobra.Command{
		a.serveCommand(),
		a.demoCommand(),
		a.checkCommand(),
		a.tryCommand(),
		a.addCommand(),
		a.crawlCommand(),
		a.publishCommand(),
		a.itemsCommand(),
		a.statusCommand(),
		a.presetsCommand(),
		a.configCommand(),
		a.schemaCommand(),
		a.reloadCommand(),
		a.politenessCommand(),
		a.heldCommand(),
		a.searchesCommand(),
		a.subscribersCommand(),
		a.notifyCommand(),
		a.reextractCommand(),
		a.backupCommand(),
		a.restoreCommand(),
		a.verifyCommand(),
		a.exportCommand(),
		a.importCommand(),
		a.compactCommand(),
		a.databaseCommand(),
		a.nodesCommand(),
		a.migrateCommand(),
		a.healthCommand(),
		a.keyCommand(),
		a.completionCommand(),
		a.versionCommand(),
	}
}

// prepare runs before every command, after its flags and arguments were
// understood.
func (a *app) prepare(cmd *cobra.Command, _ []string) error {
	level := slog.LevelWarn
	if daemon := cmd.Name() == "serve" || cmd.Name() == "demo"; daemon && a.logLevel == "" {
		level = slog.LevelInfo
	} else if err := level.UnmarshalText([]byte(cmp.Or(a.logLevel, "warn"))); err != nil {
		return fmt.Errorf("--log-level %q: debug, info, warn or error belongs here", a.logLevel)
	}
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: readable}
	switch format := a.logFormat; {
	case format == "json", format == "auto" && !isTerminal(a.errOut):
		a.log = slog.New(slog.NewJSONHandler(a.errOut, o))
	case format == "text", format == "auto":
		a.log = slog.New(slog.NewTextHandler(a.errOut, o))
	default:
		return fmt.Errorf("--log-format %q: text, json or auto belongs here", format)
	}
	a.started = true
	return nil
}

// readable writes lengths of time as people do, also in JSON, and addresses
// without passwords and keys.
func readable(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindDuration:
		a.Value = slog.StringValue(a.Value.Duration().String())
	case slog.KindString:
		a.Value = slog.StringValue(guard.Masked(a.Value.String()))
	case slog.KindAny:
		if err, is := a.Value.Any().(error); is {
			a.Value = slog.StringValue(guard.Masked(err.Error()))
		}
	}
	return a
}

// isTerminal reports whether people read what is written there.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

const systemConfig = "/etc/stadtfeed/stadtfeed.yaml"

// errNoConfig says that no configuration was named and none was found.
var errNoConfig = errors.New("no configuration found; name one with --config or $STADTFEED_CONFIG, or write ./stadtfeed.yaml")

// findConfig is the path of the configuration file.
func (a *app) findConfig() (string, error) {
	if a.configPath != "" {
		return a.configPath, nil
	}
	if path := os.Getenv("STADTFEED_CONFIG"); path != "" {
		return path, nil
	}
	for _, path := range []string{"stadtfeed.yaml", systemConfig} {
		if _, err := os.Stat(path); err == nil || !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", errNoConfig
}

// loadConfig reads the configuration that the command line means.
func (a *app) loadConfig() (*config.Config, error) {
	path, err := a.findConfig()
	if err != nil {
		return nil, err
	}
	return a.warned(config.Load(path))
}

// optionalConfig is loadConfig for commands that also work without a file.
func (a *app) optionalConfig() (*config.Config, error) {
	path, err := a.findConfig()
	if errors.Is(err, errNoConfig) {
		return a.warned(config.Parse("stadtfeed.yaml", nil, os.Environ()...))
	}
	return a.warned(config.Load(path))
}

// warned tells the warnings of a configuration.
func (a *app) warned(c *config.Config, err error) (*config.Config, error) {
	if err == nil {
		tellWarnings(a.log, c)
	}
	return c, err
}

func tellWarnings(log *slog.Logger, c *config.Config) {
	for _, warning := range c.Warnings {
		log.Warn("about the configuration", "err", warning)
	}
}

// printMistakes lists the mistakes of a configuration, each with the line that
// it is in.
func (a *app) printMistakes(mistakes *config.Errors) {
	for _, m := range mistakes.All {
		fmt.Fprintln(a.errOut, m.Error())
		if excerpt := m.Excerpt(); excerpt != "" {
			fmt.Fprintln(a.errOut, excerpt)
		}
	}
}
