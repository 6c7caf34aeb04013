package infer

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// gen turns the statements and expressions of one module into places and
// constraints.
type gen struct {
	p    *Program
	m    *Module
	info *scope.Info
	fn   *Func   // the function whose body is read
	cls  ClassID // the class whose body is read, -1 outside of one; meaningful with inClass
	in   bool    // directly in a class body
	// called is what the call that is read calls
	called ast.Expr
	// private is the class by whose name private names (self.__x) are mangled
	private string
	// env has the place of the current value of the function's own variables;
	// see vars.go.
	env   env
	marks []*merge
	// unpacks is the target of the assignment that is read
	unpacks ast.Expr
	// outcomes are the variables that hold what a forward gave, see wrappers.go
	outcomes map[NodeID]outcome
	// checking says that only a type checker reads what is read
	checking bool
	// ret is where returned values go, if not to fn.Ret.
	ret NodeID
	// dead are the module's imported names that nobody reads.
	dead map[*ast.Alias]bool
}

// sym is the place of a symbol, whatever is assigned to it where.
func (g *gen) sym(s int32) NodeID {
	if s < 0 {
		return 0
	}
	return g.m.base + NodeID(s)
}

// ---- statements

func (g *gen) stmts(list []ast.Stmt) {
	for _, s := range list {
		g.stmt(s)
	}
}

func (g *gen) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.FunctionDef:
		g.function(s)
	case *ast.ClassDef:
		g.class(s)
	case *ast.Return:
		if s.Value != nil {
			v := g.expr(s.Value)
			if !g.returnsOutcome(s.Value) {
				g.returns(v)
			}
		}
	case *ast.Delete:
		for _, t := range s.Targets {
			switch t := t.(type) {
			case *ast.Subscript:
				obj := g.expr(t.Value)
				g.subscripted(obj, t, g.expr(t.Slice))
				g.operator(obj, t, OpDelItem, "__delitem__")
			case *ast.Attribute:
				g.operator(g.expr(t.Value), t, OpDelItem, "__delattr__")
			default:
				if t, ok := t.(*ast.Name); ok { // it may be the last name of an object
					g.operator(g.read(t.Sym), t, OpDelItem, "__del__")
				}
				g.target(t, 0)
			}
		}
	case *ast.Assign:
		v := g.expr(s.Value)
		for _, t := range s.Targets {
			if t, ok := t.(*ast.Subscript); ok && g.sliceTarget(t, v) {
				continue
			}
			g.unpacks = t
			g.target(t, v)
			g.keepOutcome(t, s.Value)
		}
	case *ast.TypeAlias:
	case *ast.AugAssign:
		v := g.expr(s.Value)
		old := g.loadTarget(s.Target)
		n := g.p.node()
		g.concat(old, n)
		if s.Op == ast.Add && old != 0 && v != 0 {
			g.augment(s, old, v, n)
		} else {
			g.gathers(v, s)
			g.concat(v, n)
		}
		for _, m := range inplaceMethods {
			g.operate(old, s, m, n, v)
		}
		g.binary(old, v, s, n)
		g.target(s.Target, n)
	case *ast.AnnAssign:
		v := g.expr(s.Value)
		// an annotation is evidence of what else may be there
		n := g.annotation(s.Annotation)
		switch name, ok := s.Target.(*ast.Name); {
		case ok && n != 0 && s.Value != nil:
			both := g.p.node()
			g.p.edge(v, both)
			g.p.edge(n, both)
			g.target(name, both)
		case ok && n != 0:
			g.assign(name.Sym, n)
		case s.Value != nil:
			g.target(s.Target, v)
		}
	case *ast.For:
		it := g.iterate(s.Iter, s, ForLoop)
		g.loop(s, func() {
			g.target(s.Target, it)
			g.stmts(s.Body)
		})
		g.stmts(s.Orelse)
	case *ast.While:
		g.loop(s, func() {
			g.test(s.Test)
			g.stmts(s.Body)
		})
		g.stmts(s.Orelse)
	case *ast.If:
		if g.static(s.Test) == "typing.TYPE_CHECKING" {
			defer func(was bool) { g.checking = was }(g.checking)
			g.checking = true
		}
		g.test(s.Test)
		g.branch([]func(){func() { g.stmts(s.Body) }, func() { g.stmts(s.Orelse) }},
			[]bool{ends(s.Body), ends(s.Orelse)})
	case *ast.With:
		for _, it := range s.Items {
			obj := g.expr(it.Context)
			w := &With{Func: g.fn.ID, Stmt: s, Item: it, Obj: obj}
			g.fn.Withs = append(g.fn.Withs, w)
			entered := g.p.node()
			g.p.constrain(obj, &enter{call: g.implicit(it, 0), res: entered, async: s.Async})
			if it.Vars != nil {
				g.target(it.Vars, entered)
			}
		}
		g.stmts(s.Body)
	case *ast.Match:
		v := g.expr(s.Subject)
		arms := []func(){func() {}} // no case need match
		leaves := []bool{false}
		for _, c := range s.Cases {
			arms = append(arms, func() {
				g.pattern(c.Pattern, v)
				if c.Guard != nil {
					g.test(c.Guard)
				}
				g.stmts(c.Body)
			})
			leaves = append(leaves, ends(c.Body))
		}
		g.branch(arms, leaves)
	case *ast.Raise:
		if s.Exc != nil {
			g.expr(s.Exc)
		}
		if s.Cause != nil {
			g.expr(s.Cause)
		}
	case *ast.Try:
		g.try(s)
	case *ast.Assert:
		g.test(s.Test)
		if s.Msg != nil {
			g.expr(s.Msg)
		}
	case *ast.Import:
		g.imports(s)
		for _, a := range s.Names {
			g.importName(a)
		}
	case *ast.ImportFrom:
		g.imports(s)
		g.importFrom(s)
	case *ast.ExprStmt:
		g.expr(s.Value)
	case *ast.Global, *ast.Nonlocal, *ast.Pass, *ast.Break, *ast.Continue:
	}
}

// augment is `old += v`, which iterates over v where old is a list.
func (g *gen) augment(s *ast.AugAssign, old, v, res NodeID) {
	p := g.p
	w := p.node()
	it := &Iter{Func: g.fn.ID, Expr: s, Use: Augment, Arg: s.Value, Obj: p.node(), Elem: old}
	g.fn.Iters = append(g.fn.Iters, it)
	p.constrain(v, &addend{to: w, iterated: it.Obj})
	g.concat(w, res)
	elem := p.node()
	p.constrain(it.Obj, &items{res: elem, call: g.implicit(s, OpNext)})
	p.constrain(old, &growing{elem})
}

// addend is the right side of +=: what a list iterates over, and what may be
// added to something else.
type addend struct{ to, iterated NodeID }

func (a *addend) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Generator:
		p.add(a.iterated, v)
		return
	case ExtInstance, Container:
		p.add(a.iterated, v)
	case Instance:
		_, _, iter := p.Method(x.Class(), "__iter__")
		_, _, radd := p.Method(x.Class(), "__radd__")
		if _, _, add := p.Method(x.Class(), "__add__"); iter && !add && !radd {
			p.add(a.iterated, v)
		}
	}
	p.add(a.to, v)
}

// growing is a list that += makes longer.
type growing struct{ elem NodeID }

func (l *growing) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Container && !p.site(x.Site).tuple && !p.site(x.Site).mapping {
		p.edge(l.elem, p.loose(x.Site))
	}
}

// test reads a condition, which may call __bool__ or __len__.
func (g *gen) test(e ast.Expr) {
	n := g.expr(e)
	g.operator(n, e, OpBinary, "__bool__")
	g.operator(n, e, OpBinary, "__len__")
}

// imports records that the function imports modules of the project, whose bodies
// it may be the first to run.
func (g *gen) imports(s ast.Stmt) {
	if g.checking {
		return
	}
	if loads := g.p.loads(g.m, s); len(loads) > 0 {
		g.fn.Imports = append(g.fn.Imports, Import{s, loads})
	}
}

func (g *gen) importName(a *ast.Alias) {
	p := g.p
	name := a.Name.Name
	if name == "__main__" { // the program, whichever module that is
		sym := a.Name.Sym
		if a.AsName != nil {
			sym = a.AsName.Sym
		}
		g.assign(sym, p.single(p.value(Value{Kind: AnyModule, ID: p.nameOf("")})))
		return
	}
	if a.AsName != nil {
		if g.overwritten(a) {
			return
		}
		n := p.node()
		defer func() { g.assign(a.AsName.Sym, n) }()
		if m := p.resolveModule(g.m, name); m != nil {
			p.add(n, p.value(Value{Kind: ModuleVal, ID: int32(m.ID)}))
		} else {
			p.add(n, p.external(name, false))
		}
		return
	}
	head, _, dotted := strings.Cut(name, ".")
	n := p.node()
	defer func() { g.assign(a.Name.Sym, n) }()
	if m := p.resolveModule(g.m, head); m != nil {
		p.add(n, p.value(Value{Kind: ModuleVal, ID: int32(m.ID)}))
		return
	}
	if dotted && p.resolveModule(g.m, name) != nil {
		// a namespace package: its modules are found by the attribute load
		p.add(n, p.value(Value{Kind: External, ID: p.nameOf(head)}))
		return
	}
	p.add(n, p.external(head, false))
}

