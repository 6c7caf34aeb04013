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
	id   int32 // 1 + that of the name, once it has been asked for
	res  NodeID
	call *implicit // where it is asked for: all of them
	// wrapped are the places of __wrapped__ in which it was looked for, too
	wrapped map[NodeID]bool
}

func (l *loadAttr) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Unknown:
		p.add(l.res, p.unknown)
	case Instance, Super, ExtInstance, External, ModuleVal, Container:
		p.attribute(v, l).read(p, l)
	case AnyModule:
		if l.name == "__dict__" {
			for _, m := range p.Modules {
				if strings.HasPrefix(m.Name, p.names[x.ID]) {
					p.add(l.res, p.moduleDict(m))
				}
			}
		}
		// a module imported by a computed name: whatever has a name like that
		for _, m := range p.Modules {
			if !strings.HasPrefix(m.Name, p.names[x.ID]) {
				continue
			}
			p.ofModule(m, l.name, l.res)
		}
	case ClassVal:
		p.classAttr(v, x.Class(), l)
	case Generator, Coroutine, ContextManager, ExtCoroutine:
		if x.Kind == Generator && strings.HasPrefix(l.name, "gi_") && l.call != nil { // an async generator has no gi_frame
			by := &Escape{Func: l.call.fn.ID, Expr: l.call.at, To: "builtins.generator." + l.name}
			(&escape{by: by, level: asFunction}).apply(p, v)
		}
		if l.call != nil && (x.Kind == ContextManager && (l.name == "__enter__" || l.name == "__exit__") || x.Kind == Generator && l.name == "__iter__") {
			// called by name: what it becomes has no such method
			by := &Escape{Func: l.call.fn.ID, Expr: l.call.at, To: "a call of " + l.name}
			(&escape{by: by, level: asFunction}).apply(p, v)
		}
		if l.call != nil && l.name == "__class__" {
			askedType{&Escape{Func: l.call.fn.ID, Expr: l.call.at, To: "a look at its class"}}.apply(p, v)
		}
		if !generatorAttrs[l.name] && !strings.HasPrefix(l.name, "__") {
			return
		}
		p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: v}))
	case FuncVal, Bound, Partial, Property:
		if x.Kind == FuncVal && (l.name == "__name__" || l.name == "__qualname__") {
			p.Funcs[x.ID].Named = true
		}
		if l.name == "register" && x.Kind == FuncVal && p.Funcs[x.ID].dispatches != 0 {
			p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: v}))
			return
		}
		switch l.name {
		case "__call__":
			if x.Kind != Property {
				p.add(l.res, v)
			}
		case "__get__": // f.__get__(obj) gives the method
			s := p.newSite(site{elem: p.single(v)})
			p.add(l.res, p.value(Value{Kind: ExtInstance, ID: p.nameOf("builtins.__get__()"), Site: s}))
		case "fget":
			if x.Kind == Property {
				p.edge(p.site(x.Site).elem, l.res)
			}
		case "fset", "fdel":
			if x.Kind == Property {
				p.edge(p.slot(x.Site, l.name[1:]), l.res)
			}
		case "args", "keywords":
			if x.Kind == Partial {
				(&escape{by: &Escape{Func: -1, Expr: p.site(x.Site).origin, To: "functools.partial"}, level: byProtocol}).apply(p, v)
			}
		case "__code__", "__defaults__", "__kwdefaults__", "__closure__":
			p.reflectFunc(x, l)
		case "__dict__":
			v := p.container(nil, false, true)
			p.readFields(p.owner(x), func(string) bool { return true }, p.loose(p.Values[v].Site))
			p.add(l.res, v)
		case "__func__", "__wrapped__", "func":
			if x.Kind == Partial {
				p.edge(p.site(x.Site).call.Fn, l.res)
			} else if x.Kind == Bound {
				p.add(l.res, p.value(Value{Kind: FuncVal, ID: x.ID, Site: x.Site}))
			}
			p.edge(p.field(p.owner(x), l.name), l.res)
			if l.name == "__wrapped__" && x.Kind == FuncVal && p.Funcs[x.ID].Cached {
				p.add(l.res, v)
			}
		case "__self__":
			if x.Kind == Bound {
				p.add(l.res, x.Recv)
			}
		case "setter", "getter", "deleter":
			if x.Kind == Property {
				p.add(l.res, v)
			}
		default:
			p.edge(p.field(p.owner(x), l.name), l.res)
			if x.Kind == FuncVal && !strings.HasPrefix(l.name, "__") { // functools.wraps copies attributes
				n := p.field(p.owner(x), "__wrapped__")
				if l.wrapped == nil {
					l.wrapped = map[NodeID]bool{}
				}
				if !l.wrapped[n] { // a function may be among those that it is taken to wrap
					l.wrapped[n] = true
					p.constrain(n, l)
				}
			}
		}
	case ExtBound:
		if p.stored[l.name] {
			p.edge(p.field(v, l.name), l.res)
		}
		if p.mayBeData(x) {
			p.add(l.res, p.unknown)
		}
	}
}

// generatorAttrs are the public attributes of generators, coroutines and the
// context managers that contextlib makes of generators.
var generatorAttrs = map[string]bool{
	"send": true, "throw": true, "close": true, "asend": true, "athrow": true, "aclose": true,
	"gi_frame": true, "gi_running": true, "gi_code": true, "gi_yieldfrom": true,
	"cr_frame": true, "cr_running": true, "cr_code": true, "cr_await": true, "cr_origin": true,
	"ag_frame": true, "ag_running": true, "ag_code": true, "ag_await": true,
	"gen": true, "func": true, "args": true, "kwds": true,
}

