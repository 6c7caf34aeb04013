package edit

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/offlet/offlet/internal/python/pythontest"
)

// A world is the files below a directory, by path; a link is shown by "->".
type world map[string]string

func (w world) String() string { return fmt.Sprintf("%q", map[string]string(w)) }

func plant(t *testing.T, w world) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range w {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if to, ok := strings.CutPrefix(text, "->"); ok {
			if err := os.Symlink(to, name); err != nil {
				pythontest.Missing(t, "symbolic links: %v", err)
			}
			continue
		}
		if err := os.WriteFile(name, []byte(text), 0o640); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// look reads a world back; directories that hold nothing are shown too.
func look(t *testing.T, dir string) world {
	t.Helper()
	w := world{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir():
			if list, err := os.ReadDir(name); err == nil && len(list) == 0 {
				w[rel+"/"] = ""
			}
		case d.Type()&fs.ModeSymlink != 0:
			to, _ := os.Readlink(name)
			w[rel] = "->" + to
		default:
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			w[rel] = string(data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func equal(a, b world) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return true
}

// the change of these tests: files are changed, made, removed and emptied, one
// of them through a link, in directories old and new.
var (
	before = world{"a.py": "a = 1\n", "pkg/b.py": "b = 1\n", "pkg/gone.py": "gone\n", "old/only.py": "only\n",
		"real.py": "real = 1\n", "link.py": "->real.py", "other.txt": "stays\n"}
	after = world{"a.py": "a = 2\n", "pkg/b.py": "", "pkg/new/c.py": "c = 2\n", "pkg/new/d.py": "d = 2\n",
		"real.py": "real = 2\n", "link.py": "->real.py", "other.txt": "stays\n"}
)

func changeOf(root string) *Change {
	c := &Change{Root: root}
	c.Add(FileChange{Path: "a.py", Old: []byte("a = 1\n"), New: []byte("a = 2\n")})
	c.Add(FileChange{Path: "link.py", Old: []byte("real = 1\n"), New: []byte("real = 2\n")})
	c.Add(FileChange{Path: "old/only.py", Old: []byte("only\n")})
	c.Add(FileChange{Path: "pkg/b.py", Old: []byte("b = 1\n"), New: []byte("")})
	c.Add(FileChange{Path: "pkg/gone.py", Old: []byte("gone\n")})
	c.Add(FileChange{Path: "pkg/new/c.py", New: []byte("c = 2\n")})
	c.Add(FileChange{Path: "pkg/new/d.py", New: []byte("d = 2\n")})
	return c
}

func TestWrite(t *testing.T) {
	dir := plant(t, before)
	if err := os.Chmod(filepath.Join(dir, "a.py"), 0o751); err != nil {
		t.Fatal(err)
	}
	if err := changeOf(dir).Write(); err != nil {
		t.Fatal(err)
	}
	if got := look(t, dir); !equal(got, after) {
		t.Errorf("%v, want %v", got, after)
	}
	info, err := os.Stat(filepath.Join(dir, "a.py"))
	if err != nil || info.Mode().Perm() != 0o751 {
		t.Errorf("the mode of a changed file: %v, %v", info.Mode(), err)
	}
	info, err = os.Stat(filepath.Join(dir, "pkg/new/c.py"))
	if err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("the mode of a new file: %v, %v", info.Mode(), err)
	}
	if done, err := Recover(dir); done || err != nil {
		t.Errorf("Recover after a whole change: %v, %v", done, err)
	}
}

// TestWriteRefuses: what is not as the change expects it is an error, and
// nothing is touched.
func TestWriteRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(dir string) error
		want string
	}{
		{"edited", func(dir string) error { return os.WriteFile(filepath.Join(dir, "pkg/b.py"), []byte("b = 7\n"), 0o666) }, "changed while offlet was working"},
		{"removed", func(dir string) error { return os.Remove(filepath.Join(dir, "pkg/b.py")) }, "no such file"},
		{"removed by somebody else", func(dir string) error { return os.Remove(filepath.Join(dir, "pkg/gone.py")) }, "no such file"},
		{"there already", func(dir string) error {
			if err := os.Mkdir(filepath.Join(dir, "pkg/new"), 0o777); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "pkg/new/d.py"), []byte("mine\n"), 0o666)
		}, "exists already"},
		{"a link now", func(dir string) error {
			if err := os.Remove(filepath.Join(dir, "a.py")); err != nil {
				return err
			}
			return os.Symlink("../elsewhere.py", filepath.Join(dir, "a.py"))
		}, ""},
		{"a journal is there", func(dir string) error { return os.Mkdir(filepath.Join(dir, JournalDir), 0o777) }, "run any offlet command"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := plant(t, before)
			change := changeOf(dir)
			if err := c.do(dir); err != nil {
				t.Fatal(err)
			}
			was := look(t, dir)
			err := change.Write()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
			if got := look(t, dir); !equal(got, was) {
				t.Errorf("%v, want %v", got, was)
			}
		})
	}
}

// A link out of the tree is not written through, even to a file that is what
// the change expects.
func TestWriteOutside(t *testing.T) {
	outside := plant(t, world{"x.py": "x = 1\n"})
	dir := plant(t, world{"x.py": "->" + filepath.Join(outside, "x.py")})
	c := &Change{Root: dir, Files: []FileChange{{Path: "x.py", Old: []byte("x = 1\n"), New: []byte("x = 2\n")}}}
	if err := c.Write(); err == nil || !strings.Contains(err.Error(), "is a link out of") {
		t.Errorf("error %v", err)
	}
	if got := look(t, outside); got["x.py"] != "x = 1\n" {
		t.Errorf("written through the link: %v", got)
	}
}

