package infer

import (
	"iter"
	"strings"
)

// A special calls a special method of the objects at a place.
type special struct {
	method string
	call   *implicit
	res    NodeID
	args   []NodeID
	// inside says that the objects which containers there hold are asked as well:
	// repr([w]) calls w.__repr__. What those hold in turn is not looked at: among
	// all that may be there, nearly everything would be.
	inside bool

	done bool
	fn   NodeID
	held *special // for what containers hold
}

// A question is whether the objects at a place have a special method. Thousands
// of comparisons may ask it, so it is answered once.
type question struct {
	method      int32  // its name, in Program.names
	first, last uint32 // who ask, in Program.askers
	found       *findings
}

// An asker is one of those who ask a question.
type asker struct {
	*special
	next uint32
}

// askersOf are those who ask a question, also those that come meanwhile.
func (p *Program) askersOf(q *question) iter.Seq[*special] {
	return func(yield func(*special) bool) {
		for i := q.first; i != 0; {
			a := p.askers.at(i)
			if !yield(a.special) {
				return
			}
			i = a.next
		}
	}
}

// findings are what of the objects at a place is of interest to a question: few
// places have any.
type findings struct {
	// answers are what the objects there have, by the class that has it
	answers []*answer
	// through are the objects that have it from the standard library alone
	through    []ValueID
	containers []int32 // sites of the containers there
}

// own is what the question has of them, to be added to.
func (q *question) own() *findings {
	if q.found == nil {
		q.found = &findings{}
	}
	return q.found
}

// An answer is the special method that objects at a place have from one class.
// The first of them stands for all where the method is called: the method's self
// may be any of them.
type answer struct {
	class ClassID
	meta  bool   // of classes, by their metaclass
	fn    NodeID // the method of the first object
	more  NodeID // the other objects
}

// ask lets a special ask the objects at a place.
func (p *Program) ask(n NodeID, s *special) {
	if n == 0 {
		return
	}
	id := p.nameOf(s.method)
	at, ok := p.questionAt.get(int32(n), id)
	if !ok {
		at = int32(p.questions.grow(1))
		p.questionAt.put(int32(n), id, at)
	}
	q, by := p.questions.at(uint32(at)), p.askers.grow(1)
	p.askers.at(by).special = s
	if !ok {
		*q = question{method: id, first: by, last: by}
		p.constrain(n, q)
		return
	}
	p.askers.at(q.last).next = by
	q.last = by
	if q.found == nil {
		return
	}
	for _, x := range q.found.answers {
		s.found(p, x)
	}
	for _, v := range q.found.through {
		p.inheritedMethod(s.call, v, s.method)
	}
	if s.inside {
		for _, site := range q.found.containers {
			s.askHeld(p, site)
		}
	}
}

// askHeld asks what a container holds.
func (s *special) askHeld(p *Program, site int32) {
	if s.held == nil { // what it is compared with is held by the other operand
		s.held = &special{method: s.method, call: s.call}
	}
	p.ask(p.site(site).elem, s.held)
	if p.site(site).mapping {
		p.ask(p.keys(site), s.held)
	}
}

func (q *question) apply(p *Program, v ValueID) {
	switch x := p.Values[v]; x.Kind {
	case Container:
		q.own().containers = append(q.own().containers, x.Site)
		for s := range p.askersOf(q) {
			if s.inside {
				s.askHeld(p, x.Site)
			}
		}
	case Instance:
		method := p.names[q.method]
		if n, owner, ok := p.Method(x.Class(), method); ok {
			q.answer(p, v, owner, n, false)
		} else if len(p.Classes[x.Class()].through[method]) > 0 {
			q.own().through = append(q.own().through, v)
			for s := range p.askersOf(q) {
				p.inheritedMethod(s.call, v, method)
			}
		}
	case ClassVal: // C == other, where C's metaclass has an __eq__
		for _, meta := range p.metaclasses(x.Class()) {
			if sym, ok := p.Classes[meta].members[p.names[q.method]]; ok {
				q.answer(p, v, meta, p.Classes[meta].Module.base+NodeID(sym), true)
				return
			}
		}
	}
}

// answer records that a class has the method of an object, at n.
func (q *question) answer(p *Program, v ValueID, class ClassID, n NodeID, meta bool) {
	for _, x := range q.own().answers {
		if x.class == class && x.meta == meta {
			if x.more == 0 {
				x.more = p.node()
				p.constrain(n, receivers{x})
			}
			p.add(x.more, v)
			return
		}
	}
	x := &answer{class: class, meta: meta, fn: p.node()}
	q.found.answers = append(q.found.answers, x)
	p.constrain(n, &bind{recv: v, res: x.fn, meta: meta})
	for s := range p.askersOf(q) {
		s.found(p, x)
	}
}

