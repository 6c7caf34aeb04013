package workspace

import (
	"encoding/binary"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// An ignoreRule is one line of a .gitignore.
type ignoreRule struct {
	base    string // the directory of the .gitignore, relative to the repository
	pattern string
	negated bool // !pattern: takes a file back in
	dirOnly bool // pattern/
	rooted  bool // holds a slash: it is matched against the path, else against the name
}

// ignoring knows what git ignores in a project. Like git it only counts below
// a repository: a source distribution often has the .gitignore, and the
// generated files beside it.
type ignoring struct {
	prefix  string // of the project within the repository, "" or with a slash at the end
	rules   []ignoreRule
	tracked []string // sorted; git goes on to track what it has
	// within are the ignored directories (in the repository, with a slash at
	// the end) that are entered for what git tracks in them.
	within []string
}

// newIgnoring reads what stands above the project: the repository's own
// exclude file, and the .gitignore of the directories on the way down. It is
// nil outside of a repository.
func newIgnoring(root string) *ignoring {
	repo := root
	for {
		if _, err := os.Lstat(filepath.Join(repo, ".git")); err == nil {
			break
		}
		up := filepath.Dir(repo)
		if up == repo {
			return nil
		}
		repo = up
	}
	in := &ignoring{}
	if rel, err := filepath.Rel(repo, root); err == nil && rel != "." {
		in.prefix = filepath.ToSlash(rel) + "/"
	}
	git := filepath.Join(repo, ".git")
	if data, err := os.ReadFile(git); err == nil { // a work tree: "gitdir: ../.git/worktrees/x"
		if to, ok := strings.CutPrefix(strings.TrimSpace(string(data)), "gitdir: "); ok {
			if !filepath.IsAbs(to) {
				to = filepath.Join(repo, to)
			}
			git = to
		}
	}
	if data, err := os.ReadFile(filepath.Join(git, "info", "exclude")); err == nil {
		in.add("", string(data))
	}
	dir := ""
	for _, part := range append([]string{""}, strings.Split(strings.TrimSuffix(in.prefix, "/"), "/")...) {
		next := path.Join(dir, part)
		if next+"/" == in.prefix || in.prefix == "" && next == "" {
			break // the project's own directory is read on the walk
		}
		dir = next
		if data, err := os.ReadFile(filepath.Join(repo, filepath.FromSlash(dir), ".gitignore")); err == nil {
			in.add(dir, string(data))
		}
	}
	if data, err := os.ReadFile(filepath.Join(git, "index")); err == nil {
		in.tracked = indexPaths(data)
		slices.Sort(in.tracked)
	}
	return in
}

// add takes in the lines of a .gitignore in a directory of the repository.
func (in *ignoring) add(base, text string) {
	for _, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		if !strings.HasSuffix(line, "\\ ") {
			line = strings.TrimRight(line, " \t")
		}
		if line == "" || line[0] == '#' {
			continue
		}
		r := ignoreRule{base: base}
		if line[0] == '!' {
			r.negated = true
			line = line[1:]
		}
		if strings.HasSuffix(line, "/") {
			r.dirOnly = true
			line = strings.TrimSuffix(line, "/")
		}
		r.rooted = strings.Contains(line, "/")
		line = strings.TrimPrefix(line, "/")
		// {a,b} means nothing to git
		r.pattern = strings.NewReplacer("{", "\\{", "}", "\\}").Replace(line)
		if strings.HasSuffix(r.pattern, "/**") { // what is in the directory, and not itself
			r.pattern += "/*"
		}
		if r.pattern == "" || !doublestar.ValidatePattern(r.pattern) {
			continue
		}
		in.rules = append(in.rules, r)
	}
}

// enter takes in the .gitignore of a directory of the project.
func (in *ignoring) enter(project *Project, dir string) {
	if in == nil {
		return
	}
	data, err := os.ReadFile(filepath.Join(project.Root, filepath.FromSlash(dir), ".gitignore"))
	if err == nil {
		in.add(strings.TrimSuffix(in.prefix+dir, "/"), string(data))
	}
}

// ignored reports whether git ignores a file or directory of the project. The
// directories above it are known not to be ignored.
func (in *ignoring) ignored(rel string, isDir bool) bool {
	if in == nil || len(in.rules) == 0 {
		return false
	}
	full := in.prefix + rel
	for _, dir := range in.within {
		if strings.HasPrefix(full, dir) {
			return !in.tracks(full, isDir)
		}
	}
	for i := len(in.rules) - 1; i >= 0; i-- { // the last one that fits counts
		r := &in.rules[i]
		if r.dirOnly && !isDir {
			continue
		}
		below := full
		if r.base != "" {
			var ok bool
			if below, ok = strings.CutPrefix(full, r.base+"/"); !ok {
				continue
			}
		}
		if !r.rooted {
			below = path.Base(below)
		}
		if ok, _ := doublestar.Match(r.pattern, below); ok {
			if r.negated {
				return false
			}
			tracked := in.tracks(full, isDir)
			if tracked && isDir {
				in.within = append(in.within, full+"/")
			}
			return !tracked
		}
	}
	return false
}

// tracks reports whether git has the file, or something below the directory,
// although it is ignored.
func (in *ignoring) tracks(full string, isDir bool) bool {
	if isDir {
		full += "/"
		i, _ := slices.BinarySearch(in.tracked, full)
		return i < len(in.tracked) && strings.HasPrefix(in.tracked[i], full)
	}
	_, ok := slices.BinarySearch(in.tracked, full)
	return ok
}

// indexPaths reads the paths out of git's index, versions 2 to 4. What it does
// not understand it leaves out: then an ignored file that is tracked counts as
// ignored. (git itself is not asked: it may be absent, and its configuration
// may start programs of the project.)
func indexPaths(data []byte) []string {
	if len(data) < 12 || string(data[:4]) != "DIRC" {
		return nil
	}
	version, count := binary.BigEndian.Uint32(data[4:]), binary.BigEndian.Uint32(data[8:])
	if version < 2 || version > 4 {
		return nil
	}
	var out []string
	at, last := 12, ""
	for range count {
		start := at
		at += 60 // times, device, inode, mode, owner, size, 20 bytes of hash
		if at+2 > len(data) {
			return out
		}
		flags := binary.BigEndian.Uint16(data[at:])
		at += 2
		if flags&0x4000 != 0 { // extended
			at += 2
		}
		if at > len(data) {
			return out
		}
		name := ""
		if version == 4 {
			// the path begins as the one before, without some bytes at its end
			drop, used := varint(data[at:])
			at += used
			if used == 0 || drop > len(last) {
				return out
			}
			name = last[:len(last)-drop]
		}
		end := slices.Index(data[at:], 0)
		if end < 0 {
			return out
		}
		name += string(data[at : at+end])
		at += end + 1
		if version < 4 {
			at = start + (at-1-start+8)&^7 // padded to eight bytes, with one NUL at least
		}
		out = append(out, name)
		last = name
		if at > len(data) {
			return out
		}
	}
	return out
}

// varint reads the offset encoding of git's packs.
func varint(data []byte) (value, used int) {
	for i, b := range data {
		if i > 4 {
			break
		}
		if i > 0 {
			value++
		}
		value = value<<7 | int(b&0x7f)
		if b&0x80 == 0 {
			return value, i + 1
		}
	}
	return 0, 0
}
