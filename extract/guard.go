package extract

import (
	"fmt"
	"runtime/debug"
)

// A PanicError is a fault of ours that a page brought about.
type PanicError struct {
	Value any    // what the panic was raised with
	Stack []byte // where, as runtime/debug prints it
}

// Error says what happened and what helps.
func (e *PanicError) Error() string {
	return fmt.Sprintf("a fault of ours keeps the page from being read, please report it with the page: panic: %v", e.Value)
}

// Guard calls read, which reads one page; a panic in it becomes a *PanicError,
// so that one page never ends more than its own reading.
//
//	err := extract.Guard(func() error { listing = doc.Listing(); return nil })
func Guard(read func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &PanicError{Value: r, Stack: debug.Stack()}
		}
	}()
	return read()
}
