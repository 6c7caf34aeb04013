package drop

import (
	"strings"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// file drops Eventlet from one module.
type file struct {
	d   *dropper
	m   *infer.Module
	lay *migrate.Layout
	rt  *migrate.Runtime
	e   edit.List
	// handled are nodes below which nothing is left to look at.
	handled map[ast.Node]bool
	imports []importedName
	gone    map[int32]int // uses of a symbol that go away
	deleted map[ast.Stmt]bool
}

type importedName struct {
	stmt  ast.Stmt
	alias *ast.Alias
	sym   int32
	name  string // home name of what it denotes
}

func (f *file) left(n ast.Node, rule, format string, args ...any) {
	f.d.res.Left = append(f.d.res.Left, migrate.At(f.d.p, f.m, n, rule, format, args...))
}

func (f *file) done(n ast.Node, rule, format string, args ...any) {
	f.d.res.Done = append(f.d.res.Done, migrate.At(f.d.p, f.m, n, rule, format, args...))
}

// static is the home name of an expression, "" if it is nothing external.
func (f *file) static(e ast.Expr) string {
	name, _, cls := f.d.p.StaticName(f.m, e)
	if cls >= 0 {
		return ""
	}
	return name
}

func (f *file) run() {
	f.gone = map[int32]int{}
	f.deleted = map[ast.Stmt]bool{}
	f.statements(f.m.AST.Body)
	f.expressions()
	f.greenCode()
	f.finishImports()
	f.deletions(f.m.AST.Body, true)
}

// statements removes the set-up statements and gathers the imports.
func (f *file) statements(body []ast.Stmt) {
	for _, s := range body {
		switch s := s.(type) {
		case *ast.Import:
			for _, a := range s.Names {
				f.imported(s, a)
			}
			continue
		case *ast.ImportFrom:
			if s.Names[0].Name.Name == "*" && s.Level == 0 && s.Module != nil && (s.Module.Name == "eventlet" || strings.HasPrefix(s.Module.Name, "eventlet.")) {
				f.star(s)
				continue
			}
			for _, a := range s.Names {
				f.imported(s, a)
			}
			continue
		case *ast.ExprStmt:
			if call, ok := s.Value.(*ast.Call); ok {
				name := f.static(call.Func)
				if sym := f.d.p.Catalog().Lookup(name); sym != nil && sym.Drop == "statement" {
					f.remove(s, call)
					f.done(s, "DROP3", "%s goes away", name)
					continue
				}
			}
		case *ast.Assign:
			if f.environment(s) {
				f.remove(s, nil)
				f.forget(s)
				f.done(s, "DROP3", "a setting of Eventlet goes away")
				continue
			}
		case *ast.If:
			if migrate.HubGuard(f.m, f.d.p, s) {
				f.remove(s, nil)
				f.forget(s)
				f.done(s, "DROP3", "the choice of the hub goes away")
				continue
			}
		}
		for _, b := range migrate.Blocks(s) {
			f.statements(b)
		}
	}
}

// star removes `from eventlet import *`; where the names that it brings are
// used is listed as any other use of Eventlet. One of a green module brings
// names that offlet has not all in mind.
func (f *file) star(s *ast.ImportFrom) {
	if std, green := f.d.p.Catalog().GreenModule(s.Module.Name); green {
		f.e.Replace(s.Module.Start, s.Module.End, std)
		f.done(s, "DROP4", "%s becomes %s", s.Module.Name, std)
		return
	}
	for i := range f.m.Scope.Symbols {
		sym := &f.m.Scope.Symbols[i]
		if sym.Flags&scope.Implicit == 0 {
			continue
		}
		switch sym.Name {
		case "os", "sys", "warnings": // Eventlet imports them for itself
			f.left(s, "STAY1", "%s comes from this import; import it by its name", sym.Name)
		}
	}
	f.deleted[s] = true
}

// environment reports whether a statement is os.environ["EVENTLET_…"] = ….
func (f *file) environment(s *ast.Assign) bool {
	if len(s.Targets) != 1 {
		return false
	}
	sub, ok := s.Targets[0].(*ast.Subscript)
	if !ok || f.static(sub.Value) != "os.environ" {
		return false
	}
	key, ok := sub.Slice.(*ast.Constant)
	return ok && key.Kind == ast.Str && strings.HasPrefix(key.Text, "EVENTLET_")
}

func (f *file) remove(s ast.Stmt, call *ast.Call) {
	f.deleted[s] = true
	f.handled[s] = true
	if call != nil {
		f.forget(call)
	}
}

// deletions makes the edits for the deleted statements of a block. Those that
// share a line go in one edit, and a block of which nothing is left gets a
// pass; a module may be empty.
func (f *file) deletions(body []ast.Stmt, module bool) {
	some := module
	for _, s := range body {
		some = some || !f.deleted[s]
	}
	for i := 0; i < len(body); i++ {
		s := body[i]
		if !f.deleted[s] {
			for _, b := range migrate.Blocks(s) {
				f.deletions(b, false)
			}
			continue
		}
		run := s.Range()
		for i+1 < len(body) && f.deleted[body[i+1]] && !f.lay.FirstOnLine(body[i+1].Range().Start) {
			i++
			run.End = body[i].Range().End
		}
		f.deleteRun(run, !some)
		some = true
	}
}

// deleteRun removes statements, and the blank lines after them where there
// are blank lines before them too.
func (f *file) deleteRun(run ast.Span, alone bool) {
	text := f.m.Source.Text
	start, end := run.Start, run.End
	if !alone && f.lay.FirstOnLine(start) && f.lay.LastOnLine(end) {
		from, to := f.lay.LineStart(start), f.lay.NextLine(end)
		if blankLineBefore(text, from) {
			for int(to) < len(text) {
				next := f.lay.NextLine(to)
				if strings.TrimSpace(text[to:next]) != "" || next == to {
					break
				}
				to = next
			}
		}
		f.e.Delete(from, to)
		return
	}
	f.lay.DeleteRun(&f.e, run, alone)
}

func blankLineBefore(text string, at int32) bool {
	if at == 0 {
		return true
	}
	before := strings.TrimSuffix(strings.TrimSuffix(text[:at], "\n"), "\r")
	i := strings.LastIndexAny(before, "\r\n")
	return strings.TrimSpace(before[i+1:]) == ""
}

// forget counts the names in what is removed as gone.
func (f *file) forget(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		if name, ok := n.(*ast.Name); ok && name.Sym >= 0 {
			f.gone[name.Sym]++
		}
		return true
	})
}

