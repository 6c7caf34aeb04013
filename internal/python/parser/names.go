package parser

import (
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/runenames"
)

// names maps the names of characters, made at the first \N{…}.
var names = sync.OnceValue(func() map[string]rune {
	m := make(map[string]rune, 40000)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		switch {
		case 0x3400 <= r && r < 0xA000, 0xAC00 <= r && r < 0xF900, 0x20000 <= r && r < 0xE0000:
			// Ideographs and syllables are computed, the rest has no names.
			if r != 0x4DC0 && (r < 0x4DC0 || r > 0x4DFF) && !(0x2F800 <= r && r < 0x2FA20) && !(0xD7B0 <= r && r < 0xD800) {
				continue
			}
		case r >= 0xF0000:
			continue
		}
		if name := runenames.Name(r); name != "" && name[0] != '<' {
			m[name] = r
		}
	}
	return m
})

// lookupName returns the character that \N{name} denotes in Python: by its name
// or an alias, in any case, or by a computed name, which must be in capitals.
//
// The tables are those of Unicode 15 (aliases: 14): names that a newer Python
// knows beyond them are unknown here.
func lookupName(name string) (rune, bool) {
	if hex, ok := strings.CutPrefix(name, "CJK UNIFIED IDEOGRAPH-"); ok {
		// As CPython does it, 04E00 is 4E00.
		v, err := strconv.ParseUint(hex, 16, 32)
		if err != nil || len(hex) != 4 && len(hex) != 5 || strings.ContainsAny(hex, "abcdef") {
			return 0, false
		}
		return rune(v), unicode.Is(unicode.Unified_Ideograph, rune(v))
	}
	if s, ok := strings.CutPrefix(name, "HANGUL SYLLABLE "); ok {
		return hangul(s)
	}
	name = strings.ToUpper(name)
	if r, ok := names()[name]; ok {
		return r, true
	}
	r, ok := nameAliases()[name]
	return r, ok
}

var (
	jamoL = strings.Split("G GG N D DD R M B BB S SS  J JJ C K T P H", " ")
	jamoV = strings.Split("A AE YA YAE EO E YEO YE O WA WAE OE YO U WEO WE WI YU EU YI I", " ")
	jamoT = strings.Split(" G GG GS N NJ NH D L LG LM LB LS LT LP LH M B BS S SS NG J C K T P H", " ")
)

// hangul returns the syllable with the given short name.
func hangul(s string) (rune, bool) {
	longest := func(list []string) int {
		best := -1
		for i, j := range list {
			if strings.HasPrefix(s, j) && (best < 0 || len(j) > len(list[best])) {
				best = i
			}
		}
		if best >= 0 {
			s = s[len(list[best]):]
		}
		return best
	}
	l := longest(jamoL)
	v := longest(jamoV)
	t := longest(jamoT)
	if l < 0 || v < 0 || t < 0 || s != "" {
		return 0, false
	}
	return rune(0xAC00 + (l*21+v)*28 + t), true
}

// nameAliases maps the names in aliasData.
var nameAliases = sync.OnceValue(func() map[string]rune {
	m := make(map[string]rune, 500)
	for line := range strings.Lines(strings.TrimSpace(aliasData)) {
		hex, list, _ := strings.Cut(strings.TrimSpace(line), " ")
		v, err := strconv.ParseUint(hex, 16, 32)
		if err != nil {
			panic(err)
		}
		for name := range strings.SplitSeq(list, ";") {
			m[name] = rune(v)
		}
	}
	return m
})
