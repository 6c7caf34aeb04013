// Package color decides which functions of a program may yield to Eventlet's
// hub: those that reach, through calls in their own thread, a call that does.
// Each decision comes with the shortest chain of calls that proves it.
package color

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
)

// A Reason is one step of the proof that a function yields.
type Reason struct {
	Effect *callgraph.Effect // the place in the function
	Seed   *callgraph.Seed   // the yielding call, or
	Next   infer.FuncID      // the function called, -1 with a Seed
	// Possible says that the step rests on the name of a method alone.
	Possible bool
}

// A Result has the colours of a program's functions, by FuncID.
type Result struct {
	Graph *callgraph.Graph
	// Green functions may yield.
	Green []bool
	// Why is the first step of the shortest proof, for green functions.
	Why []Reason
	// NeedsLoop functions do something that on asyncio needs a running loop,
	// themselves or in a function that they call.
	NeedsLoop []bool
	// Held are the allocation sites of locks that are held across a yield.
	Held map[int32]bool

	callers [][]caller
	loaders []loader
	guards  map[infer.FuncID]ast.Span // of module bodies: see load
	certain func() []bool             // see Certain
	lines   []atomic.Pointer[string]  // of proofs, by FuncID
	// twins are the methods that change colour together, because a statement
	// always uses both: __enter__ and __exit__, __iter__ and __next__.
	twins map[infer.FuncID][]infer.FuncID
}

// A loader is a place that may be the first to run the body of a module.
type loader struct {
	fn   infer.FuncID
	at   ast.Node
	body infer.FuncID
}

type caller struct {
	effect   *callgraph.Effect
	possible bool
}

// Compute colours the functions of a graph.
func Compute(g *callgraph.Graph) *Result {
	n := len(g.Program.Funcs)
	r := &Result{Graph: g, Held: map[int32]bool{}, callers: make([][]caller, n), guards: map[infer.FuncID]ast.Span{}, lines: make([]atomic.Pointer[string], n)}
	for _, m := range g.Program.Modules {
		if guard := program.MainGuard(m.AST); guard != nil {
			r.guards[m.Body] = guard.Range()
		}
	}
	for _, effects := range g.Effects {
		for _, e := range effects {
			if e.Deferred {
				continue
			}
			for _, t := range e.Targets {
				r.callers[t] = append(r.callers[t], caller{e, false})
			}
			for _, t := range e.Possible {
				r.callers[t] = append(r.callers[t], caller{e, true})
			}
		}
	}
	for f, imports := range g.Imports {
		for _, i := range imports {
			for _, m := range i.Modules {
				r.loaders = append(r.loaders, loader{infer.FuncID(f), i.Expr, m.Body})
			}
		}
	}
	r.pair()
	for {
		r.spread()
		if !r.holdLocks() {
			break
		}
	}
	r.certain = sync.OnceValue(r.findCertain) // few ask
	r.loops()
	return r
}

// spread colours breadth first, so that each function's proof is a shortest one.
func (r *Result) spread() {
	n := len(r.Graph.Program.Funcs)
	r.Green = make([]bool, n)
	r.Why = make([]Reason, n)
	var queue []infer.FuncID
	paint := func(f infer.FuncID, why Reason) {
		if !r.Green[f] {
			r.Green[f] = true
			r.Why[f] = why
			queue = append(queue, f)
		}
	}
	for f, effects := range r.Graph.Effects {
		for _, e := range effects {
			if s := r.SeedOf(e); s != nil {
				paint(infer.FuncID(f), Reason{Effect: e, Seed: s, Next: -1})
				break
			}
		}
	}
	for _, possible := range [...]bool{false, true} {
		// certain edges first: a proof by names is only given where there is no other
		for i := 0; i < len(queue); i++ {
			f := queue[i]
			for _, t := range r.twins[f] {
				paint(t, Reason{Next: f, Possible: possible})
			}
			for _, c := range r.callers[f] {
				if c.possible && !possible {
					continue
				}
				paint(c.effect.Func, Reason{Effect: c.effect, Next: f, Possible: c.possible})
			}
			if i == len(queue)-1 {
				r.load(possible, paint)
			}
		}
	}
}