// containerAttrs are the public attributes of the containers of builtins,
// collections and weakref.
var containerAttrs = func() map[string]bool {
	names := map[string]bool{}
	for n := range strings.FieldsSeq("add append appendleft clear copy count data default_factory difference difference_update discard elements " +
		"extend extendleft fromkeys get index insert intersection intersection_update isdisjoint issubset issuperset items itervaluerefs " +
		"keyrefs keys maps maxlen most_common move_to_end new_child parents pop popitem popleft remove reverse rotate setdefault sort start " +
		"step stop subtract symmetric_difference symmetric_difference_update total union update valuerefs values") {
		names[n] = true
	}
	return names
}()

// owner is the object that has the attributes of a function: a method shows
// those of its function, and those of a wrapper are not told apart.
func (p *Program) owner(x Value) ValueID {
	if x.Kind == Bound || x.Kind == FuncVal {
		x = Value{Kind: FuncVal, ID: x.ID}
	}
	return p.value(x)
}

// reflectFunc is f.__code__, f.__defaults__: what is taken out of a function
// goes where it cannot be followed, as in types.FunctionType(f.__code__, {}).
func (p *Program) reflectFunc(x Value, l *loadAttr) {
	if x.Kind != FuncVal && x.Kind != Bound {
		return
	}
	f := p.Funcs[x.Func()]
	by := &Escape{Func: f.Parent, Expr: f.Node, To: "builtins.function." + l.name}
	if l.call != nil {
		by.Func, by.Expr = l.call.fn.ID, l.call.at
	}
	switch l.name {
	case "__code__":
		s := p.newSite(site{elem: p.single(p.value(Value{Kind: FuncVal, ID: x.ID}))})
		p.add(l.res, p.value(Value{Kind: ExtInstance, ID: p.nameOf("types.CodeType()"), Site: s}))
	case "__closure__":
		for free := f.Parent; free >= 0 && p.Funcs[free].Parent >= 0; free = p.Funcs[free].Parent {
			if s := f.Module.Scope.Of(p.Funcs[free].Node); s != nil {
				for sym := s.SymStart; sym < s.SymEnd; sym++ {
					p.leaveAt(f.Module.base+NodeID(sym), by, byProtocol)
				}
			}
		}
		p.add(l.res, p.unknown)
	default:
		v := p.container(nil, true, false)
		for _, n := range f.defaults {
			p.edge(n, p.loose(p.Values[v].Site))
		}
		p.add(l.res, v)
	}
}

// moduleDict is the namespace of a module as a mapping.
func (p *Program) moduleDict(m *Module) ValueID {
	if m.dict > 0 {
		return m.dict
	}
	v := p.container(m.AST, false, true)
	m.dict = v
	s := p.Values[v].Site
	by := &Escape{Func: m.Body, Expr: m.AST, To: "builtins.globals"}
	for _, n := range p.namespace(m) {
		item := p.slot(s, "s"+n)
		p.ofModule(m, n, item)
		if at, _ := p.moduleAttr(m, n); at != 0 {
			p.edge(item, at)
		}
	}
	for _, n := range sortedKeys(m.names) { // globals()["sorted"] = f: sorted(x) does not say that it is f
		if at, v := p.moduleAttr(m, n); at == 0 && v < 0 {
			p.leaveAt(p.slot(s, "s"+n), by, byProtocol)
		}
	}
	// what is stored under a computed name may be any global
	p.leaveAt(p.loose(s), by, byProtocol)
	return v
}

// objectDict is obj.__dict__ of a class's instances, or of the class: a mapping
// that has the attributes, and whose items are attributes in turn (see
// instanceAttr).
func (p *Program) objectDict(c ClassID, class bool) ValueID {
	cls := p.Classes[c]
	at, owner := &cls.dict, cls.self
	if class {
		at, owner = &cls.classDict, cls.val
	}
	if *at > 0 {
		return *at
	}
	v := p.container(cls.Node, false, true)
	*at = v
	if !class {
		for _, h := range cls.heirs {
			for _, a := range p.Classes[h].asked {
				a.inDict(p, cls)
			}
		}
	}
	s := p.Values[v].Site
	for _, k := range cls.MRO {
		own := p.Classes[k].self
		if class {
			own = p.Classes[k].val
			if k != c {
				break
			}
			for _, n := range sortedKeys(cls.members) {
				p.edge(cls.Module.base+NodeID(cls.members[n]), p.slot(s, "s"+n))
			}
		}
		p.copyFields(own, s)
	}
	p.add(p.field(owner, "<dict>"), v)
	return v
}

