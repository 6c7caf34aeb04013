// Package report renders what the commands found, for people and for programs.
package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/trace"
)

// A Scan is the result of `offlet scan`. Its JSON form is stable: fields are
// added, never renamed or removed, while Version is 1. docs/json.md describes it.
type Scan struct {
	Version int    `json:"version"`
	Command string `json:"command"`
	Path    string `json:"-"`
	Root    string `json:"root"`
	Files   int    `json:"files"`
	Lines   int    `json:"lines"`
	*inventory.Inventory
	// Steps are what the three steps would do, one after the other.
	Steps []Step `json:"steps"`
	// Problems are files that cannot be read as Python.
	Problems []Problem `json:"problems"`
	// Skipped is what was left out on purpose.
	Skipped []Problem `json:"skipped"`
	// Trace is what a trace showed, if one was given.
	Trace *trace.Evidence `json:"trace,omitempty"`
	// Ignored is how many findings comments in the code have ignored.
	Ignored int `json:"ignored"`
}

// A Step is what one step would do.
type Step struct {
	Name       string         `json:"name"`
	Files      int            `json:"files"`
	Added      int            `json:"added"`
	Removed    int            `json:"removed"`
	Coroutines int            `json:"coroutines"`
	Left       []migrate.Note `json:"left"`
	Error      string         `json:"error,omitempty"`
}

// A Problem is a place with a message.
type Problem struct {
	Path    string `json:"path"`
	Line    int    `json:"line,omitempty"`
	Col     int    `json:"col,omitempty"`
	Message string `json:"message"`
}

// Left is the number of places that are left for a person.
func (s *Scan) Left() int {
	n := len(s.Problems)
	for _, st := range s.Steps {
		n += len(st.Left)
		if st.Error != "" {
			n++
		}
	}
	return n
}

// A Level says how much a finding matters.
type Level string

// The levels, as SARIF names them.
const (
	Error   Level = "error"   // it cannot be read
	Warning Level = "warning" // a person has to do something
	Note    Level = "note"    // good to know
)

// A Finding is one place in the form in which all formats list it.
type Finding struct {
	Rule      string
	Level     Level
	Path      string
	Line, Col int // 0 if not known
	Message   string
	Test      bool
}

