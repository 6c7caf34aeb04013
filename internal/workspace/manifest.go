package workspace

import (
	"os"
	"regexp"
	"strings"
)

// A ConsoleScript is an entry point `name = package.module:function`.
type ConsoleScript struct {
	Name     string
	Module   string
	Function string
	Manifest string // path of the file that declares it
}

// A Requirement is a place where a manifest asks for a distribution.
type Requirement struct {
	Manifest string
	Line     int // 1-based
	// Start and End are the bytes to remove so that the requirement is gone:
	// the whole line, or the entry of a list with its comma.
	Start, End int
	Text       string
}

// FindRequirement lists the places where the manifests ask for a distribution.
func (p *Project) FindRequirement(dist string) ([]Requirement, error) {
	var out []Requirement
	for _, m := range p.Manifests {
		data, err := os.ReadFile(p.Abs(m.Path))
		if err != nil {
			return nil, err
		}
		out = append(out, requirementsIn(m, string(data), dist)...)
	}
	return out, nil
}

// requirementsIn finds the entries for dist in the text of a manifest: whole
// lines of a requirements file or a setup.cfg list, quoted strings of a list
// in pyproject.toml or setup.py, keys of a Pipfile.
func requirementsIn(m Manifest, text, dist string) []Requirement {
	var out []Requirement
	quoted := regexp.MustCompile(`(?i)['"]` + regexp.QuoteMeta(dist) + `[ \t]*(\[[^\]'"]*\])?[ \t]*([<>=!~;( @][^'"]*)?['"][ \t]*,?`)
	bare := regexp.MustCompile(`(?i)^[ \t]*` + regexp.QuoteMeta(dist) + `[ \t]*(\[[^\]]*\])?[ \t]*($|[<>=!~;#( @,\\])`)
	key := regexp.MustCompile(`(?i)^[ \t]*['"]?` + regexp.QuoteMeta(dist) + `['"]?[ \t]*=`)
	at := 0
	lines := strings.SplitAfter(text, "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		start := at
		at += len(line)
		body := strings.TrimRight(line, "\r\n")
		switch m.Kind {
		case Requirements, SetupCfg:
			if m.Kind == SetupCfg && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
				continue // a key of its own, such as `eventlet =` of an extra
			}
			if !bare.MatchString(body) {
				continue
			}
			end := at
			// a requirement with hashes goes on over backslashes
			for strings.HasSuffix(strings.TrimRight(lines[i], "\r\n"), "\\") && i+1 < len(lines) {
				i++
				at += len(lines[i])
				end = at
			}
			out = append(out, Requirement{m.Path, lineNumber(text, start), start, end, strings.TrimSpace(body)})
		case Pipfile:
			if key.MatchString(body) {
				out = append(out, Requirement{m.Path, i + 1, start, at, strings.TrimSpace(body)})
			}
		case PyProject, SetupPy:
			if m.Kind == PyProject && key.MatchString(body) { // poetry's table
				out = append(out, Requirement{m.Path, i + 1, start, at, strings.TrimSpace(body)})
				continue
			}
			if strings.HasPrefix(strings.TrimSpace(body), "#") {
				continue
			}
			loc := quoted.FindStringIndex(body)
			if loc == nil {
				continue
			}
			s, e := start+loc[0], start+loc[1]
			rest := strings.TrimSpace(body[:loc[0]])
			after := strings.TrimSpace(body[loc[1]:])
			if rest == "" && (after == "" || strings.HasPrefix(after, "#")) {
				s, e = start, at // alone on its line
			} else {
				for e < start+len(body) && (text[e] == ' ' || text[e] == '\t') {
					e++
				}
			}
			out = append(out, Requirement{m.Path, i + 1, s, e, strings.TrimSpace(body)})
		}
	}
	return out
}

func lineNumber(text string, at int) int { return strings.Count(text[:at], "\n") + 1 }
