package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestScanSwift scans the source distribution of swift.
func TestScanSwift(t *testing.T) { scanSdist(t, swiftSdist) }

// TestScanNova scans that of nova, five times as large.
func TestScanNova(t *testing.T) {
	if os.Getenv("OFFLET_LONG_TESTS") != "1" {
		t.Skipf("%s takes minutes: run `make test-full`", t.Name())
	}
	scanSdist(t, novaSdist)
}

// scanReport is what the tests read of the JSON that offlet scan prints.
type scanReport struct {
	Version  int            `json:"version"`
	Files    int            `json:"files"`
	Lines    int            `json:"lines"`
	UseCase  int            `json:"useCase"`
	Problems []placeMessage `json:"problems"`
	Skipped  []placeMessage `json:"skipped"`
	Steps    []struct {
		Name  string            `json:"name"`
		Left  []json.RawMessage `json:"left"`
		Error string            `json:"error"`
	} `json:"steps"`
}

type placeMessage struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

// scanSdist scans a project of somebody else, as its users would: in a process
// of its own.
func scanSdist(t *testing.T, s Sdist) {
	python, _ := pythons(t)
	project := s.Unpack(t, python)
	offlet := build(t)

	cmd := exec.Command(offlet, "scan", "--json", project)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	var report scanReport
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatalf("exit status %d, and what it prints is no JSON: %v\n%s", cmd.ProcessState.ExitCode(), err, tail(stderr.String()))
	}
	// Linux gives kilobytes
	t.Logf("%s %s: %d files, %d lines in %.1f s, %d MB at most", s.Name, s.Version, report.Files, report.Lines, took.Seconds(), usage.Maxrss>>10)
	if stderr.Len() > 0 {
		t.Errorf("it says on stderr:\n%s", tail(stderr.String()))
	}

	left := len(report.Problems)
	for _, st := range report.Steps {
		t.Logf("  %s: %d places left %s", st.Name, len(st.Left), st.Error)
		left += len(st.Left)
		if st.Error != "" {
			left++
		}
	}
	if report.UseCase != 1 || len(report.Steps) != 3 {
		t.Errorf("use case %d, %d steps tried; Eventlet is its own framework", report.UseCase, len(report.Steps))
	}
	want := 0
	if left > 0 {
		want = 1
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		t.Errorf("exit status %d with %d places left, expected %d", got, left, want)
	}

	// Every file has been read, or is named with the reason for which it was
	// not.
	if report.Files == 0 || report.Lines < report.Files {
		t.Errorf("%d files with %d lines have been read", report.Files, report.Lines)
	}
	missed := map[string]bool{}
	for _, list := range [][]placeMessage{report.Problems, report.Skipped} {
		for _, p := range list {
			if p.Message == "" {
				t.Errorf("%s was left out without a reason", p.Path)
			}
			missed[p.Path] = true
		}
	}
	read := 0
	for _, f := range pythonFiles(t, project) {
		if !below(missed, f) {
			read++
		}
	}
	if read != report.Files {
		t.Errorf("%d files have been read, but there are %d that are not named as left out", report.Files, read)
	}
	for _, p := range sortedKeys(missed) {
		if _, err := os.Lstat(filepath.Join(project, p)); err != nil {
			t.Errorf("%s is named as left out, and is not there", p)
		}
		t.Logf("  left out: %s", p)
	}
}

// pythonFiles walks a tree by itself: all files whose name ends in .py, and
// those without an ending of which the first line runs Python.
func pythonFiles(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		isPython := strings.HasSuffix(path, ".py")
		if !isPython && filepath.Ext(path) == "" && d.Type().IsRegular() {
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line, _, _ := strings.Cut(string(text), "\n")
			isPython = strings.HasPrefix(line, "#!") && strings.Contains(line, "python")
		}
		if isPython {
			files = append(files, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// below reports whether a path or a directory above it is in a set.
func below(set map[string]bool, path string) bool {
	for p := path; p != "."; p = filepath.ToSlash(filepath.Dir(p)) {
		if set[p] {
			return true
		}
	}
	return false
}

func sortedKeys(set map[string]bool) []string {
	var keys []string
	for k := range set {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// build makes the program as `make build` does.
func build(t testing.TB) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "offlet")
	cmd := exec.Command("go", "build", "-trimpath", "-o", binary, "../cmd/offlet")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}
