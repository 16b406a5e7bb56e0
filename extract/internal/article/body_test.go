package article

import "testing"

// A heading such as "Mehr zum Thema" opens what is no part of the report; one
// that begins alike and tells of something does not.
func TestSectionHeadings(t *testing.T) {
	for _, tt := range []struct {
		heading string
		want    bool
	}{
		{"Teilen", true}, {"Share this page", true}, {"Share your views on the new bridge", false}, {"Teilen ist schöner als besitzen", false},
		{"Zurück zur Übersicht", true}, {"Zurück zur alten Verkehrsführung", false},
		{"Noch mehr Nachrichten", true}, {"Noch mehr Platz für Räder", false},
		{"Popular pages", true}, {"Popular market returns", false},
		{"Trending", true}, {"Trending downwards", false},
		{"Recommended for you", true}, {"Recommended speed on Mill Lane", false},
	} {
		if got := startsSection(tt.heading); got != tt.want {
			t.Errorf("startsSection(%q) = %t, want %t", tt.heading, got, tt.want)
		}
	}
}
