package infer

import (
	"maps"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/python/ast"
)

// What is given to code that offlet does not see escapes, and with it what that
// code reaches through it. How much that is depends on who gets it: a function
// of the standard library calls what is given to it as a function, iterates
// over it, enters it, or uses it as a file or a mapping; other code may call
// any public method. What is only put somewhere where it cannot be followed is
// found again by those who call its methods by name, but not if it is a function.
const (
	asFunction uint8 = 1 + iota
	byProtocol
	anyMethod
)

// escapeArgs notes that the functions among the arguments of a call are given
// to something external.
func (p *Program) escapeArgs(c *Call, to string) {
	if harmless(to) {
		return
	}
	p.escapeArgsAt(c, to, p.reach(to))
}

func (p *Program) escapeArgsAt(c *Call, to string, level uint8) {
	id := int32(-1)
	if to != "" {
		id = p.nameOf(to)
	}
	if slices.Contains(p.ids.of(c.escaped), id) {
		return
	}
	p.ids.push(&c.escaped, id)
	e := &escape{by: &Escape{Func: c.Func, Expr: c.Expr, To: to}, level: level}
	for _, a := range c.Args {
		p.leaveWith(a, e)
	}
	for _, k := range c.Kw {
		p.leaveWith(k.Node, e)
	}
	p.leaveWith(c.Star, e)
	p.leaveWith(c.KwStar, e)
	if level == anyMethod {
		p.escapeNames(c, e)
	}
}

