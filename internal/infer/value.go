package infer

import "github.com/offlet/offlet/internal/python/ast"

// NodeID names a place that values flow through: a variable, a parameter, an
// attribute of a class, what a container holds, the value of an expression.
// 0 is the place of which nothing is known.
type NodeID int32

// ValueID names an abstract value of a [Program].
type ValueID int32

// A FuncID indexes Program.Funcs, a ClassID Program.Classes, a ModuleID
// Program.Modules.
type (
	FuncID   int32
	ClassID  int32
	ModuleID int32
)

// A ValueKind says what a [Value] is.
type ValueKind uint8

// The kinds of abstract values. "External" is everything outside of the
// project, by dotted name.
const (
	Unknown        ValueKind = iota // could be anything
	FuncVal                         // a function of the project
	ClassVal                        // a class of the project
	Instance                        // an instance of a class of the project
	Bound                           // a method with its receiver
	ModuleVal                       // a module of the project
	AnyModule                       // a module of the project, which one is computed at run time
	External                        // an external name: module, function or class
	ExtInstance                     // an instance of an external class, or what an external function returned
	ExtBound                        // a method of an external class with its receiver
	Container                       // a list, tuple, dict or set of one display or call
	ContBound                       // a method of a container
	Generator                       // what calling a generator function gives
	Coroutine                       // what calling an async function gives
	ExtCoroutine                    // what calling an external coroutine function gives
	Partial                         // functools.partial
	Super                           // super()
	ContextManager                  // what calling a @contextmanager function gives
	Property                        // a property, by its getter
	StaticMethod                    // staticmethod(f)
	ClassMethod                     // classmethod(f)
)

// A Value is an abstract value. Two values are the same if they are equal as
// structs; the Program interns them.
type Value struct {
	Kind  ValueKind
	Green bool    // of External and ExtInstance: the name came from eventlet.green.*
	ID    int32   // FuncID, ClassID, ModuleID, name of the external, or site
	Recv  ValueID // receiver of Bound, ExtBound, ContBound, Super
	Site  int32   // allocation site of ExtInstance, Container, Partial, …; where a FuncVal or Bound was made, if it is told apart (wrappers.go)
}

// Func returns the function of a FuncVal, Bound, Generator, Coroutine or
// ContextManager.
func (v Value) Func() FuncID { return FuncID(v.ID) }

// Class returns the class of a ClassVal or Instance, and that from which a
// Super starts.
func (v Value) Class() ClassID { return ClassID(v.ID) }

// A site is an allocation site: what an instance of something unknown to the
// flow holds.
type site struct {
	elem    NodeID // everything it holds
	loose   NodeID // what was stored under a key or index that is not known, see Program.loose
	slots   uint32 // the last slot, in Program.slots
	keys    NodeID // of a mapping
	tuple   bool
	mapping bool
	call    *Call    // of a Partial: the inner call's function and arguments
	sources []NodeID // of a lazy iterator: what it iterates over
	calls   []*Call  // of a lazy iterator: the calls that each step makes
	// of a wrapper, see wrappers.go
	wrapping *wrapping
	items    []NodeID // of a list display: what stands in it, see inOrder
	origin   ast.Node
}

// A CallMode says what a [Call] is.
type CallMode uint8

// The modes of calls.
const (
	Direct   CallMode = iota // the function is called here and now
	Spawn                    // a green thread is started with the function
	Link                     // the function runs when a green thread dies
	Callback                 // an external function calls the function before it returns
	Thread                   // a native thread runs the function
)

// An Op says by what a Direct call without a call expression comes about.
type Op uint8

// The implicit calls.
const (
	OpCall    Op = iota // an *ast.Call (also for the synthetic calls of its callbacks)
	OpGet               // *ast.Attribute load of a property
	OpSet               // *ast.Attribute store to a property
	OpEnter             // *ast.WithItem: __enter__
	OpExit              // *ast.WithItem: __exit__
	OpIter              // iteration: __iter__
	OpNext              // iteration: __next__
	OpItem              // *ast.Subscript load: __getitem__
	OpSetItem           // *ast.Subscript store: __setitem__
	OpDelItem           // del x[i]: __delitem__
	OpBinary            // an operator's method, the protocol of a builtin (len, str, …), __getattr__
	OpAwait             // await: __await__
)

