package store

import (
	"context"
	"errors"
	"os"
	"testing"
)

// TestReplacedFile: an archive that was moved away, removed or replaced while it
// is in use says so, as nobody will see again what is written to it; one that
// was compacted does not.
func TestReplacedFile(t *testing.T) {
	s, _ := temp(t)
	fillWith(t, s, 0, 20)
	if _, err := s.Compact(context.Background()); err != nil || s.Health() != nil {
		t.Fatalf("after a compaction: %v, %v", err, s.Health())
	}
	aside := s.Path() + ".aside"
	if err := os.Rename(s.Path(), aside); err != nil {
		t.Fatal(err)
	}
	if err := s.Health(); !errors.Is(err, ErrReplaced) {
		t.Errorf("Health of a file that was moved away = %v", err)
	}
	if err := os.WriteFile(s.Path(), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Health(); !errors.Is(err, ErrReplaced) {
		t.Errorf("Health with another file in its place = %v", err)
	}
	if err := os.Rename(aside, s.Path()); err != nil {
		t.Fatal(err)
	}
	if err := s.Health(); err != nil {
		t.Errorf("Health with the file back in its place = %v", err)
	}
}
