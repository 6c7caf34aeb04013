package inventory

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/offlet/offlet/internal/deploy"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/workspace"
)

var (
	// inString finds a dotted name with Eventlet in it: eventlet.sleep, or
	// swift.common.utils.eventlet.sleep, the attribute of a module.
	inString = regexp.MustCompile(`^([A-Za-z_]\w*\.)*eventlet(\.[A-Za-z_]\w*)*$`)
	logger   = regexp.MustCompile(`^eventlet\.wsgi(\.server)?$`)
)

// importers are functions that import what a string names, by the last part of
// their name.
var importers = map[string]bool{
	"try_import": true, "import_module": true, "__import__": true, "importorskip": true, "find_spec": true, "import_class": true,
	"try_imports": true, "load_module": true, "find_loader": true, "import_object": true,
}

// text looks at the strings of a module that matter, and at what is assigned to.
func (t *taker) text(m *infer.Module) {
	w := &walker{t: t, m: m, test: workspace.IsTest(m.Path), raw: map[string]string{}}
	for _, s := range m.AST.Body {
		if !w.test && importsEventlet(s) {
			t.unconditional = true
		}
		w.stmt(s)
	}
}

// importsEventlet reports whether a statement is an import of Eventlet.
func importsEventlet(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Import:
		for _, a := range s.Names {
			if eventlets(a.Name.Name) {
				return true
			}
		}
	case *ast.ImportFrom:
		return s.Level == 0 && s.Module != nil && eventlets(s.Module.Name)
	}
	return false
}

type walker struct {
	t    *taker
	m    *infer.Module
	test bool
	// raw are the local names of the package greenlet ("greenlet") and of what
	// was imported from it ("greenlet.greenlet"). For the analysis these are
	// Eventlet's, which makes its green threads of them.
	raw map[string]string
}

// greenlet is the name that an expression has in the package greenlet, "" if
// it is not of it.
func (w *walker) greenlet(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Name:
		return w.raw[e.Id]
	case *ast.Attribute:
		if base, ok := e.Value.(*ast.Name); ok && w.raw[base.Id] == "greenlet" {
			return "greenlet." + e.Attr.Name
		}
	}
	return ""
}

// bind notes the names of the package greenlet.
func (w *walker) bind(n ast.Node) {
	switch n := n.(type) {
	case *ast.Import:
		for _, a := range n.Names {
			if a.Name.Name == "greenlet" && w.t.ip.External(w.m, "greenlet") {
				local := "greenlet"
				if a.AsName != nil {
					local = a.AsName.Name
				}
				w.raw[local] = "greenlet"
			}
		}
	case *ast.ImportFrom:
		if n.Level > 0 || n.Module == nil || n.Module.Name != "greenlet" || !w.t.ip.External(w.m, "greenlet") {
			return
		}
		for _, a := range n.Names {
			local := a.Name.Name
			if a.AsName != nil {
				local = a.AsName.Name
			}
			w.raw[local] = "greenlet." + a.Name.Name
		}
	}
}

