package main

import (
	"bytes"
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
	"github.com/stadtfeed/stadtfeed/news"
)

// A certificate is read from its files again when what they hold has changed,
// so that a renewed one is used without a restart. The content is asked, not the
// times of the files: a copy may bring an older time, a change of owner none.
type certificate struct {
	files config.TLS
	log   *slog.Logger
	now   func() time.Time

	mu     sync.Mutex
	looked time.Time
	held   [2][]byte // content of the files when they were looked at last
	fault  string    // why they could not be used, as it was told
	pair   *tls.Certificate
}

// lookEvery is how long a pair is used before the files are looked at again.
const lookEvery = time.Second

// newCertificate is nil where no certificate is configured.
func newCertificate(files config.TLS, log *slog.Logger) (*certificate, error) {
	if files.Certificate == "" {
		return nil, nil
	}
	c := &certificate{files: files, log: log, now: time.Now}
	_, err := c.get(nil)
	return c, err
}

// get is the certificate for a connection. While the files cannot be used (one
// of them is written, the other not yet) the former pair stays, and that is told
// once.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); c.pair == nil || now.Sub(c.looked).Abs() >= lookEvery {
		c.looked = now
		err := c.look()
		if c.pair == nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		c.tell(err)
	}
	return c.pair, nil
}

// look reads the files and takes the pair in them, where it is another one.
func (c *certificate) look() error {
	var held [2][]byte
	for i, path := range []string{c.files.Certificate, c.files.Key} {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		held[i] = text
	}
	if c.pair != nil && bytes.Equal(held[0], c.held[0]) && bytes.Equal(held[1], c.held[1]) {
		return nil
	}
	pair, err := tls.X509KeyPair(held[0], held[1])
	if err != nil {
		return fmt.Errorf("%s and %s: %w", c.files.Certificate, c.files.Key, err)
	}
	if c.pair != nil {
		c.log.Info("the renewed certificate is in use", "path", c.files.Certificate)
	}
	c.pair, c.held = &pair, held
	return nil
}

// expiresSoon is how long before its end a certificate should have been renewed; of
// one that is for days only, a tenth of them.
const expiresSoon = 3 * 24 * time.Hour

// concerns tell that the certificate in use has ended or is about to, or that the
// renewed one cannot be used.
func (c *certificate) concerns(now time.Time, loc *time.Location) []news.Concern {
	if c == nil {
		return nil
	}
	pair, err := c.get(nil) // also where nobody connects
	if err != nil {
		return nil
	}
	c.mu.Lock()
	unusable := c.fault != ""
	c.mu.Unlock()
	until := pair.Leaf.NotAfter
	why := news.Because("tls-expires", until.In(loc).Format(time.DateOnly))
	switch {
	case now.After(until):
		why.Code = "tls-expired"
	case unusable:
		why = news.Because("tls-unusable")
	case until.Sub(now) > min(expiresSoon, until.Sub(pair.Leaf.NotBefore)/10):
		return nil
	}
	return []news.Concern{concern(news.ConcernTLS, why, "look-at-tls")}
}

func (c *certificate) tell(err error) {
	switch {
	case err == nil:
		c.fault = ""
	case c.fault != err.Error():
		c.fault = err.Error()
		c.log.Error("the new certificate cannot be used; the old one stays", "err", err)
	}
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
