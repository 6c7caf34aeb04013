package edit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// JournalDir is the directory below a change's root that holds the journal
// while a change is being written. It does not exist at any other time.
const JournalDir = ".offlet-journal"

// manifest is the journal's table of contents. It is written, by rename, after
// the new contents are safely on disk: a journal with a manifest can always be
// finished, one without can always be thrown away.
type manifest struct {
	Version int             `json:"version"`
	Files   []manifestEntry `json:"files"`
}

type manifestEntry struct {
	Path string `json:"path"` // relative to the root, with slashes
	Old  string `json:"old"`  // sha256 of the old content, "" if the file was not there
	New  string `json:"new"`  // sha256 of the new content, "" if it is removed
	Blob string `json:"blob"` // name of the new content inside the journal
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Write applies the change. The new contents go to a journal first; then each
// file is replaced by rename. If the process dies on the way, [Recover]
// finishes the work. A file that is no longer what the change was made from
// is an error and nothing is written.
func (c *Change) Write() error {
	if c.Empty() {
		return nil
	}
	if err := c.check(); err != nil {
		return err
	}
	dir := filepath.Join(c.Root, JournalDir)
	if _, err := os.Lstat(dir); err == nil {
		return fmt.Errorf("%s: a change is being written by another offlet, or was left by one; run any offlet command on this tree once more", dir)
	}
	step("make the journal")
	if err := os.Mkdir(dir, 0o777); err != nil {
		return fmt.Errorf("cannot make the journal: %w", err)
	}
	unlock, err := lock(dir)
	if err != nil {
		return abandon(dir, err)
	}
	defer unlock()
	var m manifest
	m.Version = 1
	for i, f := range c.Files {
		e := manifestEntry{Path: f.Path}
		if f.Old != nil {
			e.Old = sum(f.Old)
		}
		if f.New != nil {
			e.New = sum(f.New)
			e.Blob = strconv.Itoa(i)
			if err := writeSync(filepath.Join(dir, e.Blob), f.New, 0o666); err != nil {
				return abandon(dir, err)
			}
		}
		m.Files = append(m.Files, e)
	}
	data, err := json.MarshalIndent(&m, "", " ")
	if err != nil {
		return abandon(dir, err)
	}
	if err := writeSync(filepath.Join(dir, "manifest.tmp"), data, 0o666); err != nil {
		return abandon(dir, err)
	}
	step("complete the journal")
	if err := os.Rename(filepath.Join(dir, "manifest.tmp"), filepath.Join(dir, "manifest")); err != nil {
		return abandon(dir, err)
	}
	syncDir(dir)
	return rollForward(c.Root, dir, &m, unlock)
}

// step is called before each change of the file system; tests stop there, as
// a kill would.
var step = func(what string) {}

// lock keeps a second offlet from taking the journal of one that is still
// writing for that of one that was killed. The lock goes with the journal, or
// with the process.
func lock(dir string) (unlock func(), err error) {
	unlock, err = lockedfile.MutexAt(filepath.Join(dir, "lock")).Lock()
	if err != nil {
		return nil, err
	}
	return sync.OnceFunc(unlock), nil
}

func abandon(dir string, err error) error {
	os.RemoveAll(dir)
	return fmt.Errorf("cannot write the journal, nothing was changed: %w", err)
}

// check makes sure that every file still is what the change was made from and
// can be written, before anything is touched.
func (c *Change) check() error {
	root, err := filepath.EvalSymlinks(c.Root)
	if err != nil {
		return err
	}
	for i := range c.Files {
		f := &c.Files[i]
		path := c.abs(f)
		if f.Old == nil {
			if _, err := os.Lstat(path); err == nil {
				return fmt.Errorf("%s: exists already; nothing was changed", path)
			}
			continue
		}
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			return err
		}
		if rel, err := filepath.Rel(root, real); err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return fmt.Errorf("%s: is a link out of %s; nothing was changed", path, c.Root)
		}
		now, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, f.Old) {
			return fmt.Errorf("%s: changed while offlet was working; nothing was written, run it again", path)
		}
	}
	return nil
}