func (w *walker) stmt(n ast.Node) {
	switch n := n.(type) {
	case *ast.ExprStmt:
		if c, ok := n.Value.(*ast.Constant); ok && c.Kind == ast.Str {
			return // a docstring
		}
	case *ast.Assign:
		for _, target := range n.Targets {
			w.target(target, n.Value)
		}
	case *ast.AnnAssign:
		if n.Value != nil {
			w.target(n.Target, n.Value)
		}
	case *ast.AugAssign:
		w.target(n.Target, n.Value)
	case *ast.Dict: // {"worker_class": "eventlet"}, {"EVENTLET_HUB": "asyncio"}
		for i, k := range n.Keys {
			if key, ok := str(k); ok {
				w.choice(key, n.Values[i])
			}
		}
	case *ast.List:
		w.words(n.Elts)
	case *ast.Tuple:
		w.words(n.Elts)
	case *ast.Call:
		w.call(n)
	case *ast.ClassDef:
		for _, b := range n.Bases {
			if w.greenlet(b) == "greenlet.greenlet" {
				w.t.rawClasses[n] = true
				w.t.hazard(migrate.At(w.t.ip, w.m, n, "HAZ11", "%s is a subclass of greenlet.greenlet", n.Name.Name))
			}
		}
	case *ast.Import:
		w.bind(n)
		for _, a := range n.Names {
			if strings.HasPrefix(a.Name.Name, "__original_module_") {
				w.t.hazard(migrate.At(w.t.ip, w.m, a, "HAZ15", "the unpatched %s is mended by hand", strings.TrimPrefix(a.Name.Name, "__original_module_")))
			}
		}
	case *ast.ImportFrom:
		w.bind(n)
		if n.Module != nil && strings.HasPrefix(n.Module.Name, "__original_module_") {
			w.t.hazard(migrate.At(w.t.ip, w.m, n, "HAZ15", "the unpatched %s is mended by hand", strings.TrimPrefix(n.Module.Name, "__original_module_")))
		}
	case *ast.Attribute:
		if n.Attr.Name == "gr_frame" {
			w.t.hazard(migrate.At(w.t.ip, w.m, n, "HAZ11", "gr_frame looks into a greenlet"))
		}
		if strings.HasPrefix(n.Attr.Name, "_") && !strings.HasPrefix(n.Attr.Name, "__") {
			if name, _, cls := w.t.ip.StaticName(w.m, n.Value); cls < 0 && eventlets(name) {
				w.t.hazard(migrate.At(w.t.ip, w.m, n, "HAZ10", "%s.%s is Eventlet's own business", name, n.Attr.Name))
			}
		}
	}
	ast.Children(n, w.stmt)
}

func str(e ast.Expr) (string, bool) {
	c, ok := e.(*ast.Constant)
	if !ok || c.Kind != ast.Str {
		return "", false
	}
	return c.Text, true
}

// target looks at what an assignment assigns to.
func (w *walker) target(target, value ast.Expr) {
	switch a := target.(type) {
	case *ast.Name:
		w.choice(a.Id, value)
	case *ast.Attribute:
		w.choice(a.Attr.Name, value)
		if name, _, cls := w.t.ip.StaticName(w.m, a.Value); cls < 0 && eventlets(name) && !strings.Contains(name, "()") {
			w.t.hazard(migrate.At(w.t.ip, w.m, target, "HAZ9", "%s.%s is replaced", name, a.Attr.Name))
		}
	case *ast.Subscript: // os.environ["EVENTLET_HUB"] = "asyncio", app.config["worker_pool"] = "eventlet"
		if key, ok := str(a.Slice); ok {
			w.choice(key, value)
		}
	case *ast.Tuple:
		for _, e := range a.Elts {
			if at, ok := e.(*ast.Attribute); ok {
				w.target(at, value)
			}
		}
	}
}

// choice looks at a key with its value: does it choose Eventlet by name?
func (w *walker) choice(key string, value ast.Expr) {
	text, ok := str(value)
	if deploy.IsVariable(key) {
		if _, isName := value.(*ast.Constant); isName {
			w.setting(value, deploy.Environment, key, text, key+" = "+fmt.Sprintf("%q", text))
		}
		return
	}
	if !ok || !strings.Contains(text, "eventlet") && !strings.Contains(text, "Eventlet") {
		return
	}
	if kind, name, ok := deploy.PluginSetting(key, text); ok && kind != deploy.Coverage && kind != deploy.Chaussette {
		w.setting(value, kind, name, text, fmt.Sprintf("%s = %q", key, text))
	} else if text == "eventlet" && key != "name" && key != "module" && !strings.HasPrefix(key, "_") {
		if strings.HasSuffix(key, "executor") { // task_executor="eventlet"
			w.setting(value, deploy.Messaging, key, text, fmt.Sprintf("%s = %q", key, text))
			return
		}
		w.setting(value, deploy.Mention, key, text, fmt.Sprintf("%s = %q", key, text))
	}
}

func (w *walker) setting(n ast.Node, kind deploy.Kind, name, value, text string) {
	line, col := w.m.Source.Position(n.Range().Start)
	for _, s := range w.t.inv.Settings {
		if s.Path == w.m.Path && s.Line == line && s.Col == col {
			return
		}
	}
	w.t.inv.Settings = append(w.t.inv.Settings, Setting{Path: w.m.Path, Line: line, Col: col, Text: text, What: whatOf[kind], Kind: kind, Name: name, Value: value, Rule: ruleOf[kind], Test: w.test})
}

