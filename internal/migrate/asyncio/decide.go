// Package asyncio is the second step: it moves green code to asyncio. It
// decides which functions become coroutine functions and which objects become
// those of offlet.aio, rewrites these and everything that calls or uses them,
// bridges what stays green, and says what is left for a person.
package asyncio

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// A refusal is the reason for which something stays as it is.
type refusal struct {
	rule   string
	node   ast.Node
	fn     infer.FuncID // the function in which node is
	reason string
}

// decisions are what will become of the functions and objects of a program.
type decisions struct {
	drivenFuncs     map[infer.FuncID]bool          // see driven
	greenGenerators map[infer.FuncID][]*infer.Func // see generators
	p               *infer.Program
	g               *callgraph.Graph
	colors          *color.Result

	// async functions become coroutine functions (or are ones already).
	async []bool
	// forced functions yield, but cannot become coroutine functions.
	forced map[infer.FuncID]*refusal
	// kept classes are Eventlet's and stay as they are.
	kept map[string]*refusal
	// stops are the functions that a StopIteration passes through: see stopped.
	stops map[infer.FuncID]bool
	// abstracts are the abstract special methods: see findAbstracts.
	abstracts []*abstract
	// aliased are the special methods that have a second name: see aliases.
	aliased map[infer.FuncID]*refusal
	callers [][]*callgraph.Effect // see callersOf
	taken   map[string]*refusal   // see takenMethods
	// regions are the statements of scripts that move into a coroutine.
	regions    map[*infer.Module]*region
	exported   map[*infer.Module]map[int32]bool // see exports
	importedBy map[*infer.Module]bool           // see imported
	imports    []*imports                       // by ModuleID, see importsOf
	fetched    func() map[string]bool           // see readFetched
	// decided says that nothing changes any more: what is asked for then may be
	// asked for by several at once, and keptValues keeps some of it.
	decided    bool
	keptValues sync.Map // see keptValue
	// open says that public functions may become coroutine functions, as those who
	// use them know.
	open bool
	// api says that public functions stay what those who import the project
	// expect, offered what it has from private modules: see readOffered.
	api     bool
	offered map[*infer.Module]map[string]bool
	// starts are the functions of console scripts that are divided, with the
	// name of the coroutine function; waits are these and those that were
	// divided before: they wait for their coroutine themselves.
	starts map[infer.FuncID]string
	waits  map[infer.FuncID]bool
	// replaced are the names of Eventlet, and of what it patches, in whose place
	// the rewritten code uses another.
	replaced map[string]string
	// promoted functions do not wait themselves, but are called where others are
	// that do: see promote.
	promoted map[infer.FuncID]promotion
	// hoisted lambdas become named coroutine functions.
	hoisted map[infer.FuncID]bool
	// tail lambdas give the coroutine that their body is.
	tail map[infer.FuncID]bool
	// alone are the first calls of methods by their name alone, see byNameAlone:
	// on any object, and on one that a library has had.
	alone map[string][2]*callgraph.Effect
}

// decide decides what becomes of everything. public says that the public
// functions of a library may become coroutine functions.
func decide(r *color.Result, res *migrate.Result, public bool) *decisions {
	p := r.Graph.Program
	d := &decisions{
		p: p, g: r.Graph, colors: r,
		async:    make([]bool, len(p.Funcs)),
		forced:   map[infer.FuncID]*refusal{},
		kept:     map[string]*refusal{},
		replaced: map[string]string{},
		promoted: map[infer.FuncID]promotion{},
		hoisted:  map[infer.FuncID]bool{},
		tail:     map[infer.FuncID]bool{},
	}
	// a StopIteration has nothing to do with what is found out meanwhile
	var stops sync.WaitGroup
	stops.Go(func() { d.stops = d.stopped() })
	d.exported = d.readExports()
	d.imports = make([]*imports, len(p.Modules))
	program.Each(len(p.Modules), func(i int) { d.imports[i] = d.readImports(p.Modules[i]) })
	d.fetched = sync.OnceValue(d.readFetched)
	d.open = public
	if d.api = !public && d.library(); d.api {
		d.readOffered()
	}
	d.keepObjects()
	d.keepGiven()
	d.keepRead()
	d.keepOverridden()
	d.findAbstracts()
	stops.Wait()
	groups := d.colors.Together(func(f infer.FuncID) bool { return r.Green[f] })
	d.joinAbstracts(groups)
	d.force(groups)
	d.spare(groups)
	d.findStarts()
	for id, f := range p.Funcs {
		d.async[id] = f.Async || r.Green[id] && d.forced[f.ID] == nil && f.Parent >= 0
	}
	d.renameAbstracts()
	d.entries(nil) // regions, which nested expressions need to know
	d.nested()
	d.promote()
	d.entries(res)
	d.decided = true
	return d
}

// keepObjects finds the Eventlet classes whose instances leave the code that
// offlet can follow.
func (d *decisions) keepObjects() {
	p := d.p
	escapes := p.InstanceEscapes()
	for _, class := range slices.Sorted(maps.Keys(escapes)) {
		esc := escapes[class]
		class, green := strings.CutPrefix(class, "green ")
		s := p.Catalog().Lookup(class)
		if s == nil || s.Kind != catalog.Class || s.To == "" || !s.Active(d.g.Patched, green) {
			continue
		}
		if esc.Crowd {
			fn, node := d.made(s.Name)
			d.keep(s.Name, &refusal{"LEFT2", node, fn, "it comes to a place that may hold so many things that offlet cannot follow them"})
			continue
		}
		to := esc.To
		if to == "" {
			to = "code that offlet does not know"
		}
		d.keep(s.Name, &refusal{"LEFT2", esc.Expr, esc.Func, "a " + shortName(s.Name) + " is given to " + to})
	}
	for _, effects := range d.g.Effects {
		for _, e := range effects {
			for _, name := range e.Missing {
				if cls, meth, ok := d.eventletMethod(name); ok {
					d.keep(cls.Name, &refusal{"LEFT5", e.Node, e.Func, shortName(cls.Name) + "." + meth + " has no counterpart in offlet.aio"})
				}
			}
			for i := range e.Seeds {
				if s := e.Seeds[i].Symbol; s != nil && s.Owner != nil && s.Refusal() != "" && s.Owner.To != "" {
					d.keep(s.Owner.Name, &refusal{"LEFT5", e.Node, e.Func, s.Name + ": " + p.Catalog().Reason(s)})
				}
			}
		}
	}
}

