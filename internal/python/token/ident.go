package token

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// notXIDStart and notXIDContinue are the characters that Unicode removes from
// ID_Start and ID_Continue to get XID_Start and XID_Continue (UAX #31, closure
// under NFKC).
var notXIDStart = map[rune]bool{
	0x037A: true, 0x0E33: true, 0x0EB3: true, 0x309B: true, 0x309C: true,
	0xFC5E: true, 0xFC5F: true, 0xFC60: true, 0xFC61: true, 0xFC62: true, 0xFC63: true,
	0xFDFA: true, 0xFDFB: true, 0xFE70: true, 0xFE72: true, 0xFE74: true, 0xFE76: true,
	0xFE78: true, 0xFE7A: true, 0xFE7C: true, 0xFE7E: true, 0xFF9E: true, 0xFF9F: true,
}

var notXIDContinue = map[rune]bool{
	0x037A: true, 0x309B: true, 0x309C: true,
	0xFC5E: true, 0xFC5F: true, 0xFC60: true, 0xFC61: true, 0xFC62: true, 0xFC63: true,
	0xFDFA: true, 0xFDFB: true, 0xFE70: true, 0xFE72: true, 0xFE74: true, 0xFE76: true,
	0xFE78: true, 0xFE7A: true, 0xFE7C: true, 0xFE7E: true,
}

// IsIDStart reports whether an identifier can start with r: the underscore
// and the characters of XID_Start.
func IsIDStart(r rune) bool {
	if r < 0x80 {
		return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	if unicode.Is(unicode.Pattern_Syntax, r) || unicode.Is(unicode.Pattern_White_Space, r) || notXIDStart[r] {
		return false
	}
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)
}

// newest is the newest minor version that Scan knows.
const newest = 14

// isIDContinue reports whether an identifier can go on with r: XID_Continue of
// a minor version of Python.
func isIDContinue(r rune, minor int) bool {
	if r < 0x80 {
		return identPart[r]
	}
	switch r {
	case 0x200C, 0x200D, 0x30FB, 0xFF65: // since Unicode 15.1, Python 3.13
		return minor >= 13
	}
	if unicode.Is(unicode.Pattern_Syntax, r) || unicode.Is(unicode.Pattern_White_Space, r) || notXIDContinue[r] {
		return false
	}
	return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start,
		unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}

// Normalize returns the identifier name in the form in which Python knows it:
// NFKC.
func Normalize(name string) string { return norm.NFKC.String(name) }
