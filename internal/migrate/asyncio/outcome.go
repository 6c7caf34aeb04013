package asyncio

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// A form is what becomes of a call.
type form struct {
	// await: the call gives a coroutine (or another awaitable of the runtime).
	await bool
	// maybe: it gives a coroutine or something else.
	maybe bool
	// green: it runs green code, which a coroutine reaches through the bridge.
	green bool
	// new: a class whose __init__ is a coroutine function is called.
	new bool
	// fetched: it is getattr(), which runs a property.
	fetched bool
	// rule is the rule to cite.
	rule string
}

// formOf decides what becomes of a direct call, in a coroutine function or in
// code that stays green.
func (d *decisions) formOf(e *callgraph.Effect) form {
	var f form
	// what is called besides those that are known may give anything
	plain := e.Plain || e.Open
	for _, t := range e.Targets {
		switch {
		case d.becomes(t):
			f.await = true
			f.rule = "AIO2"
		case d.forced[t] != nil && !d.waits[t]:
			f.green = true
			f.rule = "AIO19"
		default:
			plain = true
		}
	}
	for _, list := range [...][]infer.FuncID{e.Possible, e.Named} {
		for _, t := range list {
			if d.becomes(t) {
				f.await, plain = true, true
			}
		}
	}
	for i := range e.Seeds {
		s := &e.Seeds[i]
		if s.Lock && !d.colors.Held[s.Site] {
			plain = true
			continue
		}
		if s.Bridge() { // see unbridged
			continue
		}
		if d.converts(s) && !d.calledGreenly(e, s.Symbol) {
			f.await = true
			f.rule = ruleFor(s.Symbol)
		} else {
			f.green = true
			if f.rule == "" {
				f.rule = "AIO13"
			}
		}
	}
	if len(e.Opaque) > 0 && len(d.g.Patched) > 0 {
		f.green = true
		f.rule = "LEFT6"
	}
	if len(e.Missing) > 0 {
		f.green = true
		f.rule = "LEFT5"
	}
	if f.await && plain {
		f.maybe = true
	}
	if s := d.caller(e); s != nil {
		// whatever the function is that it calls
		f = form{await: true, fetched: true, rule: ruleFor(s)}
	}
	if e.Call != nil && f.await {
		if d.constructs(e.Call.Fn, 0) {
			f.new, f.maybe = true, false
			f.rule = "AIO15"
		}
	}
	if f.maybe {
		f.rule = "AIO17"
	}
	return f
}

// caller is the function of Eventlet that calls another one in the caller's own
// thread (with_timeout), if the call is one and its twin is a coroutine function.
func (d *decisions) caller(e *callgraph.Effect) *catalog.Symbol {
	if e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall {
		return nil
	}
	for _, id := range d.p.At(e.Call.Fn) {
		v := d.p.Value(id)
		if v.Kind != infer.External {
			continue
		}
		s := d.p.Catalog().Lookup(d.p.Name(v))
		if s != nil && s.Calls != nil && strings.HasPrefix(s.To, "aio.") && s.Active(d.g.Patched, v.Green) && !d.staysEventlet(s) {
			return s
		}
	}
	return nil
}

// constructs reports whether a class may be called at a node, directly or
// through a partial, whose __init__ becomes a coroutine function.
func (d *decisions) constructs(n infer.NodeID, depth int) bool {
	for _, id := range d.p.At(n) {
		v := d.p.Value(id)
		switch v.Kind {
		case infer.ClassVal:
			if init, _, ok := d.p.Method(v.Class(), "__init__"); ok {
				for _, t := range d.p.FuncsAt(init) {
					if d.becomes(t) {
						return true
					}
				}
			}
		case infer.Partial:
			if depth < 5 && d.constructs(d.p.PartialOf(v).Fn, depth+1) {
				return true
			}
		}
	}
	return false
}

// becomes reports whether a function turns from a plain one into a coroutine
// function for those who call it. One that was written as `async def` is
// awaited already, and that of a console script waits by itself.
func (d *decisions) becomes(f infer.FuncID) bool {
	return d.async[f] && !d.p.Funcs[f].Async && !d.waits[f]
}

// calledGreenly reports whether a call reaches a function through a name or
// variable that keeps denoting the green one (see keptValue).
func (d *decisions) calledGreenly(e *callgraph.Effect, s *catalog.Symbol) bool {
	call, ok := e.Node.(*ast.Call)
	return ok && s.Owner == nil && e.Call != nil && e.Call.Mode == infer.Direct && !d.byName(d.p.Funcs[e.Func].Module, call, s.Name) && d.staysGreen(s)
}

// converts reports whether a yielding call becomes an awaited one.
func (d *decisions) converts(s *callgraph.Seed) bool {
	sym := s.Symbol
	if sym == nil || sym.Refusal() != "" && sym.To == "" {
		return false
	}
	if sym.Owner != nil {
		return sym.Owner.To != "" && d.kept[sym.Owner.Name] == nil
	}
	if sym.Kind == catalog.Class {
		return sym.To != "" && d.kept[sym.Name] == nil
	}
	if sym.To == "" {
		return false
	}
	return !d.givesKept(sym)
}

