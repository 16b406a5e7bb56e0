// Command stadtfeed turns the news pages of towns and counties into feeds.
//
// This folder is wiring only: each file joins the packages into one
// subcommand. Results go to standard output, logs and mistakes to standard
// error; the exit code is 0 when all is fine, 1 when the work failed and 2 on
// wrong use.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // zones on machines and in containers that have none

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/guard"
	"github.com/stadtfeed/stadtfeed/internal/hangup"
)

func main() {
	signal.Ignore(syscall.SIGXFSZ) // a file size limit is an error of the write, which the archive reports and outlives
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	endWithin(ctx, longestEnd, os.Exit)
	a := &app{out: os.Stdout, errOut: os.Stderr, hangup: hangup.Kept}
	code := execute(ctx, a, os.Args[1:])
	stop()
	os.Exit(code)
}

// longestEnd is how long anything may go on after SIGTERM. What is stored is
// stored in transactions, so that an end in the middle of one loses nothing.
const longestEnd = 4800 * time.Millisecond

// endWithin ends the process by exit, should it go on for so long after ctx
// ended: whatever it does then cannot be interrupted.
func endWithin(ctx context.Context, patience time.Duration, exit func(code int)) {
	context.AfterFunc(ctx, func() {
		time.Sleep(patience)
		fmt.Fprintln(os.Stderr, "stadtfeed: what was under way did not end in time; it is cut off, and nothing that was stored is lost")
		exit(exitFailed)
	})
}

// Exit codes, see the package comment.
const (
	exitFine   = 0
	exitFailed = 1
	exitUsage  = 2
)

// errSilent ends a command with code 1 after it has said all there is to say.
var errSilent = errors.New("failed")

// A usageError is wrong use: exit code 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// execute runs one command line and tells the exit code.
func execute(ctx context.Context, a *app, args []string) int {
	root := a.command()
	root.SetArgs(args)
	root.SetOut(a.out)
	root.SetErr(a.errOut)
	cmd, err := root.ExecuteContextC(ctx)
	var mistakes *config.Errors
	var usage usageError
	switch {
	case err == nil:
		return exitFine
	case errors.Is(err, errSilent):
		return exitFailed
	case errors.As(err, new(interruption)):
		fmt.Fprintf(a.errOut, "stadtfeed: %s\n", visible(err.Error()))
		return exitFailed
	case ctx.Err() != nil:
		fmt.Fprintln(a.errOut, "stadtfeed: interrupted")
		return exitFailed
	case errors.As(err, &mistakes):
		a.printMistakes(mistakes)
		return exitFailed
	case !a.started || errors.As(err, &usage):
		fmt.Fprintf(a.errOut, "stadtfeed: %s\nuse: %s\n", visible(guard.Masked(err.Error())), cmd.UseLine())
		if list := examples[cmd.Name()]; len(list) > 0 {
			fmt.Fprintf(a.errOut, "such as: %s\n", list[0])
		}
		return exitUsage
	}
	fmt.Fprintf(a.errOut, "stadtfeed: %s\n", visible(guard.Masked(err.Error())))
	return exitFailed
}
