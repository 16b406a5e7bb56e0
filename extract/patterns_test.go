package extract

import (
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

// TestPatterns compiles every pattern of the reader: else a wrong one would
// panic where it is first used.
func TestPatterns(t *testing.T) {
	if err := lazy.Check(); err != nil {
		t.Error(err)
	}
}
