package e2e

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/cli"
	"github.com/offlet/offlet/internal/python/pythontest"
)

// pythons are the interpreter with Eventlet and the one without it.
func pythons(t *testing.T) (eventlet, bare string) {
	t.Helper()
	return pythontest.Eventlet(t)
}

// TestPrograms takes every program through the three steps and runs it after
// each.
func TestPrograms(t *testing.T) {
	eventlet, bare := pythons(t)
	dirs, err := filepath.Glob("programs/*/expect.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(dirs) == 0 {
		t.Fatal("no programs")
	}
	for _, d := range dirs {
		dir := filepath.Dir(d)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			spec, err := ReadSpec(dir)
			if err != nil {
				t.Fatal(err)
			}
			steps(t, dir, spec, eventlet, bare)
		})
	}
}

// steps runs one program on Eventlet and then after each step.
func steps(t *testing.T, dir string, spec *Spec, eventlet, bare string) {
	ctx := context.Background()
	project := filepath.Join(t.TempDir(), "project")
	if err := os.CopyFS(project, os.DirFS(filepath.Join(dir, "project"))); err != nil {
		t.Fatal(err)
	}
	if keep := os.Getenv("OFFLET_KEEP"); keep != "" {
		project = filepath.Join(keep, filepath.Base(dir))
		os.RemoveAll(project)
		if err := os.CopyFS(project, os.DirFS(filepath.Join(dir, "project"))); err != nil {
			t.Fatal(err)
		}
	}
	want, err := Execute(ctx, eventlet, dir, project, spec)
	if err != nil {
		t.Fatalf("on Eventlet: %v", err)
	}
	if want.Exit != spec.Exit {
		t.Fatalf("on Eventlet it ends with %d, expect.yaml says %d; stderr:\n%s", want.Exit, spec.Exit, tail(want.Stderr))
	}
	var cited strings.Builder
	for _, step := range []struct {
		name, python string
		args         []string
	}{
		{"hub", eventlet, []string{"hub"}},
		{"migrate", eventlet, []string{"migrate", "--all"}},
		{"drop", bare, []string{"drop"}},
	} {
		code, out := run(append(step.args, "--write", project)...)
		cited.WriteString(out)
		if code != spec.Offlet[step.name] {
			t.Fatalf("offlet %s ended with %d, expect.yaml says %d:\n%s", step.name, code, spec.Offlet[step.name], tail(out))
		}
		if step.name == "drop" && code != 0 {
			break // it refused: the program is as it was
		}
		got, err := Execute(ctx, step.python, dir, project, spec)
		if err != nil {
			t.Fatalf("after %s: %v\n%s", step.name, err, shown(project))
		}
		if diff := Compare(want, got, spec); diff != "" {
			t.Fatalf("after %s: %s\n%s", step.name, diff, shown(project))
		}
		// a second run has nothing to do
		if code2, again := run(append(step.args, "--json", project)...); !strings.Contains(again, `"files": []`) {
			t.Errorf("a second offlet %s still finds something to do (exit %d):\n%s", step.name, code2, tail(again))
		}
		if step.name == "migrate" {
			for _, text := range spec.Contains {
				if !strings.Contains(source(project), text) {
					t.Errorf("the migrated source does not hold %q", text)
				}
			}
		}
		if step.name == spec.Last {
			break
		}
	}
	for _, rule := range spec.Left {
		if !strings.Contains(cited.String(), rule) {
			t.Errorf("offlet never cited %s:\n%s", rule, tail(cited.String()))
		}
	}
}

func run(args ...string) (int, string) {
	var out bytes.Buffer
	code := cli.Main(args, strings.NewReader(""), &out, &out)
	return code, out.String()
}

// shown is the text of a project's own files for a failing test, where
// OFFLET_SOURCE asks for it.
func shown(project string) string {
	if os.Getenv("OFFLET_SOURCE") == "" {
		return ""
	}
	return source(project)
}

// source is the text of a project's own files.
func source(project string) string {
	out, _ := exec.Command("sh", "-c", `cd "$0" && find . -name '*.py' -not -path '*/_offlet/*' | sort | while read f; do echo "=== $f"; cat -A "$f" | sed 's/\$$//' ; done`, project).Output()
	return string(out)
}