func (f *file) imported(s ast.Stmt, a *ast.Alias) {
	id := &a.Name
	if a.AsName != nil {
		id = a.AsName
	}
	if id.Sym < 0 {
		return
	}
	name := f.static(&ast.Name{Span: id.Span, Binding: id.Binding, Id: id.Name})
	if name == "" {
		return
	}
	f.imports = append(f.imports, importedName{s, a, id.Sym, name})
}

// expressions rewrites the calls of the bridge and lists every other use of
// Eventlet.
func (f *file) expressions() {
	var walk func(n ast.Node, fn infer.FuncID)
	walk = func(n ast.Node, fn infer.FuncID) {
		if f.handled[n] {
			return
		}
		switch n := n.(type) {
		case *ast.FunctionDef, *ast.Lambda, *ast.GeneratorExp:
			id := f.d.p.FuncOf(n)
			ast.Children(n, func(c ast.Node) { walk(c, id) })
			return
		case *ast.Import, *ast.ImportFrom:
			return
		case *ast.Call:
			switch name := f.static(n.Func); name {
			case "os.fork", "os.forkpty", "pty.fork":
				// a person may have said to scan that it does no harm
				if line, _ := f.m.Source.Position(n.Start); f.d.belowLoop(fn) && !migrate.Ignored(f.m, "HAZ1", line) {
					f.left(n, "STAY8", "%s is called below a coroutine: the child has no running loop", name)
				}
			}
			if f.bridge(n, fn) {
				ast.Children(n, func(c ast.Node) {
					if c != ast.Node(n.Func) {
						walk(c, fn)
					}
				})
				return
			}
		case *ast.Name, *ast.Attribute:
			if f.reference(n.(ast.Expr)) {
				return
			}
		case *ast.Constant:
			if n.Kind == ast.Str && namesEventlet(n.Text) {
				f.left(n, "STAY5", "the string %q names something of Eventlet", n.Text)
			}
		}
		ast.Children(n, func(c ast.Node) { walk(c, fn) })
	}
	walk(f.m.AST, f.m.Body)
}

