package e2e

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A Sdist is a source distribution of somebody else's project. The tests
// download it and never commit it.
type Sdist struct {
	Name, Version, SHA256 string
}

// The pinned source distributions. Eventlet's is of the version that
// requirements.txt installs.
var (
	eventletSdist = Sdist{"eventlet", "0.41.3", "66d1883f276e94d040d007e99d7085e6aa5f2738c5b8783d165a137050dc8fb6"}
	swiftSdist    = Sdist{"swift", "2.38.3", "561b2f8acc5ce834a0a2bac200e8ccd8784cb5c4a9e3731881d2e66dec4b6006"}
	osloLogSdist  = Sdist{"oslo_log", "8.0.0", "d3e0c67a509fca99e9b76eaedcb2fa8c5a1140659de8a50d5a4df6a3fa933227"}
	novaSdist     = Sdist{"nova", "34.0.0", "919eef77cda4ce0cc4746a5853b5d9341ebd0ae37bc8b1939eb77d17727c00df"}
)

// cache is where downloads stay from one run to the next; git ignores it.
const cache = "../.cache/sdists"

var downloading sync.Mutex

// Fetch returns the path of the distribution's archive, whose hash is checked.
// It is downloaded by the pip of the given interpreter, from whatever index
// that pip is set up for, unless it is there from an earlier run.
func (s Sdist) Fetch(t testing.TB, python string) string {
	t.Helper()
	downloading.Lock()
	defer downloading.Unlock()
	file := filepath.Join(cache, s.Name+"-"+s.Version+".tar.gz")
	err := s.check(file)
	if err == nil {
		return file
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Logf("%v; it is downloaded again", err)
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	// beside the cache, so that the finished file can be renamed into it
	dir, err := os.MkdirTemp(filepath.Dir(cache), "download-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	requirements := filepath.Join(dir, "requirements.txt")
	line := fmt.Sprintf("%s==%s --hash=sha256:%s\n", s.Name, s.Version, s.SHA256)
	if err := os.WriteFile(requirements, []byte(line), 0o644); err != nil {
		t.Fatal(err)
	}
	// pip checks the hash before it looks into the archive
	cmd := exec.Command(python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
		"--no-deps", "--no-binary", s.Name, "--require-hashes", "--dest", dir, "--requirement", requirements)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("downloading %s %s: %v\n%s", s.Name, s.Version, err, tail(string(out)))
	}
	got := filepath.Join(dir, filepath.Base(file))
	if err := s.check(got); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(got, file); err != nil {
		t.Fatal(err)
	}
	return file
}

// check compares the hash of a downloaded archive.
func (s Sdist) check(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != s.SHA256 {
		return fmt.Errorf("%s has the sha256 %s, expected %s", file, got, s.SHA256)
	}
	return nil
}

// Unpack writes the files of the distribution below a directory of the test,
// without the directory that holds them in the archive.
func (s Sdist) Unpack(t testing.TB, python string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), s.Name)
	if err := unpack(s.Fetch(t, python), dir); err != nil {
		t.Fatalf("unpacking %s %s: %v", s.Name, s.Version, err)
	}
	return dir
}

func unpack(file, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	// nothing can be written outside of a root, whatever the archive says
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	r := tar.NewReader(z)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		_, name, _ := strings.Cut(path.Clean(h.Name), "/")
		if name == "" {
			continue
		}
		if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		switch h.Typeflag {
		case tar.TypeDir:
			err = root.MkdirAll(name, 0o755)
		case tar.TypeReg:
			var w *os.File
			if w, err = root.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644); err == nil {
				_, err = io.Copy(w, r)
				err = errors.Join(err, w.Close())
			}
		case tar.TypeSymlink:
			err = root.Symlink(h.Linkname, name)
		default:
			err = fmt.Errorf("%s is neither a file nor a directory nor a link", h.Name)
		}
		if err != nil {
			return err
		}
	}
}
