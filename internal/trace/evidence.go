package trace

import (
	"fmt"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
)

// Rules are those of what a trace adds to an analysis.
var Rules = []migrate.Rule{
	{
		ID: "TRACE1", Title: "observed to yield, not seen by the analysis",
		Why: "A trace that was given to offlet has a stack that gave up control to Eventlet's hub, with a function on it that the source alone does not show to yield: " +
			"something calls back, is found by a computed name, comes from a library that offlet does not know, or was replaced at run time. " +
			"With the trace the place is taken to be a yielding call. Without it offlet would leave the function as it is, and in a coroutine it would run as green code through the bridge. " +
			"If the call is a library's, say in pyproject.toml that it may yield, with the table [tool.offlet.catalog.\"mylib.fetch\"] and in it yields = \"may\"; if it is your own code, a direct call in place of the computed one lets every later run see it.",
	},
}

// An Evidence is what a trace says of a program.
type Evidence struct {
	// Functions of the program that stood on a yielding stack. Of these the
	// analysis had Proved some, Guessed some by the name of a method alone, and
	// not seen the others.
	Functions int `json:"functions"`
	Proved    int `json:"proved"`
	Guessed   int `json:"guessed"`
	// Unseen are the places from which the analysis did not see a yield.
	Unseen []migrate.Note `json:"unseen"`
	// Changed counts functions that are no longer where the trace saw them.
	Changed int `json:"changed"`
}

// Confirm compares a trace with the colours of a graph. The places that were
// seen to yield and that the analysis calls plain become yielding calls of the
// graph.
func Confirm(t *Trace, g *callgraph.Graph, root string) *Evidence {
	m := Match(t, g.Program, root)
	c := color.Compute(g)
	e := &Evidence{Unseen: []migrate.Note{}, Changed: len(m.Changed)}
	for _, s := range m.Seen(t, c.Green) {
		e.Functions++
		switch {
		case !c.Green[s.Func]:
		case Certain(c, s.Func):
			e.Proved++
		default:
			e.Guessed++
		}
	}
	told := map[infer.FuncID]bool{}
	for {
		added := false
		for _, miss := range Misses(t, m, c) {
			if !miss.Root || told[miss.Func] {
				continue
			}
			told[miss.Func] = true
			added = true
			frame := miss.Stack.Frames[miss.Frame]
			name := miss.called(t, g.Program)
			if at := miss.place(name); at != nil {
				at.Yields(callgraph.Seed{Name: name + " (traced)", Recv: -1})
			}
			e.Unseen = append(e.Unseen, miss.note(g.Program, frame.Line, name))
		}
		if !added {
			return e
		}
		c = color.Compute(g)
	}
}

// called names what the function called there.
func (s *Miss) called(t *Trace, p *infer.Program) string {
	switch {
	case s.Next >= 0:
		return p.Funcs[s.Next].Module.Name + "." + p.Qual(s.Next)
	case s.Library >= 0:
		for _, f := range s.Stack.Frames[s.Frame+1:] {
			fn := &t.Functions[f.Func]
			file := strings.TrimSuffix(strings.TrimSuffix(fn.File, ".py"), "/__init__")
			file = strings.TrimPrefix(strings.TrimPrefix(file, "<site>/"), "<stdlib>/")
			if file[0] == '<' {
				continue // <string>, <frozen importlib._bootstrap>: look for what it ran
			}
			return strings.ReplaceAll(file, "/", ".") + "." + strings.ReplaceAll(fn.Name, ".<locals>", "")
		}
	}
	return "Eventlet's hub"
}

// place picks the call, of those on the line, that yielded: one by the name of
// what was called, else the outermost of those that the analysis knows least
// about.
func (s *Miss) place(name string) *callgraph.Effect {
	bare := name[strings.LastIndexByte(name, '.')+1:]
	var best *callgraph.Effect
	rank := func(e *callgraph.Effect) int {
		call, ok := e.Node.(*ast.Call)
		n := 0
		if ok {
			n++
			switch f := call.Func.(type) {
			case *ast.Attribute:
				if f.Attr.Name == bare {
					n += 4
				}
			case *ast.Name:
				if f.Id == bare {
					n += 4
				}
			}
		}
		if e.Open || len(e.Opaque)+len(e.Missing) > 0 {
			n += 2
		}
		return n
	}
	for _, e := range s.Effects {
		switch {
		case best == nil || rank(e) > rank(best):
			best = e
		case rank(e) == rank(best) && e.Node.Range().Contains(best.Node.Range()):
			best = e
		}
	}
	return best
}

func (s *Miss) note(p *infer.Program, line int, name string) migrate.Note {
	f := p.Funcs[s.Func]
	times := "once"
	if s.Count > 1 {
		times = fmt.Sprintf("%d times", s.Count)
	}
	return migrate.Note{
		Rule: "TRACE1", Path: f.Module.Path, Line: f.Module.Source.Origin(line), Col: 1, Func: p.Qual(s.Func),
		Message: fmt.Sprintf("was seen to yield here through %s, %s; the analysis does not see it", name, times),
	}
}
