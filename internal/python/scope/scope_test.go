package scope

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/pythontest"
	"github.com/offlet/offlet/internal/python/source"
)

func analyze(t testing.TB, text string) (*parser.File, *Info, error) {
	t.Helper()
	f, err := source.New("test.py", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.Parse(f, parser.Options{})
	if err != nil {
		t.Fatal(err)
	}
	info, err := Analyze(file.Module)
	return file, info, err
}

// denotes lists the names of a module in the order of the text, each with the
// scope of the symbol that it denotes: "x:module", "x:f", "x:?" for none.
func denotes(file *parser.File, info *Info) string {
	type place struct {
		off int32
		s   string
	}
	var places []place
	add := func(off int32, name string, sym int32) {
		where := "?"
		if sym >= 0 {
			s := &info.Scopes[info.Symbols[sym].Scope]
			switch n := s.Node.(type) {
			case *ast.FunctionDef:
				where = n.Name.Name
			case *ast.ClassDef:
				where = n.Name.Name
			default:
				where = s.Kind.String()
			}
			if s.Kind == TypeParams {
				where = "[" + where + "]"
			}
			if info.Symbols[sym].Flags&Implicit != 0 {
				where = "implicit"
			}
		}
		places = append(places, place{off, name + ":" + where})
	}
	ident := func(id *ast.Ident) {
		if id != nil {
			add(id.Start, id.Name, id.Sym)
		}
	}
	ast.Inspect(file.Module, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			add(n.Start, n.Id, n.Sym)
		case *ast.FunctionDef:
			ident(&n.Name)
		case *ast.ClassDef:
			ident(&n.Name)
		case *ast.Arg:
			ident(&n.Name)
		case *ast.Alias:
			ident(&n.Name)
			ident(n.AsName)
		case *ast.ExceptHandler:
			ident(n.Name)
		case *ast.Global:
			for _, id := range n.Names {
				ident(id)
			}
		case *ast.Nonlocal:
			for _, id := range n.Names {
				ident(id)
			}
		case *ast.MatchAs:
			ident(n.Name)
		case *ast.TypeParam:
			ident(&n.Name)
		}
		return true
	})
	for i := range places { // insertion sort: stable, and the list is short
		for j := i; j > 0 && places[j].off < places[j-1].off; j-- {
			places[j], places[j-1] = places[j-1], places[j]
		}
	}
	var out []string
	for _, p := range places {
		out = append(out, p.s)
	}
	return strings.Join(out, " ")
}

