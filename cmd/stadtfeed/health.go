package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
)

func (a *app) healthCommand() *cobra.Command {
	var address string
	var timeout time.Duration
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask the running daemon whether it is well; for container health checks",
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			if address == "" {
				cfg, err := a.optionalConfig()
				if err != nil {
					return err
				}
				address = healthURL(cfg, listens(ctx, cfg))
			}
			return a.checkHealth(ctx, address)
		},
	}
	cmd.Flags().StringVar(&address, "url", "", "address `URL` to ask (default: /healthz at the configured address)")
	cmd.Flags().DurationVar(&timeout, "timeout", 5*time.Second, "how long to wait")
	return cmd
}

// listens are the addresses on which the running daemon listens, as it says
// itself: systemd may have handed it other sockets than the file names. Where it
// cannot be asked they are those of the file.
func listens(ctx context.Context, cfg *config.Config) []string {
	conn, err := dialUnix(cfg.ControlSocket())
	if err != nil {
		return cfg.Listen
	}
	conn.Close() //nolint:errcheck,gosec // only asked whether somebody answers
	c := overSocket(cfg.ControlSocket())
	defer c.close() //nolint:errcheck // nothing was written
	all, err := one[[]string](ctx, c, "/where", nil)
	if err != nil || len(all) == 0 {
		return cfg.Listen
	}
	return all
}

// healthURL is where a daemon that listens on these addresses answers on this
// machine.
func healthURL(cfg *config.Config, addresses []string) string {
	scheme := "http://"
	if cfg.TLS.Certificate != "" {
		scheme = "https://"
	}
	for _, l := range addresses {
		if strings.HasPrefix(l, "unix:") {
			return l
		}
		host, port, err := net.SplitHostPort(l)
		if err != nil {
			continue
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "localhost"
		}
		return scheme + net.JoinHostPort(host, port) + "/healthz"
	}
	return scheme + "localhost/healthz"
}

func (a *app) checkHealth(ctx context.Context, address string) error {
	transport := &http.Transport{}
	target := address
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) { return dialUnix(path) }
		target = "http://localhost/healthz"
	}
	u, err := url.Parse(target)
	if err != nil || u.Host == "" {
		return usagef("--url %q: an address such as http://127.0.0.1:8080/healthz belongs here", address)
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // no name of this machine is certified
	}
	u.Path = cmp.Or(strings.TrimSuffix(u.Path, "/"), "/healthz")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", address, res.Status, strings.TrimSpace(string(text)))
	}
	fmt.Fprintln(a.out, "fine")
	return nil
}
