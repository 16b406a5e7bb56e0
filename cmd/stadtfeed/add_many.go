package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/net/html/charset"
	"golang.org/x/sync/errgroup"
	textunicode "golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// Bounds of add --from.
const (
	hostsAtOnce = 16
	writeEvery  = 2 * time.Second // what was found is written, so that an end loses little
)

// A gathering is add --from at work: hosts beside one another, the addresses of
// one host one after the other.
type gathering struct {
	*adding
	addresses []listedAddress
	progress  *progress

	mu      sync.Mutex
	report  []string // by address; empty: not looked at
	found   []config.Proposal
	pending []config.Proposal // found and not written yet
	done    int
	failed  int
	listed  int
}

// many looks at all addresses of a file and reports at the end. What was found
// is kept where it is interrupted; the next time it is listed already.
func (add *adding) many(ctx context.Context) error {
	addresses, err := readAddresses(add.from)
	if err != nil {
		return err
	}
	if add.name != "" || add.place != "" {
		return usagef("--name and --place are for one address, not for --from")
	}
	g := &gathering{adding: add, addresses: addresses, report: make([]string, len(addresses))}
	g.progress = newProgress(add.errOut, "looking")
	written := g.writing()
	err = g.look(ctx)
	written()
	g.progress.end()
	return errors.Join(err, g.end(ctx))
}

// writing writes every two seconds what was found, so that also a kill loses
// little, until done is called. What cannot be written is told at the end.
func (g *gathering) writing() (done func()) {
	over := make(chan struct{})
	var writes sync.WaitGroup
	writes.Go(func() {
		ticker := time.NewTicker(writeEvery)
		defer ticker.Stop()
		for {
			select {
			case <-over:
				return
			case <-ticker.C:
				g.mu.Lock()
				_ = g.flush() // see end
				g.mu.Unlock()
			}
		}
	})
	return func() { close(over); writes.Wait() }
}

