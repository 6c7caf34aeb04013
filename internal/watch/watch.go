// Package watch runs a command that a person would run, with an agent in each
// of its Python processes: a module that is imported before anything of the
// program and looks at it from inside.
package watch

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

//go:embed site/sitecustomize.py
var site []byte

// A Command is what to run and what to look with.
type Command struct {
	Args   []string
	Agent  string // name of the agent's module
	Source []byte // its text
	Env    []string
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
}

// Run runs the command, waits for it, and returns its exit status: 128 + n
// for signal n. A command that cannot be started is an error; one that fails
// is not.
func Run(ctx context.Context, c Command) (int, error) {
	dir, err := os.MkdirTemp("", "offlet-site-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	// a server may become another user before it starts its next Python
	if err := os.Chmod(dir, 0o711); err != nil {
		return 0, err
	}
	for name, text := range map[string][]byte{"sitecustomize.py": site, c.Agent + ".py": c.Source} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return 0, err
		}
	}
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = c.Stdin, c.Stdout, c.Stderr
	search := dir
	if old := os.Getenv("PYTHONPATH"); old != "" {
		search += string(os.PathListSeparator) + old
	}
	cmd.Env = append(os.Environ(), "PYTHONPATH="+search, "OFFLET_AGENT="+c.Agent, "PYTHONDONTWRITEBYTECODE=1")
	cmd.Env = append(cmd.Env, c.Env...)
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("cannot run %s: %w", c.Args[0], err)
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-signals:
				// a terminal sends Ctrl-C to the command as well
				if s != os.Interrupt {
					_ = cmd.Process.Signal(s)
				}
			case <-done:
				return
			}
		}
	}()
	err = cmd.Wait()
	signal.Stop(signals)
	close(done)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit):
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			return 128 + int(ws.Signal()), nil
		}
		return exit.ExitCode(), nil
	}
	return 0, err
}
