// Package migrate has what the three steps share: what a step reports, the
// rules it cites, and the names under which a rewritten file reaches offlet's
// runtime. Each step is a package of its own below this one.
package migrate

import (
	"fmt"
	"slices"
	"sort"

	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// A Rule is one thing that offlet does, or refuses to do. Its texts are what
// `offlet explain` and the documentation show.
type Rule struct {
	ID    string // HUB1, AIO3, DROP2, …
	Title string // one line
	From  string // the Eventlet shape, as code; may be empty
	To    string // the shape that it becomes, as code; empty for a refusal
	Why   string // why it is the same; for a refusal, why not and what to do
}

// A Note is something that a step says about one place.
type Note struct {
	Rule    string `json:"rule"`
	Path    string `json:"path"`
	Line    int    `json:"line"` // 1-based
	Col     int    `json:"col"`  // 1-based, in characters
	Func    string `json:"function,omitempty"`
	Message string `json:"message"`
	// Chain is the proof: main.run → pool.fetch → socket.recv.
	Chain []string `json:"chain,omitempty"`
	// Coroutine says that a function becomes one that gives a coroutine or an
	// async generator.
	Coroutine bool `json:"-"`
}

// A Result is what a step found and would do.
type Result struct {
	Change *edit.Change
	// Done are the rewrites made, Left the places that a person must look at.
	Done []Note
	Left []Note
}

// Complete reports whether nothing is left for a person.
func (r *Result) Complete() bool { return len(r.Left) == 0 }

// Sort puts the notes in the order of their places.
func (r *Result) Sort() {
	for _, list := range [][]Note{r.Done, r.Left} {
		sort.SliceStable(list, func(i, j int) bool {
			a, b := list[i], list[j]
			switch {
			case a.Path != b.Path:
				return a.Path < b.Path
			case a.Line != b.Line:
				return a.Line < b.Line
			case a.Col != b.Col:
				return a.Col < b.Col
			case a.Rule != b.Rule:
				return a.Rule < b.Rule
			}
			return a.Message < b.Message
		})
	}
	r.Left = dedupe(r.Left)
	r.Done = dedupe(r.Done)
}

func dedupe(list []Note) []Note {
	out := list[:0]
	for i, n := range list {
		if i > 0 && n.Rule == list[i-1].Rule && n.Path == list[i-1].Path && n.Line == list[i-1].Line && n.Col == list[i-1].Col && n.Message == list[i-1].Message {
			continue
		}
		out = append(out, n)
	}
	return out
}

// At makes a note on a node of a module.
func At(p *infer.Program, m *infer.Module, n ast.Node, rule, format string, args ...any) Note {
	line, col := m.Source.Position(n.Range().Start)
	return Note{Rule: rule, Path: m.Path, Line: m.Source.Origin(line), Col: col, Message: fmt.Sprintf(format, args...)}
}

// InFunc is At for a place in a function, which the note names.
func InFunc(p *infer.Program, f infer.FuncID, n ast.Node, rule, format string, args ...any) Note {
	note := At(p, p.Funcs[f].Module, n, rule, format, args...)
	note.Func = p.Qual(f)
	return note
}

// After is a program with files replaced as a step has rewritten them. That
// each of them is still Python is the least that a rewrite must keep.
func After(p *program.Program, files map[string][]byte) (*program.Program, error) {
	after := program.Overlay(p, files)
	for _, pr := range after.Problems {
		if _, changed := files[pr.Path]; changed {
			return nil, fmt.Errorf("internal error: the rewritten %s is not valid Python: %w; nothing was changed, please report this", pr.Path, pr.Err)
		}
	}
	return after, nil
}

// Rewrite applies edits to a module and gives the file's new bytes, in the
// file's encoding.
func Rewrite(m *infer.Module, edits *edit.List) ([]byte, error) {
	if !m.Source.Exact {
		return nil, fmt.Errorf("%s: its encoding (%s) does not give back the same bytes, so it cannot be edited; convert it to UTF-8 first", m.Path, m.Source.Encoding)
	}
	text, err := edits.Apply(m.Source.Text)
	if err != nil {
		return nil, fmt.Errorf("internal error: %s: %w", m.Path, err)
	}
	data, err := m.Source.Encode(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Path, err)
	}
	return data, nil
}

// Unused returns the first of the names that no scope of the module binds or
// uses, so that a new global of that name cannot clash.
func Unused(m *infer.Module, names ...string) string {
	used := func(name string) bool {
		return slices.ContainsFunc(m.Scope.Symbols, func(s scope.Symbol) bool { return s.Name == name })
	}
	for _, n := range names {
		if !used(n) {
			return n
		}
	}
	for i := 2; ; i++ {
		n := fmt.Sprintf("%s_%d", names[len(names)-1], i)
		if !used(n) {
			return n
		}
	}
}
