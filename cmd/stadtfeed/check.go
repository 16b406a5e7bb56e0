package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

func (a *app) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check the configuration; every mistake as FILE:LINE:COLUMN: message",
		Long: `Check the configuration; every mistake as FILE:LINE:COLUMN: message.

What is not a mistake but will fail all the same is told on standard error, with exit code 0: no contact, addresses of
examples (example.org), a base_url that others cannot reach, an archive or a folder that this user cannot write, a
certificate that cannot be used, and rules that found nothing at the latest visits.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			path, err := a.findConfig()
			if err != nil {
				return err
			}
			c, err := config.Load(path)
			if err != nil {
				return err
			}
			for _, w := range slices.Concat(c.Warnings, placeholders(c), warnings(c), a.lostRules(cmd.Context(), c)) {
				fmt.Fprintf(a.errOut, "%s: warning: %s\n", c.File, visible(w))
			}
			fmt.Fprintf(a.out, "%s: fine (%s, %s)\n", c.File, count(len(c.Sources), "source"), count(len(c.Feeds), "saved feed"))
			return nil
		},
	}
}

// lostRules are the sources whose rules found nothing at the latest visits, as far
// as the archive can be asked without waiting.
func (a *app) lostRules(ctx context.Context, cfg *config.Config) (all []string) {
	c, err := a.peek(ctx, cfg)
	if err != nil {
		return nil
	}
	defer c.close() //nolint:errcheck // it was only read
	states, err := one[[]news.SourceState](ctx, c, "/status", nil)
	if err != nil {
		return nil
	}
	for _, st := range states {
		for _, r := range st.Reasons {
			if r.Code == "rules-lost" || r.Code == "rules-dead" {
				why := news.Say("en", []news.Reason{r}, "")
				all = append(all, fmt.Sprintf("source %s: %s; stadtfeed status says what would fit", st.Name, why))
			}
		}
	}
	return all
}

// placeholders are what the examples say and nobody put his own words for.
func placeholders(c *config.Config) []string {
	var all []string
	for _, one := range []struct{ key, address string }{{"base_url", c.BaseURL}, {"contact", c.Contact}, {"webhook", c.Webhook}} {
		if host := hostNamed(one.address); isExample(host) {
			all = append(all, fmt.Sprintf("%s names %s, which is for examples only; put your own address there", one.key, host))
		}
	}
	for _, s := range c.Sources {
		if isExample(hostNamed(s.URL)) {
			all = append(all, fmt.Sprintf("source %s: its url names a host that is for examples only", s.Name))
		}
	}
	if c.Contact == "" && len(c.Sources) > 0 {
		all = append(all, "contact is missing; say how webmasters reach you, since it stands in the User-Agent")
	}
	if len(c.Sources) == 0 {
		all = append(all, "no sources are listed, so that nothing is visited; stadtfeed add --write URL adds one")
	}
	if u, err := url.Parse(c.BaseURL); err == nil && isLocal(u.Hostname()) && slices.ContainsFunc(c.Listen, isPublic) {
		all = append(all, "base_url is "+c.BaseURL+", which only this machine reaches; every link in feeds is made from it")
	}
	return all
}

// isLocal reports a host that is this machine only.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// isPublic reports an address to listen on that other machines reach.
func isPublic(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	return err == nil && !strings.HasPrefix(listen, "unix:") && !isLocal(host)
}

// hostNamed is the host of an address: of desk@example.org and
// mailto:desk@example.org, too.
func hostNamed(address string) string {
	host := address
	if u, err := url.Parse(address); err == nil {
		host = cmp.Or(u.Hostname(), u.Opaque, u.Path)
	}
	return strings.ToLower(host[strings.LastIndexByte(host, '@')+1:])
}

// isExample reports a host under the names for examples (RFC 2606 §2, §3).
func isExample(host string) bool {
	for _, name := range []string{"example.org", "example.com", "example.net", "example"} {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true
		}
	}
	return false
}

// count says "1 source", "2 sources", "2 entries", "2 addresses".
func count(n int, what string) string {
	switch stem, isY := strings.CutSuffix(what, "y"); {
	case n == 1:
		return "1 " + what
	case isY:
		return fmt.Sprintf("%d %sies", n, stem)
	case strings.HasSuffix(what, "s"):
		return fmt.Sprintf("%d %ses", n, what)
	}
	return fmt.Sprintf("%d %ss", n, what)
}
