package workspace

import (
	"cmp"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/source"
)

// An EntryPoint is a name under which a manifest publishes something of the
// project: `nova-api = nova.cmd.api:main` in the group console_scripts.
type EntryPoint struct {
	Group    string
	Name     string
	Module   string
	Object   string // "" if it is the module itself
	Manifest string
}

// Starts reports whether a process starts with it.
func (e EntryPoint) Starts() bool {
	return e.Group == "console_scripts" || e.Group == "gui_scripts" || e.Group == "wsgi_scripts"
}

// readManifests finds the entry points and the configuration.
func (p *Project) readManifests() error {
	for _, m := range p.Manifests {
		switch m.Kind {
		case PyProject, SetupCfg, SetupPy:
		default:
			continue
		}
		dir := path.Dir(m.Path)
		if !slices.Contains(p.Subprojects, dir) {
			p.Subprojects = append(p.Subprojects, dir)
		}
		data, err := os.ReadFile(p.Abs(m.Path))
		if err != nil {
			p.Skipped = append(p.Skipped, Skip{m.Path, "cannot be read: " + reason(err)})
			continue
		}
		switch m.Kind {
		case PyProject:
			if err := p.pyproject(m.Path, data); err != nil {
				return err
			}
		case SetupCfg:
			p.setupCfg(m.Path, string(data))
		case SetupPy:
			p.setupPy(m.Path, data)
		}
	}
	slices.Sort(p.Subprojects)
	slices.SortFunc(p.EntryPoints, func(a, b EntryPoint) int {
		return cmp.Or(cmp.Compare(a.Manifest, b.Manifest), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Module, b.Module))
	})
	for _, e := range p.EntryPoints {
		if e.Starts() && e.Object != "" {
			p.ConsoleScripts = append(p.ConsoleScripts, ConsoleScript{Name: e.Name, Module: e.Module, Function: e.Object, Manifest: e.Manifest})
		}
	}
	return nil
}

func (p *Project) pyproject(name string, data []byte) error {
	var doc struct {
		Project struct {
			Scripts     map[string]string            `toml:"scripts"`
			GUI         map[string]string            `toml:"gui-scripts"`
			EntryPoints map[string]map[string]string `toml:"entry-points"`
		} `toml:"project"`
		Tool struct {
			Poetry struct {
				Scripts map[string]any               `toml:"scripts"`
				Plugins map[string]map[string]string `toml:"plugins"`
			} `toml:"poetry"`
			Flit struct {
				Scripts     map[string]string            `toml:"scripts"`
				EntryPoints map[string]map[string]string `toml:"entrypoints"`
			} `toml:"flit"`
			Offlet map[string]any `toml:"offlet"`
		} `toml:"tool"`
	}
	if err := toml.Unmarshal(data, &doc); err != nil {
		p.Skipped = append(p.Skipped, Skip{name, "is not valid TOML: " + err.Error()})
		return nil
	}
	for n, v := range doc.Project.Scripts {
		p.entry("console_scripts", n, v, name)
	}
	for n, v := range doc.Project.GUI {
		p.entry("gui_scripts", n, v, name)
	}
	for n, v := range doc.Tool.Flit.Scripts {
		p.entry("console_scripts", n, v, name)
	}
	for n, v := range doc.Tool.Poetry.Scripts {
		switch v := v.(type) {
		case string:
			p.entry("console_scripts", n, v, name)
		case map[string]any: // {reference = "pkg.mod:main", type = "console"}
			for _, key := range []string{"reference", "callable"} {
				if s, ok := v[key].(string); ok && v["type"] != "file" {
					p.entry("console_scripts", n, s, name)
				}
			}
		}
	}
	for _, groups := range []map[string]map[string]string{doc.Project.EntryPoints, doc.Tool.Poetry.Plugins, doc.Tool.Flit.EntryPoints} {
		for group, entries := range groups {
			for n, v := range entries {
				p.entry(group, n, v, name)
			}
		}
	}
	if doc.Tool.Offlet != nil {
		return p.configure(name, data)
	}
	return nil
}