// keepRead keeps the classes of which an attribute is read that is not known: what
// it holds, and whether their counterparts have it.
//
//	with pool.sem: …
//
// An attribute that a class of the project has is read from an object of that,
// and so is one of an exception: `except Timeout as e` takes the derived ones.
func (d *decisions) keepRead() {
	for _, r := range d.p.MemberReads {
		s := d.p.Catalog().Lookup(r.Class)
		if slices.ContainsFunc(s.Bases, func(base string) bool { return strings.HasSuffix(base, "Exception") }) ||
			slices.ContainsFunc(d.p.Classes, func(c *infer.Class) bool { return d.p.DefinesOwn(c.ID, r.Name) }) {
			continue
		}
		d.keep(r.Class, &refusal{"LEFT5", r.Expr, r.Func, "offlet does not know " + r.Class + "." + r.Name})
	}
}

// keepOverridden keeps the classes of which a class of the project overrides a
// method by which others do their work: their counterparts await it, or call
// another one.
//
//	class Jobs(eventlet.Queue):
//	    def put(self, job): …       # put_nowait calls it
func (d *decisions) keepOverridden() {
	cat := d.p.Catalog()
	through := func(v infer.Value) *catalog.Symbol {
		if v.Kind == infer.ExtBound && d.p.Value(v.Recv).Kind == infer.Instance {
			if m := d.p.ExternalBase(d.p.Value(v.Recv).Class(), d.p.Name(v)); m != nil && len(m.Through) > 0 {
				return m
			}
		}
		return nil
	}
	d.callsOf(through, func(c *infer.Call, v infer.Value, m *catalog.Symbol) {
		for _, name := range m.Through {
			if _, owner, ok := d.p.Method(d.p.Value(v.Recv).Class(), name); ok {
				d.keep(m.Owner.Name, &refusal{"LEFT2", c.Expr, c.Func, d.p.Classes[owner].Name + "." + name + " overrides a method that " + m.Name + " calls"})
			}
		}
	})
	for _, c := range d.p.Classes {
		for _, base := range c.ExternalMRO {
			s := cat.Lookup(base)
			if s == nil || s.Kind != catalog.Class || s.To == "" || s.With == "" {
				continue
			}
			for _, name := range [...]string{"__enter__", "__exit__"} {
				if d.p.DefinesOwn(c.ID, name) {
					d.keep(s.Name, &refusal{"LEFT2", c.Node, c.Module.Body, c.Name + "." + name + " overrides that of " + s.Name})
				}
			}
		}
	}
}

// keepGiven keeps the classes whose objects come from a function that is not
// converted: what it gives stays Eventlet's.
func (d *decisions) keepGiven() {
	gives := func(v infer.Value) *catalog.Symbol {
		if v.Kind == infer.External {
			name := d.p.Name(v)
			if s := d.p.Catalog().Lookup(name); s != nil && s.Kind == catalog.Function && len(s.Gives()) > 0 && d.unconverted(name, v.Green) != "" {
				return s
			}
		}
		return nil
	}
	d.callsOf(gives, func(c *infer.Call, _ infer.Value, s *catalog.Symbol) {
		for _, class := range s.Gives() {
			if strings.Contains(s.Returns, class) {
				d.keep(class, &refusal{"LEFT5", c.Expr, c.Func, s.Name + " gives it, which is not converted"})
			}
		}
	})
}

// callsOf tells of the places, in the order of the functions, where one of those
// values may be called that have a record of interest. Most programs have none.
func (d *decisions) callsOf(record func(infer.Value) *catalog.Symbol, tell func(*infer.Call, infer.Value, *catalog.Symbol)) {
	records := make([]*catalog.Symbol, len(d.p.Values))
	some := false
	for id, v := range d.p.Values {
		records[id] = record(v)
		some = some || records[id] != nil
	}
	if !some {
		return
	}
	for _, f := range d.p.Funcs {
		for _, c := range f.Calls {
			for _, id := range d.p.At(c.Fn) {
				if s := records[id]; s != nil {
					tell(c, d.p.Value(id), s)
				}
			}
		}
	}
}

// made is the first place where an object of a class is made.
func (d *decisions) made(class string) (infer.FuncID, ast.Node) {
	for _, f := range d.p.Funcs {
		for _, c := range f.Calls {
			for _, id := range d.p.At(c.Ret) {
				if v := d.p.Value(id); v.Kind == infer.ExtInstance && d.p.Name(v) == class {
					return f.ID, c.Expr
				}
			}
		}
	}
	return -1, nil
}

// keep keeps a class, and those whose objects come from or go into it: a pool
// whose spawn gives a kept GreenThread, the file that a kept socket makes.
func (d *decisions) keep(class string, why *refusal) {
	cat := d.p.Catalog()
	s := cat.Lookup(class)
	if s == nil || s.Kind != catalog.Class || s.To == "" || d.kept[s.Name] != nil {
		return
	}
	d.kept[s.Name] = why
	for _, b := range s.Bases {
		d.keep(b, why)
	}
	for _, m := range s.Methods {
		for _, given := range m.Gives() {
			d.keep(given, why)
		}
	}
	for _, other := range cat.Symbols() {
		if other.Kind == catalog.Function {
			// serve on a kept socket stays, and waits for Eventlet's StopServe
			if given := other.Gives(); len(given) > 1 && slices.Contains(given, s.Name) {
				for _, class := range given {
					d.keep(class, why)
				}
			}
		}
		if other.Kind != catalog.Class {
			continue
		}
		if slices.Contains(other.Bases, s.Name) {
			d.keep(other.Name, why) // it has methods of s
		}
		for _, m := range other.Methods {
			if slices.Contains(m.Gives(), s.Name) {
				d.keep(other.Name, why)
			}
		}
	}
}

