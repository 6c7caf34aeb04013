// Package inventory lists what a project uses of Eventlet: every place, through
// aliases, façade modules and eventlet.green.*, and the settings outside of the
// code that choose Eventlet.
package inventory

import (
	"bufio"
	"os"
	"path"
	"regexp"
	"sort"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate/hub"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/workspace"
)

// A Use is one place where something of Eventlet is used.
type Use struct {
	Path string `json:"path"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	// Name is the dotted name at its home: eventlet.greenthread.spawn.
	Name string `json:"name"`
	// Kind groups names: see kinds.
	Kind string `json:"kind"`
	// How it is used: import, call, with, iterate, except, base, reference.
	How string `json:"how"`
	// Hidden says that the place does not name Eventlet: the call goes through
	// a variable, an attribute or a façade.
	Hidden bool `json:"hidden,omitempty"`
}

// A Setting is a line outside of the Python code, or an argument in it, that
// chooses Eventlet: `gunicorn -k eventlet`, async_mode="eventlet".
type Setting struct {
	Path string `json:"path"`
	Line int    `json:"line"`
	Text string `json:"text"`
	What string `json:"what"`
}

// An Inventory is what a project uses of Eventlet.
type Inventory struct {
	Uses     []Use     `json:"uses"`
	Settings []Setting `json:"settings"`
	// UseCase is 1 if Eventlet is the program's own framework, 2 if it only
	// plugs Eventlet into another one, 0 if it does not use it. The numbers are
	// those of Eventlet's guide.
	UseCase int `json:"useCase"`
	// EntryPoints are the files in which a process starts that uses Eventlet.
	EntryPoints []string `json:"entryPoints"`
	// Patched are the monkey_patch arguments in force.
	Patched []string `json:"patched"`
}

// kinds names the groups of Eventlet's API by prefix of the home name; the
// first that fits counts.
var kinds = []struct{ prefix, kind string }{
	{"eventlet.greenthread.sleep", "sleep"},
	{"time.sleep", "sleep"},
	{"eventlet.greenthread", "green threads"},
	{"greenlet", "green threads"},
	{"eventlet.greenpool", "pools"},
	{"eventlet.pools", "pools"},
	{"eventlet.dagpool", "pools"},
	{"eventlet.db_pool", "pools"},
	{"eventlet.queue", "queues"},
	{"queue", "queues"},
	{"eventlet.event", "events and locks"},
	{"eventlet.semaphore", "events and locks"},
	{"eventlet.lock", "events and locks"},
	{"threading", "patched threading"},
	{"eventlet.timeout", "timeouts"},
	{"eventlet.convenience", "sockets and servers"},
	{"eventlet.wsgi", "sockets and servers"},
	{"eventlet.websocket", "sockets and servers"},
	{"eventlet.greenio", "sockets and servers"},
	{"socket", "sockets and servers"},
	{"ssl", "sockets and servers"},
	{"select", "sockets and servers"},
	{"subprocess", "subprocesses"},
	{"os", "subprocesses"},
	{"eventlet.patcher", "patching and hubs"},
	{"eventlet.hubs", "patching and hubs"},
	{"eventlet.debug", "patching and hubs"},
	{"eventlet.support", "patching and hubs"},
	{"eventlet.backdoor", "patching and hubs"},
	{"eventlet.tpool", "native threads"},
	{"eventlet.corolocal", "thread-local state"},
	{"eventlet.asyncio", "bridges to asyncio"},
	{"offlet.bridge", "bridges to asyncio"},
	{"eventlet", "other"},
}

func kindOf(name string) string {
	for _, k := range kinds {
		if name == k.prefix || strings.HasPrefix(name, k.prefix+".") {
			return k.kind
		}
	}
	return "blocking libraries"
}

type taker struct {
	ip   *infer.Program
	g    *callgraph.Graph
	inv  *Inventory
	seen map[place]bool
}

type place struct {
	path      string
	line, col int
	name      string
}

// Take lists what a program uses.
func Take(ip *infer.Program, g *callgraph.Graph, project *workspace.Project) *Inventory {
	t := &taker{ip: ip, g: g, inv: &Inventory{Uses: []Use{}, Settings: []Setting{}, EntryPoints: []string{}, Patched: []string{}}, seen: map[place]bool{}}
	for _, m := range ip.Modules {
		t.named(m)
	}
	for _, effects := range g.Effects {
		for _, e := range effects {
			t.effect(e)
		}
	}
	for _, group := range catalog.AllGroups {
		if g.Patched.Has(group) {
			t.inv.Patched = append(t.inv.Patched, group)
		}
	}
	for _, m := range hub.Targets(ip) {
		t.inv.EntryPoints = append(t.inv.EntryPoints, m.Path)
	}
	t.settings(project)
	sort.Slice(t.inv.Uses, func(i, j int) bool {
		a, b := t.inv.Uses[i], t.inv.Uses[j]
		switch {
		case a.Path != b.Path:
			return a.Path < b.Path
		case a.Line != b.Line:
			return a.Line < b.Line
		case a.Col != b.Col:
			return a.Col < b.Col
		}
		return a.Name < b.Name
	})
	t.inv.UseCase = useCase(t.inv)
	return t.inv
}

// useCase tells the guide's two cases apart: a program that only patches, or
// only names Eventlet in a setting, plugs it into something else.
func useCase(inv *Inventory) int {
	own := false
	for _, u := range inv.Uses {
		if strings.HasPrefix(u.Name, "eventlet.") && u.How != "import" && u.Kind != "patching and hubs" {
			own = true
		}
	}
	switch {
	case own:
		return 1
	case len(inv.Settings) > 0 || len(inv.Uses) > 0:
		return 2
	}
	return 0
}

func (t *taker) add(m *infer.Module, n ast.Node, name, how string, hidden bool) {
	line, col := m.Source.Position(n.Range().Start)
	k := place{m.Path, line, col, name}
	if t.seen[k] {
		return
	}
	t.seen[k] = true
	t.inv.Uses = append(t.inv.Uses, Use{Path: m.Path, Line: line, Col: col, Name: name, Kind: kindOf(name), How: how, Hidden: hidden})
}

func eventlets(name string) bool {
	return name == "eventlet" || name == "greenlet" || strings.HasPrefix(name, "eventlet.") || strings.HasPrefix(name, "greenlet.")
}

// named finds the places that name Eventlet themselves.
func (t *taker) named(m *infer.Module) {
	var walk func(n ast.Node, how string)
	walk = func(n ast.Node, how string) {
		switch n := n.(type) {
		case *ast.Import:
			for _, a := range n.Names {
				if eventlets(a.Name.Name) && t.ip.External(m, a.Name.Name) {
					t.add(m, a, a.Name.Name, "import", false)
				}
			}
			return
		case *ast.ImportFrom:
			if n.Module == nil || n.Level > 0 || !eventlets(n.Module.Name) || !t.ip.External(m, n.Module.Name) {
				return
			}
			for _, a := range n.Names {
				t.add(m, a, t.ip.Catalog().Canonical(n.Module.Name+"."+a.Name.Name), "import", false)
			}
			return
		case *ast.Name, *ast.Attribute:
			name, green, cls := t.ip.StaticName(m, n.(ast.Expr))
			if cls < 0 && name != "" && !strings.Contains(name, "()") && (eventlets(name) && name != "eventlet" || green) {
				t.add(m, n, name, how, false)
				return
			}
		case *ast.Call:
			walk(n.Func, "call")
			for _, a := range n.Args {
				walk(a, "reference")
			}
			for _, k := range n.Keywords {
				t.keyword(m, k)
				walk(k.Value, "reference")
			}
			return
		case *ast.ExceptHandler:
			if n.Type != nil {
				if tuple, ok := n.Type.(*ast.Tuple); ok {
					for _, e := range tuple.Elts {
						walk(e, "except")
					}
				} else {
					walk(n.Type, "except")
				}
			}
			for _, s := range n.Body {
				walk(s, "reference")
			}
			return
		case *ast.ClassDef:
			for _, b := range n.Bases {
				walk(b, "base")
			}
			for _, d := range n.Decorators {
				walk(d, "reference")
			}
			for _, s := range n.Body {
				walk(s, "reference")
			}
			return
		}
		ast.Children(n, func(c ast.Node) { walk(c, "reference") })
	}
	walk(m.AST, "reference")
}

// keyword finds arguments that choose Eventlet by its name.
func (t *taker) keyword(m *infer.Module, k *ast.Keyword) {
	v, ok := k.Value.(*ast.Constant)
	if !ok || k.Name == nil || v.Kind != ast.Str || v.Text != "eventlet" {
		return
	}
	line, _ := m.Source.Position(k.Start)
	t.inv.Settings = append(t.inv.Settings, Setting{Path: m.Path, Line: line, Text: k.Name.Name + `="eventlet"`, What: "an argument chooses Eventlet"})
}

// effect finds uses that do not name Eventlet: methods of its objects, calls
// through variables and façades, patched modules.
func (t *taker) effect(e *callgraph.Effect) {
	if e.Deferred {
		return
	}
	m := t.ip.Funcs[e.Func].Module
	how := "call"
	switch {
	case e.With != nil:
		how = "with"
	case e.Iter != nil:
		how = "iterate"
	case e.Call.Mode != infer.Direct || e.Call.Op != infer.OpCall:
		return
	}
	if e.Call != nil {
		for _, id := range t.ip.At(e.Call.Fn) {
			v := t.ip.Value(id)
			switch v.Kind {
			case infer.External:
				name := t.ip.Name(v)
				if s := t.ip.Catalog().Lookup(name); s != nil && s.Active(t.g.Patched, v.Green) && !strings.HasPrefix(s.Name, "offlet.") && relevant(s) {
					t.called(m, e, s.Name)
				}
			case infer.ExtBound:
				recv := t.ip.Value(v.Recv)
				if recv.Kind != infer.ExtInstance {
					continue
				}
				cls := t.ip.Catalog().Lookup(t.ip.Name(recv))
				if cls == nil || strings.HasPrefix(cls.Name, "offlet.") || !cls.Active(t.g.Patched, recv.Green) {
					continue
				}
				if meth := t.ip.Catalog().Member(cls, t.ip.Name(v)); meth != nil && (eventlets(cls.Name) || meth.Yields != catalog.Never) {
					t.add(m, e.Node, meth.Name, how, true)
				}
			}
		}
		return
	}
	for i := range e.Seeds {
		t.add(m, e.Node, e.Seeds[i].Name, how, true)
	}
}

// relevant reports whether a record is of Eventlet, or may yield.
func relevant(s *catalog.Symbol) bool {
	return eventlets(s.Name) || s.Yields != catalog.Never || s.Kind == catalog.Class && s.Group != ""
}

func (t *taker) called(m *infer.Module, e *callgraph.Effect, name string) {
	call, ok := e.Node.(*ast.Call)
	if !ok {
		return
	}
	line, col := m.Source.Position(call.Func.Range().Start)
	if t.seen[place{m.Path, line, col, name}] {
		return // named there
	}
	static, _, _ := t.ip.StaticName(m, call.Func)
	t.add(m, call, name, "call", static != name)
}

// settingPatterns are what people write outside of Python to choose Eventlet.
var settingPatterns = []struct {
	re   *regexp.Regexp
	what string
}{
	{regexp.MustCompile(`(^|[\s"'=,\[])(-k|--worker-class)[\s=,"']+eventlet\b`), "gunicorn runs on Eventlet"},
	{regexp.MustCompile(`\bworker_class\s*=\s*["']?eventlet\b`), "gunicorn runs on Eventlet"},
	{regexp.MustCompile(`(^|[\s"'=,\[])(-P|--pool)[\s=,"']+eventlet\b`), "Celery's pool is Eventlet"},
	{regexp.MustCompile(`\b(worker_pool|CELERYD_POOL|CELERY_WORKER_POOL)\s*[=:]\s*["']?eventlet\b`), "Celery's pool is Eventlet"},
	{regexp.MustCompile(`\bEVENTLET_[A-Z_]+\b`), "an environment variable of Eventlet"},
}

// deployment reports whether a file may hold such settings.
func deployment(name string) bool {
	base := path.Base(name)
	switch {
	case strings.HasPrefix(base, "Dockerfile"), strings.HasPrefix(base, "Containerfile"), base == "Procfile", base == "Makefile", base == "tox.ini", base == "setup.cfg", base == "pyproject.toml":
		return true
	}
	switch path.Ext(base) {
	case ".sh", ".yml", ".yaml", ".service", ".conf", ".ini", ".cfg", ".env", ".toml", ".cmd", ".bat":
		return true
	}
	return false
}

func (t *taker) settings(project *workspace.Project) {
	for _, name := range project.Others {
		if !deployment(name) {
			continue
		}
		t.settingsIn(project, name)
	}
	for _, m := range t.ip.Modules { // gunicorn.conf.py, celeryconfig.py
		if strings.Contains(m.Path, "gunicorn") || strings.Contains(m.Path, "celery") || strings.HasSuffix(m.Path, "conf.py") {
			t.settingsIn(project, m.Path)
		}
	}
	sort.Slice(t.inv.Settings, func(i, j int) bool {
		a, b := t.inv.Settings[i], t.inv.Settings[j]
		return a.Path < b.Path || a.Path == b.Path && a.Line < b.Line
	})
}

func (t *taker) settingsIn(project *workspace.Project, name string) {
	f, err := os.Open(project.Abs(name))
	if err != nil {
		return
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(text, "#") {
			continue
		}
		for _, p := range settingPatterns {
			if p.re.MatchString(text) {
				if len(text) > 120 {
					text = text[:120] + "…"
				}
				t.inv.Settings = append(t.inv.Settings, Setting{Path: name, Line: n, Text: text, What: p.what})
				break
			}
		}
	}
}
