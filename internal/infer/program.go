// Package infer finds out which objects an expression may be: modules,
// classes and functions of the project, Eventlet's objects, containers of
// these. It follows values through variables, attributes, parameters,
// returns, containers, closures, partial, decorators, properties and context
// managers over the whole project at once, without regard to the order of
// statements (flow-insensitively), one abstract instance per class and one
// container per place of creation. It is the analysis that
// golang.org/x/tools/go/callgraph/vta calls variable type analysis, with the
// call graph built on the way.
package infer

import (
	"iter"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
	"github.com/offlet/offlet/internal/workspace"
)

// A Module is a file of the project.
type Module struct {
	*program.Module
	ID   ModuleID
	Body FuncID // the module's own statements, as a function

	base    NodeID           // node of symbol 0
	names   map[string]int32 // symbols of the module's scope, by name
	stars   []starImport     // from … import *
	linking bool
	test    bool    // see workspace.IsTest
	texts   *texts  // none once everything is solved
	dict    ValueID // see moduleDict

	// What is asked for after the analysis is made when the first one asks, who may
	// be one of several at once.
	static  func() map[int32][]binding   // see bindings
	denotes []atomic.Pointer[denotation] // by symbol, see search
	imports func() []*Module             // see ImportsOf
}

type starImport struct {
	module *Module // nil for an external one
	name   string  // its dotted name
	green  bool
}

// A Func is a function, lambda, generator expression, or module body.
type Func struct {
	ID     FuncID
	Module *Module
	Node   ast.Node // *ast.FunctionDef, *ast.Lambda, *ast.GeneratorExp or *ast.Module
	Parent FuncID   // the function in which it is defined, -1 for a module body
	Class  ClassID  // the class whose body holds the def, -1 if none
	Name   string

	Async     bool // async def (or a generator expression that awaits)
	Generator bool // a generator function or expression, sync or async
	// Kinds that decorators give to a method.
	Static, ClassMethod, Getter bool
	// ContextManager is set by @contextlib.contextmanager (or the async one).
	ContextManager bool
	// Named says that the program reads its __name__ or __qualname__.
	Named bool
	// Cached is set by functools.lru_cache and cache.
	Cached bool
	// Decorators whose effect is not known, by dotted name or text.
	Foreign []string

	// Ret is the place of what it returns, Yield and Send of what a generator yields
	// and is sent: 0 for other functions.
	Ret, Yield, Send NodeID

	Calls []*Call
	Iters []*Iter
	Withs []*With
	// judged is how many of the calls have been looked at, see abandoned
	judged int
	// Locks are those that a decorator makes it hold as long as it runs.
	Locks []Lock
	// Imports are the import statements, but for those that only a type checker reads.
	Imports []Import

	// Driven says that send or throw is called on a generator that this
	// function makes.
	Driven bool
	// proxied holds, for a __getattr__(self, name) that does getattr(x, name),
	// the objects x that it stands for.
	proxied NodeID

	// A function that starts with `if p is None: return …` returns something
	// else when p is not given: absent is what it returns then, present what
	// otherwise, optional the index of p (-1 if there is no such parameter).
	optional        int
	absent, present NodeID

	reflects bool           // it calls locals(), eval or exec
	through  []int          // parameters that are returned as they are
	registry *registry      // nil unless it is one
	forwards []*forward     // see wrappers.go
	wraps    bool           // a function inside of it has forwards
	apart    bool           // it is told apart somewhere
	loose    bool           // see loosen
	left     bool           // what it returns is in the hands of those to whom it escapes
	all      NodeID         // all that it returns, the outcomes of forwards too; 0 if that is Ret
	defaults map[int]NodeID // of the parameters, by index
	// dispatches holds what a function of functools.singledispatch calls beside itself
	dispatches NodeID

	params []NodeID // posonly and args
	names  []string // their names, then those of kwonly
	kwonly []NodeID
	vararg NodeID // what *args holds is the container in this node
	kwarg  NodeID
	rest   int32 // site of the *args tuple
	more   int32 // site of the **kwargs dict
}

// Qualname is the __qualname__ of the function: outer.<locals>.inner.
func (p *Program) Qualname(f FuncID) string {
	fn := p.Funcs[f]
	switch {
	case fn.Class >= 0:
		return p.classQualname(p.Classes[fn.Class]) + "." + fn.Name
	case p.Funcs[fn.Parent].Parent < 0:
		return fn.Name
	}
	return p.Qualname(fn.Parent) + ".<locals>." + fn.Name
}

func (p *Program) classQualname(c *Class) string {
	switch {
	case c.Outer >= 0:
		return p.classQualname(p.Classes[c.Outer]) + "." + c.Name
	case p.Funcs[c.Parent].Parent < 0:
		return c.Name
	}
	return p.Qualname(c.Parent) + ".<locals>." + c.Name
}

