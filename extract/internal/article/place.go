package article

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
	"github.com/stadtfeed/stadtfeed/extract/internal/places"
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
	"github.com/stadtfeed/stadtfeed/extract/internal/texts"
	"github.com/stadtfeed/stadtfeed/extract/internal/words"
	"github.com/stadtfeed/stadtfeed/news"
)

// readPlace settles what place the report is about: what the configuration
// says, what a rule found, the kicker where it names a place, or what the
// headline opens with, as in "Kassel: Neuer Auftritt".
func (r *reader) readPlace() {
	it := &r.art.Item
	switch {
	case r.d.Options.Place != "":
		it.Place = r.d.Options.Place
		r.art.Evidence["place"] = read.Evidence{Rule: rules.ByConfig}
	case it.Place != "":
	case r.namesPlace(it.Kicker):
		it.Place = it.Kicker
		r.art.Evidence["place"] = r.art.Evidence["kicker"]
	default:
		if r.readLead(); it.Place == "" {
			r.readOpening()
		}
	}
}

// placeOpens is the place with which a report opens, with the mark of its writer
// or a dash behind it: "KASSEL (pm) Der Rat …", "Kassel/Baunatal. Der Rat …".
var placeOpens = lazy.Regexp(`^(\p{Lu}[\p{L}./() -]{1,40}?)(?:[.:]?\s*\((\p{Ll}{2,4}(?:/\p{Ll}{2,4})?)\)[.:]?|\s*[–—]|[.:])\s+\P{Ll}`)

// readOpening takes the place with which the report opens.
func (r *reader) readOpening() {
	first, _, _ := strings.Cut(r.art.Item.BodyText, "\n")
	first = texts.Shorten(first, 80)
	if place, _ := openingPlace(first); place != "" {
		r.art.Item.Place = place
		r.art.Evidence["place"] = read.Evidence{Rule: rules.Dateline, Where: r.art.Evidence["body"].Where, Raw: first}
	}
}

// openingPlace is the place with which a text opens and the writer's mark
// behind it; empty where it does not open with a place that is known.
func openingPlace(text string) (place, mark string) {
	m := placeOpens.FindStringSubmatch(text)
	if m == nil {
		return "", ""
	}
	if place = m[1]; allCapitals(place) {
		place = titleCase(place)
	}
	if !places.IsPlaceList(place) {
		return "", ""
	}
	return place, m[2]
}

// titleCase is a name in capitals with small letters behind the first of each
// word.
func titleCase(name string) string {
	inside := false
	return strings.Map(func(c rune) rune {
		small := inside
		inside = unicode.IsLetter(c)
		if small {
			return unicode.ToLower(c)
		}
		return c
	}, name)
}

// readLead takes a place before the headline. The headline keeps it, unless
// the listing told the two apart, too.
func (r *reader) readLead() {
	it := &r.art.Item
	place, rest := places.SplitPlace(it.Headline)
	if place == "" {
		return
	}
	it.Place = place
	r.art.Evidence["place"] = read.Evidence{Rule: rules.BeforeTitle, Where: r.art.Evidence["headline"].Where, Raw: it.Headline}
	if r.from != nil && texts.Key(r.from.Headline) == texts.Key(rest) {
		it.Headline = rest
		if it.Kicker == "" {
			it.Kicker = place
			r.art.Evidence["kicker"] = r.art.Evidence["place"]
		}
	}
}

// beforePlace are the words after which a report names a place.
var beforePlace = words.Set("before_places")

// namesPlace reports whether a kicker is a place rather than a subject: a name
// that the report itself uses as one.
func (r *reader) namesPlace(kicker string) bool {
	switch {
	case kicker == "", places.IsSubjectName(kicker):
		return false
	case places.IsPlace(kicker), places.IsPlaceList(kicker):
		return true
	case utf8.RuneCountInString(kicker) > 40, strings.Count(kicker, " ") > 3, !unicode.IsUpper(texts.FirstRune(kicker)):
		return false
	}
	if before, _, found := strings.Cut(kicker, " "); found && beforePlace()[words.Fold(before)] && !isPreposition(before) {
		return true
	}
	it := &r.art.Item
	return usesAsPlace(it.Teaser, kicker) || usesAsPlace(it.BodyText, kicker) || usesAsPlace(it.Headline, kicker)
}

// usesAsPlace reports whether a text has a name behind a word after which places
// are named: "in Waldau".
func usesAsPlace(text, name string) bool {
	for {
		i := strings.Index(text, name)
		if i < 0 {
			return false
		}
		before := strings.Fields(news.Squash(text[max(0, i-40):i]))
		if len(before) > 0 && beforePlace()[words.Fold(before[len(before)-1])] {
			return true
		}
		text = text[i+len(name):]
	}
}

func isPreposition(word string) bool { return word != "" && unicode.IsLower(rune(word[0])) }
