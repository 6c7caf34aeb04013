package asyncio

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// An importedName is one name that an import statement of the file binds to
// something external.
type importedName struct {
	stmt  ast.Stmt
	alias *ast.Alias
	sym   int32
	name  string // home name of what it denotes
	green bool
	// inline names are replaced where they are used, and the import goes away
	// with the last use. Others are used elsewhere too: the import itself is
	// pointed at the runtime.
	inline bool
	gone   int // how many uses of it were replaced
}

// imports are the external imports of one file.
type imports struct {
	bySym map[int32]*importedName
	all   []*importedName
	block map[ast.Stmt]int // statements in the block of an import
}

// importsOf are the external imports of a module.
func (d *decisions) importsOf(m *infer.Module) *imports { return d.imports[m.ID] }

func (d *decisions) readImports(m *infer.Module) *imports {
	im := &imports{bySym: map[int32]*importedName{}, block: map[ast.Stmt]int{}}
	exported := d.exports(m)
	var visit func(list []ast.Stmt)
	add := func(s ast.Stmt, a *ast.Alias, id *ast.Ident, n int) {
		if id.Sym < 0 {
			return
		}
		name, green, cls := d.p.StaticName(m, &ast.Name{Span: id.Span, Binding: id.Binding, Id: id.Name})
		if name == "" || cls >= 0 {
			return
		}
		in := &importedName{stmt: s, alias: a, sym: id.Sym, name: name, green: green}
		in.inline = migrate.IsImport(m, id.Sym) && !exported[id.Sym] && n > 1
		if old := im.bySym[id.Sym]; old != nil && !samePackage(old, in) { // bound twice: try … except ImportError
			old.inline = false
			in.inline = false
		}
		im.bySym[id.Sym] = in
		im.all = append(im.all, in)
		im.block[s] = n
	}
	visit = func(list []ast.Stmt) {
		for _, s := range list {
			switch s := s.(type) {
			case *ast.Import:
				for _, a := range s.Names {
					id := a.AsName
					if id == nil {
						id = &a.Name
					}
					add(s, a, id, len(list))
				}
			case *ast.ImportFrom:
				if s.Names[0].Name.Name == "*" {
					d.starNames(m, s, im)
					continue
				}
				for _, a := range s.Names {
					id := a.AsName
					if id == nil {
						id = &a.Name
					}
					add(s, a, id, len(list))
				}
			default:
				for _, b := range migrate.Blocks(s) {
					visit(b)
				}
			}
		}
	}
	visit(m.AST.Body)
	return im
}

// uses counts the uses of each name in the file, but for those that the edits of
// the first step take out, if there are any.
func (im *imports) uses(m *infer.Module, first *edit.List) map[*importedName]int {
	out := map[*importedName]int{}
	ast.Inspect(m.AST, func(n ast.Node) bool {
		if s, ok := n.(ast.Stmt); ok && first != nil && first.Replaces(s.Range().Start, s.Range().End) {
			return false
		}
		switch n := n.(type) {
		case *ast.Attribute:
			if im.servedBySubmodule(n) {
				return false
			}
		case *ast.Name:
			if in := im.bySym[n.Sym]; n.Sym >= 0 && in != nil {
				out[in]++
			}
		}
		return true
	})
	return out
}

// samePackage reports whether two imports bind one name to one package:
// `import eventlet` and `import eventlet.hubs`.
func samePackage(a, b *importedName) bool {
	_, one := a.stmt.(*ast.Import)
	_, two := b.stmt.(*ast.Import)
	return one && two && a.alias.AsName == nil && b.alias.AsName == nil && a.inline && a.name == b.name
}

// removePackage removes the `import eventlet` beside an `import eventlet.queue` that
// goes with the last use of their name.
func (im *imports) removePackage(last *importedName, remove map[*ast.Alias]bool) {
	for _, in := range im.all {
		if in != last && in.sym == last.sym && samePackage(in, last) && !strings.Contains(in.alias.Name.Name, ".") {
			remove[in.alias] = true
		}
	}
}

