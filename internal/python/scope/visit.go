package scope

import (
	"strings"

	"github.com/offlet/offlet/internal/python/ast"
)

func (a *analyzer) stmts(list []ast.Stmt) {
	for _, s := range list {
		a.stmt(s)
	}
}

func (a *analyzer) exprs(list []ast.Expr) {
	for _, e := range list {
		if e != nil {
			a.expr(e)
		}
	}
}

func (a *analyzer) opt(e ast.Expr) {
	if e != nil {
		a.expr(e)
	}
}

func (a *analyzer) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.ExprStmt:
		a.expr(s.Value)
	case *ast.Assign:
		a.exprs(s.Targets)
		a.expr(s.Value)
	case *ast.If:
		a.expr(s.Test)
		a.stmts(s.Body)
		a.stmts(s.Orelse)
	case *ast.Return:
		if s.Value != nil {
			a.scope.Flags |= HasReturnValue
			a.expr(s.Value)
		}
	case *ast.FunctionDef:
		a.functionDef(s)
	case *ast.ClassDef:
		a.classDef(s)
	case *ast.For:
		if s.Async {
			a.scope.Flags |= HasAwait
		}
		a.expr(s.Target)
		a.expr(s.Iter)
		a.stmts(s.Body)
		a.stmts(s.Orelse)
	case *ast.While:
		a.expr(s.Test)
		a.stmts(s.Body)
		a.stmts(s.Orelse)
	case *ast.With:
		if s.Async {
			a.scope.Flags |= HasAwait
		}
		for _, it := range s.Items {
			a.expr(it.Context)
			a.opt(it.Vars)
		}
		a.stmts(s.Body)
	case *ast.Try:
		a.stmts(s.Body)
		for _, h := range s.Handlers {
			a.opt(h.Type)
			a.ident(h.Name, ExceptName)
			a.stmts(h.Body)
		}
		a.stmts(s.Orelse)
		a.stmts(s.Finalbody)
	case *ast.Import:
		for _, n := range s.Names {
			a.alias(n, true)
		}
	case *ast.ImportFrom:
		for _, n := range s.Names {
			if n.Name.Name == "*" {
				if a.scope.Kind != Module {
					a.fail(n.Span, "import * only allowed at module level")
				}
				a.scope.Flags |= ImportStar
				continue
			}
			a.alias(n, false)
		}
	case *ast.AugAssign:
		a.expr(s.Target)
		a.expr(s.Value)
	case *ast.AnnAssign:
		a.annAssign(s)
	case *ast.Raise:
		a.opt(s.Exc)
		a.opt(s.Cause)
	case *ast.Assert:
		a.expr(s.Test)
		a.opt(s.Msg)
	case *ast.Delete:
		a.exprs(s.Targets)
	case *ast.Global:
		for _, id := range s.Names {
			a.declare(id, DeclaredGlobal, "global")
		}
	case *ast.Nonlocal:
		for _, id := range s.Names {
			a.declare(id, DeclaredNonlocal, "nonlocal")
		}
	case *ast.Match:
		a.expr(s.Subject)
		for _, c := range s.Cases {
			a.pattern(c.Pattern)
			a.opt(c.Guard)
			a.stmts(c.Body)
		}
	case *ast.TypeAlias:
		a.typeAlias(s)
	case *ast.Pass, *ast.Break, *ast.Continue:
	}
}

// alias binds the name of an import; `import a.b` binds a.
func (a *analyzer) alias(n *ast.Alias, dotted bool) {
	if n.AsName != nil {
		a.ident(n.AsName, Imported)
		return
	}
	name := n.Name.Name
	if dotted {
		if i := strings.IndexByte(name, '.'); i >= 0 {
			name = name[:i]
		}
	}
	a.bind(&n.Name.Binding, name, Imported, n.Name.Span)
}

