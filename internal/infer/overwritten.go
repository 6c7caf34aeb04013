package infer

import "github.com/offlet/offlet/internal/python/ast"

// overwritten lists the names of imports that never have a reader, since the
// imports right after them, in the body of the module, give the same name to
// something else:
//
//	from eventlet.green.urllib.request import urlopen
//	from urllib.request import urlopen
//
// Only imports that follow each other count: nothing reads a name between them.
func overwritten(m *Module) map[*ast.Alias]bool {
	dead := map[*ast.Alias]bool{}
	last := map[int32]*ast.Alias{} // by symbol, of the imports in a row
	bind := func(sym int32, a *ast.Alias) {
		if before := last[sym]; before != nil {
			dead[before] = true
		}
		last[sym] = a
	}
	for _, s := range m.AST.Body {
		switch s := s.(type) {
		case *ast.Import:
			for _, a := range s.Names {
				if a.AsName != nil {
					bind(a.AsName.Sym, a)
				} else {
					// import a.b and import a.c both give a, with the other's part
					last[a.Name.Sym] = nil
				}
			}
		case *ast.ImportFrom:
			for _, a := range s.Names {
				switch {
				case a.Name.Name == "*":
				case a.AsName != nil:
					bind(a.AsName.Sym, a)
				default:
					bind(a.Name.Sym, a)
				}
			}
		default:
			clear(last)
		}
	}
	return dead
}

func (g *gen) overwritten(a *ast.Alias) bool {
	if g.in || g.fn.ID != g.m.Body {
		return false
	}
	if g.dead == nil {
		g.dead = overwritten(g.m)
	}
	return g.dead[a]
}