// look looks at all addresses, until ctx ends.
func (g *gathering) look(ctx context.Context) error {
	byHost := map[string][]int{}
	var hosts []string
	for i, one := range g.addresses {
		host := news.Host(withScheme(one.address))
		if byHost[host] == nil {
			hosts = append(hosts, host)
		}
		byHost[host] = append(byHost[host], i)
	}
	beside, ctx := errgroup.WithContext(ctx)
	beside.SetLimit(hostsAtOnce)
	for _, host := range hosts {
		beside.Go(func() error {
			for _, i := range byHost[host] {
				if err := g.lookAt(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return beside.Wait()
}

// lookAt looks at one address with what is known by now.
func (g *gathering) lookAt(ctx context.Context, i int) error {
	g.mu.Lock()
	cfg, alone := *g.cfg, *g.adding // others append to the sources meanwhile
	g.mu.Unlock()
	alone.cfg = &cfg
	found, err := alone.look(ctx, g.addresses[i].address)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.done++
	g.note(i, found, err)
	g.progress.show(step{Doing: fmt.Sprintf("looking, %d found", len(g.found)), Done: int64(g.done), Total: int64(len(g.addresses))})
	return nil
}

// note keeps what an address yielded; the caller holds the lock.
func (g *gathering) note(i int, found discovery, err error) {
	p := found.proposal
	if err == nil {
		if s, ok := g.listedAs(p.URL); ok {
			err = fmt.Errorf("%s: %w, as source %s", p.URL, errListed, s)
		}
	}
	switch {
	case errors.Is(err, errListed):
		g.listed++
		g.report[i] = fmt.Sprintf("known   %s", err)
		return
	case err != nil:
		g.failed++
		g.report[i] = fmt.Sprintf("failed  %s", err)
		return
	}
	if name := g.addresses[i].name; name != "" {
		p.Title, p.Name = name, cmp.Or(news.Slug(name), p.Name)
	}
	p.Name = g.freeName(p.Name)
	g.remember(p)
	g.found, g.pending = append(g.found, p), append(g.pending, p)
	g.report[i] = fmt.Sprintf("%-6s  %s  %s, as %s", g.added(), p.URL, shares(found.listing.Entries), p.Name)
}

func (g *gathering) listedAs(address string) (name string, ok bool) {
	s, ok := g.adding.listed(address)
	return s.Name, ok
}

func (g *gathering) added() string {
	if g.write {
		return "added"
	}
	return "found"
}

// flush writes what is not written yet, if anything is to be written.
func (g *gathering) flush() error {
	if len(g.pending) == 0 || !g.write {
		return nil
	}
	if err := appendSources(g.path, g.pending); err != nil {
		return err
	}
	g.pending = nil
	return nil
}

// end writes the rest and reports.
func (g *gathering) end(ctx context.Context) error {
	if len(g.found) > 0 {
		text, err := config.YAML(2, g.found...)
		if err != nil {
			return err
		}
		p := newPrinter(g.out)
		if !g.write {
			fmt.Fprintf(g.out, "sources:\n%s", text)
		} else if err := g.flush(); err != nil {
			return fmt.Errorf("%w; to add it yourself:\n%s", err, text)
		} else {
			fmt.Fprint(g.out, text)
			p.line("%s: %s added; a running daemon takes it with: stadtfeed reload", g.path, count(len(g.found), "source"))
		}
	}
	for _, l := range g.report {
		if l != "" {
			fmt.Fprintln(g.errOut, visible(l))
		}
	}
	fmt.Fprintf(g.errOut, "%s: %d %s, %d listed already, %d failed\n", count(len(g.addresses), "address"), len(g.found), g.added(), g.listed, g.failed)
	if left := len(g.addresses) - g.done; left > 0 && ctx.Err() != nil {
		fmt.Fprintf(g.errOut, "interrupted with %s left; the same command goes on there\n", count(left, "address"))
	}
	if g.failed > 0 {
		return errSilent
	}
	return nil
}

// remember makes the next names and addresses differ from this one.
func (add *adding) remember(p config.Proposal) {
	add.cfg.Sources = append(add.cfg.Sources, config.Source{Name: p.Name, URL: p.URL})
}

// A listedAddress is one of a list, with the name that stands beside it.
type listedAddress struct{ name, address string }

// readAddresses reads OPML, or lines with an address and perhaps a name, as words
// or as CSV, with # comments; every address once.
func readAddresses(path string) ([]listedAddress, error) {
	in := io.Reader(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	const most = 16 << 20
	data, err := io.ReadAll(io.LimitReader(in, most))
	if err != nil {
		return nil, err
	}
	if data, err = io.ReadAll(transform.NewReader(bytes.NewReader(data), textunicode.BOMOverride(transform.Nop))); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var all []listedAddress
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")) {
		if all, err = opmlAddresses(data); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	} else {
		all = linedAddresses(string(data))
	}
	all = eachOnce(all)
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no addresses in it", path)
	}
	return all, nil
}

// linedAddresses reads lines such as "kassel.de", "Stadt Kassel https://kassel.de/"
// or "Stadt Kassel;34117;https://kassel.de/". A first line without an address is
// a heading; in others the first word is taken for one, so that it is told.
func linedAddresses(text string) (all []listedAddress) {
	first := true
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if l == "" || strings.HasPrefix(l, "#") {
			continue
		}
		one, ok := lineOf(l)
		if ok || !first {
			all = append(all, one)
		}
		first = false
	}
	return all
}

// lineOf is the address of a line, and what stands before it, or else behind it.
func lineOf(l string) (one listedAddress, ok bool) {
	fields := strings.Fields(l)
	if alone := len(fields) == 1 && isAddress(l); !alone && (!isAddress(fields[0]) || strings.ContainsAny(l, ";\t")) {
		for _, comma := range []rune{'\t', ';', ','} {
			if one, ok = addressAmong(cells(l, comma)); ok {
				return one, true
			}
		}
	}
	for i, field := range fields {
		if isAddress(field) {
			name := fields[:i]
			if rest := fields[i+1:]; i == 0 && len(rest) > 0 && !strings.HasPrefix(rest[0], "#") {
				name = rest
			}
			return listedAddress{strings.Trim(strings.Join(name, " "), " :-–\""), field}, true
		}
	}
	return listedAddress{address: fields[0]}, false
}

// cells are the cells of a line of CSV.
func cells(l string, comma rune) []string {
	r := csv.NewReader(strings.NewReader(l))
	r.Comma, r.LazyQuotes, r.TrimLeadingSpace = comma, true, true
	row, err := r.Read()
	if err != nil {
		return nil
	}
	return row
}

// addressAmong is the first address among the cells of a row, and the first
// other text as its name.
func addressAmong(row []string) (one listedAddress, ok bool) {
	if len(row) < 2 {
		return one, false
	}
	for _, cell := range row {
		switch cell = strings.TrimSpace(cell); {
		case isAddress(cell):
			if one.address == "" {
				one.address = cell
			}
		case one.name == "" && strings.ContainsFunc(cell, unicode.IsLetter):
			one.name = cell
		}
	}
	return one, one.address != ""
}

// isAddress reports one word that is an address, or a host such as kassel.de,
// 192.0.2.7:8080 or localhost.
func isAddress(word string) bool {
	if strings.ContainsAny(word, " \t") || word == "" {
		return false
	}
	u, err := url.Parse(withScheme(word))
	if err != nil || u.Hostname() == "" {
		return false
	}
	_, noIP := netip.ParseAddr(u.Hostname())
	return strings.Contains(word, "://") || noIP == nil || u.Hostname() == "localhost" || hasTopLevel(u.Hostname())
}

// hasTopLevel reports whether a host ends with a domain of letters, such as
// "kassel.de"; "1.2" and "Nr." do not.
func hasTopLevel(host string) bool {
	dot := strings.LastIndexByte(host, '.')
	return strings.Contains(strings.Trim(host, "."), ".") && strings.ContainsFunc(host[dot:], unicode.IsLetter)
}

func eachOnce(addresses []listedAddress) []listedAddress {
	seen := map[string]bool{}
	var once []listedAddress
	for _, a := range addresses {
		if key := news.Canonical(withScheme(a.address)); !seen[key] {
			seen[key] = true
			once = append(once, a)
		}
	}
	return once
}

// declared reads an encoding that the first line of a file names. UTF-16 cannot
// be declared in bytes that were read this far: its mark was heard before.
func declared(label string, in io.Reader) (io.Reader, error) {
	if strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return in, nil
	}
	return charset.NewReaderLabel(label, in)
}

// opmlAddresses are the feeds of an OPML file, at any depth.
func opmlAddresses(data []byte) ([]listedAddress, error) {
	var addresses []listedAddress
	dec := xml.NewDecoder(bytes.NewReader(data))
	dec.Strict = false
	dec.CharsetReader = declared
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return addresses, nil
		} else if err != nil {
			return nil, fmt.Errorf("OPML: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || !strings.EqualFold(start.Name.Local, "outline") {
			continue
		}
		attrs := map[string]string{}
		for _, a := range start.Attr {
			attrs[strings.ToLower(a.Name.Local)] = strings.TrimSpace(a.Value)
		}
		if address := cmp.Or(attrs["xmlurl"], attrs["htmlurl"]); address != "" {
			addresses = append(addresses, listedAddress{cmp.Or(attrs["title"], attrs["text"]), address})
		}
	}
}
