package asyncio

import (
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/source"
)

// doctests notes the examples in docstrings that call what is a coroutine
// function now: `>>> fetch(1)` then shows a coroutine. They are texts, which
// offlet does not rewrite.
func (d *decisions) doctests(res *migrate.Result) {
	async := map[string][]infer.FuncID{} // by name
	for id, f := range d.p.Funcs {
		if d.becomes(infer.FuncID(id)) && f.Parent >= 0 {
			name := f.Name
			if f.Class >= 0 && name == "__init__" {
				name = d.p.Classes[f.Class].Name
			}
			async[name] = append(async[name], infer.FuncID(id))
		}
	}
	if len(async) == 0 {
		return
	}
	for _, m := range d.p.Modules {
		if !strings.Contains(m.Source.Text, ">>> ") {
			continue
		}
		seen := d.p.ImportsOf(m) // whose functions an example may name
		ast.Inspect(m.AST, func(n ast.Node) bool {
			doc := docstring(n)
			if doc == nil {
				return true
			}
			for _, x := range examples(m.Source.Text[doc.Start:doc.End]) {
				for _, name := range called(x.text) {
					i := slices.IndexFunc(async[name], func(f infer.FuncID) bool {
						return d.p.Funcs[f].Module == m || slices.Contains(seen, d.p.Funcs[f].Module)
					})
					if i < 0 {
						continue
					}
					at := &ast.Name{Span: ast.Span{Start: doc.Start + x.at, End: doc.Start + x.at}}
					f := async[name][i]
					res.Left = append(res.Left, migrate.At(d.p, m, at, "LEFT8", "this example calls %s.%s, which gives a coroutine now", d.p.Funcs[f].Module.Name, d.p.Qual(f)))
					break
				}
			}
			return true
		})
	}
}

// docstring is that of a module, class or function, or nil.
func docstring(n ast.Node) *ast.Constant {
	var body []ast.Stmt
	switch n := n.(type) {
	case *ast.Module:
		body = n.Body
	case *ast.ClassDef:
		body = n.Body
	case *ast.FunctionDef:
		body = n.Body
	}
	if len(body) == 0 {
		return nil
	}
	if e, ok := body[0].(*ast.ExprStmt); ok {
		if c, ok := e.Value.(*ast.Constant); ok && c.Kind == ast.Str {
			return c
		}
	}
	return nil
}

// An example is one of a docstring: a >>> line with the ... lines after it. at
// is where it starts in the literal.
type example struct {
	at   int32
	text string
}

// examples are those of the literal of a docstring, as doctest finds them.
func examples(literal string) []example {
	var out []example
	at := int32(0)
	inside := false
	for line := range strings.Lines(literal) {
		text := strings.TrimSpace(line)
		code, first := strings.CutPrefix(text, ">>> ")
		more, next := strings.CutPrefix(text, "...")
		switch {
		case first:
			out = append(out, example{at + int32(strings.Index(line, ">>> ")), code + "\n"})
		case inside && next:
			out[len(out)-1].text += strings.TrimPrefix(more, " ") + "\n"
		}
		inside = first || inside && next
		at += int32(len(line))
	}
	return out
}

// called are the names of the functions and methods that a piece of Python
// calls or iterates over; none if it cannot be read.
func called(text string) []string {
	src, err := source.New("doctest", []byte(text))
	if err != nil {
		return nil
	}
	file, err := parser.Parse(src, parser.Options{})
	if err != nil {
		return nil
	}
	var out []string
	ast.Inspect(file.Module, func(n ast.Node) bool {
		if c, ok := n.(*ast.Call); ok {
			switch f := c.Func.(type) {
			case *ast.Name:
				out = append(out, f.Id)
			case *ast.Attribute:
				out = append(out, f.Attr.Name)
			}
		}
		return true
	})
	return out
}