type killed struct{}

// until runs f and stops it, as a kill would, before its n-th change of the
// file system. It reports what that change was, "" if f had fewer.
func until(n int, f func()) (at string) {
	i := 0
	step = func(what string) {
		if i++; i > n {
			at = what
			panic(killed{})
		}
	}
	defer func() {
		step = func(string) {}
		if r := recover(); r != nil {
			if _, ok := r.(killed); !ok {
				panic(r)
			}
		}
	}()
	f()
	return ""
}

// TestKilled: a run that is killed before any of its steps leaves a tree that
// the next run brings to the old or to the new state, also if that run is
// killed at any step itself.
func TestKilled(t *testing.T) {
	sawOld, sawNew := false, false
	for n := 0; ; n++ {
		dir := plant(t, before)
		at := until(n, func() { changeOf(dir).Write() })
		if at == "" {
			if n < 20 {
				t.Errorf("a change has only %d steps", n)
			}
			break
		}
		for m := 0; ; m++ {
			again := until(m, func() { Recover(dir) })
			if again == "" {
				break
			}
			if m > 100 {
				t.Fatalf("killed before %q: Recover never ends", at)
			}
		}
		if done, err := Recover(dir); done || err != nil {
			t.Fatalf("killed before %q: Recover after a whole one: %v, %v", at, done, err)
		}
		switch got := look(t, dir); {
		case equal(got, before):
			if sawNew {
				t.Errorf("killed before %q: the old tree, although an earlier kill gave the new one", at)
			}
			sawOld = true
		case equal(got, after):
			sawNew = true
		default:
			t.Errorf("killed before %q: %v", at, got)
		}
		// and the tree is one that can be written to
		if look(t, dir)["a.py"] == before["a.py"] {
			if err := changeOf(dir).Write(); err != nil {
				t.Errorf("killed before %q, then: %v", at, err)
			}
		}
	}
	if !sawOld || !sawNew {
		t.Errorf("old tree: %v, new tree: %v; both must occur", sawOld, sawNew)
	}
}

// TestKilledThenEdited: what was edited after the kill is not overwritten, and
// the error says where the new content is and what to do.
func TestKilledThenEdited(t *testing.T) {
	dir := plant(t, before)
	if at := until(14, func() { changeOf(dir).Write() }); at == "" || !strings.HasPrefix(at, "replace") && !strings.HasPrefix(at, "write") && !strings.HasPrefix(at, "remove") {
		t.Fatalf("stopped before %q", at)
	}
	mine := filepath.Join(dir, "pkg", "b.py")
	if err := os.WriteFile(mine, []byte("mine\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	was := look(t, dir)
	_, err := Recover(dir)
	if err == nil || !strings.Contains(err.Error(), "pkg/b.py has been edited since") || !strings.Contains(err.Error(), JournalDir) {
		t.Errorf("error %v", err)
	}
	if got := look(t, dir); !equal(got, was) {
		t.Errorf("%v, want %v", got, was)
	}
	if err := changeOf(dir).Write(); err == nil {
		t.Error("another change was written over the journal")
	}
}

// TestRealKill kills a process that writes, at moments as they come.
func TestRealKill(t *testing.T) {
	if dir := os.Getenv("OFFLET_TEST_WRITE"); dir != "" {
		if err := bigChange(dir).Write(); err != nil {
			t.Fatal(err)
		}
		return
	}
	if testing.Short() {
		t.Skip("starts processes")
	}
	for i := range 12 {
		dir := t.TempDir()
		c := bigChange(dir)
		old, next := world{}, world{}
		for _, f := range c.Files {
			old[f.Path], next[f.Path] = string(f.Old), string(f.New)
			if err := os.WriteFile(filepath.Join(dir, f.Path), f.Old, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestRealKill$")
		cmd.Env = append(os.Environ(), "OFFLET_TEST_WRITE="+dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		// as soon as it is at work, a little later each time
		for range 5000 {
			if _, err := os.Lstat(filepath.Join(dir, JournalDir)); err == nil {
				break
			}
			time.Sleep(100 * time.Microsecond)
		}
		time.Sleep(time.Duration(i) * 2 * time.Millisecond)
		cmd.Process.Kill()
		cmd.Wait()
		if _, err := Recover(dir); err != nil {
			t.Fatal(err)
		}
		if got := look(t, dir); !equal(got, old) && !equal(got, next) {
			t.Errorf("neither the old nor the new tree: %v", got)
		}
	}
}

func bigChange(root string) *Change {
	c := &Change{Root: root}
	for i := range 40 {
		c.Add(FileChange{Path: fmt.Sprintf("f%02d.py", i), Old: fmt.Appendf(nil, "old %d\n", i), New: fmt.Appendf(nil, "new %d\n", i)})
	}
	return c
}

// TestTwoAtOnce: an offlet that starts while another one writes waits for it,
// and does not take its journal away.
func TestTwoAtOnce(t *testing.T) {
	dir := plant(t, before)
	recovered := make(chan error, 1)
	started := false
	step = func(what string) {
		if !started && what == "complete the journal" {
			started = true
			go func() {
				_, err := Recover(dir)
				recovered <- err
			}()
			select {
			case err := <-recovered:
				t.Errorf("Recover did not wait for the journal's owner: %v", err)
				recovered <- err
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	defer func() { step = func(string) {} }()
	if err := changeOf(dir).Write(); err != nil {
		t.Errorf("the first one: %v", err)
	}
	if err := <-recovered; err != nil {
		t.Errorf("the second one: %v", err)
	}
	if got := look(t, dir); !equal(got, after) {
		t.Errorf("%v, want %v", got, after)
	}
}
