package asyncio

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// A region is a run of statements of a script that move into one coroutine
// function, because they wait.
type region struct {
	guard       *ast.If // `if __name__ == "__main__":` that holds them; nil for the module body
	first, last ast.Stmt
	span        ast.Span
	name        string
}

func (r *region) contains(n ast.Node) bool { return r.span.Contains(n.Range()) }

// entries decides for each script whether its statements move into a
// coroutine, and notes modules that wait while they are imported.
func (d *decisions) entries(res *migrate.Result) {
	d.regions = map[*infer.Module]*region{}
	for _, m := range d.p.Modules {
		d.entry(m, res)
	}
}

// hotPlaces are the effects of a module body that wait, or need the loop.
func (d *decisions) hotPlaces(m *infer.Module) []*callgraph.Effect {
	var out []*callgraph.Effect
	done := len(d.generators(m.Body)) == 0
	for _, e := range d.g.Effects[m.Body] {
		if d.waitsItself(e) {
			continue
		}
		hot := d.colors.Yields(e) || e.NeedsLoop || d.closes(e)
		for _, t := range e.Targets {
			hot = hot || d.colors.NeedsLoop[t] || d.becomes(t)
		}
		if hot {
			out = append(out, e)
			done = done && d.waitsByBridge(e)
		}
	}
	if done {
		return nil
	}
	return out
}

// waitsByBridge reports whether a place waits for a coroutine through the bridge and
// does nothing else that waits: if all of a module do, there is nothing to do.
//
//	bridge.call(main())
func (d *decisions) waitsByBridge(e *callgraph.Effect) bool {
	return len(e.Seeds) > 0 && len(e.Targets) == 0 && !slices.ContainsFunc(e.Seeds, func(s callgraph.Seed) bool { return !s.Bridge() })
}

// hot counts the places of a statement of the module body that wait, or do
// something that needs the loop; hot are those of the whole body.
func (d *decisions) hot(m *infer.Module, hot []*callgraph.Effect, s ast.Stmt) (places int, simple bool) {
	span := s.Range()
	simple = true
	seen := map[ast.Node]bool{}
	for _, e := range hot {
		if seen[e.Node] || !span.Contains(e.Node.Range()) {
			continue
		}
		seen[e.Node] = true
		places++
		if e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall {
			simple = false
			continue
		}
		// only the call of a coroutine function of the project is bridged as it
		// stands; anything else, a spawn for example, needs the loop around it
		for _, t := range e.Targets {
			if !d.becomes(t) {
				simple = false
			}
		}
		if len(e.Targets) == 0 || len(e.Seeds) > 0 {
			simple = false
		}
	}
	for _, f := range d.generators(m.Body) {
		if span.Contains(f.Node.Range()) {
			places, simple = places+1, false
		}
	}
	return places, simple
}

// generators are the generator expressions of a function that yield to the hub.
func (d *decisions) generators(in infer.FuncID) []*infer.Func {
	if d.greenGenerators == nil {
		d.greenGenerators = map[infer.FuncID][]*infer.Func{}
		for id, f := range d.p.Funcs {
			if _, ok := f.Node.(*ast.GeneratorExp); ok && d.colors.Green[id] {
				d.greenGenerators[f.Parent] = append(d.greenGenerators[f.Parent], f)
			}
		}
	}
	return d.greenGenerators[in]
}

