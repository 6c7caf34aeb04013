package infer

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/python/ast"
)

// index is the key of the i-th slot of a container.
func index(i int) string {
	if uint(i) < uint(len(indexes)) {
		return indexes[i]
	}
	return "i" + strconv.Itoa(i)
}

// indexes are the keys that nearly all containers have.
var indexes = [...]string{"i0", "i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "i9", "i10", "i11", "i12", "i13", "i14", "i15"}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// apply binds the arguments of a call to a function that reaches it.
func (c *Call) apply(p *Program, v ValueID) {
	if slices.Contains(p.vals.of(c.seen), v) {
		return
	}
	p.vals.push(&c.seen, v)
	x := p.Values[v]
	switch x.Kind {
	case Unknown:
		p.add(c.Ret, p.unknown)
		p.escapeArgs(c, "")
	case FuncVal:
		p.bindFunc(c, p.Funcs[x.ID], -1, x.Site)
	case Bound:
		p.bindFunc(c, p.Funcs[x.ID], x.Recv, x.Site)
	case ClassVal:
		p.construct(c, v, x.Class())
	case Instance:
		if n, _, ok := p.Method(x.Class(), "__call__"); ok {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			p.constrain(fn, c)
		} else {
			p.callForeign(c, v, x.Class())
		}
	case Partial:
		if slices.Contains(c.few().partials, x.Site) {
			return
		}
		inner := p.site(x.Site).call
		d := p.again(c)
		d.own().partials = append(slices.Clone(c.few().partials), x.Site)
		d.Args = append(append([]NodeID(nil), inner.Args...), c.Args...)
		d.Kw = append(append([]Arg(nil), inner.Kw...), c.Kw...)
		if d.Star == 0 {
			d.Star = inner.Star
		}
		if d.KwStar == 0 {
			d.KwStar = inner.KwStar
		}
		d.Fn = inner.Fn
		p.constrain(inner.Fn, d)
	case StaticMethod, ClassMethod:
		p.constrain(p.site(x.Site).elem, c)
	case ContextManager:
		// contextlib.ContextDecorator: a context manager used as a decorator
		if p.Escapes[x.Func()] == nil {
			p.Escapes[x.Func()] = &Escape{Func: c.Func, Expr: c.Expr, To: "a function as its decorator"}
		}
		// it runs the function between its two halves, and would give a coroutine
		// after both
		p.leaveAt(p.arg(c, 0), p.Escapes[x.Func()], byProtocol)
		p.edge(p.arg(c, 0), c.Ret)
	case External:
		p.callExternal(c, v, x)
	case ExtInstance:
		p.callExtInstance(c, v, x)
	case ExtBound:
		p.callExtBound(c, v, x)
	case ContBound:
		p.callContainer(c, x)
	}
}

// callForeign calls an instance of a class of the project that has no __call__
// of its own: contextlib.ContextDecorator's runs a function inside of the
// manager, that of another library does what it likes.
func (p *Program) callForeign(c *Call, v ValueID, id ClassID) {
	for _, e := range p.Classes[id].ExternalMRO {
		if e == "contextlib.ContextDecorator" || e == "contextlib.AsyncContextDecorator" || !p.KnownBase(e) {
			by := &Escape{Func: c.Func, Expr: c.Expr, To: e}
			(&escape{by: by, level: byProtocol}).apply(p, v)
			p.escapeArgs(c, e)
			p.edge(p.arg(c, 0), c.Ret)
			return
		}
	}
}

// fresh is the container or instance that a call makes: one for each kind of
// thing, however many callees make one.
func (p *Program) fresh(c *Call, kind string, makeIt func() ValueID) ValueID {
	if c == nil {
		return makeIt()
	}
	if v, ok := c.few().made[kind]; ok {
		return v
	}
	v := makeIt()
	r := c.own()
	if r.made == nil {
		r.made = map[string]ValueID{}
	}
	r.made[kind] = v
	return v
}

// newList is fresh for a list.
func (p *Program) newList(c *Call, kind string) ValueID {
	return p.fresh(c, kind, func() ValueID { return p.container(c.Expr, false, false) })
}

// bindFunc lets the arguments of c flow to the parameters of f, and what f
// returns to the result of c. recv is the receiver of a method (-1 if none), at
// the site of a wrapper (0 if none).
func (p *Program) bindFunc(c *Call, f *Func, recv ValueID, at int32) {
	off := 0
	if recv >= 0 {
		off = 1
		if len(f.params) > 0 {
			p.add(f.params[0], recv)
		} else if f.vararg != 0 {
			p.add(p.slot(f.rest, index(0)), recv)
		}
	}
	positional := func(i int, n NodeID) {
		if i < len(f.params) {
			p.edge(n, f.params[i])
		} else if f.vararg != 0 {
			p.edge(n, p.slot(f.rest, index(i-len(f.params))))
		}
	}
	for i, a := range c.Args {
		positional(off+i, a)
	}
	if c.Star != 0 {
		p.constrain(c.Star, &spread{f: f, from: off + len(c.Args)})
	}
	named := func(name string, n NodeID) {
		for i, param := range f.names {
			if param != name {
				continue
			}
			if i < len(f.params) {
				p.edge(n, f.params[i])
			} else {
				p.edge(n, f.kwonly[i-len(f.params)])
			}
			return
		}
		if f.kwarg != 0 {
			p.edge(n, p.slot(f.more, "s"+name))
		}
	}
	for _, k := range c.Kw {
		named(k.Name, k.Node)
	}
	if c.KwStar != 0 {
		p.constrain(c.KwStar, &spreadKw{f: f})
	}
	res := c.Ret
	switch {
	case f.ContextManager:
		p.add(c.Ret, p.value(Value{Kind: ContextManager, ID: int32(f.ID)}))
	case f.Generator:
		p.add(c.Ret, p.value(Value{Kind: Generator, ID: int32(f.ID)}))
	case f.Async:
		v := Value{Kind: Coroutine, ID: int32(f.ID)}
		if at > 0 && f.all != 0 || len(f.through) > 0 { // what it returns is that of this call
			res = p.node()
			v.Site = p.newSite(site{elem: res, origin: c.Expr})
		}
		p.add(c.Ret, p.value(v))
	case f.registry != nil:
		f.registry.given(p, c, f, off)
	default:
		p.returned(c, f, off, f.Ret)
	}
	p.passThrough(c, f, off, res)
	if f.optional >= 0 {
		given, unknown := f.optional-off < len(c.Args), c.Star != 0 || c.KwStar != 0
		for _, k := range c.Kw {
			given = given || k.Name == f.names[f.optional]
		}
		if !given || unknown {
			p.returned(c, f, off, f.absent)
		}
		if given || unknown {
			p.returned(c, f, off, f.present)
		}
	}
	p.handOn(c, f, at, recv, res)
}

// passThrough lets the arguments that a function returns as they are (`return
// handler`) flow to res, the result of this call alone, and not to that of every
// call: what a decorator or a registering function gives back is what it was
// given here.
func (p *Program) passThrough(c *Call, f *Func, off int, res NodeID) {
	for _, i := range f.through {
		if i-off >= 0 && i-off < len(c.Args) && i < len(f.params) {
			p.edge(c.Args[i-off], res)
			continue
		}
		if i < off {
			p.edge(f.params[i], res) // return self
			continue
		}
		given := false
		for _, k := range c.Kw {
			if k.Name == f.names[i] {
				p.edge(k.Node, res)
				given = true
			}
		}
		if !given && (c.Star != 0 || c.KwStar != 0) {
			p.edge(f.node(i), res)
		} else if !given {
			p.edge(f.defaults[i], res)
		}
	}
}

// spread is f(*args) from parameter `from` on.
type spread struct {
	f    *Func
	from int
}

func (s *spread) apply(p *Program, v ValueID) {
	x := p.Values[v]
	loose := func(n NodeID) {
		for i := s.from; i < len(s.f.params); i++ {
			p.edge(n, s.f.params[i])
		}
		if s.f.vararg != 0 {
			p.edge(n, p.loose(s.f.rest))
		}
	}
	if x.Kind == Container && p.site(x.Site).tuple {
		for i := s.from; i < len(s.f.params); i++ {
			p.edge(p.slot(x.Site, index(i-s.from)), s.f.params[i])
		}
		if s.f.vararg != 0 {
			// positions beyond the parameters; a few are enough, more come loosely
			for i := 0; i < 6; i++ {
				j := len(s.f.params) + i - s.from
				if j >= 0 {
					p.edge(p.slot(x.Site, index(j)), p.slot(s.f.rest, index(i)))
				}
			}
		}
		loose(p.loose(x.Site))
		return
	}
	n := p.node()
	(&items{res: n}).apply(p, v)
	loose(n)
}

// spreadKw is f(**kwargs).
type spreadKw struct{ f *Func }

func (s *spreadKw) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Container {
		p.mapping(v)
		return
	}
	for i, name := range s.f.names {
		n := s.f.node(i)
		p.edge(p.slot(x.Site, "s"+name), n)
		p.edge(p.loose(x.Site), n)
	}
	if s.f.kwarg != 0 {
		(&copyItems{to: s.f.more}).apply(p, v)
	}
}

