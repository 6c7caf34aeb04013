package steps_test

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/workspace"
)

// programs are the projects that e2e takes through all steps.
const programs = "../../e2e/programs"

type step func(*program.Program) (*migrate.Result, error)

func hubbed(p *program.Program) (*migrate.Result, error) { return steps.Hub(p, steps.Infer(p)) }

func migrated(p *program.Program) (*migrate.Result, error) {
	return steps.Migrate(p, steps.Infer(p), steps.Options{})
}

func dropped(p *program.Program) (*migrate.Result, error) { return steps.Drop(p, steps.Infer(p)) }

func load(t *testing.T, dir string) *program.Program {
	t.Helper()
	w, err := workspace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return program.Load(w)
}

func run(t *testing.T, dir string, s step) *migrate.Result {
	t.Helper()
	res, err := s(load(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func write(t *testing.T, dir string, s step) {
	t.Helper()
	if err := run(t, dir, s).Change.Write(); err != nil {
		t.Fatal(err)
	}
}

// tree is every file below a directory.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func same(t *testing.T, what string, a, b map[string]string) {
	t.Helper()
	for name, text := range a {
		if other, ok := b[name]; !ok {
			t.Errorf("%s: %s is only in the first", what, name)
		} else if other != text {
			t.Errorf("%s: %s differs", what, name)
		}
	}
	for name := range b {
		if _, ok := a[name]; !ok {
			t.Errorf("%s: %s is only in the second", what, name)
		}
	}
}

func copyOf(t *testing.T, dir string) string {
	t.Helper()
	out := t.TempDir()
	if err := os.CopyFS(out, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return out
}

// each runs a test on every program.
func each(t *testing.T, f func(t *testing.T, project string)) {
	list, err := os.ReadDir(programs)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 {
		t.Fatal("no programs")
	}
	for _, d := range list {
		t.Run(d.Name(), func(t *testing.T) {
			t.Parallel()
			f(t, filepath.Join(programs, d.Name(), "project"))
		})
	}
}

func diff(t *testing.T, c *edit.Change) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Diff(&b, edit.Style{}, true); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestMigrateBringsTheHub: migrate on a program that has not switched hubs
// gives what hub and then migrate give. Where nothing moves to asyncio there is no
// reason to switch hubs, and nothing moves after hub either.
func TestMigrateBringsTheHub(t *testing.T) {
	each(t, func(t *testing.T, project string) {
		one, two := copyOf(t, project), copyOf(t, project)
		write(t, one, migrated)
		write(t, two, hubbed)
		if maps.Equal(tree(t, one), tree(t, project)) {
			write(t, one, hubbed)
		}
		write(t, two, migrated)
		same(t, "migrate against hub and migrate", tree(t, one), tree(t, two))
	})
}

// TestAgain: a step that was made has nothing more to do.
func TestAgain(t *testing.T) {
	each(t, func(t *testing.T, project string) {
		dir := copyOf(t, project)
		for _, s := range []struct {
			name string
			step step
		}{{"hub", hubbed}, {"migrate", migrated}, {"drop", dropped}} {
			write(t, dir, s.step)
			if d := diff(t, run(t, dir, s.step).Change); d != "" {
				t.Errorf("%s again:\n%s", s.name, d)
			}
		}
	})
}

// TestDeterministic: the same program gives the same change and the same
// notes, in the same order, at every run.
func TestDeterministic(t *testing.T) {
	each(t, func(t *testing.T, project string) {
		dir := copyOf(t, project)
		for _, s := range []step{hubbed, migrated, dropped} {
			a, b := run(t, dir, s), run(t, dir, s)
			if diff(t, a.Change) != diff(t, b.Change) {
				t.Errorf("two runs give two changes:\n%s\n---\n%s", diff(t, a.Change), diff(t, b.Change))
			}
			for name, pair := range map[string][2][]migrate.Note{"done": {a.Done, b.Done}, "left": {a.Left, b.Left}} {
				if len(pair[0]) != len(pair[1]) {
					t.Errorf("%s: %d notes and %d", name, len(pair[0]), len(pair[1]))
					continue
				}
				for i := range pair[0] {
					if pair[0][i].Message != pair[1][i].Message || pair[0][i].Rule != pair[1][i].Rule || pair[0][i].Line != pair[1][i].Line {
						t.Errorf("%s: note %d is %v and %v", name, i, pair[0][i], pair[1][i])
					}
				}
			}
			if err := a.Change.Write(); err != nil {
				t.Fatal(err)
			}
		}
	})
}
