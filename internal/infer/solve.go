package infer

import (
	"runtime"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// width is how many values a place may hold before it is taken to be open:
// past that a set says nothing that a person or a rewrite could use.
const width = 96

// openWidth is how many values a place may hold that may hold anything besides.
// Whoever uses what is there must be ready for anything, and in a large program
// most of what comes to such places comes by way of others.
const openWidth = 12

// A set is the values at a place, with where they flow to. A large program has
// more than a million, so it is small.
type set struct {
	vals list // of Program.vals
	succ list // of Program.succ
	// last is the last of the constraints, in Program.cells; 0 if there are none
	last uint32
	// found is the index in Program.founds, 0 as long as both lists are short
	found uint32
	// from is the only place from which anything comes here, 0 if there is none
	// such: this place has no values of its own then, but those of that one
	from NodeID
	done uint32 // vals[:done] have been handed on
	// quiet and opaque count the values of no interest (see inertness)
	quiet, opaque uint8
	leaves        uint8 // see leave
	is            state
}

// A state is what is known of a place beside its values.
type state uint8

const (
	// queued places are in Program.work.
	queued state = 1 << iota
	fed          // something flows here
	// wide places have had more values than width: whoever asks from now on is
	// told only that anything may be there
	wide
	open // anything may be there
	// roomy places may hold any number of values: the parameter of a decorator,
	// which is asked for each of them apart
	roomy
	// lost places hold what a place that is too full holds, see lost
	lost
	// constant places hold their values from the start and never get more
	constant
	// limited places hold nothing but the instances of a class, see only
	limited
)

// has reports whether a place is in a state, or in one of several.
func (s *set) has(x state) bool { return s.is&x != 0 }

// A found finds the values of a place and the places that they flow to.
type found struct{ vals, succ idIndex }

// index is where to find the ids of long lists.
func (p *Program) index(s *set) *found {
	if s.found == 0 {
		s.found = uint32(len(p.founds))
		p.founds = append(p.founds, found{})
	}
	return &p.founds[s.found]
}

// A cell is one of the constraints of a place.
type cell struct {
	constraint
	next uint32 // that of the last one is the first
}

// set is the set at a place.
func (p *Program) set(n NodeID) *set { return p.sets.at(uint32(n)) }

// fits reports whether a value can be the receiver of a method of class c.
// What a wrapper hands on as its *args is everything that any function it
// wraps is ever called with; only this is the receiver's.
func (p *Program) fits(v ValueID, c ClassID) bool {
	switch x := p.Values[v]; x.Kind {
	case Instance, ClassVal:
		return p.IsA(x.Class(), c)
	case Unknown:
		return true
	}
	return false
}

// A constraint is told of each value that reaches its place.
type constraint interface {
	apply(p *Program, v ValueID)
}

// chain is how many places one after the other may have the values of the first.
const chain = 16

// source is the place that has the values of n.
func (p *Program) source(n NodeID) *set {
	s := p.set(n)
	if s.from == 0 {
		return s
	}
	at := s
	for i := 0; at.from != 0; i++ {
		if i == chain {
			p.part(n)
			return s
		}
		at = p.set(at.from)
	}
	return at
}

// root is the place whose values n has, however far it is.
func (p *Program) root(n NodeID) NodeID {
	for from := p.set(n).from; from != 0; from = p.set(n).from {
		n = from
	}
	return n
}

// part gives a place values of its own, which begin as those of the place that
// they came from.
func (p *Program) part(n NodeID) {
	s := p.set(n)
	if s.from == 0 {
		return
	}
	src := p.set(p.root(n))
	s.from = 0
	s.vals = p.vals.clone(src.vals)
	if s.vals.n > short {
		p.index(s).vals = slices.Clone(p.founds[src.found].vals)
	}
	s.quiet, s.opaque, s.is = src.quiet, src.opaque, s.is&^(wide|open)|src.is&(wide|open)
	if s.done < s.vals.n {
		p.queue(n, s)
	}
}

// queue says that a place has values which it has not handed on.
func (p *Program) queue(n NodeID, s *set) {
	if !s.has(queued) {
		s.is |= queued
		p.work = append(p.work, n)
	}
}

// only says that nothing can be at a place but instances of a class, or the class
// (for a class method): its first parameter.
func (p *Program) only(n NodeID, c ClassID) {
	p.part(n)
	p.set(n).is |= limited
	p.limits[n] = c
}

// makeRoom lets a place hold any number of values.
func (p *Program) makeRoom(n NodeID) {
	p.part(n)
	p.set(n).is |= roomy
}

// reserve takes the first place, constraint, slot, asker and found: 0 stands for none of
// them.
func (p *Program) reserve() {
	p.sets.grow(1)
	p.cells.grow(1)
	p.slots.grow(1)
	p.askers.grow(1)
	p.founds = make([]found, 1)
}

func (p *Program) node() NodeID {
	return NodeID(p.sets.grow(1))
}

func (p *Program) value(v Value) ValueID {
	if 2*len(p.Values) >= len(p.values) {
		p.values = p.values.grown(p.Values)
	}
	i := p.values.find(p.Values, v)
	if id := p.values[i]; id > 0 {
		return id - 1
	}
	id := ValueID(len(p.Values))
	p.Values = append(p.Values, v)
	p.inert = append(p.inert, p.inertness(v))
	p.values[i] = id + 1
	return id
}

// crowd is how many values of no interest a place may hold before they are
// taken together.
const crowd = 12

// Of what a program gets from libraries most is of no interest: the strings,
// numbers and records that pass through it. In a large program they spread over
// long cycles of places, thousands of names everywhere. So beyond the first few
// of a place, quiet values become one that stands for all of them, and opaque
// ones, of which nothing is known, become "anything".
const (
	interesting uint8 = iota
	quiet             // neither blocks nor calls what it is given
	opaque            // a library of which nothing is known
)

// inertness judges a value that is made.
func (p *Program) inertness(v Value) uint8 {
	if v.Green || v.Site != 0 {
		return interesting
	}
	name := ""
	switch v.Kind {
	case External:
		name = p.names[v.ID]
		if _, ok := builtins[name]; ok || p.cat.Lookup(name) != nil {
			return interesting
		}
	case ExtInstance:
		name = p.names[v.ID]
		if structLike(name) || p.cat.Lookup(name) != nil {
			return interesting
		}
	case ExtBound:
		recv := p.Values[v.Recv]
		if recv.Kind == Instance {
			return p.inherited(recv.Class(), p.names[v.ID])
		}
		if recv.Kind != ExtInstance || p.inert[v.Recv] == interesting {
			return interesting
		}
		name = p.names[recv.ID] + "." + p.names[v.ID]
	default:
		return interesting
	}
	name = strings.ReplaceAll(name, "()", "")
	head, _, _ := strings.Cut(name, ".")
	switch head {
	case "eventlet", "greenlet", "offlet", "asyncio", "functools", "contextlib", "weakref", "collections", "itertools", "operator",
		"types", "concurrent", "threading", "multiprocessing", "atexit", "signal", "sched", "queue":
		return interesting // what these are given is run by what they give
	}
	switch {
	case p.cat.Standard(head):
		if _, blocks := p.cat.Blocking(name); blocks {
			return interesting
		}
		return quiet
	case head == "builtins" || p.cat.Quiet(name):
		return quiet
	}
	return opaque
}

// inherited judges an attribute that a class of the project has from external
// bases only.
func (p *Program) inherited(c ClassID, name string) uint8 {
	if strings.HasPrefix(name, "__") || assertions[name] > 0 || p.HoldsItems(c) {
		return interesting
	}
	for _, e := range p.Classes[c].ExternalMRO {
		if s := p.cat.Lookup(e); s != nil && s.Kind == catalog.Class && p.cat.Member(s, name) != nil {
			return interesting
		}
	}
	for _, e := range p.unknownBases(c) {
		if !p.cat.Standard(e) && !p.cat.Quiet(e) {
			return opaque
		}
	}
	return quiet
}

// crowded is what a place takes instead of a value of no interest, once it has
// many of them, or may hold anything anyway.
func (p *Program) crowded(s *set, v ValueID) ValueID {
	if s.vals.n > contexts && !s.has(roomy) {
		if x := p.Values[v]; x.Site > 0 && (x.Kind == FuncVal || x.Kind == Bound) {
			return p.anyContext(x)
		}
	}
	limit := uint8(crowd)
	if s.has(open) {
		limit = crowd / 3
	}
	switch p.inert[v] {
	case quiet:
		if s.quiet >= limit {
			return p.anyQuiet
		}
		s.quiet++
	case opaque:
		if s.opaque >= limit {
			return p.unknown
		}
		s.opaque++
	}
	return v
}

// lost marks a function or object at a place that has become too full to follow. Not all
// who call what is there know of it, so not all would await it.
func (p *Program) lost(v ValueID) {
	switch x := p.Values[v]; x.Kind {
	case FuncVal, Bound, Generator, Coroutine, ContextManager:
		f := p.Funcs[x.Func()]
		if p.Escapes[f.ID] == nil {
			p.Escapes[f.ID] = &Escape{Func: f.Parent, Expr: f.Node, Crowd: true}
		}
	case Partial:
		p.loseAt(p.site(x.Site).call.Fn)
	case Container: // for run in hooks: run(job)
		p.loseAt(p.site(x.Site).elem)
		if p.site(x.Site).mapping {
			p.loseAt(p.keys(x.Site))
		}
	case ClassVal: // what is called there; methods are found by their names
		if n, _, ok := p.Method(x.Class(), "__init__"); ok {
			p.loseAt(n)
		}
	case Instance:
		p.loseUnnamed(x.Class())
	case ExtInstance:
		if p.inert[v] != interesting {
			return
		}
		name := p.names[x.ID]
		if x.Green {
			name = "green " + name
		}
		if p.instEscapes[name] == nil {
			p.instEscapes[name] = &Escape{Crowd: true}
		}
	}
}

// loseAt marks what is at a place as lost, now and later.
func (p *Program) loseAt(n NodeID) {
	if s := p.set(n); !s.has(lost) {
		s.is |= lost
		p.constrain(n, lostTarget{})
	}
}

// loseUnnamed marks what runs on an object without being called by its name:
// `with job`, `job.size` of a property.
func (p *Program) loseUnnamed(id ClassID) {
	c := p.Classes[id]
	if c.lost {
		return
	}
	c.lost = true
	for _, name := range unnamed {
		if n, _, ok := p.Method(id, name); ok {
			p.loseAt(n)
		}
	}
	for _, k := range c.MRO {
		owner := p.Classes[k]
		names := owner.Module.Scope.Of(owner.Node)
		for sym := names.SymStart; sym < names.SymEnd; sym++ {
			const assigned = scope.Assigned | scope.Imported | scope.Rebound
			if owner.Module.Scope.Symbols[sym].Flags&assigned != 0 || slices.Contains(owner.decorated, sym) {
				p.constrain(owner.Module.base+NodeID(sym), lostProperty{})
			}
		}
	}
}

// unnamed are the special methods that may be asynchronous if their calls are.
var unnamed = [...]string{"__call__", "__enter__", "__exit__", "__iter__", "__next__", "__getitem__"}

// lostProperty is lost for the getter of a property.
type lostProperty struct{}

func (lostProperty) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Property {
		p.loseAt(p.site(x.Site).elem)
	}
}

