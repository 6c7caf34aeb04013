package parser

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/source"
)

func parse(t *testing.T, text string, minor int) *File {
	t.Helper()
	f, err := source.New("test.py", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	file, err := Parse(f, Options{Version: minor})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := checkFile(file); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return file
}

// TestGolden compares the dumps of testdata/trees/*.py with the files beside
// them. With OFFLET_UPDATE=1 it writes them. They are what CPython dumps where
// CPython knows the syntax (TestCPythonTrees compares far more), and what PEP
// 750, 758 and 696 say where the Python at hand does not.
func TestGolden(t *testing.T) {
	paths, err := filepath.Glob("testdata/trees/*.py")
	if err != nil || len(paths) == 0 {
		t.Fatal("no test files", err)
	}
	for _, path := range paths {
		f, err := source.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := Parse(f, Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		if err := checkFile(file); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		got := strings.ReplaceAll(string(dumpTree(f, file.Module, Newest)), "\x00", "␀")
		golden := strings.TrimSuffix(path, ".py") + ".golden"
		if os.Getenv("OFFLET_UPDATE") == "1" {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: %s", path, strings.ReplaceAll(diffStrings(string(want), got), "CPython", "golden"))
		}
	}
}

// TestVersions checks from which version on a syntax is accepted, beyond what
// TestTricky can ask the Python at hand.
func TestVersions(t *testing.T) {
	tests := []struct {
		text  string
		since int // the first minor version that accepts it
	}{
		{"match x:\n  case 1: pass\n", 10},
		{"with (a as b, c as d): pass\n", 10},
		{"try: pass\nexcept* E: pass\n", 11},
		{"x[*a]\n", 11},
		{"def f(*args: *Ts): pass\n", 11},
		{"type X = int\n", 12},
		{"def f[T](): pass\n", 12},
		{"class C[T, *Ts, **P]: pass\n", 12},
		{"f'{x['a']}'\n", 12},
		{"f'{'\\n'.join(x)}'\n", 12},
		{"f'{x # comment\n}'\n", 12},
		{"def f[T = int](): pass\n", 13},
		{"type X[*Ts = *tuple[int]] = int\n", 13},
		{"try: pass\nexcept A, B: pass\n", 14},
		{"try: pass\nexcept* A, B: pass\n", 14},
		{"t'{x}'\n", 14},
		{"rt'{x!r:>{w}}' t'y'\n", 14},
		{"match x:\n  case +1: pass\n", 99},
		{"[*x for x in y]\n", 99},
		{"{**x for x in y}\n", 99},
		{"print 'x'\n", 99},
		{"t'a' 'b'\n", 99},
		{"'a' t'b'\n", 99},
		{"t'a' f'b'\n", 99},
		{"tb'a'\n", 99},
		{"try: pass\nexcept A, B as c: pass\n", 99},
		{"lazy import x\n", 99},
	}
	for _, test := range tests {
		f, err := source.New("test.py", []byte(test.text))
		if err != nil {
			t.Fatal(err)
		}
		for minor := Oldest; minor <= Newest; minor++ {
			_, err := Parse(f, Options{Version: minor})
			if (err == nil) != (minor >= test.since) {
				t.Errorf("3.%d: %q: %v", minor, test.text, err)
			}
		}
	}
}

// TestExtraSpans checks the places that CPython does not record.
func TestExtraSpans(t *testing.T) {
	file := parse(t, "@a\n@b.c\nasync def f(x, *y: int) -> z: pass\nimport a . b as c\nfrom ..m.n import (k as l)\nwith (q as r): pass\ng(h)(1, k=v)\nclass C: pass\n", 0)
	text := func(s ast.Span) string { return file.Source.Text[s.Start:s.End] }
	want := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	body := file.Module.Body
	def := body[0].(*ast.FunctionDef)
	want("def name", text(def.Name.Span), "f")
	want("def", text(def.Span)[:9], "async def")
	want("first decorator", file.Source.Text[def.DecoratorsStart:def.DecoratorsStart+2], "@a")
	want("arguments", text(def.Args.Span), "x, *y: int")
	imp := body[1].(*ast.Import).Names[0]
	want("dotted name", imp.Name.Name, "a.b")
	want("dotted name", text(imp.Name.Span), "a . b")
	want("as name", text(imp.AsName.Span), "c")
	from := body[2].(*ast.ImportFrom)
	want("module", text(from.Module.Span), "m.n")
	if from.Level != 2 || !from.Parens {
		t.Errorf("level %d, parens %v", from.Level, from.Parens)
	}
	with := body[3].(*ast.With)
	want("with item", text(with.Items[0].Span), "q as r")
	if !with.Parens {
		t.Error("the with statement has no parentheses")
	}
	call := body[4].(*ast.ExprStmt).Value.(*ast.Call)
	if call.Lparen != call.Func.Range().End {
		t.Errorf("parenthesis at %d", call.Lparen)
	}
	want("keyword", text(call.Keywords[0].Name.Span), "k")
	class := body[5].(*ast.ClassDef)
	if class.DecoratorsStart != class.Start {
		t.Errorf("decorators at %d, class at %d", class.DecoratorsStart, class.Start)
	}
}

// TestTokens checks what a file says of its text.
func TestTokens(t *testing.T) {
	file := parse(t, "# one\nx = f( # two\n  y)  # three\nz\n", 0)
	var kinds []string
	for _, tok := range file.Tokens() {
		kinds = append(kinds, tok.Kind.String())
	}
	want := "name = name ( name ) newline name newline end of file"
	if got := strings.Join(kinds, " "); got != want {
		t.Errorf("tokens %q, want %q", got, want)
	}
	x := file.Module.Body[0]
	if got := file.Text(x); got != "x = f( # two\n  y)" {
		t.Errorf("text %q", got)
	}
}

// TestNodeKinds checks that the golden trees and the hand-made texts have
// every kind of node, so that nothing goes untested.
func TestNodeKinds(t *testing.T) {
	seen := make(map[string]bool)
	collect := func(m *ast.Module) {
		ast.Inspect(m, func(n ast.Node) bool {
			seen[reflect.TypeOf(n).Elem().Name()] = true
			return true
		})
	}
	for _, text := range tricky {
		if f, err := source.New("test.py", []byte(text)); err == nil {
			if file, err := Parse(f, Options{}); err == nil {
				collect(file.Module)
			}
		}
	}
	for _, name := range strings.Fields(`Module FunctionDef ClassDef Return Delete Assign TypeAlias AugAssign AnnAssign For
		While If With WithItem Match MatchCase Raise Try ExceptHandler Assert Import ImportFrom Alias Global Nonlocal
		ExprStmt Pass Break Continue BoolOp NamedExpr BinOp UnaryOp Lambda IfExp Dict Set ListComp SetComp DictComp
		GeneratorExp Comprehension Await Yield YieldFrom Compare Call Keyword JoinedStr TemplateStr FormattedValue
		Constant Attribute Subscript Starred Name List Tuple Slice Arguments Arg TypeParam MatchValue MatchSingleton
		MatchSequence MatchMapping MatchClass MatchStar MatchAs MatchOr`) {
		if !seen[name] {
			t.Errorf("no %s was parsed", name)
		}
	}
}

// TestChildren checks that ast.Children visits exactly the nodes that the
// fields of a node hold.
func TestChildren(t *testing.T) {
	nodeType := reflect.TypeFor[ast.Node]()
	fields := func(n ast.Node) map[any]bool {
		held := make(map[any]bool)
		add := func(v reflect.Value) {
			switch v.Kind() {
			case reflect.Interface, reflect.Pointer:
				if !v.IsNil() && v.Type().Implements(nodeType) {
					if _, ident := v.Interface().(*ast.Ident); !ident {
						held[v.Interface()] = true
					}
				}
			}
		}
		v := reflect.ValueOf(n).Elem()
		for i := range v.NumField() {
			f := v.Field(i)
			if f.Kind() == reflect.Slice {
				for j := range f.Len() {
					add(f.Index(j))
				}
				continue
			}
			add(f)
		}
		return held
	}
	for _, text := range tricky {
		f, err := source.New("test.py", []byte(text))
		if err != nil {
			continue
		}
		file, err := Parse(f, Options{})
		if err != nil {
			continue
		}
		ast.Inspect(file.Module, func(n ast.Node) bool {
			held := fields(n)
			ast.Children(n, func(c ast.Node) {
				if !held[c] {
					t.Errorf("%q: %T visits a %T that it does not hold, or twice", text, n, c)
				}
				delete(held, c)
			})
			for c := range held {
				t.Errorf("%q: %T does not visit its %T", text, n, c)
			}
			return true
		})
	}
}
