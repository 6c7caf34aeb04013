// Package hub is the first step: the program runs on Eventlet's asyncio hub.
// At every entry point use_hub is called before anything is monkey-patched and
// before the program's own imports.
package hub

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// Rules are the rewrites and warnings of the first step.
var Rules = []migrate.Rule{
	{
		ID: "HUB1", Title: "the program starts on the asyncio hub",
		From: "import eventlet\neventlet.monkey_patch()",
		To:   "import eventlet.hubs\n\neventlet.hubs.use_hub(\"eventlet.hubs.asyncio\")\n\nimport eventlet\neventlet.monkey_patch()",
		Why: "It must come before monkey_patch: after it asyncio picks up the patched select module and the first yield fails. " +
			"It comes after `import eventlet`, so that a hub that was half built during that import (dnspython imports requests, which opens a socket) is thrown away. " +
			"Where the process may have chosen it already (a test imports the program, one program another), it asks first: `if not isinstance(eventlet.hubs.get_hub(), eventlet.hubs.asyncio.Hub)`. A second hub would take the running one away.",
	},
	{
		ID: "HUB2", Title: "several green threads read from one descriptor",
		Why: "The asyncio hub does not support hub_prevent_multiple_readers(False): the second reader gets a RuntimeError. Give each reader a descriptor of its own, or a lock around it, before this step.",
	},
	{
		ID: "HUB3", Title: "a thread pool becomes a pool of real threads",
		Why: "On the asyncio hub concurrent.futures uses native threads although the threading module is patched; waiting for a future from a green thread can then hang. " +
			"Use eventlet.tpool.execute or a GreenPool instead.",
	},
	{
		ID: "HUB7", Title: "a green thread that is killed while it logs keeps the log locked",
		Why: "Under monkey patching oslo.log gives each handler of logging a lock of its own. On the asyncio hub a message takes it with spawn_for_awaitable(...).wait(), during which other green threads run. " +
			"Killing a green thread that waits there, or a Timeout that fires there, does not stop what it waits for: that takes the lock afterwards, for nobody, and the next message waits for ever. (Before 7.2.0 oslo.log does not start on this hub.) " +
			"If no native thread logs (a function that eventlet.tpool runs), call oslo_log.log.setup with fix_eventlet=False: logging keeps the locks of monkey_patch, and messages let nobody else run, as on Eventlet's own hub. Native threads that contend for such a lock hang. " +
			"If some log, set EVENTLET_HUB=asyncio in the environment of the process, because use_hub is for the thread that calls it and oslo.log's lock raises a RuntimeError in others; and let no green thread be killed or timed out where it may log.",
	},
	{
		ID: "HUB5", Title: "something outside of the code starts the program",
		Why: "A WSGI server, a worker, a test runner or another program imports this code, so no place in it comes first. " +
			"Set EVENTLET_HUB=asyncio in the environment of that process. Until it runs on the asyncio hub, nothing can be moved to asyncio: " +
			"`offlet migrate --hosted` says that it does.",
	},
	{
		ID: "HUB4", Title: "the hub is chosen by something that offlet cannot read",
		Why: "use_hub is called with a value that is computed, or without one in a function. Make sure that it is eventlet.hubs.asyncio, and say so: " +
			"`# offlet: ignore[HUB4] reason`, or `offlet migrate --hosted`. Until then nothing can be moved to asyncio.",
	},
	{
		ID: "HUB6", Title: "a hub is chosen in a program that has one",
		Why: "Every process chooses the asyncio hub when it starts. Choosing a hub again makes a new one: if the first one runs, which it does below a coroutine, asyncio refuses to run the second (`Cannot run the event loop while another loop is running`). " +
			"offlet takes such a call out, but not where its value is computed or used, nor where the program makes copies of its process, which may need a hub of their own. " +
			"Take it out, or say why it stays: `# offlet: ignore[HUB6] reason`. Until then nothing can be moved to asyncio.",
	},
}

const asyncioHub = "eventlet.hubs.asyncio"

