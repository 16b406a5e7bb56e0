package guard

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
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

var (
	// signedIn finds what may be a name and a password in an address.
	signedIn = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)([^\s"'<>]*)@`)
	// keyed finds the values of a query, however they are escaped.
	keyed = regexp.MustCompile(`([?&;]|%3[Ff]|%26)([^?&;=\s"'<>%]+)(=|%3[Dd])([^&;#\s"'<>]*[^&;#\s"'<>:,.)])`)
	// secretName finds names of query values that are secrets: token, access_token,
	// api-key, X-Amz-Signature, PHPSESSID.
	secretName = regexp.MustCompile(`(?i)token|secret|passw|signature|credential|api[_-]?key|access[_-]?key|auth[_-]?key|` +
		`sess?id$|session|^(?:key|auth|pwd|pass|pw|sig|jwt|sid)$`)
)

// Masked is a text in which addresses have no names, passwords or keys: of
// https://user:password@host/feed?token=abc it makes https://…@host/feed?token=….
func Masked(text string) string {
	if strings.Contains(text, "://") && strings.IndexByte(text, '@') >= 0 {
		text = signedIn.ReplaceAllStringFunc(text, func(found string) string {
			scheme, rest, _ := strings.Cut(found, "://")
			authority := rest[:strings.IndexAny(rest+"/", "/?#")]
			_, port, _ := strings.Cut(authority, ":")
			switch at := strings.LastIndexByte(authority, '@'); {
			case at >= 0: // where rest goes on, it is with the host
				return scheme + "://…" + rest[at:]
			case strings.Contains(rest, "://"): // of several addresses without a space
				return scheme + "://" + Masked(rest)
			case strings.Trim(port, "0123456789") == "": // https://host:8080/@name
				return found
			}
			return scheme + "://…@" // a password with a slash
		})
	}
	if strings.IndexByte(text, '=') < 0 && !strings.Contains(text, "%3") {
		return text
	}
	return keyed.ReplaceAllStringFunc(text, func(found string) string {
		m := keyed.FindStringSubmatch(found)
		if !secretName.MatchString(m[2]) {
			return found
		}
		return m[1] + m[2] + m[3] + "…"
	})
}