func (d *decisions) eventletMethod(name string) (*catalog.Symbol, string, bool) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return nil, "", false
	}
	s := d.p.Catalog().Lookup(name[:i])
	if s == nil || s.Kind != catalog.Class || s.To == "" {
		return nil, "", false
	}
	return s, name[i+1:], true
}

func shortName(dotted string) string {
	return dotted[strings.LastIndexByte(dotted, '.')+1:]
}

// asyncTwins are the special methods that have an asynchronous twin, or that
// may simply be coroutine functions.
var asyncTwins = map[string]string{
	"__enter__": "__aenter__", "__exit__": "__aexit__", "__iter__": "__aiter__", "__next__": "__anext__",
	"__init__": "__init__", "__call__": "__call__", "__getitem__": "__getitem__",
	"__aenter__": "__aenter__", "__aexit__": "__aexit__", "__aiter__": "__aiter__", "__anext__": "__anext__",
}

// force finds the green functions that must stay synchronous, and spreads that
// over the functions that are called at the same places: groups are the green
// functions that change colour together.
func (d *decisions) force(groups *color.Groups) {
	p := d.p
	for id := range p.Funcs {
		f := infer.FuncID(id)
		if !d.colors.Green[f] || p.Funcs[f].Async {
			continue
		}
		if why := d.synchronous(f); why != nil {
			d.forced[f] = why
		}
	}
	// what is used at one place must have one colour
	cause := map[infer.FuncID]infer.FuncID{} // of a group, the first in it that is forced
	for id := range p.Funcs {
		f := infer.FuncID(id)
		if _, known := cause[groups.Of(f)]; d.forced[f] != nil && !known {
			cause[groups.Of(f)] = f
		}
	}
	for id := range p.Funcs {
		f := infer.FuncID(id)
		if of, is := cause[groups.Of(f)]; is && d.forced[f] == nil && d.colors.Green[f] && !p.Funcs[f].Async {
			w := d.forced[of]
			d.forced[f] = &refusal{w.rule, w.node, w.fn, "it is called at the same place as " + p.Qual(of) + ", of which: " + w.reason}
		}
	}
}

