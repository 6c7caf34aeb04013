// Package scope tells what every name in a module denotes.
//
// It applies the rules of CPython's symbol table pass (Python/symtable.c):
// which scope binds a name, that class bodies are invisible to the functions
// in them, that the first iterable of a comprehension belongs outside, that a
// walrus in a comprehension binds outside, global, nonlocal, private names,
// __class__, and the scopes of type parameters (PEP 695).
package scope

import (
	"fmt"
	"strings"
	"sync"

	"github.com/offlet/offlet/internal/python/ast"
)

// A Kind says what a scope belongs to.
type Kind uint8

// The kinds of scopes.
const (
	Module Kind = iota
	Class
	Function
	Lambda
	Comprehension // of a list, set or dict comprehension or a generator expression
	TypeParams    // between a generic def, class or type statement and its surroundings
	TypeAlias     // the value of a type statement
	TypeVarBound  // a type parameter's bound or default
)

var kindNames = [...]string{"module", "class", "function", "lambda", "comprehension",
	"type parameters", "type alias", "type variable bound"}

// String returns the kind in words.
func (k Kind) String() string { return kindNames[k] }

// ScopeFlags tell what happens directly in a scope, not in a scope inside it.
type ScopeFlags uint16

// The flags of a scope.
const (
	HasYield       ScopeFlags = 1 << iota // yield or yield from: a generator
	HasAwait                              // await, async for, async with, or an async comprehension
	HasReturnValue                        // return with a value
	ImportStar                            // from m import * (module scope)
	Async                                 // async def
	Generator                             // a generator expression
	UsesClassCell                         // refers to __class__, or calls super()
	VarArgs                               // *args
	VarKeywords                           // **kwargs
	Unevaluated                           // lies in an annotation that is never evaluated (from __future__ import annotations)
)

// A Scope is a region of the program with names of its own. Indices refer to
// Info.Scopes and Info.Symbols.
type Scope struct {
	Kind  Kind
	Flags ScopeFlags
	// ID is the scope's own index in Info.Scopes.
	ID int32
	// Parent is the scope around it, -1 for the module.
	Parent int32
	// Class is the innermost class scope that it lies in, itself included, or
	// -1.
	Class int32
	// Node is what the scope belongs to: *ast.Module, *ast.ClassDef,
	// *ast.FunctionDef, *ast.Lambda, *ast.ListComp, *ast.SetComp,
	// *ast.DictComp, *ast.GeneratorExp; for TypeParams the generic
	// definition; for TypeAlias the *ast.TypeAlias; for TypeVarBound the
	// *ast.TypeParam.
	Node ast.Node
	// The scope's own symbols are Info.Symbols[SymStart:SymEnd], in the order
	// in which they first occur.
	SymStart, SymEnd int32
	// The names that occur in the scope are Info.Refs[RefStart:RefEnd].
	RefStart, RefEnd int32
	// Private is the name of the class by which private names (__x) in this
	// scope are mangled, "" outside classes; see Mangle.
	Private string
}

// IsFunction reports whether names in the scope are those of a function: it
// is a function, lambda or comprehension.
func (s *Scope) IsFunction() bool {
	return s.Kind == Function || s.Kind == Lambda || s.Kind == Comprehension
}

// Flags tell how a name is used.
type Flags uint32

// The flags of symbols and references.
const (
	Param            Flags = 1 << iota
	Assigned               // by =, for, with, del, :=, match, …
	Imported               // by import
	Def                    // by def
	ClassDef               // by class
	Annotated              // by x: T
	ExceptName             // by except … as x, which deletes it in the end
	TypeParam              // by [T]
	IterVar                // the loop variable of a comprehension
	Deleted                // by del
	Used                   // read
	DeclaredGlobal         // by a global statement (of a Ref), or somewhere (of a module Symbol)
	DeclaredNonlocal       // by a nonlocal statement (of a Ref)
	Free                   // of a Ref: it denotes a symbol of an enclosing function
	Captured               // of a Symbol: an inner scope refers to it
	Rebound                // of a Symbol: an inner scope binds it (global, nonlocal)
	Implicit               // of a module Symbol: nothing in the module binds it: a builtin, or star-imported
	ClassCell              // of a class Symbol: the implicit __class__
	through                // an inner scope's free name passes through
	walrus                 // DeclaredGlobal or DeclaredNonlocal comes from a walrus in a comprehension
	annotation             // occurs in an annotation that is never evaluated
)

