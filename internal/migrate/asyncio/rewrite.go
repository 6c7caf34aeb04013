package asyncio

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
)

// rewriter rewrites one module, while others are rewritten: what it finds out it
// keeps to itself, until it is asked to tell.
type rewriter struct {
	d   *decisions
	p   *infer.Program
	m   *infer.Module
	lay *migrate.Layout
	e   edit.List
	// vacant is an import of Eventlet that nothing needs any more, where the new
	// imports go.
	vacant ast.Stmt
	// callbacks counts the lambdas that became functions.
	callbacks int
	// before are insertions that come before all others at their place.
	before edit.List
	rt     *migrate.Runtime
	res    migrate.Result // its notes
	// replaced are the names that it replaces: see decisions
	replaced map[string]string
	// places are the effects of each place. Most is asked of one place after the
	// other: at is the last one, with its effects here.
	places map[ast.Node][]*callgraph.Effect
	at     ast.Node
	here   []*callgraph.Effect

	imports *imports
	region  *region // the statements of a script that move into a coroutine
	item    string  // the variable of comprehensions that offlet makes
	nexts   int     // how many next() were rewritten so far
	renamed bool    // contextlib.asynccontextmanager is needed
	takes   bool    // an import takes names of offlet.aio
}

// ctx is where the walk is.
type ctx struct {
	fn    infer.FuncID
	async bool     // a coroutine function: await is possible here
	stmt  ast.Stmt // the innermost statement
	// tail marks the body of a lambda that gives a coroutine: it is not awaited.
	tail bool
	// awaited marks the operand of an await that is already there.
	awaited bool
}

func (r *rewriter) done(n ast.Node, c ctx, rule, format string, args ...any) {
	r.res.Done = append(r.res.Done, migrate.InFunc(r.p, c.fn, n, rule, format, args...))
}

func (r *rewriter) left(n ast.Node, c ctx, rule, format string, args ...any) {
	note := migrate.InFunc(r.p, c.fn, n, rule, format, args...)
	r.res.Left = append(r.res.Left, note)
}

// effects are the effects of a place.
func (r *rewriter) effects(n ast.Node) []*callgraph.Effect {
	if n != r.at {
		r.at, r.here = n, r.places[n]
	}
	return r.here
}

// ---- statements

func (r *rewriter) module() {
	r.places = r.d.effectsIn(r.m)
	c := ctx{fn: r.m.Body}
	for _, s := range r.m.AST.Body {
		r.topLevel(s, c)
	}
	r.places, r.at, r.here = nil, nil, nil
	r.before.Append(&r.e)
	r.e = r.before
	if r.region != nil {
		r.wrap(r.region)
	}
}

// effectsIn are the effects of each place of a module.
func (d *decisions) effectsIn(m *infer.Module) map[ast.Node][]*callgraph.Effect {
	funcs, n := d.p.FuncsOf(m), 0
	for _, f := range funcs {
		n += len(d.g.Effects[f.ID])
	}
	out := make(map[ast.Node][]*callgraph.Effect, n)
	for _, f := range funcs {
		effects := d.g.Effects[f.ID]
		for i, e := range effects {
			if at := out[e.Node]; at != nil {
				out[e.Node] = append(at, e)
			} else { // nearly all places have one
				out[e.Node] = effects[i : i+1 : i+1]
			}
		}
	}
	return out
}

// topLevel walks a statement of the module body; those of the region that
// becomes a coroutine are walked as its body.
func (r *rewriter) topLevel(s ast.Stmt, c ctx) {
	if migrate.HubGuard(r.m, r.p, s) {
		return // of the first step
	}
	if g, ok := s.(*ast.If); ok && r.region != nil && r.region.guard == g {
		c.stmt = s
		r.expr(g.Test, c, false)
		for _, b := range g.Body {
			inner := c
			inner.async = r.region.contains(b)
			r.stmt(b, inner)
		}
		r.stmts(g.Orelse, c)
		return
	}
	if r.region != nil && r.region.guard == nil {
		c.async = r.region.contains(s)
	}
	r.stmt(s, c)
}

func (r *rewriter) stmts(list []ast.Stmt, c ctx) {
	for _, s := range list {
		r.stmt(s, c)
	}
}

func (r *rewriter) stmt(s ast.Stmt, c ctx) {
	c.stmt = s
	switch s := s.(type) {
	case *ast.FunctionDef:
		r.function(s, c)
	case *ast.ClassDef:
		for _, d := range s.Decorators {
			r.expr(d, c, false)
		}
		for _, b := range s.Bases {
			r.expr(b, c, false)
		}
		for _, k := range s.Keywords {
			r.expr(k.Value, c, false)
		}
		inner := c
		inner.async = false // a class body cannot await
		r.stmts(s.Body, inner)
	case *ast.Assign:
		r.unpacked(s.Targets, s.Value, c)
		for _, t := range s.Targets {
			r.expr(t, c, false)
		}
	case *ast.For:
		r.expr(s.Target, c, false)
		r.iterated(s, s.Iter, c, c, func(async bool) {
			if async {
				r.e.Insert(s.Start, "async ")
			}
		})
		r.stmts(s.Body, c)
		r.stmts(s.Orelse, c)
	case *ast.With:
		r.with(s, c)
	case *ast.Try:
		mark := r.nexts
		r.stmts(s.Body, c)
		rewritten := r.nexts > mark
		for _, h := range s.Handlers {
			if h.Type != nil {
				if rewritten {
					r.stopIteration(h.Type, c)
				} else {
					r.expr(h.Type, c, false)
				}
			}
			r.stmts(h.Body, c)
		}
		r.stmts(s.Orelse, c)
		r.stmts(s.Finalbody, c)
	case *ast.Import, *ast.ImportFrom:
		// see imports
	case *ast.AugAssign:
		r.augmented(s, c)
	case *ast.ExprStmt:
		if call, ok := s.Value.(*ast.Call); ok && r.fills(call, s, c, false) {
			return
		}
		if y, ok := s.Value.(*ast.YieldFrom); ok && c.async && r.asyncGenerator(c.fn) {
			r.yieldFrom(s, y, c)
			return
		}
		r.expr(s.Value, c, false)
	case *ast.If:
		r.expr(s.Test, c, false)
		r.stmts(s.Body, c)
		r.stmts(s.Orelse, c)
	case *ast.While:
		r.expr(s.Test, c, false)
		r.stmts(s.Body, c)
		r.stmts(s.Orelse, c)
	case *ast.Match:
		r.expr(s.Subject, c, false)
		for _, k := range s.Cases {
			r.pattern(k.Pattern, c)
			if k.Guard != nil {
				r.expr(k.Guard, c, false)
			}
			r.stmts(k.Body, c)
		}
	case *ast.Raise:
		if s.Exc != nil {
			if name, ok := s.Exc.(*ast.Name); ok && r.raisesStop(name, c) {
				r.stopAsync(name, c)
				return
			}
			if call, ok := s.Exc.(*ast.Call); ok {
				if name, ok := call.Func.(*ast.Name); ok && r.raisesStop(name, c) {
					r.stopAsync(name, c)
					for _, a := range call.Args {
						r.expr(a, c, false)
					}
					return
				}
			}
		}
		r.children(s, c)
	default:
		r.children(s, c)
	}
}

func (r *rewriter) children(n ast.Node, c ctx) {
	ast.Children(n, func(ch ast.Node) {
		switch ch := ch.(type) {
		case ast.Stmt:
			r.stmt(ch, c)
		case ast.Expr:
			r.expr(ch, c, false)
		default:
			r.children(ch, c)
		}
	})
}

func (r *rewriter) pattern(p ast.Pattern, c ctx) {
	ast.Children(p, func(ch ast.Node) {
		switch ch := ch.(type) {
		case ast.Pattern:
			r.pattern(ch, c)
		case ast.Expr:
			r.expr(ch, c, false)
		}
	})
}

// raisesStop reports whether a name is the StopIteration that an __anext__
// raises at its end.
func (r *rewriter) raisesStop(name *ast.Name, c ctx) bool {
	f := r.p.Funcs[c.fn]
	return name.Id == "StopIteration" && f.Name == "__next__" && f.Class >= 0 && r.d.becomes(c.fn)
}

// stopAsync rewrites the name StopIteration.
func (r *rewriter) stopAsync(name *ast.Name, c ctx) {
	r.e.Replace(name.Start, name.End, "StopAsyncIteration")
	r.done(name, c, "AIO16", "StopIteration becomes StopAsyncIteration")
}

// stopIteration rewrites the type of a handler around next().
func (r *rewriter) stopIteration(t ast.Expr, c ctx) {
	switch t := t.(type) {
	case *ast.Name:
		if t.Id == "StopIteration" {
			r.stopAsync(t, c)
			return
		}
	case *ast.Tuple:
		for _, e := range t.Elts {
			r.stopIteration(e, c)
		}
		return
	}
	r.expr(t, c, false)
}

func (r *rewriter) asyncGenerator(f infer.FuncID) bool {
	return r.p.Funcs[f].Generator && r.d.async[f]
}

// function rewrites a def.
func (r *rewriter) function(n *ast.FunctionDef, c ctx) {
	id := r.p.FuncOf(n)
	f := r.p.Funcs[id]
	for _, dec := range n.Decorators {
		if r.d.becomes(id) && f.ContextManager && r.contextManager(dec, c) {
			continue
		}
		r.expr(dec, c, false)
	}
	r.arguments(n.Args, c)
	if n.Returns != nil {
		r.expr(n.Returns, c, false)
	}
	if name := r.d.starts[id]; name != "" {
		r.divide(n, id, name)
	}
	if r.d.becomes(id) {
		twin := n.Name.Name
		if f.Class >= 0 {
			if t := asyncTwins[twin]; t != "" {
				twin = t
			}
		}
		if n.Name.Name == "__iter__" && !f.Generator {
			r.done(n, c, "AIO16", "__iter__ becomes __aiter__")
		} else {
			r.e.Insert(n.Start, "async ")
			rule, what := "AIO1", "a coroutine function"
			if f.Generator {
				rule, what = "AIO11", "an async generator"
			}
			if twin != n.Name.Name {
				what += " with the name " + twin
			}
			note := migrate.InFunc(r.p, id, n, rule, "%s becomes %s", r.p.Qual(id), what)
			note.Chain = r.d.chain(id)
			note.Coroutine = true
			r.res.Done = append(r.res.Done, note)
		}
		if twin != n.Name.Name {
			r.e.Replace(n.Name.Start, n.Name.End, twin)
		}
	}
	r.stmts(n.Body, ctx{fn: id, async: r.d.async[id]})
}

