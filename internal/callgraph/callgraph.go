// Package callgraph says, for every place of a program where something is
// called, iterated over or entered, what happens there: which functions of
// the project run in the caller's own thread, which Eventlet or blocking
// library calls are made, which green threads are started, and what cannot be
// known.
package callgraph

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
)

// A Seed is a call that may yield by itself.
type Seed struct {
	Symbol *catalog.Symbol // nil for a function of a blocking module without a record
	Name   string          // dotted name, for people
	Recv   infer.ValueID   // receiver of a method, -1 if none
	Green  bool            // the name came from eventlet.green.*
	Lock   bool            // yields only if the lock is held across a yield
	Site   int32           // allocation site of the lock
	// Through are the steps that lead from a function of an installed library to
	// what blocks, for people.
	Through []string
}

// Bridge reports whether it is a place where green code waits for a coroutine through
// the bridge: what it waits for has moved to asyncio, and it has not.
func (s *Seed) Bridge() bool { return s.Symbol != nil && s.Symbol.Bridge }

// Libraries know what the functions of libraries do of which the catalogue has no
// record (see package environ).
type Libraries interface {
	// Judge says what a call of an external name does when these groups are
	// patched.
	Judge(name string, patched catalog.Groups) Verdict
}

// A Verdict says what calling a function of a library does; if neither Yields nor
// Plain, that is not known.
type Verdict struct {
	Yields  bool
	Through []string // the steps to what blocks
	Plain   bool     // nothing that it may reach blocks, and all of that is known
}

// An Effect is what happens at one place.
type Effect struct {
	Func infer.FuncID // the function in which the place is
	Node ast.Node     // see infer.Call.Expr, infer.Iter.Expr; *ast.WithItem for an entered item

	Call *infer.Call // exactly one of Call, Iter and With is set
	Iter *infer.Iter
	With *infer.With

	// Throughout says that the lock which is taken is held as long as the function
	// runs: Node is its def.
	Throughout bool

	*Outcome
}

// An Outcome is what a place does. Most places of a program do what many others do,
// and share it.
type Outcome struct {
	// Targets are the project's functions that run here, in the caller's own
	// thread, before the caller goes on. For an iteration they are the
	// generator functions that are driven on.
	Targets []infer.FuncID
	// Possible are more of these, found only by the name of the method.
	Possible []infer.FuncID
	// Roots are functions that are started as green threads here.
	Roots []infer.FuncID
	Seeds []Seed
	// Opaque are the other external functions that may be called, by dotted
	// name, with those that cannot yield left out.
	Opaque []string
	// Missing are methods of Eventlet's classes of which there is no record:
	// event.Event.nonsense. Where anything else may be called, that was meant.
	Missing []string
	// Named are methods of the project that have the name of a common method
	// of builtin types: too little to colour by, but enough to be careful.
	Named []infer.FuncID
	// Coroutines are the project's async functions that are called here: the
	// call gives a coroutine.
	Coroutines []infer.FuncID
	flags
}

// flags is what an Outcome says without a list.
type flags struct {
	// Deferred says that nothing runs before somebody awaits what is given here
	// (bridge.call_green(f, x)).
	Deferred bool
	// Open says that what is called is not known, or not all of it.
	Open bool
	// Plain says that something may be called here that is known not to yield.
	Plain bool
	// Else says that something may run here that is neither among the targets nor
	// among the seeds, or nothing at all: an attribute that is no property on the
	// other object that may be there.
	Else bool
	// NeedsLoop says that on asyncio the place needs a running loop.
	NeedsLoop bool

	counted bool // the value that is looked at runs something, or is of no account
}

// number numbers the flags of an outcome.
func (f flags) number() (n int) {
	for i, is := range [...]bool{f.Deferred, f.Open, f.Plain, f.Else, f.NeedsLoop} {
		if is {
			n |= 1 << i
		}
	}
	return n
}

// none are the outcomes of places that run nothing, by the number of their flags.
var none [1 << 5]Outcome

func init() {
	for n := range none {
		none[n].flags = flags{Deferred: n&1 != 0, Open: n&2 != 0, Plain: n&4 != 0, Else: n&8 != 0, NeedsLoop: n&16 != 0}
	}
}

// lists is how many things are in the lists.
func (o *Outcome) lists() int {
	return len(o.Targets) + len(o.Possible) + len(o.Roots) + len(o.Seeds) + len(o.Opaque) + len(o.Missing) + len(o.Named) + len(o.Coroutines)
}

// Yields adds something that was seen to yield at the place.
func (e *Effect) Yields(s Seed) {
	own := *e.Outcome
	own.Seeds = append(slices.Clip(own.Seeds), s)
	e.Outcome = &own
}

// weigh looks at one value that may be at the place.
func (e *Effect) weigh(look func()) {
	e.counted = false
	look()
	e.Else = e.Else || !e.counted
}

// run adds a function that runs here.
func (e *Effect) run(f infer.FuncID) {
	e.Targets = appendFunc(e.Targets, f)
	e.counted = true
}

