// Package catalog is what offlet knows of Eventlet, of the standard library
// that monkey_patch() makes green, and of offlet's own runtime: which call may
// yield, what it returns, which of its arguments become green threads, and
// what the equivalent on asyncio is. The knowledge is data (*.yaml), which
// `go generate` turns into tables.go, so that no run of offlet has to parse it;
// this package answers questions by dotted name.
package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"sort"
	"strings"
	"sync"
)

//go:generate go run -tags offlet_catalog_bootstrap ./gen

// A Yield says whether a call may switch to the hub.
type Yield uint8

// The yield classes. May stands for "depends on the state" (a full pool, an
// empty queue, an empty socket buffer); a caller is coloured by both May and
// Always.
const (
	Never Yield = iota
	May
	Always
)

// UnmarshalText reads never, may or always.
func (y *Yield) UnmarshalText(b []byte) error {
	switch string(b) {
	case "never", "":
		*y = Never
	case "may":
		*y = May
	case "always":
		*y = Always
	default:
		return fmt.Errorf("yields: %q is none of never, may, always", b)
	}
	return nil
}

func (y Yield) String() string { return [...]string{"never", "may", "always"}[y] }

// A Callback describes an argument that is a function which the callee calls.
type Callback struct {
	// Arg is the index of the function among the positional arguments (without
	// self); the arguments after it are passed on to it.
	Arg int `yaml:"arg"`
	// Name is the keyword by which the function may be given instead.
	Name string `yaml:"name"`
	// Self says that the receiver is passed to the function first
	// (GreenThread.link).
	Self bool `yaml:"self"`
	// Given are the types of the arguments with which the callee calls the
	// function, where they do not come from the call (eventlet.serve).
	Given []string `yaml:"given"`
	// Rest says that the arguments of the call that come after the function
	// follow those of Given (DAGPool.spawn).
	Rest bool `yaml:"rest"`
	// Each is the index of the first of the iterables whose items are the
	// arguments (GreenPool.imap); 0 when absent.
	Each int `yaml:"each"`
	// Star is the index of the iterable whose items are argument tuples
	// (GreenPool.starmap); 0 when absent.
	Star int `yaml:"star"`
}

// A Kind says what a name denotes.
type Kind uint8

// The kinds of symbols.
const (
	Module Kind = iota
	Function
	Class
	Method
	Attribute
)