// Bound are the flags of a name that its scope binds.
const Bound = Param | Assigned | Imported | Def | ClassDef | Annotated | ExceptName | TypeParam | IterVar | Deleted

// A Symbol is a variable.
type Symbol struct {
	// Name is its name at run time: private names are mangled.
	Name  string
	Scope int32
	Flags Flags
}

// A Ref is a name that occurs in a scope, and what it denotes there.
type Ref struct {
	Name  string
	Sym   int32
	Flags Flags
}

// Info holds the scopes of a module. It is safe for concurrent use.
type Info struct {
	// Scopes holds the module first, and outer scopes before inner ones.
	Scopes []Scope
	// Symbols holds the symbols scope by scope.
	Symbols []Symbol
	// Refs holds the names that occur, scope by scope.
	Refs []Ref

	once sync.Once
	of   map[ast.Node]int32
}

// Of returns the scope of a Module, ClassDef, FunctionDef, Lambda,
// comprehension or TypeAlias (of its value), or nil for another node.
func (info *Info) Of(n ast.Node) *Scope {
	info.once.Do(func() {
		info.of = make(map[ast.Node]int32, len(info.Scopes))
		for i := range info.Scopes {
			// The type parameters' scope comes before the one it surrounds.
			if s := &info.Scopes[i]; s.Kind != TypeParams || info.of[s.Node] == 0 {
				info.of[s.Node] = int32(i)
			}
		}
	})
	if i, ok := info.of[n]; ok {
		return &info.Scopes[i]
	}
	return nil
}

// Index returns the index of s in info.Scopes.
func (info *Info) Index(s *Scope) int32 { return s.ID }

// SymbolsOf returns the symbols of the scope.
func (info *Info) SymbolsOf(s *Scope) []Symbol { return info.Symbols[s.SymStart:s.SymEnd] }

// RefsOf returns the names that occur in the scope.
func (info *Info) RefsOf(s *Scope) []Ref { return info.Refs[s.RefStart:s.RefEnd] }

// Lookup returns the index of the scope's own symbol with the given name, or
// -1. It does not look into enclosing scopes.
func (info *Info) Lookup(s *Scope, name string) int32 {
	for i := s.SymStart; i < s.SymEnd; i++ {
		if info.Symbols[i].Name == name && info.Symbols[i].Flags&ClassCell == 0 {
			return i
		}
	}
	return -1
}

// An Error is what CPython's symbol table pass rejects.
type Error struct {
	Span ast.Span
	Msg  string
}

// Error returns the message; the caller knows the file.
func (e *Error) Error() string { return e.Msg }

// Mangle returns the name by which a class named class knows name inside its
// body: a private name __x becomes _class__x (CPython's _Py_Mangle). class may
// be "", for outside classes.
func Mangle(class, name string) string {
	if class == "" || len(name) < 3 || name[0] != '_' || name[1] != '_' {
		return name
	}
	n := len(name)
	if name[n-1] == '_' && name[n-2] == '_' {
		return name
	}
	for i := 0; i < n; i++ {
		if name[i] == '.' { // import __a.b
			return name
		}
	}
	for class != "" && class[0] == '_' {
		class = class[1:]
	}
	if class == "" {
		return name
	}
	return "_" + class + name
}

// An entry is a name in a scope while the analysis runs.
type entry struct {
	name   int32 // index into analyzer.names
	scope  int32
	flags  Flags
	shadow int32 // what slots[name] was before
	up     int32 // the entry of an outer scope that it denotes, or -1
	pos    ast.Span
}

