package source

import (
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// A codec is one of Python's text encodings that source code can be in: those
// in which ASCII is itself, since CPython reads the cookie before decoding.
type codec struct {
	single *single           // one byte a character
	multi  encoding.Encoding // several
	// check returns the index of the first byte that Python's codec rejects
	// though multi accepts it, or -1.
	check func([]byte) int
	ascii bool // nothing but ASCII
}

// A single is an encoding of one byte a character.
type single struct {
	decode [256]rune // -1 where the byte is undefined
	encode map[rune]byte
}

// singleOf makes the table of a character map, in which Python leaves the
// bytes of undefined undefined. Where the map has nothing for the control
// characters from 0x80 to 0x9f and Python has, controls is true.
func singleOf(cm *charmap.Charmap, undefined string, controls bool) func() *single {
	return sync.OnceValue(func() *single {
		s := &single{encode: make(map[rune]byte, 256)}
		for i := range s.decode {
			r := cm.DecodeByte(byte(i))
			if controls && 0x80 <= i && i < 0xa0 {
				r = rune(i)
			}
			if r == utf8.RuneError || strings.IndexByte(undefined, byte(i)) >= 0 {
				r = -1
			} else {
				s.encode[r] = byte(i)
			}
			s.decode[i] = r
		}
		return s
	})
}

// koi8u is KOI8-U of RFC 2319; the character map's is a later variant (RU).
func koi8u() *single {
	s := *singleOf(charmap.KOI8U, "", false)()
	for b, r := range map[byte]rune{0xae: '╝', 0xbe: '╬'} {
		delete(s.encode, s.decode[b])
		s.decode[b] = r
		s.encode[r] = b
	}
	return &s
}

// singles maps Python's names of codecs of one byte a character, in the form
// normalizeName gives them.
var singles = map[string]func() *single{
	"latin_1":      singleOf(charmap.ISO8859_1, "", true),
	"iso8859_2":    singleOf(charmap.ISO8859_2, "", true),
	"iso8859_3":    singleOf(charmap.ISO8859_3, "", true),
	"iso8859_4":    singleOf(charmap.ISO8859_4, "", true),
	"iso8859_5":    singleOf(charmap.ISO8859_5, "", true),
	"iso8859_6":    singleOf(charmap.ISO8859_6, "", true),
	"iso8859_7":    singleOf(charmap.ISO8859_7, "", true),
	"iso8859_8":    singleOf(charmap.ISO8859_8, "", true),
	"iso8859_9":    singleOf(charmap.ISO8859_9, "", true),
	"iso8859_10":   singleOf(charmap.ISO8859_10, "", true),
	"iso8859_13":   singleOf(charmap.ISO8859_13, "", true),
	"iso8859_14":   singleOf(charmap.ISO8859_14, "", true),
	"iso8859_15":   singleOf(charmap.ISO8859_15, "", true),
	"iso8859_16":   singleOf(charmap.ISO8859_16, "", true),
	"cp1250":       singleOf(charmap.Windows1250, "\x81\x83\x88\x90\x98", false),
	"cp1251":       singleOf(charmap.Windows1251, "\x98", false),
	"cp1252":       singleOf(charmap.Windows1252, "\x81\x8d\x8f\x90\x9d", false),
	"cp1253":       singleOf(charmap.Windows1253, "\x81\x88\x8a\x8c\x8d\x8e\x8f\x90\x98\x9a\x9c\x9d\x9e\x9f\xaa\xd2\xff", false),
	"cp1254":       singleOf(charmap.Windows1254, "\x81\x8d\x8e\x8f\x90\x9d\x9e", false),
	"cp1255":       singleOf(charmap.Windows1255, "\x81\x8a\x8c\x8d\x8e\x8f\x90\x9a\x9c\x9d\x9e\x9f\xca\xd9\xda\xdb\xdc\xdd\xde\xdf\xfb\xfc\xff", false),
	"cp1256":       singleOf(charmap.Windows1256, "", false),
	"cp1257":       singleOf(charmap.Windows1257, "\x81\x83\x88\x8a\x8c\x90\x98\x9a\x9c\x9f\xa1\xa5", false),
	"cp1258":       singleOf(charmap.Windows1258, "\x81\x8a\x8d\x8e\x8f\x90\x9a\x9d\x9e", false),
	"cp437":        singleOf(charmap.CodePage437, "", false),
	"cp850":        singleOf(charmap.CodePage850, "", false),
	"cp852":        singleOf(charmap.CodePage852, "", false),
	"cp855":        singleOf(charmap.CodePage855, "", false),
	"cp858":        singleOf(charmap.CodePage858, "", false),
	"cp860":        singleOf(charmap.CodePage860, "", false),
	"cp862":        singleOf(charmap.CodePage862, "", false),
	"cp863":        singleOf(charmap.CodePage863, "", false),
	"cp865":        singleOf(charmap.CodePage865, "", false),
	"cp866":        singleOf(charmap.CodePage866, "", false),
	"cp874":        singleOf(charmap.Windows874, "", false),
	"koi8_r":       singleOf(charmap.KOI8R, "", false),
	"koi8_u":       sync.OnceValue(koi8u),
	"mac_roman":    singleOf(charmap.Macintosh, "", false),
	"mac_cyrillic": singleOf(charmap.MacintoshCyrillic, "", false),
}

// multis maps Python's names of the other codecs. Those that have no
// equivalent here (big5hkscs, johab, euc_jis_2004, …) are absent: such a file
// is reported as of an unknown encoding.
var multis = map[string]codec{
	"utf_8":      {},
	"utf_8_sig":  {},
	"ascii":      {ascii: true},
	"euc_jp":     {multi: japanese.EUCJP},
	"shift_jis":  {multi: japanese.ShiftJIS},
	"cp932":      {multi: japanese.ShiftJIS},
	"iso2022_jp": {multi: japanese.ISO2022JP},
	"euc_kr":     {multi: korean.EUCKR, check: belowA1},
	"cp949":      {multi: korean.EUCKR},
	"gbk":        {multi: simplifiedchinese.GBK},
	"gb2312":     {multi: simplifiedchinese.GBK, check: belowA1},
	"gb18030":    {multi: simplifiedchinese.GB18030},
	"hz":         {multi: simplifiedchinese.HZGB2312},
	"big5":       {multi: traditionalchinese.Big5},
	"cp950":      {multi: traditionalchinese.Big5},
}

// belowA1 finds the first byte of a two-byte sequence outside the range of the
// plain EUC encodings, of which the codec in use accepts an extension.
func belowA1(data []byte) int {
	for i := 0; i < len(data); i++ {
		if data[i] < 0x80 {
			continue
		}
		if data[i] < 0xa1 || i+1 == len(data) || data[i+1] < 0xa1 {
			return i
		}
		i++
	}
	return -1
}

// aliases maps the other names of a codec to its name: those of Python's
// encodings.aliases for the codecs above.
var aliases = aliasTable(map[string]string{
	"utf_8":        "u8 utf utf8 utf8_ucs2 utf8_ucs4 cp65001",
	"ascii":        "646 ansi_x3.4_1968 ansi_x3_4_1968 ansi_x3.4_1986 cp367 csascii ibm367 iso646_us iso_646.irv_1991 iso_ir_6 us us_ascii",
	"latin_1":      "8859 cp819 csisolatin1 ibm819 iso8859 iso8859_1 iso_8859_1 iso_8859_1_1987 iso_ir_100 l1 latin latin1",
	"iso8859_2":    "csisolatin2 iso_8859_2 iso_8859_2_1987 iso_ir_101 l2 latin2",
	"iso8859_3":    "csisolatin3 iso_8859_3 iso_8859_3_1988 iso_ir_109 l3 latin3",
	"iso8859_4":    "csisolatin4 iso_8859_4 iso_8859_4_1988 iso_ir_110 l4 latin4",
	"iso8859_5":    "csisolatincyrillic cyrillic iso_8859_5 iso_8859_5_1988 iso_ir_144",
	"iso8859_6":    "arabic asmo_708 csisolatinarabic ecma_114 iso_8859_6 iso_8859_6_1987 iso_ir_127",
	"iso8859_7":    "csisolatingreek ecma_118 elot_928 greek greek8 iso_8859_7 iso_8859_7_1987 iso_ir_126",
	"iso8859_8":    "csisolatinhebrew hebrew iso_8859_8 iso_8859_8_1988 iso_ir_138",
	"iso8859_9":    "csisolatin5 iso_8859_9 iso_8859_9_1989 iso_ir_148 l5 latin5",
	"iso8859_10":   "csisolatin6 iso_8859_10 iso_8859_10_1992 iso_ir_157 l6 latin6",
	"iso8859_13":   "iso_8859_13 l7 latin7",
	"iso8859_14":   "iso_8859_14 iso_8859_14_1998 iso_celtic iso_ir_199 l8 latin8",
	"iso8859_15":   "iso_8859_15 l9 latin9",
	"iso8859_16":   "iso_8859_16 iso_8859_16_2001 iso_ir_226 l10 latin10",
	"cp1250":       "1250 windows_1250",
	"cp1251":       "1251 windows_1251",
	"cp1252":       "1252 windows_1252",
	"cp1253":       "1253 windows_1253",
	"cp1254":       "1254 windows_1254",
	"cp1255":       "1255 windows_1255",
	"cp1256":       "1256 windows_1256",
	"cp1257":       "1257 windows_1257",
	"cp1258":       "1258 windows_1258",
	"cp437":        "437 cspc8codepage437 ibm437",
	"cp850":        "850 cspc850multilingual ibm850",
	"cp852":        "852 cspcp852 ibm852",
	"cp855":        "855 csibm855 ibm855",
	"cp858":        "858 csibm858 ibm858",
	"cp860":        "860 csibm860 ibm860",
	"cp862":        "862 cspc862latinhebrew ibm862",
	"cp863":        "863 csibm863 ibm863",
	"cp865":        "865 csibm865 ibm865",
	"cp866":        "866 csibm866 ibm866",
	"koi8_r":       "cskoi8r",
	"mac_roman":    "macintosh macroman",
	"mac_cyrillic": "maccyrillic",
	"euc_jp":       "eucjp ujis u_jis",
	"shift_jis":    "csshiftjis shiftjis sjis s_jis x_mac_japanese",
	"cp932":        "932 ms932 mskanji ms_kanji windows_31j",
	"iso2022_jp":   "csiso2022jp iso2022jp iso_2022_jp",
	"euc_kr":       "euckr korean ksc5601 ks_c_5601 ks_c_5601_1987 ksx1001 ks_x_1001 x_mac_korean",
	"cp949":        "949 ms949 uhc",
	"gbk":          "936 cp936 ms936",
	"gb2312":       "chinese csiso58gb231280 euc_cn euccn eucgb2312_cn gb2312_1980 gb2312_80 iso_ir_58 x_mac_simp_chinese",
	"gb18030":      "gb18030_2000",
	"hz":           "hzgb hz_gb hz_gb_2312",
	"big5":         "big5_tw csbig5 x_mac_trad_chinese",
	"cp950":        "950 ms950",
})

func aliasTable(lists map[string]string) map[string]string {
	m := make(map[string]string)
	for name, list := range lists {
		for _, alias := range strings.Fields(list) {
			m[alias] = name
		}
	}
	return m
}

// lookup finds the codec that Python's codecs.lookup finds for name.
func lookup(name string) (codec, bool) {
	norm := normalizeName(name)
	for _, n := range []string{norm, aliases[norm], aliases[strings.ReplaceAll(norm, ".", "_")]} {
		if c, ok := multis[n]; ok {
			return c, true
		}
		if s, ok := singles[n]; ok {
			return codec{single: s()}, true
		}
	}
	return codec{}, false
}

// normalizeName is encodings.normalize_encoding and the lower-casing around
// it: runs of anything but letters, digits and dots become one underscore.
func normalizeName(name string) string {
	var b strings.Builder
	punct := false
	for _, c := range []byte(strings.ToLower(name)) {
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '.' {
			if punct && b.Len() > 0 {
				b.WriteByte('_')
			}
			b.WriteByte(c)
			punct = false
		} else {
			punct = true
		}
	}
	return b.String()
}