// Recover finishes a change that an earlier run left half written below root,
// or clears away a journal that never became complete. It reports whether
// there was anything to finish. A file that is neither the old nor the new
// version is an error that names it; then nothing is touched.
func Recover(root string) (bool, error) {
	dir := filepath.Join(root, JournalDir)
	unlock, err := lock(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("cannot look at the journal of an earlier run: %w", err)
	}
	defer unlock()
	data, err := os.ReadFile(filepath.Join(dir, "manifest"))
	if errors.Is(err, fs.ErrNotExist) {
		step("clear the journal away")
		unlock()
		return false, os.RemoveAll(dir) // killed before the manifest: no file was touched
	}
	if err != nil {
		return false, fmt.Errorf("cannot read the journal of an earlier run: %w", err)
	}
	var m manifest
	if err := json.Unmarshal(data, &m); err != nil || m.Version != 1 {
		return false, fmt.Errorf("%s: not a journal that this offlet can read; look at the files in it and remove it by hand", dir)
	}
	for _, e := range m.Files {
		if !filepath.IsLocal(filepath.FromSlash(e.Path)) {
			return false, fmt.Errorf("%s: names %q, which is not below %s; remove the journal by hand", dir, e.Path, root)
		}
		now, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(e.Path)))
		state := ""
		switch {
		case err == nil:
			state = sum(now)
		case !errors.Is(err, fs.ErrNotExist):
			return false, err
		}
		if state != e.Old && state != e.New {
			return false, fmt.Errorf("an earlier run was interrupted, and %s has been edited since: its new content is %s; "+
				"take what you need from there, remove %s, and run offlet again", e.Path, filepath.Join(dir, e.Blob), dir)
		}
		if e.New == "" || state == e.New {
			continue
		}
		if blob, err := os.ReadFile(filepath.Join(dir, e.Blob)); err != nil || sum(blob) != e.New {
			return false, fmt.Errorf("an earlier run was interrupted, and its journal %s is damaged: the new content of %s is missing; "+
				"compare the files that it lists with your version control, remove it, and run offlet again", dir, e.Path)
		}
	}
	return true, rollForward(root, dir, &m, unlock)
}

// rollForward brings every file to its new version and removes the journal.
// It may run any number of times. The journal's lock is given up when there is
// nothing left to protect, for systems that do not remove open files.
func rollForward(root, dir string, m *manifest, unlock func()) error {
	for _, e := range m.Files {
		path := filepath.Join(root, filepath.FromSlash(e.Path))
		if e.New == "" {
			step("remove " + e.Path)
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return incomplete(dir, err)
			}
			removeEmpty(root, filepath.Dir(path))
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Blob))
		if err != nil {
			return incomplete(dir, err)
		}
		if err := replace(path, data); err != nil {
			return incomplete(dir, err)
		}
	}
	step("close the journal")
	if err := os.Remove(filepath.Join(dir, "manifest")); err != nil {
		return incomplete(dir, err)
	}
	step("remove the journal")
	unlock()
	return os.RemoveAll(dir)
}

func incomplete(dir string, err error) error {
	return fmt.Errorf("%w; the change is half written, run offlet again to finish it (its journal is %s)", err, dir)
}

// removeEmpty removes the directory of a removed file, and those above it, if
// nothing is left in them.
func removeEmpty(root, dir string) {
	for len(dir) > len(root) {
		if os.Remove(dir) != nil {
			return
		}
		dir = filepath.Dir(dir)
	}
}

// replace puts data at path by rename, keeping the file's mode, and writing
// through a symbolic link to the file it names.
func replace(path string, data []byte) error {
	mode := fs.FileMode(0o644)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		mode = info.Mode().Perm()
	} else if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	step("write " + path)
	// a fixed name: what a kill leaves behind, the next run overwrites and renames
	tmp, err := os.OpenFile(path+".offlet.tmp", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if err == nil {
		err = tmp.Sync()
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		step("replace " + path)
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
		return err
	}
	syncDir(filepath.Dir(path))
	return nil
}

func writeSync(path string, data []byte, mode fs.FileMode) error {
	step("write " + path)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// syncDir makes renames in dir durable, where the system can.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
