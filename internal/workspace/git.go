package workspace

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Dirty lists the files below the project that git knows to be changed,
// staged or not tracked. A directory that is in no git repository has none.
// It is an error if there is a repository but git cannot be asked.
func (p *Project) Dirty() ([]string, error) {
	if !inRepository(p.Root) {
		return nil, nil
	}
	cmd := exec.Command("git", "-C", p.Root, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--", ".")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, fmt.Errorf("%s is a git repository, but there is no git to ask whether it is clean; pass --allow-dirty to go on", p.Root)
		}
		return nil, fmt.Errorf("git status: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	var files []string
	fields := strings.Split(string(out), "\x00")
	for i := 0; i < len(fields); i++ {
		f := fields[i]
		if len(f) < 4 {
			continue
		}
		files = append(files, f[3:])
		if f[0] == 'R' || f[0] == 'C' {
			i++ // the name before follows
		}
	}
	return files, nil
}

// inRepository reports whether a directory or one above it has a .git.
func inRepository(dir string) bool {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return false
		}
		dir = up
	}
}
