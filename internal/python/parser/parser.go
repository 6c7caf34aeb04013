// Package parser parses Python 3 source text into the tree of package ast.
//
// It accepts what CPython's ast.parse accepts, no more and no less, in the
// grammar of a chosen version (3.10 to 3.14), and gives nodes the same fields
// and places. What only CPython's compiler rejects (return outside a function,
// say) is accepted, as ast.parse does.
//
// The parser is a hand-written recursive descent over the whole token list.
// Methods are named after the productions of CPython's grammar
// (Grammar/python.gram). An error panics inside the parser and is recovered in
// Parse.
package parser

import (
	"fmt"
	"strings"
	"sync"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/source"
	"github.com/offlet/offlet/internal/python/token"
)

// The Python versions (3.Oldest to 3.Newest) whose grammar can be chosen.
const (
	Oldest = 10
	Newest = 14
)

// Options control Parse.
type Options struct {
	// Version is the minor version of the Python 3 whose grammar is accepted:
	// Oldest to Newest, or 0 for Newest.
	Version int
}

// A File is a parsed file.
type File struct {
	Source *source.File
	Module *ast.Module
	// Comments are the comments in the order of the text.
	Comments []token.Token
	minor    int
}

// Tokens scans the tokens of the file but comments, in the order of the text;
// the last one is an EndMarker. They are not kept: only those who rewrite a file
// ask for them, and they are a fifth of what a parsed file takes.
func (f *File) Tokens() []token.Token { return token.Scan(f.Source.Text, f.minor).Tokens }

// Text returns the source text of a node.
func (f *File) Text(n ast.Node) string {
	s := n.Range()
	return f.Source.Text[s.Start:s.End]
}

// An Error is a syntax error.
type Error struct {
	Path string
	Span ast.Span
	// Line and Col are 1-based, as people count: columns in characters.
	Line, Col int
	Msg       string
	// Type is the class of exception that CPython raises.
	Type token.ErrorType
}

// Error returns "path:line:col: message".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Col, e.Msg)
}

// maxDepth bounds the recursion of the parser: CPython's MAXSTACK, and far less
// than a Go stack holds.
const maxDepth = 6000

// maxTree bounds the depth of an expression's tree where it grows without
// recursion, as in a.b.c.d…: far more than CPython can compile, and little
// enough that a recursive walk of the tree is safe. It is checked for every
// chain of more than longChain links, so that, with at most 200 brackets open,
// no tree is deeper than a few times that.
const (
	maxTree   = 50000
	longChain = 500
)

type parser struct {
	text  string
	toks  []token.Token
	pos   int
	kind  token.Kind // of toks[pos]
	minor int
	depth int
	lex   *token.List

	slabs

	// Scratch stacks, on which lists are gathered.
	exprs    []ast.Expr
	stmts    []ast.Stmt
	keywords []*ast.Keyword
	buf      []byte
}

// syntaxError is what the parser panics with.
type syntaxError struct {
	span    ast.Span
	msg     string
	typ     token.ErrorType
	lexical bool // no error of the lexer is to replace it
}

// parsers are those that are done with a file without an error: what is left of
// their slabs is for the next one.
var parsers = sync.Pool{New: func() any { return new(parser) }}

// Parse parses a file. The error, if any, is an *Error.
func Parse(f *source.File, opt Options) (file *File, err error) {
	minor := opt.Version
	if minor == 0 {
		minor = Newest
	}
	if minor < Oldest || minor > Newest {
		return nil, fmt.Errorf("%s: Python 3.%d is not supported (3.%d to 3.%d are)", f.Path, minor, Oldest, Newest)
	}
	list := token.Scan(f.Text, minor)
	p := parsers.Get().(*parser)
	p.text, p.toks, p.pos, p.kind, p.minor, p.depth, p.lex = f.Text, list.Tokens, 0, list.Tokens[0].Kind, minor, 0, list
	defer func() {
		switch e := recover().(type) {
		case nil:
			p.text, p.toks, p.lex = "", nil, nil
			parsers.Put(p)
		case *syntaxError:
			file, err = nil, p.report(f, e)
		default:
			panic(e)
		}
		list.Release()
	}()
	m := &ast.Module{Span: ast.Span{Start: 0, End: int32(len(f.Text))}}
	m.Body = p.statements(token.EndMarker)
	return &File{Source: f, Module: m, Comments: list.Comments, minor: minor}, nil
}

