// Package workspace finds out what a project is on disk: its Python files and
// the names under which they are imported, its entry points, and the files
// beside the code that name its dependencies. It reads directories and the
// first bytes of files; it never runs anything.
package workspace

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// A File is one Python file.
type File struct {
	Path   string // relative to the project, with slashes
	Script bool   // without .py, recognised by its first line
	// Root is the directory (relative to the project, "." for itself) that is
	// on sys.path when the file is imported: the nearest directory above it
	// that is not a package.
	Root string
	// Module is its dotted name below Root; a package's is that of its
	// __init__.py.
	Module    string
	IsPackage bool // an __init__.py
}

// A ManifestKind says how a manifest is written.
type ManifestKind uint8

// The kinds of manifests.
const (
	Requirements ManifestKind = iota // requirements*.txt, constraints
	SetupCfg
	PyProject
	SetupPy
	Pipfile
)

// A Manifest is a file that names dependencies.
type Manifest struct {
	Path string
	Kind ManifestKind
}

// A Skip is something that was left out, with the reason.
type Skip struct {
	Path   string
	Reason string
}

// A Project is a directory (or a single file) that offlet was given.
type Project struct {
	// Root is the absolute path of the directory; of the file's directory if a
	// single file was given.
	Root      string
	Files     []*File
	Manifests []Manifest
	Skipped   []Skip
	// Unreadable are the directories among Skipped that could not be looked
	// into: what is in them may be a part of the program.
	Unreadable []Skip
	// EntryPoints are all that the manifests declare, ConsoleScripts those of
	// them with which a process starts.
	EntryPoints    []EntryPoint
	ConsoleScripts []ConsoleScript
	// Subprojects are the directories with a manifest of their own, "." for the
	// project itself.
	Subprojects []string
	// Configs are the [tool.offlet] tables.
	Configs []Config
	// Foreign are files with code that offlet cannot read.
	Foreign []Foreign
	// Others are the other regular files, as far as their names may matter:
	// what deploys and configures the program.
	Others []string
	// RuntimeDirs are the directories of a vendored runtime, with slashes.
	RuntimeDirs []string
	// Environment is the directory of a Python environment whose libraries are
	// looked at, "" for none. It is no part of the project.
	Environment string
	// Single says that one file was given, and not a directory.
	Single bool

	ignoring   *ignoring // during the walk
	namespaces []namespace
}

// A ForeignKind says what a file with other code is.
type ForeignKind string

// The kinds of foreign files.
const (
	Notebook  ForeignKind = "notebook"    // .ipynb
	Cython    ForeignKind = "Cython"      // .pyx, .pxd
	Extension ForeignKind = "C extension" // .so, .pyd: what it calls nobody sees
	Stub      ForeignKind = "stub"        // .pyi
)

// A Foreign is a file with code of the project that is not read: what calls
// into it is opaque.
type Foreign struct {
	Path string
	Kind ForeignKind
	// Eventlet says that the text names Eventlet.
	Eventlet bool
}

// An InputError is a mistake in what offlet was given; nothing was changed.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap returns the underlying error.
func (e *InputError) Unwrap() error { return e.Err }

// Open looks at the project at a path.
func Open(at string) (*Project, error) {
	abs, err := filepath.Abs(at)
	if err != nil {
		return nil, &InputError{err}
	}
	info, err := os.Stat(abs)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &InputError{fmt.Errorf("%s: no such file or directory", at)}
		}
		return nil, &InputError{err}
	}
	if !info.IsDir() {
		if !info.Mode().IsRegular() {
			return nil, &InputError{fmt.Errorf("%s: is neither a directory nor a regular file", at)}
		}
		name := filepath.Base(abs)
		p := &Project{Root: filepath.Dir(abs), Single: true}
		f := &File{Path: name, Root: ".", Module: strings.TrimSuffix(name, ".py"), Script: !strings.HasSuffix(name, ".py")}
		p.Files = []*File{f}
		return p, nil
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return nil, &InputError{err}
	}
	p := &Project{Root: real, ignoring: newIgnoring(real)}
	if err := p.walk(""); err != nil {
		return nil, &InputError{err}
	}
	p.ignoring = nil
	sort.Slice(p.Manifests, func(i, j int) bool { return p.Manifests[i].Path < p.Manifests[j].Path })
	if err := p.readManifests(); err != nil {
		return nil, err
	}
	for _, c := range p.Configs {
		if err := p.exclude(c.Dir, c.Exclude, c.Path+": exclude"); err != nil {
			return nil, err
		}
	}
	if len(p.Files) == 0 {
		msg := "no Python files"
		if n := len(p.Skipped); n > 0 {
			msg = fmt.Sprintf("no Python files (%d places were left out, the first: %s, %s)", n, p.Skipped[0].Path, p.Skipped[0].Reason)
		}
		return nil, &InputError{fmt.Errorf("%s: %s", at, msg)}
	}
	sort.Slice(p.Files, func(i, j int) bool { return p.Files[i].Path < p.Files[j].Path })
	p.findNamespaces()
	p.name()
	return p, nil
}

