package infer

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/python/ast"
)

// A manager of stevedore finds plug-ins by the names under which manifests
// publish them. Those that the project itself publishes are known:
//
//	mgr = driver.DriverManager("app.engines", kind, invoke_on_load=True)
//	mgr.driver.run()    # [entry_points] app.engines = serial = app.serial:Engine
//
// Other packages may publish more, so each of these is only some of what may be
// there. load is the position of invoke_on_load.
func manager(class string, load int) func(*Program, *Call) {
	return func(p *Program, c *Call) {
		v := p.instance(class, false, c.Expr)
		p.add(c.Ret, v)
		p.escapeArgs(c, class) // check_func, on_load_failure_callback
		found := p.node()
		p.add(found, p.unknown)
		call, ok := c.Expr.(*ast.Call)
		if !ok {
			return
		}
		p.plugins(p.text(p.Funcs[c.Func], keywordOr(call, 0, "namespace")), found)
		made := found
		if invoke, ok := keywordOr(call, load, "invoke_on_load").(*ast.Constant); ok && invoke.Kind == ast.True {
			d := &Call{Func: c.Func, Expr: c.Expr, Mode: Callback, Via: c, Fn: found, Ret: p.node(),
				Star: p.inOrder(p.arg(c, load+1, "invoke_args"), keywordOr(call, load+1, "invoke_args")), KwStar: p.arg(c, load+2, "invoke_kwds")}
			p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
			p.constrain(found, d)
			made = d.Ret
		}
		p.edge(made, p.field(v, "driver"))
		// an extension has the class or function, and what calling it gave
		x := p.instance("stevedore.extension.Extension", false, c.Expr)
		p.edge(found, p.field(x, "plugin"))
		p.edge(made, p.field(x, "obj"))
		p.add(p.held(v), x)
	}
}

// keywordOr is the argument of a call at a position or by a name, or nil.
func keywordOr(call *ast.Call, i int, name string) ast.Expr {
	for _, k := range call.Keywords {
		if k.Name != nil && k.Name.Name == name {
			return k.Value
		}
	}
	if i < len(call.Args) {
		return call.Args[i]
	}
	return nil
}

// text is the string that an expression in a function is: a literal, a constant
// of the module (NAMESPACE = "app.engines"), or what a parameter is by default;
// "" if it is computed.
func (p *Program) text(f *Func, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Constant:
		if e.Kind == ast.Str {
			return e.Text
		}
	case *ast.Name:
		if d, ok := f.Node.(*ast.FunctionDef); ok {
			params := append(slices.Clone(d.Args.PosOnly), d.Args.Args...)
			first := len(params) - len(d.Args.Defaults)
			for i, a := range params {
				if a.Name.Name == e.Id {
					if i < first {
						return ""
					}
					return p.text(p.Funcs[f.Module.Body], d.Args.Defaults[i-first])
				}
			}
		}
		found := ""
		for _, s := range f.Module.AST.Body {
			if a, ok := s.(*ast.Assign); ok && len(a.Targets) == 1 {
				if n, ok := a.Targets[0].(*ast.Name); ok && n.Id == e.Id {
					v, ok := a.Value.(*ast.Constant)
					if !ok || v.Kind != ast.Str || found != "" {
						return ""
					}
					found = v.Text
				}
			}
		}
		return found
	}
	return ""
}

// plugins lets the plug-ins that the project publishes in a group, or in any if
// the group's name is not known, flow to a place.
func (p *Program) plugins(group string, to NodeID) {
	for _, e := range p.project.Project.EntryPoints {
		if e.Starts() || group != "" && group != e.Group {
			continue
		}
		m := p.Module(e.Module)
		if m == nil {
			continue
		}
		if e.Object == "" {
			p.add(to, p.value(Value{Kind: ModuleVal, ID: int32(m.ID)}))
			continue
		}
		if at := p.published(m, e.Object); at != 0 {
			p.edge(at, to)
		}
	}
}

// extensions is mgr.map(f, …): f is called with each extension, after what
// those that dispatch are given first.
func (p *Program) extensions(c *Call, class string, elem NodeID) {
	p.escapeArgs(c, class)
	first := 0
	if strings.HasPrefix(class, "stevedore.dispatch.") {
		first = 1
	}
	if len(c.Args) <= first {
		return
	}
	d := p.callback(c, c.Args[first], append([]NodeID{elem}, c.Args[first+1:]...)...)
	d.Kw, d.Star, d.KwStar = c.Kw, c.Star, c.KwStar
	v := p.newList(c, "results")
	p.edge(d.Ret, p.loose(p.Values[v].Site))
	p.add(c.Ret, v)
}
