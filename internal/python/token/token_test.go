package token

import (
	"fmt"
	"strings"
	"testing"
)

// show writes tokens as kind:text, with the kind left out where it is the
// text.
func show(text string, list *List) string {
	var out []string
	for _, t := range list.Tokens {
		s := text[t.Start:t.End]
		switch {
		case t.Kind == Newline:
			s = "NL"
		case t.Kind == Indent:
			s = "IN"
		case t.Kind == Dedent:
			s = "DE"
		case t.Kind == EndMarker:
			s = "EOF"
		case t.Kind == Error:
			s = "ERR"
		case t.Kind.String() != s && s != "<>":
			s = fmt.Sprintf("%s:%s", strings.ReplaceAll(t.Kind.String(), " ", "-"), s)
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestScan(t *testing.T) {
	tests := []struct {
		text  string
		want  string
		minor int // 14 if 0
	}{
		{text: "", want: "EOF"},
		{text: "\n \n# c\n", want: "EOF"},
		{text: "x", want: "name:x NL EOF"},
		{text: "x\n", want: "name:x NL EOF"},
		{text: "x\r\ny\rz", want: "name:x NL name:y NL name:z NL EOF"},
		{text: "x = 1 # c\n", want: "name:x = number:1 NL EOF"},
		{text: "if x:\n  y\n\n  z\nw", want: "if name:x : NL IN name:y NL name:z NL DE name:w NL EOF"},
		{text: "if x:\n  if y:\n    z", want: "if name:x : NL IN if name:y : NL IN name:z NL DE DE EOF"},
		{text: "(\n  x,\n\n# c\n y)\n", want: "( name:x , name:y ) NL EOF"},
		{text: "x \\\n  + y", want: "name:x + name:y NL EOF"},
		{text: "a->b:=c...d..e<>f!=g**=h//=i>>=j<<=k", want: "name:a -> name:b := name:c ... name:d . . name:e <> name:f != name:g **= name:h //= name:i >>= name:j <<= name:k NL EOF"},
		{text: "a@=b|c^d&e~f%g", want: "name:a @= name:b | name:c ^ name:d & name:e ~ name:f % name:g NL EOF"},
		{text: "rb'a' Rb\"\"\"b\nc\"\"\" u'd' x'e'", want: "string:rb'a' string:Rb\"\"\"b\nc\"\"\" string:u'd' name:x string:'e' NL EOF"},
		{text: "1if 0xfor 1_0.5e-3j .5", want: "number:1 if number:0xf or number:1_0.5e-3j number:.5 NL EOF"},
		{text: "é = ª", want: "name:é = name:ª NL EOF"},
		{text: "f'a{x!r:>{w}}b'", want: "f-string-start:f' f-string-middle:a { name:x ! name:r : f-string-middle:> { name:w } } f-string-middle:b f-string-end:' NL EOF"},
		{text: "f'a{x!r:>{w}}b'", want: "string:f'a{x!r:>{w}}b' NL EOF", minor: 11},
		{text: "f'{{}}{x}'", want: "f-string-start:f' f-string-middle:{{}} { name:x } f-string-end:' NL EOF"},
		{text: "f'{f'{x}'}'", want: "f-string-start:f' { f-string-start:f' { name:x } f-string-end:' } f-string-end:' NL EOF"},
		{text: "t'{x}'", want: "t-string-start:t' { name:x } t-string-end:' NL EOF"},
		{text: "t'{x}'", want: "name:t string:'{x}' NL EOF", minor: 13},
		{text: "f'{x:\\N{DASH}{y}}'", want: "f-string-start:f' { name:x : f-string-middle:\\N{DASH} { name:y } } f-string-end:' NL EOF"},
		{text: "x ? y", want: "name:x other:? name:y NL EOF"},
		{text: "x = (", want: "name:x = ( EOF"},
		{text: "x = 'a", want: "name:x = ERR EOF"},
		{text: "x)", want: "name:x ERR EOF"},
	}
	for _, test := range tests {
		minor := test.minor
		if minor == 0 {
			minor = newest
		}
		if got := show(test.text, Scan(test.text, minor)); got != test.want {
			t.Errorf("%q, 3.%d:\n got %s\nwant %s", test.text, minor, got, test.want)
		}
	}
}

func TestComments(t *testing.T) {
	text := "# a\r\nx # b\n(y, # c\n z)\n  # d"
	list := Scan(text, newest)
	var got []string
	for _, c := range list.Comments {
		got = append(got, text[c.Start:c.End])
	}
	if want := "# a|# b|# c|# d"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if in := list.CommentsIn(5, 20); len(in) != 2 {
		t.Errorf("%d comments in [5, 20)", len(in))
	}
}

func TestOpenBrackets(t *testing.T) {
	list := Scan("f(x, [\n", newest)
	if len(list.Open) != 2 || list.Open[0] != (Bracket{1, '('}) || list.Open[1] != (Bracket{5, '['}) || list.Err != nil {
		t.Errorf("got %v, %v", list.Open, list.Err)
	}
}

func TestKeywords(t *testing.T) {
	first := func(s string) Kind { return Scan(s, newest).Tokens[0].Kind }
	for k := And; k <= Yield; k++ {
		if first(k.String()) != k || !k.IsKeyword() {
			t.Errorf("%v is not found", k)
		}
	}
	for _, s := range []string{"x", "match", "case", "type", "_", "print", "exec", "nonlocals", "true", "Return"} {
		if k := first(s); k != Name {
			t.Errorf("%q is %v", s, k)
		}
	}
	for k := Lparen; k < numKinds; k++ {
		if kindNames[k] == "" {
			t.Errorf("kind %d has no name", k)
		}
	}
}

func TestNormalize(t *testing.T) {
	if got := Normalize("𝐱ﬁ"); got != "xfi" {
		t.Errorf("normalised to %q", got)
	}
}
