package parser

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
	"github.com/offlet/offlet/internal/python/source"
	"github.com/offlet/offlet/internal/python/token"
)

// corpus returns the files of the standard library that CPython accepts,
// loaded, and their size. Without a Python it is this repository's own Python
// code, which is little.
func corpus(b *testing.B) (files []*source.File, minor int, paths []string, py *pythontest.Python) {
	minor = Newest
	if _, err := exec.LookPath(pythonName()); err == nil {
		py = pythontest.Find(b, Oldest, Newest)
		minor = py.Minor
		paths = pythontest.Files(b, true, py.Stdlib)
	} else {
		paths, _ = filepath.Glob("testdata/*.py")
	}
	for _, path := range paths {
		f, err := source.Load(path)
		if err != nil {
			continue
		}
		if _, err := Parse(f, Options{Version: minor}); err == nil {
			files = append(files, f)
		}
	}
	return files, minor, paths, py
}

func pythonName() string {
	if name := os.Getenv("OFFLET_PYTHON"); name != "" {
		return name
	}
	return "python3"
}

// measure runs f on every file of the corpus and reports MB/s and the heap
// bytes allocated per byte of source.
func measure(b *testing.B, files []*source.File, f func(*source.File)) {
	var size int64
	for _, file := range files {
		size += int64(len(file.Bytes))
	}
	b.SetBytes(size)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n := 0
	for b.Loop() {
		for _, file := range files {
			f(file)
		}
		n++
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/float64(int64(n)*size), "heap-B/src-B")
}

func BenchmarkLex(b *testing.B) {
	files, minor, _, _ := corpus(b)
	measure(b, files, func(f *source.File) { token.Scan(f.Text, minor) })
}

// BenchmarkParse includes the lexer. It reports how many times faster than
// CPython's ast.parse it is, if there is a CPython.
func BenchmarkParse(b *testing.B) {
	files, minor, paths, py := corpus(b)
	measure(b, files, func(f *source.File) {
		if _, err := Parse(f, Options{Version: minor}); err != nil {
			b.Fatal(err)
		}
	})
	if py == nil {
		return
	}
	var size float64
	for _, f := range files {
		size += float64(len(f.Bytes))
	}
	ours := float64(b.N) * size / b.Elapsed().Seconds()
	var theirSize, theirSeconds float64
	py.Lines(b, "testdata/dump.py", []string{"-t"}, paths, func(line string) {
		parts := strings.Fields(line)
		s, _ := strconv.ParseFloat(parts[0], 64)
		d, _ := strconv.ParseFloat(parts[1], 64)
		theirSize += s
		theirSeconds += d
	})
	theirs := theirSize / theirSeconds
	b.ReportMetric(theirs/1e6, "CPython-MB/s")
	b.ReportMetric(ours/theirs, "x-CPython")
}
