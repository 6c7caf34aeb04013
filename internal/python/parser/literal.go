package parser

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/token"
)

// maxIntDigits is the limit of decimal digits of an int literal
// (sys.int_info.default_max_str_digits).
const maxIntDigits = 4300

// number reads a number.
func (p *parser) number() ast.Expr {
	c := p.slabs.constant.next()
	c.Span = p.tokenSpan()
	c.Text = p.tokenText()
	c.Kind = numberKind(c.Text)
	if c.Kind == ast.Int && len(c.Text) > maxIntDigits && c.Text[1]|0x20 != 'x' && c.Text[1]|0x20 != 'o' && c.Text[1]|0x20 != 'b' {
		if n := len(c.Text) - strings.Count(c.Text, "_"); n > maxIntDigits {
			p.failHere("exceeds the limit (%d digits) for integer string conversion: value has %d digits; "+
				"consider hexadecimal for huge integer literals to avoid decimal conversion limits", maxIntDigits, n)
		}
	}
	p.next()
	return c
}

func numberKind(s string) ast.ConstKind {
	if s[len(s)-1]|0x20 == 'j' {
		return ast.Complex
	}
	if len(s) > 1 && s[0] == '0' {
		switch s[1] | 0x20 {
		case 'x', 'o', 'b':
			return ast.Int // 0x1e5
		}
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '.' || c|0x20 == 'e' {
			return ast.Float
		}
	}
	return ast.Int
}

// strings: (string | fstring)+ | tstring+
//
// Adjacent literals are one expression.
func (p *parser) strings() ast.Expr {
	if t := &p.toks[p.pos]; t.Kind == token.String && t.Flags&^(token.Triple|token.Raw) == 0 {
		switch p.toks[p.pos+1].Kind {
		case token.String, token.FStringStart, token.TStringStart:
		default: // the usual case: one plain literal, its value a part of the text
			c := p.slabs.constant.next()
			c.Kind = ast.Str
			c.Span = ast.Span{Start: t.Start, End: t.End}
			c.Text = stringBody(p.text[t.Start:t.End])
			p.next()
			return c
		}
	}
	start := p.start()
	if p.minor < 12 {
		return p.legacyStrings(start)
	}
	mark := len(p.exprs)
	var isBytes, isStr, isF, isT bool
	unicode := p.text[start] == 'u'
	for {
		switch p.kind {
		case token.String:
			t := p.toks[p.pos]
			c := p.slabs.constant.next()
			c.Span = p.tokenSpan()
			c.Kind = ast.Str
			c.U = p.text[t.Start] == 'u'
			if t.Flags&token.Bytes != 0 {
				c.Kind = ast.Bytes
				isBytes = true
			} else {
				isStr = true
			}
			c.Text = p.stringValue(t)
			p.exprs = append(p.exprs, c)
			p.next()
			continue
		case token.FStringStart:
			isF = true
			p.fstring()
			continue
		case token.TStringStart:
			isT = true
			p.fstring()
			continue
		}
		break
	}
	switch {
	case isBytes && (isStr || isF):
		p.fail(p.span(start), "cannot mix bytes and nonbytes literals")
	case isT && (isStr || isF || isBytes):
		p.fail(p.span(start), "cannot mix t-string literals with string or bytes literals")
	case isF:
		p.fold(mark)
		j := p.slabs.joinedStr.next()
		j.Values = p.popExprs(mark)
		j.Span = p.span(start)
		return j
	case isT:
		p.fold(mark)
		return &ast.TemplateStr{Values: p.popExprs(mark), Span: p.span(start)}
	}
	list := p.exprs[mark:]
	c := list[0].(*ast.Constant)
	if len(list) > 1 {
		c.Text = concat(list)
		c.U = unicode
		c.Span = p.span(start)
	}
	p.exprs = p.exprs[:mark]
	return c
}

// concat joins the texts of constants.
func concat(list []ast.Expr) string {
	n := 0
	for _, x := range list {
		n += len(x.(*ast.Constant).Text)
	}
	var b strings.Builder
	b.Grow(n)
	for _, x := range list {
		b.WriteString(x.(*ast.Constant).Text)
	}
	return b.String()
}

