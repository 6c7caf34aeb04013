package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The blocks of code in Eventlet's guide, in their order.
const (
	useHubBlock = iota
	awaitableBlock
	greenThreadBlock
	blockCount
)

// guideBlocks are the blocks of code in the guide that the pinned Eventlet
// comes with.
func guideBlocks(t *testing.T, python string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(eventletSdist.Unpack(t, python), "doc", "source", "asyncio", "migration.rst"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := literalBlocks(string(text))
	if len(blocks) != blockCount {
		t.Fatalf("the guide has %d blocks of code, expected %d:\n%s", len(blocks), blockCount, strings.Join(blocks, "\n----\n"))
	}
	return blocks
}

// literalBlocks are the indented blocks after lines that end in "::", without
// their indentation.
func literalBlocks(rst string) []string {
	var blocks []string
	lines := strings.Split(rst, "\n")
	for i := 0; i < len(lines); i++ {
		if !strings.HasSuffix(lines[i], "::") || i+2 >= len(lines) || lines[i+1] != "" {
			continue
		}
		first := lines[i+2]
		indent := first[:len(first)-len(strings.TrimLeft(first, " "))]
		if indent == "" {
			continue
		}
		var block []string
		for i += 2; i < len(lines) && (lines[i] == "" || strings.HasPrefix(lines[i], indent)); i++ {
			block = append(block, strings.TrimPrefix(lines[i], indent))
		}
		i--
		blocks = append(blocks, strings.TrimSpace(strings.Join(block, "\n"))+"\n")
	}
	return blocks
}

// script runs a piece of Python. env is added to the environment, in which
// nothing chooses a hub.
func script(t *testing.T, python, code string, env ...string) (stdout, stderr string, exit int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	file := filepath.Join(t.TempDir(), "guide.py")
	if err := os.WriteFile(file, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, python, "-W", "ignore", file)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "EVENTLET_HUB=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "PYTHONDONTWRITEBYTECODE=1")
	cmd.Env = append(cmd.Env, env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exited *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exited) || ctx.Err() != nil {
		t.Fatalf("%v %v\n%s", err, ctx.Err(), errs.String())
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

const showHub = "import eventlet.hubs; print(type(eventlet.hubs.get_hub()).__module__)\n"

// TestGuideHub runs what the guide says of Step 1: the environment variable,
// its block of code, and what `offlet hub` does.
func TestGuideHub(t *testing.T) {
	python, _ := pythons(t)
	block := guideBlocks(t, python)[useHubBlock]
	for _, c := range []struct {
		name, code string
		env        []string
		asyncio    bool
	}{
		{"neither", showHub, nil, false},
		{"variable", showHub, []string{"EVENTLET_HUB=asyncio"}, true},
		{"block", block + showHub, nil, true},
		{"block before monkey patching", block + "import eventlet; eventlet.monkey_patch()\n" + showHub, nil, true},
	} {
		out, errs, exit := script(t, python, c.code, c.env...)
		if got := out == "eventlet.hubs.asyncio\n"; exit != 0 || got != c.asyncio {
			t.Errorf("%s: the hub is of %q, exit status %d\n%s", c.name, out, exit, errs)
		}
	}

	// offlet writes the same lines, before anything else of Eventlet
	project := projectOf(t, map[string]string{"main.py": "import eventlet\neventlet.monkey_patch()\n" + showHub})
	main := filepath.Join(project, "main.py")
	if code, out := run("hub", "--write", project); code != 0 {
		t.Fatalf("offlet hub ended with %d:\n%s", code, out)
	}
	text, err := os.ReadFile(main)
	if err != nil {
		t.Fatal(err)
	}
	rest := string(text)
	for _, line := range append(strings.Split(strings.TrimSpace(block), "\n"), "import eventlet", "eventlet.monkey_patch()") {
		var ok bool
		if _, rest, ok = strings.Cut(rest, line+"\n"); !ok {
			t.Fatalf("offlet hub wrote the lines of the guide's block not at all or not before the rest; no %q where it should be:\n%s", line, text)
		}
	}
	if out, errs, exit := script(t, python, string(text)); out != "eventlet.hubs.asyncio\n" || exit != 0 {
		t.Errorf("after offlet hub the hub is of %q, exit status %d\n%s", out, exit, errs)
	}
}

// guidePage is what the guide's example downloads.
const guidePage = "<h1>Example Domain</h1>"

// awaitable is the guide's example with aiohttp, with the address of a local
// server in place of the one that it has.
func awaitable(t *testing.T, python string) string {
	t.Helper()
	block := guideBlocks(t, python)[awaitableBlock]
	const address = `"https://example.com"`
	if strings.Count(block, address) != 1 {
		t.Fatalf("the guide's example does not have one address:\n%s", block)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte(guidePage))
	}))
	t.Cleanup(server.Close)
	return strings.Replace(block, address, `"`+server.URL+`"`, 1) + "\nprint(result)\n"
}

