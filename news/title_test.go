package news

import "testing"

func TestPlaced(t *testing.T) {
	for _, tc := range []struct{ title, place, want string }{
		{"Straße gesperrt", "Erlenbrück", "Erlenbrück: Straße gesperrt"},
		{"Straße gesperrt", "", "Straße gesperrt"},
		{"Erlenbrück: Straße gesperrt", "Erlenbrück", "Erlenbrück: Straße gesperrt"},
		{"ERLENBRÜCK – Straße gesperrt", "Erlenbrück", "ERLENBRÜCK – Straße gesperrt"},
		{"(Erlenbrück) Straße gesperrt", "Erlenbrück", "(Erlenbrück) Straße gesperrt"},
		{"Erlenbrück sperrt Straße", "Erlenbrück", "Erlenbrück sperrt Straße"},
		{"Essensausgabe öffnet", "Essen", "Essen: Essensausgabe öffnet"},
		{"Frankfurt: Zoo öffnet", "Frankfurt am Main", "Frankfurt: Zoo öffnet"},
		{"Heute: Zoo öffnet", "Frankfurt am Main", "Frankfurt am Main: Heute: Zoo öffnet"},
		{"…", "Kassel", "Kassel: …"},
	} {
		if got := Placed(tc.title, tc.place); got != tc.want {
			t.Errorf("Placed(%q, %q) = %q, want %q", tc.title, tc.place, got, tc.want)
		}
	}
}
