// Package cli is the command line: it reads the arguments, runs the steps, and
// prints what they found.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/edit"
	"github.com/offlet/offlet/internal/environ"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/workspace"
)

// Exit codes.
const (
	exitDone  = 0 // done, nothing left
	exitLeft  = 1 // done as far as proved, places left for a person
	exitUsage = 2 // usage or input error, nothing changed
)

const description = `offlet takes a Python project off Eventlet, in the three steps of Eventlet's own guide.

  offlet scan                 what the project uses of Eventlet, and what each step will do
  offlet plan                 which functions have to move to asyncio, in which order
  offlet hub --write          step 1: run on Eventlet's asyncio hub
  offlet migrate --all --write   step 2: move the code to asyncio
  offlet drop --write         step 3: drop Eventlet

Without --write a command shows what it would change and changes nothing.

Exit codes: 0 done, nothing left; 1 done as far as it is proved, with places left for a person; 2 wrong usage or input, nothing changed.`

type commands struct {
	Scan    scanCmd    `cmd:"" help:"Show what the project uses of Eventlet and what the next steps will do."`
	Plan    planCmd    `cmd:"" help:"Show in which order the functions would move, and what crosses between green code and coroutines after each step."`
	Hub     hubCmd     `cmd:"" help:"Step 1: run the program on Eventlet's asyncio hub."`
	Migrate migrateCmd `cmd:"" help:"Step 2: move code to asyncio."`
	Drop    dropCmd    `cmd:"" help:"Step 3: drop Eventlet."`
	Trace   traceCmd   `cmd:"" help:"Run a command and record which code really yields to Eventlet's hub."`
	Explain explainCmd `cmd:"" help:"Explain a rule by its id."`
	Version versionCmd `cmd:"" help:"Print the version."`

	VersionFlag kong.VersionFlag `name:"version" help:"Print the version."`
}

// output is where a command writes.
type output struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	color          bool // of stdout
}

// Main runs offlet with the given arguments and returns its exit code.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	out := &output{stdin: stdin, stdout: stdout, stderr: stderr, color: isTerminal(stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
	var cmds commands
	exited := -1
	parser, err := kong.New(&cmds,
		kong.Name("offlet"),
		kong.Description(description),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code; panic(exitPanic{}) }),
		kong.Help(helpWithExamples),
		kong.Vars{"trace": defaultTrace, "version": version()},
	)
	if err != nil {
		fmt.Fprintf(stderr, "offlet: internal error: %v\n", err)
		return exitUsage
	}
	code := func() (code int) {
		defer func() {
			if r := recover(); r != nil {
				if _, ok := r.(exitPanic); !ok {
					panic(r)
				}
				code = exited
			}
		}()
		switch {
		case len(args) == 0:
			args = []string{"--help"}
		case args[0] == "help": // as git and go have it: offlet help migrate
			args = append(slices.Clone(args[1:]), "--help")
		}
		ctx, err := parser.Parse(args)
		if err != nil {
			fmt.Fprintf(stderr, "offlet: %v\n", err)
			var pe *kong.ParseError
			if errors.As(err, &pe) && pe.Context != nil {
				fmt.Fprintf(stderr, "Run \"%s --help\" for what it takes.\n", strings.TrimSpace("offlet "+commandOf(pe.Context)))
			}
			return exitUsage
		}
		err = ctx.Run(out)
		return out.exit(err)
	}()
	return code
}

type exitPanic struct{}

func commandOf(ctx *kong.Context) string {
	cmd := ctx.Command()
	name, _, _ := strings.Cut(cmd, " ")
	return name
}

// examples are shown at the end of each command's help.
var examples = map[string]string{
	"scan":    "  offlet scan\n  offlet scan --json services/crawler\n  offlet scan --env ~/envs/crawler   which libraries block is read there",
	"plan":    "  offlet plan                    what moves, leaf first\n  offlet plan --order root -v    entry points first, every step with its proof\n  offlet plan --format text,json -o plan.json services/crawler",
	"hub":     "  offlet hub                     show the change\n  offlet hub --write             make it\n  offlet hub --check -- python -m app   which hub does it really run on?",
	"migrate": "  offlet migrate --all           show the change\n  offlet migrate --all --write   make it\n  offlet migrate --all --env none   without a look at the libraries in .venv",
	"drop":    "  offlet drop                    show the change, or what is still in the way\n  offlet drop --write            make it",
	"trace":   "  offlet trace -- python -m app\n  offlet trace --slow 50 -o run.jsonl -- gunicorn -k eventlet app:app",
	"explain": "  offlet explain AIO13\n  offlet explain                 list all rules",
}

func helpWithExamples(options kong.HelpOptions, ctx *kong.Context) error {
	if err := kong.DefaultHelpPrinter(options, ctx); err != nil {
		return err
	}
	if ex := examples[commandOf(ctx)]; ex != "" && ctx.Selected() != nil {
		fmt.Fprintf(ctx.Stdout, "\nExamples:\n%s\n", ex)
	}
	return nil
}