// Apply makes the change of the first step of its edits, and adds it to res, the
// notes that came with them.
func Apply(p *program.Program, ip *infer.Program, edits map[*infer.Module]*edit.List, res *migrate.Result) error {
	res.Change = &edit.Change{Root: p.Project.Root}
	for _, m := range ip.Modules {
		e := edits[m]
		if e == nil || e.Len() == 0 {
			continue
		}
		data, err := migrate.Rewrite(m, e)
		if err != nil {
			return err
		}
		res.Change.Add(edit.FileChange{Path: m.Path, Old: m.Source.Bytes, New: data})
	}
	files := map[string][]byte{}
	for _, f := range res.Change.Files {
		files[f.Path] = f.New
	}
	if _, err := migrate.After(p, files); err != nil {
		return err
	}
	res.Change.Sort()
	return nil
}

// Edits are the edits of the step, by module, and what it says of them; the
// second step makes them too where the first was left out.
func Edits(ip *infer.Program) (map[*infer.Module]*edit.List, *migrate.Result, error) {
	out, res := map[*infer.Module]*edit.List{}, &migrate.Result{}
	hazards(ip, res)
	targets := Targets(ip)
	chosen := chooses(ip, started(ip, targets), res, out)
	imported := map[*infer.Module]bool{}
	for _, m := range ip.Modules {
		for _, t := range ip.ImportsOf(m) {
			imported[t] = true
		}
	}
	for _, m := range targets {
		if chosen[m] {
			continue
		}
		if out[m] == nil {
			out[m] = &edit.List{}
		}
		if err := start(ip, m, out[m], imported[m] || len(targets)+len(chosen) > 1); err != nil {
			return nil, nil, err
		}
		res.Done = append(res.Done, migrate.Note{Rule: "HUB1", Path: m.Path, Line: 1, Col: 1, Message: "chooses the asyncio hub at the start of " + m.Name})
	}
	for _, m := range unstartedTests(ip) {
		res.Left = append(res.Left, migrate.Note{Rule: "HUB5", Path: m.Path, Line: 1, Col: 1, Message: "these tests start without a conftest.py or a package that could choose the hub"})
	}
	if m := hosted(ip, targets); m != nil {
		res.Left = append(res.Left, migrate.Note{Rule: "HUB5", Path: m.Path, Line: 1, Col: 1, Message: "it uses Eventlet, and nothing in the project starts it"})
	}
	return out, res, nil
}

// Hosted returns the first module that uses Eventlet in a project in which no
// process starts and that chooses no hub: something else imports it. It is nil
// where the project chooses the hub itself.
func Hosted(ip *infer.Program) *infer.Module { return hosted(ip, Targets(ip)) }

func hosted(ip *infer.Program, targets []*infer.Module) *infer.Module {
	for _, m := range targets {
		if !migrate.IsTest(m.Name) {
			return nil
		}
	}
	if len(ip.CallsTo("eventlet.hubs.use_hub")) > 0 {
		return nil
	}
	for _, m := range ip.Modules {
		if UsesEventlet(m) && !migrate.IsTest(m.Name) {
			return m
		}
	}
	return nil
}

// Targets are the modules that choose the hub: every entry point whose program
// uses Eventlet (or the package around it, if that patches first), and modules
// that patch without any entry point leading to them.
func Targets(ip *infer.Program) []*infer.Module {
	patching := map[*infer.Module]bool{}
	for _, c := range callgraph.MonkeyPatches(ip) {
		patching[ip.Funcs[c.Func].Module] = true
	}
	uses := map[*infer.Module]bool{}
	for _, m := range ip.Modules {
		uses[m] = patching[m] || UsesEventlet(m)
	}
	entries := migrate.Entries(ip)
	leads := leading(ip, uses)
	want := map[*infer.Module]bool{}
	var starts []*infer.Module
	for _, m := range ip.Modules {
		if !entries[m] || !leads[m] {
			continue
		}
		starts = append(starts, m)
		target := m
		for pkg := m.Name; ; { // the outermost package that patches
			i := strings.LastIndexByte(pkg, '.')
			if i < 0 {
				break
			}
			pkg = pkg[:i]
			if init := ip.Module(pkg); init != nil && init.IsPackage && patching[init] {
				target = init
			}
		}
		want[target] = true
	}
	covered := reach(ip, starts)
	for _, m := range ip.Modules {
		if patching[m] && !covered[m] {
			want[m] = true
		}
	}
	roots, _ := tests(ip, leads)
	for _, m := range roots {
		want[m] = true
	}
	var out []*infer.Module
	for _, m := range ip.Modules {
		if want[m] {
			out = append(out, m)
		}
	}
	return out
}

