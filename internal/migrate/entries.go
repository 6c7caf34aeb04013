package migrate

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
)

// Entries are the modules with which a process starts.
func Entries(ip *infer.Program) map[*infer.Module]bool {
	imported := map[*infer.Module]bool{}
	for _, m := range ip.Modules {
		for _, t := range ip.ImportsOf(m) {
			if t != m {
				imported[t] = true
			}
		}
	}
	out := map[*infer.Module]bool{}
	for _, m := range ip.Modules {
		if isEntry(ip, m, imported[m]) {
			out[m] = true
		}
	}
	return out
}

// isEntry reports whether a module is where a process starts: it is run as a
// script, or nothing imports it and it does something.
func isEntry(ip *infer.Program, m *infer.Module, imported bool) bool {
	guard := program.MainGuard(m.AST)
	if guard != nil && runsTests(ip, m, guard) {
		return false
	}
	if guard != nil || m.Script || strings.HasSuffix(m.Name, "__main__") {
		return true
	}
	for _, s := range ip.ConsoleScripts() {
		if s.Module == m.Name {
			return true
		}
	}
	if imported || m.IsPackage || ip.MayBeImported(m) || strings.HasPrefix(m.Path, "setup.py") {
		return false
	}
	for _, s := range m.AST.Body {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if _, ok := s.Value.(*ast.Call); ok {
				return true
			}
		case *ast.For, *ast.While, *ast.With:
			return true
		}
	}
	return false
}

// testRunners start the tests of the module that calls them.
var testRunners = map[string]bool{
	"unittest.main": true, "unittest.main.main": true, "unittest.TestProgram": true,
	"pytest.main": true, "nose.main": true, "nose.runmodule": true, "testtools.main": true, "absltest.main": true,
}

// runsTests reports whether a main guard does nothing but run the module's
// tests, `if __name__ == "__main__": unittest.main()`. Such a module is one of
// many that a test runner imports into one process; choosing the hub in the
// middle of that would take it away from the tests before.
func runsTests(ip *infer.Program, m *infer.Module, guard *ast.If) bool {
	for _, s := range guard.Body {
		e, ok := s.(*ast.ExprStmt)
		if !ok {
			return false
		}
		call, ok := e.Value.(*ast.Call)
		if !ok {
			return false
		}
		name, _, _ := ip.StaticName(m, call.Func)
		if name == "sys.exit" && len(call.Args) == 1 { // sys.exit(pytest.main())
			if inner, ok := call.Args[0].(*ast.Call); ok {
				name, _, _ = ip.StaticName(m, inner.Func)
			}
		}
		if !testRunners[name] {
			return false
		}
	}
	return true
}

// IsTest reports whether a module is one of tests, by its name: tests.test_app,
// app.tests.base, conftest.
func IsTest(module string) bool {
	return slices.ContainsFunc(strings.Split(module, "."), func(part string) bool {
		return part == "test" || part == "tests" || part == "conftest" || strings.HasPrefix(part, "test_") || strings.HasSuffix(part, "_test")
	})
}
