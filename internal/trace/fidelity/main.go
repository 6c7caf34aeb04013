// Fidelity measures how well the analysis agrees with reality: it runs the test
// suites of published projects under offlet trace and compares what was seen
// with what the analysis says of the same source, without the trace.
//
//	go run ./internal/trace/fidelity [-python PYTHON] [-run] [-v] [PROJECT ...]
//
// PYTHON is 3.12 or newer, so that the functions that ran can be told from
// those that did not. Sources, packages and traces are kept in .cache/fidelity;
// -run runs the suites again.
package main

import (
	"cmp"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/migrate/asyncio"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/steps"
	"github.com/offlet/offlet/internal/trace"
	"github.com/offlet/offlet/internal/workspace"
)

//go:embed requirements.txt
var requirements []byte

// A project is a release and how its tests are run.
type project struct {
	name  string
	sdist string // for pip
	dir   string // of the unpacked sdist
	// only are the directories that are copied out and analysed, if not all:
	// Eventlet's tests without Eventlet, which is what offlet knows already.
	only    []string
	pytest  []string
	heldOut bool // not looked at while the analysis was worked on
}

var projects = []project{
	{name: "eventlet", sdist: "eventlet==0.41.3", dir: "eventlet-0.41.3", only: []string{"tests", "examples"}, pytest: []string{"tests"}},
	{name: "swift", sdist: "swift==2.38.3", dir: "swift-2.38.3", pytest: []string{"test/unit/common"}},
	{name: "oslo.service", sdist: "oslo.service==4.1.1", dir: "oslo_service-4.1.1", pytest: []string{"oslo_service/tests"}},
	{name: "os-ken", sdist: "os-ken==3.1.1", dir: "os_ken-3.1.1", pytest: []string{"os_ken/tests/unit"}},
	{name: "taskflow", sdist: "taskflow==5.9.1", dir: "taskflow-5.9.1", pytest: []string{"taskflow/tests/unit"}},
	{name: "oslo.messaging", sdist: "oslo.messaging==14.9.3", dir: "oslo_messaging-14.9.3", pytest: []string{"oslo_messaging/tests", "--ignore=oslo_messaging/tests/functional"}},
	{name: "futurist", sdist: "futurist==3.5.0", dir: "futurist-3.5.0", pytest: []string{"futurist/tests"}, heldOut: true},
	{name: "oslo.concurrency", sdist: "oslo.concurrency==6.2.0", dir: "oslo.concurrency-6.2.0", pytest: []string{"oslo_concurrency/tests"}, heldOut: true},
}

const cache = ".cache/fidelity"

func main() {
	python := flag.String("python", "python3", "the interpreter that runs the suites")
	again := flag.Bool("run", false, "run the suites again")
	verbose := flag.Bool("v", false, "list each miss, and an example of each kind of excess")
	flag.Parse()
	for _, p := range projects {
		if flag.NArg() > 0 && !slices.Contains(flag.Args(), p.name) {
			continue
		}
		if err := p.measure(*python, *again, *verbose); err != nil {
			fmt.Fprintf(os.Stderr, "fidelity: %s: %v\n", p.name, err)
			os.Exit(1)
		}
	}
}

// measure prints the figures of a project.
func (p *project) measure(python string, again, verbose bool) error {
	root, err := p.source(python)
	if err != nil {
		return err
	}
	t, err := p.trace(python, root, again)
	if err != nil {
		return err
	}
	held := ""
	if p.heldOut {
		held = " (kept out)"
	}
	fmt.Printf("%s%s: %d yields from %d stacks in %d processes\n", p.sdist, held, yields(t), len(t.Stacks), t.Processes)
	return compare(t, root, verbose)
}

func yields(t *trace.Trace) int64 {
	n := int64(0)
	for _, s := range t.Stacks {
		n += s.Count
	}
	return n
}

