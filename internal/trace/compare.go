package trace

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// A Matching says which functions of a program those of a trace are.
type Matching struct {
	// Funcs has for each function of the trace those of the program that it
	// may be: none if it is not the program's, several for lambdas on one line.
	Funcs [][]infer.FuncID
	// Changed are functions of the program's files that are not where the
	// trace saw them: the file was edited since, or the code was made at run
	// time.
	Changed []int
}

// site is a place of a code object in a file.
type site struct {
	file string
	line int
	name string
}

// Match finds the functions of a trace in a program.
func Match(t *Trace, p *infer.Program, root string) *Matching {
	at := map[site][]infer.FuncID{}
	files := map[string]bool{}
	below := map[string][]string{} // paths by their last part
	for _, m := range p.Modules {
		files[m.Path] = true
		base := m.Path[strings.LastIndexByte(m.Path, '/')+1:]
		below[base] = append(below[base], m.Path)
	}
	for _, f := range p.Funcs {
		start, name := f.Node.Range().Start, f.Name
		switch n := f.Node.(type) {
		case *ast.Module:
			at[site{f.Module.Path, 0, "<module>"}] = []infer.FuncID{f.ID}
			continue
		case *ast.FunctionDef:
			start, name = n.DecoratorsStart, n.Name.Name
		case *ast.Lambda:
			name = "<lambda>"
		case *ast.GeneratorExp:
			name = "<genexpr>"
		}
		line, _ := f.Module.Source.LineCol(start)
		s := site{f.Module.Path, f.Module.Source.Origin(line), name}
		at[s] = append(at[s], f.ID)
	}
	bodies := map[site]bool{} // of classes, a part of the function around them
	for _, c := range p.Classes {
		line, _ := c.Module.Source.LineCol(c.Node.DecoratorsStart)
		bodies[site{c.Module.Path, c.Module.Source.Origin(line), c.Name}] = true
	}
	m := &Matching{Funcs: make([][]infer.FuncID, len(t.Functions))}
	for i := range t.Functions {
		fn := &t.Functions[i]
		file := fileIn(fn.File, root, files, below)
		if file == "" {
			continue
		}
		s := site{file, fn.Line, fn.Bare()}
		if s.name == "<module>" {
			s.line = 0
		}
		m.Funcs[i] = at[s]
		if len(m.Funcs[i]) == 0 && !inline(s.name) && !bodies[s] {
			m.Changed = append(m.Changed, i)
		}
	}
	return m
}

// inline reports whether a code object with this name is a part of the
// function around it, for the analysis.
func inline(name string) bool {
	switch name {
	case "<listcomp>", "<setcomp>", "<dictcomp>":
		return true
	}
	return false
}

// fileIn finds a file of a trace in a program: by its path, or by its import
// path if the traced code was installed from this tree.
func fileIn(file, root string, files map[string]bool, below map[string][]string) string {
	if files[file] {
		return file
	}
	if filepath.IsAbs(filepath.FromSlash(file)) {
		rel, err := filepath.Rel(root, filepath.FromSlash(file))
		if err != nil {
			return ""
		}
		if rel = filepath.ToSlash(rel); files[rel] {
			return rel
		}
		return ""
	}
	installed, ok := strings.CutPrefix(file, "<site>/")
	if !ok {
		return ""
	}
	if files[installed] {
		return installed
	}
	for _, p := range below[installed[strings.LastIndexByte(installed, '/')+1:]] {
		if p == "src/"+installed || p == "lib/"+installed {
			return p
		}
	}
	return ""
}

// A Seen is a function of the program on yielding stacks.
type Seen struct {
	Func  infer.FuncID
	Count int64
	// Stack and Frame are where it was seen first, in the order of the trace.
	Stack *Stack
	Frame int
}

