package asyncio

import (
	"fmt"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
)

// listed is how many findings of the gate an error lists.
const listed = 5

// gate analyses the program as it would be after the change, from nothing, and
// refuses the change if something in it is wrong: a file that does not parse,
// a coroutine that nobody awaits, a green call left in a coroutine function.
// What it finds is a bug of offlet. It returns what is known
// of the program after the change.
func gate(p *program.Program, overlay map[string][]byte) (*Analysis, error) {
	after, err := migrate.After(p, overlay)
	if err != nil {
		return nil, err
	}
	a := Analyze(after, infer.Analyze(after, catalog.For(after.Project)), nil)
	var bad []migrate.Note
	for _, m := range a.Program.Modules {
		if _, changed := overlay[m.Path]; !changed {
			continue
		}
		bad = append(bad, unawaited(a, m)...)
	}
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

// unawaited finds coroutines of a module that nobody awaits, and green calls in
// its coroutine functions.
func unawaited(a *Analysis, m *infer.Module) []migrate.Note {
	p := a.Program
	var out []migrate.Note
	parents := map[ast.Node]ast.Node{}
	var link func(n ast.Node)
	link = func(n ast.Node) {
		ast.Children(n, func(c ast.Node) {
			parents[c] = n
			link(c)
		})
	}
	link(m.AST)
	for id, f := range p.Funcs {
		if f.Module != m {
			continue
		}
		for _, e := range a.Graph.Effects[id] {
			if s := a.Colors.SeedOf(e); s != nil && f.Async && e.Call != nil && e.Call.Mode == infer.Direct && converted(s) {
				out = append(out, migrate.InFunc(p, f.ID, e.Node, "", "%s yields to the hub in a coroutine function", s.Name))
			}
			call, ok := e.Node.(*ast.Call)
			if !ok || e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall {
				continue
			}
			if !givesCoroutine(p, e) {
				continue
			}
			if !handled(p, m, parents, call) {
				out = append(out, migrate.InFunc(p, f.ID, call, "", "nobody awaits the coroutine that this call gives"))
			}
		}
	}
	return out
}

// converted reports whether a yielding call is one that offlet rewrites: in a
// coroutine function it should be gone.
func converted(s *callgraph.Seed) bool {
	return s.Symbol != nil && s.Symbol.Kind != 0 && s.Symbol.To != "" && s.Symbol.Owner == nil
}

// givesCoroutine reports whether a call gives a coroutine of the project or
// of the runtime.
func givesCoroutine(p *infer.Program, e *callgraph.Effect) bool {
	if len(e.Coroutines) > 0 {
		for _, f := range e.Coroutines {
			if !p.Funcs[f].Generator && !p.Funcs[f].ContextManager {
				return true
			}
		}
	}
	for _, id := range p.At(e.Call.Ret) {
		if p.Value(id).Kind == infer.ExtCoroutine {
			return true
		}
	}
	return false
}

// handled reports whether somebody sees to a coroutine: it is awaited, given
// to something that schedules it, or handed on as a value to somebody who
// does.
func handled(p *infer.Program, m *infer.Module, parents map[ast.Node]ast.Node, n ast.Node) bool {
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