// seed adds an external function that may yield.
func (e *Effect) seed(s Seed) {
	e.Seeds = append(e.Seeds, s)
	e.counted = true
}

// Seeded reports whether s itself may be called at the place.
func (e *Effect) Seeded(s *catalog.Symbol) bool {
	return slices.ContainsFunc(e.Seeds, func(x Seed) bool { return x.Symbol == s })
}

// A Graph has the effects of a program, by function.
type Graph struct {
	Program *infer.Program
	Patched catalog.Groups
	Effects [][]*Effect // by FuncID
	// Imports are the places that may run the bodies of modules, by FuncID. They
	// are no effects: what a body does, it does once, for whoever comes first.
	Imports [][]infer.Import

	// methods are those of the project, by name: see byName.
	methods map[string][]infer.FuncID

	// known is what calling a value does that is not of the project: see outside.
	known []atomic.Pointer[Outcome]
	// runs is what a place does that runs a function and nothing else, see share.
	runs []atomic.Pointer[Outcome]

	libraries Libraries
	mu        sync.Mutex // of judged
	judged    map[string]Verdict
}

// Build computes the graph. patched are the monkey_patch arguments in force,
// libraries what is known of those without a record, nil if nothing is.
func Build(p *infer.Program, patched catalog.Groups, libraries Libraries) *Graph {
	g := &Graph{
		Program: p, Patched: patched, Effects: make([][]*Effect, len(p.Funcs)), Imports: make([][]infer.Import, len(p.Funcs)),
		methods: methods(p), known: make([]atomic.Pointer[Outcome], len(p.Values)), runs: make([]atomic.Pointer[Outcome], len(p.Funcs)), libraries: libraries, judged: map[string]Verdict{},
	}
	look := func(i int) {
		for _, f := range p.FuncsOf(p.Modules[i]) {
			g.Effects[f.ID] = g.function(f)
			g.Imports[f.ID] = append(g.Imports[f.ID], f.Imports...)
		}
	}
	if libraries == nil {
		program.Each(len(p.Modules), look)
		return g
	}
	for i := range p.Modules { // in order: not all libraries are read, and those that are asked for first are
		look(i)
	}
	return g
}

// function gives the effects of a function.
func (g *Graph) function(f *infer.Func) []*Effect {
	all := make([]Effect, len(f.Calls)+len(f.Iters)+len(f.Withs)+len(f.Locks))
	out := make([]*Effect, 0, len(all))
	var now Outcome
	next := func() *Effect {
		e := &all[len(out)]
		now = Outcome{}
		e.Outcome = &now
		out = append(out, e)
		return e
	}
	for _, c := range f.Calls {
		e := next()
		g.call(e, c)
		g.share(e, c.Fn)
	}
	for _, it := range f.Iters {
		if it.Lazy {
			continue // nothing happens before someone iterates over the result
		}
		e := next()
		g.iter(e, it)
		g.share(e, 0)
	}
	for _, w := range f.Withs {
		e := next()
		g.with(e, w)
		g.share(e, 0)
	}
	for _, l := range f.Locks {
		e := next()
		*e = Effect{Func: f.ID, Node: f.Node, Call: &infer.Call{Func: f.ID, Expr: f.Node, Op: infer.OpBinary}, Throughout: true, Outcome: e.Outcome}
		if s := g.Program.Catalog().Lookup("oslo_concurrency.lockutils.Inside"); s.Active(g.Patched, false) {
			e.Seeds = []Seed{{Symbol: s, Name: "oslo_concurrency.lockutils.synchronized", Recv: -1, Lock: l.Site > 0, Site: l.Site}}
		}
		g.share(e, 0)
	}
	g.idleBridges(f, out)
	return out
}

// idleBridges takes out of the effects of a function the places where it gives the
// bridge what does not wait, or by nothing but its name might:
//
//	bridge.call(aio.maybe(text.split(",")))    # some class of the program has a split
//	bridge.call(aio.with_timeout(1, len, x))
func (g *Graph) idleBridges(f *infer.Func, effects []*Effect) {
	for _, e := range effects {
		if !slices.ContainsFunc(e.Seeds, func(s Seed) bool { return s.Name == "offlet.bridge.call" }) || g.crosses(f, e, effects) {
			continue
		}
		without := *e.Outcome
		without.Seeds = slices.DeleteFunc(slices.Clone(e.Seeds), func(s Seed) bool { return s.Bridge() })
		e.Outcome = &without
	}
}