// declare handles a global or nonlocal declaration.
func (a *analyzer) declare(id *ast.Ident, flag Flags, word string) {
	if flag == DeclaredNonlocal && a.scope.Kind == Module {
		a.fail(id.Span, "nonlocal declaration not allowed at module level")
	}
	e := a.mention(&id.Binding, id.Name, 0, id.Span)
	was := a.entries[e].flags
	switch {
	case was&Param != 0:
		a.fail(id.Span, "name '%s' is parameter and %s", id.Name, word)
	case was&Used != 0:
		a.fail(id.Span, "name '%s' is used prior to %s declaration", id.Name, word)
	case was&Annotated != 0:
		a.fail(id.Span, "annotated name '%s' can't be %s", id.Name, word)
	case was&(Bound&^Imported) != 0 && was&walrus == 0: // CPython lets an import pass
		a.fail(id.Span, "name '%s' is assigned to before %s declaration", id.Name, word)
	case (was|flag)&(DeclaredGlobal|DeclaredNonlocal) == DeclaredGlobal|DeclaredNonlocal:
		a.fail(id.Span, "name '%s' is nonlocal and global", id.Name)
		return
	}
	if flag == DeclaredNonlocal && a.scope.Kind == Module {
		return
	}
	a.entries[e].flags |= flag
	a.entries[e].pos = id.Span
	if flag == DeclaredGlobal && was&DeclaredGlobal == 0 {
		a.globals = append(a.globals, e)
	}
}

func (a *analyzer) annAssign(s *ast.AnnAssign) {
	if n, ok := s.Target.(*ast.Name); ok {
		e := a.mention(&n.Binding, n.Id, 0, n.Span)
		f := &a.entries[e].flags
		if s.Simple && *f&(DeclaredGlobal|DeclaredNonlocal) != 0 && a.scope.Kind != Module {
			word := "global"
			if *f&DeclaredNonlocal != 0 {
				word = "nonlocal"
			}
			a.fail(n.Span, "annotated name '%s' can't be %s", n.Id, word)
		}
		switch {
		case s.Simple:
			*f |= Annotated
			if s.Value != nil {
				*f |= Assigned
			}
		case s.Value != nil:
			*f |= Assigned
		default:
			*f |= annotation
		}
	} else {
		a.expr(s.Target)
	}
	a.annotation(s.Annotation)
	a.opt(s.Value)
}

// annotation visits an annotation. Under `from __future__ import annotations`
// it is never evaluated: its names denote what they would, but nothing uses
// them.
func (a *analyzer) annotation(e ast.Expr) {
	if e == nil {
		return
	}
	if a.future {
		a.inAnn++
		a.expr(e)
		a.inAnn--
		return
	}
	a.expr(e)
}

func (a *analyzer) functionDef(s *ast.FunctionDef) {
	a.ident(&s.Name, Def)
	a.exprs(s.Args.Defaults)
	a.exprs(s.Args.KwDefaults)
	a.exprs(s.Decorators)
	if s.TypeParams != nil {
		a.enter(TypeParams, s, a.scope.Private)
		a.typeParams(s.TypeParams)
	}
	a.eachArg(s.Args, func(arg *ast.Arg) { a.annotation(arg.Annotation) })
	a.annotation(s.Returns)
	a.enter(Function, s, a.scope.Private)
	if s.Async {
		a.scope.Flags |= Async
	}
	a.parameters(s.Args)
	a.stmts(s.Body)
	a.exit()
	if s.TypeParams != nil {
		a.exit()
	}
}

func (a *analyzer) eachArg(args *ast.Arguments, f func(*ast.Arg)) {
	for _, arg := range args.PosOnly {
		f(arg)
	}
	for _, arg := range args.Args {
		f(arg)
	}
	for _, arg := range args.KwOnly {
		f(arg)
	}
	if args.Vararg != nil {
		f(args.Vararg)
	}
	if args.Kwarg != nil {
		f(args.Kwarg)
	}
}

