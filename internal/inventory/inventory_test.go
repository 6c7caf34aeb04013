package inventory_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/workspace"
)

var update = flag.Bool("update", false, "write what is found into the archives")

// TestTrees takes the inventory of whole trees. The file want of each archive
// has the use case, the hazards, the settings, the façades and the entries.
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
			dir := t.TempDir()
			for _, f := range a.Files {
				to := filepath.Join(dir, f.Name)
				if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(to, f.Data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			got := show(t, dir)
			last := &a.Files[len(a.Files)-1]
			if last.Name != "want" {
				t.Fatal("the last file must be want")
			}
			if *update {
				last.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if got != string(last.Data) {
				t.Errorf("got\n%s\nwant\n%s", got, last.Data)
			}
		})
	}
}

func show(t *testing.T, dir string) string {
	t.Helper()
	p, err := workspace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	prog := program.Load(p)
	for _, pr := range prog.Problems {
		t.Error(pr.Err)
	}
	a := asyncio.Analyze(prog, steps.Infer(prog), nil)
	inv := inventory.Take(a.Program, a.Graph, a.Colors, p)
	var b strings.Builder
	fmt.Fprintf(&b, "use case %d: %s (optional: %v)\n", inv.UseCase, inv.UseCaseWhy, inv.Optional)
	ignores, bad := inventory.NewIgnores(a.Program, inv.Settings)
	for _, h := range inv.Hazards {
		ignored := ""
		if ignores.Has(h.Rule, h.Path, h.Line) {
			ignored = " (ignored)"
		}
		fmt.Fprintf(&b, "%s:%d:%d %s %s%s\n", h.Path, h.Line, h.Col, h.Rule, h.Message, ignored)
	}
	for _, h := range append(bad, ignores.Unused()...) {
		fmt.Fprintf(&b, "%s:%d:%d %s %s\n", h.Path, h.Line, h.Col, h.Rule, h.Message)
	}
	for _, s := range inv.Settings {
		fmt.Fprintf(&b, "%s:%d:%d %s %s: %s\n", s.Path, s.Line, s.Col, s.Rule, s.What, s.Text)
	}
	for _, f := range inv.Facades {
		fmt.Fprintf(&b, "façade %s: names %v, wrappers %v, %d modules, %d calls\n", f.Path, f.Names, f.Wrappers, f.Modules, f.Calls)
	}
	for _, e := range inv.Entries {
		fmt.Fprintf(&b, "entry %s (%s): %d modules, %d name Eventlet, %d of %d functions wait, depth %d\n", e.Path, e.Name, e.Modules, e.Eventlet, e.Green, e.Functions, e.Depth)
	}
	for _, u := range inv.Uses {
		if u.How == "string" {
			fmt.Fprintf(&b, "string %s:%d:%d %s\n", u.Path, u.Line, u.Col, u.Name)
		}
	}
	return b.String()
}

// TestRulesCited asks that every rule has its texts, and that everything that
// can be plugged in has an advice.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range inventory.Rules {
		if r.Title == "" || r.Why == "" || seen[r.ID] {
			t.Errorf("%s: no title, no text, or twice", r.ID)
		}
		seen[r.ID] = true
		if strings.HasPrefix(r.ID, "HAZ") && !cited(t, r.ID) {
			t.Errorf("%s: no test tree has a case of it", r.ID)
		}
	}
}

// cited reports whether some archive expects a finding of the rule.
func cited(t *testing.T, id string) bool {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, want, ok := strings.Cut(string(data), "-- want --\n"); ok && strings.Contains(want, " "+id+" ") {
			return true
		}
	}
	return false
}