// crosses reports whether what bridge.call is given may wait.
func (g *Graph) crosses(f *infer.Func, e *Effect, effects []*Effect) bool {
	call, ok := e.Node.(*ast.Call)
	if !ok || len(call.Args) == 0 {
		return true
	}
	given, ok := call.Args[0].(*ast.Call)
	if !ok {
		return true // a coroutine that a variable holds
	}
	if at, ok := given.Func.(*ast.Attribute); ok && at.Attr.Name == "aclose" {
		return false // nor did the close() waited that it has been
	}
	name, _, _ := g.Program.StaticName(f.Module, given.Func)
	maybe := name == "offlet.aio.maybe" && len(given.Args) == 1
	if maybe {
		if given, ok = given.Args[0].(*ast.Call); !ok {
			return true
		}
		name, _, _ = g.Program.StaticName(f.Module, given.Func)
	}
	caller := false // it waits if what it calls does
	if s := g.Program.Catalog().Lookup(name); s != nil {
		caller = s.Calls != nil
	}
	for _, in := range effects {
		if in.Node != ast.Node(given) || in.Call == nil {
			continue
		}
		if len(in.Coroutines)+len(in.Possible)+len(in.Seeds) > 0 || caller && in.Call.Mode == infer.Callback && in.Open {
			return true
		}
		if caller || in.Call.Mode != infer.Direct {
			continue
		}
		for _, id := range g.Program.At(in.Call.Ret) {
			if g.Program.Value(id).Kind == infer.ExtCoroutine {
				return true
			}
		}
	}
	return !maybe && !caller
}

// share keeps the outcome of a place, which calls what is at fn: as that of
// another place if that is the same.
func (g *Graph) share(e *Effect, fn infer.NodeID) {
	now := e.Outcome
	now.counted = false
	n := now.lists()
	if n == 0 {
		e.Outcome = &none[now.number()]
		return
	}
	if n == 1 && len(now.Targets) == 1 && now.flags == (flags{}) {
		at := &g.runs[now.Targets[0]]
		if at.Load() == nil {
			at.Store(&Outcome{Targets: now.Targets})
		}
		e.Outcome = at.Load()
		return
	}
	if ids := g.Program.At(fn); len(ids) == 1 {
		// what was added to the outcome is all that this call does, unless it was
		// taken out again
		if x := g.known[ids[0]].Load(); x != nil && x.lists() == n &&
			len(x.Seeds) == len(now.Seeds) && len(x.Opaque) == len(now.Opaque) && len(x.Missing) == len(now.Missing) {
			same := x.flags
			same.counted = false
			if same == now.flags {
				e.Outcome = x
				return
			}
		}
	}
	own := *now
	e.Outcome = &own
}

func (g *Graph) call(e *Effect, c *infer.Call) {
	e.Func, e.Node, e.Call = c.Func, c.Expr, c
	vals := g.Program.At(c.Fn)
	if len(vals) == 0 {
		e.Open = true
	}
	for _, id := range vals {
		e.weigh(func() { g.callee(e, c, id, 0) })
	}
	if c.Mode == infer.Callback && c.Via != nil {
		for _, id := range g.Program.At(c.Via.Fn) {
			if v := g.Program.Value(id); v.Kind == infer.External && strings.HasPrefix(g.Program.Name(v), "offlet.") {
				e.Deferred = true
			}
		}
	}
	if c.Mode == infer.Callback && c.Lazy {
		e.Targets, e.Seeds, e.Possible = nil, nil, nil
	}
	if n := len(e.Seeds); n > 0 && (c.Decorator || c.MakesDecorator) { // @retry(3): it blocks when what it decorates is called
		e.Seeds = slices.DeleteFunc(e.Seeds, func(s Seed) bool { return s.Symbol == nil })
		e.Plain = e.Plain || len(e.Seeds) < n
	}
	if c.Mode == infer.Spawn || c.Mode == infer.Link || c.Mode == infer.Thread {
		e.Roots, e.Targets, e.Seeds, e.Opaque, e.Missing = e.Targets, nil, nil, nil, nil
		e.NeedsLoop = false
	}
	if e.Open {
		if name, _ := g.ByNameAlone(e); valueMethods[name] {
			e.withoutStrays()
		}
	}
	if e.Plain || len(e.Targets)+len(e.Seeds)+len(e.Roots)+len(e.Coroutines) > 0 {
		e.Missing = nil
	}
	if e.Open && c.Mode == infer.Direct && c.Op == infer.OpCall && !c.Decorator {
		e.Possible, e.Named = g.byName(c)
	}
	if c.Mode == infer.Direct && c.Op == infer.OpCall && !e.Open {
		e.Named = append(e.Named, g.handedOut(c)...)
	}
}

// withoutStrays takes out what the objects of libraries without a record do, at a
// place that may hold anything, where it calls a method that strings and containers
// have:
//
//	bucket, day = name.split("_")    # name: anything, or what a method of a redis object gave
//
// Many such objects pass through a large program, and a place that may hold anything
// has only the first few (see package infer). Which those are is chance: a step that
// adds a bridge somewhere else changes it.
func (e *Effect) withoutStrays() {
	n := len(e.Seeds) + len(e.Opaque)
	e.Seeds = slices.DeleteFunc(e.Seeds, func(s Seed) bool { return s.Symbol == nil })
	e.Opaque = nil
	e.Plain = e.Plain || len(e.Seeds) < n
}