func (r *rewriter) arguments(a *ast.Arguments, c ctx) {
	ast.Children(a, func(ch ast.Node) {
		switch ch := ch.(type) {
		case *ast.Arg:
			if ch.Annotation != nil {
				r.expr(ch.Annotation, c, false)
			}
		case ast.Expr:
			r.expr(ch, c, false)
		}
	})
}

// contextManager turns @contextmanager into @asynccontextmanager.
func (r *rewriter) contextManager(dec ast.Expr, c ctx) bool {
	name, _, _ := r.p.StaticName(r.m, dec)
	if name != "contextlib.contextmanager" {
		return false
	}
	r.done(dec, c, "AIO11", "contextmanager becomes asynccontextmanager")
	switch dec := dec.(type) {
	case *ast.Attribute:
		r.e.Replace(dec.Attr.Start, dec.Attr.End, "asynccontextmanager")
	case *ast.Name:
		r.e.Replace(dec.Start, dec.End, "asynccontextmanager")
		r.imports.use(dec.Sym)
		r.renamed = true
	}
	return true
}

// with rewrites a with statement: async if any of its items has to be.
func (r *rewriter) with(s *ast.With, c ctx) {
	async := make([]kinds, len(s.Items))
	crossed := make([]ast.Expr, len(s.Items))
	some := false
	for i, it := range s.Items {
		for _, e := range r.effects(it) {
			if e.With != nil {
				async[i] = r.d.manager(e, r.effects(it))
			}
		}
		crossed[i] = r.across(it.Context, "context")
		if c.async && !s.Async && (async[i].async || async[i].green || crossed[i] != nil) {
			some = true
		}
	}
	if some {
		r.e.Insert(s.Start, "async ")
	}
	for i, it := range s.Items {
		k := async[i]
		open := ""
		if given := crossed[i]; given != nil && some {
			r.crossed(it.Context, given, "", "", c)
			r.done(it, c, "AIO7", "entering or leaving it waits: async with")
			if it.Vars != nil {
				r.expr(it.Vars, c, false)
			}
			continue
		}
		switch {
		case c.async && k.async && k.plain:
			open = r.rt.Aio() + ".context("
			r.done(it, c, "AIO17", "entered with await if entering it gives a coroutine")
		case c.async && k.async:
			r.done(it, c, "AIO7", "entering or leaving it waits: async with")
		case c.async && k.green:
			open = r.rt.Bridge() + ".context_green("
			r.done(it, c, "AIO19", "a green context manager is entered through the bridge")
		case some && !s.Async:
			open = r.rt.Aio() + ".context("
		case !c.async && k.async:
			open = r.rt.Bridge() + ".context("
			r.done(it, c, "AIO18", "an asynchronous context manager is entered through the bridge")
		}
		if open != "" {
			r.e.Insert(it.Context.Range().Start, open)
		}
		r.expr(it.Context, c, false)
		if open != "" {
			r.e.Insert(it.Context.Range().End, ")")
		}
		if it.Vars != nil {
			r.expr(it.Vars, c, false)
		}
	}
	r.stmts(s.Body, c)
}

// iterated rewrites `… in iterable` of a loop or clause; the iterable is an
// expression of outer. mark is told whether the loop becomes asynchronous.
func (r *rewriter) iterated(n ast.Node, iterable ast.Expr, c, outer ctx, mark func(async bool)) {
	var k kinds
	for _, e := range r.effects(n) {
		if e.Iter != nil && (e.Iter.Use == infer.ForLoop || e.Iter.Use == infer.CompClause) {
			k = r.d.iterable(e.Iter.Obj)
		}
	}
	if given := r.across(iterable, "iterate"); given != nil && c.async && outer.async {
		mark(true)
		r.crossed(iterable, given, "", "", outer)
		r.done(n, c, "AIO8", "each step waits for the next item: async for")
		return
	}
	open := ""
	switch {
	case k.done:
	case c.async && k.async && (k.plain || k.green):
		open = r.rt.Aio() + ".iterate("
		mark(true)
		r.done(n, c, "AIO8", "each step waits for the next item: async for")
	case c.async && k.async:
		mark(true)
		r.done(n, c, "AIO8", "each step waits for the next item: async for")
	case c.async && k.green:
		open = r.rt.Bridge() + ".iterate_green("
		mark(true)
		r.done(n, c, "AIO19", "iterates over green code through the bridge")
	case !c.async && k.async:
		open = r.rt.Bridge() + ".iterate("
		mark(false)
		r.done(n, c, "AIO18", "iterates over a coroutine's items through the bridge")
	}
	if open != "" {
		r.e.Insert(iterable.Range().Start, open)
	}
	r.expr(iterable, outer, false)
	if open != "" {
		r.e.Insert(iterable.Range().End, ")")
	}
}

// yieldFrom rewrites `yield from x` in an async generator to a loop.
func (r *rewriter) yieldFrom(s *ast.ExprStmt, y *ast.YieldFrom, c ctx) {
	var k kinds
	for _, e := range r.effects(y) {
		if e.Iter != nil && e.Iter.Use == infer.Delegate {
			k = r.d.iterable(e.Iter.Obj)
		}
	}
	item := r.itemName()
	head, open, end := "for "+item+" in ", "", ""
	switch {
	case k.async && (k.plain || k.green):
		head, open, end = "async "+head, r.rt.Aio()+".iterate(", ")"
	case k.async:
		head = "async " + head
	case k.green:
		head, open, end = "async "+head, r.rt.Bridge()+".iterate_green(", ")"
	}
	nl := r.lay.Newline()
	r.e.Replace(s.Start, y.Value.Range().Start, head+open)
	r.expr(y.Value, c, false)
	r.e.Replace(y.Value.Range().End, s.End, end+":"+nl+r.indent(s)+r.lay.Unit()+"yield "+item)
	r.done(y, c, "AIO8", "yield from becomes a loop")
}

func (r *rewriter) itemName() string {
	if r.item == "" {
		r.item = migrate.Unused(r.m, "item", "_item", "each_item")
	}
	return r.item
}

// unpacked walks the value of an assignment, which is gathered first where
// the targets unpack what is iterated asynchronously.
func (r *rewriter) unpacked(targets []ast.Expr, value ast.Expr, c ctx) {
	for _, t := range targets {
		for _, e := range r.effects(t) {
			if e.Iter != nil && e.Iter.Use == infer.Unpack {
				if k := r.d.iterable(e.Iter.Obj); k.async || k.green && c.async {
					r.gathered(value, k, c, false)
					return
				}
			}
		}
	}
	r.expr(value, c, false)
}

// gathered rewrites an expression that is iterated over by something that
// cannot await: `[item async for item in x]` in a coroutine.
//
// hinting says that what iterates asks for the length of the iterable first,
// as list and tuple do.
func (r *rewriter) gathered(x ast.Expr, k kinds, c ctx, hinting bool) {
	s := x.Range()
	switch {
	case !c.async && k.async:
		r.e.Insert(s.Start, r.rt.Bridge()+".iterate(")
		r.expr(x, c, false)
		r.e.Insert(s.End, ")")
		r.done(x, c, "AIO18", "iterates over a coroutine's items through the bridge")
		return
	case !c.async:
		r.expr(x, c, false)
		return
	}
	if g, ok := x.(*ast.GeneratorExp); ok {
		// sum(f(x) for x in xs) → sum([await f(x) for x in xs])
		if r.m.Source.Text[s.Start] == '(' {
			r.e.Replace(s.Start, s.Start+1, "[")
			r.comprehension(g, c)
			r.e.Replace(s.End-1, s.End, "]")
			r.done(x, c, "AIO9", "a generator expression becomes a list")
			return
		}
	}
	open, end := r.items(x, k)
	if k.sized && hinting {
		open, end = "await "+r.rt.Aio()+".collect(", ")"
	}
	r.e.Insert(s.Start, open)
	r.expr(x, c, false)
	r.e.Insert(s.End, end)
	r.done(x, c, "AIO9", "gathered into a list")
}

// stepped rewrites an expression in a coroutine that is iterated over by
// something that cannot await, as it comes. What is green stays as it is.
//
// shared says that the parentheses of the call are those of a generator
// expression as well.
func (r *rewriter) stepped(x ast.Expr, k kinds, c ctx, shared bool) {
	if !k.async {
		r.expr(x, c, false)
		return
	}
	s := x.Range()
	open := r.rt.Bridge() + ".iterate("
	if shared {
		open = "(" + strings.TrimSuffix(open, "(")
	}
	r.e.Insert(s.Start, open)
	r.expr(x, c, false)
	r.e.Insert(s.End, ")")
	r.done(x, c, "AIO18", "iterates over a coroutine's items through the bridge")
}

// items opens and closes the list of what an expression gives asynchronously.
func (r *rewriter) items(x ast.Expr, k kinds) (open, end string) {
	open, end = "["+r.itemName()+" async for "+r.itemName()+" in ", "]"
	switch {
	case k.async && (k.plain || k.green):
		return open + r.rt.Aio() + ".iterate(", ")" + end
	case k.green:
		return open + r.rt.Bridge() + ".iterate_green(", ")" + end
	case needsParens(x):
		return open + "(", ")" + end
	}
	return open, end
}

// needsParens reports whether an expression cannot stand after `in` of a
// comprehension as it is.
func needsParens(e ast.Expr) bool {
	switch e.(type) {
	case *ast.IfExp, *ast.Lambda, *ast.NamedExpr, *ast.Yield, *ast.YieldFrom, *ast.Starred:
		return true
	}
	return false
}

