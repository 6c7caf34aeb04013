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
	"unicode/utf8"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/trace"
	"github.com/offlet/offlet/internal/workspace"
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
	Name    string `json:"name"`
	Files   int    `json:"files"`
	Added   int    `json:"added"`
	Removed int    `json:"removed"`
	// Coroutines is how many functions become coroutine functions, InTests how
	// many of them those of tests are; Awaits is how many places get an await,
	// async for or async with.
	Coroutines int `json:"coroutines"`
	InTests    int `json:"coroutinesInTests"`
	Awaits     int `json:"awaits"`
	// Waits is how many places of the step before hold this one up: see steps.Trial.
	Waits int            `json:"waits,omitempty"`
	Left  []migrate.Note `json:"left"`
	Error string         `json:"error,omitempty"`
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
			out = append(out, Finding{n.Rule, Note, n.Path, n.Line, n.Col, n.Message, workspace.IsTest(n.Path)})
		}
	}
	if s.Trace != nil {
		for _, n := range s.Trace.Unseen {
			out = append(out, Finding{n.Rule, Warning, n.Path, n.Line, n.Col, n.Func + " " + n.Message, workspace.IsTest(n.Path)})
		}
	}
	slices.SortStableFunc(out, byPlace)
	return out
}

// Options are what the text form is asked for.
type Options struct {
	Verbose bool // list every place
	Color   bool
	Screen  bool           // cut long lines
	Rules   []migrate.Rule // for their titles
}

// JSON writes a report for programs.
func JSON(w io.Writer, r Report) error { return encode(w, r) }