// report makes an Error of what the parser panicked with. As in CPython, an
// error that the lexer raises further on is the one to show: in
//
//	x = (1 +
//	y = 2
//
// the open parenthesis, not the second equals sign.
func (p *parser) report(f *source.File, e *syntaxError) *Error {
	lex := p.lex.Err
	switch {
	case e.lexical:
	case lex != nil && lex.Raised:
		e = &syntaxError{span: ast.Span{Start: lex.Start, End: lex.End}, msg: lex.Msg, typ: lex.Type}
	case len(p.lex.Open) > 0:
		b := p.lex.Open[len(p.lex.Open)-1]
		open, _ := f.LineCol(b.Off)
		if line, _ := f.LineCol(e.span.Start); line > open || e.span.Start >= int32(len(p.text)) {
			e = p.neverClosed(b)
		}
	}
	at := e.span.Start
	if n := int32(len(p.text)); at == n && n > 0 {
		// At the end of the file: on its last line, not the empty one after it.
		at = int32(len(strings.TrimRight(p.text, "\r\n")))
		if rest := p.text[at:]; rest != "" {
			at = n - 1
			if strings.HasSuffix(rest, "\r\n") {
				at--
			}
		}
	}
	line, col := f.Position(at)
	return &Error{Path: f.Path, Span: e.span, Line: line, Col: col, Msg: e.msg, Type: e.typ}
}

func (p *parser) neverClosed(b token.Bracket) *syntaxError {
	return &syntaxError{span: ast.Span{Start: b.Off, End: b.Off + 1}, msg: fmt.Sprintf("'%c' was never closed", b.Ch)}
}

// ---- tokens

func (p *parser) next() {
	p.pos++
	p.kind = p.toks[p.pos].Kind
}

// start returns the offset of the current token.
func (p *parser) start() int32 { return p.toks[p.pos].Start }

// end returns the end of the token before the current one.
func (p *parser) end() int32 { return p.toks[p.pos-1].End }

// lastEnd returns the end of the last token that is text, for statements with
// a block: the current token may be after a Dedent.
func (p *parser) lastEnd() int32 {
	i := p.pos - 1
	for p.toks[i].Kind == token.Newline || p.toks[i].Kind == token.Dedent || p.toks[i].Kind == token.Indent {
		i--
	}
	return p.toks[i].End
}

// span returns the span from start to the end of the token before the current
// one.
func (p *parser) span(start int32) ast.Span { return ast.Span{Start: start, End: p.end()} }

func (p *parser) peek() token.Kind {
	if p.kind == token.EndMarker {
		return token.EndMarker
	}
	return p.toks[p.pos+1].Kind
}

func (p *parser) tokenSpan() ast.Span {
	t := &p.toks[p.pos]
	return ast.Span{Start: t.Start, End: t.End}
}

// tokenText returns the text of the current token.
func (p *parser) tokenText() string {
	t := &p.toks[p.pos]
	return p.text[t.Start:t.End]
}

// expect skips a token that must be of kind k.
func (p *parser) expect(k token.Kind) {
	if p.kind != k {
		p.unexpected()
	}
	p.next()
}

// expectColon skips the colon before a block.
func (p *parser) expectColon() {
	if p.kind != token.Colon {
		if p.kind == token.Newline {
			p.failHere("expected ':'")
		}
		p.unexpected()
	}
	p.next()
}

// ident reads a name.
func (p *parser) ident() ast.Ident {
	if p.kind != token.Name {
		p.unexpected()
	}
	t := &p.toks[p.pos]
	id := ast.Ident{Span: ast.Span{Start: t.Start, End: t.End}, Binding: ast.Binding{Sym: -1}, Name: p.text[t.Start:t.End]}
	if t.Flags&token.NonASCII != 0 {
		id.Name = token.Normalize(id.Name)
	}
	p.next()
	return id
}