// comprehension walks the parts of a generator expression as those of a list
// comprehension of the function around it.
func (r *rewriter) comprehension(g *ast.GeneratorExp, c ctx) {
	inner := c
	inner.fn = r.p.FuncOf(g)
	for i, cl := range g.Generators {
		cc := inner
		if i == 0 {
			cc.fn = c.fn
		}
		r.clause(cl, cc, inner)
	}
	r.expr(g.Elt, inner, false)
}

func (r *rewriter) clause(cl *ast.Comprehension, c, inner ctx) {
	r.expr(cl.Target, inner, false)
	r.iterated(cl, cl.Iter, c, c, func(async bool) {
		if async {
			r.e.Insert(cl.Start, "async ")
		}
	})
	for _, t := range cl.Ifs {
		r.expr(t, inner, false)
	}
}

// ---- expressions

// expr walks an expression. tight says that what stands around it binds
// tighter than await, which then needs parentheses.
func (r *rewriter) expr(e ast.Expr, c ctx, tight bool) {
	awaited := c.awaited
	tail := c.tail
	c.awaited, c.tail = false, false
	switch e := e.(type) {
	case nil:
	case *ast.Name:
		if e.Ctx == ast.Load && !r.reference(e, c, false) {
			r.unconvertedName(e, c)
		}
	case *ast.Attribute:
		if e.Ctx == ast.Load && r.reference(e, c, false) {
			return
		}
		r.unconvertedName(e, c)
		r.attribute(e, c, tight, awaited)
	case *ast.Call:
		if r.reference(e, c, false) { // getattr(eventlet, "Timeout")
			return
		}
		c.awaited, c.tail = awaited, tail
		r.call(e, c, tight)
	case *ast.Subscript:
		open, end := "", ""
		if e.Ctx == ast.Load && !awaited {
			open, end = r.implicit(e, infer.OpItem, c, tight)
		}
		r.e.Insert(e.Start, open)
		r.expr(e.Value, c, true)
		r.expr(e.Slice, c, false)
		r.e.Insert(e.End, end)
	case *ast.Await:
		c.awaited = true
		r.expr(e.Value, c, false)
	case *ast.Lambda:
		r.lambda(e, c)
	case *ast.GeneratorExp:
		id := r.p.FuncOf(e)
		inner := ctx{fn: id, async: r.d.async[id] && c.async, stmt: c.stmt}
		for i, cl := range e.Generators {
			cc := inner
			if i == 0 { // evaluated outside, iterated inside
				r.iteratedBy(cl, c, inner)
				continue
			}
			r.clause(cl, cc, inner)
		}
		r.expr(e.Elt, inner, false)
	case *ast.ListComp:
		r.comp(e.Generators, c, e.Elt)
	case *ast.SetComp:
		r.comp(e.Generators, c, e.Elt)
	case *ast.DictComp:
		r.comp(e.Generators, c, e.Key, e.Value)
	case *ast.Starred:
		for _, x := range r.effects(e) {
			if x.Iter != nil && x.Iter.Use == infer.StarUse {
				if k := r.d.iterable(x.Iter.Obj); k.async || k.green && c.async {
					r.gathered(e.Value, k, c, true)
					return
				}
			}
		}
		r.expr(e.Value, c, false)
	case *ast.FormattedValue:
		r.formatted(e, c)
	case *ast.YieldFrom: // see yieldFrom for that of an async generator
		for _, x := range r.effects(e) {
			if x.Iter != nil && x.Iter.Use == infer.Delegate && !c.async && r.d.iterable(x.Iter.Obj).async {
				s := e.Value.Range()
				r.e.Insert(s.Start, r.rt.Bridge()+".iterate(")
				r.expr(e.Value, c, false)
				r.e.Insert(s.End, ")")
				r.done(e, c, "AIO18", "iterates over a coroutine's items through the bridge")
				return
			}
		}
		r.children(e, c)
	case *ast.Compare:
		for _, x := range r.effects(e) {
			if x.Iter != nil && x.Iter.Use == infer.Membership {
				if k := r.d.searched(x.Iter.Obj); k.async && !k.done {
					r.membership(e, c, tight)
					return
				}
			}
		}
		r.children(e, c)
	default:
		r.children(e, c)
	}
}

// membership rewrites `x in items` over what is iterated asynchronously. Like
// `in` it reads no further than the first item that is equal.
func (r *rewriter) membership(e *ast.Compare, c ctx, tight bool) {
	if len(e.Ops) != 1 {
		r.left(e, c, "LEFT4", "this comparison searches what is iterated asynchronously; split it")
		r.children(e, c)
		return
	}
	open, end := r.waitFor(c, tight)
	if e.Ops[0] == ast.NotIn {
		open = "not " + open
		if tight {
			open, end = "(not await ", ")"
		}
	}
	r.e.Insert(e.Start, open+r.rt.Aio()+".is_in(")
	r.expr(e.Left, c, false)
	r.e.Replace(e.Left.Range().End, e.Comparators[0].Range().Start, ", ")
	r.expr(e.Comparators[0], c, false)
	r.e.Insert(e.End, ")"+end)
	r.done(e, c, "AIO9", "`in` becomes aio.is_in")
}

// iteratedBy is the first clause of a generator expression: its iterable is an
// expression of the function around it, but the generator iterates over it.
func (r *rewriter) iteratedBy(cl *ast.Comprehension, outer, inner ctx) {
	r.expr(cl.Target, inner, false)
	r.iterated(cl, cl.Iter, inner, outer, func(async bool) {
		if async {
			r.e.Insert(cl.Start, "async ")
		}
	})
	for _, t := range cl.Ifs {
		r.expr(t, inner, false)
	}
}

func (r *rewriter) comp(gens []*ast.Comprehension, c ctx, elts ...ast.Expr) {
	for _, cl := range gens {
		r.clause(cl, c, c)
	}
	for _, x := range elts {
		r.expr(x, c, false)
	}
}

// implicit is what is put around an expression whose value comes from a
// function that is now a coroutine function: a property, an item.
func (r *rewriter) implicit(n ast.Node, op infer.Op, c ctx, tight bool) (open, end string) {
	var reached []infer.FuncID
	other := false
	for _, e := range r.effects(n) {
		if e.Call == nil || e.Call.Op != op || e.Func != c.fn {
			continue
		}
		for _, t := range e.Targets {
			if r.d.becomes(t) {
				reached = append(reached, t)
			} else {
				other = true
			}
		}
		other = other || len(e.Targets) > 0 && !r.loadsByCall(n, e.Call.Obj)
	}
	if len(reached) == 0 {
		return "", ""
	}
	rule := "AIO2"
	if other {
		open, end, rule = r.rt.Aio()+".maybe(", ")", "AIO17"
	}
	if !c.async {
		r.done(n, c, "AIO18", "%s waits through the bridge", r.qualifiedNames(reached))
		return r.rt.Bridge() + ".call(" + open, end + ")"
	}
	r.done(n, c, rule, "%s is awaited", r.qualifiedNames(reached))
	open = "await " + open
	if tight {
		return "(" + open, end + ")"
	}
	return open, end
}

// loadsByCall reports whether a load calls a function of the project on whatever
// object may be there: in `job.size`, size is a property of all of them and a
// plain attribute of none.
func (r *rewriter) loadsByCall(n ast.Node, obj infer.NodeID) bool {
	name, kind := "__getitem__", infer.FuncVal
	if at, ok := n.(*ast.Attribute); ok {
		name, kind = at.Attr.Name, infer.Property
	}
	vals := r.p.At(obj)
	for _, id := range vals {
		v := r.p.Value(id)
		if v.Kind == infer.Super && len(vals) == 1 {
			continue // it is what is called
		}
		if v.Kind != infer.Instance {
			return false
		}
		held, _, ok := r.p.Method(v.Class(), name)
		if !ok || slices.ContainsFunc(r.p.At(held), func(x infer.ValueID) bool { return r.p.Value(x).Kind != kind }) {
			return false
		}
	}
	return true
}

func (r *rewriter) attribute(e *ast.Attribute, c ctx, tight, awaited bool) {
	open, end := "", ""
	if e.Ctx == ast.Load && !awaited {
		open, end = r.implicit(e, infer.OpGet, c, tight)
	}
	r.e.Insert(e.Start, open)
	r.expr(e.Value, c, true)
	r.e.Insert(e.End, end)
}

// lambda rewrites a lambda: one that gives a coroutine keeps its shape, one
// that uses what it waits for becomes a named coroutine function.
func (r *rewriter) lambda(e *ast.Lambda, c ctx) {
	id := r.p.FuncOf(e)
	switch {
	case r.d.tail[id]:
		r.arguments(e.Args, c)
		r.expr(e.Body, ctx{fn: id, stmt: c.stmt, tail: true}, false)
		r.done(e, c, "AIO10", "gives a coroutine")
	case r.d.hoisted[id]:
		r.hoist(e, id, c)
	default:
		r.arguments(e.Args, c)
		r.expr(e.Body, ctx{fn: id, stmt: c.stmt}, false)
	}
}

// hoist puts a coroutine function before the statement that holds a lambda.
func (r *rewriter) hoist(e *ast.Lambda, id infer.FuncID, c ctx) {
	saved := r.e
	r.e = edit.List{}
	r.arguments(e.Args, c)
	r.expr(e.Body, ctx{fn: id, async: true, stmt: c.stmt}, false)
	inner := r.e
	r.e = saved
	name := r.callback()
	text := r.m.Source.Text
	args := ""
	if e.Args.Valid() {
		args = inner.Part(text, e.Args.Start, e.Args.End)
	}
	body := inner.Part(text, e.Body.Range().Start, e.Body.Range().End)
	nl, indent := r.lay.Newline(), r.indent(c.stmt)
	at := c.stmt.Range().Start
	switch s := c.stmt.(type) {
	case *ast.FunctionDef:
		at = s.DecoratorsStart
	case *ast.ClassDef:
		at = s.DecoratorsStart
	}
	if strings.ContainsAny(body, "\n\r") {
		body = "(" + body + ")"
	}
	def := "async def " + name + "(" + args + "):" + nl + indent + r.lay.Unit() + "return " + body + nl
	if r.p.Funcs[id].Named {
		def += indent + name + ".__name__, " + name + ".__qualname__ = \"<lambda>\", \"" + r.p.Qualname(id) + "\"" + nl
	}
	r.before.Insert(at, def+nl+indent)
	r.e.Replace(e.Start, e.End, name)
	r.done(e, c, "AIO10", "becomes the coroutine function %s", name)
}

