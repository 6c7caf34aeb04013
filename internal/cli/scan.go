package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/offlet/offlet/internal/inventory"
	"github.com/offlet/offlet/internal/migrate"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/report"
	"github.com/offlet/offlet/internal/steps"
)

type scanCmd struct {
	project
	traced
	Format  []string `help:"What to print: text, json, sarif, github, markdown; several with -o." placeholder:"FORMAT" enum:"text,json,sarif,github,markdown" sep:","`
	Output  []string `short:"o" help:"Write to this file instead of the terminal; repeat it for several formats, in their order." placeholder:"FILE" sep:"none"`
	Verbose bool     `short:"v" help:"List every place."`
}

// outputs pairs the formats with the files: as many files as formats, or one
// format more, which is printed.
func (c *scanCmd) outputs() ([]string, []string, error) {
	formats := slices.Clone(c.Format)
	if c.JSON {
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

func (c *scanCmd) Run(o *output) error {
	formats, files, err := c.outputs()
	if err != nil {
		return err
	}
	left := false
	var scans []*report.Scan
	for _, at := range c.Paths {
		prog, err := c.load(o, at, false)
		if err != nil {
			return err
		}
		if len(prog.Modules) == 0 {
			for _, pr := range prog.Problems {
				fmt.Fprintf(o.stderr, "offlet: %s\n", located(prog, pr, at))
			}
			return fmt.Errorf("%s: none of its %d files can be read as Python", at, len(prog.Problems))
		}
		stop := o.progress("analysing " + at)
		ev, err := c.evidence(prog)
		if err != nil {
			return err
		}
		s := scan(prog, ev.add)
		s.Trace = ev.found
		stop()
		s.Path = at
		scans = append(scans, s)
		left = left || s.Left() > 0 || s.Trace != nil && len(s.Trace.Unseen) > 0
	}
	for i, format := range formats {
		if files[i] == "" {
			if err := render(o.stdout, format, scans, report.Options{Verbose: c.Verbose, Color: o.color}); err != nil {
				return err
			}
			continue
		}
		var b bytes.Buffer
		if err := render(&b, format, scans, report.Options{Verbose: c.Verbose}); err != nil {
			return err
		}
		if err := os.WriteFile(files[i], b.Bytes(), 0o666); err != nil {
			var pe *os.PathError
			if errors.As(err, &pe) {
				err = pe.Err
			}
			return fmt.Errorf("%s: cannot be written: %w", filepath.Clean(files[i]), err)
		}
	}
	if left {
		return errLeft
	}
	return nil
}

// render writes scans in a format.
func render(w io.Writer, format string, scans []*report.Scan, o report.Options) error {
	if format == "sarif" {
		return report.SARIF(w, scans, allRules())
	}
	for i, s := range scans {
		if i > 0 && (format == "text" || format == "markdown") {
			fmt.Fprintln(w)
		}
		var err error
		switch format {
		case "json":
			err = report.JSON(w, s)
		case "github":
			err = report.GitHub(w, s)
		case "markdown":
			err = report.Markdown(w, s, allRules())
		default:
			err = report.ScanText(w, s, o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// scan takes the inventory of a program and tries the steps on it, in memory.
func scan(prog *program.Program, evidence asyncio.Evidence) *report.Scan {
	a := asyncio.Analyze(prog, steps.Infer(prog), evidence)
	s := &report.Scan{
		Version: 1, Command: "scan", Root: prog.Project.Root,
		Files:     len(prog.Modules),
		Inventory: inventory.Take(a.Program, a.Graph, a.Colors, prog.Project),
		Steps:     []report.Step{},
		Problems:  []report.Problem{},
		Skipped:   []report.Problem{},
	}
	for _, m := range prog.Modules {
		s.Lines += len(m.Source.LineStarts())
	}
	for _, pr := range prog.Problems {
		line, col := program.ProblemOf(pr.Err)
		s.Problems = append(s.Problems, report.Problem{Path: pr.Path, Line: line, Col: col, Message: relative(prog, pr)})
	}
	for _, sk := range prog.Project.Skipped {
		s.Skipped = append(s.Skipped, report.Problem{Path: sk.Path, Message: sk.Reason})
	}
	ignores, bad := inventory.NewIgnores(a.Program, s.Settings)
	if s.UseCase == 1 {
		for _, t := range steps.Try(a) {
			st := report.Step{Name: t.Name, Left: []migrate.Note{}}
			if t.Err != nil {
				// the step refuses: that is what a scan is there to say
				st.Error = t.Err.Error()
			} else {
				st.Files, st.Added, st.Removed = t.Result.Change.Stat()
				for _, n := range t.Result.Left {
					if ignores.Has(n.Rule, n.Path, n.Line) {
						s.Ignored++
						continue
					}
					st.Left = append(st.Left, n)
				}
				for _, n := range t.Result.Done {
					if n.Rule == "AIO1" {
						st.Coroutines++
					}
				}
			}
			s.Steps = append(s.Steps, st)
		}
	}
	s.Hazards = slices.DeleteFunc(s.Hazards, func(h inventory.Hazard) bool {
		has := ignores.Has(h.Rule, h.Path, h.Line)
		if has {
			s.Ignored++
		}
		return has
	})
	s.Settings = slices.DeleteFunc(s.Settings, func(x inventory.Setting) bool {
		has := ignores.Has(x.Rule, x.Path, x.Line)
		if has {
			s.Ignored++
		}
		return has
	})
	s.Hazards = append(s.Hazards, bad...)
	s.Hazards = append(s.Hazards, ignores.Unused()...)
	return s
}
