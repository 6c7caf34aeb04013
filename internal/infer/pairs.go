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

// A valueIndex finds values in the list of all: 1 + the id of each, 0 where it is
// free.
type valueIndex []ValueID

// find is the slot of a value, or the free one where it belongs.
func (t valueIndex) find(all []Value, v Value) int {
	mask := len(t) - 1
	h := pairKey(v.ID, int32(v.Recv)) ^ uint64(uint32(v.Site))<<17 ^ uint64(v.Kind)<<49
	for i := int(h*0x9E3779B97F4A7C15>>32) & mask; ; i = (i + 1) & mask {
		if t[i] == 0 || all[t[i]-1] == v {
			return i
		}
	}
}

// grown is an index of twice the size.
func (t valueIndex) grown(all []Value) valueIndex {
	out := make(valueIndex, max(1024, 2*len(t)))
	for id, v := range all {
		out[out.find(all, v)] = ValueID(id) + 1
	}
	return out
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

// pages are things that a program has in large numbers, in pieces: none of them
// moves when others come.
type pages[T any] struct {
	of [][]T
	n  uint32
}

// page is how many things are in a piece.
const page = 1 << 12

func (t *pages[T]) at(i uint32) *T { return &t.of[i/page][i%page] }

// grow makes n things and returns the number of the first of them.
func (t *pages[T]) grow(n int) uint32 {
	first := t.n
	for t.n += uint32(n); int(t.n) > len(t.of)*page; {
		t.of = append(t.of, make([]T, page))
	}
	return first
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

// solution takes the values from the places. A place that has those of another
// shares them.
func (p *Program) solution() solved {
	var out solved
	size := 0
	for n := range p.sets.n {
		if s := p.sets.at(n); s.from == 0 {
			size += int(s.vals.n)
		}
	}
	out.all = make([]ValueID, 0, size)
	out.spans = make([]struct{ start, end uint32 }, p.sets.n)
	for n := range p.sets.n {
		if s := p.sets.at(n); s.from == 0 {
			out.spans[n].start = uint32(len(out.all))
			out.all = append(out.all, p.vals.of(s.vals)...)
			out.spans[n].end = uint32(len(out.all))
		}
	}
	for n := range p.sets.n {
		src := n
		for from := p.sets.at(n).from; from != 0; from = p.set(from).from {
			src = uint32(from)
		}
		out.spans[n] = out.spans[src]
	}
	return out
}

// A list is n ids in a row in the room of lists. It has room for as many as the
// next power of 2.
type list struct{ at, n uint32 }

// lists gives room to lists of ids, millions of which grow side by side. A list
// that has to move leaves its room to the next one of that size.
type lists[ID ~int32] struct {
	rooms [][]ID
	next  uint32     // in the last room
	left  [][]uint32 // where lists have been, by the logarithm of their size
}

// room is how many ids are in a room. A larger list has one of its own.
const room = 1 << 18

// of are the ids of a list, until it grows.
func (l *lists[ID]) of(x list) []ID {
	if x.n == 0 {
		return nil
	}
	i := x.at % room
	return l.rooms[x.at/room][i : i+x.n : i+x.n]
}

// get is the i-th id of a list.
func (l *lists[ID]) get(x list, i uint32) ID { return l.rooms[x.at/room][x.at%room+i] }

// push appends an id to a list.
func (l *lists[ID]) push(x *list, id ID) {
	if x.n&(x.n-1) == 0 { // it is full
		size := bits.Len32(x.n)
		grown := list{l.take(size), x.n}
		copy(l.of(grown), l.of(*x))
		if x.n > 0 {
			l.left[size-1] = append(l.left[size-1], x.at)
		}
		*x = grown
	}
	l.rooms[x.at/room][x.at%room+x.n] = id
	x.n++
}

// clone copies a list.
func (l *lists[ID]) clone(x list) list {
	if x.n == 0 {
		return list{}
	}
	out := list{l.take(bits.Len32(x.n - 1)), x.n}
	copy(l.of(out), l.of(x))
	return out
}

// take is where there is room for 1<<size ids.
func (l *lists[ID]) take(size int) uint32 {
	for len(l.left) <= size {
		l.left = append(l.left, nil)
	}
	if free := l.left[size]; len(free) > 0 {
		l.left[size] = free[:len(free)-1]
		return free[len(free)-1]
	}
	n := uint32(1) << size
	if n > room {
		l.rooms = append(l.rooms, make([]ID, n))
		l.next = room
		return uint32(len(l.rooms)-1) * room
	}
	if len(l.rooms) == 0 || l.next+n > room {
		l.rooms = append(l.rooms, make([]ID, room))
		l.next = 0
	}
	at := uint32(len(l.rooms)-1)*room + l.next
	l.next += n
	return at
}
