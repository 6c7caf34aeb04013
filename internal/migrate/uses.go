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

// Takes reports whether a module takes names from the copy of the runtime in a
// directory, and whether it takes any from a copy at all: a script may use that of a
// package beside it.
//
//	from shop._offlet import aio
func Takes(m *infer.Module, dir string) (it, some bool) {
	at := strings.ReplaceAll(dir, "/", ".")
	ast.Statements(m.AST.Body, func(s ast.Stmt) bool {
		from, ok := s.(*ast.ImportFrom)
		if !ok {
			return true
		}
		name := ""
		if from.Module != nil {
			name = from.Module.Name
		}
		abs, ok := infer.Absolute(m, from.Level, name)
		if !ok {
			return true
		}
		copies := []string{abs}
		for _, a := range from.Names {
			copies = append(copies, abs+"."+a.Name.Name)
		}
		for _, c := range copies {
			before, _, ok := strings.Cut(c+".", "_offlet.")
			if !ok || before != "" && !strings.HasSuffix(before, ".") {
				continue
			}
			some = true
			if c := before + "_offlet"; c == at || strings.HasSuffix(at, "."+c) {
				it = true
			}
		}
		return true
	})
	return it, some
}