// Qual is the dotted name of the function within its module: Class.method,
// outer.inner, <lambda>.
func (p *Program) Qual(f FuncID) string {
	fn := p.Funcs[f]
	switch {
	case fn.Parent < 0:
		return "<module>"
	case fn.Class >= 0:
		return p.Classes[fn.Class].qual(p) + "." + fn.Name
	case p.Funcs[fn.Parent].Parent < 0:
		return fn.Name
	}
	return p.Qual(fn.Parent) + "." + fn.Name
}

// A Class is a class of the project.
type Class struct {
	ID     ClassID
	Module *Module
	Node   *ast.ClassDef
	Name   string
	Parent FuncID  // the function in which it is defined
	Outer  ClassID // the class in whose body it is defined, -1 if none
	// Bases are the project's classes among the bases, External those that
	// are not the project's, by dotted name ("" where it is not known).
	Bases    []ClassID
	External []string
	// MRO is the method resolution order, with the class itself first; the
	// external classes of all of them follow in ExternalMRO.
	MRO         []ClassID
	ExternalMRO []string
	Dataclass   bool
	Fields      []string // of a dataclass or NamedTuple, in order
	factories   []NodeID // what makes the defaults of its fields, for each object anew
	Sub         []ClassID
	initial     *initial // see madeWith
	init        NodeID   // what __init__ is of its objects, see construct
	// lost: an object of it is at a place that is too full to follow
	lost bool
	// strange are the external bases of which nothing is known: see unknownBases
	strange []string
	// Escapes says that the class or an instance of it is given to external code.
	Escapes *Escape
	// Given says the same of code that uses it by a protocol alone: the standard
	// library, which iterates over it, enters it, calls it, writes to it.
	Given *Escape
	// Handed says that code which offlet does not see has had an instance, and may
	// hand it out again: pickle.loads(text), future.result().
	Handed bool
	// Meta says that the class is the metaclass of another.
	Meta bool

	dict, classDict ValueID   // see objectDict
	metas           []ClassID // see metaclasses
	metaclass       NodeID    // see metaclassNode
	sought          bool
	creates         bool                // see catalog.Symbol.Creates: its method is known to make what instances hold
	through         map[string][]string // see inheritedMethod
	computed        []NodeID            // the bases that the class statement does not say

	asked   []*attribute     // what its instances were asked for
	heirs   []ClassID        // the classes that have it in their MRO, itself among them
	members map[string]int32 // symbols of the class scope, by name
	// decorated are the members that a def with a decorator makes
	decorated []int32
	self      ValueID // its Instance
	val       ValueID // its ClassVal
}

func (c *Class) qual(p *Program) string {
	switch {
	case c.Outer >= 0:
		return p.Classes[c.Outer].qual(p) + "." + c.Name
	case p.Funcs[c.Parent].Parent >= 0:
		return p.Qual(c.Parent) + "." + c.Name
	}
	return c.Name
}

// A ModuleRead is a place that reads an attribute of a module, of the project
// or another: time.sleep, clock.sleep where clock may be the module time.
type ModuleRead struct {
	Func   FuncID
	Expr   ast.Node
	Module *Module // nil for one that is not of the project
	Name   string  // of the attribute
	Res    NodeID  // what the attribute is
}

// ModuleReads are the places that read an attribute of a module: of one of the
// project, or one that the catalogue has of another.
func (p *Program) ModuleReads() iter.Seq[*ModuleRead] { return p.moduleReads.all() }

// A MemberRead is a place that reads an attribute of an Eventlet object of which
// the catalogue has no record: pool.sem.
type MemberRead struct {
	Func  FuncID
	Expr  ast.Node
	Class string // of the object
	Name  string // of the attribute
}

// Taken is a place that reads an attribute which may be a method of the project,
// other than to call it: assertRaises(Error, pool.take, 3), getattr(pool, "take").
type Taken struct {
	Func FuncID
	Expr ast.Node // an *ast.Attribute, or the *ast.Call of getattr
	Obj  NodeID
	// Start and End are what is known of the name; Whole says that Start is all of it.
	Start, End string
	Whole      bool
}

// Means reports whether the place may mean a method of this name. A computed name
// of which nothing is known says nothing.
func (t *Taken) Means(name string) bool {
	if t.Whole {
		return name == t.Start
	}
	return t.Start+t.End != "" && len(name) >= len(t.Start)+len(t.End) && strings.HasPrefix(name, t.Start) && strings.HasSuffix(name, t.End)
}

