package deploy

import (
	"encoding/json"
	"errors"
	"path"
	"regexp"
	"strings"

	yamlast "github.com/goccy/go-yaml/ast"
	yamlparser "github.com/goccy/go-yaml/parser"
	"github.com/pelletier/go-toml/v2/unstable"
	"mvdan.cc/sh/v3/syntax"
)

// requirements reads a pip file: requirements, options, includes, over
// continued lines.
func (f *file) requirements(constraint bool) {
	for i := 0; i < len(f.lines); i++ {
		at := i + 1
		text := strings.TrimSpace(f.lines[i])
		for strings.HasSuffix(text, "\\") && i+1 < len(f.lines) {
			i++
			text = strings.TrimSpace(strings.TrimSuffix(text, "\\")) + " " + strings.TrimSpace(f.lines[i])
		}
		if text == "" || text[0] == '#' {
			continue
		}
		if j := strings.Index(text, " #"); j >= 0 {
			text = strings.TrimSpace(text[:j])
		}
		kind := Requirement
		if constraint {
			kind = Constraint
		}
		if m := include.FindStringSubmatch(text); m != nil {
			f.include(m[2], at, constraint || strings.HasPrefix(m[1], "-c") || strings.HasPrefix(m[1], "--c"))
			continue
		}
		switch {
		case requirement.MatchString(text):
			f.add(kind, at, "eventlet", "eventlet", version(text))
		case extra.MatchString(text):
			f.add(kind, at, "eventlet", extra.FindStringSubmatch(text)[1]+"[eventlet]", "")
		case editable.MatchString(text):
			// git+https://github.com/eventlet/eventlet.git#egg=eventlet
			f.add(kind, at, "eventlet", "eventlet", "")
		}
	}
}

var (
	include  = regexp.MustCompile(`^(-r|-c|--requirement|--constraint)[ =]*(\S+)`)
	editable = regexp.MustCompile(`(?i)(egg=|/)eventlet(\.git)?([@#&?]|$)`)
)

// include follows -r and -c to a file whose name does not say what it is.
func (f *file) include(name string, line int, constraint bool) {
	if strings.Contains(name, "://") || strings.Contains(name, "$") || path.IsAbs(name) {
		return
	}
	to := path.Join(path.Dir(f.path), name)
	if strings.HasPrefix(to, "../") || f.s.seen[to] {
		return
	}
	base := strings.ToLower(path.Base(to))
	if workspaceRequirements(base) || inRequirements(to) {
		f.s.file(to, constraint)
		if !f.exists(to) {
			f.broken(line, "asks for %s, which is not there", name)
		}
		return
	}
	f.s.seen[to] = true
	if g := f.s.open(to); g != nil {
		g.requirements(constraint)
	} else if !f.exists(to) {
		f.broken(line, "asks for %s, which is not there", name)
	}
}

func (f *file) exists(name string) bool {
	for _, o := range f.s.project.Others {
		if o == name {
			return true
		}
	}
	return false
}

// toml reads a TOML file with go-toml's parser that keeps places.
func (f *file) toml() {
	if f.path == "Cargo.lock" {
		return
	}
	p := unstable.Parser{}
	data := []byte(f.text)
	p.Reset(data)
	section, isLock := "", strings.HasSuffix(f.path, ".lock")
	dist := "" // the package of a lock file that is being read
	at := func(r unstable.Range) int { return strings.Count(f.text[:r.Offset], "\n") + 1 }
	for p.NextExpression() {
		e := p.Expression()
		var parts []string
		var first unstable.Range
		for it := e.Key(); it.Next(); {
			if len(parts) == 0 {
				first = it.Node().Raw
			}
			parts = append(parts, string(it.Node().Data))
		}
		key := strings.Join(parts, ".")
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			section = key
			if !strings.HasPrefix(key, "package.") {
				dist = ""
			}
			if strings.Contains(strings.ToLower(key), "eventlet") && !isLock {
				f.add(Mention, at(first), "eventlet", key, "")
			}
		case unstable.KeyValue:
			line := at(first)
			if isLock {
				if section == "package" && key == "name" {
					dist = string(e.Value().Data)
					if strings.EqualFold(dist, "eventlet") {
						f.add(Lock, line, "eventlet", "eventlet", "")
					}
				} else if dist == "eventlet" && section == "package" && key == "version" && f.count() > 0 {
					f.s.out.Findings[f.count()-1].Value = string(e.Value().Data)
				} else if dist != "" && dist != "eventlet" && needsEventlet(e, section, key) {
					// who asks for it: the only way to get rid of it may be there
					f.add(Lock, line, "eventlet", dist, "")
				}
				continue
			}
			f.tomlValue(e.Value(), section, key, line, at)
		}
	}
	if err := p.Error(); err != nil {
		line := 0
		if pe, ok := err.(*unstable.ParserError); ok && len(pe.Highlight) > 0 {
			line = at(p.Range(pe.Highlight))
		}
		f.broken(line, "is not valid TOML: %v", err)
	}
}