// receivers gives the other objects of an answer to its method.
type receivers struct{ of *answer }

func (r receivers) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == FuncVal {
		f := p.Funcs[x.ID]
		switch {
		case f.Static || f.ClassMethod || f.Name == "__new__" || f.Name == "__init_subclass__" || f.Name == "__class_getitem__":
		case len(f.forwards) > 0: // it hands them on, too
		case len(f.params) > 0:
			p.edge(r.of.more, f.params[0])
			return
		case f.vararg != 0:
			p.edge(r.of.more, p.slot(f.rest, index(0)))
			return
		default:
			return
		}
	}
	p.constrain(r.of.more, &receiver{r.of, v})
}

// A receiver of a method that is not a mere function is asked for what it has.
type receiver struct {
	of     *answer
	method ValueID
}

func (r *receiver) apply(p *Program, v ValueID) {
	(&bind{recv: v, res: r.of.fn, meta: r.of.meta}).apply(p, r.method)
}

// found makes the call of a method that is there.
func (s *special) found(p *Program, x *answer) {
	if !s.done {
		s.done = true
		s.fn = p.node()
		c := s.call.call(p, s.call.op, s.fn, s.args...)
		p.edge(c.Ret, s.res)
	}
	p.edge(x.fn, s.fn)
}

// asks records that a call of a builtin, or of the standard library, asks the
// objects at a place, and those that containers there hold, for special methods.
func (p *Program) asks(c *Call, n NodeID, methods ...string) {
	if p.plainConstant(n) {
		return
	}
	im := &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpBinary}
	for _, m := range methods {
		if p.dunder[m] {
			p.ask(n, &special{method: m, call: im, inside: true})
		}
	}
}

// plainConstant reports whether nothing is at a place but text or a number.
func (p *Program) plainConstant(n NodeID) bool {
	return p.set(n).has(constant) && p.Values[p.At(n)[0]].Kind == ExtInstance
}

// compared records that a call compares the objects at a place with each other:
// sorted(jobs) calls job.__lt__.
func (p *Program) compared(c *Call, n NodeID, methods ...string) {
	im := &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpBinary}
	for _, m := range methods {
		if p.dunder[m] {
			p.ask(n, &special{method: m, call: im, args: []NodeID{n}, inside: true})
		}
	}
}

// elements asks what the containers at a place hold: their keys, if they are
// mappings.
type elements struct{ of *special }

func (e *elements) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind != Container {
		return
	} else if p.site(x.Site).mapping {
		p.ask(p.keys(x.Site), e.of)
	} else {
		p.ask(p.site(x.Site).elem, e.of)
	}
}

// subscripted is what d[key] and l[index] ask of a key or an index.
type subscripted struct {
	index            NodeID
	call             *implicit
	mapped, sequence bool // that has been asked for
}

func (s *subscripted) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if x.Kind != Container {
		return
	}
	methods, done := hashed[:], &s.mapped
	if !p.site(x.Site).mapping {
		methods, done = []string{"__index__"}, &s.sequence
	}
	if *done {
		return
	}
	*done = true
	for _, m := range methods {
		if p.dunder[m] {
			p.ask(s.index, &special{method: m, call: s.call, inside: true})
		}
	}
}

// hashed are the methods of the keys of a mapping and the members of a set.
var hashed = [...]string{"__hash__", "__eq__"}

// inheritedMethod makes the calls by which a method that an object of the
// project has from the standard library alone does its work:
//
//	class Jobs(MutableMapping):
//	    def __getitem__(self, key): …    # Jobs().get(key) calls it
func (p *Program) inheritedMethod(im *implicit, v ValueID, name string) {
	c := p.Classes[p.Values[v].Class()]
	if len(c.through[name]) == 0 || im == nil {
		return
	}
	sync := *im
	sync.sync = true
	work, seen := []string{name}, map[string]bool{name: true}
	for i := 0; i < len(work); i++ {
		for _, m := range c.through[work[i]] {
			for _, m := range p.methodsNamed(c, m) {
				if seen[m] {
					continue
				}
				seen[m] = true
				if !p.callMethod(&sync, v, m) {
					work = append(work, m)
				}
			}
		}
	}
}

