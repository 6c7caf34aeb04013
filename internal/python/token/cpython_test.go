package token

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/offlet/offlet/internal/python/pythontest"
)

// TestIdentifiers compares which characters can start and continue an
// identifier with CPython, for every character that both Unicode versions
// know, and the normal form of identifiers.
func TestIdentifiers(t *testing.T) {
	py := pythontest.Find(t, 10, 14)
	script := t.TempDir() + "/idents.py"
	const code = `
import unicodedata
for c in range(0x80, 0x110000):
    s = chr(c)
    if unicodedata.category(s) not in ("Cn", "Cs", "Co"):
        n = unicodedata.normalize("NFKC", s)
        print(hex(c)[2:], int(s.isidentifier()), int(("x" + s).isidentifier()), ascii(n)[1:-1] if n != s else "")
`
	if err := os.WriteFile(script, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	assigned := func(r rune) bool {
		return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cc, unicode.Cf)
	}
	n := 0
	for line := range strings.Lines(py.Output(t, script)) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		v, err := strconv.ParseUint(f[0], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		r := rune(v)
		if !assigned(r) {
			continue
		}
		n++
		if got := IsIDStart(r); got != (f[1] == "1") {
			t.Errorf("%U can start an identifier: %v, Python says %s", r, got, f[1])
		}
		if got := isIDContinue(r, py.Minor); got != (f[2] == "1") {
			t.Errorf("%U can continue an identifier: %v, Python says %s", r, got, f[2])
		}
		if f[3] != "" && f[2] == "1" {
			want, err := strconv.Unquote(`"` + strings.ReplaceAll(f[3], `\x`, `\u00`) + `"`)
			if err != nil {
				t.Fatal(err)
			}
			if got := Normalize(string(r)); got != want {
				t.Errorf("%U is normalised to %q, Python says %q", r, got, want)
			}
		}
	}
	t.Logf("Python %s: %d characters compared", py.Version, n)
}