// green is the guide's example of an awaited green thread, as a program: the
// guide leaves away its import, its end and its caller.
func green(t *testing.T, python string) string {
	t.Helper()
	return "import eventlet\nfrom eventlet.asyncio import spawn_for_awaitable\n\n\n" +
		guideBlocks(t, python)[greenThreadBlock] +
		"    return result\n\n\nprint(spawn_for_awaitable(my_async_func()).wait())\n"
}

// runtimePath makes offlet's runtime importable as the package offlet.
func runtimePath(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../runtime")
	if err != nil {
		t.Fatal(err)
	}
	return "PYTHONPATH=" + dir
}

// TestGuideExamples runs the guide's two examples of Step 2 as they are, and
// with offlet's bridge in place of Eventlet's. They belong after Step 1: on
// another hub neither works.
func TestGuideExamples(t *testing.T) {
	python, _ := pythons(t)
	for _, c := range []struct{ name, code, want string }{
		{"aiohttp", awaitable(t, python), guidePage + "\n"},
		{"awaited green thread", green(t, python), "12\n"},
	} {
		const name = "from eventlet.asyncio import"
		if strings.Count(c.code, name) != 1 {
			t.Fatalf("%s: it does not have one %q:\n%s", c.name, name, c.code)
		}
		ours := strings.Replace(c.code, name, "from offlet.bridge import", 1)
		for _, v := range []struct{ name, code string }{{"Eventlet's", c.code}, {"offlet's", ours}} {
			if out, errs, exit := script(t, python, v.code, "EVENTLET_HUB=asyncio", runtimePath(t)); out != c.want || exit != 0 {
				t.Errorf("%s, %s: it printed %q and ended with %d\n%s", c.name, v.name, out, exit, errs)
			}
			if out, errs, exit := script(t, python, v.code, runtimePath(t)); out != "" || exit == 0 || !strings.Contains(errs, "RuntimeError") {
				t.Errorf("%s, %s: on another hub it printed %q and ended with %d\n%s", c.name, v.name, out, exit, errs)
			}
		}
	}
}

// TestGuideSteps takes the guide's two examples, which are half migrated,
// through the steps like any other program.
func TestGuideSteps(t *testing.T) {
	python, bare := pythons(t)
	for _, c := range []struct{ name, code, without string }{
		// without Eventlet it still needs aiohttp
		{"aiohttp", awaitable(t, python), without(t, python, "eventlet")},
		{"awaited_green_thread", green(t, python), bare},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), c.name)
			if err := os.MkdirAll(filepath.Join(dir, "project"), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "project", "main.py"), []byte(c.code), 0o644); err != nil {
				t.Fatal(err)
			}
			spec := &Spec{
				Main: "main.py", Order: "exact", Last: "drop",
				// the guide's example makes a coroutine that it does not await
				Stderr: "ignore",
				Env:    map[string]string{"EVENTLET_HUB": "asyncio"},
			}
			steps(t, dir, spec, python, c.without)
		})
	}
}