// servedBySubmodule reports whether `eventlet.hubs` is what `import
// eventlet.hubs` gives, or `import eventlet.hubs.asyncio`, so that it does not
// need the `import eventlet` that stands in the file too.
func (im *imports) servedBySubmodule(e *ast.Attribute) bool {
	head, ok := e.Value.(*ast.Name)
	if !ok || head.Sym < 0 {
		return false
	}
	in := im.bySym[head.Sym]
	if in == nil || in.alias == nil || in.alias.AsName != nil || in.alias.Name.Name != head.Id {
		return false
	}
	return slices.ContainsFunc(im.all, func(o *importedName) bool {
		return o.sym == head.Sym && o.alias != nil && o.alias.AsName == nil && strings.HasPrefix(o.alias.Name.Name+".", head.Id+"."+e.Attr.Name+".") && o.alias.Start < e.Start
	})
}

// starNames adds the names that a module uses of `from eventlet import *`. They
// are replaced where they are used, and the import stays.
func (d *decisions) starNames(m *infer.Module, s *ast.ImportFrom, im *imports) {
	if s.Level > 0 || s.Module == nil {
		return
	}
	for sym := range m.Scope.Symbols {
		id := int32(sym)
		if m.Scope.Symbols[sym].Flags&scope.Implicit == 0 || im.bySym[id] != nil || d.p.Catalog().Lookup(s.Module.Name+"."+m.Scope.Symbols[sym].Name) == nil {
			continue
		}
		name, green, cls := d.p.StaticName(m, &ast.Name{Span: s.Span, Binding: ast.Binding{Sym: id}, Id: m.Scope.Symbols[sym].Name})
		if name == "" || cls >= 0 || strings.HasPrefix(name, "builtins.") {
			continue
		}
		in := &importedName{sym: id, name: name, green: green, inline: true}
		im.bySym[id] = in
		im.all = append(im.all, in)
	}
}

// use notes that a use of an imported name was replaced.
func (im *imports) use(sym int32) {
	if in := im.bySym[sym]; in != nil {
		in.gone++
	}
}

// base is the name at the start of a dotted expression, if an import binds it.
func (im *imports) base(e ast.Expr) *importedName {
	for {
		switch x := e.(type) {
		case *ast.Attribute:
			e = x.Value
			continue
		case *ast.Call: // getattr(eventlet, "Timeout")
			if f, ok := x.Func.(*ast.Name); ok && f.Id == "getattr" && len(x.Args) == 2 {
				e = x.Args[0]
				continue
			}
		case *ast.Name:
			if x.Sym >= 0 {
				return im.bySym[x.Sym]
			}
		}
		return nil
	}
}

// target is what a reference to an external name becomes, or "".
func (r *rewriter) target(e ast.Expr, call bool) (sym *catalog.Symbol, to string) {
	in := r.imports.base(e)
	if in == nil {
		return nil, ""
	}
	if _, direct := e.(*ast.Name); direct && !in.inline {
		return nil, "" // the import itself is changed
	}
	name, green, cls := r.p.StaticName(r.m, e)
	if name == "" || cls >= 0 {
		return nil, ""
	}
	s := r.p.Catalog().Lookup(name)
	if s == nil || !s.Active(r.d.g.Patched, green) || r.d.staysEventlet(s) {
		return nil, ""
	}
	return s, s.ToRef(call)
}

// staysEventlet reports whether references to a name stay what they are.
func (d *decisions) staysEventlet(s *catalog.Symbol) bool {
	if s.Kind == catalog.Class && d.kept[s.Name] != nil {
		return true
	}
	return s.Kind == catalog.Function && d.givesKept(s)
}

// givesKept reports whether a call gives an instance of a kept class.
func (d *decisions) givesKept(s *catalog.Symbol) bool {
	return slices.ContainsFunc(s.Gives(), func(class string) bool {
		c := d.p.Catalog().Lookup(class)
		return c != nil && d.kept[c.Name] != nil
	})
}

// spell writes a target with the names that the file has for its modules.
func (r *rewriter) spell(to string) string {
	head, rest, _ := strings.Cut(to, ".")
	switch head {
	case "aio":
		return r.rt.Aio() + "." + rest
	case "asyncio":
		return r.rt.Asyncio() + "." + rest
	}
	return to
}

