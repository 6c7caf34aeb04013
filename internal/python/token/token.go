// Package token splits Python source text into tokens.
//
// The tokens are those of CPython's C tokenizer (Parser/lexer/lexer.c), the
// one that decides what is Python, not those of the tokenize module: blank
// lines and newlines inside brackets make no token. Comments are kept in a
// list of their own.
package token

import "sort"

// A Kind says what a token is.
type Kind uint8

// The kinds of tokens.
const (
	EndMarker     Kind = iota // the end of the text
	Error                     // where the lexer gave up; List.Err says why
	Newline                   // the end of a logical line
	Indent                    // the white space by which a block starts
	Dedent                    // the end of a block; an empty span
	Comment                   // only in List.Comments
	Name                      // an identifier, soft keywords included
	Number                    // a number
	String                    // a string or bytes literal; before 3.12 an f-string too
	FStringStart              // f" (3.12 and later)
	FStringMiddle             // literal text of an f-string, {{ and }} included
	FStringEnd                // the closing quotes
	TStringStart              // t" (3.14 and later)
	TStringMiddle             // literal text of a t-string
	TStringEnd                // the closing quotes
	Other                     // a character that no token starts with: $ ? `

	Lparen     // (
	Rparen     // )
	Lbracket   // [
	Rbracket   // ]
	Lbrace     // {
	Rbrace     // }
	Comma      // ,
	Colon      // :
	Semi       // ;
	Dot        // .
	Ellipsis   // ...
	Arrow      // ->
	ColonEqual // :=
	Equal      // =
	Exclaim    // !

	// The binary operators, in the order of ast.Operator.
	Plus        // +
	Minus       // -
	Star        // *
	At          // @
	Slash       // /
	Percent     // %
	DoubleStar  // **
	LShift      // <<
	RShift      // >>
	Pipe        // |
	Caret       // ^
	Amp         // &
	DoubleSlash // //

	// The augmented assignments, in the order of ast.Operator.
	PlusEqual        // +=
	MinusEqual       // -=
	StarEqual        // *=
	AtEqual          // @=
	SlashEqual       // /=
	PercentEqual     // %=
	DoubleStarEqual  // **=
	LShiftEqual      // <<=
	RShiftEqual      // >>=
	PipeEqual        // |=
	CaretEqual       // ^=
	AmpEqual         // &=
	DoubleSlashEqual // //=

	Tilde        // ~
	EqEqual      // ==
	NotEqual     // != and the <> of Python 2
	Less         // <
	LessEqual    // <=
	Greater      // >
	GreaterEqual // >=

	And
	As
	Assert
	Async
	Await
	Break
	Class
	Continue
	Def
	Del
	Elif
	Else
	Except
	False
	Finally
	For
	From
	Global
	If
	Import
	In
	Is
	Lambda
	None
	Nonlocal
	Not
	Or
	Pass
	Raise
	Return
	True
	Try
	While
	With
	Yield

	numKinds
)

