package extract

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

func loadYAML(text string, to any) error { return yaml.Load([]byte(text), to, yaml.WithKnownFields()) }

func TestLookupPreset(t *testing.T) {
	if p, err := LookupPreset("typo3-news"); err != nil || p.Title == "" {
		t.Errorf("LookupPreset(typo3-news) = %q, %v", p.Title, err)
	}
	for name, want := range map[string]string{
		"typo3":        "did you mean typo3-news?",
		"kommune-21":   "did you mean kommune21?",
		"zzzzzzzzzzzz": "stadtfeed presets",
	} {
		if _, err := LookupPreset(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("LookupPreset(%q) = %v, want it to say %q", name, err, want)
		}
	}
}

func TestParsePresetMistakes(t *testing.T) {
	for name, text := range map[string]string{
		"unknown key":    "name: a\ntitle: A\nrules: {listing: {entri: li}}",
		"wrong selector": "name: a\ntitle: A\nrules: {listing: {entry: 'li['}}",
		"no name":        "title: A",
	} {
		if _, err := ParsePreset([]byte(text)); err == nil {
			t.Errorf("%s: a preset is read without a mistake", name)
		}
	}
}