// parameters binds the parameters in the scope of their function.
func (a *analyzer) parameters(args *ast.Arguments) {
	a.eachArg(args, func(arg *ast.Arg) {
		e := a.mention(&arg.Name.Binding, arg.Name.Name, 0, arg.Name.Span)
		if a.entries[e].flags&Param != 0 {
			a.fail(arg.Name.Span, "duplicate argument '%s' in function definition", arg.Name.Name)
		}
		a.entries[e].flags |= Param
	})
	if args.Vararg != nil {
		a.scope.Flags |= VarArgs
	}
	if args.Kwarg != nil {
		a.scope.Flags |= VarKeywords
	}
}

func (a *analyzer) classDef(s *ast.ClassDef) {
	a.ident(&s.Name, ClassDef)
	a.exprs(s.Decorators)
	if s.TypeParams != nil {
		// Names in the type parameters are mangled as those in the body.
		a.enter(TypeParams, s, s.Name.Name)
		a.typeParams(s.TypeParams)
	}
	a.exprs(s.Bases)
	for _, k := range s.Keywords {
		a.expr(k.Value)
	}
	a.enter(Class, s, s.Name.Name)
	a.stmts(s.Body)
	a.exit()
	if s.TypeParams != nil {
		a.exit()
	}
}

func (a *analyzer) typeAlias(s *ast.TypeAlias) {
	a.expr(s.Name)
	if s.TypeParams != nil {
		a.enter(TypeParams, s, a.scope.Private)
		a.typeParams(s.TypeParams)
	}
	a.enter(TypeAlias, s, a.scope.Private)
	a.cur.what = "a type alias"
	a.expr(s.Value)
	a.exit()
	if s.TypeParams != nil {
		a.exit()
	}
}

func (a *analyzer) typeParams(list []*ast.TypeParam) {
	for _, t := range list {
		generic := a.cur.generic
		a.cur.generic = -1 // the name of the type parameter itself is mangled
		e := a.mention(&t.Name.Binding, t.Name.Name, 0, t.Name.Span)
		a.cur.generic = generic
		if a.entries[e].flags&TypeParam != 0 {
			a.fail(t.Name.Span, "duplicate type parameter '%s'", t.Name.Name)
		}
		a.entries[e].flags |= TypeParam
		a.lazy(t, t.Bound, "a TypeVar bound")
		a.lazy(t, t.Default, "a type parameter default")
	}
}

// lazy visits a bound or default of a type parameter, which is evaluated in a
// scope of its own when it is asked for.
func (a *analyzer) lazy(t *ast.TypeParam, e ast.Expr, what string) {
	if e == nil {
		return
	}
	a.enter(TypeVarBound, t, a.scope.Private)
	a.cur.what = what
	a.expr(e)
	a.exit()
}

func (a *analyzer) expr(e ast.Expr) {
	switch e := e.(type) {
	case *ast.Name:
		a.name(e)
	case *ast.Attribute:
		a.expr(e.Value)
	case *ast.Call:
		a.expr(e.Func)
		a.exprs(e.Args)
		for _, k := range e.Keywords {
			a.expr(k.Value)
		}
	case *ast.Constant:
	case *ast.Subscript:
		a.expr(e.Value)
		a.expr(e.Slice)
	case *ast.BinOp:
		a.expr(e.Left)
		a.expr(e.Right)
	case *ast.BoolOp:
		a.exprs(e.Values)
	case *ast.UnaryOp:
		a.expr(e.Operand)
	case *ast.Compare:
		a.expr(e.Left)
		a.exprs(e.Comparators)
	case *ast.Tuple:
		a.exprs(e.Elts)
	case *ast.List:
		a.exprs(e.Elts)
	case *ast.Dict:
		for i, k := range e.Keys {
			a.opt(k)
			a.expr(e.Values[i])
		}
	case *ast.Set:
		a.exprs(e.Elts)
	case *ast.Starred:
		a.expr(e.Value)
	case *ast.Slice:
		a.opt(e.Lower)
		a.opt(e.Upper)
		a.opt(e.Step)
	case *ast.JoinedStr:
		a.exprs(e.Values)
	case *ast.TemplateStr:
		a.exprs(e.Values)
	case *ast.FormattedValue:
		a.expr(e.Value)
		if e.FormatSpec != nil {
			a.expr(e.FormatSpec)
		}
	case *ast.IfExp:
		a.expr(e.Test)
		a.expr(e.Body)
		a.expr(e.Orelse)
	case *ast.Lambda:
		a.exprs(e.Args.Defaults)
		a.exprs(e.Args.KwDefaults)
		a.enter(Lambda, e, a.scope.Private)
		a.parameters(e.Args)
		a.expr(e.Body)
		a.exit()
	case *ast.NamedExpr:
		a.namedExpr(e)
	case *ast.ListComp:
		a.comprehension(e, e.Generators, e.Elt, nil, "list comprehension")
	case *ast.SetComp:
		a.comprehension(e, e.Generators, e.Elt, nil, "set comprehension")
	case *ast.DictComp:
		a.comprehension(e, e.Generators, e.Key, e.Value, "dict comprehension")
	case *ast.GeneratorExp:
		a.comprehension(e, e.Generators, e.Elt, nil, "generator expression")
	case *ast.Await:
		a.lazyForbids(e.Span, "await expression")
		a.scope.Flags |= HasAwait
		a.expr(e.Value)
	case *ast.Yield:
		a.yield(e.Span)
		a.opt(e.Value)
	case *ast.YieldFrom:
		a.yield(e.Span)
		a.expr(e.Value)
	}
}