// load paints the functions that import modules whose bodies yield: whoever
// comes first waits for it. What a body does below `if __name__ == "__main__":`
// it does not when it is imported.
func (r *Result) load(possible bool, paint func(infer.FuncID, Reason)) {
	p := r.Graph.Program
	yields := map[infer.FuncID]bool{}
	for _, m := range p.Modules {
		if !r.Green[m.Body] {
			continue
		}
		for _, e := range r.Graph.Effects[m.Body] {
			if !r.guards[m.Body].Contains(e.Node.Range()) && r.yields(e, possible) {
				yields[m.Body] = true
				break
			}
		}
	}
	for changed := len(yields) > 0; changed; {
		changed = false
		for _, l := range r.loaders {
			if !yields[l.body] {
				continue
			}
			if !r.Green[l.fn] {
				paint(l.fn, Reason{Effect: &callgraph.Effect{Func: l.fn, Node: l.at, Call: &infer.Call{Func: l.fn, Expr: l.at, Op: infer.OpBinary}, Outcome: &callgraph.Outcome{}}, Next: l.body})
			}
			if p.Funcs[l.fn].Parent < 0 && !yields[l.fn] && !r.guards[l.fn].Contains(l.at.Range()) {
				yields[l.fn], changed = true, true
			}
		}
	}
}

// pair finds the twins of each class: what `with obj` and `for x in obj` use
// for an instance of exactly that class.
func (r *Result) pair() {
	p := r.Graph.Program
	r.twins = map[infer.FuncID][]infer.FuncID{}
	for _, c := range p.Classes {
		for _, pair := range [...][2]string{{"__enter__", "__exit__"}, {"__iter__", "__next__"}} {
			a, _, okA := p.Method(c.ID, pair[0])
			b, _, okB := p.Method(c.ID, pair[1])
			if !okA || !okB {
				continue
			}
			for _, f := range p.FuncsAt(a) {
				for _, g := range p.FuncsAt(b) {
					r.twins[f] = append(r.twins[f], g)
					r.twins[g] = append(r.twins[g], f)
				}
			}
		}
	}
}

// Twins are the methods that have the same colour as f because one statement
// uses both.
func (r *Result) Twins(f infer.FuncID) []infer.FuncID { return r.twins[f] }

// SeedOf returns the yielding call of an effect, or nil. A lock counts if it
// is held across a yield somewhere.
func (r *Result) SeedOf(e *callgraph.Effect) *callgraph.Seed {
	if e.Deferred {
		return nil
	}
	for i := range e.Seeds {
		if s := &e.Seeds[i]; !s.Lock || r.Held[s.Site] {
			return s
		}
	}
	return nil
}

// Yields reports whether the place itself may yield: by a seed, or by a green
// function that runs there.
func (r *Result) Yields(e *callgraph.Effect) bool { return r.yields(e, true) }

func (r *Result) yields(e *callgraph.Effect, possible bool) bool {
	if r.SeedOf(e) != nil {
		return true
	}
	if e.Deferred {
		return false
	}
	for _, t := range e.Targets {
		if r.Green[t] {
			return true
		}
	}
	for _, t := range e.Possible {
		if possible && r.Green[t] {
			return true
		}
	}
	return false
}

