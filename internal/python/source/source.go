// Package source holds the text of one Python file: its bytes on disk, the
// UTF-8 text that every span of the syntax tree counts in, and the way back
// from an edited text to bytes in the file's own encoding.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"
)

// A File is one Python source file. It is safe for concurrent use after New.
type File struct {
	// Path is the path as it was given to Load or New, for messages.
	Path string
	// Bytes are the bytes of the file as they are on disk. They must not be
	// modified: Text may share their memory.
	Bytes []byte
	// Text is the file in UTF-8 without the byte order mark. Line endings are
	// kept as they are: \n, \r\n or \r.
	Text string
	// BOM says that the file starts with a UTF-8 byte order mark.
	BOM bool
	// Encoding is the name of the encoding as CPython's tokenizer normalises
	// it ("utf-8", "iso-8859-1"), otherwise as the cookie spells it.
	Encoding string
	// Exact says that Encode(Text) gives Bytes. A file that is not exact can
	// be analysed but must not be edited: places that no edit touched would
	// change. It is always true for UTF-8.
	Exact bool
	// Origins says, for a text that is not what is on disk but what a change
	// makes of it, where each line stands on disk; see Origin.
	Origins []int

	codec codec // zero for UTF-8

	once  sync.Once
	lines []int32 // offsets of the line starts, the first being 0
}

// An Error says why a file cannot be read as Python source. Line and Col are
// 1-based, 0 where they are not known; Col counts characters, or bytes where
// the line is not valid text.
type Error struct {
	Path string
	Line int
	Col  int
	Msg  string
	// Binary says that the file is no text at all (it holds null bytes).
	Binary bool
	// Err is the underlying error, of the file system for example.
	Err error
}

// Error returns "path:line:col: message".
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return e.Path + ": " + e.Msg
	case e.Col == 0:
		return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Msg)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Col, e.Msg)
}

// Unwrap returns the underlying error.
func (e *Error) Unwrap() error { return e.Err }

// Load reads the file at path. Errors are of type *Error.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		var pe *fs.PathError
		msg := err.Error()
		if errors.As(err, &pe) {
			msg = pe.Err.Error()
		}
		return nil, &Error{Path: path, Msg: "cannot read: " + msg, Err: err}
	}
	return New(path, data)
}

const bom = "\ufeff"

// New makes a File of data, which it keeps and which must not be modified
// afterwards. The encoding is decided as CPython's tokenizer does (PEP 263): a
// byte order mark, else a coding cookie in the first two lines, else UTF-8.
// Errors are of type *Error: null bytes, bytes that are not valid in the
// encoding, an unknown encoding, a cookie that contradicts the mark.
func New(path string, data []byte) (*File, error) {
	f := &File{Path: path, Bytes: data, Encoding: "utf-8", Exact: true}
	if int64(len(data)) > math.MaxInt32-1 {
		return nil, &Error{Path: path, Msg: fmt.Sprintf("file of %d bytes is too large (the limit is 2 GiB)", len(data))}
	}
	body := data
	if bytes.HasPrefix(data, []byte(bom)) {
		f.BOM = true
		body = data[len(bom):]
	}
	if i := bytes.IndexByte(body, 0); i >= 0 {
		line, col := byteLineCol(body, i)
		return nil, &Error{Path: path, Line: line, Col: col, Binary: true,
			Msg: "source code cannot contain null bytes (is this a binary file?)"}
	}
	name, line := cookie(body)
	switch {
	case name == "" || name == "utf-8":
	case f.BOM:
		return nil, &Error{Path: path, Line: line, Msg: fmt.Sprintf("encoding problem: %s with BOM", name)}
	default:
		f.Encoding = name
		c, ok := lookup(name)
		if !ok {
			return nil, &Error{Path: path, Line: line, Msg: "unknown encoding: " + name}
		}
		f.codec = c
		if c.single != nil || c.multi != nil || c.ascii {
			if err := f.decode(body); err != nil {
				return nil, err
			}
			return f, nil
		}
	}
	if !utf8.Valid(body) {
		i := invalidUTF8(body)
		line, col := byteLineCol(body, i)
		return nil, &Error{Path: path, Line: line, Col: col,
			Msg: fmt.Sprintf("invalid utf-8: byte 0x%02x at column %d, but no encoding declared; see PEP 263", body[i], col)}
	}
	// The one copy that is not made: Text shares the memory of Bytes.
	f.Text = unsafe.String(unsafe.SliceData(body), len(body))
	return f, nil
}