// copyFields lets the attributes of an object be the items of a mapping.
func (p *Program) copyFields(owner ValueID, s int32) {
	p.dictSites[owner] = append(p.dictSites[owner], s)
	for _, f := range slices.Clone(p.ownFields[owner]) {
		if !strings.HasPrefix(f.name, "<") {
			p.edge(f.at, p.slot(s, "s"+f.name))
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

// ofExternal looks up an attribute of an instance of an external class.
func (a *attribute) ofExternal(p *Program, v ValueID, x Value) {
	if v == p.anyQuiet {
		a.value = v
		return
	}
	name := p.names[x.ID]
	cls := p.cat.Lookup(name)
	if cls != nil && cls.Open || structLike(name) {
		p.edge(p.field(v, a.name), a.node(p))
		if x.Site > 0 && structLike(name) {
			p.edge(p.site(x.Site).elem, a.node(p))
		}
		if structLike(name) && !strings.HasPrefix(a.name, "_") && a.name != "count" && a.name != "index" {
			return // a field; _replace and _asdict are methods
		}
	}
	if cls != nil && cls.Kind == catalog.Class {
		if m := p.cat.Member(cls, a.name); m != nil && m.Kind == catalog.Attribute {
			p.flow(m.Returns, v, x.Green, a.node(p), nil, nil)
			p.edge(p.field(v, a.name), a.node(p))
			return
		}
	}
	if t := p.cat.Attribute(strings.ReplaceAll(name, "()", "") + "." + a.name); t != "" && plainAttribute(t) {
		a.value = p.plain(t)
		p.edge(p.field(v, a.name), a.node(p))
		return
	}
	if a.name == "__dict__" {
		a.value = p.container(nil, false, true)
		p.copyFields(v, p.Values[a.value].Site)
		return
	}
	a.unlisted = cls != nil && cls.Kind == catalog.Class && cls.To != "" && strings.HasPrefix(cls.Name, "eventlet.") &&
		!p.stored[a.name] && !strings.HasPrefix(a.name, "__") && p.cat.Member(cls, a.name) == nil
	if cls != nil && p.stored[a.name] { // sock.before = sock.accept; sock.before()
		p.edge(p.field(v, a.name), a.node(p))
	}
	a.value = p.value(Value{Kind: ExtBound, ID: p.nameOf(a.name), Recv: v})
}

// plainAttribute reports whether an attribute holds text or a number.
func plainAttribute(t string) bool { return strings.HasPrefix(t, "builtins.") }

// structLike reports whether instances of an external class are nothing but
// the fields that they were made with.
func structLike(class string) bool {
	switch class {
	case "collections.namedtuple()()", "types.SimpleNamespace", "types.SimpleNamespace()", "argparse.Namespace", "argparse.Namespace()":
		return true
	}
	return false
}

// An attribute is what an object has under a name. Thousands of places may ask
// for it; it is looked up once.
type attribute struct {
	name string
	id   int32 // of the name
	recv ValueID
	// value and at are what it may be, but for what a property gives: -1 and 0 if
	// there is nothing such
	value ValueID
	at    NodeID
	// accessors are the properties and descriptors that it may be, readers the
	// places that ask: each makes a call at each of these.
	accessors []ValueID
	readers   []*loadAttr
	class     bool // it is read from a class: super().make in a class method

	asked    NodeID  // the __getattribute__ of its class, which is asked in any case
	computed NodeID  // the __getattr__ that is asked, since nothing else says what it is
	proxied  NodeID  // where the class of the object has this __getattr__
	ofModule bool    // of a module: module, or one that is not of the project and whose attribute is in the catalogue
	module   *Module // nil for one that is not of the project
	unlisted bool    // of a class of Eventlet, of which the catalogue does not have it
}

// node is the place of all that an attribute may be.
func (a *attribute) node(p *Program) NodeID {
	if a.at == 0 {
		a.at = p.node()
		for _, l := range a.readers { // who have asked before there was anything
			p.edge(a.at, l.res)
		}
	}
	return a.at
}

// read makes an attribute flow to the place that asks for it.
func (a *attribute) read(p *Program, l *loadAttr) {
	p.edge(a.at, l.res)
	if a.value >= 0 && (a.computed == 0 || l.call == nil) {
		p.add(l.res, a.value)
	}
	if k := p.Values[a.recv].Kind; k == Instance || k == ClassVal {
		a.readers = append(a.readers, l)
		for _, x := range a.accessors {
			a.access(p, x, l)
		}
	}
	for im := l.call; im != nil; im = im.next {
		switch {
		case a.ofModule:
			p.moduleReads.put(ModuleRead{im.fn.ID, im.at, a.module, l.name, l.res})
		case a.unlisted:
			p.MemberReads = append(p.MemberReads, MemberRead{im.fn.ID, im.at, p.cat.Lookup(p.names[p.Values[a.recv].ID]).Name, l.name})
		}
		if a.asked != 0 && im.fn.Name != "__getattribute__" {
			by := &implicit{fn: im.fn, at: im.at, sync: true}
			p.edge(by.call(p, OpGet, a.asked, p.constant("builtins.str")).Ret, l.res)
		}
		if a.computed != 0 { // the object decides at run time what it has
			p.edge(im.call(p, OpBinary, a.computed, p.constant("builtins.str")).Ret, l.res)
		}
	}
	if a.computed != 0 && l.call != nil {
		p.constrain(a.proxied, proxy{load: l})
	}
}

// access calls a property or descriptor for a place that asks for it.
func (a *attribute) access(p *Program, accessor ValueID, l *loadAttr) {
	(&bind{recv: a.recv, res: l.res, call: l.call, get: !a.class, class: a.class}).apply(p, accessor)
}

// attribute looks up what a load asks an object for.
func (p *Program) attribute(v ValueID, l *loadAttr) *attribute {
	if l.id == 0 {
		l.id = p.nameOf(l.name) + 1
	}
	id := l.id - 1
	if i, ok := p.attributeOf.get(int32(v)+1, id); ok {
		return p.attributes[i]
	}
	a := &attribute{name: l.name, id: id, recv: v, value: -1}
	p.attributeOf.put(int32(v)+1, id, int32(len(p.attributes)))
	p.attributes = append(p.attributes, a)
	switch x := p.Values[v]; x.Kind {
	case Instance:
		a.ofInstance(p, v, x.Class())
	case Super:
		a.ofSuper(p, x)
	case ExtInstance:
		a.ofExternal(p, v, x)
	case External:
		name := p.names[x.ID] + "." + a.name
		if strings.Count(name, ".") > 7 { // a chain that grows in a loop
			a.value = p.unknown
		} else if m := p.byName[name]; m != nil && p.cat.Lookup(name) == nil {
			a.value = p.value(Value{Kind: ModuleVal, ID: int32(m.ID)})
		} else {
			a.value, a.ofModule = p.external(name, x.Green), p.cat.Lookup(name) != nil
		}
	case ModuleVal:
		m := p.Modules[x.ID]
		a.ofModule, a.module = true, m
		if a.name == "__dict__" {
			a.value = p.moduleDict(m)
		} else if a.at, a.value = p.moduleAttr(m, a.name); a.at == 0 && a.value < 0 {
			if get, ok := m.names["__getattr__"]; ok && m.Scope.Symbols[get].Flags&scope.Implicit == 0 { // PEP 562
				a.computed = m.base + NodeID(get)
			}
		}
	case Container:
		if containerAttrs[a.name] || strings.HasPrefix(a.name, "__") { // job.uuid is that of another object
			a.value = p.value(Value{Kind: ContBound, ID: p.nameOf(a.name), Recv: v, Site: x.Site})
		}
	}
	return a
}

// ofInstance looks up an attribute of an instance v of class c.
func (a *attribute) ofInstance(p *Program, v ValueID, c ClassID) {
	cls := p.Classes[c]
	if n, _, ok := p.Method(c, "__getattribute__"); ok {
		a.asked = p.node()
		p.constrain(n, &bind{recv: v, res: a.asked})
	}
	if a.inClass(p, v, c) || p.madeWith(c, a.name) {
		return
	}
	a.inComputed(p, cls.MRO)
	if _, ok := cls.through[a.name]; ok { // MutableMapping.get
		a.value = p.value(Value{Kind: ExtBound, ID: p.nameOf(a.name), Recv: v})
		return
	}
	if n, _, ok := p.Method(c, "__getattr__"); ok {
		a.computed, a.proxied = p.node(), n
		p.constrain(n, &bind{recv: v, res: a.computed})
	}
	switch {
	case containerAttrs[a.name] && p.HoldsItems(c): // class Jobs(dict): jobs.values() gives what it holds itself
		a.value = p.value(Value{Kind: ExtBound, ID: p.nameOf(a.name), Recv: v})
	case len(p.unknownBases(c)) > 0:
		a.value = p.value(Value{Kind: ExtBound, ID: p.nameOf(a.name), Recv: p.heir(c)})
	}
}

// inClass looks an attribute up in an instance v of class c, then along the
// method resolution order. It reports whether one of the classes has it.
func (a *attribute) inClass(p *Program, v ValueID, c ClassID) bool {
	cls := p.Classes[c]
	cls.asked = append(cls.asked, a)
	for _, k := range cls.MRO {
		k := p.Classes[k]
		if k.dict > 0 {
			a.inDict(p, k)
		}
		// what it has not been given yet will tell, see tellHeirs
		if n, ok := p.fields.get(int32(k.self)+1, a.id); ok {
			p.edge(NodeID(n), a.node(p))
		}
		if n, ok := p.fields.get(int32(k.val)+1, a.id); ok {
			a.heldBy(p, NodeID(n))
		}
	}
	for _, k := range cls.MRO {
		owner := p.Classes[k]
		if sym, ok := owner.members[a.name]; ok {
			a.heldBy(p, owner.Module.base+NodeID(sym))
			if p.isEnum(k) && !strings.HasPrefix(a.name, "__") {
				p.add(a.node(p), owner.self)
			}
			return true
		}
	}
	switch a.name {
	case "__class__":
		a.value = cls.val
		return true
	case "__dict__":
		a.value = p.objectDict(c, false)
		return true
	case "__getattribute__":
		a.value = p.value(Value{Kind: ExtBound, ID: p.nameOf(a.name), Recv: v})
		return true
	case "value", "_value_":
		if p.isEnum(c) {
			for _, sym := range cls.members {
				p.edge(cls.Module.base+NodeID(sym), a.node(p))
			}
			return true
		}
	}
	for _, e := range cls.ExternalMRO {
		s := p.cat.Lookup(e)
		if s == nil || s.Kind != catalog.Class {
			continue
		}
		if m := p.cat.Member(s, a.name); m != nil {
			if m.Kind == catalog.Attribute {
				p.flow(m.Returns, v, false, a.node(p), nil, nil)
			} else {
				a.value = p.value(Value{Kind: ExtBound, ID: p.nameOf(a.name), Recv: v})
			}
			return true
		}
	}
	return false
}

// inDict looks an attribute up in the __dict__ of a class's instances, which
// somebody uses: self.__dict__.update(go=f).
func (a *attribute) inDict(p *Program, c *Class) {
	p.constrain(p.field(c.self, "<dict>"), &loadItem{key: "s" + a.name, res: a.node(p)})
}

// tellHeirs tells those who have asked an instance of a class, or of one derived
// from it, for an attribute, that one of the class's instances is given it, or the
// class itself: Job.run = run, Job.name = property(f).
func (p *Program) tellHeirs(v ValueID, name int32, n NodeID) {
	x := p.Values[v]
	if x.Kind != Instance && x.Kind != ClassVal {
		return
	}
	for _, h := range p.Classes[x.Class()].heirs {
		i, ok := p.attributeOf.get(int32(p.Classes[h].self)+1, name)
		switch {
		case !ok:
		case x.Kind == Instance:
			p.edge(n, p.attributes[i].node(p))
		default:
			p.attributes[i].heldBy(p, n)
		}
	}
}

// ofSuper looks up an attribute of super(): in what follows the class in the
// receiver's method resolution order.
func (a *attribute) ofSuper(p *Program, x Value) {
	a.recv = x.Recv
	recv := p.Values[x.Recv]
	a.class = recv.Kind == ClassVal
	mro := p.Classes[recv.Class()].MRO
	i := slices.Index(mro, x.Class())
	if i < 0 {
		return
	}
	for _, next := range mro[i+1:] {
		cls := p.Classes[next]
		if p.stored[a.name] { // Base.run = run
			a.heldBy(p, p.field(cls.val, a.name))
		}
		if sym, ok := cls.members[a.name]; ok {
			a.heldBy(p, cls.Module.base+NodeID(sym))
			return
		}
	}
	a.inComputed(p, mro[i:])
	a.value = p.value(Value{Kind: ExtBound, ID: p.nameOf(a.name), Recv: x.Recv})
}

// inComputed looks for an attribute in the bases of classes that the class
// statements do not say.
func (a *attribute) inComputed(p *Program, mro []ClassID) {
	for _, k := range mro {
		for _, n := range p.Classes[k].computed {
			a.node(p)
			p.constrain(n, computedBase{a})
		}
	}
}

// computedBase looks for an attribute in the classes at a place, which are bases
// of a class: Service = get_component("Service"); class Jobs(Service).
type computedBase struct{ of *attribute }

func (b computedBase) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == ClassVal {
		if n, _, ok := p.Method(x.Class(), b.of.name); ok {
			b.of.heldBy(p, n)
		}
	}
}

// heldBy says that what a class holds at n is the attribute of its instances.
func (a *attribute) heldBy(p *Program, n NodeID) {
	a.node(p)
	p.constrain(n, member{a})
}

// member tells an attribute what its class holds under its name.
type member struct{ of *attribute }

func (m member) apply(p *Program, v ValueID) {
	a := m.of
	accessor := p.Values[v].Kind == Property
	if x := p.Values[v]; x.Kind == Instance {
		_, _, accessor = p.Method(x.Class(), "__get__")
	}
	if !accessor {
		(&bind{recv: a.recv, res: a.at, class: a.class}).apply(p, v)
		return
	}
	if slices.Contains(a.accessors, v) {
		return
	}
	a.accessors = append(a.accessors, v)
	for i := 0; i < len(a.readers); i++ {
		a.access(p, v, a.readers[i])
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

func (x proxy) apply(p *Program, v ValueID) {
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
	for _, meta := range p.metaclasses(c) {
		p.edge(p.field(p.Classes[meta].self, l.name), l.res) // Meta.__new__: cls.hook = f
		if n, _, ok := p.Method(meta, "__getattr__"); ok && l.call != nil {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn, meta: true})
			for im := l.call.unawaited(); im != nil; im = im.next {
				p.edge(im.call(p, OpGet, fn, p.constant("builtins.str")).Ret, l.res)
			}
			break
		}
	}
	for _, k := range p.Classes[c].MRO {
		cls := p.Classes[k]
		if p.stored[l.name] {
			p.constrain(p.field(cls.val, l.name), &bind{recv: v, res: l.res, call: l.call, class: true})
		}
		if sym, ok := cls.members[l.name]; ok {
			if p.isEnum(k) && !strings.HasPrefix(l.name, "__") {
				p.add(l.res, cls.self)
			}
			p.constrain(cls.Module.base+NodeID(sym), &bind{recv: v, res: l.res, call: l.call, class: true})
			return
		}
	}
	switch l.name {
	case "__class__", "__name__", "__doc__", "__module__", "__qualname__":
		return
	case "__dict__":
		p.add(l.res, p.objectDict(c, true))
		return
	case "__call__":
		p.add(l.res, v)
		return
	case "__bases__", "__mro__", "__base__":
		t := p.container(nil, false, false)
		for _, k := range p.Classes[c].MRO {
			if l.name == "__base__" {
				p.add(l.res, p.Classes[k].val)
			}
			p.add(p.loose(p.Values[t].Site), p.Classes[k].val)
		}
		p.add(l.res, t)
		return
	case "_make":
		if len(p.fieldsOf(c)) > 0 {
			p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: v}))
			return
		}
	case "mro", "__subclasses__":
		p.add(l.res, p.value(Value{Kind: ExtBound, ID: p.nameOf(l.name), Recv: v}))
		return
	}
	for _, meta := range p.metaclasses(c) {
		if sym, ok := p.Classes[meta].members[l.name]; ok {
			p.constrain(p.Classes[meta].Module.base+NodeID(sym), &bind{recv: v, res: l.res, call: l.call.unawaited(), get: true, meta: true})
			return
		}
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

// bind turns what a class holds under a name into what an access gives: a
// function becomes a method, a property is called.
type bind struct {
	recv  ValueID
	res   NodeID
	call  *implicit
	get   bool // run properties
	meta  bool // a method of the receiver's metaclass
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
			p.add(b.res, p.value(Value{Kind: Bound, ID: x.ID, Recv: cls, Site: x.Site}))
		case b.class:
			p.add(b.res, v)
		default:
			p.add(b.res, p.value(Value{Kind: Bound, ID: x.ID, Recv: b.recv, Site: x.Site}))
		}
	case Instance: // PEP 252: a descriptor of the project
		n, _, ok := p.Method(x.Class(), "__get__")
		if !ok || b.call == nil {
			p.add(b.res, v)
			return
		}
		fn := p.node()
		p.constrain(n, &bind{recv: v, res: fn})
		obj := p.constantValue(b.recv)
		if b.class {
			obj = 0
		}
		for im := b.call.unawaited(); im != nil; im = im.next {
			p.edge(im.call(p, OpGet, fn, obj, p.constantValue(cls)).Ret, b.res)
		}
	case StaticMethod:
		p.edge(p.site(x.Site).elem, b.res)
	case ClassMethod:
		p.constrain(p.site(x.Site).elem, &bindTo{recv: cls, res: b.res})
	case Property:
		if !b.class && !b.get && b.call == nil { // Python calls what __iter__ = property(f) gives
			c := p.Classes[recv.Class()]
			by := &Escape{Func: c.Parent, Expr: c.Node, To: "Python, as a special method that is a property"}
			getter := p.site(x.Site).elem
			p.leaveAt(getter, by, asFunction)
			p.constrain(getter, handedOut{by})
			p.add(b.res, p.unknown)
			return
		}
		if b.class || !b.get || b.call == nil {
			p.add(b.res, v)
			return
		}
		getter := p.node()
		p.constrain(p.site(x.Site).elem, &bindTo{recv: b.recv, res: getter})
		for im := b.call; im != nil; im = im.next {
			p.edge(im.call(p, OpGet, getter).Ret, b.res)
		}
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
		p.add(b.res, p.value(Value{Kind: Bound, ID: x.ID, Recv: b.recv, Site: x.Site}))
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
	if s.name == "__class__" { // job.__class__ = Other: the calls of job's methods are Other's from now on
		by := s.by(p, x)
		by.To = "an object that changes its class"
		p.leaveAt(s.val, by, anyMethod)
		return
	}
	switch x.Kind {
	case Unknown, AnyModule:
		p.leaveAt(s.val, s.by(p, x), asFunction)
	case External: // sys.excepthook = hook, sys.stdout = log
		p.leaveAt(s.val, s.by(p, x), byProtocol)
	case ModuleVal:
		if n, _ := p.moduleAttr(p.Modules[x.ID], s.name); n != 0 {
			p.edge(s.val, n)
		} else {
			p.leaveAt(s.val, s.by(p, x), byProtocol)
		}
	case Instance:
		if s.name == "__dict__" {
			p.constrain(s.val, &copyItems{to: p.Values[p.objectDict(x.Class(), false)].Site})
		}
		if n, _, ok := p.Method(x.Class(), s.name); ok {
			p.constrain(n, &setter{recv: v, val: s.val, call: s.call})
		}
		if n, _, ok := p.Method(x.Class(), "__setattr__"); ok && s.call != nil {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			// what a later load of the attribute gives is below: without the value,
			// which it would hand on under a name that is not known
			s.call.call(p, OpSet, fn, p.constant("builtins.str"), 0)
		}
		p.edge(s.val, p.field(v, s.name))
	case ClassVal:
		if strings.HasPrefix(s.name, "__") && strings.HasSuffix(s.name, "__") { // C.__enter__ = f: with C() calls it, and does not see it here
			by := s.by(p, x)
			by.To = "a class as its " + s.name
			p.leaveAt(s.val, by, asFunction)
		}
		p.edge(s.val, p.field(v, s.name))
		// instances see it too
		p.edge(s.val, p.field(p.Classes[x.Class()].self, s.name))
	case FuncVal, Bound, Partial:
		at := p.field(p.owner(x), s.name)
		switch s.name {
		case "__wrapped__": // one for all that a decorator was given
			p.makeRoom(at)
		case "__defaults__", "__kwdefaults__": // f.__defaults__ = (g,): a call of f may call g
			by := s.by(p, x)
			by.To = "builtins.function." + s.name
			p.leaveAt(s.val, by, asFunction)
		}
		p.edge(s.val, at)
	case ExtBound: // mock.get.return_value = job
		p.edge(s.val, p.field(v, s.name))
		p.constrain(s.val, escapeResult{s.by(p, x)})
	case ExtInstance:
		p.edge(s.val, p.field(v, s.name))
		if cls := p.cat.Lookup(p.names[x.ID]); cls == nil && !structLike(p.names[x.ID]) {
			p.constrain(s.val, escapeResult{s.by(p, x)}) // parser.error = f: a library may call it
		} else if cls != nil && cls.Kind == catalog.Class {
			if m := p.cat.Member(cls, s.name); m != nil && m.Kind == catalog.Method { // sock.accept = f: others call that
				p.leaveAt(s.val, s.by(p, x), byProtocol)
			}
		}
	case Super:
		p.edge(s.val, p.field(x.Recv, s.name))
	}
}

