// Package hangup keeps SIGHUP from the first moments of a process on, so that a
// reload that is asked for while a daemon starts is done when it can be, and is
// not its end.
//
// It imports next to nothing and is thus initialised before the packages that
// take a tenth of a second for that, all of it before main begins.
package hangup

import (
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// Kept has the hangup that came since the process began; nil where its
// arguments do not say serve, and a hangup ends it as usual.
var Kept = keep(os.Args)

func keep(args []string) chan os.Signal {
	if !slices.Contains(args, "serve") {
		return nil
	}
	kept := make(chan os.Signal, 1)
	signal.Notify(kept, syscall.SIGHUP)
	return kept
}
