package migrate

import (
	"sort"
	"strings"
	"sync"

	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/token"
)

// A Layout answers questions about the lines of a file.
type Layout struct {
	text   string
	starts []int32
	// scan gives the tokens, and the literals that span lines
	scan func() ([]token.Token, []ast.Span)
}

// NewLayout returns the layout of a module's file.
func NewLayout(m *infer.Module) *Layout {
	return &Layout{text: m.Source.Text, starts: m.Source.LineStarts(), scan: sync.OnceValues(func() ([]token.Token, []ast.Span) {
		tokens := m.Syntax.Tokens()
		return tokens, multiline(m.Source.Text, tokens)
	})}
}

// multiline are the literals that span lines.
func multiline(text string, tokens []token.Token) []ast.Span {
	var out []ast.Span
	depth := 0
	var open int32
	add := func(start, end int32) {
		if strings.ContainsAny(text[start:end], "\n\r") {
			out = append(out, ast.Span{Start: start, End: end})
		}
	}
	for _, t := range tokens {
		switch t.Kind {
		case token.String:
			if depth == 0 {
				add(t.Start, t.End)
			}
		case token.FStringStart, token.TStringStart:
			if depth == 0 {
				open = t.Start
			}
			depth++
		case token.FStringEnd, token.TStringEnd:
			if depth--; depth == 0 {
				add(open, t.End)
			}
		}
	}
	return out
}

// Newline is the line ending of the file.
func (l *Layout) Newline() string {
	i := strings.IndexAny(l.text, "\r\n")
	switch {
	case i < 0 || l.text[i] == '\n':
		return "\n"
	case strings.HasPrefix(l.text[i:], "\r\n"):
		return "\r\n"
	}
	return "\r"
}

// line is the index of the line that holds an offset.
func (l *Layout) line(off int32) int {
	return sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > off }) - 1
}

// LineStart is the offset at which the line that holds off starts.
func (l *Layout) LineStart(off int32) int32 { return l.starts[l.line(off)] }

// NextLine is the offset at which the line after that of off starts; the end
// of the text after the last line.
func (l *Layout) NextLine(off int32) int32 {
	if i := l.line(off) + 1; i < len(l.starts) {
		return l.starts[i]
	}
	return int32(len(l.text))
}

// Indent is the white space at the start of the line that holds off.
func (l *Layout) Indent(off int32) string {
	s := l.LineStart(off)
	e := s
	for int(e) < len(l.text) && (l.text[e] == ' ' || l.text[e] == '\t' || l.text[e] == '\f') {
		e++
	}
	return l.text[s:e]
}

// Unit is one step of the file's indentation.
func (l *Layout) Unit() string {
	tokens, _ := l.scan()
	for _, t := range tokens {
		if t.Kind == token.Indent {
			s := l.text[t.Start:t.End]
			if strings.HasPrefix(s, "\t") {
				return "\t"
			}
			return s
		}
	}
	return "    "
}

// FirstOnLine reports whether only white space stands before off in its line.
func (l *Layout) FirstOnLine(off int32) bool {
	return strings.TrimLeft(l.text[l.LineStart(off):off], " \t\f") == ""
}

// LastOnLine reports whether only white space or a comment follows off in its
// line.
func (l *Layout) LastOnLine(off int32) bool {
	rest := strings.TrimSpace(l.text[off:l.NextLine(off)])
	return rest == "" || rest[0] == '#'
}

// inString reports whether off lies inside of a string literal.
func (l *Layout) inString(off int32) bool {
	_, literals := l.scan()
	i := sort.Search(len(literals), func(i int) bool { return literals[i].End > off })
	return i < len(literals) && literals[i].Start < off
}

// IndentLines inserts unit at the start of each line that starts in
// [from, to), except inside of string literals and on empty lines.
func (l *Layout) IndentLines(e *edit.List, from, to int32, unit string) {
	for i := l.line(from); i < len(l.starts) && l.starts[i] < to; i++ {
		s := l.starts[i]
		if s < from || l.inString(s) {
			continue
		}
		rest := l.text[s:]
		if rest == "" || strings.HasPrefix(strings.TrimLeft(rest, " \t\f"), "\n") || strings.HasPrefix(strings.TrimLeft(rest, " \t\f"), "\r") {
			continue
		}
		e.InsertSoft(s, unit)
	}
}

// DeleteStmt removes a statement with its line; where it shares the line with
// others only the statement and a semicolon. alone says that it is the only
// statement of its block, which then gets a pass.
func (l *Layout) DeleteStmt(e *edit.List, s ast.Stmt, alone bool) {
	l.DeleteRun(e, s.Range(), alone)
}

// DeleteRun is DeleteStmt for several statements that share a line.
func (l *Layout) DeleteRun(e *edit.List, r ast.Span, alone bool) {
	switch {
	case alone:
		e.Replace(r.Start, r.End, "pass")
	case l.FirstOnLine(r.Start) && l.LastOnLine(r.End):
		e.Delete(l.LineStart(r.Start), l.NextLine(r.End))
	default:
		end := r.End
		for int(end) < len(l.text) && (l.text[end] == ' ' || l.text[end] == '\t') {
			end++
		}
		if int(end) < len(l.text) && l.text[end] == ';' {
			end++
			for int(end) < len(l.text) && (l.text[end] == ' ' || l.text[end] == '\t') {
				end++
			}
			if l.FirstOnLine(r.Start) || !l.LastOnLine(end) {
				e.Delete(r.Start, end)
				return
			}
		}
		// last of several on its line: take the semicolon before it
		start := r.Start
		for start > 0 && (l.text[start-1] == ' ' || l.text[start-1] == '\t') {
			start--
		}
		if start > 0 && l.text[start-1] == ';' {
			start--
		}
		e.Delete(start, r.End)
	}
}
