package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/rogpeppe/go-internal/cache"

	"github.com/offlet/offlet/internal/deploy"
	"github.com/offlet/offlet/internal/environ"
	"github.com/offlet/offlet/internal/workspace"
)

// What scan and plan print is kept in the user's cache directory, under the hash
// of all that it comes from: the same files, asked in the same way, are not
// analysed a second time. Nothing else is kept between runs, and nothing is
// written into the project.

// printed is the outcome of a run that reports.
type printed struct {
	Outputs [][]byte // one for each format
	Left    bool     // places are left for a person
}

// A memo keeps and finds outcomes. One that is nil keeps and finds nothing.
type memo struct {
	dir *cache.Cache
	key cache.ActionID
}

// newMemo is the memo for a run: asked is how it was called, projects what it
// is about, trace another file that it reads ("" if none). It is nil if there is no
// cache directory, or something cannot be read: then the run itself will say so.
func newMemo(asked string, projects []*workspace.Project, trace string) *memo {
	home, err := os.UserCacheDir()
	if err != nil {
		return nil
	}
	at := filepath.Join(home, "offlet")
	if err := os.MkdirAll(at, 0o700); err != nil { // it says what is in the project
		return nil
	}
	dir, err := cache.Open(at)
	if err != nil {
		return nil
	}
	h := sha256.New()
	if err := identify(h); err != nil {
		return nil
	}
	fmt.Fprintln(h, asked)
	for _, p := range projects {
		if err := state(h, p); err != nil {
			return nil
		}
	}
	if trace != "" {
		if err := contents(h, []string{trace}); err != nil {
			return nil
		}
	}
	m := &memo{dir: dir}
	h.Sum(m.key[:0])
	return m
}

// identify writes what tells one build of offlet from another.
func identify(h io.Writer) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	info, err := os.Stat(exe)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(h, version(), exe, info.Size(), info.ModTime().UnixNano())
	return err
}

// state writes what an analysis reads of a project: which files there are, and
// what is in those that are read.
func state(h io.Writer, p *workspace.Project) error {
	fmt.Fprintf(h, "%s %v %v %v %v %v %v\n", p.Root, p.Single, p.Skipped, p.Unreadable, p.Foreign, p.RuntimeDirs, p.Manifests)
	var names []string
	for _, f := range p.Files {
		names = append(names, p.Abs(f.Path))
	}
	for _, f := range p.Others {
		fmt.Fprintln(h, f)
		if deploy.Reads(f) {
			names = append(names, p.Abs(f))
		}
	}
	for _, m := range p.Manifests {
		names = append(names, p.Abs(m.Path))
	}
	for _, dir := range p.RuntimeDirs {
		there, err := p.FilesBelow(dir)
		if err != nil {
			return err
		}
		fmt.Fprintln(h, there)
	}
	if p.Environment != "" {
		fmt.Fprintln(h, p.Environment)
		if err := environ.State(h, p.Environment); err != nil {
			return err
		}
	}
	return contents(h, names)
}

// contents writes the names of files and the hashes of what is in them.
func contents(h io.Writer, names []string) error {
	sums := make([][sha256.Size]byte, len(names))
	errs := make([]error, len(names))
	var wg sync.WaitGroup
	n := runtime.GOMAXPROCS(0)
	for w := range n {
		wg.Go(func() {
			for i := w; i < len(names); i += n {
				var data []byte
				data, errs[i] = os.ReadFile(names[i])
				sums[i] = sha256.Sum256(data)
			}
		})
	}
	wg.Wait()
	for i, name := range names {
		if errs[i] != nil {
			return errs[i]
		}
		var size [4]byte
		binary.BigEndian.PutUint32(size[:], uint32(len(name)))
		if _, err := h.Write(slices.Concat(size[:], []byte(name), sums[i][:])); err != nil {
			return err
		}
	}
	return nil
}

// find is the outcome of an earlier run, nil if there is none.
func (m *memo) find() *printed {
	if m == nil {
		return nil
	}
	data, _, err := m.dir.GetBytes(m.key)
	if err != nil {
		return nil
	}
	var p printed
	if gob.NewDecoder(bytes.NewReader(data)).Decode(&p) != nil {
		return nil
	}
	return &p
}

// keep keeps the outcome of this run, unless something was changed while it ran: now
// is the memo after it. That it cannot is no reason for a run to fail.
func (m *memo) keep(p *printed, now *memo) {
	if m == nil || now == nil || m.key != now.key {
		return
	}
	var b bytes.Buffer
	if gob.NewEncoder(&b).Encode(p) == nil && m.dir.PutBytes(m.key, b.Bytes()) == nil {
		_ = m.dir.Trim() // what nobody asked for in five days goes
	}
}
