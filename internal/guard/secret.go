package guard

import (
	"errors"
	"fmt"
	"net/url"
)

// HostOnly is an error of a request whose address is a secret (a webhook, a
// hub with a key): of the address only the host stays.
func HostOnly(err error) error {
	var failed *url.Error
	if !errors.As(err, &failed) {
		return err
	}
	return fmt.Errorf("%s %s: %w", failed.Op, HostOf(failed.URL), failed.Err)
}

// HostOf is the host of an address, for logs that must not hold the rest.
func HostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "(no host)"
	}
	return u.Host
}