// lazyForbids reports an expression that may not stand in an annotation scope.
func (a *analyzer) lazyForbids(s ast.Span, what string) {
	switch a.scope.Kind {
	case TypeVarBound, TypeAlias:
		a.fail(s, "%s cannot be used within %s", what, a.cur.what)
	case TypeParams:
		where := "the definition of a generic"
		a.fail(s, "%s cannot be used within %s", what, where)
	default:
		if a.inAnn > 0 {
			a.fail(s, "%s cannot be used within an annotation", what)
		}
	}
}

func (a *analyzer) yield(s ast.Span) {
	a.lazyForbids(s, "yield expression")
	if a.scope.Kind == Comprehension {
		a.fail(s, "'yield' inside %s", a.cur.what)
	}
	a.scope.Flags |= HasYield
}

func (a *analyzer) name(n *ast.Name) {
	switch n.Ctx {
	case ast.Store:
		a.bind(&n.Binding, n.Id, Assigned, n.Span)
	case ast.Del:
		a.bind(&n.Binding, n.Id, Assigned|Deleted, n.Span)
	default:
		a.mention(&n.Binding, n.Id, Used, n.Span)
		if n.Id == "super" && a.scope.Kind != Module && a.scope.Kind != Class && a.inAnn == 0 {
			// super() without arguments reads __class__.
			a.at(a.intern("__class__"), Used)
		}
	}
}

// namedExpr binds the target of a walrus: in a comprehension, in the scope
// around it.
func (a *analyzer) namedExpr(e *ast.NamedExpr) {
	a.lazyForbids(e.Span, "named expression")
	for i := range a.frames { // a lambda in the iterable is no way out
		if a.frames[i].compIter > 0 {
			a.fail(e.Span, "assignment expression cannot be used in a comprehension iterable expression")
		}
	}
	if a.scope.Kind == Comprehension {
		a.extend(e.Target)
	}
	a.expr(e.Value)
	a.expr(e.Target)
}