// A frame is a scope that is being visited.
type frame struct {
	index    int32
	entries  []int32 // into analyzer.entries
	deferred []int32 // names of inner scopes that pass by this one's, if it is of a class
	// compIter counts the comprehension iterables that are being visited;
	// target says that a comprehension's loop variable is.
	compIter  int
	target    bool
	seesClass bool
	// generic is the frame of the type parameters of the generic class whose
	// definition (not body) is being visited, or -1: of private names only the
	// type parameters' are mangled there.
	generic int
	what    string // for messages
}

type analyzer struct {
	info    *Info
	frames  []frame
	cur     *frame
	scope   *Scope
	entries []entry
	ids     map[string]int32
	names   []string
	slots   []int32 // by name: the entry in the innermost scope being visited, or -1
	occ     []*ast.Binding
	globals []int32 // entries declared global
	cells   []int32 // entries that denote a __class__ cell
	future  bool    // from __future__ import annotations
	inAnn   int     // depth of annotations that are not evaluated
	err     *Error
}

var analyzers = sync.Pool{New: func() any { return &analyzer{ids: make(map[string]int32)} }}

// Analyze finds the scopes of m and sets Sym of every [ast.Binding] below it
// (of Name, of the names of definitions, parameters, aliases, handlers,
// patterns, type parameters, global and nonlocal statements) to the index of
// the symbol that it denotes, resolved: in a function that reads a module's
// variable, the symbol of the module. Sym stays -1 where there is no variable:
// attributes, keywords, the module of a from-import, the name of an alias that
// has an AsName.
//
// The error, if any, is the first *Error that CPython's symtable would raise;
// Info is complete all the same, as far as the program makes sense.
func Analyze(m *ast.Module) (*Info, error) {
	a := analyzers.Get().(*analyzer)
	a.info = &Info{}
	a.futures(m)
	a.enter(Module, m, "")
	a.stmts(m.Body)
	a.exit()
	a.finish()
	info, err := a.info, a.err
	a.reset()
	analyzers.Put(a)
	if err != nil {
		return info, err
	}
	return info, nil
}

// reset makes a ready for another module; it keeps scratch memory.
func (a *analyzer) reset() {
	if len(a.ids) > 4096 {
		// Clearing a map costs what it once held: not for every small module
		// after a large one.
		a.ids = make(map[string]int32)
	}
	clear(a.ids)
	clear(a.names)
	clear(a.occ)
	*a = analyzer{ids: a.ids, names: a.names[:0], entries: a.entries[:0], frames: a.frames[:0],
		slots: a.slots[:0], occ: a.occ[:0], globals: a.globals[:0], cells: a.cells[:0]}
}

// features are the features that a future statement can name.
const features = " nested_scopes generators division absolute_import with_statement print_function unicode_literals barry_as_FLUFL generator_stop annotations "

// futures checks the future statements, which must come first (CPython's
// future.c), and sets a.future.
func (a *analyzer) futures(m *ast.Module) {
	done := false
	for i, s := range m.Body {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if c, ok := s.Value.(*ast.Constant); ok && i == 0 && c.Kind == ast.Str {
				continue
			}
		case *ast.ImportFrom:
			if s.Module == nil || s.Level != 0 || s.Module.Name != "__future__" {
				break
			}
			if done {
				a.fail(s.Span, "from __future__ imports must occur at the beginning of the file")
				return
			}
			for _, n := range s.Names {
				switch name := n.Name.Name; {
				case name == "annotations":
					a.future = true
				case name == "braces":
					a.fail(n.Span, "not a chance")
				case !strings.Contains(features, " "+name+" "):
					a.fail(n.Span, "future feature %s is not defined", name)
				}
			}
			continue
		}
		done = true
	}
}

