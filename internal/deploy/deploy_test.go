package deploy

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/offlet/offlet/internal/workspace"
)

var update = flag.Bool("update", false, "write what is found into the archives")

// TestTrees reads whole trees. In each archive the file want lists what is
// found, one finding a line, and after these the problems.
func TestTrees(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(filepath.Base(name), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir, want := t.TempDir(), ""
			for _, f := range a.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				to := filepath.Join(dir, f.Name)
				if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(to, f.Data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte("x = 1\n"), 0o666); err != nil {
				t.Fatal(err)
			}
			p, err := workspace.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			got := show(Scan(p))
			if *update {
				last := &a.Files[len(a.Files)-1]
				last.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func show(r *Result) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s:%d:%d %s %s", f.Path, f.Line, f.Col, f.Kind, f.Name)
		if f.Value != "" {
			fmt.Fprintf(&b, " = %s", f.Value)
		}
		b.WriteByte('\n')
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "problem %s:%d %s\n", p.Path, p.Line, p.Message)
	}
	return b.String()
}

// TestBroken reads what is no valid file of its kind: nothing may panic, and
// what cannot be parsed is said with its place.
func TestBroken(t *testing.T) {
	for name, text := range map[string]string{
		"a.yml":            "a: [eventlet\n b: }\n- {",
		"b.yaml":           "\x00eventlet",
		"pyproject.toml":   "[project\ndependencies = ['eventlet'",
		"poetry.lock":      "[[package]]\nname = \"eventlet\nversion =",
		"Dockerfile":       "RUN <<EOF\neventlet",
		"Containerfile":    "CMD [\"-k\", \"eventlet\"\nENV\nENV eventlet\\",
		"run.sh":           "eventlet $(( `",
		"setup.cfg":        "[a\n=eventlet\n  eventlet\n:eventlet",
		"x.service":        "Environment=\"eventlet\nExecStart=\\",
		"requirements.txt": "-r\n-r ../../x.txt\n-r requirements.txt\neventlet[\n\\",
		"Procfile":         ":\neventlet",
		".env":             "=eventlet\nEVENTLET_HUB",
		"Pipfile.lock":     "{\"eventlet\": [}",
	} {
		dir := t.TempDir()
		for file, data := range map[string]string{name: text, "app.py": "x = 1\n"} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(data), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		p, err := workspace.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		r := Scan(p)
		for _, pr := range r.Problems {
			if strings.Contains(pr.Message, "runtime error") || pr.Path == "" {
				t.Errorf("%s: %v", name, pr)
			}
		}
		switch name {
		case "a.yml", "pyproject.toml", "poetry.lock", "run.sh", "Pipfile.lock":
			if len(r.Problems) == 0 || r.Problems[0].Line == 0 {
				t.Errorf("%s: not said to be broken, with a line: %v", name, r.Problems)
			}
		}
	}
}

func FuzzScan(f *testing.F) {
	for i, name := range fuzzNames {
		f.Add(i, "eventlet: "+name+" -k eventlet\n[a]\nx = \"eventlet\"\n")
	}
	f.Fuzz(func(t *testing.T, i int, text string) {
		s := &scanner{project: &workspace.Project{Root: t.TempDir()}, seen: map[string]bool{}}
		name := fuzzNames[uint(i)%uint(len(fuzzNames))]
		if err := os.WriteFile(filepath.Join(s.project.Root, name), []byte(text), 0o666); err != nil {
			t.Skip("the input cannot be written to a file: ", err)
		}
		s.file(name, false)
		for _, pr := range s.out.Problems {
			if strings.Contains(pr.Message, "runtime error") {
				t.Errorf("%s: %q: %v", name, text, pr)
			}
		}
		for _, x := range s.out.Findings {
			if x.Line < 1 || x.Col < 1 {
				t.Errorf("%s: %q: %v has no place", name, text, x)
			}
		}
	})
}

var fuzzNames = []string{"a.yml", "a.toml", "a.sh", "a.ini", "a.service", "Dockerfile", "requirements.txt", "Procfile", ".env", "uv.lock", "Makefile"}