// by is the reason for which what is assigned escapes.
func (s *storeAttr) by(p *Program, x Value) *Escape {
	by := &Escape{Func: -1}
	if s.call != nil {
		by.Func, by.Expr = s.call.fn.ID, s.call.at
	}
	if x.Kind == External || x.Kind == ExtInstance {
		by.To = p.names[x.ID] + "." + s.name
	}
	return by
}

// setter calls the function of `@x.setter` when an attribute is assigned to.
type setter struct {
	recv ValueID
	val  NodeID
	call *implicit
}

func (s *setter) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Instance && s.call != nil {
		if n, _, ok := p.Method(x.Class(), "__set__"); ok {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn})
			s.call.call(p, OpSet, fn, p.constantValue(s.recv), s.val)
		}
	} else if x.Kind == Property && s.call != nil {
		fn := p.node()
		p.constrain(p.slot(x.Site, "set"), &bindTo{recv: s.recv, res: fn})
		s.call.call(p, OpSet, fn, s.val)
	}
}

// loadItem is `obj[key]`.
type loadItem struct {
	key   string // constKey, "" if it is not constant
	index NodeID // the place of the key
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
			p.edge(p.site(s).elem, p.loose(l.site))
		case l.key != "" && (p.site(s).mapping || p.site(s).tuple):
			p.edge(p.slot(s, l.key), l.res)
			p.edge(p.loose(s), l.res)
		default:
			p.edge(p.site(s).elem, l.res)
		}
	case ContBound: // ChainMap.maps[0]
		p.add(l.res, x.Recv)
		p.contents(x, l.res)
	case ExtInstance:
		p.edge(p.held(v), l.res)
		if cls := p.cat.Lookup(p.names[x.ID]); cls != nil && cls.Kind == catalog.Class && p.cat.Member(cls, "__getitem__") != nil {
			fn := p.node()
			p.add(fn, p.value(Value{Kind: ExtBound, ID: p.nameOf("__getitem__"), Recv: v}))
			p.edge(l.call.call(p, OpItem, fn, 0).Ret, l.res)
		}
	case External:
		if p.names[x.ID] == "sys.modules" {
			if m := p.byName[strings.TrimPrefix(l.key, "s")]; m != nil && l.key != "" {
				p.add(l.res, p.value(Value{Kind: ModuleVal, ID: int32(m.ID)}))
			} else {
				p.add(l.res, p.value(Value{Kind: AnyModule, ID: p.nameOf("")}))
			}
			return
		}
		p.add(l.res, v) // Generic[T]
	case ClassVal:
		if n, _, ok := p.Method(x.Class(), "__class_getitem__"); ok && l.call != nil {
			fn := p.node()
			p.constrain(n, &bind{recv: v, res: fn, class: true})
			im := &implicit{fn: l.call.fn, at: l.call.at, sync: true}
			p.edge(im.call(p, OpItem, fn, l.index).Ret, l.res)
		}
		for _, meta := range p.metaclasses(x.Class()) {
			if sym, ok := p.Classes[meta].members["__getitem__"]; ok && l.call != nil {
				fn := p.node()
				p.constrain(p.Classes[meta].Module.base+NodeID(sym), &bind{recv: v, res: fn, meta: true})
				im := &implicit{fn: l.call.fn, at: l.call.at, sync: true}
				p.edge(im.call(p, OpItem, fn, l.index).Ret, l.res)
			}
		}
		if n, _, ok := p.Method(x.Class(), "__class_getitem__"); !ok || n == 0 {
			p.add(l.res, v) // Generic[T], or an enum's member
			if p.isEnum(x.Class()) {
				p.add(l.res, p.Classes[x.Class()].self)
			}
		}
	case Instance:
		n, _, ok := p.Method(x.Class(), "__getitem__")
		if m, _, has := p.Method(x.Class(), "__missing__"); has && l.call != nil {
			fn := p.node()
			p.constrain(m, &bind{recv: v, res: fn})
			im := &implicit{fn: l.call.fn, at: l.call.at, sync: true}
			p.edge(im.call(p, OpItem, fn, l.index).Ret, l.res)
		}
		if !ok {
			p.edge(p.held(v), l.res)                           // class Registry(dict)
			if l.key != "" && len(p.fieldsOf(x.Class())) > 0 { // a NamedTuple
				n := p.node()
				p.readFields(v, func(name string) bool { return p.isField(x.Class(), name) }, n)
				p.edge(n, l.res)
			}
			return
		}
		fn := p.node()
		p.constrain(n, &bind{recv: v, res: fn})
		c := l.call.call(p, OpItem, fn, l.index)
		p.edge(c.Ret, l.res)
	}
}

