package article

import (
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/places"
)

// A report may open with the place it comes from.
func TestOpeningPlace(t *testing.T) {
	for _, test := range []struct{ text, place, mark string }{
		{"KASSEL (pm) Der Rat tagt am Montag.", "Kassel", "pm"},
		{"BAD HERSFELD (sib/pm). Der Rat tagt am Montag.", "Bad Hersfeld", "sib/pm"},
		{"Kassel/Baunatal. Der Rat tagt am Montag.", "Kassel/Baunatal", ""},
		{"FULDA – Der Rat tagt am Montag.", "Fulda", ""},
		{"Heute. Der Rat tagt am Montag.", "", ""},
		{"Die SPD (pm) Der Rat tagt am Montag.", "", ""},
		{"Verkehr: Der Rat tagt am Montag.", "", ""},
		{"Kassel hat gewählt.", "", ""},
		{"Kassel und der Rest der Welt.", "", ""},
	} {
		if place, mark := openingPlace(test.text); place != test.place || mark != test.mark {
			t.Errorf("openingPlace(%q) = %q, %q, want %q, %q", test.text, place, mark, test.place, test.mark)
		}
	}
	if place, rest := places.SplitPlace("Fulda - Brücke wird erneuert"); place != "Fulda" || rest != "Brücke wird erneuert" {
		t.Errorf("SplitPlace = %q, %q", place, rest)
	}
}
