package edit

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// A FileChange is what happens to one file. Old is nil for a file that is
// created, New for one that is removed.
type FileChange struct {
	Path     string // relative to the change's root, with slashes
	Old, New []byte
	// Runtime marks a vendored file of offlet's runtime, whose text a diff
	// leaves out unless asked for.
	Runtime bool
}

// A Change is a set of file changes that is applied whole or not at all.
type Change struct {
	Root  string // directory that holds every file of the change
	Files []FileChange
}

// Empty reports whether the change does nothing.
func (c *Change) Empty() bool { return len(c.Files) == 0 }

// Add adds one file, unless it stays as it is.
func (c *Change) Add(f FileChange) {
	if f.Old != nil && f.New != nil && bytes.Equal(f.Old, f.New) {
		return
	}
	c.Files = append(c.Files, f)
}

// Has reports whether the change touches a file.
func (c *Change) Has(path string) bool {
	for i := range c.Files {
		if c.Files[i].Path == path {
			return true
		}
	}
	return false
}

// Sort puts the files in the order of their paths.
func (c *Change) Sort() {
	sort.Slice(c.Files, func(i, j int) bool { return c.Files[i].Path < c.Files[j].Path })
}

// A Style colours the lines of a diff; the zero Style leaves them plain.
type Style struct {
	Header, Hunk, Added, Removed func(string) string
}

// apply colours one line of a file's diff; head says that it stands before the
// first hunk, where lines do not begin with what happens to them.
func (s Style) apply(line string, head bool) string {
	var f func(string) string
	switch {
	case head:
		f = s.Header
	case strings.HasPrefix(line, "@@"):
		f = s.Hunk
	case strings.HasPrefix(line, "+"):
		f = s.Added
	case strings.HasPrefix(line, "-"):
		f = s.Removed
	}
	if f == nil {
		return line
	}
	body, nl := strings.CutSuffix(line, "\n")
	out := f(body)
	if nl {
		out += "\n"
	}
	return out
}

