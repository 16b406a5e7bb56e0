package news_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

var berlin = mustZone("Europe/Berlin")

func mustZone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

func day(s string) news.Moment {
	m, err := news.ParseMoment(s, news.Day, berlin)
	if err != nil {
		panic(err)
	}
	return m
}

func TestMoment(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   news.Moment
		want string
	}{
		{"none", news.Moment{}, ""},
		{"day", day("2024-06-10"), "2024-06-10"},
		{"minute", news.Moment{Time: time.Date(2024, 6, 10, 14, 30, 0, 0, berlin), Precision: news.Minute}, "2024-06-10T14:30:00+02:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.in.String(); got != tt.want {
				t.Errorf("String() = %q, want %q", got, tt.want)
			}
			data, err := json.Marshal(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			var back news.Moment
			if err := json.Unmarshal(data, &back); err != nil || !back.Equal(tt.in) {
				t.Errorf("through JSON %s: %v, %v; want %v", data, back, err, tt.in)
			}
		})
	}
}

func TestShownAt(t *testing.T) {
	seen := time.Date(2024, 6, 10, 9, 0, 0, 0, berlin)
	for _, tt := range []struct {
		name      string
		published news.Moment
		position  int
		want      string
	}{
		{"no date: when it was seen", news.Moment{}, 0, "2024-06-10T07:00:00Z"},
		{"no date: in listing order", news.Moment{}, 3, "2024-06-10T06:59:57Z"},
		{"a time: that time", news.Moment{Time: time.Date(2024, 6, 9, 8, 15, 0, 0, berlin), Precision: news.Minute}, 5, "2024-06-09T06:15:00Z"},
		{"today: when it was seen", day("2024-06-10"), 1, "2024-06-10T06:59:59Z"},
		{"another day: noon, in listing order", day("2024-06-07"), 2, "2024-06-07T09:59:58Z"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := news.ShownAt(tt.published, seen, tt.position).Format(time.RFC3339); got != tt.want {
				t.Errorf("ShownAt = %s, want %s", got, tt.want)
			}
		})
	}
}

// However early it was seen and however far down it stands, the moment of a
// printed day lies within that day.
func TestShownAtStaysWithinTheDay(t *testing.T) {
	justAfterMidnight := time.Date(2024, 6, 10, 0, 0, 5, 0, berlin)
	got := news.ShownAt(day("2024-06-10"), justAfterMidnight, 9000).In(berlin)
	if got.Format(time.DateOnly) != "2024-06-10" {
		t.Errorf("ShownAt = %s, want a moment on 2024-06-10", got)
	}
}

