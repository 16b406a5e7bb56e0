package places

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/tags"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

//go:embed gazetteer/places.txt
var gazetteerText string

// gazetteer holds the slugs of the places known by name.
var gazetteer = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool, 2000)
	for line := range strings.Lines(gazetteerText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for name := range strings.SplitSeq(line, ",") {
			slug := news.Slug(name)
			if slug == "" {
				continue
			}
			known[slug] = true
			if rest, isSaint := strings.CutPrefix(slug, "sankt-"); isSaint {
				known["st-"+rest] = true
			}
		}
	}
	return known
})

// subjectsToo are places whose names are first of all something else; alone
// they are no place.
var subjectsToo = words.Set("places_words_too")

// subjectKickers are what stands over news as often as a place does: subjects and
// departments.
var subjectKickers = words.Set("subject_kickers")

// IsSubjectName reports whether a kicker names a subject, and no place.
func IsSubjectName(name string) bool {
	return subjectKickers()[news.Fold(name)] || tags.NamesSubject(name) || tags.IsSiteWide(name)
}

// placeKinds stand before a name: "Stadt Kassel", "Landkreis Gießen".
var placeKinds = words.Set("place_kinds")

// strongKinds may stand before a name that nobody knows; the others need a
// name that looks like a place.
var strongKinds = words.Set("place_kinds_strong")

// placeEndings end the names of German towns; notPlaces are words with such an
// ending that are none, and noPlaceStarts begin others.
var (
	placeEndings  = words.Entries("place_endings")
	notPlaces     = words.Set("not_places")
	noPlaceStarts = words.Begins("no_place_starts")
)

// IsPlace reports whether a name is that of a municipality, county or region,
// by the gazetteer, by what stands before it ("Landkreis …") or by its form.
func IsPlace(name string) bool {
	name = news.Squash(name)
	first, _ := utf8.DecodeRuneInString(name)
	isName := len(name) >= 2 && len(name) <= 60 && unicode.IsUpper(first) && !strings.ContainsAny(name, ":;!?\"„“")
	if !isName || subjectsToo()[news.Slug(name)] {
		return false
	}
	if isKnown(name) {
		return true
	}
	for _, form := range placeForms {
		if is, told := form(name); told {
			return is
		}
	}
	return looksLikePlace(name)
}

// isKnown reports a name that the gazetteer has.
func isKnown(name string) bool { return gazetteer()[news.Slug(name)] }

// placeForms are forms of names, the first of which that tells decides.
var placeForms = []func(name string) (is, told bool){behindKind, withAddition, withHyphen, withBeginning}

// behindKind tells a name behind the kind of place: "Landkreis Gießen".
func behindKind(name string) (is, told bool) {
	kind, rest, found := strings.Cut(name, " ")
	if !found || !placeKinds()[words.Fold(kind)] {
		return false, false
	}
	return isName(rest) && (strongKinds()[words.Fold(kind)] || isKnown(rest) || looksLikePlace(rest)), true
}

// withAddition tells a name with what it is told apart by: "Frankfurt am Main".
func withAddition(name string) (is, told bool) {
	for _, part := range placeAdditions() {
		if head, rest, found := strings.Cut(name, part); found && isName(rest) {
			return isKnown(head) || looksLikePlace(head) && len(strings.Fields(name)) <= 5, true
		}
	}
	return false, false
}

// withHyphen tells a name of two: "Hamburg-Altona", "Main-Kinzig-Kreis".
func withHyphen(name string) (is, told bool) {
	head, tail, found := strings.Cut(name, "-")
	if !found {
		return false, false
	}
	if endsInAny(tail, districtEnds()[""]) {
		return true, true
	}
	return isKnown(head) && isName(tail) && (isKnown(tail) || looksLikePlace(tail)), true
}

// withBeginning tells a name that begins as many do: "Bad Homburg", "Neustadt".
func withBeginning(name string) (is, told bool) {
	begins := placeBeginnings()
	if rest, found := cutAny(name, begins["sure"], " "); found {
		return len(rest) > 3 && isName(rest) && !strings.Contains(rest, " "), len(rest) > 3
	}
	rest, found := cutAny(name, begins["word"], " ")
	if !found {
		rest, found = cutAny(name, begins["part"], "")
	}
	if !found || len(rest) <= 3 {
		return false, false
	}
	return true, isKnown(rest)
}