// node is the place of the i-th named parameter.
func (f *Func) node(i int) NodeID {
	if i < len(f.params) {
		return f.params[i]
	}
	return f.kwonly[i-len(f.params)]
}

// construct is the call of a class of the project.
func (p *Program) construct(c *Call, v ValueID, id ClassID) {
	cls := p.Classes[id]
	self := cls.self
	if p.isEnum(id) {
		p.add(c.Ret, self)
		return
	}
	for _, meta := range p.metaclasses(id) {
		if sym, ok := p.Classes[meta].members["__call__"]; ok {
			fn := p.node()
			p.constrain(p.Classes[meta].Module.base+NodeID(sym), &bind{recv: v, res: fn, meta: true})
			d := &Call{Func: c.Func, Expr: c.Expr, Op: OpBinary, Fn: fn, Args: c.Args, Kw: c.Kw, Star: c.Star, KwStar: c.KwStar, Ret: c.Ret}
			p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
			p.constrain(fn, d)
			break
		}
	}
	if n, _, ok := p.Method(id, "__new__"); ok {
		d := p.again(c)
		d.Args = append([]NodeID{p.constantValue(v)}, c.Args...)
		p.constrain(n, d)
	}
	p.add(c.Ret, self)
	for _, k := range cls.MRO {
		for _, n := range p.Classes[k].factories {
			d := &Call{Func: c.Func, Expr: c.Expr, Op: OpBinary, Fn: n, Ret: p.node()}
			p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
			p.constrain(n, d)
		}
	}
	if n, _, ok := p.Method(id, "__init__"); ok {
		if cls.init == 0 {
			cls.init = p.node()
			p.constrain(n, &bind{recv: self, res: cls.init})
		}
		d := p.again(c)
		d.Ret = 0
		p.constrain(cls.init, d)
	} else if p.inheritedMethod(&implicit{fn: p.Funcs[c.Func], at: c.Expr}, self, "__init__"); len(p.fieldsOf(id)) > 0 {
		f := p.fieldsOf(id)
		for i, a := range c.Args {
			if i < len(f) {
				p.edge(a, p.field(self, f[i]))
			}
		}
		for _, k := range c.Kw {
			p.edge(k.Node, p.field(self, k.Name))
		}
		if n, _, ok := p.Method(id, "__post_init__"); ok {
			fn := p.node()
			p.constrain(n, &bind{recv: self, res: fn})
			d := &Call{Func: c.Func, Expr: c.Expr, Op: OpBinary, Fn: fn, Ret: p.node()}
			p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
			p.constrain(fn, d)
		}
	}
	// class Registry(dict), class Failed(Exception): what it is made from it holds
	for _, e := range cls.ExternalMRO {
		if s := p.cat.Lookup(e); s != nil && s.Creates != nil { // class Connections(pools.Pool)
			if n, _, ok := p.Method(id, s.Creates.Name); ok && !cls.creates {
				cls.creates = true
				fn := p.node()
				p.constrain(n, &bind{recv: self, res: fn})
				p.makes(c, fn, self)
			} else if _, _, own := p.Method(id, "__init__"); !own {
				p.makes(c, p.arg(c, s.Creates.Arg, s.Creates.Name), self)
			}
		}
		if exception(e) { // e.args[0]()
			for _, a := range c.Args {
				p.leaveAt(a, &Escape{Func: c.Func, Expr: c.Expr, To: e}, byProtocol)
			}
		}
		if e == "builtins.dict" || e == "builtins.list" || e == "builtins.set" || e == "collections.OrderedDict" ||
			e == "collections.deque" || e == "collections.UserDict" || e == "collections.defaultdict" {
			if _, _, own := p.Method(id, "__init__"); own {
				break // it has what super().__init__ gets
			}
			if p.ownKeys(self) != 0 {
				p.fill(c, self)
				break
			}
			for i := range c.Args {
				p.edge(p.iterArg(c, i, false), p.held(self))
			}
			for _, k := range c.Kw {
				p.edge(k.Node, p.held(self))
			}
		}
	}
}

// exception reports whether an external class is an exception.
func exception(name string) bool {
	return name == "builtins.Exception" || name == "builtins.BaseException" || strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Exception")
}

// arg is the i-th positional argument of a call, from *args if need be, or
// the keyword argument of one of the names.
func (p *Program) arg(c *Call, i int, names ...string) NodeID {
	if i >= 0 && i < len(c.Args) {
		return c.Args[i]
	}
	for _, k := range c.Kw {
		for _, n := range names {
			if n != "" && k.Name == n {
				return k.Node
			}
		}
	}
	if c.Star != 0 && i >= 0 {
		if n, ok := c.few().starred[i]; ok {
			return n
		}
		n := p.node()
		r := c.own()
		if r.starred == nil {
			r.starred = map[int]NodeID{}
		}
		r.starred[i] = n
		p.constrain(c.Star, &loadItem{key: index(i - len(c.Args)), res: n})
		return n
	}
	return 0
}