func (g *gen) importFrom(s *ast.ImportFrom) {
	p := g.p
	name := ""
	if s.Module != nil {
		name = s.Module.Name
	}
	abs, ok := Absolute(g.m, s.Level, name)
	if !ok {
		return
	}
	m := p.resolveModule(g.m, abs)
	for _, a := range s.Names {
		if a.Name.Name == "*" || g.overwritten(a) {
			continue
		}
		id := a.Name.Sym
		if a.AsName != nil {
			id = a.AsName.Sym
		}
		n := p.node()
		g.assign(id, n)
		if m == g.m { // a package's own `from . import part`: no attribute of it yet
			if sub := p.resolveModule(m, abs+"."+a.Name.Name); sub != nil {
				p.add(n, p.value(Value{Kind: ModuleVal, ID: int32(sub.ID)}))
				continue
			}
		}
		if m != nil {
			if node, v := p.moduleAttr(m, a.Name.Name); v >= 0 {
				p.add(n, v)
			} else if node != 0 {
				p.edge(node, n)
			} else {
				p.add(n, p.unknown) // made by something that the flow does not see
			}
			continue
		}
		full := abs + "." + a.Name.Name
		if sub := p.resolveModule(g.m, full); sub != nil {
			p.add(n, p.value(Value{Kind: ModuleVal, ID: int32(sub.ID)}))
			continue
		}
		p.add(n, p.external(full, false))
	}
}

// static follows a name or dotted name to an external name without the flow,
// for decorators and base classes: it must be known before anything flows.
func (g *gen) static(e ast.Expr) string {
	name, _ := g.p.staticName(g.m, e)
	return g.p.canonical(name)
}

// function reads a def: its defaults and decorators here, its body as the
// function's own.
func (g *gen) function(d *ast.FunctionDef) {
	p := g.p
	f := p.Funcs[p.funcOf[d]]
	g.defaults(f, d.Args)
	v := p.value(Value{Kind: FuncVal, ID: int32(f.ID)})
	cur := p.single(v)
	// what a decorator says of the def itself must be known before calls bind
	for i := len(d.Decorators) - 1; i >= 0; i-- {
		cur = g.decorate(f, d.Decorators[i], cur)
	}
	g.assign(d.Name.Sym, cur)
	if f.Class >= 0 && len(f.params) > 0 && !f.Static {
		c := p.Classes[f.Class]
		if d.Name.Name != "__new__" && !metaclass(c) {
			p.only(f.params[0], c.ID)
		}
		if f.ClassMethod || d.Name.Name == "__new__" || d.Name.Name == "__init_subclass__" || d.Name.Name == "__class_getitem__" {
			p.addClasses(f.params[0], c.ID)
		} else {
			// who calls it, and on what, may not all be seen
			p.addInstances(f.params[0], c.ID)
		}
	}
	inner := &gen{p: p, m: g.m, info: g.info, fn: f, private: g.private, env: env{}}
	for _, a := range allArgs(d.Args) {
		if a.Annotation != nil && a != d.Args.Vararg && a != d.Args.Kwarg {
			p.edge(g.annotation(a.Annotation), g.sym(a.Name.Sym))
		}
	}
	for _, called := range [...]ast.Expr{d.Returns, annotationOf(d.Args.Vararg), annotationOf(d.Args.Kwarg)} {
		if called, ok := called.(*ast.Call); ok {
			g.annotation(called)
		}
	}
	inner.body(f, d)
	switch {
	case d.Name.Name == "__reduce__", d.Name.Name == "__reduce_ex__": // copy and pickle call what it returns
		p.leaveAt(f.Ret, &Escape{Func: f.ID, Expr: d, To: "pickle"}, byProtocol)
	case d.Name.Name == "__iter__" && !f.Generator && !f.Async:
		p.constrain(f.Ret, &handsOut{&Escape{Func: f.ID, Expr: d, To: "builtins.iter"}, map[NodeID]bool{}})
	case f.Generator && !f.Async: // except StopIteration as e: e.value()
		p.constrain(f.Ret, escapeResult{&Escape{Func: f.ID, Expr: d, To: "builtins.StopIteration"}})
	}
}

func annotationOf(a *ast.Arg) ast.Expr {
	if a == nil {
		return nil
	}
	return a.Annotation
}

// metaclass reports whether the instances of a class are classes.
func metaclass(c *Class) bool {
	if c.Meta {
		return true
	}
	for _, e := range c.ExternalMRO {
		if e == "builtins.type" || e == "abc.ABCMeta" || e == "enum.EnumMeta" {
			return true
		}
	}
	return false
}

func allArgs(a *ast.Arguments) []*ast.Arg {
	var out []*ast.Arg
	out = append(out, a.PosOnly...)
	out = append(out, a.Args...)
	if a.Vararg != nil {
		out = append(out, a.Vararg)
	}
	out = append(out, a.KwOnly...)
	if a.Kwarg != nil {
		out = append(out, a.Kwarg)
	}
	return out
}

func (g *gen) defaults(f *Func, a *ast.Arguments) {
	n := len(a.PosOnly) + len(a.Args)
	f.defaults = map[int]NodeID{}
	for i, d := range a.Defaults {
		v := g.expr(d)
		g.p.edge(v, f.params[n-len(a.Defaults)+i])
		f.defaults[n-len(a.Defaults)+i] = v
	}
	for i, d := range a.KwDefaults {
		if d != nil {
			v := g.expr(d)
			g.p.edge(v, f.kwonly[i])
			f.defaults[n+i] = v
		}
	}
}

// decorate is what a decorator makes of the function at cur.
func (g *gen) decorate(f *Func, d ast.Expr, cur NodeID) NodeID {
	p := g.p
	name := g.static(d)
	call, isCall := d.(*ast.Call)
	if isCall {
		name = g.static(call.Func)
	}
	wrap := func(kind ValueKind) NodeID {
		s := p.newSite(site{elem: cur, origin: d})
		return p.single(p.value(Value{Kind: kind, Site: s}))
	}
	if isCall {
		switch name {
		case "functools.lru_cache":
			f.Cached = true
			g.expr(d)
			return cur
		case "functools.wraps":
			g.expr(d)
			if made := g.fn.Calls[len(g.fn.Calls)-1]; made.Expr == ast.Node(call) && len(made.Args) > 0 {
				p.constrain(cur, &storeAttr{name: "__wrapped__", val: made.Args[0]})
			}
			return cur
		}
	} else {
		switch name {
		case "builtins.staticmethod":
			f.Static = true
			return wrap(StaticMethod)
		case "builtins.classmethod":
			f.ClassMethod = true
			return wrap(ClassMethod)
		case "builtins.property", "functools.cached_property", "abc.abstractproperty":
			f.Getter = true
			f.Cached = name == "functools.cached_property"
			return wrap(Property)
		case "contextlib.contextmanager", "contextlib.asynccontextmanager":
			f.ContextManager = true
			return cur
		case "functools.cache", "functools.lru_cache":
			f.Cached = true
			return cur
		case "abc.abstractmethod", "typing.overload", "typing.final", "typing.override", "typing.no_type_check",
			"functools.total_ordering", "typing_extensions.override", "typing_extensions.final":
			return cur
		case "functools.singledispatch", "functools.singledispatchmethod": // with others registered it gives what they give
			p.leaveAt(cur, &Escape{Func: g.fn.ID, Expr: d, To: name}, byProtocol)
			n := p.node()
			p.edge(cur, n)
			f.dispatches = p.node()
			p.edge(f.dispatches, n)
			return n
		}
		if at, ok := d.(*ast.Attribute); ok {
			switch at.Attr.Name {
			case "setter", "deleter", "getter": // @x.setter: the property stays what it was
				return g.accessor(f, at, cur)
			}
		}
	}
	fn := g.expr(d)
	if n := len(g.fn.Calls); isCall && n > 0 && g.fn.Calls[n-1].Expr == ast.Node(call) {
		g.fn.Calls[n-1].MakesDecorator = true
	}
	c := &Call{Func: g.fn.ID, Expr: d, Fn: fn, Args: []NodeID{cur}, Ret: p.node(), Decorator: true}
	g.fn.Calls = append(g.fn.Calls, c)
	p.constrain(fn, c)
	if name != "" { // external: what it does with the function is not known
		f.Foreign = append(f.Foreign, name)
	}
	return c.Ret
}

// accessor is `@x.setter def x(self, v)`: the result is the property x with
// one more function, kept at the same place.
func (g *gen) accessor(f *Func, at *ast.Attribute, cur NodeID) NodeID {
	p := g.p
	n := p.node()
	prop := g.expr(at.Value)
	p.constrain(prop, &addAccessor{fn: cur, res: n, name: at.Attr.Name})
	return n
}

// getterOf keeps the functions synchronous that property() is given to get its
// value: what reads the attribute runs them, also where that is not seen. What they
// return stays in the program.
type getterOf struct{ by *Escape }

func (g *getterOf) apply(p *Program, v ValueID) {
	if x := p.Values[v]; (x.Kind == FuncVal || x.Kind == Bound) && p.Escapes[x.Func()] == nil {
		p.Escapes[x.Func()] = g.by
	}
}

// accessor keeps the function that sets or deletes a property synchronous: an
// assignment runs it, also one that is not seen, as setattr(obj, name, v).
func (p *Program) accessor(fn NodeID, at int32) {
	by := &Escape{To: "builtins.property", Func: -1}
	if e := p.site(at).origin; e != nil {
		by.Expr = e
	}
	p.leaveAt(fn, by, byProtocol)
}

type addAccessor struct {
	fn, res NodeID
	name    string // setter, deleter, getter
}

func (a *addAccessor) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Property {
		return
	}
	p.add(a.res, v)
	switch a.name {
	case "setter":
		p.edge(a.fn, p.slot(x.Site, "set"))
	case "getter": // of this property or of another one made of it
		p.edge(a.fn, p.site(x.Site).elem)
	}
	p.accessor(a.fn, x.Site)
}