func (d *decisions) entry(m *infer.Module, res *migrate.Result) {
	hot := d.hotPlaces(m)
	if len(hot)+len(d.generators(m.Body)) == 0 {
		return
	}
	guard := program.MainGuard(m.AST)
	var top, inner []ast.Stmt
	places, simple := 0, true
	for _, s := range m.AST.Body {
		if guard != nil && s == ast.Stmt(guard) {
			for _, b := range guard.Body {
				if n, one := d.hot(m, hot, b); n > 0 {
					inner = append(inner, b)
					places += n
					simple = simple && one
				}
			}
			continue
		}
		if n, one := d.hot(m, hot, s); n > 0 {
			top = append(top, s)
			places += n
			simple = simple && one
		}
	}
	if len(top) == 0 && len(inner) == 0 {
		return
	}
	if len(top) > 0 && !d.isScript(m) {
		for _, s := range top {
			d.importTime(m, s, res)
		}
		top = nil
		if len(inner) == 0 {
			return
		}
	}
	if d.staysBelow(m, hot) {
		return
	}
	if places == 1 && simple && len(top)+len(inner) == 1 {
		s := append(top, inner...)[0]
		switch s.(type) {
		case *ast.ExprStmt, *ast.Assign, *ast.AnnAssign, *ast.Raise:
			return // bridge.call(main())
		}
	}
	r := &region{}
	switch {
	case len(top) == 0:
		r.guard, r.first, r.last = guard, inner[0], inner[len(inner)-1]
	default:
		r.first, r.last = top[0], top[len(top)-1]
		if len(inner) > 0 {
			if guard.Start < r.first.Range().Start {
				r.first = guard
			}
			if guard.End > r.last.Range().End {
				r.last = guard
			}
		}
	}
	lay := migrate.NewLayout(m)
	block := m.AST.Body
	if r.guard != nil {
		block = r.guard.Body
	}
	// whole lines: what shares a line with the first or last statement comes along
	start, end := stmtStart(r.first), r.last.Range().End
	for _, s := range block {
		if stmtStart(s) < start && lay.NextLine(s.Range().End-1) > lay.LineStart(start) {
			start = stmtStart(s)
		}
		if s.Range().End > end && lay.LineStart(s.Range().Start) < lay.NextLine(end-1) {
			end = s.Range().End
		}
	}
	r.span = ast.Span{Start: start, End: end}
	for _, s := range block {
		if !r.contains(s) {
			continue
		}
		if imp, ok := s.(*ast.ImportFrom); ok && len(imp.Names) == 1 && imp.Names[0].Name.Name == "*" || isFuture(s) {
			d.importTime(m, s, res)
			return
		}
	}
	if s, why := d.unmovable(m, block, r); s != nil {
		if res != nil {
			res.Left = append(res.Left, migrate.At(d.p, m, s, "LEFT3", "%s", why))
		}
		return
	}
	r.name = migrate.Unused(m, "main", "_main", "program_main")
	d.regions[m] = r
}

// staysBelow reports whether all that waits in the body of a module are calls of
// functions that stay synchronous: a coroutine around them would await nothing but
// them.
//
//	if __name__ == "__main__":
//	    main()
func (d *decisions) staysBelow(m *infer.Module, hot []*callgraph.Effect) bool {
	return len(d.generators(m.Body)) == 0 && !slices.ContainsFunc(hot, func(e *callgraph.Effect) bool {
		return e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall || len(e.Targets) == 0 ||
			len(e.Seeds)+len(e.Possible)+len(e.Named)+len(e.Coroutines)+len(e.Opaque) > 0 ||
			slices.ContainsFunc(e.Targets, func(f infer.FuncID) bool { return d.forced[f] == nil || d.p.Funcs[f].Name == "__init__" })
	})
}

// unmovable finds a statement of a region that does not do the same in a function:
// exec("x = 1") binds a variable of the module, and in a function none.
func (d *decisions) unmovable(m *infer.Module, block []ast.Stmt, r *region) (at ast.Node, why string) {
	annotations := strings.Contains(m.Source.Text, "__annotations__") || strings.Contains(m.Source.Text, "get_type_hints")
	if d.stops[m.Body] {
		return r.first, "the program's statements cannot move into a coroutine: they catch a StopIteration, which cannot leave one"
	}
	for _, s := range block {
		if !r.contains(s) {
			continue
		}
		visit := func(n ast.Node) {
			switch n := n.(type) {
			case *ast.Call:
				name, _, _ := d.p.StaticName(m, n.Func)
				switch {
				case name == "builtins.exec" && len(n.Args) < 2, len(n.Args) == 0 && (name == "builtins.locals" || name == "builtins.vars" || name == "builtins.dir"):
					at, why = n, "the program's statements cannot move into a coroutine: "+strings.TrimPrefix(name, "builtins.")+"() here is about the variables of the module"
				}
			case *ast.AnnAssign:
				if annotations {
					at, why = n, "the program's statements cannot move into a coroutine: the module asks for its annotations"
				}
			}
		}
		visit(s)
		own(s, visit)
		if at != nil {
			return at, why
		}
	}
	return nil, ""
}

