// Package deploy reads the files of a project that are not Python and says
// what they have to do with Eventlet: who asks for it, which server or worker
// is told to run on it, which environment variables are set for it, which
// logger is named after it. Each finding has a place.
//
// Nothing here fails on bad input: a file that is broken is listed as a
// [Problem] with the place, and read line by line instead.
package deploy

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/workspace"
)

// A Kind says what a finding is about.
type Kind string

// The kinds of findings.
const (
	Requirement Kind = "requirement" // eventlet>=0.33, gunicorn[eventlet], python3-eventlet
	Constraint  Kind = "constraint"  // a version for it, if somebody else asks for it
	Lock        Kind = "lock"        // an entry of a lock file
	Gunicorn    Kind = "gunicorn"    // gunicorn -k eventlet
	Celery      Kind = "celery"      // celery worker -P eventlet
	SocketIO    Kind = "socketio"    // async_mode = eventlet
	Messaging   Kind = "messaging"   // executor = eventlet
	Chaussette  Kind = "chaussette"  // chaussette --backend eventlet
	Environment Kind = "environment" // EVENTLET_HUB=asyncio
	Logger      Kind = "logger"      // qualname = eventlet.wsgi.server
	Coverage    Kind = "coverage"    // concurrency = eventlet
	Mention     Kind = "mention"     // anything else that names it
)

// Plugin reports whether a finding of this kind plugs Eventlet into another
// program: use case 2 of Eventlet's guide.
func (k Kind) Plugin() bool {
	switch k {
	case Gunicorn, Celery, SocketIO, Messaging, Chaussette:
		return true
	}
	return false
}

// A Finding is one place of a file that is not Python.
type Finding struct {
	Path string `json:"path"`
	Line int    `json:"line"` // 1-based
	Col  int    `json:"col"`  // 1-based, in characters
	Kind Kind   `json:"kind"`
	// Name is what is set or asked for: EVENTLET_HUB, eventlet, gunicorn.
	Name string `json:"name,omitempty"`
	// Value is what it is set to, or the version that is asked for.
	Value string `json:"value,omitempty"`
	// Text is the line.
	Text string `json:"text"`
}

// A Problem is a file that could not be read as what its name says.
type Problem struct {
	Path    string
	Line    int // 0 if it is not known
	Message string
}

// A Result is what the files of a project say.
type Result struct {
	Findings []Finding
	Problems []Problem
}

// largest is the size up to which files are read: nobody writes a longer one
// by hand, but lock files grow.
const largest = 8 << 20

// Scan reads the files of a project.
func Scan(p *workspace.Project) *Result {
	s := &scanner{project: p, seen: map[string]bool{}}
	for _, name := range p.Others {
		s.file(name, false)
	}
	// setup.py is Python; it is only read, never run
	if reqs, err := p.FindRequirement("eventlet"); err == nil {
		for _, r := range reqs {
			if strings.HasSuffix(r.Manifest, ".py") {
				if f := s.open(r.Manifest); f != nil {
					f.add(Requirement, r.Line, "eventlet", "eventlet", version(r.Text))
				}
			}
		}
	}
	slices.SortStableFunc(s.out.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Kind, b.Kind))
	})
	s.out.Findings = slices.CompactFunc(s.out.Findings, func(a, b Finding) bool {
		return a.Path == b.Path && a.Line == b.Line && a.Col == b.Col && a.Kind == b.Kind
	})
	slices.SortStableFunc(s.out.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line))
	})
	return &s.out
}

type scanner struct {
	project *workspace.Project
	seen    map[string]bool
	out     Result
}

// A file is one that is being read.
type file struct {
	s     *scanner
	path  string
	text  string
	lines []string
	depth int // of commands in strings of commands
}

// A reader is how files with certain names are read.
type reader struct {
	fits func(base, ext string) bool // of the name in lower case
	read func(*file)
}