// Findings are all places of a scan that somebody has to look at, in the
// order of the files. What step 3 still finds is not among them: it follows
// from what steps 1 and 2 leave.
func (s *Scan) Findings() []Finding {
	var out []Finding
	for _, p := range s.Problems {
		out = append(out, Finding{Rule: "READ", Level: Error, Path: p.Path, Line: p.Line, Col: p.Col, Message: p.Message})
	}
	for _, h := range s.Hazards {
		out = append(out, Finding{h.Rule, Warning, h.Path, h.Line, h.Col, h.Message, h.Test})
	}
	for _, set := range s.Settings {
		level := Note
		message := set.What + ": " + set.Text
		if set.Kind.Plugin() {
			level = Warning
			message += " (" + inventory.Advice(set.Kind) + ")"
		}
		out = append(out, Finding{set.Rule, level, set.Path, set.Line, set.Col, message, set.Test})
	}
	for _, b := range s.Broken {
		out = append(out, Finding{Rule: "READ", Level: Note, Path: b.Path, Line: b.Line, Message: b.Message})
	}
	for _, st := range s.Steps {
		if st.Name == "drop" {
			continue
		}
		for _, n := range st.Left {
			out = append(out, Finding{n.Rule, Note, n.Path, n.Line, n.Col, n.Message, inventory.IsTest(n.Path)})
		}
	}
	if s.Trace != nil {
		for _, n := range s.Trace.Unseen {
			out = append(out, Finding{n.Rule, Warning, n.Path, n.Line, n.Col, n.Func + " " + n.Message, inventory.IsTest(n.Path)})
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return out
}

// Options are what the text form is asked for.
type Options struct {
	Verbose bool // list every place
	Color   bool
	Screen  bool // cut long lines
}

// JSON writes a scan for programs.
func JSON(w io.Writer, s *Scan) error { return encode(w, s) }

func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// ScanText writes a scan for people: without Verbose about one screen.
func ScanText(w io.Writer, s *Scan, o Options) error {
	o.Screen = true
	p := &printer{w: w, o: o}
	p.scan(s)
	p.trace(s)
	return p.err
}

// scan writes what does not depend on a trace.
func (p *printer) scan(s *Scan) {
	p.head(s)
	switch s.UseCase {
	case 0:
		p.linef("")
		p.linef("It does not use Eventlet.")
		p.beside(s)
		p.problems(s)
		return
	case 2:
		p.plugins(s)
		p.beside(s)
		p.hazards(s)
		p.problems(s)
		p.linef("")
		if s.plugged() {
			also := ""
			for _, of := range []struct{ name, what string }{
				{"eventlet.greenthread.sleep", "write time.sleep for eventlet.sleep"},
				{"eventlet.patcher.monkey_patch", "remove monkey_patch"},
			} {
				if at := s.calls(of.name); len(at) > 0 {
					also += fmt.Sprintf(", %s (%s:%d", of.what, at[0].Path, at[0].Line)
					if n := len(at) - 1; n > 0 {
						also += fmt.Sprintf(" and %d more", n)
					}
					also += ")"
				}
			}
			p.full("Next: change the lines above" + also + ", run the tests, then remove Eventlet from the requirements.")
		} else {
			p.linef("Next: find out what runs it on Eventlet; nothing in this tree does. Then remove Eventlet from the requirements.")
		}
		return
	}
	p.uses(s)
	p.facades(s)
	p.plugins(s)
	p.beside(s)
	p.hazards(s)
	p.entries(s)
	p.problems(s)
	p.steps(s)
}

// trace says what a trace showed, if one was given.
func (p *printer) trace(s *Scan) {
	e := s.Trace
	if e == nil {
		return
	}
	p.linef("")
	p.full(traced(e))
	for _, n := range e.Unseen {
		p.full(fmt.Sprintf("  %s:%d: %s %s %s", n.Path, n.Line, n.Rule, n.Func, n.Message))
	}
	if e.Changed > 0 {
		p.full(fmt.Sprintf("  %s of the trace not found: the source was changed since", plural(e.Changed, "function")))
	}
}

// traced is how a trace agrees with the analysis, in a sentence.
func traced(e *trace.Evidence) string {
	seen := "functions were"
	if e.Functions == 1 {
		seen = "function was"
	}
	return fmt.Sprintf("Trace: %d %s seen to yield; the analysis proves %d of them, guesses %d by the name of a method (now confirmed), and does not see %d.",
		e.Functions, seen, e.Proved, e.Guessed, e.Functions-e.Proved-e.Guessed)
}

type printer struct {
	w   io.Writer
	o   Options
	err error
}

// linef prints a line. On the short form's one screen it is cut to a width at
// which terminals do not break it.
func (p *printer) linef(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	if p.o.Screen && !p.o.Verbose {
		text = cut(text, 120)
	}
	p.full(text)
}

// full prints a line as it is: an error must not be cut.
func (p *printer) full(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text+"\n")
	}
}

// title begins a part.
func (p *printer) title(format string, args ...any) {
	p.linef("")
	text := fmt.Sprintf(format, args...)
	if p.o.Color {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	p.linef("%s", text)
}

// most is how many lines of a list are shown: all with -v.
func (p *printer) most(n int) int {
	if p.o.Verbose {
		return 1 << 30
	}
	return n
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return grouped(n) + " " + what + "s"
}

// grouped writes a number with commas: 392,916.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// cut shortens a text to a number of characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func (p *printer) head(s *Scan) {
	more := ""
	if n := len(s.Projects); n > 1 {
		more += ", " + plural(n, "project")
	}
	if n := len(s.Patched); n > 0 {
		more += "; patched: " + strings.Join(s.Patched, ", ")
	}
	p.linef("%s: %s, %s%s", s.Path, plural(s.Files, "Python file"), plural(s.Lines, "line"), more)
	if n := len(s.Skipped); n > 2 && !p.o.Verbose {
		p.linef("  left out: %s (-v lists them), the first: %s %s", plural(n, "place"), s.Skipped[0].Path, s.Skipped[0].Message)
	} else {
		for _, sk := range s.Skipped {
			p.linef("  left out: %s %s", sk.Path, sk.Message)
		}
	}
	kinds := map[string]int{}
	named := 0
	for _, f := range s.Foreign {
		kinds[f.Kind]++
		if f.Eventlet {
			named++
			if p.o.Verbose {
				p.linef("  not read: %s (%s) names Eventlet", f.Path, f.Kind)
			}
		}
	}
	if len(kinds) > 0 {
		var parts []string
		for _, k := range sorted(kinds) {
			parts = append(parts, plural(kinds[k], k))
		}
		tell := ""
		if named > 0 {
			tell = fmt.Sprintf("; %d of them name Eventlet", named)
		}
		p.linef("  not read, so what they do is not known: %s%s", strings.Join(parts, ", "), tell)
	}
	if s.UseCase == 0 {
		return
	}
	what := "Eventlet is this program's own framework"
	if s.UseCase == 2 {
		what = "Eventlet is only plugged into something else"
	}
	p.title("Use case %d of Eventlet's guide: %s", s.UseCase, what)
	p.linef("  because %s.", s.UseCaseWhy)
	if s.Optional {
		p.linef("  It imports Eventlet only under conditions. If it runs without it already (as one of several backends,")
		p.linef("  or by a switch), then look first at whether that way is ready to be the only one.")
	}
	if s.UseCase == 2 {
		p.linef("  There is no code of yours to move to asyncio: choose something else there.")
	}
}

