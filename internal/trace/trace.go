// Package trace records which Python stacks of a running program really yield
// to Eventlet's hub, and compares them with what the analysis of its source
// says.
package trace

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Function is a code object of a program: a function, a lambda, the body of
// a class or a module, and before Python 3.12 a comprehension.
type Function struct {
	// File is relative to the directory that was traced, with slashes. One
	// outside of it begins with <site> (an installed package), with <stdlib>,
	// or is absolute.
	File string `json:"file"`
	// Line is its first one: that of its first decorator, or of its def.
	Line int `json:"line"`
	// Name is dotted, with <locals> after a function (before Python 3.11 only
	// the last part).
	Name string `json:"name"`
}

// Bare is the last part of the name.
func (f *Function) Bare() string { return f.Name[strings.LastIndexByte(f.Name, '.')+1:] }

// A Frame is one call on a stack.
type Frame struct {
	Func int // index into Trace.Functions
	Line int // where it calls the next one; 0 if Python does not know
}

// A Kind says why a stack was recorded.
type Kind uint8

// The kinds of stacks.
const (
	Yield Kind = iota // it gave up control to the hub
	Slow              // it kept the hub waiting
)

// A Stack is a stack that was seen, outermost call first.
type Stack struct {
	Kind   Kind
	Frames []Frame
	Count  int64
	// Millis is the longest that a Slow one was seen to last.
	Millis int64
}

// A Trace is what was seen of a command, all its processes together.
type Trace struct {
	Command   []string
	Exit      int // of the command; 128 + n for signal n
	Processes int // of Python
	Python    []string
	// Full counts the processes that had more stacks than are kept.
	Full      int
	Functions []Function // sorted
	Stacks    []Stack    // sorted
	// Ran are the functions that ran at all, if that was asked for.
	Ran []int
}

// records is what one process wrote.
type record struct {
	T      string `json:"t"`
	I      int    `json:"i"`
	File   string `json:"file"`
	Line   int    `json:"line"`
	Name   string `json:"name"`
	Stack  []int  `json:"s"`
	Code   int    `json:"c"`
	Python string `json:"python"`
	Stdlib string `json:"stdlib"`
}

// merger puts the records of several processes together.
type merger struct {
	root, real string // of the project, as given and with symbolic links followed
	trace      *Trace
	funcs      map[Function]int
	stacks     map[string]int
	ran        map[int]bool
	noRan      bool
}

// merge reads the records in a directory.
func merge(dir, root string) (*Trace, error) {
	abs, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	m := &merger{root: abs, real: abs, trace: &Trace{}, funcs: map[Function]int{}, stacks: map[string]int{}, ran: map[int]bool{}}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		m.real = real
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if err := m.process(f); err != nil {
			return nil, err
		}
	}
	for f := range m.ran {
		m.trace.Ran = append(m.trace.Ran, f)
	}
	m.trace.sort()
	if m.noRan {
		return m.trace, errNoRan
	}
	return m.trace, nil
}

var errNoRan = fmt.Errorf("which functions ran can be recorded with Python 3.12 or newer only")

// process adds the records of one process. The last line may be cut short, if
// it was killed.
func (m *merger) process(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	counts, err := os.ReadFile(strings.TrimSuffix(name, ".jsonl") + ".counts")
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	at := func(i int) int64 {
		if n := i * 8; n+8 <= len(counts) {
			return int64(binary.NativeEndian.Uint64(counts[n:]))
		}
		return 0
	}
	var stdlib string
	codes := map[int]int{}
	for len(data) > 0 {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		data = rest
		var r record
		if err := json.Unmarshal(line, &r); err != nil {
			if !whole {
				break
			}
			return fmt.Errorf("the agent's records: %w", err)
		}
		switch r.T {
		case "process":
			m.trace.Processes++
			stdlib = r.Stdlib
			if !slices.Contains(m.trace.Python, r.Python) {
				m.trace.Python = append(m.trace.Python, r.Python)
			}
		case "code":
			codes[r.I] = m.function(Function{m.place(r.File, stdlib), r.Line, r.Name})
		case "ran":
			if f, ok := codes[r.Code]; ok {
				m.ran[f] = true
			}
		case "full":
			m.trace.Full++
		case "no ran":
			m.noRan = true
		case "yield", "slow":
			s := Stack{Kind: Yield, Count: max(at(2*r.I), 1), Millis: at(2*r.I + 1)}
			if r.T == "slow" {
				s.Kind = Slow
			}
			for i := 0; i+1 < len(r.Stack); i += 2 {
				f, ok := codes[r.Stack[i]]
				if !ok {
					return fmt.Errorf("the agent's records: %s: a stack has an unknown function", filepath.Base(name))
				}
				s.Frames = append(s.Frames, Frame{f, r.Stack[i+1]})
			}
			m.stack(s)
		}
	}
	return nil
}

// place names a file without the directories of this machine, as far as it can.
func (m *merger) place(file, stdlib string) string {
	slashed := filepath.ToSlash(file)
	for _, site := range [...]string{"/site-packages/", "/dist-packages/"} {
		if i := strings.LastIndex(slashed, site); i >= 0 {
			return "<site>/" + slashed[i+len(site):]
		}
	}
	for _, root := range [...]string{m.root, m.real} {
		if rel, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(rel) {
			return filepath.ToSlash(rel)
		}
	}
	if stdlib != "" {
		if rel, err := filepath.Rel(stdlib, file); err == nil && filepath.IsLocal(rel) {
			return "<stdlib>/" + filepath.ToSlash(rel)
		}
	}
	return slashed
}