// synchronous returns the reason for which a green function cannot become a
// coroutine function, or nil.
func (d *decisions) synchronous(id infer.FuncID) *refusal {
	p := d.p
	f := p.Funcs[id]
	at := func(reason string) *refusal { return &refusal{"LEFT1", f.Node, f.Parent, reason} }
	if f.Parent < 0 {
		return nil // a module body: see entry
	}
	if esc := p.Escapes[id]; esc != nil {
		if esc.Crowd {
			return at("it is one of so many things in one place that offlet cannot follow who calls it")
		}
		to := esc.To
		if to == "" {
			to = "something that offlet does not know"
		}
		return &refusal{"LEFT1", esc.Expr, esc.Func, "it is given to " + to + ", which cannot await it"}
	}
	if d.stops[id] {
		return at("a StopIteration passes through it or is caught in it, and cannot leave a coroutine")
	}
	if d.collected(f) {
		return at("pytest calls it, and does not await it")
	}
	if d.api && d.public(f) {
		return at("it is public, and the project is a library: those who import it call it without await")
	}
	if !d.open && d.loaded(f) {
		return at("nothing in the program calls it or imports its module: whatever loads that does not await it")
	}
	if why := d.takenMethods()[f.Name]; why != nil && f.Class >= 0 {
		return why
	}
	if len(d.callersOf(id)) == 0 && d.value(f) {
		return at("nothing in the program calls it, so that whoever does cannot await it")
	}
	if def, ok := f.Node.(*ast.FunctionDef); ok {
		if strings.HasPrefix(f.Name, "__") && strings.HasSuffix(f.Name, "__") && (f.Class < 0 || asyncTwins[f.Name] == "") {
			return at("Python calls " + f.Name + " by itself and does not await it")
		}
		if len(f.Foreign) > 0 {
			return at("offlet does not know what the decorator " + f.Foreign[0] + " does with it")
		}
		if f.Cached {
			return at("a cache would keep its coroutine, which can be awaited only once")
		}
		if f.Name == "__iter__" && !f.Generator && f.Class >= 0 && d.colors.Why[id].Effect != nil {
			return at("it yields before it gives its iterator, and async for does not await __aiter__")
		}
		if f.Generator {
			if why := d.generator(f, def); why != "" {
				return at(why)
			}
		}
	}
	if why := d.aliases()[id]; why != nil {
		return why
	}
	if f.Class >= 0 {
		c := p.Classes[f.Class]
		if strings.HasPrefix(f.Name, "_") && strings.HasSuffix(f.Name, "_") && !strings.HasPrefix(f.Name, "__") {
			return at("a library calls " + f.Name + " by itself") // enum's _missing_
		}
		if c.Meta {
			return at("it is a method of a metaclass, which Python calls by itself")
		}
		if esc := d.given(f); esc != nil {
			to := esc.To
			if to == "" {
				to = "something that offlet does not know"
			}
			return &refusal{"LEFT1", esc.Expr, esc.Func, "an object with this method is given to " + to + ", which may call it"}
		}
		if why := d.special(f); why != nil {
			return why
		}
		if why := d.unimplemented(id); why != nil {
			return why
		}
		if f.Generator {
			if e := d.byNameAlone(f); e != nil {
				return &refusal{"LEFT1", e.Node, e.Func, "it may be what is called by its name here, on an object that is not known, and iterated over or entered where nobody sees it"}
			}
		}
		if f.Name == "__init__" && (c.Escapes != nil || d.strangeConstruction(c)) {
			return at("the class is made in a way in which __init__ cannot be awaited")
		}
		if f.Name == "__init__" && len(d.callersOf(id)) == 0 {
			return at("nothing in the program makes objects of the class, so that whoever does cannot await it")
		}
		for _, k := range append([]infer.ClassID{f.Class}, d.subclasses(f.Class)...) {
			for _, base := range p.Classes[k].ExternalMRO {
				if s := p.Catalog().Lookup(base); s != nil && d.kept[s.Name] != nil && f.Name != "__init__" && (p.Catalog().Member(s, f.Name) != nil || strings.HasPrefix(f.Name, "_")) {
					return at("its class derives from " + s.Name + ", which stays Eventlet's and may call it")
				}
				if protocols[f.Name] && d.builtOn(base) { // Mapping.get calls keys
					return at("its class derives from " + base + ", whose methods call it")
				}
				if !p.KnownBase(base) && base != "" && f.Name != "__init__" && !(strings.HasPrefix(f.Name, "__") && asyncTwins[f.Name] != "") {
					return at("its class derives from " + base + ", which may call it")
				}
			}
		}
	}
	// who calls it?
	for _, e := range d.callersOf(id) {
		if e.Call == nil {
			continue
		}
		if f.Name == "__iter__" && e.Call.Op == infer.OpCall && e.Call.Mode == infer.Direct {
			return &refusal{"LEFT1", e.Node, e.Func, "it is called by name here, and __aiter__ is not awaited"}
		}
		if e.Call.Op == infer.OpBinary || e.Call.Op == infer.OpSet || e.Call.Op == infer.OpSetItem || e.Call.Op == infer.OpDelItem {
			return &refusal{"LEFT1", e.Node, e.Func, "an operator, a builtin or an assignment calls it here, and cannot await it"}
		}
		if e.Call.Mode == infer.Callback && !d.adaptable(e.Call) {
			return &refusal{"LEFT1", e.Node, e.Func, d.viaName(e.Call) + " calls it here, and cannot await it"}
		}
		if e.Call.Mode == infer.Callback && d.besideGreen(e) {
			return &refusal{"LEFT1", e.Node, e.Func, "it is called through the bridge here, as are functions that are synchronous"}
		}
		if f.Name == "__init__" && e.Call.Via != nil && !d.inPosition(e.Call) {
			return &refusal{"LEFT1", e.Node, e.Func, "the class is given to " + d.viaName(e.Call) + " here by a keyword or a star"}
		}
		if e.Call.Mode == infer.Thread {
			return &refusal{"LEFT1", e.Node, e.Func, "a native thread runs it"}
		}
		if e.Call.Via != nil && e.Call.Mode == infer.Link {
			if s := d.spawner(e.Call); s == nil || d.keptSpawner(s) {
				return &refusal{"LEFT1", e.Node, e.Func, "a green thread that stays Eventlet's calls it when it ends"}
			}
		}
		if e.Call.Via != nil && e.Call.Mode == infer.Spawn {
			// DAGPool.spawn(key, needs, f) calls f with arguments of its own: there
			// is no place for bridge.run before it
			s := d.spawner(e.Call)
			if s != nil && d.keptSpawner(s) && (s.Spawns != nil && len(s.Spawns.Given) > 0 || !d.written(e, s)) {
				return &refusal{"LEFT1", e.Node, e.Func, s.Name + " stays Eventlet's and calls it"}
			}
		}
		if e.Call.Via != nil && e.Call.Mode == infer.Spawn && d.runsLater(e.Call.Via) {
			return &refusal{"LEFT1", e.Node, e.Func, d.viaName(e.Call) + " runs it, and does not await it"}
		}
		if e.Call.Decorator {
			return &refusal{"LEFT1", e.Node, e.Func, "it is called as a decorator"}
		}
	}
	return nil
}

// loaded reports whether a function is called by what loads its file, if by anybody: it
// is in a directory of the project, nothing in the program calls it, nothing imports
// its module, and that is no program itself. A migration of Alembic's is one:
//
//	shop/migrations/versions/4f2a_orders.py:   def upgrade(): …
//
// The functions of console scripts are divided, see start.
func (d *decisions) loaded(f *infer.Func) bool {
	m := f.Module
	if _, def := f.Node.(*ast.FunctionDef); !def || d.p.Funcs[f.Parent].Parent >= 0 || !strings.Contains(m.Path, "/") || d.isProgram(m) ||
		len(d.callersOf(f.ID)) > 0 || d.imported()[m] {
		return false
	}
	for _, script := range d.p.ConsoleScripts() {
		if slices.Contains(d.p.Published(script.Module, script.Function), f.ID) {
			return false
		}
	}
	return true
}

// isProgram reports whether a module is written to be run: it says so.
func (d *decisions) isProgram(m *infer.Module) bool {
	return m.Script || strings.HasSuffix(m.Name, "__main__") || program.MainGuard(m.AST) != nil
}

// byNameAlone is the first place where a generator, or a context manager that is
// written as one, may be called by its name alone; nil if there is none. A call of
// a coroutine function can be awaited there in case it is one, but who will iterate
// over what this gives, or enter it, is not known.
//
//	def test_pool(pool):          # from a fixture
//	    with pool.borrow() as c: …
func (d *decisions) byNameAlone(f *infer.Func) *callgraph.Effect {
	if d.alone == nil {
		d.alone = map[string][2]*callgraph.Effect{}
		for _, effects := range d.g.Effects {
			for _, e := range effects {
				if name, given := d.g.ByNameAlone(e); name != "" {
					first := d.alone[name]
					i := 0
					if given {
						i = 1
					}
					if first[i] == nil {
						first[i] = e
						d.alone[name] = first
					}
				}
			}
		}
	}
	at := d.alone[f.Name]
	if at[0] == nil && d.p.Handed(f.Class) {
		return at[1]
	}
	return at[0]
}

