package asyncio

import (
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/python/ast"
)

// ownLine reports whether nothing but a comment shares the lines of a statement,
// so that several lines can take its place.
func ownLine(m *infer.Module, s ast.Stmt) bool {
	before := m.Source.Text[:s.Range().Start]
	before = before[strings.LastIndexAny(before, "\r\n")+1:]
	return strings.Trim(before, " \t\f") == "" && endsLine(m, s)
}

// endsLine reports whether nothing but a comment follows a statement on its
// last line.
func endsLine(m *infer.Module, s ast.Stmt) bool {
	after := m.Source.Text[s.Range().End:]
	if i := strings.IndexAny(after, "\r\n"); i >= 0 {
		after = after[:i]
	}
	after = strings.TrimLeft(after, " \t\f")
	return after == "" || after[0] == '#'
}
