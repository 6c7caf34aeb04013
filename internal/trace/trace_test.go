package trace

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/offlet/offlet/internal/callgraph"
	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/color"
	"github.com/offlet/offlet/internal/infer"
	"github.com/offlet/offlet/internal/program"
	"github.com/offlet/offlet/internal/python/pythontest"
	"github.com/offlet/offlet/internal/workspace"
)

// traceOf runs Python code, as the file app.py of a directory, under the trace.
func traceOf(t *testing.T, dir, code string, opts Options, args ...string) (*Trace, string) {
	t.Helper()
	python, _ := pythontest.Eventlet(t)
	app := filepath.Join(dir, "app.py")
	if err := os.WriteFile(app, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	opts.Command, opts.Root = append([]string{python, "-W", "ignore", app}, args...), dir
	var out bytes.Buffer
	tr, err := Record(context.Background(), opts, strings.NewReader(""), &out, &out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return tr, out.String()
}

// places lists the functions of the project on each stack of a kind, innermost
// last, with the count.
func places(t *Trace, kind Kind) []string {
	var out []string
	for _, s := range t.Stacks {
		if s.Kind != kind {
			continue
		}
		var names []string
		for _, f := range s.Frames {
			if t.InProject(f.Func) {
				names = append(names, fmt.Sprintf("%s:%d", t.Functions[f.Func].Bare(), f.Line))
			}
		}
		out = append(out, fmt.Sprintf("%s ×%d", strings.Join(names, " "), s.Count))
	}
	slices.Sort(out)
	return out
}

// leaf is how each program below yields: on its lines 1 to 5.
const leaf = `import eventlet, os, sys, time
def leaf():
    eventlet.sleep(0)
def other():
    leaf()
`

func TestRecord(t *testing.T) {
	for _, c := range []struct {
		name, code string
		exit       int
		processes  int
		want       []string
	}{
		{name: "nothing", code: "print(1)"},
		{name: "main", code: leaf + "leaf()", want: []string{"<module>:6 leaf:3 ×1"}},
		{name: "often", code: leaf + "for i in range(1000): leaf()", want: []string{"<module>:6 leaf:3 ×1000"}},
		{name: "two ways", code: leaf + "leaf(); other()", want: []string{"<module>:6 leaf:3 ×1", "<module>:6 other:5 leaf:3 ×1"}},
		{name: "green thread", code: leaf + "eventlet.spawn(other).wait()", want: []string{"<module>:6 ×1", "other:5 leaf:3 ×1"}},
		{name: "kill runs the victim at once", code: leaf + "g = eventlet.spawn(other)\neventlet.sleep(0)\ng.kill()", want: []string{"<module>:7 ×1", "<module>:8 ×1", "other:5 leaf:3 ×1"}},
		{name: "a wait that is over does not yield", code: leaf + "from eventlet import event\ne = event.Event(); e.send(1); e.wait()"},
		{name: "patched", code: leaf + "eventlet.monkey_patch()\ntime.sleep(0)", want: []string{"<module>:7 ×1"}},
		{name: "asyncio hub", code: "import eventlet.hubs; eventlet.hubs.use_hub('asyncio')\n" + leaf + "leaf()", want: []string{"<module>:7 leaf:4 ×1"}},
		{name: "generator", code: leaf + "def gen():\n    leaf()\n    yield\nlist(gen())", want: []string{"<module>:9 gen:7 leaf:3 ×1"}},
		{name: "exit status", code: leaf + "leaf(); sys.exit(3)", exit: 3, want: []string{"<module>:6 leaf:3 ×1"}},
		{name: "exception", code: leaf + "leaf(); 1/0", exit: 1, want: []string{"<module>:6 leaf:3 ×1"}},
		{name: "os._exit", code: leaf + "for i in range(7): leaf()\nos._exit(4)", exit: 4, want: []string{"<module>:6 leaf:3 ×7"}},
		// counts are in mapped memory and outlive a kill
		{name: "killed", code: leaf + "for i in range(7): leaf()\nos.kill(os.getpid(), 9)", exit: 137, want: []string{"<module>:6 leaf:3 ×7"}},
		{name: "fork", code: leaf + "leaf()\nif not os.fork():\n    other(); os._exit(0)\nos.wait()\nleaf()", processes: 2, want: []string{"<module>:10 leaf:3 ×1", "<module>:6 leaf:3 ×1", "<module>:8 other:5 leaf:3 ×1"}},
		{name: "killed fork", code: leaf + "leaf()\nif not os.fork():\n    other(); os.kill(os.getpid(), 9)\nos.wait()", processes: 2, want: []string{"<module>:6 leaf:3 ×1", "<module>:8 other:5 leaf:3 ×1"}},
		{name: "same stack in two processes", code: leaf + "os.fork()\nleaf()\ntry: os.wait()\nexcept OSError: pass", processes: 2, want: []string{"<module>:7 leaf:3 ×2"}},
		{name: "child process", code: leaf + "import subprocess\nif len(sys.argv) == 1: subprocess.check_call([sys.executable, '-W', 'ignore', __file__, 'x'])\nelse: leaf()", processes: 2, want: []string{"<module>:8 leaf:3 ×1"}},
		{name: "descriptors closed", code: leaf + "os.closerange(3, 100)\nf = open(__file__)\nleaf(); other()", want: []string{"<module>:8 leaf:3 ×1", "<module>:8 other:5 leaf:3 ×1"}},
		{name: "native thread", code: leaf + "import threading\nt = threading.Thread(target=other); t.start(); t.join()", want: []string{"other:5 leaf:3 ×1"}},
		{name: "unittest", code: leaf + "import unittest\nclass T(unittest.TestCase):\n    def test(self): leaf()\nunittest.main()", want: []string{"<module>:9 test:8 leaf:3 ×1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			tr, out := traceOf(t, t.TempDir(), c.code, Options{})
			if tr.Exit != c.exit {
				t.Errorf("exit status %d, want %d; output:\n%s", tr.Exit, c.exit, out)
			}
			if got := places(tr, Yield); !slices.Equal(got, c.want) {
				t.Errorf("got %q\nwant %q\noutput:\n%s", got, c.want, out)
			}
			if want := max(c.processes, 1); tr.Processes != want {
				t.Errorf("%d processes, want %d", tr.Processes, want)
			}
		})
	}
}

// TestSlow: code that keeps the hub waiting is seen where it is, code that
// waits in the hub is not.
func TestSlow(t *testing.T) {
	const code = `import eventlet, time
original = eventlet.patcher.original("time").sleep
def idle():
    eventlet.sleep(0.4)
def hold():
    original(0.6)
eventlet.sleep(0)
idle()
hold()
eventlet.spawn(hold).wait()
`
	for _, hub := range []string{"epolls", "asyncio"} {
		t.Run(hub, func(t *testing.T) {
			t.Parallel()
			tr, out := traceOf(t, t.TempDir(), "import eventlet.hubs; eventlet.hubs.use_hub('"+hub+"')\n"+code, Options{Slow: 100 * time.Millisecond})
			if got, want := places(tr, Slow), []string{"<module>:10 hold:7 ×1", "hold:7 ×1"}; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q\noutput:\n%s", got, want, out)
			}
			for _, s := range tr.Stacks {
				if (s.Kind == Slow) != (s.Millis > 0) {
					t.Errorf("%v", s)
				}
			}
		})
	}
}

// TestSameProgram: a traced program sees what it would see alone.
func TestSameProgram(t *testing.T) {
	code := leaf + `eventlet.monkey_patch()
import inspect
from eventlet import greenthread, hubs
print(sys.argv[1:], hubs.hub.BaseHub.switch.__qualname__, greenthread.kill.__name__, greenthread.kill is eventlet.kill)
print([m for m in sys.modules if "offlet" in m and m != "offlet_trace"], sys.modules["sitecustomize"].__name__)
`
	_, out := traceOf(t, t.TempDir(), code, Options{}, "a", "b c")
	if want := "['a', 'b c'] BaseHub.switch kill True\n[] sitecustomize\n"; out != want {
		t.Errorf("got %q, want %q", out, want)
	}
}

// write writes records as the agent does.
func write(t *testing.T, dir, name, records string, counts ...uint64) {
	t.Helper()
	var b []byte
	for _, c := range counts {
		b = binary.NativeEndian.AppendUint64(b, c)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".jsonl"), []byte(records), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".counts"), b, 0o644); err != nil {
		t.Fatal(err)
	}
}