// A Program is the whole project, analysed.
type Program struct {
	Modules []*Module
	Funcs   []*Func
	Classes []*Class
	Values  []Value
	// Escapes holds, for each function that escapes, the first place.
	Escapes map[FuncID]*Escape
	// ExtEscapes holds the external functions that are given to other external
	// functions as values (tenacity.retry(sleep=time.sleep)).
	ExtEscapes map[string]*Escape
	// ByName has the methods and functions of the project by their bare name,
	// for call sites whose receiver is not known.
	ByName map[string][]FuncID
	// MemberReads are the places that read what the catalogue does not have.
	MemberReads []MemberRead
	// Taken are the places that read what may be methods, other than to call them.
	Taken []Taken
	// Computed are the imports by a computed name.
	Computed []ComputedImport

	cat     *catalog.Catalog
	project *program.Program
	byName  map[string]*Module
	funcOf  map[ast.Node]FuncID
	classOf map[*ast.ClassDef]ClassID

	values       valueIndex
	late         []late  // constraints that have more to be told
	inert        []uint8 // of each value: see inertness
	ownFields    map[ValueID][]namedField
	factories    map[ast.Node]NodeID // what the field() calls of dataclasses are given
	fieldReaders map[ValueID][]fieldReader
	fieldWriters map[ValueID][]NodeID // see writeFields
	proxies      map[proxyKey]bool    // the loads that were handed on
	// anyQuiet stands for quiet values where there are many
	anyQuiet ValueID
	names    []string
	nameID   map[string]int32

	constants map[string]NodeID // see constant

	shared      loads
	sets        pages[set] // none once everything is solved
	cells       pages[cell]
	limits      map[NodeID]ClassID // of the places that are limited
	founds      []found
	solved      solved
	vals        lists[ValueID] // of the sets and calls
	ids         lists[int32]   // of the calls
	calls       pages[Call]
	implicits   pages[implicit]
	attrs       pages[loadAttr]
	succ        lists[NodeID]
	sites       pages[site]
	moduleReads pages[ModuleRead]
	slots       pages[slot]
	slotAt      pairMap // the place of a slot, by its site and its key
	attributes  []*attribute
	attributeOf pairMap // the index of an attribute in attributes, by 1 + its object and the id of its name
	questions   pages[question]
	askers      pages[asker]
	questionAt  pairMap // the number of a question, by place and method
	fields      pairMap // the place of an attribute, by 1 + its object and its name
	work        []NodeID
	testing     bool      // the tests are read
	ofTests     []ofTests // what waits for that
	// lacking are the names of attributes that the program deletes, unmade says that
	// any attribute may be: see madeWith
	lacking map[string]bool
	unmade  bool
	stored  map[string]bool // attribute names that are assigned to somewhere
	dunder  map[string]bool // special methods that some class of the project has

	unknown   ValueID
	inStrings []string // see namedInStrings
	renamed   bool     // see replacingNamed
	// givenNames are the texts that variables and attributes of a name get, see texts
	givenNames map[string][]string

	locks       map[string]int32     // see lockSite
	ofModules   map[[3]string]NodeID // see anywhere
	instEscapes map[string]*Escape
	stores      []stored
	unpacked    []unpacked
	opened      map[ValueID]uint8   // the objects of libraries that have escaped, by how much
	dictSites   map[ValueID][]int32 // see copyFields
	meets       map[NodeID][]NodeID // the places that a place joins, see vars.go

	callees func() map[int32][]*Call // see CallsTo
	taken   func() [][]Symbol        // see NamesFrom
}

// A ComputedImport is importlib.import_module("plugins." + name).
type ComputedImport struct {
	Func   FuncID
	Expr   ast.Node
	Prefix string // what is constant at the start of the name
}

// MayBeImported reports whether a module may be imported by a computed name.
func (p *Program) MayBeImported(m *Module) bool {
	for _, c := range p.Computed {
		if c.Prefix == "" {
			// any module of a package; one at the top that nobody names is more
			// likely the program itself
			if strings.Contains(m.Name, ".") && !strings.HasSuffix(m.Name, ".__main__") {
				return true
			}
			continue
		}
		if strings.HasPrefix(m.Name, c.Prefix) {
			return true
		}
	}
	return false
}

// Name returns the dotted name of an External or ExtInstance (there: of its
// class).
func (p *Program) Name(v Value) string { return p.names[v.ID] }

// Value returns the value with an id.
func (p *Program) Value(id ValueID) Value { return p.Values[id] }

// At returns the values that reach a node. The slice must not be modified.
func (p *Program) At(n NodeID) []ValueID {
	if p.sets.n == 0 {
		return p.solved.at(n)
	}
	return p.vals.of(p.source(n).vals)
}

// FuncOf returns the function that a def, lambda, generator expression or
// module node is, or -1.
func (p *Program) FuncOf(n ast.Node) FuncID {
	if f, ok := p.funcOf[n]; ok {
		return f
	}
	return -1
}

