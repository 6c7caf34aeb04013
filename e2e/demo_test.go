package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
)

// TestDemoOldPython: with a Python that is too old the demo says so, before it
// makes or removes anything.
func TestDemoOldPython(t *testing.T) {
	dir := t.TempDir()
	python, work := filepath.Join(dir, "python"), filepath.Join(dir, "work")
	if err := os.WriteFile(python, []byte("#!/bin/sh\nexec "+pythontest.Find(t, 10, 14).Path+" -c 'import sys; sys.version_info = (3, 9, 1); exec(sys.argv[1])' \"$2\"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("../examples/demo.sh", "offlet", work)
	cmd.Env = append(os.Environ(), "PYTHON="+python)
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); !exited || !strings.Contains(string(out), "Python 3.11 or newer is needed, this is 3.9; set PYTHON") {
		t.Errorf("%v: %s", err, out)
	}
	if _, err := os.Stat(work); !os.IsNotExist(err) {
		t.Errorf("%s: %v", work, err)
	}
}
