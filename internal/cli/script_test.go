package cli_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/offlet/offlet/internal/cli"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with cmp")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"offlet": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the commands as a user does: each script of testdata/script
// is a project and what is typed in it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			// git neither reads the settings of whoever runs the tests nor
			// finds a repository above the script's directory
			env.Values[snapshots{}] = map[string]string{}
			env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			env.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(env.WorkDir))
			for _, who := range []string{"AUTHOR", "COMMITTER"} {
				env.Setenv("GIT_"+who+"_NAME", "someone")
				env.Setenv("GIT_"+who+"_EMAIL", "someone@example.org")
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Getuid() == 0, nil
			case "required": // nothing is skipped, see pythontest
				return os.Getenv("OFFLET_REQUIRE_PYTHON") == "1", nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: commands,
	})
}

// commands are what scripts may use besides testscript's own.
var commands = map[string]func(*testscript.TestScript, bool, []string){
	"code":      code,
	"bytes":     writeBytes,
	"nested":    nested,
	"snapshot":  snapshot,
	"unchanged": unchanged,
	"json":      jsonCmd,
	"applies":   applies,
	"journal":   journal,
}

// code N CMD ARGS… runs a command and wants exactly this exit code. Its output
// is there for stdout and stderr as after exec.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		exit, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// bytes FILE ESCAPED writes a file that cannot stand in a script: the text in
// it has Go's escapes.
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes file escaped-text")
	}
	var text string
	if err := json.Unmarshal([]byte(`"`+strings.ReplaceAll(args[1], `\x`, `\u00`)+`"`), &text); err != nil {
		ts.Fatalf("%v", err)
	}
	raw := make([]byte, 0, len(text))
	for _, r := range text {
		raw = append(raw, byte(r)) // \x00 to \xff stand for bytes
	}
	name := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(name), 0o777))
	ts.Check(os.WriteFile(name, raw, 0o666))
}

// nested FILE N OPEN CLOSE writes N openings and closings around a 1.
func nested(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: nested file n open close")
	}
	var n int
	_, err := fmt.Sscan(args[1], &n)
	ts.Check(err)
	text := "x = " + strings.Repeat(args[2], n) + "1" + strings.Repeat(args[3], n) + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o666))
}

// state is all that is below a directory, git's own files apart.
func state(dir string) (string, error) {
	var lines []string
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		rel, _ := filepath.Rel(dir, name)
		info, err := d.Info()
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s %v", rel, info.Mode())
		if d.Type().IsRegular() {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %q", data)
		}
		lines = append(lines, line)
		return nil
	})
	sort.Strings(lines)
	return strings.Join(lines, "\n"), err
}

// snapshots is the key of what snapshot remembers.
type snapshots struct{}

// snapshot DIR remembers what is in a directory, for unchanged.
func snapshot(ts *testscript.TestScript, neg bool, args []string) {
	s, err := state(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Value(snapshots{}).(map[string]string)[ts.MkAbs(args[0])] = s
}

// unchanged DIR wants a directory to be as it was at its snapshot.
func unchanged(ts *testscript.TestScript, neg bool, args []string) {
	before, ok := ts.Value(snapshots{}).(map[string]string)[ts.MkAbs(args[0])]
	if !ok {
		ts.Fatalf("no snapshot of %s", args[0])
	}
	now, err := state(ts.MkAbs(args[0]))
	ts.Check(err)
	switch same := now == before; {
	case neg && same:
		ts.Fatalf("%s is unchanged", args[0])
	case !neg && !same:
		ts.Fatalf("%s has changed from\n%s\nto\n%s", args[0], before, now)
	}
}

// json FILE PATH WANT reads a value out of a JSON document: keys and indices
// with dots between them, len at the end for a length, keys for the sorted keys.
func jsonCmd(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json file path want")
	}
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &v); err != nil {
		ts.Fatalf("%s is no JSON document: %v", args[0], err)
	}
	for _, k := range strings.Split(args[1], ".") {
		switch at := v.(type) {
		case map[string]any:
			if k == "keys" {
				var keys []string
				for k := range at {
					keys = append(keys, k)
				}
				sort.Strings(keys)
				v = strings.Join(keys, " ")
				continue
			}
			sub, ok := at[k]
			if !ok {
				ts.Fatalf("%s: no %q", args[1], k)
			}
			v = sub
		case []any:
			if k == "len" {
				v = len(at)
				continue
			}
			var i int
			if _, err := fmt.Sscan(k, &i); err != nil || i >= len(at) {
				ts.Fatalf("%s: no element %s of %d", args[1], k, len(at))
			}
			v = at[i]
		default:
			ts.Fatalf("%s: %v has no parts", args[1], at)
		}
	}
	if got := fmt.Sprint(v); (got == args[2]) == neg {
		ts.Fatalf("%s: %s", args[1], got)
	}
}

// applies DIR gives what the last command printed to git apply in DIR.
func applies(ts *testscript.TestScript, neg bool, args []string) {
	patch := ts.ReadFile("stdout")
	cmd := exec.Command("git", "apply", "--whitespace=nowarn", "-")
	cmd.Dir = ts.MkAbs(args[0])
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(cmd.Dir))
	cmd.Stdin = strings.NewReader(patch)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		ts.Fatalf("git apply: %v\n%s\n%s", err, out.String(), patch)
	}
}

// journal DIR FILE NEW leaves below DIR what a run leaves that was killed after
// its journal was complete, and before FILE was replaced by what is in NEW.
func journal(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: journal dir file new")
	}
	old, next := ts.ReadFile(filepath.Join(args[0], args[1])), ts.ReadFile(args[2])
	hash := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	manifest, err := json.Marshal(map[string]any{"version": 1, "files": []map[string]any{
		{"path": args[1], "old": hash(old), "new": hash(next), "blob": "0"},
	}})
	ts.Check(err)
	dir := filepath.Join(ts.MkAbs(args[0]), ".offlet-journal")
	ts.Check(os.Mkdir(dir, 0o777))
	ts.Check(os.WriteFile(filepath.Join(dir, "0"), []byte(next), 0o666))
	ts.Check(os.WriteFile(filepath.Join(dir, "lock"), nil, 0o666))
	ts.Check(os.WriteFile(filepath.Join(dir, "manifest"), manifest, 0o666))
}
