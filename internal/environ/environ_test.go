package environ_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/environ"
	"github.com/offlet/offlet/internal/workspace"
)

// install writes the libraries of testdata into an environment.
func install(t *testing.T) string {
	t.Helper()
	ar, err := txtar.ParseFile("testdata/libraries.txtar")
	if err != nil {
		t.Fatal(err)
	}
	env := t.TempDir()
	for _, f := range ar.Files {
		to := filepath.Join(env, "lib/python3.12/site-packages", filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return env
}

// TestJudge: what a call of a name of a library does, with the chain that proves
// it; "plain" if nothing that it reaches blocks, "unknown" if that cannot be said.
func TestJudge(t *testing.T) {
	env := install(t)
	libs := environ.For(&workspace.Project{Environment: env})
	patched := catalog.Groups{}
	for _, g := range catalog.AllGroups {
		patched[g] = true
	}
	for name, want := range map[string]string{
		"slowlib.connect": "slowlib.client.connect (slowlib/client.py:48) → slowlib.client.Connection.__init__ (slowlib/client.py:12) → socket.create_connection",
		// a class is called by its name, its methods by what calling it gives
		"slowlib.client.Connection":        "slowlib.client.Connection.__init__ (slowlib/client.py:12) → socket.create_connection",
		"slowlib.Client":                   "plain",
		"slowlib.Client().fetch":           "slowlib.client.Client.fetch (slowlib/client.py:31) → slowlib.client.Connection.ask (slowlib/client.py:22) → socket.socket.sendall",
		"slowlib.connect().ask":            "slowlib.client.Connection.ask (slowlib/client.py:22) → socket.socket.sendall",
		"slowlib.connect().__enter__":      "slowlib.client.Connection.__enter__ (slowlib/client.py:15) → socket.socket.sendall",
		"slowlib.connect().nonsense":       "unknown",
		"slowlib.Client().name":            "plain",
		"slowlib.Client().unknown":         "unknown",
		"slowlib.Client().guarded":         "plain", // the lock is never held across a yield
		"slowlib.Client().foreign":         "unknown",
		"slowlib.pages":                    "plain", // it blocks when it is iterated over
		"slowlib.pages().__next__":         "slowlib.paging.pages (slowlib/paging.py:8) → time.sleep",
		"slowlib.paging.later":             "slowlib.paging.later (slowlib/paging.py:13) → quicklib.retry → quicklib.retry (quicklib.py:9) → time.sleep",
		"slowlib.tests.test_client.helper": "unknown",
		"quicklib.sleep":                   "time.sleep",
		"quicklib.double":                  "plain",
		"space.one.wait":                   "space.one.wait (space/one/__init__.py:5) → select.select",
		"space.two.wait":                   "space.two.wait (space/two/__init__.py:5) → space.one.wait → space.one.wait (space/one/__init__.py:5) → select.select",
		"ping.ping":                        "unknown",
		"missing.function":                 "unknown",
	} {
		v := libs.Judge(name, patched)
		got := "unknown"
		switch {
		case v.Yields:
			got = strings.Join(v.Through, " → ")
		case v.Plain:
			got = "plain"
		}
		if got != want {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
	// what is not patched does not yield
	if v := libs.Judge("quicklib.sleep", catalog.Groups{"socket": true}); v.Yields {
		t.Errorf("unpatched: %v", v)
	}
	if v := libs.Judge("slowlib.connect", catalog.Groups{"socket": true}); !v.Yields {
		t.Errorf("patched: %v", v)
	}
}

func TestFind(t *testing.T) {
	root, env := t.TempDir(), install(t)
	if got := environ.Find(root); got != "" {
		t.Errorf("found %s", got)
	}
	if err := os.Rename(env, filepath.Join(root, "venv")); err != nil {
		t.Fatal(err)
	}
	if got := environ.Find(root); got != "" {
		t.Errorf("found %s, which has no pyvenv.cfg", got)
	}
	if err := os.WriteFile(filepath.Join(root, "venv", "pyvenv.cfg"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, want := environ.Find(root), filepath.Join(root, "venv"); got != want {
		t.Errorf("found %q, want %q", got, want)
	}
	for dir, good := range map[string]bool{"venv": true, "venv/lib/python3.12/site-packages": true, ".": false, "missing": false} {
		if err := environ.Check(filepath.Join(root, dir)); (err == nil) != good {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