// fold joins the adjacent constants among the parts of an f-string above mark
// and drops empty ones.
func (p *parser) fold(mark int) {
	parts := p.exprs[mark:]
	out := parts[:0]
	for i := 0; i < len(parts); {
		c, ok := parts[i].(*ast.Constant)
		if !ok {
			out = append(out, parts[i])
			i++
			continue
		}
		j := i + 1
		for j < len(parts) {
			if _, ok := parts[j].(*ast.Constant); !ok {
				break
			}
			j++
		}
		if j > i+1 {
			c.Text = concat(parts[i:j])
			c.End = parts[j-1].Range().End
		}
		if c.Text != "" {
			out = append(out, c)
		}
		i = j
	}
	p.exprs = p.exprs[:mark+len(out)]
}

// stringBody returns what stands between the quotes of a literal.
func stringBody(s string) string {
	i := 0
	for s[i] != '"' && s[i] != '\'' {
		i++
	}
	q := s[i]
	if len(s)-i >= 6 && s[i+1] == q && s[i+2] == q {
		return s[i+3 : len(s)-3]
	}
	return s[i+1 : len(s)-1]
}

// stringValue returns the value of a string or bytes literal.
func (p *parser) stringValue(t token.Token) string {
	body := stringBody(p.text[t.Start:t.End])
	if t.Flags&token.Bytes != 0 {
		for i := 0; i < len(body); i++ {
			if body[i] >= 0x80 {
				p.fail(ast.Span{Start: t.Start, End: t.End}, "bytes can only contain ASCII literal characters")
			}
		}
	}
	if t.Flags&token.Special != 0 {
		body = universalNewlines(body)
	}
	if t.Flags&(token.Escapes|token.Raw) != token.Escapes {
		return body
	}
	return p.unescape(body, t.Flags&token.Bytes != 0, ast.Span{Start: t.Start, End: t.End})
}

// universalNewlines turns \r\n and \r into \n, as CPython does with a source
// text before it looks at it.
func universalNewlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// unescape replaces the escape sequences of s.
func (p *parser) unescape(s string, isBytes bool, at ast.Span) string {
	out := p.buf[:0]
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 {
			out = append(out, s...)
			break
		}
		out = append(out, s[:i]...)
		s = s[i+1:]
		if s == "" { // only in an f-string, before a brace
			out = append(out, '\\')
			break
		}
		c := s[0]
		s = s[1:]
		switch c {
		case '\n':
		case '\\', '\'', '"':
			out = append(out, c)
		case 'a':
			out = append(out, '\a')
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'v':
			out = append(out, '\v')
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v := rune(c - '0')
			for k := 0; k < 2 && s != "" && '0' <= s[0] && s[0] <= '7'; k++ {
				v = v<<3 | rune(s[0]-'0')
				s = s[1:]
			}
			if isBytes {
				out = append(out, byte(v))
			} else {
				out = utf8.AppendRune(out, v)
			}
		case 'x':
			v, n := hexDigits(s, 2)
			if n < 2 {
				if isBytes {
					p.fail(at, "(value error) invalid \\x escape")
				}
				p.fail(at, "(unicode error) 'unicodeescape' codec can't decode bytes: truncated \\xXX escape")
			}
			s = s[2:]
			if isBytes {
				out = append(out, byte(v))
			} else {
				out = utf8.AppendRune(out, v)
			}
		case 'u', 'U', 'N':
			if isBytes {
				out = append(out, '\\', c)
				break
			}
			if c == 'N' {
				var r rune
				r, s = p.named(s, at)
				out = utf8.AppendRune(out, r)
				break
			}
			want, form := 4, "truncated \\uXXXX escape"
			if c == 'U' {
				want, form = 8, "truncated \\UXXXXXXXX escape"
			}
			v, n := hexDigits(s, want)
			if n < want {
				p.fail(at, "(unicode error) 'unicodeescape' codec can't decode bytes: %s", form)
			}
			if v > utf8.MaxRune || v < 0 {
				p.fail(at, "(unicode error) 'unicodeescape' codec can't decode bytes: illegal Unicode character")
			}
			s = s[want:]
			out = appendCodePoint(out, v)
		default: // an invalid escape stays as it is; CPython warns
			out = append(out, '\\', c)
		}
	}
	p.buf = out[:0]
	return string(out)
}

