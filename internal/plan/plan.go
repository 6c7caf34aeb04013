// Package plan divides the move of a program to asyncio into units, puts them
// in order, and counts for each step of the way what crosses the frontier
// between green code and coroutines.
package plan

import (
	"cmp"
	"slices"

	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// Crossings count the places (calls, loops, with statements) that cross the
// frontier.
type Crossings struct {
	GreenToAsync int `json:"greenToAsync"` // green code that waits for a coroutine, or starts one
	AsyncToGreen int `json:"asyncToGreen"` // coroutines that wait for green code, or start it
}

// Total is their number in both directions.
func (c Crossings) Total() int { return c.GreenToAsync + c.AsyncToGreen }

func (c *Crossings) add(x Crossings, times int) {
	c.GreenToAsync += times * x.GreenToAsync
	c.AsyncToGreen += times * x.AsyncToGreen
}

// An Order says which units come first.
type Order string

// The orders.
const (
	// LeafFirst moves what is called before those who call it: green code
	// calls coroutines meanwhile.
	LeafFirst Order = "leaf"
	// RootFirst moves the entry points first: coroutines call green code
	// meanwhile.
	RootFirst Order = "root"
)

// A Step moves one unit.
type Step struct {
	Unit  int       // an index of Plan.Units
	After Crossings // what crosses the frontier then
}

// A Unit is what must become coroutine functions together: functions that call
// each other in a circle, that are called at one place, that override each
// other.
type Unit struct {
	// Funcs are its functions, in the order of the program. A module body stands
	// for those of its statements that wait.
	Funcs []infer.FuncID
	// Calls are the units that it calls, by index.
	Calls []int
	// Proof is the function of which the proof that it yields is the shortest;
	// -1 if none does, and they move because of what they are called with.
	Proof infer.FuncID
	// Certain says that no proof in it rests on the name of a method alone.
	Certain bool
}

// A Stay is a function that waits and stays synchronous, with what crosses
// the frontier there after the last step.
type Stay struct {
	Func infer.FuncID
	Crossings
}

// A Plan has the units of a program.
type Plan struct {
	// Units are in the order of their first functions.
	Units []Unit
	// Before is what crosses the frontier now, After what does when all units
	// have moved, in whatever order.
	Before, After Crossings
	// Stays are the functions that wait and do not move, those of Goal.Last
	// last, and of these and the others those with the most crossings first.
	Stays []Stay

	graph *graph
}

// A Goal says what is to become of the functions of a program, by FuncID.
type Goal struct {
	// Moves become coroutine functions.
	Moves []bool
	// Divided are those of which the statements move into a coroutine function,
	// while what others call stays synchronous and waits for it.
	Divided []bool
	// Last move after all others, whatever the order: tests.
	Last []bool
}

// New makes the plan of a program.
func New(r *color.Result, goal Goal) *Plan {
	b := &builder{r: r, Goal: goal}
	b.vertices()
	p := &Plan{graph: newGraph(b.kinds, b.groups(), goal.Last, b.sites())}
	p.units(b)
	p.ends(b)
	return p
}

// Order is one way through all units.
func (p *Plan) Order(o Order) []Step { return p.graph.order(o) }

// builder makes a graph of a program. The vertex of a function has its number;
// those that follow are the synchronous halves of divided functions.
type builder struct {
	Goal
	r     *color.Result
	kinds []kind
	owner []infer.FuncID // see vertices
	half  map[infer.FuncID]int32
	of    []infer.FuncID // the functions of the halves
}

// vertices decides what each function is. A generator expression that moves is
// a part of the function around it: `sum(f(x) for x in xs)`.
func (b *builder) vertices() {
	p := b.r.Graph.Program
	n := len(p.Funcs)
	b.kinds = make([]kind, n)
	b.owner = make([]infer.FuncID, n)
	b.half = map[infer.FuncID]int32{}
	for id, f := range p.Funcs { // a function comes after the one around it
		b.owner[id] = f.ID
		switch {
		case f.Async:
			b.kinds[id] = async
		case b.Moves[id] || b.Divided[id]:
			b.kinds[id] = moving
		case b.r.Green[id]:
			b.kinds[id] = green
		}
		if _, ok := f.Node.(*ast.GeneratorExp); ok && b.kinds[id] != green {
			b.owner[id] = b.owner[f.Parent]
			b.kinds[id] = plain
		}
		if b.Divided[id] {
			b.half[f.ID] = int32(n + len(b.of))
			b.of = append(b.of, f.ID)
		}
	}
	for range b.of {
		b.kinds = append(b.kinds, green)
	}
}

// callee is the vertex that a function is for those who call it.
func (b *builder) callee(f infer.FuncID) int32 {
	if half, ok := b.half[b.owner[f]]; ok {
		return half
	}
	return int32(b.owner[f])
}

// groups gives for each vertex the one that stands for what changes colour with
// it.
func (b *builder) groups() []int32 {
	p := b.r.Graph.Program
	moves := func(f infer.FuncID) bool { return b.kinds[f] == moving && !b.Divided[f] }
	together := b.r.Together(moves)
	type method struct {
		class infer.ClassID
		name  string
	}
	methods := map[method]infer.FuncID{}
	for id, f := range p.Funcs {
		if f.Class < 0 || !moves(f.ID) {
			continue
		}
		m := method{f.Class, f.Name}
		if first, ok := methods[m]; ok { // the getter and the setter of a property
			together.Join(first, f.ID)
			continue
		}
		methods[m] = infer.FuncID(id)
	}
	for m, f := range methods {
		for _, base := range p.Classes[m.class].MRO[1:] {
			if o, ok := methods[method{base, m.name}]; ok {
				together.Join(f, o)
			}
		}
	}
	out := make([]int32, len(b.kinds))
	for v := range out {
		out[v] = int32(v)
		if v < len(p.Funcs) {
			out[v] = int32(together.Of(infer.FuncID(v)))
		}
	}
	return out
}

// sites lists the places that may cross the frontier.
func (b *builder) sites() []site {
	var out []site
	type place struct {
		caller int32
		node   ast.Node
	}
	at := map[place]int{}
	var started []int32 // of the last site: see site.callees
	for id, effects := range b.r.Graph.Effects {
		for _, e := range effects {
			var called, starts []int32
			for _, list := range [...][]infer.FuncID{e.Targets, e.Possible, e.Coroutines} {
				called = b.callees(called, list)
			}
			starts = b.callees(starts, e.Roots)
			if len(called)+len(starts) == 0 {
				continue
			}
			k := place{int32(b.owner[id]), e.Node}
			i, known := at[k]
			if !known {
				i = len(out)
				at[k] = i
				out = append(out, site{caller: k.caller})
			}
			s := &out[i]
			started = append(started[:0], s.callees[s.called:]...)
			s.callees = s.callees[:s.called]
			for _, v := range called {
				if !slices.Contains(s.callees, v) {
					s.callees = append(s.callees, v)
				}
			}
			s.called = len(s.callees)
			for _, v := range append(started, starts...) {
				if !slices.Contains(s.callees, v) {
					s.callees = append(s.callees, v)
				}
			}
		}
	}
	for _, f := range b.of { // the synchronous half waits for the coroutine
		out = append(out, site{caller: b.half[f], callees: []int32{int32(f)}, called: 1})
	}
	return out
}

// callees adds the vertices of functions, without those that never wait.
func (b *builder) callees(to []int32, list []infer.FuncID) []int32 {
	for _, f := range list {
		if v := b.callee(f); b.kinds[v] != plain {
			to = append(to, v)
		}
	}
	return to
}

// units fills in the units of the plan.
func (p *Plan) units(b *builder) {
	proofs := b.proofs()
	for u, vertices := range p.graph.units {
		unit := Unit{Proof: -1, Certain: true}
		for _, v := range vertices {
			f := infer.FuncID(v)
			unit.Funcs = append(unit.Funcs, f)
			switch {
			case proofs[f].length == 0:
				continue // not green by itself
			case unit.Proof < 0 || proofs[f].length < proofs[unit.Proof].length:
				unit.Proof = f
			}
			unit.Certain = unit.Certain && !proofs[f].possible
		}
		for _, v := range p.graph.calls[u] {
			unit.Calls = append(unit.Calls, int(v))
		}
		p.Units = append(p.Units, unit)
	}
}

// A proof is how long the shortest chain is that proves that a function
// yields, and whether a step of it rests on a name alone.
type proof struct {
	length   int32
	possible bool
}

// proofs measures the proof of each green function. Each proof is that of
// another function and one step more, so they form trees.
func (b *builder) proofs() []proof {
	out := make([]proof, len(b.r.Green))
	var path []infer.FuncID
	for id, isGreen := range b.r.Green {
		if !isGreen {
			continue
		}
		f := infer.FuncID(id)
		for path = path[:0]; f >= 0 && out[f].length == 0; f = b.r.Why[f].Next {
			path = append(path, f)
		}
		known := proof{}
		if f >= 0 {
			known = out[f]
		}
		for _, f := range slices.Backward(path) {
			known.length++
			known.possible = known.possible || b.r.Why[f].Possible
			out[f] = known
		}
	}
	return out
}

// ends fills in what crosses the frontier before the first step and after the
// last one, and where.
func (p *Plan) ends(b *builder) {
	f := newFrontier(p.graph)
	p.Before = f.at
	for u := range p.graph.units {
		f.move(int32(u))
	}
	p.After = f.at
	n := len(b.r.Green)
	stays := map[int32]*Stay{}
	for v, k := range b.kinds[:n] {
		if k == green {
			stays[int32(v)] = &Stay{Func: infer.FuncID(v)}
		}
	}
	for i, s := range p.graph.sites {
		c := f.crossing(i)
		if at := stays[s.caller]; at != nil && c.GreenToAsync > 0 {
			at.add(c, 1)
		}
		if c.AsyncToGreen > 0 {
			for _, t := range s.callees {
				if at := stays[t]; at != nil {
					at.add(c, 1)
				}
			}
		}
	}
	for _, s := range stays {
		p.Stays = append(p.Stays, *s)
	}
	slices.SortFunc(p.Stays, func(x, y Stay) int {
		if last := b.Last; last[x.Func] != last[y.Func] {
			if last[y.Func] {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(y.Total(), x.Total()), cmp.Compare(x.Func, y.Func))
	})
}