// needsEventlet reports whether an entry of a lock file is a dependency on it:
// `dependencies = [{ name = "eventlet" }]` of uv, `eventlet = ">=0.33"` below
// [package.dependencies] of poetry.
func needsEventlet(e *unstable.Node, section, key string) bool {
	if strings.HasSuffix(section, "dependencies") && strings.EqualFold(key, "eventlet") {
		return true
	}
	if !strings.HasSuffix(key, "dependencies") {
		return false
	}
	found := false
	var walk func(n *unstable.Node)
	walk = func(n *unstable.Node) {
		switch n.Kind {
		case unstable.String:
			found = found || requirement.MatchString(string(n.Data))
		case unstable.Array, unstable.InlineTable:
			for it := n.Children(); it.Next(); {
				walk(it.Node())
			}
		case unstable.KeyValue:
			walk(n.Value())
		}
	}
	walk(e.Value())
	return found
}

func (f *file) tomlValue(v *unstable.Node, section, key string, line int, at func(unstable.Range) int) {
	full := strings.Trim(section+"."+key, ".")
	switch v.Kind {
	case unstable.String:
		f.value(full, string(v.Data), at(v.Raw))
	case unstable.Array:
		var words []word
		for it := v.Children(); it.Next(); {
			n := it.Node()
			if n.Kind == unstable.String {
				words = append(words, word{string(n.Data), at(n.Raw)})
			} else {
				f.tomlValue(n, section, key, line, at)
			}
		}
		f.list(full, words)
	case unstable.InlineTable:
		if last(full) == "eventlet" {
			f.value(full, "*", line)
			return
		}
		for it := v.Children(); it.Next(); {
			n := it.Node()
			inner := key
			for k := n.Key(); k.Next(); {
				inner += "." + string(k.Node().Data)
			}
			f.tomlValue(n.Value(), section, inner, line, at)
		}
	default:
		if variable.MatchString(last(full)) {
			f.add(Environment, line, last(full), last(full), string(v.Data))
		}
	}
}

