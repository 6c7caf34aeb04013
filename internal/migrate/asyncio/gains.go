package asyncio

import (
	"slices"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// A function that waits for nothing but what stays green would wait through the
// bridge at each place, as a coroutine function:
//
//	async def store(item):
//	    await bridge.call_green(pool_of_the_library.put, item)
//
// and so would those that call it, all the way up. Nothing comes of that, so these
// functions stay as they are, and a coroutine that needs one calls it through the
// bridge. A later run sees whether what they wait for has moved.
//
// A coroutine function gains something if it awaits what has a twin on asyncio, a
// library call that drop moves to a thread, or a function that gains. Of the others
// some move too, so that the program never crosses the frontier more often than if
// all had moved: those that a coroutine calls and that may return without having
// crossed it.

// spare forces the functions to stay synchronous that gain nothing: groups are the
// green functions that change colour together.
func (d *decisions) spare(groups *color.Groups) {
	members := map[infer.FuncID][]infer.FuncID{}
	for f := range d.p.Funcs {
		if id := infer.FuncID(f); d.colors.Green[id] {
			members[groups.Of(id)] = append(members[groups.Of(id)], id)
		}
	}
	moves := make([]bool, len(d.p.Funcs)) // by what stands for the group
	var work []infer.FuncID
	move := func(f infer.FuncID) {
		if g := groups.Of(f); d.colors.Green[f] && d.forced[f] == nil && !moves[g] {
			moves[g] = true
			work = append(work, members[g]...)
		}
	}
	crosses := d.crossing()
	quick := func(targets []infer.FuncID) { // what a coroutine calls
		for _, t := range targets {
			if !crosses[t] {
				move(t)
			}
		}
	}
	for id, f := range d.p.Funcs {
		if f.Async || slices.ContainsFunc(d.g.Effects[id], d.gains) {
			move(f.ID)
		}
		for _, e := range d.g.Effects[id] {
			if len(e.Roots) > 0 && !d.startsGreen(e) {
				quick(e.Roots) // a task calls them
			}
		}
	}
	for i := 0; i < len(work); i++ {
		f := work[i]
		for _, e := range d.callersOf(f) {
			if !e.Deferred && !slices.Contains(e.Roots, f) {
				move(e.Func)
			}
		}
		for _, e := range d.g.Effects[f] {
			quick(e.Targets)
			quick(e.Possible)
		}
	}
	for id, f := range d.p.Funcs {
		if d.colors.Green[id] && !f.Async && f.Parent >= 0 && d.forced[f.ID] == nil && !moves[groups.Of(f.ID)] {
			d.forced[f.ID] = &refusal{reason: "nothing that it waits for can be awaited"}
		}
	}
}

// startsGreen reports whether what a place starts runs in a green thread that stays
// Eventlet's.
func (d *decisions) startsGreen(e *callgraph.Effect) bool {
	if e.Call == nil || e.Call.Via == nil {
		return false
	}
	s := d.spawner(e.Call)
	return s != nil && d.keptSpawner(s)
}

// gains reports whether something happens at a place that a coroutine function can
// await, or that drop moves to a thread.
func (d *decisions) gains(e *callgraph.Effect) bool {
	if e.Deferred {
		return false
	}
	return slices.ContainsFunc(e.Seeds, func(s callgraph.Seed) bool {
		switch {
		case s.Lock && !d.colors.Held[s.Site]:
			return false
		case s.Bridge():
			return true
		case s.Symbol == nil: // of a library, or a name of Eventlet without a record
			return !d.p.Catalog().Unrecorded(s.Name)
		}
		return d.converts(&s) || s.Symbol.IsLeaf()
	})
}

// crossing finds the functions that, as coroutine functions, would cross the
// frontier whenever they are called, if nothing raises an exception before: at a
// place that every call comes to and where whatever is called stays green, or
// crosses as well.
func (d *decisions) crossing() []bool {
	out := make([]bool, len(d.p.Funcs))
	pending := map[infer.FuncID][]*callgraph.Effect{}
	for id, f := range d.p.Funcs {
		def, ok := f.Node.(*ast.FunctionDef)
		if !ok || !d.colors.Green[id] || d.forced[f.ID] != nil || f.Generator {
			continue
		}
		always := map[ast.Node]bool{}
		alwaysIn(def.Body, always)
		for _, e := range d.g.Effects[id] {
			if always[e.Node] && e.Call != nil && e.Call.Op == infer.OpCall && e.Call.Mode == infer.Direct && !e.Deferred &&
				!e.Open && !e.Plain && !e.Else && len(e.Roots)+len(e.Possible)+len(e.Named)+len(e.Opaque)+len(e.Missing)+len(e.Coroutines) == 0 {
				pending[f.ID] = append(pending[f.ID], e)
			}
		}
	}
	green := func(e *callgraph.Effect) bool {
		for i := range e.Seeds {
			s := &e.Seeds[i]
			if s.Symbol == nil || s.Lock && !d.colors.Held[s.Site] || s.Bridge() || d.converts(s) {
				return false
			}
		}
		for _, t := range e.Targets {
			if !d.colors.Green[t] || d.forced[t] == nil && !out[t] {
				return false
			}
		}
		return len(e.Seeds)+len(e.Targets) > 0
	}
	for changed := true; changed; {
		changed = false
		for f, at := range pending {
			if slices.ContainsFunc(at, green) {
				out[f], changed = true, true
				delete(pending, f)
			}
		}
	}
	return out
}

// alwaysIn adds the nodes of a block that are evaluated whenever it runs, if
// nothing raises an exception before. It reports whether the end of the block is
// always reached, then.
//
//	with lock:               # lock
//	    if self.closed:      # self.closed
//	        return
//	self.queue.put(item)     # not always
func alwaysIn(body []ast.Stmt, at map[ast.Node]bool) bool {
	var visit func(n ast.Node)
	visit = func(n ast.Node) {
		at[n] = true
		switch n := n.(type) {
		case *ast.IfExp:
			visit(n.Test)
		case *ast.BoolOp:
			visit(n.Values[0])
		case *ast.Compare: // a < b < c: c is not always looked at
			visit(n.Left)
			visit(n.Comparators[0])
		case *ast.Lambda, *ast.ListComp, *ast.SetComp, *ast.DictComp, *ast.GeneratorExp:
		default:
			ast.Children(n, visit)
		}
	}
	for _, s := range body {
		switch s := s.(type) {
		case *ast.If:
			visit(s.Test)
		case *ast.While:
			visit(s.Test)
		case *ast.For:
			visit(s.Iter)
		case *ast.Match:
			visit(s.Subject)
		case *ast.With:
			for _, item := range s.Items {
				visit(item.Context)
			}
			if !alwaysIn(s.Body, at) {
				return false
			}
		case *ast.Try:
			if !alwaysIn(s.Body, at) {
				return false
			}
		case *ast.FunctionDef, *ast.ClassDef:
		case *ast.Assert: // python -O takes it out
		default:
			visit(s)
		}
		if mayLeave(s) {
			return false
		}
	}
	return true
}

// mayLeave reports whether a statement may end the block around it without an
// exception from somewhere else.
func mayLeave(s ast.Stmt) bool {
	found := false
	inspectOwn([]ast.Stmt{s}, func(n ast.Node) {
		switch n.(type) {
		case *ast.Return, *ast.Raise, *ast.Break, *ast.Continue:
			found = true
		}
	})
	return found
}