// A Symbol is one record.
type Symbol struct {
	// Name is the dotted name in the module where the thing is defined; a
	// method's is Class.Name + "." + its own.
	Name string `yaml:"-"`
	Kind Kind   `yaml:"-"`
	// Owner is the class of a method or attribute.
	Owner *Symbol `yaml:"-"`

	Aliases []string `yaml:"aliases"`
	Bases   []string `yaml:"bases"`  // of a class
	Params  []string `yaml:"params"` // names of the first positional parameters
	Yields  Yield    `yaml:"yields"` // when called
	Group   string   `yaml:"group"`  // the monkey_patch argument that makes it green; "" for Eventlet's own
	Open    bool     `yaml:"open"`   // a class on whose instances any attribute may be set
	Lock    bool     `yaml:"lock"`   // acquiring yields only if a critical section does
	// Eager marks a call that lets other green threads run although it waits for
	// nothing: Pool.put runs the thread that waits for the item before it
	// returns. Its counterpart returns first, so it is coloured as one that
	// never yields.
	Eager bool `yaml:"eager"`
	// Through are methods of its class by which a method does its work: those of
	// a subclass are called instead.
	Through []string  `yaml:"through"`
	Awaits  bool      `yaml:"awaits"` // a coroutine function: the call gives an awaitable
	Bridge  bool      `yaml:"bridge"` // part of the bridge between the universes
	Runs    *Callback `yaml:"runs"`   // a class whose instances run the function later, in a green thread
	Hooks   bool      `yaml:"hooks"`  // a class that calls methods of its subclasses by their names
	// Methods are the members of a class. "*" stands for every method that has
	// no record: a proxy, or a client that asks its server in nearly all of them.
	Methods map[string]*Symbol `yaml:"methods"`

	// Attribute marks a member that is read, not called.
	IsAttribute bool `yaml:"attribute"`

	// The flow of values. Returns is "" (nothing known), "self", "elem" (what
	// the receiver holds), "argN", "result" (of the callback), "finished" (that,
	// or what its coroutine returns), "finished0" (so of the first argument),
	// "module", the name of a class, or "tuple(…)", "list(…)", "dict(…)" of
	// those, also "dict(key=…)". Elem says what flows into what
	// a returned instance holds ("result", "elem", "argN", "awaited"). Stores says which
	// arguments (or "result") flow into what the receiver holds. Enter is what
	// __enter__ gives. Raises is a class that the call raises by itself.
	Returns string   `yaml:"returns"`
	Elem    []string `yaml:"elem"`
	Stores  []string `yaml:"stores"`
	Enter   string   `yaml:"enter"`
	Raises  string   `yaml:"raises"`
	// Takes are the classes of arguments that s works on: its counterpart works
	// on theirs, so it stays where they do (eventlet.kill).
	Takes []string `yaml:"takes"`

	// Callbacks: Spawns starts a green thread with the function, Calls calls it
	// in the caller's own thread, Thread in a native thread.
	Spawns *Callback `yaml:"spawns"`
	Calls  *Callback `yaml:"calls"`
	Thread *Callback `yaml:"thread"`
	// Keeps takes a function that it runs in green threads that stay
	// Eventlet's: the application of wsgi.server.
	Keeps *Callback `yaml:"keeps"`
	// Creates takes a function, or is a method of a subclass by its name, that
	// makes what instances hold: create of pools.Pool.
	Creates *Callback `yaml:"creates"`
	// Link marks GreenThread.link: the function runs in the dying thread.
	Link bool `yaml:"link"`
	// Schedules marks functions that take an awaitable and see to it that it
	// runs (asyncio.create_task, bridge.call).
	Schedules bool `yaml:"schedules"`
	// Uses are the arguments whose methods the function calls (json.load).
	Uses []int `yaml:"uses"`

	// The asyncio side. To replaces the reference ("aio.Pool"); ToValue is used
	// instead where the name is not called at once. NeedsLoop says that the
	// call needs a running loop although it does not yield.
	To        string `yaml:"to"`
	ToValue   string `yaml:"toValue"`
	NeedsLoop bool   `yaml:"needsLoop"`
	// Iter and With say how instances are iterated and entered: "async" (async
	// for / async with), "leaf" (through the bridge), "plain", "lock".
	Iter      string `yaml:"iter"`
	With      string `yaml:"with"`
	Awaitable bool   `yaml:"awaitable"`
	// Leaf marks a blocking library call that stays what it is: through the
	// bridge while Eventlet is there, in a thread after.
	Leaf bool `yaml:"leaf"`
	// Refuse names the reason for which offlet leaves the use to a person (see
	// Document.Refusals).
	Refuse string `yaml:"refuse"`
	// Drop says how the third step removes it: "statement".
	Drop string `yaml:"drop"`
}

// Green reports whether calling s may switch to the hub when the groups in
// patched are monkey-patched. green says that the name came from
// eventlet.green.*, which needs no patching.
func (s *Symbol) Green(patched Groups, green bool) bool {
	return s.Yields != Never && s.Active(patched, green)
}

// Active reports whether s is Eventlet's: defined by it, or made green by it.
func (s *Symbol) Active(patched Groups, green bool) bool {
	g := s.Group
	if g == "" && s.Owner != nil {
		g = s.Owner.Group
	}
	return g == "" || green || patched.Has(g)
}

// IsLeaf reports whether s stays a library call (see Leaf).
func (s *Symbol) IsLeaf() bool { return s.Leaf || s.Owner != nil && s.Owner.Leaf }

// ToRef is the replacement of a reference to s, for a call at once (call) or
// as a value, or "" if there is none.
func (s *Symbol) ToRef(call bool) string {
	if !call && s.ToValue != "" {
		return s.ToValue
	}
	return s.To
}

// Refusal is the reason for which a use of s is left to a person, or "".
func (s *Symbol) Refusal() string {
	if s.Refuse != "" {
		return s.Refuse
	}
	if s.Owner != nil && s.Kind == Method && s.Owner.To == "" {
		return s.Owner.Refuse
	}
	return ""
}

