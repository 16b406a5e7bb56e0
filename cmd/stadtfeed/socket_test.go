package main

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

type saying chan string

func (t saying) Write(p []byte) (int, error) {
	t <- string(p)
	return len(p), nil
}

// TestCommandsComeLater: a daemon whose control socket could not be made makes it
// once that is possible.
func TestCommandsComeLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "a.sock")
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		log, ended := make(saying), make(chan error)
		d := &service{core: &core{log: slog.New(slog.NewTextHandler(log, nil))}}
		go func() { ended <- d.takeCommands(ctx, nil, path) }()
		time.Sleep(socketAgain * 3 / 2)
		if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		<-log
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Error(err)
		} else if err := conn.Close(); err != nil {
			t.Error(err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
