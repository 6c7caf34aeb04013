package scope

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/offlet/offlet/internal/python/parser"
	"github.com/offlet/offlet/internal/python/pythontest"
	"github.com/offlet/offlet/internal/python/source"
	"github.com/offlet/offlet/internal/python/token"
)

// tricky are programs at the edges of the rules of scopes, right and wrong:
// which, and what the names denote, CPython's symtable says.
var tricky = []string{
	"x = 1\ndef f():\n    global x\n    x = 2\n", "def f():\n    x = 1\n    global x\n", "def f():\n    print(x)\n    global x\n", "def f(x):\n    global x\n", "def f(x):\n    nonlocal x\n", "def f():\n    nonlocal x\n", "nonlocal x\n", "global x\n", "global x\nx = 1\n", "x = 1\nglobal x\n", "def f():\n    global x\n    nonlocal x\n", "def f():\n    nonlocal x\n    global x\n", "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n", "def f():\n    def g():\n        nonlocal x\n    x = 1\n", "x = 1\ndef f():\n    def g():\n        nonlocal x\n", "def f():\n    global x\n    def g():\n        nonlocal x\n", "def f():\n    x = 1\n    class C:\n        nonlocal x\n        x = 2\n", "class C:\n    x = 1\n    def f(self):\n        nonlocal x\n", "class C:\n    global x\n    x = 1\n    def f(self): return x\n", "class C:\n    x = 1\n    def f(self): return x\n", "def f():\n    x = 1\n    class C:\n        x = x\n        def g(self): return x\n", "def f():\n    x: int\n    global x\n", "def f():\n    global x\n    x: int\n", "def f():\n    global x\n    x: int = 1\n", "def f():\n    global x\n    (x): int = 1\n", "global x\nx: int\n", "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x: int = 2\n", "def f():\n    import x\n    global x\n", "def f():\n    def x(): pass\n    global x\n", "def f():\n    for x in y: pass\n    global x\n", "def f():\n    global x, x\n", "def f():\n    global x\n    global x\n", "def f():\n    del x\n    global x\n", "def f():\n    global x\n    del x\n", "def f():\n    global x\n    import x\n", "def f():\n    global f\n    def f(): pass\n",
	"def f(x, x): pass\n", "def f(x, *x): pass\n", "def f(x, /, y, *, x): pass\n", "lambda x, x: 1\n", "def f(*x, **x): pass\n", "class C:\n    def f(__x, _C__x): pass\n",
	"from x import *\n", "def f():\n    from x import *\n", "class C:\n    from x import *\n", "if x:\n    from y import *\n",
	"[x := 1 for y in z]\nx\n", "def f():\n    [x := 1 for y in z]\n    return x\n", "class C:\n    [x := 1 for y in z]\n", "class C:\n    (x := 1)\n", "[y := 1 for y in z]\n", "[[y := 1 for x in z] for y in z]\n", "[(x := 1) for x in y]\n", "[x for x in (y := z)]\n", "[x for x in [y := 1]]\n", "[x for x in lambda: (y := 1)]\n", "[x for x in (lambda: (y := 1))()]\n", "[x for y in z for x in (w := y)]\n", "[[w := 1 for x in y] for z in v]\n", "def f():\n    [[w := 1 for x in y] for z in v]\n    w\n", "def f():\n    global x\n    [x := 1 for y in z]\n", "def f():\n    x = 1\n    def g():\n        nonlocal x\n        [x := 2 for y in z]\n", "[(lambda: (x := 1)) for y in z]\n", "lambda: [x := 1 for y in z]\n", "def f(x=[y := 1 for z in w]): pass\n", "class C:\n    def f(self, x=[y := 1 for z in w]): pass\n", "class C:\n    def f(self): return [y := 1 for z in w]\n", "[x := 0 for x, y in z]\n", "[i for i in range(5) if (j := 0) for j in range(5)]\n", "[i := 0 for i in y if i]\n", "[j for i in y if (j := i) for k in j]\n", "{(x := 1): (y := 2) for z in w}\n", "((x := y) for y in z)\n", "[x for x in y if (x := 1)]\n", "[x for x in y for z in (x := 1)]\n",
	"[(yield) for x in y]\n", "def f(): [(yield x) for x in y]\n", "def f(): [x for x in (yield)]\n", "def f(): ((yield x) for x in y)\n", "def f(): {(yield): 1 for x in y}\n", "def f(): [x for x in y if (yield)]\n", "lambda: (yield)\n", "def f(): [(lambda: (yield)) for x in y]\n", "def f(): [x for x in y for z in (yield)]\n", "async def f(): [await x for x in y]\n", "async def f(): [x async for x in y]\n", "async def f(): (await x for x in y)\n", "async def f():\n    async for x in y: pass\n    async with x as z: pass\n", "yield x\n", "await x\n", "return x\n",
	"class C:\n    __x = 1\n    def __f(self, __y):\n        self.__z = __x\n        global __w\n        import __a.b, c as __d\n        return [__v for __v in __u]\n", "class _C:\n    __x = 1\n", "class __:\n    __x = 1\n", "class C:\n    __x__ = 1\n    __ = 2\n    ___ = 3\n", "class C:\n    class D:\n        __x = 1\n    def f(self):\n        class E:\n            __x = 1\n        __x\n", "def f():\n    __x = 1\n    class C:\n        def g(self): return __x\n", "class C:\n    def f(self):\n        try: pass\n        except E as __e: pass\n        match x:\n            case __y: pass\n        for __z in w: pass\n",
	"class C:\n    def f(self): super().f()\n", "class C:\n    def f(self): return __class__\n", "class C:\n    x = __class__\n", "def f(): return __class__\n", "def f(): super()\n", "super()\n", "class C:\n    super()\n", "class C:\n    def f(self):\n        def g(): return super()\n", "class C:\n    def f(self): return [super() for x in y]\n", "class C:\n    f = lambda self: super()\n", "class C:\n    class D:\n        def f(self): __class__\n", "class C:\n    __class__ = 1\n    def f(self): return __class__\n", "class C:\n    def f(self):\n        __class__ = 1\n        return super()\n", "class C:\n    def f(self, __class__): super()\n", "class C:\n    def f(self):\n        nonlocal __class__\n        __class__ = 1\n", "def f():\n    __class__ = 1\n    class C:\n        def g(self): return __class__\n", "class C:\n    def f(self):\n        global __class__\n        return __class__\n", "class C:\n    x = [__class__ for y in z]\n", "class C:\n    def f(self): super = 1; super\n", "class C:\n    def f(self): del super\n",
	"class C:\n    x = 1\n    y = [x for z in x]\n", "class C:\n    x = 1\n    y = [z for z in x for w in x]\n", "class C:\n    y = lambda: x\n", "def f():\n    x = [y for y in z]\n    y\n", "def f():\n    y = 1\n    return [lambda: y for x in z]\n", "def f():\n    return [lambda: x for x in z]\n", "x = 1\ndef f(y=x): return y\n", "def f(x, y=lambda: x): pass\n", "def f():\n    def g(x=h): pass\n    h = 1\n", "def f():\n    @g\n    def h(): pass\n    g = 1\n", "def f():\n    class C(B, metaclass=M): pass\n    B = M = 1\n", "def f():\n    try: pass\n    except E as e:\n        def g(): return e\n", "def f():\n    with x as (y, z.w, v[0]): pass\n    def g(): return y, z, v\n", "def f():\n    import a.b.c, d.e as g\n    from h import i as j\n    def k(): return a, g, j\n", "def f():\n    match x:\n        case {'a': y, **z}: pass\n        case [w, *v]: pass\n        case C(u, t=s) | D() as r: pass\n    def g(): return y, z, w, v, u, s, r\n", "def f(a, /, b, *c, d, **e):\n    def g(): return a, b, c, d, e\n", "def f(x: y) -> z:\n    y = z = 1\n", "def f():\n    x: y\n    z: w = 1\n    (v): u\n    t.s: r = q\n", "from __future__ import annotations\ndef f(x: y):\n    z: w = 1\n    def g() -> v: pass\n    v = w = 1\n", "from __future__ import annotations\ndef f(x: (y := 1)): pass\n", "from __future__ import annotations\ndef f(x: (yield)): pass\n", "from __future__ import annotations\ndef f(x: await y): pass\n", "from __future__ import annotations\nclass C:\n    x: [y for y in z]\n", "def f():\n    x += 1\n    y.z += 1\n    def g(): return x\n", "def f():\n    global g\n    class g: pass\n", "def f():\n    def g():\n        def h():\n            return x\n    x = 1\n", "def f():\n    x = 1\n    class C:\n        class D:\n            def g(self): return x\n", "def f():\n    x = 1\n    class C:\n        x = 2\n        class D:\n            y = x\n            def g(self): return x, y\n", "def a():\n    x = 1\n    def f():\n        global x\n        def g(): return x\n", "def f(): return f\n", "class C: x = C\n", "x = x\n", "def f(): x\n", "del x\n", "def f(): del x\n", "for x in x: x\n", "import __future__\n", "from __future__ import division, annotations\n", "from __future__ import nope\n", "from __future__ import braces\n", "from __future__ import *\n", "'doc'\nfrom __future__ import division\n", "'doc'\n'x'\nfrom __future__ import nope\n", "from __future__ import division\nfrom __future__ import nope\n",
	"def f[T](x: T) -> T: return T\n", "class C[T](B[T]):\n    x: T\n    def f(self) -> T: return T\n", "type X[T] = list[T]\n", "def f[T, T](): pass\n", "def f[T](T): return T\n", "def f[T]():\n    nonlocal T\n", "def f[T]():\n    global T\n", "def f[T]():\n    T = 1\n", "class C[T]:\n    nonlocal T\n", "class C[T]:\n    T = 1\n", "class C:\n    T = 1\n    def f[U: T](self, x: T) -> T: return T\n", "class C:\n    T = 1\n    type X = T\n    type Y[U: T] = T\n", "class C:\n    T = 1\n    class D[U: T](T): x = T\n", "def f():\n    T = 1\n    def g[U: T](x: T): return T\n", "def f[T: (yield)](): pass\n", "def f[T: (x := 1)](): pass\n", "def f[T: await x](): pass\n", "def f[T](x: (yield)): pass\n", "def f[T](x: (y := 1)): pass\n", "def f[T](x=(yield)): pass\n", "class C[T]((yield)): pass\n", "class C[T]((x := 1)): pass\n", "type X = (yield)\n", "type X = (y := 1)\n", "type X = await y\n", "type X[T: (yield)] = T\n", "type X = [y for y in z]\n", "type X = lambda: (yield)\n", "type X = [y := 1 for z in w]\n", "def f[T: [y := 1 for z in w]](): pass\n", "def f[T](x: [y := 1 for z in w]): pass\n", "class C[T]([y := 1 for z in w]): pass\n", "def f[T](): return [x := 1 for y in z]\n", "class C[__T]:\n    x: __T\n", "class C:\n    def f[__T](self): return __T\n", "def f[T]() -> [T for T in x]: pass\n", "@d(T)\ndef f[T](): pass\n", "def f[T](x=T): pass\n", "class C[T]:\n    def f(self): return super()\n", "class C:\n    def f[T](self): return super(), __class__\n", "class C[T: D]:\n    class D: pass\n", "def f[T = int](): pass\n", "def f[T = T](): pass\n", "def f[*Ts = *x, **P = y](): pass\n", "class C:\n    x = 1\n    def f[T = x](): pass\n",
}