// reference replaces a reference to an Eventlet name that is not called here:
// a class in isinstance, a function handed on. It reports whether it did.
func (r *rewriter) reference(e ast.Expr, c ctx, call bool) bool {
	s, to := r.target(e, false)
	if to == "" || r.d.staysGreen(s) {
		return false
	}
	r.replace(e, s, to)
	r.done(e, c, ruleFor(s), "%s becomes %s", s.Name, to)
	return true
}

// calledReference replaces the function of a call, and returns what by.
func (r *rewriter) calledReference(e ast.Expr, c ctx, f form) string {
	s, to := r.target(e, true)
	if to == "" {
		return ""
	}
	if s.Kind == catalog.Function && s.Yields != catalog.Never && !f.await && !c.tail {
		return "" // green code calls the green function
	}
	r.replace(e, s, to)
	if s.Yields == catalog.Never {
		r.done(e, c, ruleFor(s), "%s becomes %s", s.Name, to)
	}
	return to
}

func (r *rewriter) replace(e ast.Expr, s *catalog.Symbol, to string) {
	r.replaces(s, to)
	r.e.Replace(e.Range().Start, e.Range().End, r.spell(to))
	if in := r.imports.base(e); in != nil {
		in.gone++
	}
}

// replaces notes that the file uses another name in the place of one of Eventlet.
func (r *rewriter) replaces(s *catalog.Symbol, to string) {
	if r.replaced == nil {
		r.replaced = map[string]string{}
	}
	r.replaced[s.Name] = to
}

func ruleFor(s *catalog.Symbol) string {
	switch {
	case strings.HasPrefix(s.Name, "socket.") || s.Returns == "socket.socket":
		return "AIO12"
	case s.Spawns != nil:
		return "AIO5"
	case strings.HasPrefix(s.Name, "eventlet.timeout."):
		return "AIO6"
	case s.Open:
		return "AIO20"
	case s.To == "asyncio.sleep":
		return "AIO3"
	}
	return "AIO4"
}

// staysGreen reports whether a reference to a yielding function that is not
// called where it stands keeps denoting the green one.
func (d *decisions) staysGreen(s *catalog.Symbol) bool {
	return s.Kind == catalog.Function && s.Yields != catalog.Never && d.keptValue(s)
}

// byName reports whether a call names a function of which the name is replaced
// where it is called: eventlet.sleep(1), and sleep(1) where nothing but this
// module uses its import.
func (d *decisions) byName(m *infer.Module, call *ast.Call, name string) bool {
	in := d.importsOf(m).base(call.Func)
	if in == nil {
		return false
	}
	if _, direct := call.Func.(*ast.Name); direct && !in.inline {
		return false
	}
	if from, ok := in.stmt.(*ast.ImportFrom); ok && (from.Level > 0 || from.Module != nil && !d.p.External(m, from.Module.Name)) {
		return false // a façade's name, which changes with the façade
	}
	n, _, _ := d.p.StaticName(m, call.Func)
	return n == name
}

// keptValue reports whether a yielding function that is handed around as a
// value has to stay the green one: it is given to code that offlet cannot see,
// it is read from a module that a variable holds, or green code calls it through
// a variable or is started where it is.
func (d *decisions) keptValue(s *catalog.Symbol) bool {
	if kept, known := d.keptValues.Load(s.Name); known {
		return kept.(bool)
	}
	kept := d.p.ExtEscapes[s.Name] != nil || d.fetched()[s.Name] || d.calledGreen(s)
	if d.decided {
		d.keptValues.Store(s.Name, kept)
	}
	return kept
}

// readFetched are the functions, by home name, that are read from a module that a
// variable holds, where no name can be replaced: `for m in [time, Clock()]: m.sleep(1)`.
func (d *decisions) readFetched() map[string]bool {
	out := map[string]bool{}
	for read := range d.p.ModuleReads() {
		for _, id := range d.p.At(read.Res) {
			v := d.p.Value(id)
			if v.Kind != infer.External {
				continue
			}
			s := d.p.Catalog().Lookup(d.p.Name(v))
			if s == nil || out[s.Name] {
				continue
			}
			if e, ok := read.Expr.(ast.Expr); !ok || !d.fromImport(d.p.Funcs[read.Func].Module, e) {
				out[s.Name] = true
			}
		}
	}
	return out
}