func last(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// lists are the keys whose entries are distributions: dependencies,
// optional-dependencies.web, install_requires, packages of a Pipfile.
var lists = regexp.MustCompile(`(?i)(dependenc|requires|packages|constraint|dependency-groups|extras|\bdeps\b|\bpip\b|modules_to_install)`)

// value looks at a string below a dotted key, in TOML, YAML and JSON.
func (f *file) value(key, value string, line int) {
	name := last(key)
	switch {
	case strings.EqualFold(name, "eventlet"):
		kind := Mention
		if lists.MatchString(key) {
			kind = Requirement
			if strings.Contains(key, "constraint") {
				kind = Constraint
			}
		}
		if requirement.MatchString(value) { // eventlet = ["eventlet>=0.33"], an extra of that name
			value = version(value)
		}
		f.add(kind, line, "eventlet", "eventlet", value)
	case variable.MatchString(name):
		f.add(Environment, line, name, name, value)
	case loggers.MatchString(key) && strings.Contains(value, "eventlet"):
		f.add(Logger, line, loggers.FindString(key), loggers.FindString(key), "")
	case !strings.Contains(strings.ToLower(value), "eventlet"):
		if itself.MatchString(name) {
			f.add(Mention, line, name, name, value)
		}
	case lists.MatchString(key) && requirement.MatchString(value):
		f.add(Requirement, line, "eventlet", "eventlet", version(value))
	case lists.MatchString(key) && extra.MatchString(value):
		f.add(Requirement, line, "eventlet", extra.FindStringSubmatch(value)[1]+"[eventlet]", "")
	default:
		f.setting(key, value, line, path.Dir(strings.ReplaceAll(key, ".", "/")))
	}
}

// list looks at a list of strings: the words of one command
// (["gunicorn", "-k", "eventlet"]), requirements, or commands.
func (f *file) list(key string, words []word) {
	before := f.count()
	if !lists.MatchString(key) {
		f.command(words)
	}
	for _, w := range words {
		if !strings.Contains(strings.ToLower(w.text), "eventlet") || f.count() > before && f.has(w.line) {
			continue
		}
		f.value(key, w.text, w.line)
	}
}

// yaml reads YAML and JSON, of any number of documents.
func (f *file) yaml() {
	parsed, err := yamlparser.ParseBytes([]byte(f.text), 0)
	if err != nil && json.Valid([]byte(f.text)) {
		f.anyLines() // JSON that the reader of YAML cannot read
		return
	}
	if err != nil {
		line := 0
		if m := yamlPlace.FindStringSubmatch(err.Error()); m != nil {
			line = atoi(m[1])
		}
		msg, _, _ := strings.Cut(err.Error(), "\n")
		f.broken(line, "is not valid YAML, so it is read line by line: %s", yamlPlace.ReplaceAllString(msg, ""))
		f.anyLines()
		return
	}
	for _, d := range parsed.Docs {
		if d.Body != nil {
			f.yamlNode(d.Body, "", 0)
		}
	}
}

var yamlPlace = regexp.MustCompile(`^\[(\d+):\d+\] `)

func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

func (f *file) yamlNode(n yamlast.Node, key string, depth int) {
	if depth > 100 {
		return
	}
	switch n := n.(type) {
	case *yamlast.MappingNode:
		// Kubernetes: {name: EVENTLET_HUB, value: asyncio}
		name, value, line := "", "", 0
		for _, v := range n.Values {
			switch v.Key.String() {
			case "name", "key":
				name, _, line = scalar(v.Value)
			case "value":
				value, _, _ = scalar(v.Value)
			}
		}
		if variable.MatchString(name) {
			f.add(Environment, line, name, name, value)
			return
		}
		for _, v := range n.Values {
			f.yamlPair(v, key, depth)
		}
	case *yamlast.MappingValueNode:
		f.yamlPair(n, key, depth)
	case *yamlast.SequenceNode:
		var words []word
		for _, v := range n.Values {
			if text, block, line := scalar(v); text != "" && !block {
				words = append(words, word{text, line})
				continue
			}
			f.yamlNode(v, key, depth+1)
		}
		f.list(key, words)
	case *yamlast.AnchorNode:
		f.yamlNode(n.Value, key, depth+1)
	case *yamlast.TagNode:
		f.yamlNode(n.Value, key, depth+1)
	default:
		if text, block, line := scalar(n); text != "" {
			if block {
				line++ // the text of `run: |` begins on the next line
			}
			f.value(key, text, line)
		}
	}
}

func (f *file) yamlPair(v *yamlast.MappingValueNode, key string, depth int) {
	name := strings.Trim(strings.TrimSuffix(v.Key.String(), ":"), `"'`)
	line := v.Key.GetToken().Position.Line
	full := strings.Trim(key+"."+name, ".")
	if loggers.MatchString(name) {
		f.add(Logger, line, name, name, "")
	}
	if text, _, _ := scalar(v.Value); text == "" {
		if strings.EqualFold(name, "eventlet") { // Pipfile.lock: "eventlet": {"version": …}
			kind := Mention
			if strings.HasSuffix(f.path, ".lock") {
				kind = Lock
			}
			version := ""
			if m, ok := v.Value.(*yamlast.MappingNode); ok {
				for _, e := range m.Values {
					if strings.Trim(e.Key.String(), `"'`) == "version" {
						version, _, _ = scalar(e.Value)
					}
				}
			}
			f.add(kind, line, "eventlet", "eventlet", version)
			return
		}
		if variable.MatchString(name) {
			f.add(Environment, line, name, name, "")
			return
		}
	}
	f.yamlNode(v.Value, full, depth+1)
}

// scalar is the text of a scalar with the line of its token; block says that
// it is written as | or >, with the text on the following lines.
func scalar(n yamlast.Node) (text string, block bool, line int) {
	switch n := n.(type) {
	case *yamlast.StringNode:
		return n.Value, false, n.GetToken().Position.Line
	case *yamlast.LiteralNode:
		return n.Value.Value, true, n.GetToken().Position.Line
	case *yamlast.IntegerNode, *yamlast.FloatNode, *yamlast.BoolNode:
		return n.GetToken().Value, false, n.GetToken().Position.Line
	case *yamlast.AnchorNode:
		return scalar(n.Value)
	}
	return "", false, 0
}

// ini reads the format of configparser, oslo.config and supervisord. No
// library that reads it keeps the places.
func (f *file) ini() { f.pairs(false) }

// systemd reads a unit: the same, but a line goes on after a backslash, and
// Environment= holds several variables.
func (f *file) systemd() { f.pairs(true) }

var pair = regexp.MustCompile(`^\s*([^=:#;\[\s][^=:]*?)\s*[=:]\s*(.*)$`)

func (f *file) pairs(unit bool) {
	section, key := "", ""
	for i := 0; i < len(f.lines); i++ {
		raw, at := f.lines[i], i+1
		text := strings.TrimSpace(raw)
		if text == "" || text[0] == '#' || text[0] == ';' {
			continue
		}
		if text[0] == '[' && strings.HasSuffix(text, "]") {
			section, key = text[1:len(text)-1], ""
			if strings.Contains(strings.ToLower(section), "eventlet") && !strings.HasPrefix(section, "logger") {
				f.add(Mention, at, "eventlet", section, "")
			}
			continue
		}
		m := pair.FindStringSubmatch(raw)
		continued := !unit && key != "" && (raw[0] == ' ' || raw[0] == '\t')
		if continued || m == nil {
			f.iniValue(section, key, text, at)
			continue
		}
		key = m[1]
		value := m[2]
		if unit {
			for strings.HasSuffix(value, "\\") && i+1 < len(f.lines) {
				i++
				value = strings.TrimSuffix(value, "\\") + "\\\n" + f.lines[i]
			}
			f.unit(key, value, at)
			continue
		}
		f.iniValue(section, key, value, at)
	}
}

// unit looks at one setting of a systemd unit.
func (f *file) unit(key, value string, line int) {
	if !strings.Contains(strings.ToLower(value), "eventlet") {
		return
	}
	before := f.count()
	switch key {
	case "Environment", "PassEnvironment":
		f.command(fields(strings.ReplaceAll(value, "\\\n", " "), line))
	default:
		if strings.HasPrefix(key, "Exec") {
			f.shell(strings.TrimLeft(value, "-@:+!"), line)
		}
	}
	if f.count() == before {
		f.add(Mention, line, "eventlet", key, "")
	}
}

// iniValue looks at one line of a value: a requirement of setup.cfg, a
// command of tox.ini, a variable of supervisord's environment, or a setting.
func (f *file) iniValue(section, key, text string, line int) {
	low := strings.ToLower(text)
	if !strings.Contains(low, "eventlet") && !itself.MatchString(key) {
		return
	}
	if j := strings.Index(text, " #"); j >= 0 {
		text = strings.TrimSpace(text[:j])
	}
	dependent := lists.MatchString(key) || lists.MatchString(section)
	switch {
	case dependent && requirement.MatchString(factor.ReplaceAllString(text, "")):
		f.add(Requirement, line, "eventlet", "eventlet", version(text))
	case dependent && extra.MatchString(text):
		f.add(Requirement, line, "eventlet", extra.FindStringSubmatch(text)[1]+"[eventlet]", "")
	case strings.EqualFold(key, "environment") || strings.EqualFold(key, "setenv") || strings.EqualFold(key, "set_env") || strings.EqualFold(key, "env") || strings.EqualFold(key, "passenv") || strings.EqualFold(key, "pass_env"):
		// HUB="a",EVENTLET_HUB="asyncio" and EVENTLET_HUB = asyncio
		before := f.count()
		for _, m := range iniVariables.FindAllStringSubmatch(text, -1) {
			f.add(Environment, line, m[1], m[1], strings.Trim(m[2], `"' `))
		}
		if f.count() == before { // OS_NOVA_DISABLE_EVENTLET_PATCHING = 1
			f.add(Mention, line, "eventlet", key, "")
		}
	default:
		f.setting(key, text, line, section)
	}
}

var (
	// factor is the condition before a dependency of tox: py310: eventlet
	factor       = regexp.MustCompile(`^[!\w{},.-]+:\s+`)
	iniVariables = regexp.MustCompile(`\b(` + variables + `)(?:\s*=\s*("[^"]*"|'[^']*'|[^,\s]*))?`)
)

// env reads KEY=value lines.
func (f *file) env() {
	for i, raw := range f.lines {
		text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(raw), "export "))
		if text == "" || text[0] == '#' {
			continue
		}
		if key, value, ok := strings.Cut(text, "="); ok {
			f.setting(strings.TrimSpace(key), strings.Trim(strings.TrimSpace(value), `"'`), i+1, "")
		}
	}
}

