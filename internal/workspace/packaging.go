package workspace

import (
	"bytes"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/source"
)

// Packaging is what a manifest says of what is built from its directory.
type Packaging struct {
	Manifest string
	Text     string
	// Backend is what builds it: setuptools, poetry, hatch, flit, "" if the
	// manifest does not say.
	Backend string
	// Listed are the packages of a literal list, each with its place, quotes
	// included; ListLine is where the list stands, 0 if there is none.
	Listed   []Listed
	ListLine int
	// Trees says that each of them comes with the packages in it, as pbr takes them.
	Trees bool
	// Chosen says that there is a list of packages or modules that is not a
	// literal list of packages: py_modules, find_packages(include=…),
	// [tool.poetry] packages. ChosenLine is where.
	Chosen     string
	ChosenLine int
	// Finds says that packages are found below the directory, by include patterns
	// if there are any.
	Finds   bool
	Include []string
	// Python is the requirement on Python's version, PythonLine its line.
	Python     string
	PythonLine int
}

// Listed is an item of a list in a manifest.
type Listed struct {
	Name       string
	Start, End int
}

// Packaging reads what the manifests say of what is built from a project.
func (p *Project) Packaging() ([]*Packaging, error) {
	var out []*Packaging
	for _, m := range p.Manifests {
		if m.Kind != SetupPy && m.Kind != SetupCfg && m.Kind != PyProject {
			continue
		}
		data, err := os.ReadFile(p.Abs(m.Path))
		if err != nil {
			return nil, err
		}
		out = append(out, PackagingOf(m.Path, data))
	}
	return out, nil
}

// PackagingOf reads the text of a setup.py, setup.cfg or pyproject.toml.
func PackagingOf(manifest string, data []byte) *Packaging {
	k := &Packaging{Manifest: manifest, Text: string(data)}
	switch path.Base(manifest) {
	case "setup.py":
		k.setupPy(data)
	case "setup.cfg":
		k.setupCfg()
	default:
		k.pyproject(data)
	}
	return k
}

// Builds reports whether something is built from the directory, as far as the
// manifest says. A [project] alone may be there for its dependencies.
func (k *Packaging) Builds() bool {
	return k.Backend != "" || k.ListLine > 0 || k.Finds || strings.Contains(k.Text, "[project.scripts]")
}

// Lists reports whether a package is an item of the literal list, or comes with one.
func (k *Packaging) Lists(name string) bool {
	return slices.ContainsFunc(k.Listed, func(l Listed) bool {
		return l.Name == name || k.Trees && strings.HasPrefix(name, l.Name+".")
	})
}

// Dir is the directory that the manifest stands in.
func (k *Packaging) Dir() string { return path.Dir(k.Manifest) }

func (k *Packaging) line(at int) int { return strings.Count(k.Text[:at], "\n") + 1 }

func (k *Packaging) choose(what string, at int) {
	if k.Chosen == "" {
		k.Chosen, k.ChosenLine = what, k.line(at)
	}
}

// setupPy reads the arguments of setup(), of which lists may be named before.
func (k *Packaging) setupPy(data []byte) {
	src, err := source.New(k.Manifest, data)
	if err != nil || !src.Exact || src.Text != k.Text {
		return
	}
	file, err := parser.Parse(src, parser.Options{})
	if err != nil {
		return
	}
	bound := map[string]ast.Expr{}
	for _, s := range file.Module.Body {
		if a, ok := s.(*ast.Assign); ok && len(a.Targets) == 1 {
			if n, ok := a.Targets[0].(*ast.Name); ok {
				bound[n.Id] = a.Value
			}
		}
	}
	ast.Inspect(file.Module, func(n ast.Node) bool {
		call, ok := n.(*ast.Call)
		if !ok || lastName(call.Func) != "setup" {
			return true
		}
		k.Backend = "setuptools"
		for _, kw := range call.Keywords {
			if kw.Name == nil {
				continue
			}
			value := kw.Value
			if n, ok := value.(*ast.Name); ok && bound[n.Id] != nil {
				value = bound[n.Id]
			}
			at := int(value.Range().Start)
			switch kw.Name.Name {
			case "packages":
				k.listed(value, at)
			case "py_modules":
				k.choose("py_modules", at)
			case "python_requires":
				if c, ok := value.(*ast.Constant); ok && c.Kind == ast.Str {
					k.Python, k.PythonLine = c.Text, k.line(at)
				}
			}
		}
		return true
	})
}