// extend makes the target of a walrus in a comprehension a name of the scope
// around the comprehension (symtable_extend_namedexpr_scope).
func (a *analyzer) extend(n *ast.Name) {
	name := a.mangle(n.Id)
	id := a.intern(name)
	depth := len(a.frames) - 1
	for ; depth >= 0; depth-- {
		f := &a.frames[depth]
		if a.info.Scopes[f.index].Kind != Comprehension {
			break
		}
		if e := a.find(f.entries, id); e >= 0 && a.entries[e].flags&IterVar != 0 {
			a.fail(n.Span, "assignment expression cannot rebind comprehension iteration variable '%s'", n.Id)
		}
	}
	outer := &a.frames[depth]
	kind := a.info.Scopes[outer.index].Kind
	flag := DeclaredNonlocal
	switch kind {
	case Class:
		a.fail(n.Span, "assignment expression within a comprehension cannot be used in a class body")
	case TypeParams:
		a.fail(n.Span, "assignment expression within a comprehension cannot be used within the definition of a generic")
	case TypeAlias:
		a.fail(n.Span, "assignment expression within a comprehension cannot be used in a type alias")
	case TypeVarBound:
		a.fail(n.Span, "assignment expression within a comprehension cannot be used in a TypeVar bound")
	case Module:
		flag = DeclaredGlobal
	}
	// Bind the name in the outer scope, where there may be no entry yet while
	// inner scopes are being visited: put it below theirs in the chain.
	e := a.find(outer.entries, id)
	if e < 0 {
		e = int32(len(a.entries))
		a.entries = append(a.entries, entry{name: id, scope: outer.index, up: -1, shadow: -1})
		outer.entries = append(outer.entries, e)
		a.insert(e, depth)
	}
	if a.entries[e].flags&DeclaredGlobal != 0 {
		flag = DeclaredGlobal
	}
	a.entries[e].flags |= Assigned
	if kind == Module {
		a.entries[e].flags |= walrus // for which it can still be declared global
	}
	// In the comprehensions in between nothing is bound; in this one the name
	// is as if declared.
	c := a.at(id, walrus|flag)
	a.entries[c].pos = n.Span
	if flag == DeclaredGlobal {
		a.globals = append(a.globals, c)
	}
}

// insert puts the new entry e of the scope at the given depth into the chain
// of entries that slots holds for its name, innermost first.
func (a *analyzer) insert(e int32, depth int) {
	name := a.entries[e].name
	link := &a.slots[name]
	for *link >= 0 && a.entries[*link].scope > a.frames[depth].index {
		link = &a.entries[*link].shadow
	}
	a.entries[e].shadow = *link
	*link = e
}

func (a *analyzer) comprehension(n ast.Expr, gens []*ast.Comprehension, elt, value ast.Expr, what string) {
	// The first iterable is evaluated outside.
	a.iterable(gens[0].Iter)
	a.enter(Comprehension, n, a.scope.Private)
	a.cur.what = what
	_, gen := n.(*ast.GeneratorExp)
	if gen {
		a.scope.Flags |= Generator
	}
	for i, g := range gens {
		if g.Async {
			a.scope.Flags |= HasAwait
		}
		a.cur.target = true
		a.expr(g.Target)
		a.cur.target = false
		if i > 0 {
			a.iterable(g.Iter)
		}
		a.exprs(g.Ifs)
	}
	if value != nil {
		a.expr(value)
	}
	a.expr(elt)
	awaits := a.scope.Flags & HasAwait
	a.exit()
	if !gen { // it runs in place, so what awaits is the scope around it
		a.scope.Flags |= awaits
	}
}

func (a *analyzer) iterable(e ast.Expr) {
	depth := len(a.frames) - 1
	a.frames[depth].compIter++
	a.expr(e)
	a.frames[depth].compIter--
}

func (a *analyzer) pattern(p ast.Pattern) {
	switch p := p.(type) {
	case *ast.MatchValue:
		a.expr(p.Value)
	case *ast.MatchSequence:
		for _, q := range p.Patterns {
			a.pattern(q)
		}
	case *ast.MatchMapping:
		a.exprs(p.Keys)
		for _, q := range p.Patterns {
			a.pattern(q)
		}
		a.ident(p.Rest, Assigned)
	case *ast.MatchClass:
		a.expr(p.Cls)
		for _, q := range p.Patterns {
			a.pattern(q)
		}
		for _, q := range p.KwdPatterns {
			a.pattern(q)
		}
	case *ast.MatchStar:
		a.ident(p.Name, Assigned)
	case *ast.MatchAs:
		if p.Pattern != nil {
			a.pattern(p.Pattern)
		}
		a.ident(p.Name, Assigned)
	case *ast.MatchOr:
		for _, q := range p.Patterns {
			a.pattern(q)
		}
	case *ast.MatchSingleton:
	}
}