// class reads a class statement in the function in which it stands.
func (g *gen) class(d *ast.ClassDef) {
	p := g.p
	c := p.Classes[p.classOf[d]]
	for _, b := range d.Bases {
		n := g.expr(b)
		if _, ok := p.staticClass(g.m, b); !ok { // class Wrapped(cls): its methods are reached through super()
			c.computed = append(c.computed, n)
			p.constrain(n, &baseOf{c, &Escape{Func: g.fn.ID, Expr: d, To: "a class that is derived from it"}})
		}
	}
	for _, k := range d.Keywords {
		n := g.expr(k.Value)
		if k.Name != nil && k.Name.Name == "metaclass" {
			p.edge(n, p.metaclassNode(c))
		}
	}
	for _, k := range c.MRO {
		for _, kw := range p.Classes[k].Node.Keywords {
			if kw.Name != nil && kw.Name.Name == "metaclass" {
				p.constrain(p.metaclassNode(p.Classes[k]), &metaclassOf{c: c})
			}
		}
	}
	inner := &gen{p: p, m: g.m, info: g.info, fn: g.fn, cls: c.ID, in: true, private: d.Name.Name}
	inner.stmts(d.Body)
	g.makeClass(c)
	g.initLocal(c)
	g.setNames(c)
	g.initSubclass(c, d)
	p.constrain(p.single(c.val), &enumMembers{g.fn, d})
	cur := p.single(c.val)
	for i := len(d.Decorators) - 1; i >= 0; i-- {
		dec := d.Decorators[i]
		name := g.static(dec)
		if call, ok := dec.(*ast.Call); ok {
			name = g.static(call.Func)
		}
		switch name {
		case "dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attrs.define", "attrs.frozen",
			"functools.total_ordering", "enum.unique", "typing.final", "typing.runtime_checkable":
			if call, ok := dec.(*ast.Call); ok {
				g.expr(call)
			}
			continue
		}
		fn := g.expr(dec)
		call := &Call{Func: g.fn.ID, Expr: dec, Fn: fn, Args: []NodeID{cur}, Ret: p.node(), Decorator: true}
		g.fn.Calls = append(g.fn.Calls, call)
		p.constrain(fn, call)
		cur = call.Ret
	}
	g.assign(d.Name.Sym, cur)
}

// baseOf marks classes that become bases where the class statement does not
// say which, and the class that has them.
type baseOf struct {
	c  *Class
	by *Escape
}

func (b *baseOf) apply(p *Program, v ValueID) {
	if p.Values[v].Kind == ClassVal {
		(&escape{by: b.by, level: anyMethod}).apply(p, v)
		by := &Escape{Func: b.by.Func, Expr: b.by.Expr, To: "a base class that is computed"}
		(&escape{by: by, level: anyMethod}).apply(p, b.c.val)
	}
}

// metaclassNode is the place of what the statement of a class names as its
// metaclass.
func (p *Program) metaclassNode(c *Class) NodeID {
	if c.metaclass == 0 {
		c.metaclass = p.node()
	}
	return c.metaclass
}

// metaclassOf tells a metaclass, and those it derives from, of a class: Python
// gives the class to their methods, and so it does with every class that derives from it.
type metaclassOf struct{ c *Class }

func (m *metaclassOf) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != ClassVal {
		return
	}
	for _, k := range p.Classes[x.Class()].MRO {
		meta := p.Classes[k]
		for _, name := range slices.Sorted(maps.Keys(meta.members)) {
			p.constrain(meta.Module.base+NodeID(meta.members[name]), &metaMethod{m.c.val})
		}
	}
}

// metaMethod gives a class to a method of its metaclass.
type metaMethod struct{ cls ValueID }

func (m *metaMethod) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != FuncVal {
		return
	}
	f := p.Funcs[x.ID]
	if len(f.params) > 3 && (f.Name == "__new__" || f.Name == "__init__") { // (cls, name, bases, namespace)
		p.add(f.params[3], p.objectDict(p.Values[m.cls].Class(), true))
	}
	if len(f.params) > 0 && f.Name != "__new__" && f.Name != "__prepare__" && !f.Static && !f.ClassMethod {
		p.add(f.params[0], m.cls)
	}
}

// enumMembers makes the members of an enumeration: the value of each is what
// its __init__ gets, the items of a tuple one by one.
//
//	class Job(Enum):
//	    FETCH = (fetch, 3)
//	    def __init__(self, run, times): ...
type enumMembers struct {
	fn *Func
	at *ast.ClassDef
}

func (e *enumMembers) apply(p *Program, v ValueID) {
	id := p.Values[v].Class()
	n, _, ok := p.Method(id, "__init__")
	if !ok || !p.isEnum(id) {
		return
	}
	c := p.Classes[id]
	init := p.node()
	p.constrain(n, &bind{recv: c.self, res: init})
	for _, name := range slices.Sorted(maps.Keys(c.members)) {
		if strings.HasPrefix(name, "__") {
			continue
		}
		value := c.Module.base + NodeID(c.members[name])
		for _, call := range [...]*Call{{Star: value}, {Args: []NodeID{value}}} {
			call.Func, call.Expr, call.Op, call.Fn, call.Ret = e.fn.ID, e.at, OpBinary, init, p.node()
			e.fn.Calls = append(e.fn.Calls, call)
			p.constrain(init, call)
		}
	}
}

// initSubclass calls the __init_subclass__ that a class inherits (PEP 487).
func (g *gen) initSubclass(c *Class, d *ast.ClassDef) {
	p := g.p
	for _, k := range c.MRO[1:] {
		sym, ok := p.Classes[k].members["__init_subclass__"]
		if !ok {
			continue
		}
		fn := p.node()
		p.constrain(p.Classes[k].Module.base+NodeID(sym), &bind{recv: c.val, res: fn, class: true})
		call := &Call{Func: g.fn.ID, Expr: d, Op: OpBinary, Fn: fn, Ret: p.node()}
		for _, kw := range d.Keywords {
			if kw.Name != nil && kw.Name.Name != "metaclass" {
				call.Kw = append(call.Kw, Arg{kw.Name.Name, g.expr(kw.Value)})
			}
		}
		g.fn.Calls = append(g.fn.Calls, call)
		p.constrain(fn, call)
		return
	}
}

// annotation gives the instances that an annotation promises: a class, or the
// members of Optional, Union and X | Y.
func (g *gen) annotation(e ast.Expr) NodeID {
	p := g.p
	switch e := e.(type) {
	case *ast.Name, *ast.Attribute:
		n := p.node()
		p.constrain(g.expr(e), &instantiate{res: n})
		return n
	case *ast.BinOp:
		if e.Op == ast.BitOr {
			n := p.node()
			p.edge(g.annotation(e.Left), n)
			p.edge(g.annotation(e.Right), n)
			return n
		}
	case *ast.Subscript:
		switch g.static(e.Value) {
		case "typing.Optional", "typing.Union", "typing.Final", "typing.Annotated", "typing.ClassVar":
			if t, ok := e.Slice.(*ast.Tuple); ok {
				n := p.node()
				for _, x := range t.Elts {
					p.edge(g.annotation(x), n)
				}
				return n
			}
			return g.annotation(e.Slice)
		case "typing.Type", "builtins.type":
			n := p.node()
			p.constrain(g.expr(e.Slice), &derived{res: n})
			return n
		}
		// GreenThread[int], Queue[str]: the class itself
		return g.annotation(e.Value)
	case *ast.Call: // x: bounded(3), which runs when the def does, or when somebody asks
		p.leaveAt(g.expr(e.Func), &Escape{Func: g.fn.ID, Expr: e, To: "an annotation"}, asFunction)
	case *ast.Constant:
		// "Conn": a forward reference to a name of the module
		if e.Kind == ast.Str {
			if sym, ok := g.m.names[e.Text]; ok {
				n := p.node()
				p.constrain(g.sym(sym), &instantiate{res: n})
				return n
			}
		}
	}
	return 0
}

// derived gives the classes at a place and everything derived from them.
type derived struct{ res NodeID }

func (d *derived) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == ClassVal {
		p.addClasses(d.res, x.Class())
	} else {
		p.add(d.res, v)
	}
}

func (p *Program) addClasses(n NodeID, c ClassID) {
	if p.untold(ofTests{n, c, false}) {
		return
	}
	p.add(n, p.Classes[c].val)
	for _, sub := range p.Classes[c].Sub {
		p.addClasses(n, sub)
	}
}

// ---- targets

// target lets what is at v flow into an assignment target.
func (g *gen) target(t ast.Expr, v NodeID) {
	p := g.p
	switch t := t.(type) {
	case *ast.Name:
		g.assign(t.Sym, v)
	case *ast.Attribute:
		obj := g.expr(t.Value)
		if v != 0 {
			p.stores = append(p.stores, stored{obj: obj, val: v, by: &Escape{Func: g.fn.ID, Expr: t}})
			p.constrain(obj, &storeAttr{name: scope.Mangle(g.private, t.Attr.Name), val: v, call: g.implicit(t, OpSet)})
		}
	case *ast.Subscript:
		if _, slice := t.Slice.(*ast.Slice); slice && v != 0 {
			// for l[:] in (gen(),): nothing here gathers what is asynchronous
			p.leaveAt(v, &Escape{Func: g.fn.ID, Expr: t, To: "builtins.list"}, byProtocol)
			each := p.node()
			p.constrain(v, &items{res: each, call: &implicit{fn: g.fn, at: t, sync: true}})
			v = each
		}
		obj := g.expr(t.Value)
		g.storeItem(obj, t, v)
	case *ast.Starred:
		g.target(t.Value, v)
	case *ast.Tuple:
		g.unpack(t, t.Elts, v)
	case *ast.List:
		g.unpack(t, t.Elts, v)
	}
}

// gathers marks the iterables that a statement iterates over by itself, with no
// place for an `async for`.
func (g *gen) gathers(v NodeID, at ast.Node) {
	g.p.constrain(v, gathered{&Escape{Func: g.fn.ID, Expr: at, To: "builtins.iter"}})
}