// callback is a new name for a function that was a lambda.
func (r *rewriter) callback() string {
	for {
		r.callbacks++
		name := "callback"
		if r.callbacks > 1 {
			name += "_" + strconv.Itoa(r.callbacks)
		}
		if migrate.Unused(r.m, name, name) == name {
			return name
		}
	}
}

// indent is the indentation that a statement will have.
func (r *rewriter) indent(s ast.Stmt) string {
	in := r.lay.Indent(s.Range().Start)
	if r.region != nil && r.region.contains(s) {
		in += r.lay.Unit()
	}
	return in
}

// ---- calls

// direct is the effect of a call expression itself, as opposed to the calls
// that what it calls makes.
func (r *rewriter) direct(e *ast.Call) *callgraph.Effect {
	for _, x := range r.effects(e) {
		if x.Call != nil && x.Call.Mode == infer.Direct && x.Call.Op == infer.OpCall && x.Call.Via == nil {
			return x
		}
	}
	return nil
}

func (r *rewriter) call(e *ast.Call, c ctx, tight bool) {
	if r.unbridged(e, c) || r.waited(e, c, tight) || r.consumed(e, c) || r.builtin(e, c, tight) {
		return
	}
	x := r.direct(e)
	var f form
	if x != nil && !c.awaited {
		f = r.d.formOf(x)
		r.linked(e, x, &f)
		r.passed(e, c, &f)
		if x.Open && !(c.async && c.tail) { // create_task(client.leave()) takes nothing else than a coroutine
			r.open(e, x, c, f)
		}
		if len(x.Opaque) > 0 && c.async && f.green {
			// the shortest says it: the others are what methods of it return
			name := slices.MinFunc(x.Opaque, func(a, b string) int { return cmp.Or(len(a)-len(b), strings.Compare(a, b)) })
			r.left(e, c, "LEFT6", "offlet does not know whether %s blocks", name)
		}
		for _, name := range x.Missing {
			cls, _, ok := r.d.eventletMethod(name)
			if ok && r.d.kept[cls.Name] != nil && r.d.kept[cls.Name].node == ast.Node(e) {
				continue // said of the class
			}
			r.left(e, c, "LEFT5", "offlet does not know %s", name)
		}
		r.refused(e, x, c)
	}
	r.fetched(e, c, &f)
	open, end, helper := "", "", ""
	if f.new {
		helper = r.rt.Aio() + ".new"
	}
	switch {
	case c.tail:
		// bridge.call(aio.maybe(queue.put(x))) in code that stays green: the call runs
		// there, and only what it gives is awaited
		if f.green && !f.await && (c.async || r.d.tail[c.fn]) {
			helper = r.rt.Bridge() + ".call_green"
		}
	case c.async:
		if f.green {
			helper = r.rt.Bridge() + ".call_green"
			open, end = "await ", ""
			if f.await { // drop makes aio.to_thread of it, which awaits nothing
				open, end = "await "+r.rt.Aio()+".maybe(await ", ")"
			}
		} else if f.await {
			open = "await "
			if f.maybe {
				open, end = "await "+r.rt.Aio()+".maybe(", ")"
			}
		}
	default:
		switch {
		case f.await && (f.fetched || r.method(x)):
			open, end = r.rt.Bridge()+".call(", ")"
			if f.maybe || f.green && !f.new { // what green code gives is the value itself
				open, end = open+r.rt.Aio()+".maybe(", ")"+end
			}
			f.rule = "AIO18"
		default:
			f.await, f.green = false, false
		}
	}
	if open != "" || helper != "" {
		r.done(e, c, ruleOf(f), "%s", describe(r.callees(e, x, f), f, c))
	}
	if tight && strings.HasPrefix(open, "await ") {
		open, end = "("+open, end+")"
	}
	if open != "" {
		r.e.Insert(e.Start, open)
	}
	r.callee(e, c, helper, f)
	if end != "" {
		r.e.Insert(e.End, end)
	}
}

func ruleOf(f form) string {
	if f.rule == "" {
		return "AIO2"
	}
	return f.rule
}

// callees names what a call reaches and is rewritten for, for people.
func (r *rewriter) callees(e *ast.Call, x *callgraph.Effect, f form) string {
	if x == nil {
		return r.m.Syntax.Text(e.Func)
	}
	var funcs []infer.FuncID
	for _, t := range slices.Concat(x.Targets, x.Possible, x.Named) {
		if r.d.becomes(t) || f.green && r.d.forced[t] != nil {
			funcs = append(funcs, t)
		}
	}
	if len(funcs) > 0 {
		return r.qualifiedNames(funcs)
	}
	for i := range x.Seeds {
		s := &x.Seeds[i]
		if s.Name == "" {
			continue
		}
		if s.Symbol != nil && s.Symbol.Owner == nil && f.await && !f.green && s.Symbol.ToRef(true) != "" {
			return s.Name + ", now " + s.Symbol.ToRef(true) + ","
		}
		return s.Name
	}
	for _, name := range slices.Concat(x.Opaque, x.Missing) {
		return name
	}
	return r.m.Syntax.Text(e.Func)
}

func describe(callees string, f form, c ctx) string {
	switch {
	case f.rule == "AIO18":
		return "waits for " + callees + " through the bridge"
	case f.green:
		return callees + " is called through the bridge"
	case f.maybe:
		return callees + " is awaited if it gives a coroutine"
	case c.tail:
		return callees + " gives a coroutine"
	}
	return callees + " is awaited"
}

// unbridged takes away the bridge that an earlier step, or a person, put before
// green code that is asynchronous now:
//
//	await bridge.call_green(work, x)              await work(x)
//	async for x in bridge.iterate_green(gen()):   async for x in gen():
//
// Where it may be something else as well the bridge stays, which takes both.
func (r *rewriter) unbridged(e *ast.Call, c ctx) bool {
	x := r.direct(e)
	if x == nil || len(x.Call.Args) == 0 || len(e.Args) == 0 || e.Lparen == 0 {
		return false
	}
	what := e.Args[0]
	if !isPrimary(what) {
		return false
	}
	name, _, _ := r.p.StaticName(r.m, e.Func)
	switch name {
	case "offlet.bridge.call_green":
		if !r.becomeAll(e) {
			return false
		}
	case "offlet.bridge.iterate_green":
		if k := r.d.iterable(x.Call.Args[0]); !k.async || k.plain || k.green || k.done || len(e.Args) > 1 {
			return false
		}
	case "offlet.bridge.context_green":
		if !r.d.entersAsync(x.Call.Args[0], false) || len(e.Args) > 1 {
			return false
		}
	default:
		return false
	}
	end, rest := e.End, "()"
	if name != "offlet.bridge.call_green" {
		rest = ""
	}
	for _, a := range e.Args[1:] {
		end, rest = min(end, a.Range().Start), "("
	}
	for _, k := range e.Keywords {
		end, rest = min(end, k.Start), "("
	}
	at := what.Range()
	if strings.Contains(r.m.Source.Text[e.Start:at.Start]+r.m.Source.Text[at.End:end], "#") {
		return false // a comment
	}
	r.e.Delete(e.Start, at.Start)
	r.expr(what, c, true)
	r.e.Replace(at.End, end, rest)
	for _, a := range e.Args[1:] {
		r.expr(a, c, false)
	}
	for _, k := range e.Keywords {
		r.expr(k.Value, c, false)
	}
	r.done(e, c, "AIO2", "%s is asynchronous now and needs no bridge", r.m.Syntax.Text(what))
	return true
}

// across gives what a call of the bridge that green code made is given, nil if an
// expression is no such call, or has a comment in it, or may be given what is not
// asynchronous, which the bridge takes too: x of bridge.iterate(x).
func (r *rewriter) across(e ast.Expr, helper string) ast.Expr {
	call, ok := e.(*ast.Call)
	if !ok || len(call.Args) != 1 || len(call.Keywords) > 0 || isStarred(call.Args[0]) {
		return nil
	}
	if name, _, _ := r.p.StaticName(r.m, call.Func); name != "offlet.bridge."+helper {
		return nil
	}
	x := r.direct(call)
	if x == nil || len(x.Call.Args) != 1 {
		return nil
	}
	switch helper {
	case "iterate", "next":
		if k := r.d.iterable(x.Call.Args[0]); !k.async && !k.done || k.plain || k.green {
			return nil
		}
	case "context":
		if !r.d.entersAsync(x.Call.Args[0], true) {
			return nil
		}
	}
	at := call.Args[0].Range()
	if strings.Contains(r.m.Source.Text[call.Start:at.Start]+r.m.Source.Text[at.End:call.End], "#") {
		return nil
	}
	return call.Args[0]
}

// crossed puts what a call of the bridge is given in its place.
func (r *rewriter) crossed(e ast.Node, given ast.Expr, open, end string, c ctx) {
	s, at := e.Range(), given.Range()
	r.e.Replace(s.Start, at.Start, open)
	r.expr(given, c, false)
	r.e.Replace(at.End, s.End, end)
}

// waited takes away the bridge by which a function waited for a coroutine that is a
// coroutine function now:
//
//	bridge.call(work(x))    await work(x)
//	bridge.next(it)         await anext(it)
func (r *rewriter) waited(e *ast.Call, c ctx, tight bool) bool {
	if !c.async && !c.tail || c.awaited {
		return false
	}
	open, end := "await ", ""
	if c.tail {
		open = ""
	} else if tight {
		open, end = "(await ", ")"
	}
	given := r.across(e, "call")
	switch {
	case given == nil:
		if given = r.across(e, "next"); given == nil {
			return false
		}
		open, end = open+"anext(", ")"+end
		r.crossed(e, given, open, end, c)
	case !isPrimary(given):
		return false
	default:
		inner := c
		inner.awaited, inner.tail = true, false
		r.crossed(e, given, open, end, inner)
	}
	r.done(e, c, "AIO2", "%s is awaited, without the bridge", r.m.Syntax.Text(given))
	return true
}

