// Overhead measures what offlet trace costs an echo server on Eventlet: pairs
// of runs, one with the trace and one without, and the median of their ratios.
//
//	go run ./internal/trace/overhead [-slow] [PYTHON]
package main

import (
	"bytes"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/offlet/offlet/internal/trace"
)

//go:embed echo.py
var echo []byte

const pairs = 9

func main() {
	slow := flag.Bool("slow", false, "look for code that keeps the hub waiting as well")
	flag.Parse()
	python := flag.Arg(0)
	if python == "" {
		python = "python3"
	}
	if err := measure(python, *slow); err != nil {
		fmt.Fprintln(os.Stderr, "overhead:", err)
		os.Exit(1)
	}
}

func measure(python string, slow bool) error {
	dir, err := os.MkdirTemp("", "offlet-overhead-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	app := filepath.Join(dir, "echo.py")
	if err := os.WriteFile(app, echo, 0o644); err != nil {
		return err
	}
	command := []string{python, "-W", "ignore", app}
	alone := func() (float64, error) {
		out, err := exec.Command(command[0], command[1:]...).Output()
		if err != nil {
			return 0, err
		}
		return seconds(out)
	}
	traced := func() (float64, error) {
		opts := trace.Options{Command: command, Root: dir}
		if slow {
			opts.Slow = 50 * time.Millisecond
		}
		var out bytes.Buffer
		t, err := trace.Record(context.Background(), opts, strings.NewReader(""), &out, os.Stderr)
		if err != nil {
			return 0, err
		}
		if t.Exit != 0 || len(t.Stacks) == 0 {
			return 0, fmt.Errorf("exit status %d, %d stacks", t.Exit, len(t.Stacks))
		}
		return seconds(out.Bytes())
	}
	var ratios []float64
	for i := range pairs {
		var a, b float64
		var err error
		// in turns, so that a machine that slows down favours neither
		if i%2 == 0 {
			if a, err = alone(); err == nil {
				b, err = traced()
			}
		} else if b, err = traced(); err == nil {
			a, err = alone()
		}
		if err != nil {
			return err
		}
		fmt.Printf("pair %d: %.3f s alone, %.3f s traced, %+.1f %%\n", i+1, a, b, 100*(b/a-1))
		ratios = append(ratios, b/a)
	}
	slices.Sort(ratios)
	fmt.Printf("overhead: %.1f %% (median of %d pairs)\n", 100*(ratios[pairs/2]-1), pairs)
	return nil
}

func seconds(out []byte) (float64, error) {
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}
