// Package edit turns byte-span edits into files: it applies edits to a text,
// gathers them over any number of files into one change, shows the change as
// a unified diff, and writes it so that a kill at any moment leaves either the
// old tree or the new one.
package edit

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

// An Edit replaces the half-open byte range [Start, End) of a text by New. An
// edit with Start == End is an insertion.
type Edit struct {
	Start, End int32
	New        string
	// soft insertions give way to a replacement of the text around them
	soft bool
}

// A List gathers the edits of one file. Edits are kept in the order in which
// they were made, and insertions at one offset appear in that order; so a
// walk that emits an opening before it descends and a closing after it ascends
// nests them rightly: `f(x).y` with Insert(0, "(await ") and, later,
// Insert(4, ")").
type List struct {
	edits []Edit
}

// Insert puts text at offset.
func (l *List) Insert(offset int32, text string) {
	if text != "" {
		l.edits = append(l.edits, Edit{Start: offset, End: offset, New: text})
	}
}

// InsertSoft is Insert for text that is not needed where another edit replaces
// what is around it: the indentation of a line that goes away.
func (l *List) InsertSoft(offset int32, text string) {
	l.edits = append(l.edits, Edit{Start: offset, End: offset, New: text, soft: true})
}

// Replace replaces the range [start, end) by text.
func (l *List) Replace(start, end int32, text string) {
	l.edits = append(l.edits, Edit{Start: start, End: end, New: text})
}

// Delete removes the range [start, end).
func (l *List) Delete(start, end int32) { l.Replace(start, end, "") }

// Len is the number of edits.
func (l *List) Len() int { return len(l.edits) }

// LastInsert is the offset of the last of the texts that are put between others,
// 0 if there is none.
func (l *List) LastInsert() int32 {
	var last int32
	for _, e := range l.edits {
		if e.Start == e.End {
			last = max(last, e.Start)
		}
	}
	return last
}

// Replaces reports whether an edit takes the place of all of [start, end).
func (l *List) Replaces(start, end int32) bool {
	return slices.ContainsFunc(l.edits, func(e Edit) bool { return e.Start <= start && end <= e.End })
}

// Append adds the edits of another list after those of l.
func (l *List) Append(other *List) { l.edits = append(l.edits, other.edits...) }

// Apply returns text with the edits made. Edits that overlap are an error:
// two rules wanted to rewrite the same place.
func (l *List) Apply(text string) (string, error) {
	if len(l.edits) == 0 {
		return text, nil
	}
	edits := make([]Edit, len(l.edits))
	copy(edits, l.edits)
	sort.SliceStable(edits, func(i, j int) bool {
		a, b := edits[i], edits[j]
		if a.Start != b.Start {
			return a.Start < b.Start
		}
		// an insertion at the start of a replaced range comes before it
		return a.Start == a.End && b.Start != b.End
	})
	var out strings.Builder
	out.Grow(len(text) + 16*len(edits))
	at := int32(0)
	last := Edit{}
	for i, e := range edits {
		if e.soft && deletesLine(text, edits[i+1:], e.Start) {
			continue
		}
		switch {
		case e.Start > e.End || e.Start < 0 || int(e.End) > len(text):
			return "", fmt.Errorf("edit [%d, %d) lies outside of the text of %d bytes", e.Start, e.End, len(text))
		case e.Start < at && e.soft:
			continue
		case e.Start < at:
			return "", fmt.Errorf("edits overlap: [%d, %d) %q and [%d, %d) %q",
				last.Start, last.End, last.New, e.Start, e.End, e.New)
		}
		last = e
		out.WriteString(text[at:e.Start])
		out.WriteString(e.New)
		at = e.End
	}
	out.WriteString(text[at:])
	return out.String(), nil
}

// deletesLine reports whether the next of the edits at offset that is no
// insertion takes the rest of the line away, with its end: what was a soft
// insertion before the line would stand before the next one.
func deletesLine(text string, edits []Edit, offset int32) bool {
	for _, e := range edits {
		switch {
		case e.Start != offset:
			return false
		case e.Start != e.End:
			return e.New == "" && (int(e.End) == len(text) || text[e.End-1] == '\n' || text[e.End-1] == '\r')
		}
	}
	return false
}

// Part returns what the range [start, end) of text becomes. The edits must all
// lie within it.
func (l *List) Part(text string, start, end int32) string {
	part := List{}
	for _, e := range l.edits {
		if start <= e.Start && e.End <= end {
			part.edits = append(part.edits, Edit{Start: e.Start - start, End: e.End - start, New: e.New, soft: e.soft})
		}
	}
	out, err := part.Apply(text[start:end])
	if err != nil {
		return text[start:end]
	}
	return out
}