// appendCodePoint is utf8.AppendRune with surrogates in the three-byte form
// that they would have.
func appendCodePoint(out []byte, v rune) []byte {
	if 0xD800 <= v && v <= 0xDFFF {
		return append(out, 0xE0|byte(v>>12), 0x80|byte(v>>6)&0x3F, 0x80|byte(v)&0x3F)
	}
	return utf8.AppendRune(out, v)
}

// hexDigits reads up to want hexadecimal digits.
func hexDigits(s string, want int) (v rune, n int) {
	for n < want && n < len(s) {
		var d byte
		switch c := s[n]; {
		case '0' <= c && c <= '9':
			d = c - '0'
		case 'a' <= c && c <= 'f':
			d = c - 'a' + 10
		case 'A' <= c && c <= 'F':
			d = c - 'A' + 10
		default:
			return v, n
		}
		v = v<<4 | rune(d)
		n++
	}
	return v, n
}

// named reads the {NAME} of a \N escape and returns the rest of s.
func (p *parser) named(s string, at ast.Span) (rune, string) {
	const malformed = "(unicode error) 'unicodeescape' codec can't decode bytes: malformed \\N character escape"
	if s == "" || s[0] != '{' {
		p.fail(at, malformed)
	}
	end := strings.IndexByte(s, '}')
	if end < 2 {
		p.fail(at, malformed)
	}
	r, ok := lookupName(s[1:end])
	if !ok {
		p.fail(at, "(unicode error) 'unicodeescape' codec can't decode bytes: unknown Unicode character name %q", s[1:end])
	}
	return r, s[end+1:]
}

// ---- f-strings from 3.12 on: PEP 701

// fstring parses an f-string or t-string and pushes its parts.
//
//	fstring: FSTRING_START (fstring_replacement_field | FSTRING_MIDDLE)* FSTRING_END
func (p *parser) fstring() {
	start := p.tokenSpan()
	template := p.kind == token.TStringStart
	raw := p.toks[p.pos].Flags&token.Raw != 0
	end := token.FStringEnd
	if template {
		end = token.TStringEnd
	}
	p.next()
	for p.kind != end {
		switch p.kind {
		case token.FStringMiddle, token.TStringMiddle:
			p.fstringMiddle(false)
		case token.Lbrace:
			p.replacementField(template, raw)
		default:
			if p.kind == token.Rbrace {
				p.failHere("%s: single '}' is not allowed", fname(template))
			}
			if p.kind == token.EndMarker && len(p.lex.Open) == 0 {
				p.fail(start, "unterminated %s literal", fname(template))
			}
			p.unexpected()
		}
	}
	p.next()
}

func fname(template bool) string {
	if template {
		return "t-string"
	}
	return "f-string"
}

// fstringMiddle pushes the constant of a literal part.
func (p *parser) fstringMiddle(spec bool) {
	t := p.toks[p.pos]
	c := p.slabs.constant.next()
	c.Kind = ast.Str
	c.Span = ast.Span{Start: t.Start, End: t.End}
	s := p.text[t.Start:t.End]
	if t.Flags&token.Special != 0 {
		s = universalNewlines(s)
		s = undouble(s, t.Flags&token.Raw != 0)
	}
	if t.Flags&token.Escapes != 0 && (t.Flags&token.Raw == 0 || spec) {
		s = p.unescape(s, false, c.Span)
	}
	c.Text = s
	p.exprs = append(p.exprs, c)
	p.next()
}

// undouble replaces {{ and }} by one brace, but for those of \N{…}.
func undouble(s string, raw bool) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		b.WriteByte(c)
		switch c {
		case '{', '}':
			i++
		case '\\':
			if raw || i+1 >= len(s) {
				break
			}
			if strings.HasPrefix(s[i:], `\N{`) {
				if j := strings.IndexByte(s[i:], '}'); j >= 0 {
					b.WriteString(s[i+1 : i+j+1])
					i += j
				}
			} else if d := s[i+1]; d != '{' && d != '}' {
				b.WriteByte(d)
				i++
			}
		}
	}
	return b.String()
}

