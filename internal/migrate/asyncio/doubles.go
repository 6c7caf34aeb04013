package asyncio

import (
	"maps"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
)

// doubles notes where something is put in the place of what the code does not
// call any more: under mock.patch("app.eventlet.sleep"), or after
// time.sleep = fake, the code now really sleeps, by asyncio.sleep.
func (d *decisions) doubles(res *migrate.Result) {
	left := make([][]migrate.Note, len(d.p.Modules))
	program.Each(len(left), func(i int) {
		m := d.p.Modules[i]
		ast.Inspect(m.AST, func(n ast.Node) bool {
			var names []string
			switch n := n.(type) {
			case *ast.Call:
				names = d.doubled(m, n)
			case *ast.Attribute:
				if n.Ctx == ast.Store {
					names = []string{d.external(m, n)}
				}
			}
			for _, name := range names {
				if now := d.moved(name); now != "" {
					left[i] = append(left[i], migrate.At(d.p, m, n, "LEFT7", "%s is replaced here, but %s", name, now))
				}
			}
			return true
		})
	})
	res.Left = append(res.Left, slices.Concat(left...)...)
}

// moved says what became of a name that is replaced for a test: "" if the code
// uses it as before. The name may be that of a module of which something moved,
// or of a member of a class that did; eventlet.* is something of a module.
func (d *decisions) moved(name string) string {
	if name == "" || name == ".*" {
		return ""
	}
	name = strings.TrimSuffix(name, ".*")
	for _, from := range slices.Sorted(maps.Keys(d.replaced)) {
		to := d.replaced[from]
		if from == name || strings.HasPrefix(from, name+".") || strings.HasPrefix(name, from+".") {
			if from == name {
				return "the code calls " + to + " now"
			}
			return "instead of " + from + " the code uses " + to + " now"
		}
	}
	return ""
}

// doubled are the names of external things that a call replaces.
func (d *decisions) doubled(m *infer.Module, call *ast.Call) []string {
	verb := patching(call.Func)
	if verb == "" || len(call.Args) == 0 {
		return nil
	}
	var attrs []string
	first, dotted := text(call.Args[0])
	switch {
	case strings.HasSuffix(verb, "multiple"): // patch.multiple("app.eventlet", sleep=fake)
		for _, k := range call.Keywords {
			if k.Name != nil {
				attrs = append(attrs, k.Name.Name)
			}
		}
	case dotted: // patch("app.eventlet.sleep")
		return []string{d.dotted(first)}
	case len(call.Args) > 1: // patch.object(app.eventlet, "sleep")
		attr, ok := text(call.Args[1])
		if !ok { // patch.object(eventlet, self.how): it may be any
			return []string{d.external(m, call.Args[0]) + ".*"}
		}
		attrs = append(attrs, attr)
	}
	var out []string
	for _, attr := range attrs {
		if dotted {
			out = append(out, d.dotted(first+"."+attr))
		} else {
			out = append(out, d.external(m, attribute(call.Args[0], attr)))
		}
	}
	return out
}

// patching is the name of a function that replaces something by name, "" for
// any other: mock.patch, patch.object, monkeypatch.setattr, fixtures.MockPatch,
// self.stub_out, setattr.
func patching(fn ast.Expr) string {
	name, of := "", ""
	switch f := fn.(type) {
	case *ast.Name:
		name = f.Id
	case *ast.Attribute:
		name = f.Attr.Name
		switch v := f.Value.(type) {
		case *ast.Name:
			of = v.Id
		case *ast.Attribute:
			of = v.Attr.Name
		}
	}
	switch {
	case name == "patch", name == "mock_patch", name == "stub_out", strings.HasPrefix(name, "MockPatch"), name == "MonkeyPatch":
		return name
	case (name == "object" || name == "multiple") && strings.Contains(of, "patch"):
		return name
	case name == "setattr":
		return name
	}
	return ""
}

// dotted is the external thing that a dotted name denotes, followed through the
// modules of the project: app.client.eventlet.sleep, or app.client.nap where
// app.client has `from eventlet import sleep as nap`. It is "" for a thing of
// the project.
func (d *decisions) dotted(name string) string {
	for end := strings.LastIndexByte(name, '.'); end > 0; end = strings.LastIndexByte(name[:end], '.') {
		m := d.p.Module(name[:end])
		if m == nil {
			continue
		}
		parts := strings.Split(name[end+1:], ".")
		sym := m.Scope.Lookup(m.Scope.Of(m.AST), parts[0])
		if sym < 0 {
			return ""
		}
		var e ast.Expr = &ast.Name{Binding: ast.Binding{Sym: sym}, Id: parts[0]}
		for _, attr := range parts[1:] {
			e = attribute(e, attr)
		}
		return d.external(m, e)
	}
	return d.home(name)
}

// external is the home name of the external thing that an expression denotes.
func (d *decisions) external(m *infer.Module, e ast.Expr) string {
	name, _, cls := d.p.StaticName(m, e)
	if cls >= 0 {
		return ""
	}
	return d.home(name)
}

func (d *decisions) home(name string) string {
	if s := d.p.Catalog().Lookup(name); s != nil {
		return s.Name
	}
	return name
}

func attribute(of ast.Expr, name string) ast.Expr {
	return &ast.Attribute{Span: of.Range(), Value: of, Attr: ast.Ident{Name: name}}
}

func text(e ast.Expr) (string, bool) {
	c, ok := e.(*ast.Constant)
	if !ok || c.Kind != ast.Str {
		return "", false
	}
	return c.Text, true
}
