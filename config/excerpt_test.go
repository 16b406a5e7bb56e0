package config

import (
	"errors"
	"strings"
	"testing"
)

// said is all that is said of the mistakes of a configuration.
func said(err error) string {
	var all *Errors
	if !errors.As(err, &all) {
		return err.Error()
	}
	text := err.Error()
	for _, e := range all.All {
		text += "\n" + e.Excerpt()
	}
	return text
}

// TestMistakesTellNoSecret: whatever is wrong with a file or a variable, what is
// said of it repeats no password, token or address that is a secret.
func TestMistakesTellNoSecret(t *testing.T) {
	for name, text := range map[string]string{
		"no address":            "webhook: hooks.example.org/geheim\n",
		"a misspelt key":        "webhok: https://hooks.example.org/geheim\n",
		"a key of others":       "notify: [{name: chat, health: true, url: \"https://hooks.example.org/geheim\"}]\n",
		"a key of others' list": "notify:\n  - name: chat\n    health: true\n    url: https://hooks.example.org/geheim\n",
		"no key of ours":        "mail: {server: a.example, from: a@a.example, password: geheim}\n",
		"of a hub":              "websub: {hub: hub.example.org/geheim}\n",
		"a database":            "store: mysql://stadtfeed:geheim@db.example/stadtfeed\n",
		"a token for its sum":   "access: {keys: [geheim], status: true}\n",
		"in a list":             "access:\n  status: true\n  keys:\n  - geheim\n",
		"in several lines":      "access: {status: true, keys: [\n  geheim1,\n  geheim2]}\n",
		"of lesser indentation": "access: {keys: [\ngeheim]}\n",
		"too deep":              "notify:\n  - name: chat\n    webhook: https://hooks.example.org/geheim\n      preset: slack\n",
		"no dash":               "notify:\n  name: chat\n  webhook: https://hooks.example.org/geheim\n",
		"text for a mapping":    "notify: https://hooks.example.org/geheim\n",
		"text for another":      "access: geheim\n",
		"folded text":           "access: >-\n  geheim\n",
		"a folded address":      "webhook: >-\n  hooks.example.org/geheim\n",
		"a name for it":         "hook: &hook https://hooks.example.org/geheim\nwebhook: *hook\n",
		"an alias":              "webhook: *geheim\n",
		"an alias in a mapping": "mail: {password: *geheim}\n",
		"a tag":                 "webhook: !geheim x\n",
		"an escape":             "webhook: \"https://hooks.example.org/\\geheim\"\n",
		"a sign of YAML":        "webhook: @geheim\n",
		"an open quote":         "webhook: \"geheim\ntitle: x\n",
		"twice":                 "webhook: https://a.example/geheim\nwebhook: https://b.example/geheim\n",
		"beside a mistake":      "notify: [{name: Chat, health: true, webhook: \"https://a.example/geheim\"}]\n",
		"before a mistake":      "notify: [{webhook: \"https://a.example/geheim\", health: maybe, name: chat}]\n",
		"in quotes":             "{\"webhook\":\"geheim\", \"title\": [x]}\n",
		"a comment":             "languge: de # webhook: https://a.example/geheim\n",
		"a plain comment":       "delay: soon # geheim\n",
		"of a source":           "sources: [{name: a, url: \"https://stadt:geheim@a.example/\"}]\n",
		"of a source, no port":  "sources: [{name: a, url: \"https://stadt:geheim@a.example:x/\"}]\n",
		"of a source, no URL":   "sources: [{name: a, url: \"stadt://stadt:geheim@a.example/\"}]\n",
		"in a query":            "sources:\n  - {name: A, url: \"https://a.example/feed?token=geheim\"}\n",
		"in two queries": "sources:\n  - {name: a, url: \"https://a.example/?key=geheim\"}\n" +
			"  - {name: b, url: \"https://a.example/?key=geheim\"}\n",
		"in the base":         "base_url: https://stadt:geheim@feeds.example.org?a=b\n",
		"no mapping":          "- https://hooks.example.org/geheim\n",
		"no YAML at all":      "webhook https://hooks.example.org/geheim\ntitle: x\n",
		"a file for its name": "notify: [{name: Chat, health: true, webhook: \"https://a.example/\", token_file: geheim}]\n",
	} {
		c, err := Parse("stadtfeed.yaml", []byte(text))
		if err == nil {
			t.Errorf("%s: was accepted as %+v", name, c)
			continue
		}
		if got := said(err); strings.Contains(got, "geheim") {
			t.Errorf("%s: %s", name, got)
		}
	}
	for _, variable := range []string{
		"STADTFEED_WEBHOOK=hooks.example.org/geheim",
		"STADTFEED_ACCESS=geheim",
		"STADTFEED_ACCESS_KEYS=[*geheim]",
		"STADTFEED_ACCESS_KEYS=geheim",
		"STADTFEED_NOTIFY=https://hooks.example.org/geheim",
		"STADTFEED_NOTIFY=[{name: a, webhok: *geheim}]",
		"STADTFEED_NOTIFY=[{name: a, webhook: @geheim}]",
		"STADTFEED_WEBSUB_HUB=geheim",
		"STADTFEED_STORE=postgres://a:geheim@db/",
		`STADTFEED_MAIL={password: "\geheim"}`,
		"STADTFEED_MAIL=smtp://a:geheim@mail.example",
		"STADTFEED_BASE_URL=https://a:geheim@a.example/?b",
	} {
		_, err := Parse("stadtfeed.yaml", []byte("contact: a@a.example\n"), variable)
		if err == nil {
			t.Errorf("%s: was accepted", variable)
		} else if got := said(err); strings.Contains(got, "geheim") {
			t.Errorf("%s: %s", variable, got)
		}
	}
}

