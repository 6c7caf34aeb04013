package migrate

import (
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// RuntimeUses finds which names of offlet.aio the modules of a program that are
// of interest refer to, and whether they use the bridge.
func RuntimeUses(p *infer.Program, of func(*infer.Module) bool) (aio map[string]bool, bridge bool) {
	aio = map[string]bool{}
	note := func(name string) {
		if rest, ok := strings.CutPrefix(name, "offlet.aio."); ok {
			rest, _, _ = strings.Cut(rest, ".")
			aio[rest] = true
		}
		if strings.HasPrefix(name, "offlet.bridge") {
			bridge = true
		}
	}
	for _, m := range p.Modules {
		if !of(m) {
			continue
		}
		ast.Inspect(m.AST, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Attribute, *ast.Name:
				if name, _, cls := p.StaticName(m, n.(ast.Expr)); cls < 0 && strings.HasPrefix(name, "offlet.") {
					note(name)
				}
			case *ast.Alias:
				id := &n.Name
				if n.AsName != nil {
					id = n.AsName
				}
				if id.Sym >= 0 {
					if name, _, cls := p.StaticName(m, &ast.Name{Span: id.Span, Binding: id.Binding, Id: id.Name}); cls < 0 {
						note(name)
					}
				}
			}
			return true
		})
	}
	return aio, bridge
}
