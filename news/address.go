package news

import (
	"crypto/sha1" //nolint:gosec // RFC 9562 §5.5 defines version 5 by SHA-1; it names, it does not protect
	"encoding/hex"
	"net/url"
	"path"
	"slices"
	"strings"
)

var (
	pathSession = pattern(`(?i);(?:jsessionid|phpsessid|sid)=[^/?#;]*`)
	// tracking parameters never choose what a page shows.
	tracking = pattern(`(?i)^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|` +
		`wt_\w+|etcc_\w+|pk_\w+|mtm_\w+|matomo_\w+|_ga|_gl|phpsessid|jsessionid|aspsessionid\w*|cfid|cftoken|chash|no_cache)$`)
	// sessionKeys are session ids in some systems and record numbers in others:
	// the value tells.
	sessionKeys  = pattern(`(?i)^(?:sid|s|session|sessionid)$`)
	sessionValue = pattern(`^[0-9A-Za-z,-]{20,}$`)
)

// Canonical is the key under which an address is remembered: https, the host
// in lower case without www. and default port, no fragment, no session ids or
// tracking parameters, query sorted, no slash at the end. It is for comparing,
// not for fetching. An address that cannot be parsed is its own key.
func Canonical(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return strings.TrimSpace(address)
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if rest := strings.TrimPrefix(host, "www."); strings.Contains(rest, ".") {
		host = rest
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	key := "https://" + host + canonicalPath(u)
	if q := canonicalQuery(u.RawQuery); q != "" {
		key += "?" + q
	}
	return key
}

// CanonicalAnchor is Canonical for an entry that has no page of its own and is
// addressed by a fragment of its listing: the fragment stays.
func CanonicalAnchor(address string) string {
	_, fragment, _ := strings.Cut(address, "#")
	return Canonical(address) + "#" + fragment
}

func canonicalPath(u *url.URL) string {
	// EscapedPath keeps %2F apart from /, and EscapePath via URL folds %41 to A.
	p := u.EscapedPath()
	if strings.Contains(p, ";") {
		p = pathSession().ReplaceAllString(p, "")
	}
	if plain, err := url.PathUnescape(p); err == nil && !strings.Contains(strings.ToLower(p), "%2f") {
		p = (&url.URL{Path: plain}).EscapedPath()
	}
	if p == "" {
		return "/"
	}
	if strings.Contains(p, "//") || strings.Contains(p, "/.") {
		p = path.Clean(p)
	}
	if p = strings.TrimRight(p, "/"); p == "" {
		return "/"
	}
	return p
}

func canonicalQuery(raw string) string {
	if raw == "" {
		return ""
	}
	var keep []string
	for pair := range strings.SplitSeq(strings.ReplaceAll(raw, "&amp;", "&"), "&") {
		key, value, _ := strings.Cut(pair, "=")
		switch {
		case pair == "", tracking().MatchString(key):
		case sessionKeys().MatchString(key) && sessionValue().MatchString(value):
		case strings.EqualFold(key, "ref") && !strings.ContainsAny(value, "0123456789"):
		default:
			if k, err := url.QueryUnescape(key); err == nil {
				key = url.QueryEscape(k)
			}
			if v, err := url.QueryUnescape(value); err == nil {
				value = url.QueryEscape(v)
			}
			keep = append(keep, key+"="+value)
		}
	}
	slices.Sort(keep)
	return strings.Join(slices.Compact(keep), "&")
}

// Host is the host name and port of an address, in lower case: the unit of
// politeness. It is empty for an address without a host.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// namespaceURL is the UUID name space for URLs, RFC 9562 §6.6.
var namespaceURL = [16]byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}

// MintID is the id of an item first seen under a canonical address: a
// name-based UUID (version 5, RFC 9562 §5.5) as a URN.
func MintID(canonical string) string {
	h := sha1.New() //nolint:gosec // see the import
	h.Write(namespaceURL[:])
	h.Write([]byte(canonical))
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	x := hex.EncodeToString(b)
	return "urn:uuid:" + x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}