// invoke makes the call that an external function makes of one of its
// arguments.
func (p *Program) invoke(c *Call, cb *catalog.Callback, recv ValueID, params []string, mode CallMode) *Call {
	name := cb.Name
	if name == "" && cb.Arg < len(params) {
		name = params[cb.Arg]
	}
	fn := p.arg(c, cb.Arg, name, "func", "function")
	if fn == 0 {
		return nil
	}
	d := &Call{Func: c.Func, Expr: c.Expr, Mode: mode, Via: c, Fn: fn, Ret: p.node()}
	switch {
	case cb.Each > 0: // imap(f, xs, ys): one argument from each iterable
		for i := cb.Each; i < len(c.Args); i++ {
			d.Args = append(d.Args, p.iterArg(c, i, true))
		}
	case cb.Star > 0: // starmap(f, tuples)
		d.Star = p.iterArg(c, cb.Star, true)
	case len(cb.Given) > 0:
		for _, t := range cb.Given {
			n := p.node()
			p.flow(t, -1, true, n, c, nil)
			d.Args = append(d.Args, n)
		}
		if cb.Rest && cb.Arg+1 <= len(c.Args) {
			d.Args = append(d.Args, c.Args[cb.Arg+1:]...)
			d.Star, d.KwStar = c.Star, c.KwStar
		}
	default:
		if cb.Self {
			d.Args = append(d.Args, p.constantValue(recv))
		}
		if cb.Arg+1 <= len(c.Args) {
			d.Args = append(d.Args, c.Args[cb.Arg+1:]...)
			d.Star = c.Star
		} else {
			d.Star = c.Star
			if c.Star != 0 { // spawn(*args): what follows the function
				n := p.node()
				p.constrain(c.Star, &loadItem{slice: true, res: n})
				d.Star = n
			}
		}
		for _, k := range c.Kw {
			own := k.Name == name || k.Name == "func" || k.Name == "function"
			for _, q := range params {
				own = own || k.Name == q
			}
			if !own {
				d.Kw = append(d.Kw, k)
			}
		}
		d.KwStar = c.KwStar
	}
	p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
	p.constrain(fn, d)
	return d
}

// iterArg is what iterating over the i-th argument gives, recorded as an
// iteration by the call. Lazy says that the iteration does not happen during
// the call.
func (p *Program) iterArg(c *Call, i int, lazy bool) NodeID {
	if n, ok := c.few().iterated[i]; ok {
		return n
	}
	n := p.arg(c, i)
	if n == 0 {
		return 0
	}
	f := p.Funcs[c.Func]
	r := c.own()
	if r.iterated == nil {
		r.iterated = map[int]NodeID{}
	}
	if c.indirect { // map(list, generators()): the library iterates, not this call
		p.gather(n, c)
		elem := p.node()
		p.constrain(n, &items{res: elem, call: &implicit{fn: f, at: c.Expr, op: OpNext, sync: true}})
		r.iterated[i] = elem
		return elem
	}
	it := &Iter{Func: c.Func, Expr: c.Expr, Use: Builtin, Obj: n, Elem: p.node(), Lazy: lazy}
	if call, ok := c.Expr.(*ast.Call); ok && i < len(call.Args) {
		it.Arg = call.Args[i]
	}
	f.Iters = append(f.Iters, it)
	r.iterated[i] = it.Elem
	p.constrain(n, &items{res: it.Elem, call: &implicit{fn: f, at: c.Expr, op: OpNext}})
	return it.Elem
}

// flow lets what a type expression of the catalogue denotes reach res (see
// catalog.Symbol.Returns). recv is the receiver of a method, c the call and cb
// the callback that it made.
func (p *Program) flow(t string, recv ValueID, green bool, res NodeID, c *Call, cb *Call) {
	switch {
	case t == "" || t == "_":
	case t == "self":
		p.add(res, recv)
	case t == "elem":
		p.edge(p.held(recv), res)
	case t == "result":
		if cb != nil {
			// a coroutine function's result is what awaiting it gives
			p.edge(cb.Ret, res)
			p.constrain(cb.Ret, &awaitCoroutine{res: res})
		}
	case t == "finished":
		if cb != nil {
			p.constrain(cb.Ret, &finish{res: res})
		}
	case t == "finished0":
		if c != nil {
			if a := p.arg(c, 0); a != 0 {
				p.constrain(a, &finish{res: res})
			}
		}
	case t == "awaited":
		if c != nil {
			if a := p.arg(c, 0); a != 0 {
				p.constrain(a, &await{res: res})
			}
		}
	case t == "module":
		p.add(res, p.unknown)
	case t == "instance":
		if c != nil {
			if a := p.arg(c, 0); a != 0 {
				d := p.again(c)
				if len(c.Args) > 0 {
					d.Args = c.Args[1:]
				}
				d.Ret = res
				p.constrain(a, d)
			}
		}
	case strings.HasPrefix(t, "items"), strings.HasPrefix(t, "entered"):
		if c != nil {
			i := int(t[len(t)-1] - '0')
			if t[0] == 'i' {
				p.edge(p.iterArg(c, i, true), res)
			} else if a := p.arg(c, i); a != 0 {
				p.constrain(a, &enter{res: res, call: &implicit{fn: p.Funcs[c.Func], at: c.Expr}})
			}
		}
	case t == "zip" || t == "enumerate":
		if c != nil {
			p.edge(p.zipped(c, t), res)
		}
	case strings.HasPrefix(t, "builtins."):
		p.add(res, p.plain(t))
	case strings.HasPrefix(t, "list("), strings.HasPrefix(t, "dict("):
		kind, of, _ := strings.Cut(strings.TrimSuffix(t, ")"), "(")
		var origin ast.Node
		if c != nil {
			origin = c.Expr
		}
		v := p.fresh(c, t, func() ValueID { return p.container(origin, false, kind == "dict") })
		at := p.loose(p.Values[v].Site)
		if key, item, ok := strings.Cut(of, "="); ok { // what a mapping has under a key
			of, at = item, p.slot(p.Values[v].Site, "s"+key)
		}
		p.flow(of, recv, green, at, nil, nil)
		p.add(res, v)
	case strings.HasPrefix(t, "arg"):
		if c != nil {
			i, _ := strconv.Atoi(t[3:])
			p.edge(p.arg(c, i), res)
		}
	case strings.HasPrefix(t, "tuple("):
		var origin ast.Node
		if c != nil {
			origin = c.Expr
		}
		v := p.fresh(c, t, func() ValueID { return p.container(origin, true, false) })
		s := p.Values[v].Site
		for i, part := range strings.Split(strings.TrimSuffix(t[len("tuple("):], ")"), ",") {
			p.flow(strings.TrimSpace(part), recv, green, p.slot(s, index(i)), c, cb)
		}
		p.add(res, v)
	default:
		var origin ast.Node
		if c != nil {
			origin = c.Expr
		}
		p.add(res, p.fresh(c, greenly(t, green), func() ValueID { return p.instance(t, green, origin) }))
	}
}