func (a *analyzer) fail(s ast.Span, format string, args ...any) {
	if a.err == nil {
		a.err = &Error{Span: s, Msg: fmt.Sprintf(format, args...)}
	}
}

// ---- scopes

func (a *analyzer) enter(k Kind, n ast.Node, private string) {
	s := Scope{Kind: k, Node: n, Parent: -1, Class: -1, Private: private}
	seesClass := false
	if len(a.frames) > 0 {
		s.Parent = a.cur.index
		s.Class = a.scope.Class
		switch k {
		case TypeParams, TypeAlias, TypeVarBound:
			seesClass = a.scope.Kind == Class || a.cur.seesClass
		}
	}
	if a.inAnn > 0 {
		s.Flags |= Unevaluated
	}
	index := int32(len(a.info.Scopes))
	s.ID = index
	if k == Class {
		s.Class = index
	}
	a.info.Scopes = append(a.info.Scopes, s)
	n0 := len(a.frames)
	if n0 < cap(a.frames) {
		a.frames = a.frames[:n0+1]
		f := &a.frames[n0]
		*f = frame{index: index, entries: f.entries[:0], deferred: f.deferred[:0], seesClass: seesClass}
	} else {
		a.frames = append(a.frames, frame{index: index, seesClass: seesClass})
	}
	f := &a.frames[n0]
	f.generic = -1
	if _, ok := n.(*ast.ClassDef); ok && k == TypeParams {
		f.generic = n0
	} else if n0 > 0 && k != Class {
		f.generic = a.frames[n0-1].generic
	}
	a.top()
}

func (a *analyzer) top() {
	a.cur = &a.frames[len(a.frames)-1]
	a.scope = &a.info.Scopes[a.cur.index]
}

// exit leaves the scope: names that it does not bind are looked for in the one
// around it.
func (a *analyzer) exit() {
	f := a.cur
	isClass := a.scope.Kind == Class
	for _, e := range f.entries {
		a.slots[a.entries[e].name] = a.entries[e].shadow
	}
	if len(a.frames) == 1 {
		// The module: names declared global in functions are its own.
		for _, e := range f.entries {
			a.slots[a.entries[e].name] = e
		}
		for _, e := range a.globals {
			if a.entries[e].scope == 0 {
				continue
			}
			g := a.at(a.entries[e].name, through)
			a.entries[e].up = g
			a.entries[g].flags |= DeclaredGlobal
		}
		return
	}
	a.frames = a.frames[:len(a.frames)-1]
	a.top()
	for _, e := range f.entries {
		a.release(e, f.seesClass, false)
	}
	for _, e := range f.deferred {
		c := a.find(f.entries, a.entries[e].name)
		bound := c >= 0 && a.entries[c].flags&Bound != 0 && a.entries[c].flags&DeclaredNonlocal == 0
		sees := a.entries[e].flags&annotationClass != 0
		switch {
		case !isClass && bound && !sees: // a type parameter
			a.entries[e].up = c
		case !isClass && sees:
			// A type parameter too, if the class does not bind the name: the
			// class's names come first.
			if bound {
				a.entries[e].up = c
			}
			a.release(e, true, true)
		case isClass && sees && (bound || c >= 0 && a.entries[c].flags&DeclaredGlobal != 0):
			a.entries[e].up = c
		case isClass && sees && a.entries[e].up >= 0:
		case isClass && sees && a.names[a.entries[e].name] == "__class__":
			a.entries[e].up = a.cellOf(f.index)
		default:
			a.release(e, false, true)
		}
	}
}

// annotationClass marks an entry of a scope that sees the names of the class
// around it.
const annotationClass Flags = 1 << 31