// storeItem is `obj[key] = val`.
type storeItem struct {
	key   string
	index NodeID // the place of the key
	val   NodeID
	call  *implicit
}

func (s *storeItem) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case Unknown, AnyModule, External:
		by := &Escape{Func: -1}
		if s.call != nil {
			by.Func, by.Expr = s.call.fn.ID, s.call.at
		}
		p.leaveAt(s.val, by, asFunction)
		p.leaveAt(s.index, by, asFunction)
	case Container:
		if p.site(x.Site).mapping && s.key == "" && s.index != 0 {
			p.edge(s.index, p.keys(x.Site))
		}
		if s.key != "" && p.site(x.Site).mapping {
			p.edge(s.val, p.slot(x.Site, s.key))
		} else {
			p.edge(s.val, p.loose(x.Site))
		}
	case ExtInstance:
		p.edge(s.val, p.held(v))
		if x.Site == 0 {
			by := &Escape{Func: -1, To: p.names[x.ID] + ".__setitem__"}
			if s.call != nil {
				by.Func, by.Expr = s.call.fn.ID, s.call.at
			}
			p.constrain(s.val, escapeResult{by})
		}
	case Instance:
		n, _, ok := p.Method(x.Class(), "__setitem__")
		if !ok {
			p.edge(s.index, p.ownKeys(v))
			p.edge(s.val, p.held(v))
			return
		}
		fn := p.node()
		p.constrain(n, &bind{recv: v, res: fn})
		s.call.call(p, OpSetItem, fn, s.index, s.val)
	}
}

