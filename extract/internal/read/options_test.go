package read

import (
	"reflect"
	"testing"

	"github.com/stadtfeed/stadtfeed/news"
)

func TestFinishTags(t *testing.T) {
	it := news.Item{Headline: "Vollsperrung der Bahnhofstraße", Tags: nil}
	Options{Subjects: true, Tags: []string{"Kommunal-IT"}}.FinishTags(&it)
	if want := []string{"Verkehr", "Kommunal-IT"}; !reflect.DeepEqual(it.Tags, want) || !reflect.DeepEqual(it.Assigned, want) {
		t.Errorf("tags %q, assigned %q, want %q for both", it.Tags, it.Assigned, want)
	}
	it = news.Item{Headline: "Vollsperrung der Bahnhofstraße", Tags: []string{"Kassel", "kommunal it"}}
	Options{Subjects: true, Tags: []string{"Kommunal-IT"}}.FinishTags(&it)
	if want := []string{"Kassel", "kommunal it"}; !reflect.DeepEqual(it.Tags, want) || len(it.Assigned) != 0 {
		t.Errorf("tags %q, assigned %q, want %q and none", it.Tags, it.Assigned, want)
	}
}
