package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/offlet/offlet/internal/python/pythontest"
)

// BenchmarkScan times offlet scan beside ruff check and ast-grep on the same
// tree, in turns, since a machine is not equally fast all the time. It reports
// the medians and how many times as long offlet takes.
//
// offlet reads all files, follows values through the whole program, and makes
// the steps in memory; the others look at one file at a time. They are there to
// say what reading the tree costs on this machine. "again" is a second scan of the
// same files.
func BenchmarkScan(b *testing.B) {
	tools := os.Getenv("OFFLET_BENCH_TOOLS")
	if tools == "" {
		b.Skip("OFFLET_BENCH_TOOLS is not set to a directory with ruff and ast-grep: run `make bench`")
	}
	python, _ := pythontest.Eventlet(b)
	offlet := build(b)
	for _, s := range []Sdist{swiftSdist, novaSdist} {
		b.Run(s.Name, func(b *testing.B) {
			project := s.Unpack(b, python)
			b.Setenv("XDG_CACHE_HOME", b.TempDir())
			commands := []struct {
				name string
				args []string
			}{
				{"offlet", []string{offlet, "scan", "--no-cache", "--json", project}},
				{"again", []string{offlet, "scan", project}},
				{"ruff", []string{filepath.Join(tools, "ruff"), "check", "--no-cache", "--isolated", "--quiet", "--exit-zero", project}},
				{"ast-grep", []string{filepath.Join(tools, "ast-grep"), "run", "--lang", "python", "--pattern", "eventlet.$NAME($$$)", project}},
			}
			const rounds = 5
			took := map[string][]float64{}
			var peak int64
			_ = exec.Command(offlet, "scan", project).Run() // what "again" finds
			for b.Loop() {
				for range rounds {
					for _, c := range commands {
						cmd := exec.Command(c.args[0], c.args[1:]...)
						start := time.Now()
						err := cmd.Run()
						took[c.name] = append(took[c.name], time.Since(start).Seconds())
						if code := cmd.ProcessState.ExitCode(); code < 0 || code > 1 {
							b.Fatalf("%s: %v", c.name, err)
						}
						if c.name == "offlet" { // Linux gives kilobytes
							peak = max(peak, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss>>10)
						}
					}
				}
			}
			own := median(took["offlet"])
			b.ReportMetric(own, "offlet-s")
			b.ReportMetric(float64(peak), "offlet-MB")
			b.ReportMetric(median(took["again"]), "again-s")
			for _, c := range commands[2:] {
				b.ReportMetric(median(took[c.name]), c.name+"-s")
				b.ReportMetric(own/median(took[c.name]), "x-"+c.name)
			}
		})
	}
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}