// gather is gathers for what a call of the standard library iterates over, with
// no place for an `async for` either: the items of dict(pairs()).
func (p *Program) gather(n NodeID, c *Call) {
	p.constrain(n, gathered{&Escape{Func: c.Func, Expr: c.Expr, To: "builtins.iter"}})
}

// handsOut marks the generators that an __iter__ returns which is none itself:
// it has no `async for` to become __aiter__ by, and Python takes no async
// generator from an __iter__.
//
//	def __iter__(self):
//	    return self.walk()
type handsOut struct {
	by      *Escape
	sources map[NodeID]bool // of lazy iterators, which may go through themselves: it = map(f, it)
}

func (h *handsOut) apply(p *Program, v ValueID) {
	switch x := p.Values[v]; x.Kind {
	case Generator:
		(&escape{by: h.by, level: asFunction}).apply(p, v)
	case Instance: // return iter(self.items); an object with __next__ is the iterator itself
		if _, _, ok := p.Method(x.Class(), "__next__"); !ok {
			gathered{h.by}.apply(p, v)
		}
	case ExtInstance: // return iter(self.recv, None), return map(self.parse, self.lines())
		for _, src := range p.Sources(x) {
			if !h.sources[src] {
				h.sources[src] = true
				p.constrain(src, h)
			}
		}
		for _, c := range p.CallsOf(x) {
			p.leaveAt(c.Fn, h.by, asFunction)
		}
	}
}

type gathered struct{ by *Escape }

func (x gathered) apply(p *Program, v ValueID) {
	switch o := p.Values[v]; o.Kind {
	case Generator:
		(&escape{by: x.by, level: asFunction}).apply(p, v)
	case Instance:
		if _, _, ok := p.Method(o.Class(), "__iter__"); ok {
			(&escape{by: x.by, level: byProtocol}).apply(p, v)
		}
	}
}

// sliceTarget is `l[i:j] = v`, which iterates over v.
func (g *gen) sliceTarget(t *ast.Subscript, v NodeID) bool {
	if _, slice := t.Slice.(*ast.Slice); !slice || v == 0 {
		return false
	}
	it := &Iter{Func: g.fn.ID, Expr: t, Use: Unpack, Obj: v, Elem: g.p.node()}
	g.fn.Iters = append(g.fn.Iters, it)
	g.p.constrain(v, &items{res: it.Elem, call: g.implicit(t, OpNext)})
	obj := g.expr(t.Value)
	g.storeItem(obj, t, it.Elem)
	return true
}

// storeItem is `obj[key] = v`.
func (g *gen) storeItem(obj NodeID, t *ast.Subscript, v NodeID) {
	k := g.expr(t.Slice)
	g.subscripted(obj, t, k)
	by := &Escape{Func: g.fn.ID, Expr: t}
	g.p.stores = append(g.p.stores, stored{obj: obj, val: v, by: by}, stored{obj: obj, val: k, by: by})
	g.p.constrain(obj, &storeItem{key: constKey(t.Slice), index: k, val: v, call: g.implicit(t, OpSetItem)})
}

func (g *gen) unpack(t ast.Expr, elts []ast.Expr, v NodeID) {
	p := g.p
	if v == 0 {
		for _, e := range elts {
			g.target(e, 0)
		}
		return
	}
	it := &Iter{Func: g.fn.ID, Expr: t, Use: Unpack, Obj: v}
	g.fn.Iters = append(g.fn.Iters, it)
	if t != g.unpacks { // for a, b in generators: only the value of an assignment is gathered
		p.unpacked = append(p.unpacked, unpacked{obj: v, by: &Escape{Func: g.fn.ID, Expr: t, To: "builtins.iter"}})
	}
	star := -1
	for i, e := range elts {
		if _, ok := e.(*ast.Starred); ok {
			star = i
		}
	}
	u := &unpackInto{star: star, call: g.implicit(t, OpNext)}
	for range elts {
		u.into = append(u.into, p.node())
	}
	if star >= 0 {
		c := p.container(t, false, false)
		u.rest = p.Values[c].Site
		p.add(u.into[star], c)
	}
	p.constrain(v, u)
	for i, e := range elts {
		g.target(e, u.into[i])
	}
}

// loadTarget reads the old value of an augmented assignment's target.
func (g *gen) loadTarget(t ast.Expr) NodeID {
	switch t := t.(type) {
	case *ast.Name:
		return g.read(t.Sym)
	case *ast.Attribute:
		return g.attr(g.expr(t.Value), t, t.Attr.Name)
	case *ast.Subscript:
		return g.item(g.expr(t.Value), t)
	}
	return 0
}

func (g *gen) pattern(pt ast.Pattern, v NodeID) {
	p := g.p
	switch pt := pt.(type) {
	case *ast.MatchValue:
		g.expr(pt.Value)
	case *ast.MatchSequence:
		star := -1
		for i, e := range pt.Patterns {
			if _, ok := e.(*ast.MatchStar); ok {
				star = i
			}
		}
		u := &unpackInto{star: star, call: g.unawaited(pt)}
		for range pt.Patterns {
			u.into = append(u.into, p.node())
		}
		if star >= 0 {
			c := p.container(pt, false, false)
			u.rest = p.Values[c].Site
			p.add(u.into[star], c)
		}
		p.constrain(v, u)
		for i, e := range pt.Patterns {
			g.pattern(e, u.into[i])
		}
	case *ast.MatchMapping:
		p.ask(v, &special{method: "get", call: g.unawaited(pt), args: []NodeID{0, 0}})
		for i, k := range pt.Keys {
			g.expr(k)
			n := p.node()
			p.constrain(v, &loadItem{key: constKey(k), res: n, call: g.unawaited(pt)})
			g.pattern(pt.Patterns[i], n)
		}
		if pt.Rest != nil {
			g.assign(pt.Rest.Sym, v)
		}
	case *ast.MatchClass:
		cls := g.expr(pt.Cls)
		for i, k := range pt.KwdAttrs {
			n := p.node()
			p.constrain(v, &loadAttr{name: scope.Mangle(g.private, k.Name), res: n, call: g.unawaited(pt)})
			g.pattern(pt.KwdPatterns[i], n)
		}
		for i, sub := range pt.Patterns {
			n := p.node()
			p.constrain(cls, &matchField{index: i, obj: v, res: n, g: g, at: pt})
			g.pattern(sub, n)
		}
	case *ast.MatchStar:
		if pt.Name != nil {
			g.assign(pt.Name.Sym, v)
		}
	case *ast.MatchAs:
		if pt.Pattern != nil {
			g.pattern(pt.Pattern, v)
		}
		if pt.Name != nil {
			g.assign(pt.Name.Sym, v)
		}
	case *ast.MatchOr:
		for _, sub := range pt.Patterns {
			g.pattern(sub, v)
		}
	}
}

// matchField is a positional sub-pattern of a class pattern: the field of a
// dataclass at that position.
type matchField struct {
	index int
	obj   NodeID
	res   NodeID
	g     *gen
	at    ast.Node
}

func (m *matchField) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != ClassVal {
		return
	}
	f := p.fieldsOf(x.Class())
	if args := p.matchArgs(x.Class()); args != nil {
		f = args
	}
	if m.index < len(f) {
		p.constrain(m.obj, &loadAttr{name: f[m.index], res: m.res, call: m.g.unawaited(m.at)})
	}
}

// unawaited prepares calls of a pattern, in which nothing can be awaited.
func (g *gen) unawaited(at ast.Node) *implicit { return &implicit{fn: g.fn, at: at, sync: true} }

// matchArgs are the names in the __match_args__ of a class, or nil.
func (p *Program) matchArgs(c ClassID) []string {
	for _, k := range p.Classes[c].MRO {
		for _, s := range p.Classes[k].Node.Body {
			a, ok := s.(*ast.Assign)
			if !ok || len(a.Targets) != 1 {
				continue
			}
			if n, ok := a.Targets[0].(*ast.Name); !ok || n.Id != "__match_args__" {
				continue
			}
			out := []string{}
			if t, ok := a.Value.(*ast.Tuple); ok {
				for _, x := range t.Elts {
					if s, ok := x.(*ast.Constant); ok && s.Kind == ast.Str {
						out = append(out, s.Text)
					}
				}
			}
			return out
		}
	}
	return nil
}

// ---- expressions

// constKey is the constant key or index that a subscript names, or "".
func constKey(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Constant:
		switch e.Kind {
		case ast.Str:
			return "s" + e.Text
		case ast.Int:
			return "i" + e.Text
		}
	case *ast.UnaryOp:
		return ""
	}
	return ""
}