// release hands the entry e of a scope that ended to the scope around it, the
// current one.
func (a *analyzer) release(e int32, seesClass, deferred bool) {
	en := &a.entries[e]
	switch {
	case en.flags&DeclaredGlobal != 0:
		return
	case en.flags&DeclaredNonlocal == 0 && en.flags&Bound != 0 && !deferred:
		return
	}
	if a.scope.Kind == Class {
		if a.names[en.name] == "__class__" && !seesClass {
			c := a.cellOf(a.cur.index) // may move a.entries
			a.entries[e].up = c
			return
		}
		if seesClass {
			en.flags |= annotationClass
		}
		a.cur.deferred = append(a.cur.deferred, e)
		return
	}
	if a.cur.seesClass {
		// The scope of type parameters in a class sees the class's names, before
		// its own even; the function in it does not: what it looks for must not
		// go through.
		if seesClass {
			en.flags |= annotationClass
		}
		a.cur.deferred = append(a.cur.deferred, e)
		return
	}
	flag := through
	if en.flags&^annotationClass == annotation {
		flag = annotation
	}
	up := a.at(en.name, flag) // may move a.entries
	a.entries[e].up = up
}

// cellOf returns the entry of the implicit __class__ of a class scope.
func (a *analyzer) cellOf(class int32) int32 {
	for _, c := range a.cells {
		if a.entries[c].scope == class {
			return c
		}
	}
	c := int32(len(a.entries))
	a.entries = append(a.entries, entry{name: a.intern("__class__"), scope: class, flags: ClassCell, up: -1, shadow: -1})
	a.cells = append(a.cells, c)
	return c
}

func (a *analyzer) find(entries []int32, name int32) int32 {
	for _, e := range entries {
		if a.entries[e].name == name {
			return e
		}
	}
	return -1
}

// ---- names

func (a *analyzer) intern(name string) int32 {
	id, ok := a.ids[name]
	if !ok {
		id = int32(len(a.names))
		a.ids[name] = id
		a.names = append(a.names, name)
		a.slots = append(a.slots, -1)
	}
	return id
}

// at returns the current scope's entry for a name, a new one if need be.
func (a *analyzer) at(name int32, flags Flags) int32 {
	e := a.slots[name]
	if e >= 0 && a.entries[e].scope == a.cur.index {
		a.entries[e].flags |= flags
		return e
	}
	n := int32(len(a.entries))
	a.entries = append(a.entries, entry{name: name, scope: a.cur.index, flags: flags, shadow: e, up: -1})
	a.slots[name] = n
	a.cur.entries = append(a.cur.entries, n)
	return n
}

// mention records an occurrence of a name in the current scope.
func (a *analyzer) mention(b *ast.Binding, name string, flags Flags, pos ast.Span) int32 {
	if a.scope.Private != "" {
		name = a.mangle(name)
	}
	if a.inAnn > 0 && flags == Used {
		flags = annotation
	}
	e := a.at(a.intern(name), flags)
	b.Sym = e
	a.occ = append(a.occ, b)
	return e
}

// mangle returns the name that name has in the current scope.
func (a *analyzer) mangle(name string) string {
	m := Mangle(a.scope.Private, name)
	if m == name || a.cur.generic < 0 {
		return m
	}
	if e := a.find(a.frames[a.cur.generic].entries, a.intern(m)); e >= 0 && a.entries[e].flags&TypeParam != 0 {
		return m
	}
	return name
}

// bind records that the current scope binds a name.
func (a *analyzer) bind(b *ast.Binding, name string, flags Flags, pos ast.Span) {
	if a.cur.target {
		flags |= IterVar
	}
	e := a.mention(b, name, flags, pos)
	if a.cur.target && a.entries[e].flags&walrus != 0 {
		a.fail(pos, "comprehension inner loop cannot rebind assignment expression target '%s'", name)
	}
}

func (a *analyzer) ident(id *ast.Ident, flags Flags) {
	if id != nil {
		a.bind(&id.Binding, id.Name, flags, id.Span)
	}
}

// ---- the end