// ClassOf returns the class that a class statement defines, or -1.
func (p *Program) ClassOf(n *ast.ClassDef) ClassID {
	if c, ok := p.classOf[n]; ok {
		return c
	}
	return -1
}

// FuncsOf are the functions of a module, its body first.
func (p *Program) FuncsOf(m *Module) []*Func {
	end := len(p.Funcs)
	if next := int(m.ID) + 1; next < len(p.Modules) {
		end = int(p.Modules[next].Body)
	}
	return p.Funcs[m.Body:end]
}

// SymbolNode returns the place of a symbol of a module.
func (p *Program) SymbolNode(m *Module, sym int32) NodeID { return m.base + NodeID(sym) }

// Sources returns what a lazy iterator (enumerate, zip, map) iterates over.
func (p *Program) Sources(v Value) []NodeID {
	if v.Kind == ExtInstance && v.Site > 0 {
		return p.site(v.Site).sources
	}
	return nil
}

// CallsOf returns the calls that each step of a lazy iterator makes.
func (p *Program) CallsOf(v Value) []*Call {
	if v.Kind == ExtInstance && v.Site > 0 {
		return p.site(v.Site).calls
	}
	return nil
}

// PartialOf returns the call that a Partial completes.
func (p *Program) PartialOf(v Value) *Call {
	if v.Kind == Partial {
		return p.site(v.Site).call
	}
	return nil
}

// ElemOf returns the place of what an instance of an external class or a
// container holds, 0 if there is none.
func (p *Program) ElemOf(v Value) NodeID {
	if v.Site > 0 {
		return p.site(v.Site).elem
	}
	return 0
}

// MadeBy is the display, comprehension or call that made a container; nil if
// it is not known. mapping and tuple say what it is.
func (p *Program) MadeBy(v Value) (origin ast.Node, mapping, tuple bool) {
	s := p.site(v.Site)
	return s.origin, s.mapping, s.tuple
}

// IsA reports whether class c is, or derives from, the class base.
func (p *Program) IsA(c, base ClassID) bool {
	for _, k := range p.Classes[c].MRO {
		if k == base {
			return true
		}
	}
	return false
}

// Method finds the function that `instance.name` is for an instance of class
// c; ok is false if no class of the project in its MRO has a member of that
// name.
func (p *Program) Method(c ClassID, name string) (node NodeID, owner ClassID, ok bool) {
	for _, k := range p.Classes[c].MRO {
		if sym, has := p.Classes[k].members[name]; has {
			return p.Classes[k].Module.base + NodeID(sym), k, true
		}
	}
	return 0, -1, false
}

// DefinesOwn reports whether the body of class c itself binds name.
func (p *Program) DefinesOwn(c ClassID, name string) bool {
	_, ok := p.Classes[c].members[name]
	return ok
}

// FuncsAt returns the functions of the project that may be at a node, through
// bound methods, and through staticmethod and classmethod.
func (p *Program) FuncsAt(n NodeID) []FuncID {
	var out []FuncID
	for _, id := range p.At(n) {
		switch v := p.Values[id]; v.Kind {
		case FuncVal, Bound:
			out = append(out, v.Func())
		case StaticMethod, ClassMethod:
			for _, x := range p.At(p.site(v.Site).elem) {
				if v := p.Values[x]; v.Kind == FuncVal || v.Kind == Bound {
					out = append(out, v.Func())
				}
			}
		}
	}
	return out
}

// Module returns the module of the project with a dotted name, or nil.
func (p *Program) Module(name string) *Module { return p.byName[name] }

// Catalog returns the catalogue that the analysis used.
func (p *Program) Catalog() *catalog.Catalog { return p.cat }