func encode(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Text writes a scan for people: without Verbose about one screen.
func (s *Scan) Text(w io.Writer, o Options) error {
	o.Screen = true
	p := &printer{w: w, o: o}
	p.scan(s)
	p.trace(s.Trace)
	return p.err
}

func (p *printer) scan(s *Scan) {
	p.head(s)
	switch s.UseCase {
	case 0:
		p.linef("")
		if s.UseCaseWhy == "" {
			p.linef("It does not use Eventlet.")
		} else {
			p.full("It does not use Eventlet itself; " + s.UseCaseWhy + ".")
		}
		p.beside(s)
		p.problems(s.Problems)
		return
	case 2:
		p.plugins(s)
		p.beside(s)
		p.hazards(s)
		p.problems(s.Problems)
		p.instead(s)
		return
	}
	p.uses(s)
	p.facades(s)
	p.plugins(s)
	p.beside(s)
	p.hazards(s)
	p.entries(s)
	p.problems(s.Problems)
	p.cost(s)
	p.steps(s)
}

// Plugged says of a project that only plugs Eventlet into something else what it
// has and what is to be done: what a scan says of it.
func Plugged(w io.Writer, s *Scan, o Options) error {
	p := &printer{w: w, o: o}
	p.useCase(s)
	p.plugins(s)
	p.instead(s)
	return p.err
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
	p.subtitle(format, args...)
}

// subtitle begins a part that belongs to the one before.
func (p *printer) subtitle(format string, args ...any) {
	p.linef("%s", p.bold(fmt.Sprintf(format, args...)))
}

func (p *printer) bold(text string) string {
	if p.o.Color {
		return "\x1b[1m" + text + "\x1b[0m"
	}
	return text
}

// columns makes lines of rows: each column is as wide as its widest cell, and
// those in right are of numbers, which end at one place. The last column ends
// where its text does.
func columns(rows [][]string, right ...int) []string {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	out := make([]string, len(rows))
	for i, row := range rows {
		var b strings.Builder
		for j, cell := range row {
			pad := strings.Repeat(" ", widths[j]-utf8.RuneCountInString(cell))
			if j > 0 {
				b.WriteString("  ")
			}
			if slices.Contains(right, j) {
				b.WriteString(pad + cell)
			} else {
				b.WriteString(cell + pad)
			}
		}
		out[i] = strings.TrimRight(b.String(), " ")
	}
	return out
}

// name is a path as it stands in a column: on one screen the start of a long
// one is left out, with -v never.
func (p *printer) name(path string) string {
	const most = 44
	if r := []rune(path); len(r) > most && !p.o.Verbose {
		return "…" + string(r[len(r)-most+1:])
	}
	return path
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
	if s.UseCase != 0 {
		p.linef("")
		p.useCase(s)
	}
}

// useCase says which of the guide's two use cases a project is.
func (p *printer) useCase(s *Scan) {
	what := "Eventlet is this program's own framework"
	if s.UseCase == 2 {
		what = "Eventlet is only plugged into something else"
	}
	p.linef("%s", p.bold(fmt.Sprintf("Use case %d of Eventlet's guide: %s", s.UseCase, what)))
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
		if workspace.IsTest(u.Path) {
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
	var rows [][]string // of two kinds each
	for i, t := range list {
		if i%2 == 0 {
			rows = append(rows, nil)
		}
		row := &rows[len(rows)-1]
		if i%2 == 1 {
			*row = append(*row, "") // so that the two stand apart
		}
		if i == p.most(5) && len(list) > 6 {
			*row = append(*row, fmt.Sprintf("and %s", plural(len(list)-i, "more kind")))
			break
		}
		*row = append(*row, t.name, grouped(t.places), "in "+plural(t.files, "file"))
	}
	for _, line := range columns(rows, 1, 5) {
		p.linef("  %s", line)
	}
	if !p.o.Verbose {
		return
	}
	p.title("By file")
	rows = nil
	for _, t := range tallies(s.Uses, func(u inventory.Use) string { return u.Path }) {
		var parts []string
		for i, k := range sorted(t.kinds) {
			if i == 3 {
				parts = append(parts, "…")
				break
			}
			parts = append(parts, fmt.Sprintf("%s %d", k, t.kinds[k]))
		}
		rows = append(rows, []string{t.name, grouped(t.places), strings.Join(parts, ", ")})
	}
	for _, line := range columns(rows, 1) {
		p.linef("  %s", line)
	}
}

func (p *printer) facades(s *Scan) {
	if len(s.Facades) == 0 {
		return
	}
	p.subtitle("Façades: %s through which others use Eventlet without naming it", plural(len(s.Facades), "module"))
	var rows [][]string
	for i, f := range s.Facades {
		if i == p.most(2) {
			break
		}
		what := append(slices.Clone(f.Wrappers), f.Names...)
		rows = append(rows, []string{p.name(f.Path), plural(f.Modules, "module"), cut(strings.Join(what, ", "), 50)})
	}
	for _, line := range columns(rows, 1) {
		p.linef("  %s", line)
	}
}

// instead says what is to be done where Eventlet is only plugged in.
func (p *printer) instead(s *Scan) {
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
		if u.Name == name && u.How == "call" && !workspace.IsTest(u.Path) {
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
		title := p.title
		if s.UseCase == 1 { // with what it uses
			title = p.subtitle
		}
		title("Settings that name Eventlet, and go with it")
	}
	var rows [][]string
	for i, k := range sorted(count) {
		list := groups[k]
		if i == p.most(3) {
			break
		}
		if !p.o.Verbose {
			first := list[0]
			text := first.Name
			if first.Value != "" {
				text += " " + first.Value
			}
			rows = append(rows, []string{first.Rule, k, grouped(len(list)), fmt.Sprintf("%s:%d %s", first.Path, first.Line, cut(text, 40))})
			continue
		}
		p.linef("  %s %s", list[0].Rule, k)
		for _, set := range list {
			p.linef("    %s:%d:%d: %s", set.Path, set.Line, set.Col, cut(set.Text, 100))
		}
	}
	for _, line := range columns(rows, 2) {
		p.linef("  %s", line)
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
				add(inventory.Hazard{Note: n, Test: workspace.IsTest(n.Path)})
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
	shown := p.most(5)
	first := ""
	if len(list) > shown {
		first = fmt.Sprintf(", the first %d of %d rules", shown, len(list))
	}
	p.title("Hazards: what will behave differently%s (offlet explain %s tells what to do)", first, list[0].rule)
	var rows [][]string
	for i, g := range list {
		if i == shown {
			break
		}
		tests := ""
		if g.tests > 0 {
			tests = fmt.Sprintf("+%s in tests", grouped(g.tests))
		}
		rows = append(rows, []string{g.rule, grouped(g.code), tests, fmt.Sprintf("%s:%d %s", g.first.Path, g.first.Line, cut(g.first.Message, 64))})
	}
	for i, line := range columns(rows, 1) {
		p.linef("  %s", line)
		if p.o.Verbose {
			for _, h := range list[i].all {
				p.linef("        %s:%d:%d: %s", h.Path, h.Line, h.Col, h.Message)
			}
		}
	}
}

// weight puts the hazards first that break a program at step 1.
func weight(rule string) int {
	switch rule {
	case "HUB2", "HUB3", "HUB4", "HUB6", "HUB7", "HAZ1", "HAZ2", "HAZ4", "HAZ5", "HAZ6":
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
	var rows [][]string
	for i, e := range s.Entries {
		if i == p.most(3) {
			break
		}
		waits := "nothing that waits is reached"
		if e.Depth > 0 {
			waits = fmt.Sprintf("%s of %s may wait, %s for certain, up to %s deep (%s)",
				grouped(e.Green), plural(e.Functions, "function"), grouped(e.Certain), plural(e.Depth, "call"), e.Leaf)
		}
		rows = append(rows, []string{p.name(e.Path), plural(e.Modules, "module") + ", " + waits})
	}
	for _, line := range columns(rows) {
		p.linef("  %s", line)
	}
}

func (p *printer) problems(list []Problem) {
	if len(list) == 0 {
		return
	}
	p.linef("")
	p.linef("%s cannot be read as Python:", plural(len(list), "file"))
	for i, pr := range list {
		if i == p.most(5) {
			p.linef("  and %d more", len(list)-i)
			break
		}
		p.full("  " + pr.Message)
	}
}

// cost prints what step 2 takes: how much code changes, and what a person has
// to look at, by rule.
func (p *printer) cost(s *Scan) {
	i := slices.IndexFunc(s.Steps, func(st Step) bool { return st.Name == "migrate" })
	if i < 0 || s.Steps[i].Error != "" || s.Steps[i].Files+len(s.Steps[i].Left) == 0 {
		return
	}
	st := s.Steps[i]
	tests := ""
	if st.InTests > 0 {
		tests = fmt.Sprintf(" (%s in tests)", grouped(st.InTests))
	}
	if st.Files == 0 && !slices.ContainsFunc(st.Left, func(n migrate.Note) bool { return n.Rule != "HUB5" }) {
		p.title("What it costs: nothing moves before it is known to run on the asyncio hub (%s:%d)", st.Left[0].Path, st.Left[0].Line)
		p.linef("  offlet plan lists what would move.")
		return
	}
	p.title("What it costs: %s%s, %s %s an await", becoming(st.Coroutines), tests, plural(st.Awaits, "place"), verb(st.Awaits, "gets", "get"))
	if len(st.Left) == 0 {
		p.linef("  Nothing of it is left for a person.")
		return
	}
	type group struct {
		all, code, tests int
		files            map[string]int
	}
	rules := map[string]*group{}
	all := &group{files: map[string]int{}}
	for _, n := range st.Left {
		g := rules[n.Rule]
		if g == nil {
			g = &group{files: map[string]int{}}
			rules[n.Rule] = g
		}
		for _, g := range [...]*group{g, all} {
			g.all++
			if workspace.IsTest(n.Path) {
				g.tests++
				continue
			}
			g.code++
			g.files[n.Path]++
		}
	}
	count := map[string]int{}
	for r, g := range rules {
		count[r] = g.all
	}
	titles := map[string]string{}
	for _, r := range p.o.Rules {
		titles[r.ID] = r.Title
	}
	inTests := func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("+%s in tests", grouped(n))
	}
	p.linef("  %s", strings.TrimSpace("Left for a person: "+plural(all.code, "place")+" "+inTests(all.tests)))
	var rows [][]string
	for i, r := range sorted(count) {
		if i == p.most(4) {
			break
		}
		g := rules[r]
		rows = append(rows, []string{r, grouped(g.code), inTests(g.tests), cut(titles[r], 42), most(g.files, 1)})
	}
	for _, line := range columns(rows, 1) {
		p.linef("  %s", line)
	}
	if len(all.files) > 1 {
		p.linef("  most of it in %s", most(all.files, 3))
	}
}

// becoming says that functions become coroutine functions.
func becoming(n int) string {
	return plural(n, "function") + " " + verb(n, "becomes a coroutine function", "become coroutine functions")
}

// most names the files with the highest numbers.
func most(files map[string]int, n int) string {
	var parts []string
	for i, f := range sorted(files) {
		if i == n {
			break
		}
		parts = append(parts, fmt.Sprintf("%s %s", left(f, 36), grouped(files[f])))
	}
	return strings.Join(parts, ", ")
}

// steps prints what the steps would do, what they leave, and what comes next.
func (p *printer) steps(s *Scan) {
	if len(s.Steps) == 0 {
		return
	}
	p.title("What to do: the three steps of Eventlet's guide")
	for i, st := range s.Steps {
		what := fmt.Sprintf("changes %s (+%s −%s lines)", plural(st.Files, "file"), grouped(st.Added), grouped(st.Removed))
		if st.Files == 0 {
			what = "has nothing to do"
		}
		switch {
		case st.Error != "":
			what = "cannot be made: " + st.Error
		case st.Waits > 0 && st.Name == "migrate":
			what = fmt.Sprintf("%s, %s left; refuses before %s of step 1 %s settled",
				strings.Replace(what, "changes", "would change", 1), plural(len(st.Left), "place"), plural(st.Waits, "place"), verb(st.Waits, "is", "are"))
		case st.Waits > 0:
			what = fmt.Sprintf("refuses as long as %s of step 2 %s left: Eventlet is needed there",
				plural(st.Waits, "place"), verb(st.Waits, "is", "are"))
		case st.Name == "drop" && len(st.Left) > 0:
			what = fmt.Sprintf("refuses: %s still %s Eventlet", plural(len(st.Left), "place"), verb(len(st.Left), "needs", "need"))
		case len(st.Left) > 0:
			what += fmt.Sprintf(", %s left for a person", plural(len(st.Left), "place"))
		}
		command := "offlet " + st.Name
		if st.Name == "migrate" {
			command += " --all"
		}
		p.full(fmt.Sprintf("  %d. %-20s %s", i+1, command, what))
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
	more := ""
	if p.o.Verbose {
		p.linef("")
	} else {
		more = "  (offlet scan -v lists every place, offlet explain RULE tells more)"
	}
	p.linef("Next: %s%s", s.next(), more)
	if len(s.Steps) > 1 && s.Steps[1].Coroutines > 0 {
		p.linef("      offlet plan lists the functions that become coroutine functions, in the order in which they can.")
	}
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
	case len(s.Steps) > 1 && s.Steps[1].Waits > 0:
		return "what offlet hub leaves for a person (HUB4, HUB6)"
	case len(s.Steps) > 1 && s.Steps[1].Files > 0:
		return "offlet migrate --all"
	case len(s.Steps) > 2 && s.Steps[2].Waits == 0 && len(s.Steps[2].Left) == 0 && s.Steps[2].Error == "":
		return "offlet drop"
	}
	return "what is left for a person, listed above"
}

// trace says what a trace showed.
func (p *printer) trace(e *trace.Evidence) {
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
	return fmt.Sprintf("Trace: %d %s seen to yield; the analysis proves %d of them, guesses %d by the name of a method (now confirmed), and does not see %d.",
		e.Functions, verb(e.Functions, "function was", "functions were"), e.Proved, e.Guessed, e.Functions-e.Proved-e.Guessed)
}

// verb is the form of a verb for a number of things.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
