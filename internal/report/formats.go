package report

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
)

// The part of SARIF 2.1.0 that is written. The library for it,
// owenrumney/go-sarif, checks it in a test: linked in, it would bring an HTTP
// client, and make the binary two thirds larger.
type (
	sarifLog struct {
		Version string     `json:"version"`
		Schema  string     `json:"$schema"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool struct {
			Driver sarifDriver `json:"driver"`
		} `json:"tool"`
		Language         string        `json:"language"`
		NewlineSequences []string      `json:"newlineSequences"`
		ColumnKind       string        `json:"columnKind"`
		Results          []sarifResult `json:"results"`
	}
	sarifDriver struct {
		Name           string      `json:"name"`
		InformationURI string      `json:"informationUri"`
		Language       string      `json:"language"`
		Rules          []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string     `json:"id"`
		ShortDescription sarifText  `json:"shortDescription"`
		FullDescription  *sarifText `json:"fullDescription,omitempty"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     Level           `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical struct {
			Artifact struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region *sarifRegion `json:"region,omitempty"`
		} `json:"physicalLocation"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
)

// A Report is the result of a command, in all its forms. Those that are the
// same for all reports, such as SARIF, list its findings.
type Report interface {
	// Findings are the places of which it speaks.
	Findings() []Finding
	// Text writes it for people.
	Text(io.Writer, Options) error
	// Markdown writes it for an issue or a pull request.
	Markdown(io.Writer, []migrate.Rule) error
}

// SARIF writes reports as one run of SARIF 2.1.0, with the texts of the rules.
func SARIF(w io.Writer, reports []Report, rules []migrate.Rule) error {
	texts := map[string]migrate.Rule{"READ": {ID: "READ", Title: "a file cannot be read"}}
	for _, r := range rules {
		texts[r.ID] = r
	}
	run := sarifRun{Language: "en-US", NewlineSequences: []string{"\r\n", "\n"}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	driver := sarifDriver{Name: "offlet", InformationURI: "https://github.com/offlet/offlet", Language: "en-US", Rules: []sarifRule{}}
	index := map[string]int{}
	for _, r := range reports {
		for _, f := range r.Findings() {
			at, known := index[f.Rule]
			if !known {
				at = len(driver.Rules)
				index[f.Rule] = at
				rule := sarifRule{ID: f.Rule, ShortDescription: sarifText{texts[f.Rule].Title}}
				if why := texts[f.Rule].Why; why != "" {
					rule.FullDescription = &sarifText{why}
				}
				driver.Rules = append(driver.Rules, rule)
			}
			var place sarifLocation
			place.Physical.Artifact.URI = (&url.URL{Path: f.Path}).EscapedPath()
			if f.Line > 0 {
				place.Physical.Region = &sarifRegion{f.Line, f.Col}
			}
			run.Results = append(run.Results, sarifResult{f.Rule, at, f.Level, sarifText{f.Message}, []sarifLocation{place}})
		}
	}
	run.Tool.Driver = driver
	return encode(w, sarifLog{Version: "2.1.0", Schema: "https://json.schemastore.org/sarif-2.1.0.json", Runs: []sarifRun{run}})
}

// GitHub writes a report as the workflow commands of GitHub Actions, which
// shows them beside the lines of a pull request.
func GitHub(w io.Writer, r Report) error {
	for _, f := range r.Findings() {
		level := map[Level]string{Error: "error", Warning: "warning", Note: "notice"}[f.Level]
		place := "file=" + property(f.Path)
		if f.Line > 0 {
			place += fmt.Sprintf(",line=%d", f.Line)
		}
		if f.Col > 0 {
			place += fmt.Sprintf(",col=%d", f.Col)
		}
		if _, err := fmt.Fprintf(w, "::%s %s,title=%s::%s\n", level, place, property("offlet "+f.Rule), data(f.Message)); err != nil {
			return err
		}
	}
	return nil
}

// data and property escape what has a meaning in a workflow command.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}

// Markdown writes a scan for an issue or a pull request.
func (s *Scan) Markdown(w io.Writer, rules []migrate.Rule) error {
	p := &printer{w: w}
	titles := map[string]string{"READ": "a file cannot be read"}
	for _, r := range rules {
		titles[r.ID] = r.Title
	}
	p.linef("# Eventlet in %s", md(s.Path))
	p.linef("")
	p.linef("%s, %s.", plural(s.Files, "Python file"), plural(s.Lines, "line"))
	p.linef("")
	switch s.UseCase {
	case 0:
		p.linef("It does not use Eventlet.")
		return p.err
	case 1:
		p.linef("**Use case 1** of Eventlet's guide: Eventlet is this program's own framework, because %s.", md(s.UseCaseWhy))
	case 2:
		p.linef("**Use case 2** of Eventlet's guide: Eventlet is only plugged into something else, because %s.", md(s.UseCaseWhy))
	}
	if len(s.Uses) > 0 {
		p.linef("")
		p.linef("## What it uses")
		p.linef("")
		p.linef("| kind | places | in tests | files |")
		p.linef("|---|---:|---:|---:|")
		for _, t := range tallies(s.Uses, func(u inventory.Use) string { return u.Kind }) {
			p.linef("| %s | %d | %d | %d |", md(t.name), t.places, t.tests, t.files)
		}
	}
	if len(s.Facades) > 0 {
		p.linef("")
		p.linef("## Façades")
		p.linef("")
		p.linef("| module | used by modules | names |")
		p.linef("|---|---:|---|")
		for _, f := range s.Facades {
			p.linef("| `%s` | %d | %s |", mdCode(f.Path), f.Modules, md(cut(strings.Join(append(append([]string{}, f.Wrappers...), f.Names...), ", "), 80)))
		}
	}
	if len(s.Entries) > 0 {
		p.linef("")
		p.linef("## Entry points")
		p.linef("")
		p.linef("| file | modules | functions | of these wait | deepest |")
		p.linef("|---|---:|---:|---:|---:|")
		for i, e := range s.Entries {
			if i == 30 {
				p.linef("| and %d more | | | | |", len(s.Entries)-i)
				break
			}
			p.linef("| `%s` | %d | %d | %d | %d |", mdCode(e.Path), e.Modules, e.Functions, e.Green, e.Depth)
		}
	}
	if len(s.Steps) > 0 {
		p.linef("")
		p.linef("## What the steps would do")
		p.linef("")
		p.linef("| step | files | lines | functions that become coroutines | places that get an await | left for a person |")
		p.linef("|---|---:|---:|---:|---:|---:|")
		for _, st := range s.Steps {
			if st.Error != "" {
				p.linef("| `offlet %s` | cannot be made: %s | | | | |", st.Name, md(st.Error))
				continue
			}
			p.linef("| `offlet %s` | %d | +%d −%d | %d | %d | %d |", st.Name, st.Files, st.Added, st.Removed, st.Coroutines, st.Awaits, len(st.Left))
		}
	}
	if s.Trace != nil {
		p.linef("")
		p.linef("## What the trace showed")
		p.linef("")
		p.linef("%s", md(strings.TrimPrefix(traced(s.Trace), "Trace: ")))
	}
	groups := map[string][]Finding{}
	count := map[string]int{}
	for _, f := range s.Findings() {
		groups[f.Rule] = append(groups[f.Rule], f)
		count[f.Rule]++
	}
	if len(count) > 0 {
		p.linef("")
		p.linef("## Places to look at")
	}
	for _, r := range sorted(count) {
		p.linef("")
		p.linef("<details><summary>%s: %s (%d)</summary>", r, md(titles[r]), count[r])
		p.linef("")
		for i, f := range groups[r] {
			if i == 50 {
				p.linef("- and %d more", count[r]-i)
				break
			}
			p.linef("- `%s:%d` %s", mdCode(f.Path), f.Line, md(f.Message))
		}
		p.linef("")
		p.linef("</details>")
	}
	return p.err
}

// md keeps a text from meaning something in Markdown.
func md(s string) string {
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "\n", " ", "*", "\\*", "_", "\\_").Replace(s)
}

// mdCode is md for what stands between backquotes, where only the border of a
// table's cell still means something.
func mdCode(s string) string { return strings.NewReplacer("|", "\\|", "`", "'", "\n", " ").Replace(s) }