// sorted gives the keys, those with the highest numbers first.
func sorted(m map[string]int) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if m[keys[i]] != m[keys[j]] {
			return m[keys[i]] > m[keys[j]]
		}
		return keys[i] < keys[j]
	})
	return keys
}

type tally struct {
	name                 string
	places, tests, files int
	kinds                map[string]int
}

// tallies counts the uses by something, the biggest first.
func tallies(uses []inventory.Use, key func(inventory.Use) string) []*tally {
	m := map[string]*tally{}
	files := map[[2]string]bool{}
	for _, u := range uses {
		k := key(u)
		t := m[k]
		if t == nil {
			t = &tally{name: k, kinds: map[string]int{}}
			m[k] = t
		}
		t.places++
		t.kinds[u.Kind]++
		if inventory.IsTest(u.Path) {
			t.tests++
		}
		if at := [2]string{k, u.Path}; !files[at] {
			files[at] = true
			t.files++
		}
	}
	out := make([]*tally, 0, len(m))
	for _, t := range m {
		out = append(out, t)
	}
	sort.Slice(out, func(i, j int) bool {
		if out[i].places != out[j].places {
			return out[i].places > out[j].places
		}
		return out[i].name < out[j].name
	})
	return out
}

// uses prints the inventory by kind, and with -v by file.
func (p *printer) uses(s *Scan) {
	if len(s.Uses) == 0 {
		return
	}
	hidden := 0
	for _, u := range s.Uses {
		if u.Hidden {
			hidden++
		}
	}
	p.title("What it uses: %s, %s of which do not name Eventlet", plural(len(s.Uses), "place"), grouped(hidden))
	list := tallies(s.Uses, func(u inventory.Use) string { return u.Kind })
	var line []string
	for i, t := range list {
		if i == p.most(7) && len(list) > 8 {
			line = append(line, fmt.Sprintf("and %s", plural(len(list)-i, "more kind")))
			break
		}
		line = append(line, fmt.Sprintf("%-20s %6s in %3s", t.name, grouped(t.places), plural(t.files, "file")))
	}
	for i := 0; i < len(line); i += 2 {
		if i+1 < len(line) {
			p.linef("  %-44s %s", line[i], line[i+1])
		} else {
			p.linef("  %s", line[i])
		}
	}
	if !p.o.Verbose {
		return
	}
	p.title("By file")
	for _, t := range tallies(s.Uses, func(u inventory.Use) string { return u.Path }) {
		var parts []string
		for i, k := range sorted(t.kinds) {
			if i == 3 {
				parts = append(parts, "…")
				break
			}
			parts = append(parts, fmt.Sprintf("%s %d", k, t.kinds[k]))
		}
		p.linef("  %-48s %5d  %s", t.name, t.places, strings.Join(parts, ", "))
	}
}

func (p *printer) facades(s *Scan) {
	if len(s.Facades) == 0 {
		return
	}
	p.title("Façades: %s through which others use Eventlet without naming it", plural(len(s.Facades), "module"))
	for i, f := range s.Facades {
		if i == p.most(2) {
			break
		}
		what := append(slices.Clone(f.Wrappers), f.Names...)
		p.linef("  %-38s %11s  %s", f.Path, plural(f.Modules, "module"), cut(strings.Join(what, ", "), 50))
	}
}

// plugged reports whether something is told to run on Eventlet.
func (s *Scan) plugged() bool {
	return slices.ContainsFunc(s.Settings, func(x inventory.Setting) bool { return x.Kind.Plugin() })
}