// without makes an interpreter that has what the given one has, without a
// package.
func without(t *testing.T, python, name string) string {
	t.Helper()
	dir := t.TempDir()
	hide := "import sys\nsys.modules['" + name + "'] = None  # importing it fails\n"
	if err := os.WriteFile(filepath.Join(dir, "sitecustomize.py"), []byte(hide), 0o644); err != nil {
		t.Fatal(err)
	}
	abs, err := filepath.Abs(python)
	if err != nil {
		t.Fatal(err)
	}
	wrapper := filepath.Join(dir, "python")
	text := "#!/bin/sh\nPYTHONPATH='" + dir + "' exec '" + abs + "' \"$@\"\n"
	if err := os.WriteFile(wrapper, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, errs, exit := script(t, wrapper, "import "+name+"\n"); exit == 0 || !strings.Contains(errs, "ModuleNotFoundError") {
		t.Fatalf("the interpreter without %s ends with %d:\n%s", name, exit, errs)
	}
	return wrapper
}

// TestGuideUseCases scans a program of each of the guide's two use cases, and
// one of none.
func TestGuideUseCases(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"its own framework", map[string]string{"main.py": "import eventlet\n\n\ndef main():\n    eventlet.sleep(1)\n\n\nmain()\n"}, "Use case 1 of Eventlet's guide"},
		{"plugged in", map[string]string{
			"app.py":   "def app(environ, start_response):\n    start_response('200 OK', [])\n    return [b'hello']\n",
			"Procfile": "web: gunicorn --worker-class eventlet app:app\n",
		}, "Use case 2 of Eventlet's guide"},
		{"neither", map[string]string{"main.py": "import time\n\ntime.sleep(1)\n"}, "It does not use Eventlet"},
	} {
		if code, out := run("scan", projectOf(t, c.files)); code != 0 || !strings.Contains(out, c.want) {
			t.Errorf("%s: exit status %d, and it does not say %q:\n%s", c.name, code, c.want, out)
		}
	}
}

// TestGuideReaders: the guide says that the asyncio hub does not support
// several readers of one descriptor; Step 1 says where a program needs them.
func TestGuideReaders(t *testing.T) {
	project := projectOf(t, map[string]string{"main.py": "import eventlet\nimport eventlet.debug\n\neventlet.debug.hub_prevent_multiple_readers(False)\neventlet.sleep(0)\n"})
	if code, out := run("hub", project); code != 1 || !strings.Contains(out, "main.py:4:1: HUB2") {
		t.Errorf("exit status %d:\n%s", code, out)
	}
}

// logsAndStops logs in a green thread that is killed, or times out, meanwhile, and
// once more after that. The locks of the log are oslo.log's, as its setup makes
// them, or (fix_eventlet=False) those of logging itself.
const logsAndStops = `
import sys
import eventlet.hubs
hub, locks, how = sys.argv[1:]
if hub == "asyncio":
    eventlet.hubs.use_hub("eventlet.hubs.asyncio")
import eventlet
eventlet.monkey_patch()
import logging, os
if locks == "oslo.log":
    from oslo_log import pipe_mutex
    logging.Handler.createLock = pipe_mutex.pipe_createLock
logging.basicConfig(stream=sys.stdout, format="%(message)s")

def worker():
    with eventlet.Timeout(1e-6 if how == "times out" else None, False):
        logging.warning("worker")
        eventlet.sleep(60)

thread = eventlet.spawn(worker)
eventlet.sleep(0)
if how == "is killed":
    thread.kill()
else:
    thread.wait()
with eventlet.Timeout(2, False):
    logging.warning("main")
    os._exit(0)
os._exit(3)
`

