package color

import "github.com/offlet/offlet/internal/infer"

// Groups divide the functions of a program into groups that have no function
// in common.
type Groups struct{ parent []infer.FuncID }

// Of is the function that stands for the group of f: the first one in it.
func (g *Groups) Of(f infer.FuncID) infer.FuncID {
	for g.parent[f] != f {
		g.parent[f] = g.parent[g.parent[f]]
		f = g.parent[f]
	}
	return f
}

// Join makes one group of those of two functions.
func (g *Groups) Join(a, b infer.FuncID) {
	a, b = g.Of(a), g.Of(b)
	if a < b {
		g.parent[b] = a
	} else {
		g.parent[a] = b
	}
}

// Together groups those functions of which in is true that change colour
// together, because one place of the program uses all of them: what a call may
// call, and what a statement always uses both of (see Twins). Every other
// function is a group of its own.
func (r *Result) Together(in func(infer.FuncID) bool) *Groups {
	g := &Groups{parent: make([]infer.FuncID, len(r.Graph.Program.Funcs))}
	for i := range g.parent {
		g.parent[i] = infer.FuncID(i)
	}
	for _, effects := range r.Graph.Effects {
		for _, e := range effects {
			first := infer.FuncID(-1)
			for _, list := range [...][]infer.FuncID{e.Targets, e.Possible, e.Roots} {
				for _, t := range list {
					if !in(t) {
						continue
					}
					if first >= 0 {
						g.Join(first, t)
					}
					first = t
				}
			}
		}
	}
	for f, twins := range r.twins {
		for _, t := range twins {
			if in(f) && in(t) {
				g.Join(f, t)
			}
		}
	}
	return g
}