// fromImport reports whether a dotted expression, or getattr(module, "name"),
// starts with a name that nothing but imports binds.
func (d *decisions) fromImport(m *infer.Module, e ast.Expr) bool {
	if d.importsOf(m).base(e) != nil {
		return true
	}
	for {
		switch x := e.(type) {
		case *ast.Attribute:
			e = x.Value
		case *ast.Name:
			return x.Sym >= 0 && migrate.IsImport(m, x.Sym)
		default:
			return false
		}
	}
}

func (d *decisions) calledGreen(s *catalog.Symbol) bool {
	for _, effects := range d.g.Effects {
		for _, e := range effects {
			if e.Call != nil && e.Call.Via != nil && d.startedGreen(e, s) {
				return true
			}
			if e.Call == nil || e.Call.Mode != infer.Direct || !e.Seeded(s) {
				continue
			}
			call, ok := e.Node.(*ast.Call)
			if !ok || d.byName(d.p.Funcs[e.Func].Module, call, s.Name) {
				continue // judged where it is called
			}
			if !d.inAsync(e.Func, e.Node) && !d.tail[e.Func] {
				return true
			}
		}
	}
	return false
}

// startedGreen reports whether a green thread that stays Eventlet's may be started
// with a function, or a task may that is started with green code as well, which
// bridge.call_green runs.
//
//	pool.spawn(fn, *args)   # fn is time.sleep, or a function that stays synchronous
func (d *decisions) startedGreen(e *callgraph.Effect, s *catalog.Symbol) bool {
	by := d.spawner(e.Call)
	if by == nil || !slices.ContainsFunc(d.p.At(e.Call.Fn), func(id infer.ValueID) bool {
		v := d.p.Value(id)
		return v.Kind == infer.External && d.p.Catalog().Lookup(d.p.Name(v)) == s
	}) {
		return false
	}
	switch e.Call.Mode {
	case infer.Spawn:
		return d.keptSpawner(by) || slices.ContainsFunc(e.Roots, func(f infer.FuncID) bool {
			return d.forced[f] != nil && !d.p.Funcs[f].Async
		})
	case infer.Callback:
		return by.Bridge && by.Awaits || // bridge.call_green, of an earlier run
			by.Calls != nil && d.keptSpawner(by) // with_timeout(1, time.sleep, 2), with a Timeout that stays
	}
	return false
}

// finishImports removes imports that nothing uses any more, points re-exported
// names at the runtime, and adds the imports that the rewritten file needs. first
// are the edits of the first step, or nil.
func (r *rewriter) finishImports(from string, first *edit.List) {
	im := r.imports
	remove := map[*ast.Alias]bool{}
	instead := map[ast.Stmt][]string{}
	var uses map[*importedName]int
	if slices.ContainsFunc(im.all, func(in *importedName) bool { return in.gone > 0 }) {
		uses = im.uses(r.m, first)
	}
	for _, in := range im.all {
		s := r.p.Catalog().Lookup(in.name)
		if !in.inline && s != nil && s.Active(r.d.g.Patched, in.green) && !r.d.staysEventlet(s) {
			// from eventlet import GreenPool, used by other modules too
			to := s.ToRef(false)
			rest, ok := strings.CutPrefix(to, "aio.")
			if !ok || r.d.staysGreen(s) {
				continue
			}
			local := in.alias.Name.Name
			if in.alias.AsName != nil {
				local = in.alias.AsName.Name
			}
			line := rest
			if local != rest {
				line += " as " + local
			}
			if _, ok := in.stmt.(*ast.ImportFrom); ok {
				remove[in.alias] = true
				instead[in.stmt] = append(instead[in.stmt], line)
				r.replaces(s, to)
				r.res.Done = append(r.res.Done, migrate.At(r.p, r.m, in.alias, ruleFor(s), "%s becomes %s", s.Name, to))
			}
			continue
		}
		if in.inline && in.alias != nil && in.gone > 0 && in.gone >= uses[in] {
			remove[in.alias] = true
			im.removePackage(in, remove)
		}
	}
	finished := map[ast.Stmt]bool{nil: true}
	for _, in := range im.all {
		stmt := in.stmt
		if finished[stmt] {
			continue
		}
		finished[stmt] = true
		line := ""
		if names := instead[stmt]; len(names) > 0 {
			line = "from " + from + ".aio import " + strings.Join(names, ", ")
			r.takes = true
		}
		for _, o := range im.all {
			if o.stmt == stmt && remove[o.alias] && line == "" {
				r.doneImport(o.alias, "nothing uses the import of %s any more", o.name)
			}
		}
		r.removeAliases(stmt, remove, line, im.block[stmt] <= 1)
	}
}