// bridge rewrites a call of offlet.bridge.
func (f *file) bridge(call *ast.Call, fn infer.FuncID) bool {
	name := f.static(call.Func)
	short, ok := strings.CutPrefix(name, "offlet.bridge.")
	if !ok {
		return false
	}
	body := f.d.p.Funcs[fn].Parent < 0
	to := func(target, rule, what string) {
		f.e.Replace(call.Func.Range().Start, call.Func.Range().End, target)
		f.forgetFunc(call.Func)
		f.done(call, rule, "%s", what)
	}
	switch short {
	case "call":
		if !body && !f.d.starts(fn) {
			f.left(call, "STAY4", "%s waits here for a coroutine although it is synchronous", f.d.p.Qual(fn))
			return true
		}
		if body && !f.d.entry(f.m) {
			if why := f.d.loopOfItsOwn(f.m); why != "" {
				f.left(call, "STAY4", "%s waits here for a coroutine while it is imported, on a loop that ends before that of the program starts, but %s", f.m.Name, why)
				return true
			}
		}
		to(f.rt.Asyncio()+".run("+f.rt.Aio()+".main", "DROP1", "the entry point runs the loop")
		f.e.Insert(call.End, ")")
	case "call_green":
		if why, rule := f.needsEventlet(call); why != "" {
			f.left(call, rule, "%s", why)
			return true
		}
		to(f.rt.Aio()+".to_thread", "DROP2", "the library call moves to a thread")
	case "iterate_green", "context_green":
		if f.asynchronous(call) {
			f.left(call, "STAY2", "what offlet.bridge.%s is given here may be asynchronous", short)
			return true
		}
		if short == "context_green" {
			to(f.rt.Aio()+".context_in_thread", "DROP2", "the library's context manager moves to a thread")
			break
		}
		to(f.rt.Aio()+".iterate_in_thread", "DROP2", "the library's iterator moves to a thread")
	default:
		f.left(call, "STAY1", "offlet.bridge.%s needs Eventlet", short)
	}
	return true
}

// asynchronous reports whether the first argument of a call may be an async
// iterable or context manager of the project.
func (f *file) asynchronous(call *ast.Call) bool {
	p := f.d.p
	for _, e := range f.d.byNode[call] {
		if e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Via != nil || len(e.Call.Args) == 0 {
			continue
		}
		for _, id := range p.At(e.Call.Args[0]) {
			switch v := p.Value(id); v.Kind {
			case infer.Generator, infer.ContextManager:
				if p.Funcs[v.Func()].Async {
					return true
				}
			case infer.Instance:
				for _, name := range [...]string{"__aiter__", "__aenter__"} {
					if _, _, ok := p.Method(v.Class(), name); ok {
						return true
					}
				}
			}
		}
	}
	return false
}

// needsEventlet says why what bridge.call_green calls cannot go to a thread,
// with the rule to cite.
func (f *file) needsEventlet(call *ast.Call) (why, rule string) {
	p := f.d.p
	for _, e := range f.d.byNode[call] {
		if e.Call == nil || e.Call.Mode != infer.Callback {
			continue
		}
		for _, t := range e.Coroutines {
			return "the coroutine function " + p.Funcs[t].Module.Name + "." + p.Qual(t) + " may be called through the bridge, and to_thread does not await it", "STAY2"
		}
		for _, t := range e.Targets {
			return "the green function " + p.Funcs[t].Module.Name + "." + p.Qual(t) + " is called through the bridge", "STAY2"
		}
		for i := range e.Seeds {
			s := e.Seeds[i]
			if s.Symbol != nil && (strings.HasPrefix(s.Symbol.Name, "eventlet.") || s.Symbol.Owner != nil && !s.Symbol.IsLeaf()) {
				return s.Name + " needs Eventlet", "STAY1"
			}
			if s.Symbol != nil && !s.Symbol.IsLeaf() {
				return s.Name + " is called through the bridge; what it becomes without Eventlet is for a person to decide", "STAY1"
			}
		}
		for _, name := range e.Missing {
			return name + " needs Eventlet", "STAY1"
		}
		for _, o := range e.Opaque {
			return "offlet does not know whether " + o + " blocks", "STAY3"
		}
		if e.Open && len(e.Seeds) == 0 && len(e.Targets) == 0 {
			return "what the bridge calls here is not known", "STAY3"
		}
	}
	return "", ""
}

