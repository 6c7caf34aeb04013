package workspace

import (
	"os"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/source"
)

// A Requirement is a place where a manifest asks for a distribution.
type Requirement struct {
	Manifest string
	Line     int // 1-based
	// Start and End are the bytes to remove so that the requirement is gone:
	// whole lines, the entry of a list with its comma, or the value of a key.
	Start, End int
	Text       string
}

// FindRequirement lists the places where the manifests ask for a distribution.
// A name that stands anywhere else in them, among the keywords for example, is
// none.
func (p *Project) FindRequirement(dist string) ([]Requirement, error) {
	var out []Requirement
	for _, m := range p.Manifests {
		data, err := os.ReadFile(p.Abs(m.Path))
		if err != nil {
			return nil, err
		}
		f := &requirements{manifest: m.Path, text: string(data), asks: asksFor(dist), out: out}
		switch m.Kind {
		case Requirements:
			f.lines()
		case SetupCfg:
			f.setupCfg()
		case Pipfile, PyProject:
			f.toml(dist)
		case SetupPy:
			f.setupPy(data)
		}
		out = f.out
	}
	return out, nil
}

// asksFor matches a requirement of PEP 508 for a distribution, with or without
// extras, versions and markers.
func asksFor(dist string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^[ \t]*` + regexp.QuoteMeta(dist) + `[ \t]*(\[[^\]]*\])?[ \t]*($|[<>=!~;#(@,\\])`)
}

// requirements finds those of one manifest.
type requirements struct {
	manifest string
	text     string
	asks     *regexp.Regexp
	out      []Requirement
}

func (f *requirements) add(start, end int, text string) {
	f.out = append(f.out, Requirement{f.manifest, strings.Count(f.text[:start], "\n") + 1, start, end, strings.TrimSpace(text)})
}

// lines are those of a requirements file. A requirement goes on over
// backslashes, to its hashes, and pip-compile puts "    # via" lines below it.
func (f *requirements) lines() {
	lines := strings.SplitAfter(f.text, "\n")
	at := 0
	for i := 0; i < len(lines); i++ {
		start := at
		at += len(lines[i])
		if !f.asks.MatchString(strings.TrimRight(lines[i], "\r\n")) {
			continue
		}
		first := lines[i]
		for strings.HasSuffix(strings.TrimRight(lines[i], "\r\n"), "\\") && i+1 < len(lines) {
			i++
			at += len(lines[i])
		}
		for i+1 < len(lines) && lines[i+1] != strings.TrimLeft(lines[i+1], " \t") && strings.HasPrefix(strings.TrimLeft(lines[i+1], " \t"), "#") {
			i++
			at += len(lines[i])
		}
		f.add(start, at, first)
	}
}

// setupCfg are the values of install_requires and its like, one a line or
// behind the key, and everything in the sections of extras.
func (f *requirements) setupCfg() {
	section, key := "", ""
	at := 0
	for _, line := range strings.SplitAfter(f.text, "\n") {
		start := at
		at += len(line)
		body := strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(body)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
		case body[0] == '[':
			section, key = strings.Trim(trimmed, "[]"), ""
		case body[0] != ' ' && body[0] != '\t':
			i := strings.IndexAny(body, "=:")
			if i < 0 {
				key = ""
				continue
			}
			key = strings.TrimSpace(body[:i])
			if inExtras(section) || isRequires(section, key) {
				if value := body[i+1:]; f.asks.MatchString(value) && !strings.Contains(value, ",") {
					f.add(start+i+1, start+len(body), body)
				}
			}
		case inExtras(section) && key != "" || isRequires(section, key):
			if f.asks.MatchString(body) {
				f.add(start, at, body)
			}
		}
	}
}

// inExtras reports whether a section of setup.cfg has extras: setuptools' and
// pbr's.
func inExtras(section string) bool { return section == "options.extras_require" || section == "extras" }

func isRequires(section, key string) bool {
	return section == "options" && (key == "install_requires" || key == "setup_requires" || key == "tests_require")
}

// toml are the strings of the lists of dependencies of pyproject.toml, and the
// keys of the tables of poetry and Pipfile.
func (f *requirements) toml(dist string) {
	data := []byte(f.text)
	p := unstable.Parser{}
	p.Reset(data)
	section := ""
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			section = keyOf(e.Key())
		case unstable.KeyValue:
			key := keyOf(e.Key())
			if tableOfDependencies(section) && strings.EqualFold(key, dist) {
				it := e.Key()
				it.Next()
				f.wholeLine(int(it.Node().Raw.Offset))
				continue
			}
			if v := e.Value(); v.Kind == unstable.Array && listOfDependencies(section, key) {
				for it := v.Children(); it.Next(); {
					if n := it.Node(); n.Kind == unstable.String && f.asks.Match(n.Data) {
						f.entry(int(n.Raw.Offset), int(n.Raw.Offset+n.Raw.Length))
					}
				}
			}
		}
	}
}