// Analyze runs the analysis over the modules of a project.
func Analyze(project *program.Program, cat *catalog.Catalog) *Program {
	p := &Program{
		Escapes:      map[FuncID]*Escape{},
		ExtEscapes:   map[string]*Escape{},
		ByName:       map[string][]FuncID{},
		cat:          cat,
		project:      project,
		byName:       map[string]*Module{},
		funcOf:       map[ast.Node]FuncID{},
		classOf:      map[*ast.ClassDef]ClassID{},
		proxies:      map[proxyKey]bool{},
		ownFields:    map[ValueID][]namedField{},
		factories:    map[ast.Node]NodeID{},
		fieldReaders: map[ValueID][]fieldReader{},
		fieldWriters: map[ValueID][]NodeID{},
		nameID:       map[string]int32{},
		constants:    map[string]NodeID{},
		stored:       map[string]bool{"__wrapped__": true},
		lacking:      map[string]bool{},
		dunder:       map[string]bool{},
		limits:       map[NodeID]ClassID{},
		givenNames:   map[string][]string{},

		instEscapes: map[string]*Escape{},
		ofModules:   map[[3]string]NodeID{},
		dictSites:   map[ValueID][]int32{},
		opened:      map[ValueID]uint8{},
		meets:       map[NodeID][]NodeID{},
	}
	p.callees, p.taken = sync.OnceValue(p.callsByName), sync.OnceValue(p.namesTaken)
	p.reserve()
	p.sites.grow(1) // site 0: none
	p.unknown = p.value(Value{Kind: Unknown})
	p.anyQuiet = p.plain("builtins.?")
	for _, m := range project.Modules {
		mod := &Module{Module: m, ID: ModuleID(len(p.Modules)), test: workspace.IsTest(m.Path)}
		mod.base = NodeID(p.sets.grow(len(m.Scope.Symbols)))
		mod.names = symbolsOf(m.Scope, m.AST)
		mod.denotes = make([]atomic.Pointer[denotation], len(m.Scope.Symbols))
		mod.static = sync.OnceValue(func() map[int32][]binding { return p.bindings(mod) })
		mod.imports = sync.OnceValue(func() []*Module { return p.modulesOf(mod) })
		p.Modules = append(p.Modules, mod)
		for _, name := range m.Names {
			if _, dup := p.byName[name]; !dup {
				p.byName[name] = mod
			}
		}
	}
	outlines := make([]*outline, len(p.Modules))
	program.Each(len(outlines), func(i int) { outlines[i] = outlineOf(p, p.Modules[i]) })
	for _, o := range outlines {
		p.declare(o)
	}
	for _, m := range p.Modules {
		p.linkStars(m)
	}
	for _, c := range p.Classes {
		p.bases(c)
	}
	for _, c := range p.Classes {
		p.linearize(c, nil)
	}
	for _, c := range p.Classes {
		for _, k := range c.MRO {
			p.Classes[k].heirs = append(p.Classes[k].heirs, c.ID)
		}
		p.metaclasses(c.ID)
		p.inherit(c)
	}
	for _, c := range p.Classes {
		for _, b := range c.Bases {
			// class Timeout(Timeout): the name meant another class before
			if !slices.Contains(p.Classes[b].MRO, c.ID) {
				p.Classes[b].Sub = append(p.Classes[b].Sub, c.ID)
			}
		}
	}
	// The program comes first, and then its tests: they make objects by the hundred
	// for the places of the program, and what it has there itself is not to be lost
	// among them.
	p.read(false)
	p.solve()
	p.testing = true
	p.read(true)
	p.addOfTests()
	p.publish()
	for p.solve(); p.unseen() || p.abandoned(); p.solve() {
	}
	p.release()
	return p
}

// read lets values flow by what the modules say: those of the program, or those of
// its tests.
func (p *Program) read(tests bool) {
	for _, m := range p.Modules {
		if m.test == tests {
			g := &gen{p: p, m: m, info: m.Scope, fn: p.Funcs[m.Body]}
			g.stmts(m.AST.Body)
		}
	}
	p.shared = loads{} // they are answered next, for all who have asked
}

func symbolsOf(info *scope.Info, n ast.Node) map[string]int32 {
	s := info.Of(n)
	out := make(map[string]int32, s.SymEnd-s.SymStart)
	for sym := s.SymStart; sym < s.SymEnd; sym++ {
		if info.Symbols[sym].Flags&scope.ClassCell == 0 {
			out[info.Symbols[sym].Name] = sym
		}
	}
	return out
}

func (p *Program) newFunc(m *Module, n ast.Node, parent FuncID, cls ClassID, name string) FuncID {
	f := &Func{ID: FuncID(len(p.Funcs)), Module: m, Node: n, Parent: parent, Class: cls, Name: name, optional: -1}
	f.Ret = p.node()
	p.Funcs = append(p.Funcs, f)
	p.funcOf[n] = f.ID
	switch n := n.(type) {
	case *ast.FunctionDef:
		f.Async = n.Async
		f.Generator = m.Scope.Of(n).Flags&scope.HasYield != 0
		p.params(f, n.Args)
		if name == "__getattr__" {
			f.proxied = p.node()
		}
		p.ByName[name] = append(p.ByName[name], f.ID)
	case *ast.Lambda:
		f.Generator = m.Scope.Of(n).Flags&scope.HasYield != 0
		p.params(f, n.Args)
	case *ast.GeneratorExp:
		f.Generator = true
		f.Async = awaits(n)
	}
	if f.Generator {
		f.Yield, f.Send = p.node(), p.node()
	}
	return f.ID
}

