// Package inventory lists what a project uses of Eventlet: every place, through
// aliases, façade modules and eventlet.green.*, and the settings outside of the
// code that choose Eventlet.
package inventory

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/deploy"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/hub"
	"github.com/offlet/offlet/internal/program"
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
// has to do with Eventlet: `gunicorn -k eventlet`, async_mode="eventlet".
type Setting struct {
	Path string `json:"path"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
	Text string `json:"text"`
	What string `json:"what"`
	// Kind is that of package deploy; Name and Value what is set to what.
	Kind  deploy.Kind `json:"kind"`
	Name  string      `json:"name,omitempty"`
	Value string      `json:"value,omitempty"`
	Rule  string      `json:"rule"`
	Test  bool        `json:"test,omitempty"`
}

// A Hazard is a place that behaves differently on the way off Eventlet, and
// that no step changes by itself.
type Hazard struct {
	migrate.Note
	Test bool `json:"test,omitempty"`
}

// An Inventory is what a project uses of Eventlet.
type Inventory struct {
	Uses     []Use     `json:"uses"`
	Settings []Setting `json:"settings"`
	Hazards  []Hazard  `json:"hazards"`
	// Facades are the modules that hide Eventlet behind names of their own.
	Facades []Facade `json:"facades"`
	// UseCase is 1 if Eventlet is the program's own framework, 2 if it only
	// plugs Eventlet into another one, 0 if it does not use it. The numbers are
	// those of Eventlet's guide.
	UseCase int `json:"useCase"`
	// UseCaseWhy is the evidence.
	UseCaseWhy string `json:"useCaseWhy"`
	// Optional says that the code imports Eventlet only in functions or under
	// conditions: it may be a library that offers Eventlet as one of several
	// backends.
	Optional bool `json:"optional"`
	// EntryPoints are the files in which a process starts that uses Eventlet,
	// Entries the same with what is reached from there.
	EntryPoints []string `json:"entryPoints"`
	Entries     []Entry  `json:"entries"`
	// Patched are the monkey_patch arguments in force.
	Patched []string `json:"patched"`
	// Foreign are files with code that offlet does not read.
	Foreign []Foreign `json:"foreign"`
	// Broken are the files beside the code that could not be read as what they are.
	Broken []Problem `json:"broken"`
	// Projects are the directories with a manifest of their own.
	Projects []string `json:"projects"`
}

// A Foreign is a file with code that offlet does not read: a notebook, Cython.
type Foreign struct {
	Path     string `json:"path"`
	Kind     string `json:"kind"`
	Eventlet bool   `json:"eventlet"` // its text names Eventlet
}

// A Problem is a place with a message.
type Problem struct {
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
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
	ip     *infer.Program
	g      *callgraph.Graph
	colors *color.Result
	inv    *Inventory
	seen   map[place]bool // of the module that it looks at
	// unconditional: some module that is no test imports Eventlet at its top
	// level, outside of try and if.
	unconditional bool
	rawClasses    map[*ast.ClassDef]bool // subclasses of greenlet.greenlet
}

type place struct {
	path      string
	line, col int
	name      string
}

// Take lists what a program uses. project is where it is on disk, colors which
// of its functions yield.
func Take(ip *infer.Program, g *callgraph.Graph, colors *color.Result, project *workspace.Project) *Inventory {
	t := &taker{ip: ip, g: g, colors: colors, rawClasses: map[*ast.ClassDef]bool{}, inv: &Inventory{
		Uses: []Use{}, Settings: []Setting{}, Hazards: []Hazard{}, Facades: []Facade{}, EntryPoints: []string{}, Entries: []Entry{},
		Patched: []string{}, Foreign: []Foreign{}, Broken: []Problem{}, Projects: []string{},
	}}
	files := make(chan *deploy.Result, 1)
	go func() { files <- deploy.Scan(project) }() // it waits for the disk
	t.modules(func(t *taker, m *infer.Module) {
		t.named(m)
		t.text(m)
		for _, f := range ip.FuncsOf(m) {
			for _, e := range g.Effects[f.ID] {
				t.effect(e)
			}
		}
	})
	for _, group := range slices.Sorted(maps.Keys(g.Patched)) {
		if g.Patched.Has(group) {
			t.inv.Patched = append(t.inv.Patched, group)
		}
	}
	targets := hub.Targets(ip)
	for _, m := range targets {
		t.inv.EntryPoints = append(t.inv.EntryPoints, m.Path)
	}
	t.deployment(<-files)
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
	if !slices.ContainsFunc(t.inv.Uses, namesEventlet) { // then queue.Empty is the standard library's
		t.inv.Uses = slices.DeleteFunc(t.inv.Uses, func(u Use) bool { return shared(u.Name) })
	}
	t.inv.UseCase, t.inv.UseCaseWhy = useCase(t.inv)
	t.inv.Optional = t.inv.UseCase == 1 && !t.unconditional
	var rest sync.WaitGroup
	if t.inv.UseCase != 0 {
		rest.Go(t.facades)
		rest.Go(func() { t.entries(targets) })
	}
	if t.inv.UseCase == 1 {
		t.hazards(targets)
	}
	t.sortHazards()
	rest.Wait()
	for _, f := range project.Foreign {
		t.inv.Foreign = append(t.inv.Foreign, Foreign{f.Path, string(f.Kind), f.Eventlet})
	}
	t.inv.Projects = append(t.inv.Projects, project.Subprojects...)
	return t.inv
}

// modules lets a taker of its own look at each module, at several at once, and
// takes what they found in the order of the modules.
func (t *taker) modules(look func(*taker, *infer.Module)) {
	found := make([]*taker, len(t.ip.Modules))
	program.Each(len(found), func(i int) {
		found[i] = &taker{ip: t.ip, g: t.g, colors: t.colors, seen: map[place]bool{}, rawClasses: map[*ast.ClassDef]bool{}, inv: &Inventory{}}
		look(found[i], t.ip.Modules[i])
	})
	for _, f := range found {
		t.inv.Uses = append(t.inv.Uses, f.inv.Uses...)
		t.inv.Settings = append(t.inv.Settings, f.inv.Settings...)
		t.inv.Hazards = append(t.inv.Hazards, f.inv.Hazards...)
		t.unconditional = t.unconditional || f.unconditional
		maps.Copy(t.rawClasses, f.rawClasses)
	}
}

// Plugins are the settings, in code or beside it, by which something else runs
// the program on Eventlet: gunicorn's worker class, Celery's pool.
func Plugins(ip *infer.Program, project *workspace.Project) []Setting {
	t := &taker{ip: ip, rawClasses: map[*ast.ClassDef]bool{}, inv: &Inventory{}}
	t.modules((*taker).text)
	t.deployment(deploy.Scan(project))
	return t.inv.Plugins()
}

// Plugins are those of a project of which the inventory is taken.
func (inv *Inventory) Plugins() []Setting {
	var out []Setting
	for _, s := range inv.Settings {
		if s.Kind.Plugin() && !s.Test {
			out = append(out, s)
		}
	}
	return out
}

// deployment adds what the files beside the code say.
func (t *taker) deployment(found *deploy.Result) {
	for _, f := range found.Findings {
		t.inv.Settings = append(t.inv.Settings, Setting{
			Path: f.Path, Line: f.Line, Col: f.Col, Text: f.Text, What: whatOf[f.Kind], Kind: f.Kind, Name: f.Name, Value: f.Value, Rule: ruleOf[f.Kind], Test: workspace.IsTest(f.Path),
		})
	}
	for _, p := range found.Problems {
		t.inv.Broken = append(t.inv.Broken, Problem(p))
	}
	slices.SortStableFunc(t.inv.Settings, func(a, b Setting) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
}

// shared reports whether a name of Eventlet is the very object that the
// standard library has: `except queue.Empty` alone uses nothing of Eventlet.
func shared(name string) bool { return name == "eventlet.queue.Empty" || name == "eventlet.queue.Full" }

// namesEventlet reports whether a place names something that is Eventlet's alone.
func namesEventlet(u Use) bool { return !u.Hidden && !shared(u.Name) }

// useCase tells the guide's two cases apart. A program that calls Eventlet's
// functions itself, or waits through modules that it has patched, has Eventlet
// as its framework; one that is only run by something on top of Eventlet, and
// at most patches, plugs it in. Tests do not count: they may do either for a
// library that does neither.
func useCase(inv *Inventory) (int, string) {
	own, sleeps, patches, waits, inTests, named := 0, 0, 0, 0, 0, 0
	libraries := map[string]int{}
	for _, u := range inv.Uses {
		switch {
		case namesEventlet(u):
			named++
		case u.Hidden:
			libraries[u.Name]++
		}
		direct := strings.HasPrefix(u.Name, "eventlet.") && !shared(u.Name) && u.How != "import" && u.How != "string" && u.Kind != "patching and hubs"
		switch {
		case workspace.IsTest(u.Path):
			if direct {
				inTests++
			}
		case direct:
			own++
			if u.Kind == "sleep" {
				sleeps++
			}
		case u.Name == "eventlet.patcher.monkey_patch":
			patches++
		case u.Hidden:
			waits++
		}
	}
	plugged := map[string]bool{}
	var names []string
	for _, s := range inv.Settings {
		if s.Kind.Plugin() && !s.Test && !plugged[s.What] {
			plugged[s.What] = true
			names = append(names, s.What)
		}
	}
	plugs := strings.Join(names, "; ")
	switch {
	case own > 0 && own == sleeps && plugs != "":
		// `eventlet.sleep(1)` in a handler of Socket.IO: nothing that asyncio
		// could help with, time.sleep does the same on any other worker
		return 2, fmt.Sprintf("%s; its own code only sleeps through Eventlet, in %s", plugs, places(sleeps))
	case own > 0 && plugs != "":
		return 1, fmt.Sprintf("its code uses Eventlet in %s; beside that %s", places(own), plugs)
	case own > 0:
		return 1, fmt.Sprintf("its code uses Eventlet itself in %s", places(own))
	case plugs != "" && patches > 0:
		return 2, plugs + "; its own code uses nothing of Eventlet but the patching"
	case plugs != "":
		return 2, plugs + "; its own code uses nothing of Eventlet"
	case patches > 0 && waits > 0:
		return 1, fmt.Sprintf("it patches the standard library and waits in %s through what is patched", places(waits))
	case inTests > 0:
		return 1, fmt.Sprintf("only its tests use Eventlet, in %s", places(inTests))
	case named > 0:
		return 2, "its code imports or patches, and uses nothing of Eventlet"
	}
	for _, s := range inv.Settings {
		switch s.Kind {
		case deploy.Requirement, deploy.Constraint, deploy.Environment:
			return 2, "only files beside the code name Eventlet"
		}
	}
	if len(libraries) > 0 {
		n := 0
		for _, k := range libraries {
			n += k
		}
		first := slices.Min(slices.Collect(maps.Keys(libraries)))
		return 0, fmt.Sprintf("libraries that may run on it are called in %s, such as %s", places(n), first)
	}
	return 0, ""
}

func places(n int) string {
	if n == 1 {
		return "1 place"
	}
	return fmt.Sprintf("%d places", n)
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
		if s := &e.Seeds[i]; !s.Bridge() {
			t.add(m, e.Node, s.Name, how, true)
		}
	}
}

// relevant reports whether a record is of Eventlet, or may yield.
func relevant(s *catalog.Symbol) bool {
	return eventlets(s.Name) || s.Yields != catalog.Never && !s.Bridge || s.Kind == catalog.Class && s.Group != ""
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