// procfile reads `web: gunicorn -k eventlet app` lines.
func (f *file) procfile() {
	for i, raw := range f.lines {
		if strings.HasPrefix(strings.TrimSpace(raw), "#") {
			continue
		}
		if _, cmd, ok := strings.Cut(raw, ":"); ok {
			f.shell(cmd, i+1)
		}
	}
}

// script reads a shell script.
func (f *file) script() {
	if err := f.shell(f.text, 1); err != nil {
		line := 0
		var pe syntax.ParseError
		if errors.As(err, &pe) {
			line = int(pe.Pos.Line())
		}
		f.broken(line, "is not valid shell, so it is read line by line: %v", err)
	}
}

// linesOf reads text of which only the lines are known to be such.
func (f *file) linesOf(text string, line int) {
	for i, l := range strings.Split(text, "\n") {
		t := strings.TrimSpace(l)
		if t == "" || strings.HasPrefix(t, "#") || !strings.Contains(strings.ToLower(t), "eventlet") {
			continue
		}
		before := f.count()
		t = strings.TrimPrefix(t, "- ")
		f.command(fields(t, line+i))
		if m := packagedAnywhere.FindString(t); m != "" && f.count() == before {
			f.add(Requirement, line+i, m, m, "")
		}
		if requirementIn.MatchString(t) && f.count() == before {
			f.add(Requirement, line+i, "eventlet", "eventlet", version(t))
		}
		if m := pair.FindStringSubmatch(t); m != nil && !strings.ContainsAny(m[1], " \t") && f.count() == before {
			f.setting(strings.Trim(m[1], `"'`), strings.Trim(m[2], `"',`), line+i, "")
		}
		if f.count() == before {
			f.add(Mention, line+i, "eventlet", "", "")
		}
	}
}