// harmless reports whether an external function neither calls nor keeps the
// functions that it is given.
func harmless(name string) bool {
	head, _, _ := strings.Cut(name, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch head {
	case "asyncio": // of what it is given the coroutines are awaited, the functions are called
		return !strings.HasPrefix(last, "call_") && !strings.HasPrefix(last, "add_") && !strings.HasPrefix(last, "set_") &&
			last != "run_in_executor" && !strings.HasPrefix(last, "create_server") && !strings.HasPrefix(last, "create_connection")
	case "logging":
		return last != "addLevelName" && last != "addFilter" && last != "setLogRecordFactory" && last != "setLoggerClass"
	case "inspect":
		switch last { // signature(f).bind(callback).arguments["callback"]() is not among them
		case "getfile", "getsourcefile", "getsource", "getsourcelines", "getdoc", "cleandoc", "getmodule", "getmodulename", "getmro", "currentframe", "stack", "trace":
			return true
		}
		return strings.HasPrefix(last, "is")
	case "dataclasses":
		return last != "make_dataclass"
	case "warnings", "traceback", "pprint", "typing", "copy", "abc",
		"math", "random", "uuid", "hashlib", "struct", "textwrap", "datetime", "time", "offlet":
		return true
	}
	return false
}

// reach is what code of a name may do with the objects that it is given.
func (p *Program) reach(to string) uint8 {
	if to == "builtins.eval" { // code that is not read uses them as any code does
		return anyMethod
	}
	if p.cat.Standard(to) || p.cat.Quiet(strings.ReplaceAll(to, "()", "")) {
		return byProtocol
	}
	return anyMethod
}

// leave marks what is at a place as given to external code. The first reason
// counts.
func (p *Program) leave(n NodeID, by *Escape) { p.leaveAt(n, by, p.reach(by.To)) }

func (p *Program) leaveAt(n NodeID, by *Escape, level uint8) {
	if n != 0 && p.set(n).leaves < level {
		p.leaveWith(n, &escape{by: by, level: level})
	}
}

// leaveWith lets what is at a place escape by the way of something else.
func (p *Program) leaveWith(n NodeID, e *escape) {
	if n == 0 {
		return
	}
	if s := p.set(n); s.leaves < e.level {
		s.leaves = e.level
		p.constrain(n, e)
	}
}

// escapeResult marks what an escaped function returns to code that offlet does
// not see: that iterates over a generator, as wsgi.server does, and calls a
// function.
type escapeResult struct{ by *Escape }

func (e escapeResult) apply(p *Program, v ValueID) {
	switch x := p.Values[v]; x.Kind {
	case Generator, FuncVal, Bound, Partial:
		(&escape{by: e.by, level: byProtocol}).apply(p, v)
	case External, ExtBound: // kill.side_effect = eventlet.sleep
		(&escape{by: e.by, level: asFunction}).apply(p, v)
	case Instance, ClassVal:
		p.Classes[x.Class()].Handed = true
	}
}

// escape marks what is at a place as escaped.
type escape struct {
	by    *Escape
	level uint8
}

func (e *escape) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case FuncVal, Bound, Generator, ContextManager, Coroutine:
		f := p.Funcs[x.Func()]
		if p.Escapes[f.ID] == nil {
			p.Escapes[f.ID] = e.by
		}
		if !f.left && (x.Kind == FuncVal || x.Kind == Bound) { // what it returns or yields is in their hands too
			f.left = true
			for _, n := range [...]NodeID{f.results(), f.Yield} {
				switch {
				case n == 0:
				case e.level == anyMethod:
					p.leave(n, e.by)
				default:
					p.constrain(n, escapeResult{e.by})
				}
			}
		}
		if x.Kind == Generator { // list(tee(functions())[0])
			p.leaveWith(f.Yield, e)
		}
	case ClassVal:
		c := p.Classes[x.Class()]
		c.Handed = true
		for _, k := range c.MRO {
			for _, n := range p.Classes[k].factories {
				p.leaveAt(n, e.by, asFunction)
			}
		}
		if e.level == asFunction {
			if n, _, ok := p.Method(c.ID, "__init__"); ok {
				p.constrain(n, escapeResult{e.by})
			}
			return
		}
		if c.Escapes == nil {
			c.Escapes = e.by
		}
		if c.Given == nil {
			c.Given = e.by
		}
	case Instance:
		p.escapeInstance(v, x.Class(), e)
	case Partial:
		c := p.site(x.Site).call
		p.leaveWith(c.Fn, e)
		for _, a := range c.Args {
			p.leaveWith(a, e)
		}
		for _, k := range c.Kw {
			p.leaveWith(k.Node, e)
		}
	case Property, StaticMethod, ClassMethod:
		p.leaveWith(p.site(x.Site).elem, e)
	case ModuleVal:
		p.escapeModule(p.Modules[x.ID], e)
	case AnyModule:
		for _, m := range p.Modules {
			if strings.HasPrefix(m.Name, p.names[x.ID]) {
				p.escapeModule(m, e)
			}
		}
	case ExtInstance:
		name := p.names[x.ID]
		if x.Green {
			name = "green " + name
		}
		if p.instEscapes[name] == nil {
			p.instEscapes[name] = e.by
		}
		if x.Site > 0 && p.opened[v] < e.level { // what a namespace, a map() or a weak reference leads to
			p.opened[v] = e.level
			s := p.site(x.Site)
			sources, calls, inner := s.sources, s.calls, s.call
			p.leaveWith(s.elem, e)
			for _, n := range sources {
				p.leaveWith(n, e)
			}
			for _, c := range calls {
				p.leaveWith(c.Fn, e)
			}
			n := p.node()
			p.readFields(v, func(string) bool { return true }, n)
			p.leaveAt(n, e.by, byProtocol)
			if inner != nil { // groupby(xs, key=methodcaller("go"))
				p.escapeNamed(inner, e.by)
			}
		}
	case ExtBound:
		recv := p.Values[x.Recv]
		switch recv.Kind {
		case Generator: // iter(g.__next__, None)
			e.apply(p, x.Recv)
		case ExtInstance: // signal.signal(SIGTERM, queue.get)
			s := p.cat.Lookup(p.names[recv.ID])
			if s == nil || s.Kind != catalog.Class {
				return
			}
			if m := p.cat.Member(s, p.names[x.ID]); m == nil || m.Yields != catalog.Never {
				e.apply(p, x.Recv)
			}
		case Instance:
			p.leaveMethod(x, e.by)
		}
	case External:
		name := p.names[x.ID]
		if p.ExtEscapes[name] == nil {
			p.ExtEscapes[name] = e.by
		}
	case Container:
		p.leaveWith(p.site(x.Site).elem, e)
		if p.site(x.Site).mapping || p.site(x.Site).keys != 0 {
			p.leaveWith(p.keys(x.Site), e)
		}
	}
}

// escapeInstance marks an object as given away. Its own attributes that are
// functions are in the other's hands as well: lib.run(job) calls job.callback.
func (p *Program) escapeInstance(v ValueID, id ClassID, e *escape) {
	c := p.Classes[id]
	c.Handed = true
	if e.level == asFunction {
		if n, _, ok := p.Method(id, "__call__"); ok {
			p.constrain(n, escapeResult{e.by})
		}
		return
	}
	if c.Given == nil {
		c.Given = e.by
	}
	if c.Escapes != nil || e.level != anyMethod {
		return
	}
	c.Escapes = e.by
	public := func(name string) bool { return !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "<") }
	n := p.node()
	for _, k := range c.MRO { // what its methods return is in their hands too
		cls := p.Classes[k]
		for _, name := range slices.Sorted(maps.Keys(cls.members)) {
			if public(name) || name == "__call__" {
				p.constrain(cls.Module.base+NodeID(cls.members[name]), handedOut{e.by})
			}
		}
		p.readFields(cls.self, public, n)
	}
	p.constrain(n, escapeResult{e.by})
}