// handedOut finds the methods that a call may reach on an object which a library
// had been given, and now gives back: pickle.loads(text).load().
func (g *Graph) handedOut(c *infer.Call) []infer.FuncID {
	if !g.onForeign(c) {
		return nil
	}
	possible, named := g.byName(c)
	return slices.DeleteFunc(slices.Concat(possible, named), func(f infer.FuncID) bool { return !g.Program.Handed(g.Program.Funcs[f].Class) })
}

// onForeign reports whether a call is that of a method of what a library gave, of
// whose class nothing is known, and which may be an object of the program.
func (g *Graph) onForeign(c *infer.Call) bool {
	p := g.Program
	return slices.ContainsFunc(p.At(c.Fn), func(id infer.ValueID) bool {
		v := p.Value(id)
		if v.Kind != infer.ExtBound {
			return false
		}
		recv := p.Value(v.Recv)
		if recv.Kind != infer.ExtInstance || p.Scalar(recv) {
			return false
		}
		class := p.Name(recv)
		return p.Catalog().Lookup(class) == nil && !p.Catalog().GivesOwn(class)
	})
}

// ByNameAlone says which method is called by its name on an object that is not
// known, by the program or for it (bridge.call_green(obj.method)): it may be any of
// the project of that name. It is "" for any other place. given says that only what
// a library has had can come there, or that the name is one that builtin types also
// have.
func (g *Graph) ByNameAlone(e *Effect) (method string, given bool) {
	c := e.Call
	if c == nil || c.Op != infer.OpCall || c.Decorator {
		return "", false
	}
	if c.Mode == infer.Direct {
		method = methodName(c)
	} else if call, ok := c.Expr.(*ast.Call); ok && e.Deferred && len(call.Args) > 0 {
		method = attributeName(call.Args[0])
	}
	if method == "" || !e.Open && !g.onForeign(c) {
		return "", false
	}
	return method, !e.Open || Common(method)
}

func (g *Graph) callee(e *Effect, c *infer.Call, id infer.ValueID, depth int) {
	p := g.Program
	v := p.Value(id)
	switch v.Kind {
	case infer.Unknown, infer.AnyModule:
		e.Open = true
	case infer.FuncVal, infer.Bound:
		g.target(e, v.Func())
	case infer.ClassVal:
		e.Plain = true
		for _, m := range [...]string{"__init__", "__new__"} {
			if n, _, ok := p.Method(v.Class(), m); ok {
				for _, f := range p.FuncsAt(n) {
					g.target(e, f)
				}
			} else if s := p.ExternalBase(v.Class(), m); s != nil && m == "__init__" { // class P(subprocess.Popen)
				g.symbol(e, s, s.Name, false, -1)
			}
		}
		for _, ext := range p.Classes[v.Class()].ExternalMRO {
			if s := p.Catalog().Lookup(ext); s != nil && s.NeedsLoop {
				e.NeedsLoop = true
			}
		}
	case infer.Instance:
		if n, _, ok := p.Method(v.Class(), "__call__"); ok {
			for _, f := range p.FuncsAt(n) {
				g.target(e, f)
			}
		} else {
			e.Open = true
		}
	case infer.Partial:
		if inner := p.PartialOf(v); inner != nil && depth < 5 {
			for _, x := range p.At(inner.Fn) {
				g.callee(e, c, x, depth+1)
			}
		}
	case infer.External:
		if constant(p.Name(v)) || !strings.Contains(p.Name(v), ".") {
			e.counted = true
			return // socket.AF_INET or a module came here among the attributes of an object
		}
		if p.Name(v) == "importlib.reload" && len(c.Args) > 0 { // it runs the body of the module again
			for _, m := range p.At(c.Args[0]) {
				if m := p.Value(m); m.Kind == infer.ModuleVal {
					g.target(e, p.Modules[m.ID].Body)
				}
			}
		}
		if importers[p.Name(v)] {
			g.imported(c)
		}
		g.outside(e, id)
	case infer.ExtBound, infer.ExtInstance:
		g.outside(e, id)
	case infer.Container: // nobody calls one, it came here among other things
		e.Plain, e.counted = true, true
	case infer.ContBound:
		e.Plain = true
	}
}

// outside adds what calling a value does that is not of the project. It does the
// same wherever it is called, so it is found out once.
func (g *Graph) outside(e *Effect, id infer.ValueID) {
	x := g.known[id].Load()
	if x == nil {
		x = &Outcome{}
		alone := &Effect{Outcome: x}
		p := g.Program
		switch v := p.Value(id); v.Kind {
		case infer.External:
			g.external(alone, p.Name(v), v.Green, -1)
		case infer.ExtBound:
			g.extBound(alone, v)
		case infer.ExtInstance: // calling what an external function returned
			g.extInstance(alone, v, id)
		}
		x.Else = !x.counted
		g.known[id].Store(x)
	}
	e.Seeds = append(e.Seeds, x.Seeds...)
	e.Opaque = append(e.Opaque, x.Opaque...)
	e.Missing = append(e.Missing, x.Missing...)
	e.Open = e.Open || x.Open
	e.Plain = e.Plain || x.Plain
	e.NeedsLoop = e.NeedsLoop || x.NeedsLoop
	e.counted = e.counted || x.counted
}

