package feedout

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strings"
)

// Access says who may see what is not for everybody. Secrets are kept as
// hashes: Keys are the SHA-256 sums, in hex, of tokens. A token is presented
// as bearer token, as the password of basic authentication (any user name), or
// in ?token= by readers that can do neither.
type Access struct {
	Keys    []string
	Status  bool // /status, /status.json, /status.rss and badges need a key
	Metrics bool // /metrics needs a key
	API     bool // everything under /api needs a key

	AddSources bool // who has a key may add sources under /sources/new

	SavedSearches Savers // who may keep a search as a feed of his own; empty: nobody
}

// Savers are who may save searches.
type Savers string

// Who may save searches.
const (
	KeySavers Savers = "keys"      // who has a key
	AnySaver  Savers = "everybody" // within bounds
)

// HashKey is a token as Access.Keys holds it.
func HashKey(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// allowed reports whether the request carries a key, and asks for one if not.
func (s *Server) allowed(x *site, w http.ResponseWriter, r *http.Request) bool {
	sum := []byte(HashKey(token(r)))
	match := 0
	for _, k := range x.Access.Keys {
		match |= subtle.ConstantTimeCompare(sum, []byte(strings.ToLower(k)))
	}
	if match == 1 {
		return true
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="Stadtfeed", charset="UTF-8"`)
	s.fail(w, r, http.StatusUnauthorized)
	return false
}

func token(r *http.Request) string {
	// The name of a scheme is read in any case (RFC 9110, section 11.1).
	if scheme, t, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(t)
	}
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	return r.URL.Query().Get("token")
}
