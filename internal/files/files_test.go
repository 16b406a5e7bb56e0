package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

// TestReplace: what is replaced keeps its mode and stays where a link leads; a
// write that fails leaves it as it was, and nothing beside it.
func TestReplace(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "a.yaml"), filepath.Join(dir, "link.yaml")
	holds := func(when, want string, mode fs.FileMode) {
		t.Helper()
		got, err := os.ReadFile(path)
		info, statErr := os.Stat(path)
		if err = errors.Join(err, statErr); err != nil || string(got) != want || info.Mode().Perm() != mode {
			t.Errorf("%s: %q, %v, %v, want %q and %v", when, got, info.Mode(), err, want, mode)
		}
	}
	if err := errors.Join(Replace(path, 0o644, text("one")), os.Symlink(path, link)); err != nil {
		t.Fatal(err)
	}
	holds("new", "one", 0o644)
	if err := errors.Join(os.Chmod(path, 0o640), Replace(link, Private, text("two"))); err != nil {
		t.Fatal(err)
	}
	holds("by a link", "two", 0o640)
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
	broken := errors.New("no space left")
	if err := Replace(path, Private, func(io.Writer) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("Replace = %v, want %v", err, broken)
	}
	holds("after a failure", "two", 0o640)
	err := Replace(path, Private, func(w io.Writer) error {
		return &fs.PathError{Op: "write", Path: w.(*os.File).Name(), Err: syscall.ENOSPC}
	})
	if want := "write " + path + ": no space left on device"; err == nil || err.Error() != want {
		t.Errorf("Replace = %v, want %s", err, want)
	}
	holds("on a full disk", "two", 0o640)
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("%v, %v lie in the folder, want two files", left, err)
	}
}

// TestReplaceWhereALinkLeads: also a link to what is not there yet stays, and a
// folder that is not there is told without the name of a half-written file.
func TestReplaceWhereALinkLeads(t *testing.T) {
	dir := t.TempDir()
	link, target := filepath.Join(dir, "link"), filepath.Join(dir, "disk", "a.db")
	if err := os.Symlink(filepath.Join("disk", "a.db"), link); err != nil {
		t.Fatal(err)
	}
	want := target + ": nothing can be written in " + filepath.Dir(target) + ": no such file or directory"
	if err := Replace(link, Private, text("one")); err == nil || err.Error() != want {
		t.Errorf("Replace = %v, want %s", err, want)
	}
	if err := errors.Join(os.Mkdir(filepath.Dir(target), 0o700), Replace(link, Private, text("one"))); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(target); err != nil || string(got) != "one" {
		t.Errorf("where the link leads stands %q, %v", got, err)
	}
	loop := filepath.Join(dir, "loop")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	if got := Real(loop); got != loop {
		t.Errorf("a link to itself leads to %s", got)
	}
}

// TestNamesThatLookLikePatterns: in names * ? [ and \ are characters as any others.
func TestNamesThatLookLikePatterns(t *testing.T) {
	for _, name := range []string{"a[1.db", "a[1].db", "*.db", "?.db", `a\.db`} {
		dir := filepath.Join(t.TempDir(), "d"+name)
		other := filepath.Join(dir, ".a1.db.part-1")
		if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(other, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		long := time.Now().Add(-time.Hour)
		if err := errors.Join(os.Chtimes(other, long, long), Replace(filepath.Join(dir, name), Private, text("one"))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(other); err != nil {
			t.Errorf("writing %s removed what another wrote: %v", name, err)
		}
	}
}

// TestLeftBehind: what a kill has left is removed by the next who writes there, and
// what somebody is writing stays.
func TestLeftBehind(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	dead, fresh, other := filepath.Join(dir, ".a.db.part-1"), filepath.Join(dir, ".a.db.part-2"), filepath.Join(dir, ".b.db.part-3")
	live, err := CreateTemp(dir, ".a.db.part-*")
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	for _, p := range []string{dead, fresh, other} {
		if err := os.WriteFile(p, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-time.Hour)
	if err := errors.Join(os.Chtimes(dead, long, long), os.Chtimes(live.Name(), long, long), os.Chtimes(other, long, long)); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, Private, text("whole")); err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]bool{dead: false, fresh: true, other: true, live.Name(): true, path: true} {
		if _, err := os.Stat(p); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", filepath.Base(p), err == nil, want)
		}
	}
}

// TestMakeFolder: a new folder is of whom the one above it is, as root makes it.
func TestMakeFolder(t *testing.T) {
	dir := t.TempDir()
	const nobody = 65534
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Skip("only root gives folders away")
	}
	path := filepath.Join(dir, "a", "b")
	if err := errors.Join(MakeFolder(path, 0o700), MakeFolder(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, filepath.Dir(path)} {
		info, err := os.Stat(p)
		if err != nil || info.Mode().Perm() != 0o700 || info.Sys().(*syscall.Stat_t).Uid != nobody {
			t.Errorf("%s: %v, %v", p, info, err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "c"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := MakeFolder(filepath.Join(dir, "c", "d"), 0o700); err == nil {
		t.Error("a folder was made in a file")
	}
}

func TestSame(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	if err := errors.Join(Create(file), os.Symlink(file, link)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{file, filepath.Join(dir, ".", "a.db"), true},
		{file, link, true},
		{file, filepath.Join(dir, "c.db"), false},
		{filepath.Join(dir, "none.db"), filepath.Join(dir, "x", "..", "none.db"), true},
	} {
		if got := Same(tt.a, tt.b); got != tt.want {
			t.Errorf("Same(%q, %q) = %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}