// expr reads an expression and returns the place of its value, 0 where
// nothing of interest can come of it.
func (g *gen) expr(e ast.Expr) NodeID {
	p := g.p
	switch e := e.(type) {
	case nil:
		return 0
	case *ast.Name:
		return g.name(e)
	case *ast.Constant:
		switch e.Kind {
		case ast.Str:
			return p.constant("builtins.str")
		case ast.Bytes:
			return p.constant("builtins.bytes")
		case ast.Int, ast.True, ast.False:
			return p.constant("builtins.int")
		case ast.Float:
			return p.constant("builtins.float")
		}
		return 0
	case *ast.Attribute:
		called := e == g.called
		obj := g.expr(e.Value)
		if !called && p.ByName[e.Attr.Name] != nil {
			p.Taken = append(p.Taken, Taken{g.fn.ID, e, obj, e.Attr.Name, "", true})
		}
		return g.attr(obj, e, e.Attr.Name)
	case *ast.Call:
		return g.call(e)
	case *ast.Subscript:
		return g.item(g.expr(e.Value), e)
	case *ast.BoolOp:
		n := p.node()
		for _, v := range e.Values {
			x := g.expr(v)
			p.edge(x, n)
			g.operator(x, v, OpBinary, "__bool__")
		}
		return n
	case *ast.IfExp:
		g.test(e.Test)
		n := p.node()
		p.edge(g.expr(e.Body), n)
		p.edge(g.expr(e.Orelse), n)
		return n
	case *ast.NamedExpr:
		v := g.expr(e.Value)
		g.assign(e.Target.Sym, v)
		return v
	case *ast.BinOp:
		l, r := g.expr(e.Left), g.expr(e.Right)
		n := p.node()
		g.binary(l, r, e, n)
		if e.Op == ast.Mod { // '%(a)s' % settings
			g.operate(r, e, "__getitem__", 0)
			for _, m := range [...]string{"__str__", "__repr__"} {
				if g.inside(r, e, m); g.p.dunder[m] { // "%s" % ([w],)
					p.constrain(r, &elements{&special{method: m, call: g.implicit(e, OpBinary), inside: true}})
				}
			}
		}
		g.concat(l, n)
		g.concat(r, n)
		return n
	case *ast.UnaryOp:
		x := g.expr(e.Operand)
		if e.Op == ast.Not {
			g.operator(x, e, OpBinary, "__bool__")
			return p.constant("builtins.int")
		}
		n := p.node()
		p.edge(x, n)
		for _, m := range [...]string{"__neg__", "__pos__", "__invert__"} {
			g.operate(x, e, m, n)
		}
		return n
	case *ast.Compare:
		out := p.node()
		p.edge(p.constant("builtins.int"), out)
		l := g.expr(e.Left)
		for i, c := range e.Comparators {
			r := g.expr(c)
			switch e.Ops[i] {
			case ast.In, ast.NotIn:
				g.operate(r, e, "__contains__", 0, l)
				if g.p.dunder["__eq__"] { // 1 in [w]
					p.constrain(r, &elements{&special{method: "__eq__", call: g.implicit(e, OpBinary), args: []NodeID{l}, inside: true}})
				}
				g.hashed(l, e)
				it := &Iter{Func: g.fn.ID, Expr: e, Use: Membership, Arg: c, Obj: r}
				g.fn.Iters = append(g.fn.Iters, it)
			case ast.Is, ast.IsNot:
			default:
				for _, m := range comparisons[e.Ops[i] == ast.Eq || e.Ops[i] == ast.NotEq] {
					g.compare(l, e, m, out, r)
					g.compare(r, e, m, out, l)
				}
			}
			l = r
		}
		return out
	case *ast.Lambda:
		f := p.Funcs[p.funcOf[e]]
		g.defaults(f, e.Args)
		inner := &gen{p: p, m: g.m, info: g.info, fn: f, private: g.private}
		if body := inner.expr(e.Body); !inner.returnsOutcome(e.Body) {
			p.edge(body, f.Ret)
		}
		if f.Generator {
			return p.single(p.value(Value{Kind: FuncVal, ID: int32(f.ID)}))
		}
		return p.single(p.value(Value{Kind: FuncVal, ID: int32(f.ID)}))
	case *ast.List:
		return g.display(e, e.Elts, false)
	case *ast.Tuple:
		return g.display(e, e.Elts, true)
	case *ast.Set:
		n := g.display(e, e.Elts, false)
		if len(p.At(n)) > 0 {
			g.hashed(p.site(p.Values[p.At(n)[0]].Site).elem, e)
		}
		return n
	case *ast.Dict:
		v := p.container(e, false, true)
		s := p.Values[v].Site
		for i, val := range e.Values {
			x := g.expr(val)
			if e.Keys[i] == nil { // **m
				p.constrain(x, &copyItems{to: s})
				continue
			}
			k := g.expr(e.Keys[i])
			g.hashed(k, e)
			p.edge(k, p.keys(s))
			if key := constKey(e.Keys[i]); key != "" {
				p.edge(x, p.slot(s, key))
			} else {
				p.edge(x, p.loose(s))
			}
		}
		return p.single(v)
	case *ast.ListComp:
		return g.comprehension(e, e.Generators, e.Elt, nil)
	case *ast.SetComp:
		return g.comprehension(e, e.Generators, e.Elt, nil)
	case *ast.DictComp:
		return g.comprehension(e, e.Generators, e.Value, e.Key)
	case *ast.GeneratorExp:
		f := p.Funcs[p.funcOf[e]]
		// the first iterable is evaluated here, but iterated by the generator
		first := g.expr(e.Generators[0].Iter)
		inner := &gen{p: p, m: g.m, info: g.info, fn: f, private: g.private}
		inner.clauses(e.Generators, first)
		p.edge(inner.expr(e.Elt), f.Yield)
		return p.single(p.value(Value{Kind: Generator, ID: int32(f.ID)}))
	case *ast.Await:
		n := p.node()
		x := g.expr(e.Value)
		p.constrain(x, &await{res: n, call: g.implicit(e, OpAwait)})
		return n
	case *ast.Yield:
		if e.Value != nil {
			p.edge(g.expr(e.Value), g.fn.Yield)
		}
		return g.fn.Send
	case *ast.YieldFrom:
		it := g.iterate(e.Value, e, Delegate)
		p.edge(it, g.fn.Yield)
		n := p.node()
		p.constrain(g.last(), &result{res: n})
		return n
	case *ast.JoinedStr:
		g.joined(e.Values)
		return p.constant("builtins.str")
	case *ast.TemplateStr:
		g.joined(e.Values)
		return 0
	case *ast.FormattedValue:
		g.joined([]ast.Expr{e})
		return p.constant("builtins.str")
	case *ast.Starred:
		return g.iterate(e.Value, e, StarUse)
	case *ast.Slice:
		for _, x := range [...]ast.Expr{e.Lower, e.Upper, e.Step} {
			g.operator(g.expr(x), e, OpBinary, "__index__")
		}
		return 0
	}
	return 0
}

func (g *gen) joined(values []ast.Expr) {
	for _, v := range values {
		if f, ok := v.(*ast.FormattedValue); ok {
			n := g.expr(f.Value)
			for _, m := range [...]string{"__str__", "__repr__", "__format__"} {
				g.inside(n, f, m)
			}
			if f.FormatSpec != nil {
				g.joined(f.FormatSpec.Values)
			}
		}
	}
}

// last is the object of the iteration recorded last.
func (g *gen) last() NodeID { return g.fn.Iters[len(g.fn.Iters)-1].Obj }

// name is a variable: its symbol, or a builtin where nothing of the module
// binds the name.
func (g *gen) name(e *ast.Name) NodeID {
	p := g.p
	if e.Sym < 0 {
		return 0
	}
	s := &g.info.Symbols[e.Sym]
	if s.Flags&scope.Implicit != 0 {
		for _, st := range g.m.stars {
			if st.module != nil {
				if n, v := p.moduleAttr(st.module, e.Id); v >= 0 {
					return p.single(v)
				} else if n != 0 {
					return n
				}
				continue
			}
			if p.cat.Lookup(st.name+"."+e.Id) != nil {
				return p.single(p.external(st.name+"."+e.Id, st.green))
			}
		}
		return p.constantValue(p.value(Value{Kind: External, ID: p.nameOf("builtins." + e.Id)}))
	}
	n := g.read(e.Sym)
	if g.mayBeBuiltin(e) {
		both := p.node()
		p.edge(n, both)
		p.add(both, p.value(Value{Kind: External, ID: p.nameOf("builtins." + e.Id)}))
		return both
	}
	return n
}

// mayBeBuiltin reports whether a variable of a module has the name of a builtin,
// and may not be assigned to yet, so that it is the builtin:
//
//	if os.name == "nt":
//		input = read_console
//	input("? ")
func (g *gen) mayBeBuiltin(e *ast.Name) bool {
	if !IsBuiltin(e.Id) {
		return false
	}
	module := g.info.Of(g.m.AST)
	if e.Sym < module.SymStart || e.Sym >= module.SymEnd {
		return false
	}
	if g.info.Symbols[e.Sym].Flags&scope.Deleted != 0 {
		return true
	}
	for _, s := range g.m.AST.Body {
		if g.fn.ID == g.m.Body && s.Range().Contains(e.Span) {
			return true // what follows is not run yet
		}
		if binds(s, e.Sym) {
			return false
		}
	}
	return true
}

// binds reports whether a statement of a module always binds a variable.
func binds(s ast.Stmt, sym int32) bool {
	switch s := s.(type) {
	case *ast.FunctionDef:
		return s.Name.Sym == sym
	case *ast.ClassDef:
		return s.Name.Sym == sym
	case *ast.AnnAssign:
		n, ok := s.Target.(*ast.Name)
		return ok && s.Value != nil && n.Sym == sym
	case *ast.Import, *ast.ImportFrom, *ast.Assign:
		found := false
		ast.Inspect(s, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Name:
				found = found || n.Ctx == ast.Store && n.Sym == sym
			case *ast.Alias:
				found = found || n.Name.Sym == sym || n.AsName != nil && n.AsName.Sym == sym
			case *ast.Lambda:
				return false
			}
			return !found
		})
		return found
	}
	return false
}

// constant is the place of an instance of an external class that holds nothing.
func (p *Program) constant(class string) NodeID {
	n, ok := p.constants[class]
	if !ok {
		n = p.constantValue(p.plain(class))
		p.constants[class] = n
	}
	return n
}

func (p *Program) constantValue(v ValueID) NodeID {
	n := p.field(v, "<self>")
	if s := p.set(n); !s.has(constant) {
		p.add(n, v)
		s.is, s.done = s.is|constant, s.vals.n
	}
	return n
}

// concat lets v flow to n as an operand of an operator: a container gives a
// new one with the same items, since indices shift.
func (g *gen) concat(v, n NodeID) { g.p.constrain(v, &concat{to: n}) }

type concat struct {
	to   NodeID
	site int32
}

func (c *concat) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Container || !p.site(x.Site).tuple {
		p.add(c.to, v)
		return
	}
	if c.site == 0 {
		nv := p.container(nil, false, false)
		c.site = p.Values[nv].Site
		p.add(c.to, nv)
	}
	p.edge(p.site(x.Site).elem, p.loose(c.site))
}