// holdLocks finds locks that are held across a yield and reports whether there
// are new ones: a lock whose critical sections never yield is never contended
// among green threads.
func (r *Result) holdLocks() bool {
	changed := false
	hold := func(site int32) {
		if r.Held[site] {
			return
		}
		changed = true
		for _, s := range r.Graph.Program.SameLock(site) {
			r.Held[s] = true
		}
	}
	for _, effects := range r.Graph.Effects {
		var explicit []int32 // locks acquired by a call: held until who knows where
		for _, e := range effects {
			for _, s := range e.Seeds {
				if !s.Lock || r.Held[s.Site] {
					continue
				}
				if e.With == nil && !e.Throughout {
					explicit = append(explicit, s.Site)
					continue
				}
				body := e.Node.Range()
				if e.With != nil {
					body = bodySpan(e.With.Stmt)
				}
				for _, o := range effects {
					if o != e && body.Contains(o.Node.Range()) && r.Yields(o) {
						hold(s.Site)
					}
				}
			}
		}
		if len(explicit) == 0 {
			continue
		}
		for _, s := range explicit {
			if !r.releases(effects, s) {
				hold(s) // whoever releases it may yield before that, or wait to be told to
			}
		}
		for _, o := range effects {
			if r.Yields(o) {
				for _, s := range explicit {
					hold(s)
				}
			}
		}
	}
	return changed
}

// releases reports whether one of the effects, those of a function, releases
// the lock of a site.
func (r *Result) releases(effects []*callgraph.Effect, site int32) bool {
	p := r.Graph.Program
	for _, e := range effects {
		if e.Call == nil {
			continue
		}
		for _, id := range p.At(e.Call.Fn) {
			if v := p.Value(id); v.Kind == infer.ExtBound && p.Name(v) == "release" && p.Value(v.Recv).Site == site {
				return true
			}
		}
	}
	return false
}

func bodySpan(w *ast.With) ast.Span {
	return ast.Span{Start: w.Body[0].Range().Start, End: w.End}
}

// loops marks the functions that need a running loop on asyncio.
func (r *Result) loops() {
	r.NeedsLoop = make([]bool, len(r.Graph.Program.Funcs))
	var queue []infer.FuncID
	mark := func(f infer.FuncID) {
		if !r.NeedsLoop[f] {
			r.NeedsLoop[f] = true
			queue = append(queue, f)
		}
	}
	for f, effects := range r.Graph.Effects {
		for _, e := range effects {
			if e.NeedsLoop {
				mark(infer.FuncID(f))
				break
			}
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, c := range r.callers[queue[i]] {
			mark(c.effect.Func)
		}
	}
}

// A Step is one line of a proof.
type Step struct {
	Func   infer.FuncID
	Effect *callgraph.Effect // the place in Func; nil in the last step of a cycle
	Seed   *callgraph.Seed   // set in the last step
}

// Chain is the proof that f yields: f calls …, which calls …, which yields.
func (r *Result) Chain(f infer.FuncID) []Step {
	var out []Step
	var seen []infer.FuncID // few
	for f >= 0 && r.Green[f] && !slices.Contains(seen, f) {
		seen = append(seen, f)
		w := r.Why[f]
		if w.Effect != nil { // nil: f is the twin of the next one
			out = append(out, Step{Func: f, Effect: w.Effect, Seed: w.Seed})
		}
		f = w.Next
	}
	return out
}

// Proof is the chain for people, a line for each step:
// crawler.fetch (crawler.py:9), eventlet.greenthread.sleep.
func (r *Result) Proof(f infer.FuncID) []string {
	var out []string
	for _, s := range r.Chain(f) {
		out = append(out, r.line(s))
		if s.Seed != nil {
			out = append(append(out, s.Seed.Name), s.Seed.Through...)
		}
	}
	return out
}

// line is a step for people. Most are steps of many proofs.
func (r *Result) line(s Step) string {
	if known := r.lines[s.Func].Load(); known != nil {
		return *known
	}
	m := r.Graph.Program.Funcs[s.Func].Module
	line, _ := m.Source.Position(s.Effect.Node.Range().Start)
	text := fmt.Sprintf("%s.%s (%s:%d)", m.Name, r.Graph.Program.Qual(s.Func), m.Path, m.Source.Origin(line))
	r.lines[s.Func].Store(&text)
	return text
}
