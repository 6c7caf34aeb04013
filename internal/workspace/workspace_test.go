package workspace_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/pythontest"
	"github.com/offlet/offlet/internal/workspace"
)

var update = flag.Bool("update", false, "write what is found into the archives")

// unpack writes the files of an archive. The file links holds symbolic links,
// `name -> target` a line.
func unpack(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	base := t.TempDir()
	dir := filepath.Join(base, "project")
	write := func(name string, data []byte) {
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range a.Files {
		switch f.Name {
		case "want":
		case "links":
			for _, l := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
				name, to, _ := strings.Cut(l, " -> ")
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
					pythontest.Missing(t, "symbolic links: %v", err)
				}
			}
		default:
			write(f.Name, f.Data)
		}
	}
	return dir
}

// TestTrees opens whole trees. The file want of each archive lists the Python
// files with the names under which they are imported, what is left out and
// why, the entry points, the foreign files, and where each import leads.
func TestTrees(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, name := range archives {
		t.Run(filepath.Base(name), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := show(unpack(t, a))
			last := &a.Files[len(a.Files)-1]
			if last.Name != "want" {
				t.Fatal("the last file must be want")
			}
			if *update {
				last.Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
					t.Fatal(err)
				}
			} else if got != string(last.Data) {
				t.Errorf("got\n%s\nwant\n%s", got, last.Data)
			}
		})
	}
}

func show(dir string) string {
	p, err := workspace.Open(dir)
	if err != nil {
		return "error: " + strings.ReplaceAll(err.Error(), dir, "DIR") + "\n"
	}
	var b strings.Builder
	for _, f := range p.Files {
		kind := ""
		if f.Script {
			kind = " script"
		}
		fmt.Fprintf(&b, "%s: %s in %s%s\n", f.Path, f.Module, f.Root, kind)
	}
	for _, s := range p.Skipped {
		fmt.Fprintf(&b, "skipped %s: %s\n", s.Path, s.Reason)
	}
	for _, e := range p.EntryPoints {
		fmt.Fprintf(&b, "entry %s: %s %s = %s:%s %v\n", e.Manifest, e.Group, e.Name, e.Module, e.Object, e.Starts())
	}
	for _, f := range p.Foreign {
		fmt.Fprintf(&b, "foreign %s: %s %v\n", f.Path, f.Kind, f.Eventlet)
	}
	prog := program.Load(p)
	for _, m := range prog.Modules {
		for _, line := range strings.Split(m.Source.Text, "\n") {
			if name, ok := strings.CutPrefix(line, "import "); ok {
				to := "nothing of the project"
				if t := prog.Resolve(m, name); t != nil {
					to = t.Path
				}
				fmt.Fprintf(&b, "import %s in %s: %s\n", name, m.Path, to)
			}
		}
	}
	return b.String()
}

// TestIgnoredAsGit asks git itself which files it ignores in a tree of many
// patterns: those that the walk leaves out must be the same.
func TestIgnoredAsGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		pythontest.Missing(t, "git: %v", err)
	}
	dir := t.TempDir()
	git := func(args ...string) string {
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@b"}, args...)...)
		out, _ := cmd.CombinedOutput() // check-ignore gives 1 if nothing is ignored
		return string(out)
	}
	write := func(name, text string) {
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	git("init", "-q")
	write(".gitignore", "# a comment\n*.gen.py\n/top.py\nout/\n!keep.gen.py\nx/**/deep.py\nq?.py\n[ab]1.py\n**/any.py\ndir/sub.py\nspace.py   \n\\#hash.py\n{a,b}.py\nabc/**\n!abc/d.py\nfile.py/\n")
	write("sub/.gitignore", "local.py\n!top2.py\n/only.py\n*.tmp.py\n!*.gen.py\n")
	write(".git/info/exclude", "excluded.py\n")
	var files []string
	for _, d := range []string{"", "sub/", "x/", "x/y/z/", "out/", "sub/out/", "dir/", "a/dir/", "abc/", "sub/deeper/"} {
		for _, n := range []string{"a.py", "m.gen.py", "keep.gen.py", "top.py", "top2.py", "deep.py", "qq.py", "q.py", "a1.py", "c1.py", "any.py", "sub.py", "space.py", "#hash.py", "local.py", "only.py", "t.tmp.py", "excluded.py", "d.py", "file.py", "{a,b}.py"} {
			files = append(files, d+n)
			write(d+n, "")
		}
	}
	// git goes on to track what it has, ignored or not
	git("add", "-f", "out/a.py", "m.gen.py", "sub/local.py")
	ignored := map[string]bool{}
	for _, f := range strings.Split(git("ls-files", "--others", "--ignored", "--exclude-standard"), "\n") {
		if strings.HasSuffix(f, ".py") {
			ignored[strings.Trim(f, `"`)] = true
		}
	}
	if len(ignored) < 30 {
		t.Fatalf("git ignores only %d files: the test asks nothing", len(ignored))
	}
	for _, version := range []string{"2", "4"} {
		git("update-index", "--index-version", version)
		for _, open := range []string{"", "sub"} {
			p, err := workspace.Open(filepath.Join(dir, open))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range p.Files {
				got = append(got, filepath.ToSlash(filepath.Join(open, f.Path)))
			}
			for _, f := range files {
				if open != "" && !strings.HasPrefix(f, open+"/") {
					continue
				}
				if slices.Contains(got, f) == ignored[f] {
					t.Errorf("index version %s, opened %q: %s: git ignores it: %v, the walk takes it: %v", version, open, f, ignored[f], slices.Contains(got, f))
				}
			}
		}
	}
}

func TestConfig(t *testing.T) {
	for text, want := range map[string]string{
		"[tool.offlet]\nexclude = 'a'":      "exclude must be a list of patterns",
		"[tool.offlet]\nexclude = [1]":      "exclude must be a list of patterns",
		"[tool.offlet]\nexclude = ['[a']":   "syntax error in pattern",
		"[tool.offlet]\nexclude = ['*.py']": "no Python files",
	} {
		dir := t.TempDir()
		for n, d := range map[string]string{"pyproject.toml": text, "a.py": ""} {
			if err := os.WriteFile(filepath.Join(dir, n), []byte(d), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := workspace.Open(dir); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
