package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
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
			if address != "" {
				return a.checkHealth(ctx, address, false)
			}
			cfg, err := a.optionalConfig()
			var mistakes *config.Errors
			if errors.As(err, &mistakes) { // it is the daemon that is asked about, which has not read them
				cfg = mistakes.Rest
			} else if err != nil {
				return err
			}
			addresses := listens(ctx, cfg)
			switch {
			case len(addresses) == 0 && err != nil:
				return err
			case len(addresses) == 0:
				addresses = cfg.Listen
			}
			at := healthURL(cfg, addresses)
			asked := a.checkHealth(ctx, at, true)
			plain, isPlain := strings.CutPrefix(at, "http://")
			if mayHaveTLS := err != nil; mayHaveTLS && isPlain && asked != nil { // what was not read may name a certificate
				asked = a.checkHealth(ctx, "https://"+plain, true)
			}
			return asked
		},
	}
	cmd.Flags().StringVar(&address, "url", "", "address `URL` to ask (default: /healthz at the configured address)")
	cmd.Flags().DurationVar(&timeout, "timeout", 5*time.Second, "how long to wait")
	return cmd
}

// listens are the addresses on which the running daemon listens, as it says
// itself: systemd may have handed it other sockets than the file names. Where it
// cannot be asked there are none.
func listens(ctx context.Context, cfg *config.Config) []string {
	conn, err := dialUnix(cfg.ControlSocket())
	if err != nil {
		return nil
	}
	conn.Close() //nolint:errcheck,gosec // only asked whether somebody answers
	c := overSocket(cfg.ControlSocket())
	defer c.close() //nolint:errcheck // nothing was written
	all, err := one[[]string](ctx, c, "/where", nil)
	if err != nil {
		return nil
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
		return scheme + strings.ReplaceAll(net.JoinHostPort(host, port), "%", "%25") + "/healthz" // the zone of fe80::1%eth0
	}
	return scheme + "localhost/healthz"
}

// checkHealth asks an address. The daemon's own name need not be certified: what
// it listens on is no name that readers use.
func (a *app) checkHealth(ctx context.Context, address string, own bool) error {
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
	if ip := net.ParseIP(u.Hostname()); own || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
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