// consumed takes away the bridge before what a builtin takes the items of, all of them:
//
//	sum(bridge.iterate(gen()))    sum([item async for item in gen()])
func (r *rewriter) consumed(e *ast.Call, c ctx) bool {
	if !c.async || len(e.Args) == 0 {
		return false
	}
	given := r.across(e.Args[0], "iterate")
	if given == nil {
		return false
	}
	name, _, _ := r.p.StaticName(r.m, e.Func)
	name, is := strings.CutPrefix(name, "builtins.")
	alone := len(e.Args)+len(e.Keywords) == 1
	whole := ast.Node(e.Args[0])
	open, end := "[", "]"
	switch {
	case !is:
		return false
	case alone && name == "list":
		whole = e
	case alone && name == "set":
		whole, open, end = e, "{", "}"
	case name == "sum", name == "tuple", name == "sorted", name == "dict", name == "frozenset", alone && (name == "min" || name == "max"):
	default:
		return false
	}
	open += r.itemName() + " async for " + r.itemName() + " in "
	if needsParens(given) {
		open, end = open+"(", ")"+end
	}
	for _, a := range e.Args[1:] {
		r.expr(a, c, false)
	}
	for _, k := range e.Keywords {
		r.expr(k.Value, c, false)
	}
	r.crossed(whole, given, open, end, c)
	r.done(e, c, "AIO9", "gathered into a list")
	return true
}

// isPrimary reports whether await can stand before an expression as it is.
func isPrimary(e ast.Expr) bool {
	switch e.(type) {
	case *ast.Name, *ast.Attribute, *ast.Call, *ast.Subscript:
		return true
	}
	return false
}

// becomeAll reports whether all that bridge.call_green calls in a call of it are
// coroutine functions then, or methods of objects that become offlet.aio's.
func (r *rewriter) becomeAll(e *ast.Call) bool {
	some := false
	for _, x := range r.effects(e) {
		if x.Call == nil || x.Call.Mode != infer.Callback {
			continue
		}
		if x.Open || x.Plain || len(x.Opaque)+len(x.Missing)+len(x.Possible)+len(x.Named) > 0 || r.d.constructs(x.Call.Fn, 0) {
			return false
		}
		for _, t := range x.Targets {
			if !r.d.becomes(t) {
				return false
			}
		}
		for i := range x.Seeds {
			if s := &x.Seeds[i]; s.Symbol == nil || s.Symbol.Owner == nil || s.Lock && !r.d.colors.Held[s.Site] || !r.d.converts(s) {
				return false
			}
		}
		some = some || len(x.Targets)+len(x.Seeds)+len(x.Coroutines) > 0
	}
	return some
}

// unwrapped is what stands in a call that starts a task between the place of its
// function and the function, where the two sides are on one side now:
//
//	pool.spawn(bridge.run, work, x)            pool.spawn(work, x)
//	pool.imap(partial(bridge.run, work), xs)   pool.imap(work, xs)
//
// It gives the argument in which that is, the function, and whether the argument has a
// partial around it.
func (r *rewriter) unwrapped(e *ast.Call) (arg int, f ast.Expr, partial bool) {
	for _, o := range r.effects(e) {
		if o.Call == nil || o.Call.Via == nil || o.Call.Mode != infer.Spawn {
			continue
		}
		s := r.d.spawner(o.Call)
		if s == nil || s.Spawns == nil || r.d.keptSpawner(s) {
			continue
		}
		arg, partial = s.Spawns.Arg, false
		if arg >= len(e.Args) || slices.ContainsFunc(e.Args[:arg+1], isStarred) {
			continue
		}
		list := e.Args[arg:]
		given := o.Call.Args // by place, without the function
		if call, ok := list[0].(*ast.Call); ok {
			name, _, _ := r.p.StaticName(r.m, call.Func)
			if name != "functools.partial" || len(call.Args) != 2 || len(call.Keywords) > 0 {
				continue
			}
			x := r.direct(call)
			if x == nil || len(x.Call.Args) != 2 {
				continue
			}
			list, given, partial = call.Args, x.Call.Args[1:], true
		}
		if len(list) < 2 || isStarred(list[1]) || len(given) == 0 {
			continue
		}
		name, _, _ := r.p.StaticName(r.m, list[0])
		if name != "offlet.bridge.run" && name != "offlet.bridge.call_green" || !r.asynchronous(list[1], given[0]) ||
			strings.Contains(r.m.Source.Text[list[0].Range().Start:list[1].Range().Start], "#") {
			continue
		}
		return arg, list[1], partial
	}
	return -1, nil, false
}

// asynchronous reports whether an expression names a function, or a method, that is a
// coroutine function then, and nothing else.
func (r *rewriter) asynchronous(e ast.Expr, at infer.NodeID) bool {
	if name, _, _ := r.p.StaticName(r.m, e); name == "offlet.aio.new" {
		return true
	}
	vals := r.p.At(at)
	for _, id := range vals {
		v := r.p.Value(id)
		if v.Kind != infer.FuncVal && v.Kind != infer.Bound || !r.d.async[v.Func()] || r.p.Funcs[v.Func()].Generator {
			return false
		}
	}
	return len(vals) > 0
}

// method reports whether what is awaited has to be, even in green code: a
// coroutine function of the project, or a method of an object that is now
// offlet.aio's. A function such as time.sleep stays the green one there.
func (r *rewriter) method(x *callgraph.Effect) bool {
	if x == nil {
		return false
	}
	for _, t := range slices.Concat(x.Targets, x.Possible, x.Named) {
		if r.d.becomes(t) {
			return true
		}
	}
	for i := range x.Seeds {
		s := &x.Seeds[i]
		if s.Symbol != nil && s.Symbol.Owner != nil && r.d.converts(s) {
			return true
		}
		// eventlet.connect gives a socket of offlet.aio wherever it is called
		if s.Symbol != nil && s.Symbol.Returns != "" && s.Symbol.To != "" && r.d.converts(s) {
			return true
		}
	}
	return false
}

// callee walks the function and the arguments of a call; with a helper,
// f(x) becomes helper(f, x).
func (r *rewriter) callee(e *ast.Call, c ctx, helper string, f form) {
	if helper != "" {
		r.e.Insert(e.Start, helper+"(")
	}
	mark := r.e.Len()
	sleep := ""
	if !f.green {
		sleep = r.calledReference(e.Func, c, f)
	}
	c.awaited, c.tail = false, false // await f(g()): g() is awaited by itself
	if sleep == "" && r.e.Len() == mark {
		if at, ok := e.Func.(*ast.Attribute); ok {
			if name := r.renamedMethod(e, at); name != "" && !f.green {
				r.expr(at.Value, c, true)
				r.e.Replace(at.Attr.Start, at.Attr.End, name)
			} else {
				r.attribute(at, c, true, false) // job.handler(x), where handler is a property
			}
		} else if _, isName := e.Func.(*ast.Name); !isName {
			r.expr(e.Func, c, true)
		}
	}
	shared := sharedParens(e)
	if helper != "" {
		switch {
		case shared:
			r.e.Replace(e.Lparen, e.Lparen+1, ", (")
		case r.e.Len() == mark && r.below(e) > 0:
			r.e.Delete(e.Start, e.Lparen+1)
			r.e.Insert(r.below(e), r.m.Source.Text[e.Start:e.Lparen]+r.afterFirst(e, c))
		case len(e.Args)+len(e.Keywords) > 0 && strings.IndexByte(" \t\r\n", r.m.Source.Text[e.Lparen+1]) >= 0: // f(⏎    x)
			r.e.Replace(e.Lparen, e.Lparen+1, ",")
		case len(e.Args)+len(e.Keywords) > 0:
			r.e.Replace(e.Lparen, e.Lparen+1, ", ")
		default:
			r.e.Replace(e.Lparen, e.Lparen+1, "")
		}
	}
	wrap := r.spawned(e, c)
	given := c
	given.tail = r.schedules(e)
	between, started, partial := r.unwrapped(e)
	for i, a := range e.Args {
		if i == between {
			at := started.Range()
			r.e.Delete(a.Range().Start, at.Start)
			if partial {
				r.expr(started, given, false)
				r.e.Delete(at.End, a.Range().End)
			}
			r.done(e, c, "AIO2", "%s runs in a task, without the bridge", r.m.Syntax.Text(started))
			continue
		}
		if i == wrap.arg && wrap.text != "" {
			r.e.Insert(a.Range().Start, wrap.text)
		}
		r.expr(a, given, false)
		if i == wrap.arg && wrap.end != "" {
			r.e.Insert(a.Range().End, wrap.end)
		}
	}
	byKeyword := r.givenByKeyword(e)
	for _, k := range e.Keywords {
		switch {
		case sleep == "asyncio.sleep" && k.Name != nil:
			r.e.Delete(k.Start, k.Value.Range().Start) // seconds=
		case k == byKeyword:
			r.e.Replace(k.Start, k.Value.Range().Start, wrap.text) // func=
		}
		r.expr(k.Value, c, false)
		if k == byKeyword {
			r.e.Insert(k.Value.Range().End, wrap.end)
		}
	}
	if sleep == "asyncio.sleep" && len(e.Args)+len(e.Keywords) == 0 {
		r.e.Insert(e.End-1, "0")
	}
	if helper != "" && shared {
		r.e.Insert(e.End, ")")
	}
}

// below is where the arguments of a call begin, if that is on a line below the
// parenthesis and the function is simply named; else 0. The function joins them,
// as an argument:
//
//	reply = ask(            reply = await bridge.call_green(
//	    host, question)         ask, host, question)
func (r *rewriter) below(e *ast.Call) int32 {
	text := r.m.Source.Text
	if strings.ContainsAny(text[e.Start:e.Lparen], "\r\n\\#([") {
		return 0
	}
	rest := strings.TrimLeft(text[e.Lparen+1:], " \t\r\n")
	at := int32(len(text) - len(rest))
	if !strings.ContainsAny(text[e.Lparen:at], "\r\n") || strings.ContainsAny(rest[:1], "#\\)") {
		return 0
	}
	return at
}