// listed takes the value of packages= in setup.py.
func (k *Packaging) listed(value ast.Expr, at int) {
	var elts []ast.Expr
	switch v := value.(type) {
	case *ast.List:
		elts = v.Elts
	case *ast.Tuple:
		elts = v.Elts
	case *ast.Call:
		if strings.HasPrefix(lastName(v.Func), "find_") {
			k.Finds = true
			for i, a := range v.Args {
				if i == 2 {
					k.patterns(a, at)
				}
			}
			for _, kw := range v.Keywords {
				if kw.Name != nil && kw.Name.Name == "include" {
					k.patterns(kw.Value, at)
				}
			}
			return
		}
	}
	var items []Listed
	for _, e := range elts {
		c, ok := e.(*ast.Constant)
		if !ok || c.Kind != ast.Str {
			elts = nil
			break
		}
		items = append(items, Listed{c.Text, int(c.Start), int(c.End)})
	}
	if len(elts) == 0 {
		k.choose("packages", at)
		return
	}
	k.Listed, k.ListLine = items, k.line(at)
}

func (k *Packaging) patterns(e ast.Expr, at int) {
	var elts []ast.Expr
	switch e := e.(type) {
	case *ast.List:
		elts = e.Elts
	case *ast.Tuple:
		elts = e.Elts
	}
	for _, x := range elts {
		if c, ok := x.(*ast.Constant); ok && c.Kind == ast.Str {
			k.Include = append(k.Include, c.Text)
		}
	}
	k.choose("find_packages(include=…)", at)
}

func lastName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Name:
		return e.Id
	case *ast.Attribute:
		return e.Attr.Name
	}
	return ""
}

// setupCfg reads [options] of setuptools and [files] of pbr.
func (k *Packaging) setupCfg() {
	section, key := "", ""
	at := 0
	for _, line := range strings.SplitAfter(k.Text, "\n") {
		start := at
		at += len(line)
		body := strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(body)
		value := 0 // where the value starts in the line
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
			continue
		case body[0] == '[':
			section, key = strings.Trim(trimmed, "[]"), ""
			continue
		case body[0] != ' ' && body[0] != '\t':
			i := strings.IndexAny(body, "=:")
			if i < 0 {
				key = ""
				continue
			}
			key, value = strings.TrimSpace(body[:i]), i+1
		}
		text := strings.TrimSpace(body[value:])
		if text == "" {
			continue
		}
		switch section + "/" + key {
		case "options/packages", "files/packages":
			k.Backend = "setuptools"
			k.Trees = section == "files"
			if strings.HasPrefix(text, "find") {
				k.Finds = true
				continue
			}
			if k.ListLine == 0 {
				k.ListLine = k.line(start)
			}
			for _, m := range item.FindAllStringIndex(body[value:], -1) {
				k.Listed = append(k.Listed, Listed{body[value+m[0] : value+m[1]], start + value + m[0], start + value + m[1]})
			}
		case "options/py_modules":
			k.Backend = "setuptools"
			k.choose("py_modules", start)
		case "options/python_requires", "metadata/python_requires", "metadata/python-requires", "metadata/requires_python", "metadata/requires-python": // those of pbr
			k.Python, k.PythonLine = text, k.line(start)
		case "options.packages.find/include":
			k.Include = append(k.Include, item.FindAllString(text, -1)...)
			k.choose("[options.packages.find] include", start)
		}
	}
}

var item = regexp.MustCompile(`[^\s,]+`)