// lostTarget is lost for the function of a partial, a method, and what a
// container holds.
type lostTarget struct{}

func (lostTarget) apply(p *Program, v ValueID) { p.lost(v) }

func (p *Program) nameOf(dotted string) int32 {
	if id, ok := p.nameID[dotted]; ok {
		return id
	}
	id := int32(len(p.names))
	p.names = append(p.names, dotted)
	p.nameID[dotted] = id
	return id
}

func (p *Program) holds(s *set, v ValueID) bool {
	if s.vals.n > short {
		return p.founds[s.found].vals.has(int32(v))
	}
	return slices.Contains(p.vals.of(s.vals), v)
}

func (p *Program) flowsTo(s *set, n NodeID) bool {
	if s.succ.n > short {
		return p.founds[s.found].succ.has(int32(n))
	}
	return slices.Contains(p.succ.of(s.succ), n)
}

func (p *Program) add(n NodeID, v ValueID) {
	if n == 0 {
		return
	}
	s := p.set(n)
	if s.has(limited) && !p.fits(v, p.limits[n]) {
		return
	}
	if p.holds(p.source(n), v) {
		return
	}
	p.part(n)
	s.is |= fed
	if w := p.crowded(s, v); w != v {
		if v = w; p.holds(s, v) {
			return
		}
	}
	if !s.has(roomy) && (s.vals.n >= width || s.has(open) && s.vals.n >= openWidth) {
		p.lost(v)
		if s.has(wide) {
			return
		}
		s.is |= wide
		for _, x := range slices.Clone(p.vals.of(s.vals)) { // later readers are not told of them
			p.lost(x)
		}
		if v = p.unknown; s.has(open) {
			return
		}
	}
	if v == p.unknown {
		s.is |= open
	}
	p.vals.push(&s.vals, v)
	if s.vals.n > short {
		x := p.index(s)
		x.vals = with(x.vals, p.vals.of(s.vals))
	}
	p.queue(n, s)
}