// walk gathers the files below dir (relative to the root, "" for the root).
func (p *Project) walk(dir string) error {
	entries, err := os.ReadDir(filepath.Join(p.Root, filepath.FromSlash(dir)))
	if err != nil {
		if dir == "" {
			return err
		}
		s := Skip{dir, "cannot be read: " + reason(err)}
		p.Skipped = append(p.Skipped, s)
		p.Unreadable = append(p.Unreadable, s)
		return nil
	}
	p.ignoring.enter(p, dir)
	for _, e := range entries {
		name := e.Name()
		rel := path.Join(dir, name)
		if e.Type().IsRegular() && p.ignoring.ignored(rel, false) {
			if strings.HasSuffix(name, ".py") {
				p.Skipped = append(p.Skipped, Skip{rel, "is ignored by git"})
			}
			continue
		}
		switch {
		case e.Type()&fs.ModeSymlink != 0:
			p.link(rel)
		case e.IsDir():
			if name == RuntimeDir {
				p.RuntimeDirs = append(p.RuntimeDirs, rel)
			}
			if why := p.skipDir(rel, name); why != "" {
				if why != quiet {
					p.Skipped = append(p.Skipped, Skip{rel, why})
				}
				continue
			}
			if err := p.walk(rel); err != nil {
				return err
			}
		case e.Type().IsRegular():
			p.file(rel, name)
		}
	}
	return nil
}

// link handles a symbolic link: a file or directory inside of the project
// counts where it really is, everything else is left out.
func (p *Project) link(rel string) {
	real, err := filepath.EvalSymlinks(filepath.Join(p.Root, filepath.FromSlash(rel)))
	if err != nil {
		if strings.HasSuffix(rel, ".py") {
			p.Skipped = append(p.Skipped, Skip{rel, "is a link to nothing"})
		}
		return
	}
	info, err := os.Stat(real)
	if err != nil || !info.IsDir() && !strings.HasSuffix(rel, ".py") {
		return
	}
	what := "is a link"
	if info.IsDir() {
		what = "is a link to a directory"
	}
	inside, err := filepath.Rel(p.Root, real)
	if err != nil || inside == ".." || strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
		p.Skipped = append(p.Skipped, Skip{rel, what + " out of the project"})
		return
	}
	p.Skipped = append(p.Skipped, Skip{rel, "is a link to " + filepath.ToSlash(inside) + ", which is read where it is"})
}

// RuntimeDir is the directory of a package into which offlet's runtime is
// vendored; it is no part of the project's own code.
const RuntimeDir = "_offlet"

// quiet is the reason for directories that nobody expects to be read.
const quiet = "-"

func (p *Project) skipDir(rel, name string) string {
	switch name {
	case "__pycache__", ".git", ".hg", ".svn", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache",
		".eggs", ".idea", ".vscode", "node_modules", ".offlet-journal":
		return quiet
	case "site-packages", "dist-packages":
		return "holds installed packages"
	}
	if name == RuntimeDir {
		return quiet
	}
	if strings.HasSuffix(name, ".egg-info") || strings.HasSuffix(name, ".dist-info") {
		return quiet
	}
	if p.has(rel, "pyvenv.cfg") || p.has(rel, "bin/activate_this.py") || p.has(rel, "Scripts/activate.bat") || p.has(rel, "conda-meta") {
		return "is a virtual environment"
	}
	switch name {
	case "_vendor", "_vendored", "vendor", "vendored", "third_party", "thirdparty":
		if p.vendors(rel) {
			return "holds copies of other packages"
		}
	case "lib":
		// what setup.py build leaves: a second copy of everything
		if path.Base(path.Dir(rel)) == "build" && (p.has(path.Dir(path.Dir(rel)), "setup.py") || p.has(path.Dir(path.Dir(rel)), "pyproject.toml")) {
			return "is what a build has left"
		}
	}
	if p.ignoring.ignored(rel, true) {
		if name == "build" || name == "dist" {
			return quiet
		}
		return "is ignored by git"
	}
	return ""
}

func (p *Project) has(dir, name string) bool {
	_, err := os.Lstat(filepath.Join(p.Root, filepath.FromSlash(dir), filepath.FromSlash(name)))
	return err == nil
}

