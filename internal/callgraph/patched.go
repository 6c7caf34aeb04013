package callgraph

import (
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// MonkeyPatches lists the calls of monkey_patch in a program.
func MonkeyPatches(p *infer.Program) []*infer.Call {
	var out []*infer.Call
	for _, c := range p.CallsTo("eventlet.patcher.monkey_patch") {
		if _, ok := c.Expr.(*ast.Call); ok && c.Mode == infer.Direct && c.Op == infer.OpCall {
			out = append(out, c)
		}
	}
	return out
}

// Patched are the groups that the program's monkey_patch calls may patch: the
// union over all of them, with every argument whose value is not a literal
// taken to be on.
func Patched(p *infer.Program) catalog.Groups {
	out := catalog.Groups{}
	for _, c := range MonkeyPatches(p) {
		for _, g := range patchedBy(c.Expr.(*ast.Call)) {
			out[g] = true
		}
	}
	return out
}

// patchedBy follows eventlet.patcher.monkey_patch: without keywords, or with
// none of them True, everything that is not named is on; `all` overrides that.
func patchedBy(call *ast.Call) []string {
	on := map[string]bool{}
	all, anyTrue, unknown := -1, false, false
	for _, k := range call.Keywords {
		if k.Name == nil {
			unknown = true // **options
			continue
		}
		value := 2 // unknown
		if c, ok := k.Value.(*ast.Constant); ok {
			switch c.Kind {
			case ast.True:
				value = 1
			case ast.False, ast.None:
				value = 0
			case ast.Int:
				value = 1
				if c.Text == "0" {
					value = 0
				}
			}
		}
		if k.Name.Name == "all" {
			all = value
			continue
		}
		on[k.Name.Name] = value != 0
		anyTrue = anyTrue || value == 1
	}
	rest := !anyTrue
	if all >= 0 {
		rest = all != 0
	}
	var out []string
	for _, g := range catalog.AllGroups {
		if v, named := on[g]; named && v || !named && (rest || unknown) {
			out = append(out, g)
		}
	}
	for _, g := range catalog.NamedGroups {
		if on[g] || unknown {
			out = append(out, g)
		}
	}
	return out
}
