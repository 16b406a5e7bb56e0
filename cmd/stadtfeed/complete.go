package main

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

// What shells complete besides commands and flags: sources and notices of the
// configuration, tags and places of the archive. Whatever cannot be asked is
// completed with nothing.

// completionPatience is how long a shell waits at most for the archive.
const completionPatience = 2 * time.Second

type completer = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective)

// completing makes a completer of a function that lists all values, with a tab
// and a remark behind those that need one. Of several with commas between them it
// is the last.
func completing(values func(ctx context.Context) []string) completer {
	return func(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		ctx, cancel := context.WithTimeout(cmd.Context(), completionPatience)
		defer cancel()
		before := begun[:strings.LastIndexByte(begun, ',')+1]
		var fit []string
		for _, v := range values(ctx) {
			if strings.HasPrefix(v, begun[len(before):]) {
				fit = append(fit, before+v)
			}
		}
		return fit, cobra.ShellCompDirectiveNoFileComp
	}
}

// quietConfig is the configuration, if there is one without mistakes.
func (a *app) quietConfig() *config.Config {
	path, err := a.findConfig()
	if err != nil {
		return config.Default()
	}
	cfg, err := config.Load(path)
	if err != nil {
		return config.Default()
	}
	return cfg
}

// sources are the names of the configured sources, with where they are.
func (a *app) sources(context.Context) (names []string) {
	for _, s := range a.quietConfig().Sources {
		names = append(names, s.Name+"\t"+s.URL)
	}
	return names
}

// notices are the names of the configured notices.
func (a *app) notices(context.Context) (names []string) {
	for _, n := range a.quietConfig().Notify {
		names = append(names, n.Name)
	}
	return names
}

// valuesOf lists the slugs of a facet in the archive, with their spelling.
func (a *app) valuesOf(f news.Facet) func(ctx context.Context) []string {
	return func(ctx context.Context) (values []string) {
		c, err := a.peek(ctx, a.quietConfig())
		if err != nil {
			return nil
		}
		defer c.close() //nolint:errcheck // it was only read
		err = ask(ctx, c, "/counts", f, func(n news.Count) error {
			values = append(values, n.Slug+"\t"+visible(n.Name))
			return nil
		}, func(struct{}) {})
		if err != nil {
			return nil
		}
		return values
	}
}

// counts answers with the values of a facet.
func (c *core) counts(r *http.Request, s *stream) error {
	facet, err := asked[news.Facet](r)
	if err != nil {
		return err
	}
	all, err := c.store.Counts(r.Context(), facet)
	if err != nil {
		return err
	}
	for _, n := range all {
		if err := s.value(n); err != nil {
			return err
		}
	}
	return nil
}

// listed makes a function for completing of values that never change.
func listed(values ...string) func(context.Context) []string {
	return func(context.Context) []string { return values }
}

// completed gives commands and their flags what shells complete; a command that
// takes no argument completes none.
func (a *app) completed(root *cobra.Command) {
	args := map[string]completer{
		"crawl": completing(a.sources), "reextract": completing(a.sources), "held": completing(a.sources),
		"presets": completing(listed(presetNames()...)), "notify": a.completeNotify,
		"try": func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
			names, _ := completing(a.sources)(cmd, args, begun)
			return names, cobra.ShellCompDirectiveDefault // or a file
		},
	}
	flags := map[string]completer{
		"tag": completing(a.valuesOf(news.Tag)), "place": completing(a.valuesOf(news.Place)), "source": completing(a.sources),
		"preset": completing(listed(append(presetNames(), "none")...)), "explain": completing(listed(extract.Explained()...)),
		"as":        completing(listed(string(extract.KindListing), string(extract.KindArticle))),
		"log-level": completing(listed("debug", "info", "warn", "error")), "log-format": completing(listed("text", "json", "auto")),
	}
	for _, cmd := range append(root.Commands(), root) {
		switch complete, ok := args[cmd.Name()]; {
		case ok:
			cmd.ValidArgsFunction = complete
		case !strings.Contains(cmd.Use, " ") && cmd != root:
			cmd.ValidArgsFunction = cobra.NoFileCompletions
		}
		for name, complete := range flags {
			if cmd.Flag(name) != nil && cmd.Flag(name).Value.Type() != "bool" {
				_ = cmd.RegisterFlagCompletionFunc(name, complete) // a flag of root is registered once
			}
		}
	}
}

// completeNotify completes "notify test NAME".
func (a *app) completeNotify(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return []string{"test"}, cobra.ShellCompDirectiveNoFileComp
	}
	return completing(a.notices)(cmd, args, begun)
}