// newIdent is ident on the heap.
func (p *parser) newIdent() *ast.Ident {
	id := p.slabs.ident.next()
	*id = p.ident()
	return id
}

// isSoft reports whether the current token is the soft keyword s.
func (p *parser) isSoft(s string) bool { return p.kind == token.Name && p.tokenText() == s }

// ---- errors

func (p *parser) fail(s ast.Span, format string, args ...any) {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	panic(&syntaxError{span: s, msg: msg})
}

// failHere reports an error at the current token.
func (p *parser) failHere(format string, args ...any) {
	p.fail(p.tokenSpan(), format, args...)
}

func (p *parser) failIndent(format string, args ...any) {
	panic(&syntaxError{span: p.tokenSpan(), msg: fmt.Sprintf(format, args...), typ: token.Indentation})
}

// unexpected reports that the current token cannot stand where it stands.
func (p *parser) unexpected() {
	switch p.kind {
	case token.Error:
		e := p.lex.Err
		panic(&syntaxError{span: ast.Span{Start: e.Start, End: e.End}, msg: e.Msg, typ: e.Type, lexical: true})
	case token.EndMarker:
		if n := len(p.lex.Open); n > 0 {
			e := p.neverClosed(p.lex.Open[n-1])
			e.lexical = true
			panic(e)
		}
		p.failHere("unexpected EOF while parsing")
	case token.Indent: // which the lexer's errors further on do not replace
		panic(&syntaxError{span: p.tokenSpan(), msg: "unexpected indent", typ: token.Indentation, lexical: true})
	case token.Dedent:
		panic(&syntaxError{span: p.tokenSpan(), msg: "unexpected unindent", typ: token.Indentation, lexical: true})
	}
	p.python2()
	p.failHere("invalid syntax")
}

// python2 reports the syntax of Python 2 at the current token, if that is what
// makes it unexpected.
func (p *parser) python2() {
	t := p.toks[p.pos]
	if t.Kind == token.Other && p.text[t.Start] == '`' {
		p.failHere("invalid syntax: backquotes are Python 2; write repr(…)")
	}
	if p.pos == 0 {
		return
	}
	prev := p.toks[p.pos-1]
	word := p.text[prev.Start:prev.End]
	if prev.Kind == token.Name {
		switch {
		case (word == "print" || word == "exec") && startsExpr(t.Kind):
			p.fail(ast.Span{Start: prev.Start, End: t.End},
				"missing parentheses in call to '%s'. Did you mean %s(...)? (this is Python 2 syntax)", word, word)
		case (word == "ur" || word == "UR" || word == "Ur" || word == "uR") && t.Kind == token.String && prev.End == t.Start:
			p.fail(ast.Span{Start: prev.Start, End: t.End}, "invalid syntax: the prefix %s is Python 2", word)
		}
	}
}

// startsExpr reports whether an expression can start with a token of kind k
// (after which a name cannot be continued).
func startsExpr(k token.Kind) bool {
	switch k {
	case token.Name, token.Number, token.String, token.FStringStart, token.TStringStart,
		token.None, token.True, token.False, token.Not, token.Lambda, token.Tilde, token.Lbrace, token.Await:
		return true
	case token.Other:
		return true
	}
	return false
}

// enter counts a level of recursion; the caller leaves with p.depth--.
func (p *parser) enter() {
	p.depth++
	if p.depth > maxDepth {
		p.failHere("too deeply nested (more than %d levels)", maxDepth)
	}
}

// checkDepth fails if the tree of x, the end of a long chain, is deeper than a
// recursive walk should have to go. It keeps a stack of its own.
func (p *parser) checkDepth(x ast.Expr) {
	type entry struct {
		n     ast.Node
		depth int
	}
	stack := []entry{{x, 0}}
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if e.depth > maxTree {
			p.fail(e.n.Range(), "too deeply nested (more than %d levels)", maxTree)
		}
		ast.Children(e.n, func(c ast.Node) { stack = append(stack, entry{c, e.depth + 1}) })
	}
}
