package program

import (
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// classReads binds what the body of a class reads before it gives the name a
// value of its own to the module's variable, which Python then takes:
//
//	class Client:
//	    Timeout = Timeout
//
// For the symbol table both are the variable of the class.
func classReads(m *ast.Module, info *scope.Info) {
	for i := range info.Scopes {
		s := &info.Scopes[i]
		class, ok := s.Node.(*ast.ClassDef)
		if !ok || s.Kind != scope.Class {
			continue
		}
		given := map[int32]bool{} // its own variables that may have a value by now
		own := func(sym int32) bool { return sym >= s.SymStart && sym < s.SymEnd }
		for _, stmt := range class.Body {
			switch stmt.(type) {
			case *ast.For, *ast.While, *ast.If, *ast.Try, *ast.With, *ast.Match:
				binds(stmt, given) // which of their statements run, and in which order, is not known
			}
			inspectOwn(stmt, func(n ast.Node) {
				name, ok := n.(*ast.Name)
				if ok && name.Ctx == ast.Load && own(name.Sym) && !given[name.Sym] {
					if outer := info.Lookup(&info.Scopes[0], info.Symbols[name.Sym].Name); outer >= 0 {
						name.Sym = outer
					}
				}
			})
			binds(stmt, given)
		}
	}
}

// inspectOwn visits what is below a statement of a class, but for the bodies of its
// functions, which do not see the variables of the class.
func inspectOwn(n ast.Node, visit func(ast.Node)) {
	visit(n)
	_, def := n.(*ast.FunctionDef)
	ast.Children(n, func(c ast.Node) {
		if _, body := c.(ast.Stmt); !def || !body {
			inspectOwn(c, visit)
		}
	})
}

// binds adds what a statement may give a value.
func binds(stmt ast.Stmt, given map[int32]bool) {
	inspectOwn(stmt, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Name:
			if n.Ctx != ast.Load {
				given[n.Sym] = true
			}
		case *ast.FunctionDef:
			given[n.Name.Sym] = true
		case *ast.ClassDef:
			given[n.Name.Sym] = true
		case *ast.Alias:
			given[n.Name.Sym] = true
			if n.AsName != nil {
				given[n.AsName.Sym] = true
			}
		case *ast.ExceptHandler:
			if n.Name != nil {
				given[n.Name.Sym] = true
			}
		case *ast.MatchAs:
			if n.Name != nil {
				given[n.Name.Sym] = true
			}
		case *ast.MatchStar:
			if n.Name != nil {
				given[n.Name.Sym] = true
			}
		case *ast.MatchMapping:
			if n.Rest != nil {
				given[n.Rest.Sym] = true
			}
		}
	})
}