// pyproject reads the tables of the build backends.
func (k *Packaging) pyproject(data []byte) {
	p := unstable.Parser{}
	p.Reset(data)
	section := ""
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind == unstable.Table || e.Kind == unstable.ArrayTable {
			section = keyOf(e.Key())
			continue
		}
		if e.Kind != unstable.KeyValue {
			continue
		}
		it := e.Key()
		it.Next()
		at := int(it.Node().Raw.Offset)
		v := e.Value()
		full := strings.TrimPrefix(section+"."+keyOf(e.Key()), ".")
		switch {
		case full == "build-system.build-backend":
			for _, b := range []string{"setuptools", "poetry", "hatch", "flit"} {
				if bytes.Contains(v.Data, []byte(b)) {
					k.Backend = b
				}
			}
		case full == "tool.setuptools.packages" && v.Kind == unstable.Array:
			k.ListLine = k.line(at)
			for it := v.Children(); it.Next(); {
				if n := it.Node(); n.Kind == unstable.String {
					k.Listed = append(k.Listed, Listed{string(n.Data), int(n.Raw.Offset), int(n.Raw.Offset + n.Raw.Length)})
				}
			}
		case full == "tool.setuptools.py-modules":
			k.choose("py-modules", at)
		case full == "tool.setuptools.packages.find.include":
			k.Finds = true
			for it := v.Children(); it.Next(); {
				k.Include = append(k.Include, string(it.Node().Data))
			}
			k.choose("[tool.setuptools.packages.find] include", at)
		case strings.HasPrefix(full, "tool.setuptools.packages.find"):
			k.Finds = true
		case full == "tool.poetry.packages", full == "tool.hatch.build.targets.wheel.packages", full == "tool.hatch.build.targets.wheel.only-include",
			full == "tool.hatch.build.targets.wheel.include", full == "tool.flit.module.name":
			k.choose(full, at)
		case full == "project.requires-python" || full == "tool.poetry.dependencies.python":
			if v.Kind == unstable.String {
				k.Python, k.PythonLine = string(v.Data), k.line(at)
			}
		}
	}
	if k.Backend == "" && strings.Contains(k.Text, "[tool.poetry]") {
		k.Backend = "poetry"
	}
}

var lowest = regexp.MustCompile(`(?:>=|~=|\^|==|~|>)\s*(\d+)\.(\d+)`)

// Older reports whether the manifest allows a Python older than 3.minor, as far
// as its lower bound can be read: >=3.8, ^3.8, ~=3.8.
func (k *Packaging) Older(minor int) bool {
	m := lowest.FindStringSubmatch(k.Python)
	if m == nil {
		return false
	}
	major, _ := strconv.Atoi(m[1])
	low, _ := strconv.Atoi(m[2])
	return major < 3 || major == 3 && low < minor
}

// Insert is the edit that adds names at the end of the literal list.
func (k *Packaging) Insert(names []string) (at int, text string) {
	last := k.Listed[len(k.Listed)-1]
	before, quote, sep := k.Text[:last.Start], "", ", "
	if !strings.HasSuffix(k.Manifest, ".cfg") {
		quote = k.Text[last.End-1 : last.End]
	} else if i := strings.LastIndexByte(before, '\n'); strings.TrimSpace(before[i+1:]) == "" && i >= 0 {
		sep = before[i:] // one a line
	}
	if n := len(k.Listed); n > 1 {
		if s := k.Text[k.Listed[n-2].End:last.Start]; !strings.ContainsAny(s, "#;") {
			sep = s
		}
	}
	for _, n := range names {
		text += sep + quote + n + quote
	}
	return last.End, text
}

// Remove takes items out of the literal list.
func (k *Packaging) Remove(gone func(name string) bool) (text string, changed bool) {
	text = k.Text
	for i := len(k.Listed) - 1; i >= 0; i-- {
		if !gone(k.Listed[i].Name) {
			continue
		}
		from, to := k.Listed[i].Start, k.Listed[i].End
		if i > 0 {
			from = k.Listed[i-1].End
		}
		text, changed = text[:from]+text[to:], true
	}
	return text, changed
}
