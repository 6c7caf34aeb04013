package parser

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/offlet/offlet/internal/python/pythontest"
	"golang.org/x/text/unicode/runenames"
)

// TestNames compares the names of \N escapes with Python's unicodedata, for
// every character that both Unicode versions know.
func TestNames(t *testing.T) {
	py := pythontest.Find(t, Oldest, Newest)
	script := t.TempDir() + "/names.py"
	const code = `
import unicodedata
for c in range(0x110000):
    name = unicodedata.name(chr(c), "")
    if name:
        print(hex(c)[2:], name)
`
	if err := os.WriteFile(script, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	n, newer := 0, 0
	for line := range strings.Lines(py.Output(t, script)) {
		hex, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		v, err := strconv.ParseUint(hex, 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		r, ok := lookupName(name)
		n++
		switch {
		case ok && r == rune(v):
		case !ok && runenames.Name(rune(v)) == "":
			newer++
		case !ok && strings.HasPrefix(name, "CJK UNIFIED IDEOGRAPH-") && !unicode.Is(unicode.Unified_Ideograph, rune(v)):
			newer++
		default:
			t.Errorf("%s: %U, want %U", name, r, rune(v))
		}
	}
	t.Logf("Python %s: %d names compared; %d are newer than ours", py.Version, n, newer)
	for _, name := range []string{"NULL", "nbsp", "LINE FEED", "BEL", "LATIN CAPITAL LETTER GHA"} {
		if _, ok := lookupName(name); !ok {
			t.Errorf("%s not found", name)
		}
	}
	for _, name := range []string{"", "HANGUL SYLLABLE", "HANGUL SYLLABLE X", "CJK UNIFIED IDEOGRAPH-", "CJK UNIFIED IDEOGRAPH-0041"} {
		if r, ok := lookupName(name); ok {
			t.Errorf("%q is %U, want none", name, r)
		}
	}
}
