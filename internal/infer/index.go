package infer

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
