package config

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/language"

	"github.com/stadtfeed/stadtfeed/extract"
	"github.com/stadtfeed/stadtfeed/news"
)

const (
	maxDelay    = 10 * time.Minute
	maxPages    = 1000
	maxBackfill = 10_000
)

// checkTop checks the values of the main file that are no sources or feeds.
func (l *loader) checkTop(f *file) {
	if f == nil {
		return
	}
	c := l.cfg
	at := func(key string) *yaml.Node { return value(f.root, key) }
	complain := func(key string, err error) {
		if err != nil {
			l.mistake(f, at(key), "%s", err)
		}
	}
	l.checkListeners(f, at("listen"))
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.based = c.BaseURL != ""; c.based {
		complain("base_url", checkBase(c.BaseURL))
	} else {
		c.BaseURL = c.BaseOn(c.Listen)
	}
	complain("language", checkLanguage(c.Language))
	complain("contact", checkContact(c.Contact))
	complain("delay", checkRange("delay", c.Delay, 0, maxDelay))
	if err := c.Store.Check(); err != nil {
		complain("store", fmt.Errorf("store: %w", err))
	}
	complain("read", checkReplica(c.Read, c.Store))
	complain("role", checkRole(c.Role, c.Store))
	location, err := zone(c.Timezone)
	complain("timezone", err)
	c.Location = location
	if r := at("retention"); c.Retention.Revisions < 0 {
		l.mistake(f, value(r, "revisions"), "revisions: %d is below 0 (0 keeps all)", c.Retention.Revisions)
	}
	if b := at("backups"); c.Backups.Keep < 0 {
		l.mistake(f, value(b, "keep"), "keep: %d is below 0 (0 makes no backups)", c.Backups.Keep)
	}
	if c.StorePasswordFile != "" && !c.Store.Database() {
		complain("store_password_file", errors.New("store_password_file: the archive is a file, which needs none"))
	}
	if c.Store.Database() && at("backups") != nil && c.Backups.Keep > 0 {
		l.warn("backups: the archive is a database, which is backed up by its own means (pg_dump, pgBackRest); the key does nothing")
	}
	l.checkPaths()
	if err := checkHub(c.WebSub.Hub); err != nil {
		l.mistake(f, value(at("websub"), "hub"), "%s", err)
	}
	complain("webhook", checkWebhook(c.Webhook))
	l.checkMail(f, at("mail"))
	complain("debug", checkDebug(c.Debug))
	if (c.TLS.Certificate == "") != (c.TLS.Key == "") {
		l.mistake(f, at("tls"), "tls: certificate and key belong together")
	}
	l.checkAccess(f, at("access"))
	l.checkTags(f, at("tags"))
	l.checkReaders(f, at("readers"))
	l.checkLinks(f, at("links"))
	l.checkEmbed(f, at("embed"))
	c.words = c.Tags.Vocabulary()
}

var hexSum = regexp.MustCompile(`^[0-9a-fA-F]{64}$`)

func (l *loader) checkAccess(f *file, access *yaml.Node) {
	a := l.cfg.Access
	for i, n := range elements(value(access, "keys")) {
		if i < len(a.Keys) && !hexSum.MatchString(a.Keys[i]) {
			l.mistake(f, n, "a key is the SHA-256 sum of a token, 64 hexadecimal digits; stadtfeed key prints one")
		}
	}
	if len(a.Keys) == 0 && a.forKeys() {
		l.mistake(f, access, "access: nobody could look without keys; stadtfeed key prints one")
	}
}

// forKeys reports that something is for who has a key.
func (a Access) forKeys() bool {
	return a.Status || a.Metrics || a.AddSources || a.SavedSearches == KeySavers
}

func (l *loader) checkLinks(f *file, links *yaml.Node) {
	for _, link := range l.cfg.Links {
		if u, err := url.Parse(link.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			l.mistake(f, value(links, link.Name), "link %q: %q: want http:// or https://", link.Name, link.URL)
		}
	}
}

// checkEmbed refuses what is no origin: it goes into a header as it is.
func (l *loader) checkEmbed(f *file, embed *yaml.Node) {
	nodes := elements(embed)
	if len(nodes) == 0 {
		nodes = []*yaml.Node{embed} // one, without a list
	}
	for i, s := range l.cfg.Embed {
		u, err := url.Parse(s)
		switch {
		case i >= len(nodes):
			return
		case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Host == "", s != u.Scheme+"://"+u.Host, strings.ContainsAny(s, " ;,'\"*"):
			l.mistake(f, nodes[i], "embed %q: want a site without path, such as https://www.example.org", s)
		}
	}
}

