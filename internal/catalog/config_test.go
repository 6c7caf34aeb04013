package catalog

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/workspace"
)

func open(t *testing.T, pyproject string) *workspace.Project {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"app.py": "pass\n", "pyproject.toml": pyproject} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, err := workspace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFor(t *testing.T) {
	p := open(t, `
[tool.offlet]
quiet = ["mylib.text"]
facades = {"st2.spawn" = "eventlet.spawn"}
[tool.offlet.catalog."mylib.fetch"]
yields = "always"
[tool.offlet.catalog."mylib.later"]
spawns = 1
refuse = "use spawn_after"
`)
	if err := Check(p); err != nil {
		t.Fatal(err)
	}
	c := For(p)
	if s := c.Lookup("st2.spawn"); s == nil || s.Name != "eventlet.greenthread.spawn" {
		t.Errorf("the façade is %+v", s)
	}
	if s := c.Lookup("mylib.fetch"); s == nil || !s.Green(Groups{}, false) {
		t.Errorf("the record is %+v", s)
	}
	if s := c.Lookup("mylib.later"); s == nil || s.Spawns == nil || s.Spawns.Arg != 1 || c.Reason(s) != "use spawn_after" {
		t.Errorf("the record is %+v", s)
	}
	if !c.Quiet("mylib.text.wrap") || c.Quiet("mylib.other") {
		t.Error("quiet")
	}
	if For(p) != c {
		t.Error("the catalogue is made again")
	}
	if Default().Lookup("mylib.fetch") != nil || Default().Lookup("st2.spawn") != nil || Default().Quiet("mylib.text") {
		t.Error("the built-in catalogue was changed")
	}
	if For(open(t, "")) != Default() {
		t.Error("a project that says nothing has a catalogue of its own")
	}
}

func TestCheck(t *testing.T) {
	for text, want := range map[string]string{
		"[tool.offlet.facades]\n\"a.b\" = \"eventlet.nothing\"\n":      "pyproject.toml:2: a.b: eventlet.nothing is no function or class",
		"[tool.offlet.facades]\n\"time.sleep\" = \"eventlet.sleep\"\n": "pyproject.toml:2: time.sleep: offlet has a record of this name itself",
		"[tool.offlet.catalog.\"socket.socket\"]\nyields = \"may\"\n":  "pyproject.toml:1: socket.socket: offlet has a record of this name itself",
		"[tool.offlet.catalog]\n\"fetch\" = {yields = \"may\"}\n":      "pyproject.toml:2: fetch: a record needs a name with its module",
		"[tool.offlet.catalog]\n\"a.b\" = {patched = \"sockets\"}\n":   "pyproject.toml:2: a.b: monkey_patch has no argument sockets",
		"[tool.offlet.catalog]\n\"a.b\" = {spawns = -1}\n":             "pyproject.toml:2: a.b: positions of arguments are counted from 0",
		"[tool.offlet.catalog]\n\n\"a.b\" = {spawns = 0, calls = 1}\n": "pyproject.toml:3: a.b: spawns and calls exclude each other",
	} {
		err := Check(open(t, text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}
