package asyncio

import (
	"slices"
	"strconv"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// answered finds the calls that put a double somewhere, in a module that says what
// calling the double gives:
//
//	patch("app.connect", return_value=conn)
//	patch("app.connect").start().return_value = conn
//	with patch("app.connect") as connect:
//	    connect.side_effect = [conn]
//
//	@patch("app.connect")
//	def test(self, connect):
//	    connect.return_value = conn
func answered(m *infer.Module) map[*ast.Call]bool {
	out := map[*ast.Call]bool{}
	holder := map[*ast.Call]string{} // of the double that a call makes
	told := map[string]bool{}        // the holders of which it is said what they give
	ast.Inspect(m.AST, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Call:
			if slices.ContainsFunc(n.Keywords, func(k *ast.Keyword) bool { return k.Name == nil || answers(k.Name.Name) }) {
				out[n] = true
			}
		case *ast.Assign:
			for _, t := range n.Targets {
				if at, ok := t.(*ast.Attribute); ok && answers(at.Attr.Name) {
					told[place(m, at.Value)] = true
					if call := made(at.Value); call != nil {
						out[call] = true
					}
				} else if call := made(n.Value); call != nil {
					holder[call] = place(m, t)
				}
			}
		case *ast.WithItem:
			if call := made(n.Context); call != nil && n.Vars != nil {
				holder[call] = place(m, n.Vars)
			}
		case *ast.FunctionDef: // the decorator that comes last gives the first double
			params := slices.Concat(n.Args.PosOnly, n.Args.Args)
			if len(params) > 0 && params[0].Name.Name == "self" {
				params = params[1:]
			}
			for _, dec := range slices.Backward(n.Decorators) {
				call, ok := dec.(*ast.Call)
				if !ok || len(params) == 0 || !slices.ContainsFunc(doubled(call), func(x double) bool { return !x.given }) {
					continue
				}
				holder[call] = variable(params[0].Name.Sym)
				params = params[1:]
			}
		}
		return true
	})
	for call, at := range holder {
		if told[at] {
			out[call] = true
		}
	}
	return out
}

// answers reports whether an attribute of a mock says what calling it gives, or
// what does.
func answers(name string) bool {
	return name == "return_value" || name == "side_effect" || name == "wraps"
}

// made is the call that puts a double somewhere, in an expression that gives the
// double: patch("app.connect").start(), self.useFixture(MockPatch("app.connect")).mock.
func made(e ast.Expr) *ast.Call {
	for {
		switch x := e.(type) {
		case *ast.Attribute:
			e = x.Value
			continue
		case *ast.Call:
			switch at, method := x.Func.(*ast.Attribute); {
			case len(doubled(x)) > 0:
				return x
			case len(x.Args) == 1:
				e = x.Args[0]
				continue
			case method && at.Attr.Name == "start":
				e = at.Value
				continue
			}
		}
		return nil
	}
}

// place names what an expression denotes in its module: a variable, or an attribute
// of any object.
func place(m *infer.Module, e ast.Expr) string {
	if name, ok := e.(*ast.Name); ok {
		return variable(name.Sym)
	}
	return m.Source.Text[e.Range().Start:e.Range().End]
}

func variable(sym int32) string { return "variable " + strconv.Itoa(int(sym)) }