func keyOf(it unstable.Iterator) string {
	var parts []string
	for it.Next() {
		parts = append(parts, string(it.Node().Data))
	}
	return strings.Join(parts, ".")
}

// tableOfDependencies reports whether the keys of a table are distributions:
// [tool.poetry.group.test.dependencies], [packages] of a Pipfile.
func tableOfDependencies(section string) bool {
	return strings.HasPrefix(section, "tool.poetry.") && strings.HasSuffix(section, "dependencies") || section == "packages" || section == "dev-packages"
}

// listOfDependencies reports whether the strings of a list are requirements.
func listOfDependencies(section, key string) bool {
	last := key[strings.LastIndexByte(key, '.')+1:]
	switch full := strings.TrimPrefix(section+"."+key, "."); {
	case strings.HasPrefix(full, "project.optional-dependencies."), strings.HasPrefix(full, "dependency-groups."):
		return true
	default:
		return last == "dependencies" || last == "dev-dependencies" || last == "extra-dependencies" || full == "build-system.requires" ||
			strings.HasPrefix(section, "tool.") && strings.HasSuffix(section, "dev-dependencies")
	}
}

// requiring matches the names under which setup.py keeps lists of requirements.
var requiring = regexp.MustCompile(`(?i)^(install_requires|setup_requires|tests_require|extras_require|requires|.*requirements?|.*_requires?|.*dependencies|.*deps|extras)$`)

// setupPy are the strings of lists that setup() gets as requirements, there or
// by way of a variable whose name says so. The file is read, never run.
func (f *requirements) setupPy(data []byte) {
	src, err := source.New(f.manifest, data)
	if err != nil || !src.Exact || src.Text != f.text {
		return
	}
	tree, err := parser.Parse(src, parser.Options{})
	if err != nil {
		return
	}
	var lists func(e ast.Expr)
	lists = func(e ast.Expr) {
		var items []ast.Expr
		switch e := e.(type) {
		case *ast.List:
			items = e.Elts
		case *ast.Tuple:
			items = e.Elts
		case *ast.Dict:
			for _, v := range e.Values {
				lists(v)
			}
		case *ast.BinOp:
			lists(e.Left)
			lists(e.Right)
		}
		for _, item := range items {
			if c, ok := item.(*ast.Constant); ok && c.Kind == ast.Str && f.asks.MatchString(c.Text) {
				f.entry(int(c.Start), int(c.End))
			}
		}
	}
	ast.Inspect(tree.Module, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Keyword:
			if n.Name != nil && requiring.MatchString(n.Name.Name) {
				lists(n.Value)
			}
		case *ast.Assign:
			if name, ok := n.Targets[0].(*ast.Name); ok && requiring.MatchString(name.Id) {
				lists(n.Value)
			}
		}
		return true
	})
}

func (f *requirements) wholeLine(at int) {
	start := strings.LastIndexByte(f.text[:at], '\n') + 1
	end := len(f.text)
	if i := strings.IndexByte(f.text[at:], '\n'); i >= 0 {
		end = at + i + 1
	}
	f.add(start, end, f.text[start:end])
}

// entry is an item of a list, with the comma that separates it, and its whole
// line if it is alone there.
func (f *requirements) entry(start, end int) {
	item := f.text[start:end]
	if rest := strings.TrimLeft(f.text[end:], " \t"); strings.HasPrefix(rest, ",") {
		end = len(f.text) - len(rest) + 1
	} else if before := strings.TrimRight(f.text[:start], " \t"); strings.HasSuffix(before, ",") {
		start = len(before) - 1
	}
	first := strings.LastIndexByte(f.text[:start], '\n') + 1
	last := len(f.text)
	if i := strings.IndexByte(f.text[end:], '\n'); i >= 0 {
		last = end + i + 1
	}
	after := strings.TrimSpace(f.text[end:last])
	switch {
	case strings.TrimSpace(f.text[first:start]) == "" && (after == "" || after[0] == '#'):
		start, end = first, last
	case f.text[end-1] == ',':
		for end < len(f.text) && (f.text[end] == ' ' || f.text[end] == '\t') {
			end++
		}
	}
	if n := len(f.out); n > 0 && f.out[n-1].Manifest == f.manifest {
		start = max(start, f.out[n-1].End) // ["eventlet", "eventlet[extra]"]
	}
	f.add(start, end, item)
}
