//go:build !linux

package postgres

import "syscall"

// giveUpSilent does nothing: only Linux has TCP_USER_TIMEOUT.
func giveUpSilent(string, string, syscall.RawConn) error { return nil }