// finish numbers the symbols and resolves the occurrences.
func (a *analyzer) finish() {
	info := a.info
	nScopes := len(info.Scopes)
	// A symbol is an entry that denotes itself. Count symbols and references
	// per scope, then place them scope by scope.
	symCount := make([]int32, nScopes+1)
	refCount := make([]int32, nScopes+1)
	for i := range a.entries {
		e := &a.entries[i]
		if e.up < 0 {
			symCount[e.scope+1]++
		}
		if a.isRef(int32(i)) {
			refCount[e.scope+1]++
		}
	}
	for i := 0; i < nScopes; i++ {
		symCount[i+1] += symCount[i]
		refCount[i+1] += refCount[i]
		s := &info.Scopes[i]
		s.SymStart, s.SymEnd = symCount[i], symCount[i+1]
		s.RefStart, s.RefEnd = refCount[i], refCount[i+1]
	}
	info.Symbols = make([]Symbol, symCount[nScopes])
	info.Refs = make([]Ref, refCount[nScopes])
	final := make([]int32, len(a.entries))
	for i := range a.entries {
		e := &a.entries[i]
		if e.up >= 0 {
			continue
		}
		n := symCount[e.scope]
		symCount[e.scope]++
		final[i] = n
		flags := e.flags &^ (through | walrus | annotation | annotationClass)
		if e.scope == 0 && flags&Bound == 0 {
			flags |= Implicit
		}
		info.Symbols[n] = Symbol{Name: a.names[e.name], Scope: e.scope, Flags: flags}
	}
	for i := range a.entries {
		e := &a.entries[i]
		root := int32(i)
		for a.entries[root].up >= 0 {
			root = a.entries[root].up
		}
		if e.up >= 0 {
			e.up = root
			final[i] = final[root]
			sym := &info.Symbols[final[i]]
			if e.flags&^(through|annotation|annotationClass) != 0 {
				sym.Flags |= Captured
				if b := e.flags & Bound; b != 0 {
					sym.Flags = sym.Flags&^Implicit | b | Rebound
				}
			}
			if e.flags&DeclaredNonlocal != 0 && e.flags&walrus == 0 {
				switch {
				case sym.Scope == 0:
					a.fail(e.pos, "no binding for nonlocal '%s' found", sym.Name)
				case sym.Flags&TypeParam != 0 && !a.boundBetween(e, sym.Scope):
					a.fail(e.pos, "nonlocal binding not allowed for type parameter '%s'", sym.Name)
				}
			}
		}
		isFree := e.up >= 0 && a.entries[root].scope != 0
		if a.isRef(int32(i)) {
			flags := e.flags &^ (through | walrus | annotation | annotationClass)
			if isFree && e.flags&DeclaredGlobal == 0 {
				flags |= Free
			}
			n := refCount[e.scope]
			refCount[e.scope]++
			info.Refs[n] = Ref{Name: a.names[e.name], Sym: final[i], Flags: flags}
			if a.names[e.name] == "__class__" && isFree {
				info.Scopes[e.scope].Flags |= UsesClassCell
			}
		}
	}
	for _, b := range a.occ {
		b.Sym = final[b.Sym]
	}
}

// boundBetween reports whether a class between the scope of e and an outer one
// binds the name, by which CPython forgets that it is a type parameter.
func (a *analyzer) boundBetween(e *entry, outer int32) bool {
	for i := a.info.Scopes[e.scope].Parent; i > outer; i = a.info.Scopes[i].Parent {
		for j := range a.entries {
			if c := &a.entries[j]; c.scope == i && c.name == e.name && c.flags&Bound != 0 {
				return true
			}
		}
	}
	return false
}

// isRef reports whether entry i is a name that occurs in its scope, or a free
// name that passes through it on the way to an enclosing function.
func (a *analyzer) isRef(i int32) bool {
	e := &a.entries[i]
	switch {
	case e.flags&ClassCell != 0:
		return false
	case e.flags&^(through|annotation|annotationClass) != 0:
		return true
	case e.flags&through == 0 || e.up < 0:
		return false
	}
	for a.entries[i].up >= 0 {
		i = a.entries[i].up
	}
	return a.entries[i].scope != 0
}