// TestExcerptShowsTheRest: what is no secret is shown, also beside one.
func TestExcerptShowsTheRest(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"schedule: \"61 * * * *\"\n", "schedule: \"61 * * * *\""},
		{"tags:\n  rules:\n    - {tag: Verkehr}\n", "    - {tag: Verkehr}"},
		{
			"positions: {Kassel: 51.3 9.4, Bad Arolsen: Rathaus}\n",
			"positions: {Kassel: 51.3 9.4, Bad Arolsen: Rathaus}",
		},
		{"positions:\n  Kassel: 51.3 9.4\n  Bad Arolsen: Rathaus\n", "  Bad Arolsen: Rathaus"},
		{"links: {Impressum: /impressum}\n", "links: {Impressum: /impressum}"},
		{
			"sources: [{name: a, url: x, rules: {article: {body: \"h1[\"}}}]",
			"sources: [{name: a, url: x, rules: {article: {body: \"h1[\"}}}]",
		},
		{"embed:\n- https://a.example/path # why\n", "- https://a.example/path …"},
		{
			"notify: [{name: Chat, health: true, webhook: \"https://a.example/1\", preset: slack}]\n",
			"notify: [{name: Chat, health: true, webhook: …",
		},
	} {
		_, err := Parse("stadtfeed.yaml", []byte(tt.text))
		if err == nil || !strings.Contains(said(err), "| "+tt.want+"\n") {
			t.Errorf("%q: got %v\n%s\nwant %s", tt.text, err, said(err), tt.want)
		}
	}
}

// TestKindsOfKeys: names that people give to secrets are no misspelt key of ours.
func TestKindsOfKeys(t *testing.T) {
	names := strings.Fields("url uri token secret password passwort pass pwd hook hookurl hook_url slack " +
		"apikey api_key user auth login dsn database db bearer credentials")
	for mapping := range fieldKinds() {
		for _, key := range names {
			if _, ours := fieldKinds()[mapping][key]; !ours && kindOf(mapping, key) >= plainKey {
				t.Errorf("%s.%s is shown", mapping, key)
			}
		}
	}
}