func (f *file) forgetFunc(e ast.Expr) {
	for {
		switch x := e.(type) {
		case *ast.Attribute:
			e = x.Value
			continue
		case *ast.Name:
			if x.Sym >= 0 {
				f.gone[x.Sym]++
			}
		}
		return
	}
}

// reference lists a use of a name of Eventlet, and reports whether the
// expression was one.
func (f *file) reference(e ast.Expr) bool {
	raw := f.static(e)
	if raw == "" || strings.Contains(raw, "()") {
		return false
	}
	switch {
	case strings.HasPrefix(raw, "offlet.bridge"):
		f.left(e, "STAY1", "%s needs Eventlet", raw)
		return true
	case raw == "eventlet" || raw == "greenlet" || strings.HasPrefix(raw, "eventlet.") || strings.HasPrefix(raw, "greenlet."):
		f.left(e, "STAY1", "%s is still used", raw)
		return true
	}
	return false
}

// greenCode lists the functions that still yield: without Eventlet they would
// block the loop.
func (f *file) greenCode() {
	d := f.d
	for id, fn := range d.p.Funcs {
		if fn.Module != f.m {
			continue
		}
		for _, e := range d.g.Effects[id] {
			if s := d.colors.SeedOf(e); s != nil && !s.Bridge() { // see bridge
				f.left(e.Node, "STAY2", "%s waits by %s, which would block the loop without Eventlet", d.p.Qual(fn.ID), s.Name)
			}
			if e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall {
				continue
			}
			for _, v := range d.p.At(e.Call.Fn) {
				x := d.p.Value(v)
				if x.Kind != infer.External {
					continue
				}
				s := d.p.Catalog().Lookup(d.p.Name(x))
				if s != nil && s.Kind == catalog.Class && s.Refuse != "" && s.To == "" && s.Active(d.g.Patched, x.Green) {
					f.left(e.Node, "STAY1", "%s is patched by Eventlet, and what it becomes without it is for a person to decide", s.Name)
				}
				if s != nil && s.Open && s.To != "" && s.Active(d.g.Patched, x.Green) && !strings.HasPrefix(s.Name, "offlet.") {
					f.left(e.Node, "STAY1", "%s would be shared by all tasks without Eventlet", s.Name)
				}
			}
		}
	}
}

// finishImports turns green modules into those of the standard library and
// removes imports of Eventlet, the bridge, and what nothing uses any more.
func (f *file) finishImports() {
	uses := map[int32]int{}
	ast.Inspect(f.m.AST, func(n ast.Node) bool {
		if name, ok := n.(*ast.Name); ok && name.Sym >= 0 {
			uses[name.Sym]++
		}
		return true
	})
	byStmt := map[ast.Stmt][]importedName{}
	var order []ast.Stmt
	for _, in := range f.imports {
		if byStmt[in.stmt] == nil {
			order = append(order, in.stmt)
		}
		byStmt[in.stmt] = append(byStmt[in.stmt], in)
	}
	nl := f.lay.Newline()
	for _, s := range order {
		names := byStmt[s]
		remove := map[*ast.Alias]bool{}
		var lines []string
		for _, in := range names {
			raw := importedFrom(in.stmt, in.alias)
			switch {
			case strings.HasPrefix(raw, "eventlet.green."):
				std, _ := f.d.p.Catalog().GreenModule(raw)
				remove[in.alias] = true
				if line := f.plainImport(in, std); line != "" {
					lines = append(lines, line)
				}
				f.done(in.alias, "DROP4", "%s becomes %s", raw, std)
			case raw == "eventlet" || strings.HasPrefix(raw, "eventlet.") || raw == "greenlet" || strings.HasPrefix(raw, "greenlet."):
				remove[in.alias] = true
			case in.name == "offlet.bridge" || strings.HasPrefix(in.name, "offlet.bridge."):
				remove[in.alias] = true
			case f.gone[in.sym] > 0 && f.gone[in.sym] >= uses[in.sym]:
				remove[in.alias] = true // os, after its only use set EVENTLET_HUB
			}
		}
		f.rewriteImport(s, remove, lines)
	}
	f.addImports(nl)
}