// afterFirst is what comes between the first argument of a call and the second: a
// new line where those that it has are on lines of their own.
func (r *rewriter) afterFirst(e *ast.Call, c ctx) string {
	var starts []int32
	for _, a := range e.Args {
		starts = append(starts, a.Range().Start)
	}
	for _, k := range e.Keywords {
		starts = append(starts, k.Start)
	}
	slices.Sort(starts)
	if len(starts) > 1 && r.lay.LineStart(starts[0]) != r.lay.LineStart(starts[1]) {
		in := r.lay.Indent(starts[0])
		if r.region != nil && r.region.contains(c.stmt) {
			in += r.lay.Unit()
		}
		return "," + r.lay.Newline() + in
	}
	return ", "
}

// givenByKeyword is the keyword by which a call is given the function that it
// starts or calls, which the runtime takes by position: spawn(func=f) becomes
// aio.spawn(f).
func (r *rewriter) givenByKeyword(e *ast.Call) *ast.Keyword {
	for _, o := range r.effects(e) {
		if o.Call == nil || o.Call.Via == nil {
			continue
		}
		if s := r.d.spawner(o.Call); s != nil && !r.d.keptSpawner(s) {
			cb := cmp.Or(s.Calls, s.Spawns)
			if cb == nil {
				continue
			}
			if k := byKeyword(e, cb); k == nil || first(e, cb, k) {
				return k
			}
			return nil // spawn(n=1, func=f): the runtime's parameter has the same name
		}
	}
	return nil
}

// sharedParens reports whether the only argument is a generator expression
// whose parentheses are those of the call.
func sharedParens(e *ast.Call) bool {
	if len(e.Args) != 1 || len(e.Keywords) > 0 {
		return false
	}
	g, ok := e.Args[0].(*ast.GeneratorExp)
	return ok && g.Start == e.Lparen
}

// fetched makes getattr(obj, name) awaited where it may run a property that is
// now a coroutine.
func (r *rewriter) fetched(e *ast.Call, c ctx, f *form) {
	for _, o := range r.effects(e) {
		if o.Call == nil || o.Call.Op != infer.OpGet {
			continue
		}
		for _, t := range o.Targets {
			if r.d.becomes(t) {
				f.await, f.maybe, f.fetched, f.rule = true, true, true, "AIO17"
			}
		}
	}
}

// linked makes link() awaited where the function that is linked waits: on a
// thread that has ended it runs at once.
func (r *rewriter) linked(e *ast.Call, x *callgraph.Effect, f *form) {
	for _, o := range r.effects(e) {
		if o.Call == nil || o.Call.Mode != infer.Link || o.Call.Via != x.Call {
			continue
		}
		for _, t := range o.Roots {
			if r.d.becomes(t) {
				f.await, f.rule = true, "AIO5"
			}
		}
	}
}

// passed makes with_timeout(5, f) awaited: it calls f in the caller's thread.
func (r *rewriter) passed(e *ast.Call, c ctx, f *form) {
	for _, o := range r.effects(e) {
		if o.Call == nil || o.Call.Mode != infer.Callback || o.Call.Lazy || o.Call.Via == nil {
			continue
		}
		if !r.d.adaptable(o.Call) || r.bridged(e) {
			continue
		}
		for _, t := range o.Targets {
			if r.d.becomes(t) {
				f.await = true
			}
		}
	}
}

// schedules reports whether a call takes awaitables and sees to it that they run:
// what gives one there is not awaited before.
//
//	asyncio.create_task(client.close())
func (r *rewriter) schedules(e *ast.Call) bool {
	name, _, _ := r.p.StaticName(r.m, e.Func)
	if s := r.p.Catalog().Lookup(name); s != nil {
		return s.Schedules
	}
	at, ok := e.Func.(*ast.Attribute) // of a loop, or a TaskGroup
	return ok && (at.Attr.Name == "create_task" || at.Attr.Name == "run_until_complete")
}

// bridged reports whether a call is one of the bridge itself.
func (r *rewriter) bridged(e *ast.Call) bool {
	name, _, _ := r.p.StaticName(r.m, e.Func)
	return strings.HasPrefix(name, "offlet.")
}

// open notes calls of which the callee is not known.
func (r *rewriter) open(e *ast.Call, x *callgraph.Effect, c ctx, f form) {
	candidates := append(append([]infer.FuncID(nil), x.Possible...), x.Named...)
	var some []infer.FuncID
	for _, t := range candidates {
		if r.d.becomes(t) {
			some = append(some, t)
		}
	}
	if len(some) > 0 && (!c.async || len(x.Possible) > 0) {
		r.left(e, c, "LEFT4", "what is called here is not known; by its name it may be %s", r.qualifiedNames(some))
	}
}

func (r *rewriter) qualifiedNames(list []infer.FuncID) string {
	var out []string
	for _, f := range list {
		out = append(out, r.p.Funcs[f].Module.Name+"."+r.p.Qual(f))
		if len(out) == 3 {
			break
		}
	}
	return strings.Join(out, " or ")
}

// refused notes Eventlet functions that are not converted.
func (r *rewriter) refused(e *ast.Call, x *callgraph.Effect, c ctx) {
	for _, id := range r.p.At(x.Call.Fn) {
		v := r.p.Value(id)
		if v.Kind != infer.External {
			continue
		}
		if why := r.d.unconverted(r.p.Name(v), v.Green); why != "" {
			r.left(e, c, "LEFT5", "%s", why)
		}
	}
}

// unconvertedName notes a name of Eventlet that is used other than by calling
// it, and is not converted: a base class, wsgi.MAX_HEADER_LINE = 16384.
func (r *rewriter) unconvertedName(e ast.Expr, c ctx) {
	name, green, cls := r.p.StaticName(r.m, e)
	if cls >= 0 || !strings.HasPrefix(name, "eventlet.") {
		return
	}
	if why := r.d.unconverted(name, green); why != "" {
		r.left(e, c, "LEFT5", "%s", why)
	}
}

// wrapping is what is put before an argument.
type wrapping struct {
	arg  int
	text string
	end  string
}

// spawned says what is put before the function given to spawn. In a task of
// offlet.aio, green code runs through the bridge, and a class whose
// constructor waits through aio.new; in a green thread that stays Eventlet's,
// what is now a coroutine function is run to its end.
func (r *rewriter) spawned(e *ast.Call, c ctx) wrapping {
	for _, o := range r.effects(e) {
		if o.Call == nil || o.Call.Via == nil {
			continue
		}
		s := r.d.spawner(o.Call)
		if o.Call.Mode == infer.Callback && s != nil && s.Calls != nil && r.d.adaptable(o.Call) && r.d.constructs(o.Call.Fn, 0) {
			return r.through(s.Calls, r.rt.Aio()+".new") // with_timeout(5, Conn)
		}
		if o.Call.Mode != infer.Spawn && o.Call.Mode != infer.Link {
			continue
		}
		if s == nil || s.Spawns == nil {
			continue
		}
		kept := r.d.keptSpawner(s)
		green, made, async := false, r.d.constructs(o.Call.Fn, 0), false
		for _, t := range o.Roots {
			green = green || r.d.forced[t] != nil && !r.p.Funcs[t].Async
			async = async || r.d.becomes(t)
		}
		for _, id := range r.p.At(o.Call.Fn) {
			v := r.p.Value(id)
			switch v.Kind {
			case infer.External:
				if s := r.p.Catalog().Lookup(r.p.Name(v)); s != nil && s.Green(r.d.g.Patched, v.Green) && s.IsLeaf() {
					green = true
				}
			case infer.ExtBound:
				recv := r.p.Value(v.Recv)
				if recv.Kind != infer.ExtInstance {
					continue
				}
				if cls := r.p.Catalog().Lookup(r.p.Name(recv)); cls != nil {
					if m := r.p.Catalog().Member(cls, r.p.Name(v)); m != nil && m.Green(r.d.g.Patched, recv.Green) {
						if m.IsLeaf() || r.d.kept[cls.Name] != nil {
							green = true
						} else if r.d.converts(&callgraph.Seed{Symbol: m}) {
							async = true
						}
					}
				}
			}
		}
		var caller string
		switch {
		case kept && made:
			caller = r.rt.Bridge() + ".run, " + r.rt.Aio() + ".new"
		case kept && async:
			caller = r.rt.Bridge() + ".run"
		case kept:
		case green && o.Call.Mode == infer.Link:
			// a link runs in the task that ends, which may be a green thread
		case green:
			caller = r.rt.Bridge() + ".call_green"
		case made:
			return r.through(s.Spawns, r.rt.Aio()+".new")
		}
		if caller == "" {
			continue
		}
		if kept {
			r.replaces(s, s.Name+" with "+caller+" before the function") // a double gets other arguments
			r.done(e, c, "AIO18", "a coroutine function runs in a green thread through the bridge")
		} else {
			r.done(e, c, "AIO19", "green code runs in a task through the bridge")
		}
		return r.through(s.Spawns, caller)
	}
	return wrapping{arg: -1}
}

// through puts what calls a function before the function: spawn(bridge.run, f, x).
// imap and starmap take the arguments from iterables: imap(functools.partial(bridge.run, f), xs).
func (r *rewriter) through(cb *catalog.Callback, caller string) wrapping {
	if cb.Each > 0 || cb.Star > 0 {
		return wrapping{cb.Arg, r.rt.Functools() + ".partial(" + caller + ", ", ")"}
	}
	return wrapping{cb.Arg, caller + ", ", ""}
}

// keptSpawner reports whether a function that starts green threads stays
// Eventlet's.
func (d *decisions) keptSpawner(s *catalog.Symbol) bool {
	if s.Owner != nil {
		return s.Owner.To == "" && !strings.HasPrefix(s.Name, "offlet.") || d.kept[s.Owner.Name] != nil
	}
	return s.To == "" && !strings.HasPrefix(s.Name, "offlet.") || d.staysEventlet(s)
}

// spawner is the record of the function that calls a callback.
func (d *decisions) spawner(c *infer.Call) *catalog.Symbol {
	for _, id := range d.p.At(c.Via.Fn) {
		v := d.p.Value(id)
		var s *catalog.Symbol
		switch v.Kind {
		case infer.External:
			s = d.p.Catalog().Lookup(d.p.Name(v))
		case infer.ExtBound:
			recv := d.p.Value(v.Recv)
			switch recv.Kind {
			case infer.ExtInstance:
				if cls := d.p.Catalog().Lookup(d.p.Name(recv)); cls != nil {
					s = d.p.Catalog().Member(cls, d.p.Name(v))
				}
			case infer.Instance:
				s = d.p.ExternalBase(recv.Class(), d.p.Name(v))
			}
		}
		if s != nil {
			return s
		}
	}
	return nil
}