func greenly(class string, green bool) string {
	if green {
		return "green " + class
	}
	return class
}

// zipped is what zip or enumerate gives for each step, as a tuple.
func (p *Program) zipped(c *Call, how string) NodeID {
	v := p.container(c.Expr, true, false)
	s := p.Values[v].Site
	if how == "enumerate" {
		p.edge(p.constant("builtins.int"), p.slot(s, index(0)))
		p.edge(p.iterArg(c, 0, true), p.slot(s, index(1)))
	} else {
		for i := range c.Args {
			p.edge(p.iterArg(c, i, true), p.slot(s, index(i)))
		}
		if c.Star != 0 {
			n := p.node()
			p.constrain(c.Star, &items{res: n})
			p.gather(n, c) // zip(*generators)
			p.constrain(n, &items{res: p.loose(s)})
		}
	}
	return p.single(v)
}

// awaitCoroutine is await, but lets other values pass as they are.
type awaitCoroutine struct{ res NodeID }

func (a *awaitCoroutine) apply(p *Program, v ValueID) {
	switch x := p.Values[v]; x.Kind {
	case Coroutine:
		p.finished(x, a.res)
	case ExtCoroutine:
		p.edge(p.held(v), a.res)
	}
}

// finished lets what a coroutine of the project returns flow to a place.
func (p *Program) finished(x Value, res NodeID) {
	p.edge(p.Funcs[x.ID].Ret, res)
	if x.Site > 0 {
		p.edge(p.site(x.Site).elem, res)
	}
}

// finish is what a value is when a coroutine is run to its end and other values
// are left alone: aio.maybe(x), and what a task gives that runs a function of
// either kind.
type finish struct{ res NodeID }

func (f *finish) apply(p *Program, v ValueID) {
	switch x := p.Values[v]; x.Kind {
	case Coroutine:
		p.finished(x, f.res)
	case ExtCoroutine:
		p.edge(p.held(v), f.res)
	default:
		p.add(f.res, v)
	}
}

// apply a record of the catalogue to a call.
func (p *Program) callSymbol(c *Call, s *catalog.Symbol, recv ValueID, green bool) {
	// what Eventlet's own functions give is green without any patching
	green = green || strings.HasPrefix(s.Name, "eventlet.")
	var cb *Call
	switch {
	case s.Spawns != nil && s.Link:
		cb = p.invoke(c, s.Spawns, recv, s.Params, Link)
	case s.Spawns != nil:
		cb = p.invoke(c, s.Spawns, recv, s.Params, Spawn)
	case s.Calls != nil:
		cb = p.invoke(c, s.Calls, recv, s.Params, Callback)
	case s.Thread != nil:
		cb = p.invoke(c, s.Thread, recv, s.Params, Thread)
	}
	for _, t := range s.Stores {
		p.flow(t, recv, green, p.held(recv), c, cb)
		if t == "arg0" {
			p.edge(p.arg(c, 0, append([]string{"item", "result"}, s.Params...)...), p.held(recv))
		}
	}
	res := c.Ret
	if s.Awaits { // a coroutine: what it returns comes when it is awaited
		v := p.fresh(c, "coroutine "+s.Name, func() ValueID {
			return p.value(Value{Kind: ExtCoroutine, ID: p.nameOf(s.Name), Site: p.newSite(site{elem: p.node(), origin: c.Expr})})
		})
		p.add(c.Ret, v)
		res = p.held(v)
	}
	if len(s.Elem) > 0 && s.Returns != "" {
		v := p.fresh(c, greenly(s.Returns, green), func() ValueID { return p.instance(s.Returns, green, c.Expr) })
		p.add(res, v)
		for _, t := range s.Elem {
			p.flow(t, recv, green, p.held(v), c, cb)
		}
	} else {
		p.flow(s.Returns, recv, green, res, c, cb)
	}
	for _, i := range s.Uses {
		if n := p.arg(c, i); n != 0 {
			p.leaveAt(n, &Escape{Func: c.Func, Expr: c.Expr, To: s.Name}, byProtocol)
			p.usesFile(c, n)
		}
	}
	p.callGiven(c, s.Name)
	refused := s.Refusal() != ""
	library := s.Group != "" || s.Owner != nil && s.Owner.Group != "" && s.Owner.To == ""
	if cb == nil && (library || refused) && len(s.Stores) == 0 && s.Returns != "arg0" {
		// a library call: nothing is known of what it does with functions that
		// it is given
		p.escapeArgs(c, s.Name)
	}
	p.kept(c, s)
	if refused && s.Returns == "" {
		// get_hub().schedule_call_global(0, f) will call f
		p.add(c.Ret, p.opaqueResult(s.Name, green, c))
	}
}

// kept makes the calls of a function that a call hands to green threads that
// stay Eventlet's (see catalog.Symbol.Keeps).
func (p *Program) kept(c *Call, s *catalog.Symbol) {
	if s.Keeps != nil {
		p.invoke(c, s.Keeps, -1, s.Params, Spawn)
	}
}

// callExternal is the call of an external name.
func (p *Program) callExternal(c *Call, v ValueID, x Value) {
	name := p.names[x.ID]
	if !strings.Contains(name, ".") {
		return // a module: nobody calls one, it came here among other things
	}
	if h, ok := builtins[name]; ok {
		d := c.indirect
		c.indirect = d || c.Via != nil || len(c.few().partials) > 0 || !p.namesIt(c, name)
		h(p, c)
		c.indirect = d
		return
	}
	s := p.cat.Lookup(name)
	switch {
	case s != nil && s.Kind == catalog.Class:
		inst := p.instance(s.Name, x.Green, c.Expr)
		p.add(c.Ret, inst)
		if s.Creates != nil {
			p.makes(c, p.arg(c, s.Creates.Arg, s.Creates.Name), inst)
		}
		if s.Runs != nil {
			p.invokeLater(c, s.Runs)
		} else if s.To == "" {
			p.escapeArgs(c, s.Name) // it keeps them and may call them
		}
		p.kept(c, s)
		if s.Open || structLike(name) {
			for _, k := range c.Kw {
				p.edge(k.Node, p.field(inst, k.Name))
			}
		}
		return
	case s != nil && s.Kind == catalog.Method:
		// Base.method(self, …): the receiver is the first argument
		if len(c.Args) > 0 {
			p.constrain(c.Args[0], &unbound{c: c, s: s})
		}
		return
	case s != nil:
		p.callSymbol(c, s, v, x.Green)
		return
	}
	if c.Decorator && len(c.Args) == 1 {
		p.edge(c.Args[0], c.Ret)
	}
	p.replace(c, name)
	p.callGiven(c, name)
	given := c
	if patches(name) && len(c.Args) > 0 { // of the first argument it takes what it replaces, and calls nothing
		given = p.again(c)
		given.Args = c.Args[1:]
	}
	p.escapeArgs(given, name)
	if wrapsFile(name + "()") {
		inst := p.instance(name+"()", false, c.Expr)
		p.edge(p.arg(c, 0), p.held(inst))
		p.add(c.Ret, inst)
		return
	}
	p.foreignResult(c, name, x.Green)
	if structLike(name) || structLike(name+"()") {
		inst := p.instance(name, false, c.Expr)
		p.add(c.Ret, inst)
		for _, a := range c.Args {
			p.edge(a, p.held(inst))
		}
		for _, k := range c.Kw {
			p.edge(k.Node, p.field(inst, k.Name))
		}
	}
}

