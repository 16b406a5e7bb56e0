package news

import "strings"

// Placed is a title with the place before it, unless it says the place already:
//
//	Placed("Straße gesperrt", "Erlenbrück")             // Erlenbrück: Straße gesperrt
//	Placed("Erlenbrück – Straße gesperrt", "Erlenbrück") // as it is
//	Placed("Frankfurt: Zoo öffnet", "Frankfurt am Main") // as it is
func Placed(title, place string) string {
	if place == "" {
		return title
	}
	said, _, dateline := strings.Cut(title, ":")
	switch {
	case leads(title, place), dateline && leads(place, said):
		return title
	}
	return place + ": " + title
}

// leads reports whether text begins with the words of start, however they are
// written.
func leads(text, start string) bool {
	start = strings.TrimSpace(Fold(start))
	rest, found := strings.CutPrefix(strings.TrimSpace(Fold(text)), start)
	return start != "" && found && (rest == "" || rest[0] == ' ')
}
