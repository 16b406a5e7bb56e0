package extract

import (
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/words"
)

// TestWords holds that the files of words are sound: nothing stands twice, means
// two things or can never match, and every section is one that somebody reads.
func TestWords(t *testing.T) {
	if err := words.Check(); err != nil {
		t.Error(err)
	}
}