var (
	packagedAnywhere = regexp.MustCompile(`\bpython3?-eventlet\b`)
	// requirementIn finds "eventlet>=0.40.3" in a file of another format
	requirementIn = regexp.MustCompile(`(?i)(^|["'])eventlet\s*(\[[^\]]*\])?\s*([<>=!~]=?\s*[0-9]|["'])`)
)

func (f *file) anyLines() { f.linesOf(f.text, 1) }

// An instruction of a Dockerfile with the line on which its arguments begin.
type instruction struct {
	name, args string
	line       int
}

// instructions splits a Dockerfile. BuildKit's own parser gives no columns and
// brings the protobuf runtime; what is needed of it is small: continued lines
// with comments between them, the escape directive, and here-documents.
func instructions(lines []string) []instruction {
	var out []instruction
	escape := "\\"
	directive := true
	for i := 0; i < len(lines); i++ {
		text := strings.TrimSpace(lines[i])
		if m := directiveLine.FindStringSubmatch(text); directive && m != nil {
			if strings.EqualFold(m[1], "escape") {
				escape = m[2]
			}
			continue
		}
		directive = false
		if text == "" || text[0] == '#' {
			continue
		}
		at := i + 1
		var b strings.Builder
		for {
			t := strings.TrimRight(lines[i], " \t")
			if b.Len() > 0 && strings.HasPrefix(strings.TrimSpace(t), "#") {
				t = escape // a comment between continued lines
			}
			more := strings.HasSuffix(t, escape)
			if more {
				t = strings.TrimSuffix(t, escape) + "\\"
			}
			b.WriteString(t)
			if !more || i+1 >= len(lines) {
				break
			}
			b.WriteByte('\n')
			i++
		}
		full := strings.TrimLeft(b.String(), " \t")
		name, args, _ := strings.Cut(full, " ")
		if strings.EqualFold(name, "ONBUILD") {
			name, args, _ = strings.Cut(strings.TrimSpace(args), " ")
		}
		in := instruction{strings.ToUpper(strings.TrimSpace(name)), args, at}
		if m := heredoc.FindStringSubmatch(args); m != nil && (in.name == "RUN" || in.name == "COPY") {
			end := m[1]
			for i+1 < len(lines) {
				i++
				in.args += "\n" + lines[i]
				if strings.TrimSpace(lines[i]) == end {
					break
				}
			}
			if in.name == "RUN" && strings.HasPrefix(strings.TrimSpace(args), "<<") {
				// RUN <<EOF: the document is the script
				_, body, _ := strings.Cut(in.args, "\n")
				in.args, in.line = body, at+1
			}
		}
		out = append(out, in)
	}
	return out
}