// vendors reports whether a directory with a name such as vendor holds other
// people's packages. The name is not enough: a project may have a package
// vendor of its own. Copies come with what they were installed from, or with
// their licences.
func (p *Project) vendors(dir string) bool {
	entries, err := os.ReadDir(p.Abs(dir))
	if err != nil {
		return false
	}
	for _, e := range entries {
		n := e.Name()
		if n == "vendor.txt" || n == "vendored.txt" || strings.HasSuffix(n, ".dist-info") || strings.HasSuffix(n, ".egg-info") || strings.HasSuffix(n, ".LICENSE") {
			return true
		}
		if !e.IsDir() {
			continue
		}
		for _, licence := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "COPYING", "PKG-INFO", "setup.py"} {
			if p.has(path.Join(dir, n), licence) {
				return true
			}
		}
	}
	return false
}

func (p *Project) file(rel, name string) {
	if !strings.HasSuffix(name, ".py") {
		p.Others = append(p.Others, rel)
	}
	switch {
	case strings.HasSuffix(name, ".py"):
		p.Files = append(p.Files, &File{Path: rel})
		if name == "setup.py" {
			p.Manifests = append(p.Manifests, Manifest{rel, SetupPy})
		}
	case isRequirements(rel, name):
		p.Manifests = append(p.Manifests, Manifest{rel, Requirements})
	case name == "setup.cfg":
		p.Manifests = append(p.Manifests, Manifest{rel, SetupCfg})
	case name == "pyproject.toml":
		p.Manifests = append(p.Manifests, Manifest{rel, PyProject})
	case name == "Pipfile":
		p.Manifests = append(p.Manifests, Manifest{rel, Pipfile})
	case strings.HasSuffix(name, ".wsgi"), strings.HasSuffix(name, ".pyw"):
		p.Files = append(p.Files, &File{Path: rel, Script: true})
	case foreign[path.Ext(name)] != "":
		p.Foreign = append(p.Foreign, Foreign{Path: rel, Kind: foreign[path.Ext(name)], Eventlet: p.namesEventlet(rel)})
	case !strings.Contains(name, "."), strings.HasSuffix(name, ".cgi"):
		if pythonShebang(filepath.Join(p.Root, filepath.FromSlash(rel))) {
			p.Files = append(p.Files, &File{Path: rel, Script: true})
		}
	}
}

// foreign are the kinds of the files with other code, by extension.
var foreign = map[string]ForeignKind{
	".ipynb": Notebook, ".pyx": Cython, ".pxd": Cython, ".pxi": Cython, ".so": Extension, ".pyd": Extension, ".pyi": Stub,
}

// namesEventlet reports whether a text file has the word eventlet in it.
func (p *Project) namesEventlet(rel string) bool {
	info, err := os.Lstat(p.Abs(rel))
	if err != nil || info.Size() > 16<<20 {
		return false
	}
	data, err := os.ReadFile(p.Abs(rel))
	return err == nil && bytes.Contains(data, []byte("eventlet"))
}

func isRequirements(rel, name string) bool {
	if !strings.HasSuffix(name, ".txt") && !strings.HasSuffix(name, ".in") && !strings.HasSuffix(name, ".pip") {
		return false
	}
	return strings.Contains(name, "requirement") || strings.Contains(name, "constraint") ||
		slices.Contains(strings.Split(path.Dir(rel), "/"), "requirements")
}

// pythonShebang reports whether the first line of a file runs it with Python.
func pythonShebang(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer f.Close()
	line, err := bufio.NewReaderSize(f, 128).ReadSlice('\n')
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) && len(line) == 0 {
		return false
	}
	return bytes.HasPrefix(line, []byte("#!")) && (bytes.Contains(line, []byte("python")) || bytes.Contains(line, []byte("pypy")))
}

// A namespace is a directory below which everything is imported from root,
// with or without an __init__.py.
type namespace struct{ dir, root string }

// findNamespaces finds the namespace packages that something tells apart from
// plain directories: they are in the src of a project, or an entry point has
// their name (acme.api.views:main, and there is acme/api/views.py).
func (p *Project) findNamespaces() {
	files := map[string]bool{}
	for _, f := range p.Files {
		files[f.Path] = true
	}
	for _, d := range p.Subprojects {
		if src := path.Join(d, "src"); p.has(d, "src") && !files[src+"/__init__.py"] {
			p.namespaces = append(p.namespaces, namespace{src, src})
		}
	}
	for _, e := range p.EntryPoints {
		first, rest, nested := strings.Cut(e.Module, ".")
		if !nested {
			continue
		}
		for _, sub := range []string{".", "src", "lib"} {
			root := path.Join(path.Dir(e.Manifest), sub)
			dir := path.Join(root, first)
			at := path.Join(dir, strings.ReplaceAll(rest, ".", "/"))
			if (files[at+".py"] || files[at+"/__init__.py"]) && !slices.Contains(p.namespaces, namespace{dir, root}) {
				p.namespaces = append(p.namespaces, namespace{dir, root})
			}
		}
	}
}

