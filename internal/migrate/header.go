package migrate

import (
	"strings"

	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// Imported maps the dotted names of external modules that the module's own
// top-level imports bind to the names that they have in the file.
func Imported(m *infer.Module, p *infer.Program) map[string]string {
	out := map[string]string{}
	for _, s := range m.AST.Body {
		switch s := s.(type) {
		case *ast.Import:
			for _, a := range s.Names {
				if a.AsName != nil {
					out[a.Name.Name] = a.AsName.Name
				} else {
					out[a.Name.Name] = a.Name.Name
				}
			}
		case *ast.ImportFrom:
			for _, a := range s.Names {
				id := &a.Name
				if a.AsName != nil {
					id = a.AsName
				}
				if id.Sym < 0 {
					continue
				}
				name := &ast.Name{Span: id.Span, Binding: id.Binding, Id: id.Name}
				if dotted, _, cls := p.StaticName(m, name); cls < 0 && dotted != "" {
					out[dotted] = id.Name
				}
			}
		}
	}
	return out
}

// isDocstring reports whether a statement is a string that stands alone.
func isDocstring(s ast.Stmt) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := e.Value.(*ast.Constant)
	return ok && c.Kind == ast.Str
}

// isFuture reports whether a statement is a `from __future__ import`.
func isFuture(s ast.Stmt) bool {
	f, ok := s.(*ast.ImportFrom)
	return ok && f.Level == 0 && f.Module != nil && f.Module.Name == "__future__"
}

// Top is the offset of the first statement of a module before which something
// may be put: after the docstring and the __future__ imports. ok is false if
// there is no such statement.
func Top(m *infer.Module) (at int32, ok bool) {
	for i, s := range m.AST.Body {
		if i == 0 && isDocstring(s) || isFuture(s) {
			continue
		}
		return stmtStart(s), true
	}
	return 0, false
}

// stmtStart is where a statement starts, its decorators included.
func stmtStart(s ast.Stmt) int32 {
	switch s := s.(type) {
	case *ast.FunctionDef:
		return s.DecoratorsStart
	case *ast.ClassDef:
		return s.DecoratorsStart
	}
	return s.Range().Start
}

// ImportPlace is the offset at which new imports go: after the first run of
// imports at the top and the set-up statements among them (monkey_patch,
// use_hub, sys.path, os.environ). after says that it is the end of a
// statement, and not the start of one. gone are statements that go away.
func ImportPlace(m *infer.Module, p *infer.Program, gone map[ast.Stmt]bool) (at int32, after bool) {
	n := 0
	for i, s := range m.AST.Body {
		if !(i == 0 && isDocstring(s)) && !header(m, p, s) {
			break
		}
		n++
	}
	// what follows on the last one's line may use the new names already
	for n > 0 && n < len(m.AST.Body) && !strings.ContainsAny(m.Source.Text[m.AST.Body[n-1].Range().End:m.AST.Body[n].Range().Start], "\r\n") {
		n--
	}
	for n > 0 && gone[m.AST.Body[n-1]] {
		n--
	}
	if n > 0 {
		return m.AST.Body[n-1].Range().End, true
	}
	for _, s := range m.AST.Body {
		if !gone[s] {
			return aboveComment(m.Source.Text, stmtStart(s)), false
		}
	}
	return int32(len(m.Source.Text)), false
}

// aboveComment is where the comment starts that stands right above a statement,
// with a blank line above it: it speaks of the statement, and not of the file.
// Without such a comment it is the start of the statement.
func aboveComment(text string, at int32) int32 {
	start := at
	for start > 0 {
		line := strings.LastIndexByte(text[:start-1], '\n') + 1
		if !strings.HasPrefix(text[line:start], "#") {
			if strings.TrimSpace(text[line:start]) == "" && start < at {
				return start
			}
			break
		}
		start = int32(line)
	}
	return at
}

// IsDefinition reports whether a function or a class is defined at an offset of
// the module, or a comment above one is there: two blank lines go before it.
func IsDefinition(m *infer.Module, at int32) bool {
	for _, s := range m.AST.Body {
		switch s.(type) {
		case *ast.FunctionDef, *ast.ClassDef:
			if start := stmtStart(s); start == at || aboveComment(m.Source.Text, start) == at {
				return true
			}
		}
	}
	return false
}

// header reports whether a statement belongs to the imports at the top.
func header(m *infer.Module, p *infer.Program, s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.Import, *ast.ImportFrom:
		return true
	case *ast.Try: // try: import x except ImportError: …
		return len(s.Body) > 0 && allImports(s.Body)
	case *ast.If: // if TYPE_CHECKING:
		return allImports(s.Body) && allImports(s.Orelse) || SetUp(m, p, s)
	case *ast.ExprStmt:
		return SetUp(m, p, s)
	case *ast.Assign: // os.environ["EVENTLET_NO_GREENDNS"] = "yes"
		if len(s.Targets) == 1 {
			if sub, ok := s.Targets[0].(*ast.Subscript); ok {
				n, _, _ := p.StaticName(m, sub.Value)
				return n == "os.environ"
			}
		}
	}
	return false
}

