package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/report"
	"github.com/offlet/offlet/internal/workspace"
)

// formatted is what the commands that report on a project have in common.
type formatted struct {
	Format  []string `help:"What to print: text, json, sarif, github, markdown; several with -o." placeholder:"FORMAT" enum:"text,json,sarif,github,markdown" sep:","`
	Output  []string `short:"o" help:"Write to this file instead of the terminal; repeat it for several formats, in their order." placeholder:"FILE" sep:"none"`
	NoCache bool     `help:"Analyse again what was analysed before; keep nothing."`
}

// outputs pairs the formats with the files: as many files as formats, or one
// format more, which is printed.
func (c *formatted) outputs(json bool) ([]string, []string, error) {
	formats := slices.Clone(c.Format)
	if json {
		if len(formats) > 0 {
			return nil, nil, fmt.Errorf("--json and --format say the same thing; use one of them")
		}
		formats = []string{"json"}
	}
	if len(formats) == 0 {
		formats = []string{"text"}
	}
	files := slices.Clone(c.Output)
	switch {
	case len(files) == len(formats):
	case len(files) == len(formats)-1:
		files = append([]string{""}, files...) // the first is printed
	case len(files) > len(formats):
		return nil, nil, fmt.Errorf("%d files but %d formats; name a --format for each -o", len(files), len(formats))
	default:
		return nil, nil, fmt.Errorf("%d formats but %d files; name an -o for each format but the first", len(formats), len(files))
	}
	return formats, files, nil
}

// each analyses the program at each path, as far as it can be read, and writes
// what was found in all formats; unless it did so before, and nothing has changed
// since. asked is all that the outcome depends on besides the files: the command
// with its flags; trace is the file that it takes as evidence, if any. analyse also
// says whether something is left for a person.
func (c *formatted) each(o *output, p *project, asked any, trace string, opts report.Options, analyse func(prog *program.Program, at string) (report.Report, bool, error)) error {
	formats, files, err := c.outputs(p.JSON)
	if err != nil {
		return err
	}
	opts.Rules = allRules()
	var projects []*workspace.Project
	for _, at := range p.Paths {
		w, err := p.open(o, at)
		if err != nil {
			return err
		}
		projects = append(projects, w)
	}
	memoize := func() *memo {
		if c.NoCache {
			return nil
		}
		return newMemo(fmt.Sprintf("%#v colour %v", asked, o.color), projects, trace)
	}
	m := memoize()
	out := m.find()
	if out == nil {
		out = &printed{}
		var reports []report.Report
		for i, at := range p.Paths {
			prog := read(o, projects[i])
			if len(prog.Modules) == 0 {
				for _, pr := range prog.Problems {
					fmt.Fprintf(o.stderr, "offlet: %s\n", located(prog, pr, at))
				}
				return fmt.Errorf("%s: none of its %d files can be read as Python", at, len(prog.Problems))
			}
			stop := o.progress("analysing " + at)
			rep, some, err := analyse(prog, at)
			stop()
			if err != nil {
				return err
			}
			reports = append(reports, rep)
			out.Left = out.Left || some
		}
		for i, format := range formats {
			form := opts
			form.Color = o.color && files[i] == ""
			var b bytes.Buffer
			if err := render(&b, format, reports, form); err != nil {
				return err
			}
			out.Outputs = append(out.Outputs, b.Bytes())
		}
		m.keep(out, memoize())
	}
	for i, data := range out.Outputs {
		if files[i] == "" {
			if _, err := o.stdout.Write(data); err != nil {
				return err
			}
			continue
		}
		if err := os.WriteFile(files[i], data, 0o666); err != nil {
			var pe *os.PathError
			if errors.As(err, &pe) {
				err = pe.Err
			}
			return fmt.Errorf("%s: cannot be written: %w", filepath.Clean(files[i]), err)
		}
	}
	if out.Left {
		return errLeft
	}
	return nil
}

// render writes reports in a format.
func render(w io.Writer, format string, reports []report.Report, opts report.Options) error {
	if format == "sarif" {
		return report.SARIF(w, reports, allRules())
	}
	for i, r := range reports {
		if i > 0 && (format == "text" || format == "markdown") {
			fmt.Fprintln(w)
		}
		var err error
		switch format {
		case "json":
			err = report.JSON(w, r)
		case "github":
			err = report.GitHub(w, r)
		case "markdown":
			err = r.Markdown(w, allRules())
		default:
			err = r.Text(w, opts)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
