package migrate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/infer"
)

// An Ignore is a comment that says that a finding is known:
//
//	os.fork()  # offlet: ignore[HAZ1] the child only execs
//
// It may name several rules: ignore[HAZ1,HUB3].
type Ignore struct {
	Line, Col int // of the comment, from 1; Col in characters
	// At is the line of which it speaks: its own, or the next if it stands alone.
	At     int
	Named  string   // the rules as they are written
	Rules  []string // in upper case
	Reason string   // required: without one it counts for nothing
}

var ignoring = regexp.MustCompile(`#\s*offlet:\s*ignore\s*\[([^\]]*)\]\s*(.*)$`)

// ParseIgnore reads the text of a comment; ok is false if it is no such comment.
func ParseIgnore(text string) (ig Ignore, ok bool) {
	m := ignoring.FindStringSubmatch(text)
	if m == nil {
		return Ignore{}, false
	}
	ig.Named, ig.Reason = m[1], strings.TrimSpace(m[2])
	for r := range strings.SplitSeq(m[1], ",") {
		if r = strings.ToUpper(strings.TrimSpace(r)); r != "" {
			ig.Rules = append(ig.Rules, r)
		}
	}
	return ig, true
}

// Ignores are those comments of a module, in their order.
func Ignores(m *infer.Module) []Ignore {
	var out []Ignore
	for _, c := range m.Syntax.Comments {
		text := m.Source.Text[c.Start:c.End]
		if !strings.Contains(text, "offlet:") {
			continue
		}
		ig, ok := ParseIgnore(text)
		if !ok {
			continue
		}
		ig.Line, ig.Col = m.Source.Position(c.Start)
		ig.At = ig.Line
		start := strings.LastIndexByte(m.Source.Text[:c.Start], '\n') + 1
		if strings.TrimSpace(m.Source.Text[start:c.Start]) == "" {
			ig.At++
		}
		out = append(out, ig)
	}
	return out
}

// Ignored reports whether a comment of a module ignores a rule on a line.
func Ignored(m *infer.Module, rule string, line int) bool {
	return slices.ContainsFunc(Ignores(m), func(ig Ignore) bool {
		return ig.At == line && ig.Reason != "" && slices.Contains(ig.Rules, rule)
	})
}