// tests finds what a test runner imports first of the tests that lead to a
// module which uses Eventlet: the outermost package of tests around them, or a
// conftest.py; bare are test modules that have neither.
func tests(ip *infer.Program, leads map[*infer.Module]bool) (roots, bare []*infer.Module) {
	entries := migrate.Entries(ip)
	seen := map[*infer.Module]bool{}
	for _, m := range ip.Modules {
		if !isTestFile(m) || entries[m] {
			continue
		}
		if !leads[m] {
			continue
		}
		root := testRoot(ip, m)
		if root == nil {
			bare = append(bare, m)
		} else if !seen[root] {
			seen[root] = true
			roots = append(roots, root)
		}
	}
	return roots, bare
}

// isTestFile reports whether a test runner collects a file.
func isTestFile(m *infer.Module) bool {
	base := path.Base(m.Path)
	return strings.HasPrefix(base, "test_") && strings.HasSuffix(base, ".py") || strings.HasSuffix(base, "_test.py")
}

func testRoot(ip *infer.Program, m *infer.Module) *infer.Module {
	parts := strings.Split(m.Name, ".")
	for i := 1; i < len(parts); i++ { // app.tests.unit.test_x: app.tests
		if !migrate.IsTest(parts[i-1]) {
			continue
		}
		if init := ip.Module(strings.Join(parts[:i], ".")); init != nil && init.IsPackage {
			return init
		}
	}
	for dir := path.Dir(m.Path); ; dir = path.Dir(dir) {
		if c := ip.ModuleAt(path.Join(dir, "conftest.py")); c != nil {
			return c
		}
		if dir == "." || dir == "/" {
			return nil
		}
	}
}

func unstartedTests(ip *infer.Program) []*infer.Module {
	uses := map[*infer.Module]bool{}
	for _, m := range ip.Modules {
		uses[m] = UsesEventlet(m)
	}
	_, bare := tests(ip, leading(ip, uses))
	return bare
}

// reach are the modules that some modules import, directly or not, and they
// themselves.
func reach(ip *infer.Program, from []*infer.Module) map[*infer.Module]bool {
	out := map[*infer.Module]bool{}
	queue := slices.Clone(from)
	for _, m := range from {
		out[m] = true
	}
	for i := 0; i < len(queue); i++ {
		for _, t := range ip.ImportsOf(queue[i]) {
			if !out[t] {
				out[t] = true
				queue = append(queue, t)
			}
		}
	}
	return out
}

// leading are the modules that reach one of some others by their imports, or are
// among them.
func leading(ip *infer.Program, some map[*infer.Module]bool) map[*infer.Module]bool {
	importers := map[*infer.Module][]*infer.Module{}
	for _, m := range ip.Modules {
		for _, t := range ip.ImportsOf(m) {
			importers[t] = append(importers[t], m)
		}
	}
	out := map[*infer.Module]bool{}
	var queue []*infer.Module
	add := func(m *infer.Module) {
		if !out[m] {
			out[m] = true
			queue = append(queue, m)
		}
	}
	for _, m := range ip.Modules {
		if some[m] {
			add(m)
		}
	}
	for i := 0; i < len(queue); i++ {
		for _, m := range importers[queue[i]] {
			add(m)
		}
	}
	return out
}