// compareTexts compares errors, scopes and names of programs with CPython's
// symtable. It returns how many it compared, how many of them both reject, and
// how many differ.
func compareTexts(t *testing.T, py *pythontest.Python, texts []string) (n, rejected, bad int) {
	t.Helper()
	var input []string
	for i, s := range texts {
		data, err := json.Marshal([]any{i, s})
		if err != nil {
			t.Fatal(err)
		}
		input = append(input, string(data))
	}
	py.Lines(t, "testdata/tables.py", []string{"-e"}, input, func(line string) {
		var a answer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		i, err := strconv.Atoi(a.Path)
		if err != nil {
			t.Fatal(err)
		}
		n++
		f, err := source.New("text", []byte(texts[i]))
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.Parse(f, parser.Options{Version: py.Minor})
		var info *Info
		if err == nil {
			info, err = Analyze(file.Module)
		}
		if err != nil && strings.HasPrefix(err.Error(), "from __future__") {
			return // CPython's compiler says so, not its symtable
		}
		problem := ""
		switch {
		case (err != nil) != (a.Error != nil) && py.Minor < 13 && changedIn13.MatchString(fmt.Sprint(err, a.Error)):
			// else clauses came before handlers, and private names were not
			// mangled, in some checks of declarations; 3.12 forbids lambdas and
			// comprehensions in the type parameters of a method.
			return
		case (err != nil) != (a.Error != nil):
			problem = fmt.Sprintf("CPython: %v; we: %v", a.Error, err)
		case err != nil:
			rejected++
			return
		default:
			problem = strings.Join(compareTables(ourTables(f, info, py.Minor), a.Scopes), "\n")
		}
		if problem == "" {
			return
		}
		if bad++; bad <= 10 {
			t.Errorf("%s\n----\n%s", problem, texts[i])
		}
	})
	return n, rejected, bad
}

