package deploy

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// A word is one argument of a command.
type word struct {
	text string
	line int // in the file
}

var (
	// environment finds EVENTLET_HUB=asyncio. Variables of other programs
	// (EVENTLET_TESTS of StackStorm) do not count.
	environment = regexp.MustCompile(`^(` + variables + `)=(.*)$`)
	variable    = regexp.MustCompile(`^` + variables + `$`)
	// requirement finds eventlet, eventlet[x]>=0.33 and eventlet @ https://…
	requirement = regexp.MustCompile(`(?i)^eventlet\s*(\[[^\]]*\])?\s*($|[<>=!~;@(^*\s].*)$`)
	// extra finds gunicorn[eventlet]==23.0
	extra = regexp.MustCompile(`(?i)^([A-Za-z0-9][A-Za-z0-9._-]*)\s*\[[^\]]*\beventlet\b[^\]]*\]`)
	// packaged finds the name under which distributions ship it
	packaged = regexp.MustCompile(`^python3?-eventlet\b`)
	assigned = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)
)

// variables are the environment variables that versions of Eventlet read.
const variables = `EVENTLET_(?:HUB|NO_GREENDNS|NO_IPV6|THREADPOOL_SIZE|TPOOL_DNS|TPOOL_GETHOSTBYNAME)`

// IsVariable reports whether a name is an environment variable of Eventlet.
func IsVariable(name string) bool { return variable.MatchString(name) }

// names reports whether the value of an option is Eventlet: eventlet,
// egg:gunicorn#eventlet, gunicorn.workers.geventlet.EventletWorker,
// celery.concurrency.eventlet:TaskPool.
func names(value string) bool {
	v := strings.Trim(value, `"' `)
	return strings.EqualFold(v, "eventlet") || strings.HasSuffix(v, "#eventlet") ||
		strings.Contains(v, "EventletWorker") || strings.Contains(v, "concurrency.eventlet")
}

// options are the options of commands that choose Eventlet.
var options = []struct {
	short, long string
	kind        Kind
	name        string
}{
	{"-k", "--worker-class", Gunicorn, "gunicorn"},
	{"-P", "--pool", Celery, "celery"},
	{"", "--backend", Chaussette, "chaussette"},
	{"", "--async-mode", SocketIO, "async_mode"},
	{"", "--concurrency", Coverage, "coverage"},
}

// command looks at the words of one command.
func (f *file) command(words []word) {
	installs := false
	for i, w := range words {
		if w.text == "install" || w.text == "add" || w.text == "download" || w.text == "wheel" {
			installs = true
		}
		next := ""
		if i+1 < len(words) {
			next = words[i+1].text
		}
		for _, o := range options {
			switch {
			case (w.text == o.short && o.short != "" || w.text == o.long) && names(next):
				f.add(o.kind, words[i+1].line, strings.TrimSpace(next), o.name, next)
			case strings.HasPrefix(w.text, o.long+"=") && names(w.text[len(o.long)+1:]):
				f.add(o.kind, w.line, w.text, o.name, w.text[len(o.long)+1:])
			case o.short != "" && strings.HasPrefix(w.text, o.short) && names(strings.TrimPrefix(w.text[2:], "=")):
				f.add(o.kind, w.line, w.text, o.name, w.text[2:])
			}
		}
		switch m := environment.FindStringSubmatch(w.text); {
		case m != nil:
			f.add(Environment, w.line, m[1], m[1], m[2])
		case extra.MatchString(w.text):
			f.add(Requirement, w.line, "eventlet", extra.FindStringSubmatch(w.text)[1]+"[eventlet]", version(w.text))
		case installs && requirement.MatchString(w.text):
			f.add(Requirement, w.line, "eventlet", "eventlet", version(w.text))
		case installs && packaged.MatchString(w.text):
			f.add(Requirement, w.line, w.text, w.text, "")
		case strings.ContainsAny(w.text, " \t\n=") && strings.Contains(strings.ToLower(w.text), "eventlet"):
			// bash -c "gunicorn -k eventlet", DAEMON_ARGS="-k eventlet"
			inner := w.text
			if assigned.MatchString(inner) {
				_, inner, _ = strings.Cut(inner, "=")
			}
			if inner != w.text || strings.ContainsAny(inner, " \t\n") {
				f.shell(inner, w.line)
			}
		}
	}
}

// shell reads commands, of which the first line is the given one of the file.
// Text that is no shell is read line by line, and the error says why.
func (f *file) shell(text string, line int) error {
	if f.depth > 3 || !strings.Contains(strings.ToLower(text), "eventlet") {
		return nil
	}
	f.depth++
	defer func() { f.depth-- }()
	parsed, err := syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.KeepComments(false)).Parse(strings.NewReader(text), "")
	if err != nil {
		// a template, or no shell at all: the words are still there
		for i, l := range strings.Split(text, "\n") {
			if !strings.HasPrefix(strings.TrimSpace(l), "#") {
				f.command(fields(l, line+i))
			}
		}
		return err
	}
	syntax.Walk(parsed, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			var words []word
			for _, a := range n.Args {
				words = append(words, word{static(a), line + int(a.Pos().Line()) - 1})
			}
			for _, a := range n.Assigns {
				f.assign(a, line)
			}
			f.command(words)
		case *syntax.DeclClause: // export EVENTLET_HUB=asyncio
			for _, a := range n.Args {
				f.assign(a, line)
			}
		case *syntax.Redirect: // cat <<EOF
			if n.Hdoc != nil {
				f.linesOf(static(n.Hdoc), line+int(n.Hdoc.Pos().Line())-1)
			}
		}
		return true
	})
	return nil
}