// edge makes everything at from flow to to.
func (p *Program) edge(from, to NodeID) {
	if from == 0 || to == 0 || from == to {
		return
	}
	s := p.set(from)
	if s.has(constant) { // it will never hold more: no need to remember who reads it
		for _, v := range p.vals.of(s.vals) {
			p.add(to, v)
		}
		return
	}
	if p.flowsTo(s, to) {
		return
	}
	src := p.source(from)
	if src.has(wide) {
		p.add(to, p.unknown)
		return
	}
	p.succ.push(&s.succ, to)
	if s.succ.n > short {
		x := p.index(s)
		x.succ = with(x.succ, p.succ.of(s.succ))
	}
	t := p.set(to)
	if !t.has(fed|roomy|limited) && src != t {
		t.is |= fed
		t.from = from
		if src.vals.n > 0 {
			p.queue(to, t)
		}
		return
	}
	t.is |= fed
	for i := range s.done {
		p.add(to, p.vals.get(p.source(from).vals, i))
	}
}

func (p *Program) constrain(n NodeID, c constraint) {
	if n == 0 {
		return
	}
	s := p.set(n)
	if s.has(constant) {
		p.late = append(p.late, late{c, n, s.done})
		return
	}
	if p.source(n).has(wide) {
		p.late = append(p.late, late{c: c})
		return
	}
	i := p.cells.grow(1)
	x := p.cells.at(i)
	x.constraint, x.next = c, i
	if s.last != 0 {
		before := p.cells.at(s.last)
		x.next, before.next = before.next, i
	}
	s.last = i
	if s.done > 0 {
		p.late = append(p.late, late{c, n, s.done})
	}
}