func (l *loader) checkReaders(f *file, readers *yaml.Node) {
	for i, n := range elements(readers) {
		if i >= len(l.cfg.Readers) {
			break
		}
		r := l.cfg.Readers[i]
		u, err := url.Parse(r.URL)
		switch {
		case strings.TrimSpace(r.Name) == "":
			l.mistake(f, n, "reader: name is missing")
		case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
			l.mistake(f, value(n, "url"), "reader %q: url %q: want http:// or https://", r.Name, r.URL)
		case !strings.Contains(r.URL, "{url}"):
			l.mistake(f, value(n, "url"), "reader %q: url has no {url} where the feed's address goes", r.Name)
		}
	}
}

func (l *loader) checkTags(f *file, tags *yaml.Node) {
	t := l.cfg.Tags
	aliases := value(tags, "aliases")
	targets := map[string]bool{}
	for from, to := range t.Aliases {
		switch {
		case strings.TrimSpace(to) == "":
			l.mistake(f, value(aliases, from), "alias %q: names no tag", from)
		case news.Slug(t.Canonical(to)) != news.Slug(to):
			l.mistake(f, value(aliases, from), "alias %q: its target %q is an alias itself (write %q)", from, to, t.Canonical(to))
		}
		targets[to] = true
	}
	for i, n := range elements(value(tags, "rules")) {
		if i >= len(t.Rules) {
			break
		}
		rule := t.Rules[i]
		if strings.TrimSpace(rule.Tag) == "" {
			l.mistake(f, n, "tag rule: tag is missing")
		}
		if len(rule.Words) == 0 {
			l.mistake(f, n, "tag rule %q: words are missing", rule.Tag)
		}
		for j, word := range elements(value(n, "words")) {
			if j < len(rule.Words) && news.Fold(rule.Words[j]) == "" {
				l.mistake(f, word, "tag rule %q: %q is not a word", rule.Tag, rule.Words[j])
			}
		}
	}
}

func (l *loader) checkSources() {
	named, placed := map[string]origin{}, map[string]origin{}
	l.cfg.byName = make(map[string]int, len(l.cfg.Sources))
	for i := range l.cfg.Sources {
		s, o := &l.cfg.Sources[i], l.sources[i]
		if o.node.Kind == yaml.MappingNode || !l.complained(o.file, o.node.Line) { // else that is told
			l.checkSource(s, o)
		}
		s.finish(l.cfg)
		if before, twice := named[s.Name]; twice && s.Name != "" {
			l.mistake(o.file, value(o.node, "name"), "source name %q is taken (%s:%d)", s.Name, before.file.path, before.node.Line)
		}
		key := news.Canonical(s.URL)
		if before, twice := placed[key]; twice && s.URL != "" {
			l.mistake(o.file, value(o.node, "url"), "url %q is listed already (%s:%d)", s.URL, before.file.path, before.node.Line)
		}
		if s.Name == "new" && l.cfg.Access.AddSources {
			l.mistake(o.file, value(o.node, "name"), "source name \"new\" is the address of the form that access.add_sources asks for")
		}
		named[s.Name], placed[key] = o, o
		l.cfg.byName[s.Name] = i
	}
}

func (l *loader) checkSource(s *Source, o origin) {
	complain := func(key string, err error) {
		if err == nil {
			return
		}
		at := value(o.node, key)
		if at == nil {
			at = o.node
		}
		l.mistake(o.file, at, "%s", err)
	}
	complain("name", checkName("source", s.Name))
	complain("url", checkSourceURL(s.URL))
	complain("kind", checkKind(s.Kind))
	if value(o.node, "language") != nil {
		complain("language", checkLanguage(s.Language))
	}
	if value(o.node, "timezone") != nil {
		location, err := zone(s.Timezone)
		complain("timezone", err)
		s.Location = location
	}
	complain("preset", checkPreset(s.Preset))
	complain("charset", checkCharset(s.Charset))
	if value(o.node, "delay") != nil {
		complain("delay", checkRange("delay", s.Delay, 0, maxDelay))
	}
	complain("pages", checkRange("pages", s.Pages, 1, maxPages))
	complain("backfill", checkRange("backfill", s.Backfill, 0, maxBackfill))
	for i, n := range elements(value(o.node, "tags")) {
		if i < len(s.Tags) && strings.TrimSpace(s.Tags[i]) == "" {
			l.mistake(o.file, n, "an empty tag")
		}
	}
	l.checkRules(o)
}