var changedIn13 = regexp.MustCompile(`(prior to|before) \w+ declaration|comprehension iteration variable '__|in annotation scope within class scope`)

// TestTricky compares hand-made programs.
func TestTricky(t *testing.T) {
	py := pythontest.Find(t, parser.Oldest, parser.Newest)
	n, rejected, bad := compareTexts(t, py, tricky)
	t.Logf("Python %s: %d programs, %d rejected by both, %d differ", py.Version, n, rejected, bad)
}

// TestMutations compares programs made from the standard library by exchanging
// names and inserting declarations, functions, classes and comprehensions.
// OFFLET_MUTATIONS is their number, OFFLET_SEED the seed.
func TestMutations(t *testing.T) {
	py := pythontest.Find(t, parser.Oldest, parser.Newest)
	env := func(name string, def int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return def
	}
	count, seed := env("OFFLET_MUTATIONS", 3000), env("OFFLET_SEED", 1)
	r := rand.New(rand.NewPCG(uint64(seed), 1))
	files := pythontest.Files(t, true, py.Stdlib)
	var base []string
	for len(base) < min(count/10, 300) {
		f, err := source.Load(files[r.IntN(len(files))])
		if err != nil {
			continue
		}
		file, err := parser.Parse(f, parser.Options{Version: py.Minor})
		if err != nil || len(file.Module.Body) == 0 {
			continue
		}
		s := ""
		for range 5 {
			if c := file.Text(file.Module.Body[r.IntN(len(file.Module.Body))]); len(c) > len(s) && len(c) < 5000 {
				s = c
			}
		}
		base = append(base, s+"\n")
	}
	var texts []string
	for len(texts) < count {
		s := base[r.IntN(len(base))]
		for range 1 + r.IntN(4) {
			s = exchange(r, s, py.Minor)
		}
		texts = append(texts, s)
	}
	n, rejected, bad := compareTexts(t, py, texts)
	t.Logf("Python %s, seed %d: %d programs, %d rejected by both, %d differ", py.Version, seed, n, rejected, bad)
}