// awaits reports whether a generator expression is an asynchronous one
// (PEP 530): it has an async clause, or awaits outside of its first iterable.
func awaits(n *ast.GeneratorExp) bool {
	found := false
	look := func(n ast.Node) bool {
		switch n.(type) {
		case *ast.Await:
			found = true
		case *ast.Lambda, *ast.GeneratorExp:
			return false
		}
		return !found
	}
	ast.Inspect(n.Elt, look)
	for i, g := range n.Generators {
		if g.Async {
			return true
		}
		if i > 0 {
			ast.Inspect(g.Iter, look)
		}
		for _, c := range g.Ifs {
			ast.Inspect(c, look)
		}
	}
	return found
}

func (p *Program) params(f *Func, a *ast.Arguments) {
	sym := func(arg *ast.Arg) NodeID { return f.Module.base + NodeID(arg.Name.Sym) }
	for _, list := range [][]*ast.Arg{a.PosOnly, a.Args} {
		for _, arg := range list {
			f.params = append(f.params, sym(arg))
			f.names = append(f.names, arg.Name.Name)
		}
	}
	for _, arg := range a.KwOnly {
		f.kwonly = append(f.kwonly, sym(arg))
		f.names = append(f.names, arg.Name.Name)
	}
	if a.Vararg != nil {
		f.vararg = sym(a.Vararg)
		v := p.container(f.Node, true, false)
		f.rest = p.Values[v].Site
		p.add(f.vararg, v)
	}
	if a.Kwarg != nil {
		f.kwarg = sym(a.Kwarg)
		v := p.container(f.Node, false, true)
		f.more = p.Values[v].Site
		p.add(f.kwarg, v)
	}
}

// resolveModule finds the module that an import of an absolute dotted name
// gives, seen from module m: one of the project's, or nil.
func (p *Program) resolveModule(m *Module, name string) *Module {
	if p.byName[name] == nil {
		return nil // no module can be imported by that name, from wherever
	}
	if found := p.project.Resolve(m.Module, name); found != nil {
		return p.Modules[found.Index]
	}
	return nil
}

// Absolute turns the module of a from-import into an absolute dotted name.
func Absolute(m *Module, level int32, name string) (string, bool) {
	if level == 0 {
		return name, true
	}
	pkg := m.Name
	if !m.IsPackage {
		level-- // the first dot is the module's own package
		pkg = parent(pkg)
	} else {
		level--
	}
	for ; level > 0; level-- {
		if pkg == "" {
			return "", false
		}
		pkg = parent(pkg)
	}
	switch {
	case pkg == "" && name == "":
		return "", false
	case pkg == "":
		return name, true
	case name == "":
		return pkg, true
	}
	return pkg + "." + name, true
}

func parent(dotted string) string {
	if i := strings.LastIndexByte(dotted, '.'); i >= 0 {
		return dotted[:i]
	}
	return ""
}

// linkStars gathers the star imports of a module.
func (p *Program) linkStars(m *Module) {
	if m.Scope.Of(m.AST).Flags&scope.ImportStar == 0 {
		return
	}
	for _, s := range m.Imports {
		imp, ok := s.(*ast.ImportFrom)
		if !ok {
			continue
		}
		if len(imp.Names) == 1 && imp.Names[0].Name.Name == "*" {
			name := ""
			if imp.Module != nil {
				name = imp.Module.Name
			}
			if abs, ok := Absolute(m, imp.Level, name); ok {
				if mod := p.resolveModule(m, abs); mod != nil {
					m.stars = append(m.stars, starImport{module: mod, name: abs})
				} else {
					std, green := p.cat.GreenModule(abs)
					if green {
						abs = std
					}
					m.stars = append(m.stars, starImport{name: abs, green: green})
				}
			}
		}
	}
}

// moduleAttr returns the place of a name of a module: its own symbol, one
// that a star import brings, or a submodule; 0 if there is none.
func (p *Program) moduleAttr(m *Module, name string) (NodeID, ValueID) {
	if sym, ok := m.names[name]; ok && m.Scope.Symbols[sym].Flags&scope.Implicit == 0 {
		return m.base + NodeID(sym), -1
	}
	if m.IsPackage {
		if sub := p.resolveModule(m, m.Name+"."+name); sub != nil {
			return 0, p.value(Value{Kind: ModuleVal, ID: int32(sub.ID)})
		}
	}
	if m.linking {
		return 0, -1 // modules that star-import each other
	}
	m.linking = true
	defer func() { m.linking = false }()
	for _, s := range m.stars {
		if s.module != nil {
			if n, v := p.moduleAttr(s.module, name); n != 0 || v >= 0 {
				return n, v
			}
			continue
		}
		if p.cat.Lookup(s.name+"."+name) != nil {
			return 0, p.external(s.name+"."+name, s.green)
		}
	}
	return 0, -1
}