func (m *merger) function(f Function) int {
	i, ok := m.funcs[f]
	if !ok {
		i = len(m.trace.Functions)
		m.funcs[f] = i
		m.trace.Functions = append(m.trace.Functions, f)
	}
	return i
}

func (m *merger) stack(s Stack) {
	key := fmt.Sprint(s.Kind, s.Frames)
	i, ok := m.stacks[key]
	if !ok {
		m.stacks[key] = len(m.trace.Stacks)
		m.trace.Stacks = append(m.trace.Stacks, s)
		return
	}
	t := &m.trace.Stacks[i]
	t.Count += s.Count
	t.Millis = max(t.Millis, s.Millis)
}

// sort puts everything into an order that does not depend on which process
// came first.
func (t *Trace) sort() {
	order := make([]int, len(t.Functions))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		f, g := &t.Functions[a], &t.Functions[b]
		return cmp.Or(cmp.Compare(f.File, g.File), cmp.Compare(f.Line, g.Line), cmp.Compare(f.Name, g.Name))
	})
	place := make([]int, len(order))
	functions := make([]Function, len(order))
	for i, old := range order {
		place[old] = i
		functions[i] = t.Functions[old]
	}
	t.Functions = functions
	for i := range t.Ran {
		t.Ran[i] = place[t.Ran[i]]
	}
	slices.Sort(t.Ran)
	for i := range t.Stacks {
		for j := range t.Stacks[i].Frames {
			f := &t.Stacks[i].Frames[j]
			f.Func = place[f.Func]
		}
	}
	slices.SortFunc(t.Stacks, func(a, b Stack) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), slices.CompareFunc(a.Frames, b.Frames, func(x, y Frame) int {
			return cmp.Or(cmp.Compare(x.Func, y.Func), cmp.Compare(x.Line, y.Line))
		}))
	})
	slices.Sort(t.Python)
}

// line is one line of a trace file: the header, a function (numbered from 0 in
// their order), a stack (function, line, function, line …), or what ran.
type line struct {
	Version   int      `json:"offlet-trace,omitempty"`
	Command   []string `json:"command,omitempty"`
	Exit      int      `json:"exit,omitempty"`
	Processes int      `json:"processes,omitempty"`
	Python    []string `json:"python,omitempty"`
	Full      int      `json:"full,omitempty"`

	*Function

	Yield  []int `json:"yield,omitempty"`
	Slow   []int `json:"slow,omitempty"`
	Count  int64 `json:"count,omitempty"`
	Millis int64 `json:"ms,omitempty"`

	Ran []int `json:"ran,omitempty"`
}

const version = 1

// Write writes a trace file: JSON, one object per line.
func (t *Trace) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	put := func(l line) error { return enc.Encode(l) }
	if err := put(line{Version: version, Command: t.Command, Exit: t.Exit, Processes: t.Processes, Python: t.Python, Full: t.Full}); err != nil {
		return err
	}
	for i := range t.Functions {
		if err := put(line{Function: &t.Functions[i]}); err != nil {
			return err
		}
	}
	for _, s := range t.Stacks {
		flat := make([]int, 0, 2*len(s.Frames))
		for _, f := range s.Frames {
			flat = append(flat, f.Func, f.Line)
		}
		l := line{Yield: flat, Count: s.Count}
		if s.Kind == Slow {
			l.Yield, l.Slow, l.Millis = nil, flat, s.Millis
		}
		if err := put(l); err != nil {
			return err
		}
	}
	if len(t.Ran) > 0 {
		if err := put(line{Ran: t.Ran}); err != nil {
			return err
		}
	}
	return b.Flush()
}

// Read reads a trace file.
func Read(r io.Reader) (*Trace, error) {
	t := &Trace{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 64<<20)
	n := 0
	for lines.Scan() {
		n++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var l line
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if n == 1 {
			if l.Version != version {
				return nil, fmt.Errorf("is not a trace of this version of offlet; record it again with offlet trace")
			}
			t.Command, t.Exit, t.Processes, t.Python, t.Full = l.Command, l.Exit, l.Processes, l.Python, l.Full
			continue
		}
		switch {
		case l.Function != nil:
			t.Functions = append(t.Functions, *l.Function)
		case l.Ran != nil:
			for _, f := range l.Ran {
				if f < 0 || f >= len(t.Functions) {
					return nil, fmt.Errorf("line %d: there is no function %d", n, f)
				}
			}
			t.Ran = append(t.Ran, l.Ran...)
		default:
			s := Stack{Kind: Yield, Count: l.Count, Millis: l.Millis}
			flat := l.Yield
			if flat == nil {
				s.Kind, flat = Slow, l.Slow
			}
			for i := 0; i+1 < len(flat); i += 2 {
				if flat[i] < 0 || flat[i] >= len(t.Functions) {
					return nil, fmt.Errorf("line %d: there is no function %d", n, flat[i])
				}
				s.Frames = append(s.Frames, Frame{flat[i], flat[i+1]})
			}
			t.Stacks = append(t.Stacks, s)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fmt.Errorf("is empty; record it again with offlet trace")
	}
	return t, nil
}

// Load reads the trace file of a name.
func Load(name string) (*Trace, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	t, err := Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// Save writes the trace file of a name, whole or not at all.
func (t *Trace) Save(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".trace-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := cmp.Or(t.Write(f), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// InProject reports whether a function is in a file below the directory that
// was traced.
func (t *Trace) InProject(f int) bool {
	file := t.Functions[f].File
	return file != "" && file[0] != '<' && !filepath.IsAbs(filepath.FromSlash(file))
}