// value reports whether a function is there for the sake of its value: a lambda, or
// a def in another function. Who calls it has been handed it.
func (d *decisions) value(f *infer.Func) bool {
	if _, ok := f.Node.(*ast.Lambda); ok {
		return true
	}
	_, ok := d.p.Funcs[f.Parent].Node.(*ast.FunctionDef)
	return ok && f.Class < 0
}

// takenMethods finds, by their names, the methods that are taken from an object
// which is not known, and given to somebody or kept: whoever calls them then does
// not await them.
//
//	self.assertRaises(Error, self.group.check, 60)    # self.group = stack["group"]
func (d *decisions) takenMethods() map[string]*refusal {
	if d.taken != nil {
		return d.taken
	}
	d.taken = map[string]*refusal{}
	kept := map[*infer.Module]map[ast.Node]bool{}
	var waiting []string // the names of methods that wait
	for _, name := range slices.Sorted(maps.Keys(d.p.ByName)) {
		if !callgraph.Common(name) && slices.ContainsFunc(d.p.ByName[name], func(f infer.FuncID) bool { return d.colors.Green[f] && d.p.Funcs[f].Class >= 0 }) {
			waiting = append(waiting, name)
		}
	}
	means := func(t *infer.Taken) []string { // some that it does not mean may be among them
		if !t.Whole && t.Start+t.End == "" { // it says nothing
			return nil
		}
		first, is := slices.BinarySearch(waiting, t.Start)
		if t.Whole {
			if is {
				return waiting[first : first+1]
			}
			return nil
		}
		last := first
		for last < len(waiting) && strings.HasPrefix(waiting[last], t.Start) {
			last++
		}
		return waiting[first:last]
	}
	for i := range d.p.Taken {
		t := &d.p.Taken[i]
		for _, name := range means(t) {
			if d.taken[name] != nil || !t.Means(name) {
				continue
			}
			vals := d.p.At(t.Obj)
			if len(vals) > 0 && !slices.ContainsFunc(vals, func(id infer.ValueID) bool { return d.p.Value(id).Kind == infer.Unknown }) {
				break
			}
			m := d.p.Funcs[t.Func].Module
			if kept[m] == nil {
				kept[m] = keptAttributes(m)
			}
			if _, call := t.Expr.(*ast.Call); call || kept[m][t.Expr] {
				d.taken[name] = &refusal{"LEFT1", t.Expr, t.Func, "a method of this name is taken here from an object that offlet does not know, and whoever calls it does not await it"}
			}
		}
	}
	return d.taken
}

// keptAttributes are the attributes that a module gives to a function, or keeps:
// f(a.b), x = a.b, [a.b].
func keptAttributes(m *infer.Module) map[ast.Node]bool {
	out := map[ast.Node]bool{}
	keep := func(list ...ast.Expr) {
		for _, e := range list {
			if at, ok := e.(*ast.Attribute); ok {
				out[at] = true
			}
		}
	}
	ast.Inspect(m.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Call:
			keep(n.Args...)
		case *ast.Keyword:
			keep(n.Value)
		case *ast.Assign:
			keep(n.Value)
		case *ast.AnnAssign:
			keep(n.Value)
		case *ast.NamedExpr:
			keep(n.Value)
		case *ast.Return:
			keep(n.Value)
		case *ast.Yield:
			keep(n.Value)
		case *ast.Lambda:
			keep(n.Body)
		case *ast.IfExp:
			keep(n.Body, n.Orelse)
		case *ast.BoolOp:
			keep(n.Values...)
		case *ast.Tuple:
			keep(n.Elts...)
		case *ast.List:
			keep(n.Elts...)
		case *ast.Set:
			keep(n.Elts...)
		case *ast.Dict:
			keep(n.Values...)
		}
		return true
	})
	return out
}

// besideGreen reports whether bridge.call_green calls, in one place, what would
// become a coroutine function and what stays a plain one: an earlier run saw that
// these belong together.
func (d *decisions) besideGreen(e *callgraph.Effect) bool {
	s := d.spawner(e.Call)
	return s != nil && s.Bridge && s.Awaits && slices.ContainsFunc(e.Targets, func(t infer.FuncID) bool {
		return !d.colors.Green[t] && !d.p.Funcs[t].Async
	})
}

// written reports whether a call is written as one of a function of the catalogue:
// later(), where later is partial(eventlet.spawn, f), is not.
func (d *decisions) written(e *callgraph.Effect, s *catalog.Symbol) bool {
	call, ok := e.Node.(*ast.Call)
	if !ok {
		return false
	}
	if s.Owner == nil {
		name, _, _ := d.p.StaticName(d.p.Funcs[e.Func].Module, call.Func)
		return name == s.Name
	}
	at, ok := call.Func.(*ast.Attribute)
	return ok && strings.HasSuffix(s.Name, "."+at.Attr.Name)
}

// given is the place where an object with method f, of f's class or of one that
// inherits f, is given to code that may call the method, or nil.
func (d *decisions) given(f *infer.Func) *infer.Escape {
	special := strings.HasPrefix(f.Name, "__") && strings.HasSuffix(f.Name, "__")
	for _, k := range append([]infer.ClassID{f.Class}, d.subclasses(f.Class)...) {
		c := d.p.Classes[k]
		if c.Given == nil {
			continue
		}
		if _, owner, _ := d.p.Method(k, f.Name); owner != f.Class {
			continue // it is overridden
		}
		switch {
		case special && f.Name != "__init__" || protocols[f.Name]:
			return c.Given
		case c.Escapes != nil && !strings.HasPrefix(f.Name, "_"):
			return c.Escapes
		}
	}
	return nil
}

