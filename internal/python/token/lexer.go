package token

import (
	"fmt"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Limits of CPython's tokenizer.
const (
	maxIndent   = 100 // MAXINDENT
	maxLevel    = 200 // MAXLEVEL, of brackets
	maxFStrings = 150 // MAXFSTRINGLEVEL
	maxNesting  = 3   // MAX_EXPR_NESTING, of replacement fields in one f-string
)

const tabSize = 8

// Classes of bytes for the main switch of the lexer.
const (
	cOther   = iota
	cSpace   // space, tab, form feed
	cIdent   // letter, underscore, byte of a non-ASCII character
	cDigit   // 0-9
	cQuote   // ' "
	cNewline // \n \r
	cComment // #
	cOpen    // ( [ {
	cClose   // ) ] }
	cOp      // an operator
	cSingle  // , ; ~: operators of one character that nothing extends
	cBackslash
)

var class [256]uint8

// identPart says which bytes continue an identifier.
var identPart [256]bool

// single maps a character to the operator it is alone.
var single [256]Kind

// withEqual maps an operator character to its operator with = appended.
var withEqual [256]Kind

// strStop says which bytes the inner loop of a string literal stops at.
var strStop [256]bool

const (
	kwSize = 128
)

var kwKind [kwSize]Kind
var kwText [kwSize]string

func kwHash(first, second, last byte, n int) int {
	return (int(first) + 7*int(second) + 16*int(last) + n) & (kwSize - 1)
}

func init() {
	for c := 0; c < 256; c++ {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c >= 0x80:
			class[c], identPart[c] = cIdent, true
		case '0' <= c && c <= '9':
			class[c], identPart[c] = cDigit, true
		}
	}
	set := func(cl uint8, chars string) {
		for i := 0; i < len(chars); i++ {
			class[chars[i]] = cl
		}
	}
	set(cSpace, " \t\f")
	set(cQuote, `'"`)
	set(cNewline, "\n\r")
	set(cComment, "#")
	set(cOpen, "([{")
	set(cClose, ")]}")
	set(cOp, ":.=+-*@/%<>|^&!")
	set(cSingle, ",;~")
	set(cBackslash, `\`)
	for c, k := range map[byte]Kind{
		'(': Lparen, ')': Rparen, '[': Lbracket, ']': Rbracket, '{': Lbrace, '}': Rbrace,
		',': Comma, ':': Colon, ';': Semi, '.': Dot, '=': Equal, '!': Exclaim,
		'+': Plus, '-': Minus, '*': Star, '@': At, '/': Slash, '%': Percent,
		'|': Pipe, '^': Caret, '&': Amp, '~': Tilde, '<': Less, '>': Greater,
	} {
		single[c] = k
	}
	for c, k := range map[byte]Kind{
		':': ColonEqual, '=': EqEqual, '!': NotEqual, '+': PlusEqual, '-': MinusEqual, '*': StarEqual,
		'@': AtEqual, '/': SlashEqual, '%': PercentEqual, '|': PipeEqual, '^': CaretEqual, '&': AmpEqual,
		'<': LessEqual, '>': GreaterEqual,
	} {
		withEqual[c] = k
	}
	for _, c := range []byte("'\"\\\n\r") {
		strStop[c] = true
	}
	for k := And; k <= Yield; k++ {
		s := kindNames[k]
		h := kwHash(s[0], s[1], s[len(s)-1], len(s))
		if kwText[h] != "" {
			panic("token: keywords " + s + " and " + kwText[h] + " collide")
		}
		kwKind[h], kwText[h] = k, s
	}
}

// An fstring is an f-string or t-string that is being scanned: CPython's
// tokenizer_mode, with its names.
type fstring struct {
	start     int32 // of its prefix
	quote     byte
	size      int // 1 or 3 quotes
	raw       bool
	template  bool
	inSpec    bool // in a format spec
	depth     int  // curly_bracket_depth: open brackets since it started
	exprDepth int  // curly_bracket_expr_start_depth: fields open, less one
}

type lexer struct {
	text     string
	minor    int
	toks     []Token
	comments []Token
	indents  []int32 // columns with tabs to multiples of 8
	altcols  []int32 // columns with tabs of width 1
	brackets []Bracket
	fstrings []fstring
	hasCR    bool
	err      *SyntaxError
}

var lexers = sync.Pool{New: func() any { return new(lexer) }}

// Scan splits text into tokens as CPython 3.minor does. It never fails: a
// lexical error is the last token before the EndMarker, and List.Err. The text
// must be valid UTF-8 without null bytes and shorter than 2 GiB.
func Scan(text string, minor int) *List {
	return scan(text, 0, minor, false)
}

// ScanField splits text[start:], an expression of a replacement field of an
// f-string before 3.12, into tokens. CPython compiles such an expression in
// parentheses, so newlines do not matter; offsets count from the start of
// text.
func ScanField(text string, start int32, minor int) *List {
	return scan(text, int(start), minor, true)
}

func scan(text string, start, minor int, field bool) *List {
	l := lexers.Get().(*lexer)
	l.text, l.minor = text, minor
	l.toks, l.comments = l.toks[:0], l.comments[:0]
	l.indents, l.altcols = append(l.indents[:0], 0), append(l.altcols[:0], 0)
	l.brackets, l.fstrings = l.brackets[:0], l.fstrings[:0]
	l.hasCR = strings.IndexByte(text, '\r') >= 0
	l.err = nil
	if n := (len(text) - start) / 4; cap(l.toks) < n && !field { // a token takes 5 characters, or more
		l.toks = make([]Token, 0, n)
	}
	if field {
		// The parenthesis that CPython puts around the expression.
		l.brackets = append(l.brackets, Bracket{Off: -1})
	}
	l.run(start)
	if field && len(l.brackets) > 0 {
		l.brackets = l.brackets[1:]
	}
	out := &List{Tokens: l.toks, Err: l.err, scratch: l}
	if len(l.comments) > 0 {
		out.Comments = append([]Token(nil), l.comments...)
	}
	if len(l.brackets) > 0 {
		out.Open = append([]Bracket(nil), l.brackets...)
	}
	l.text, l.err = "", nil
	return out
}

// Release takes the tokens back, for the next text: nobody has them any more, and
// l.Tokens is nil. The rest of l stays.
func (l *List) Release() {
	if l.scratch != nil && cap(l.scratch.toks) <= 4<<20 {
		lexers.Put(l.scratch)
	}
	l.Tokens, l.scratch = nil, nil
}

func (l *lexer) fail(start, end int, typ ErrorType, raised bool, format string, args ...any) {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	if end > len(l.text) {
		end = len(l.text)
	}
	if start > end {
		start = end
	}
	l.err = &SyntaxError{Start: int32(start), End: int32(end), Msg: msg, Type: typ, Raised: raised}
}

// run is the lexer. The hot state (text, position, tokens) is in locals; the
// rare paths are methods, with l.toks brought up to date around them.
func (l *lexer) run(i int) {
	s := l.text
	n := len(s)
	toks := l.toks
	start := i

	if len(l.brackets) == 0 {
		goto lineStart
	}
	goto next

lineStart:
	// At the start of a line outside brackets: the indentation.
	start = i
	for i < n && s[i] == ' ' {
		i++
	}
	{
		col, alt := int32(i-start), int32(i-start)
		if i < n && (s[i] == '\t' || s[i] == '\f' || s[i] == '\\') {
			i, col, alt = l.indentation(start)
			if l.err != nil {
				goto done
			}
		}
		if i >= n {
			goto eof
		}
		switch s[i] {
		case '\n':
			i++
			goto lineStart
		case '\r':
			i++
			if i < n && s[i] == '\n' {
				i++
			}
			goto lineStart
		case '#':
			i = l.comment(i)
			if i < n && s[i] == '\r' {
				i++
			}
			if i < n && s[i] == '\n' {
				i++
			}
			goto lineStart
		}
		if top := len(l.indents) - 1; col != l.indents[top] || alt != l.altcols[top] {
			l.toks = toks
			l.indent(start, i, col, alt)
			toks = l.toks
			if l.err != nil {
				goto done
			}
		}
	}

next:
	if i >= n {
		goto eof
	}
	{
		start = i
		c := s[i]
		switch class[c] {
		case cSpace:
			i++
			goto next

		case cIdent:
			or := c
			for i++; i < n && identPart[s[i]]; i++ {
				or |= s[i]
			}
			if i < n && (s[i] == '"' || s[i] == '\'') && i-start <= 2 {
				if flags, kind, ok := l.stringPrefix(s[start:i]); ok {
					if kind != String {
						l.toks = toks
						i = l.fstringStart(start, i, flags, kind)
						toks = l.toks
						if i < 0 {
							goto done
						}
						goto next
					}
					var end int
					if end, flags = l.str(start, i, flags); end < 0 {
						goto done
					}
					i = end
					toks = append(toks, Token{int32(start), int32(i), String, flags})
					goto next
				}
			}
			if or >= 0x80 {
				if !l.identifier(start, i) {
					goto done
				}
				toks = append(toks, Token{int32(start), int32(i), Name, NonASCII})
				goto next
			}
			if ln := i - start; ln >= 2 && ln <= 8 {
				if h := kwHash(c, s[start+1], s[i-1], ln); kwText[h] == s[start:i] {
					toks = append(toks, Token{int32(start), int32(i), kwKind[h], 0})
					goto next
				}
			}
			toks = append(toks, Token{int32(start), int32(i), Name, 0})
			goto next

		case cOp:
			i++
			var d byte
			if i < n {
				d = s[i]
			}
			kind := single[c]
			switch c {
			case '.':
				if '0' <= d && d <= '9' {
					if i = l.number(start); i < 0 {
						goto done
					}
					kind = Number
				} else if d == '.' && i+1 < n && s[i+1] == '.' {
					i += 2
					kind = Ellipsis
				}
			case ':':
				if k := len(l.fstrings); k > 0 {
					f := &l.fstrings[k-1]
					if f.depth-1 == f.exprDepth {
						f.inSpec = true
						l.toks = append(toks, Token{int32(start), int32(i), Colon, Special})
						i = l.fstringMiddle(i)
						toks = l.toks
						if i < 0 {
							goto done
						}
						goto next
					}
				}
				if d == '=' {
					i++
					kind = ColonEqual
				}
			case '*', '/', '<', '>':
				switch {
				case d == c:
					i++
					three := i < n && s[i] == '='
					switch c {
					case '*':
						kind = DoubleStar
					case '/':
						kind = DoubleSlash
					case '<':
						kind = LShift
					case '>':
						kind = RShift
					}
					if three {
						i++
						switch c {
						case '*':
							kind = DoubleStarEqual
						case '/':
							kind = DoubleSlashEqual
						case '<':
							kind = LShiftEqual
						case '>':
							kind = RShiftEqual
						}
					}
				case d == '=':
					i++
					kind = withEqual[c]
				case c == '<' && d == '>':
					i++
					kind = NotEqual
				}
			case '-':
				if d == '>' {
					i++
					kind = Arrow
				} else if d == '=' {
					i++
					kind = MinusEqual
				}
			default:
				if d == '=' {
					i++
					kind = withEqual[c]
				}
			}
			toks = append(toks, Token{int32(start), int32(i), kind, 0})
			goto next

		case cSingle:
			i++
			toks = append(toks, Token{int32(start), int32(i), single[c], 0})
			goto next

		case cOpen:
			i++
			if len(l.brackets) >= maxLevel {
				l.fail(start, i, Syntax, true, "too many nested parentheses")
				goto done
			}
			l.brackets = append(l.brackets, Bracket{int32(start), c})
			if k := len(l.fstrings); k > 0 {
				l.fstrings[k-1].depth++
			}
			toks = append(toks, Token{int32(start), int32(i), single[c], 0})
			goto next

		case cClose:
			i++
			k := len(l.brackets)
			if k == 0 || l.brackets[k-1].Ch != c-1-c>>6 || len(l.fstrings) > 0 {
				// c-1-c>>6 is the opening bracket: ')' is '('+1, the others are +2.
				back, ok := l.close(start, c)
				if !ok {
					goto done
				}
				toks = append(toks, Token{int32(start), int32(i), single[c], 0})
				if back {
					l.toks = toks
					i = l.fstringMiddle(i)
					toks = l.toks
					if i < 0 {
						goto done
					}
				}
				goto next
			}
			l.brackets = l.brackets[:k-1]
			toks = append(toks, Token{int32(start), int32(i), single[c], 0})
			goto next

		case cDigit:
			if i = l.number(start); i < 0 {
				goto done
			}
			toks = append(toks, Token{int32(start), int32(i), Number, 0})
			goto next

		case cQuote:
			end, flags := l.str(start, i, 0)
			if end < 0 {
				goto done
			}
			i = end
			toks = append(toks, Token{int32(start), int32(i), String, flags})
			goto next

		case cComment:
			i = l.comment(i)
			goto next

		case cNewline:
			i++
			if c == '\r' && i < n && s[i] == '\n' {
				i++
			}
			if len(l.brackets) > 0 {
				goto next
			}
			toks = append(toks, Token{int32(start), int32(i), Newline, 0})
			goto lineStart

		case cBackslash:
			if i = l.continuation(i); i < 0 {
				goto done
			}
			goto next

		default:
			if c < 0x20 || c == 0x7f {
				l.fail(start, i+1, Syntax, true, "invalid non-printable character U+%04X", c)
				goto done
			}
			i++
			toks = append(toks, Token{int32(start), int32(i), Other, 0})
			goto next
		}
	}

eof:
	if len(l.brackets) > 0 {
		goto done
	}
	// CPython adds the newline that the last line lacks.
	if k := len(toks); k > 0 && toks[k-1].Kind != Newline && toks[k-1].Kind != Dedent {
		toks = append(toks, Token{int32(n), int32(n), Newline, 0})
	}
	for range l.indents[1:] {
		toks = append(toks, Token{int32(n), int32(n), Dedent, 0})
	}

done:
	if l.err != nil {
		// The error can lie before the last token: an f-string that does not end.
		t := Token{l.err.Start, l.err.End, Error, 0}
		if k := len(toks); k > 0 {
			t.Start = max(t.Start, toks[k-1].End)
			t.End = max(t.End, t.Start)
		}
		toks = append(toks, t)
	}
	toks = append(toks, Token{int32(n), int32(n), EndMarker, 0})
	l.toks = toks
}

// newline returns the offset after the line ending at i, or -1 if there is
// none there.
func (l *lexer) newline(i int) int {
	if i < len(l.text) {
		switch l.text[i] {
		case '\n':
			return i + 1
		case '\r':
			if i+1 < len(l.text) && l.text[i+1] == '\n' {
				return i + 2
			}
			return i + 1
		}
	}
	return -1
}

// comment records the comment at i and returns the offset of its end, the
// line ending excluded.
func (l *lexer) comment(i int) int {
	end := len(l.text)
	if l.hasCR {
		if j := strings.IndexAny(l.text[i:], "\r\n"); j >= 0 {
			end = i + j
		}
	} else if j := strings.IndexByte(l.text[i:], '\n'); j >= 0 {
		end = i + j
	}
	l.comments = append(l.comments, Token{int32(i), int32(end), Comment, 0})
	return end
}

// continuation skips the backslash at i and the line ending after it. It
// returns -1 on error.
func (l *lexer) continuation(i int) int {
	end := l.newline(i + 1)
	switch {
	case i+1 >= len(l.text): // the newline that CPython adds, then the end
		l.fail(i+1, i+1, Syntax, false, "unexpected EOF while parsing")
		return -1
	case end < 0:
		l.fail(i, i+2, Syntax, false, "unexpected character after line continuation character")
		return -1
	case end >= len(l.text):
		l.fail(end, end, Syntax, false, "unexpected EOF while parsing")
		return -1
	}
	return end
}

// indentation measures the white space from i, the start of a line, where it
// holds more than spaces. A backslash in it joins lines; the first one decides
// the column.
func (l *lexer) indentation(i int) (end int, col, alt int32) {
	var cont int32
	for ; i < len(l.text); i++ {
		switch l.text[i] {
		case ' ':
			col++
			alt++
		case '\t':
			col = (col/tabSize + 1) * tabSize
			alt++
		case '\f':
			col, alt = 0, 0
		case '\\':
			if cont == 0 {
				cont = col
			}
			if i = l.continuation(i); i < 0 {
				return i, 0, 0
			}
			i--
		default:
			if cont != 0 {
				return i, cont, cont
			}
			return i, col, alt
		}
	}
	return i, col, alt
}

// indent handles a change of indentation of the line that starts at start and
// whose first token is at i.
func (l *lexer) indent(start, i int, col, alt int32) {
	inconsistent := func() {
		l.fail(start, i, Tab, false, "inconsistent use of tabs and spaces in indentation")
	}
	top := len(l.indents) - 1
	switch {
	case col == l.indents[top]:
		inconsistent() // the caller saw that alt differs
	case col > l.indents[top]:
		if len(l.indents) >= maxIndent {
			l.fail(start, i, Indentation, false, "too many levels of indentation")
			return
		}
		if alt <= l.altcols[top] {
			inconsistent()
			return
		}
		l.indents = append(l.indents, col)
		l.altcols = append(l.altcols, alt)
		l.toks = append(l.toks, Token{int32(start), int32(i), Indent, 0})
	default:
		depth := top
		for depth > 0 && col < l.indents[depth] {
			depth--
		}
		if col != l.indents[depth] {
			l.fail(start, i, Indentation, false, "unindent does not match any outer indentation level")
			return
		}
		if alt != l.altcols[depth] {
			inconsistent()
			return
		}
		for ; top > depth; top-- {
			l.toks = append(l.toks, Token{int32(i), int32(i), Dedent, 0})
		}
		l.indents, l.altcols = l.indents[:depth+1], l.altcols[:depth+1]
	}
}

// close handles the closing bracket c at i where it may be wrong or end a
// replacement field. back says that the lexer is back in the literal part of
// an f-string.
func (l *lexer) close(i int, c byte) (back, ok bool) {
	var f *fstring
	if k := len(l.fstrings); k > 0 {
		f = &l.fstrings[k-1]
		if f.depth == 0 && c == '}' {
			l.fail(i, i+1, Syntax, true, "%s: single '}' is not allowed", f.name())
			return false, false
		}
	}
	k := len(l.brackets) - 1
	if k < 0 || l.brackets[k].Off < 0 {
		l.fail(i, i+1, Syntax, true, "unmatched '%c'", c)
		return false, false
	}
	open := l.brackets[k]
	if open.Ch != c-1-c>>6 {
		switch {
		case f != nil && open.Ch == '{' && f.depth-1 == f.exprDepth:
			l.fail(i, i+1, Syntax, true, "%s: unmatched '%c'", f.name(), c)
		case strings.ContainsAny(l.text[open.Off:i], "\n\r"):
			l.fail(i, i+1, Syntax, true, "closing parenthesis '%c' does not match opening parenthesis '%c' on line %d",
				c, open.Ch, l.line(int(open.Off)))
		default:
			l.fail(i, i+1, Syntax, true, "closing parenthesis '%c' does not match opening parenthesis '%c'", c, open.Ch)
		}
		return false, false
	}
	l.brackets = l.brackets[:k]
	if f == nil {
		return false, true
	}
	f.depth--
	if f.depth < 0 {
		l.fail(i, i+1, Syntax, true, "%s: unmatched '%c'", f.name(), c)
		return false, false
	}
	if c == '}' && f.depth == f.exprDepth {
		f.exprDepth--
		// From 3.13 on, {{ in a format spec is a doubled brace after a nested field.
		f.inSpec = l.minor < 13 && f.exprDepth >= 0
		return true, true
	}
	return false, true
}

// line returns the 1-based line of an offset; only messages need it.
func (l *lexer) line(off int) int {
	n := 1
	for i := 0; i < off && i < len(l.text); i++ {
		switch l.text[i] {
		case '\r':
			if i+1 < len(l.text) && l.text[i+1] == '\n' {
				i++
			}
			n++
		case '\n':
			n++
		}
	}
	return n
}

// stringPrefix reports whether p before a quote is the prefix of a literal.
func (l *lexer) stringPrefix(p string) (flags Flags, kind Kind, ok bool) {
	kind = String
	for i := 0; i < len(p); i++ {
		switch c := p[i] | 0x20; {
		case c == 'r' && flags&(Raw|Unicode) == 0:
			flags |= Raw
		case c == 'b' && flags&(Bytes|Unicode|Format) == 0 && kind == String:
			flags |= Bytes
		case c == 'u' && flags == 0 && kind == String:
			flags |= Unicode
		case c == 'f' && flags&(Bytes|Unicode|Format) == 0 && kind == String:
			if l.minor >= 12 {
				kind = FStringStart
			} else {
				flags |= Format
			}
		case c == 't' && l.minor >= 14 && flags&(Bytes|Unicode) == 0 && kind == String:
			kind = TStringStart
		default:
			return 0, 0, false
		}
	}
	return flags, kind, true
}

// str scans the string literal that starts at start and whose quotes are at
// q. It returns -1 on error.
func (l *lexer) str(start, q int, flags Flags) (int, Flags) {
	s := l.text
	n := len(s)
	quote := s[q]
	i := q + 1
	if i+1 < n && s[i] == quote && s[i+1] == quote {
		flags |= Triple
		i += 2
		for i < n {
			c := s[i]
			if !strStop[c] {
				i++
				continue
			}
			switch c {
			case quote:
				if i+2 < n && s[i+1] == quote && s[i+2] == quote {
					return i + 3, flags
				}
				i++
			case '\\':
				flags |= Escapes
				if i+1 < n && s[i+1] == '\r' {
					flags |= Special
				}
				i += 2
			case '\r':
				flags |= Special
				i++
			default:
				i++
			}
		}
		l.unterminated(start, q, flags, false)
		return -1, 0
	}
	escaped := false
	for i < n {
		c := s[i]
		if !strStop[c] {
			i++
			continue
		}
		switch c {
		case quote:
			return i + 1, flags
		case '\\':
			flags |= Escapes
			i++
			if i < n && s[i] == quote {
				escaped = true
			}
			if i < n && s[i] == '\r' {
				flags |= Special
				if i+1 < n && s[i+1] == '\n' {
					i++
				}
			}
			i++
		case '\n', '\r':
			l.unterminated(start, q, flags, escaped)
			if l.err.End < int32(i) {
				l.err.End = int32(i)
			}
			return -1, 0
		default:
			i++
		}
	}
	l.unterminated(start, q, flags, escaped)
	return -1, 0
}

// unterminated reports the literal at start, with its quotes at q, that does
// not end.
func (l *lexer) unterminated(start, q int, flags Flags, escaped bool) {
	size := 1
	if flags&Triple != 0 {
		size = 3
	}
	if k := len(l.fstrings); k > 0 {
		if f := &l.fstrings[k-1]; f.quote == l.text[q] && f.size == size {
			l.fail(start, start+1, Syntax, true, "%s: expecting '}'", f.name())
			return
		}
	}
	if size == 3 {
		l.fail(start, start+1, Syntax, true, "unterminated triple-quoted string literal (detected at line %d)", l.lastLine())
		return
	}
	end := start
	for end = q + 1; end < len(l.text) && l.text[end] != '\n' && l.text[end] != '\r'; end++ {
		if l.text[end] == '\\' {
			if e := l.newline(end + 1); e > 0 {
				end = e - 1
			}
		}
	}
	hint := ""
	if escaped && l.minor >= 12 {
		hint = "; perhaps you escaped the end quote?"
	}
	l.fail(start, start+1, Syntax, true, "unterminated string literal (detected at line %d)%s", l.line(end), hint)
}

// lastLine returns the line number of the last line of the text.
func (l *lexer) lastLine() int {
	n := len(l.text)
	if n > 0 && (l.text[n-1] == '\n' || l.text[n-1] == '\r') {
		n--
		if n > 0 && l.text[n] == '\n' && l.text[n-1] == '\r' {
			n--
		}
	}
	return l.line(n)
}

func (f *fstring) name() string {
	if f.template {
		return "t-string"
	}
	return "f-string"
}

// fstringStart begins the f-string (or t-string) whose prefix is [start, q).
// It returns the offset at which normal scanning goes on, or -1.
func (l *lexer) fstringStart(start, q int, flags Flags, kind Kind) int {
	s := l.text
	f := fstring{start: int32(start), quote: s[q], size: 1, raw: flags&Raw != 0, template: kind == TStringStart, exprDepth: -1}
	i := q + 1
	if i+1 < len(s) && s[i] == f.quote && s[i+1] == f.quote {
		f.size = 3
		flags |= Triple
		i += 2
	}
	if len(l.fstrings)+1 >= maxFStrings {
		l.fail(start, i, Syntax, true, "too many nested f-strings")
		return -1
	}
	l.toks = append(l.toks, Token{int32(start), int32(i), kind, flags})
	l.fstrings = append(l.fstrings, f)
	return l.fstringMiddle(i)
}

// fstringMiddle scans literal text of the innermost f-string from i on: up to
// the brace that starts or ends a field, or through the closing quotes. It
// returns the offset at which normal scanning goes on, or -1.
func (l *lexer) fstringMiddle(i int) int {
	s := l.text
	n := len(s)
	f := &l.fstrings[len(l.fstrings)-1]
	middle, end := FStringMiddle, FStringEnd
	if f.template {
		middle, end = TStringMiddle, TStringEnd
	}
	start := i
	var flags Flags
	if f.raw {
		flags |= Raw
	}
	emit := func(to int) {
		if to > start {
			l.toks = append(l.toks, Token{int32(start), int32(to), middle, flags})
		}
	}
	named := false // in \N{…}
	for i < n {
		c := s[i]
		switch c {
		case f.quote:
			if f.size == 1 {
				emit(i)
				l.toks = append(l.toks, Token{int32(i), int32(i + 1), end, 0})
				l.fstrings = l.fstrings[:len(l.fstrings)-1]
				return i + 1
			}
			if i+2 < n && s[i+1] == c && s[i+2] == c {
				emit(i)
				l.toks = append(l.toks, Token{int32(i), int32(i + 3), end, 0})
				l.fstrings = l.fstrings[:len(l.fstrings)-1]
				return i + 3
			}
			i++
		case '\n', '\r':
			if f.size == 1 {
				if f.inSpec && f.exprDepth >= 0 {
					// The format spec ends here, back to normal scanning.
					f.inSpec = false
					emit(i)
					return i
				}
				l.unterminatedF(f, i)
				return -1
			}
			if c == '\r' {
				flags |= Special
			}
			i++
		case '{':
			inSpec := f.inSpec && f.exprDepth >= 0
			if !inSpec && i+1 < n && s[i+1] == '{' {
				flags |= Special
				named = false
				i += 2
				continue
			}
			emit(i)
			f.exprDepth++
			if f.exprDepth >= maxNesting {
				l.fail(i, i+1, Syntax, true, "%s: expressions nested too deeply", f.name())
				return -1
			}
			f.inSpec = false
			return i
		case '}':
			if named {
				named = false
				i++
				continue
			}
			inSpec := f.inSpec && f.exprDepth >= 0
			if !inSpec && f.depth == 0 && i+1 < n && s[i+1] == '}' {
				flags |= Special
				i += 2
				continue
			}
			emit(i)
			f.inSpec = false
			return i
		case '\\':
			flags |= Escapes
			i++
			if i >= n {
				continue
			}
			switch s[i] {
			case '{', '}':
				// The brace counts as if the backslash were not there.
			case 'N':
				i++
				if !f.raw && i < n && s[i] == '{' {
					named = true
					i++
				}
			case '\r':
				flags |= Special
				i++
				if i < n && s[i] == '\n' {
					i++
				}
			default:
				i++
			}
		default:
			i++
		}
	}
	l.unterminatedF(f, n)
	return -1
}

// unterminatedF reports the f-string f, seen to be unterminated at i.
func (l *lexer) unterminatedF(f *fstring, i int) {
	triple := ""
	line := l.line(i)
	if f.size == 3 {
		triple = "triple-quoted "
		line = l.lastLine()
	}
	l.fail(int(f.start), int(f.start)+1, Syntax, true, "unterminated %s%s literal (detected at line %d)", triple, f.name(), line)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// at returns the byte at i, or 0 at the end.
func (l *lexer) at(i int) byte {
	if i < len(l.text) {
		return l.text[i]
	}
	return 0
}

// number scans the number at start. It returns -1 on error.
func (l *lexer) number(start int) int {
	i := start
	c := l.text[i]
	if c == '.' {
		return l.fraction(start, i+1)
	}
	if c == '0' {
		switch l.at(i+1) | 0x20 {
		case 'x':
			return l.radix(start, "hexadecimal", isHex)
		case 'o':
			return l.radix(start, "octal", func(c byte) bool { return '0' <= c && c <= '7' })
		case 'b':
			return l.radix(start, "binary", func(c byte) bool { return c == '0' || c == '1' })
		}
		// Perhaps the octal of Python 2: 0777. In any case 0, 00 and 0_0 are fine.
		i++
		for {
			if l.at(i) == '_' {
				i++
				if !isDigit(l.at(i)) {
					return l.badNumber(start, i, "decimal")
				}
			}
			if l.at(i) != '0' {
				break
			}
			i++
		}
		nonzero := false
		zeros := i
		if isDigit(l.at(i)) {
			nonzero = true
			if i = l.digits(start, i); i < 0 {
				return -1
			}
		}
		switch c := l.at(i); {
		case c == '.':
			return l.fraction(start, i+1)
		case c|0x20 == 'e':
			return l.exponent(start, i)
		case c|0x20 == 'j':
			return l.endNumber(start, i+1, "imaginary")
		case nonzero:
			l.fail(start, zeros, Syntax, true, "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers")
			return -1
		}
		return l.endNumber(start, i, "decimal")
	}
	if i = l.digits(start, i); i < 0 {
		return -1
	}
	switch c := l.at(i); {
	case c == '.':
		return l.fraction(start, i+1)
	case c|0x20 == 'e':
		return l.exponent(start, i)
	case c|0x20 == 'j':
		return l.endNumber(start, i+1, "imaginary")
	case !identPart[c]:
		return i
	}
	return l.endNumber(start, i, "decimal")
}

// digits scans decimal digits with single underscores between them.
func (l *lexer) digits(start, i int) int {
	for {
		for isDigit(l.at(i)) {
			i++
		}
		if l.at(i) != '_' {
			return i
		}
		i++
		if !isDigit(l.at(i)) {
			return l.badNumber(start, i, "decimal")
		}
	}
}

// fraction scans what follows the point.
func (l *lexer) fraction(start, i int) int {
	if isDigit(l.at(i)) {
		if i = l.digits(start, i); i < 0 {
			return -1
		}
	}
	switch l.at(i) | 0x20 {
	case 'e':
		return l.exponent(start, i)
	case 'j':
		return l.endNumber(start, i+1, "imaginary")
	}
	return l.endNumber(start, i, "decimal")
}

// exponent scans the e at i and what follows.
func (l *lexer) exponent(start, e int) int {
	i := e + 1
	if c := l.at(i); c == '+' || c == '-' {
		i++
		if !isDigit(l.at(i)) {
			return l.badNumber(start, i, "decimal")
		}
	} else if !isDigit(c) {
		return l.endNumber(start, e, "decimal") // 1else
	}
	if i = l.digits(start, i); i < 0 {
		return -1
	}
	if l.at(i)|0x20 == 'j' {
		return l.endNumber(start, i+1, "imaginary")
	}
	return l.endNumber(start, i, "decimal")
}

// radix scans 0x, 0o and 0b literals.
func (l *lexer) radix(start int, kind string, valid func(byte) bool) int {
	i := start + 2
	for {
		if l.at(i) == '_' {
			i++
		}
		if c := l.at(i); !valid(c) {
			if isDigit(c) {
				l.fail(i, i+1, Syntax, true, "invalid digit '%c' in %s literal", c, kind)
				return -1
			}
			return l.badNumber(start, i, kind)
		}
		for valid(l.at(i)) {
			i++
		}
		if l.at(i) != '_' {
			break
		}
	}
	if c := l.at(i); isDigit(c) {
		l.fail(i, i+1, Syntax, true, "invalid digit '%c' in %s literal", c, kind)
		return -1
	}
	return l.endNumber(start, i, kind)
}

func (l *lexer) badNumber(start, i int, kind string) int {
	l.fail(start, i, Syntax, true, "invalid %s literal", kind)
	return -1
}

// endNumber checks what follows a number that ends at i: a keyword may, as in
// 1if x else y (verify_end_of_number of CPython).
func (l *lexer) endNumber(start, i int, kind string) int {
	c := l.at(i)
	if c >= 0x80 || !identPart[c] {
		return i
	}
	keyword := func(w string) bool {
		rest := l.text[i:]
		return strings.HasPrefix(rest, w) && (len(rest) == len(w) || !identPart[rest[len(w)]])
	}
	ok := false
	switch c {
	case 'a':
		ok = keyword("and")
	case 'e':
		ok = keyword("else")
	case 'f':
		ok = keyword("for")
	case 'i':
		d := l.at(i + 1)
		ok = d == 'f' || d == 'n' || d == 's'
	case 'o':
		ok = keyword("or")
	case 'n':
		ok = keyword("not")
	}
	if !ok {
		return l.badNumber(start, i, kind)
	}
	return i
}

// identifier checks the identifier [start, end), which has letters outside
// ASCII (PEP 3131).
func (l *lexer) identifier(start, end int) bool {
	for i, r := range l.text[start:end] {
		ok := isIDContinue(r, l.minor)
		if i == 0 {
			ok = IsIDStart(r)
		}
		if !ok {
			at := start + i
			size := utf8.RuneLen(r)
			if unicode.IsPrint(r) {
				l.fail(at, at+size, Syntax, true, "invalid character '%c' (U+%04X)", r, r)
			} else {
				l.fail(at, at+size, Syntax, true, "invalid non-printable character U+%04X", r)
			}
			return false
		}
	}
	return true
}