// A late constraint has not yet been told of the first values of its place, or
// (n is 0) that anything may be there. It is told by solve and not at once:
// in a large program a chain of constraints is longer than a stack.
type late struct {
	c    constraint
	n    NodeID
	upTo uint32
}

func (p *Program) tell(l late) {
	if l.n == 0 {
		l.c.apply(p, p.unknown)
		return
	}
	for i := range l.upTo {
		l.c.apply(p, p.vals.get(p.source(l.n).vals, i))
	}
}

// solve hands values on until nothing changes any more.
func (p *Program) solve() {
	for len(p.work)+len(p.late) > 0 {
		if len(p.late) > 0 {
			l := p.late[len(p.late)-1]
			p.late = p.late[:len(p.late)-1]
			p.tell(l)
			continue
		}
		n := p.work[len(p.work)-1]
		p.work = p.work[:len(p.work)-1]
		s := p.set(n)
		s.is &^= queued
		for {
			src := p.source(n)
			if s.done >= src.vals.n {
				break
			}
			v := p.vals.get(src.vals, s.done)
			s.done++
			// what is added to the place meanwhile is told of v by who adds it
			last := s.last
			first := p.cells.at(last).next
			for i := range s.succ.n {
				to := p.succ.get(s.succ, i)
				if t := p.set(to); t.from == n {
					p.queue(to, t)
				} else {
					p.add(to, v)
				}
			}
			for i := first; last != 0; i = p.cells.at(i).next {
				p.cells.at(i).apply(p, v)
				if i == last {
					break
				}
			}
		}
	}
}