// replacementField parses a field and pushes it, before it the text of a
// debugging field (f"{x=}"). CPython decodes escapes in that text too, but for a
// raw f-string or a field in a format spec: f'{"\n"=}' has the text `"⏎"=`.
//
//	'{' annotated_rhs '='? ['!' NAME] [':' format_spec*] '}'
func (p *parser) replacementField(template, raw bool) {
	start := p.start()
	p.next()
	switch p.kind {
	case token.Rbrace, token.Equal, token.Exclaim, token.Colon:
		p.failHere("%s: valid expression required before '%s'", fname(template), p.kind)
	}
	f := p.slabs.formatted.next()
	f.Conversion = -1
	f.Value = p.annotatedRHS()
	debug := false
	if p.kind == token.Equal {
		debug = true
		p.next()
	}
	textEnd := p.start()
	switch p.kind {
	case token.Exclaim:
		bang := p.toks[p.pos]
		p.next()
		if p.kind != token.Name {
			if p.kind == token.Rbrace || p.kind == token.Colon {
				p.failHere("%s: missing conversion character", fname(template))
			}
			p.failHere("%s: invalid conversion character", fname(template))
		}
		if p.start() != bang.End {
			p.fail(ast.Span{Start: bang.Start, End: p.toks[p.pos].End}, "%s: conversion type must come right after the exclamation mark", fname(template))
		}
		name := p.tokenText()
		if name != "s" && name != "r" && name != "a" {
			p.failHere("%s: invalid conversion character %q: expected 's', 'r', or 'a'", fname(template), name)
		}
		f.Conversion = int32(name[0])
		p.next()
	case token.Colon, token.Rbrace:
	default:
		p.badField(debug, template)
	}
	if p.kind == token.Colon {
		f.FormatSpec = p.formatSpec(template)
	}
	if p.kind != token.Rbrace {
		p.badField(true, template)
	}
	p.next()
	f.Span = p.span(start)
	if debug {
		if f.Conversion < 0 && f.FormatSpec == nil {
			f.Conversion = 'r'
		}
		c := p.slabs.constant.next()
		c.Kind = ast.Str
		c.Span = ast.Span{Start: start + 1, End: textEnd}
		c.Text = universalNewlines(p.debugText(c.Span))
		if !raw && strings.IndexByte(c.Text, '\\') >= 0 {
			c.Text = p.unescape(c.Text, false, c.Span)
		}
		p.exprs = append(p.exprs, c)
	}
	p.exprs = append(p.exprs, f)
}

func (p *parser) badField(ended, template bool) {
	switch p.kind {
	case token.Error, token.EndMarker:
		p.unexpected()
	}
	if ended {
		p.failHere("%s: expecting '}'", fname(template))
	}
	p.failHere("%s: expecting '=', or '!', or ':', or '}'", fname(template))
}

// debugText returns the text of a debugging field without its comments.
func (p *parser) debugText(s ast.Span) string {
	l := token.List{Comments: p.lex.Comments}
	comments := l.CommentsIn(s.Start, s.End)
	if len(comments) == 0 {
		return p.text[s.Start:s.End]
	}
	var b strings.Builder
	for _, c := range comments {
		b.WriteString(p.text[s.Start:c.Start])
		s.Start = c.End
	}
	b.WriteString(p.text[s.Start:s.End])
	return b.String()
}

// formatSpec parses a format spec from its colon on.
func (p *parser) formatSpec(template bool) *ast.JoinedStr {
	start := p.start()
	p.next()
	mark := len(p.exprs)
	p.enter()
	for {
		switch p.kind {
		case token.FStringMiddle, token.TStringMiddle:
			p.fstringMiddle(true)
			continue
		case token.Lbrace:
			p.replacementField(template, true)
			continue
		}
		break
	}
	p.depth--
	p.fold(mark)
	j := p.slabs.joinedStr.next()
	j.Values = p.popExprs(mark)
	j.Span = p.span(start)
	return j
}

// ---- f-strings before 3.12

// A legacy f-string is one token; CPython finds its parts in a pass of its
// own (fstring_parse in Parser/string_parser.c) and compiles each expression
// by itself, in parentheses. The places of our nodes are the real ones.

