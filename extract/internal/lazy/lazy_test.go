package lazy_test

import (
	"strings"
	"testing"

	"github.com/stadtfeed/stadtfeed/extract/internal/lazy"
)

func TestPattern(t *testing.T) {
	day := lazy.Regexp(`^(\d{1,2})\.$`)
	if m := day.FindStringSubmatch("12."); len(m) != 2 || m[1] != "12" {
		t.Errorf("FindStringSubmatch = %q", m)
	}
	if day.MatchString("12") || day.String() != `^(\d{1,2})\.$` {
		t.Errorf("MatchString or String of %s", day)
	}
}

func TestCheck(t *testing.T) {
	if err := lazy.Check(); err != nil {
		t.Fatal(err)
	}
	lazy.Regexp(`(unclosed`)
	if err := lazy.Check(); err == nil || !strings.Contains(err.Error(), "(unclosed") {
		t.Errorf("Check = %v, want the pattern named", err)
	}
}