// importers are the functions that import the module whose name they are given.
var importers = map[string]bool{
	"importlib.import_module": true, "builtins.__import__": true,
	"oslo_utils.importutils.import_module": true, "oslo_utils.importutils.try_import": true,
}

// imported records the import that a call makes: importlib.import_module("jobs").
func (g *Graph) imported(c *infer.Call) {
	p := g.Program
	for _, id := range p.At(c.Ret) {
		if v := p.Value(id); v.Kind == infer.ModuleVal {
			g.Imports[c.Func] = append(g.Imports[c.Func], infer.Import{Expr: c.Expr, Modules: []*infer.Module{p.Modules[v.ID]}})
		}
	}
}

// constant reports whether an external name is written as those of constants
// are, which nobody calls.
func constant(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	return len(last) > 1 && strings.ToUpper(last) == last && strings.ToLower(last) != last && !strings.Contains(last, "()")
}

// callable reports whether an instance of an external class may be called; a
// string, a number or a queue.Queue() that got to a call is there for another
// call's sake.
func (g *Graph) callable(class string) bool {
	switch class {
	case "builtins.str", "builtins.int", "builtins.float", "builtins.bytes":
		return false
	}
	made, ok := strings.CutSuffix(class, "()")
	if !ok || strings.Contains(made, "()") || strings.HasPrefix(made, "unittest.mock.") {
		return true
	}
	module, name, _ := strings.Cut(made, ".")
	first := name[strings.LastIndexByte(name, '.')+1:]
	return first == "" || strings.ToLower(first[:1]) == first[:1] || !g.Program.Catalog().Standard(module)
}

// target adds a function of the project that a call runs. Calling a generator
// or an async function runs nothing yet.
func (g *Graph) target(e *Effect, id infer.FuncID) {
	f := g.Program.Funcs[id]
	switch {
	case f.Generator || f.ContextManager:
		if e.Call == nil || e.Call.Mode == infer.Direct {
			e.Plain = true
			return
		}
	case f.Async:
		if e.Call == nil || e.Call.Mode == infer.Direct || e.Call.Mode == infer.Callback {
			e.Coroutines = appendFunc(e.Coroutines, id)
			return
		}
	}
	e.run(id)
}

func appendFunc(list []infer.FuncID, f infer.FuncID) []infer.FuncID {
	for _, x := range list {
		if x == f {
			return list
		}
	}
	return append(list, f)
}

func (g *Graph) external(e *Effect, name string, green bool, recv infer.ValueID) {
	cat := g.Program.Catalog()
	s := cat.Lookup(name)
	if s != nil {
		g.symbol(e, s, name, green, recv)
		return
	}
	if bare, ok := strings.CutSuffix(name, infer.Computed); ok {
		if cat.Lookup(bare).Green(g.Patched, green) {
			e.seed(Seed{Name: bare, Recv: -1, Green: green})
		}
		return
	}
	g.opaque(e, name)
}

func (g *Graph) symbol(e *Effect, s *catalog.Symbol, name string, green bool, recv infer.ValueID) {
	if s.NeedsLoop && s.Active(g.Patched, green) {
		e.NeedsLoop = true
	}
	if s.Kind != catalog.Class && s.Green(g.Patched, green) {
		seed := Seed{Symbol: s, Name: s.Name, Recv: recv, Green: green}
		if strings.HasSuffix(s.Name, ".*") {
			seed.Name = name // any method of a proxy
		}
		if s.Owner != nil && s.Owner.Lock && s.Yields != catalog.Always {
			seed.Lock = true
			if recv >= 0 {
				seed.Site = g.Program.Value(recv).Site
			}
		}
		e.seed(seed)
		return
	}
	if init := s.Methods["__init__"]; init != nil && init.Green(g.Patched, green) {
		e.seed(Seed{Symbol: init, Name: s.Name, Recv: recv, Green: green})
		return
	}
	if s.Kind == catalog.Method || s.Kind == catalog.Function || s.Kind == catalog.Class {
		e.Plain = true
	}
}

func (g *Graph) extInstance(e *Effect, v infer.Value, id infer.ValueID) {
	name := g.Program.Name(v)
	if s := g.Program.Catalog().Lookup(name); s != nil && s.Kind == catalog.Class {
		if m, ok := s.Methods["__call__"]; ok {
			g.symbol(e, m, m.Name, v.Green, id)
			return
		}
	}
	if g.callable(name) {
		g.opaque(e, name)
	} else {
		e.counted = true
	}
}