// special returns the reason for which a special method must keep its name and
// its kind, or nil.
func (d *decisions) special(f *infer.Func) *refusal {
	p, c := d.p, d.p.Classes[f.Class]
	at := func(n ast.Node, reason string) *refusal { return &refusal{"LEFT1", n, f.ID, reason} }
	twin := asyncTwins[f.Name]
	item := f.Name == "__getitem__"
	for _, k := range append([]infer.ClassID{f.Class}, d.subclasses(f.Class)...) {
		for _, base := range p.Classes[k].ExternalMRO {
			// collections.abc.Mapping has a get of its own, which reads self[key]
			if (item || twin != "" && twin != f.Name) && d.builtOn(base) {
				return at(f.Node, "its class derives from "+base+", which calls it")
			}
		}
		if item {
			if _, _, ok := p.Method(k, "keys"); ok {
				return at(f.Node, "its class has keys, so that dict() and ** read its items")
			}
		}
	}
	if c.Escapes != nil && (item || twin != "" && twin != f.Name) {
		return &refusal{"LEFT1", c.Escapes.Expr, c.Escapes.Func, "an object with this method is given to " + c.Escapes.To + ", which may call it"}
	}
	if !item {
		return nil
	}
	for _, e := range d.callersOf(f.ID) {
		if e.Call == nil || e.Call.Op != infer.OpItem {
			continue
		}
		if s, ok := e.Node.(*ast.Subscript); !ok || s.Ctx != ast.Load {
			return &refusal{"LEFT1", e.Node, e.Func, "it is read here by other than a plain subscript, which does not await it"}
		}
	}
	for _, effects := range d.g.Effects {
		for _, e := range effects {
			if e.Iter == nil {
				continue
			}
			for _, id := range p.At(e.Iter.Obj) {
				v := p.Value(id)
				if v.Kind != infer.Instance || !p.IsA(v.Class(), f.Class) {
					continue
				}
				if _, _, ok := p.Method(v.Class(), "__iter__"); !ok && (e.Iter.Use != infer.Membership || !callgraph.Contains(p, v)) {
					return &refusal{"LEFT1", e.Node, e.Func, "iterating over the object calls it here, and does not await it"}
				}
			}
		}
	}
	return nil
}

// protocols are the methods by which the standard library uses an object that
// it is given: json.dump(x, out) calls out.write, dict(m) calls m.keys.
var protocols = func() map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq("read read1 readinto readline readlines write writelines close flush seek tell truncate fileno isatty " +
		"keys items values get send throw acquire release notify wait put add append emit handle format filter default") {
		out[name] = true
	}
	return out
}()

// aliases finds the special methods that have a second name: `next = __next__`
// in the body of a class, `__enter__ = acquire`. Only a def is renamed to its
// asynchronous twin. It finds those that are named as obj.__exit__ as well.
func (d *decisions) aliases() map[infer.FuncID]*refusal {
	if d.aliased != nil {
		return d.aliased
	}
	p := d.p
	d.aliased = map[infer.FuncID]*refusal{}
	renamed := func(name string) bool {
		twin := asyncTwins[name]
		return twin != "" && twin != name
	}
	in := make([][]*refusal, len(p.Modules))
	program.Each(len(in), func(i int) {
		m := p.Modules[i]
		called := map[ast.Node]bool{}
		ast.Inspect(m.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Call:
				if at, ok := n.Func.(*ast.Attribute); ok && renamed(at.Attr.Name) {
					called[at] = true
				}
			case *ast.Attribute:
				if renamed(n.Attr.Name) && !called[n] {
					in[i] = append(in[i], &refusal{"LEFT1", n, m.Body, n.Attr.Name + " is named here other than to call it"})
				}
			}
			return true
		})
	})
	named := map[string]*refusal{}
	for _, why := range slices.Concat(in...) {
		if name := why.node.(*ast.Attribute).Attr.Name; named[name] == nil {
			named[name] = why
		}
	}
	for _, effects := range d.g.Effects {
		for _, e := range effects {
			if name := calledByName(e); renamed(name) && d.mixed(e) {
				for _, f := range e.Targets {
					d.aliased[f] = &refusal{"LEFT1", e.Node, e.Func, name + " is called by its name here, and of another object it stays as it is"}
				}
			}
		}
	}
	specials := slices.Sorted(maps.Keys(asyncTwins))
	for _, c := range p.Classes {
		names := sync.OnceValue(func() (names []*ast.Name) {
			inspectOwn(c.Node.Body, func(n ast.Node) {
				if n, ok := n.(*ast.Name); ok && n.Ctx == ast.Load && renamed(n.Id) {
					names = append(names, n)
				}
			})
			return names
		})
		for _, name := range specials {
			twin := asyncTwins[name]
			if !p.DefinesOwn(c.ID, name) {
				continue
			}
			node, _, _ := p.Method(c.ID, name)
			for _, f := range p.FuncsAt(node) {
				fn := p.Funcs[f]
				if fn.Name != name && (twin != name || name == "__getitem__") {
					d.aliased[f] = &refusal{"LEFT1", fn.Node, fn.Parent, "it is the " + name + " of " + c.Name + " as well, which Python calls by itself"}
				}
				if named[name] != nil {
					d.aliased[f] = named[name]
				}
				if twin == name {
					continue
				}
				for _, n := range names() {
					if n.Id == name {
						d.aliased[f] = &refusal{"LEFT1", n, fn.Parent, name + " has a second name here"}
					}
				}
			}
		}
	}
	return d.aliased
}

// builtOn reports whether an external base class uses special methods of the
// classes that derive from it, or asks for them: the abstract classes of
// collections.abc and the like.
func (d *decisions) builtOn(base string) bool {
	switch base {
	case "typing.Generic", "typing.Protocol", "typing.NamedTuple":
		return false
	}
	return strings.HasPrefix(base, "collections.") || strings.HasPrefix(base, "typing.") || strings.HasPrefix(base, "contextlib.Abstract")
}

