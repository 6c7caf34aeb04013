package infer

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/python/scope"
)

// loadAttr is `obj.name`.
type loadAttr struct {
	name string
	res  NodeID
	call *implicit
}

func (l *loadAttr) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Unknown:
		p.add(l.res, p.unknown)
	case ModuleVal:
		m := p.Modules[x.ID]
		if n, val := p.moduleAttr(m, l.name); val >= 0 {
			p.add(l.res, val)
		} else if n != 0 {
			p.edge(n, l.res)
		} else if l.name == "__dict__" {
			p.add(l.res, p.unknown)
		} else if get, ok := m.names["__getattr__"]; ok && l.call != nil && m.Scope.Symbols[get].Flags&scope.Implicit == 0 {
			c := l.call.call(p, OpBinary, m.base+NodeID(get), p.constant("builtins.str")) // PEP 562
			p.edge(c.Ret, l.res)
		}
	case AnyModule:
		// a module imported by a computed name: whatever has a name like that
		for _, m := range p.Modules {
			if !strings.HasPrefix(m.Name, p.names[x.ID]) {
				continue
			}
			if sym, ok := m.names[l.name]; ok && m.Scope.Symbols[sym].Flags&scope.Implicit == 0 {
				p.edge(m.base+NodeID(sym), l.res)
			}
		}
	case External:
		name := p.names[x.ID] + "." + l.name
		if strings.Count(name, ".") > 7 { // a chain that grows in a loop
			p.add(l.res, p.unknown)
			return
		}
		if m := p.byName[name]; m != nil && p.cat.Lookup(name) == nil {
			p.add(l.res, p.value(Value{Kind: ModuleVal, ID: int32(m.ID)}))
			return
		}
		p.add(l.res, p.external(name, x.Green))
	case ExtInstance:
		if v == p.anyQuiet {
			p.add(l.res, v)
			return
		}
		p.extAttr(v, x, l)
	case Instance:
		p.instanceAttr(v, x.Class(), l, p.Classes[x.Class()].MRO, 0)
	case ClassVal:
		p.classAttr(v, x.Class(), l)
	case Super:
		p.superAttr(x, l)
	case Container:
		p.add(l.res, p.value(Value{Kind: ContBound, ID: p.nameOf(l.name), Recv: v, Site: x.Site}))
	case Generator, Coroutine, ContextManager, ExtCoroutine:
		p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: v}))
	case FuncVal, Bound, Partial, Property:
		switch l.name {
		case "__func__", "__wrapped__", "func":
			if x.Kind == Partial {
				p.edge(p.sites[x.Site].call.Fn, l.res)
			} else if x.Kind == Bound {
				p.add(l.res, p.value(Value{Kind: FuncVal, ID: x.ID}))
			}
			p.edge(p.field(v, l.name), l.res)
		case "__self__":
			if x.Kind == Bound {
				p.add(l.res, x.Recv)
			}
		case "setter", "getter", "deleter":
			if x.Kind == Property {
				p.add(l.res, v)
			}
		default:
			p.edge(p.field(v, l.name), l.res)
		}
	case ExtBound:
		p.edge(p.field(v, l.name), l.res)
		if p.mayBeData(x) {
			p.add(l.res, p.unknown)
		}
	}
}

// mayBeData reports whether what was taken for a method of an external object
// may as well be an attribute that holds anything: manager.driver.
func (p *Program) mayBeData(x Value) bool {
	recv := p.Values[x.Recv]
	if recv.Kind != ExtInstance {
		return false
	}
	cls := p.names[recv.ID]
	if strings.HasPrefix(cls, "builtins.") {
		return false
	}
	s := p.cat.Lookup(cls)
	return s == nil || s.Kind != catalog.Class || p.cat.Member(s, p.names[x.ID]) == nil
}

// extAttr is an attribute of an instance of an external class.
func (p *Program) extAttr(v ValueID, x Value, l *loadAttr) {
	name := p.names[x.ID]
	cls := p.cat.Lookup(name)
	if cls != nil && cls.Open || structLike(name) {
		p.edge(p.field(v, l.name), l.res)
		if x.Site > 0 && structLike(name) {
			p.edge(p.sites[x.Site].elem, l.res)
		}
	}
	if cls != nil && cls.Kind == catalog.Class {
		if m := p.cat.Member(cls, l.name); m != nil && m.Kind == catalog.Attribute {
			p.flow(m.Returns, v, x.Green, l.res, nil, nil)
			p.edge(p.field(v, l.name), l.res)
			return
		}
	}
	p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: v}))
}