// renamedMethod is the new name of a special or generator method that is
// called by name: obj.__enter__(), gen.close().
func (r *rewriter) renamedMethod(e *ast.Call, at *ast.Attribute) string {
	x := r.direct(e)
	if x == nil {
		return ""
	}
	if t := asyncTwins[at.Attr.Name]; t != "" && t != at.Attr.Name {
		for _, f := range x.Targets {
			if r.d.becomes(f) {
				return t
			}
		}
	}
	return ""
}

// builtin rewrites calls of builtins that iterate over what is asynchronous
// now, and of the methods that drive a generator.
func (r *rewriter) builtin(e *ast.Call, c ctx, tight bool) bool {
	if r.drive(e, c, tight) || r.lazily(e, c) || r.fills(e, nil, c, tight) {
		return true
	}
	var it *infer.Iter
	var k kinds
	for _, x := range r.effects(e) {
		if x.Iter == nil || x.Iter.Use != infer.Builtin || x.Iter.Arg == nil || x.Iter.Lazy {
			continue
		}
		kk := r.d.consumed(e, x.Iter.Obj)
		if kk.async || kk.green && c.async {
			it, k = x.Iter, kk
		}
	}
	if it == nil {
		return false
	}
	if k.done {
		return false
	}
	if x := r.direct(e); x != nil {
		if f := r.d.formOf(x); f.await || f.green {
			return false // a call that is itself rewritten; its arguments are seen there
		}
	}
	name := ""
	if n, ok := e.Func.(*ast.Name); ok {
		if full, _, _ := r.p.StaticName(r.m, n); strings.HasPrefix(full, "builtins.") {
			name = n.Id
		}
	}
	arg := it.Arg
	s := arg.Range()
	_, genexp := arg.(*ast.GeneratorExp)
	switch {
	case c.async && (name == "any" || name == "all") && k.async:
		open, end := "await ", ""
		if tight {
			open, end = "(await ", ")"
		}
		r.e.Insert(e.Start, open)
		r.e.Replace(e.Func.Range().Start, e.Func.Range().End, r.rt.Aio()+"."+name)
		if genexp {
			r.genexpAsync(arg.(*ast.GeneratorExp), c)
		} else {
			r.expr(arg, c, false)
		}
		r.e.Insert(e.End, end)
		r.done(e, c, "AIO9", "%s stops early, so it becomes aio.%s", name, name)
		return true
	case c.async && (name == "list" || name == "set") && len(e.Args) == 1 && len(e.Keywords) == 0:
		l, rr := "[", "]"
		if name == "set" {
			l, rr = "{", "}"
		}
		if genexp && s.Start == e.Lparen { // list(f(x) for x in xs)
			r.e.Replace(e.Start, e.Lparen+1, l)
			r.comprehension(arg.(*ast.GeneratorExp), c)
			r.e.Replace(e.End-1, e.End, rr)
		} else {
			open, end := r.items(arg, k)
			open, end = l+open[1:], end[:len(end)-1]+rr
			if name == "list" && k.sized {
				open, end = "await "+r.rt.Aio()+".collect(", ")"
				if tight {
					open, end = "("+open, end+")"
				}
			}
			r.e.Replace(e.Start, s.Start, open)
			r.expr(arg, c, false)
			r.e.Replace(s.End, e.End, end)
		}
		r.done(e, c, "AIO9", "%s() becomes a comprehension", name)
		return true
	}
	// any other consumer: the items are gathered first, unless others might see
	// them come one by one
	r.callFunc(e, c)
	stepped := c.async && r.inPlace(r.direct(e))
	if stepped {
		r.left(e, c, "LEFT4", unknownTaker)
	}
	for _, a := range e.Args {
		if a != arg {
			r.expr(a, c, false)
			continue
		}
		if stepped {
			r.stepped(a, k, c, sharedParens(e))
			continue
		}
		if genexp && s.Start == e.Lparen && c.async {
			r.e.Replace(s.Start, s.Start+1, "([")
			r.comprehension(arg.(*ast.GeneratorExp), c)
			r.e.Replace(s.End-1, s.End, "])")
			r.done(a, c, "AIO9", "a generator expression becomes a list")
			continue
		}
		r.gathered(a, k, c, name == "tuple" || name == "sorted")
	}
	for _, kw := range e.Keywords {
		r.expr(kw.Value, c, false)
	}
	return true
}

// unknownTaker is said where items are put into an object of which too little
// is known.
const unknownTaker = "it is not known whether this takes the items as they come, so it gets them through the bridge; write a loop"

// adders are the methods by which a container takes the items of an iterable
// one after the other, with the method that takes one.
var adders = map[string]string{"extend": "append", "extendleft": "appendleft", "update": "add"}

// fills rewrites items.extend(gen()) over what is iterated asynchronously: each
// item goes in as it comes, so that those that came before a timeout are in.
// s is the statement that the call is, if it is one.
func (r *rewriter) fills(e *ast.Call, s *ast.ExprStmt, c ctx, tight bool) bool {
	at, ok := e.Func.(*ast.Attribute)
	if !ok || !c.async || adders[at.Attr.Name] == "" || len(e.Args) != 1 || len(e.Keywords) > 0 {
		return false
	}
	x := r.direct(e)
	if x == nil {
		return false
	}
	var k kinds
	for _, o := range r.effects(e) {
		if o.Iter != nil && o.Iter.Use == infer.Builtin && o.Iter.Arg == e.Args[0] && !o.Iter.Lazy {
			k = r.d.iterable(o.Iter.Obj)
		}
	}
	if k.done || k.sized || !k.async && !k.green {
		return false
	}
	kind := r.container(x, at.Attr.Name)
	if kind == noContainer {
		return false
	}
	name, simple := at.Value.(*ast.Name)
	if s != nil && simple && kind != anyContainer && ownLine(r.m, s) && r.eachItem(s, e.Args[0], k, c, name, adders[at.Attr.Name], kind == dictLike) {
		return true
	}
	if s != nil || kind != listLike && !simple {
		return false // the call comes again as an expression
	}
	open, end := r.waitFor(c, tight)
	if kind != listLike {
		item := r.itemName()
		r.e.Insert(e.Start, open+r.rt.Aio()+".each(lambda "+item+": ")
		r.e.Insert(at.End, "(("+item+",))")
	} else {
		r.e.Insert(e.Start, open+r.rt.Aio()+".each(")
		r.expr(at.Value, c, true)
		r.e.Replace(at.Attr.Start, at.Attr.End, adders[at.Attr.Name])
	}
	arg := e.Args[0].Range()
	inner, innerEnd := "", ""
	if k.green {
		inner, innerEnd = r.rt.Bridge()+".iterate_green(", ")"
	}
	if sharedParens(e) {
		r.e.Insert(e.Lparen, ", "+inner)
		r.expr(e.Args[0], c, false)
		r.e.Insert(e.End, innerEnd+")"+end)
	} else {
		r.e.Replace(e.Lparen, e.Lparen+1, ", ")
		r.e.Insert(arg.Start, inner)
		r.expr(e.Args[0], c, false)
		r.e.Insert(arg.End, innerEnd)
		r.e.Insert(e.End, end)
	}
	r.done(e, c, "AIO9", "%s takes the items one by one", at.Attr.Name)
	return true
}

// A containerKind says how a method such as extend takes one item instead of
// many.
type containerKind uint8

const (
	noContainer  containerKind = iota // it may be anything
	listLike                          // l.append(x), s.add(x)
	dictLike                          // d[key] = value
	anyContainer                      // x.update((item,)) takes one item, whichever it is
)

// container says whose method extend, extendleft or update is: all values have
// to be containers of the standard library, or of classes derived from them
// that do not override the method.
func (r *rewriter) container(x *callgraph.Effect, method string) containerKind {
	sets, maps, others := 0, 0, 0
	for _, id := range r.p.At(x.Call.Fn) {
		v := r.p.Value(id)
		if v.Kind == infer.ExtBound && r.p.Value(v.Recv).Kind == infer.Instance && r.p.HoldsItems(r.p.Value(v.Recv).Class()) {
			others++
			continue
		}
		if v.Kind != infer.ContBound {
			return noContainer
		}
		origin, isMap, tuple := r.p.MadeBy(v)
		if tuple || isMap && method != "update" {
			continue // it has no such method
		}
		made := ""
		switch o := origin.(type) {
		case *ast.List, *ast.ListComp:
			made = "list"
		case *ast.Set, *ast.SetComp:
			made = "set"
		case *ast.Dict, *ast.DictComp:
			made = "dict"
		case *ast.Call:
			switch f := o.Func.(type) {
			case *ast.Name:
				made = f.Id
			case *ast.Attribute:
				made = f.Attr.Name
			}
		}
		switch {
		case made == "set" && !isMap, (made == "list" || made == "deque" || made == "sorted") && method != "update":
			sets++
		case made == "list" || made == "sorted": // it has no update
		case isMap && (made == "dict" || made == "OrderedDict" || made == "defaultdict"):
			maps++
		default:
			others++
		}
	}
	switch {
	case others > 0 || sets > 0 && maps > 0:
		return anyContainer
	case maps > 0:
		return dictLike
	case sets > 0:
		return listLike
	}
	return noContainer
}

// inPlace reports whether a call may put the items that it iterates over into
// an object one by one, where others see them come: x.update(items) where
// nothing is known of x, out.writelines(lines).
func (r *rewriter) inPlace(x *callgraph.Effect) bool {
	if x == nil {
		return true
	}
	for _, id := range r.p.At(x.Call.Fn) {
		switch v := r.p.Value(id); v.Kind {
		case infer.Unknown:
			return true
		case infer.ContBound:
			switch r.p.Name(v) {
			case "extend", "extendleft", "update", "difference_update", "__init__", "__iadd__":
				return true
			}
		case infer.ExtBound:
			recv := r.p.Value(v.Recv)
			switch {
			case recv.Kind == infer.Instance:
				return true
			case recv.Kind == infer.ExtInstance:
				name := r.p.Name(recv)
				return name != "builtins.str" && name != "builtins.bytes"
			}
		}
	}
	return false
}