// words looks at a list of strings as the words of a command:
// ["gunicorn", "-k", "eventlet"], app.worker_main(["worker", "-P", "eventlet"]).
func (w *walker) words(elts []ast.Expr) {
	texts := make([]string, len(elts))
	some := false
	for i, e := range elts {
		texts[i], _ = str(e)
		some = some || strings.Contains(texts[i], "entlet")
	}
	if !some {
		return
	}
	if kind, name, at := deploy.ChosenBy(texts); at >= 0 {
		w.setting(elts[at], kind, name, texts[at], strings.Join(texts, " "))
	}
}

// call looks at the arguments of a call.
func (w *walker) call(n *ast.Call) {
	last := ""
	switch f := n.Func.(type) {
	case *ast.Name:
		last = f.Id
	case *ast.Attribute:
		last = f.Attr.Name
		if inner, ok := f.Value.(*ast.Name); ok && last != "patch" && (inner.Id == "patch" || inner.Id == "mock_patch") {
			last = "patch." + last
		} else if inner, ok := f.Value.(*ast.Attribute); ok && inner.Attr.Name == "patch" {
			last = "patch." + last
		}
	}
	switch name := w.greenlet(n.Func); name {
	case "greenlet.greenlet", "greenlet.settrace":
		w.t.hazard(migrate.At(w.t.ip, w.m, n, "HAZ11", "%s goes around Eventlet", name))
	}
	for _, k := range n.Keywords {
		if k.Name != nil {
			w.choice(k.Name.Name, k.Value)
		}
	}
	for i, a := range n.Args {
		text, ok := str(a)
		if !ok {
			continue
		}
		switch {
		case deploy.IsVariable(text):
			value := ""
			if i+1 < len(n.Args) {
				value, _ = str(n.Args[i+1])
			}
			w.setting(a, deploy.Environment, text, value, text)
		case !strings.Contains(text, "eventlet"): // as nearly all
		case logger.MatchString(text) && strings.Contains(strings.ToLower(last), "logger"):
			w.setting(a, deploy.Logger, text, "", last+"("+fmt.Sprintf("%q", text)+")")
		case strings.ContainsAny(text, " "):
			if kind, name, at := deploy.ChosenBy(strings.Fields(text)); at >= 0 {
				w.setting(a, kind, name, "eventlet", text)
			}
		case inString.MatchString(text):
			w.named(n, a, last, text)
		}
	}
	if (last == "setattr" || strings.HasPrefix(last, "patch.object") || last == "object" || last == "MockPatchObject") && len(n.Args) > 1 {
		name, _, cls := w.t.ip.StaticName(w.m, n.Args[0])
		attr, ok := str(n.Args[1])
		if cls < 0 && ok && (eventlets(name) && name != "" && !strings.Contains(name, "()")) {
			if last == "setattr" {
				w.t.hazard(migrate.At(w.t.ip, w.m, n, "HAZ9", "%s.%s is replaced", name, attr))
			} else {
				w.t.hazard(migrate.At(w.t.ip, w.m, n, "HAZ13", "%s.%s is replaced for a test", name, attr))
			}
		}
	}
}

// named looks at a string argument that is a dotted name of Eventlet.
func (w *walker) named(call *ast.Call, at ast.Expr, last, text string) {
	patches := strings.HasPrefix(last, "patch") || strings.Contains(strings.ToLower(last), "mockpatch") || strings.Contains(strings.ToLower(last), "monkeypatch") ||
		last == "setattr" || last == "stub_out" || last == "useFixture"
	switch {
	case patches:
		w.t.hazard(migrate.At(w.t.ip, w.m, at, "HAZ13", "%s is replaced by name for a test", text))
		w.use(at, text)
	case importers[last]:
		w.t.hazard(migrate.At(w.t.ip, w.m, at, "HAZ16", "%s(%q) imports Eventlet if it is there", last, text))
		w.use(at, text)
	}
}

// use adds the name in a string to the uses, if it is Eventlet's own.
func (w *walker) use(at ast.Expr, text string) {
	if eventlets(text) {
		w.t.add(w.m, at, w.t.ip.Catalog().Canonical(text), "string", false)
	}
}