func (r *rewriter) doneImport(n ast.Node, format string, args ...any) {
	r.res.Done = append(r.res.Done, migrate.At(r.p, r.m, n, "AIO21", format, args...))
}

// removeAliases takes names out of an import statement, and the statement with
// the last one; line is a statement that takes their place.
func (r *rewriter) removeAliases(s ast.Stmt, remove map[*ast.Alias]bool, line string, alone bool) {
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
	if left == 0 {
		switch {
		case line != "":
			r.e.Replace(span.Start, span.End, line)
		case r.vacant == nil && !alone && slices.Contains(r.m.AST.Body, s) && r.lay.FirstOnLine(span.Start) && r.lay.LastOnLine(span.End):
			r.vacant = s
		default:
			r.lay.DeleteStmt(&r.e, s, alone)
		}
		return
	}
	migrate.RemoveAliases(&r.e, names, remove)
	if line != "" {
		r.e.Insert(span.End, r.lay.Newline()+r.lay.Indent(span.Start)+line)
	}
}

// addImports puts the new import lines where an import has become vacant, or
// else where the file's imports are, and after what first puts into the file: the
// edits of the first step, or nil. Where that only replaces the name of a hub, in
// `use_hub("poll")`, the place is that of any file.
func (r *rewriter) addImports(from string, first *edit.List) {
	lines := r.rt.Imports(from)
	if r.renamed {
		if line := r.asyncContextManager(); line != "" {
			lines = append([]string{line}, lines...)
		}
	}
	nl := r.lay.Newline()
	var chosen int32 // asyncio must not be imported before the hub is chosen
	if first != nil {
		chosen = first.LastInsert()
	}
	added := func(at int32) {
		r.doneImport(&ast.Name{Span: ast.Span{Start: at, End: at}}, "what the file calls now: %s", strings.Join(lines, "; "))
	}
	if s := r.vacant; s != nil {
		span := s.Range()
		if len(lines) > 0 && span.Start >= chosen && !r.setUpAfter(s) {
			added(span.Start)
			r.e.Replace(span.Start, span.End, strings.Join(lines, nl))
			return
		}
		r.lay.DeleteStmt(&r.e, s, false)
	}
	if len(lines) == 0 {
		return
	}
	text := strings.Join(lines, nl) + nl
	at, after := migrate.ImportPlace(r.m, r.p, nil)
	if after {
		at = r.lay.NextLine(at - 1)
		if !strings.HasSuffix(r.m.Source.Text[:at], "\n") && !strings.HasSuffix(r.m.Source.Text[:at], "\r") {
			text = nl + strings.TrimSuffix(text, nl)
		}
	} else {
		text += nl
	}
	if migrate.IsDefinition(r.m, at) {
		text += nl
		if after { // """A docstring."""
			text += nl
		}
	}
	if at < chosen {
		at, text = chosen, strings.Join(lines, nl)+nl+nl
	}
	added(at)
	// the statement on the next line may be what now begins with `async def main():`
	e := r.e
	r.e = edit.List{}
	r.e.Insert(at, text)
	r.e.Append(&e)
}

// setUpAfter reports whether the module patches or chooses the hub after a
// statement: the new imports stay behind that.
func (r *rewriter) setUpAfter(s ast.Stmt) bool {
	return slices.ContainsFunc(r.m.AST.Body, func(o ast.Stmt) bool {
		return o.Range().Start > s.Range().Start && migrate.SetUp(r.m, r.p, o)
	})
}

// asyncContextManager is the import of the name that replaced contextmanager,
// where that was imported by name.
func (r *rewriter) asyncContextManager() string {
	for dotted := range migrate.Imported(r.m, r.p) {
		if dotted == "contextlib.asynccontextmanager" {
			return ""
		}
	}
	return "from contextlib import asynccontextmanager"
}
