package parser

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/offlet/offlet/internal/python/pythontest"
	"github.com/offlet/offlet/internal/python/source"
	"github.com/offlet/offlet/internal/python/token"
)

// envInt returns the number in an environment variable, or def.
func envInt(name string, def int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return def
}

// snippets are the statements of the standard library that mutations start
// from: whole top-level statements of moderate size.
func snippets(t *testing.T, py *pythontest.Python, r *rand.Rand, n int) []string {
	files := pythontest.Files(t, true, py.Stdlib)
	var out []string
	for range n {
		path := files[r.IntN(len(files))]
		if r.IntN(4) == 0 { // the files with the rare syntax
			for _, name := range []string{"test_fstring", "test_grammar", "test_patma", "test_syntax", "test_type_params", "test_named_expressions"} {
				if r.IntN(6) == 0 {
					if p := py.Stdlib + "/test/" + name + ".py"; fileExists(p) {
						path = p
						break
					}
				}
			}
		}
		f, err := source.Load(path)
		if err != nil {
			continue
		}
		file, err := Parse(f, Options{Version: py.Minor})
		if err != nil || len(file.Module.Body) == 0 {
			continue
		}
		for range 3 {
			s := ""
			for range 4 { // a long one rather than an import
				if c := file.Text(file.Module.Body[r.IntN(len(file.Module.Body))]); len(c) > len(s) {
					s = c
				}
			}
			if len(s) > 6000 {
				// A method of a large class, made a function of its own.
				lines := strings.SplitAfter(s, "\n")
				i := r.IntN(len(lines))
				for i > 0 && !strings.HasPrefix(lines[i], "    def ") {
					i--
				}
				j := i + 1
				for j < len(lines) && (strings.HasPrefix(lines[j], "     ") || strings.TrimSpace(lines[j]) == "") {
					j++
				}
				s = "class C:\n" + strings.Join(lines[i:j], "")
			}
			if len(s) < 6000 {
				out = append(out, s+"\n")
			}
		}
	}
	return out
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

var spare = []string{"(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "...", "->", ":=", "=", "+", "-", "*", "**", "/", "//",
	"@", "%", "|", "^", "&", "~", "<<", ">>", "<", ">", "<=", "==", "!=", "<>", "+=", "**=", "!", "?", "$", "`", "\\", "\n", "\n    ", "\t",
	"and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "else", "except", "False",
	"finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "None", "nonlocal", "not", "or", "pass",
	"raise", "return", "True", "try", "while", "with", "yield", "match", "case", "type", "_", "print", "x", "é", "x y",
	"0", "1", "1.5", "2j", "0x1f", "1_0", "'s'", "b'b'", "f'{x}'", "rf'{x!r:>{w}}'", "f'", "'", "\"\"\"", "\"", "#", "*x", "**k", "x=1", "yield x",
	"(yield)", "x := 1", "lambda: 0", "x if y else z", "for x in y", "async for x in y", "if x", "not in", "is not", "t'{x}'", "u'u'", "/", "*,"}

// mutate changes a text in one to three places.
func mutate(r *rand.Rand, s string, minor int) string {
	for range 1 + r.IntN(3)*r.IntN(2) {
		s = mutateOnce(r, s, minor)
	}
	return s
}

func mutateOnce(r *rand.Rand, s string, minor int) string {
	if s == "" {
		return s
	}
	cut := func(i, j int, with string) string { return s[:i] + with + s[j:] }
	pick := func() string { return spare[r.IntN(len(spare))] }
	switch kind := r.IntN(12); kind {
	case 0, 1, 2, 3, 4, 5:
		toks := token.Scan(s, minor).Tokens
		i := r.IntN(len(toks))
		t := toks[i]
		text := s[t.Start:t.End]
		switch kind {
		case 0: // delete
			return cut(int(t.Start), int(t.End), "")
		case 1: // duplicate
			return cut(int(t.End), int(t.End), " "+text)
		case 2: // swap with the next
			if i+1 < len(toks) {
				u := toks[i+1]
				return s[:t.Start] + s[u.Start:u.End] + s[t.End:u.Start] + text + s[u.End:]
			}
			return s
		case 3: // replace
			return cut(int(t.Start), int(t.End), pick())
		case 4: // insert
			return cut(int(t.Start), int(t.Start), pick()+" ")
		default: // take another token of the text
			u := toks[r.IntN(len(toks))]
			return cut(int(t.Start), int(t.End), s[u.Start:u.End])
		}
	case 6: // a line goes
		lines := strings.SplitAfter(s, "\n")
		i := r.IntN(len(lines))
		return strings.Join(append(lines[:i:i], lines[i+1:]...), "")
	case 7: // a line comes twice
		lines := strings.SplitAfter(s, "\n")
		i := r.IntN(len(lines))
		return strings.Join(lines[:i], "") + lines[i] + strings.Join(lines[i:], "")
	case 8: // another indentation
		lines := strings.SplitAfter(s, "\n")
		i := r.IntN(len(lines))
		indent := []string{"", " ", "    ", "\t", "        ", "  \t", "\f", "\f    ", "\\\n"}[r.IntN(9)]
		if r.IntN(2) == 0 {
			lines[i] = indent + strings.TrimLeft(lines[i], " \t")
		} else {
			lines[i] = indent + lines[i]
		}
		return strings.Join(lines, "")
	case 9: // a character goes
		i := r.IntN(len(s))
		for i > 0 && !utf8.RuneStart(s[i]) {
			i--
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		return cut(i, i+n, "")
	case 10: // a character comes
		i := r.IntN(len(s))
		for i > 0 && !utf8.RuneStart(s[i]) {
			i--
		}
		chars := "(){}[]'\"\\:!=.,#\n\r\t\f \x01 eEjJxXoObBrRfFuU_0919*@é€{}{}"
		rs := []rune(chars)
		return cut(i, i, string(rs[r.IntN(len(rs))]))
	default: // cut short
		i := r.IntN(len(s))
		for i > 0 && !utf8.RuneStart(s[i]) {
			i--
		}
		return s[:i]
	}
}

// A comparison counts how our verdicts on texts compare with CPython's.
type comparison struct {
	n, accepted, rejected, sameLine, none int
	bad                                   int
}

// compareTexts asks CPython for its verdict on every text, and compares it
// with ours: acceptance, and the trees of what is accepted.
func compareTexts(t *testing.T, py *pythontest.Python, texts []string) comparison {
	t.Helper()
	input := make([]string, len(texts))
	for i, text := range texts {
		data, err := json.Marshal([]any{i, text})
		if err != nil {
			t.Fatal(err)
		}
		input[i] = string(data)
	}
	var c comparison
	lineMsgs := 0
	py.Lines(t, "testdata/dump.py", []string{"-e"}, input, func(line string) {
		name, theirs := parseVerdict(t, line)
		i, err := strconv.Atoi(name)
		if err != nil {
			t.Fatalf("bad answer %q", line)
		}
		ours := ourVerdict("text", []byte(texts[i]), py.Minor)
		c.n++
		problem := ""
		switch {
		case theirs.none:
			c.none++
		case theirs.ok && !ours.ok:
			problem = fmt.Sprintf("CPython accepts it; we: line %d: %s", ours.line, ours.msg)
		case !theirs.ok && ours.ok:
			problem = fmt.Sprintf("CPython rejects it: line %d: %s", theirs.line, theirs.msg)
		case !theirs.ok:
			c.rejected++
			if theirs.line == ours.line {
				c.sameLine++
			} else if lineMsgs++; lineMsgs <= envInt("OFFLET_SHOW_LINES", 0) {
				t.Logf("CPython: line %d: %s; we: line %d: %s\n%s", theirs.line, theirs.msg, ours.line, ours.msg, texts[i])
			}
		case theirs.hash != ours.hash:
			problem = "the trees differ"
		default:
			c.accepted++
		}
		if problem != "" {
			if c.bad++; c.bad <= 10 {
				t.Errorf("%s\n----\n%s----", problem, texts[i])
			}
		}
	})
	return c
}

// TestMutations compares verdicts on texts made from the standard library by
// deleting, repeating, swapping and replacing tokens, lines, characters and
// indentation. OFFLET_MUTATIONS is their number, OFFLET_SEED the seed.
func TestMutations(t *testing.T) {
	py := pythontest.Find(t, Oldest, Newest)
	n, seed := envInt("OFFLET_MUTATIONS", 6000), envInt("OFFLET_SEED", 1)
	r := rand.New(rand.NewPCG(uint64(seed), 0))
	base := snippets(t, py, r, min(n/10, 400))
	texts := make([]string, n)
	for i := range texts {
		texts[i] = mutate(r, base[r.IntN(len(base))], py.Minor)
	}
	c := compareTexts(t, py, texts)
	if c.bad > 0 {
		t.Errorf("%d of %d verdicts differ (seed %d)", c.bad, c.n, seed)
	}
	t.Logf("Python %s, seed %d: %d texts, %d accepted and %d rejected by both, the errors of %d (%.1f %%) at the same line, %d without an answer",
		py.Version, seed, c.n, c.accepted, c.rejected, c.sameLine, 100*float64(c.sameLine)/float64(max(1, c.rejected)), c.none)
}