// binary calls the methods of an operator's operands, each with the other one:
// `handlers >> send` calls handlers.__rshift__(send). What they return flows to
// res.
func (g *gen) binary(l, r NodeID, at ast.Node, res NodeID) {
	if !g.p.anyOperator() {
		return
	}
	for _, m := range binaryMethods {
		g.operate(l, at, m, res, r)
		g.operate(r, at, m, res, l)
	}
}

var binaryMethods = [...]string{
	"__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__", "__floordiv__", "__mod__", "__rmod__",
	"__pow__", "__lshift__", "__rshift__", "__and__", "__or__", "__xor__", "__matmul__",
	"__rtruediv__", "__rfloordiv__", "__rpow__", "__rlshift__", "__rrshift__", "__rand__", "__ror__", "__rxor__", "__rmatmul__",
}

var inplaceMethods = [...]string{
	"__iadd__", "__isub__", "__imul__", "__itruediv__", "__ifloordiv__", "__imod__", "__ipow__", "__ilshift__", "__irshift__",
	"__iand__", "__ior__", "__ixor__", "__imatmul__",
}

func (p *Program) anyOperator() bool {
	for _, m := range binaryMethods {
		if p.dunder[m] {
			return true
		}
	}
	return false
}

// operator records that the object at n may be asked for a special method by
// the expression at.
func (g *gen) operator(n NodeID, at ast.Node, op Op, method string) {
	if n == 0 || !g.p.dunder[method] {
		return
	}
	g.p.ask(n, &special{method: method, call: g.implicit(at, op)})
}

// operate is operator for a method that is given operands, and whose result
// flows to res.
func (g *gen) operate(n NodeID, at ast.Node, method string, res NodeID, args ...NodeID) {
	if n == 0 || !g.p.dunder[method] {
		return
	}
	g.p.ask(n, &special{method: method, call: g.implicit(at, OpBinary), res: res, args: args})
}

// compare is operate for a comparison, which compares what containers hold.
func (g *gen) compare(n NodeID, at ast.Node, method string, res NodeID, other NodeID) {
	if n == 0 || !g.p.dunder[method] || g.p.plainConstant(n) {
		return
	}
	inside := other == 0 || !g.p.plainConstant(other) // [w] == "text" compares no items
	g.p.ask(n, &special{method: method, call: g.implicit(at, OpBinary), res: res, args: []NodeID{other}, inside: inside})
}

// comparisons are the methods that a comparison calls: for equality (true), and
// for order.
var comparisons = map[bool][]string{
	true:  {"__eq__", "__ne__"},
	false: {"__lt__", "__le__", "__gt__", "__ge__", "__eq__"},
}

// inside is operator for a method that is called of what containers hold, too:
// f"{[w]}" calls w.__repr__.
func (g *gen) inside(n NodeID, at ast.Node, method string) {
	if n == 0 || !g.p.dunder[method] || g.p.plainConstant(n) {
		return
	}
	g.p.ask(n, &special{method: method, call: g.implicit(at, OpBinary), inside: true})
}

// hashed records that the object at n is a key of a mapping, or in a set.
func (g *gen) hashed(n NodeID, at ast.Node) {
	for _, m := range hashed {
		g.inside(n, at, m)
	}
}

// subscripted records that obj[key], whatever it does, hashes a key and takes an
// index as a number.
func (g *gen) subscripted(obj NodeID, at *ast.Subscript, key NodeID) {
	if _, constant := at.Slice.(*ast.Constant); constant || key == 0 || obj == 0 {
		return
	}
	if g.p.dunder["__hash__"] || g.p.dunder["__eq__"] || g.p.dunder["__index__"] {
		g.p.constrain(obj, &subscripted{index: key, call: g.implicit(at, OpBinary)})
	}
}

// implicit prepares a call that no call expression stands for. It becomes one
// of the function's calls when a function of the project turns out to be
// called.
func (g *gen) implicit(at ast.Node, op Op) *implicit { return g.load(at, op, 0) }

// load is implicit for the load of an attribute or item of the object at a place.
func (g *gen) load(at ast.Node, op Op, obj NodeID) *implicit {
	return g.p.implicits.put(implicit{fn: g.fn, at: at, op: op, obj: obj})
}

type implicit struct {
	fn *Func
	at ast.Node
	op Op
	// sync says that Python or a library makes the call where nobody can await
	// it: case V(x=1) runs a property, ExitStack.enter_context an __enter__.
	sync bool
	// obj is the place of the object whose attribute or item is loaded
	obj NodeID
	// next is where the program does the same once more, see attr
	next *implicit
}

// call makes the call of the functions at fn.
func (i *implicit) call(p *Program, op Op, fn NodeID, args ...NodeID) *Call {
	if i == nil { // inside of an external function
		return &Call{Fn: fn, Args: args, Ret: p.node()}
	}
	if i.sync {
		op = OpBinary
	}
	c := p.calls.put(Call{Func: i.fn.ID, Expr: i.at, Op: op, Fn: fn, Args: args, Ret: p.node(), Obj: i.obj})
	i.fn.Calls = append(i.fn.Calls, c)
	p.constrain(fn, c)
	return c
}

// unawaited is the same, where nobody can await what is called.
func (i *implicit) unawaited() *implicit {
	var first *implicit
	last := &first
	for ; i != nil; i = i.next {
		*last = &implicit{fn: i.fn, at: i.at, op: i.op, sync: true}
		last = &(*last).next
	}
	return first
}

// loads are the attributes that a program reads, while it is read: what the
// object at a place has under a name is the same wherever the program asks for it.
//
//	self.conn.send(a)
//	self.conn.send(b)
type loads struct {
	of    pairMap // the index in asked, by place and name
	asked []struct {
		load *loadAttr
		last *implicit // of load.call
	}
}

// attr reads an attribute of the object at a place.
func (g *gen) attr(obj NodeID, at ast.Node, name string) NodeID {
	if obj == 0 {
		return 0
	}
	p := g.p
	id := p.nameOf(scope.Mangle(g.private, name))
	call := g.load(at, OpGet, obj)
	if i, ok := p.shared.of.get(int32(obj), id); ok {
		known := &p.shared.asked[i]
		known.last.next = call
		known.last = call
		return known.load.res
	}
	l := p.attrs.put(loadAttr{name: p.names[id], id: id + 1, res: p.node(), call: call})
	p.shared.of.put(int32(obj), id, int32(len(p.shared.asked)))
	p.shared.asked = append(p.shared.asked, struct {
		load *loadAttr
		last *implicit
	}{l, call})
	p.constrain(obj, l)
	return l.res
}

func (g *gen) item(obj NodeID, e *ast.Subscript) NodeID {
	key := g.expr(e.Slice)
	if obj == 0 {
		return 0
	}
	n := g.p.node()
	_, slice := e.Slice.(*ast.Slice)
	g.subscripted(obj, e, key)
	if own, ok := e.Slice.(*ast.Name); ok && own.Id == "__name__" && g.static(e.Value) == "sys.modules" {
		g.p.add(n, g.p.value(Value{Kind: ModuleVal, ID: int32(g.m.ID)}))
		return n
	}
	g.p.constrain(obj, &loadItem{key: constKey(e.Slice), index: key, slice: slice, res: n, call: g.load(e, OpItem, obj)})
	return n
}

func (g *gen) display(e ast.Expr, elts []ast.Expr, tuple bool) NodeID {
	p := g.p
	v := p.container(e, tuple, false)
	s := p.Values[v].Site
	exact := tuple
	items := make([]NodeID, 0, len(elts))
	for i, x := range elts {
		n := g.expr(x)
		items = append(items, n)
		if _, ok := x.(*ast.Starred); ok {
			exact = false
		}
		if exact {
			p.edge(n, p.slot(s, index(i)))
		} else {
			p.edge(n, p.loose(s))
		}
	}
	if !tuple {
		p.site(s).items = items
	}
	return p.single(v)
}

// inOrder is the place of an argument that is the arguments of another call. A
// list is not known to keep its order; but one that stands in the call itself
// nobody else has yet:
//
//	Thread(target=run, args=[conf, url])
func (p *Program) inOrder(at NodeID, e ast.Expr) NodeID {
	list, ok := e.(*ast.List)
	if !ok || slices.ContainsFunc(list.Elts, func(x ast.Expr) bool { _, star := x.(*ast.Starred); return star }) {
		return at
	}
	n := p.node()
	p.constrain(at, &listed{of: list, res: n})
	return n
}

// listed makes a tuple of the list of one display.
type listed struct {
	of  *ast.List
	res NodeID
}

func (l *listed) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Container || p.site(x.Site).origin != ast.Node(l.of) {
		p.add(l.res, v)
		return
	}
	t := p.container(l.of, true, false)
	for i, n := range p.site(x.Site).items {
		p.edge(n, p.slot(p.Values[t].Site, index(i)))
	}
	p.add(l.res, t)
}

// iterate records an iteration over e and returns the place of the items.
func (g *gen) iterate(e ast.Expr, at ast.Node, use IterUse) NodeID {
	return g.iterateNode(g.expr(e), e, at, use)
}

func (g *gen) iterateNode(obj NodeID, e ast.Expr, at ast.Node, use IterUse) NodeID {
	p := g.p
	it := &Iter{Func: g.fn.ID, Expr: at, Use: use, Arg: e, Obj: obj, Elem: p.node()}
	g.fn.Iters = append(g.fn.Iters, it)
	p.constrain(obj, &items{res: it.Elem, call: g.implicit(at, OpNext)})
	return it.Elem
}

