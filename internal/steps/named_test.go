package steps_test

import (
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/python/ast"
)

// TestEveryEditIsNamed: what migrate changes is in what -v lists, with a rule
// and at its line or at the start of its statement.
func TestEveryEditIsNamed(t *testing.T) {
	each(t, func(t *testing.T, project string) {
		dir := copyOf(t, project)
		p := load(t, dir)
		res, err := migrated(p)
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]map[int]bool{}
		for _, n := range res.Done {
			if n.Rule == "" || n.Message == "" {
				t.Errorf("%s:%d: a note without a rule or a message", n.Path, n.Line)
			}
			if n.Coroutine && len(n.Chain) == 0 {
				t.Errorf("%s:%d: %s: no proof that it waits", n.Path, n.Line, n.Message)
			}
			if named[n.Path] == nil {
				named[n.Path] = map[int]bool{}
			}
			named[n.Path][n.Line] = true
		}
		for _, f := range res.Change.Files {
			if f.Runtime || f.Old == nil {
				continue
			}
			m := p.ByPath(f.Path)
			first := firstLines(m.AST, func(off int32) int { line, _ := m.Source.Position(off); return line })
			old := strings.Split(string(f.Old), "\n")
			for line := range changed(string(f.Old), string(f.New)) {
				from := line
				if at, ok := first[line]; ok {
					from = at
				}
				some := false
				for l := from; l <= line; l++ {
					some = some || named[f.Path][l]
				}
				if !some {
					t.Errorf("%s:%d: changed, and -v does not say why: %s", f.Path, line, old[line-1])
				}
			}
		}
	})
}

// changed are the lines of a text that are not in the new one, whatever their
// indentation.
func changed(old, new string) map[int]bool {
	trim := func(s string) []byte {
		lines := strings.Split(s, "\n")
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		return []byte(strings.Join(lines, "\n"))
	}
	a, b := strings.Split(string(trim(old)), "\n"), strings.Split(string(trim(new)), "\n")
	out := map[int]bool{}
	for i, s := range a {
		out[i+1] = s != ""
	}
	for i, from := range edit.Origins(trim(old), trim(new)) {
		if i > 0 && i <= len(b) && from <= len(a) && a[from-1] == b[i-1] {
			delete(out, from)
		}
	}
	for line, is := range out {
		if !is {
			delete(out, line)
		}
	}
	return out
}

// firstLines maps each line of a simple statement, or of the head of a compound
// one, to its first.
func firstLines(m *ast.Module, line func(int32) int) map[int]int {
	out := map[int]int{}
	ast.Inspect(m, func(n ast.Node) bool {
		if s, ok := n.(ast.Stmt); ok {
			for l := line(s.Range().Start); l <= line(s.Range().End-1); l++ {
				out[l] = line(s.Range().Start) // inner statements come later
			}
		}
		return true
	})
	return out
}