// methodsNamed are the methods of a class that a name of through stands for.
func (p *Program) methodsNamed(c *Class, name string) []string {
	prefix, many := strings.CutSuffix(name, "*")
	if !many {
		return []string{name}
	}
	var out []string
	for _, k := range c.MRO {
		for _, own := range sortedKeys(p.Classes[k].members) {
			if strings.HasPrefix(own, prefix) {
				out = append(out, own)
			}
		}
	}
	return out
}

// inherit finds the methods of the standard library's classes among the bases
// by which a class does its work.
func (p *Program) inherit(c *Class) {
	for _, base := range c.ExternalMRO {
		for name, called := range through[base] {
			if _, ok := c.through[name]; ok {
				continue // of a base before
			}
			if c.through == nil {
				c.through = map[string][]string{}
			}
			c.through[name] = called
			if strings.HasPrefix(name, "__") {
				p.dunder[name] = true
			}
		}
	}
}

// callMethod calls a method of an object of the project; false says that the
// project has none of that name.
func (p *Program) callMethod(im *implicit, v ValueID, name string) bool {
	n, _, ok := p.Method(p.Values[v].Class(), name)
	if ok {
		fn := p.node()
		p.constrain(n, &bind{recv: v, res: fn})
		im.call(p, OpBinary, fn)
	}
	return ok
}

// callThrough calls a method of an object, which it may have from the standard
// library.
func (p *Program) callThrough(im *implicit, v ValueID, name string) {
	if !p.callMethod(im, v, name) {
		p.inheritedMethod(im, v, name)
	}
}

// through has, for base classes of the standard library, the methods by which
// their methods do their work, as far as a class of the project may have its
// own. A name that ends in * stands for all that start with it. A class has
// those of the bases that it names first.
var through = func() map[string]map[string][]string {
	out := map[string]map[string][]string{}
	class := func(names, bases, methods string) {
		of := map[string][]string{}
		for b := range strings.FieldsSeq(bases) {
			for m, called := range out[b] {
				of[m] = called
			}
		}
		for line := range strings.SplitSeq(strings.TrimSpace(methods), "\n") {
			m, called, _ := strings.Cut(strings.TrimSpace(line), ": ")
			for m := range strings.FieldsSeq(m) {
				of[m] = strings.Fields(called)
			}
		}
		for name := range strings.FieldsSeq(names) {
			out[name] = of
		}
	}
	class("collections.abc.Sequence typing.Sequence", "", `
		__contains__ __iter__ __reversed__ index count: __getitem__ __len__`)
	class("collections.abc.MutableSequence typing.MutableSequence", "collections.abc.Sequence", `
		append: insert __len__
		extend __iadd__: append insert __len__
		clear pop: __getitem__ __delitem__ pop
		remove: __delitem__ index
		reverse: __getitem__ __setitem__ __len__`)
	class("collections.UserList", "collections.abc.MutableSequence", ``)
	class("collections.abc.Mapping typing.Mapping", "", `
		get __contains__: __getitem__
		keys: __iter__ __len__ __contains__
		items values __eq__: __iter__ __getitem__ __len__`)
	class("collections.abc.MutableMapping typing.MutableMapping", "collections.abc.Mapping", `
		pop: __getitem__ __delitem__
		popitem clear: __iter__ __getitem__ __delitem__ popitem
		update: __setitem__
		setdefault: __getitem__ __setitem__`)
	class("collections.UserDict", "collections.abc.MutableMapping", `
		__init__: __setitem__ update
		get: __getitem__ __contains__
		__getitem__: __missing__
		copy: __copy__ update __setitem__`)
	class("collections.abc.Set typing.AbstractSet", "", `
		__le__ __lt__ __ge__ __gt__ __eq__: __len__ __contains__ __iter__
		__and__ __or__ __sub__ __xor__ isdisjoint: __iter__ __contains__`)
	class("collections.abc.MutableSet typing.MutableSet", "collections.abc.Set", `
		remove: __contains__ discard
		pop clear: __iter__ discard pop
		__ior__: add
		__iand__ __ixor__ __isub__: __iter__ __contains__ add discard`)
	class("collections.abc.Generator", "", `
		__next__: send
		close: throw`)
	class("string.Formatter", "", `
		format vformat: vformat parse get_field get_value format_field convert_field check_unused_args
		get_field: get_value`)
	class("string.Template", "", `
		substitute safe_substitute: __getitem__`)
	class("json.JSONEncoder json.encoder.JSONEncoder", "", `
		encode iterencode: default iterencode`)
	class("json.JSONDecoder json.decoder.JSONDecoder", "", `
		decode: raw_decode`)
	class("ast.NodeVisitor ast.NodeTransformer", "", `
		visit generic_visit: visit_* generic_visit visit`)
	class("html.parser.HTMLParser", "", `
		feed close: handle_* unknown_decl`)
	class("cmd.Cmd", "", `
		cmdloop onecmd: do_* precmd postcmd onecmd preloop postloop default emptyline`)
	class("io.IOBase", "", `
		readline readlines __next__ __iter__: read readline readinto
		writelines: write
		close __exit__: close flush
		read readall: readinto read readall`)
	class("io.RawIOBase", "io.IOBase", ``)
	class("io.BufferedIOBase", "io.IOBase", `
		readinto readinto1: read read1`)
	class("io.TextIOBase", "io.IOBase", ``)
	class("unittest.TestCase unittest.IsolatedAsyncioTestCase", "", `
		run debug __call__: setUp tearDown test* runTest`)
	class("logging.Handler logging.StreamHandler logging.FileHandler", "", `
		handle: filter emit createLock format acquire release handleError
		emit: format flush handleError
		close: flush`)
	class("configparser.ConfigParser configparser.RawConfigParser configparser.SafeConfigParser", "", `
		read read_file read_string get set: optionxform`)
	return out
}()