// structLike reports whether instances of an external class are nothing but
// the fields that they were made with.
func structLike(class string) bool {
	switch class {
	case "collections.namedtuple()()", "types.SimpleNamespace", "types.SimpleNamespace()", "argparse.Namespace", "argparse.Namespace()":
		return true
	}
	return false
}

// instanceAttr is an attribute of an instance of a class of the project, looked
// up along mro.
func (p *Program) instanceAttr(v ValueID, c ClassID, l *loadAttr, mro []ClassID, depth int) {
	if p.stored[l.name] || p.isField(c, l.name) {
		for _, k := range p.Classes[c].MRO {
			p.edge(p.field(p.Classes[k].self, l.name), l.res)
		}
	}
	for _, k := range mro {
		cls := p.Classes[k]
		if sym, ok := cls.members[l.name]; ok {
			p.constrain(cls.Module.base+NodeID(sym), &bind{recv: v, res: l.res, call: l.call, get: true})
			if p.isEnum(k) && !strings.HasPrefix(l.name, "__") {
				p.add(l.res, cls.self)
			}
			return
		}
	}
	switch l.name {
	case "__class__":
		p.add(l.res, p.Classes[c].val)
		return
	case "__dict__":
		// vars(self): everything that is ever stored on it may be read
		p.add(l.res, p.unknown)
		return
	case "value", "_value_":
		if p.isEnum(c) {
			for _, sym := range p.Classes[c].members {
				p.edge(p.Classes[c].Module.base+NodeID(sym), l.res)
			}
			return
		}
	}
	for _, e := range p.Classes[c].ExternalMRO {
		s := p.cat.Lookup(e)
		if s == nil || s.Kind != catalog.Class {
			continue
		}
		if m := p.cat.Member(s, l.name); m != nil {
			if m.Kind == catalog.Attribute {
				return
			}
			p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: v}))
			return
		}
	}
	if n, _, ok := p.Method(c, "__getattr__"); ok && l.call != nil {
		// the object decides at run time what it has
		m := p.node()
		p.constrain(n, &bind{recv: v, res: m})
		call := l.call.call(p, OpBinary, m, p.constant("builtins.str"))
		p.edge(call.Ret, l.res)
		p.constrain(n, &proxy{load: l})
		return
	}
	if len(p.unknownBases(c)) > 0 {
		p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: p.heir(c)}))
	}
}

// heir is an instance of the class nearest to the library among those from
// which c has its unknown bases. Thousands of test cases inherit assertEqual
// by way of one class; it is one method of one object for all of them.
func (p *Program) heir(c ClassID) ValueID {
	n := len(p.unknownBases(c))
	top := c
	for _, k := range p.Classes[c].MRO {
		if len(p.unknownBases(k)) == n {
			top = k
		}
	}
	return p.Classes[top].self
}

// A proxyKey is a load from what a __getattr__ stands for.
type proxyKey struct {
	of   NodeID
	load *loadAttr
}

// proxy reads an attribute of the objects that a __getattr__ stands for.
type proxy struct{ load *loadAttr }

func (x *proxy) apply(p *Program, v ValueID) {
	f := p.Values[v]
	if f.Kind != FuncVal || p.Funcs[f.ID].proxied == 0 {
		return
	}
	// a proxy of a proxy, or of itself, asks but once
	k := proxyKey{p.Funcs[f.ID].proxied, x.load}
	if !p.proxies[k] {
		p.proxies[k] = true
		p.constrain(k.of, x.load)
	}
}

func (p *Program) isField(c ClassID, name string) bool {
	for _, k := range p.Classes[c].MRO {
		for _, f := range p.Classes[k].Fields {
			if f == name {
				return true
			}
		}
	}
	return false
}

func (p *Program) isEnum(c ClassID) bool {
	for _, e := range p.Classes[c].ExternalMRO {
		if strings.HasPrefix(e, "enum.") {
			return true
		}
	}
	return false
}