// UsesEventlet reports whether a module imports anything of Eventlet.
func UsesEventlet(m *infer.Module) bool {
	return slices.ContainsFunc(m.Imports, func(s ast.Stmt) bool {
		switch s := s.(type) {
		case *ast.Import:
			return slices.ContainsFunc(s.Names, func(a *ast.Alias) bool {
				return a.Name.Name == "eventlet" || strings.HasPrefix(a.Name.Name, "eventlet.")
			})
		case *ast.ImportFrom:
			return s.Level == 0 && s.Module != nil && (s.Module.Name == "eventlet" || strings.HasPrefix(s.Module.Name, "eventlet."))
		}
		return false
	})
}

// started are the modules of processes that choose the hub when they start: what
// their entry points lead to, and tests that run in packages which choose it.
func started(ip *infer.Program, targets []*infer.Module) map[*infer.Module]bool {
	var entries, tests []*infer.Module
	for _, m := range targets {
		if migrate.IsTest(m.Name) {
			tests = append(tests, m)
		} else {
			entries = append(entries, m)
		}
	}
	out := reach(ip, entries)
	for m := range reach(ip, tests) {
		out[m] = out[m] || migrate.IsTest(m.Name)
	}
	return out
}

// chooses finds the modules that call use_hub already. Another hub's name is
// replaced; one that is computed is left to a person. In a process that chose the
// hub when it started, a function has none to choose: that would make a second
// one, which asyncio does not run beside the first.
//
//	def main():
//	    eventlet.hubs.use_hub("poll")
func chooses(ip *infer.Program, started map[*infer.Module]bool, res *migrate.Result, out map[*infer.Module]*edit.List) map[*infer.Module]bool {
	chosen := map[*infer.Module]bool{}
	edits := func(m *infer.Module) *edit.List {
		if out[m] == nil {
			out[m] = &edit.List{}
		}
		return out[m]
	}
	again := map[*ast.Call]*infer.Func{}
	calls(ip, "eventlet.hubs.use_hub", func(f *infer.Func, call *ast.Call) {
		m := f.Module
		name, constant := hubName(call)
		if f.Parent < 0 {
			chosen[m] = true
		} else if started[m] {
			if n, _, _ := ip.StaticName(m, call.Func); constant && n == "eventlet.hubs.use_hub" && !copies(ip) {
				again[call] = f
				return
			}
			if line, _ := m.Source.Position(call.Start); !migrate.Ignored(m, "HUB6", line) {
				res.Left = append(res.Left, migrate.InFunc(ip, f.ID, call, "HUB6", "the process has chosen its hub when it started, and chooses one here"))
			}
		}
		switch {
		case name == nil && f.Parent >= 0 && started[m]: // HUB6 says it
		case name == nil && constant && len(call.Args) == 0 && f.Parent < 0: // the best one for the machine
			edits(m).Replace(call.End-1, call.End, `"`+asyncioHub+`")`)
			res.Done = append(res.Done, migrate.InFunc(ip, f.ID, call, "HUB1", "the default hub becomes the asyncio hub"))
		case name == nil:
			// a function may choose it for a copy of the process, below what runs already
			what := "the hub is chosen by a value that is computed"
			if constant {
				what = "the default hub is chosen, which need not be the asyncio hub"
			}
			if line, _ := m.Source.Position(call.Start); !migrate.Ignored(m, "HUB4", line) {
				res.Left = append(res.Left, migrate.InFunc(ip, f.ID, call, "HUB4", "%s", what))
			}
		case name.Text != asyncioHub && name.Text != "asyncio":
			edits(m).Replace(name.Start, name.End, `"`+asyncioHub+`"`)
			res.Done = append(res.Done, migrate.InFunc(ip, f.ID, call, "HUB1", "the hub %q becomes the asyncio hub", name.Text))
		}
	})
	for _, m := range ip.Modules {
		if len(again) > 0 && started[m] {
			takeOut(ip, m, again, res, edits)
		}
	}
	for call, f := range again { // what is left of them is part of an expression
		res.Left = append(res.Left, migrate.InFunc(ip, f.ID, call, "HUB6", "the process has chosen its hub when it started, and chooses one here"))
	}
	return chosen
}

