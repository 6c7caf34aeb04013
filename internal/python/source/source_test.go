package source

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"unsafe"
)

func TestNew(t *testing.T) {
	tests := []struct {
		name     string
		data     string
		text     string // "" means: as data
		encoding string
		bom      bool
		err      string // a part of the error, "" for none
	}{
		{name: "plain", data: "x = 1\n", encoding: "utf-8"},
		{name: "empty", data: "", encoding: "utf-8"},
		{name: "utf-8", data: "x = 'é'\r\ny\rz", encoding: "utf-8"},
		{name: "bom", data: "\ufeffx", text: "x", encoding: "utf-8", bom: true},
		{name: "bom and cookie", data: "\ufeff# coding: UTF-8\nx", text: "# coding: UTF-8\nx", encoding: "utf-8", bom: true},
		{name: "bom and another spelling", data: "\ufeff# coding: utf8\n", err: "f.py:1: encoding problem: utf8 with BOM"},
		{name: "bom and latin-1", data: "\ufeff# coding: latin-1\n", err: "f.py:1: encoding problem: iso-8859-1 with BOM"},
		{name: "latin-1", data: "# -*- coding: latin-1 -*-\nx = '\xe9'\n", text: "# -*- coding: latin-1 -*-\nx = 'é'\n", encoding: "iso-8859-1"},
		{name: "second line", data: "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'", text: "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'", encoding: "cp1252"},
		{name: "second line after a blank one", data: "\f \n#coding=koi8-r\n'\xc1'", text: "\f \n#coding=koi8-r\n'а'", encoding: "koi8-r"},
		{name: "second line after code", data: "x\n# coding: latin-1\n'\xe9'", err: "f.py:3:2: invalid utf-8: byte 0xe9"},
		{name: "third line", data: "\n\n# coding: latin-1\n'\xe9'", err: "f.py:4:2: invalid utf-8"},
		{name: "cookie after code", data: "x # coding: latin-1\n'é'", encoding: "utf-8"},
		{name: "not a cookie", data: "# encoding latin-1\n'é'", encoding: "utf-8"},
		{name: "the second of two", data: "# coding coding: latin-1\n'\xe9'", text: "# coding coding: latin-1\n'é'", encoding: "iso-8859-1"},
		{name: "carriage returns", data: "#!x\r# coding: latin-1\r'\xe9'", text: "#!x\r# coding: latin-1\r'é'", encoding: "iso-8859-1"},
		{name: "euc-jp", data: "# coding: euc_jp\n'\xc6\xfc'", text: "# coding: euc_jp\n'日'", encoding: "euc_jp"},
		{name: "shift_jis", data: "# coding: sjis\n'\x93\xfa'", text: "# coding: sjis\n'日'", encoding: "sjis"},
		{name: "gbk", data: "# coding: GBK\n'\xc8\xd5'", text: "# coding: GBK\n'日'", encoding: "GBK"},
		{name: "iso-8859-15", data: "# coding: ISO-8859-15\n'\xa4'", text: "# coding: ISO-8859-15\n'€'", encoding: "ISO-8859-15"},
		{name: "ascii", data: "# coding: us-ascii\nx", encoding: "us-ascii"},
		{name: "not ascii", data: "# coding: ascii\n'\xc3\xa9'", err: "f.py:2:2: byte 0xc3 cannot be decoded as ascii"},
		{name: "undefined byte", data: "# coding: cp1252\n'\x81'", err: "f.py:2:2: byte 0x81 cannot be decoded as cp1252"},
		{name: "half a character", data: "# coding: euc-jp\n'\xc6'", err: "f.py:2"},
		{name: "unknown", data: "#coding:nope\n", err: "f.py:1: unknown encoding: nope"},
		{name: "not a text encoding", data: "#coding:rot13\n", err: "unknown encoding: rot13"},
		{name: "invalid utf-8", data: "x\r\ny = '\xff'", err: "f.py:2:6: invalid utf-8: byte 0xff at column 6"},
		{name: "surrogate", data: "'\xed\xa0\x80'", err: "f.py:1:2: invalid utf-8"},
		{name: "null byte", data: "x\n\x00", err: "f.py:2:1: source code cannot contain null bytes (is this a binary file?)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f, err := New("f.py", []byte(test.data))
			if test.err != "" {
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("got error %v, want %q", err, test.err)
				}
				if !strings.Contains(err.Error(), test.err) {
					t.Errorf("got error %q, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := test.text
			if want == "" {
				want = test.data
			}
			if f.Text != want || f.Encoding != test.encoding || f.BOM != test.bom {
				t.Errorf("got %q, %s, BOM %v", f.Text, f.Encoding, f.BOM)
			}
			back, err := f.Encode(f.Text)
			if err != nil {
				t.Fatal(err)
			}
			if !f.Exact || !bytes.Equal(back, []byte(test.data)) {
				t.Errorf("encoded again it is %q", back)
			}
		})
	}
}

func TestSharesMemory(t *testing.T) {
	data := []byte("x = 'é'\n")
	f, err := New("f.py", data)
	if err != nil {
		t.Fatal(err)
	}
	if unsafe.StringData(f.Text) != &data[0] {
		t.Error("the text of a UTF-8 file is a copy")
	}
}

func TestEncode(t *testing.T) {
	f, err := New("f.py", []byte("# coding: latin-1\n'\xe9'\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := f.Encode("# coding: latin-1\n'üé'\n")
	if err != nil || string(got) != "# coding: latin-1\n'\xfc\xe9'\n" {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = f.Encode("# coding: latin-1\nx = '→'\n")
	if err == nil || !strings.Contains(err.Error(), `f.py:2:6: character '→' (U+2192) cannot be written in the file's encoding iso-8859-1`) {
		t.Errorf("got %v", err)
	}
	f, err = New("f.py", []byte("# coding: ascii\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Encode("'é'"); err == nil {
		t.Error("é was written in ascii")
	}
}

func TestNotExact(t *testing.T) {
	// An escape sequence that changes nothing is lost on the way.
	f, err := New("f.py", []byte("# coding: iso-2022-jp\n'\x1b(B\x1b(B'\n"))
	if err != nil {
		t.Fatal(err)
	}
	if f.Exact {
		t.Error("a file that cannot be written back as it was is said to be exact")
	}
}

func TestPosition(t *testing.T) {
	f, err := New("f.py", []byte("é = 1\r\nb\rc\n\nd"))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		off            int32
		line, col      int
		lineno, offset int
	}{
		{0, 1, 1, 1, 0},
		{2, 1, 2, 1, 2},
		{6, 1, 6, 1, 6},
		{7, 1, 7, 1, 7},
		{8, 2, 1, 2, 0},
		{10, 3, 1, 3, 0},
		{12, 4, 1, 4, 0},
		{13, 5, 1, 5, 0},
		{14, 5, 2, 5, 1},
	}
	for _, test := range tests {
		if line, col := f.Position(test.off); line != test.line || col != test.col {
			t.Errorf("Position(%d) = %d, %d; want %d, %d", test.off, line, col, test.line, test.col)
		}
		if line, col := f.LineCol(test.off); line != test.lineno || col != test.offset {
			t.Errorf("LineCol(%d) = %d, %d; want %d, %d", test.off, line, col, test.lineno, test.offset)
		}
	}
}

func TestLoad(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "nope.py"))
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(e.Msg, "cannot read") {
		t.Errorf("got %v", err)
	}
}

func FuzzNew(f *testing.F) {
	for _, s := range []string{"x", "\ufeff# coding: utf-8", "# coding: latin-1\n\xe9", "#\n#coding=euc-jp\r\n\xc6\xfc", "# coding: shift_jis\n\x81", "\x00", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := New("f.py", bytes.Clone(data))
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if !bytes.Equal(file.Bytes, data) {
			t.Fatal("the bytes changed")
		}
		back, err := file.Encode(file.Text)
		if file.Exact && (err != nil || !bytes.Equal(back, data)) {
			t.Fatalf("%q is written back as %q, %v", data, back, err)
		}
		for off := range int32(len(file.Text) + 1) {
			file.Position(off)
		}
	})
}