func (g *Graph) extBound(e *Effect, v infer.Value) {
	p := g.Program
	recv := p.Value(v.Recv)
	name := p.Name(v)
	switch recv.Kind {
	case infer.Generator, infer.Coroutine, infer.ExtCoroutine, infer.ContextManager:
		e.Plain = true // driving a generator on is an iteration
		return
	case infer.Instance:
		if m := p.ExternalBase(recv.Class(), name); m != nil {
			g.symbol(e, m, m.Name, recv.Green, v.Recv)
			return
		}
		if base := g.unrecordedBase(recv.Class()); base != "" && !strings.HasPrefix(name, "__") {
			g.opaque(e, base+"."+name)
			return
		}
		e.Plain = true
		return
	case infer.ClassVal, infer.FuncVal:
		e.Plain = true
		return
	}
	cls := p.Name(recv)
	if s := p.Catalog().Lookup(cls); s != nil && s.Kind == catalog.Class {
		if m := p.Catalog().Member(s, name); m != nil {
			g.symbol(e, m, s.Name+"."+name, recv.Green, v.Recv)
			return
		}
		if strings.HasPrefix(s.Name, "eventlet.") && s.Active(g.Patched, recv.Green) && !strings.HasPrefix(name, "__") {
			e.Missing = append(e.Missing, s.Name+"."+name)
			return
		}
		e.Plain = true
		return
	}
	g.opaque(e, cls+"."+name)
}

// unrecordedBase is a base class of a class of the project that belongs to a
// module that blocks and has no record: what the class does not have itself,
// such as serve_forever of a socketserver.TCPServer, is that one's.
func (g *Graph) unrecordedBase(c infer.ClassID) string {
	cat := g.Program.Catalog()
	for _, e := range g.Program.Classes[c].ExternalMRO {
		if _, blocks := cat.Blocking(e); blocks && cat.Lookup(e) == nil || cat.Unrecorded(e) {
			return e
		}
	}
	return ""
}

// recordedClass reports whether a name is below a member that a class of the
// catalogue does not have: a subclass has put it there.
func (g *Graph) recordedClass(name string) bool {
	cat := g.Program.Catalog()
	for i := 0; ; {
		j := strings.IndexByte(name[i:], '.')
		if j < 0 {
			return false
		}
		i += j + 1
		if s := cat.Lookup(name[:i-1]); s != nil && s.Kind == catalog.Class {
			member, _, _ := strings.Cut(name[i:], ".")
			return cat.Member(s, member) == nil
		}
	}
}

// opaque judges an external name that the catalogue has no record of.
func (g *Graph) opaque(e *Effect, name string) {
	cat := g.Program.Catalog()
	if i := strings.LastIndexByte(name, '.'); i > 0 && strings.HasPrefix(name[i+1:], "__") {
		if s := cat.Lookup(name[:i]); s != nil && s.Kind == catalog.Class {
			e.Plain = true // Timeout.__init__(self, …)
			return
		}
	}
	bare := strings.ReplaceAll(name, "()", "")
	if bare != name {
		// mylib.Client().query: a project may have a record of mylib.Client.query
		if s := cat.Lookup(bare); s != nil && s.Kind == catalog.Function {
			g.symbol(e, s, bare, false, -1)
			return
		}
	}
	root, _, _ := strings.Cut(bare, ".")
	switch {
	case root == "builtins" || root == "offlet" || root == "asyncio" || root == "":
		e.Plain = true
	case root != "eventlet" && root != "greenlet" && g.recordedClass(bare):
		e.Plain = true
	case cat.Standard(root):
		if !g.libraryBlocks(e, name) {
			e.Plain = true
		}
	case cat.Quiet(strings.ReplaceAll(name, "()", "")):
		e.Plain = true
	case ofText(name), bare == name && cat.Pure(name): // lib.HTTPError("late"); what a class makes may wait
		e.Plain = true
	case cat.Unrecorded(name):
		// a name of Eventlet without a record: whatever it is, it may yield
		e.seed(Seed{Name: name, Recv: -1, Green: true})
	case g.libraryBlocks(e, name):
	case g.installed(e, name):
	default:
		e.Opaque = append(e.Opaque, name)
	}
}

// ofText reports whether a name is that of a method of text, which a library gave:
// lib.Client().url().endswith.
func ofText(name string) bool {
	i := strings.LastIndexByte(name, '.')
	return i > 0 && textMethods[name[i+1:]] && (strings.HasSuffix(name[:i], "()") || strings.HasSuffix(name[:i], ".?"))
}

// installed judges a name of a library by its source, and reports whether that
// tells what it does.
func (g *Graph) installed(e *Effect, name string) bool {
	v := g.judge(name)
	if v.Yields {
		e.seed(Seed{Name: name, Recv: -1, Through: v.Through})
	} else if v.Plain {
		e.Plain = true
	}
	return v.Yields || v.Plain
}

// libraryBlocks judges a name of a library of which it is known that it blocks,
// and reports whether it is one.
func (g *Graph) libraryBlocks(e *Effect, name string) bool {
	groups, blocks := g.Program.Catalog().Blocking(strings.ReplaceAll(name, "()", ""))
	if !blocks {
		return false
	}
	for _, gr := range groups {
		if gr == "green" || g.Patched.Has(gr) { // green: whatever is patched
			e.seed(Seed{Name: name, Recv: -1})
			return true
		}
	}
	e.Plain = true
	return true
}