// Gives are the names of the classes of which a call of s handles instances: it
// returns or raises them, hands them to a callback, or takes them.
func (s *Symbol) Gives() []string {
	var out []string
	add := func(t string) {
		if strings.Contains(t, ".") {
			out = append(out, t)
		}
	}
	for _, name := range dottedName.FindAllString(s.Returns, -1) { // tuple(socket.socket, builtins.int)
		if !plainType(name) {
			add(name)
		}
	}
	add(s.Raises)
	if s.Spawns != nil {
		for _, g := range s.Spawns.Given {
			add(g)
		}
	}
	for _, t := range s.Takes {
		add(t)
	}
	return out
}

// A Document is one of the files in which the knowledge is written (*.yaml).
type Document struct {
	Modules    map[string]*Symbol `yaml:"modules"`
	Functions  map[string]*Symbol `yaml:"functions"`
	Classes    map[string]*Symbol `yaml:"classes"`
	Attributes map[string]*Symbol `yaml:"attributes"`
	// Blocking are the prefixes of names that may block, with the monkey_patch
	// arguments on which that depends ("green": on none); Pure are the exceptions, by module: a
	// name, or "x.*" for all below x.
	Blocking map[string][]string `yaml:"blocking"`
	Pure     map[string][]string `yaml:"pure"`
	Standard []string            `yaml:"standard"`
	Own      []string            `yaml:"own"`
	Quiet    []string            `yaml:"quiet"`
	Loud     []string            `yaml:"loud"`
	Renamed  map[string]string   `yaml:"renamed"`
	// GreenNames are names of Eventlet that are another's green version.
	GreenNames map[string]string `yaml:"greenNames"`
	// Returns are the types of what calls of other names give, Holds those of
	// attributes: a class, or "list(…)", "dict(…)", "tuple(…)" of such. Homes are
	// names that are judged as another's.
	Returns map[string]string `yaml:"returns"`
	Holds   map[string]string `yaml:"holds"`
	Homes   map[string]string `yaml:"homes"`
	// Refusals are the sentences for the reasons that records name by refuse.
	Refusals map[string]string `yaml:"refusals"`
}

// record and member are how tables.go holds the symbols: static data, of which
// only the maps are made at run time.
type record struct {
	name    string
	symbol  Symbol
	members []member
}

type member struct {
	name   string
	symbol Symbol
}

func byName(records []record) map[string]*Symbol {
	m := make(map[string]*Symbol, len(records))
	for i := range records {
		r := &records[i]
		s := r.symbol
		if len(r.members) > 0 {
			s.Methods = make(map[string]*Symbol, len(r.members))
			for j := range r.members {
				meth := r.members[j].symbol
				s.Methods[r.members[j].name] = &meth
			}
		}
		m[r.name] = &s
	}
	return m
}

// A Catalog is the loaded knowledge. It is read-only and safe for concurrent
// use.
type Catalog struct {
	symbols  map[string]*Symbol
	alias    map[string]string
	blocking map[string][]string
	pure     map[string]bool
	standard map[string]bool
	own      map[string]bool
	quiet    map[string]bool // by dotted prefix; false for the exceptions
	renamed  map[string]string
	refusals map[string]string
	green    map[string]string
	returns  map[string]string
	holds    map[string]string
	homes    map[string]string
}

// Default is the catalogue that is built into offlet: the files of this
// directory, as tables.go holds them.
var Default = sync.OnceValue(func() *Catalog {
	c, err := New(builtin())
	if err != nil {
		panic("catalog: " + err.Error()) // a test loads it
	}
	return c
})

// New makes a catalogue of documents.
func New(docs ...*Document) (*Catalog, error) {
	c := &Catalog{
		symbols:  make(map[string]*Symbol, 1024),
		alias:    make(map[string]string, 256),
		blocking: map[string][]string{},
		pure:     map[string]bool{},
		standard: make(map[string]bool, 512),
		own:      map[string]bool{},
		quiet:    map[string]bool{},
		renamed:  map[string]string{},
		refusals: map[string]string{},
		green:    map[string]string{},
		returns:  map[string]string{},
		holds:    map[string]string{},
		homes:    map[string]string{},
	}
	for _, d := range docs {
		if err := c.add(d); err != nil {
			return nil, err
		}
	}
	c.complete()
	c.mirrorRuntime()
	return c, nil
}