// logs are the methods of loggers that format what they are given.
var logs = map[string]bool{"debug": true, "info": true, "warning": true, "warn": true, "error": true, "exception": true, "critical": true, "log": true}

// A given function is one that a function of the standard library calls before
// it returns.
type given struct {
	at   int    // its index among the positional arguments, -1 if there is none
	name string // its keyword
	rest bool   // the arguments after it are those with which it is called
}

// callsGiven are the functions of the standard library that call what they are
// given, and do nothing else that matters here.
var callsGiven = map[string][]given{
	"re.sub": {{at: 1, name: "repl"}}, "re.subn": {{at: 1, name: "repl"}},
	"re.compile().sub": {{at: 0, name: "repl"}}, "re.compile().subn": {{at: 0, name: "repl"}},
	"json.loads":                     jsonHooks,
	"json.load":                      jsonHooks,
	"contextvars.copy_context().run": {{at: 0, rest: true}},
	"contextvars.Context().run":      {{at: 0, rest: true}},
	"os.walk":                        {{at: 2, name: "onerror"}},
	"shutil.copytree":                {{at: 2, name: "ignore"}, {at: 3, name: "copy_function"}},
	"shutil.move":                    {{at: 2, name: "copy_function"}},
	"shutil.rmtree":                  {{at: 2, name: "onerror"}, {at: -1, name: "onexc"}},
	"timeit.timeit":                  {{at: 0, name: "stmt"}, {at: 1, name: "setup"}},
	"timeit.repeat":                  {{at: 0, name: "stmt"}, {at: 1, name: "setup"}},
	"pdb.runcall":                    {{at: 0, rest: true}},
	"cProfile.Profile().runcall":     {{at: 0, rest: true}},
	"profile.Profile().runcall":      {{at: 0, rest: true}},
	"trace.Trace().runfunc":          {{at: 0, rest: true}},
	"inspect.getmembers_static":      {{at: 1, name: "predicate"}},
	"urllib.request.urlretrieve":     {{at: 2, name: "reporthook"}},
	"tarfile.open().extractall":      {{at: -1, name: "filter"}},
	"difflib.SequenceMatcher":        {{at: 0, name: "isjunk"}},
}

var jsonHooks = []given{{at: -1, name: "object_hook"}, {at: -1, name: "object_pairs_hook"}, {at: -1, name: "parse_float"},
	{at: -1, name: "parse_int"}, {at: -1, name: "parse_constant"}}

// callGiven makes the calls that a function of the standard library makes of
// what it is given: re.sub(pattern, f, text) calls f.
func (p *Program) callGiven(c *Call, name string) {
	for _, g := range callsGiven[name] {
		fn := p.arg(c, g.at, g.name)
		if fn == 0 {
			continue
		}
		var rest []NodeID
		if g.rest && g.at+1 <= len(c.Args) {
			rest = c.Args[g.at+1:]
		}
		d := p.callback(c, fn, rest...)
		if g.rest {
			d.Kw, d.KwStar = c.Kw, c.KwStar
			p.edge(d.Ret, c.Ret)
		}
	}
	switch name {
	case "pickle.dumps", "pickle.dump", "marshal.dumps":
		p.asks(c, p.arg(c, 0, "obj"), reduced[:]...)
	}
	for _, i := range usesFile[name] {
		if n := p.arg(c, i.at, i.name); n != 0 {
			p.usesFile(c, n)
		}
	}
}