// checkRules finds rules that say how to read but not where; whatever else can
// be wrong with a rule was found while it was read.
func (l *loader) checkRules(o origin) {
	rules := value(o.node, "rules")
	for _, page := range []string{"listing", "article"} {
		fields := value(rules, page)
		if fields == nil || fields.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(fields.Content); i += 2 {
			key, rule := fields.Content[i], resolve(fields.Content[i+1])
			if rule.Kind == yaml.MappingNode && value(rule, "select") == nil && !l.complained(o.file, rule.Line) {
				l.mistake(o.file, rule, "rule for %s: select is missing", key.Value)
			}
		}
	}
}

var namePattern = regexp.MustCompile(`^[a-z0-9]+(?:[-_][a-z0-9]+)*$`)

// checkName accepts what stands well in an address.
func checkName(what, name string) error {
	switch {
	case name == "":
		return fmt.Errorf("%s: name is missing", what)
	case !namePattern.MatchString(name):
		return fmt.Errorf("%s name %q: only a-z, 0-9 and hyphens stand well in an address (try %s)", what, name, news.Slug(name))
	}
	return nil
}

func checkSourceURL(address string) error {
	if address == "" {
		return fmt.Errorf("source: url is missing")
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return fmt.Errorf("url %q: %w", address, unwrapURL(err))
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("url %q: http:// or https:// belongs in front", address)
	case u.Hostname() == "":
		return fmt.Errorf("url %q: the host is missing", address)
	case u.User != nil:
		return fmt.Errorf("url %q: user names and passwords do not belong in an address", u.Redacted())
	}
	return nil
}

func unwrapURL(err error) error {
	if ue := (*url.Error)(nil); errors.As(err, &ue) {
		return ue.Err
	}
	return err
}

func checkBase(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return fmt.Errorf("base_url %q: %w", address, unwrapURL(err))
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("base_url %q: an address such as https://feeds.example.org belongs here", address)
	case u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("base_url %q: neither ? nor # belong here", address)
	}
	return nil
}

// BaseOn is base_url, or, where nobody gave one, the address of a server that
// listens there: its first listener as a browser on the same machine reaches it.
func (c *Config) BaseOn(listen []string) string {
	if c.based {
		return c.BaseURL
	}
	scheme, usual := "http://", "80"
	if c.TLS.Certificate != "" {
		scheme, usual = "https://", "443"
	}
	for _, l := range listen {
		host, port, err := net.SplitHostPort(l)
		if err != nil || strings.HasPrefix(l, "unix:") {
			continue
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "localhost"
		}
		if port == usual {
			return scheme + strings.TrimSuffix(net.JoinHostPort(host, ""), ":")
		}
		return scheme + net.JoinHostPort(host, port)
	}
	return scheme + "localhost"
}

// checkListeners wants at least one address, and none twice.
func (l *loader) checkListeners(f *file, listen *yaml.Node) {
	at := func(i int) *yaml.Node {
		if all := elements(listen); i < len(all) {
			return all[i]
		}
		return listen
	}
	if listen != nil && len(l.cfg.Listen) == 0 {
		l.mistake(f, listen, "listen: nobody could reach the server; name at least one address such as 127.0.0.1:8080, or leave the key out")
	}
	for i, address := range l.cfg.Listen {
		if err := checkListen(address); err != nil {
			l.mistake(f, at(i), "%s", err)
			continue
		}
		for _, before := range l.cfg.Listen[:i] {
			if overlap(before, address) {
				l.mistake(f, at(i), "listen %q: %q listens there already", address, before)
				break
			}
		}
	}
}

// overlap reports whether two addresses cannot be listened on at once: they are
// the same, or one of them is all addresses of the machine with that port.
func overlap(a, b string) bool {
	socketA, isA := strings.CutPrefix(a, "unix:")
	socketB, isB := strings.CutPrefix(b, "unix:")
	if isA || isB {
		return isA && isB && filepath.Clean(socketA) == filepath.Clean(socketB)
	}
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || portA == "0" { // the system chooses another port for each 0
		return false
	}
	return sameHost(hostA, hostB) || takesIn(hostA, hostB) || takesIn(hostB, hostA)
}

// sameHost reports whether two hosts are one address, however they are written.
func sameHost(a, b string) bool {
	address := func(host string) net.IP {
		if host == "localhost" {
			return net.IPv4(127, 0, 0, 1)
		}
		return net.ParseIP(host)
	}
	return a == b || address(a) != nil && address(a).Equal(address(b))
}

