// Package pythontest runs a Python interpreter as the judge of tests: what
// CPython accepts, what its trees and symbol tables are. Tests that use it are
// skipped where there is no Python, and fail there instead if the environment
// variable OFFLET_REQUIRE_PYTHON is 1.
package pythontest

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A Python is an interpreter.
type Python struct {
	Path string
	// Minor is the minor version: 12 for Python 3.12.
	Minor int
	// Version is the full version, "3.12.1".
	Version string
	// Stdlib is the directory of the standard library, Site that of installed
	// packages.
	Stdlib, Site string
}

var find = sync.OnceValues(func() (*Python, error) {
	name := os.Getenv("OFFLET_PYTHON")
	if name == "" {
		name = "python3"
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, "-I", "-c",
		"import sys, sysconfig; print(sys.version_info[1], sys.version.split()[0], sysconfig.get_path('stdlib'), sysconfig.get_path('purelib'), sep='\\n')")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %v", path, err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != 4 {
		return nil, fmt.Errorf("%s: unexpected answer %q", path, out)
	}
	minor, err := strconv.Atoi(lines[0])
	if err != nil {
		return nil, err
	}
	return &Python{Path: path, Minor: minor, Version: lines[1], Stdlib: lines[2], Site: lines[3]}, nil
})

// Find returns the interpreter named by the environment variable
// OFFLET_PYTHON, by default python3. It skips the test, naming the reason,
// where there is none or where its version is not among minors oldest to
// newest.
func Find(t testing.TB, oldest, newest int) *Python {
	t.Helper()
	p, err := find()
	if err == nil && (p.Minor < oldest || p.Minor > newest) {
		err = fmt.Errorf("%s is Python %s; 3.%d to 3.%d are supported", p.Path, p.Version, oldest, newest)
	}
	if err != nil {
		Missing(t, "Python: %v", err)
	}
	return p
}

// Missing says that a test needs something that is not on this machine: git,
// symbolic links. It skips the test, or fails it under `make test`.
func Missing(t testing.TB, what string, args ...any) {
	t.Helper()
	what = fmt.Sprintf(what, args...)
	if os.Getenv("OFFLET_REQUIRE_PYTHON") == "1" {
		t.Fatalf("%s needs %s", t.Name(), what)
	}
	t.Skipf("%s needs %s", t.Name(), what)
}

// Eventlet returns two interpreters: one that has the real Eventlet, one that
// has nothing but the standard library. `make test` installs both into the
// tree and names them by OFFLET_EVENTLET_PYTHON and OFFLET_BARE_PYTHON; without
// them the test is skipped.
func Eventlet(t testing.TB) (eventlet, bare string) {
	t.Helper()
	eventlet, bare = os.Getenv("OFFLET_EVENTLET_PYTHON"), os.Getenv("OFFLET_BARE_PYTHON")
	if eventlet == "" || bare == "" {
		Missing(t, "the real Eventlet: run `make test`, which installs it into the tree and sets OFFLET_EVENTLET_PYTHON and OFFLET_BARE_PYTHON")
	}
	return eventlet, bare
}

// Files returns the .py files below the directories, sorted. With
// withoutSite, site-packages directories are left out.
func Files(t testing.TB, withoutSite bool, dirs ...string) []string {
	t.Helper()
	var files []string
	seen := make(map[string]bool)
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && withoutSite && d.Name() == "site-packages":
				return filepath.SkipDir
			case !d.IsDir() && strings.HasSuffix(path, ".py") && !seen[path]:
				seen[path] = true
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sort.Strings(files)
	return files
}

// Lines runs the script with the arguments, once per core, each with its share
// of the input lines, and calls each with every line of output, one call at a
// time. The script reads lines and must not answer with more than a line each.
func (p *Python) Lines(t testing.TB, script string, args []string, input []string, each func(line string)) {
	t.Helper()
	procs := min(runtime.GOMAXPROCS(0), len(input))
	var mu sync.Mutex
	var wg sync.WaitGroup
	errs := make([]error, procs)
	for i := range procs {
		var stdin bytes.Buffer
		for j := i; j < len(input); j += procs {
			stdin.WriteString(input[j])
			stdin.WriteByte('\n')
		}
		wg.Go(func() {
			errs[i] = p.run(script, args, &stdin, func(line string) {
				mu.Lock()
				defer mu.Unlock()
				each(line)
			})
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (p *Python) run(script string, args []string, stdin *bytes.Buffer, each func(string)) error {
	cmd := exec.Command(p.Path, append([]string{"-I", "-W", "ignore", script}, args...)...)
	cmd.Stdin = stdin
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	sc := bufio.NewScanner(out)
	sc.Buffer(nil, 64<<20)
	for sc.Scan() {
		each(sc.Text())
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s %s: %v\n%s", p.Path, script, err, stderr.String())
	}
	return sc.Err()
}

// Output runs the script with the arguments and returns what it prints.
func (p *Python) Output(t testing.TB, script string, args ...string) string {
	t.Helper()
	cmd := exec.Command(p.Path, append([]string{"-I", "-W", "ignore", script}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", p.Path, script, err, stderr.String())
	}
	return string(out)
}
