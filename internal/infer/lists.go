package infer

import (
	"iter"
	"math/bits"
)

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

// put makes a thing.
func (t *pages[T]) put(x T) *T {
	at := t.at(t.grow(1))
	*at = x
	return at
}

// all are the things, in the order in which they were made.
func (t *pages[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for i := range t.n {
			if !yield(t.at(i)) {
				return
			}
		}
	}
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