func (g *Graph) iter(e *Effect, it *infer.Iter) {
	e.Func, e.Node, e.Iter = it.Func, it.Expr, it
	g.iterated(e, it.Obj, map[infer.NodeID]bool{})
}

// Contains reports whether an object answers `in` by a method of its own, so
// that searching it does not iterate over it.
func Contains(p *infer.Program, v infer.Value) bool {
	if v.Kind != infer.Instance {
		return false
	}
	_, _, ok := p.Method(v.Class(), "__contains__")
	return ok
}

// iterated adds what iterating over the objects at a node runs.
func (g *Graph) iterated(e *Effect, n infer.NodeID, seen map[infer.NodeID]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	p := g.Program
	for _, id := range p.At(n) {
		e.weigh(func() { g.iteratedValue(e, id, seen) })
	}
}

func (g *Graph) iteratedValue(e *Effect, id infer.ValueID, seen map[infer.NodeID]bool) {
	p := g.Program
	v := p.Value(id)
	if e.Iter.Use == infer.Membership && Contains(p, v) {
		e.counted = true // an implicit call of its own
		return
	}
	switch v.Kind {
	case infer.Generator:
		f := p.Funcs[v.Func()]
		if f.Async {
			e.Coroutines = appendFunc(e.Coroutines, f.ID)
			return
		}
		e.run(f.ID)
	case infer.ExtInstance:
		for _, src := range p.Sources(v) {
			g.iterated(e, src, seen)
		}
		for _, c := range p.CallsOf(v) {
			sub := g.CallbackOf(c)
			for _, t := range sub.Targets {
				e.run(t)
			}
			for _, s := range sub.Seeds {
				e.seed(s)
			}
		}
		g.iteratedExternal(e, v, p.Name(v), id)
	case infer.Instance:
		if n, _, own := p.Method(v.Class(), "__iter__"); own {
			for _, f := range p.FuncsAt(n) {
				g.iterates(e, p.Funcs[f], seen)
			}
			e.counted = true // __iter__ and __next__ are implicit calls of their own
			return
		}
		for _, ext := range p.Classes[v.Class()].ExternalMRO {
			g.iteratedExternal(e, v, ext, id)
		}
	case infer.Unknown:
		e.Open = true
	}
}

// iterates adds what iterating over what an __iter__ gives runs.
func (g *Graph) iterates(e *Effect, f *infer.Func, seen map[infer.NodeID]bool) {
	switch {
	case !f.Generator:
		g.iterated(e, f.Ret, seen)
	case f.Async:
		e.Coroutines = appendFunc(e.Coroutines, f.ID)
	default:
		e.run(f.ID)
	}
}

// CallbackOf is what a call does that an iterator makes for each item: map(f, xs).
func (g *Graph) CallbackOf(c *infer.Call) *Effect {
	e := &Effect{Func: c.Func, Node: c.Expr, Call: c, Outcome: &Outcome{}}
	for _, id := range g.Program.At(c.Fn) {
		g.callee(e, c, id, 0)
	}
	return e
}

func (g *Graph) iteratedExternal(e *Effect, v infer.Value, class string, id infer.ValueID) {
	s := g.Program.Catalog().Lookup(class)
	if s == nil && g.LibraryYields(class, "__next__") {
		g.installed(e, class+".__next__")
		return
	}
	if s == nil || s.Kind != catalog.Class || !s.Active(g.Patched, v.Green) {
		return
	}
	switch g.Program.Catalog().IterOf(s) {
	case "async", "leaf":
		e.seed(Seed{Symbol: s, Name: s.Name + ".__next__", Recv: id, Green: v.Green})
	}
}

func (g *Graph) with(e *Effect, w *infer.With) {
	e.Func, e.Node, e.With = w.Func, w.Item, w
	p := g.Program
	if len(p.At(w.Obj)) == 0 {
		e.Open = true
	}
	for _, id := range p.At(w.Obj) {
		e.weigh(func() { g.enteredValue(e, id) })
	}
}

func (g *Graph) enteredValue(e *Effect, id infer.ValueID) {
	p := g.Program
	v := p.Value(id)
	switch v.Kind {
	case infer.Unknown:
		e.Open = true
	case infer.ContextManager:
		if f := p.Funcs[v.Func()]; f.Async {
			e.Coroutines = appendFunc(e.Coroutines, f.ID)
		} else {
			e.run(f.ID)
		}
	case infer.ExtInstance:
		g.entered(e, v, p.Name(v), id)
	case infer.Instance:
		if _, _, own := p.Method(v.Class(), "__enter__"); own {
			e.counted = true // an implicit call of its own
			return
		}
		for _, ext := range p.Classes[v.Class()].ExternalMRO {
			g.entered(e, v, ext, id)
		}
	}
}

