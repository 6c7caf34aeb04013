package source

import (
	"strings"

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
	enc   encoding.Encoding // nil for UTF-8 and ASCII
	ascii bool
	// check returns the index of the first byte that Python's codec leaves
	// undefined but the Go one maps to a control character, or -1.
	check func([]byte) int
}

// codecs maps Python's codec names, in the form normalizeName gives them.
// Python's multi-byte codecs that have no equivalent here (big5hkscs, johab,
// euc_jis_2004, …) are absent: such a file is reported as not readable.
var codecs = map[string]codec{
	"utf_8":        {},
	"utf_8_sig":    {},
	"ascii":        {ascii: true},
	"latin_1":      {enc: charmap.ISO8859_1},
	"iso8859_2":    {enc: charmap.ISO8859_2},
	"iso8859_3":    {enc: charmap.ISO8859_3},
	"iso8859_4":    {enc: charmap.ISO8859_4},
	"iso8859_5":    {enc: charmap.ISO8859_5},
	"iso8859_6":    {enc: charmap.ISO8859_6},
	"iso8859_7":    {enc: charmap.ISO8859_7},
	"iso8859_8":    {enc: charmap.ISO8859_8},
	"iso8859_9":    {enc: charmap.ISO8859_9},
	"iso8859_10":   {enc: charmap.ISO8859_10},
	"iso8859_13":   {enc: charmap.ISO8859_13},
	"iso8859_14":   {enc: charmap.ISO8859_14},
	"iso8859_15":   {enc: charmap.ISO8859_15},
	"iso8859_16":   {enc: charmap.ISO8859_16},
	"cp1250":       {enc: charmap.Windows1250, check: undefined("\x81\x83\x88\x90\x98")},
	"cp1251":       {enc: charmap.Windows1251, check: undefined("\x98")},
	"cp1252":       {enc: charmap.Windows1252, check: undefined("\x81\x8d\x8f\x90\x9d")},
	"cp1253":       {enc: charmap.Windows1253, check: undefined("\x81\x88\x8a\x8c\x8d\x8e\x8f\x90\x98\x9a\x9c\x9d\x9e\x9f\xaa\xd2\xff")},
	"cp1254":       {enc: charmap.Windows1254, check: undefined("\x81\x8d\x8e\x8f\x90\x9d\x9e")},
	"cp1255":       {enc: charmap.Windows1255, check: undefined("\x81\x8a\x8c\x8d\x8e\x8f\x90\x9a\x9c\x9d\x9e\x9f\xca\xd9\xda\xdb\xdc\xdd\xde\xdf\xfb\xfc\xff")},
	"cp1256":       {enc: charmap.Windows1256},
	"cp1257":       {enc: charmap.Windows1257, check: undefined("\x81\x83\x88\x8a\x8c\x90\x98\x9a\x9c\x9f\xa1\xa5")},
	"cp1258":       {enc: charmap.Windows1258, check: undefined("\x81\x8a\x8d\x8e\x8f\x90\x9a\x9d\x9e")},
	"cp437":        {enc: charmap.CodePage437},
	"cp850":        {enc: charmap.CodePage850},
	"cp852":        {enc: charmap.CodePage852},
	"cp855":        {enc: charmap.CodePage855},
	"cp858":        {enc: charmap.CodePage858},
	"cp860":        {enc: charmap.CodePage860},
	"cp862":        {enc: charmap.CodePage862},
	"cp863":        {enc: charmap.CodePage863},
	"cp865":        {enc: charmap.CodePage865},
	"cp866":        {enc: charmap.CodePage866},
	"cp874":        {enc: charmap.Windows874},
	"koi8_r":       {enc: charmap.KOI8R},
	"koi8_u":       {enc: charmap.KOI8U},
	"mac_roman":    {enc: charmap.Macintosh},
	"euc_jp":       {enc: japanese.EUCJP},
	"shift_jis":    {enc: japanese.ShiftJIS},
	"cp932":        {enc: japanese.ShiftJIS},
	"iso2022_jp":   {enc: japanese.ISO2022JP},
	"euc_kr":       {enc: korean.EUCKR},
	"cp949":        {enc: korean.EUCKR},
	"gbk":          {enc: simplifiedchinese.GBK},
	"gb2312":       {enc: simplifiedchinese.GBK},
	"gb18030":      {enc: simplifiedchinese.GB18030},
	"hz":           {enc: simplifiedchinese.HZGB2312},
	"big5":         {enc: traditionalchinese.Big5},
	"cp950":        {enc: traditionalchinese.Big5},
	"mac_cyrillic": {enc: charmap.MacintoshCyrillic},
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
	c, ok := codecs[norm]
	if ok {
		return c, true
	}
	if a, ok := aliases[norm]; ok {
		return codecs[a], true
	}
	if a, ok := aliases[strings.ReplaceAll(norm, ".", "_")]; ok {
		return codecs[a], true
	}
	return codec{}, false
}

func isASCIIName(name string) bool {
	c, ok := lookup(name)
	return ok && c.ascii
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

func undefined(set string) func([]byte) int {
	var table [256]bool
	for i := 0; i < len(set); i++ {
		table[set[i]] = true
	}
	return func(data []byte) int {
		for i, b := range data {
			if table[b] {
				return i
			}
		}
		return -1
	}
}
