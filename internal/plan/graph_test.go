package plan

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// random makes a graph with up to 40 functions, some of them in groups.
func random(r *rand.Rand) ([]kind, []int32, []bool, []site) {
	n := 1 + r.IntN(40)
	kinds := make([]kind, n)
	group := make([]int32, n)
	last := make([]bool, n)
	for v := range kinds {
		last[v] = r.IntN(3) == 0
		kinds[v] = []kind{plain, green, async, moving, moving, moving, moving}[r.IntN(7)]
		group[v] = int32(v)
		if v > 0 && kinds[v] == moving && r.IntN(5) == 0 {
			if o := group[r.IntN(v)]; kinds[o] == moving {
				group[v] = o
			}
		}
	}
	sites := make([]site, r.IntN(3*n))
	for i := range sites {
		s := site{caller: int32(r.IntN(n))}
		for range 1 + r.IntN(3) {
			t := int32(r.IntN(n))
			if kinds[t] != plain && !slices.Contains(s.callees, t) {
				s.callees = append(s.callees, t)
			}
		}
		s.called = len(s.callees)
		if r.IntN(4) == 0 {
			s.called = r.IntN(len(s.callees) + 1)
		}
		sites[i] = s
	}
	return kinds, group, last, sites
}

// recount counts the crossings from nothing.
func recount(kinds []kind, sites []site, moved map[int32]bool) Crossings {
	var c Crossings
	for _, s := range sites {
		if kinds[s.caller] == plain {
			continue
		}
		callerAsync := kinds[s.caller] == async || moved[s.caller]
		someAsync, someGreen := false, false
		for _, t := range s.callees {
			if kinds[t] == async || moved[t] {
				someAsync = true
			} else {
				someGreen = true
			}
		}
		switch {
		case callerAsync && someGreen:
			c.AsyncToGreen++
		case !callerAsync && someAsync:
			c.GreenToAsync++
		}
	}
	return c
}

// reach says which vertices that move reach which others by calls, and by what
// they change colour with.
func reach(kinds []kind, group []int32, sites []site) [][]bool {
	n := len(kinds)
	to := make([][]bool, n)
	for v := range to {
		to[v] = make([]bool, n)
		for w := range to[v] {
			to[v][w] = v == w || kinds[v] == moving && kinds[w] == moving && group[v] == group[w]
		}
	}
	for _, s := range sites {
		for _, t := range s.callees[:s.called] {
			if kinds[s.caller] == moving && kinds[t] == moving {
				to[s.caller][t] = true
			}
		}
	}
	for k := range n {
		for v := range n {
			for w := range n {
				to[v][w] = to[v][w] || to[v][k] && to[k][w]
			}
		}
	}
	return to
}