// eachItem rewrites a statement to a loop that puts each item into the
// container that name denotes.
func (r *rewriter) eachItem(s ast.Stmt, x ast.Expr, k kinds, c ctx, name *ast.Name, add string, mapping bool) bool {
	in, out := s.Range(), x.Range()
	text := r.m.Source.Text
	if strings.ContainsAny(text[in.Start:out.Start], "#\r\n") || strings.ContainsAny(text[out.End:in.End], "#") {
		return false
	}
	item := r.itemName()
	head, tail := item, name.Id+"."+add+"("+item+")"
	if mapping {
		key, value := migrate.Unused(r.m, "key", "_key", "each_key"), migrate.Unused(r.m, "value", "_value", "each_value")
		head, tail = key+", "+value, name.Id+"["+key+"] = "+value
	}
	open, end := "", ""
	switch {
	case k.async && (k.plain || k.green):
		open, end = r.rt.Aio()+".iterate(", ")"
	case k.green:
		open, end = r.rt.Bridge()+".iterate_green(", ")"
	}
	r.e.Replace(in.Start, out.Start, "async for "+head+" in "+open)
	r.expr(x, c, false)
	r.e.Replace(out.End, in.End, end+":"+r.lay.Newline()+r.indent(s)+r.lay.Unit()+tail)
	r.done(s, c, "AIO9", "takes the items one by one")
	return true
}

// plainName reports whether an expression is a name or dotted name of which no
// part runs code.
func (r *rewriter) plainName(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Name:
		return true
	case *ast.Attribute:
		return len(r.effects(e)) == 0 && r.plainName(e.Value)
	}
	return false
}

// augmented rewrites `l += x` over what is iterated asynchronously.
func (r *rewriter) augmented(s *ast.AugAssign, c ctx) {
	for _, o := range r.effects(s) {
		if o.Iter == nil || o.Iter.Use != infer.Augment {
			continue
		}
		k := r.d.iterable(o.Iter.Obj)
		if k.done || !k.async && !(k.green && c.async) {
			continue
		}
		name, simple := s.Target.(*ast.Name)
		lists := len(r.p.At(o.Iter.Elem)) > 0
		for _, id := range r.p.At(o.Iter.Elem) {
			v := r.p.Value(id)
			if v.Kind != infer.Container {
				lists = false
				break
			}
			_, mapping, tuple := r.p.MadeBy(v)
			lists = lists && (mapping || !tuple) // a dict has no +=
		}
		if c.async && simple && lists && !k.sized && ownLine(r.m, s) && r.eachItem(s, s.Value, k, c, name, "append", false) {
			return
		}
		if c.async && lists && !k.sized && r.plainName(s.Target) {
			// l += gen() → await aio.each(l.append, gen())
			open, end := "", ")"
			if k.green {
				open, end = r.rt.Bridge()+".iterate_green(", "))"
			}
			r.e.Insert(s.Start, "await "+r.rt.Aio()+".each(")
			r.e.Replace(s.Target.Range().End, s.Value.Range().Start, ".append, "+open)
			r.expr(s.Value, c, false)
			r.e.Replace(s.Value.Range().End, s.End, end)
			r.done(s, c, "AIO9", "takes the items one by one")
			return
		}
		r.expr(s.Target, c, false)
		if c.async {
			r.left(s, c, "LEFT4", unknownTaker)
			r.stepped(s.Value, k, c, false)
		} else {
			r.gathered(s.Value, k, c, true)
		}
		return
	}
	r.children(s, c)
}

func (r *rewriter) callFunc(e *ast.Call, c ctx) {
	if at, ok := e.Func.(*ast.Attribute); ok {
		r.expr(at.Value, c, true)
	} else if _, ok := e.Func.(*ast.Name); !ok {
		r.expr(e.Func, c, true)
	}
}

// genexpAsync walks a generator expression that stays one and becomes
// asynchronous.
func (r *rewriter) genexpAsync(g *ast.GeneratorExp, c ctx) { r.comprehension(g, c) }

// lazily rewrites map, filter, zip and enumerate over what is asynchronous.
func (r *rewriter) lazily(e *ast.Call, c ctx) bool {
	full, _, _ := r.p.StaticName(r.m, e.Func)
	if !lazy(full) && full != "builtins.iter" {
		return false
	}
	x := r.direct(e)
	if x == nil {
		return false
	}
	k := r.d.iterable(x.Call.Ret)
	calls := full == "builtins.iter" && len(e.Args) == 2 // iter(function, sentinel)
	iter := full == "builtins.iter" && !calls
	if !k.async {
		return false
	}
	name := strings.TrimPrefix(full, "builtins.")
	to := r.rt.Aio() + "." + name
	switch {
	case iter && len(x.Call.Args) == 1 && r.d.asynchronous(x.Call.Args[0]):
		to = "aiter"
	case iter:
		to = r.rt.Aio() + ".iterate"
	}
	r.e.Replace(e.Func.Range().Start, e.Func.Range().End, to)
	for i, a := range e.Args {
		// map(Conn, names) → aio.map(functools.partial(aio.new, Conn), names)
		made := i == 0 && full != "builtins.zip" && full != "builtins.enumerate" && !iter && r.d.constructs(x.Call.Args[0], 0)
		if made {
			r.e.Insert(a.Range().Start, r.rt.Functools()+".partial("+r.rt.Aio()+".new, ")
		}
		r.expr(a, c, false)
		if made {
			r.e.Insert(a.Range().End, ")")
		}
	}
	for _, kw := range e.Keywords {
		r.expr(kw.Value, c, false)
	}
	r.done(e, c, "AIO9", "%s becomes %s", name, to)
	return true
}

// drive rewrites next(x), gen.send(x), gen.throw(x), gen.close(), x.__next__().
func (r *rewriter) drive(e *ast.Call, c ctx, tight bool) bool {
	var obj infer.NodeID
	found := false
	for _, x := range r.effects(e) {
		if x.Iter != nil && x.Iter.Use == infer.Next {
			obj, found = x.Iter.Obj, true
			if k := r.d.iterable(obj); k.async {
				break
			}
		}
	}
	at, isMethod := e.Func.(*ast.Attribute)
	if isMethod && at.Attr.Name == "close" && !found {
		if x := r.direct(e); x == nil || !r.d.closes(x) {
			return false
		}
		return r.driven(e, c, tight, at, "aclose")
	}
	if !found {
		return false
	}
	k := r.d.iterable(obj)
	if !k.async || k.done {
		return false
	}
	if isMethod {
		if at.Attr.Name == "throw" { // athrow does nothing where the generator has ended
			return r.thrown(e, c, tight, at)
		}
		twin := map[string]string{"send": "asend", "__next__": "__anext__"}[at.Attr.Name]
		if twin == "" {
			return false
		}
		return r.driven(e, c, tight, at, twin)
	}
	if !c.async { // whoever catches a StopIteration goes on getting one
		r.e.Replace(e.Func.Range().Start, e.Func.Range().End, r.rt.Bridge()+".next")
		for _, a := range e.Args {
			r.expr(a, c, false)
		}
		r.done(e, c, "AIO18", "next goes through the bridge")
		return true
	}
	r.nexts++
	open, end := r.waitFor(c, tight)
	r.e.Insert(e.Start, open)
	r.e.Replace(e.Func.Range().Start, e.Func.Range().End, "anext")
	for i, a := range e.Args {
		mixed := i == 0 && !r.d.asynchronous(obj) // a plain iterator has no __anext__
		if mixed {
			r.e.Insert(a.Range().Start, r.rt.Aio()+".iterate(")
		}
		r.expr(a, c, false)
		if mixed {
			r.e.Insert(a.Range().End, ")")
		}
	}
	r.e.Insert(e.End, end)
	r.done(e, c, "AIO8", "next becomes anext")
	return true
}

// closes reports whether a call is gen.close() of a generator that becomes an
// async one.
func (d *decisions) closes(e *callgraph.Effect) bool {
	if e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall {
		return false
	}
	return slices.ContainsFunc(d.p.At(e.Call.Fn), func(id infer.ValueID) bool {
		v := d.p.Value(id)
		return v.Kind == infer.ExtBound && d.p.Name(v) == "close" && d.p.Value(v.Recv).Kind == infer.Generator && d.becomes(d.p.Value(v.Recv).Func())
	})
}

func (r *rewriter) driven(e *ast.Call, c ctx, tight bool, at *ast.Attribute, twin string) bool {
	r.nexts++
	open, end := r.waitFor(c, tight)
	r.e.Insert(e.Start, open)
	r.expr(at.Value, c, true)
	r.e.Replace(at.Attr.Start, at.Attr.End, twin)
	for _, a := range e.Args {
		r.expr(a, c, false)
	}
	r.e.Insert(e.End, end)
	r.done(e, c, "AIO8", "%s becomes %s", at.Attr.Name, twin)
	return true
}

// thrown rewrites gen.throw(x) to aio.throw(gen, x).
func (r *rewriter) thrown(e *ast.Call, c ctx, tight bool, at *ast.Attribute) bool {
	r.nexts++
	open, end := r.waitFor(c, tight)
	dot := at.Value.Range().End + int32(strings.LastIndexByte(r.m.Source.Text[at.Value.Range().End:at.Attr.Start], '.'))
	r.e.Replace(e.Start, at.Start, open+r.rt.Aio()+".throw(") // (gen.throw)(x)
	r.expr(at.Value, c, false)
	r.e.Replace(dot, e.Lparen+1, ", ")
	for _, a := range e.Args {
		r.expr(a, c, false)
	}
	r.e.Insert(e.End, end)
	r.done(e, c, "AIO8", "throw becomes aio.throw")
	return true
}

func (r *rewriter) waitFor(c ctx, tight bool) (open, end string) {
	switch {
	case !c.async:
		return r.rt.Bridge() + ".call(", ")"
	case tight:
		return "(await ", ")"
	}
	return "await ", ""
}
