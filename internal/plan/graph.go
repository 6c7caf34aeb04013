package plan

import (
	"container/heap"
	"slices"
)

// A kind says on which side of the frontier a vertex of the graph is.
type kind uint8

const (
	plain  kind = iota // never waits
	green              // waits, and stays synchronous
	async              // was a coroutine function before
	moving             // green, and becomes a coroutine function
)

// A site is a place of the program where something is called, iterated over or
// entered.
type site struct {
	caller int32
	// callees are the functions that it calls, and from called on those that it
	// only starts in threads of their own; without doubles.
	callees []int32
	called  int
}

// A graph is a program as the order sees it: functions are numbers.
type graph struct {
	kinds []kind
	sites []site
	unit  []int32 // of each vertex that moves; -1 of the others
	units [][]int32
	last  []bool // units of which all vertices come last

	// calls of each unit to other units, without doubles, in ascending order;
	// before are these and those that it starts threads in, where that is no
	// circle: see constrain.
	calls, before [][]int32
	sitesOf       [][]int32 // the sites that have a part in a unit
}

// newGraph finds the units of a graph. group gives for each vertex the one that
// stands for all those that change colour together with it, the first of them.
// last says which vertices that move come after the others.
func newGraph(kinds []kind, group []int32, last []bool, sites []site) *graph {
	g := &graph{kinds: kinds, sites: sites, unit: make([]int32, len(kinds))}
	// the groups of the moving vertices, in order; then the components of these
	number := make([]int32, len(kinds))
	n := int32(0)
	for v, k := range kinds {
		number[v] = -1
		if k != moving {
			continue
		}
		if first := group[v]; first != int32(v) && number[first] >= 0 {
			number[v] = number[first]
			continue
		}
		number[v] = n
		n++
	}
	calls := g.edges(int(n), number, false)
	comp := components(calls)
	for v := range number {
		g.unit[v] = -1
		if kinds[v] == moving {
			g.unit[v] = comp[number[v]]
		}
	}
	// the numbers of units follow their first vertices
	renamed := map[int32]int32{}
	for v := range g.unit {
		if g.unit[v] < 0 {
			continue
		}
		u, ok := renamed[g.unit[v]]
		if !ok {
			u = int32(len(g.units))
			renamed[g.unit[v]] = u
			g.units = append(g.units, nil)
			g.last = append(g.last, true)
		}
		g.unit[v] = u
		g.units[u] = append(g.units[u], int32(v))
		g.last[u] = g.last[u] && last[v]
	}
	g.calls = g.edges(len(g.units), g.unit, false)
	g.constrain()
	g.sitesOf = make([][]int32, len(g.units))
	for i, s := range g.sites {
		g.part(s.caller, int32(i))
		for _, t := range s.callees {
			g.part(t, int32(i))
		}
	}
	return g
}

// part notes that a site has a part in the unit of a vertex.
func (g *graph) part(v, site int32) {
	u := g.unit[v]
	if u < 0 {
		return
	}
	if list := g.sitesOf[u]; len(list) == 0 || list[len(list)-1] != site {
		g.sitesOf[u] = append(list, site)
	}
}

