package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/activation"
)

// openListeners opens the addresses of the web server; sockets that systemd
// hands over come instead of them.
func openListeners(addresses []string) (open []net.Listener, handed bool, err error) {
	given, err := activation.Listeners()
	if err != nil {
		return nil, false, fmt.Errorf("sockets from systemd: %w", err)
	}
	for _, l := range given {
		if l != nil {
			open = append(open, l)
		}
	}
	if len(open) > 0 {
		return open, true, nil
	}
	for _, address := range addresses {
		l, err := listen(address)
		if err != nil {
			closeListeners(open)
			return nil, false, err
		}
		open = append(open, l)
	}
	return open, false, nil
}

func closeListeners(all []net.Listener) {
	for _, l := range all {
		l.Close() //nolint:errcheck,gosec // nothing was promised on it yet
	}
}

func listen(address string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		return listenUnix(path, 0o666)
	}
	l, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listen %s: another program has this port; end it or choose another one", address)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("listen %s: this port is reserved for the system; choose one from 1024 or use socket activation", address)
	case err != nil:
		return nil, fmt.Errorf("listen %s: %w", address, err)
	}
	return l, nil
}

// listenUnix opens a unix socket with the given mode. A socket file that a
// program left behind is replaced; one that is answered is not.
func listenUnix(path string, mode os.FileMode) (net.Listener, error) {
	if conn, err := dialUnix(path); err == nil {
		conn.Close() //nolint:errcheck,gosec // only asked whether somebody answers
		return nil, fmt.Errorf("listen unix:%s: another program answers there", path)
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&os.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("listen unix:%s: %w", path, err)
		}
	}
	old := syscall.Umask(0o777 &^ int(mode)) // so that nobody slips in before a chmod
	defer syscall.Umask(old)
	short, done, err := shortSocket(path)
	if err != nil {
		return nil, fmt.Errorf("listen unix:%s: %w", path, err)
	}
	defer done()
	l, err := net.Listen("unix", short)
	if err != nil {
		return nil, fmt.Errorf("listen unix:%s: %w", path, err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	return &unixListener{Listener: l, path: path}, nil
}

// A unixListener removes its socket file when it is closed, also when it was
// opened by way of a shorter path.
type unixListener struct {
	net.Listener
	path string
}

// Addr is the path that was asked for.
func (l *unixListener) Addr() net.Addr { return &net.UnixAddr{Name: l.path, Net: "unix"} }

func (l *unixListener) Close() error {
	err := l.Listener.Close()
	if gone := os.Remove(l.path); err == nil && !errors.Is(gone, fs.ErrNotExist) {
		err = gone
	}
	return err
}

func dialUnix(path string) (net.Conn, error) {
	short, done, err := shortSocket(path)
	if err != nil {
		return nil, err
	}
	defer done()
	return net.DialTimeout("unix", short, 2*time.Second)
}