// name gives each file its root and module name.
func (p *Project) name() {
	packages := map[string]bool{}
	for _, f := range p.Files {
		if path.Base(f.Path) == "__init__.py" {
			packages[path.Dir(f.Path)] = true
		}
	}
	for _, f := range p.Files {
		dir := path.Dir(f.Path)
		root := dir
		for root != "." && packages[root] {
			root = path.Dir(root)
		}
		if root == "." && packages["."] {
			// the project is itself a package: it is imported by its directory's
			// name from outside, and by bare names from scripts in it
			root = "."
		}
		for _, n := range p.namespaces {
			if !f.Script && (dir == n.dir || strings.HasPrefix(dir, n.dir+"/")) && root != n.root && (n.root == "." || strings.HasPrefix(root, n.root+"/")) {
				root = n.root
			}
		}
		f.Root = root
		rel := f.Path
		if root != "." {
			rel = strings.TrimPrefix(f.Path, root+"/")
		}
		rel = strings.TrimSuffix(rel, ".py")
		if path.Base(rel) == "__init__" {
			f.IsPackage = true
			rel = path.Dir(rel)
			if rel == "." {
				rel = filepath.Base(p.Root)
			}
		}
		f.Module = strings.ReplaceAll(rel, "/", ".")
	}
}

// Abs is the absolute path of a file of the project.
func (p *Project) Abs(rel string) string { return filepath.Join(p.Root, filepath.FromSlash(rel)) }

// reason is the part of a file system error that a person needs beside the path.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return err.Error()
}

// NewFile describes a Python file that is to be added to the project.
func (p *Project) NewFile(rel string) *File {
	q := Project{Root: p.Root, namespaces: p.namespaces}
	for _, f := range p.Files {
		q.Files = append(q.Files, &File{Path: f.Path, Script: f.Script})
	}
	f := &File{Path: rel}
	q.Files = append(q.Files, f)
	q.name()
	return f
}

// ReadIfThere reads a file of the project; nil if there is no such file.
func (p *Project) ReadIfThere(rel string) ([]byte, error) {
	data, err := os.ReadFile(p.Abs(rel))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// FilesBelow lists the regular files below a directory of the project, with
// slashes.
func (p *Project) FilesBelow(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(p.Abs(dir), func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(p.Root, name)
		if err != nil {
			return err
		}
		out = append(out, filepath.ToSlash(rel))
		return nil
	})
	return out, err
}

// Exclude leaves out the files whose path matches one of the patterns: a
// pattern without a slash is matched against the names, one with a slash
// against the path, where ** stands for any number of directories; one that
// names a directory takes all that is below it.
func (p *Project) Exclude(patterns []string) error { return p.exclude(".", patterns, "--exclude") }

// exclude is Exclude for patterns that count below a directory; whence is
// where they were written.
func (p *Project) exclude(base string, patterns []string, whence string) error {
	for _, pat := range patterns {
		if !doublestar.ValidatePattern(pat) {
			return &InputError{fmt.Errorf("%s %s: %w", whence, pat, doublestar.ErrBadPattern)}
		}
	}
	matches := func(file string) bool {
		if base != "." {
			var ok bool
			if file, ok = strings.CutPrefix(file, base+"/"); !ok {
				return false
			}
		}
		for _, pat := range patterns {
			pat = strings.TrimSuffix(strings.TrimPrefix(pat, "./"), "/")
			for dir := file; dir != "."; dir = path.Dir(dir) {
				if ok, _ := doublestar.Match(pat, dir); ok {
					return true
				}
				if ok, _ := doublestar.Match(pat, path.Base(dir)); ok && !strings.Contains(pat, "/") {
					return true
				}
			}
		}
		return false
	}
	kept := p.Files[:0]
	for _, f := range p.Files {
		if matches(f.Path) {
			p.Skipped = append(p.Skipped, Skip{f.Path, "is excluded"})
			continue
		}
		kept = append(kept, f)
	}
	p.Files = kept
	p.Others = slices.DeleteFunc(p.Others, matches)
	p.Manifests = slices.DeleteFunc(p.Manifests, func(m Manifest) bool { return matches(m.Path) })
	p.Foreign = slices.DeleteFunc(p.Foreign, func(f Foreign) bool { return matches(f.Path) })
	p.Unreadable = slices.DeleteFunc(p.Unreadable, func(s Skip) bool { return matches(s.Path) })
	return nil
}

// SourceRoots are the directories from which a subproject imports its own
// modules: its own, and src and lib in it. They matter for namespace packages,
// which no __init__.py tells apart from a plain directory:
// services/a/src/acme/api/views.py is acme.api.views.
func (p *Project) SourceRoots() []string {
	var out []string
	for _, d := range p.Subprojects {
		for _, sub := range []string{".", "src", "lib"} {
			root := path.Join(d, sub)
			if sub == "." || p.has(d, sub) {
				out = append(out, root)
			}
		}
	}
	return out
}
