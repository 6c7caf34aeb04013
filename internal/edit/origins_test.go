package edit

import (
	"slices"
	"testing"
)

func TestOrigins(t *testing.T) {
	for _, c := range []struct {
		old, new string
		want     []int // of the new lines, from line 1
	}{
		{"a\nb\nc\n", "a\nb\nc\n", []int{1, 2, 3}},
		{"a\nb\nc\n", "x\ny\na\nb\nc\n", []int{1, 1, 1, 2, 3}},
		{"a\nb\nc\n", "a\nx\nb\nc\n", []int{1, 1, 2, 3}},
		{"a\nb\nc\n", "a\nB\nc\n", []int{1, 2, 3}},
		{"a\nb\nc\n", "a\nc\n", []int{1, 3}},
		{"a\nb\nc\n", "b\nc", []int{2, 3}},
		{"a\nb\n1\n2\n3\n4\n5\n6\n7\n8\n9\nz\n", "n\na\nb\n1\n2\n3\n4\n5\n6\n7\n8\n9\nm\nz\n", []int{1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 12}},
	} {
		got := Origins([]byte(c.old), []byte(c.new))
		if len(got) < len(c.want)+1 || !slices.Equal(got[1:len(c.want)+1], c.want) {
			t.Errorf("%q to %q: %v, want %v", c.old, c.new, got, c.want)
		}
	}
}