func (f *file) assign(a *syntax.Assign, line int) {
	if a.Name == nil || a.Value == nil {
		return
	}
	at := line + int(a.Pos().Line()) - 1
	f.setting(a.Name.Value, static(a.Value), at, "")
}

// static is the text of a word as far as it can be told without running it;
// what cannot is a $.
func static(w *syntax.Word) string {
	var b strings.Builder
	var parts func([]syntax.WordPart)
	parts = func(list []syntax.WordPart) {
		for _, p := range list {
			switch p := p.(type) {
			case *syntax.Lit:
				b.WriteString(strings.ReplaceAll(p.Value, "\\\n", ""))
			case *syntax.SglQuoted:
				b.WriteString(p.Value)
			case *syntax.DblQuoted:
				parts(p.Parts)
			case *syntax.ParamExp:
				b.WriteString("$")
				if p.Exp != nil && p.Exp.Word != nil { // ${POOL:-eventlet}
					b.Reset()
					b.WriteString(static(p.Exp.Word))
				}
			default:
				b.WriteString("$")
			}
		}
	}
	parts(w.Parts)
	return b.String()
}

// fields splits a line that is no shell into words; quotes hold words together.
func fields(text string, line int) []word {
	var out []word
	var b strings.Builder
	quote, in := rune(0), false
	for _, r := range text {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			b.WriteRune(r)
		case r == '"' || r == '\'':
			quote, in = r, true
		case r == ' ' || r == '\t' || r == ',',
			r == '[' && b.Len() == 0, // a list, and not gunicorn[eventlet]
			r == ']' && !strings.Contains(b.String(), "["):
			if in || b.Len() > 0 {
				out = append(out, word{b.String(), line})
			}
			b.Reset()
			in = false
		default:
			b.WriteRune(r)
		}
	}
	if in || b.Len() > 0 {
		out = append(out, word{b.String(), line})
	}
	return out
}

// keys are the settings that choose Eventlet by name.
var keys = map[string]struct {
	kind Kind
	name string
}{
	"worker_class":       {Gunicorn, "gunicorn"},
	"worker-class":       {Gunicorn, "gunicorn"},
	"worker_pool":        {Celery, "celery"},
	"celeryd_pool":       {Celery, "celery"},
	"celery_worker_pool": {Celery, "celery"},
	"celery_pool":        {Celery, "celery"},
	"async_mode":         {SocketIO, "async_mode"},
	"executor":           {Messaging, "executor"},
	"backend":            {Chaussette, "chaussette"},
	"concurrency":        {Coverage, "coverage"},
}

// PluginSetting says what a setting of this name is if its value is Eventlet's
// name, for those who read settings from Python. ok is false if it is none.
func PluginSetting(key, value string) (kind Kind, name string, ok bool) {
	k, known := keys[strings.ToLower(key)]
	if !known || !names(value) {
		return "", "", false
	}
	return k.kind, k.name, true
}

// setting looks at a key with its value, wherever it was written: an
// environment variable, an option of a program, or a command line.
func (f *file) setting(key, value string, line int, section string) {
	low := strings.ToLower(value)
	if variable.MatchString(key) {
		f.add(Environment, line, key, key, strings.TrimSpace(value))
		return
	}
	if !strings.Contains(low, "eventlet") {
		// a switch of the program's own: eventlet_debug = true,
		// OS_NOVA_DISABLE_EVENTLET_PATCHING=1
		if itself.MatchString(key) {
			f.add(Mention, line, key, key, value)
		}
		return
	}
	before := f.count()
	bare := key[strings.LastIndexAny(key, ".:")+1:]
	if k, name, ok := PluginSetting(bare, value); ok && (k != Coverage || coverage(section, f.path)) && (k != Chaussette || strings.Contains(f.text, "chaussette")) {
		f.add(k, line, strings.Trim(value, `"' `), name, strings.Trim(value, `"' `))
		return
	}
	switch {
	case coverage(section, f.path) && strings.EqualFold(bare, "concurrency"):
		f.add(Coverage, line, "eventlet", "coverage", value)
		return
	case loggers.MatchString(value):
		f.add(Logger, line, loggers.FindString(value), loggers.FindString(value), "")
		return
	}
	f.shell(value, line)
	if f.count() == before {
		f.add(Mention, line, "eventlet", key, "")
	}
}

// loggers are the names that Eventlet's own loggers have, and those that
// programs give to the one of its server.
var loggers = regexp.MustCompile(`\beventlet\.wsgi(\.server)?\b`)

// coverage reports whether a section configures coverage.py: [run] of
// .coveragerc, [coverage:run] of setup.cfg, [tool.coverage.run].
func coverage(section, file string) bool {
	return strings.Contains(section, "coverage") || strings.HasSuffix(file, ".coveragerc") && section == "run"
}

// version is what a requirement asks for behind the name: ">=0.33".
var versions = regexp.MustCompile(`(?i)eventlet\s*(?:\[[^\]]*\])?\s*((?:[<>=!~^]=?=?[^;#'"\\]*)?)`)

func version(text string) string {
	m := versions.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	v, _, _ := strings.Cut(m[1], " --hash")
	return strings.Trim(strings.TrimSpace(v), ",")
}

// ChosenBy looks through the words of a command, as Python programs have them
// in lists (["gunicorn", "-k", "eventlet"]), for the option that chooses
// Eventlet. at is the index of the word that says it, -1 if none does.
func ChosenBy(words []string) (kind Kind, name string, at int) {
	for i, w := range words {
		for _, o := range options {
			switch {
			case i > 0 && (words[i-1] == o.short && o.short != "" || words[i-1] == o.long) && names(w):
				return o.kind, o.name, i
			case strings.HasPrefix(w, o.long+"=") && names(w[len(o.long)+1:]):
				return o.kind, o.name, i
			}
		}
	}
	return "", "", -1
}