// Diff writes the change as a unified diff that `git apply` and `patch -p1`
// take. The vendored runtime is named but not shown unless runtime is set;
// then the diff is complete.
func (c *Change) Diff(w io.Writer, style Style, runtime bool) error {
	for _, f := range c.Files {
		if f.Runtime && !runtime {
			continue
		}
		head := true
		for _, line := range strings.SplitAfter(f.diff(), "\n") {
			if line == "" {
				continue
			}
			head = head && !strings.HasPrefix(line, "@@")
			if _, err := io.WriteString(w, style.apply(line, head)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *FileChange) diff() string {
	from, to := quoted("a/"+f.Path), quoted("b/"+f.Path)
	var head strings.Builder
	fmt.Fprintf(&head, "diff --git %s %s\n", from, to)
	// a name with a space in it ends at a tab
	if strings.Contains(f.Path, " ") {
		from, to = from+"\t", to+"\t"
	}
	switch {
	case f.Old == nil:
		from = "/dev/null"
		head.WriteString("new file mode 100644\n")
	case f.New == nil:
		to = "/dev/null"
		head.WriteString("deleted file mode 100644\n")
	}
	u := hunks(f.Old, f.New)
	if u == "" {
		return head.String() // an empty file comes or goes
	}
	fmt.Fprintf(&head, "--- %s\n+++ %s\n", from, to)
	return head.String() + refine(u)
}

// quoted is a name as git writes it: in quotes where it has quotes, backslashes
// or control characters.
func quoted(name string) string {
	if !strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r == 0x7f }) {
		return name
	}
	var out strings.Builder
	out.WriteByte('"')
	for _, c := range []byte(name) {
		switch {
		case c == '"' || c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&out, "\\%03o", c)
		default:
			out.WriteByte(c)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// refine keeps lines that a hunk removes and adds again. The anchored diff
// pairs only lines that are unique in a file, so that a blank line between two
// changed ones comes out as changed as well. A hunk's line counts stay as they
// are: a line that is kept counts on both sides, like the pair did. A hunk of
// which nothing is left goes away.
func refine(hunks string) string {
	var out, hunk strings.Builder
	changed := false
	end := func() {
		if changed {
			out.WriteString(hunk.String())
		}
		hunk.Reset()
		changed = false
	}
	var removed, added []string
	flush := func() {
		kept := common(removed, added)
		i, j := 0, 0
		for _, k := range append(kept, [2]int{len(removed), len(added)}) {
			for ; i < k[0]; i++ {
				hunk.WriteString("-" + removed[i])
				changed = true
			}
			for ; j < k[1]; j++ {
				hunk.WriteString("+" + added[j])
				changed = true
			}
			if i < len(removed) && j < len(added) {
				hunk.WriteString(" " + removed[i])
				i, j = i+1, j+1
			}
		}
		removed, added = removed[:0], added[:0]
	}
	for _, line := range lines(hunks) {
		switch {
		case line[0] == '-' && len(added) == 0:
			removed = append(removed, line[1:])
		case line[0] == '+':
			added = append(added, line[1:])
		default:
			flush()
			switch line[0] {
			case '-':
				removed = append(removed, line[1:])
			case '@':
				end()
				hunk.WriteString(line)
			default:
				hunk.WriteString(line)
			}
		}
	}
	flush()
	end()
	return out.String()
}

// lines are the lines of a diff; the note that a line of the text has no
// newline is a part of that line.
func lines(diff string) []string {
	var out []string
	for _, line := range strings.SplitAfter(diff, "\n") {
		switch {
		case line == "":
		case line[0] == '\\' && len(out) > 0:
			out[len(out)-1] += line
		default:
			out = append(out, line)
		}
	}
	return out
}

// common finds a longest common subsequence of two short lists of lines, as
// pairs of indices.
func common(a, b []string) [][2]int {
	if len(a)*len(b) > 1<<20 {
		return nil
	}
	w := len(b) + 1
	longest := make([]int32, (len(a)+1)*w) // of a[i:] and b[j:]
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				longest[i*w+j] = longest[(i+1)*w+j+1] + 1
			} else {
				longest[i*w+j] = max(longest[(i+1)*w+j], longest[i*w+j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case longest[(i+1)*w+j] >= longest[i*w+j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// Stat counts the lines added and removed, the vendored runtime not counted.
func (c *Change) Stat() (files, added, removed int) {
	var n, plus, minus atomic.Int64
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(c.Files); i += workers {
				if f := c.Files[i]; !f.Runtime {
					a, r := f.stat()
					n.Add(1)
					plus.Add(int64(a))
					minus.Add(int64(r))
				}
			}
		})
	}
	wg.Wait()
	return int(n.Load()), int(plus.Load()), int(minus.Load())
}

func (f *FileChange) stat() (added, removed int) {
	head := true
	for line := range strings.SplitSeq(f.diff(), "\n") {
		head = head && !strings.HasPrefix(line, "@@")
		switch {
		case head:
		case strings.HasPrefix(line, "+"):
			added++
		case strings.HasPrefix(line, "-"):
			removed++
		}
	}
	return added, removed
}

// Origins maps the lines of a new text to those of the old one that they come
// from, both counted from 1: the line at index i is where line i stood. A line
// that is new belongs to the one after which it was put.
func Origins(old, new []byte) []int {
	f := FileChange{Path: "f", Old: old, New: new}
	out := make([]int, 1, bytes.Count(new, []byte("\n"))+2)
	from := 1 // the next line of the old text
	keep := func() { out = append(out, from); from++ }
	var removed []int
	lines := strings.SplitAfter(f.diff(), "\n")
	for i, line := range lines {
		var a, n, b, m int
		if k, _ := fmt.Sscanf(line, "@@ -%d,%d +%d,%d @@", &a, &n, &b, &m); k == 4 {
			for n > 0 && from < a || n == 0 && from <= a {
				keep()
			}
			removed = removed[:0]
			continue
		}
		switch {
		case i < 3 || line == "" || line[0] == '\\':
		case line[0] == '-':
			removed = append(removed, from)
			from++
		case line[0] == '+':
			if len(removed) > 0 {
				out = append(out, removed[0])
				removed = removed[1:]
			} else {
				out = append(out, max(from-1, 1))
			}
		default:
			removed = removed[:0]
			keep()
		}
	}
	for len(out) < cap(out) {
		keep()
	}
	return out
}

func (c *Change) abs(f *FileChange) string {
	return filepath.Join(c.Root, filepath.FromSlash(f.Path))
}
