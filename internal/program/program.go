// Package program reads the Python files of a project: text, syntax tree and
// scopes of each, in parallel, and resolves imports between them.
package program

import (
	"errors"
	"path"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/scope"
	"github.com/offlet/offlet/internal/python/source"
	"github.com/offlet/offlet/internal/workspace"
)

// A Module is one file of the project, read.
type Module struct {
	Index int
	Path  string // relative to the project, with slashes
	Root  string // the directory of its imports, see workspace.File
	Name  string // dotted name below Root
	// Names are the dotted names under which the project's code may import it.
	Names     []string
	IsPackage bool
	Script    bool // without .py

	Source *source.File
	Syntax *parser.File
	AST    *ast.Module
	Scope  *scope.Info
	// Imports are its import statements, wherever they stand, in their order.
	Imports []ast.Stmt
}

// A Problem is a file that could not be read as Python.
type Problem struct {
	Path string
	Err  error
}

// A Program is a project with its modules.
type Program struct {
	Project  *workspace.Project
	Modules  []*Module
	Problems []Problem

	byPath map[string]*Module
	roots  []string
}

// Load reads the files of a project. Files that are no Python are listed in
// Problems and otherwise left out.
func Load(project *workspace.Project) *Program {
	return load(project, func(f *workspace.File) (*Module, error) {
		return readModule(f, func() (*source.File, error) { return source.Load(project.Abs(f.Path)) })
	})
}

// Overlay is the program with some files replaced by other bytes, as they
// would be after a change (nil bytes: the file is gone; a path that the
// project does not have: a new file).
func Overlay(p *Program, files map[string][]byte) *Program {
	project := *p.Project
	project.Files = nil
	seen := map[string]bool{}
	for _, f := range p.Project.Files {
		if data, ok := files[f.Path]; ok && data == nil {
			continue
		}
		seen[f.Path] = true
		project.Files = append(project.Files, f)
	}
	for name, data := range files {
		if !seen[name] && data != nil && strings.HasSuffix(name, ".py") {
			project.Files = append(project.Files, p.Project.NewFile(name))
		}
	}
	sort.Slice(project.Files, func(i, j int) bool { return project.Files[i].Path < project.Files[j].Path })
	return load(&project, func(f *workspace.File) (*Module, error) {
		if data, ok := files[f.Path]; ok {
			return readModule(f, func() (*source.File, error) { return source.New(project.Abs(f.Path), data) })
		}
		if m := p.byPath[f.Path]; m != nil {
			same := *m
			return &same, nil
		}
		return readModule(f, func() (*source.File, error) { return source.Load(project.Abs(f.Path)) })
	})
}

func load(project *workspace.Project, read func(*workspace.File) (*Module, error)) *Program {
	p := &Program{Project: project, byPath: map[string]*Module{}}
	modules := make([]*Module, len(project.Files))
	problems := make([]error, len(project.Files))
	Each(len(project.Files), func(i int) { modules[i], problems[i] = read(project.Files[i]) })
	roots := map[string]bool{}
	for i, m := range modules {
		if problems[i] != nil {
			p.Problems = append(p.Problems, Problem{project.Files[i].Path, problems[i]})
			continue
		}
		m.Index = len(p.Modules)
		p.Modules = append(p.Modules, m)
		p.byPath[m.Path] = m
		roots[m.Root] = true
	}
	for _, r := range project.SourceRoots() {
		roots[r] = true
	}
	for r := range roots {
		p.roots = append(p.roots, r)
	}
	sort.Slice(p.roots, func(i, j int) bool {
		a, b := p.roots[i], p.roots[j]
		if d := strings.Count(a, "/") - strings.Count(b, "/"); d != 0 {
			return d < 0
		}
		return a < b
	})
	for _, m := range p.Modules {
		m.Names = names(m)
	}
	return p
}

// Each does something for each of 0 … n-1, a module or a file, on all processors
// at once: do writes to nothing that another one of them reads or writes.
func Each(n int, do func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wg.Wait()
}