// makes lets what a function makes be what an object holds: pools.Pool(create=f).
// Who calls the function, and when, is not this call's affair.
func (p *Program) makes(c *Call, fn NodeID, holder ValueID) {
	if fn == 0 {
		return
	}
	d := &Call{Func: c.Func, Expr: c.Expr, Mode: Callback, Via: c, Fn: fn, Ret: p.node()}
	p.constrain(fn, d)
	p.constrain(d.Ret, &finish{res: p.held(holder)})
}

// namesIt reports whether a call is written with the name of the external
// function that it calls.
func (p *Program) namesIt(c *Call, name string) bool {
	call, ok := c.Expr.(*ast.Call)
	if !ok {
		return true
	}
	static, _ := p.staticName(p.Funcs[c.Func].Module, call.Func)
	return p.canonical(static) == name
}

// invokeLater is threading.Thread(target=f, args=(…)).
func (p *Program) invokeLater(c *Call, cb *catalog.Callback) {
	fn := p.arg(c, cb.Arg, cb.Name, "target", "function")
	if fn == 0 {
		return
	}
	d := &Call{Func: c.Func, Expr: c.Expr, Mode: Spawn, Via: c, Fn: fn, Ret: p.node()}
	for _, k := range c.Kw {
		switch k.Name {
		case "args":
			d.Star = k.Node
		case "kwargs":
			d.KwStar = k.Node
		}
	}
	if d.Star == 0 && len(c.Args) > 3 {
		d.Star = c.Args[3]
	}
	if call, ok := c.Expr.(*ast.Call); ok && d.Star != 0 {
		d.Star = p.inOrder(d.Star, keywordOr(call, 3, "args"))
	}
	p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
	p.constrain(fn, d)
	p.leave(fn, &Escape{Func: c.Func, Expr: c.Expr, To: "threading.Thread"})
}

// unbound is Base.method(self, …) for an external base class.
type unbound struct {
	c *Call
	s *catalog.Symbol
}

func (u *unbound) apply(p *Program, v ValueID) {
	d := *u.c
	d.Args = u.c.Args[1:]
	p.callSymbol(&d, u.s, v, p.Values[v].Green)
}

// foreignResult is what a call of an external function without a record gives:
// its type, if the stubs know it.
func (p *Program) foreignResult(c *Call, name string, green bool) {
	t := p.cat.Type(strings.ReplaceAll(name, "()", ""))
	switch {
	case t == "":
		p.add(c.Ret, p.opaqueResult(name, green, c))
	case strings.HasSuffix(t, ")") || strings.HasPrefix(t, "builtins.") || p.cat.Lookup(t) != nil:
		p.flow(t, -1, green, c.Ret, c, nil)
	default: // an object as if made by its class
		p.add(c.Ret, p.opaqueResult(t, green, c))
	}
}

// opaqueResult is what an external function of which nothing is known
// returns: an object named after it, re.compile() for re.compile.
func (p *Program) opaqueResult(name string, green bool, c *Call) ValueID {
	if strings.Count(name, "()") >= 2 || strings.Contains(name, ".?") {
		head, _, _ := strings.Cut(name, ".")
		return p.plain(head + ".?")
	}
	return p.value(Value{Kind: ExtInstance, ID: p.nameOf(name + "()"), Green: green})
}

// callExtInstance calls an object that an external function returned.
func (p *Program) callExtInstance(c *Call, v ValueID, x Value) {
	name := p.names[x.ID]
	switch {
	case v == p.anyQuiet:
		p.escapeArgs(c, name)
		p.add(c.Ret, v)
		return
	case name == "builtins.str" || name == "builtins.int" || name == "builtins.float" || name == "builtins.bytes":
		return // cannot be called
	case name == "functools.wraps()":
		if n := p.arg(c, 0); n != 0 {
			p.edge(n, c.Ret)
			if x.Site > 0 {
				p.constrain(n, &storeAttr{name: "__wrapped__", val: p.held(v)})
			}
		}
		return
	case x.Site > 0 && p.callOperator(c, name, x):
		return
	case name == "weakref.ref()":
		p.edge(p.held(v), c.Ret)
		return
	case name == lockutilsSynchronized+"()":
		p.constrain(p.arg(c, 0), &locked{x.Site})
		p.escapeArgs(c, name)
		p.edge(p.arg(c, 0), c.Ret)
		return
	case name == "collections.namedtuple()":
		inst := p.fresh(c, "namedtuple", func() ValueID { return p.instance("collections.namedtuple()()", false, c.Expr) })
		p.add(c.Ret, inst)
		for _, a := range c.Args {
			p.edge(a, p.held(inst))
		}
		for _, k := range c.Kw {
			p.edge(k.Node, p.field(inst, k.Name))
			p.edge(k.Node, p.held(inst))
		}
		return
	}
	if c.Decorator && len(c.Args) == 1 {
		p.edge(c.Args[0], c.Ret)
	}
	p.escapeArgs(c, name)
	p.add(c.Ret, p.opaqueResult(name, x.Green, c))
}

