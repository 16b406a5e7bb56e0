package config

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const plainFile = "contact: https://feeds.stadt.de/about\naccess:\n  metrics: false\nsources:\n  - {name: kassel, url: \"https://www.kassel.de/\"}\n"

func TestEnvironment(t *testing.T) {
	sum := strings.Repeat("ab", 32)
	c, err := Parse("stadtfeed.yaml", []byte(plainFile),
		"STADTFEED_BASE_URL=https://feeds.stadt.de/x", "STADTFEED_TITLE=yes: no", "STADTFEED_DELAY=5s", "STADTFEED_ATTACHMENT_SIZES=false",
		"STADTFEED_LISTEN=[::1]:8080", "STADTFEED_ACCESS_KEYS=["+sum+"]", "STADTFEED_ACCESS_STATUS=true", "STADTFEED_RETENTION_PAGES=7d",
		"STADTFEED_TAGS={aliases: {Kfz: Verkehr}}", "STADTFEED_TAGS_IGNORE=[Start]", "STADTFEED_RIGHTS=", "PATH=/bin", "STADTFEED_CONFIG=x")
	if err != nil {
		t.Fatal(err)
	}
	got := []any{c.BaseURL, c.Title, c.Delay, c.AttachmentSizes, c.Listen, c.Access, c.Retention.Pages.Duration(), c.Tags.Aliases, c.Tags.Ignore, len(c.Sources)}
	want := []any{
		"https://feeds.stadt.de/x", "yes: no", 5 * time.Second, false, Strings{"[::1]:8080"}, Access{Keys: []string{sum}, Status: true},
		7 * 24 * time.Hour, map[string]string{"Kfz": "Verkehr"}, []string{"Start"}, 1,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if c.Sources[0].Delay != 5*time.Second {
		t.Errorf("the source's pause is %s, want the environment's 5s", c.Sources[0].Delay)
	}
	if c.Environment["access.status"] != "STADTFEED_ACCESS_STATUS" || c.Environment["rights"] != "" || len(c.Warnings) > 0 {
		t.Errorf("Environment = %v, Warnings = %v", c.Environment, c.Warnings)
	}
}

// Sources may come from the environment alone.
func TestSourcesOfTheEnvironment(t *testing.T) {
	c, err := Parse("stadtfeed.yaml", nil, `STADTFEED_SOURCES=[{name: a, url: "https://a.stadt.de/"}, {name: b, url: "https://b.stadt.de/", delay: 3s}]`)
	if err != nil || len(c.Sources) != 2 || c.Sources[1].Delay != 3*time.Second {
		t.Fatalf("sources = %+v, %v", c, err)
	}
}

// Every key of the file has a variable, and no two have the same.
func TestEverySettingHasAName(t *testing.T) {
	seen := map[string]string{}
	for _, s := range settingsOf(reflect.TypeFor[Config]()) {
		path := strings.Join(s.path, ".")
		if other := seen[s.name]; other != "" || slices.Contains(otherVariables, s.name) {
			t.Errorf("%s sets %s, and is %s, too", s.name, path, other)
		}
		seen[s.name] = path
	}
	for name, path := range map[string]string{"STADTFEED_STORE": "store", "STADTFEED_WEBSUB_HUB": "websub.hub", "STADTFEED_TLS_KEY": "tls.key"} {
		if seen[name] != path {
			t.Errorf("%s sets %q, want %s", name, seen[name], path)
		}
	}
}

func TestMistakesOfTheEnvironment(t *testing.T) {
	for variable, want := range map[string]string{
		"STADTFEED_DELAY=soon":                    `$STADTFEED_DELAY: "soon" is not a length of time`,
		"STADTFEED_DELAY=50h":                     "$STADTFEED_DELAY: delay",
		"STADTFEED_WATCH=maybe":                   `$STADTFEED_WATCH: "maybe" is neither true nor false`,
		"STADTFEED_SOURCES=[{nme: x}]":            `$STADTFEED_SOURCES: unknown key "nme" (did you mean name?)`,
		"STADTFEED_SOURCES=[{name: X X, url: x}]": `$STADTFEED_SOURCES: source name "X X"`,
		"STADTFEED_ACCESS_KEYS=[x]":               "$STADTFEED_ACCESS_KEYS: a key is the SHA-256 sum",
		"STADTFEED_ACCESS={stats: true}":          `$STADTFEED_ACCESS: unknown key "stats"`,
		"STADTFEED_TAGS=[":                        "$STADTFEED_TAGS: ",
		"STADTFEED_INCLUDE=none.yaml":             `$STADTFEED_INCLUDE: include "none.yaml": no such file`,
		"STADTFEED_RETENTION_REVISIONS=-1":        "$STADTFEED_RETENTION_REVISIONS: revisions: -1 is below 0",
	} {
		_, err := Parse("stadtfeed.yaml", []byte(plainFile), variable)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", variable, err, want)
		}
	}
	c, err := Parse("stadtfeed.yaml", []byte(plainFile), "STADTFEED_TITEL=x", "STADTFEED_PORT=tcp://10.0.0.1:80", "STADTFEED_SERVICE_HOST=10.0.0.1")
	if err != nil || !slices.Equal(c.Warnings, []string{"the environment variable STADTFEED_TITEL sets no key (did you mean STADTFEED_TITLE?)"}) {
		t.Errorf("warnings = %v, %v", c.Warnings, err)
	}
}

// Paths are relative to the file; what an archive of before stands in the
// working directory is used and told.
func TestPathsAreBesideTheFile(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("etc", 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("etc", "stadtfeed.yaml")
	text := []byte(plainFile + "store: a.db\nbackups: {folder: copies}\ntls: {certificate: c.pem, key: /k.pem}\nlisten: [\"unix:web.sock\", \"127.0.0.1:0\"]\n")
	paths := func(env ...string) ([]string, []string) {
		t.Helper()
		c, err := Parse(file, text, env...)
		if err != nil {
			t.Fatal(err)
		}
		return []string{c.Store.File(), c.Backups.Folder, c.TLS.Certificate, c.TLS.Key, c.Listen[0]}, c.Warnings
	}
	beside := []string{"etc/a.db", "etc/copies", "etc/c.pem", "/k.pem", "unix:etc/web.sock"}
	if got, warnings := paths(); !slices.Equal(got, beside) || len(warnings) > 0 {
		t.Errorf("paths = %v, %v, want %v", got, warnings, beside)
	}
	if got, _ := paths("STADTFEED_STORE=b.db"); got[0] != "b.db" {
		t.Errorf("the environment's archive is %s, want b.db", got[0])
	}
	if err := os.WriteFile("a.db", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, warnings := paths(); got[0] != "a.db" || len(warnings) != 1 || !strings.Contains(warnings[0], "move it to etc/a.db") {
		t.Errorf("an archive of before: %s, %v", got[0], warnings)
	}
	if err := os.WriteFile("etc/a.db", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, warnings := paths(); got[0] != "etc/a.db" || len(warnings) > 0 {
		t.Errorf("with an archive in both places: %s, %v", got[0], warnings)
	}
}
