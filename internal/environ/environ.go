// Package environ looks at the libraries that are installed beside a project: at
// the source of those of which the catalogue has no record, to find out which of
// their functions block. They are read as a program of their own, never run, and
// nothing in them is a part of the project.
package environ

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/workspace"
)

// What is read of an environment, in bytes of source: of one library, and of all.
// What is larger stays opaque.
const (
	largest = 3 << 20
	all     = 8 << 20
)

// deepest is how many libraries a chain may lead through.
const deepest = 3

// An Environment is a directory in which libraries are installed.
type Environment struct {
	sites []string // its site-packages
	cat   *catalog.Catalog

	mu   sync.Mutex
	libs map[string]*library // by package, and the groups that are patched
	read int                 // bytes
	// depth is how many libraries are being looked at, each because the one before
	// calls it.
	depth int
}

// A library is what was found out about an installed package; nil while that is
// being done, and for one that is not read.
type library struct {
	program *infer.Program
	colors  *color.Result
	unsure  []bool // by FuncID: it may reach code that is not known
}

// Find returns the virtual environment in the root of a project (.venv or venv),
// or "".
func Find(root string) string {
	for _, name := range [...]string{".venv", "venv"} {
		dir := filepath.Join(root, name)
		if _, err := os.Stat(filepath.Join(dir, "pyvenv.cfg")); err == nil {
			return dir
		}
	}
	return ""
}

// Check reports what is wrong with a directory as an environment.
func Check(dir string) error {
	if len(sites(dir)) > 0 {
		return nil
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--env %s: no such directory", dir)
	}
	return fmt.Errorf("--env %s: is not an environment: it has no lib/python3.*/site-packages and is none itself", dir)
}

// sites are the site-packages of an environment; a directory of that name is its
// own.
func sites(dir string) []string {
	switch filepath.Base(dir) {
	case "site-packages", "dist-packages":
		return []string{dir}
	}
	var out []string
	for _, pattern := range [...]string{"lib/python3*/site-packages", "lib64/python3*/site-packages", "Lib/site-packages"} {
		found, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		for _, d := range found {
			if real, err := filepath.EvalSymlinks(d); err == nil && !slices.Contains(out, real) {
				out = append(out, real)
			}
		}
	}
	return out
}

