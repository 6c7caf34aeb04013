package infer

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// solver is a program without any code, to which places are added by hand.
func solver() *Program {
	p := &Program{}
	p.reserve()
	return p
}

// heard notes the values of which a constraint is told.
type heard struct{ vals map[ValueID]bool }

func (h *heard) apply(_ *Program, v ValueID) { h.vals[v] = true }

// TestFlow compares what reaches the places of random graphs, and what their
// constraints are told, with what can be reached at all: in whatever order values,
// edges and constraints come, and whoever shares the values of whom.
func TestFlow(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 1))
		p := solver()
		n := 2 + r.IntN(59)
		var vals []ValueID
		for i := range 1 + r.IntN(40) {
			p.Values = append(p.Values, Value{Kind: FuncVal, ID: int32(i)})
			p.inert = append(p.inert, interesting)
			vals = append(vals, ValueID(i))
		}
		p.unknown = ValueID(len(vals)) // none of these
		places := make([]NodeID, n)
		for i := range places {
			places[i] = p.node()
		}
		place := func() NodeID { return places[r.IntN(n)] }
		given, edges := map[NodeID]map[ValueID]bool{}, map[NodeID][]NodeID{}
		told := map[NodeID][]*heard{}
		if seed%3 == 0 { // a long path, laid from its end: each place shares what the one before has
			for i := n - 1; i > 0; i-- {
				edges[places[i-1]] = append(edges[places[i-1]], places[i])
				p.edge(places[i-1], places[i])
			}
		}
		for range 1 + r.IntN(200) {
			at := place()
			switch r.IntN(8) {
			case 0:
				v := vals[r.IntN(len(vals))]
				if given[at] == nil {
					given[at] = map[ValueID]bool{}
				}
				given[at][v] = true
				p.add(at, v)
			case 1:
				h := &heard{map[ValueID]bool{}}
				told[at] = append(told[at], h)
				p.constrain(at, h)
			case 2:
				p.solve()
			default:
				to := place()
				edges[at] = append(edges[at], to)
				p.edge(at, to)
			}
		}
		p.solve()
		want := map[NodeID]map[ValueID]bool{}
		var reach func(n NodeID, v ValueID)
		reach = func(n NodeID, v ValueID) {
			if want[n] == nil {
				want[n] = map[ValueID]bool{}
			}
			if !want[n][v] {
				want[n][v] = true
				for _, to := range edges[n] {
					reach(to, v)
				}
			}
		}
		for n, all := range given {
			for v := range all {
				reach(n, v)
			}
		}
		check := func(when string, at func(NodeID) []ValueID) {
			for _, n := range places {
				got := slices.Clone(at(n))
				if len(got) != len(want[n]) || slices.ContainsFunc(got, func(v ValueID) bool { return !want[n][v] }) {
					t.Fatalf("seed %d, %s: at %d is %v, not %v", seed, when, n, got, want[n])
				}
				for _, h := range told[n] {
					if len(h.vals) != len(want[n]) {
						t.Fatalf("seed %d, %s: a constraint of %d was told of %v, not %v", seed, when, n, h.vals, want[n])
					}
				}
			}
		}
		check("solved", p.At)
		p.release()
		check("released", p.At)
	}
}

// TestLists compares many lists that grow side by side with slices.
func TestLists(t *testing.T) {
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var l lists[ValueID]
		n := 1 + r.IntN(8)
		got, want := make([]list, n), make([][]ValueID, n)
		for range 1 + r.IntN(300) {
			i := r.IntN(n)
			if j := r.IntN(21); j < n {
				got[i], want[i] = l.clone(got[j]), slices.Clone(want[j])
				continue
			}
			v := ValueID(r.Int32N(1000))
			l.push(&got[i], v)
			want[i] = append(want[i], v)
		}
		for i := range got {
			if !slices.Equal(l.of(got[i]), want[i]) {
				t.Fatalf("seed %d: list %d is %v, not %v", seed, i, l.of(got[i]), want[i])
			}
		}
	}
}

// TestLargeLists fills more than one room, and a list with a room of its own.
func TestLargeLists(t *testing.T) {
	var l lists[NodeID]
	var a, b list
	for i := range 3 * room {
		l.push(&a, NodeID(i))
		if i%2 == 0 {
			l.push(&b, NodeID(-i))
		}
	}
	for i := range uint32(3 * room) {
		if l.get(a, i) != NodeID(i) || i%2 == 0 && l.get(b, i/2) != -NodeID(i) {
			t.Fatalf("wrong at %d", i)
		}
	}
}