func readModule(f *workspace.File, read func() (*source.File, error)) (*Module, error) {
	src, err := read()
	if err != nil {
		return nil, err
	}
	syntax, err := parser.Parse(src, parser.Options{})
	if err != nil {
		return nil, err
	}
	info, err := scope.Analyze(syntax.Module)
	if err != nil {
		return nil, err
	}
	classReads(syntax.Module, info)
	return &Module{
		Path: f.Path, Root: f.Root, Name: f.Module, IsPackage: f.IsPackage, Script: f.Script,
		Source: src, Syntax: syntax, AST: syntax.Module, Scope: info, Imports: imports(syntax.Module),
	}, nil
}

func imports(m *ast.Module) []ast.Stmt {
	var out []ast.Stmt
	ast.Statements(m.Body, func(s ast.Stmt) bool {
		switch s.(type) {
		case *ast.Import, *ast.ImportFrom:
			out = append(out, s)
		}
		return true
	})
	return out
}

// names are the dotted names of a module: below its root and below each
// directory above it, for roots that are put on sys.path at run time.
func names(m *Module) []string {
	rel := strings.TrimSuffix(m.Path, ".py")
	if m.IsPackage {
		rel = path.Dir(rel)
	}
	out := []string{m.Name}
	parts := strings.Split(rel, "/")
	for i := range parts {
		name := strings.Join(parts[i:], ".")
		if name != m.Name && name != "." {
			out = append(out, name)
		}
	}
	return out
}

// Resolve finds the module that an absolute import of a dotted name gives in
// module from, or nil if it is not one of the project's. The directories are
// tried in the order in which they would stand on sys.path: that of from, the
// project, src, then every other one that holds modules.
func (p *Program) Resolve(from *Module, name string) *Module {
	rel := strings.ReplaceAll(name, ".", "/")
	if m := p.below(from.Root, rel); m != nil {
		return m
	}
	// a script finds what lies beside it, even within a package
	if dir := path.Dir(from.Path); dir != from.Root && isEntry(from) {
		if m := p.below(dir, rel); m != nil {
			return m
		}
	}
	for _, root := range []string{".", "src", "lib"} {
		if root != from.Root {
			if m := p.below(root, rel); m != nil {
				return m
			}
		}
	}
	for _, root := range p.roots {
		if m := p.below(root, rel); m != nil && !beside(m, name) {
			return m
		}
	}
	return nil
}

// beside keeps an import of a top-level name from resolving to a module in a
// directory that the importer has nothing to do with: `import queue` must not
// find tools/queue.py of another program.
func beside(m *Module, name string) bool { return !strings.Contains(name, ".") && !m.IsPackage }

func (p *Program) below(root, rel string) *Module {
	base := rel
	if root != "." {
		base = root + "/" + rel
	}
	if m := p.byPath[base+"/__init__.py"]; m != nil {
		return m
	}
	return p.byPath[base+".py"]
}

// isEntry reports whether a module has `if __name__ == "__main__":`.
func isEntry(m *Module) bool { return MainGuard(m.AST) != nil }

// MainGuard returns the `if __name__ == "__main__":` statement of a module, or
// nil.
func MainGuard(m *ast.Module) *ast.If {
	for _, s := range m.Body {
		n, ok := s.(*ast.If)
		if !ok {
			continue
		}
		c, ok := n.Test.(*ast.Compare)
		if !ok || len(c.Ops) != 1 || c.Ops[0] != ast.Eq {
			continue
		}
		name, value := c.Left, c.Comparators[0]
		if _, ok := name.(*ast.Constant); ok {
			name, value = value, name
		}
		if id, ok := name.(*ast.Name); ok && id.Id == "__name__" {
			if v, ok := value.(*ast.Constant); ok && v.Text == "__main__" {
				return n
			}
		}
	}
	return nil
}

// ByPath returns the module in a file, or nil.
func (p *Program) ByPath(path string) *Module { return p.byPath[path] }

// ProblemOf returns the position that an error carries, if it has one.
func ProblemOf(err error) (line, col int) {
	var pe *parser.Error
	var se *source.Error
	switch {
	case errors.As(err, &pe):
		return pe.Line, pe.Col
	case errors.As(err, &se):
		return se.Line, se.Col
	}
	return 0, 0
}