// unknownBases are the external bases whose members are not known: not
// object, an exception, or a class of the catalogue.
func (p *Program) unknownBases(c ClassID) []string {
	cls := p.Classes[c]
	if cls.strange == nil {
		cls.strange = []string{}
		for _, e := range cls.ExternalMRO {
			if !p.KnownBase(e) {
				cls.strange = append(cls.strange, e)
			}
		}
	}
	return cls.strange
}

// KnownBase reports whether an external base class never calls back methods of
// its subclasses by name, except special methods.
func (p *Program) KnownBase(name string) bool {
	if strings.HasPrefix(name, "builtins.") || strings.HasPrefix(name, "enum.") || strings.HasPrefix(name, "typing.") ||
		strings.HasPrefix(name, "collections.") || strings.HasSuffix(name, "Error") || strings.HasSuffix(name, "Exception") {
		return true
	}
	switch name {
	case "abc.ABC", "threading.local", "typing_extensions.Protocol", "dataclasses.dataclass", "collections.abc.Mapping":
		return true
	}
	s := p.cat.Lookup(name)
	return s != nil && !s.Hooks && (strings.HasPrefix(s.Name, "eventlet.") || strings.HasPrefix(s.Name, "offlet.") || s.Name == "greenlet.GreenletExit")
}

// classAttr is an attribute of a class object.
func (p *Program) classAttr(v ValueID, c ClassID, l *loadAttr) {
	for _, k := range p.Classes[c].MRO {
		cls := p.Classes[k]
		if p.stored[l.name] {
			p.edge(p.field(cls.val, l.name), l.res)
		}
		if sym, ok := cls.members[l.name]; ok {
			if p.isEnum(k) && !strings.HasPrefix(l.name, "__") {
				p.add(l.res, cls.self)
			}
			p.constrain(cls.Module.base+NodeID(sym), &bind{recv: v, res: l.res, class: true})
			return
		}
	}
	if l.name == "__class__" || l.name == "__name__" || l.name == "__doc__" || l.name == "__module__" {
		return
	}
	for _, e := range p.Classes[c].ExternalMRO {
		s := p.cat.Lookup(e)
		if s != nil && s.Kind == catalog.Class && p.cat.Member(s, l.name) != nil {
			p.add(l.res, p.external(e+"."+l.name, false))
			return
		}
	}
	for _, e := range p.Classes[c].ExternalMRO {
		if e != "" { // Base.method(self, …) of an external base
			p.add(l.res, p.external(e+"."+l.name, false))
			return
		}
	}
}

// superAttr is an attribute of super(): what follows the class in the
// receiver's method resolution order.
func (p *Program) superAttr(x Value, l *loadAttr) {
	recv := p.Values[x.Recv]
	mro := p.Classes[recv.Class()].MRO
	for i, k := range mro {
		if k != x.Class() {
			continue
		}
		for _, next := range mro[i+1:] {
			cls := p.Classes[next]
			if sym, ok := cls.members[l.name]; ok {
				p.constrain(cls.Module.base+NodeID(sym), &bind{recv: x.Recv, res: l.res, call: l.call, get: recv.Kind == Instance, class: recv.Kind == ClassVal})
				return
			}
		}
		p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: x.Recv}))
		return
	}
}

// bind turns what a class holds under a name into what an access gives: a
// function becomes a method, a property is called.
type bind struct {
	recv  ValueID
	res   NodeID
	call  *implicit
	get   bool // run properties
	class bool // accessed through the class
}

func (b *bind) apply(p *Program, v ValueID) {
	x := p.Values[v]
	recv := p.Values[b.recv]
	cls := b.recv
	if recv.Kind == Instance {
		cls = p.Classes[recv.Class()].val
	}
	switch x.Kind {
	case FuncVal:
		f := p.Funcs[x.ID]
		switch {
		case f.Name == "__new__" || f.Static:
			p.add(b.res, v)
		case f.ClassMethod || f.Name == "__init_subclass__" || f.Name == "__class_getitem__":
			p.add(b.res, p.value(Value{Kind: Bound, ID: x.ID, Recv: cls}))
		case b.class:
			p.add(b.res, v)
		default:
			p.add(b.res, p.value(Value{Kind: Bound, ID: x.ID, Recv: b.recv}))
		}
	case StaticMethod:
		p.edge(p.sites[x.Site].elem, b.res)
	case ClassMethod:
		p.constrain(p.sites[x.Site].elem, &bindTo{recv: cls, res: b.res})
	case Property:
		if b.class || !b.get || b.call == nil {
			p.add(b.res, v)
			return
		}
		getter := p.node()
		p.constrain(p.sites[x.Site].elem, &bindTo{recv: b.recv, res: getter})
		c := b.call.call(p, OpGet, getter)
		p.edge(c.Ret, b.res)
	case Partial, ExtBound:
		p.add(b.res, v)
	default:
		p.add(b.res, v)
	}
}

