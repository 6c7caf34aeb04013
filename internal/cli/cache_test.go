package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/workspace"
)

// What was printed is found again for the same files asked in the same way, and
// for nothing else.
func TestMemo(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	memoOf := func(asked, trace string) *memo {
		t.Helper()
		w, err := workspace.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		m := newMemo(asked, []*workspace.Project{w}, trace)
		if m == nil {
			t.Fatal("no cache")
		}
		return m
	}
	write("app.py", "import eventlet\n")
	write("requirements.txt", "eventlet\n")
	write("notes.bin", "a")
	trace := filepath.Join(t.TempDir(), "run.jsonl")
	if err := os.WriteFile(trace, []byte("1"), 0o666); err != nil {
		t.Fatal(err)
	}
	before := memoOf("scan", trace)
	write("app.py", "import eventlet # saved while it was analysed\n")
	before.keep(&printed{}, memoOf("scan", trace))
	write("app.py", "import eventlet\n")
	if before.find() != nil {
		t.Error("kept although a file was changed meanwhile")
	}
	before.keep(&printed{Outputs: [][]byte{[]byte("first")}, Left: true}, memoOf("scan", trace))
	again := func() *printed { return memoOf("scan", trace).find() }
	if p := again(); p == nil || string(p.Outputs[0]) != "first" || !p.Left {
		t.Fatalf("found %+v", p)
	}
	if memoOf("scan -v", trace).find() != nil || memoOf("scan", "").find() != nil {
		t.Error("found for another question")
	}
	for _, change := range []struct{ file, text, back string }{
		{"app.py", "import eventlet \n", "import eventlet\n"},
		{"requirements.txt", "gevent\n", "eventlet\n"},
		{"new.py", "", "-"},
		{"Procfile", "web: gunicorn -k eventlet app:app\n", "-"},
	} {
		write(change.file, change.text)
		if again() != nil {
			t.Errorf("found although %s has changed", change.file)
		}
		if change.back == "-" {
			os.Remove(filepath.Join(dir, change.file))
		} else {
			write(change.file, change.back)
		}
		if again() == nil {
			t.Errorf("not found after %s was changed back", change.file)
		}
	}
	write("notes.bin", "b") // nobody reads it
	if again() == nil {
		t.Error("not found although nothing that is read has changed")
	}
	if err := os.WriteFile(trace, []byte("2"), 0o666); err != nil {
		t.Fatal(err)
	}
	if again() != nil {
		t.Error("found although the trace has changed")
	}
}

// A second run prints the same, sees what was changed in between, and writes
// nothing into the project.
func TestCachedScan(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir := t.TempDir()
	app := filepath.Join(dir, "app.py")
	if err := os.WriteFile(app, []byte("import eventlet\neventlet.monkey_patch()\neventlet.sleep(1)\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	scan := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := Main(append([]string{"scan", dir}, args...), strings.NewReader(""), &out, &errs); code == exitUsage {
			t.Fatal(errs.String())
		}
		return out.String()
	}
	first := scan()
	if second := scan(); second != first {
		t.Errorf("the second run prints\n%s", second)
	}
	if fresh := scan("--no-cache"); fresh != first {
		t.Errorf("without the cache:\n%s", fresh)
	}
	if err := os.WriteFile(app, []byte("import eventlet\neventlet.monkey_patch()\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if scan() == first {
		t.Error("a change was not seen")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("the project has %d entries now", len(entries))
	}
}

// Of an environment it is enough that a file of a library has another size or time.
func TestMemoEnvironment(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	dir, env := t.TempDir(), t.TempDir()
	lib := filepath.Join(env, "lib/python3.12/site-packages/slowlib/__init__.py")
	if err := os.MkdirAll(filepath.Dir(lib), 0o777); err != nil {
		t.Fatal(err)
	}
	for _, name := range [...]string{filepath.Join(dir, "app.py"), lib} {
		if err := os.WriteFile(name, []byte("import time\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	memoOf := func(environment string) *memo {
		t.Helper()
		w, err := workspace.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		w.Environment = environment
		return newMemo("scan", []*workspace.Project{w}, "")
	}
	memoOf(env).keep(&printed{Outputs: [][]byte{[]byte("first")}}, memoOf(env))
	if memoOf(env).find() == nil {
		t.Error("not found again")
	}
	if memoOf("").find() != nil {
		t.Error("found for no environment")
	}
	if err := os.WriteFile(lib, []byte("import time, os\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if memoOf(env).find() != nil {
		t.Error("found although a library has changed")
	}
}