func isFuture(s ast.Stmt) bool {
	f, ok := s.(*ast.ImportFrom)
	return ok && f.Module != nil && f.Module.Name == "__future__"
}

func stmtStart(s ast.Stmt) int32 {
	switch s := s.(type) {
	case *ast.FunctionDef:
		return s.DecoratorsStart
	case *ast.ClassDef:
		return s.DecoratorsStart
	}
	return s.Range().Start
}

func (d *decisions) importTime(m *infer.Module, s ast.Stmt, res *migrate.Result) {
	if res == nil {
		return
	}
	note := migrate.At(d.p, m, s, "LEFT3", "%s waits while it is imported", m.Name)
	res.Left = append(res.Left, note)
}

// isScript reports whether a module is run and not imported: nothing in the
// project imports it, or it is a __main__ module.
func (d *decisions) isScript(m *infer.Module) bool {
	if m.Script || strings.HasSuffix(m.Name, "__main__") {
		return true
	}
	return !d.imported()[m] && !d.p.MayBeImported(m)
}

// imported are the modules that other modules import.
func (d *decisions) imported() map[*infer.Module]bool {
	if d.importedBy == nil {
		d.importedBy = map[*infer.Module]bool{}
		for _, m := range d.p.Modules {
			for _, target := range d.p.ImportsOf(m) {
				if target != m {
					d.importedBy[target] = true
				}
			}
		}
	}
	return d.importedBy
}

// wrap moves the region of a script into a coroutine function.
func (r *rewriter) wrap(reg *region) {
	lay, nl, unit := r.lay, r.lay.Newline(), r.lay.Unit()
	start := lay.LineStart(reg.span.Start)
	end := lay.NextLine(reg.span.End - 1)
	indent := lay.Indent(reg.span.Start)
	head := indent + "async def " + reg.name + "():" + nl
	if names := r.globals(reg); len(names) > 0 {
		r.annotatedGlobals(reg, names)
		head += indent + unit + "global " + strings.Join(names, ", ") + nl
	}
	if reg.guard == nil {
		head = strings.Repeat(nl, 2-blankBefore(r.m.Source.Text, start)) + head
	}
	// the header comes before what indents its first line
	e := r.e
	r.e = edit.List{}
	r.e.Insert(start, head)
	lay.IndentLines(&r.e, start, end, unit)
	r.e.Append(&e)
	tail := nl + indent + r.rt.Bridge() + ".call(" + reg.name + "())" + nl
	if reg.guard == nil {
		tail = nl + tail
	}
	if int(end) == len(r.m.Source.Text) && !strings.HasSuffix(r.m.Source.Text, "\n") {
		tail = nl + tail
		tail = strings.TrimSuffix(tail, nl)
	}
	if end > 0 && strings.ContainsAny(r.m.Source.Text[end-1:end], "\r\n") {
		// what is inserted at the start of the next line belongs to that
		e = r.e
		r.e = edit.List{}
		r.e.Insert(end, tail)
		r.e.Append(&e)
	} else {
		r.e.Insert(end, tail)
	}
	r.res.Done = append(r.res.Done, migrate.At(r.p, r.m, reg.first, "AIO14", "the statements that wait move into the coroutine function %s", reg.name))
}

