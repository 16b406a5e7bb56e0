package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"
	"text/template"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/crawler"
	"github.com/stadtfeed/stadtfeed/internal/town"
)

func (a *app) demoCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run a sample region on loopback and the daemon that reads it: nothing to configure, no network",
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), listen) },
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "`ADDR` of pages and feeds; port 0 takes a free one")
	return cmd
}

// demo runs the sample region and the daemon until ctx ends, and leaves
// nothing behind.
func (a *app) demo(ctx context.Context, listen string) error {
	address, err := freeAddress(listen)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "stadtfeed-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	region, err := startRegion(time.Now())
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer region.Close() //nolint:errcheck // it ends with us
	cfg, err := demoConfig(dir, address, region)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return run(ctx, cfg, Running{
		Log:   a.log,
		Tune:  impatient,
		Ready: func([]net.Addr) { a.explainDemo(cfg, region); go a.tellEvents(ctx, region) },
	})
}

func startRegion(start time.Time) (*town.Region, error) {
	sites, err := town.Sample(start)
	if err != nil {
		return nil, err
	}
	return town.Start(time.Now, sites...)
}

// impatient makes the crawler look again after half a minute where it would
// wait for hours or days, so that an edit and a withdrawal show during the demo.
func impatient(c *crawler.Crawler) {
	c.Confirm = 20 * time.Second
	for range 100 {
		c.Relook = append(c.Relook, 30*time.Second)
	}
}

// freeAddress is an address that nobody listens on; port 0 becomes a free port.
func freeAddress(listen string) (string, error) {
	l, err := net.Listen("tcp", listen)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return "", fmt.Errorf("%s is taken by another program; choose an address with --listen, such as --listen 127.0.0.1:0 for any free port", listen)
	case err != nil:
		return "", fmt.Errorf("--listen %s: %w", listen, err)
	}
	return l.Addr().String(), l.Close()
}

var demoYAML = template.Must(template.New("stadtfeed.yaml").Parse(`# The configuration of stadtfeed demo.
listen: {{printf "%q" .Listen}}
base_url: {{printf "%q" .BaseURL}}
title: Nachrichten aus der Beispielregion
language: de
store: {{printf "%q" .Store}}
contact: {{printf "%q" .BaseURL}}
timezone: Europe/Berlin
schedule: "* * * * *"
delay: 0s
thumbnails: 64MB
sources:
{{- range .Sites}}
  - name: {{.Name}}
    url: {{printf "%q" .Home}}
    title: {{printf "%q" .Title}}
    {{- with .Place}}
    place: {{printf "%q" .}}
    {{- end}}
    timezone: {{.Location}}
    pages: 5
    allow_private: true
{{- end}}
tags:
  aliases: {Radverkehr: Verkehr, Transport: Verkehr}
  rules:
    - {tag: Verkehr, words: [Straßensperrung, Umleitung, gesperrt, Bürgerbus]}
feeds:
  - name: verkehr
    title: Verkehr in Erlenbrück und Seeheide
    match: {tags: [Verkehr], places: [Erlenbrück, Seeheide]}
  - name: digitales-rathaus
    title: Digitales Rathaus
    match: {tags: [E-Government, Bürgerservice, Social Media]}
`))

// demoConfig is a configuration like any other: a file, loaded and checked.
func demoConfig(dir, address string, region *town.Region) (*config.Config, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	var text strings.Builder
	if err := demoYAML.Execute(&text, map[string]any{
		"Listen": address, "BaseURL": "http://" + net.JoinHostPort(host, port), "Sites": region.Sites,
		"Store": filepath.Join(dir, "stadtfeed.db"),
	}); err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "stadtfeed.yaml")
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return nil, err
	}
	return config.Parse(file, []byte(text.String())) // without the environment, which is for the archive at home
}

// explainDemo says where to look and what will happen.
func (a *app) explainDemo(cfg *config.Config, region *town.Region) {
	old, new := region.Site("kommune21-alt"), region.Site("kommune21-neu")
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "A sample region of %d sites and the daemon that reads them, all on this machine.\n\n", len(region.Sites))
	fmt.Fprintf(w, "Open\t%s/\tnewest items, tags, places, sources\n", cfg.BaseURL)
	fmt.Fprintf(w, "\t%s/all.rss\tas a feed, also .atom and .json\n", cfg.BaseURL)
	fmt.Fprintf(w, "\t%s/opml\tall feeds, for a reader to import\n", cfg.BaseURL)
	fmt.Fprintf(w, "\t%s/status\thow every source is doing\n\n", cfg.BaseURL)
	for _, site := range region.Sites {
		fmt.Fprintf(w, "Site\t%s\t%s\n", site.Home(), site.Title)
	}
	self := invocation(os.Args[0], ".")
	fmt.Fprintf(w, "\nTry\t%s try %s\n", self, old.URL(old.Article("Neuer Auftritt")))
	fmt.Fprintf(w, "\t%s try %s\n", self, new.URL(new.Article("Stadt startet")))
	fmt.Fprintf(w, "\t%s try --as listing %s\n\n", self, new.URL(new.Article("Stadt startet")))
	for _, e := range region.Events() {
		fmt.Fprintf(w, "%s\t%s\t%q %s\n", e.At.Local().Format(time.TimeOnly), e.Site.Title, e.Headline, e.What)
	}
	fmt.Fprint(w, "\nEvery site is visited once a minute, so each of these is seen within about a minute.\nCtrl-C ends the demo and leaves nothing behind.\n\n")
	w.Flush() //nolint:errcheck // nobody to tell
}

// invocation is how the program is started again as it was: by its name or path,
// or by go run, which builds it somewhere of its own. dir is the working folder.
func invocation(program, dir string) string {
	const source = "cmd/stadtfeed"
	if !strings.Contains(filepath.ToSlash(program), "/go-build") {
		if strings.ContainsAny(program, " '\"\\$") {
			return "'" + strings.ReplaceAll(program, "'", `'\''`) + "'"
		}
		return program
	}
	if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(source), "main.go")); err == nil {
		return "go run ./" + source
	}
	return "go run github.com/stadtfeed/stadtfeed/" + source + "@latest"
}

// tellEvents says what happens in the region when it happens.
func (a *app) tellEvents(ctx context.Context, region *town.Region) {
	for _, e := range region.Events() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(e.At)):
			a.log.Info("in the region", "site", e.Site.Name, "what", string(e.What), "headline", e.Headline, "url", e.Site.URL(e.Article))
		}
	}
}