// release keeps what was found, and lets go of what only solving needs: it is
// most of the memory.
func (p *Program) release() {
	for _, f := range p.Funcs {
		f.Ret = f.results()
	}
	large := p.sets.n > 1<<18
	p.solved = p.solution()
	p.sets, p.cells, p.founds = pages[set]{}, pages[cell]{}, nil
	p.vals, p.succ, p.ids = lists[ValueID]{}, lists[NodeID]{}, lists[int32]{}
	p.implicits, p.attrs, p.calls = pages[implicit]{}, pages[loadAttr]{}, pages[Call]{}
	p.attributes, p.attributeOf, p.questions, p.askers, p.questionAt = nil, pairMap{}, pages[question]{}, pages[asker]{}, pairMap{}
	p.slots, p.slotAt = pages[slot]{}, pairMap{}
	for _, m := range p.Modules {
		m.texts = nil
	}
	p.givenNames = nil
	p.work, p.late, p.proxies, p.ownFields, p.fieldReaders, p.fieldWriters = nil, nil, nil, nil, nil, nil
	if large { // half of the memory is free now, and what comes next would take as much
		runtime.GC()
	}
}

// solved are the values at the places of a program, once they are known.
type solved struct {
	all   []ValueID
	spans []struct{ start, end uint32 } // of all, by place
}

func (v *solved) at(n NodeID) []ValueID {
	s := v.spans[n]
	return v.all[s.start:s.end:s.end]
}

// solution takes the values from the places. A place that has those of another
// shares them.
func (p *Program) solution() solved {
	var out solved
	size := 0
	for n := range p.sets.n {
		if s := p.sets.at(n); s.from == 0 {
			size += int(s.vals.n)
		}
	}
	out.all = make([]ValueID, 0, size)
	out.spans = make([]struct{ start, end uint32 }, p.sets.n)
	for n := range p.sets.n {
		if s := p.sets.at(n); s.from == 0 {
			out.spans[n].start = uint32(len(out.all))
			out.all = append(out.all, p.vals.of(s.vals)...)
			out.spans[n].end = uint32(len(out.all))
		}
	}
	for n := range p.sets.n {
		out.spans[n] = out.spans[p.root(NodeID(n))]
	}
	return out
}

// single makes a new place that holds one value.
func (p *Program) single(v ValueID) NodeID {
	n := p.node()
	p.add(n, v)
	return n
}

func (p *Program) newSite(s site) int32 {
	at := p.sites.grow(1)
	*p.sites.at(at) = s
	return int32(at)
}

// site is a site by its number.
func (p *Program) site(id int32) *site { return p.sites.at(uint32(id)) }

// container makes a new list, tuple, dict or set.
func (p *Program) container(origin ast.Node, tuple, mapping bool) ValueID {
	s := p.newSite(site{elem: p.node(), tuple: tuple, mapping: mapping, origin: origin})
	return p.value(Value{Kind: Container, Site: s})
}

// loose is the place of what a container holds under a key or index that is not
// known.
func (p *Program) loose(siteID int32) NodeID {
	if p.site(siteID).loose == 0 {
		n := p.node()
		p.site(siteID).loose = n
		p.edge(n, p.site(siteID).elem)
	}
	return p.site(siteID).loose
}

// A slot is what a container holds under a constant key or index: its place, and
// the next of the container's slots.
type slot struct {
	key  string
	at   NodeID
	next uint32
}

// slot is the place of what a container holds under a constant key or index.
func (p *Program) slot(siteID int32, key string) NodeID {
	id := p.nameOf(key)
	if n, ok := p.slotAt.get(siteID, id); ok {
		return NodeID(n)
	}
	n := p.node()
	p.slotAt.put(siteID, id, int32(n))
	i, s := p.slots.grow(1), p.site(siteID)
	*p.slots.at(i) = slot{p.names[id], n, s.slots}
	s.slots = i
	p.edge(n, s.elem)
	return n
}

// keys is the place of the keys of a mapping.
func (p *Program) keys(siteID int32) NodeID {
	if p.site(siteID).keys == 0 {
		n := p.node()
		p.site(siteID).keys = n
	}
	return p.site(siteID).keys
}