// TestKilledWhileItLogs shows what HUB7 says, on the real Eventlet and with the
// real locks: where it warns the program hangs, and with what it advises it runs
// as it did on Eventlet's own hub.
func TestKilledWhileItLogs(t *testing.T) {
	python, _ := pythons(t)
	oslo := "PYTHONPATH=" + osloLogSdist.Unpack(t, python)
	for _, how := range []string{"is killed", "times out"} {
		for _, c := range []struct {
			hub, locks, out string
			exit            int
		}{
			{"default", "oslo.log", "worker\nmain\n", 0},
			{"asyncio", "oslo.log", "", 3},
			{"asyncio", "logging", "worker\nmain\n", 0},
		} {
			code := strings.Replace(logsAndStops, "sys.argv[1:]", fmt.Sprintf("%q, %q, %q", c.hub, c.locks, how), 1)
			if out, errs, exit := script(t, python, code, oslo); out != c.out || exit != c.exit {
				t.Errorf("a green thread %s, %s hub, locks of %s: exit status %d, expected %d, and %q, expected %q\n%s", how, c.hub, c.locks, exit, c.exit, out, c.out, errs)
			}
		}
	}
	for setup, want := range map[string]int{"setup(None, 'app')": 1, "setup(None, 'app', fix_eventlet=False)": 0} {
		project := projectOf(t, map[string]string{"main.py": "import eventlet\neventlet.monkey_patch()\nfrom oslo_log import log\nlog." + setup + "\n"})
		if code, out := run("hub", project); code != want || strings.Contains(out, "main.py:4:1: HUB7") != (want == 1) {
			t.Errorf("%s: exit status %d:\n%s", setup, code, out)
		}
	}
}

// projectOf writes the files of a small project.
func projectOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// inCode are the pieces of a Markdown text that are marked as code.
var inCode = regexp.MustCompile("`([^`]+)`")

// TestGuideNamesTests sees to it that each test that docs/guide.md names
// exists, and that each row names one or says that it is not true yet.
func TestGuideNamesTests(t *testing.T) {
	text, err := os.ReadFile("../docs/guide.md")
	if err != nil {
		t.Fatal(err)
	}
	goTests := declared(t, regexp.MustCompile(`(?m)^func (Test\w+)\(`), "*_test.go", "../internal", "../runtime", ".")
	pythonTests := declared(t, regexp.MustCompile(`(?m)^ +(?:async )?def (test_\w+)\(`), "test_*.py", "../runtime/tests")
	scenarios := declared(t, regexp.MustCompile(`(?m)^async def (\w+)\(`), "*.py", "../runtime/tests/scenarios")
	rows, named := 0, 0
	for n, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[3]) == "proved by" {
			continue
		}
		rows++
		proof := cells[3]
		names := inCode.FindAllStringSubmatch(proof, -1)
		if len(names) == 0 && !strings.Contains(proof, "not yet") && !strings.Contains(proof, "nothing to prove") {
			t.Errorf("docs/guide.md:%d: the row names no test: %s", n+1, line)
		}
		for _, m := range names {
			named++
			name := m[1]
			kind, rest, ok := strings.Cut(name, "/")
			known := false
			switch {
			case !ok:
				known = goTests[name] || pythonTests[name]
			case kind == "e2e":
				known = isProgram(filepath.Join("programs", rest)) || isProgram(filepath.Join("upstream", rest))
			case kind == "scenarios":
				known = scenarios[rest[strings.LastIndex(rest, "/")+1:]]
			case goTests[kind]: // a subtest
				known = isProgram(filepath.Join("programs", rest)) || isProgram(filepath.Join("upstream", rest))
			}
			if !known {
				t.Errorf("docs/guide.md:%d: there is no test %s", n+1, name)
			}
		}
	}
	if rows < 10 || named < 10 {
		t.Errorf("docs/guide.md has only %d rows that name %d tests", rows, named)
	}
}

func isProgram(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "expect.yaml"))
	return err == nil
}

// declared gathers the names that a pattern finds in files below directories.
func declared(t *testing.T, pattern *regexp.Regexp, glob string, dirs ...string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if ok, err := filepath.Match(glob, d.Name()); err != nil || !ok {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range pattern.FindAllStringSubmatch(string(text), -1) {
				names[m[1]] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(names) == 0 {
		t.Fatalf("no %s in %v declares a test", glob, dirs)
	}
	return names
}