func TestMaterialChanges(t *testing.T) {
	old := news.Item{
		Headline: "Haushalt 2025", Teaser: "Der Rat tagt.", BodyText: "Der Rat tagt am Montag.",
		Published: day("2024-06-10"), Tags: []string{"Haushalt", "Rat"},
		Attachments: []news.Attachment{{URL: "https://stadt.de/a.pdf?utm_source=x"}},
	}
	for _, tt := range []struct {
		name string
		edit func(*news.Item)
		want []string
	}{
		{"nothing", func(*news.Item) {}, nil},
		{"white space", func(it *news.Item) { it.BodyText = "Der Rat  tagt\nam Montag." }, nil},
		{"soft hyphen", func(it *news.Item) { it.Headline = "Haus\u00adhalt 2025" }, nil},
		{"tracking parameter", func(it *news.Item) { it.Attachments = []news.Attachment{{URL: "https://stadt.de/a.pdf"}} }, nil},
		{"order of tags", func(it *news.Item) { it.Tags = []string{"Rat", "haushalt"} }, nil},
		{"assigned tag", func(it *news.Item) {
			it.Tags, it.Assigned = []string{"Haushalt", "Rat", "Politik"}, []string{"Politik"}
		}, nil},
		{"date no longer printed", func(it *news.Item) { it.Published = news.Moment{} }, nil},
		{"headline and body", func(it *news.Item) { it.Headline, it.BodyText = "Haushalt", "Er tagt." }, []string{"headline", "body"}},
		{"date moved", func(it *news.Item) { it.Published = day("2024-06-11") }, []string{"published"}},
		{"attachment added", func(it *news.Item) {
			it.Attachments = append(slices.Clone(it.Attachments), news.Attachment{URL: "https://stadt.de/b.pdf"})
		}, []string{"attachments"}},
		{"only the listing was seen", func(it *news.Item) { *it = news.Item{Headline: it.Headline, Partial: true} }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edited := old
			tt.edit(&edited)
			if got := news.MaterialChanges(old, edited); !slices.Equal(got, tt.want) {
				t.Errorf("MaterialChanges = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestQueryMatches(t *testing.T) {
	it := news.Item{
		Place: "Baunatal", Headline: "Baustellen im Sommer", Teaser: "Die Große Straße wird gesperrt.", Tags: []string{"Verkehr", "Straßenbau"},
		Sources: []string{"hna", "kassel"}, Shown: time.Date(2024, 6, 10, 12, 0, 0, 0, time.UTC),
	}
	tag := func(s string) news.Term { return news.Term{Facet: news.Tag, Value: s} }
	word := func(s string) news.Term { return news.Term{Facet: news.Word, Value: s} }
	exact := func(s string) news.Term { return news.Term{Facet: news.Word, Value: s, Exact: true} }
	title := func(s string) news.Term { return news.Term{Facet: news.Title, Value: s} }
	not := func(t news.Term) news.Term { t.Not = true; return t }
	all := func(group ...news.Term) news.Query { return news.Query{All: [][]news.Term{group}} }
	for _, tt := range []struct {
		name string
		q    news.Query
		want bool
	}{
		{"exact word", all(exact("baustellen")), true},
		{"exact is no beginning", all(exact("baustelle")), false},
		{"exact phrase across marks", all(exact("grosse strasse wird")), true},
		{"exact phrase ends inside a word", all(exact("große Straße wir")), false},
		{"exact at the end of the text", all(exact("wird gesperrt")), true},
		{"exact not across fields", all(exact("sommer die")), false},
		{"title", all(title("sommer")), true},
		{"not in the title", all(title("gesperrt")), false},
		{"turned round", all(not(title("gesperrt"))), true},
		{"turned round in a group", all(not(word("sommer")), tag("sport")), false},
		{"either side of a group", all(not(word("sommer")), tag("verkehr")), true},
		{"twice turned round", news.Query{Not: []news.Term{not(word("sommer"))}}, true},
		{"everything", news.Query{}, true},
		{"tag by slug", news.Query{All: [][]news.Term{{tag("strassenbau")}}}, true},
		{"either of two", news.Query{All: [][]news.Term{{tag("sport"), tag("verkehr")}}}, true},
		{"both of two", news.Query{All: [][]news.Term{{tag("sport")}, {tag("verkehr")}}}, false},
		{"second source", news.Query{All: [][]news.Term{{{Facet: news.Source, Value: "kassel"}}}}, true},
		{"place", news.Query{All: [][]news.Term{{{Facet: news.Place, Value: "baunatal"}}}}, true},
		{"start of a word", news.Query{All: [][]news.Term{{word("baustelle")}}}, true},
		{"inside of a word", news.Query{All: [][]news.Term{{word("stelle")}}}, false},
		{"phrase with umlaut", news.Query{All: [][]news.Term{{word("große Strasse")}}}, true},
		{"excluded", news.Query{Not: []news.Term{word("gesperrt")}}, false},
		{"since", news.Query{Since: it.Shown}, true},
		{"until", news.Query{Until: it.Shown}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.q.Matches(it); got != tt.want {
				t.Errorf("Matches = %v, want %v", got, tt.want)
			}
		})
	}
	it.Withdrawn = it.Shown
	if (news.Query{}).Matches(it) || !(news.Query{Withdrawn: true}).Matches(it) {
		t.Error("a withdrawn item matches only where withdrawn ones are asked for")
	}
}

func TestKeepSizes(t *testing.T) {
	old := news.Item{Attachments: []news.Attachment{{URL: "a", Type: "application/rtf", Length: 7}, {URL: "b", Type: "x"}}}
	it := news.Item{Attachments: []news.Attachment{{URL: "b", Type: "y"}, {URL: "a", Type: "application/msword"}, {URL: "c", Length: 3}}}
	it.KeepSizes(old)
	want := []news.Attachment{{URL: "b", Type: "y"}, {URL: "a", Type: "application/rtf", Length: 7}, {URL: "c", Length: 3}}
	if !slices.Equal(it.Attachments, want) {
		t.Errorf("KeepSizes = %+v, want %+v", it.Attachments, want)
	}
}