// escapeModule marks the functions of a module that is given away:
// unittest.defaultTestLoader.loadTestsFromModule(tests).
func (p *Program) escapeModule(m *Module, e *escape) {
	for _, name := range p.namespace(m) {
		if at, _ := p.moduleAttr(m, name); at != 0 && !strings.HasPrefix(name, "_") {
			p.constrain(at, escapeResult{e.by})
		}
	}
}

// escapeNamed marks the methods whose names operator.methodcaller("go") or
// attrgetter("a.go") was given: who calls it has the object, offlet has not.
func (p *Program) escapeNamed(made *Call, by *Escape) {
	call, ok := made.Expr.(*ast.Call)
	if !ok {
		return
	}
	for _, a := range call.Args {
		if s, ok := a.(*ast.Constant); ok && s.Kind == ast.Str {
			for _, part := range strings.Split(s.Text, ".") {
				p.escapeByName(part, by)
			}
		}
	}
}

func (p *Program) escapeByName(name string, by *Escape) {
	for _, f := range p.ByName[name] {
		if p.Escapes[f] == nil {
			p.Escapes[f] = by
		}
	}
}

// A stored value is `obj.name = value` or `obj[key] = value`.
type stored struct {
	obj, val NodeID
	by       *Escape
	done     bool
}

// abandoned finds calls and assignments of which offlet does not know on what
// they are made: nothing ever reaches the place. What they are given is lost
// then, as in a view whose request comes from a library:
//
//	def view(request): request.add_callback(self.done)
//
// It reports whether there are new ones, for whose sake the solving goes on.
func (p *Program) abandoned() bool {
	found := false
	for _, f := range p.Funcs {
		calls := f.Calls[f.judged:]
		f.judged = len(f.Calls)
		for _, c := range calls {
			if len(p.At(c.Fn)) > 0 {
				continue
			}
			found = true
			level := anyMethod
			if call, ok := c.Expr.(*ast.Call); ok && c.Op == OpCall {
				if at, ok := call.Func.(*ast.Attribute); ok && keeping[at.Attr.Name] {
					level = asFunction
					switch at.Attr.Name {
					case "extend", "update", "join": // of a class that derives from list
						for _, a := range c.Args {
							p.gather(a, c)
						}
					}
				}
			}
			p.escapeArgsAt(c, "", level)
		}
	}
	for i := range p.stores {
		if s := &p.stores[i]; !s.done && len(p.At(s.obj)) == 0 {
			s.done = true
			found = true
			p.leaveAt(s.val, s.by, asFunction)
		}
	}
	for i := range p.unpacked {
		u := &p.unpacked[i]
		vals := slices.Clone(p.At(u.obj))
		// a generator among tuples came from elsewhere: it would not unpack
		iterables := len(vals) > 0
		for _, v := range vals {
			iterables = iterables && p.iterates(v)
		}
		for _, v := range vals {
			if x := p.Values[v]; iterables && (x.Kind == Generator && p.Escapes[x.Func()] == nil || x.Kind == Instance && p.Classes[x.Class()].Given == nil) {
				found = true
				gathered{u.by}.apply(p, v)
			}
		}
	}
	return found
}

// iterates reports whether a value is a generator or an object of the project
// with an __iter__ of its own.
func (p *Program) iterates(v ValueID) bool {
	switch x := p.Values[v]; x.Kind {
	case Generator:
		return true
	case Instance:
		_, _, ok := p.Method(x.Class(), "__iter__")
		return ok
	}
	return false
}

// unpacked is a target such as that of `for a, b in generators`, where nothing
// can be put that gathers what is asynchronous.
type unpacked struct {
	obj NodeID
	by  *Escape
}

// keeping are the methods by which a container gets something: whoever has the
// container finds its methods by their names.
var keeping = map[string]bool{
	"append": true, "add": true, "appendleft": true, "insert": true, "extend": true, "update": true, "put": true,
	"setdefault": true, "get": true, "pop": true, "remove": true, "discard": true, "index": true, "count": true,
	"put_nowait": true, "join": true, "format": true, "info": true, "debug": true, "warning": true, "error": true,
	"exception": true, "critical": true, "log": true, "write": true,
}