// callExtBound calls a method of an external object, a generator or a
// coroutine.
func (p *Program) callExtBound(c *Call, v ValueID, x Value) {
	name := p.names[x.ID]
	recv := p.Values[x.Recv]
	switch recv.Kind {
	case Generator:
		f := p.Funcs[recv.ID]
		if call, ok := c.Expr.(*ast.Call); !ok || c.Mode != Direct || !method(call.Func) {
			// next = g.__next__; next(): its name is not there to be changed
			(&escape{by: &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.generator." + name}, level: byProtocol}).apply(p, x.Recv)
		}
		switch name {
		case "send", "asend", "throw", "athrow":
			f.Driven = true
		}
		switch name {
		case "send", "__next__", "asend", "__anext__":
			p.edge(f.Yield, c.Ret)
			if name == "send" || name == "asend" {
				if n := p.arg(c, 0); n != 0 {
					p.edge(n, f.Send)
				}
			}
		}
		if name != "close" && name != "aclose" {
			it := &Iter{Func: c.Func, Expr: c.Expr, Use: Next, Obj: p.constantValue(x.Recv), Elem: c.Ret}
			p.Funcs[c.Func].Iters = append(p.Funcs[c.Func].Iters, it)
		}
		return
	case Coroutine, ExtCoroutine, ContextManager:
		return
	case Instance:
		if name == "__getattribute__" || name == "__getattr__" {
			p.getattribute(c, p.constantValue(x.Recv), 0)
			return
		}
		if name == "__setattr__" {
			p.setattribute(c, p.constantValue(x.Recv), 0)
			return
		}
		if p.structMethod(c, name, x.Recv, recv.Class()) {
			return
		}
		p.inheritedMethod(&implicit{fn: p.Funcs[c.Func], at: c.Expr}, x.Recv, name)
		if name == "__init__" && slices.ContainsFunc(p.Classes[recv.Class()].ExternalMRO, exception) {
			p.escapeArgs(c, "builtins.Exception")
			return
		}
		// a method that a class of the project has from an external base
		for _, e := range p.Classes[recv.Class()].ExternalMRO {
			if s := p.cat.Lookup(e); s != nil && s.Kind == catalog.Class {
				if s.Creates != nil && name == "__init__" {
					p.makes(c, p.arg(c, s.Creates.Arg, s.Creates.Name), x.Recv)
					return
				}
				if m := p.cat.Member(s, name); m != nil {
					p.callSymbol(c, m, x.Recv, recv.Green)
					return
				}
			}
		}
		if p.containerMethod(c, name, p.held(x.Recv), 0, x.Recv) {
			return
		}
		base := ""
		if b := p.unknownBases(recv.Class()); len(b) > 0 {
			base = b[0]
		}
		p.assertion(c, name)
		p.escapeArgs(c, base)
		if s := p.cat.Lookup(base); s != nil && s.Kind == catalog.Class {
			p.add(c.Ret, p.unknown) // it does not have it: something else put it there
		} else if base != "" {
			p.add(c.Ret, p.opaqueResult(base+"()."+name, false, c))
		}
		return
	case FuncVal: // f.register(int), f.register(int, g) of functools.singledispatch
		for i := range c.Args {
			p.constrain(c.Args[i], &functions{p.Funcs[recv.ID].dispatches, &Escape{Func: c.Func, Expr: c.Expr, To: "functools.singledispatch"}})
		}
		if len(c.Args) > 0 {
			p.edge(c.Args[len(c.Args)-1], c.Ret)
		}
		if len(c.Args) == 1 { // a decorator for the type
			p.add(c.Ret, v)
		}
		return
	case ClassVal: // super().__new__(cls), super().__init_subclass__
		switch name {
		case "__new__":
			p.add(c.Ret, p.Classes[recv.Class()].self)
			if p.Classes[recv.Class()].Meta { // super().__new__(meta, name, bases, namespace)
				for _, k := range p.Classes {
					if slices.Contains(k.metas, recv.Class()) {
						p.add(c.Ret, k.val)
					}
				}
			}
		case "__call__": // of a metaclass
			p.add(c.Ret, p.Classes[recv.Class()].self)
		case "mro", "__subclasses__":
			v := p.newList(c, name)
			at := p.loose(p.Values[v].Site)
			for _, k := range p.Classes[recv.Class()].MRO {
				p.add(at, p.Classes[k].val)
			}
			p.addClasses(at, recv.Class())
			p.add(c.Ret, v)
		case "_make":
			p.add(c.Ret, p.Classes[recv.Class()].self)
			p.escapeArgs(c, "typing.NamedTuple._make")
			fields := p.node()
			p.edge(p.iterArg(c, 0, false), fields)
			for _, f := range p.fieldsOf(recv.Class()) {
				p.edge(fields, p.field(p.Classes[recv.Class()].self, f))
			}
		}
		return
	}
	cls := p.names[recv.ID]
	if s := p.cat.Lookup(cls); s != nil && s.Kind == catalog.Class {
		if m := p.cat.Member(s, name); m != nil {
			p.callSymbol(c, m, x.Recv, recv.Green)
			return
		}
		if name == "map" && strings.HasPrefix(cls, "stevedore.") {
			p.extensions(c, cls, p.held(x.Recv))
			return
		}
	}
	switch cls {
	case "builtins.str", "builtins.bytes":
		switch name {
		case "join":
			p.iterArg(c, 0, false)
			p.add(c.Ret, x.Recv)
		case "split", "rsplit", "splitlines", "partition", "rpartition":
			v := p.newList(c, "parts")
			p.add(p.loose(p.Values[v].Site), x.Recv)
			p.add(c.Ret, v)
		case "encode":
			p.add(c.Ret, p.plain("builtins.bytes"))
		case "format", "format_map":
			// '{0[a]}' calls __getitem__, '{0.a}' reads a property
			p.escapeArgsAt(c, "builtins.str."+name, formatReach(c.Expr))
			p.protocol(c, "__format__", "__str__", "__repr__")
			p.add(c.Ret, x.Recv)
		case "extend", "translate", "maketrans", "__init__": // bytearray().extend(numbers())
			p.escapeArgs(c, cls+"."+name)
			p.add(c.Ret, x.Recv)
		default:
			p.add(c.Ret, x.Recv)
		}
		return
	case "builtins.int", "builtins.float":
		return
	}
	if strings.HasPrefix(cls, "contextlib.") && (name == "enter_context" || name == "enter_async_context") {
		if n := p.arg(c, 0); n != 0 {
			w := &implicit{fn: p.Funcs[c.Func], at: c.Expr, sync: true}
			p.constrain(n, &enter{res: c.Ret, call: w, async: name == "enter_async_context"})
			p.escapeArgs(c, cls+"."+name)
		}
		return
	}
	if strings.HasPrefix(cls, "contextlib.") && name == "callback" && len(c.Args) > 0 {
		p.callback(c, c.Args[0], c.Args[1:]...)
	}
	if strings.HasPrefix(cls, "contextlib.") && name == "push" && len(c.Args) > 0 { // an object with __exit__, or a function like it
		p.asks(c, c.Args[0], "__exit__")
		fn := p.node()
		p.constrain(c.Args[0], &functions{to: fn, by: &Escape{Func: c.Func, Expr: c.Expr, To: cls + "." + name}})
		p.callback(c, fn, 0, 0, 0)
	}
	if recv.Site > 0 && wrapsFile(cls) {
		p.usesFile(c, p.held(x.Recv))
	}
	if c.Decorator && len(c.Args) == 1 {
		p.edge(c.Args[0], c.Ret)
	}
	if cls == "collections.namedtuple()()" && (name == "_replace" || name == "_asdict") {
		for _, k := range c.Kw {
			p.edge(k.Node, p.field(x.Recv, k.Name))
			p.edge(k.Node, p.held(x.Recv))
		}
		if name == "_replace" {
			p.add(c.Ret, x.Recv)
			return
		}
		v := p.fresh(c, name, func() ValueID { return p.container(c.Expr, false, true) })
		p.edge(p.held(x.Recv), p.loose(p.Values[v].Site))
		p.readFields(x.Recv, func(string) bool { return true }, p.loose(p.Values[v].Site))
		p.add(c.Ret, v)
		return
	}
	full := cls + "." + name
	p.callGiven(c, full)
	if logs[name] && strings.HasSuffix(cls, ".getLogger()") {
		p.protocol(c, "__str__", "__repr__")
	}
	p.escapeArgs(c, full)
	p.foreignResult(c, full, recv.Green)
	if recv.Site == 0 && x.Recv != p.anyQuiet {
		switch name {
		case "get", "pop", "setdefault", "values", "items": // jobs = json.loads(text); jobs["own"] = Job(); jobs.get("own")
			p.containerMethod(c, name, p.held(x.Recv), 0, x.Recv)
		}
	}
}

// formatReach is what text.format(…) may do with the objects that it is given:
// whether the text reads attributes is known if it is there to be seen.
func formatReach(e ast.Node) uint8 {
	if call, ok := e.(*ast.Call); ok {
		if at, ok := call.Func.(*ast.Attribute); ok {
			if s, ok := at.Value.(*ast.Constant); ok && s.Kind == ast.Str && !fieldAttribute.MatchString(s.Text) {
				return byProtocol
			}
		}
	}
	return anyMethod
}

// fieldAttribute matches a replacement field that reads an attribute: {0.name}.
var fieldAttribute = regexp.MustCompile(`\{[^{}:!]*\.`)

// callContainer calls a method of a list, dict, set or tuple.
func (p *Program) callContainer(c *Call, x Value) {
	if !p.containerMethod(c, p.names[x.ID], p.site(x.Site).elem, x.Site, x.Recv) {
		p.escapeArgs(c, "builtins.list."+p.names[x.ID])
		n := p.node()
		p.contents(x, n)
		v := p.newList(c, "other")
		p.edge(n, p.loose(p.Values[v].Site))
		pair := p.fresh(c, "pair", func() ValueID { return p.container(c.Expr, true, false) })
		p.edge(n, p.loose(p.Values[pair].Site))
		p.add(p.loose(p.Values[v].Site), pair)
		p.add(c.Ret, v)
		p.edge(n, c.Ret)
	}
}

// contents lets all that a container holds reach a place: what an attribute or
// method of which no more is known may give (Counter.elements, ChainMap.maps).
func (p *Program) contents(x Value, to NodeID) {
	p.edge(p.site(x.Site).elem, to)
	if p.site(x.Site).mapping {
		p.edge(p.keys(x.Site), to)
	}
}

// containerMethod is a method of a builtin container, or of an instance of a
// class of the project that derives from one. elem is what it holds.
func (p *Program) containerMethod(c *Call, name string, elem NodeID, s int32, recv ValueID) bool {
	loose := elem
	if s > 0 {
		loose = p.loose(s)
	}
	keys := p.ownKeys(recv)
	if s > 0 && p.site(s).mapping {
		keys = p.keys(s)
	}
	fresh := func(from NodeID) {
		v := p.newList(c, name)
		p.edge(from, p.loose(p.Values[v].Site))
		p.add(c.Ret, v)
	}
	switch name {
	case "append", "add", "appendleft", "remove", "discard", "index", "count":
		switch name {
		case "add", "discard", "remove":
			p.asks(c, p.arg(c, 0), hashed[:]...)
			fallthrough
		case "index", "count": // of a list: each item is compared
			p.asks(c, p.arg(c, 0), "__eq__")
			p.asks(c, elem, "__eq__")
		}
		if name[0] != 'r' && name[0] != 'd' && name[0] != 'i' && name[0] != 'c' {
			p.edge(p.arg(c, 0), loose)
		}
	case "insert":
		p.edge(p.arg(c, 1), loose)
	case "extend", "extendleft", "update", "__init__", "union", "intersection", "difference", "symmetric_difference":
		if s == 0 && keys != 0 && (name == "update" || name == "__init__") {
			p.fill(c, recv)
			break
		}
		if name == "update" && len(c.Args) > 0 && s > 0 && p.site(s).mapping {
			p.constrain(c.Args[0], &copyItems{to: s})
			p.edge(p.iterArg(c, 0, false), p.keys(s)) // Counter.update(items)
			p.constrain(c.Args[0], &pairsInto{s, c})
		} else if n := p.iterArg(c, 0, false); n != 0 {
			p.edge(n, loose)
		}
		for _, k := range c.Kw {
			if s > 0 {
				p.edge(k.Node, p.slot(s, "s"+k.Name))
			} else {
				p.edge(k.Node, loose)
			}
		}
		if name[0] == 'u' || name[0] == 'i' || name[0] == 'd' || name[0] == 's' {
			if name != "update" {
				fresh(elem)
			}
		}
	case "pop", "popleft", "get", "setdefault", "__getitem__", "popitem":
		if s > 0 && p.site(s).mapping {
			p.asks(c, p.arg(c, 0), hashed[:]...)
		}
		key := ""
		if call, ok := c.Expr.(*ast.Call); ok && len(call.Args) > 0 {
			key = constKey(call.Args[0])
		}
		if key != "" && s > 0 && p.site(s).mapping {
			p.edge(p.slot(s, key), c.Ret)
			p.edge(p.loose(s), c.Ret)
		} else {
			p.edge(elem, c.Ret)
		}
		if n := p.arg(c, 1, "default"); n != 0 {
			p.edge(n, c.Ret)
			if name == "setdefault" {
				p.edge(p.arg(c, 0), keys)
				p.edge(n, loose)
			}
		}
		if name == "popitem" {
			v := p.fresh(c, "item", func() ValueID { return p.container(c.Expr, true, false) })
			p.edge(elem, p.slot(p.Values[v].Site, index(1)))
			p.edge(keys, p.slot(p.Values[v].Site, index(0)))
			p.add(c.Ret, v)
		}
	case "values":
		fresh(elem)
	case "keys":
		if keys != 0 {
			fresh(keys)
		}
	case "items":
		pair := p.fresh(c, "pair", func() ValueID { return p.container(c.Expr, true, false) })
		ps := p.Values[pair].Site
		p.edge(keys, p.slot(ps, index(0)))
		p.edge(elem, p.slot(ps, index(1)))
		fresh(p.single(pair))
	case "copy", "fromkeys":
		p.add(c.Ret, recv)
	case "sort":
		p.keyFunction(c, elem, "__lt__")
	case "isdisjoint", "issubset", "issuperset", "difference_update", "intersection_update", "symmetric_difference_update":
		for _, a := range c.Args {
			p.gather(a, c)
		}
	case "clear", "reverse", "rotate", "move_to_end", "__contains__", "__len__":
	case "__setitem__":
		p.edge(p.arg(c, 0), keys)
		p.edge(p.arg(c, 1), loose)
	default:
		return false
	}
	return true
}

// keyFunction is the key= of sort, sorted, min and max, which compare what it
// gives; without one, the items themselves.
func (p *Program) keyFunction(c *Call, elem NodeID, methods ...string) {
	for _, k := range c.Kw {
		if k.Name == "key" {
			elem = p.callback(c, k.Node, elem).Ret
		}
	}
	p.compared(c, elem, methods...)
}

// callback makes a call that an external function makes of fn before it
// returns.
func (p *Program) callback(c *Call, fn NodeID, args ...NodeID) *Call {
	d := &Call{Func: c.Func, Expr: c.Expr, Mode: Callback, Via: c, Fn: fn, Args: args, Ret: p.node()}
	p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
	p.constrain(fn, d)
	return d
}

// assertions are the methods of test cases, whichever library has the class,
// that call a function at once, with its index.
var assertions = map[string]int{
	"assertRaises": 1, "assertRaisesRegex": 2, "assertRaisesRegexp": 2, "assertWarns": 1, "assertWarnsRegex": 2,
}

// assertion makes the call of self.assertRaises(E, f, x).
func (p *Program) assertion(c *Call, name string) {
	if i, ok := assertions[name]; ok && len(c.Args) > i {
		p.callback(c, c.Args[i], c.Args[i+1:]...)
	}
}

// method reports whether a call is written obj.name(…).
func method(fn ast.Expr) bool {
	_, ok := fn.(*ast.Attribute)
	return ok
}

// callOperator calls what operator.attrgetter, methodcaller or itemgetter made,
// or a function's __get__.
func (p *Program) callOperator(c *Call, name string, x Value) bool {
	if name == "builtins.__get__()" {
		p.constrain(p.site(x.Site).elem, &getFunc{obj: p.arg(c, 0), res: c.Ret})
		return true
	}
	made := p.site(x.Site).call
	obj := p.arg(c, 0)
	if made == nil || !strings.HasPrefix(name, "operator.") {
		return false
	}
	call, ok := made.Expr.(*ast.Call)
	if !ok || len(call.Args) == 0 || obj == 0 {
		return true
	}
	im := &implicit{fn: p.Funcs[c.Func], at: c.Expr, sync: true}
	get := func(e ast.Expr) NodeID {
		n := p.node()
		s, ok := e.(*ast.Constant)
		switch {
		case name == "operator.itemgetter()":
			p.constrain(obj, &loadItem{key: constKey(e), res: n, call: im})
		case !ok || s.Kind != ast.Str:
			p.constrain(obj, &loadAny{res: n, call: im})
			p.leaveAt(n, &Escape{Func: c.Func, Expr: c.Expr, To: strings.TrimSuffix(name, "()")}, byProtocol)
		default:
			at := obj
			for _, part := range strings.Split(s.Text, ".") {
				n = p.node()
				p.constrain(at, &loadAttr{name: part, res: n, call: im})
				at = n
			}
		}
		return n
	}
	switch {
	case name == "operator.methodcaller()":
		p.constrain(obj, &keptObject{&Escape{Func: c.Func, Expr: c.Expr, To: "operator.methodcaller"}})
		d := p.callback(c, get(call.Args[0]), made.Args[1:]...)
		d.Kw = made.Kw
		p.edge(d.Ret, c.Ret)
	case len(call.Args) == 1:
		p.edge(get(call.Args[0]), c.Ret)
	default:
		v := p.fresh(c, name, func() ValueID { return p.container(c.Expr, true, false) })
		for i, a := range call.Args {
			p.edge(get(a), p.slot(p.Values[v].Site, index(i)))
		}
		p.add(c.Ret, v)
	}
	return true
}

// getFunc is f.__get__(obj), and types.MethodType(f, obj).
type getFunc struct{ obj, res NodeID }

func (g *getFunc) apply(p *Program, v ValueID) {
	if p.Values[v].Kind != FuncVal {
		p.add(g.res, v)
		return
	}
	p.constrain(g.obj, &methodOf{fn: v, res: g.res})
}

type methodOf struct {
	fn  ValueID
	res NodeID
}

func (m *methodOf) apply(p *Program, v ValueID) {
	p.add(m.res, p.value(Value{Kind: Bound, ID: p.Values[m.fn].ID, Recv: v, Site: p.Values[m.fn].Site}))
}

// getattribute is object.__getattribute__(obj, name): the name is the argument
// at i.
func (p *Program) getattribute(c *Call, obj NodeID, i int) {
	im := &implicit{fn: p.Funcs[c.Func], at: c.Expr, sync: true}
	if call, ok := c.Expr.(*ast.Call); ok && i < len(call.Args) {
		if s, ok := call.Args[i].(*ast.Constant); ok && s.Kind == ast.Str {
			p.constrain(obj, &loadAttr{name: s.Text, res: c.Ret, call: im})
			return
		}
	}
	// whoever reads an attribute gets what the __getattribute__ around makes of it
	n := p.node()
	p.constrain(obj, &loadAny{res: n, call: im})
	p.leaveAt(n, &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.object.__getattribute__"}, byProtocol)
	p.edge(n, c.Ret)
}

// setattribute is object.__setattr__(obj, name, value): the name is the
// argument at i.
func (p *Program) setattribute(c *Call, obj NodeID, i int) {
	val := p.arg(c, i+1)
	if call, ok := c.Expr.(*ast.Call); ok && i < len(call.Args) {
		if s, ok := call.Args[i].(*ast.Constant); ok && s.Kind == ast.Str {
			p.stored[s.Text] = true
			im := &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpSet}
			p.constrain(obj, storeField{&storeAttr{name: s.Text, val: val, call: im}})
			p.stores = append(p.stores, stored{obj: obj, val: val, by: &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.object.__setattr__"}})
			return
		}
	}
	p.leaveAt(val, &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.object.__setattr__"}, byProtocol)
}

// storeField is storeAttr past a __setattr__ of the class.
type storeField struct{ *storeAttr }

func (s storeField) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Instance || x.Kind == ClassVal {
		p.edge(s.val, p.field(v, s.name))
		return
	}
	s.storeAttr.apply(p, v)
}

// structMethod is a method that every NamedTuple has.
func (p *Program) structMethod(c *Call, name string, recv ValueID, id ClassID) bool {
	if name != "_replace" && name != "_asdict" || len(p.fieldsOf(id)) == 0 {
		return false
	}
	for _, k := range c.Kw {
		p.edge(k.Node, p.field(recv, k.Name))
	}
	if name == "_replace" {
		p.add(c.Ret, recv)
		return true
	}
	v := p.fresh(c, name, func() ValueID { return p.container(c.Expr, false, true) })
	p.copyFields(recv, p.Values[v].Site)
	p.add(c.Ret, v)
	return true
}

// keptObject marks the objects of libraries at a place as given away.
type keptObject struct{ by *Escape }

func (k *keptObject) apply(p *Program, v ValueID) {
	if p.Values[v].Kind == ExtInstance {
		(&escape{by: k.by, level: byProtocol}).apply(p, v)
	}
}

// leaveMethod notes that a method of an external object is given to external
// code, which calls it: library.register(queue.get). One that waits must stay
// what it is, and its object with it.
func (p *Program) leaveMethod(x Value, by *Escape) {
	recv, name := p.Values[x.Recv], p.names[x.ID]
	class, member := "", (*catalog.Symbol)(nil)
	switch recv.Kind {
	case ExtInstance:
		if s := p.cat.Lookup(p.names[recv.ID]); s != nil && s.Kind == catalog.Class {
			class, member = s.Name, p.cat.Member(s, name)
		}
	case Instance:
		if member = p.ExternalBase(recv.Class(), name); member != nil && member.Owner != nil {
			class = member.Owner.Name
		}
	}
	if member == nil || class == "" || member.Yields == catalog.Never {
		return
	}
	if recv.Green {
		class = "green " + class
	}
	if p.instEscapes[class] == nil {
		p.instEscapes[class] = by
	}
}
