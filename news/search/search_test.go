package search

import (
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stadtfeed/stadtfeed/news"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func word(s string) news.Term  { return news.Term{Facet: news.Word, Value: s} }
func exact(s string) news.Term { return news.Term{Facet: news.Word, Value: s, Exact: true} }
func title(s string) news.Term { return news.Term{Facet: news.Title, Value: s} }
func tag(s string) news.Term   { return news.Term{Facet: news.Tag, Value: s} }
func place(s string) news.Term { return news.Term{Facet: news.Place, Value: s} }
func not(t news.Term) news.Term {
	t.Not = true
	return t
}

func groups(gs ...[]news.Term) news.Query { return news.Query{All: gs} }
func any(ts ...news.Term) []news.Term     { return ts }
func day(y, m, d int) time.Time           { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }

func TestParse(t *testing.T) {
	for in, want := range map[string]news.Query{
		"":                                {},
		"  \u00a0 ":                       {},
		"radweg":                          groups(any(word("radweg"))),
		"radweg mitte":                    groups(any(word("radweg")), any(word("mitte"))),
		"radweg AND mitte":                groups(any(word("radweg")), any(word("mitte"))),
		"radweg UND mitte":                groups(any(word("radweg")), any(word("mitte"))),
		"radweg OR fahrrad":               groups(any(word("radweg"), word("fahrrad"))),
		"radweg ODER fahrrad | velo":      groups(any(word("radweg"), word("fahrrad"), word("velo"))),
		"radweg or fahrrad":               groups(any(word("radweg")), any(word("or")), any(word("fahrrad"))),
		"(a OR b) c":                      groups(any(word("a"), word("b")), any(word("c"))),
		"a OR b c":                        groups(any(word("a"), word("b")), any(word("a"), word("c"))),
		"(a b) OR (c d)":                  groups(any(word("a"), word("c")), any(word("a"), word("d")), any(word("b"), word("c")), any(word("b"), word("d"))),
		"a a OR a":                        groups(any(word("a"))),
		`"kommunale it" radweg`:           groups(any(exact("kommunale it")), any(word("radweg"))),
		"„neue wege“ “x y” »z« «v»":       groups(any(exact("neue wege")), any(exact("x y")), any(exact("z")), any(exact("v"))),
		"-karneval":                       {Not: any(word("karneval"))},
		"NICHT karneval NOT sport":        {Not: any(word("karneval"), word("sport"))},
		`-"eins zwei" -titel:rat`:         {Not: any(exact("eins zwei"), title("rat"))},
		"-(a OR b)":                       {Not: any(word("a"), word("b"))},
		"-(a b)":                          groups(any(not(word("a")), not(word("b")))),
		"-(a -b)":                         groups(any(not(word("a")), word("b"))),
		"a OR -b":                         groups(any(word("a"), not(word("b")))),
		"NOT NOT a":                       groups(any(word("a"))),
		"titel:haushalt":                  groups(any(title("haushalt"))),
		`title:"der haushalt"`:            groups(any(news.Term{Facet: news.Title, Value: "der haushalt", Exact: true})),
		"titel:(haushalt OR etat)":        groups(any(title("haushalt"), title("etat"))),
		"titel:(haushalt etat) rat":       groups(any(title("haushalt")), any(title("etat")), any(word("rat"))),
		"ort:(kassel | ort:baunatal)":     groups(any(place("kassel"), place("baunatal"))),
		"titel:(a ort:kassel)":            groups(any(title("a")), any(place("kassel"))),
		"tag:Straße thema:Bau":            groups(any(tag("strasse")), any(tag("bau"))),
		`place:"Bad Arolsen"`:             groups(any(place("bad-arolsen"))),
		"Ort: Kassel":                     groups(any(place("kassel"))),
		"-tag:sport":                      {Not: any(tag("sport"))},
		"source:Amt":                      groups(any(news.Term{Facet: news.Source, Value: "Amt"})),
		"since:2026-01-01":                {Since: day(2026, 1, 1)},
		"seit:1.2.2026 bis:2026-02-28":    {Since: day(2026, 2, 1), Until: day(2026, 3, 1)},
		"bis:2025":                        {Until: day(2026, 1, 1)},
		"until:2026-02 bis:3.2026":        {Until: day(2026, 3, 1)},
		"since:7d":                        {Since: day(2026, 11, 15)},
		"ab:2w until:1d":                  {Since: day(2026, 11, 8), Until: day(2026, 11, 22)},
		"(seit:2026 rat) (sport seit:7d)": {Since: day(2026, 11, 15), All: [][]news.Term{any(word("rat")), any(word("sport"))}},
		"12:30":                           groups(any(word("12:30"))),
		`- -- "" : !`:                     {},
		"Haushalt: Rat tagt":              groups(any(word("Haushalt:")), any(word("Rat")), any(word("tagt"))),
		"https://stadt.example":           groups(any(word("https://stadt.example"))),
		`"titel:rat"`:                     groups(any(exact("titel:rat"))),
		"Straße (K 12) gesperrt":          groups(any(word("Straße")), any(word("K")), any(word("12")), any(word("gesperrt"))),
		"Bürger(innen) (Bürger(innen))":   groups(any(word("Bürger(innen)"))),
		"Treffen – Rat & Amt":             groups(any(word("Treffen")), any(word("Rat")), any(word("Amt"))),
		"E-Bike 5\"":                      groups(any(word("E-Bike")), any(word("5\""))),
	} {
		got, wrong := Reader{Now: now}.Parse(in)
		if !reflect.DeepEqual(got, want) || len(wrong) > 0 {
			t.Errorf("Parse(%q) = %+v and %v, want %+v", in, got, wrong, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for in, want := range map[string]Mistake{
		"rat since:morgen":                      {5, NoDate, "morgen"},
		"since:2026-02-30":                      {1, NoDate, "2026-02-30"},
		"-seit:7d":                              {2, DateAlone, ""},
		"rat OR (sport bis:2026)":               {15, DateAlone, ""},
		"über titelei:rat":                      {6, NoCondition, "titelei"},
		`absender:"der rat"`:                    {1, NoCondition, "absender"},
		"tag:":                                  {1, NoValue, "tag"},
		"thema:( )":                             {7, Empty, ""},
		"titel:– rat":                           {1, NoValue, "titel"},
		"ort: OR rat":                           {1, NoValue, "ort"},
		"since:(2026)":                          {1, NoValue, "since"},
		"OR rat":                                {1, OneSided, "OR"},
		"rat ODER":                              {5, OneSided, "ODER"},
		"rat OR OR sport":                       {5, OneSided, "OR"},
		"rat AND":                               {5, OneSided, "AND"},
		"rat NOT":                               {5, NothingToNot, "NOT"},
		`rat "offen`:                            {5, NotClosed, ""},
		"rat (sport":                            {5, NoClosing, ""},
		"rat) sport":                            {4, NotOpened, ""},
		"()":                                    {1, Empty, ""},
		strings.Repeat("wort ", 25):             {121, TooMany, ""},
		strings.Repeat("(a b) OR ", 11) + "rat": {1, TooTangled, ""},
		strings.Repeat("(", 17) + "rat":         {17, TooDeep, ""},
	} {
		_, wrong := Reader{Now: now}.Parse(in)
		if len(wrong) == 0 || wrong[0] != want {
			t.Errorf("Parse(%q): %v, want %v", in, wrong, want)
		}
	}
	if _, wrong := (Reader{Location: time.UTC}).Parse("seit:7d"); len(wrong) != 1 || wrong[0].Phrase != NoFixedDate {
		t.Errorf("what is saved takes no date that moves: %v", wrong)
	}
	got, _ := Reader{Now: now}.Parse("rat (sport absender:x")
	if want := groups(any(word("rat")), any(word("sport"))); !reflect.DeepEqual(got, want) {
		t.Errorf("what remains of a search with mistakes: %+v, want %+v", got, want)
	}
	if got := (Mistake{4, NoValue, "tag"}).Error(); got != "character 4: “tag:” needs a value" {
		t.Error(got)
	}
}

func TestNames(t *testing.T) {
	r := Reader{
		Tag:    func(s string) string { return strings.ReplaceAll(s, "Soziale Medien", "Social Media") },
		Source: strings.ToLower,
	}
	got, wrong := r.Parse(`tag:"Soziale Medien" quelle:Amtsblatt`)
	want := groups(any(tag("social-media")), any(news.Term{Facet: news.Source, Value: "amtsblatt"}))
	if !reflect.DeepEqual(got, want) || wrong != nil {
		t.Errorf("%+v, %v, want %+v", got, wrong, want)
	}
}

func TestContrary(t *testing.T) {
	r := Reader{Contrary: true}
	got, wrong := r.Parse("sport (a OR b) OR karneval")
	want := news.Query{All: [][]news.Term{any(not(word("sport")), not(word("a"))), any(not(word("sport")), not(word("b")))}, Not: any(word("karneval"))}
	if !reflect.DeepEqual(got, want) || wrong != nil {
		t.Errorf("%+v, %v, want %+v", got, wrong, want)
	}
	if _, wrong := r.Parse("seit:2026"); len(wrong) != 1 || wrong[0].Phrase != DateAlone {
		t.Errorf("a date cannot be turned round: %v", wrong)
	}
}

// FuzzParse: mistakes lie in the text and are of known phrases, the query is
// within bounds, and where there are no mistakes it means what the tree means.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`(radweg OR "neue mitte") -karneval titel:haushalt ort:(kassel OR baunatal) seit:2026-01-31`,
		"a OR -(b c) | NOT titel:(d -e) bis:7d", `„offen (a) b) -- : tag: "`, "((((a OR b) c OR d) e OR f) g OR h)", "x:( OR ) \xff ä",
	} {
		f.Add(s)
	}
	known := map[string]bool{}
	for _, phrase := range Phrases {
		known[phrase] = true
	}
	items := sampleItems()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 400 {
			return
		}
		q, wrong := Reader{Now: now}.Parse(text)
		for _, m := range wrong {
			if m.At < 1 || m.At > utf8.RuneCountInString(text)+1 || !known[m.Phrase] {
				t.Fatalf("%q: mistake %+v", text, m)
			}
		}
		if n := size(q.All) + len(q.Not); n > mostTerms+MostConditions {
			t.Fatalf("%q: %d terms", text, n)
		}
		if len(wrong) > 0 {
			return
		}
		p := &parser{Reader: Reader{Now: now, Location: time.UTC, Most: MostConditions}, tokens: tokens(text)}
		top := p.all()
		for _, it := range items {
			if got, want := q.Matches(it), top == nil || top.holds(it); got != want {
				t.Fatalf("%q: query %+v on %q says %v, the tree %v", text, q, it.Headline, got, want)
			}
		}
	})
}

// holds is the meaning of a tree.
func (n *node) holds(it news.Item) bool {
	switch n.kind {
	case leaf:
		return it.Has(n.term)
	case date:
		return n.till == it.Shown.Before(n.day)
	case negation:
		return !n.kids[0].holds(it)
	}
	for _, kid := range n.kids {
		if kid.holds(it) == (n.kind == or) {
			return n.kind == or
		}
	}
	return n.kind == and
}

func sampleItems() []news.Item {
	return []news.Item{
		{Headline: "Radweg a b", BodyText: "Neue Mitte c e", Place: "Kassel", Tags: []string{"d"}, Shown: now.AddDate(0, 0, -3)},
		{Headline: "Haushalt d", BodyText: "Karneval a c f h", Place: "Baunatal", Sources: []string{"x"}, Shown: now.AddDate(-1, 0, 0)},
		{Headline: "g", Shown: now},
	}
}