// plugins prints what Eventlet is plugged into, with what to do instead.
func (p *printer) plugins(s *Scan) {
	if !s.plugged() {
		return
	}
	p.title("Plugged into")
	groups := map[string][]inventory.Setting{}
	count := map[string]int{}
	for _, set := range s.Settings {
		if set.Kind.Plugin() {
			groups[string(set.Kind)] = append(groups[string(set.Kind)], set)
			count[string(set.Kind)]++
		}
	}
	for _, k := range sorted(count) {
		list := groups[k]
		p.linef("  %s %s: %s", list[0].Rule, list[0].What, inventory.Advice(list[0].Kind))
		slices.SortStableFunc(list, func(a, b inventory.Setting) int { return cmp.Compare(number(a.Test), number(b.Test)) })
		for i, set := range list {
			if i == p.most(2) {
				p.linef("    and %s", plural(len(list)-i, "more place"))
				break
			}
			p.linef("    %s:%d:%d: %s", set.Path, set.Line, set.Col, cut(set.Text, 80))
		}
	}
}

// calls are the calls of a function of Eventlet outside of tests.
func (s *Scan) calls(name string) []inventory.Use {
	var out []inventory.Use
	for _, u := range s.Uses {
		if u.Name == name && u.How == "call" && !inventory.IsTest(u.Path) {
			out = append(out, u)
		}
	}
	return out
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// beside prints what else the files beside the code say.
func (p *printer) beside(s *Scan) {
	groups := map[string][]inventory.Setting{}
	count := map[string]int{}
	for _, set := range s.Settings {
		if !set.Kind.Plugin() {
			groups[set.What] = append(groups[set.What], set)
			count[set.What]++
		}
	}
	if len(count) > 0 {
		p.title("Settings that name Eventlet, and go with it")
	}
	for i, k := range sorted(count) {
		list := groups[k]
		if i == p.most(4) {
			break
		}
		if !p.o.Verbose {
			first := list[0]
			text := first.Name
			if first.Value != "" {
				text += " " + first.Value
			}
			p.linef("  %-4s %-38s %4d  %s:%d %s", first.Rule, k, len(list), first.Path, first.Line, cut(text, 40))
			continue
		}
		p.linef("  %s %s", list[0].Rule, k)
		for _, set := range list {
			p.linef("    %s:%d:%d: %s", set.Path, set.Line, set.Col, cut(set.Text, 100))
		}
	}
	for i, b := range s.Broken {
		if i == p.most(2) {
			p.linef("  and %s that could not be read", plural(len(s.Broken)-i, "more file"))
			break
		}
		p.linef("  %s:%d %s", b.Path, b.Line, cut(b.Message, 90))
	}
}

// hazards prints what behaves differently on the way, by rule.
func (p *printer) hazards(s *Scan) {
	type group struct {
		rule        string
		code, tests int
		first       inventory.Hazard
		all         []inventory.Hazard
	}
	m := map[string]*group{}
	add := func(h inventory.Hazard) {
		g := m[h.Rule]
		if g == nil {
			g = &group{rule: h.Rule, first: h}
			m[h.Rule] = g
		}
		if g.code == 0 && !h.Test {
			g.first = h
		}
		if h.Test {
			g.tests++
		} else {
			g.code++
		}
		g.all = append(g.all, h)
	}
	for _, h := range s.Hazards {
		add(h)
	}
	for _, st := range s.Steps {
		if st.Name == "hub" {
			for _, n := range st.Left {
				add(inventory.Hazard{Note: n, Test: inventory.IsTest(n.Path)})
			}
		}
	}
	if len(m) == 0 {
		return
	}
	var list []*group
	for _, g := range m {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *group) int {
		return cmp.Or(cmp.Compare(number(a.code == 0), number(b.code == 0)), cmp.Compare(weight(a.rule), weight(b.rule)), cmp.Compare(b.code, a.code), cmp.Compare(b.tests, a.tests), cmp.Compare(a.rule, b.rule))
	})
	const shown = 7
	rest := ""
	if n := len(list) - shown; n > 0 && !p.o.Verbose {
		rest = fmt.Sprintf(" and %s", plural(n, "more rule"))
	}
	p.title("Hazards: what will behave differently (offlet explain %s tells what to do)", list[0].rule)
	for i, g := range list {
		if i == p.most(shown) {
			p.linef(" %s (-v)", rest)
			break
		}
		tests := ""
		if g.tests > 0 {
			tests = fmt.Sprintf("+%d in tests", g.tests)
		}
		p.linef("  %-5s %3d %-13s %s:%d %s", g.rule, g.code, tests, g.first.Path, g.first.Line, cut(g.first.Message, 64))
		if p.o.Verbose {
			for _, h := range g.all {
				p.linef("        %s:%d:%d: %s", h.Path, h.Line, h.Col, h.Message)
			}
		}
	}
}

