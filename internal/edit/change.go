package edit

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"
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

func (s Style) apply(line string) string {
	var f func(string) string
	switch {
	case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "), strings.HasPrefix(line, "diff "):
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
		text, err := f.diff()
		if err != nil {
			return err
		}
		for _, line := range strings.SplitAfter(text, "\n") {
			if line == "" {
				continue
			}
			if _, err := io.WriteString(w, style.apply(line)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *FileChange) diff() (string, error) {
	from, to := "a/"+f.Path, "b/"+f.Path
	var head strings.Builder
	fmt.Fprintf(&head, "diff --git %s %s\n", from, to)
	switch {
	case f.Old == nil:
		from = "/dev/null"
		head.WriteString("new file mode 100644\n")
	case f.New == nil:
		to = "/dev/null"
		head.WriteString("deleted file mode 100644\n")
	}
	old, new := string(f.Old), string(f.New)
	edits := udiff.Lines(old, new)
	u, err := udiff.ToUnified(from, to, old, edits, udiff.DefaultContextLines)
	if err != nil {
		return "", fmt.Errorf("diff of %s: %w", f.Path, err)
	}
	return head.String() + renumber(u), nil
}

var hunkHeader = regexp.MustCompile(`^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@`)

// renumber sets the line numbers that hunks have in the new file. go-udiff
// 0.4.1 leaves out the unchanged lines between edits of one hunk when it
// counts: git apply goes by the old numbers and does not mind, but people and
// review tools read the new ones.
func renumber(unified string) string {
	lines := strings.SplitAfter(unified, "\n")
	shift := 0
	for i, l := range lines {
		m := hunkHeader.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		number := func(s string, absent int) int {
			if s == "" {
				return absent
			}
			n, err := strconv.Atoi(s)
			if err != nil {
				return absent
			}
			return n
		}
		from, removed, added := number(m[1], 0), number(m[2], 1), number(m[4], 1)
		to := from + shift
		switch {
		case removed == 0 && added > 0:
			to++ // "-n,0" names the line before
		case removed > 0 && added == 0:
			to--
		}
		header := strings.TrimPrefix(l, m[0])
		lines[i] = fmt.Sprintf("@@ -%s +%s @@", span(from, removed), span(to, added)) + header
		shift += added - removed
	}
	return strings.Join(lines, "")
}

// span is one side of a hunk header.
func span(start, count int) string {
	if count == 1 {
		return strconv.Itoa(start)
	}
	return fmt.Sprintf("%d,%d", start, count)
}

// Stat counts the lines added and removed, the vendored runtime not counted.
func (c *Change) Stat() (files, added, removed int) {
	for _, f := range c.Files {
		if f.Runtime {
			continue
		}
		files++
		text, err := f.diff()
		if err != nil {
			continue
		}
		for _, line := range strings.Split(text, "\n") {
			switch {
			case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"):
			case strings.HasPrefix(line, "+"):
				added++
			case strings.HasPrefix(line, "-"):
				removed++
			}
		}
	}
	return files, added, removed
}

func (c *Change) abs(f *FileChange) string {
	return filepath.Join(c.Root, filepath.FromSlash(f.Path))
}