// bindTo binds functions to a receiver without asking how they were defined.
type bindTo struct {
	recv ValueID
	res  NodeID
}

func (b *bindTo) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == FuncVal {
		p.add(b.res, p.value(Value{Kind: Bound, ID: x.ID, Recv: b.recv}))
		return
	}
	p.add(b.res, v)
}

// storeAttr is `obj.name = val`.
type storeAttr struct {
	name string
	val  NodeID
	call *implicit
}

func (s *storeAttr) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case ModuleVal:
		if n, _ := p.moduleAttr(p.Modules[x.ID], s.name); n != 0 {
			p.edge(s.val, n)
		}
	case Instance:
		if n, _, ok := p.Method(x.Class(), s.name); ok {
			p.constrain(n, &setter{recv: v, val: s.val, call: s.call})
		}
		p.edge(s.val, p.field(v, s.name))
	case ClassVal:
		p.edge(s.val, p.field(v, s.name))
		// instances see it too
		p.edge(s.val, p.field(p.Classes[x.Class()].self, s.name))
	case FuncVal, Bound, Partial, ExtBound:
		p.edge(s.val, p.field(v, s.name))
	case ExtInstance:
		p.edge(s.val, p.field(v, s.name))
	case Super:
		p.edge(s.val, p.field(x.Recv, s.name))
	}
}

// setter calls the function of `@x.setter` when an attribute is assigned to.
type setter struct {
	recv ValueID
	val  NodeID
	call *implicit
}

func (s *setter) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Property {
		fn := p.node()
		p.constrain(p.slot(x.Site, "set"), &bindTo{recv: s.recv, res: fn})
		s.call.call(p, OpSet, fn, s.val)
	}
}

// special looks for a special method on the objects at a place and calls it.
type special struct {
	method string
	call   *implicit
	res    NodeID
	args   []NodeID
	done   bool
	fn     NodeID
}

func (s *special) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Instance {
		return
	}
	n, _, ok := p.Method(x.Class(), s.method)
	if !ok {
		return
	}
	if !s.done {
		s.done = true
		s.fn = p.node()
		c := s.call.call(p, s.call.op, s.fn, s.args...)
		p.edge(c.Ret, s.res)
	}
	p.constrain(n, &bind{recv: v, res: s.fn})
}

// loadItem is `obj[key]`.
type loadItem struct {
	key   string // constKey, "" if it is not constant
	slice bool
	res   NodeID
	call  *implicit
	site  int32 // of the slice's container
}

func (l *loadItem) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Unknown:
		p.add(l.res, p.unknown)
	case Container:
		s := x.Site
		switch {
		case l.slice:
			if l.site == 0 {
				nv := p.container(nil, false, false)
				l.site = p.Values[nv].Site
				p.add(l.res, nv)
			}
			p.edge(p.sites[s].elem, p.sites[l.site].loose)
		case l.key != "" && (p.sites[s].mapping || p.sites[s].tuple):
			p.edge(p.slot(s, l.key), l.res)
			p.edge(p.sites[s].loose, l.res)
		default:
			p.edge(p.sites[s].elem, l.res)
		}
	case ExtInstance:
		p.edge(p.held(v), l.res)
		if cls := p.cat.Lookup(p.names[x.ID]); cls != nil && cls.Kind == catalog.Class && p.cat.Member(cls, "__getitem__") != nil {
			fn := p.node()
			p.add(fn, p.value(Value{Kind: ExtBound, ID: p.nameOf("__getitem__"), Recv: v}))
			p.edge(l.call.call(p, OpItem, fn, 0).Ret, l.res)
		}
	case External:
		p.add(l.res, v) // Generic[T]
	case ClassVal:
		if n, _, ok := p.Method(x.Class(), "__class_getitem__"); !ok || n == 0 {
			p.add(l.res, v) // Generic[T], or an enum's member
			if p.isEnum(x.Class()) {
				p.add(l.res, p.Classes[x.Class()].self)
			}
		}
	case Instance:
		n, _, ok := p.Method(x.Class(), "__getitem__")
		if !ok {
			p.edge(p.held(v), l.res) // class Registry(dict)
			return
		}
		fn := p.node()
		p.constrain(n, &bind{recv: v, res: fn})
		c := l.call.call(p, OpItem, fn, 0)
		p.edge(c.Ret, l.res)
	}
}

