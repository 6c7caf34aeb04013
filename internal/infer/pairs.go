package infer

import (
	"iter"
	"math/bits"
)

// An idIndex finds ids in a long list of them, where each stands once: the
// values of a place, the places that they flow to. It is a table of the ids
// themselves beside the list (1 + id, as 0 is free), smaller than a map and
// with nothing for the garbage collector to look at.
type idIndex []int32

// short is how many entries of a list are looked through one by one.
const short = 16

// has reports whether an id is in the list.
func (t idIndex) has(id int32) bool { return t[t.find(id)] != 0 }

func (t idIndex) find(id int32) int {
	mask := len(t) - 1
	i := int(uint32(id)*0x9E3779B9>>8) & mask
	for t[i] != 0 && t[i] != id+1 {
		i = (i + 1) & mask
	}
	return i
}

// with is the index of a list that is not short after its last id was added.
func with[ID ~int32](t idIndex, list []ID) idIndex {
	n := len(list)
	if 2*n <= len(t) {
		t[t.find(int32(list[n-1]))] = int32(list[n-1]) + 1
		return t
	}
	t = make(idIndex, max(64, 2*len(t)))
	for _, id := range list {
		t[t.find(int32(id))] = int32(id) + 1
	}
	return t
}

func pairKey(a, b int32) uint64 { return uint64(uint32(a))<<32 | uint64(uint32(b)) }

// probe finds a key in a table of a power of 2 of slots by linear probing, from
// where Fibonacci hashing puts it.
func probe(slots []uint64, key uint64) int {
	mask := len(slots) - 1
	i := int(key*0x9E3779B97F4A7C15>>32) & mask
	for slots[i] != 0 && slots[i] != key {
		i = (i + 1) & mask
	}
	return i
}

// A pairMap maps pairs of ids, the first of which is not 0, to a number: the
// place of an attribute by its object and its name.
type pairMap struct {
	slots []uint64
	vals  []int32
	n     int
}

func (t *pairMap) get(a, b int32) (int32, bool) {
	if t.n == 0 {
		return 0, false
	}
	key := pairKey(a, b)
	i := probe(t.slots, key)
	return t.vals[i], t.slots[i] == key
}

// put maps a pair that is not in the map.
func (t *pairMap) put(a, b, v int32) {
	if 2*t.n >= len(t.slots) {
		old, vals := t.slots, t.vals
		t.slots = make([]uint64, max(1024, 2*len(old)))
		t.vals = make([]int32, len(t.slots))
		for i, key := range old {
			if key != 0 {
				at := probe(t.slots, key)
				t.slots[at], t.vals[at] = key, vals[i]
			}
		}
	}
	key := pairKey(a, b)
	i := probe(t.slots, key)
	t.slots[i], t.vals[i] = key, v
	t.n++
}

// pages are the places of a program, in pieces: a large program has more than a
// million, and none of them moves when others come.
type pages struct {
	of [][]set
	n  int
}

// page is how many places are in a piece.
const page = 1 << 12

func (t *pages) at(n NodeID) *set { return &t.of[uint(n)/page][uint(n)%page] }

// grow makes n places and returns the first of them.
func (t *pages) grow(n int) NodeID {
	first := t.n
	for t.n += n; t.n > len(t.of)*page; {
		t.of = append(t.of, make([]set, page))
	}
	return NodeID(first)
}

// all are the places.
func (t *pages) all() iter.Seq[*set] {
	return func(yield func(*set) bool) {
		for n := range t.n {
			if !yield(t.at(NodeID(n))) {
				return
			}
		}
	}
}

// lists gives room to lists of ids, millions of which grow side by side. A list
// that has to move leaves its room to the next one of that size.
type lists[ID ~int32] struct {
	room []ID     // that no list has had yet
	left [][][]ID // rooms that lists have left, by the logarithm of their size
}

// push appends an id to a list.
func (l *lists[ID]) push(list []ID, id ID) []ID {
	if len(list) < cap(list) {
		return append(list, id)
	}
	size := bits.Len(uint(cap(list))) // of the new room, as a logarithm
	for len(l.left) <= size {
		l.left = append(l.left, nil)
	}
	var grown []ID
	if free := l.left[size]; len(free) > 0 {
		grown = free[len(free)-1]
		l.left[size] = free[:len(free)-1]
	} else {
		n := 1 << size
		if len(l.room) < n {
			l.room = make([]ID, max(n, 1<<16))
		}
		grown = l.room[:0:n]
		l.room = l.room[n:]
	}
	grown = append(append(grown, list...), id)
	if cap(list) > 0 {
		l.left[size-1] = append(l.left[size-1], list[:0])
	}
	return grown
}