// isName reports whether a text is one to four words of which the last begins
// with a capital.
func isName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 4 {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(words[len(words)-1], "("))
	return unicode.IsUpper(r)
}

// looksLikePlace goes by the ending of a single word.
func looksLikePlace(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	if len(word) < 6 || strings.ContainsAny(word, " .,0123456789&") || !unicode.IsUpper(r) || notPlaces()[words.Fold(word)] {
		return false
	}
	folded := words.Fold(word)
	if noPlaceStarts().Begin(folded) {
		return false
	}
	for _, e := range placeEndings() {
		if stem, ok := strings.CutSuffix(folded, e.Text); ok && len(stem) >= 3 {
			return !endsInAny(stem, noPlaceStems()[""])
		}
	}
	return false
}

// cutAny takes one of some beginnings, each with what stands behind it, from a text.
func cutAny(s string, prefixes []string, behind string) (string, bool) {
	for _, p := range prefixes {
		if rest, ok := strings.CutPrefix(s, p+behind); ok {
			return rest, true
		}
	}
	return s, false
}

// endsInAny reports whether a text ends in one of some endings.
func endsInAny(s string, endings []string) bool {
	return slices.ContainsFunc(endings, func(end string) bool { return strings.HasSuffix(s, end) })
}

var (
	placeBeginnings = words.Spelled("place_beginnings")
	districtEnds    = words.Spelled("district_ends")
	noPlaceStems    = words.Spelled("no_place_stems")
	additions       = words.Spelled("place_additions")

	// placeAdditions stand between a name and what it is told apart by.
	placeAdditions = sync.OnceValue(func() []string {
		list := []string{"/", " ("}
		for _, word := range additions()[""] {
			list = append(list, " "+word+" ")
		}
		return append(list, ", ")
	})
)

// SplitPlace takes the place off a headline "Ort: Überschrift" or "Ort –
// Überschrift". The place is empty where the headline does not begin with one.
func SplitPlace(headline string) (place, rest string) {
	headline = news.Squash(headline)
	if lead, after := SplitLead(headline); lead != "" && IsPlaceList(lead) {
		return lead, after
	}
	for _, dash := range []string{" – ", " — ", " | ", " - "} {
		if lead, after, ok := strings.Cut(headline, dash); ok && len(after) > 8 && IsPlaceList(lead) {
			return lead, strings.TrimSpace(after)
		}
	}
	return "", headline
}

// SplitLead cuts a headline at its first colon where what stands before it is
// short enough to be a place or a kicker; the lead is empty where it is not.
func SplitLead(headline string) (lead, rest string) {
	lead, rest, ok := strings.Cut(headline, ":")
	isShort := len(lead) <= 48 && len(strings.Fields(lead)) <= 5
	if !ok || !isShort || !strings.HasPrefix(rest, " ") || strings.TrimSpace(rest) == "" {
		return "", headline
	}
	r, _ := utf8.DecodeRuneInString(lead)
	if !unicode.IsUpper(r) {
		return "", headline
	}
	return strings.TrimSpace(lead), strings.TrimSpace(rest)
}

// IsPlaceList reports whether a text is a place or several: "Kassel/Baunatal",
// "Kassel und Fulda".
func IsPlaceList(s string) bool {
	if IsPlace(s) {
		return true
	}
	parts := strings.FieldsFunc(betweenPlaces().Replace(s), func(r rune) bool { return r == '/' })
	if len(parts) < 2 || len(parts) > 4 {
		return false
	}
	for _, p := range parts {
		if !IsPlace(strings.TrimSpace(p)) {
			return false
		}
	}
	return true
}

var andWords = words.Spelled("and_words")

// betweenPlaces makes a stroke of what joins two places.
var betweenPlaces = sync.OnceValue(func() *strings.Replacer {
	pairs := []string{", ", "/", " & ", "/"}
	for _, and := range andWords()[""] {
		pairs = append(pairs, " "+and+" ", "/")
	}
	return strings.NewReplacer(pairs...)
})

// LeadsArePlaces reports whether what stands before the colons (or over the
// headlines) of one listing are places, by those that are known: then the
// others, which no gazetteer knows, are places too.
func LeadsArePlaces(leads []string) bool {
	seen, known := map[string]bool{}, 0
	for _, lead := range leads {
		slug := news.Slug(lead)
		if slug == "" || seen[slug] {
			continue
		}
		seen[slug] = true
		if IsPlaceList(lead) {
			known++
		}
	}
	return known >= 2 && known*2 >= len(seen)
}