// exchange changes the names of a program in one place.
func exchange(r *rand.Rand, s string, minor int) string {
	var names []token.Token
	var lines []token.Token // first tokens of logical lines
	toks := token.Scan(s, minor).Tokens
	for i, t := range toks {
		if t.Kind == token.Name {
			names = append(names, t)
		}
		if i > 0 && (toks[i-1].Kind == token.Newline || toks[i-1].Kind == token.Indent || toks[i-1].Kind == token.Dedent) &&
			t.Kind != token.Indent && t.Kind != token.Dedent && t.Kind != token.EndMarker {
			lines = append(lines, t)
		}
	}
	if len(names) == 0 {
		return s
	}
	name := func() string {
		if r.IntN(12) == 0 {
			return []string{"__class__", "super", "__private", "x"}[r.IntN(4)]
		}
		t := names[r.IntN(len(names))]
		return s[t.Start:t.End]
	}
	x, y, z := name(), name(), name()
	if r.IntN(2) == 0 || len(lines) == 0 {
		t := names[r.IntN(len(names))]
		with := x
		switch r.IntN(8) {
		case 0:
			with = "[" + x + " for " + y + " in " + z + "]"
		case 1:
			with = "(lambda " + x + "=" + y + ": " + z + ")"
		case 2:
			with = "(" + x + " := " + y + ")"
		case 3:
			with = "{" + x + ": (" + y + " := 1) for " + z + " in " + x + " if " + y + "}"
		}
		return s[:t.Start] + with + s[t.End:]
	}
	at := lines[r.IntN(len(lines))].Start
	start := strings.LastIndexByte(s[:at], '\n') + 1
	indent := s[start:at]
	stmts := []string{
		"global " + x, "nonlocal " + x, x + ": " + y, "del " + x, "import " + x + "." + y, "import " + x + " as " + y,
		"from " + x + " import *", "for " + x + " in " + y + ": " + z, "def " + x + "(" + y + ", " + z + "=" + x + "): return " + y,
		"class " + x + "(" + y + "): " + z, "try: pass\n" + indent + "except " + x + " as " + y + ": " + z,
		"with " + x + " as " + y + ": " + z, "def " + x + "():\n" + indent + " nonlocal " + y + "\n" + indent + " " + y + " = " + z,
		"class " + x + ":\n" + indent + " " + y + " = 1\n" + indent + " def " + z + "(self): return " + y + ", __class__",
		"[" + x + " for " + y + " in " + z + " for " + z + " in " + y + "]", "(yield)", "return lambda: " + x, "async def " + x + "(): await " + y,
	}
	if minor >= 13 { // 3.12.1 mangles private names wrongly after a generic class
		stmts = append(stmts, "def "+x+"["+y+": "+z+"]("+z+": "+y+"): return "+y, "class "+x+"["+y+"]("+z+"): "+z+" = "+y,
			"type "+x+"["+y+"] = "+z, "type "+x+" = ["+y+" for "+z+" in "+x+"]")
	}
	return s[:start] + indent + stmts[r.IntN(len(stmts))] + "\n" + s[start:]
}
