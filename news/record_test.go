package news_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stadtfeed/stadtfeed/news"
)

// A record has every key whatever the item lacks, and no date that nobody said.
func TestRecordOf(t *testing.T) {
	empty, err := json.Marshal(news.RecordOf(news.Item{}, nil))
	if err != nil {
		t.Fatal(err)
	}
	if s := string(empty); strings.Contains(s, "0001") || !strings.Contains(s, `"published":null`) || !strings.Contains(s, `"tags":[]`) {
		t.Errorf("of nothing: %s", s)
	}
	seen := time.Date(2024, 6, 11, 8, 0, 0, 0, time.UTC)
	full, err := json.Marshal(news.RecordOf(news.Item{
		ID: "urn:uuid:1", Seq: 7, Sources: []string{"a", "b"}, Place: "Kassel", Headline: "Rat", Tags: []string{"Rat"},
		Published: news.Moment{Time: seen, Precision: news.Day}, FirstSeen: seen, Withdrawn: seen,
		Attachments: []news.Attachment{{URL: "https://stadt.de/a.pdf", Length: 5}},
	}, &news.Position{Lat: 51.3, Lon: 9.5}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"source":"a"`, `"published":"2024-06-11"`, `"precision":"day"`, `"geo":{"lat":51.3,"lon":9.5}`, `"withdrawn":"2024-06-11T08:00:00Z"`,
		`"attachments":[{"url":"https://stadt.de/a.pdf","title":null,"type":null,"length":5}]`,
	} {
		if !strings.Contains(string(full), want) {
			t.Errorf("%s lacks %s", full, want)
		}
	}
	var a, b map[string]any
	if json.Unmarshal(empty, &a) != nil || json.Unmarshal(full, &b) != nil || len(a) != len(b) {
		t.Errorf("%d keys of nothing, %d of an item", len(a), len(b))
	}
}