// legacyStrings: STRING+
func (p *parser) legacyStrings(start int32) ast.Expr {
	mark := len(p.exprs)
	var isBytes, isStr, isF bool
	first := p.pos
	for p.kind == token.String {
		t := p.toks[p.pos]
		if t.Flags&token.Bytes != 0 {
			isBytes = true
		} else {
			isStr = true
		}
		if isBytes && isStr {
			p.fail(ast.Span{Start: start, End: t.End}, "cannot mix bytes and nonbytes literals")
		}
		if t.Flags&token.Format != 0 {
			isF = true
			p.legacyFString(t)
		} else {
			c := p.slabs.constant.next()
			c.Span = p.tokenSpan()
			c.Kind = ast.Str
			if isBytes {
				c.Kind = ast.Bytes
			}
			c.Text = p.stringValue(t)
			p.exprs = append(p.exprs, c)
		}
		p.next()
	}
	u := p.text[p.toks[first].Start] == 'u'
	if isF {
		p.fold(mark)
		for _, x := range p.exprs[mark:] {
			if c, ok := x.(*ast.Constant); ok {
				c.U = u
			}
		}
		j := p.slabs.joinedStr.next()
		j.Values = p.popExprs(mark)
		j.Span = p.span(start)
		return j
	}
	list := p.exprs[mark:]
	c := list[0].(*ast.Constant)
	c.U = u
	if len(list) > 1 {
		c.Text = concat(list)
		c.Span = p.span(start)
	}
	p.exprs = p.exprs[:mark]
	return c
}

// A legacy is the scan of one f-string before 3.12.
type legacy struct {
	p   *parser
	tok token.Token
	raw bool
	pos int // in p.text
	end int // of the text between the quotes
}

func (p *parser) legacyFString(t token.Token) {
	size := 1
	if t.Flags&token.Triple != 0 {
		size = 3
	}
	lit := p.text[t.Start:t.End]
	q := strings.IndexAny(lit, `'"`)
	l := &legacy{p: p, tok: t, raw: t.Flags&token.Raw != 0,
		pos: int(t.Start) + q + size, end: int(t.End) - size}
	l.parse(0)
	if l.pos < l.end {
		l.fail("f-string: unexpected end of string")
	}
}

func (l *legacy) fail(format string, args ...any) {
	l.p.fail(ast.Span{Start: l.tok.Start, End: l.tok.End}, "%s", fmt.Sprintf(format, args...))
}

// parse pushes the parts up to the end, or in a format spec (depth > 0) up to
// the closing brace.
func (l *legacy) parse(depth int) {
	for {
		again := l.literal(depth)
		if again {
			continue
		}
		if l.pos >= l.end || l.p.text[l.pos] == '}' {
			break
		}
		l.field(depth)
	}
	if depth > 0 && (l.pos >= l.end || l.p.text[l.pos] != '}') {
		l.fail("f-string: expecting '}'")
	}
}

// literal pushes the literal text at pos. It returns true after a doubled
// brace, where the caller goes on.
func (l *legacy) literal(depth int) (again bool) {
	s := l.p.text
	start := l.pos
	i := start
	stop := -1 // the end of the text if it is not i
scan:
	for i < l.end {
		c := s[i]
		i++
		if !l.raw && c == '\\' && i < l.end {
			c = s[i]
			i++
			if c == 'N' {
				if i < l.end && s[i] == '{' {
					i++
					for i < l.end {
						i++
						if s[i-1] == '}' {
							break
						}
					}
					continue
				}
				if i < l.end {
					i++ // CPython has looked at the character
				}
				break
			}
		}
		if c == '{' || c == '}' {
			if depth == 0 {
				if i < l.end && s[i] == c {
					stop = i
					i++
					again = true
					break scan
				}
				if c == '}' {
					l.fail("f-string: single '}' is not allowed")
				}
			}
			i--
			break
		}
	}
	if stop < 0 {
		stop = i
	}
	l.pos = i
	if stop > start {
		c := l.p.slabs.constant.next()
		c.Kind = ast.Str
		c.Span = ast.Span{Start: int32(start), End: int32(stop)}
		c.Text = universalNewlines(s[start:stop])
		if !l.raw {
			c.Text = l.p.unescape(c.Text, false, c.Span)
		}
		l.p.exprs = append(l.p.exprs, c)
	}
	return again
}