// decode fills Text from the bytes of a file that is not UTF-8.
func (f *File) decode(body []byte) error {
	bad := func(i int) error {
		line, col := byteLineCol(body, i)
		return &Error{Path: f.Path, Line: line, Col: col,
			Msg: fmt.Sprintf("byte 0x%02x cannot be decoded as %s", body[i], f.Encoding)}
	}
	var text []byte
	switch {
	case f.codec.ascii:
		for i, b := range body {
			if b >= 0x80 {
				return bad(i)
			}
		}
		text = body
	case f.codec.single != nil:
		text = make([]byte, 0, len(body)+len(body)/8)
		for i, b := range body {
			r := f.codec.single.decode[b]
			if r < 0 {
				return bad(i)
			}
			text = utf8.AppendRune(text, r)
		}
	default:
		if f.codec.check != nil {
			if i := f.codec.check(body); i >= 0 {
				return bad(i)
			}
		}
		var err error
		text, err = f.codec.multi.NewDecoder().Bytes(body)
		if err != nil {
			return &Error{Path: f.Path, Msg: fmt.Sprintf("cannot decode as %s: %v", f.Encoding, err), Err: err}
		}
		if i := bytes.IndexRune(text, utf8.RuneError); i >= 0 {
			line, col := byteLineCol(text, i)
			return &Error{Path: f.Path, Line: line, Col: col,
				Msg: fmt.Sprintf("a byte on this line cannot be decoded as %s", f.Encoding)}
		}
	}
	if int64(len(text)) > math.MaxInt32-1 {
		return &Error{Path: f.Path, Msg: fmt.Sprintf("text of %d bytes is too large (the limit is 2 GiB)", len(text))}
	}
	f.Text = unsafe.String(unsafe.SliceData(text), len(text))
	back, err := f.Encode(f.Text)
	f.Exact = err == nil && bytes.Equal(back, f.Bytes)
	return nil
}

// Encode returns the bytes for text in the file's own encoding, with the byte
// order mark if the file has one. It fails, with an *Error naming the place in
// text, where a character has no form in the encoding (an "→" put into a
// latin-1 file).
func (f *File) Encode(text string) ([]byte, error) {
	c := f.codec
	switch {
	case c.ascii:
		for i := range len(text) {
			if text[i] >= 0x80 {
				return nil, f.cannotEncode(text, i)
			}
		}
		return []byte(text), nil
	case c.single != nil:
		out := make([]byte, 0, len(text))
		for i, r := range text {
			b, ok := c.single.encode[r]
			if !ok {
				return nil, f.cannotEncode(text, i)
			}
			out = append(out, b)
		}
		return out, nil
	case c.multi != nil:
		out, err := c.multi.NewEncoder().String(text)
		if err == nil && (c.check == nil || c.check([]byte(out)) < 0) {
			return []byte(out), nil
		}
		// Find the character: only this path pays for it.
		for i, r := range text {
			b, err := c.multi.NewEncoder().String(string(r))
			if err != nil || c.check != nil && c.check([]byte(b)) >= 0 {
				return nil, f.cannotEncode(text, i)
			}
		}
		return nil, &Error{Path: f.Path, Msg: fmt.Sprintf("cannot encode as %s: %v", f.Encoding, err), Err: err}
	}
	out := make([]byte, 0, len(text)+len(bom))
	if f.BOM {
		out = append(out, bom...)
	}
	return append(out, text...), nil
}

func (f *File) cannotEncode(text string, i int) error {
	r, _ := utf8.DecodeRuneInString(text[i:])
	line, start := 1, 0
	for _, l := range lineStarts(text[:i])[1:] {
		line, start = line+1, int(l)
	}
	return &Error{Path: f.Path, Line: line, Col: utf8.RuneCountInString(text[start:i]) + 1,
		Msg: fmt.Sprintf("character %q (U+%04X) cannot be written in the file's encoding %s", r, r, f.Encoding)}
}

// Position returns the 1-based line and the 1-based column, in characters, of
// an offset into Text: what editors show.
func (f *File) Position(off int32) (line, col int) {
	start := f.lineStart(&line, off)
	return line, utf8.RuneCountInString(f.Text[start:off]) + 1
}

// Origin is where a line stood in the file as it is on disk.
func (f *File) Origin(line int) int {
	if line < len(f.Origins) {
		return f.Origins[line]
	}
	return line
}

