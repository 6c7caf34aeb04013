package parser

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/source"
	"github.com/offlet/offlet/internal/python/token"
)

// checkFile returns what is wrong with the spans and tokens of a parsed file,
// whatever its text: spans lie within the text and within their parents',
// names are where they say, and between the tokens there is only white space,
// comments and joined lines.
func checkFile(file *File) error {
	text := file.Source.Text
	if err := checkTokens(text, file.Tokens(), file.Comments); err != nil {
		return err
	}
	var problem error
	fail := func(format string, args ...any) {
		if problem == nil {
			problem = fmt.Errorf(format, args...)
		}
	}
	ident := func(parent ast.Span, id *ast.Ident) {
		if id == nil {
			return
		}
		if !parent.Contains(id.Span) || !id.Valid() {
			fail("name %s %v is outside its node %v", id.Name, id.Span, parent)
			return
		}
		got := text[id.Start:id.End]
		if strings.ContainsAny(got, " \t\f\\\r\n#.") || token.Normalize(got) != id.Name {
			if !strings.Contains(id.Name, ".") && id.Name != "*" {
				fail("name %q is %q in the text", id.Name, got)
			}
		}
		if id.Sym != -1 {
			fail("name %s has the symbol %d", id.Name, id.Sym)
		}
	}
	var visit func(n ast.Node, parent ast.Span)
	visit = func(n ast.Node, parent ast.Span) {
		if problem != nil {
			return
		}
		s := n.Range()
		if s.Start < 0 || s.Start > s.End || int(s.End) > len(text) {
			fail("%T: span %v is not in the text of %d bytes", n, s, len(text))
			return
		}
		if !parent.Contains(s) {
			fail("%T: span %v is not in its parent's %v", n, s, parent)
			return
		}
		inner := s
		switch n := n.(type) {
		case *ast.FunctionDef:
			ident(s, &n.Name)
			inner.Start = n.DecoratorsStart
		case *ast.ClassDef:
			ident(s, &n.Name)
			inner.Start = n.DecoratorsStart
		case *ast.Arguments:
		case *ast.Arg:
			ident(s, &n.Name)
		case *ast.Attribute:
			ident(s, &n.Attr)
		case *ast.Keyword:
			ident(s, n.Name)
		case *ast.Alias:
			ident(s, &n.Name)
			ident(s, n.AsName)
		case *ast.ImportFrom:
			ident(s, n.Module)
		case *ast.ExceptHandler:
			ident(s, n.Name)
		case *ast.MatchAs:
			ident(s, n.Name)
		case *ast.MatchStar:
			ident(s, n.Name)
		case *ast.MatchMapping:
			ident(s, n.Rest)
		case *ast.TypeParam:
			ident(s, &n.Name)
		case *ast.Call:
			if text[n.Lparen] != '(' || text[n.End-1] != ')' || n.Lparen < n.Func.Range().End {
				fail("%v: call with the parentheses at %d and %d", s, n.Lparen, n.End-1)
			}
		case *ast.Name:
			if token.Normalize(text[s.Start:s.End]) != n.Id || n.Sym != -1 {
				fail("name %q is %q in the text", n.Id, text[s.Start:s.End])
			}
		}
		if a, ok := n.(*ast.Arguments); ok && a.Start == a.End {
			return
		}
		if !s.Valid() {
			switch n.(type) {
			case *ast.Module, *ast.Constant: // the text of f"{x=}" parts can be empty
			default:
				fail("%T: empty span %v", n, s)
			}
		}
		ast.Children(n, func(c ast.Node) {
			switch n.(type) {
			case *ast.FunctionDef, *ast.ClassDef:
				visit(c, inner)
			default:
				visit(c, s)
			}
		})
	}
	visit(file.Module, ast.Span{Start: 0, End: int32(len(text))})
	return problem
}

func checkTokens(text string, toks, comments []token.Token) error {
	if len(toks) == 0 || toks[len(toks)-1].Kind != token.EndMarker || int(toks[len(toks)-1].End) != len(text) {
		return errors.New("the tokens do not end with an end marker at the end")
	}
	end := int32(0)
	comment := 0
	for i, t := range toks {
		if t.Start < end || t.End < t.Start || int(t.End) > len(text) {
			return fmt.Errorf("token %d: %v after offset %d", i, t, end)
		}
		if t.Kind == token.Error {
			return nil // what follows is not scanned
		}
		gap := end
		for gap < t.Start {
			if comment < len(comments) && comments[comment].Start == gap {
				gap = comments[comment].End
				comment++
				continue
			}
			if !strings.ContainsRune(" \t\f\\\r\n", rune(text[gap])) {
				return fmt.Errorf("token %d: %q before it is not white space", i, text[end:t.Start])
			}
			gap++
		}
		if gap != t.Start {
			return fmt.Errorf("token %d starts at %d in a comment that ends at %d", i, t.Start, gap)
		}
		switch t.Kind {
		case token.Dedent, token.EndMarker, token.Newline:
		default:
			if t.Start == t.End {
				return fmt.Errorf("token %d: %v is empty", i, t)
			}
		}
		if t.Kind > token.Other && t.Kind.String() != text[t.Start:t.End] && text[t.Start:t.End] != "<>" {
			return fmt.Errorf("token %d: %v is %q in the text", i, t.Kind, text[t.Start:t.End])
		}
		end = t.End
	}
	if comment != len(comments) {
		return fmt.Errorf("%d of %d comments lie between tokens", comment, len(comments))
	}
	return nil
}

