package asyncio

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
)

// listed is how many findings of the gate an error lists.
const listed = 5

// gate analyses the program as it would be after the change, from nothing, and
// refuses the change if something in it is wrong: a file that does not parse,
// a coroutine that nobody awaits, a green call left in a coroutine function.
// What it finds is a bug of offlet. It returns what is known
// of the program after the change. before is the program as it was.
func gate(before *Analysis, overlay map[string][]byte) (*Analysis, error) {
	after, err := migrate.After(before.Source, overlay)
	if err != nil {
		return nil, err
	}
	a := Analyze(after, infer.Analyze(after, catalog.For(after.Project)), nil)
	was := functions(before.Program)
	made, own := make([]bool, len(a.Program.Funcs)), make([]bool, len(a.Program.Funcs))
	for id, f := range a.Program.Funcs {
		async, known := was[nameOf(a.Program, f)]
		// the main() of a module is new: that a computed name would have found it
		// is an error that the program does not have
		own[id] = !known && f.Class < 0 && f.Parent == f.Module.Body
		made[id] = f.Async && !async && !own[id]
	}
	c := &check{Analysis: a, made: made, own: own, parents: map[*infer.Module]map[ast.Node]ast.Node{}}
	for id, f := range a.Program.Funcs {
		_, changed := overlay[f.Module.Path]
		for _, e := range a.Graph.Effects[id] {
			if changed {
				c.unawaited(f, e)
			}
			c.misplaced(f, e)
		}
	}
	c.blameUnawaited(before)
	bad := c.bad
	slices.SortStableFunc(bad, func(a, b migrate.Note) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line)) })
	bad = slices.CompactFunc(bad, func(a, b migrate.Note) bool { return a.Path == b.Path && a.Line == b.Line })
	if len(bad) == 0 {
		return a, nil
	}
	var lines []string
	for i, n := range bad {
		if i == listed {
			lines = append(lines, fmt.Sprintf("and %d more", len(bad)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("%s:%d: %s", n.Path, n.Line, n.Message))
	}
	return nil, fmt.Errorf("internal error: the rewrite does not hold together, so nothing was changed; please report this:\n  %s", strings.Join(lines, "\n  "))
}

// A check looks at each place of a program after a change.
type check struct {
	*Analysis
	made []bool // by FuncID: the change has made it a coroutine function
	own  []bool // by FuncID: the change adds it
	// parents are the nodes above those of a module: see above
	parents map[*infer.Module]map[ast.Node]ast.Node
	bad     []migrate.Note
	// loose are the coroutines that nobody awaits and that the change did not make:
	// see blameUnawaited.
	loose []loose
}

// A loose coroutine is one that a call in a function gives and nobody awaits.
type loose struct {
	in *infer.Func
	at *ast.Call
	of string
}

func (c *check) found(f *infer.Func, at ast.Node, format string, args ...any) {
	c.bad = append(c.bad, migrate.InFunc(c.Program, f.ID, at, "", format, args...))
}

// unawaited finds a coroutine that nobody awaits, and a green call in a
// coroutine function.
func (c *check) unawaited(f *infer.Func, e *callgraph.Effect) {
	if s := c.Colors.SeedOf(e); s != nil && f.Async && e.Call != nil && e.Call.Mode == infer.Direct && converted(s) {
		c.found(f, e.Node, "%s yields to the hub in a coroutine function", s.Name)
	}
	call, ok := e.Node.(*ast.Call)
	if !ok || e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall {
		return
	}
	of, made, gives := c.givesCoroutine(e)
	switch {
	case !gives || c.handled(f.Module, call):
	case made:
		c.found(f, call, "nobody awaits the coroutine that this call of %s gives", of)
	default:
		c.loose = append(c.loose, loose{f, call, of})
	}
}

// blameUnawaited finds the loose coroutines that are more than the program had
// before. What may be called at a place is more than what is, and a project may have
// coroutines of its own there:
//
//	class Socket:                  # of the synchronous server and of the other one
//	    def receive(self):
//	        self.server.trigger()
func (c *check) blameUnawaited(before *Analysis) {
	if len(c.loose) == 0 {
		return
	}
	type place struct {
		in funcName
		of string
	}
	b := &check{Analysis: before, made: make([]bool, len(before.Program.Funcs)), own: make([]bool, len(before.Program.Funcs)), parents: map[*infer.Module]map[ast.Node]ast.Node{}}
	for id, f := range before.Program.Funcs {
		for _, e := range before.Graph.Effects[id] {
			b.unawaited(f, e)
		}
	}
	had := map[place]int{}
	for _, l := range b.loose {
		had[place{nameOf(b.Program, l.in), l.of}]++
	}
	for _, l := range c.loose {
		at := place{nameOf(c.Program, l.in), l.of}
		if had[at]--; had[at] < 0 {
			c.found(l.in, l.at, "nobody awaits the coroutine that this call of %s gives", l.of)
		}
	}
}

// A funcName names a function of the program before and after a change.
type funcName struct{ path, qual string }

func nameOf(p *infer.Program, f *infer.Func) funcName {
	return funcName{f.Module.Path, p.Qual(f.ID)}
}

// functions says of each function of a program whether it is a coroutine function.
func functions(p *infer.Program) map[funcName]bool {
	out := map[funcName]bool{}
	for _, f := range p.Funcs {
		name := nameOf(p, f)
		out[name] = out[name] || f.Async
	}
	return out
}

// misplaced finds a place where a function that the change has made a coroutine
// function is called by something that awaits nothing: an operator,
// sorted(key=…), a plain for over an asynchronous generator, a native thread.
func (c *check) misplaced(f *infer.Func, e *callgraph.Effect) {
	for _, called := range slices.Concat(e.Coroutines, e.Roots) {
		if !c.made[called] {
			continue
		}
		if how := c.awaitless(f.Module, e, c.Program.Funcs[called]); how != "" {
			c.found(f, e.Node, "%s %s, which is a coroutine function now", how, c.Program.Qual(called))
		}
	}
}

// awaitless says what at a place calls a coroutine function without a way to
// await it, "" if it is awaited or can be.
func (c *check) awaitless(m *infer.Module, e *callgraph.Effect, f *infer.Func) string {
	p := c.Program
	switch {
	case e.With != nil:
		if !e.With.Stmt.Async {
			return "a plain with enters"
		}
	case e.Iter != nil:
		for _, id := range p.At(e.Iter.Obj) {
			if v := p.Value(id); v.Kind != infer.Generator || !p.Funcs[v.Func()].Async {
				return "" // what a plain iteration can go through
			}
		}
		switch n := e.Iter.Expr.(type) {
		case *ast.For:
			if n.Async {
				return ""
			}
		case *ast.Comprehension:
			if n.Async {
				return ""
			}
		case *ast.Call:
			if name, _, _ := p.StaticName(m, n.Func); !strings.HasPrefix(name, "builtins.") || name == "builtins.anext" || name == "builtins.aiter" {
				return "" // of a library's function it is not known what it iterates over
			}
		}
		return "a plain iteration goes through"
	case e.Call.Mode == infer.Thread:
		return "a native thread runs"
	case e.Call.Mode == infer.Spawn || e.Call.Mode == infer.Link:
		switch name := viaOf(p, e.Call); strings.Split(name, ".")[0] {
		case "eventlet", "threading", "_thread", "concurrent", "multiprocessing":
			return name + " runs"
		}
	case e.Call.Mode == infer.Callback:
		if name := viaOf(p, e.Call); strings.HasPrefix(name, "builtins.") && !e.Call.Lazy {
			return name + " calls"
		}
	case e.Call.Op == infer.OpBinary, e.Call.Op == infer.OpSet, e.Call.Op == infer.OpSetItem, e.Call.Op == infer.OpDelItem:
		return "an operator, a builtin or an assignment calls"
	case e.Call.Op == infer.OpEnter, e.Call.Op == infer.OpExit, e.Call.Op == infer.OpIter, e.Call.Op == infer.OpNext:
		if !strings.HasPrefix(f.Name, "__a") {
			return "Python itself calls"
		}
	case e.Call.Decorator:
		return "a decorator is"
	case e.Call.Mode == infer.Direct && !f.Generator && !f.ContextManager: // a call, a property, a subscript
		if !c.handled(m, e.Node) {
			return "nobody awaits"
		}
	}
	return ""
}

// viaOf is the dotted name of the external function that makes a call, "" if it
// is not one alone.
func viaOf(p *infer.Program, c *infer.Call) string {
	if c.Via == nil {
		return ""
	}
	vals := p.At(c.Via.Fn)
	if len(vals) != 1 || p.Value(vals[0]).Kind != infer.External {
		return ""
	}
	return p.Name(p.Value(vals[0]))
}

// above gives the parent of each node of a module.
func (c *check) above(m *infer.Module) map[ast.Node]ast.Node {
	if parents := c.parents[m]; parents != nil {
		return parents
	}
	parents := map[ast.Node]ast.Node{}
	var link func(n ast.Node)
	link = func(n ast.Node) {
		ast.Children(n, func(child ast.Node) {
			parents[child] = n
			link(child)
		})
	}
	link(m.AST)
	c.parents[m] = parents
	return parents
}

// converted reports whether a yielding call is one that offlet rewrites: in a
// coroutine function it should be gone.
func converted(s *callgraph.Seed) bool {
	return s.Symbol != nil && s.Symbol.Kind != 0 && s.Symbol.To != "" && s.Symbol.Owner == nil
}

// givesCoroutine reports whether a call gives a coroutine of the project or
// of the runtime, and of which function: one that the change made, if there is any.
//
// Where a computed name finds many functions, those that the change adds are not
// meant.
func (c *check) givesCoroutine(e *callgraph.Effect) (of string, made, gives bool) {
	p := c.Program
	alone := len(p.At(e.Call.Fn)) == 1
	for _, f := range e.Coroutines {
		if p.Funcs[f].Generator || p.Funcs[f].ContextManager || !alone && c.own[f] {
			continue
		}
		if !gives || c.made[f] {
			of, made, gives = p.Funcs[f].Module.Name+"."+p.Qual(f), c.made[f], true
		}
		if made {
			return of, made, gives
		}
	}
	if gives {
		return of, made, gives
	}
	for _, id := range p.At(e.Call.Ret) {
		if v := p.Value(id); v.Kind == infer.ExtCoroutine {
			return p.Name(v), false, true
		}
	}
	return "", false, false
}

// handled reports whether somebody sees to a coroutine: it is awaited, given
// to something that schedules it, or handed on as a value to somebody who
// does.
func (c *check) handled(m *infer.Module, n ast.Node) bool {
	p, parents := c.Program, c.above(m)
	for {
		up := parents[n]
		switch u := up.(type) {
		case *ast.Await:
			return true
		case *ast.Return, *ast.Lambda:
			return true // what calls it gets the coroutine; that call is judged itself
		case *ast.IfExp:
			if u.Test == n {
				return false
			}
		case *ast.Call:
			if n == ast.Node(u.Func) {
				return false
			}
			switch name, _, _ := p.StaticName(m, u.Func); name {
			case "builtins.print", "builtins.str", "builtins.repr", "builtins.len", "builtins.int", "builtins.float", "builtins.bool":
				return false // wants the value, and awaits nothing
			}
			return true // given to a function: spawn, gather, bridge.call, an own scheduler
		case *ast.Keyword, *ast.Starred:
		case *ast.Assign, *ast.AnnAssign, *ast.NamedExpr:
			return true // kept for later: the await of the variable is its own
		case *ast.List, *ast.Tuple, *ast.Set, *ast.Dict, *ast.ListComp, *ast.SetComp, *ast.DictComp, *ast.GeneratorExp:
			return true
		case *ast.Yield:
			return true
		default:
			return false
		}
		n = up
	}
}