// comprehension runs in the scope of its own that scope gives it, but as part
// of the function around it.
func (g *gen) comprehension(e ast.Expr, gens []*ast.Comprehension, elt, key ast.Expr) NodeID {
	p := g.p
	g.clauses(gens, g.expr(gens[0].Iter))
	v := p.container(e, false, key != nil)
	s := p.Values[v].Site
	if key != nil {
		k := g.expr(key)
		g.hashed(k, e)
		p.edge(k, p.keys(s))
	}
	n := g.expr(elt)
	if _, set := e.(*ast.SetComp); set {
		g.hashed(n, e)
	}
	p.edge(n, p.loose(s))
	return p.single(v)
}

func (g *gen) clauses(gens []*ast.Comprehension, first NodeID) {
	for i, c := range gens {
		n := first
		if i > 0 {
			n = g.expr(c.Iter)
		}
		g.target(c.Target, g.iterateNode(n, c.Iter, c, CompClause))
		for _, t := range c.Ifs {
			g.test(t)
		}
	}
}

func (g *gen) call(e *ast.Call) NodeID {
	p := g.p
	if n := g.superCall(e); n != 0 {
		return n
	}
	g.called = e.Func
	fn := g.expr(e.Func)
	c := p.calls.put(Call{Func: g.fn.ID, Expr: e, Fn: fn, Ret: p.node()})
	if n := len(e.Args); n > 0 {
		c.Args = make([]NodeID, 0, n)
	}
	if n := len(e.Keywords); n > 0 {
		c.Kw = make([]Arg, 0, n)
	}
	for _, a := range e.Args {
		if s, ok := a.(*ast.Starred); ok {
			n := g.expr(s.Value)
			it := &Iter{Func: g.fn.ID, Expr: s, Use: StarUse, Arg: s.Value, Obj: n}
			g.fn.Iters = append(g.fn.Iters, it)
			if p.dunder["__iter__"] || p.dunder["__getitem__"] {
				p.constrain(n, &items{call: g.implicit(s, OpNext)})
			}
			if c.Star == 0 {
				c.Star = n
			} else { // f(*a, *b): the second one's positions are not known
				m := p.node()
				p.edge(c.Star, m)
				p.constrain(n, &concat{to: m})
				c.Star = m
			}
			continue
		}
		n := g.expr(a)
		if c.Star != 0 { // f(*a, b)
			v := p.container(a, false, false)
			p.edge(n, p.loose(p.Values[v].Site))
			m := p.single(v)
			p.edge(c.Star, m)
			c.Star = m
			continue
		}
		c.Args = append(c.Args, n)
	}
	for _, k := range e.Keywords {
		n := g.expr(k.Value)
		if k.Name == nil {
			if c.KwStar == 0 {
				c.KwStar = n
			} else {
				m := p.node()
				p.edge(c.KwStar, m)
				p.edge(n, m)
				c.KwStar = m
			}
			continue
		}
		c.Kw = append(c.Kw, Arg{k.Name.Name, n})
	}
	g.fn.Calls = append(g.fn.Calls, c)
	if fw := g.forward(e, c); fw != nil {
		g.fn.forwards = append(g.fn.forwards, fw)
		p.Funcs[g.fn.Parent].wraps = true
		p.makeRoom(fn)
	} else {
		p.constrain(fn, c)
	}
	return c.Ret
}

// superCall is super() in a method, and super(C, self).
func (g *gen) superCall(e *ast.Call) NodeID {
	p := g.p
	name, ok := e.Func.(*ast.Name)
	if !ok || name.Id != "super" || name.Sym < 0 || g.info.Symbols[name.Sym].Flags&scope.Implicit == 0 || len(e.Keywords) > 0 {
		return 0
	}
	f := g.fn
	for f.Class < 0 && f.Parent >= 0 {
		f = p.Funcs[f.Parent]
	}
	if f.Class < 0 || len(f.params) == 0 {
		return 0
	}
	self := f.params[0]
	cls := f.Class
	switch len(e.Args) {
	case 0:
	case 2:
		g.expr(e.Args[0])
		self = g.expr(e.Args[1])
		if c, ok := p.staticClass(g.m, e.Args[0]); ok {
			cls = c
		}
	default:
		return 0
	}
	n := p.node()
	p.constrain(self, &superOf{cls: cls, res: n})
	return n
}

type superOf struct {
	cls ClassID
	res NodeID
}

func (s *superOf) apply(p *Program, v ValueID) {
	switch p.Values[v].Kind {
	case Instance, ClassVal:
		p.add(s.res, p.value(Value{Kind: Super, ID: int32(s.cls), Recv: v}))
	}
}

// ---- static names

// staticName follows a name through imports and simple aliases to the dotted
// name of something external, as it is imported, or to a class of the project.
func (p *Program) staticName(m *Module, e ast.Expr) (string, ClassID) {
	return (&search{p: p}).name(m, e, 0)
}

// A search is one question for what something statically denotes.
type search struct {
	p *Program
	// found is what is known so far of the symbols on the way.
	found []followed
	// mixed says that a symbol on the way is a class of the project or something else:
	//
	//	if eventlet: Timeout = eventlet.Timeout
	//	else: class Timeout: …
	mixed bool
}

func (s *search) name(m *Module, e ast.Expr, depth int) (string, ClassID) {
	p := s.p
	if depth > 20 {
		return "", -1
	}
	switch e := e.(type) {
	case *ast.Name:
		if e.Sym < 0 {
			return "", -1
		}
		return s.sym(m, e.Sym, depth)
	case *ast.Attribute:
		if mod := p.staticModule(m, e.Value, depth); mod != nil {
			if sym, ok := mod.names[e.Attr.Name]; ok && mod.Scope.Symbols[sym].Flags&scope.Implicit == 0 {
				return s.sym(mod, sym, depth+1)
			}
			b := p.starSymbol(mod, e.Attr.Name, depth)
			if b.from != nil {
				return s.sym(b.from, b.sym, depth+1)
			}
			return b.name, -1
		}
		base, cls := s.name(m, e.Value, depth+1)
		if cls >= 0 {
			c := p.Classes[cls]
			if sym, ok := c.members[e.Attr.Name]; ok {
				return s.sym(c.Module, sym, depth+1)
			}
			return "", -1
		}
		if base == "" {
			return "", -1
		}
		return base + "." + e.Attr.Name, -1
	case *ast.Call:
		if at := getattrOf(e); at != nil {
			return s.name(m, at, depth+1)
		}
		// Generic bases made by a call (namedtuple("X", …)): the callee's name
		n, _ := s.name(m, e.Func, depth+1)
		if n != "" {
			return n + "()", -1
		}
	case *ast.Subscript: // Generic[T]
		return s.name(m, e.Value, depth+1)
	}
	return "", -1
}

// getattrOf is getattr(x, "name") as the attribute that it is, or nil.
func getattrOf(e *ast.Call) *ast.Attribute {
	if f, ok := e.Func.(*ast.Name); !ok || f.Id != "getattr" || len(e.Args) != 2 || len(e.Keywords) > 0 {
		return nil
	}
	s, ok := e.Args[1].(*ast.Constant)
	if !ok || s.Kind != ast.Str {
		return nil
	}
	return &ast.Attribute{Span: e.Span, Value: e.Args[0], Attr: ast.Ident{Span: s.Span, Name: s.Text}}
}

// runtimeName is the name of a part of offlet's runtime whatever package it is
// vendored in: app._offlet.aio is offlet.aio.
func runtimeName(name string) string {
	if !strings.Contains(name, "_offlet") {
		return name
	}
	parts := strings.Split(name, ".")
	for i, part := range parts {
		if part == "_offlet" {
			return strings.Join(append([]string{"offlet"}, parts[i+1:]...), ".")
		}
	}
	return name
}

// canonical is the home name of an external dotted name.
func (p *Program) canonical(name string) string {
	name = runtimeName(name)
	if std, ok := p.cat.GreenModule(name); ok {
		name = std
	}
	return p.cat.Canonical(name)
}

func (p *Program) staticClass(m *Module, e ast.Expr) (ClassID, bool) {
	_, c := p.staticName(m, e)
	return c, c >= 0
}

// staticModule is the module of the project that an expression names, or nil.
func (p *Program) staticModule(m *Module, e ast.Expr, depth int) *Module {
	if depth > 20 {
		return nil
	}
	switch e := e.(type) {
	case *ast.Name:
		if e.Sym >= 0 {
			return p.staticModuleSym(m, e.Sym, depth)
		}
	case *ast.Attribute:
		if mod := p.staticModule(m, e.Value, depth+1); mod != nil {
			if sym, ok := mod.names[e.Attr.Name]; ok {
				if named := p.staticModuleSym(mod, sym, depth+1); named != nil {
					return named
				}
			}
			return p.resolveModule(m, mod.Name+"."+e.Attr.Name)
		}
	}
	return nil
}

// staticModuleSym is staticModule of a symbol, through the packages that
// import the module under the name.
func (p *Program) staticModuleSym(m *Module, sym int32, depth int) *Module {
	if depth > 20 {
		return nil
	}
	for _, d := range m.static()[sym] {
		if d.module != nil {
			return d.module
		}
		if d.from != nil {
			if mod := p.staticModuleSym(d.from, d.sym, depth+1); mod != nil {
				return mod
			}
		}
	}
	return nil
}

// A binding is one of the ways in which a symbol gets a value, as far as they
// can be followed without the flow.
type binding struct {
	module *Module  // import of a module of the project
	name   string   // import of something external
	class  ClassID  // class statement; -1 otherwise
	alias  ast.Expr // X = Y
	from   *Module  // from m import X: the symbol of m
	sym    int32    // …
}

// A denotation is what a symbol statically denotes (see staticName).
type denotation struct {
	name  string
	class ClassID
	mixed bool
}

// A Symbol is one of the scopes of a module.
type Symbol struct {
	Module *Module
	Sym    int32
}

