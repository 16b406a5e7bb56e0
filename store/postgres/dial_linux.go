package postgres

import (
	"errors"
	"syscall"
)

// tcpUserTimeout is TCP_USER_TIMEOUT, which package syscall does not name; see
// https://www.rfc-editor.org/rfc/rfc5482.
const tcpUserTimeout = 0x12

// giveUpSilent lets the system give up a connection where what was sent is not
// acknowledged.
func giveUpSilent(network, _ string, c syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	var err error
	asked := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(silent.Milliseconds())) //nolint:gosec // a descriptor
	})
	return errors.Join(asked, err)
}