func (d *decisions) subclasses(c infer.ClassID) []infer.ClassID {
	var out []infer.ClassID
	for _, s := range d.p.Classes[c].Sub {
		out = append(out, s)
		out = append(out, d.subclasses(s)...)
	}
	return out
}

// callersOf lists the effects by which a function is called, started or
// driven.
func (d *decisions) callersOf(f infer.FuncID) []*callgraph.Effect {
	if d.callers == nil {
		d.callers = make([][]*callgraph.Effect, len(d.p.Funcs))
		for _, effects := range d.g.Effects {
			for _, e := range effects {
				for _, list := range [...][]infer.FuncID{e.Targets, e.Possible, e.Roots} {
					for _, t := range list {
						d.callers[t] = append(d.callers[t], e)
					}
				}
			}
		}
	}
	return d.callers[f]
}

// viaName is the external function that makes a call.
func (d *decisions) viaName(c *infer.Call) string {
	if c.Via == nil {
		return "an external function"
	}
	for _, id := range d.p.At(c.Via.Fn) {
		switch v := d.p.Value(id); v.Kind {
		case infer.External:
			return strings.TrimPrefix(d.p.Name(v), "builtins.")
		case infer.ExtBound:
			recv := d.p.Value(v.Recv)
			if recv.Kind == infer.ExtInstance {
				return shortName(d.p.Name(recv)) + "." + d.p.Name(v)
			}
			return d.p.Name(v)
		case infer.ContBound:
			return "." + d.p.Name(v)
		}
	}
	return "an external function"
}

// adaptable reports whether the external function that calls a function back
// has an asynchronous twin that awaits it.
func (d *decisions) adaptable(c *infer.Call) bool {
	if c.Via == nil {
		return false
	}
	for _, id := range d.p.At(c.Via.Fn) {
		v := d.p.Value(id)
		if v.Kind != infer.External {
			return false
		}
		switch name := d.p.Name(v); name {
		case "builtins.map", "builtins.filter", "builtins.iter":
			call, ok := c.Via.Expr.(*ast.Call)
			if !ok || name == "builtins.iter" && len(c.Via.Args) != 2 {
				return false
			}
			if static, _, _ := d.p.StaticName(d.p.Funcs[c.Via.Func].Module, call.Func); static != name {
				return false // convert(f, xs), where convert may be map: there is nothing to write in its place
			}
		default:
			s := d.p.Catalog().Lookup(name)
			if s == nil || s.Calls == nil || s.To == "" && !s.Bridge && !strings.HasPrefix(s.Name, "offlet.aio.") || d.staysEventlet(s) {
				return false
			}
		}
	}
	return true
}

// inPosition reports whether a function that another one calls is an argument
// that something can be put before: map(f, xs), spawn(func=f, n=1), not
// spawn(n=1, func=f) or map(*args).
func (d *decisions) inPosition(c *infer.Call) bool {
	call, ok := c.Via.Expr.(*ast.Call)
	if !ok {
		return false
	}
	arg := 0
	if s := d.spawner(c); s != nil {
		if cb := cmp.Or(s.Calls, s.Spawns); cb != nil {
			arg = cb.Arg
			if k := byKeyword(call, cb); k != nil {
				return first(call, cb, k)
			}
		}
	}
	return arg < len(call.Args) && !slices.ContainsFunc(call.Args[:arg+1], isStarred)
}

// byKeyword is the keyword by which a call is given the function of a callback:
// spawn(func=f).
func byKeyword(call *ast.Call, cb *catalog.Callback) *ast.Keyword {
	for _, k := range call.Keywords {
		if k.Name != nil && len(call.Args) <= cb.Arg && (k.Name.Name == "func" || k.Name.Name == "function" || k.Name.Name == cb.Name) {
			return k
		}
	}
	return nil
}

// first reports whether a keyword can become the positional argument of a
// callback: it comes right where that stands.
func first(call *ast.Call, cb *catalog.Callback, k *ast.Keyword) bool {
	return k == call.Keywords[0] && len(call.Args) == cb.Arg && !slices.ContainsFunc(call.Args, isStarred)
}

func isStarred(e ast.Expr) bool {
	_, ok := e.(*ast.Starred)
	return ok
}

// runsLater reports whether a call makes an object that runs a function in a
// green thread and has no twin on asyncio (threading.Thread).
func (d *decisions) runsLater(c *infer.Call) bool {
	for _, id := range d.p.At(c.Fn) {
		if v := d.p.Value(id); v.Kind == infer.External {
			if s := d.p.Catalog().Lookup(d.p.Name(v)); s != nil && s.Runs != nil && s.To == "" {
				return true
			}
		}
	}
	return false
}

// strangeConstruction reports whether instances of a class are made by more
// than calling it: a metaclass, __new__, a dataclass's generated __init__.
func (d *decisions) strangeConstruction(c *infer.Class) bool {
	for _, k := range c.MRO {
		cls := d.p.Classes[k]
		for _, kw := range cls.Node.Keywords {
			if kw.Name != nil && kw.Name.Name == "metaclass" {
				if n, _, _ := d.p.StaticName(cls.Module, kw.Value); n != "abc.ABCMeta" {
					return true
				}
			}
		}
		if d.p.DefinesOwn(k, "__new__") {
			return true
		}
	}
	return false
}