// edges are the calls between the moving vertices, by their numbers; also the
// starts of threads if starts is set.
func (g *graph) edges(n int, number []int32, starts bool) [][]int32 {
	out := make([][]int32, n)
	for _, s := range g.sites {
		if g.kinds[s.caller] != moving {
			continue
		}
		from, callees := number[s.caller], s.callees
		if !starts {
			callees = callees[:s.called]
		}
		for _, t := range callees {
			if g.kinds[t] == moving && number[t] != from {
				out[from] = append(out[from], number[t])
			}
		}
	}
	for i := range out {
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out
}

// constrain finds which units come before which. A call is always kept to. A
// function that only starts another one need not wait for it; but as long as
// the two do not start each other in a circle, they keep the order as well, so
// that the frontier is crossed in one direction.
func (g *graph) constrain() {
	all := g.edges(len(g.units), g.unit, true)
	circle := components(all)
	g.before = make([][]int32, len(g.units))
	for u, list := range all {
		for _, v := range list {
			_, call := slices.BinarySearch(g.calls[u], v)
			if call || circle[u] != circle[v] {
				g.before[u] = append(g.before[u], v)
			}
		}
	}
}

// components numbers the strongly connected components of a graph, by Tarjan's
// algorithm, without recursion: call graphs are deep.
func components(edges [][]int32) []int32 {
	n := len(edges)
	comp := make([]int32, n)
	low := make([]int32, n)
	seen := make([]int32, n) // the order of the first visit, from 1
	next := make([]int32, n) // the next edge to follow
	var stack, path []int32
	count, found := int32(0), int32(0)
	for root := range n {
		if seen[root] != 0 {
			continue
		}
		path = append(path, int32(root))
		for len(path) > 0 {
			v := path[len(path)-1]
			if seen[v] == 0 {
				count++
				seen[v], low[v], comp[v] = count, count, -1
				stack = append(stack, v)
			}
			if int(next[v]) < len(edges[v]) {
				w := edges[v][next[v]]
				next[v]++
				switch {
				case seen[w] == 0:
					path = append(path, w)
				case comp[w] < 0:
					low[v] = min(low[v], seen[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				up := path[len(path)-1]
				low[up] = min(low[up], low[v])
			}
			if low[v] != seen[v] {
				continue
			}
			for {
				w := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				comp[w] = found
				if w == v {
					break
				}
			}
			found++
		}
	}
	return comp
}

// A frontier is the line between the units that have moved and the others. It
// is kept up to date from step to step: moving a unit looks only at the sites
// that have a part in it.
type frontier struct {
	g     *graph
	moved []bool // by unit
	// of each site, how many of its callees are coroutine functions by now, and
	// how many are green still
	async, green []int32
	at           Crossings
}

func newFrontier(g *graph) *frontier {
	f := &frontier{g: g, moved: make([]bool, len(g.units)), async: make([]int32, len(g.sites)), green: make([]int32, len(g.sites))}
	for i, s := range g.sites {
		for _, t := range s.callees {
			switch g.kinds[t] {
			case async:
				f.async[i]++
			case green, moving:
				f.green[i]++
			}
		}
		f.at.add(f.crossing(i), 1)
	}
	return f
}

// crossing is how a site crosses the frontier.
func (f *frontier) crossing(i int) Crossings {
	caller := f.g.sites[i].caller
	switch k := f.g.kinds[caller]; {
	case k == plain:
	case k == async || k == moving && f.moved[f.g.unit[caller]]:
		if f.green[i] > 0 {
			return Crossings{AsyncToGreen: 1}
		}
	case f.async[i] > 0:
		return Crossings{GreenToAsync: 1}
	}
	return Crossings{}
}

// move moves a unit; moving it again takes it back.
func (f *frontier) move(u int32) {
	for _, i := range f.g.sitesOf[u] {
		f.at.add(f.crossing(int(i)), -1)
	}
	f.moved[u] = !f.moved[u]
	by := int32(1)
	if !f.moved[u] {
		by = -1
	}
	for _, i := range f.g.sitesOf[u] {
		for _, t := range f.g.sites[i].callees {
			if f.g.unit[t] == u {
				f.async[i] += by
				f.green[i] -= by
			}
		}
		f.at.add(f.crossing(int(i)), 1)
	}
}

// change is by how many the crossings would grow if a unit moved now.
func (f *frontier) change(u int32) int {
	was := f.at.Total()
	f.move(u)
	now := f.at.Total()
	f.move(u)
	return now - was
}

// order puts the units in order, and says after each what crosses the frontier.
// Among the units that may come next it takes the one that leaves the fewest
// crossings; of two of these, the first in the source. What comes last keeps
// the order in itself only.
func (g *graph) order(o Order) []Step {
	n := len(g.units)
	after := make([][]int32, n) // the units that wait for each
	waits := make([]int, n)     // for how many each waits
	for u, list := range g.before {
		for _, v := range list {
			first, then := v, int32(u)
			if o == RootFirst {
				first, then = then, first
			}
			if g.last[u] != g.last[v] {
				continue
			}
			after[first] = append(after[first], then)
			waits[then]++
		}
	}
	f := newFrontier(g)
	ready := &queue{}
	add := func(u int32) { heap.Push(ready, candidate{u, g.last[u], f.change(u)}) }
	for u := range n {
		if waits[u] == 0 {
			add(int32(u))
		}
	}
	steps := make([]Step, 0, n)
	for ready.Len() > 0 {
		u := heap.Pop(ready).(candidate).unit
		f.move(u)
		steps = append(steps, Step{Unit: int(u), After: f.at})
		for _, then := range after[u] {
			if waits[then]--; waits[then] == 0 {
				add(then)
			}
		}
	}
	return steps
}

// A candidate is a unit that may come next, with the change that it made when
// it came to be one.
type candidate struct {
	unit   int32
	last   bool
	change int
}

type queue []candidate

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].last != q[j].last {
		return q[j].last
	}
	if q[i].change != q[j].change {
		return q[i].change < q[j].change
	}
	return q[i].unit < q[j].unit
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)   { *q = append(*q, x.(candidate)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
