// Command typeshed writes internal/catalog/typeshed.yaml: what the functions of
// those modules of the standard library return that may block, and which of
// their names are another module's. It is taken from typeshed, as a release of
// mypy has it:
//
//	pip download --no-deps --only-binary=:all: --implementation py --abi none --platform any mypy==2.4.1
//	go run ./internal/catalog/gen/typeshed mypy-2.4.1-py3-none-any.whl
//	go generate ./internal/catalog
package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/source"
)

// release is the pinned file, with its SHA-256.
const (
	release = "mypy-2.4.1-py3-none-any.whl"
	sum     = "1784648d6ec8c2b5465e3f26241b845a0b3cb4e56c993c64abe16989e7698999"
	below   = "mypy/typeshed/"
)

func main() {
	if err := run(os.Args[1:], "internal/catalog"); err != nil {
		fmt.Fprintln(os.Stderr, "typeshed:", err)
		os.Exit(1)
	}
}

func run(args []string, dir string) error {
	if len(args) != 1 {
		return fmt.Errorf("give the file %s", release)
	}
	data, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != sum {
		return fmt.Errorf("%s has the SHA-256 %s, not %s of %s", args[0], got, sum, release)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	s := stubs{}
	for _, f := range z.File {
		name, ok := strings.CutPrefix(f.Name, below)
		if !ok || name != "LICENSE" && !(strings.HasPrefix(name, "stdlib/") && path.Ext(name) == ".pyi") {
			continue
		}
		text, err := read(f)
		if err != nil {
			return err
		}
		if name == "LICENSE" {
			if err := os.WriteFile(filepath.Join(dir, "typeshed.LICENSE"), text, 0o644); err != nil {
				return err
			}
			continue
		}
		if err := s.add(strings.TrimPrefix(name, "stdlib/"), text); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "typeshed.yaml"), s.table(catalog.Default()), 0o644)
}

