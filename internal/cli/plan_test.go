package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/cli"
)

// TestPlanMoves checks on the programs that e2e takes through all steps that a
// plan moves exactly the functions that migrate turns into coroutine functions,
// in steps that come after what they have to.
func TestPlanMoves(t *testing.T) {
	dirs, err := filepath.Glob("../../e2e/programs/*/project")
	if err != nil || len(dirs) < 50 {
		t.Fatal("no programs", err)
	}
	all := 0
	for _, dir := range dirs {
		t.Run(filepath.Base(filepath.Dir(dir)), func(t *testing.T) {
			var moved struct {
				Done []struct {
					Rule, Path, Message string
					Line                int
				}
			}
			run(t, &moved, "migrate", "--all", "--hosted", "--json", dir)
			var want []string
			for _, n := range moved.Done {
				switch {
				case n.Rule == "AIO1", n.Rule == "AIO11" && strings.Contains(n.Message, "becomes an async generator"),
					n.Rule == "AIO14" && strings.HasPrefix(n.Message, "its body"):
					want = append(want, fmt.Sprintf("%s:%d", n.Path, n.Line))
				}
			}
			for _, order := range []string{"leaf", "root"} {
				var p planDocument
				run(t, &p, "plan", "--hosted", "--order", order, "--json", dir)
				var got []string
				seen := map[string]int{}
				for _, s := range p.Steps {
					if seen[s.Unit] != 0 {
						t.Errorf("%s: two units are called %s", order, s.Unit)
					}
					seen[s.Unit] = s.Step
					for _, f := range s.Functions {
						if f.Kind == "function" || f.Kind == "start" {
							got = append(got, fmt.Sprintf("%s:%d", f.Path, f.Line))
						}
					}
				}
				slices.Sort(want)
				slices.Sort(got)
				if !slices.Equal(got, want) {
					t.Errorf("%s: the plan moves\n  %v, migrate\n  %v", order, got, want)
				}
				all += len(got)
				for _, s := range p.Steps {
					for _, c := range s.Calls {
						if at := seen[c]; at == 0 || order == "leaf" && at > s.Step && !s.inTests() || order == "root" && at < s.Step && !s.inTests() {
							t.Errorf("%s: step %d calls %s, which is step %d", order, s.Step, c, at)
						}
					}
				}
			}
		})
	}
	if all == 0 {
		t.Error("nothing moves")
	}
}

// planDocument is what the test reads of a plan.
type planDocument struct {
	Steps []planStep
}

type planStep struct {
	Step      int
	Unit      string
	Calls     []string
	Functions []planFunction
}

type planFunction struct {
	Path, Kind string
	Line       int
}

// inTests reports whether a function of the unit may be one of tests, which
// come last.
func (s *planStep) inTests() bool {
	return slices.ContainsFunc(s.Functions, func(f planFunction) bool { return strings.Contains(f.Path, "test") })
}

// run runs a command of which the output is JSON.
func run(t *testing.T, to any, args ...string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := cli.Main(args, os.Stdin, &out, &errs); code > 1 {
		t.Fatalf("%v: exit code %d\n%s", args, code, errs.String())
	}
	if err := json.Unmarshal(out.Bytes(), to); err != nil {
		t.Fatal(err)
	}
}
