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
	_ "time/tzdata" // zones on machines and in containers that have none

	"github.com/stadtfeed/stadtfeed/config"
)

func main() {
	signal.Ignore(syscall.SIGXFSZ) // a file size limit is an error of the write, which the archive reports and outlives
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := execute(ctx, &app{out: os.Stdout, errOut: os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
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
	case ctx.Err() != nil:
		fmt.Fprintln(a.errOut, "stadtfeed: interrupted")
		return exitFailed
	case errors.As(err, &mistakes):
		a.printMistakes(mistakes)
		return exitFailed
	case !a.started || errors.As(err, &usage):
		fmt.Fprintf(a.errOut, "stadtfeed: %v\nuse: %s\n", err, cmd.UseLine())
		return exitUsage
	}
	fmt.Fprintf(a.errOut, "stadtfeed: %v\n", err)
	return exitFailed
}
