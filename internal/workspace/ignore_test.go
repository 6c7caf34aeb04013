package workspace

import "testing"

// FuzzIndex reads what is no index of git: it may give nonsense, and must end.
func FuzzIndex(f *testing.F) {
	f.Add([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x01"))
	f.Add(append([]byte("DIRC\x00\x00\x00\x02\x00\x00\x00\x02"), append(make([]byte, 62), "a/b.py\x00\x00\x00\x00"...)...))
	f.Add(append([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x03"), append(make([]byte, 62), "\x00a/b.py\x00"...)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range indexPaths(data) {
			if len(name) > len(data)*len(data) {
				t.Errorf("a path of %d bytes out of %d", len(name), len(data))
			}
		}
	})
}

// FuzzIgnore matches against patterns that nobody would write.
func FuzzIgnore(f *testing.F) {
	f.Add("*.py\n!a/**/b\n[z-a]\n\\", "a/b.py", true)
	f.Add("{a,b}\n/**\n**", "x", false)
	f.Fuzz(func(t *testing.T, text, rel string, isDir bool) {
		in := &ignoring{}
		in.add("", text)
		in.add("sub", text)
		if in.ignored(rel, isDir) && len(in.rules) == 0 {
			t.Errorf("%q is ignored by nothing", rel)
		}
	})
}