// command runs something and shows its output only if it fails.
func command(dir string, args ...string) error {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// source unpacks the sdist and returns the directory to analyse.
func (p *project) source(python string) (string, error) {
	src, err := filepath.Abs(filepath.Join(cache, "src"))
	if err != nil {
		return "", err
	}
	whole := filepath.Join(src, p.dir)
	if _, err := os.Stat(whole); err != nil {
		if err := os.MkdirAll(src, 0o755); err != nil {
			return "", err
		}
		if err := command(src, python, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", src, p.sdist); err != nil {
			return "", err
		}
		if err := command(src, "tar", "xzf", p.dir+".tar.gz"); err != nil {
			return "", err
		}
	}
	if p.only == nil {
		return whole, nil
	}
	part := filepath.Join(src, p.name+"-"+p.only[0])
	for _, d := range p.only {
		if _, err := os.Stat(filepath.Join(part, d)); err == nil {
			continue
		}
		if err := os.CopyFS(filepath.Join(part, d), os.DirFS(filepath.Join(whole, d))); err != nil {
			return "", err
		}
	}
	return part, nil
}

// trace runs the suite, unless that was done before.
func (p *project) trace(python, root string, again bool) (*trace.Trace, error) {
	base, err := filepath.Abs(cache)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(base, p.name+".jsonl")
	if _, err := os.Stat(file); err == nil && !again {
		return trace.Load(file)
	}
	venv := filepath.Join(base, "venv", "bin", "python")
	if _, err := os.Stat(venv); err != nil {
		if err := command("", python, "-m", "venv", filepath.Join(base, "venv")); err != nil {
			return nil, err
		}
		list := filepath.Join(base, "requirements.txt")
		if err := os.WriteFile(list, requirements, 0o644); err != nil {
			return nil, err
		}
		if err := command("", venv, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", list); err != nil {
			return nil, err
		}
	}
	log, err := os.Create(filepath.Join(base, p.name+".log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	old, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	if err := os.Chdir(root); err != nil {
		return nil, err
	}
	defer os.Chdir(old)
	t, err := trace.Record(context.Background(), trace.Options{
		Command: append([]string{venv, "-m", "pytest", "-q", "-p", "no:cacheprovider"}, p.pytest...),
		Root:    root, Ran: true,
	}, strings.NewReader(""), log, log)
	if err != nil {
		return nil, err
	}
	return t, t.Save(file)
}

// compare prints recall and precision.
func compare(t *trace.Trace, root string, verbose bool) error {
	w, err := workspace.Open(root)
	if err != nil {
		return err
	}
	prog := program.Load(w)
	a := asyncio.Analyze(prog, steps.Infer(prog), nil)
	p, c := a.Program, a.Colors
	m := trace.Match(t, p, w.Root)
	seen := m.Seen(t, c.Green)
	misses := trace.Misses(t, m, c)

	onStack := map[infer.FuncID]bool{}
	own, ownMissed, sure := 0, 0, 0
	for _, s := range seen {
		onStack[s.Func] = true
		if c.Certain()[s.Func] {
			sure++
		}
		if !workspace.IsTest(p.Funcs[s.Func].Module.Path) {
			own++
		}
	}
	reasons := map[string][]string{}
	for i := range misses {
		s := &misses[i]
		if !workspace.IsTest(p.Funcs[s.Func].Module.Path) {
			ownMissed++
		}
		r := reason(t, s)
		reasons[r] = append(reasons[r], name(p, s.Func))
	}
	fmt.Printf("  recall     %5.1f %%  %d of %d functions that were seen to yield are green; outside of tests %d of %d\n",
		percent(len(seen)-len(misses), len(seen)), len(seen)-len(misses), len(seen), own-ownMissed, own)
	fmt.Printf("             %5.1f %%  (%d) are certain to be green\n", percent(sure, len(seen)), sure)
	list(reasons, "missed", verbose)

	ran, green, proved, certain := 0, 0, 0, 0
	kinds := map[string][]string{}
	counted := map[infer.FuncID]bool{}
	for _, r := range t.Ran {
		for _, f := range m.Funcs[r] {
			if _, module := p.Funcs[f].Node.(*ast.Module); module || onStack[f] || counted[f] {
				continue
			}
			counted[f] = true
			ran++
			if !c.Green[f] {
				continue
			}
			green++
			if trace.Certain(c, f) {
				proved++
			}
			if c.Certain()[f] {
				certain++
				chain := c.Proof(f)
				last := chain[len(chain)-1]
				kinds[last] = append(kinds[last], strings.Join(chain, " → "))
			}
		}
	}
	fmt.Printf("  excess     %5.1f %%  %d of %d functions that ran and were never seen to yield are certain to be green, whatever is called there;\n"+
		"             %5.1f %%  (%d) are green by a chain that rests on no name, %d more by a name\n",
		percent(certain, ran), certain, ran, percent(proved, ran), proved, green-proved)
	list(kinds, "could yield by", verbose)
	if len(m.Changed) > 0 {
		fmt.Printf("  not found          %d code objects of the trace\n", len(m.Changed))
		if verbose {
			for _, f := range m.Changed {
				fmt.Printf("             %s:%d %s\n", t.Functions[f].File, t.Functions[f].Line, t.Functions[f].Name)
			}
		}
	}
	return nil
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

func name(p *infer.Program, f infer.FuncID) string {
	fn := p.Funcs[f]
	line, _ := fn.Module.Source.LineCol(fn.Node.Range().Start)
	return fmt.Sprintf("%s:%d %s", fn.Module.Path, line, p.Qual(f))
}

// reason says why the analysis missed a function, as far as it can tell.
func reason(t *trace.Trace, s *trace.Miss) string {
	if !s.Root {
		return "it only calls others that are missed"
	}
	through := ""
	if s.Library >= 0 {
		fn := t.Functions[s.Library]
		if strings.Contains(fn.File, "importlib") || strings.Contains(fn.Name, "_find_and_load") {
			return "it imports a module whose body yields"
		}
		through = fn.Name
		if file, ok := strings.CutPrefix(fn.File, "<site>/"); ok {
			top, _, _ := strings.Cut(file, "/")
			through = top + ": " + fn.Name
		}
	}
	open, opaque := false, ""
	for _, e := range s.Effects {
		open = open || e.Open
		if len(e.Opaque) > 0 {
			opaque = e.Opaque[0]
		}
	}
	switch {
	case len(s.Effects) == 0 && through != "":
		return "nothing is known of the line; it calls " + through
	case len(s.Effects) == 0:
		return "nothing is known of the line"
	case opaque != "":
		return "a library without a record: " + opaque
	case open:
		return "the object that is called is not known"
	case through != "":
		return "a library calls back, or is not known to yield: " + through
	}
	return "the call is known and something was not followed"
}

// list prints how often each reason was found, the most frequent first.
func list(table map[string][]string, title string, verbose bool) {
	var keys []string
	for k := range table {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(len(table[b])-len(table[a]), cmp.Compare(a, b)) })
	const most = 12
	for i, k := range keys {
		if i == most && !verbose {
			rest := 0
			for _, k := range keys[i:] {
				rest += len(table[k])
			}
			fmt.Printf("    %5d  for %d more reasons\n", rest, len(keys)-most)
			break
		}
		fmt.Printf("    %5d  %s: %s\n", len(table[k]), title, k)
		if verbose {
			for j, example := range table[k] {
				if j == 20 {
					break
				}
				fmt.Printf("             %s\n", example)
			}
		}
	}
}