func read(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// A stub is what a module of typeshed says.
type stub struct {
	name  string
	pkg   bool
	defs  map[string][]ast.Stmt // by name; several for overloads
	from  map[string]origin     // imported names
	stars []string
}

type origin struct {
	module, name string
	again        bool // import x as x: it is exported
}

type stubs map[string]*stub

func (s stubs) add(file string, text []byte) error {
	f, err := source.New(file, text)
	if err != nil {
		return err
	}
	tree, err := parser.Parse(f, parser.Options{})
	if err != nil {
		return err
	}
	name := strings.TrimSuffix(file, ".pyi")
	m := &stub{name: strings.ReplaceAll(strings.TrimSuffix(name, "/__init__"), "/", "."), pkg: path.Base(name) == "__init__",
		defs: map[string][]ast.Stmt{}, from: map[string]origin{}}
	m.read(tree.Module.Body)
	s[m.name] = m
	return nil
}

// read takes the statements of every branch: which version or platform a name
// is there for makes no difference.
func (m *stub) read(body []ast.Stmt) {
	for _, st := range body {
		switch st := st.(type) {
		case *ast.If:
			m.read(st.Body)
			m.read(st.Orelse)
		case *ast.FunctionDef:
			m.defs[st.Name.Name] = append(m.defs[st.Name.Name], st)
		case *ast.ClassDef:
			m.defs[st.Name.Name] = append(m.defs[st.Name.Name], st)
		case *ast.AnnAssign:
			if n, ok := st.Target.(*ast.Name); ok {
				m.defs[n.Id] = append(m.defs[n.Id], st)
			}
		case *ast.Assign:
			if n, ok := st.Targets[0].(*ast.Name); ok {
				m.defs[n.Id] = append(m.defs[n.Id], st)
			}
		case *ast.ImportFrom:
			of := ""
			if st.Module != nil {
				of = st.Module.Name
			}
			if st.Level > 0 {
				up := strings.Split(m.name, ".")
				up = up[:max(0, len(up)-int(st.Level)+map[bool]int{true: 1}[m.pkg])]
				of = strings.Trim(strings.Join(up, ".")+"."+of, ".")
			}
			for _, a := range st.Names {
				switch {
				case a.Name.Name == "*":
					m.stars = append(m.stars, of)
				case a.AsName != nil:
					m.from[a.AsName.Name] = origin{of, a.Name.Name, a.AsName.Name == a.Name.Name}
				default:
					m.from[a.Name.Name] = origin{of, a.Name.Name, false}
				}
			}
		}
	}
}

// find follows a name of a module to where it is defined.
func (s stubs) find(module, name string) (*stub, []ast.Stmt) {
	for range 8 {
		m := s[module]
		if m == nil {
			return nil, nil
		}
		if d := m.defs[name]; d != nil {
			return m, d
		}
		if o, ok := m.from[name]; ok {
			module, name = o.module, o.name
			continue
		}
		for _, star := range m.stars {
			if home, d := s.find(star, name); d != nil {
				return home, d
			}
		}
		break
	}
	if d := s["builtins"].defs[name]; d != nil {
		return s["builtins"], d
	}
	return nil, nil
}

// private reports whether a module is the inside of another.
func private(module string) bool { return strings.HasPrefix(module, "_") && module != "_thread" }

// A table is what comes out.
type table struct {
	s                     stubs
	returns, holds, homes map[string]string
	public                map[ast.Stmt]string // the dotted names of classes
	todo                  []string            // classes that something returns
	done                  map[string]bool
}

func (s stubs) table(cat *catalog.Catalog) []byte {
	t := &table{s: s, returns: map[string]string{}, holds: map[string]string{}, homes: map[string]string{}, public: map[ast.Stmt]string{}, done: map[string]bool{}}
	var modules []string
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if groups, _ := cat.Blocking(name); len(groups) > 0 && cat.Standard(name) {
			modules = append(modules, name)
		}
	}
	exports := map[string][]string{}
	for _, name := range modules {
		m := s[name]
		names := slices.Collect(maps.Keys(m.defs))
		for n, o := range m.from {
			if o.again || private(o.module) {
				names = append(names, n)
			}
		}
		for _, star := range m.stars {
			if s[star] != nil {
				names = append(names, slices.Collect(maps.Keys(s[star].defs))...)
			}
		}
		slices.Sort(names)
		exports[name] = slices.Compact(names)
		for _, n := range exports[name] {
			if home, d := s.find(name, n); d != nil && private(home.name) {
				t.public[d[0]] = name + "." + n
			}
		}
	}
	for _, module := range modules {
		for _, n := range exports[module] {
			home, d := s.find(module, n)
			full := module + "." + n
			switch {
			case d == nil || strings.HasPrefix(n, "_"):
			case home.name != module && !private(home.name):
				t.homes[full] = home.name + "." + n
			default:
				switch def := d[0].(type) {
				case *ast.FunctionDef:
					t.function(full, home, d)
				case *ast.ClassDef:
					t.class(full, home, def)
				}
			}
		}
	}
	for _, full := range slices.Clone(t.todo) { // and not what these return in turn
		i := strings.LastIndexByte(full, '.')
		if home, d := s.find(full[:i], full[i+1:]); d != nil {
			if c, ok := d[0].(*ast.ClassDef); ok {
				t.class(full, home, c)
			}
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Made by `go run ./internal/catalog/gen/typeshed` of typeshed as %s has it.\n"+
		"# typeshed is licensed under the Apache License 2.0, see typeshed.LICENSE.\n# DO NOT EDIT.\n", strings.TrimSuffix(release, "-py3-none-any.whl"))
	for _, part := range []struct {
		title, name string
		table       map[string]string
	}{
		{"what calls of functions and methods give", "returns", t.returns},
		{"what attributes hold", "holds", t.holds},
		{"names that are another module's, and what neither blocks nor waits", "homes", t.homes},
	} {
		fmt.Fprintf(&b, "\n# %s\n%s:\n", part.title, part.name)
		for _, n := range slices.Sorted(maps.Keys(part.table)) {
			fmt.Fprintf(&b, "  %s: %q\n", n, part.table[n])
		}
	}
	return b.Bytes()
}

// function notes what a function returns, if all of its overloads agree.
func (t *table) function(full string, home *stub, defs []ast.Stmt) {
	given := ""
	for i, d := range defs {
		f, ok := d.(*ast.FunctionDef)
		if !ok || f.Returns == nil || f.Async {
			return
		}
		for _, dec := range f.Decorators {
			if n, ok := dec.(*ast.Name); ok && n.Id == "property" {
				if of := t.typ(home, f.Returns); of != "" {
					t.holds[full] = of
				}
				return
			}
		}
		of := t.typ(home, f.Returns)
		if i > 0 && of != given {
			return
		}
		given = of
	}
	if given != "" {
		t.returns[full] = given
	}
}

// class notes the members of a class, and where it has the others from.
func (t *table) class(full string, home *stub, c *ast.ClassDef) {
	if t.done[full] {
		return
	}
	t.done[full] = true
	module := full[:strings.LastIndexByte(full, '.')]
	groups, _ := catalog.Default().Blocking(module)
	blocks := len(groups) > 0
	if blocks && t.harmless(full, home, c) {
		return
	}
	seen := map[string]bool{}
	var walk func(home *stub, c *ast.ClassDef, at string)
	walk = func(home *stub, c *ast.ClassDef, at string) {
		m := &stub{name: home.name, defs: map[string][]ast.Stmt{}, from: map[string]origin{}}
		m.read(c.Body)
		for _, n := range slices.Sorted(maps.Keys(m.defs)) {
			if seen[n] {
				continue
			}
			seen[n] = true
			if at != full && blocks {
				continue // a stub does not say what a class has in place of its base's
			}
			switch d := m.defs[n][0].(type) {
			case *ast.FunctionDef:
				if !strings.HasPrefix(n, "__") {
					t.function(full+"."+n, home, m.defs[n])
				}
			case *ast.AnnAssign:
				if of := t.typ(home, d.Annotation); of != "" && !strings.HasPrefix(n, "_") {
					t.holds[full+"."+n] = of
				}
			}
		}
		for _, b := range c.Bases {
			if sub, ok := b.(*ast.Subscript); ok {
				b = sub.Value
			}
			of, d := t.named(home, b)
			if d == nil {
				continue
			}
			base, ok := d.(*ast.ClassDef)
			if !ok || of.name == "typing" || base.Name.Name == "object" {
				continue
			}
			name := of.name + "." + base.Name.Name
			switch {
			case private(of.name):
				walk(of, base, at)
			default:
				walk(of, base, name)
			}
		}
	}
	walk(home, c, full)
}

// harmless notes that instances of a class of a blocking module are exceptions,
// constants or tuples: neither making nor using one waits.
func (t *table) harmless(full string, home *stub, c *ast.ClassDef) bool {
	for _, b := range c.Bases {
		of, d := t.named(home, b)
		base, ok := d.(*ast.ClassDef)
		if !ok {
			continue
		}
		switch name := of.name + "." + base.Name.Name; name {
		case "builtins.BaseException", "enum.Enum", "typing.NamedTuple":
			t.homes[full] = name
			return true
		}
		if t.harmless(full, of, base) {
			return true
		}
	}
	return false
}

// named follows a name or a dotted one to a class or function.
func (t *table) named(home *stub, e ast.Expr) (*stub, ast.Stmt) {
	switch e := e.(type) {
	case *ast.Name:
		if of, d := t.s.find(home.name, e.Id); d != nil {
			return of, d[0]
		}
	case *ast.Attribute:
		if m, ok := e.Value.(*ast.Name); ok {
			if of, d := t.s.find(m.Id, e.Attr.Name); d != nil && t.s[m.Id] != nil {
				return of, d[0]
			}
		}
	}
	return nil, nil
}

// scalars are the builtin types that the analysis tells apart.
var scalars = map[string]string{
	"str": "builtins.str", "bytes": "builtins.bytes", "bytearray": "builtins.bytes", "int": "builtins.int", "bool": "builtins.int", "float": "builtins.float",
}

// typ writes a type as the catalogue does, "" if it says nothing: scalars,
// containers of what is known, and classes of the standard library.
func (t *table) typ(home *stub, e ast.Expr) string {
	part := func(e ast.Expr) string {
		if of := t.typ(home, e); of != "" && !strings.HasPrefix(of, "tuple(") {
			return of
		}
		return "_"
	}
	switch e := e.(type) {
	case *ast.BinOp: // X | None
		l, r := t.typ(home, e.Left), t.typ(home, e.Right)
		switch {
		case none(e.Left):
			return r
		case none(e.Right) || l == r:
			return l
		}
	case *ast.Subscript:
		args := []ast.Expr{e.Slice}
		if tuple, ok := e.Slice.(*ast.Tuple); ok {
			args = tuple.Elts
		}
		name, ok := e.Value.(*ast.Name)
		if !ok {
			return t.typ(home, e.Value)
		}
		switch name.Id {
		case "list", "List", "set", "frozenset", "Iterator", "Iterable", "Generator", "Sequence":
			if name.Id[0] >= 'A' && name.Id[0] <= 'Z' && name.Id != "List" {
				return ""
			}
			return "list(" + part(args[0]) + ")"
		case "dict", "Dict":
			return "dict(" + part(args[len(args)-1]) + ")"
		case "tuple", "Tuple":
			if len(args) == 2 {
				if c, ok := args[1].(*ast.Constant); ok && c.Kind == ast.Ellipsis {
					return "list(" + part(args[0]) + ")"
				}
			}
			var parts []string
			for _, a := range args {
				parts = append(parts, part(a))
			}
			if strings.ContainsAny(strings.Join(parts, ""), "(,") {
				return ""
			}
			return "tuple(" + strings.Join(parts, ", ") + ")"
		case "Literal":
			if c, ok := args[0].(*ast.Constant); ok {
				switch c.Kind {
				case ast.Str:
					return "builtins.str"
				case ast.Int, ast.True, ast.False:
					return "builtins.int"
				}
			}
			return ""
		case "Final":
			return t.typ(home, e.Slice)
		}
		return t.typ(home, e.Value)
	case *ast.Name, *ast.Attribute:
		of, d := t.named(home, e)
		c, ok := d.(*ast.ClassDef)
		if !ok {
			return ""
		}
		if of.name == "builtins" {
			return scalars[c.Name.Name]
		}
		name := of.name + "." + c.Name.Name
		if of.name == "typing" || of.name == "types" || of.name == "collections.abc" {
			return ""
		}
		if private(of.name) {
			if name = t.public[d]; name == "" {
				return ""
			}
		}
		t.todo = append(t.todo, name)
		return name
	}
	return ""
}

func none(e ast.Expr) bool {
	c, ok := e.(*ast.Constant)
	return ok && c.Kind == ast.None
}
