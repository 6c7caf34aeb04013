// Package e2e takes whole programs through all steps and compares what each
// stage does with what the program does on the real Eventlet.
//
// A program is a directory below programs/: its source in project/, what is
// expected in expect.yaml, and a driver.py if somebody has to talk to it.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

// A Spec is a program's expect.yaml.
type Spec struct {
	About string            `yaml:"about"`
	Main  string            `yaml:"main"`
	Args  []string          `yaml:"args"`
	Env   map[string]string `yaml:"env"`
	// Order is "exact", or "lines-unordered" where Eventlet itself gives the
	// lines of the output in varying order.
	Order string `yaml:"order"`
	// Stderr is "exceptions" (the last line of each traceback is compared, in
	// order), "exceptions-unordered" or "ignore".
	Stderr string `yaml:"stderr"`
	Exit   int    `yaml:"exit"`
	// Offlet says how each step ends: its exit code. Absent means 0.
	Offlet map[string]int `yaml:"offlet"`
	// Last is the last stage that the program reaches, "drop" unless said.
	Last string `yaml:"last"`
	// Left are rule ids that the steps must cite when they leave places.
	Left []string `yaml:"left"`
	// Both are texts that the migrated source must hold: a way to see that a
	// bridge is there.
	Contains []string `yaml:"contains"`
}

// ReadSpec reads the expect.yaml of a program.
func ReadSpec(dir string) (*Spec, error) {
	data, err := os.ReadFile(filepath.Join(dir, "expect.yaml"))
	if err != nil {
		return nil, err
	}
	s := &Spec{Main: "main.py", Order: "exact", Stderr: "exceptions", Last: "drop"}
	if err := yaml.UnmarshalWithOptions(data, s, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	return s, nil
}

// A Run is what a program did.
type Run struct {
	Stdout     string
	Exceptions []string
	Exit       int
	Stderr     string
}

// Execute runs a program: its driver if it has one, else its main file.
func Execute(ctx context.Context, python, dir, project string, s *Spec) (*Run, error) {
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	defer cancel()
	args := append([]string{s.Main}, s.Args...)
	cwd := project
	driver := filepath.Join(dir, "driver.py")
	if _, err := os.Stat(driver); err == nil {
		abs, err := filepath.Abs(driver)
		if err != nil {
			return nil, err
		}
		args = []string{abs, python, project}
	}
	cmd := exec.CommandContext(ctx, python, args...)
	cmd.Dir = cwd
	cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1", "PYTHONDONTWRITEBYTECODE=1", "PYTHONHASHSEED=0", "PYTHONIOENCODING=utf-8")
	for k, v := range s.Env {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("did not end within 60 s; so far it printed:\n%s\n--- stderr\n%s", tail(stdout.String()), tail(stderr.String()))
	}
	return &Run{
		Stdout:     stdout.String(),
		Exceptions: exceptions(stderr.String()),
		Exit:       cmd.ProcessState.ExitCode(),
		Stderr:     stderr.String(),
	}, nil
}

func tail(s string) string {
	if len(s) > 4000 {
		return "…" + s[len(s)-4000:]
	}
	return s
}

// qualified matches the type and message that end a traceback; the module of
// the type is left out, since it moves from Eventlet to the runtime.
var qualified = regexp.MustCompile(`^([A-Za-z_][\w.]*\.)?([A-Za-z_]\w*)(: .*)?$`)

// exceptions are the last lines of the tracebacks in a program's stderr.
func exceptions(stderr string) []string {
	var out []string
	inside := false
	for _, line := range strings.Split(strings.ReplaceAll(stderr, "\r\n", "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "Traceback (most recent call last):"):
			inside = true
		case !inside || strings.HasPrefix(line, " ") || line == "":
		default:
			inside = false
			if m := qualified.FindStringSubmatch(line); m != nil {
				line = m[2] + m[3]
			}
			out = append(out, line)
		}
	}
	return out
}

// Compare describes how a run differs from the one on Eventlet; "" if it does
// not.
func Compare(want, got *Run, s *Spec) string {
	var b strings.Builder
	a, z := want.Stdout, got.Stdout
	if s.Order == "lines-unordered" {
		a, z = sorted(a), sorted(z)
	}
	if a != z {
		fmt.Fprintf(&b, "stdout differs:\n%s", difference(a, z))
	}
	if want.Exit != got.Exit {
		fmt.Fprintf(&b, "exit status %d, on Eventlet %d\n", got.Exit, want.Exit)
	}
	if s.Stderr != "ignore" {
		x, y := want.Exceptions, got.Exceptions
		if s.Stderr == "exceptions-unordered" {
			x, y = append([]string(nil), x...), append([]string(nil), y...)
			sort.Strings(x)
			sort.Strings(y)
		}
		if strings.Join(x, "\n") != strings.Join(y, "\n") {
			fmt.Fprintf(&b, "exceptions differ:\n%s", difference(strings.Join(x, "\n"), strings.Join(y, "\n")))
		}
		for _, noise := range []string{"was never awaited", "Task was destroyed", "Task exception was never retrieved"} {
			if strings.Contains(got.Stderr, noise) {
				fmt.Fprintf(&b, "stderr says %q\n", noise)
			}
		}
	}
	if b.Len() > 0 {
		fmt.Fprintf(&b, "--- stderr\n%s", tail(got.Stderr))
	}
	return b.String()
}

func sorted(s string) string {
	lines := strings.Split(s, "\n")
	sort.Strings(lines)
	return strings.Join(lines, "\n")
}

// difference shows the first lines in which two texts differ.
func difference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	var out strings.Builder
	for _, side := range []struct {
		name  string
		lines []string
	}{{"Eventlet", a}, {"now     ", b}} {
		for j := max(0, i-2); j < min(len(side.lines), i+6); j++ {
			fmt.Fprintf(&out, "  %s %4d: %s\n", side.name, j+1, side.lines[j])
		}
	}
	return out.String()
}
