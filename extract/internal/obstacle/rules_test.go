package obstacle

import (
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules/rulestest"
)

// TestObstacleRules runs the example of every rule: a page.
func TestObstacleRules(t *testing.T) {
	rulestest.Examples(t, &obstacleRules, func(t *testing.T, example string) []*observation {
		d, err := parse(read.Page{URL: "https://stadt.example/seite", Body: []byte(example)}, read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return []*observation{observe(d)}
	})
}