// kinds says what an iterable or context manager may be.
type kinds struct {
	async bool // asynchronous after the rewrite
	green bool // stays green: reached through the bridge
	plain bool // neither yields
	done  bool // asynchronous already in the source
	sized bool // has a __len__ that yields, which list() calls first
}

func (d *decisions) iterable(n infer.NodeID) kinds {
	var k kinds
	d.addIterable(&k, n, map[infer.NodeID]bool{})
	return k
}

// asynchronous reports whether all that may be at a place is known and is
// iterated asynchronously.
func (d *decisions) asynchronous(n infer.NodeID) bool {
	vals := d.p.At(n)
	for _, id := range vals {
		var k kinds
		d.addValue(&k, id, map[infer.NodeID]bool{n: true})
		if !k.async || k.plain || k.green {
			return false
		}
	}
	return len(vals) > 0
}

// searched is iterable for what `in` searches.
func (d *decisions) searched(n infer.NodeID) kinds {
	var k kinds
	for _, id := range d.p.At(n) {
		if callgraph.Contains(d.p, d.p.Value(id)) {
			k.plain = true
			continue
		}
		d.addValue(&k, id, map[infer.NodeID]bool{n: true})
	}
	return k
}

// consumed is iterable for the argument of a call. dict(m) and d.update(m) do
// not iterate over a mapping but ask it for its keys and items.
func (d *decisions) consumed(e *ast.Call, n infer.NodeID) kinds {
	name := ""
	switch f := e.Func.(type) {
	case *ast.Name:
		name = f.Id
	case *ast.Attribute:
		name = f.Attr.Name
	}
	switch name {
	case "dict", "OrderedDict", "UserDict", "Counter", "update":
	default:
		return d.iterable(n)
	}
	var k kinds
	for _, id := range d.p.At(n) {
		if d.mapping(d.p.Value(id)) {
			k.plain = true
			continue
		}
		d.addValue(&k, id, map[infer.NodeID]bool{n: true})
	}
	return k
}

// mapping reports whether an object has keys.
func (d *decisions) mapping(v infer.Value) bool {
	if v.Kind != infer.Instance {
		return false
	}
	if _, _, ok := d.p.Method(v.Class(), "keys"); ok {
		return true
	}
	for _, base := range d.p.Classes[v.Class()].ExternalMRO {
		switch base[strings.LastIndexByte(base, '.')+1:] {
		case "Mapping", "MutableMapping", "UserDict", "dict", "OrderedDict", "defaultdict", "Counter":
			return true
		}
	}
	return false
}

func (d *decisions) addIterable(k *kinds, n infer.NodeID, seen map[infer.NodeID]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	for _, id := range d.p.At(n) {
		d.addValue(k, id, seen)
	}
}

// addValue adds what iterating over one object is.
func (d *decisions) addValue(k *kinds, id infer.ValueID, seen map[infer.NodeID]bool) {
	p := d.p
	v := p.Value(id)
	switch v.Kind {
	case infer.Generator:
		switch f := v.Func(); {
		case p.Funcs[f].Async:
			k.done = true
		case d.async[f]:
			k.async = true
		case d.colors.Green[f]:
			k.green = true
		default:
			k.plain = true
		}
	case infer.ExtInstance:
		if lazy(p.Name(v)) || len(p.Sources(v)) > 0 {
			sub := kinds{}
			for _, src := range p.Sources(v) {
				d.addIterable(&sub, src, seen)
			}
			for _, c := range p.CallsOf(v) {
				if slices.ContainsFunc(d.g.Effects[c.Func], func(e *callgraph.Effect) bool { return e.Call == c }) {
					d.addCallback(&sub, c)
				}
			}
			switch {
			case sub.async:
				k.async = true
			case sub.green:
				k.green = true
			case sub.done:
				k.done = true
			default:
				k.plain = true
			}
			return
		}
		d.addExternal(k, v, p.Name(v), "__next__", d.p.Catalog().IterOf)
	case infer.Instance:
		if n, _, ok := p.Method(v.Class(), "__len__"); ok {
			for _, f := range p.FuncsAt(n) {
				k.sized = k.sized || d.colors.Green[f]
			}
		}
		found, waits := false, false
		for _, m := range [...]string{"__aiter__", "__anext__", "__iter__", "__next__"} {
			node, _, ok := p.Method(v.Class(), m)
			if !ok {
				continue
			}
			found = true
			for _, f := range p.FuncsAt(node) {
				waits = waits || strings.HasPrefix(m, "__a") || d.becomes(f) || d.colors.Green[f]
				switch {
				case strings.HasPrefix(m, "__a"):
					k.done = true
				case d.becomes(f):
					k.async = true
				case d.colors.Green[f]:
					k.green = true
				case m == "__next__":
					k.plain = true
				case p.Funcs[f].Generator:
					k.plain = true
				case m == "__iter__": // return self.walk(), return iter(self.items)
					d.addIterable(k, p.Funcs[f].Ret, seen)
				}
			}
			if k.done {
				break
			}
		}
		if !found {
			for _, ext := range p.Classes[v.Class()].ExternalMRO {
				d.addExternal(k, v, ext, "__next__", d.p.Catalog().IterOf)
			}
		} else if !waits {
			k.plain = true
		}
	case infer.Container, infer.Unknown:
		k.plain = true
	}
}