func (c *Catalog) add(d *Document) error {
	for _, part := range [...]struct {
		kind  Kind
		names map[string]*Symbol
	}{{Module, d.Modules}, {Function, d.Functions}, {Class, d.Classes}, {Attribute, d.Attributes}} {
		for name, s := range part.names {
			if s == nil {
				s = &Symbol{}
			}
			if _, dup := c.symbols[name]; dup {
				return fmt.Errorf("%s is defined twice", name)
			}
			s.Name, s.Kind = name, part.kind
			c.symbols[name] = s
			for _, a := range s.Aliases {
				if old, dup := c.alias[a]; dup {
					return fmt.Errorf("%s is an alias of %s and of %s", a, old, name)
				}
				c.alias[a] = name
			}
			for mname, meth := range s.Methods {
				if meth == nil {
					meth = &Symbol{}
					s.Methods[mname] = meth
				}
				meth.Name, meth.Kind, meth.Owner = name+"."+mname, Method, s
				if meth.IsAttribute {
					meth.Kind = Attribute
				}
			}
		}
	}
	maps.Copy(c.blocking, d.Blocking)
	for prefix, names := range d.Pure {
		for _, n := range names {
			c.pure[prefix+"."+n] = true
		}
	}
	for _, m := range d.Standard {
		c.standard[m] = true
	}
	for _, m := range d.Own {
		c.own[m] = true
	}
	for _, m := range d.Quiet {
		c.quiet[m] = true
	}
	for _, m := range d.Loud {
		c.quiet[m] = false
	}
	maps.Copy(c.renamed, d.Renamed)
	maps.Copy(c.refusals, d.Refusals)
	maps.Copy(c.green, d.GreenNames)
	maps.Copy(c.returns, d.Returns)
	maps.Copy(c.holds, d.Holds)
	maps.Copy(c.homes, d.Homes)
	return nil
}

// complete gives the records of functions and methods that do not say what they
// return, and of attributes, the plain types that the stubs have for them.
func (c *Catalog) complete() {
	for _, types := range [...]map[string]string{c.returns, c.holds} {
		for name, t := range types {
			if s := c.Lookup(name); s != nil && s.Kind != Class && s.Returns == "" && len(s.Elem) == 0 && plainType(t) {
				s.Returns = t
			}
		}
	}
}

// plainType reports whether a type is made of builtin ones alone.
func plainType(t string) bool {
	for _, part := range strings.FieldsFunc(t, func(r rune) bool { return r == '(' || r == ')' || r == ',' || r == ' ' }) {
		if strings.Contains(part, ".") && !strings.HasPrefix(part, "builtins.") {
			return false
		}
	}
	return true
}

// Type is what a call of a function or method without a record gives, and
// Attribute what an attribute of an object holds: "" if that is not known.
func (c *Catalog) Type(name string) string { return c.returns[name] }

// Attribute: see [Catalog.Type].
func (c *Catalog) Attribute(name string) string { return c.holds[name] }

// home is the name as which another is judged: the module that a name of a
// blocking module comes from, or what its class is.
func (c *Catalog) home(name string) string {
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		if h, ok := c.homes[name[:end]]; ok {
			return h + name[end:]
		}
	}
	return name
}

var dottedName = regexp.MustCompile(`\w+(\.\w+)+`)

// mirrorRuntime enters the runtime's twin of each Eventlet name (aio.Pool for
// GreenPool): the same flow of values, but what yielded is now awaited.
func (c *Catalog) mirrorRuntime() {
	names := make([]string, 0, len(c.symbols))
	for n := range c.symbols {
		names = append(names, n)
	}
	sort.Strings(names)
	// class names inside returns: move to the runtime's too
	to := map[string]string{}
	for _, n := range names {
		if s := c.symbols[n]; strings.HasPrefix(s.To, "aio.") && s.Kind == Class {
			if _, ok := to[n]; !ok {
				to[n] = "offlet." + s.To
			}
		}
	}
	rename := func(t string) string { // tuple(socket.socket, builtins.int)
		return dottedName.ReplaceAllStringFunc(t, func(name string) string { return cmp.Or(to[name], name) })
	}
	for _, n := range names {
		s := c.symbols[n]
		for _, target := range []string{s.To, s.ToValue} {
			if !strings.HasPrefix(target, "aio.") {
				continue
			}
			name := "offlet." + target
			if _, dup := c.symbols[name]; dup {
				continue // e.g. aio.sleep for eventlet's and for time's
			}
			c.symbols[name] = c.twin(s, name, rename)
		}
	}
	// the iterator that imap returns has no name of its own in the runtime
}