// field parses the replacement field at pos.
func (l *legacy) field(depth int) {
	p, s := l.p, l.p.text
	if depth >= 2 {
		l.fail("f-string: expressions nested too deeply")
	}
	start := l.pos
	l.pos++
	exprStart := l.pos
	l.findEnd()
	exprEnd := l.pos
	if strings.Trim(s[exprStart:exprEnd], " \t\n\f\r") == "" {
		l.fail("f-string: empty expression not allowed")
	}
	f := p.slabs.formatted.next()
	f.Conversion = -1
	f.Value = p.field(int32(exprStart), int32(exprEnd))
	debug := false
	if s[l.pos] == '=' {
		debug = true
		l.pos++
		for strings.IndexByte(" \t\n\r\v\f", s[l.pos]) >= 0 {
			l.pos++
		}
	}
	textEnd := l.pos
	if s[l.pos] == '!' {
		l.pos++
		if l.pos >= l.end {
			l.fail("f-string: expecting '}'")
		}
		c := s[l.pos]
		l.pos++
		if c != 's' && c != 'r' && c != 'a' {
			l.fail("f-string: invalid conversion character: expected 's', 'r', or 'a'")
		}
		f.Conversion = int32(c)
	}
	if l.pos >= l.end {
		l.fail("f-string: expecting '}'")
	}
	if s[l.pos] == ':' {
		colon := l.pos
		l.pos++
		if l.pos >= l.end {
			l.fail("f-string: expecting '}'")
		}
		mark := len(p.exprs)
		l.parse(depth + 1)
		p.fold(mark)
		j := p.slabs.joinedStr.next()
		j.Values = p.popExprs(mark)
		j.Span = ast.Span{Start: int32(colon), End: int32(l.pos)}
		f.FormatSpec = j
	}
	if l.pos >= l.end || s[l.pos] != '}' {
		l.fail("f-string: expecting '}'")
	}
	l.pos++
	f.Span = ast.Span{Start: int32(start), End: int32(l.pos)}
	if debug {
		if f.Conversion < 0 && f.FormatSpec == nil {
			f.Conversion = 'r'
		}
		c := p.slabs.constant.next()
		c.Kind = ast.Str
		c.Span = ast.Span{Start: int32(exprStart), End: int32(textEnd)}
		c.Text = universalNewlines(s[exprStart:textEnd])
		p.exprs = append(p.exprs, c)
	}
	p.exprs = append(p.exprs, f)
}

// findEnd moves pos to the character that ends the expression of a field.
func (l *legacy) findEnd() {
	s := l.p.text
	var stack []byte
	var quote byte
	size := 0
	for ; l.pos < l.end; l.pos++ {
		c := s[l.pos]
		if c == '\\' {
			l.fail("f-string expression part cannot include a backslash")
		}
		triple := l.pos+2 < l.end && s[l.pos+1] == c && s[l.pos+2] == c
		switch {
		case quote != 0:
			if c == quote {
				if size == 3 {
					if triple {
						l.pos += 2
						quote = 0
					}
				} else {
					quote = 0
				}
			}
		case c == '\'' || c == '"':
			size = 1
			if triple {
				size = 3
				l.pos += 2
			}
			quote = c
		case c == '[' || c == '{' || c == '(':
			if len(stack) >= 200 {
				l.fail("f-string: too many nested parenthesis")
			}
			stack = append(stack, c)
		case c == '#':
			l.fail("f-string expression part cannot include '#'")
		case len(stack) == 0 && strings.IndexByte("!:}=><", c) >= 0:
			if l.pos+1 < l.end {
				if s[l.pos+1] == '=' && strings.IndexByte("!=<>", c) >= 0 {
					l.pos++
					continue
				}
				if c == '>' || c == '<' {
					continue
				}
			}
			return
		case c == ']' || c == '}' || c == ')':
			if len(stack) == 0 {
				l.fail("f-string: unmatched '%c'", c)
			}
			open := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if open != c-1-c>>6 {
				l.fail("f-string: closing parenthesis '%c' does not match opening parenthesis '%c'", c, open)
			}
		}
	}
	switch {
	case quote != 0:
		l.fail("f-string: unterminated string")
	case len(stack) > 0:
		l.fail("f-string: unmatched '%c'", stack[len(stack)-1])
	}
	l.fail("f-string: expecting '}'")
}

// field parses text[start:end], the expression of a field before 3.12.
func (p *parser) field(start, end int32) ast.Expr {
	list := token.ScanField(p.text[:end], start, p.minor)
	q := *p
	p.toks, p.lex, p.pos = list.Tokens, list, 0
	p.kind = p.toks[0].Kind
	p.enter()
	x := p.parenBody(start-1, token.EndMarker)
	p.toks, p.lex, p.pos, p.kind, p.depth = q.toks, q.lex, q.pos, q.kind, q.depth
	list.Release()
	return x
}
