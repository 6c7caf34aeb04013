package asyncio

import (
	"slices"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// inAsync reports whether a node of function f stands in a coroutine function:
// of the source's, or the one that a script's statements move into.
func (d *decisions) inAsync(f infer.FuncID, n ast.Node) bool {
	if d.p.Funcs[f].Parent < 0 {
		r := d.regions[d.p.Funcs[f].Module]
		return r != nil && r.contains(n)
	}
	return d.async[f]
}

// nested decides what becomes of green lambdas and generator expressions: a
// generator expression can only await inside of a coroutine function, and a
// lambda never.
func (d *decisions) nested() {
	p := d.p
	places := map[*infer.Module]map[infer.FuncID]bool{} // by module, see hoistable
	for id, f := range p.Funcs {
		fid := infer.FuncID(id)
		switch n := f.Node.(type) {
		case *ast.GeneratorExp:
			if d.async[id] && !f.Async && !d.inAsync(f.Parent, n) {
				d.async[id] = false
				if d.colors.Green[id] {
					d.forced[fid] = &refusal{"LEFT1", n, f.Parent, "a generator expression outside of a coroutine function cannot await"}
				}
			}
		case *ast.Lambda:
			if !d.async[id] {
				continue
			}
			if d.givesCoroutine(fid, n) {
				d.tail[fid] = true
				continue
			}
			if places[f.Module] == nil {
				places[f.Module] = d.hoistable(f.Module)
			}
			if places[f.Module][fid] && !f.Generator {
				d.hoisted[fid] = true
				continue
			}
			d.async[id] = false
			d.forced[fid] = &refusal{"LEFT1", n, f.Parent, "a lambda cannot await, and this one stands where no named function can be put before it"}
		}
	}
}

// givesCoroutine reports whether the body of a lambda is one call, that gives
// a coroutine, and nothing else in it waits.
func (d *decisions) givesCoroutine(id infer.FuncID, n *ast.Lambda) bool {
	body, ok := n.Body.(*ast.Call)
	if !ok || d.p.Funcs[id].Generator {
		return false
	}
	for _, e := range d.g.Effects[id] {
		if !d.colors.Yields(e) {
			continue
		}
		if e.Node != ast.Node(body) || e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall {
			return false
		}
		f := d.formOf(e)
		if f.maybe || f.await && f.green {
			return false
		}
	}
	return true
}

// settled reports whether the defaults of a lambda are the same before its statement,
// where a function in its place would be defined:
//
//	run(lambda n=n: fetch(n))
//	x and run(lambda y=x[0]: fetch(y))     # not if x is None
//	while (lambda m=n: fetch(m))(): n -= 1 # nor each time
func settled(args *ast.Arguments, stmt ast.Stmt) bool {
	_, again := stmt.(*ast.While)
	for _, d := range slices.Concat(args.Defaults, args.KwDefaults) {
		switch d := d.(type) {
		case nil, *ast.Constant:
		case *ast.Name:
			bound := false
			inspectOwn([]ast.Stmt{stmt}, func(n ast.Node) {
				if w, ok := n.(*ast.NamedExpr); ok && w.Target.Sym == d.Sym {
					bound = true
				}
			})
			if again || bound {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// hoistable finds the lambdas of a module that stand where a function can be defined
// just before their statement: not inside of a comprehension or another lambda,
// whose variables they may use, and in a statement that starts its line; see settled.
func (d *decisions) hoistable(m *infer.Module) map[infer.FuncID]bool {
	out := map[infer.FuncID]bool{}
	lay := migrate.NewLayout(m)
	var walk func(n ast.Node, stmt ast.Stmt, ok bool)
	walk = func(n ast.Node, stmt ast.Stmt, ok bool) {
		switch n := n.(type) {
		case *ast.Lambda:
			if ok && stmt != nil && settled(n.Args, stmt) {
				out[d.p.FuncOf(n)] = true
			}
			ok = false
		case *ast.ListComp, *ast.SetComp, *ast.DictComp, *ast.GeneratorExp:
			ok = false
		case *ast.If:
			// an elif has no line of its own before it
			stmt, ok = n, lay.FirstOnLine(n.Start) && m.Source.Text[n.Start] == 'i'
		case *ast.ClassDef, *ast.FunctionDef:
			s := n.(ast.Stmt)
			stmt, ok = s, lay.FirstOnLine(stmtStart(s))
		case ast.Stmt:
			stmt, ok = n, lay.FirstOnLine(n.Range().Start)
		}
		ast.Children(n, func(c ast.Node) { walk(c, stmt, ok) })
	}
	walk(m.AST, nil, false)
	return out
}

// exports are the module's own names that other modules use, or that its
// __all__ lists.
func (d *decisions) exports(m *infer.Module) map[int32]bool { return d.exported[m] }

func (d *decisions) readExports() map[*infer.Module]map[int32]bool {
	out := map[*infer.Module]map[int32]bool{}
	add := func(m *infer.Module, sym int32) {
		if out[m] == nil {
			out[m] = map[int32]bool{}
		}
		out[m][sym] = true
	}
	for read := range d.p.ModuleReads() { // of a module that a variable holds, too
		if m := read.Module; m != nil {
			if sym := m.Scope.Lookup(m.Scope.Of(m.AST), read.Name); sym >= 0 {
				add(m, sym)
			}
		}
	}
	for _, m := range d.p.Modules {
		for _, taken := range d.p.NamesFrom(m) {
			add(taken.Module, taken.Sym)
		}
		info := m.Scope
		top := info.Of(m.AST)
		for _, s := range m.AST.Body {
			a, ok := s.(*ast.Assign)
			if !ok || len(a.Targets) != 1 {
				continue
			}
			if name, ok := a.Targets[0].(*ast.Name); !ok || name.Id != "__all__" {
				continue
			}
			ast.Inspect(a.Value, func(n ast.Node) bool {
				if c, ok := n.(*ast.Constant); ok && c.Kind == ast.Str {
					if sym := info.Lookup(top, c.Text); sym >= 0 && info.Symbols[sym].Flags&scope.Implicit == 0 {
						add(m, sym)
					}
				}
				return true
			})
		}
	}
	return out
}
