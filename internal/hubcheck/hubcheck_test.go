package hubcheck

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
)

// check runs Python code under the check.
func check(t *testing.T, code string) (*Report, string) {
	t.Helper()
	python, _ := pythontest.Eventlet(t)
	var out bytes.Buffer
	r, err := Run(context.Background(), []string{python, "-W", "ignore", "-c", code}, strings.NewReader(""), &out, &out)
	if err != nil {
		t.Fatal(err)
	}
	return r, out.String()
}

const asyncioHub = `
import eventlet.hubs
eventlet.hubs.use_hub("eventlet.hubs.asyncio")
import eventlet
`

func TestHubs(t *testing.T) {
	for _, c := range []struct {
		name, code string
		exit       int
		hubs       []string // of all processes, in the order of their ids
		others     int
		forked     int
	}{
		{name: "default", code: "import eventlet; eventlet.sleep(0)", hubs: []string{"eventlet.hubs.epolls.Hub"}, others: 1},
		{name: "chosen", code: asyncioHub + "eventlet.sleep(0)", hubs: []string{AsyncioHub}},
		{name: "never needed", code: asyncioHub},
		{name: "no Eventlet", code: "print(1)"},
		{name: "chosen too late", code: "import eventlet; eventlet.sleep(0)" + asyncioHub + "eventlet.sleep(0)", hubs: []string{"eventlet.hubs.epolls.Hub", AsyncioHub}, others: 1},
		{name: "exit status", code: asyncioHub + "eventlet.sleep(0); raise SystemExit(5)", exit: 5, hubs: []string{AsyncioHub}},
		{name: "os._exit", code: asyncioHub + "import os; eventlet.sleep(0); os._exit(4)", exit: 4, hubs: []string{AsyncioHub}},
		{name: "killed", code: asyncioHub + "import os; eventlet.sleep(0); os.kill(os.getpid(), 9)", exit: 137, hubs: []string{AsyncioHub}},
		{name: "forked", code: "import eventlet, os\neventlet.sleep(0)\nif not os.fork(): os._exit(0)\nos.wait()", hubs: []string{"eventlet.hubs.epolls.Hub", "eventlet.hubs.epolls.Hub"}, others: 2, forked: 1},
		{name: "child process", code: asyncioHub + "import subprocess, sys\neventlet.sleep(0)\nsubprocess.check_call([sys.executable, '-W', 'ignore', '-c', 'import eventlet; eventlet.sleep(0)'])", hubs: []string{AsyncioHub, "eventlet.hubs.epolls.Hub"}, others: 1},
		// use_hub is for the thread that calls it: another one has the default
		{name: "native thread", code: asyncioHub + "import eventlet.patcher\nthreading = eventlet.patcher.original('threading')\neventlet.sleep(0)\nt = threading.Thread(target=lambda: eventlet.sleep(0)); t.start(); t.join()", hubs: []string{AsyncioHub, "eventlet.hubs.epolls.Hub"}, others: 1},
		{name: "half built", code: "import eventlet.hubs\neventlet.hubs.use_hub('eventlet.hubs.asyncio')\nH = eventlet.hubs._threadlocal.Hub\ndel H._post_initialize\nH._post_initialize = lambda self: None\neventlet.hubs.get_hub().greenlet\ntry: eventlet.sleep(0)\nexcept AttributeError: pass", hubs: []string{AsyncioHub}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, out := check(t, c.code)
			if r.Exit != c.exit {
				t.Errorf("exit status %d, want %d; output:\n%s", r.Exit, c.exit, out)
			}
			var hubs []string
			forked := 0
			for _, p := range r.Processes {
				for _, h := range p.Hubs {
					hubs = append(hubs, h.Class)
				}
				if p.Forked {
					forked++
				}
			}
			if strings.Join(hubs, " ") != strings.Join(c.hubs, " ") {
				t.Errorf("hubs %v, want %v; output:\n%s", hubs, c.hubs, out)
			}
			if n := len(r.Others()); n != c.others {
				t.Errorf("%d processes on another hub, want %d", n, c.others)
			}
			if forked != c.forked {
				t.Errorf("%d forked processes, want %d", forked, c.forked)
			}
			if r.Started() != (len(c.hubs) > 0) {
				t.Errorf("Started is %v", r.Started())
			}
		})
	}
}

// TestThreadsAndPatching: what else is said of a hub.
func TestThreadsAndPatching(t *testing.T) {
	r, out := check(t, asyncioHub+"eventlet.monkey_patch(socket=True, time=True); eventlet.sleep(0)")
	if len(r.Processes) != 1 || len(r.Processes[0].Hubs) != 1 {
		t.Fatalf("%+v\n%s", r, out)
	}
	h := r.Processes[0].Hubs[0]
	if h.Thread != "main" || h.Ran == nil || !*h.Ran || strings.Join(h.Patched, " ") != "socket time" || h.Eventlet == "?" {
		t.Errorf("%+v", h)
	}
}

// TestSitecustomizeOfTheUser: the agent does not hide the user's own.
func TestSitecustomizeOfTheUser(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "sitecustomize.py"), []byte("import builtins; builtins.SITE = __name__, __file__\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PYTHONPATH", dir)
	var out bytes.Buffer
	_, err := Run(context.Background(), []string{python, "-c", "import sys; print(*SITE); print(sys.modules['sitecustomize'].__file__)"}, strings.NewReader(""), &out, &out)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "sitecustomize.py")
	if want := "sitecustomize " + file + "\n" + file + "\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

// TestSameProgram: a watched program sees the same modules, arguments and
// input as it does alone.
func TestSameProgram(t *testing.T) {
	python, _ := pythontest.Eventlet(t)
	code := "import sys; print(sys.argv, sys.stdin.read(), sorted(m for m in sys.modules if 'thread' in m or 'socket' in m or 'select' in m))"
	alone := exec.Command(python, "-c", code, "a", "b c")
	alone.Stdin = strings.NewReader("input")
	want, err := alone.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := Run(context.Background(), []string{python, "-c", code, "a", "b c"}, strings.NewReader("input"), &out, &out); err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("watched: %s\nalone: %s", out.String(), want)
	}
}

func TestNoCommand(t *testing.T) {
	_, err := Run(context.Background(), []string{"no-such-command-of-offlet"}, nil, &bytes.Buffer{}, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "no-such-command-of-offlet") {
		t.Errorf("got %v", err)
	}
}