// State writes what tells the libraries of an environment from what they were
// before: the names, sizes and times of their files.
func State(w io.Writer, dir string) error {
	for _, site := range sites(dir) {
		err := filepath.WalkDir(site, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".py") {
				return err
			}
			info, err := d.Info()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(w, name, info.Size(), info.ModTime().UnixNano())
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// opened are the environments of this run, by directory and catalogue: every
// step asks again.
var opened sync.Map

type key struct {
	dir string
	cat *catalog.Catalog
}

// For returns the environment of a project, nil if it has none.
func For(p *workspace.Project) callgraph.Libraries {
	if p.Environment == "" {
		return nil
	}
	cat := catalog.For(p)
	e, _ := opened.LoadOrStore(key{p.Environment, cat}, &Environment{sites: sites(p.Environment), cat: cat, libs: map[string]*library{}})
	return e.(*Environment)
}

// Judge says what a call of an external name does: pkg.mod.connect,
// pkg.Client().fetch.
func (e *Environment) Judge(name string, patched catalog.Groups) callgraph.Verdict {
	e.mu.Lock()
	defer e.mu.Unlock()
	return (*reading)(e).Judge(name, patched)
}

// reading is an Environment that is locked: a library asks it about others.
type reading Environment

// Judge is that of Environment.
func (e *reading) Judge(name string, patched catalog.Groups) callgraph.Verdict {
	lib := e.library(name, patched)
	if lib == nil {
		return callgraph.Verdict{}
	}
	p := lib.program
	vals, open := p.Denotes(name)
	out := callgraph.Verdict{Plain: !open}
	judge := func(f infer.FuncID) {
		fn := p.Funcs[f]
		switch {
		case lib.colors.Green[f] && !out.Yields:
			out = callgraph.Verdict{Yields: true, Through: lib.colors.Proof(f)}
		case fn.Async || lib.unsure[f]:
			out.Plain = false
		}
	}
	for _, id := range vals {
		if out.Yields {
			break
		}
		v := p.Value(id)
		switch v.Kind {
		case infer.FuncVal, infer.Bound:
			if f := p.Funcs[v.Func()]; (f.Generator || f.ContextManager) && !strings.Contains(lastPart(name), "__") {
				continue // nothing runs before it is iterated over, or entered
			}
			judge(v.Func())
		case infer.ClassVal:
			c := p.Classes[v.Class()]
			for _, m := range [...]string{"__new__", "__init__"} {
				if n, _, ok := p.Method(c.ID, m); ok {
					for _, f := range p.FuncsAt(n) {
						judge(f)
					}
				}
			}
			// what a base of another library does when it is made
			out.Plain = out.Plain && !slices.ContainsFunc(c.ExternalMRO, func(b string) bool { return !strings.HasPrefix(b, "builtins.") })
		case infer.Instance:
			n, _, ok := p.Method(v.Class(), "__call__")
			if !ok {
				out.Plain = false
			}
			for _, f := range p.FuncsAt(n) {
				judge(f)
			}
		case infer.External: // from time import sleep; from other import connect
			switch s := e.cat.Lookup(p.Name(v)); {
			case s != nil && s.Green(patched, v.Green):
				out = callgraph.Verdict{Yields: true, Through: []string{s.Name}}
			case s == nil && p.Name(v) != name:
				if other := e.Judge(p.Name(v), patched); other.Yields {
					out = other
				}
				out.Plain = false
			}
		default:
			out.Plain = false
		}
	}
	return out
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// library is what is known of the library that has a name; nil if nothing is.
func (e *reading) library(name string, patched catalog.Groups) *library {
	site, unit, files := e.find(strings.Split(strings.ReplaceAll(name, "()", ""), "."))
	if unit == "" || e.depth == deepest || e.known(unit) {
		return nil
	}
	id := unit + " " + strings.Join(slices.Sorted(maps.Keys(patched)), " ")
	if lib, ok := e.libs[id]; ok {
		return lib
	}
	e.libs[id] = nil // libraries that call each other
	lib := e.analyse(site, files, patched)
	e.libs[id] = lib
	return lib
}

// known reports whether a package is not to be looked at: the catalogue judges
// all its names, or it builds and installs programs and is no part of one.
func (e *reading) known(unit string) bool {
	switch root, _, _ := strings.Cut(unit, "."); root {
	case "eventlet", "greenlet", "setuptools", "pkg_resources", "pip", "wheel":
		return true
	default:
		_, blocks := e.cat.Blocking(root)
		return blocks || e.cat.Quiet(root) || e.cat.Standard(root)
	}
}

// find finds the package or module that a dotted name starts with: its site, its
// name, and the directory or file. A directory without an __init__.py is a
// namespace, whose parts are installed by themselves.
func (e *reading) find(parts []string) (site, unit, at string) {
	for _, site := range e.sites {
		dir := ""
		for i, part := range parts {
			dir = path.Join(dir, part)
			unit := strings.Join(parts[:i+1], ".")
			if exists(filepath.Join(site, filepath.FromSlash(dir), "__init__.py")) {
				return site, unit, dir
			}
			if exists(filepath.Join(site, filepath.FromSlash(dir)+".py")) {
				return site, unit, dir + ".py"
			}
		}
	}
	return "", "", ""
}

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}

// analyse reads a library and finds out which of its functions block.
func (e *reading) analyse(site, at string, patched catalog.Groups) *library {
	project := &workspace.Project{Root: site}
	size := 0
	err := fs.WalkDir(os.DirFS(site), at, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch d.Name() {
			case "tests", "test", "__pycache__":
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".py") || !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		size += int(info.Size())
		f := &workspace.File{Path: p, Root: ".", Module: strings.ReplaceAll(strings.TrimSuffix(p, ".py"), "/", ".")}
		f.Module, f.IsPackage = strings.CutSuffix(f.Module, ".__init__")
		project.Files = append(project.Files, f)
		return nil
	})
	if err != nil || size > largest || e.read+size > all {
		return nil
	}
	e.depth++
	defer func() { e.depth-- }()
	e.read += size
	p := infer.Analyze(program.Load(project), e.cat)
	g := callgraph.Build(p, patched, e)
	return &library{program: p, colors: color.Compute(g), unsure: unsure(g)}
}

// unsure says of each function whether it may reach code that is not known.
func unsure(g *callgraph.Graph) []bool {
	out := make([]bool, len(g.Effects))
	callers := make([][]infer.FuncID, len(g.Effects))
	var work []infer.FuncID
	mark := func(f infer.FuncID) {
		if !out[f] {
			out[f] = true
			work = append(work, f)
		}
	}
	for id, effects := range g.Effects {
		f := infer.FuncID(id)
		if len(g.Imports[id]) > 0 && g.Program.Funcs[id].Parent >= 0 {
			mark(f)
		}
		for _, e := range effects {
			if e.Open || len(e.Opaque)+len(e.Missing)+len(e.Possible)+len(e.Named) > 0 {
				mark(f)
			}
			for _, t := range e.Targets {
				callers[t] = append(callers[t], f)
			}
		}
	}
	for i := 0; i < len(work); i++ {
		for _, f := range callers[work[i]] {
			mark(f)
		}
	}
	return out
}
