package extract

import (
	"errors"
	"strings"
	"testing"
)

func TestGuard(t *testing.T) {
	var rows []string
	err := Guard(func() error { _ = rows[len(rows)-1]; return nil })
	var fault *PanicError
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "index out of range [-1]") || !strings.Contains(string(fault.Stack), "TestGuard") {
		t.Errorf("a panic became %v", err)
	}
	if err := Guard(func() error { return ErrEmpty }); !errors.Is(err, ErrEmpty) {
		t.Errorf("an error became %v", err)
	}
}