// usesFile are the functions of the standard library that read or write a file
// which they are given.
var usesFile = map[string][]given{
	"json.load": {{at: 0, name: "fp"}}, "pickle.load": {{at: 0, name: "file"}}, "pickle.dump": {{at: 1, name: "file"}},
	"shutil.copyfileobj":      {{at: 0, name: "fsrc"}, {at: 1, name: "fdst"}},
	"email.message_from_file": {{at: 0, name: "fp"}}, "email.message_from_binary_file": {{at: 0, name: "fp"}},
	"plistlib.load": {{at: 0, name: "fp"}}, "tomllib.load": {{at: 0, name: "fp"}},
	"xml.etree.ElementTree.parse": {{at: 0, name: "source"}}, "xml.dom.minidom.parse": {{at: 0, name: "file"}},
}

// fileMethods are the methods by which the standard library uses a file.
var fileMethods = [...]string{"read", "readinto", "readline", "readall", "read1", "write", "flush"}

// usesFile makes the calls of the methods of a file that the project made.
func (p *Program) usesFile(c *Call, n NodeID) {
	p.constrain(n, &fileUse{im: &implicit{fn: p.Funcs[c.Func], at: c.Expr, sync: true}, seen: map[ValueID]bool{}})
}

// fileUse reads and writes the files at a place, and those that wrappers there
// read and write: io.TextIOWrapper(io.BufferedReader(raw)).
type fileUse struct {
	im   *implicit
	seen map[ValueID]bool
}

func (f *fileUse) apply(p *Program, v ValueID) {
	x := p.Values[v]
	if f.seen[v] {
		return
	}
	f.seen[v] = true
	switch {
	case x.Kind == ExtInstance && wrapsFile(p.names[x.ID]) && x.Site > 0:
		p.constrain(p.held(v), f)
	case x.Kind == Instance:
		for _, m := range fileMethods {
			p.callThrough(f.im, v, m)
		}
	}
}

// wrapsFile reports whether the instances of an external class read and write
// the file that they are made of.
func wrapsFile(class string) bool {
	switch class {
	case "io.BufferedReader()", "io.BufferedWriter()", "io.BufferedRandom()", "io.TextIOWrapper()", "codecs.StreamReader()",
		"csv.writer()", "csv.DictWriter()", "csv.reader()", "csv.DictReader()", "gzip.GzipFile()", "pickle.Pickler()", "pickle.Unpickler()":
		return true
	}
	return false
}

// functions lets the functions at a place flow to another, and no objects. Who
// calls them there is not the project.
type functions struct {
	to NodeID
	by *Escape
}

func (f *functions) apply(p *Program, v ValueID) {
	switch p.Values[v].Kind {
	case FuncVal, Bound, Partial:
		p.add(f.to, v)
		(&escape{by: f.by, level: byProtocol}).apply(p, v)
	}
}

// named is __set_name__, which the statement of a class calls of what the class
// holds (PEP 487).
func (g *gen) setNames(c *Class) {
	p := g.p
	if !p.dunder["__set_name__"] {
		return
	}
	im := &implicit{fn: g.fn, at: c.Node, op: OpBinary}
	for _, name := range sortedKeys(c.members) {
		p.ask(c.Module.base+NodeID(c.members[name]),
			&special{method: "__set_name__", call: im, args: []NodeID{p.constantValue(c.val), p.constant("builtins.str")}})
	}
}

// makeClass calls the methods of its metaclass that the statement of a class
// calls.
func (g *gen) makeClass(c *Class) {
	p := g.p
	im := &implicit{fn: g.fn, at: c.Node, sync: true}
	for _, method := range [...]string{"__prepare__", "__new__", "__init__"} {
		for _, meta := range p.metaclasses(c.ID) {
			if sym, ok := p.Classes[meta].members[method]; ok {
				fn := p.node()
				p.constrain(p.Classes[meta].Module.base+NodeID(sym), &bind{recv: c.val, res: fn, meta: true})
				im.call(p, OpBinary, fn)
				break
			}
		}
	}
}

// initLocal keeps the __init__ of a thread's local data as it is: the first use
// of the object in each other thread calls it again, and awaits nothing.
func (g *gen) initLocal(c *Class) {
	for _, base := range c.ExternalMRO {
		if base != "threading.local" && base != "eventlet.corolocal.local" && base != "offlet.aio.Local" {
			continue
		}
		for _, k := range c.MRO {
			cls := g.p.Classes[k]
			if sym, ok := cls.members["__init__"]; ok {
				g.p.leaveAt(cls.Module.base+NodeID(sym), &Escape{Func: g.fn.ID, Expr: c.Node, To: base}, asFunction)
			}
		}
	}
}
