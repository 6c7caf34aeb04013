package edit

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// context is how many lines a hunk shows around what it changes.
const context = 3

// apart is how many lines two texts have in common between two windows: more than
// two hunks show.
const apart = 2*context + 1

// hunks are the hunks of a unified diff of two texts. A rewrite changes a file of
// thousands of lines in a few places, so only the windows around these are given to
// the diff, which looks at all lines that it is given many times.
func hunks(old, new []byte) string {
	a, b := linesOf(old), linesOf(new)
	var out strings.Builder
	i, j, from := 0, 0, 0 // a[from:i] and the lines of b before j are the same
	for {
		for i < a.n() && j < b.n() && bytes.Equal(a.at(i, i+1), b.at(j, j+1)) {
			i, j = i+1, j+1
		}
		if i == a.n() && j == b.n() {
			return out.String()
		}
		before := min(context, i-from)
		endA, endB := meet(a, b, i, j)
		after := min(context, a.n()-endA)
		u := string(diff.Diff("a", a.at(i-before, endA+after), "b", b.at(j-before, endB+after)))
		for line := range strings.SplitAfterSeq(u[strings.Index(u, "\n@@")+1:], "\n") {
			if line == "" || line[0] != '@' {
				out.WriteString(line)
				continue
			}
			var x, n, y, m int
			fmt.Sscanf(line, "@@ -%d,%d +%d,%d @@", &x, &n, &y, &m)
			fmt.Fprintf(&out, "@@ -%d,%d +%d,%d @@\n", x+i-before, n, y+j-before, m)
		}
		i, j, from = endA, endB, endA
	}
}

// meet finds where two texts that differ from the lines i and j on are the same
// again, as near as possible; at their ends if they are not for long.
func meet(a, b numbered, i, j int) (int, int) {
	const far = 1000
	for d := 1; d <= far; d++ {
		for x := max(0, d-(b.n()-j)); x <= min(d, a.n()-i); x++ {
			if same(a, b, i+x, j+d-x) {
				return i + x, j + d - x
			}
		}
	}
	return a.n(), b.n()
}

// same reports whether two texts have the next lines in common, or all the rest.
func same(a, b numbered, i, j int) bool {
	for k := range apart {
		if i+k == a.n() || j+k == b.n() {
			return i+k == a.n() && j+k == b.n()
		}
		if !bytes.Equal(a.at(i+k, i+k+1), b.at(j+k, j+k+1)) {
			return false
		}
	}
	return true
}

// numbered is a text with its lines.
type numbered struct {
	text   []byte
	starts []int32 // of the lines, and the end of the text
}

func linesOf(text []byte) numbered {
	out := numbered{text, make([]int32, 1, bytes.Count(text, []byte("\n"))+2)}
	for at := 0; at < len(text); {
		if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
			at += i + 1
		} else {
			at = len(text)
		}
		out.starts = append(out.starts, int32(at))
	}
	return out
}

// n is the number of lines.
func (t numbered) n() int { return len(t.starts) - 1 }

// at are the lines from one to before another.
func (t numbered) at(from, to int) []byte { return t.text[t.starts[from]:t.starts[to]] }
