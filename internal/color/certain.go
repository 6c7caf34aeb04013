package color

import (
	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// A function is green if anything that may be called in it yields. That is what a
// rewrite has to know, but it says little to a person where one place may call
// many things: a handler of a table of handlers, the iterator of any response. A
// function is certain to be green if one of its places runs nothing but what
// yields, whichever of the things is there that may be there:
//
//	def run(job): job.start()          # certain if start of every job yields
//
// Whether it comes to that place, and whether what may yield has to wait there,
// nobody knows before it runs.

// A choice is a place of a function at which one of several things runs.
type choice struct {
	fn      infer.FuncID
	unknown int  // its targets that are not (yet) certain to yield
	never   bool // something else may run there, or something that is not known
}

// Certain functions yield whatever runs at one of their places, by FuncID.
func (r *Result) Certain() []bool { return r.certain() }

// findCertain finds the functions that are certain to be green.
func (r *Result) findCertain() []bool {
	out := make([]bool, len(r.Green))
	of := make([][]*choice, len(r.Green)) // the choices that a function is a target of
	var queue []infer.FuncID
	sure := func(f infer.FuncID) {
		if !out[f] {
			out[f] = true
			queue = append(queue, f)
		}
	}
	for f, effects := range r.Graph.Effects {
		for _, c := range r.choices(infer.FuncID(f), effects, of) {
			if !c.never && c.unknown == 0 {
				sure(c.fn)
			}
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, c := range of[queue[i]] {
			if c.unknown--; c.unknown == 0 && !c.never {
				sure(c.fn)
			}
		}
	}
	return out
}

// choices are the choices of a function. The methods that Python calls by itself
// at one place, one for each object that may be there, are one choice.
func (r *Result) choices(f infer.FuncID, effects []*callgraph.Effect, of [][]*choice) []*choice {
	type place struct {
		node ast.Node
		op   infer.Op
	}
	var out []*choice
	var implicit map[place]*choice
	var others map[ast.Node]bool // iterations and with statements at which something else may run
	for _, e := range effects {
		if e.Deferred || e.Call != nil && e.Call.Mode != infer.Direct && e.Call.Mode != infer.Callback {
			continue
		}
		never := e.Open || e.Else || len(e.Opaque)+len(e.Coroutines)+len(e.Missing) > 0
		if e.Call == nil && never {
			if others == nil {
				others = map[ast.Node]bool{}
			}
			others[e.Node] = true
		}
		if len(e.Targets)+len(e.Seeds) == 0 {
			continue
		}
		c := &choice{fn: f}
		if e.Call == nil || e.Call.Op == infer.OpCall {
			out = append(out, c)
		} else if at := (place{e.Node, e.Call.Op}); implicit[at] != nil {
			c = implicit[at]
		} else {
			if implicit == nil {
				implicit = map[place]*choice{}
			}
			implicit[at] = c
			out = append(out, c)
		}
		c.never = c.never || never
		for i := range e.Seeds {
			c.never = c.never || e.Seeds[i].Lock && !r.Held[e.Seeds[i].Site]
		}
		c.unknown += len(e.Targets)
		for _, t := range e.Targets {
			of[t] = append(of[t], c)
		}
	}
	for at, c := range implicit {
		c.never = c.never || others[at.node]
	}
	return out
}