// storeItem is `obj[key] = val`.
type storeItem struct {
	key  string
	val  NodeID
	call *implicit
}

func (s *storeItem) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Container:
		if s.key != "" && p.sites[x.Site].mapping {
			p.edge(s.val, p.slot(x.Site, s.key))
		} else {
			p.edge(s.val, p.sites[x.Site].loose)
		}
	case ExtInstance:
		p.edge(s.val, p.held(v))
	case Instance:
		n, _, ok := p.Method(x.Class(), "__setitem__")
		if !ok {
			p.edge(s.val, p.held(v))
			return
		}
		fn := p.node()
		p.constrain(n, &bind{recv: v, res: fn})
		s.call.call(p, OpSetItem, fn, 0, s.val)
	}
}

// copyItems lets what a mapping holds flow into another (**m, dict(m)).
type copyItems struct{ to int32 }

func (c *copyItems) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Container {
		p.edge(p.held(v), p.sites[c.to].loose)
		return
	}
	if !p.sites[x.Site].mapping {
		p.edge(p.sites[x.Site].elem, p.sites[c.to].loose)
		return
	}
	p.edge(p.sites[x.Site].loose, p.sites[c.to].loose)
	p.edge(p.keys(x.Site), p.keys(c.to))
	// keys known so far, and, since more may come, everything loosely
	for _, k := range sortedKeys(p.sites[x.Site].fields) {
		p.edge(p.slot(x.Site, k), p.slot(c.to, k))
	}
	p.edge(p.sites[x.Site].elem, p.sites[c.to].loose)
}

// unpackInto is `a, *b, c = v`.
type unpackInto struct {
	into []NodeID
	star int   // index of the starred target, -1 if none
	rest int32 // site of the starred target's list
	call *implicit
	each NodeID
}

func (u *unpackInto) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind == Container && p.sites[x.Site].tuple {
		for i, n := range u.into {
			switch {
			case i == u.star:
				p.edge(p.sites[x.Site].elem, p.sites[u.rest].loose)
			case u.star >= 0 && i > u.star:
				p.edge(p.sites[x.Site].elem, n)
			default:
				p.edge(p.slot(x.Site, index(i)), n)
				p.edge(p.sites[x.Site].loose, n)
			}
		}
		return
	}
	if u.each == 0 {
		u.each = p.node()
		for i, n := range u.into {
			if i == u.star {
				n = p.sites[u.rest].loose
			}
			p.edge(u.each, n)
		}
	}
	(&items{res: u.each, call: u.call}).apply(p, v)
}

// items is what iterating over an object gives.
type items struct {
	res  NodeID
	call *implicit
}

func (i *items) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Unknown:
		p.add(i.res, p.unknown)
	case Container:
		if p.sites[x.Site].mapping {
			p.edge(p.keys(x.Site), i.res)
			return
		}
		p.edge(p.sites[x.Site].elem, i.res)
	case Generator:
		p.edge(p.Funcs[x.ID].Yield, i.res)
	case ExtInstance:
		switch p.names[x.ID] {
		case "builtins.str", "builtins.bytes":
			p.add(i.res, v)
		default:
			p.edge(p.held(v), i.res)
		}
	case ClassVal:
		if p.isEnum(x.Class()) {
			p.add(i.res, p.Classes[x.Class()].self)
		}
	case Instance:
		if i.call == nil {
			return
		}
		for _, m := range [...]string{"__iter__", "__aiter__"} {
			n, _, ok := p.Method(x.Class(), m)
			if !ok {
				continue
			}
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			c := i.call.call(p, OpIter, fn)
			p.constrain(c.Ret, &next{res: i.res, call: i.call})
			return
		}
		if n, _, ok := p.Method(x.Class(), "__getitem__"); ok {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			c := i.call.call(p, OpItem, fn, 0)
			p.edge(c.Ret, i.res)
			return
		}
		p.edge(p.held(v), i.res) // class Pile(eventlet.GreenPile), class L(list)
	}
}

