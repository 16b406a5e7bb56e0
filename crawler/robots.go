package crawler

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// robotsToken is the product token by which robots.txt addresses us.
const robotsToken = "stadtfeed"

// maxRobots is how much of a robots.txt is read, RFC 9309 §2.5.
const maxRobots = 500 << 10

const (
	// maxRobotsRules and maxRobotsPattern bound what is kept of a robots.txt:
	// more and longer rules than any site means. A longer pattern that forbids
	// is cut, which forbids more; one that allows is passed over.
	maxRobotsRules   = 10_000
	maxRobotsPattern = 2 << 10
)

// maxCrawlDelay bounds a Crawl-delay; beyond it a visit could not get through
// even one listing and its articles.
const maxCrawlDelay = 2 * time.Minute

// robots are the rules of one robots.txt that concern us, RFC 9309. The zero
// value allows everything.
type robots struct {
	rules []robotsRule
	delay time.Duration // Crawl-delay
	agent string        // whose rules they are: "stadtfeed", "*" or empty
}

// A robotsRule allows or disallows the paths that its pattern matches.
type robotsRule struct {
	allow   bool
	pattern string // normalised; * is any text, $ at the end is the end
}

// parseRobots reads a robots.txt for the product token. Whatever is no rule is
// passed over: a robots.txt cannot be wrong, only empty.
func parseRobots(body []byte, token string) robots {
	body = bytes.TrimPrefix(body[:min(len(body), maxRobots)], []byte("\xef\xbb\xbf"))
	var ours, everyone robots
	var inOurs, inEveryone, rulesBegan bool
	// Lines end with \n, \r\n or a bare \r.
	for line := range strings.FieldsFuncSeq(string(body), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "user-agent":
			if rulesBegan {
				inOurs, inEveryone, rulesBegan = false, false, false
			}
			name := agentToken(value)
			inOurs = inOurs || strings.EqualFold(name, token)
			inEveryone = inEveryone || name == "*"
		case "allow", "disallow", "crawl-delay":
			rulesBegan = true
			if inOurs {
				ours.add(key, value)
				ours.agent = token
			}
			if inEveryone {
				everyone.add(key, value)
				everyone.agent = "*"
			}
		}
		if inOurs && ours.agent == "" {
			ours.agent = token // a group without rules is a group: all is allowed
		}
	}
	if ours.agent == "" {
		ours = everyone
	}
	return ours
}

// agentToken is the product token at the start of a User-agent value.
func agentToken(value string) string {
	if strings.HasPrefix(value, "*") {
		return "*"
	}
	end := strings.IndexFunc(value, func(r rune) bool {
		return r != '-' && r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		return value
	}
	return value[:end]
}

func (r *robots) add(key, value string) {
	switch {
	case key == "crawl-delay":
		if d, err := parseSeconds(value); err == nil {
			r.delay = max(r.delay, min(d, maxCrawlDelay))
		}
	case value == "", len(r.rules) >= maxRobotsRules, key == "allow" && len(value) > maxRobotsPattern:
	default:
		pattern := normalPath(value[:min(len(value), maxRobotsPattern)], true)
		if !strings.HasPrefix(pattern, "/") && !strings.HasPrefix(pattern, "*") {
			pattern = "/" + pattern
		}
		r.rules = append(r.rules, robotsRule{allow: key == "allow", pattern: pattern})
	}
}

// allowed tells whether the rules let us fetch a path (with its query): the
// longest pattern that matches decides, and allow where two are equally long.
func (r robots) allowed(pathAndQuery string) bool {
	if len(r.rules) == 0 {
		return true
	}
	path := normalPath(pathAndQuery, false)
	if path == "/robots.txt" {
		return true
	}
	best, allow := -1, true
	for _, rule := range r.rules {
		longer := len(rule.pattern) > best || len(rule.pattern) == best && rule.allow
		if longer && matchPath(rule.pattern, path) {
			best, allow = len(rule.pattern), rule.allow
		}
	}
	return allow
}

// size is how many bytes the rules take where they are kept.
func (r robots) size() (n int) {
	for _, rule := range r.rules {
		n += len(rule.pattern) + 3
	}
	return n
}

// memory is about how many bytes the rules take while they are in force.
func (r robots) memory() int {
	const perRule = 24 // beside its pattern
	return r.size() + perRule*len(r.rules)
}

// clone is a copy that keeps no larger text alive.
func (r robots) clone() robots {
	r.agent, r.rules = strings.Clone(r.agent), slices.Clone(r.rules)
	for i := range r.rules {
		r.rules[i].pattern = strings.Clone(r.rules[i].pattern)
	}
	return r
}

// String tells the rules in words.
func (r robots) String() string {
	disallowed := 0
	for _, rule := range r.rules {
		if !rule.allow {
			disallowed++
		}
	}
	var text string
	switch {
	case slices.ContainsFunc(r.rules, func(x robotsRule) bool { return !x.allow && x.pattern == "/" }) && len(r.rules) == 1:
		text = "everything disallowed"
	case disallowed == 0:
		text = "everything allowed"
	case disallowed == 1:
		text = "1 path disallowed"
	default:
		text = fmt.Sprintf("%d paths disallowed", disallowed)
	}
	if r.agent != "" {
		text += " for " + r.agent
	}
	if r.delay > 0 {
		text += fmt.Sprintf(", %s between requests", r.delay)
	}
	return text
}

// matchPath matches a pattern at the start of a path, in time linear in their
// lengths: what stands between two asterisks is taken where it comes first.
func matchPath(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	part, rest, more := strings.Cut(pattern, "*")
	if !strings.HasPrefix(path, part) {
		return false
	}
	path = path[len(part):]
	for more {
		part, rest, more = strings.Cut(rest, "*")
		if !more && anchored {
			return strings.HasSuffix(path, part)
		}
		at := strings.Index(path, part)
		if at < 0 {
			return false
		}
		path = path[at+len(part):]
		if !more {
			return true
		}
	}
	return !anchored || path == ""
}

const upperHex = "0123456789ABCDEF"

// normalPath brings percent-encoding to one form, RFC 9309 §2.2.2: unreserved
// characters plain, all others that are not ASCII encoded, hex in capitals. In
// a path the characters special to patterns are encoded, so that a pattern's
// %2A matches an asterisk.
func normalPath(s string, pattern bool) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			v, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			i += 2
			if unreserved(byte(v)) {
				b.WriteByte(byte(v))
			} else {
				encode(&b, byte(v))
			}
		case c <= ' ' || c >= 0x7f || !pattern && (c == '*' || c == '$'):
			encode(&b, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func encode(b *strings.Builder, c byte) {
	b.WriteByte('%')
	b.WriteByte(upperHex[c>>4])
	b.WriteByte(upperHex[c&15])
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// parseSeconds reads a number of seconds, fractions allowed.
func parseSeconds(value string) (time.Duration, error) {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || seconds != seconds || seconds < 0 {
		return 0, fmt.Errorf("%q is not a number of seconds", value)
	}
	return time.Duration(min(seconds, 1e9) * float64(time.Second)), nil
}