// namespace are the names that a module has, in order: its own, and those of the
// modules of the project of which it imports all.
func (p *Program) namespace(m *Module) []string {
	all := map[string]bool{}
	seen := map[*Module]bool{}
	var walk func(from *Module)
	walk = func(from *Module) {
		if seen[from] {
			return
		}
		seen[from] = true
		for n, sym := range from.names {
			if from.Scope.Symbols[sym].Flags&scope.Implicit == 0 && (from == m || !strings.HasPrefix(n, "_")) {
				all[n] = true
			}
		}
		for _, s := range from.stars {
			if s.module != nil {
				walk(s.module)
			}
		}
	}
	walk(m)
	return sortedKeys(all)
}

// ofModule lets what a module has under a name flow to a place.
func (p *Program) ofModule(m *Module, name string, to NodeID) {
	n, v := p.moduleAttr(m, name)
	p.edge(n, to)
	if v >= 0 {
		p.add(to, v)
	}
}

// Dir is the directory of a module's file, relative to the project.
func (m *Module) Dir() string { return path.Dir(m.Path) }

// StaticName follows an expression of a module through imports and simple
// aliases to the home name of something external, or to a class of the project
// (-1 if neither, or if it may be the one or the other). green says that it was imported
// from eventlet.green.*.
func (p *Program) StaticName(m *Module, e ast.Expr) (name string, green bool, cls ClassID) {
	if !p.bound(m, e) {
		return "", false, -1
	}
	s := &search{p: p}
	raw, cls := s.name(m, e, 0)
	if s.mixed {
		return "", false, -1
	}
	_, green = p.cat.GreenModule(raw)
	return p.canonical(raw), green, cls
}

// bound reports whether the name with which an expression begins is bound in a way
// that StaticName follows. Nearly all begin with self, or with a local variable.
func (p *Program) bound(m *Module, e ast.Expr) bool {
	for {
		switch x := e.(type) {
		case *ast.Attribute:
			e = x.Value
		case *ast.Subscript:
			e = x.Value
		case *ast.Call:
			if at := getattrOf(x); at != nil {
				e = at.Value
			} else {
				e = x.Func
			}
		case *ast.Name:
			if x.Sym < 0 {
				return false
			}
			flags := m.Scope.Symbols[x.Sym].Flags
			parameter := flags&(scope.Bound|scope.Rebound) == scope.Param
			return flags&scope.Implicit != 0 || !parameter && len(m.static()[x.Sym]) > 0
		default:
			return false
		}
	}
}

// InstanceEscapes lists the external classes of which an instance is given to
// external code, with the first place. A class of eventlet.green.* has "green "
// before its name.
func (p *Program) InstanceEscapes() map[string]*Escape { return p.instEscapes }

// Meets reports whether the program has an instance of an external class, or
// names the class.
func (p *Program) Meets(class string) bool {
	id, ok := p.nameID[class]
	if !ok {
		return false
	}
	return slices.ContainsFunc(p.Values, func(v Value) bool {
		return (v.Kind == ExtInstance || v.Kind == External) && v.ID == id
	})
}

// CallsTo lists the places where an external function may be called, by its
// dotted name, in the order of the functions in which they are.
func (p *Program) CallsTo(name string) []*Call {
	if id, ok := p.nameID[name]; ok {
		return p.callees()[id]
	}
	return nil
}

func (p *Program) callsByName() map[int32][]*Call {
	out := map[int32][]*Call{}
	for _, f := range p.Funcs {
		for _, c := range f.Calls {
			for _, id := range p.At(c.Fn) {
				if v := p.Values[id]; v.Kind == External {
					if of := out[v.ID]; len(of) == 0 || of[len(of)-1] != c { // not both as it is and as green
						out[v.ID] = append(of, c)
					}
				}
			}
		}
	}
	return out
}

// ImportsOf lists the modules of the project that a module imports, or takes
// names from.
func (p *Program) ImportsOf(m *Module) []*Module { return m.imports() }