func (c *Catalog) twin(s *Symbol, name string, rename func(string) string) *Symbol {
	t := *s
	t.Name = name
	t.Aliases, t.Group, t.Refuse, t.To, t.ToValue, t.Drop = nil, "", "", "", "", ""
	t.NeedsLoop = false
	if s.Iter == "async" || s.Iter == "leaf" {
		t.Iter = "asynced" // already awaited where it is used
	}
	if s.With == "async" {
		t.With = "asynced"
	}
	if s.Spawns != nil {
		spawns := *s.Spawns
		spawns.Given = nil
		for _, g := range s.Spawns.Given {
			spawns.Given = append(spawns.Given, rename(g))
		}
		t.Spawns = &spawns
	}
	t.Returns = finished(rename(s.Returns))
	t.Elem, t.Stores = nil, nil
	for _, e := range s.Elem {
		t.Elem = append(t.Elem, finished(e))
	}
	for _, e := range s.Stores {
		t.Stores = append(t.Stores, finished(e))
	}
	t.Awaits = s.Kind != Class && s.Yields != Never || s.Calls != nil
	t.Yields = Never
	t.Bases = nil
	for _, b := range s.Bases {
		t.Bases = append(t.Bases, rename(b))
	}
	t.Methods = map[string]*Symbol{}
	for mn, m := range s.Methods {
		if m.Refuse != "" {
			continue // the twin does not have it
		}
		mt := c.twin(m, name+"."+mn, rename)
		mt.Owner = &t
		t.Methods[mn] = mt
	}
	return &t
}

// finished is a flow of the runtime, where a function given to a task may be a
// coroutine function, of which the task awaits what it gives.
func finished(flow string) string {
	if flow == "result" {
		return "finished"
	}
	return flow
}

// Lookup returns the record of a dotted name, following aliases, or nil.
// Methods are found through their class and its bases.
func (c *Catalog) Lookup(name string) *Symbol {
	if s, ok := c.symbols[name]; ok {
		return s
	}
	name = c.Canonical(name)
	if s, ok := c.symbols[name]; ok {
		return s
	}
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return nil
	}
	if cls, ok := c.symbols[name[:i]]; ok && cls.Kind == Class {
		return c.Member(cls, name[i+1:])
	}
	return nil
}

// Member returns the record of a method or attribute of a class, looking
// through its bases, or nil.
func (c *Catalog) Member(cls *Symbol, name string) *Symbol {
	if m := c.member(cls, name); m != nil || strings.HasPrefix(name, "__") {
		return m
	}
	return c.member(cls, "*")
}

func (c *Catalog) member(cls *Symbol, name string) *Symbol {
	if m, ok := cls.Methods[name]; ok {
		return m
	}
	for _, b := range cls.Bases {
		if bs := c.Lookup(b); bs != nil {
			if m := c.member(bs, name); m != nil {
				return m
			}
		}
	}
	return nil
}

// Reason is the sentence for which a use of s is left to a person, or "".
func (c *Catalog) Reason(s *Symbol) string { return c.refusals[s.Refusal()] }

// Unrecorded reports whether a dotted name is Eventlet's and the catalogue does
// not know it: nothing may be assumed of it but that it yields.
func (c *Catalog) Unrecorded(name string) bool {
	name, _, _ = strings.Cut(name, "()") // what a function gives: judged by the function
	head, _, _ := strings.Cut(name, ".")
	if head != "eventlet" && head != "greenlet" || c.Lookup(name) != nil {
		return false
	}
	// a class of which it knows has no more members than it says, but those that
	// Python gives to all
	i := strings.LastIndexByte(name, '.')
	owner := c.Lookup(name[:max(i, 0)])
	return owner == nil || owner.Kind != Class || !strings.HasPrefix(name[i+1:], "__")
}

// ClassField returns f of the class or of the nearest base for which it is
// not empty: IterOf, WithOf and EnterOf below.
func (c *Catalog) classField(cls *Symbol, f func(*Symbol) string) string {
	if v := f(cls); v != "" {
		return v
	}
	for _, b := range cls.Bases {
		if bs := c.Lookup(b); bs != nil {
			if v := c.classField(bs, f); v != "" {
				return v
			}
		}
	}
	return ""
}

