package config

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"github.com/invopop/jsonschema"

	"github.com/stadtfeed/stadtfeed/extract"
)

// SchemaURL is where the shipped JSON Schema is published.
const SchemaURL = "https://raw.githubusercontent.com/stadtfeed/stadtfeed/main/config/stadtfeed.schema.json"

// Schema is the JSON Schema of the configuration file, made from the types
// that read it, so that editors complete and check.
func Schema() ([]byte, error) {
	r := jsonschema.Reflector{
		FieldNameTag:               "yaml",
		RequiredFromJSONSchemaTags: true,
		ExpandedStruct:             true,
		Anonymous:                  true,
		Mapper:                     schemaOf,
	}
	s := r.Reflect(&Config{})
	s.ID = SchemaURL
	s.Definitions["Rule"] = ruleSchema()
	s.Title = "stadtfeed.yaml"
	s.Description = "Configuration of Stadtfeed, which turns the news pages of towns and counties into feeds"
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

const durationPattern = `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$|^0$`

// schemaOf describes the types that read themselves.
func schemaOf(t reflect.Type) *jsonschema.Schema {
	text := func(pattern string, examples ...any) *jsonschema.Schema {
		return &jsonschema.Schema{Type: "string", Pattern: pattern, Examples: examples}
	}
	switch t {
	case reflect.TypeFor[time.Duration]():
		return text(durationPattern, "2s", "1m")
	case reflect.TypeFor[Age]():
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
			{Const: 0}, text(strings.TrimSuffix(durationPattern, "|^0$")+`|^[0-9]+[dw]$`, "30d", "8w"),
		}}
	case reflect.TypeFor[Size]():
		return text(`^[0-9]+ ?([kKMG]B|[KMG]iB)$`, "128MB", "1GiB")
	case reflect.TypeFor[Position]():
		return text(`^-?[0-9.]+[ ,]+-?[0-9.]+$`, "51.3127 9.4797")
	case reflect.TypeFor[Schedule]():
		return text(`^(auto|@\S+( \S+)?|\S+ \S+ \S+ \S+ \S+)$`, "*/30 * * * *", "@hourly", "@every 90m", "auto")
	case reflect.TypeFor[Strings]():
		return &jsonschema.Schema{OneOf: []*jsonschema.Schema{
			{Type: "string"}, {Type: "array", Items: &jsonschema.Schema{Type: "string"}},
		}}
	case reflect.TypeFor[Kind]():
		return &jsonschema.Schema{Type: "string", Enum: []any{string(KindPage), string(KindFeed)}}
	case reflect.TypeFor[Links]():
		return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "string"}}
	case reflect.TypeFor[Titles]():
		return &jsonschema.Schema{Type: "string", Enum: []any{string(PlaceTitles), string(PlainTitles)}}
	case reflect.TypeFor[Savers]():
		return &jsonschema.Schema{Type: "string", Enum: []any{string(KeySavers), string(AnySaver)}}
	case reflect.TypeFor[extract.Selector]():
		return &jsonschema.Schema{Type: "string", Description: "CSS selector"}
	case reflect.TypeFor[extract.Regexp]():
		return &jsonschema.Schema{Type: "string", Format: "regex"}
	case reflect.TypeFor[extract.Rule]():
		return &jsonschema.Schema{Ref: "#/$defs/Rule"}
	}
	return nil
}

// ruleSchema is a selector alone, or a mapping.
func ruleSchema() *jsonschema.Schema {
	mapping := &jsonschema.Schema{
		Type: "object", Properties: jsonschema.NewProperties(), Required: []string{"select"}, AdditionalProperties: jsonschema.FalseSchema,
	}
	for f := range fieldsOf(reflect.TypeFor[extract.Rule]()) {
		s := schemaOf(f.Type)
		if s == nil {
			s = &jsonschema.Schema{Type: "string"}
		}
		mapping.Properties.Set(f.key, s)
	}
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{{Type: "string", Description: "CSS selector"}, mapping}}
}
