package main

import (
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stadtfeed/stadtfeed/internal/town"
	"github.com/stadtfeed/stadtfeed/store/postgres/pgtest"
)

func TestMain(m *testing.M) {
	testscript.Main(stopping{m}, map[string]func(){"stadtfeed": main, upkeepCommand: upkeepMain, bareCommand: bareMain})
}

// stopping stops the PostgreSQL of the tests after the last of them, and removes
// the program that they have made.
type stopping struct{ *testing.M }

func (s stopping) Run() int {
	defer func() {
		pgtest.Stop()
		os.RemoveAll(shippedIn) //nolint:errcheck // a temporary folder
	}()
	return s.M.Run()
}

// TestDatabaseScripts are scripts with an archive in PostgreSQL. $DATABASE is the
// address of an empty database, $SECRET a password in it that the server does
// not ask for: nothing of ours may print it.
func TestDatabaseScripts(t *testing.T) {
	p := scripts("testdata/database")
	setup := p.Setup
	p.Setup = func(env *testscript.Env) error {
		const secret = "geheim-4711"
		name := fmt.Sprintf("s%d_%08x", os.Getpid(), crc32.ChecksumIEEE([]byte(env.WorkDir)))
		env.Setenv("SECRET", secret)
		env.Setenv("DATABASE", strings.Replace(pgtest.Empty(t, name), "stadtfeed@", "stadtfeed:"+secret+"@", 1))
		return setup(env)
	}
	testscript.Run(t, p)
}

// TestScripts runs what a user types, see testdata/script. Besides the usual
// commands of testscript there are:
//
//	code N stadtfeed …    run, and expect this exit code
//	region [KEY: VALUE]…  start the sample region and write stadtfeed.yaml for it, with further keys for every
//	                      source; its clock stands still
//	advance DURATION      put the region's clock forward
//	await stadtfeed …     repeat until it succeeds
//	await-get SOCKET PATH TEXT, await-nodes TEXT   repeat until the text is there
//	get SOCKET PATH       fetch a page of the daemon that listens on a unix socket
func TestScripts(t *testing.T) { testscript.Run(t, scripts("testdata/script")) }

// scripts are those of a folder, with the commands above.
func scripts(dir string) testscript.Params {
	return testscript.Params{
		Dir:                 dir,
		RequireExplicitExec: true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(env *testscript.Env) error {
			env.Values[clockKey{}] = town.NewClock(time.Now())
			env.Setenv("NO_COLOR", "1")
			env.Setenv("STADTFEED_CONFIG", "")
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"code":        exitCode,
			"region":      startTestRegion,
			"advance":     advance,
			"await":       await,
			"get":         get,
			"await-get":   awaitGet,
			"await-nodes": awaitNodes,
		},
	}
}

func exitCode(ts *testscript.TestScript, _ bool, args []string) {
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("%v ended with %s, want %s", args[1:], got, args[0])
	}
}

// A clockKey names the clock of a script's region.
type clockKey struct{}

func clockOf(ts *testscript.TestScript) *town.Clock { return ts.Value(clockKey{}).(*town.Clock) }

func startTestRegion(ts *testscript.TestScript, _ bool, keys []string) {
	clock := clockOf(ts)
	sites, err := town.Sample(clock.Now())
	ts.Check(err)
	region, err := town.Start(clock.Now, sites...)
	ts.Check(err)
	ts.Defer(func() { region.Close() }) //nolint:errcheck // the test is over
	var text strings.Builder
	fmt.Fprintf(&text, "# The sample region.\nlisten: unix:web.sock\nbase_url: http://feeds.example.org\ndelay: 0s\nschedule: \"0 0 1 1 *\"\nsources:\n")
	for _, s := range region.Sites {
		all := append([]string{"name: " + s.Name, fmt.Sprintf("url: %q", s.Home()), "allow_private: true"}, keys...)
		fmt.Fprintf(&text, "  - {%s}\n", strings.Join(all, ", "))
		ts.Setenv(strings.ReplaceAll(s.Name, "-", "_"), s.Home())
	}
	ts.Check(os.WriteFile(ts.MkAbs("stadtfeed.yaml"), []byte(text.String()), 0o644))
}

func advance(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	clockOf(ts).Advance(d)
}

func await(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		err := ts.Exec(args[0], args[1:]...)
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%v does not succeed: %v", args, err)
		}
	}
}

// awaitGet fetches a page until a text is on it.
func awaitGet(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if strings.Contains(fetched(ts, args[0], args[1]), args[2]) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s never shows %q", args[1], args[2])
		}
	}
}

// awaitNodes lists the nodes until a text is in the list.
func awaitNodes(ts *testscript.TestScript, _ bool, args []string) {
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		ts.Check(ts.Exec("stadtfeed", "nodes"))
		if strings.Contains(ts.ReadFile("stdout"), args[0]) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("stadtfeed nodes never shows %q", args[0])
		}
	}
}

func get(ts *testscript.TestScript, _ bool, args []string) {
	_, err := io.WriteString(ts.Stdout(), fetched(ts, args[0], args[1]))
	ts.Check(err)
}

// fetched is what a daemon on a socket answers.
func fetched(ts *testscript.TestScript, at, path string) string {
	socket := filepath.Join(ts.MkAbs("."), at)
	client := http.Client{Transport: &http.Transport{
		DialContext:       func(context.Context, string, string) (net.Conn, error) { return dialUnix(socket) },
		DisableKeepAlives: true,
	}}
	res, err := client.Get("http://localhost" + path)
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	return fmt.Sprintf("%s\n%s", res.Status, body)
}