// next is what an iterator gives.
type next struct {
	res  NodeID
	call *implicit
}

func (i *next) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Instance {
		(&items{res: i.res, call: i.call}).apply(p, v)
		return
	}
	for _, m := range [...]string{"__next__", "__anext__"} {
		if n, _, ok := p.Method(x.Class(), m); ok {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			c := i.call.call(p, OpNext, fn)
			p.constrain(c.Ret, &await{res: i.res})
			p.edge(c.Ret, i.res)
			return
		}
	}
}

// enter is what the `as` of a with item gets.
type enter struct {
	call  *implicit
	res   NodeID
	async bool
}

func (e *enter) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Unknown:
		p.add(e.res, p.unknown)
	case ContextManager:
		p.edge(p.Funcs[x.ID].Yield, e.res)
	case ExtInstance:
		name := p.names[x.ID]
		if cls := p.cat.Lookup(name); cls != nil {
			switch p.cat.EnterOf(cls) {
			case "self":
				p.add(e.res, v)
			case "elem":
				p.edge(p.held(v), e.res)
			}
			return
		}
		switch name {
		case "contextlib.closing()", "contextlib.nullcontext()", "contextlib.aclosing()":
			p.edge(p.held(v), e.res)
		default:
			p.add(e.res, v) // most enter as themselves
		}
	case Instance:
		enterName, exitName := "__enter__", "__exit__"
		if e.async {
			enterName, exitName = "__aenter__", "__aexit__"
		}
		if n, _, ok := p.Method(x.Class(), enterName); ok {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			c := e.call.call(p, OpEnter, fn)
			p.edge(c.Ret, e.res)
			if e.async {
				p.constrain(c.Ret, &await{res: e.res})
			}
		} else {
			for _, b := range p.Classes[x.Class()].ExternalMRO {
				if cls := p.cat.Lookup(b); cls != nil && p.cat.EnterOf(cls) == "self" {
					p.add(e.res, v)
				}
			}
		}
		if n, _, ok := p.Method(x.Class(), exitName); ok {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			e.call.call(p, OpExit, fn, 0, 0, 0)
		}
	}
}

// await is what awaiting an object gives.
type await struct {
	res  NodeID
	call *implicit
}

func (a *await) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Unknown:
		p.add(a.res, p.unknown)
	case Coroutine:
		p.edge(p.Funcs[x.ID].Ret, a.res)
	case ExtCoroutine, ExtInstance:
		p.edge(p.held(v), a.res)
	case Instance:
		if n, _, ok := p.Method(x.Class(), "__await__"); ok && a.call != nil {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			a.call.call(p, OpAwait, fn)
		}
	}
}

// instantiate gives instances of the classes at a place: what `except C as e`
// binds, or what an annotation promises.
type instantiate struct {
	res  NodeID
	seen []NodeID // the elements that are asked already
}

func (i *instantiate) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case ClassVal:
		p.addInstances(i.res, x.Class())
	case External:
		if s := p.cat.Lookup(p.names[x.ID]); s != nil && s.Kind == catalog.Class {
			p.add(i.res, p.value(Value{Kind: ExtInstance, ID: p.nameOf(s.Name), Green: x.Green}))
		} else if strings.HasPrefix(p.names[x.ID], "builtins.") {
			p.add(i.res, p.plain(p.names[x.ID]))
		}
	case Container: // except (A, B) as e; a list may hold itself
		if n := p.sites[x.Site].elem; !slices.Contains(i.seen, n) {
			i.seen = append(i.seen, n)
			p.constrain(n, i)
		}
	}
}

// addInstances adds instances of a class and of everything derived from it:
// what an annotation or a handler names is met in any of these.
func (p *Program) addInstances(n NodeID, c ClassID) {
	p.add(n, p.Classes[c].self)
	for _, sub := range p.Classes[c].Sub {
		p.addInstances(n, sub)
	}
}

// result is the value of `yield from g()`: what the generator returns.
type result struct{ res NodeID }

func (r *result) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Generator {
		p.edge(p.Funcs[x.ID].Ret, r.res)
	}
}