var kindNames = [numKinds]string{
	EndMarker: "end of file", Error: "error", Newline: "newline", Indent: "indent", Dedent: "dedent",
	Comment: "comment", Name: "name", Number: "number", String: "string",
	FStringStart: "f-string start", FStringMiddle: "f-string middle", FStringEnd: "f-string end",
	TStringStart: "t-string start", TStringMiddle: "t-string middle", TStringEnd: "t-string end",
	Other:  "other",
	Lparen: "(", Rparen: ")", Lbracket: "[", Rbracket: "]", Lbrace: "{", Rbrace: "}",
	Comma: ",", Colon: ":", Semi: ";", Dot: ".", Ellipsis: "...", Arrow: "->", ColonEqual: ":=",
	Equal: "=", Exclaim: "!",
	Plus: "+", Minus: "-", Star: "*", At: "@", Slash: "/", Percent: "%", DoubleStar: "**",
	LShift: "<<", RShift: ">>", Pipe: "|", Caret: "^", Amp: "&", DoubleSlash: "//",
	PlusEqual: "+=", MinusEqual: "-=", StarEqual: "*=", AtEqual: "@=", SlashEqual: "/=",
	PercentEqual: "%=", DoubleStarEqual: "**=", LShiftEqual: "<<=", RShiftEqual: ">>=",
	PipeEqual: "|=", CaretEqual: "^=", AmpEqual: "&=", DoubleSlashEqual: "//=",
	Tilde: "~", EqEqual: "==", NotEqual: "!=", Less: "<", LessEqual: "<=", Greater: ">", GreaterEqual: ">=",
	And: "and", As: "as", Assert: "assert", Async: "async", Await: "await", Break: "break",
	Class: "class", Continue: "continue", Def: "def", Del: "del", Elif: "elif", Else: "else",
	Except: "except", False: "False", Finally: "finally", For: "for", From: "from",
	Global: "global", If: "if", Import: "import", In: "in", Is: "is", Lambda: "lambda",
	None: "None", Nonlocal: "nonlocal", Not: "not", Or: "or", Pass: "pass", Raise: "raise",
	Return: "return", True: "True", Try: "try", While: "while", With: "with", Yield: "yield",
}

// String returns the text of an operator or keyword, or the name of the kind.
func (k Kind) String() string { return kindNames[k] }

// IsKeyword reports whether k is a (hard) keyword.
func (k Kind) IsKeyword() bool { return And <= k && k <= Yield }

// IsAugAssign reports whether k is an augmented assignment such as +=.
func (k Kind) IsAugAssign() bool { return PlusEqual <= k && k <= DoubleSlashEqual }

// Flags tell more about a token.
type Flags uint8

// The flags.
const (
	NonASCII Flags = 1 << iota // a Name with letters outside ASCII: normalise it
	Bytes                      // b
	Raw                        // r
	Unicode                    // u or U
	Format                     // f; only on String, that is before 3.12
	Triple                     // three quotes
	Escapes                    // the literal holds a backslash
	Special                    // of a string: the text is not the value, it holds \r or doubled braces; of a Colon: it starts a format spec
)

// A Token is a span of the text, [Start, End) in bytes, and what it is.
type Token struct {
	Start, End int32
	Kind       Kind
	Flags      Flags
}

// A List holds the tokens of a text.
type List struct {
	// Tokens is in the order of the text and ends with an EndMarker. If Err
	// is not nil the last but one is an Error.
	Tokens []Token
	// Comments are the comments in the order of the text, from the # to the
	// end of the line (exclusive).
	Comments []Token
	// Err is where and why the lexer gave up, or nil.
	Err *SyntaxError
	// Open are the brackets that were open where the lexer ended, outermost
	// first.
	Open []Bracket

	scratch *lexer // whose room Tokens are in
}

// A Bracket is an opening bracket in the text.
type Bracket struct {
	Off int32
	Ch  byte
}

// A SyntaxError is a lexical error.
type SyntaxError struct {
	Start, End int32
	Msg        string
	Type       ErrorType
	// Raised tells an error that CPython's tokenizer raises itself, which
	// takes precedence over a parser's error before it, from one that it only
	// signals (a wrong dedent, say), which does not.
	Raised bool
}

// An ErrorType is the class of exception that CPython raises.
type ErrorType uint8

// The classes of syntax errors.
const (
	Syntax      ErrorType = iota // SyntaxError
	Indentation                  // IndentationError
	Tab                          // TabError
)

// CommentsIn returns the comments that start in [start, end).
func (l *List) CommentsIn(start, end int32) []Token {
	i := sort.Search(len(l.Comments), func(i int) bool { return l.Comments[i].Start >= start })
	j := sort.Search(len(l.Comments), func(i int) bool { return l.Comments[i].Start >= end })
	return l.Comments[i:j]
}