// An Arg is a keyword argument.
type Arg struct {
	Name string
	Node NodeID
}

// A Call is a place where functions are called.
type Call struct {
	Func FuncID   // the function that holds the call
	Expr ast.Node // *ast.Call, or see Op
	Mode CallMode
	Op   Op
	// Via is the call of an external function that makes this one: pool.spawn
	// for a Spawn, map for a Callback. nil for others.
	Via *Call

	Fn     NodeID
	Args   []NodeID
	Kw     []Arg
	Star   NodeID // the object of *args, 0 if none
	KwStar NodeID // the object of **kwargs, 0 if none
	Ret    NodeID
	Obj    NodeID // the object whose attribute or item is loaded, for OpGet and OpItem

	// Lazy marks a Callback that is not made before someone iterates over what
	// the external function returned (map, filter), or makes an object of the
	// class that it stands in (dataclasses.field).
	Lazy bool

	Decorator bool // @f: what an unknown f returns is taken to be what it was given
	// MakesDecorator marks the call of @f(…), which gives what decorates.
	MakesDecorator bool

	// indirect says that the builtin which is called is not the one that the call
	// names: stage(items), where stage is list or a function of the project
	indirect bool

	seen    list // values that the call was bound to, in Program.vals
	escaped list // by name to what the arguments have, in Program.ids: see escapeArgsAt
	rare    *rarity
}

// A rarity is what few calls have.
type rarity struct {
	iterated map[int]NodeID     // see iterArg
	starred  map[int]NodeID     // see arg
	made     map[string]ValueID // what the call made, see fresh
	within   []FuncID           // the wrappers that led here by their forwards, see wrappers.go
	sites    map[FuncID]int32   // of the wrappers that the call makes, by the function around them
	partials []int32            // sites of the partials that led here, so that f = partial(f) ends
}

// few is what the call has of it, to be read.
func (c *Call) few() *rarity {
	if c.rare == nil {
		return &rarity{}
	}
	return c.rare
}

// own is what the call has of it, to be added to.
func (c *Call) own() *rarity {
	if c.rare == nil {
		c.rare = &rarity{}
	}
	return c.rare
}

// again is a call at the same place, of something else or with other arguments.
func (p *Program) again(c *Call) *Call {
	d := p.calls.put(*c)
	d.seen, d.escaped = list{}, list{}
	if c.rare != nil {
		d.rare = &rarity{made: c.rare.made, within: c.rare.within, partials: c.rare.partials}
	}
	return d
}

// An IterUse says how an iterable is consumed.
type IterUse uint8

// The consumers.
const (
	ForLoop    IterUse = iota // *ast.For
	CompClause                // *ast.Comprehension
	StarUse                   // *ast.Starred, or the ** of a call or dict
	Unpack                    // a, b = x; Expr is the target
	Builtin                   // list(x), sum(x), …; Expr is the call, Arg the argument
	Next                      // next(x)
	Delegate                  // *ast.YieldFrom
	Membership                // a in x; Expr is the *ast.Compare
	Augment                   // l += x; Expr is the *ast.AugAssign, Elem what l held
)

// An Iter is a place where something is iterated over.
type Iter struct {
	Func FuncID
	Expr ast.Node
	Use  IterUse
	Arg  ast.Expr // the iterable
	Obj  NodeID
	Elem NodeID
	// Lazy marks a builtin that does not iterate by itself but when what it
	// returns is iterated (enumerate, zip, map, filter, iter).
	Lazy bool
}

// A With is one item of a with statement.
type With struct {
	Func FuncID
	Stmt *ast.With
	Item *ast.WithItem
	Obj  NodeID
}

// An Import is a place that imports modules of the project.
type Import struct {
	Expr    ast.Node // the statement, or the call of import_module
	Modules []*Module
}

// An Escape is the place where a function leaves the part of the program that
// offlet can follow: it is given to an external function that may call it at
// any time, and cannot await it.
type Escape struct {
	Func FuncID   // where
	Expr ast.Node // the call
	To   string   // dotted name of the external, "" if it is not known
	// Crowd: it is one of more things in one place than can be followed; the
	// place is the function itself
	Crowd bool
}