// hubName is the literal name of the hub that a call of use_hub chooses, or nil.
// constant says that nothing happens to make the value: use_hub(None).
func hubName(call *ast.Call) (name *ast.Constant, constant bool) {
	if len(call.Args) != 1 || len(call.Keywords) > 0 {
		return nil, len(call.Args)+len(call.Keywords) == 0
	}
	c, ok := call.Args[0].(*ast.Constant)
	if ok && c.Kind == ast.Str {
		return c, true
	}
	return nil, ok
}

// copies reports whether the program makes copies of its process: each may
// choose a hub of its own.
func copies(ip *infer.Program) bool {
	for _, name := range [...]string{"os.fork", "os.forkpty", "pty.fork"} {
		if len(ip.CallsTo(name)) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(ip.Modules, func(m *infer.Module) bool {
		return slices.ContainsFunc(m.Imports, func(s ast.Stmt) bool {
			switch s := s.(type) {
			case *ast.Import:
				return slices.ContainsFunc(s.Names, func(a *ast.Alias) bool { return strings.HasPrefix(a.Name.Name+".", "multiprocessing.") })
			case *ast.ImportFrom:
				return s.Level == 0 && s.Module != nil && strings.HasPrefix(s.Module.Name+".", "multiprocessing.")
			}
			return false
		})
	})
}

// takeOut removes the statements of a module that are calls of use_hub, and
// forgets these calls.
func takeOut(ip *infer.Program, m *infer.Module, calls map[*ast.Call]*infer.Func, res *migrate.Result, edits func(*infer.Module) *edit.List) {
	lay := migrate.NewLayout(m)
	var block func(body []ast.Stmt)
	block = func(body []ast.Stmt) {
		var gone []ast.Stmt
		for _, s := range body {
			if e, ok := s.(*ast.ExprStmt); ok {
				if call, ok := e.Value.(*ast.Call); ok && calls[call] != nil {
					gone = append(gone, s)
					res.Done = append(res.Done, migrate.InFunc(ip, calls[call].ID, call, "HUB1", "the process has chosen its hub when it started"))
					delete(calls, call)
				}
			}
			for _, b := range migrate.Blocks(s) {
				block(b)
			}
		}
		for i, s := range gone {
			lay.DeleteStmt(edits(m), s, i == 0 && len(gone) == len(body))
		}
	}
	block(m.AST.Body)
}

// calls tells of the call expressions that may call an external function.
func calls(ip *infer.Program, name string, tell func(f *infer.Func, call *ast.Call)) {
	for _, c := range ip.CallsTo(name) {
		if call, ok := c.Expr.(*ast.Call); ok && c.Mode == infer.Direct && c.Op == infer.OpCall {
			tell(ip.Funcs[c.Func], call)
		}
	}
}

// start puts use_hub at the start of a module. asks says that the process may have
// a hub by then: another entry point, or the tests, chose it and import this
// module. A second asyncio hub could not run beside the first.
func start(ip *infer.Program, m *infer.Module, e *edit.List, asks bool) error {
	lay := migrate.NewLayout(m)
	nl := lay.Newline()
	hubs, line := "eventlet.hubs", "import eventlet.hubs"
	hub := hubs + ".asyncio"
	if asks {
		line += ".asyncio"
	}
	if taken(m) {
		hubs = migrate.Unused(m, "eventlet_hubs", "_eventlet_hubs")
		line = "from eventlet import hubs as " + hubs
		if asks {
			hub = migrate.Unused(m, "eventlet_asyncio", "_eventlet_asyncio")
			line += nl + "from eventlet.hubs import asyncio as " + hub
		}
	}
	chooses := hubs + `.use_hub("` + asyncioHub + `")` + nl
	if asks {
		chooses = "if not isinstance(" + hubs + ".get_hub(), " + hub + ".Hub):" + nl + lay.Unit() + chooses
	}
	text := line + nl + nl + chooses
	at, after := place(ip, m)
	if after {
		at = lay.NextLine(at - 1)
		if !strings.HasSuffix(m.Source.Text[:at], "\n") && !strings.HasSuffix(m.Source.Text[:at], "\r") {
			text = nl + text
		}
		e.Insert(at, text)
		return nil
	}
	if !lay.FirstOnLine(at) {
		return fmt.Errorf("%s: the first statement does not start its line; put it on a line of its own", m.Path)
	}
	e.Insert(at, text+nl)
	return nil
}

// taken reports whether the module binds the name eventlet to something else
// than an import.
func taken(m *infer.Module) bool {
	top := m.Scope.Of(m.AST)
	sym := m.Scope.Lookup(top, "eventlet")
	return sym >= 0 && !migrate.IsImport(m, sym) && m.Scope.Symbols[sym].Flags&scope.Implicit == 0
}

// place is where use_hub goes: before the first statement, but after settings
// of Eventlet's environment variables, which it reads when it is imported.
func place(ip *infer.Program, m *infer.Module) (at int32, after bool) {
	var env ast.Stmt
	for _, s := range m.AST.Body {
		if setsEnvironment(ip, m, s) {
			env = s
			continue
		}
		switch s := s.(type) {
		case *ast.Import:
			for _, a := range s.Names {
				if a.Name.Name == "eventlet" || strings.HasPrefix(a.Name.Name, "eventlet.") {
					goto found
				}
			}
		case *ast.ImportFrom:
			if s.Module != nil && strings.HasPrefix(s.Module.Name, "eventlet") {
				goto found
			}
		case *ast.ExprStmt:
		default:
			goto found
		}
	}
found:
	if env != nil {
		return env.Range().End, true
	}
	if at, ok := migrate.Top(m); ok {
		return at, false
	}
	return int32(len(m.Source.Text)), false
}

// setsEnvironment reports whether a statement sets one of Eventlet's
// environment variables.
func setsEnvironment(ip *infer.Program, m *infer.Module, s ast.Stmt) bool {
	var key ast.Expr
	switch s := s.(type) {
	case *ast.Assign:
		sub, ok := s.Targets[0].(*ast.Subscript)
		if !ok {
			return false
		}
		if n, _, _ := ip.StaticName(m, sub.Value); n != "os.environ" {
			return false
		}
		key = sub.Slice
	case *ast.ExprStmt:
		call, ok := s.Value.(*ast.Call)
		if !ok || len(call.Args) == 0 {
			return false
		}
		if n, _, _ := ip.StaticName(m, call.Func); n != "os.environ.setdefault" && n != "os.putenv" {
			return false
		}
		key = call.Args[0]
	}
	c, ok := key.(*ast.Constant)
	return ok && strings.HasPrefix(c.Text, "EVENTLET_")
}

// hazards notes what the asyncio hub does differently.
func hazards(ip *infer.Program, res *migrate.Result) {
	calls(ip, "eventlet.debug.hub_prevent_multiple_readers", func(f *infer.Func, call *ast.Call) {
		if len(call.Args) == 1 {
			if v, ok := call.Args[0].(*ast.Constant); ok && v.Kind == ast.False {
				res.Left = append(res.Left, migrate.InFunc(ip, f.ID, call, "HUB2", "several readers of one descriptor do not work on the asyncio hub"))
			}
		}
	})
	if !callgraph.Patched(ip).Has("thread") {
		return
	}
	for _, pool := range [...]string{"concurrent.futures.ThreadPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor"} {
		calls(ip, pool, func(f *infer.Func, call *ast.Call) {
			res.Left = append(res.Left, migrate.InFunc(ip, f.ID, call, "HUB3", "this thread pool becomes one of native threads, and waiting for it from a green thread can hang"))
		})
	}
	calls(ip, "oslo_log.log.setup", func(f *infer.Func, call *ast.Call) {
		if !isFalse(call, "fix_eventlet") {
			res.Left = append(res.Left, migrate.InFunc(ip, f.ID, call, "HUB7", "oslo.log's lock stays locked for ever if a green thread is killed, or times out, in a message of the log"))
		}
	})
}

// isFalse reports whether a call has False for a keyword.
func isFalse(call *ast.Call, keyword string) bool {
	return slices.ContainsFunc(call.Keywords, func(k *ast.Keyword) bool {
		c, ok := k.Value.(*ast.Constant)
		return ok && c.Kind == ast.False && k.Name != nil && k.Name.Name == keyword
	})
}
