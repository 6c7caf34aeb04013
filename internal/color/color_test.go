package color_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/workspace"
)

// TestColors: in each program of testdata every function says its colour in a
// comment at the end of its def line. `# plain` never yields; `# green` may,
// and what stands behind it is the chain that proves it: the functions called,
// and then the call that yields. `# possible` is green by a method's name alone.
func TestColors(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs: ", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(f)
			if err != nil {
				t.Fatal(err)
			}
			check(t, ar)
		})
	}
}

// colored writes the files of an archive and colours them as a program. It also gives
// their lines.
func colored(t *testing.T, ar *txtar.Archive) (*color.Result, map[string][]string) {
	t.Helper()
	dir := t.TempDir()
	lines := map[string][]string{}
	for _, f := range ar.Files {
		to := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
		lines[f.Name] = strings.Split(string(f.Data), "\n")
	}
	w, err := workspace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := program.Load(w)
	if len(p.Problems) > 0 {
		t.Fatal(p.Problems[0].Err)
	}
	ip := infer.Analyze(p, catalog.Default())
	return color.Compute(callgraph.Build(ip, callgraph.Patched(ip), nil)), lines
}

func check(t *testing.T, ar *txtar.Archive) {
	r, lines := colored(t, ar)
	ip := r.Graph.Program
	seen := 0
	for id, f := range ip.Funcs {
		if f.Parent < 0 {
			continue
		}
		line, _ := f.Module.Source.Position(f.Node.Range().Start)
		_, want, ok := strings.Cut(lines[f.Module.Path][line-1], "# ")
		if !ok {
			continue // lambdas and generator expressions on lines of others
		}
		seen++
		if got := describe(r, ip, infer.FuncID(id)); got != want {
			t.Errorf("%s:%d: %s is %s, want %s\n%s", f.Module.Path, line, ip.Qual(f.ID), got, want, strings.Join(r.Proof(f.ID), "\n  → "))
		}
	}
	// a comment that belongs to no function would check nothing
	comments := 0
	for _, list := range lines {
		for _, l := range list {
			if _, c, ok := strings.Cut(l, "# "); ok && (strings.HasPrefix(c, "plain") || strings.HasPrefix(c, "green") || strings.HasPrefix(c, "possible")) {
				comments++
			}
		}
	}
	if seen != comments || seen == 0 {
		t.Errorf("%d functions were checked, but there are %d comments", seen, comments)
	}
}

func describe(r *color.Result, p *infer.Program, f infer.FuncID) string {
	if !r.Green[f] {
		return "plain"
	}
	out := []string{"green"}
	for i, s := range r.Chain(f) {
		if i > 0 {
			out = append(out, p.Qual(s.Func))
		}
		if s.Seed != nil {
			out = append(out, s.Seed.Name)
		}
		if r.Why[s.Func].Possible {
			out[0] = "possible"
		}
	}
	return strings.Join(out, " ")
}

// TestDeterministic: the same programs give the same proofs at every run.
func TestDeterministic(t *testing.T) {
	var all []string
	files, _ := filepath.Glob("testdata/*.txtar")
	sort.Strings(files)
	for range 2 {
		var got strings.Builder
		for _, f := range files {
			ar, err := txtar.ParseFile(f)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for _, f := range ar.Files {
				to := filepath.Join(dir, filepath.FromSlash(f.Name))
				os.MkdirAll(filepath.Dir(to), 0o777)
				if err := os.WriteFile(to, f.Data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			w, err := workspace.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			ip := infer.Analyze(program.Load(w), catalog.Default())
			r := color.Compute(callgraph.Build(ip, callgraph.Patched(ip), nil))
			for id := range ip.Funcs {
				fmt.Fprintln(&got, r.Proof(infer.FuncID(id)))
			}
		}
		all = append(all, got.String())
	}
	if all[0] != all[1] {
		t.Errorf("two runs give two results:\n%s\n---\n%s", all[0], all[1])
	}
}