// copyItems lets what a mapping holds flow into another (**m, dict(m)).
type copyItems struct{ to int32 }

func (c *copyItems) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Container {
		p.mapping(v)
		p.edge(p.held(v), p.loose(c.to))
		p.edge(p.ownKeys(v), p.keys(c.to))
		return
	}
	if !p.site(x.Site).mapping {
		p.edge(p.site(x.Site).elem, p.loose(c.to))
		return
	}
	p.edge(p.loose(x.Site), p.loose(c.to))
	p.edge(p.keys(x.Site), p.keys(c.to))
	// keys known so far, and, since more may come, everything loosely
	for i := p.site(x.Site).slots; i != 0; {
		s := p.slots.at(i)
		p.edge(s.at, p.slot(c.to, s.key))
		i = s.next
	}
	p.edge(p.site(x.Site).elem, p.loose(c.to))
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
	if x.Kind == Container && p.site(x.Site).tuple {
		for i, n := range u.into {
			switch {
			case i == u.star:
				p.edge(p.site(x.Site).elem, p.loose(u.rest))
			case u.star >= 0 && i > u.star:
				p.edge(p.site(x.Site).elem, n)
			default:
				p.edge(p.slot(x.Site, index(i)), n)
				p.edge(p.loose(x.Site), n)
			}
		}
		return
	}
	if u.each == 0 {
		u.each = p.node()
		for i, n := range u.into {
			if i == u.star {
				n = p.loose(u.rest)
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
		if p.site(x.Site).mapping {
			p.edge(p.keys(x.Site), i.res)
			return
		}
		p.edge(p.site(x.Site).elem, i.res)
	case ContBound: // for m in chain.maps
		p.add(i.res, x.Recv)
		p.contents(x, i.res)
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
		for _, meta := range p.metaclasses(x.Class()) {
			if sym, ok := p.Classes[meta].members["__iter__"]; ok && i.call != nil {
				fn := p.node()
				p.constrain(p.Classes[meta].Module.base+NodeID(sym), &bind{recv: v, res: fn, meta: true})
				im := &implicit{fn: i.call.fn, at: i.call.at, sync: true}
				p.constrain(im.call(p, OpIter, fn).Ret, &next{res: i.res, call: im})
			}
		}
	case Instance:
		if len(p.fieldsOf(x.Class())) > 0 { // a NamedTuple
			p.readFields(v, func(name string) bool { return p.isField(x.Class(), name) }, i.res)
		}
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
			// no loop awaits it
			im := &implicit{fn: i.call.fn, at: i.call.at, sync: true}
			p.edge(im.call(p, OpItem, fn, 0).Ret, i.res)
			return
		}
		if keys := p.ownKeys(v); keys != 0 {
			p.edge(keys, i.res) // class Registry(dict)
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
		p.finished(x, a.res)
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
		if n := p.site(x.Site).elem; !slices.Contains(i.seen, n) {
			i.seen = append(i.seen, n)
			p.constrain(n, i)
		}
	}
}

// addInstances adds instances of a class and of everything derived from it:
// what an annotation or a handler names is met in any of these.
func (p *Program) addInstances(n NodeID, c ClassID) {
	if p.untold(ofTests{n, c, true}) {
		return
	}
	p.add(n, p.Classes[c].self)
	for _, sub := range p.Classes[c].Sub {
		p.addInstances(n, sub)
	}
}

// An ofTests is what a place has of a class of the tests, which is derived from one
// that is there for certain: its instances, or the class.
type ofTests struct {
	at        NodeID
	class     ClassID
	instances bool
}

// untold reports whether a class is one of the tests, which have not been read
// yet. It is for later then.
func (p *Program) untold(h ofTests) bool {
	if p.testing || !p.Classes[h.class].Module.test {
		return false
	}
	p.ofTests = append(p.ofTests, h)
	return true
}

// addOfTests adds the classes of the tests to where they are waited for.
func (p *Program) addOfTests() {
	for _, h := range p.ofTests {
		if h.instances {
			p.addInstances(h.at, h.class)
		} else {
			p.addClasses(h.at, h.class)
		}
	}
	p.ofTests = nil
}

// result is the value of `yield from g()`: what the generator returns.
type result struct{ res NodeID }

func (r *result) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Generator {
		p.edge(p.Funcs[x.ID].Ret, r.res)
	}
}