// IterOf says how instances of cls are iterated (see Symbol.Iter).
func (c *Catalog) IterOf(cls *Symbol) string {
	return c.classField(cls, func(s *Symbol) string { return s.Iter })
}

// WithOf says how instances of cls are entered (see Symbol.With).
func (c *Catalog) WithOf(cls *Symbol) string {
	return c.classField(cls, func(s *Symbol) string { return s.With })
}

// EnterOf says what entering an instance of cls gives (see Symbol.Enter).
func (c *Catalog) EnterOf(cls *Symbol) string {
	return c.classField(cls, func(s *Symbol) string { return s.Enter })
}

// Canonical rewrites the longest aliased prefix of name to the name's home:
// eventlet.Queue.put is eventlet.queue.LightQueue's … by way of
// eventlet.queue.Queue.put.
func (c *Catalog) Canonical(name string) string {
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		if home, ok := c.alias[name[:end]]; ok {
			return home + name[end:]
		}
	}
	return name
}

// GreenModule maps the name of a module below eventlet.green to the standard
// library's module that it is the green version of: urllib2 → urllib.request.
// ok is false if name is neither below eventlet.green nor one of GreenNames.
func (c *Catalog) GreenModule(name string) (std string, ok bool) {
	rest, ok := strings.CutPrefix(name, "eventlet.green.")
	if !ok {
		if !strings.HasPrefix(name, "eventlet.green") {
			return "", false
		}
		for home, std := range c.green {
			if rest, ok := strings.CutPrefix(name, home); ok && (rest == "" || rest[0] == '.') {
				return std + rest, true
			}
		}
		return "", false
	}
	head, tail, _ := strings.Cut(rest, ".")
	if r, renamed := c.renamed[head]; renamed {
		if tail == "" {
			return r, true
		}
		return r + "." + tail, true
	}
	return rest, true
}

// Standard reports whether the top-level module of a dotted name belongs to
// the standard library.
func (c *Catalog) Standard(name string) bool {
	head, _, _ := strings.Cut(name, ".")
	return c.standard[head]
}

// GivesOwn reports whether a name belongs to a module of the standard library of
// which nothing gives an object that the program made: re.search().
func (c *Catalog) GivesOwn(name string) bool {
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		if c.own[name[:end]] {
			return true
		}
	}
	return false
}

// Quiet reports whether a name belongs to a library outside of the standard
// library of which it is known that it neither blocks nor calls methods of the
// objects that it is given.
func (c *Catalog) Quiet(name string) bool {
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		if q, ok := c.quiet[name[:end]]; ok {
			return q
		}
	}
	return false
}

// Blocking returns the patch groups on which functions of the module that holds
// name may block, for names without a record of their own. blocks is false for
// names of modules of which that is not known, and for those listed as pure.
func (c *Catalog) Blocking(name string) (groups []string, blocks bool) {
	if c.Pure(name) {
		return nil, false
	}
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		if g, ok := c.blocking[name[:end]]; ok {
			if home := c.home(name); home != name {
				return c.Blocking(home)
			}
			return g, true
		}
	}
	return nil, false
}

// Pure reports whether a name of a module that blocks is one that neither waits nor
// calls what it is given.
func (c *Catalog) Pure(name string) bool {
	if c.pure[name] {
		return true
	}
	for end := len(name); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		if c.pure[name[:end]+".*"] {
			return true
		}
		if _, ok := c.blocking[name[:end]]; ok {
			break
		}
	}
	return false
}

// Symbols returns all records in the order of their names, methods not
// included.
func (c *Catalog) Symbols() []*Symbol {
	out := make([]*Symbol, 0, len(c.symbols))
	for _, s := range c.symbols {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Groups is a set of monkey_patch arguments.
type Groups map[string]bool

// Has reports whether the group is in the set.
func (g Groups) Has(name string) bool { return g[name] }

// AllGroups are the arguments that monkey_patch() without arguments turns on
// (eventlet.patcher.monkey_patch: all but builtins and MySQLdb).
var AllGroups = []string{"os", "psycopg", "select", "socket", "subprocess", "thread", "time"}

// NamedGroups are the arguments that are on only where they are named.
var NamedGroups = []string{"MySQLdb", "builtins"}
