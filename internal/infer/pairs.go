package infer

import "math/bits"

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

// solved are the values at the places of a program, once they are known.
type solved struct {
	all   []ValueID
	spans []struct{ start, end uint32 } // of all, by place
}

func (v *solved) at(n NodeID) []ValueID {
	s := v.spans[n]
	return v.all[s.start:s.end:s.end]
}

// solved are the values at the places. A place that has those of another shares
// them.
func (t *pages) solved() solved {
	var v solved
	size := 0
	for n := range t.n {
		if s := t.at(NodeID(n)); s.from == 0 {
			size += len(s.vals)
		}
	}
	v.all = make([]ValueID, 0, size)
	v.spans = make([]struct{ start, end uint32 }, t.n)
	for n := range t.n {
		if s := t.at(NodeID(n)); s.from == 0 {
			v.spans[n].start = uint32(len(v.all))
			v.all = append(v.all, s.vals...)
			v.spans[n].end = uint32(len(v.all))
		}
	}
	for n := range t.n {
		src := n
		for from := t.at(NodeID(n)).from; from != 0; from = t.at(from).from {
			src = int(from)
		}
		v.spans[n] = v.spans[src]
	}
	return v
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
	grown := append(append(l.take(bits.Len(uint(cap(list)))), list...), id)
	if cap(list) > 0 {
		size := bits.Len(uint(cap(list))) - 1
		l.left[size] = append(l.left[size], list[:0])
	}
	return grown
}

// clone copies a list.
func (l *lists[ID]) clone(list []ID) []ID {
	if len(list) == 0 {
		return nil
	}
	return append(l.take(bits.Len(uint(len(list)-1))), list...)
}

// take is an empty list with room for 1<<size ids.
func (l *lists[ID]) take(size int) []ID {
	for len(l.left) <= size {
		l.left = append(l.left, nil)
	}
	if free := l.left[size]; len(free) > 0 {
		l.left[size] = free[:len(free)-1]
		return free[len(free)-1]
	}
	n := 1 << size
	if len(l.room) < n {
		l.room = make([]ID, max(n, 1<<16))
	}
	list := l.room[:0:n]
	l.room = l.room[n:]
	return list
}
