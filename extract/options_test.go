package extract

import (
	"reflect"
	"testing"
	"time"
)

// TestOptionsReachTheRooms holds that every option is handed on to the reading:
// the two types have the same fields, and none is forgotten between them.
func TestOptionsReachTheRooms(t *testing.T) {
	first := parseText(t, "https://a.example/1", "<h1>Freibad</h1><p>Stadt Altmühlen")
	second := parseText(t, "https://a.example/2", "<h1>Haushalt</h1><p>Stadt Altmühlen")
	o := Options{
		Preset: "wordpress", NoPreset: true, Location: time.UTC, Language: "de", Place: "Kassel", Tags: []string{"Verkehr"},
		Charset: "utf-8", Words: &Vocabulary{}, Subjects: true, Explain: &Explanation{},
		Site: Site{}.Learn(first, second),
	}
	o.Rules.Article.Headline.Attr = "title"
	given, got := reflect.ValueOf(o), reflect.ValueOf(o.forReading())
	for i := range given.NumField() {
		name := given.Type().Field(i).Name
		switch to := got.FieldByName(name); {
		case given.Field(i).IsZero():
			t.Errorf("the test sets no %s", name)
		case !to.IsValid() || to.IsZero():
			t.Errorf("%s does not reach the reading", name)
		}
	}
	if given.NumField() != got.NumField() {
		t.Errorf("options have %d fields, the reading knows %d", given.NumField(), got.NumField())
	}
}