// metaclasses are the classes of the project that a class has for metaclasses,
// in their method resolution order.
func (p *Program) metaclasses(c ClassID) []ClassID {
	cls := p.Classes[c]
	if cls.sought {
		return cls.metas
	}
	cls.sought = true
	for _, k := range cls.MRO {
		for _, kw := range p.Classes[k].Node.Keywords {
			if kw.Name == nil || kw.Name.Name != "metaclass" {
				continue
			}
			if m, ok := p.staticClass(p.Classes[k].Module, kw.Value); ok {
				cls.metas = p.Classes[m].MRO
				for _, meta := range cls.metas {
					p.Classes[meta].Meta = true
				}
				return cls.metas
			}
		}
	}
	return nil
}

// mapping marks an object that Python uses as a mapping, by its keys and
// __getitem__: f(**settings), dict(settings).
func (p *Program) mapping(v ValueID) {
	x := p.Values[v]
	if x.Kind != Instance {
		return
	}
	for _, name := range [...]string{"keys", "__getitem__"} {
		if n, k, ok := p.Method(x.Class(), name); ok {
			cls := p.Classes[k]
			p.constrain(n, escapeResult{&Escape{Func: cls.Parent, Expr: cls.Node, To: "builtins.dict"}})
			p.constrain(n, handedOut{&Escape{Func: cls.Parent, Expr: cls.Node, To: "builtins.dict"}})
		}
	}
}