// weight puts the hazards first that break a program at step 1.
func weight(rule string) int {
	switch rule {
	case "HUB2", "HUB3", "HUB4", "HAZ1", "HAZ2", "HAZ4", "HAZ5", "HAZ6":
		return 0
	case "HAZ12", "HAZ7", "HAZ3", "HAZ8", "HAZ11":
		return 1
	}
	return 2
}

// entries prints where processes start, and what is reached from there.
func (p *printer) entries(s *Scan) {
	if len(s.Entries) == 0 {
		return
	}
	p.title("Entry points: %d, by how many functions that wait are reached from them", len(s.Entries))
	for i, e := range s.Entries {
		if i == p.most(3) {
			break
		}
		p.linef("  %-38s %s, %s of %s wait, up to %s deep", cut(e.Path, 38), plural(e.Modules, "module"), grouped(e.Green), plural(e.Functions, "function"), plural(e.Depth, "call"))
	}
}

func (p *printer) problems(s *Scan) {
	if len(s.Problems) == 0 {
		return
	}
	p.linef("")
	p.linef("%s cannot be read as Python:", plural(len(s.Problems), "file"))
	for i, pr := range s.Problems {
		if i == p.most(5) {
			p.linef("  and %d more", len(s.Problems)-i)
			break
		}
		p.full("  " + pr.Message)
	}
}

// steps prints what the steps would do, what they leave, and what comes next.
func (p *printer) steps(s *Scan) {
	if len(s.Steps) == 0 {
		return
	}
	p.title("What the steps would do")
	for i, st := range s.Steps {
		what := fmt.Sprintf("changes %s (+%s −%s lines)", plural(st.Files, "file"), grouped(st.Added), grouped(st.Removed))
		if st.Files == 0 {
			what = "has nothing to do"
		}
		if st.Coroutines > 0 {
			what += fmt.Sprintf(", %s to coroutines", plural(st.Coroutines, "function"))
		}
		switch {
		case st.Error != "":
			what = "cannot be made: " + st.Error
		case st.Name == "drop" && len(st.Left) > 0:
			what = fmt.Sprintf("refuses: %s still %s Eventlet", plural(len(st.Left), "place"), needs(len(st.Left)))
		case len(st.Left) > 0:
			what += fmt.Sprintf(", %s left for a person", plural(len(st.Left), "place"))
		}
		command := "offlet " + st.Name
		if st.Name == "migrate" {
			command += " --all"
		}
		p.full(fmt.Sprintf("  %d. %-20s %s", i+1, command, what))
		if st.Name == "hub" {
			continue // its places are among the hazards above
		}
		rules := map[string]int{}
		first := map[string]migrate.Note{}
		for _, n := range st.Left {
			if _, ok := first[n.Rule]; !ok {
				first[n.Rule] = n
			}
			rules[n.Rule]++
		}
		for j, r := range sorted(rules) {
			if j == p.most(2) {
				break
			}
			n := first[r]
			p.linef("       %-6s %5s  %s:%d %s", r, grouped(rules[r]), n.Path, n.Line, cut(n.Message, 60))
		}
	}
	if p.o.Verbose {
		for _, st := range s.Steps {
			if len(st.Left) == 0 {
				continue
			}
			p.title("Left for a person by offlet %s", st.Name)
			for _, n := range st.Left {
				where := fmt.Sprintf("%s:%d:%d", n.Path, n.Line, n.Col)
				if st.Name == "drop" && n.Func != "" {
					where = n.Path + " " + n.Func
				}
				p.linef("  %s: %s %s", where, n.Rule, n.Message)
			}
		}
	}
	p.linef("")
	more := ""
	if !p.o.Verbose {
		more = "  (offlet scan -v lists every place, offlet explain RULE tells more)"
	}
	p.linef("Next: %s%s", s.next(), more)
}

// next is the command to go on with.
func (s *Scan) next() string {
	switch {
	case len(s.Steps) == 0:
		return "nothing"
	case s.Steps[0].Error != "":
		return "make offlet hub possible"
	case s.Steps[0].Files > 0:
		return "offlet hub"
	case len(s.Steps) > 1 && s.Steps[1].Files > 0:
		return "offlet migrate --all"
	case len(s.Steps) > 2 && len(s.Steps[2].Left) == 0 && s.Steps[2].Error == "":
		return "offlet drop"
	}
	return "what is left for a person, listed above"
}

func needs(n int) string {
	if n == 1 {
		return "needs"
	}
	return "need"
}
