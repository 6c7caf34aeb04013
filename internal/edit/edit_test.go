package edit

import (
	"bytes"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
)

func TestApply(t *testing.T) {
	const text = "f(x).y"
	for _, c := range []struct {
		name  string
		edits func(l *List)
		want  string
		err   string
	}{
		{"none", func(l *List) {}, "f(x).y", ""},
		{"insertions nest in the order they were made", func(l *List) {
			l.Insert(0, "(")
			l.Insert(0, "await ")
			l.Insert(4, ")")
		}, "(await f(x)).y", ""},
		{"insertions at one place keep their order", func(l *List) { l.Insert(4, "a"); l.Insert(4, "b"); l.Insert(4, "c") }, "f(x)abc.y", ""},
		{"an insertion at the start of a replacement comes before it", func(l *List) { l.Replace(2, 3, "Y"); l.Insert(2, "<") }, "f(<Y).y", ""},
		{"an insertion at the end of a replacement comes after it", func(l *List) { l.Replace(2, 3, "Y"); l.Insert(3, ">") }, "f(Y>).y", ""},
		{"ranges that touch", func(l *List) { l.Replace(2, 3, "B"); l.Replace(0, 2, "A("); l.Delete(3, 4) }, "A(B.y", ""},
		{"the whole text", func(l *List) { l.Replace(0, 6, "z") }, "z", ""},
		{"at the end", func(l *List) { l.Insert(6, "\n") }, "f(x).y\n", ""},
		{"a soft insertion", func(l *List) { l.InsertSoft(2, "  ") }, "f(  x).y", ""},
		{"a soft insertion inside of a replacement gives way", func(l *List) { l.Replace(1, 4, "[]"); l.InsertSoft(2, "  ") }, "f[].y", ""},
		{"a soft insertion before a line that is deleted gives way", func(l *List) { l.InsertSoft(0, "  "); l.Delete(0, 6) }, "", ""},
		{"a soft insertion before a line that is replaced stays", func(l *List) { l.InsertSoft(0, "  "); l.Replace(0, 1, "g") }, "  g(x).y", ""},
		{"overlapping", func(l *List) { l.Replace(0, 3, "a"); l.Replace(2, 4, "b") }, "", "edits overlap"},
		{"one inside of the other", func(l *List) { l.Replace(2, 3, "a"); l.Replace(0, 5, "b") }, "", "edits overlap"},
		{"twice the same range", func(l *List) { l.Replace(2, 3, "a"); l.Replace(2, 3, "a") }, "", "edits overlap"},
		{"an insertion inside of a replacement", func(l *List) { l.Replace(1, 4, "a"); l.Insert(2, "b") }, "", "edits overlap"},
		{"outside", func(l *List) { l.Replace(5, 7, "a") }, "", "outside of the text"},
		{"backwards", func(l *List) { l.Replace(3, 2, "a") }, "", "outside of the text"},
	} {
		var l List
		c.edits(&l)
		got, err := l.Apply(text)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %q, %v; want an error with %q", c.name, got, err, c.err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.name, got, err, c.want)
		}
	}
}

func TestPart(t *testing.T) {
	var l List
	l.Insert(0, "before ")
	l.Replace(2, 3, "Y")
	l.Insert(4, "!")
	l.Replace(5, 6, "z")
	if got := l.Part("f(x).y", 1, 4); got != "(Y)!" {
		t.Errorf("%q", got)
	}
}