// entry adds an entry point: target is package.module:object, perhaps with
// extras in brackets behind it.
func (p *Project) entry(group, name, target, manifest string) {
	target, _, _ = strings.Cut(target, "[")
	module, object, _ := strings.Cut(strings.TrimSpace(target), ":")
	module, object = strings.TrimSpace(module), strings.TrimSpace(object)
	if !dotted.MatchString(module) {
		return
	}
	p.EntryPoints = append(p.EntryPoints, EntryPoint{Group: group, Name: strings.TrimSpace(name), Module: module, Object: object, Manifest: manifest})
}

var dotted = regexp.MustCompile(`^[A-Za-z_][\w]*(\.[A-Za-z_]\w*)*$`)

// setupCfg reads the section [entry_points] of pbr, or
// [options.entry_points] of setuptools.
func (p *Project) setupCfg(name, text string) {
	in, group := false, ""
	for _, line := range strings.Split(text, "\n") {
		t := strings.TrimSpace(line)
		switch {
		case t == "" || t[0] == '#' || t[0] == ';':
		case t[0] == '[':
			in, group = t == "[entry_points]" || t == "[options.entry_points]", ""
		case !in:
		case line[0] != ' ' && line[0] != '\t':
			key, rest, _ := strings.Cut(t, "=")
			group = strings.TrimSpace(key)
			if n, v, ok := strings.Cut(rest, "="); ok { // group = name = module:object
				p.entry(group, n, v, name)
			}
		default:
			if n, v, ok := strings.Cut(t, "="); ok && group != "" {
				p.entry(group, n, v, name)
			}
		}
	}
}

// setupPy reads the argument entry_points of setup(). The file is parsed and
// never run: what is computed there stays unknown, except for names that the
// module gives a literal once.
func (p *Project) setupPy(name string, data []byte) {
	src, err := source.New(p.Abs(name), data)
	if err != nil {
		return // not readable as Python: the program says so
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
	resolve := func(e ast.Expr) ast.Expr {
		if n, ok := e.(*ast.Name); ok && bound[n.Id] != nil {
			return bound[n.Id]
		}
		return e
	}
	strs := func(e ast.Expr) []string {
		var out []string
		var add func(e ast.Expr)
		add = func(e ast.Expr) {
			switch e := resolve(e).(type) {
			case *ast.Constant:
				if e.Kind == ast.Str {
					out = append(out, e.Text)
				}
			case *ast.List:
				for _, x := range e.Elts {
					add(x)
				}
			case *ast.Tuple:
				for _, x := range e.Elts {
					add(x)
				}
			case *ast.BinOp: // ["a = b:c"] + more
				add(e.Left)
				add(e.Right)
			}
		}
		add(e)
		return out
	}
	ast.Inspect(file.Module, func(n ast.Node) bool {
		call, ok := n.(*ast.Call)
		if !ok {
			return true
		}
		for _, k := range call.Keywords {
			if k.Name == nil || k.Name.Name != "entry_points" {
				continue
			}
			switch v := resolve(k.Value).(type) {
			case *ast.Dict:
				for i, key := range v.Keys {
					c, ok := key.(*ast.Constant)
					if !ok || c.Kind != ast.Str {
						continue
					}
					for _, s := range strs(v.Values[i]) {
						for _, line := range strings.Split(s, "\n") {
							if n, t, ok := strings.Cut(line, "="); ok {
								p.entry(c.Text, n, t, name)
							}
						}
					}
				}
			case *ast.Constant: // the text of an ini file
				if v.Kind == ast.Str {
					group := ""
					for _, line := range strings.Split(v.Text, "\n") {
						line = strings.TrimSpace(line)
						if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
							group = line[1 : len(line)-1]
						} else if n, t, ok := strings.Cut(line, "="); ok && group != "" {
							p.entry(group, n, t, name)
						}
					}
				}
			}
		}
		return true
	})
}
