package config

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"
)

const schemaFile = "stadtfeed.schema.json"

// TestSchemaIsCurrent: the shipped schema is the one of the types; go test
// ./config -update writes it.
func TestSchemaIsCurrent(t *testing.T) {
	got, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not current; run go test ./config -update", schemaFile)
	}
}

// TestSchemaNamesEveryKey: what the reader accepts, the schema knows.
func TestSchemaNamesEveryKey(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Properties map[string]json.RawMessage `json:"properties"`
		Defs       map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
			Required   []string                   `json:"required"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	for key := range topKeys {
		if s.Properties[key] == nil {
			t.Errorf("no key %q", key)
		}
	}
	source := s.Defs["Source"]
	for _, key := range []string{"name", "url", "preset", "rules", "allow_private", "schedule"} {
		if source.Properties[key] == nil {
			t.Errorf("sources have no key %q", key)
		}
	}
	if !slices.Equal(source.Required, []string{"name", "url"}) {
		t.Errorf("required of a source = %v", source.Required)
	}
}