func show(t *testing.T, c *Change, style Style) string {
	t.Helper()
	var out bytes.Buffer
	if err := c.Diff(&out, style, true); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name string
		f    FileChange
		want string
	}{
		{"lines between changed ones stay", FileChange{Path: "a.py", Old: []byte("a\n\nb\n\nc\n"), New: []byte("A\n\nB\n\nC\n")},
			"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,5 +1,5 @@\n-a\n+A\n \n-b\n+B\n \n-c\n+C\n"},
		{"no newline at the end, in both", FileChange{Path: "a.py", Old: []byte("a\nb"), New: []byte("a\nc")},
			"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"},
		{"a newline that comes", FileChange{Path: "a.py", Old: []byte("a"), New: []byte("a\n")},
			"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n"},
		{"far from each other, among lines that repeat", FileChange{Path: "a.py", Old: []byte("a\n" + strings.Repeat("x\n", 20) + "b\nc\n"), New: []byte("A\n" + strings.Repeat("x\n", 20) + "c\n")},
			"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,4 +1,4 @@\n-a\n+A\n x\n x\n x\n@@ -19,5 +19,4 @@\n x\n x\n x\n-b\n c\n"},
		{"lines that look like a diff's", FileChange{Path: "a.py", Old: []byte("-- x\n++ y\n"), New: []byte("-- z\n++ y\n")},
			"diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n--- x\n+-- z\n ++ y\n"},
	} {
		got := show(t, &Change{Files: []FileChange{c.f}}, Style{})
		if got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestStat: a line of the text may begin like a header of the diff.
func TestStat(t *testing.T) {
	c := &Change{Files: []FileChange{
		{Path: "a.py", Old: []byte("-- x\n++ y\nz\n"), New: []byte("++ z\nz\n")},
		{Path: "_offlet/a.py", New: []byte("1\n2\n"), Runtime: true},
	}}
	if files, added, removed := c.Stat(); files != 1 || added != 1 || removed != 2 {
		t.Errorf("%d files, +%d -%d; want 1, +1 -2", files, added, removed)
	}
}

// TestStyle: colours change nothing but the look, and a removed line that
// begins like a header is a removed line.
func TestStyle(t *testing.T) {
	mark := func(m string) func(string) string { return func(s string) string { return "<" + m + s + ">" } }
	c := &Change{Files: []FileChange{{Path: "a.py", Old: []byte("-- x\nk\n"), New: []byte("++ y\nk\n")}}}
	got := show(t, c, Style{Header: mark("h"), Hunk: mark("@"), Added: mark("a"), Removed: mark("r")})
	want := "<hdiff --git a/a.py b/a.py>\n<h--- a/a.py>\n<h+++ b/a.py>\n<@@@ -1,2 +1,2 @@>\n<r--- x>\n<a+++ y>\n k\n"
	if got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestDiffApplies: what Diff prints is what git apply takes, and it gives what
// Write gives, whatever the texts and the names.
func TestDiffApplies(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		pythontest.Missing(t, "git: %v", err)
	}
	rng := rand.New(rand.NewSource(1))
	names := []string{"a.py", "pkg/b.py", "with space.py", "größe.py", "quo\"te.py", "tab\there.py", "back\\slash.py", " lead.py", "deep/er/still/c.py"}
	lines := []string{"", "a", "b", "    c", "-- d", "++ e", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "\\ No newline at end of file", "\t", "ü", "diff --git a/x b/x"}
	for round := range 25 {
		root, patched := t.TempDir(), t.TempDir()
		c := &Change{Root: root}
		for _, name := range names {
			if rng.Intn(3) == 0 {
				continue
			}
			nl := []string{"\n", "\r\n"}[rng.Intn(2)]
			text := func(n int) []string {
				var out []string
				for range rng.Intn(n) {
					out = append(out, lines[rng.Intn(len(lines))]+nl)
				}
				return out
			}
			join := func(l []string) []byte {
				s := strings.Join(l, "")
				if rng.Intn(3) == 0 {
					s = strings.TrimSuffix(s, nl)
				}
				return []byte(s)
			}
			old := text([]int{25, 200}[rng.Intn(2)])
			next := append([]string(nil), old...)
			for range rng.Intn(5) {
				at := rng.Intn(len(next) + 1)
				end := min(len(next), at+rng.Intn(4))
				next = append(append(append([]string(nil), next[:at]...), text(4)...), next[end:]...)
			}
			f := FileChange{Path: name, Old: join(old), New: join(next)}
			switch rng.Intn(6) {
			case 0:
				f.Old = nil
			case 1:
				f.New = nil
			}
			c.Add(f)
			if f.Old != nil {
				for _, dir := range []string{root, patched} {
					to := filepath.Join(dir, filepath.FromSlash(name))
					if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(to, f.Old, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		if c.Empty() {
			continue
		}
		patch := show(t, c, Style{})
		cmd := exec.Command(git, "apply", "--whitespace=nowarn", "-")
		cmd.Dir = patched
		cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(patched), "GIT_CONFIG_GLOBAL="+os.DevNull)
		cmd.Stdin = strings.NewReader(patch)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("round %d: git apply: %v\n%s\n%s", round, err, out, patch)
		}
		if err := c.Write(); err != nil {
			t.Fatal(err)
		}
		if a, b := look(t, patched), look(t, root); !equal(a, b) {
			t.Fatalf("round %d: git apply gives\n%v\nWrite gives\n%v\nby\n%s", round, a, b, patch)
		}
	}
}