// addCallback adds what the function that map() calls makes of its result.
func (d *decisions) addCallback(k *kinds, c *infer.Call) {
	e := d.g.CallbackOf(c)
	k.done = k.done || len(e.Coroutines) > 0
	for _, t := range e.Targets {
		switch {
		case d.becomes(t):
			k.async = true
		case d.colors.Green[t]:
			k.green = true
		}
	}
	for i := range e.Seeds {
		s := &e.Seeds[i]
		switch {
		case s.Lock && !d.colors.Held[s.Site], s.Bridge():
		case d.converts(s):
			k.async = true
		default:
			k.green = true
		}
	}
}

// addExternal adds what using an instance of an external class is, by how the
// catalogue says that it is used, or by what the source of a library without a
// record says of the member that is called.
func (d *decisions) addExternal(k *kinds, v infer.Value, class, member string, how func(*catalog.Symbol) string) {
	s := d.p.Catalog().Lookup(class)
	if s == nil && d.g.LibraryYields(class, member) {
		k.green = true
		return
	}
	if s == nil && strings.HasPrefix(class, "builtins.") && !strings.HasSuffix(class, "()") {
		return // a string or number is neither iterated over like this nor entered
	}
	if s == nil || s.Kind != catalog.Class || !s.Active(d.g.Patched, v.Green) {
		k.plain = true
		return
	}
	switch how(s) {
	case "async":
		if d.kept[s.Name] != nil {
			k.green = true
		} else {
			k.async = true
		}
	case "leaf":
		k.green = true
	case "lock":
		if d.colors.Held[v.Site] {
			k.green = true
		} else {
			k.plain = true
		}
	case "asynced":
		k.done = true
	default:
		k.plain = true
	}
}

// lazy reports whether an external class is an iterator over its arguments
// that has a twin in the runtime.
func lazy(class string) bool {
	switch class {
	case "builtins.map", "builtins.filter", "builtins.zip", "builtins.enumerate", "builtins.callable_iterator":
		return true
	}
	return false
}

// manager says what the context managers at a node are.
func (d *decisions) manager(item *callgraph.Effect, at []*callgraph.Effect) kinds {
	var k kinds
	p := d.p
	for _, id := range p.At(item.With.Obj) {
		v := p.Value(id)
		switch v.Kind {
		case infer.ContextManager:
			switch f := v.Func(); {
			case p.Funcs[f].Async:
				k.done = true
			case d.async[f]:
				k.async = true
			case d.colors.Green[f]:
				k.green = true
			default:
				k.plain = true
			}
		case infer.ExtInstance:
			d.addExternal(&k, v, p.Name(v), "__enter__", p.Catalog().WithOf)
		case infer.Instance:
			if _, _, ok := p.Method(v.Class(), "__enter__"); ok {
				continue // by the implicit calls below
			}
			for _, ext := range p.Classes[v.Class()].ExternalMRO {
				d.addExternal(&k, v, ext, "__enter__", p.Catalog().WithOf)
			}
		}
	}
	for _, e := range at {
		if e.Call == nil || e.Call.Op != infer.OpEnter && e.Call.Op != infer.OpExit {
			continue
		}
		if len(e.Coroutines) > 0 {
			k.done = true
		}
		for _, t := range e.Targets {
			switch {
			case d.becomes(t):
				k.async = true
			case d.colors.Green[t]:
				k.green = true
			default:
				k.plain = true
			}
		}
	}
	return k
}

// entersAsync reports whether all that may be at a place are context managers of
// the project that become asynchronous, or objects that become offlet.aio's; already
// says that those count that are asynchronous in the source.
func (d *decisions) entersAsync(n infer.NodeID, already bool) bool {
	p := d.p
	vals := p.At(n)
	for _, id := range vals {
		switch v := p.Value(id); v.Kind {
		case infer.ContextManager:
			if f := v.Func(); !d.async[f] || p.Funcs[f].Async && !already {
				return false
			}
		case infer.Instance:
			if _, _, ok := p.Method(v.Class(), "__enter__"); !ok && already {
				if _, _, ok = p.Method(v.Class(), "__aenter__"); ok {
					continue
				}
			}
			enter, _, ok := p.Method(v.Class(), "__enter__")
			if fs := p.FuncsAt(enter); !ok || len(fs) == 0 || slices.ContainsFunc(fs, func(f infer.FuncID) bool { return !d.becomes(f) }) {
				return false
			}
		case infer.ExtInstance:
			var k kinds
			d.addExternal(&k, v, p.Name(v), "__enter__", p.Catalog().WithOf)
			if k != (kinds{async: true}) && (!already || k != kinds{done: true}) {
				return false
			}
		default:
			return false
		}
	}
	return len(vals) > 0
}
