package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func openWith(t *testing.T, pyproject string) (*Project, error) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"app.py": "pass\n", "pyproject.toml": pyproject} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return Open(dir)
}

func TestConfig(t *testing.T) {
	p, err := openWith(t, `
[project]
name = "x"
[tool.black]
line-length = 100
[tool.offlet]
quiet = ["mylib.text"]
facades = {"st2.spawn" = "eventlet.spawn"}
[tool.offlet.catalog."mylib.fetch"]
yields = "always"
spawns = 1
`)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Configs) != 1 {
		t.Fatalf("%d configurations", len(p.Configs))
	}
	c := &p.Configs[0]
	if c.Facades["st2.spawn"] != "eventlet.spawn" || len(c.Quiet) != 1 {
		t.Fatalf("the configuration is %+v", c)
	}
	if r := c.Catalog["mylib.fetch"]; r.Yields != "always" || r.Spawns == nil || *r.Spawns != 1 {
		t.Errorf("the record is %+v", r)
	}
	if got := c.At("mylib.fetch", "no").Error(); got != "pyproject.toml:9: mylib.fetch: no" {
		t.Errorf("At: %s", got)
	}
}

func TestConfigAbsent(t *testing.T) {
	for _, text := range []string{"", "[tool.black]\nx = 1\n", "not toml at all = = offlet\n", "# offlet\n[tool.other]\nx = 1\n"} {
		p, err := openWith(t, text)
		if err != nil || len(p.Configs) > 0 {
			t.Errorf("%q: %v, %v", text, p, err)
		}
	}
}

func TestConfigErrors(t *testing.T) {
	for text, want := range map[string]string{
		"[tool.offlet]\nfasade = 1\n":                                       "pyproject.toml:2:1: offlet has no setting tool.offlet.fasade",
		"[tool.offlet.catalog.\"a.b\"]\nyeilds = 'may'\n":                   `pyproject.toml:2:1: offlet has no setting tool.offlet.catalog."a.b".yeilds`,
		"[tool.x]\ny = 1\n[tool.offlet]\nquiet = 'a'\n":                     `pyproject.toml:4:9: tool.offlet.quiet must be a list of names, such as ["mylib.text"]`,
		"[tool.offlet]\nexclude = [1]\n":                                    `pyproject.toml:2:12: tool.offlet.exclude must be a list of patterns, such as ["tests/data", "*_pb2.py"]`,
		"[tool.offlet.catalog.\"a.b\"]\nyields = 'sometimes'\n":             `pyproject.toml:1: a.b: yields must be "never", "may" or "always", not "sometimes"`,
		"[tool.offlet.catalog.\"a.b\"]\nyields = 'may'\nspawns = 'first'\n": `pyproject.toml:3:10: tool.offlet.catalog."a.b".spawns must be the position of an argument, counted from 0`,
		"[tool.offlet]\nfacades = {\"a.b\" = 1}\n":                          `pyproject.toml:2:20: tool.offlet.facades must be a table of names, such as {"mylib.spawn" = "eventlet.spawn"}`,
	} {
		_, err := openWith(t, text)
		var input *InputError
		if !errors.As(err, &input) || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}
