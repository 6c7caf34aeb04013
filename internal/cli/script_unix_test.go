//go:build unix

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
)

func init() { commands["stranger"] = stranger }

// stranger ARGS… runs offlet as a user who may read only what anybody may: a
// test that runs as root could otherwise read everything. Its error output is
// left in the file stranger.err, and it must fail.
func stranger(ts *testscript.TestScript, neg bool, args []string) {
	bin := filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], "offlet")
	f, err := os.Open(bin)
	ts.Check(err)
	defer f.Close()
	work := ts.Getenv("WORK")
	for dir := work; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		ts.Check(err)
		ts.Check(os.Chmod(dir, info.Mode().Perm()|0o055))
	}
	// by its open file, so that the directories above it need not be readable
	cmd := exec.Command("/proc/self/fd/3", args...)
	cmd.Args[0] = "offlet"
	cmd.ExtraFiles = []*os.File{f}
	cmd.Dir = work
	cmd.Env = []string{"PATH=" + ts.Getenv("PATH")}
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	ts.Check(os.WriteFile(ts.MkAbs("stranger.err"), out, 0o666))
	if _, ok := err.(*exec.ExitError); !ok || cmd.ProcessState.ExitCode() != 2 {
		ts.Fatalf("offlet %q: %v, want exit status 2\n%s", args, err, out)
	}
}