func (g *Graph) entered(e *Effect, v infer.Value, class string, id infer.ValueID) {
	cat := g.Program.Catalog()
	s := cat.Lookup(class)
	if s == nil && g.LibraryYields(class, "__enter__") {
		g.installed(e, class+".__enter__")
		return
	}
	if s == nil || s.Kind != catalog.Class {
		return
	}
	if s.NeedsLoop {
		e.NeedsLoop = true
	}
	if !s.Active(g.Patched, v.Green) {
		e.Plain = true
		return
	}
	switch cat.WithOf(s) {
	case "async", "leaf":
		e.seed(Seed{Symbol: s, Name: s.Name + ".__enter__", Recv: id, Green: v.Green})
	case "lock":
		e.seed(Seed{Symbol: s, Name: s.Name + ".__enter__", Recv: id, Green: v.Green, Lock: true, Site: v.Site})
	default:
		e.Plain = true
	}
}

// judge is what is known of a name of a library without a record.
func (g *Graph) judge(name string) Verdict {
	if g.libraries == nil {
		return Verdict{}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	v, ok := g.judged[name]
	if !ok {
		v = g.libraries.Judge(name, g.Patched)
		g.judged[name] = v
	}
	return v
}

// LibraryYields reports whether the source of a library without a record shows
// that a member of a class yields: __next__ of pkg.pages().
func (g *Graph) LibraryYields(class, member string) bool {
	return g.unrecorded(class) && g.judge(class+"."+member).Yields
}

// unrecorded reports whether a class is of a library of which the catalogue
// knows nothing.
func (g *Graph) unrecorded(class string) bool {
	cat, bare := g.Program.Catalog(), strings.ReplaceAll(class, "()", "")
	root, _, _ := strings.Cut(bare, ".")
	_, blocks := cat.Blocking(bare)
	return g.libraries != nil && !blocks && root != "builtins" && root != "" && root != "offlet" && root != "eventlet" && !cat.Standard(root) && !cat.Quiet(bare)
}

// byName finds the methods that a call on an unknown receiver may mean, by
// their name alone. A name that builtin types also have says too little: such
// methods are the second result.
func (g *Graph) byName(c *infer.Call) (possible, named []infer.FuncID) {
	name := methodName(c)
	if name == "" {
		return nil, nil
	}
	if Common(name) {
		return nil, g.methods[name]
	}
	return g.methods[name], nil
}

// methodName is the name of the method that a call means, "" if it is written in
// another way.
func methodName(c *infer.Call) string {
	call, ok := c.Expr.(*ast.Call)
	if !ok {
		return ""
	}
	return attributeName(call.Func)
}

func attributeName(e ast.Expr) string {
	at, ok := e.(*ast.Attribute)
	if !ok || strings.HasPrefix(at.Attr.Name, "__") {
		return ""
	}
	return at.Attr.Name
}

// Common reports whether builtin types, and objects that nearly every program has,
// have a method of this name: what is called so on an unknown object says nothing.
func Common(name string) bool { return commonMethods[name] }

// methods are the methods of a program that a call by their name may run, in their
// order. All places that may mean them share the list.
func methods(p *infer.Program) map[string][]infer.FuncID {
	out := make(map[string][]infer.FuncID, len(p.ByName))
	for name, funcs := range p.ByName {
		list := slices.DeleteFunc(slices.Clone(funcs), func(f infer.FuncID) bool {
			fn := p.Funcs[f]
			return fn.Class < 0 || fn.Generator || fn.Async
		})
		slices.Sort(list)
		out[name] = slices.Clip(list)
	}
	return out
}

// commonMethods are the methods of Python's builtin types and of objects that
// nearly every program has from the standard library: a call by such a name on
// an unknown object says nothing.
var commonMethods = map[string]bool{}

// valueMethods are those of them that strings, lists, mappings and sets have.
var valueMethods = map[string]bool{}

// textMethods are those of these that text has and hardly anything else.
var textMethods = map[string]bool{}

func init() {
	for n := range strings.FieldsSeq(`
		casefold endswith expandtabs isalnum isalpha isdigit islower isspace isupper ljust lower lstrip
		rjust rpartition rsplit rstrip splitlines startswith strip swapcase upper zfill`) {
		textMethods[n], valueMethods[n], commonMethods[n] = true, true, true
	}
	for n := range strings.FieldsSeq(`
		append add clear copy count extend index insert pop remove reverse sort
		get items keys popitem setdefault update values fromkeys
		discard difference intersection union issubset issuperset isdisjoint symmetric_difference
		capitalize center encode decode find format format_map istitle join partition removeprefix removesuffix
		replace rfind rindex split title translate hex`) {
		valueMethods[n], commonMethods[n] = true, true
	}
	for n := range strings.FieldsSeq(`
		read readline readlines write writelines close flush seek tell fileno truncate isatty
		send throw cancel start run stop wait set is_set acquire release put task_done qsize empty full
		debug info warning error exception critical log warn
		match search sub fullmatch group groups findall finditer
		total_seconds date time strftime isoformat
		mkdir exists open connect recv sendall accept bind listen settimeout
		execute fetchone fetchall commit rollback cursor
		assertEqual assertTrue assertFalse assertRaises setUp tearDown`) {
		commonMethods[n] = true
	}
}