// Seen lists the functions that stood on a stack when it yielded, in their
// order in the program. Of several that one code object may be, all are listed
// unless one of them is already green.
func (m *Matching) Seen(t *Trace, green []bool) []Seen {
	by := map[infer.FuncID]*Seen{}
	for i := range t.Stacks {
		s := &t.Stacks[i]
		if s.Kind != Yield {
			continue
		}
		counted := map[infer.FuncID]bool{}
		for j, fr := range s.Frames {
			for _, f := range m.oneOf(fr.Func, green) {
				if counted[f] {
					continue
				}
				counted[f] = true
				if by[f] == nil {
					by[f] = &Seen{Func: f, Stack: s, Frame: j}
				}
				by[f].Count += s.Count
			}
		}
	}
	out := make([]Seen, 0, len(by))
	for _, s := range by {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Seen) int { return int(a.Func) - int(b.Func) })
	return out
}

func (m *Matching) oneOf(fn int, green []bool) []infer.FuncID {
	fs := m.Funcs[fn]
	if len(fs) > 1 {
		if i := slices.IndexFunc(fs, func(f infer.FuncID) bool { return green[f] }); i >= 0 {
			return fs[i : i+1]
		}
	}
	return fs
}

// A Miss is a function that was seen to yield and that the analysis calls
// plain.
type Miss struct {
	Seen
	// Root says that everything of the program below it on that stack is
	// green: the miss does not follow from another one.
	Root bool
	// Next is what it calls there: a function of the program, or -1 and the
	// library's function Library (an index into the trace's).
	Next    infer.FuncID
	Library int
	// Effects are what the analysis knows of the line.
	Effects []*callgraph.Effect
}

// Misses lists what the analysis did not see.
func Misses(t *Trace, m *Matching, c *color.Result) []Miss {
	var out []Miss
	for _, s := range m.Seen(t, c.Green) {
		if c.Green[s.Func] {
			continue
		}
		miss := Miss{Seen: s, Next: -1, Library: -1}
		miss.Root = true
		// the stack on which it is the innermost miss, if there is one
		for i := range t.Stacks {
			st := &t.Stacks[i]
			if st.Kind != Yield {
				continue
			}
			for j := len(st.Frames) - 1; j >= 0; j-- {
				fs := m.Funcs[st.Frames[j].Func]
				if len(fs) == 0 {
					continue
				}
				if slices.Contains(fs, s.Func) {
					miss.Stack, miss.Frame = st, j
					goto found
				}
				if !c.Green[m.oneOf(st.Frames[j].Func, c.Green)[0]] {
					break
				}
			}
		}
		miss.Root = false
	found:
		if j := miss.Frame + 1; j < len(miss.Stack.Frames) {
			next := miss.Stack.Frames[j].Func
			if fs := m.oneOf(next, c.Green); len(fs) > 0 {
				miss.Next = fs[0]
			} else {
				miss.Library = next
			}
		}
		miss.Effects = effectsAt(c.Graph, s.Func, miss.Stack.Frames[miss.Frame].Line)
		out = append(out, miss)
	}
	return out
}

// effectsAt are the places of a function that stand on a line.
func effectsAt(g *callgraph.Graph, f infer.FuncID, line int) []*callgraph.Effect {
	src := g.Program.Funcs[f].Module.Source
	var out []*callgraph.Effect
	for _, e := range g.Effects[f] {
		span := e.Node.Range()
		first, _ := src.LineCol(span.Start)
		last, _ := src.LineCol(span.End)
		if src.Origin(first) <= line && line <= src.Origin(last) {
			out = append(out, e)
		}
	}
	return out
}

// Certain reports whether a function's proof nowhere rests on the name of a
// method alone.
func Certain(c *color.Result, f infer.FuncID) bool {
	seen := map[infer.FuncID]bool{}
	for f >= 0 && c.Green[f] && !seen[f] {
		seen[f] = true
		w := c.Why[f]
		if w.Possible {
			return false
		}
		f = w.Next
	}
	return true
}