func TestDenotes(t *testing.T) {
	tests := []struct{ text, want string }{
		{"x = 1\ndef f(): return x", "x:module f:module x:module"},
		{"def f():\n  x = 1\n  def g(): return x", "f:module x:f g:f x:f"},
		{"def f():\n  def g(): return x\n  x = 1", "f:module g:f x:f x:f"},
		{"def f(): return print", "f:module print:implicit"},
		{"class C:\n  x = 1\n  def f(self): return x", "C:module x:C f:C self:f x:implicit"},
		{"def f():\n  x = 1\n  class C:\n    x = x\n    def g(self): x", "f:module x:f C:f x:C x:C g:C self:g x:f"},
		{"def f():\n  global x\n  x = 1\ndef g(): x", "f:module x:module x:module g:module x:module"},
		{"def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2", "f:module x:f g:f x:f x:f"},
		{"[x for x in x]", "x:comprehension x:comprehension x:implicit"},
		{"def f(a):\n  return [y := a for b in a], y", "f:module a:f y:f a:f b:comprehension a:f y:f"},
		{"[y := 1 for b in c]\ny", "y:module b:comprehension c:implicit y:module"},
		{"import a.b, c.d as e\nfrom f import g as h, i", "a.b:module c.d:? e:module g:? h:module i:module"},
		{"try: pass\nexcept E as e: e", "E:implicit e:module e:module"},
		{"class C:\n  def f(self): return __class__", "C:module f:C self:f __class__:C"},
		{"def f[T](x: T): return T", "f:module T:[f] x:f T:[f] T:[f]"},
		{"class C:\n  T = 1\n  def f[U: T](self): return T", "C:module T:C f:C U:[f] T:C self:f T:implicit"},
		{"match x:\n  case {'a': b}: b", "x:implicit b:module b:module"},
		{"x: int\ndel y", "x:module int:implicit y:module"},
		{"lambda a, b=c: a + b", "a:lambda b:lambda c:implicit a:lambda b:lambda"},
		{"from __future__ import annotations\ndef f(x: g): pass\ng = 1", "annotations:module f:module x:f g:module g:module"},
	}
	for _, test := range tests {
		file, info, err := analyze(t, test.text)
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		if got := denotes(file, info); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestFlags(t *testing.T) {
	file, info, err := analyze(t, `import os
from m import *
async def f(a, *b, **c):
    for x in a:
        await x
    def g():
        nonlocal a
        a = yield
        return a
    return [await y async for y in b], (await z for z in b)
class C:
    def h(self):
        super().h()
`)
	if err != nil {
		t.Fatal(err)
	}
	scope := func(n ast.Node) *Scope {
		s := info.Of(n)
		if s == nil || s.Node != n {
			t.Fatalf("no scope of %T", n)
		}
		return s
	}
	module := scope(file.Module)
	if module.Flags != ImportStar || module.Parent != -1 || info.Index(module) != 0 {
		t.Errorf("module: %+v", module)
	}
	f := file.Module.Body[2].(*ast.FunctionDef)
	if s := scope(f); s.Flags != Async|HasAwait|HasReturnValue|VarArgs|VarKeywords {
		t.Errorf("f: flags %b", s.Flags)
	}
	g := f.Body[1].(*ast.FunctionDef)
	if s := scope(g); s.Flags != HasYield|HasReturnValue || &info.Scopes[s.Parent] != scope(f) {
		t.Errorf("g: %+v", s)
	}
	ret := f.Body[2].(*ast.Return).Value.(*ast.Tuple)
	if s := scope(ret.Elts[1]); s.Flags != Generator|HasAwait {
		t.Errorf("generator expression: flags %b", s.Flags)
	}
	sym := info.Lookup(scope(f), "a")
	if s := info.Symbols[sym]; s.Flags&(Param|Captured|Rebound|Assigned) != Param|Captured|Rebound|Assigned {
		t.Errorf("a: flags %b", s.Flags)
	}
	if s := info.Symbols[info.Lookup(module, "os")]; s.Flags != Imported {
		t.Errorf("os: flags %b", s.Flags)
	}
	h := file.Module.Body[3].(*ast.ClassDef).Body[0].(*ast.FunctionDef)
	if s := scope(h); s.Flags != UsesClassCell || s.Private != "C" || info.Scopes[s.Class].Node != file.Module.Body[3] {
		t.Errorf("h: %+v", s)
	}
	if info.Lookup(module, "nope") != -1 || info.Of(f.Args) != nil {
		t.Error("something was found that is not there")
	}
	for i := range info.Scopes {
		s := &info.Scopes[i]
		for j := range info.SymbolsOf(s) {
			if got := info.SymbolsOf(s)[j].Scope; got != int32(i) {
				t.Errorf("symbol of scope %d says scope %d", i, got)
			}
		}
	}
}

func TestMangle(t *testing.T) {
	tests := []struct{ class, name, want string }{
		{"C", "__x", "_C__x"},
		{"_C", "__x", "_C__x"},
		{"__C_", "__x", "_C___x"},
		{"C", "__x__", "__x__"},
		{"C", "__x_", "_C__x_"},
		{"C", "_x", "_x"},
		{"C", "__", "__"},
		{"C", "___", "___"},
		{"C", "___x", "_C___x"},
		{"C", "__x.y", "__x.y"},
		{"___", "__x", "__x"},
		{"", "__x", "__x"},
	}
	for _, test := range tests {
		if got := Mangle(test.class, test.name); got != test.want {
			t.Errorf("Mangle(%q, %q) = %q, want %q", test.class, test.name, got, test.want)
		}
	}
}

// TestErrorPlace checks that an error says where, and comes with the rest of
// the analysis.
func TestErrorPlace(t *testing.T) {
	file, info, err := analyze(t, "def f():\n    x = 1\n    global x\n    y\n")
	e, ok := err.(*Error)
	if !ok || e.Error() != "name 'x' is assigned to before global declaration" || file.Text(e.Span) != "x" || e.Span.Start != 30 {
		t.Fatalf("got %v", err)
	}
	if got := denotes(file, info); !strings.HasSuffix(got, "y:implicit") {
		t.Errorf("got %s", got)
	}
}

// checkInfo returns what is wrong with an analysis of m: indices out of range,
// names without symbols.
func checkInfo(m *ast.Module, info *Info) error {
	var problem error
	check := func(what string, sym int32, name string) {
		switch {
		case problem != nil:
		case sym < 0 || int(sym) >= len(info.Symbols):
			problem = fmt.Errorf("%s %s has the symbol %d of %d", what, name, sym, len(info.Symbols))
		case !strings.HasSuffix(info.Symbols[sym].Name, name):
			problem = fmt.Errorf("%s %s has the symbol %s", what, name, info.Symbols[sym].Name)
		}
	}
	ast.Inspect(m, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Name:
			check("name", n.Sym, n.Id)
		case *ast.FunctionDef:
			check("function", n.Name.Sym, n.Name.Name)
		case *ast.ClassDef:
			check("class", n.Name.Sym, n.Name.Name)
		case *ast.Arg:
			check("parameter", n.Name.Sym, n.Name.Name)
		}
		return true
	})
	for i, s := range info.Scopes {
		if int(s.Parent) >= i || s.SymStart > s.SymEnd || int(s.SymEnd) > len(info.Symbols) || s.RefStart > s.RefEnd || int(s.RefEnd) > len(info.Refs) {
			return fmt.Errorf("scope %d: %+v", i, s)
		}
	}
	for _, r := range info.Refs {
		check("reference", r.Sym, r.Name)
	}
	return problem
}

// FuzzScope analyses any program. The analysis must not panic, and what it
// makes must pass checkInfo.
func FuzzScope(f *testing.F) {
	for _, s := range tricky {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src, err := source.New("fuzz.py", []byte(text))
		if err != nil {
			return
		}
		file, err := parser.Parse(src, parser.Options{})
		if err != nil {
			return
		}
		info, _ := Analyze(file.Module)
		if err := checkInfo(file.Module, info); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkAnalyze analyses the standard library, parsed before.
func BenchmarkAnalyze(b *testing.B) {
	name := os.Getenv("OFFLET_PYTHON")
	if name == "" {
		name = "python3"
	}
	if _, err := exec.LookPath(name); err != nil {
		b.Skipf("BenchmarkAnalyze needs Python: %v", err)
	}
	py := pythontest.Find(b, parser.Oldest, parser.Newest)
	var modules []*ast.Module
	var size int64
	for _, path := range pythontest.Files(b, true, py.Stdlib) {
		f, err := source.Load(path)
		if err != nil {
			continue
		}
		file, err := parser.Parse(f, parser.Options{Version: py.Minor})
		if err != nil {
			continue
		}
		modules = append(modules, file.Module)
		size += int64(len(f.Bytes))
	}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, m := range modules {
			if _, err := Analyze(m); err != nil && !strings.Contains(err.Error(), "future") && err.Error() != "not a chance" {
				b.Fatal(err)
			}
		}
	}
}