// followed is a symbol on the way of a search, with what was found of it.
type followed struct {
	Symbol
	denotation
}

// sym is name of a symbol. Aliases may lead back to where they began (x = y;
// y = x): in one search each symbol is followed once. What is found for symbols
// on the way may lack what the circle cut off, so only that of the first is kept,
// and used for the first alone: so no answer depends on what was asked before, and
// several may ask at once.
func (s *search) sym(m *Module, sym int32, depth int) (string, ClassID) {
	first := len(s.found) == 0
	if first {
		if d := m.denotes[sym].Load(); d != nil {
			s.mixed = s.mixed || d.mixed
			return d.name, d.class
		}
	}
	at := Symbol{m, sym}
	for _, f := range s.found {
		if f.Symbol == at {
			return f.name, f.class
		}
	}
	if depth > 20 {
		return "", -1
	}
	i := len(s.found)
	s.found = append(s.found, followed{at, denotation{class: -1}})
	name, class := s.denotation(m, sym, depth)
	d := denotation{name, class, s.mixed}
	if first {
		s.found = s.found[:0]
		m.denotes[sym].Store(&d)
	} else {
		s.found[i].denotation = d
	}
	return name, class
}

func (s *search) denotation(m *Module, sym int32, depth int) (string, ClassID) {
	if of := &m.Scope.Symbols[sym]; of.Flags&scope.Implicit != 0 {
		b := s.p.starSymbol(m, of.Name, depth)
		if b.from != nil {
			return s.sym(b.from, b.sym, depth+1)
		}
		return cmp.Or(b.name, "builtins."+of.Name), -1
	}
	all := m.static()[sym]
	isClass := func(b binding) bool { return b.class >= 0 }
	if len(all) > 1 && slices.ContainsFunc(all, isClass) && slices.ContainsFunc(all, func(b binding) bool { return !isClass(b) }) {
		s.mixed = true
	}
	for _, b := range all {
		switch {
		case b.class >= 0:
			return "", b.class
		case b.name != "":
			return b.name, -1
		case b.from != nil:
			if n, c := s.sym(b.from, b.sym, depth+1); n != "" || c >= 0 {
				return n, c
			}
		case b.alias != nil:
			if n, c := s.name(m, b.alias, depth+1); n != "" || c >= 0 {
				return n, c
			}
		}
	}
	return "", -1
}

// bindings lists the static bindings of a module's symbols.
func (p *Program) bindings(m *Module) map[int32][]binding {
	out := map[int32][]binding{}
	dead := overwritten(m)
	ast.Statements(m.AST.Body, func(s ast.Stmt) bool {
		switch n := s.(type) {
		case *ast.Import:
			for _, a := range n.Names {
				if dead[a] {
					continue
				}
				name := a.Name.Name
				sym := a.Name.Sym
				if a.AsName != nil {
					sym = a.AsName.Sym
				} else {
					name, _, _ = strings.Cut(name, ".")
				}
				b := binding{class: -1}
				if b.module = p.resolveModule(m, name); b.module == nil {
					b.name = name
				}
				out[sym] = append(out[sym], b)
			}
		case *ast.ImportFrom:
			name := ""
			if n.Module != nil {
				name = n.Module.Name
			}
			abs, ok := Absolute(m, n.Level, name)
			if !ok {
				return true
			}
			src := p.resolveModule(m, abs)
			for _, a := range n.Names {
				if dead[a] {
					continue
				}
				sym := a.Name.Sym
				if a.AsName != nil {
					sym = a.AsName.Sym
				}
				b := binding{class: -1}
				part := p.resolveModule(m, abs+"."+a.Name.Name)
				s, named := int32(-1), false
				if src != nil && !(src == m && part != nil) { // a package's own `from . import part` is no attribute of it yet
					s, named = src.names[a.Name.Name]
					named = named && src.Scope.Symbols[s].Flags&scope.Implicit == 0
				}
				switch {
				case named:
					b.from, b.sym = src, s
				case part != nil:
					b.module = part
				case src == nil:
					b.name = abs + "." + a.Name.Name
				default:
					if s := p.starSymbol(src, a.Name.Name, 0); s.from != nil || s.name != "" {
						b = s
					}
				}
				out[sym] = append(out[sym], b)
			}
		case *ast.ClassDef:
			out[n.Name.Sym] = append(out[n.Name.Sym], binding{class: p.classOf[n]})
		case *ast.Assign:
			switch n.Value.(type) {
			case *ast.Name, *ast.Attribute:
				for _, t := range n.Targets {
					if t, ok := t.(*ast.Name); ok && t.Sym >= 0 {
						out[t.Sym] = append(out[t.Sym], binding{class: -1, alias: n.Value})
					}
				}
			}
		}
		return true
	})
	return out
}

// starSymbol finds a name that a module has by a star import.
func (p *Program) starSymbol(m *Module, name string, depth int) binding {
	if depth > 20 {
		return binding{class: -1}
	}
	for _, s := range m.stars {
		if s.module == nil {
			if p.cat.Lookup(s.name+"."+name) != nil {
				return binding{class: -1, name: s.name + "." + name}
			}
			continue
		}
		if sym, ok := s.module.names[name]; ok && s.module.Scope.Symbols[sym].Flags&scope.Implicit == 0 {
			return binding{class: -1, from: s.module, sym: sym}
		}
		if b := p.starSymbol(s.module, name, depth+1); b.from != nil || b.name != "" {
			return b
		}
	}
	return binding{class: -1}
}

// bases resolves the bases of a class.
func (p *Program) bases(c *Class) {
	for _, b := range c.Node.Bases {
		name, cls := p.staticName(c.Module, b)
		switch {
		case cls >= 0:
			c.Bases = append(c.Bases, cls)
		default:
			c.External = append(c.External, p.canonical(name))
		}
	}
	for _, d := range c.Node.Decorators {
		if call, ok := d.(*ast.Call); ok {
			d = call.Func
		}
		switch n, _ := p.staticName(c.Module, d); p.canonical(n) {
		case "dataclasses.dataclass", "attr.s", "attr.attrs", "attr.define", "attrs.define", "attrs.frozen", "attr.dataclass":
			c.Dataclass = true
		}
	}
	for _, e := range c.External {
		if e == "typing.NamedTuple" {
			c.Dataclass = true
		}
	}
	if c.Dataclass {
		for _, s := range c.Node.Body {
			if a, ok := s.(*ast.AnnAssign); ok && a.Simple {
				if n, ok := a.Target.(*ast.Name); ok {
					c.Fields = append(c.Fields, n.Id)
				}
				if call, ok := a.Value.(*ast.Call); ok { // field(default_factory=…)
					p.factories[call] = p.node()
					c.factories = append(c.factories, p.factories[call])
				}
			}
		}
	}
}

// fieldsOf are the fields of a dataclass, those of its bases first.
func (p *Program) fieldsOf(c ClassID) []string {
	var out []string
	seen := map[string]bool{}
	mro := p.Classes[c].MRO
	for i := len(mro) - 1; i >= 0; i-- {
		for _, f := range p.Classes[mro[i]].Fields {
			if !seen[f] {
				seen[f] = true
				out = append(out, f)
			}
		}
	}
	return out
}

// linearize computes the method resolution order (C3; where C3 fails, depth
// first, as a program with such a class would not run).
func (p *Program) linearize(c *Class, active []ClassID) []ClassID {
	if c.MRO != nil {
		return c.MRO
	}
	for _, a := range active {
		if a == c.ID {
			return []ClassID{c.ID}
		}
	}
	active = append(active, c.ID)
	var seqs [][]ClassID
	for _, b := range c.Bases {
		seqs = append(seqs, append([]ClassID(nil), p.linearize(p.Classes[b], active)...))
	}
	seqs = append(seqs, append([]ClassID(nil), c.Bases...))
	out := []ClassID{c.ID}
	for {
		var next ClassID = -1
		empty := true
		for _, s := range seqs {
			if len(s) == 0 {
				continue
			}
			empty = false
			tail := false
			for _, o := range seqs {
				for _, x := range o[min(1, len(o)):] {
					if x == s[0] {
						tail = true
					}
				}
			}
			if !tail {
				next = s[0]
				break
			}
		}
		if empty {
			break
		}
		if next < 0 { // inconsistent: take what is first
			for _, s := range seqs {
				if len(s) > 0 {
					next = s[0]
					break
				}
			}
		}
		out = append(out, next)
		for i, s := range seqs {
			keep := s[:0]
			for _, x := range s {
				if x != next {
					keep = append(keep, x)
				}
			}
			seqs[i] = keep
		}
	}
	c.MRO = out
	for _, k := range out {
		c.ExternalMRO = append(c.ExternalMRO, p.Classes[k].External...)
	}
	return out
}

// Handed reports whether an object with the methods of a class has been in the
// hands of code that offlet does not see.
func (p *Program) Handed(c ClassID) bool {
	return p.Classes[c].Handed || slices.ContainsFunc(p.Classes[c].Sub, p.Handed)
}

// HoldsItems reports whether a class derives from a container of the standard
// library: list, dict, set, deque and their like.
func (p *Program) HoldsItems(c ClassID) bool {
	for _, e := range p.Classes[c].ExternalMRO {
		switch e {
		case "builtins.list", "builtins.dict", "builtins.set", "collections.deque", "collections.OrderedDict",
			"collections.defaultdict", "collections.Counter", "collections.UserDict", "collections.UserList":
			return true
		}
	}
	return false
}

// ExternalBase finds the member `name` of the first external base class of c
// that has a record of it.
func (p *Program) ExternalBase(c ClassID, name string) *catalog.Symbol {
	for _, e := range p.Classes[c].ExternalMRO {
		if s := p.cat.Lookup(e); s != nil && s.Kind == catalog.Class {
			if m := p.cat.Member(s, name); m != nil {
				return m
			}
		}
	}
	return nil
}