// readers tell by a file's name how it is read; the first that fits counts.
func readers() []reader {
	return []reader{
		{func(b, e string) bool { return workspaceRequirements(b) }, func(f *file) { f.requirements(strings.Contains(path.Base(f.path), "constraint")) }},
		{func(b, e string) bool {
			return e == ".toml" || b == "pipfile" || b == "poetry.lock" || b == "uv.lock" || b == "pdm.lock" || b == "pylock.toml"
		}, (*file).toml},
		{func(b, e string) bool { return e == ".yml" || e == ".yaml" || e == ".json" || b == "pipfile.lock" }, (*file).yaml},
		{func(b, e string) bool {
			return strings.HasPrefix(b, "dockerfile") || strings.HasPrefix(b, "containerfile") || e == ".dockerfile" || e == ".containerfile"
		}, (*file).dockerfile},
		{func(b, e string) bool { return strings.HasPrefix(b, "procfile") }, (*file).procfile},
		{func(b, e string) bool {
			switch e {
			case ".service", ".socket", ".timer", ".target", ".container":
				return true
			}
			return false
		}, (*file).systemd},
		{func(b, e string) bool {
			switch e {
			case ".ini", ".cfg", ".conf", ".conf-sample", ".sample", ".coveragerc", ".pylintrc", ".flake8", ".desktop":
				return true
			}
			// nova.conf.sample, app.ini.j2; not the manual page nova.conf.5
			return (strings.Contains(b, ".conf.") || strings.Contains(b, ".ini.")) && !manual.MatchString(e)
		}, (*file).ini},
		{func(b, e string) bool { return e == ".env" || strings.HasPrefix(b, ".env") }, (*file).env},
		{func(b, e string) bool { return e == ".sh" || e == ".bash" || e == ".ksh" || e == ".envrc" }, (*file).script},
		{func(b, e string) bool {
			switch e {
			case ".mk", ".cmd", ".bat", ".ps1", ".j2", ".tmpl", ".tpl", ".template", ".erb", ".lock", ".zsh", ".fish", ".spec", ".tf", ".hcl", ".xml", ".nix", ".mak", ".in":
				return true
			}
			switch b {
			case "makefile", "gnumakefile", "justfile", "build", "control", "vagrantfile", "jenkinsfile", "setup.py.tmpl":
				return true
			}
			return false
		}, (*file).anyLines},
	}
}

// inRequirements reports whether a file is somewhere below a directory
// requirements: requirements/extras/eventlet.txt.
func inRequirements(name string) bool {
	return slices.Contains(strings.Split(path.Dir(name), "/"), "requirements")
}

var manual = regexp.MustCompile(`^\.[0-9]$`)

func workspaceRequirements(base string) bool {
	switch path.Ext(base) {
	case ".txt", ".in", ".pip":
		return strings.Contains(base, "requirement") || strings.Contains(base, "constraint") || strings.HasPrefix(base, "requires")
	}
	return false
}

// open reads a file if it is a text that names Eventlet, else it is nil.
func (s *scanner) open(name string) *file {
	info, err := os.Lstat(s.project.Abs(name))
	if err != nil || !info.Mode().IsRegular() || info.Size() > largest {
		return nil
	}
	data, err := os.ReadFile(s.project.Abs(name))
	if err != nil {
		s.out.Problems = append(s.out.Problems, Problem{Path: name, Message: "cannot be read: " + reason(err)})
		return nil
	}
	if bytes.IndexByte(data[:min(len(data), 1024)], 0) >= 0 {
		return nil
	}
	switch path.Ext(name) {
	case ".txt", ".in", ".pip":
		if !mentions(data) && !leads.Match(data) {
			return nil
		}
	default:
		if !mentions(data) {
			return nil
		}
	}
	text := strings.TrimPrefix(strings.ToValidUTF8(string(data), "\uFFFD"), "\uFEFF")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return &file{s: s, path: name, text: text, lines: strings.Split(text, "\n")}
}

// mentions reports whether a text may name Eventlet, in the ways in which
// people write it. Nearly all files do not, and need no parser.
func mentions(data []byte) bool {
	for _, part := range []string{"ventlet", "VENTLET", "ventLet"} {
		if bytes.Contains(data, []byte(part)) {
			return true
		}
	}
	return false
}

func reason(err error) string {
	if pe, ok := err.(*os.PathError); ok {
		return pe.Err.Error()
	}
	return err.Error()
}

var (
	// leads finds the lines of a requirements file that lead to others.
	leads = regexp.MustCompile(`(?m)^\s*(-r|-c|--requirement|--constraint)\b`)
	// itself finds its name as a word of its own: not eventlets, eventlet2
	itself = regexp.MustCompile(`(?i)(^|[^a-z0-9])eventlet($|[^a-z0-9])|geventlet|EventletWorker`)
)