func allImports(body []ast.Stmt) bool {
	for _, s := range body {
		switch s.(type) {
		case *ast.Import, *ast.ImportFrom, *ast.Pass:
		default:
			return false
		}
	}
	return true
}

// SetUp reports whether a statement belongs before the program's own imports:
// patching, choosing the hub, changing the path or the environment.
func SetUp(m *infer.Module, p *infer.Program, s ast.Stmt) bool {
	e, ok := s.(*ast.ExprStmt)
	if !ok {
		return HubGuard(m, p, s)
	}
	call, ok := e.Value.(*ast.Call)
	if !ok {
		return false
	}
	name, _, _ := p.StaticName(m, call.Func)
	switch name {
	case "eventlet.patcher.monkey_patch", "eventlet.hubs.use_hub", "sys.path.insert", "sys.path.append",
		"os.environ.setdefault", "os.putenv", "warnings.filterwarnings", "warnings.simplefilter", "gettext.install":
		return true
	}
	return false
}

// HubGuard reports whether a statement chooses the asyncio hub unless it is
// chosen, as the first step writes it:
//
//	if not isinstance(eventlet.hubs.get_hub(), eventlet.hubs.asyncio.Hub):
//	    eventlet.hubs.use_hub("eventlet.hubs.asyncio")
func HubGuard(m *infer.Module, p *infer.Program, s ast.Stmt) bool {
	guard, ok := s.(*ast.If)
	if !ok || len(guard.Body) != 1 || len(guard.Orelse) > 0 {
		return false
	}
	not, ok := guard.Test.(*ast.UnaryOp)
	if !ok || not.Op != ast.Not {
		return false
	}
	calls := func(e ast.Expr, name string) *ast.Call {
		call, ok := e.(*ast.Call)
		if !ok {
			return nil
		}
		if n, _, _ := p.StaticName(m, call.Func); n != name {
			return nil
		}
		return call
	}
	asks, ok := not.Operand.(*ast.Call)
	if !ok || len(asks.Args) != 2 || calls(asks.Args[0], "eventlet.hubs.get_hub") == nil {
		return false
	}
	if f, ok := asks.Func.(*ast.Name); !ok || f.Id != "isinstance" {
		return false
	}
	hub, _, _ := p.StaticName(m, asks.Args[1])
	chooses, ok := guard.Body[0].(*ast.ExprStmt)
	return ok && hub == "eventlet.hubs.asyncio.Hub" && calls(chooses.Value, "eventlet.hubs.use_hub") != nil
}

// IsName reports whether a symbol of the module is bound by nothing but
// imports.
func IsImport(m *infer.Module, sym int32) bool {
	return m.Scope.Symbols[sym].Flags&scope.Bound == scope.Imported
}

// Blocks are the statement lists directly inside of a statement.
func Blocks(s ast.Stmt) [][]ast.Stmt {
	switch s := s.(type) {
	case *ast.FunctionDef:
		return [][]ast.Stmt{s.Body}
	case *ast.ClassDef:
		return [][]ast.Stmt{s.Body}
	case *ast.If:
		return [][]ast.Stmt{s.Body, s.Orelse}
	case *ast.For:
		return [][]ast.Stmt{s.Body, s.Orelse}
	case *ast.While:
		return [][]ast.Stmt{s.Body, s.Orelse}
	case *ast.With:
		return [][]ast.Stmt{s.Body}
	case *ast.Try:
		out := [][]ast.Stmt{s.Body, s.Orelse, s.Finalbody}
		for _, h := range s.Handlers {
			out = append(out, h.Body)
		}
		return out
	case *ast.Match:
		var out [][]ast.Stmt
		for _, c := range s.Cases {
			out = append(out, c.Body)
		}
		return out
	}
	return nil
}

// RemoveAliases takes some, not all, of the names out of an import statement.
func RemoveAliases(e *edit.List, names []*ast.Alias, remove map[*ast.Alias]bool) {
	for i := 0; i < len(names); {
		if !remove[names[i]] {
			i++
			continue
		}
		j := i
		for j < len(names) && remove[names[j]] {
			j++
		}
		if j < len(names) { // a, b, c without b: up to the start of c
			e.Delete(names[i].Start, names[j].Start)
		} else { // the last ones: from the end of the one before
			e.Delete(names[i-1].End, names[j-1].End)
		}
		i = j
	}
}