const twoStacks = `{"t":"process","python":"3.12.1","stdlib":"/usr/lib/python3.12"}
{"t":"code","i":0,"file":"/p/b.py","line":1,"name":"<module>"}
{"t":"code","i":1,"file":"/p/a.py","line":5,"name":"A.f"}
{"t":"yield","i":0,"s":[0,3,1,6]}
{"t":"code","i":2,"file":"/v/site-packages/lib/x.py","line":1,"name":"g"}
{"t":"code","i":3,"file":"/usr/lib/python3.12/queue.py","line":9,"name":"h"}
{"t":"yield","i":1,"s":[1,7,2,2,3,10]}
`

// TestMerge: the result does not depend on which process came first.
func TestMerge(t *testing.T) {
	other := strings.NewReplacer(`"i":0,"file":"/p/b.py"`, `"i":1,"file":"/p/b.py"`, `"i":1,"file":"/p/a.py"`, `"i":0,"file":"/p/a.py"`,
		`[0,3,1,6]`, `[1,3,0,6]`, `[1,7,2,2,3,10]`, `[0,7,2,2,3,10]`).Replace(twoStacks)
	var files []string
	for _, order := range [][2]string{{"1-0", "2-0"}, {"2-0", "1-0"}} {
		dir := t.TempDir()
		write(t, dir, order[0], twoStacks, 5, 0, 1, 0)
		write(t, dir, order[1], other, 2, 0, 1, 0)
		tr, err := merge(dir, "/p")
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := tr.Write(&b); err != nil {
			t.Fatal(err)
		}
		files = append(files, b.String())
	}
	want := `{"offlet-trace":1,"processes":2,"python":["3.12.1"]}
{"file":"<site>/lib/x.py","line":1,"name":"g"}
{"file":"<stdlib>/queue.py","line":9,"name":"h"}
{"file":"a.py","line":5,"name":"A.f"}
{"file":"b.py","line":1,"name":"<module>"}
{"yield":[2,7,0,2,1,10],"count":2}
{"yield":[3,3,2,6],"count":7}
`
	for i, got := range files {
		if got != want {
			t.Errorf("%d: got\n%s\nwant\n%s", i, got, want)
		}
	}
}

