package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"sync"
	"time"

	"github.com/stadtfeed/stadtfeed/config"
)

// A certificate is read from its files again when they change, so that a
// renewed one is used without a restart.
type certificate struct {
	files config.TLS
	log   *slog.Logger

	mu   sync.Mutex
	when time.Time // change of the files that current was read from
	read *tls.Certificate
}

// newCertificate is nil where no certificate is configured.
func newCertificate(files config.TLS, log *slog.Logger) (*certificate, error) {
	if files.Certificate == "" {
		return nil, nil
	}
	c := &certificate{files: files, log: log}
	_, err := c.get(nil)
	return c, err
}

// get is the certificate for a connection. One that became unreadable is told
// and the former one stays.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed := c.changed()
	if c.read != nil && changed.Equal(c.when) {
		return c.read, nil
	}
	pair, err := tls.LoadX509KeyPair(c.files.Certificate, c.files.Key)
	c.when = changed
	if err != nil {
		if c.read == nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		c.log.Error("the new certificate cannot be read; the old one stays", "err", err)
		return c.read, nil
	}
	c.read = &pair
	return c.read, nil
}

func (c *certificate) changed() (latest time.Time) {
	for _, path := range []string{c.files.Certificate, c.files.Key} {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(latest) {
			latest = info.ModTime()
		}
	}
	return latest
}

// profiler answers with Go's profiles.
func profiler() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
}

// overTLS reports whether a listener speaks TLS where a certificate is
// configured: unix sockets lead to a proxy, which has its own.
func overTLS(l net.Listener) bool { return l.Addr().Network() == "tcp" }