// generator returns the reason for which a green generator function cannot
// become an async generator, or "".
func (d *decisions) generator(f *infer.Func, def *ast.FunctionDef) string {
	s := f.Module.Scope.Of(def)
	if s.Flags&scope.HasReturnValue != 0 && !f.ContextManager {
		return "it is a generator that returns a value, which an async generator cannot"
	}
	why := ""
	statement := map[ast.Node]bool{}
	inspectOwn(def.Body, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.ExprStmt:
			if y, ok := n.Value.(*ast.YieldFrom); ok {
				statement[y] = true
				switch {
				case d.driven(f.ID):
					why = "values or exceptions are sent into it, and what it delegates to by yield from would not get them"
				case !ownLine(f.Module, n):
					why = "it has a yield from that shares its line with other code, and becomes a loop; put it on a line of its own"
				}
			}
		case *ast.YieldFrom:
			if !statement[n] {
				why = "it uses the value of a yield from, which an async generator cannot"
			}
		}
	})
	return why
}

// driven reports whether send or throw reaches the generators that a function
// makes, directly or through another that delegates to them.
func (d *decisions) driven(f infer.FuncID) bool {
	if d.drivenFuncs == nil {
		d.drivenFuncs = map[infer.FuncID]bool{}
		var work []infer.FuncID
		mark := func(id infer.FuncID) {
			if !d.drivenFuncs[id] {
				d.drivenFuncs[id] = true
				work = append(work, id)
			}
		}
		for id, f := range d.p.Funcs {
			if f.Driven {
				mark(infer.FuncID(id))
			}
		}
		for i := 0; i < len(work); i++ {
			for _, e := range d.g.Effects[work[i]] {
				if e.Iter != nil && e.Iter.Use == infer.Delegate {
					for _, t := range e.Targets {
						mark(t)
					}
				}
			}
		}
	}
	return d.drivenFuncs[f]
}

// inspectOwn visits the nodes of a function's body but not those of functions
// and lambdas inside it.
func inspectOwn(body []ast.Stmt, f func(ast.Node)) {
	for _, s := range body {
		ast.Inspect(s, func(n ast.Node) bool {
			f(n)
			switch n.(type) {
			case *ast.FunctionDef, *ast.Lambda, *ast.ClassDef:
				return false
			}
			return true
		})
	}
}

// calledByName is the name of the method that a call names, "" if it names none.
func calledByName(e *callgraph.Effect) string {
	if e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall {
		return ""
	}
	if call, ok := e.Node.(*ast.Call); ok {
		if at, ok := call.Func.(*ast.Attribute); ok {
			return at.Attr.Name
		}
	}
	return ""
}

// mixed reports whether a call may reach a function that yields, and something
// else besides.
func (d *decisions) mixed(e *callgraph.Effect) bool {
	green := func(f infer.FuncID) bool { return d.colors.Green[f] }
	return slices.ContainsFunc(e.Targets, green) &&
		(e.Open || e.Else || e.Plain || len(e.Seeds) > 0 ||
			slices.ContainsFunc(e.Targets, func(f infer.FuncID) bool { return !green(f) }))
}

// promote makes plain functions coroutine functions where they are called at
// the same places as coroutine functions, and all their callers are
// coroutine functions anyway: `await handler(x)` for all handlers alike.
func (d *decisions) promote() {
	for changed := true; changed; {
		changed = false
		for _, effects := range d.g.Effects {
			for _, e := range effects {
				if e.Call == nil || e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall && e.Call.Op != infer.OpGet {
					continue
				}
				i := slices.IndexFunc(e.Targets, func(t infer.FuncID) bool { return d.async[t] })
				if i < 0 || !d.async[e.Func] {
					continue
				}
				for _, t := range e.Targets {
					if !d.async[t] && d.forced[t] == nil && d.promotable(t) {
						d.async[t] = true
						d.promoted[t] = promotion{e, e.Targets[i]}
						changed = true
					}
				}
			}
		}
	}
}

// A promotion is the reason for which a function becomes a coroutine function
// that does not wait itself: at one place it is called, or another one is.
type promotion struct {
	at   *callgraph.Effect
	with infer.FuncID
}

// chain is the proof that a function has to be a coroutine function, for people.
func (d *decisions) chain(f infer.FuncID) []string {
	p, ok := d.promoted[f]
	if !ok && !d.colors.Green[f] {
		for _, a := range d.abstracts {
			if a.method == f { // it changes with what implements it
				return d.chain(a.by[slices.IndexFunc(a.by, d.becomes)])
			}
		}
	}
	if !ok {
		return d.colors.Proof(f)
	}
	at := migrate.InFunc(d.p, p.at.Func, p.at.Node, "", "")
	return append([]string{fmt.Sprintf("%s (%s:%d), which calls it or %s", d.p.Funcs[p.at.Func].Module.Name+"."+at.Func, at.Path, at.Line, d.p.Qual(p.with))}, d.chain(p.with)...)
}

func (d *decisions) promotable(f infer.FuncID) bool {
	fn := d.p.Funcs[f]
	if _, ok := fn.Node.(*ast.FunctionDef); !ok || fn.Generator || fn.Parent < 0 {
		return false
	}
	if d.synchronous(f) != nil || strings.HasPrefix(fn.Name, "__") && fn.Name != "__call__" || fn.Getter {
		return false
	}
	for _, e := range d.callersOf(f) {
		if e.Call == nil || !d.async[e.Func] && (e.Call.Mode == infer.Direct || e.Call.Mode == infer.Callback) {
			return false
		}
	}
	return len(d.callersOf(f)) > 0
}

// unconverted says why offlet leaves a use of an external name to a person; ""
// if it does not. A name of Eventlet that the catalogue does not know is one of
// those.
func (d *decisions) unconverted(name string, green bool) string {
	cat := d.p.Catalog()
	s := cat.Lookup(name)
	switch {
	case s == nil && !strings.Contains(name, "()") && cat.Unrecorded(name):
		return name + ": offlet has no record of this name of Eventlet"
	case s == nil || s.Owner != nil || s.Refusal() == "" || s.To != "" || !s.Active(d.g.Patched, green):
		return ""
	}
	return s.Name + ": " + cat.Reason(s)
}