// TestCutShort: wherever a kill cuts the records, all but the last are read.
func TestCutShort(t *testing.T) {
	for n := range len(twoStacks) + 1 {
		dir := t.TempDir()
		write(t, dir, "1-0", twoStacks[:n], 1, 0)
		tr, err := merge(dir, "/p")
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		want := 0
		for _, line := range strings.Split(twoStacks[:n], "\n") {
			// whole even without its end of line
			if strings.HasPrefix(line, `{"t":"yield"`) && strings.HasSuffix(line, "}") {
				want++
			}
		}
		if len(tr.Stacks) != want {
			t.Fatalf("cut at %d: %d stacks, want %d", n, len(tr.Stacks), want)
		}
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "1-0", twoStacks+`{"t":"ran","c":2}
{"t":"slow","i":2,"s":[1,8]}
{"t":"full"}
`, 5, 0, 1, 0, 3, 250)
	tr, err := merge(dir, "/p")
	if err != nil {
		t.Fatal(err)
	}
	tr.Command, tr.Exit = []string{"python", "a b"}, 2
	name := filepath.Join(dir, "new", "trace.jsonl")
	if err := tr.Save(name); err != nil {
		t.Fatal(err)
	}
	back, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(tr, back) {
		t.Errorf("wrote %+v\nread %+v", tr, back)
	}
	if tr.Full != 1 || len(tr.Ran) != 1 || tr.Stacks[2].Millis != 250 {
		t.Errorf("%+v", tr)
	}
}