// importedFrom is the dotted name that an alias of an import statement asks
// for.
func importedFrom(s ast.Stmt, a *ast.Alias) string {
	if from, ok := s.(*ast.ImportFrom); ok && from.Module != nil && from.Level == 0 {
		return from.Module.Name + "." + a.Name.Name
	}
	return a.Name.Name
}

// plainImport is the import of the standard library's twin of what an import
// of a green module gave.
func (f *file) plainImport(in importedName, std string) string {
	local := in.alias.Name.Name
	if in.alias.AsName != nil {
		local = in.alias.AsName.Name
	}
	switch s := in.stmt.(type) {
	case *ast.Import:
		if in.alias.AsName == nil {
			// import eventlet.green.socket: the uses say eventlet.green.socket.x
			return ""
		}
		return importAs(std, local)
	case *ast.ImportFrom:
		mod, _ := f.d.p.Catalog().GreenModule(s.Module.Name)
		if s.Module.Name == "eventlet.green" { // from eventlet.green import socket
			return importAs(std, local)
		}
		name := in.alias.Name.Name
		if sub, ok := f.d.p.Catalog().GreenModule(s.Module.Name + "." + name); ok && sub != mod+"."+name {
			return importAs(sub, local)
		}
		line := "from " + mod + " import " + name
		if local != name {
			line += " as " + local
		}
		return line
	}
	return ""
}

func importAs(module, local string) string {
	if module == local {
		return "import " + module
	}
	if parent, last, ok := cutLast(module); ok {
		if last == local {
			return "from " + parent + " import " + last
		}
	}
	return "import " + module + " as " + local
}

func cutLast(dotted string) (parent, last string, ok bool) {
	i := strings.LastIndexByte(dotted, '.')
	if i < 0 {
		return "", dotted, false
	}
	return dotted[:i], dotted[i+1:], true
}

func (f *file) rewriteImport(s ast.Stmt, remove map[*ast.Alias]bool, lines []string) {
	var names []*ast.Alias
	switch s := s.(type) {
	case *ast.Import:
		names = s.Names
	case *ast.ImportFrom:
		names = s.Names
	}
	left := 0
	for _, a := range names {
		if !remove[a] {
			left++
		}
	}
	if left == len(names) {
		return
	}
	span := s.Range()
	indent := f.lay.Indent(span.Start)
	text := strings.Join(lines, f.lay.Newline()+indent)
	if left == 0 {
		if text != "" {
			f.e.Replace(span.Start, span.End, text)
		} else {
			f.deleted[s] = true
		}
		return
	}
	migrate.RemoveAliases(&f.e, names, remove)
	if text != "" {
		f.e.Insert(span.End, f.lay.Newline()+indent+text)
	}
}

func (f *file) addImports(nl string) {
	if f.e.Len() == 0 {
		return
	}
	home := f.runtimeName()
	lines := f.rt.Imports(home)
	if len(lines) == 0 {
		return
	}
	at, after := migrate.ImportPlace(f.m, f.d.p, f.deleted)
	if !after {
		text := strings.Join(lines, nl) + nl + nl
		if migrate.IsDefinition(f.m, at) {
			text += nl
		}
		f.e.Insert(at, text)
		return
	}
	at = f.lay.NextLine(at - 1)
	f.e.Insert(at, strings.Join(lines, nl)+nl)
}

// runtimeName is the package from which the file, or another one, imports the
// runtime.
func (f *file) runtimeName() string {
	for _, m := range append([]*infer.Module{f.m}, f.d.p.Modules...) {
		for _, s := range m.AST.Body {
			if from, ok := s.(*ast.ImportFrom); ok && from.Module != nil && from.Level == 0 {
				if from.Module.Name == "_offlet" || strings.HasSuffix(from.Module.Name, "._offlet") || from.Module.Name == "offlet" {
					return from.Module.Name
				}
			}
		}
	}
	return "_offlet"
}
