// Package lazy holds regular expressions that are compiled when they are first
// used: a command that reads no page, "stadtfeed version" or a check of health
// every few seconds, pays for none of the hundred and more of the reader.
package lazy

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
)

// A Pattern is used like one of package regexp.
//
//	var dayNumber = lazy.Regexp(`^(\d{1,2})\.$`)
//	dayNumber.MatchString("12.") // compiled here
type Pattern struct {
	compiled func() *regexp.Regexp
	text     func() string
}

// patterns are all of the program, for Check.
var (
	mu       sync.Mutex
	patterns []*Pattern
)

// Regexp is the pattern of that text, which a test must have checked: a text
// that is none panics where it is first used.
func Regexp(text string) *Pattern { return Made(func() string { return text }) }

// Made is the pattern of a text that is put together when it is first used.
func Made(text func() string) *Pattern {
	p := &Pattern{text: text, compiled: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text()) })}
	mu.Lock()
	defer mu.Unlock()
	patterns = append(patterns, p)
	return p
}

// Check reports the patterns that do not compile.
func Check() error {
	mu.Lock()
	defer mu.Unlock()
	var errs []error
	for _, p := range patterns {
		if _, err := regexp.Compile(p.text()); err != nil {
			errs = append(errs, fmt.Errorf("%q: %w", p.text(), err))
		}
	}
	return errors.Join(errs...)
}
