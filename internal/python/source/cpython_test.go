package source

import (
	"encoding/hex"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/pythontest"
)

// eastAsian are the codecs whose tables differ from Python's in rare
// characters (what the Encoding standard of the web says, not the national
// standards). The difference shows as another character in a string or
// comment, or as an error; a file is written back unchanged or not at all.
var eastAsian = map[string]bool{"big5": true, "cp950": true, "cp932": true, "shift_jis": true, "cp949": true, "euc_kr": true,
	"gb2312": true, "euc_jp": true, "gb18030": true, "gbk": true, "hz": true, "iso2022_jp": true}

// TestCodecs compares the codecs with Python's: every byte of those of one
// byte a character, a sample of two-byte sequences of the others, and every
// alias.
func TestCodecs(t *testing.T) {
	py := pythontest.Find(t, 10, 14)
	script := t.TempDir() + "/codecs_of_python.py"
	const code = `
import codecs, sys
from encodings.aliases import aliases
for name in sys.argv[1:]:
    seqs = [bytes([c]) for c in range(128, 256)]
    seqs += [bytes([c, d]) for c in range(0x81, 255, 3) for d in range(0x41, 255, 7)]
    for s in seqs:
        try:
            print(name, s.hex(), s.decode(name).encode("utf-8").hex())
        except UnicodeDecodeError:
            print(name, s.hex(), "-")
for alias, name in aliases.items():
    print("=", alias, name)
`
	if err := os.WriteFile(script, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name := range singles {
		names = append(names, name)
	}
	for name := range multis {
		if eastAsian[name] {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	total := make(map[string]int)
	differ := make(map[string]int)
	for line := range strings.Lines(py.Output(t, script, names...)) {
		f := strings.Split(strings.TrimSpace(line), " ")
		if f[0] == "=" {
			if _, known := lookup(f[2]); known && strings.ToLower(f[1]) == f[1] {
				if a, ok := aliases[f[1]]; !ok || a != f[2] {
					t.Errorf("alias %s of %s: %q", f[1], f[2], a)
				}
			}
			continue
		}
		data, err := hex.DecodeString(f[1])
		if err != nil {
			t.Fatal(err)
		}
		got := "-"
		if file, err := New("f.py", append([]byte("#coding="+f[0]+"\n"), data...)); err == nil {
			_, text, _ := strings.Cut(file.Text, "\n")
			got = hex.EncodeToString([]byte(text))
		}
		total[f[0]]++
		if got != f[2] {
			if differ[f[0]]++; differ[f[0]] <= 3 && !eastAsian[f[0]] {
				t.Errorf("%s: %s is %s, Python says %s", f[0], f[1], got, f[2])
			}
		}
	}
	for _, name := range names {
		if eastAsian[name] {
			t.Logf("%s: %d of %d sequences differ", name, differ[name], total[name])
		}
	}
}