func TestRandomGraphs(t *testing.T) {
	crossed, circles, left := 0, 0, 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		kinds, group, last, sites := random(r)
		g := newGraph(kinds, group, last, sites)

		// a unit is what reaches each other
		to := reach(kinds, group, sites)
		for v := range kinds {
			if (kinds[v] == moving) != (g.unit[v] >= 0) {
				t.Fatalf("seed %d: vertex %d moves, or not, and its unit is %d", seed, v, g.unit[v])
			}
			for w := range kinds {
				if kinds[v] != moving || kinds[w] != moving {
					continue
				}
				if (g.unit[v] == g.unit[w]) != (to[v][w] && to[w][v]) {
					t.Fatalf("seed %d: %d and %d: units %d and %d", seed, v, w, g.unit[v], g.unit[w])
				}
				if v != w && g.unit[v] == g.unit[w] {
					circles++
				}
			}
		}

		var ends []Crossings
		for _, o := range []Order{LeafFirst, RootFirst} {
			steps := g.order(o)
			if len(steps) != len(g.units) {
				t.Fatalf("seed %d, %s: %d steps for %d units", seed, o, len(steps), len(g.units))
			}
			moved := map[int32]bool{}
			for i, s := range steps {
				if i > 0 && g.last[steps[i-1].Unit] && !g.last[s.Unit] {
					t.Fatalf("seed %d, %s: step %d comes after one of the last", seed, o, i+1)
				}
				for _, v := range g.units[s.Unit] {
					if moved[v] {
						t.Fatalf("seed %d, %s: %d moves twice", seed, o, v)
					}
					moved[v] = true
				}
				if want := recount(kinds, sites, moved); s.After != want {
					t.Fatalf("seed %d, %s: after step %d there are %+v, not %+v", seed, o, i+1, want, s.After)
				}
				crossed += s.After.Total()
				for _, x := range sites {
					for _, y := range x.callees[:x.called] {
						if kinds[x.caller] != moving || kinds[y] != moving || g.last[g.unit[x.caller]] != g.last[g.unit[y]] {
							continue
						}
						if o == LeafFirst && moved[x.caller] && !moved[y] || o == RootFirst && !moved[x.caller] && moved[y] {
							t.Fatalf("seed %d, %s: after step %d the call from %d to %d is the wrong way round", seed, o, i+1, x.caller, y)
						}
					}
				}
			}
			end := recount(kinds, sites, moved)
			ends = append(ends, end)
			left += end.Total()
		}
		if ends[0] != ends[1] {
			t.Fatalf("seed %d: the orders end differently: %+v", seed, ends)
		}

		// the order in which the sites were found does not matter
		mixed := slices.Clone(sites)
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if other := newGraph(kinds, group, last, mixed).order(LeafFirst); !reflect.DeepEqual(other, g.order(LeafFirst)) {
			t.Fatalf("seed %d: the order of the sites changes the plan", seed)
		}
	}
	if crossed == 0 || circles == 0 || left == 0 {
		t.Fatalf("the graphs try too little: %d crossings, %d in circles, %d left", crossed, circles, left)
	}
}

// A thread is started by a function that need not wait for it, but where
// nothing speaks against it, the order is that of calls.
func TestStarts(t *testing.T) {
	kinds := []kind{moving, moving}
	group, last := []int32{0, 1}, []bool{false, false}
	one := newGraph(kinds, group, last, []site{{caller: 0, callees: []int32{1}}})
	for o, first := range map[Order]int{LeafFirst: 1, RootFirst: 0} {
		if got := one.order(o); got[0].Unit != first {
			t.Errorf("%s: unit %d comes first", o, got[0].Unit)
		}
	}
	circle := newGraph(kinds, group, last, []site{{caller: 0, callees: []int32{1}}, {caller: 1, callees: []int32{0}}})
	if len(circle.units) != 2 || len(circle.order(LeafFirst)) != 2 {
		t.Errorf("functions that start each other are %d units", len(circle.units))
	}
	mixed := newGraph(kinds, group, last, []site{{caller: 0, callees: []int32{1}, called: 1}, {caller: 1, callees: []int32{0}}})
	if got := mixed.order(LeafFirst); got[0].Unit != 1 || len(got) != 2 {
		t.Errorf("what calls it comes before what is called: %+v", got)
	}
}

// A long chain of calls needs neither a deep stack nor much time.
func TestLongChain(t *testing.T) {
	const n = 200_000
	kinds := make([]kind, n)
	group := make([]int32, n)
	var sites []site
	for v := range kinds {
		kinds[v], group[v] = moving, int32(v)
		if v > 0 {
			sites = append(sites, site{caller: int32(v - 1), callees: []int32{int32(v)}, called: 1})
		}
	}
	steps := newGraph(kinds, group, make([]bool, n), sites).order(LeafFirst)
	if len(steps) != n || steps[0].Unit != n-1 || steps[n-2].After != (Crossings{GreenToAsync: 1}) {
		t.Errorf("%d steps, the first moves %d", len(steps), steps[0].Unit)
	}
}
