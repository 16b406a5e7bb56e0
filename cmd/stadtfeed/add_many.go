package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/schollz/progressbar/v3"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/news"
)

// many looks at all addresses of a file and reports at the end.
func (add *adding) many(ctx context.Context) error {
	addresses, err := readAddresses(add.from)
	if err != nil {
		return err
	}
	if add.name != "" || add.place != "" {
		return usagef("--name and --place are for one address, not for --from")
	}
	bar := progressbar.NewOptions(len(addresses), progressbar.OptionSetWriter(add.errOut), progressbar.OptionSetVisibility(isTerminal(add.errOut)),
		progressbar.OptionClearOnFinish(), progressbar.OptionShowCount(), progressbar.OptionSetDescription("looking"), progressbar.OptionFullWidth())
	var proposals []config.Proposal
	var report []string
	failed, listed, added := 0, 0, "found"
	if add.write {
		added = "added"
	}
	for _, address := range addresses {
		found, err := add.look(ctx, address)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		switch {
		case errors.Is(err, errListed):
			listed++
			report = append(report, fmt.Sprintf("known   %s", err))
		case err != nil:
			failed++
			report = append(report, fmt.Sprintf("failed  %s", err))
		default:
			proposals = append(proposals, found.proposal)
			add.remember(found.proposal)
			report = append(report, fmt.Sprintf("%-6s  %s  %s, as %s", added, found.proposal.URL, shares(found.listing.Entries), found.proposal.Name))
		}
		bar.Add(1) //nolint:errcheck,gosec // a terminal that went away needs no bar
	}
	p := newPrinter(add.out)
	if len(proposals) > 0 {
		if err := add.finish(p, proposals); err != nil {
			return err
		}
	}
	for _, l := range report {
		fmt.Fprintln(add.errOut, visible(l))
	}
	fmt.Fprintf(add.errOut, "%s: %d %s, %d listed already, %d failed\n", count(len(addresses), "address"), len(proposals), added, listed, failed)
	if failed > 0 {
		return errSilent
	}
	return nil
}

// remember makes the next names and addresses differ from this one.
func (add *adding) remember(p config.Proposal) {
	add.cfg.Sources = append(add.cfg.Sources, config.Source{Name: p.Name, URL: p.URL})
}

// readAddresses reads OPML, or a list of addresses with # comments; every
// address once.
func readAddresses(path string) ([]string, error) {
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
	if data, err = io.ReadAll(transform.NewReader(bytes.NewReader(data), unicode.BOMOverride(transform.Nop))); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var all []string
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")) {
		if all, err = opmlAddresses(data); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	} else {
		for l := range strings.Lines(string(data)) {
			if fields := strings.Fields(l); len(fields) > 0 && !strings.HasPrefix(fields[0], "#") {
				all = append(all, fields[0])
			}
		}
	}
	all = eachOnce(all)
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no addresses in it", path)
	}
	return all, nil
}

func eachOnce(addresses []string) []string {
	seen := map[string]bool{}
	var once []string
	for _, a := range addresses {
		if key := news.Canonical(withScheme(a)); !seen[key] {
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
func opmlAddresses(data []byte) ([]string, error) {
	var addresses []string
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
		if address := attrs["xmlurl"]; address != "" {
			addresses = append(addresses, address)
		} else if address := attrs["htmlurl"]; address != "" {
			addresses = append(addresses, address)
		}
	}
}