// replaced is setattr(obj, name, f): any method of a class may be another function
// now, which is not awaited, and any attribute of an object may be that function,
// which gives no coroutine where a method does.
type replaced struct {
	val NodeID
	by  *Escape
}

func (r *replaced) apply(p *Program, v ValueID) {
	switch x := p.Values[v]; x.Kind {
	case ClassVal:
		p.constrain(r.val, &replacing{p.Classes[x.Class()], r.by})
	case Instance:
		p.constrain(r.val, &replacingOn{v})
	case Unknown:
		p.constrain(r.val, &replacingNamed{r.by})
	case ExtInstance: // what a library gave: pickle.loads(data)
		if p.cat.Lookup(p.names[x.ID]) == nil && !structLike(p.names[x.ID]) {
			p.constrain(r.val, &replacingNamed{r.by})
		}
	}
}

type replacing struct {
	cls *Class
	by  *Escape
}

func (r *replacing) apply(p *Program, v ValueID) {
	if !p.isFunction(v) {
		return
	}
	for _, name := range sortedKeys(r.cls.members) {
		p.constrain(r.cls.Module.base+NodeID(r.cls.members[name]), escapeResult{r.by})
	}
}

// replacingOn puts a function under all names of an object.
type replacingOn struct{ obj ValueID }

func (r *replacingOn) apply(p *Program, v ValueID) {
	if !p.isFunction(v) {
		return
	}
	for _, k := range p.Classes[p.Values[r.obj].Class()].MRO {
		for _, name := range sortedKeys(p.Classes[k].members) {
			if !strings.HasPrefix(name, "__") { // Python looks those up on the class
				p.field(r.obj, name)
			}
		}
	}
	p.writeFields(r.obj, p.single(v))
}

// replacingNamed puts a function on an object of which nothing is known, under any
// name that a string of the program says: watch(container, "_result"). The methods of
// these names stay as they are.
type replacingNamed struct{ by *Escape }

func (r *replacingNamed) apply(p *Program, v ValueID) {
	if p.renamed || !p.isFunction(v) {
		return
	}
	p.renamed = true // the first function that any of these places is given stands for all
	for _, name := range p.methodsInStrings() {
		p.escapeByName(name, r.by)
	}
}

func (p *Program) isFunction(v ValueID) bool {
	k := p.Values[v].Kind
	return k == FuncVal || k == Bound || k == Partial
}