func TestBadFile(t *testing.T) {
	for name, text := range map[string]string{
		"empty":       "",
		"other":       "{}\n",
		"no JSON":     "hello\n",
		"version":     `{"offlet-trace":99}` + "\n",
		"no function": `{"offlet-trace":1}` + "\n" + `{"yield":[4,1],"count":1}` + "\n",
		"negative":    `{"offlet-trace":1}` + "\n" + `{"ran":[-1]}` + "\n",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// analyse is the call graph of the project in a directory.
func analyse(t *testing.T, dir string) *callgraph.Graph {
	t.Helper()
	w, err := workspace.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := infer.Analyze(program.Load(w), catalog.Default())
	return callgraph.Build(p, callgraph.Patched(p), nil)
}

// TestConfirm: what only the trace shows becomes green, with all that call it.
func TestConfirm(t *testing.T) {
	const code = leaf + `
def hidden():
    eval("leaf" + "()")
def outer():
    hidden()
def quiet():
    pass
outer(); other(); quiet()
`
	dir := t.TempDir()
	tr, out := traceOf(t, dir, code, Options{})
	g := analyse(t, dir)
	green := func() map[string]bool {
		c := color.Compute(g)
		m := map[string]bool{}
		for _, f := range g.Program.Funcs {
			m[g.Program.Qual(f.ID)] = c.Green[f.ID]
		}
		return m
	}
	if got := green(); got["hidden"] || got["outer"] || !got["other"] {
		t.Fatalf("without the trace: %v", got)
	}
	e := Confirm(tr, g, dir)
	if got := green(); !got["hidden"] || !got["outer"] || !got["other"] || got["quiet"] {
		t.Errorf("with the trace: %v", got)
	}
	if len(e.Unseen) != 1 || e.Unseen[0].Rule != "TRACE1" || e.Unseen[0].Func != "hidden" || e.Unseen[0].Line != 8 || e.Changed != 0 {
		t.Errorf("%+v\n%s", e, out)
	}
	if e.Functions != 5 || e.Proved != 3 { // leaf, other and the module are proved
		t.Errorf("%+v", e)
	}

	// a line more at the start, and nothing is where it was
	if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte("\n"+code), 0o644); err != nil {
		t.Fatal(err)
	}
	g = analyse(t, dir)
	if e := Confirm(tr, g, dir); len(e.Unseen) != 0 || e.Changed == 0 {
		t.Errorf("changed: %+v", e)
	}
}

// TestMechanisms: the analysis sees a yield whatever way it comes about, but
// for those listed in misses_test.go.
func TestMechanisms(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	dir, err := filepath.Abs("testdata/mechanisms")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	tr, err := Record(context.Background(), Options{Command: []string{python, "-W", "ignore", filepath.Join(dir, "mechanisms.py")}, Root: dir}, strings.NewReader(""), &out, &out)
	if err != nil || tr.Exit != 0 {
		t.Fatalf("%v, exit status %d\n%s", err, tr.Exit, out.String())
	}
	g := analyse(t, dir)
	c := color.Compute(g)
	missed := map[string]bool{}
	yielded := map[string]bool{}
	m := Match(tr, g.Program, dir)
	for _, s := range m.Seen(tr, c.Green) {
		yielded[g.Program.Qual(s.Func)] = true
	}
	for _, s := range Misses(tr, m, c) {
		name := g.Program.Qual(s.Func)
		missed[name] = true
		if strings.HasPrefix(name, "c_") && knownMisses[name] == "" {
			t.Errorf("%s was seen to yield and is called plain", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(knownMisses)) {
		switch {
		case !yielded[name]:
			t.Errorf("%s did not yield", name)
		case !missed[name]:
			t.Errorf("%s is seen by the analysis now: take it off the list of misses", name)
		}
	}
}