// blankBefore is how many blank lines, of the two that a definition has, stand
// before a line already.
func blankBefore(text string, at int32) int {
	before := strings.TrimRight(text[:at], " \t\r\n")
	if before == "" {
		return 2 // the start of the file
	}
	return min(2, strings.Count(text[len(before):at], "\n")-1)
}

// globals are the names that the region binds and that something outside of it
// uses, and those of builtins: until it binds one, the name means the builtin.
func (r *rewriter) globals(reg *region) []string {
	info := r.m.Scope
	bound := map[int32]bool{}
	usedOutside := map[int32]bool{}
	module := info.Of(r.m.AST)
	isModule := func(sym int32) bool { return sym >= module.SymStart && sym < module.SymEnd }
	dynamic := false
	ast.Inspect(r.m.AST, func(n ast.Node) bool {
		inside := reg.contains(n)
		note := func(b ast.Binding, store bool) {
			if b.Sym < 0 || !isModule(b.Sym) {
				return
			}
			if inside && store {
				bound[b.Sym] = true
			}
			if !inside {
				usedOutside[b.Sym] = true
			}
		}
		switch n := n.(type) {
		case *ast.Name:
			note(n.Binding, n.Ctx != ast.Load)
			switch n.Id {
			case "globals", "locals", "vars", "exec", "eval", "dir":
				if n.Sym >= 0 && info.Symbols[n.Sym].Flags&scope.Implicit != 0 {
					dynamic = true
				}
			}
		case *ast.FunctionDef: // its __qualname__ stays what it is, for pickle and repr
			note(n.Name.Binding, true)
			usedOutside[n.Name.Sym] = usedOutside[n.Name.Sym] || isModule(n.Name.Sym)
		case *ast.ClassDef:
			note(n.Name.Binding, true)
			usedOutside[n.Name.Sym] = usedOutside[n.Name.Sym] || isModule(n.Name.Sym)
		case *ast.Alias:
			if n.AsName != nil {
				note(n.AsName.Binding, true)
			} else {
				note(n.Name.Binding, true)
			}
		case *ast.ExceptHandler:
			if n.Name != nil {
				note(n.Name.Binding, true)
			}
		case *ast.Global:
			for _, id := range n.Names {
				note(id.Binding, true)
			}
		case *ast.MatchAs:
			if n.Name != nil {
				note(n.Name.Binding, true)
			}
		case *ast.MatchStar:
			if n.Name != nil {
				note(n.Name.Binding, true)
			}
		case *ast.MatchMapping:
			if n.Rest != nil {
				note(n.Rest.Binding, true)
			}
		}
		return true
	})
	// what a function refers to by `global x`, or reads, inside of the region
	// works through the closure; a rebinding function needs the global
	exported := r.d.exports(r.m)
	var names []string
	for sym := module.SymStart; sym < module.SymEnd; sym++ {
		if !bound[sym] {
			continue
		}
		s := info.Symbols[sym]
		if usedOutside[sym] || dynamic || exported[sym] || s.Flags&scope.Rebound != 0 || infer.IsBuiltin(s.Name) || strings.HasPrefix(s.Name, "__") {
			names = append(names, s.Name)
		}
	}
	return names
}

// annotatedGlobals finds annotated assignments of the region whose target is
// declared global, which Python forbids, and drops the annotations.
func (r *rewriter) annotatedGlobals(reg *region, names []string) {
	ast.Inspect(r.m.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FunctionDef, *ast.ClassDef, *ast.Lambda:
			return false
		case *ast.AnnAssign:
			name, ok := n.Target.(*ast.Name)
			if !ok || !reg.contains(n) || !slices.Contains(names, name.Id) {
				return true
			}
			r.res.Done = append(r.res.Done, migrate.At(r.p, r.m, n, "AIO14", "the annotation of %s goes: it is global in the coroutine function", name.Id))
			if n.Value != nil {
				r.e.Delete(n.Target.Range().End, n.Annotation.Range().End)
			} else {
				r.e.Replace(n.Start, n.End, "pass")
			}
		}
		return true
	})
}