// LineCol returns CPython's lineno (1-based) and col_offset (0-based, in
// bytes of UTF-8) of an offset into Text.
func (f *File) LineCol(off int32) (lineno, colOffset int) {
	start := f.lineStart(&lineno, off)
	return lineno, int(off - start)
}

// LineStarts returns the offsets into Text at which lines start; the first is
// 0. Lines end with \n, \r\n or \r. The slice must not be modified.
func (f *File) LineStarts() []int32 {
	f.once.Do(func() { f.lines = lineStarts(f.Text) })
	return f.lines
}

func (f *File) lineStart(line *int, off int32) int32 {
	lines := f.LineStarts()
	lo, hi := 0, len(lines) // lines[lo] <= off < lines[hi]
	for hi-lo > 1 {
		mid := int(uint(lo+hi) / 2)
		if lines[mid] <= off {
			lo = mid
		} else {
			hi = mid
		}
	}
	*line = lo + 1
	return lines[lo]
}

func lineStarts(text string) []int32 {
	lines := make([]int32, 1, strings.Count(text, "\n")+2)
	if strings.IndexByte(text, '\r') < 0 {
		for i := 0; ; {
			j := strings.IndexByte(text[i:], '\n')
			if j < 0 {
				return lines
			}
			i += j + 1
			lines = append(lines, int32(i))
		}
	}
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\r':
			if i+1 < len(text) && text[i+1] == '\n' {
				i++
			}
			lines = append(lines, int32(i+1))
		case '\n':
			lines = append(lines, int32(i+1))
		}
	}
	return lines
}

// byteLineCol returns the 1-based line and byte column of offset i of data,
// which need not be valid text.
func byteLineCol(data []byte, i int) (line, col int) {
	line, start := 1, 0
	for j := 0; j < i; j++ {
		if data[j] == '\n' || data[j] == '\r' && (j+1 >= len(data) || data[j+1] != '\n') {
			line, start = line+1, j+1
		}
	}
	return line, i - start + 1
}

func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n <= 1 {
			return i
		}
		i += n
	}
	return -1
}

// cookie returns the encoding that a comment in one of the first two lines
// declares, normalised, and its line; "" if there is none. It follows
// get_coding_spec and check_coding_spec of CPython's tokenizer: the second
// line counts only if the first one is blank or a comment.
func cookie(body []byte) (name string, line int) {
	for line = 1; line <= 2; line++ {
		end := bytes.IndexAny(body, "\r\n")
		var cur []byte
		if end < 0 {
			cur, body = body, nil
		} else {
			cur = body[:end]
			if body[end] == '\r' && end+1 < len(body) && body[end+1] == '\n' {
				end++
			}
			body = body[end+1:]
		}
		spec, blank := codingSpec(cur)
		if spec != "" {
			return normalName(spec), line
		}
		if !blank {
			break
		}
	}
	return "", 0
}

// codingSpec returns the encoding that a line declares, and whether the line
// is blank or only a comment.
func codingSpec(line []byte) (spec string, blank bool) {
	i := 0
	for i < len(line) && (line[i] == ' ' || line[i] == '\t' || line[i] == '\f') {
		i++
	}
	if i == len(line) {
		return "", true
	}
	if line[i] != '#' {
		return "", false
	}
	rest := line[i:]
	for {
		j := bytes.Index(rest, []byte("coding"))
		if j < 0 {
			return "", true
		}
		rest = rest[j+len("coding"):]
		if len(rest) == 0 || rest[0] != ':' && rest[0] != '=' {
			continue
		}
		k := 1
		for k < len(rest) && (rest[k] == ' ' || rest[k] == '\t') {
			k++
		}
		e := k
		for e < len(rest) && isSpecByte(rest[e]) {
			e++
		}
		if e > k {
			return string(rest[k:e]), true
		}
	}
}

func isSpecByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' ||
		c == '-' || c == '_' || c == '.'
}

// normalName is get_normal_name of CPython's tokenizer: it knows only the
// spellings of UTF-8 and latin-1 that have a hyphen, so "utf8" stays "utf8".
func normalName(s string) string {
	head := s
	if len(head) > 12 {
		head = head[:12]
	}
	head = strings.ReplaceAll(strings.ToLower(head), "_", "-")
	if head == "utf-8" || strings.HasPrefix(head, "utf-8-") {
		return "utf-8"
	}
	for _, l := range []string{"latin-1", "iso-8859-1", "iso-latin-1"} {
		if head == l || strings.HasPrefix(head, l+"-") {
			return "iso-8859-1"
		}
	}
	return s
}