var (
	directiveLine = regexp.MustCompile(`^#\s*(\w+)\s*=\s*(\S+)\s*$`)
	heredoc       = regexp.MustCompile(`<<-?["']?(\w+)["']?`)
)

func (f *file) dockerfile() {
	for _, in := range instructions(f.lines) {
		if !strings.Contains(strings.ToLower(in.args), "eventlet") {
			continue
		}
		before := f.count()
		args := strings.TrimSpace(in.args)
		switch in.name {
		case "RUN", "CMD", "ENTRYPOINT", "SHELL", "HEALTHCHECK":
			if in.name == "HEALTHCHECK" {
				if j := strings.Index(args, "CMD"); j >= 0 {
					args = strings.TrimSpace(args[j+3:])
				}
			}
			if list, ok := jsonForm(args); ok {
				words := make([]word, len(list))
				for i, t := range list {
					words[i] = word{t, in.line}
				}
				f.command(words)
			} else {
				f.shell(runFlags.ReplaceAllString(in.args, ""), in.line)
			}
		case "ENV", "ARG", "LABEL":
			flat := strings.ReplaceAll(args, "\\\n", " ")
			first, rest, _ := strings.Cut(flat, " ")
			if in.name == "ENV" && !strings.Contains(first, "=") { // ENV NAME the value
				f.setting(first, strings.TrimSpace(rest), in.line, "")
				break
			}
			for _, w := range fields(flat, in.line) {
				if key, value, ok := strings.Cut(w.text, "="); ok {
					f.setting(key, value, w.line, "")
				}
			}
		}
		if f.count() == before {
			f.add(Mention, in.line, "eventlet", in.name, "")
		}
	}
}

// runFlags are RUN's own options: --mount=type=cache,target=/root/.cache
var runFlags = regexp.MustCompile(`^\s*(--(mount|network|security)=\S+\s+)+`)

// jsonForm reads ["gunicorn", "-k", "eventlet"].
func jsonForm(args string) ([]string, bool) {
	if !strings.HasPrefix(args, "[") {
		return nil, false
	}
	var list []string
	err := json.Unmarshal([]byte(strings.ReplaceAll(args, "\\\n", "")), &list)
	return list, err == nil
}