// takesIn reports whether listening on a host, such as 0.0.0.0, takes in the
// address of another one.
func takesIn(host, other string) bool {
	switch ip := net.ParseIP(host); {
	case host == "", ip.Equal(net.IPv6unspecified):
		return true
	case ip.Equal(net.IPv4zero):
		return !strings.Contains(other, ":")
	}
	return false
}

func checkListen(address string) error {
	if path, ok := strings.CutPrefix(address, "unix:"); ok {
		if path == "" {
			return fmt.Errorf("listen %q: the path of the socket is missing", address)
		}
		return nil
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("listen %q: HOST:PORT such as 127.0.0.1:8080, or unix:/path, belongs here", address)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("listen %q: port %q is not between 0 and 65535", address, port)
	}
	return nil
}

func checkLanguage(tag string) error {
	if tag == "" {
		return nil
	}
	if _, err := language.Parse(tag); err != nil {
		return fmt.Errorf("language %q: a language tag such as de, de-AT or en belongs here", tag)
	}
	return nil
}

func checkContact(contact string) error {
	if contact == "" {
		return nil
	}
	if isWebAddress(contact) {
		return nil
	}
	if _, err := mail.ParseAddress(strings.TrimPrefix(contact, "mailto:")); err == nil {
		return nil
	}
	return fmt.Errorf("contact %q: an address of a page (https://…) or of a mailbox belongs here", contact)
}

func checkHub(hub string) error {
	if hub == OwnHub || hub == NoHub || isWebAddress(hub) {
		return nil
	}
	return fmt.Errorf("hub: own, none, or an address such as https://hub.example.org/ belongs here") // it may hold a key: it is not repeated
}

func checkWebhook(address string) error {
	if address == "" || isWebAddress(address) {
		return nil
	}
	return fmt.Errorf("webhook: an address such as https://chat.example.org/hooks/1 belongs here") // it is a secret: it is not repeated
}

func isWebAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// checkDebug accepts loopback addresses only: the profiler tells secrets.
func checkDebug(address string) error {
	if address == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("debug %q: a loopback address such as 127.0.0.1:6060 belongs here", address)
	}
	return nil
}

func checkKind(k Kind) error {
	switch k {
	case KindAuto, KindPage, KindFeed:
		return nil
	}
	return fmt.Errorf("unknown kind %q%s", k, orElse(DidYouMean(string(k), []string{"page", "feed"}), " (page or feed)"))
}

func checkPreset(name string) error {
	if name == "" || name == NoPreset {
		return nil
	}
	_, err := extract.LookupPreset(name)
	return err
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func checkCharset(name string) error {
	if name == "" {
		return nil
	}
	if _, err := htmlindex.Get(name); err != nil {
		return fmt.Errorf("unknown charset %q%s", name, DidYouMean(name, []string{"utf-8", "windows-1252", "iso-8859-1", "iso-8859-15", "windows-1250", "macintosh"}))
	}
	return nil
}

// checkRange accepts values from least to most.
func checkRange[T int | time.Duration](what string, v, least, most T) error {
	switch {
	case v < least:
		return fmt.Errorf("%s: %v is below %v", what, v, least)
	case v > most:
		return fmt.Errorf("%s: %v is above %v", what, v, most)
	}
	return nil
}

// zones are the ones that are proposed for a misspelt zone.
var zones = strings.Fields(`Europe/Amsterdam Europe/Athens Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels
	Europe/Bucharest Europe/Budapest Europe/Copenhagen Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv
	Europe/Lisbon Europe/Ljubljana Europe/London Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Oslo Europe/Paris
	Europe/Prague Europe/Riga Europe/Rome Europe/Sofia Europe/Stockholm Europe/Tallinn Europe/Vaduz Europe/Vienna
	Europe/Vilnius Europe/Warsaw Europe/Zagreb Europe/Zurich Atlantic/Azores Atlantic/Canary Atlantic/Reykjavik
	America/Chicago America/Denver America/Halifax America/Los_Angeles America/New_York America/Phoenix America/Toronto
	America/Vancouver Australia/Adelaide Australia/Brisbane Australia/Melbourne Australia/Perth Australia/Sydney
	Pacific/Auckland UTC`)

func zone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("timezone %q: a zone such as Europe/Berlin belongs here", name)
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("unknown timezone %q%s", name, DidYouMean(name, zones))
	}
	return location, nil
}