// field is the place of an attribute of an object.
func (p *Program) field(owner ValueID, name string) NodeID {
	id := p.nameOf(name)
	if n, ok := p.fields.get(int32(owner)+1, id); ok {
		return NodeID(n)
	}
	n := p.node()
	p.fields.put(int32(owner)+1, id, int32(n))
	p.tellHeirs(owner, id, n)
	p.ownFields[owner] = append(p.ownFields[owner], namedField{name, n})
	if !strings.HasPrefix(name, "<") {
		for _, s := range p.dictSites[owner] {
			p.edge(n, p.slot(s, "s"+name))
		}
	}
	for _, r := range p.fieldReaders[owner] {
		if r.fits(name) {
			p.edge(n, r.res)
		}
	}
	if !strings.HasPrefix(name, "<") {
		for _, val := range p.fieldWriters[owner] {
			p.edge(val, n)
		}
	}
	return n
}

// A namedField is one attribute of an object.
type namedField struct {
	name string
	at   NodeID
}

// A fieldReader reads all attributes of an object whose names fit.
type fieldReader struct {
	fits func(name string) bool
	res  NodeID
}

// readFields makes all attributes of an object whose names fit, now and later,
// flow to a place: getattr(self, "do_" + name).
func (p *Program) readFields(owner ValueID, fits func(name string) bool, res NodeID) {
	if slices.ContainsFunc(p.fieldReaders[owner], func(r fieldReader) bool { return r.res == res }) {
		return
	}
	p.fieldReaders[owner] = append(p.fieldReaders[owner], fieldReader{fits, res})
	for _, f := range slices.Clone(p.ownFields[owner]) {
		if fits(f.name) {
			p.edge(f.at, res)
		}
	}
}

// writeFields makes what is at a place flow to all attributes of an object, now and
// later: setattr(obj, name, f).
func (p *Program) writeFields(owner ValueID, val NodeID) {
	p.fieldWriters[owner] = append(p.fieldWriters[owner], val)
	for _, f := range slices.Clone(p.ownFields[owner]) {
		if !strings.HasPrefix(f.name, "<") {
			p.edge(val, f.at)
		}
	}
}

// external is the value of an external dotted name, under its home name.
func (p *Program) external(dotted string, green bool) ValueID {
	dotted = runtimeName(dotted)
	if std, ok := p.cat.GreenModule(dotted); ok {
		dotted, green = std, true
	}
	dotted = p.cat.Canonical(dotted)
	return p.value(Value{Kind: External, ID: p.nameOf(dotted), Green: green})
}

// instance makes a new instance of an external class, with a place of its own
// for what it holds.
func (p *Program) instance(class string, green bool, origin ast.Node) ValueID {
	s := p.newSite(site{elem: p.node(), origin: origin})
	return p.value(Value{Kind: ExtInstance, ID: p.nameOf(class), Green: green, Site: s})
}

// plain is an instance of an external class that holds nothing of interest,
// one for all.
func (p *Program) plain(class string) ValueID {
	return p.value(Value{Kind: ExtInstance, ID: p.nameOf(class)})
}

// held is the place of what an object holds in the sense of the catalogue:
// the items of a queue, the result of a green thread.
func (p *Program) held(v ValueID) NodeID {
	x := p.Values[v]
	switch {
	case x.Site > 0:
		return p.site(x.Site).elem
	case x.Kind == Instance: // a class of the project that derives from a Queue
		return p.field(v, "<held>")
	case x.Kind == ExtInstance && v != p.anyQuiet && !p.Scalar(x): // job = json.loads(line); job["reply"] = f
		return p.field(v, "<held>")
	}
	return 0
}

// ownKeys is the place of the keys of an object whose class derives from dict, 0 for
// any other.
func (p *Program) ownKeys(v ValueID) NodeID {
	x := p.Values[v]
	if x.Kind != Instance || !slices.ContainsFunc(p.Classes[x.Class()].ExternalMRO, func(base string) bool {
		switch base {
		case "builtins.dict", "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "collections.UserDict":
			return true
		}
		return false
	}) {
		return 0
	}
	return p.field(v, "<keys>")
}

// Scalar reports whether an instance of an external class is a string or a
// number.
func (p *Program) Scalar(x Value) bool {
	switch p.names[x.ID] {
	case "builtins.str", "builtins.int", "builtins.float", "builtins.bytes":
		return true
	}
	return false
}