func (s *scanner) file(name string, constraint bool) {
	if s.seen[name] {
		return
	}
	s.seen[name] = true
	read := readerOf(name, constraint)
	if read == nil {
		return
	}
	f := s.open(name)
	if f == nil {
		return
	}
	defer func() {
		// a reader that fails on strange input must not take the scan with it
		if r := recover(); r != nil {
			s.out.Problems = append(s.out.Problems, Problem{Path: name, Message: fmt.Sprintf("cannot be read: %v", r)})
		}
	}()
	read(f)
}

// readerOf is how a file is read, nil if it is not. constraint says that it is one
// of constraints.
func readerOf(name string, constraint bool) func(*file) {
	if strings.Contains("/"+name, "/releasenotes/") {
		return nil // OpenStack's release notes are YAML, but prose
	}
	base := strings.ToLower(path.Base(name))
	ext := path.Ext(base)
	for _, r := range readers() {
		if r.fits(base, ext) {
			return r.read
		}
	}
	switch {
	case inRequirements(name) && (ext == ".txt" || ext == ".in" || ext == ".pip"):
		return func(f *file) { f.requirements(constraint) }
	case ext == "":
		return (*file).unnamed
	}
	return nil
}

// Reads reports whether what Scan says may depend on what is in a file of a
// project, by its name.
func Reads(name string) bool { return readerOf(name, false) != nil }

// unnamed reads a file without an extension: a script by its first line, or
// the settings of a service (etc/default/celeryd), which are shell too.
func (f *file) unnamed() {
	first := f.lines[0]
	switch {
	case strings.HasPrefix(first, "#!") && strings.Contains(first, "python"):
	case strings.HasPrefix(first, "#!") && strings.Contains(first, "sh"),
		path.Base(path.Dir(f.path)) == "default", path.Base(path.Dir(f.path)) == "sysconfig":
		f.script()
	}
}

// broken notes that the file is not what its name says.
func (f *file) broken(line int, format string, args ...any) {
	f.s.out.Problems = append(f.s.out.Problems, Problem{Path: f.path, Line: line, Message: fmt.Sprintf(format, args...)})
}

// add notes a finding at the first place on or after a line where a word
// stands; parsers give the line but seldom the right column.
func (f *file) add(kind Kind, line int, word, name, value string) {
	line = max(1, min(line, len(f.lines)))
	col := 0
	for i := line; i <= len(f.lines) && i < line+400; i++ {
		at := f.find(i, word, kind)
		if at >= 0 {
			line, col = i, at
			break
		}
	}
	text := f.lines[line-1]
	if kind == Mention && !itself.MatchString(text) {
		return
	}
	at := len([]rune(text[:col])) + 1
	text = strings.TrimSpace(text)
	if r := []rune(text); len(r) > 160 {
		text = string(r[:160]) + "…"
	}
	f.s.out.Findings = append(f.s.out.Findings, Finding{Path: f.path, Line: line, Col: at, Kind: kind, Name: name, Value: value, Text: text})
}

// find looks for a word in a line, from behind the last finding of the same
// kind there, so that two of them in one line have two places.
func (f *file) find(line int, word string, kind Kind) int {
	text, from := f.lines[line-1], 0
	for i := len(f.s.out.Findings) - 1; i >= 0; i-- {
		o := f.s.out.Findings[i]
		if o.Path != f.path {
			break
		}
		if o.Line == line && o.Kind == kind {
			from = max(from, len(string([]rune(text)[:o.Col-1]))+1)
		}
	}
	if at := strings.Index(text[min(from, len(text)):], word); at >= 0 {
		return from + at
	}
	if at := strings.Index(strings.ToLower(text[min(from, len(text)):]), strings.ToLower(word)); at >= 0 && len(strings.ToLower(text)) == len(text) {
		return from + at
	}
	return -1
}

// has reports whether a line was found to say something already.
func (f *file) has(line int) bool {
	for i := len(f.s.out.Findings) - 1; i >= 0 && f.s.out.Findings[i].Path == f.path; i-- {
		if f.s.out.Findings[i].Line == line {
			return true
		}
	}
	return false
}

func (f *file) count() int { return len(f.s.out.Findings) }