// left is what a command returns when places are left for a person.
var errLeft = errors.New("places are left for a person")

// exit prints an error and turns it into an exit code.
func (o *output) exit(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errLeft):
		return exitLeft
	}
	fmt.Fprintf(o.stderr, "offlet: %v\n", err)
	return exitUsage
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// style colours a diff if stdout is a terminal.
func (o *output) style() edit.Style {
	if !o.color {
		return edit.Style{}
	}
	paint := func(code string) func(string) string {
		return func(s string) string { return "\x1b[" + code + "m" + s + "\x1b[0m" }
	}
	return edit.Style{Header: paint("1"), Hunk: paint("36"), Added: paint("32"), Removed: paint("31")}
}

// project is what the commands that read a project have in common.
type project struct {
	Paths   []string `arg:"" optional:"" name:"path" default:"." help:"Projects (directories) or single files."`
	Exclude []string `help:"Leave out files that match this pattern (tests/data/*.py); may be repeated." placeholder:"PATTERN" sep:"none"`
	Env     string   `help:"Look at the source of the libraries that are installed in this virtual environment (or site-packages), to find out which of their calls block. auto: .venv or venv in the project, if there is one; none: nowhere." placeholder:"DIR" default:"auto"`
	JSON    bool     `name:"json" help:"Print the result as JSON."`
}

// environment is the directory of the environment whose libraries are looked at
// for a project, "" for none.
func (p *project) environment(w *workspace.Project) (string, error) {
	switch p.Env {
	case "auto":
		if w.Single {
			return "", nil
		}
		return environ.Find(w.Root), nil
	case "", "none":
		return "", nil
	}
	if err := environ.Check(p.Env); err != nil {
		return "", err
	}
	return filepath.Abs(p.Env)
}

// open looks at the project at a path. An interrupted change of an earlier run is
// finished first.
func (p *project) open(o *output, at string) (*workspace.Project, error) {
	w, err := workspace.Open(at)
	if err != nil {
		return nil, err
	}
	if err := w.Exclude(p.Exclude); err != nil {
		return nil, err
	}
	if finished, err := edit.Recover(w.Root); err != nil {
		return nil, err
	} else if finished {
		fmt.Fprintln(o.stderr, "offlet: finished the change of an earlier run that was interrupted")
		if w, err = workspace.Open(at); err != nil {
			return nil, err
		}
		if err := w.Exclude(p.Exclude); err != nil {
			return nil, err
		}
	}
	if err := catalog.Check(w); err != nil {
		return nil, err
	}
	w.Environment, err = p.environment(w)
	return w, err
}

// read reads the files of a project.
func read(o *output, w *workspace.Project) *program.Program {
	stop := o.progress(fmt.Sprintf("reading %d files", len(w.Files)))
	defer stop()
	return program.Load(w)
}

// whole opens and reads the project at a path for commands that must understand
// every file.
func (p *project) whole(o *output, at string) (*program.Program, error) {
	w, err := p.open(o, at)
	if err != nil {
		return nil, err
	}
	prog := read(o, w)
	for _, s := range prog.Project.Unreadable {
		fmt.Fprintf(o.stderr, "offlet: %s: %s\n", filepath.Join(at, filepath.FromSlash(s.Path)), s.Reason)
	}
	if n := len(prog.Project.Unreadable); n > 0 {
		return nil, fmt.Errorf("%s cannot be read, so nothing was changed; make them readable, or leave them out with --exclude", counted(n, "directory", "directories"))
	}
	if len(prog.Problems) == 0 {
		return prog, nil
	}
	for _, pr := range prog.Problems {
		fmt.Fprintf(o.stderr, "offlet: %s\n", located(prog, pr, at))
	}
	return nil, fmt.Errorf("%d of %d files cannot be read as Python, so nothing was changed; mend them, or leave them out with --exclude",
		len(prog.Problems), len(prog.Problems)+len(prog.Modules))
}

// relative is the error of a file with the path as the project has it.
func relative(prog *program.Program, pr program.Problem) string {
	msg := pr.Err.Error()
	return strings.Replace(msg, prog.Project.Abs(pr.Path), pr.Path, 1)
}

// located is the error of a file with a path that can be opened from where
// offlet was started: at is how the user named the project.
func located(prog *program.Program, pr program.Problem, at string) string {
	name := filepath.Clean(at)
	if !prog.Project.Single {
		name = filepath.Join(at, filepath.FromSlash(pr.Path))
	}
	return strings.Replace(pr.Err.Error(), prog.Project.Abs(pr.Path), name, 1)
}

// progress shows on a terminal that something takes its time. The returned
// function ends it.
func (o *output) progress(what string) func() {
	if !isTerminal(o.stderr) {
		return func() {}
	}
	fmt.Fprintf(o.stderr, "\r\x1b[K%s…", what)
	return func() { fmt.Fprint(o.stderr, "\r\x1b[K") }
}