func (p *Program) modulesOf(m *Module) []*Module {
	var out []*Module
	seen := map[*Module]bool{}
	add := func(t *Module) {
		if t != nil && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	for _, s := range m.Module.Imports {
		p.imported(m, s, add)
	}
	return out
}

// Imports are the modules of the project that a statement of module m imports,
// or takes names from.
func (p *Program) Imports(m *Module, s ast.Stmt) []*Module {
	var out []*Module
	p.imported(m, s, func(t *Module) {
		if t != nil {
			out = append(out, t)
		}
	})
	return out
}

// loads are the modules whose bodies an import statement of module m may run:
// those that it names, and the packages that they are in. m itself and the
// packages that it is in have been imported by then.
func (p *Program) loads(m *Module, s ast.Stmt) []*Module {
	var out []*Module
	p.imported(m, s, func(t *Module) {
		for ; t != nil; t = p.byName[parent(t.Name)] {
			if !slices.Contains(out, t) && t != m && !strings.HasPrefix(m.Name, t.Name+".") {
				out = append(out, t)
			}
		}
	})
	return out
}

// imported tells of the modules of the project that an import statement names;
// nil where it names something else.
func (p *Program) imported(m *Module, s ast.Stmt, tell func(*Module)) {
	switch s := s.(type) {
	case *ast.Import:
		for _, a := range s.Names {
			tell(p.resolveModule(m, a.Name.Name))
		}
	case *ast.ImportFrom:
		name := ""
		if s.Module != nil {
			name = s.Module.Name
		}
		abs, ok := Absolute(m, s.Level, name)
		if !ok {
			return
		}
		tell(p.resolveModule(m, abs))
		for _, a := range s.Names {
			tell(p.resolveModule(m, abs+"."+a.Name.Name))
		}
	}
}

// NamesFrom lists the names that module m takes from modules of the project: by
// from-import, star import, or as an attribute of the module.
func (p *Program) NamesFrom(m *Module) []Symbol { return p.taken()[m.ID] }

func (p *Program) namesTaken() [][]Symbol {
	out := make([][]Symbol, len(p.Modules))
	program.Each(len(out), func(i int) { out[i] = p.namesFrom(p.Modules[i]) })
	return out
}

func (p *Program) namesFrom(m *Module) []Symbol {
	var out []Symbol
	known := map[Symbol]bool{}
	tell := func(of *Module, sym int32) {
		if n := (Symbol{of, sym}); !known[n] {
			known[n] = true
			out = append(out, n)
		}
	}
	for _, s := range m.stars {
		if s.module == nil {
			continue
		}
		for _, sym := range s.module.names {
			tell(s.module, sym)
		}
	}
	ast.Inspect(m.AST, func(n ast.Node) bool {
		switch n := n.(type) {
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
			if src == nil {
				return true
			}
			for _, a := range n.Names {
				if sym, ok := src.names[a.Name.Name]; ok {
					tell(src, sym)
				} else if b := p.starSymbol(src, a.Name.Name, 0); b.from != nil {
					tell(b.from, b.sym)
				}
			}
		case *ast.Attribute:
			if !p.bound(m, n.Value) {
				return true
			}
			if mod := p.staticModule(m, n.Value, 0); mod != nil {
				if sym, ok := mod.names[n.Attr.Name]; ok {
					tell(mod, sym)
				}
			}
		}
		return true
	})
	return out
}

// ModuleAt returns the module in a file, or nil.
func (p *Program) ModuleAt(path string) *Module {
	for _, m := range p.Modules {
		if m.Path == path {
			return m
		}
	}
	return nil
}

// Project is what the program is on disk.
func (p *Program) Project() *workspace.Project { return p.project.Project }

// ConsoleScripts are the entry points that the project's manifests declare.
func (p *Program) ConsoleScripts() []workspace.ConsoleScript { return p.project.Project.ConsoleScripts }

// Published are the functions that a dotted name in a module, such as the
// object of an entry point, may denote.
func (p *Program) Published(module, name string) []FuncID {
	m := p.Module(module)
	if m == nil {
		return nil
	}
	sym, ok := m.names[name]
	if !ok {
		return nil
	}
	return p.FuncsAt(m.base + NodeID(sym))
}

// publish hands to unknown callers what the manifests name: a plug-in, the
// factory of a WSGI application, and what such a function returns. Functions
// with which a process starts are called by name too, but see
// migrate/asyncio.
func (p *Program) publish() {
	for _, e := range p.project.Project.EntryPoints {
		m := p.Module(e.Module)
		if m == nil || e.Object == "" {
			continue
		}
		at := p.published(m, e.Object)
		if at == 0 {
			continue
		}
		by := &Escape{Func: m.Body, Expr: m.AST, To: "those who load the entry point " + e.Name + " of " + e.Group}
		if !e.Starts() {
			p.leave(at, by)
		}
		p.constrain(at, handedOut{by})
	}
}

// published is the place of what an entry point names in a module, 0 if it is
// not there.
func (p *Program) published(m *Module, object string) NodeID {
	head, rest, dotted := strings.Cut(object, ".")
	sym, ok := m.names[head]
	if !ok {
		return 0
	}
	at := m.base + NodeID(sym)
	if dotted {
		n := p.node()
		p.constrain(at, &loadAttr{name: rest, res: n})
		at = n
	}
	return at
}

// handedOut hands on what a function returns to unknown callers.
type handedOut struct{ by *Escape }

func (x handedOut) apply(p *Program, v ValueID) {
	switch f := p.Values[v]; f.Kind {
	case FuncVal, Bound:
		p.leave(p.Funcs[f.Func()].results(), x.by)
	}
}

// External reports whether an import of a dotted name in module m is of
// something outside of the project.
func (p *Program) External(m *Module, name string) bool { return p.resolveModule(m, name) == nil }