func checkText(text string, minor int) error {
	f, err := source.New("fuzz.py", []byte(text))
	if err != nil {
		return nil
	}
	list := token.Scan(f.Text, minor)
	if err := checkTokens(f.Text, list.Tokens, list.Comments); err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	file, err := Parse(f, Options{Version: minor})
	if err == nil {
		return checkFile(file)
	}
	var e *Error
	if !errors.As(err, &e) {
		return fmt.Errorf("%T: %v", err, err)
	}
	if e.Line < 1 || e.Col < 1 || e.Msg == "" || e.Span.Start < 0 || e.Span.Start > e.Span.End || int(e.Span.End) > len(f.Text) {
		return fmt.Errorf("bad error: %+v", *e)
	}
	return nil
}

// FuzzParse parses any text as each version. The parser must not panic, and
// what it makes must pass checkFile.
func FuzzParse(f *testing.F) {
	for _, s := range tricky {
		if len(s) < 500 {
			f.Add(s)
		}
	}
	paths, _ := filepath.Glob("testdata/*.py")
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, minor := range []int{10, 12, Newest} {
			if err := checkText(text, minor); err != nil {
				t.Fatalf("3.%d: %v", minor, err)
			}
		}
	})
}

// TestDeep checks that no nesting overflows the stack: it parses or it is an
// error.
func TestDeep(t *testing.T) {
	const n = 200000
	tests := []struct {
		name, text string
		ok         bool
	}{
		{"200 parentheses", strings.Repeat("(", 200) + "x" + strings.Repeat(")", 200), true},
		{"201 parentheses", strings.Repeat("(", 201) + "x" + strings.Repeat(")", 201), false},
		{"open parentheses", strings.Repeat("(", n), false},
		{"open brackets", strings.Repeat("[", n), false},
		{"open braces", strings.Repeat("{", n), false},
		{"calls", strings.Repeat("f(", n), false},
		{"5000 nots", strings.Repeat("not ", 5000) + "x", true},
		{"nots", strings.Repeat("not ", n) + "x", false},
		{"5000 minuses", strings.Repeat("-", 5000) + "x", true},
		{"minuses", strings.Repeat("-", n) + "x", false},
		{"powers", strings.Repeat("x**", n) + "x", false},
		{"lambdas", strings.Repeat("lambda:", n) + "x", false},
		{"ternaries", strings.Repeat("x if x else ", n) + "x", false},
		{"6000 attributes", "x" + strings.Repeat(".a", 6000), true},
		{"40000 attributes", "x" + strings.Repeat(".a", 40000), true},
		{"attributes", "x" + strings.Repeat(".a", n), false},
		{"attributes in a header", "if x" + strings.Repeat(".a", n) + ": pass", false},
		{"calls of calls", "x" + strings.Repeat("()", n), false},
		{"subscripts", "x" + strings.Repeat("[0]", n), false},
		{"a long sum", "x" + strings.Repeat("+x", 20000), true},
		{"a too long sum", "x" + strings.Repeat("+x", n), false},
		{"a long and", "x" + strings.Repeat(" and x", n), true},
		{"a long comparison", "x" + strings.Repeat("<x", n), true},
		{"a long list", "[" + strings.Repeat("x,", n) + "]", true},
		{"many targets", strings.Repeat("x=", n) + "x", true},
		{"many strings", strings.Repeat("'a' ", n), true},
		{"2000 elifs", "if x: pass\n" + strings.Repeat("elif x: pass\n", 2000), true},
		{"elifs", "if x: pass\n" + strings.Repeat("elif x: pass\n", n), false},
		{"99 blocks", deepIndent(99), true},
		{"100 blocks", deepIndent(100), false},
		{"many blocks", deepIndent(1000), false},
		{"f-strings", strings.Repeat("f'{", n), false},
		{"f-strings with two quotes", strings.Repeat("f'{f\"{", 1000), false},
		{"format specs", "f'" + strings.Repeat("{x:", n), false},
		{"patterns", "match x:\n  case " + strings.Repeat("(", 200) + "x" + strings.Repeat(")", 200) + ": pass", true},
		{"or patterns", "match x:\n  case " + strings.Repeat("1|", n) + "x: pass", true},
		{"decorators", strings.Repeat("@x\n", n) + "def f(): pass", true},
		{"awaits", strings.Repeat("await ", n) + "x", false},
		{"stars", strings.Repeat("*", n) + "x", false},
		{"semicolons", strings.Repeat("x;", n), true},
		{"a chain in a chain", "x" + strings.Repeat("[x"+strings.Repeat(".a", 400), 199) + strings.Repeat("]", 199), true},
		{"a long chain in a long chain", strings.Repeat("(", 150) + "x" + strings.Repeat(strings.Repeat(".a", 1000)+")", 150), false},
	}
	for _, test := range tests {
		for _, minor := range []int{11, Newest} {
			f, err := source.New("deep.py", []byte(test.text))
			if err != nil {
				t.Fatal(err)
			}
			file, err := Parse(f, Options{Version: minor})
			if (err == nil) != test.ok {
				t.Errorf("%s, 3.%d: got %v, want ok %v", test.name, minor, err, test.ok)
			}
			if err == nil {
				if err := checkFile(file); err != nil {
					t.Errorf("%s, 3.%d: %v", test.name, minor, err)
				}
			}
		}
	}
}

// TestSpans runs checkFile on the hand-made texts.
func TestSpans(t *testing.T) {
	for _, text := range tricky {
		for minor := Oldest; minor <= Newest; minor++ {
			if err := checkText(text, minor); err != nil {
				t.Errorf("3.%d: %v\n%s", minor, err, text)
			}
		}
	}
}
