package infer

import (
	"regexp"
	"sort"
	"strings"
	"unicode"

	"github.com/offlet/offlet/internal/catalog"
	"github.com/offlet/offlet/internal/python/ast"
	"github.com/offlet/offlet/internal/python/scope"
)

// builtins says how values flow through the builtins and the functions of the
// standard library that hand them on.
var builtins map[string]func(p *Program, c *Call)

// IsBuiltin reports whether every module of Python has a name: len, print, OSError.
func IsBuiltin(name string) bool {
	_, ok := builtins["builtins."+name]
	return ok
}

func init() {
	nothing := func(p *Program, c *Call) {}
	first := func(p *Program, c *Call) { p.edge(p.arg(c, 0), c.Ret) }
	collect := func(p *Program, c *Call) { // list(x)
		v := p.container(c.Expr, false, false)
		p.add(c.Ret, v)
		if n := p.iterArg(c, 0, false); n != 0 {
			p.edge(n, p.loose(p.Values[v].Site))
		}
	}
	str := func(p *Program, c *Call) {
		p.add(c.Ret, p.plain("builtins.str"))
		p.protocol(c, "__str__", "__repr__")
	}
	distinct := func(p *Program, c *Call) { // set(x)
		collect(p, c)
		p.asks(c, p.iterArg(c, 0, false), hashed[:]...)
	}
	number := func(p *Program, c *Call) {
		p.add(c.Ret, p.plain("builtins.int"))
		p.protocol(c, "__len__", "__int__", "__index__", "__float__", "__complex__", "__bool__", "__hash__", "__abs__", "__round__", "__pow__", "__rpow__")
	}
	eager := func(p *Program, c *Call) { // sum, any, all
		n := p.iterArg(c, 0, false)
		p.asks(c, n, "__bool__", "__len__", "__add__", "__radd__")
		p.edge(n, c.Ret)
		if d := p.arg(c, 1, "start", "default"); d != 0 {
			p.edge(d, c.Ret)
		}
	}
	// lazily makes an iterator whose items come from its arguments as they are
	// asked for.
	lazily := func(class string, elem func(p *Program, c *Call) NodeID, from int) func(*Program, *Call) {
		return func(p *Program, c *Call) {
			v := p.instance(class, false, c.Expr)
			s := p.Values[v].Site
			for i := from; i < len(c.Args); i++ {
				p.site(s).sources = append(p.site(s).sources, c.Args[i])
			}
			f := p.Funcs[c.Func]
			mark := len(f.Calls)
			n := elem(p, c)
			for _, d := range f.Calls[mark:] {
				if d.Mode == Callback && d.Via == c {
					d.Lazy = true
					p.site(s).calls = append(p.site(s).calls, d)
				}
			}
			p.edge(n, p.site(s).elem)
			p.add(c.Ret, v)
			// itertools has no asynchronous twin; map(*args) and convert(f, xs), where
			// convert may be map, cannot be written as one
			if !strings.HasPrefix(class, "builtins.") || c.Star != 0 || c.indirect {
				p.escapeArgs(c, class)
			}
		}
	}
	made := func(name string, at int) func(*Program, *Call) {
		return func(p *Program, c *Call) {
			if f := p.arg(c, at, "factory"); f != 0 {
				p.edge(p.callback(c, f).Ret, c.Ret)
			}
			p.add(c.Ret, p.opaqueResult(name, false, c))
		}
	}
	mapped := func(p *Program, c *Call) NodeID {
		if len(c.Args) == 0 {
			return 0
		}
		var args []NodeID
		for i := 1; i < len(c.Args); i++ {
			args = append(args, p.iterArg(c, i, true))
		}
		return p.callback(c, c.Args[0], args...).Ret
	}
	chosen := func(p *Program, c *Call) NodeID { // filter(f, xs)
		n := p.iterArg(c, 1, true)
		if len(c.Args) > 0 {
			p.callback(c, c.Args[0], n)
		}
		return n
	}
	best := func(p *Program, c *Call) { // min, max
		if len(c.Args) == 1 {
			n := p.iterArg(c, 0, false)
			p.edge(n, c.Ret)
			p.keyFunction(c, n, "__lt__", "__gt__")
			return
		}
		for _, a := range c.Args {
			p.edge(a, c.Ret)
			p.keyFunction(c, a, "__lt__", "__gt__")
		}
	}
	builtins = map[string]func(p *Program, c *Call){
		"builtins.print": func(p *Program, c *Call) {
			p.protocol(c, "__str__", "__repr__")
			if f := p.arg(c, -1, "file"); f != 0 {
				p.leave(f, &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.print"})
				p.usesFile(c, f)
			}
		},
		"builtins.hasattr": func(p *Program, c *Call) { // runs a property, or __getattr__
			call, ok := c.Expr.(*ast.Call)
			if !ok || len(call.Args) != 2 || len(c.Args) != 2 {
				return
			}
			im := &implicit{fn: p.Funcs[c.Func], at: c.Expr, sync: true}
			if s, ok := call.Args[1].(*ast.Constant); ok && s.Kind == ast.Str {
				p.constrain(c.Args[0], &loadAttr{name: s.Text, call: im})
				if generatorAttrs[s.Text] || strings.HasPrefix(s.Text, "__") {
					p.asked(c, "builtins.hasattr")
				}
			} else {
				p.constrain(c.Args[0], &loadAny{call: im})
			}
		},
		"builtins.isinstance": func(p *Program, c *Call) {
			p.asks(c, p.arg(c, 1), "__instancecheck__")
			if call, ok := c.Expr.(*ast.Call); ok && len(call.Args) == 2 && p.iterationKind(p.Funcs[c.Func].Module, call.Args[1]) {
				p.asked(c, "builtins.isinstance")
			}
		},
		"inspect.isgenerator": kindOf("inspect.isgenerator"), "inspect.isgeneratorfunction": kindOf("inspect.isgeneratorfunction"),
		"inspect.iscoroutinefunction": kindOf("inspect.iscoroutinefunction"), "asyncio.iscoroutinefunction": kindOf("asyncio.iscoroutinefunction"),
		"builtins.issubclass": func(p *Program, c *Call) { p.asks(c, p.arg(c, 1), "__subclasscheck__") },
		"builtins.id":         nothing, "builtins.callable": nothing,
		"builtins.delattr": asking("__delattr__"), "builtins.input": nothing, "builtins.chr": asking("__index__"),
		"builtins.ord": nothing, "builtins.hex": asking("__index__"), "builtins.oct": asking("__index__"), "builtins.bin": asking("__index__"),
		"builtins.help": nothing, "builtins.dir": asking("__dir__"), "builtins.exit": nothing, "builtins.quit": nothing,
		"builtins.slice": nothing, "builtins.object": nothing, "builtins.memoryview": nothing, "builtins.divmod": asking("__divmod__", "__rdivmod__"),
		"builtins.range": collectRange, "builtins.breakpoint": nothing, "builtins.open": func(p *Program, c *Call) {
			p.add(c.Ret, p.value(Value{Kind: ExtInstance, ID: p.nameOf("builtins.open()")}))
		},
		"builtins.len": number, "builtins.int": number, "builtins.float": number, "builtins.bool": number, "builtins.hash": number,
		"builtins.abs": number, "builtins.round": number, "builtins.pow": number, "builtins.complex": number,
		"builtins.str": str, "builtins.repr": str, "builtins.format": str, "builtins.ascii": str,
		"builtins.bytes": func(p *Program, c *Call) {
			p.escapeArgs(c, "builtins.bytes")
			p.protocol(c, "__bytes__", "__index__")
			p.add(c.Ret, p.plain("builtins.bytes"))
		},
		"builtins.bytearray": func(p *Program, c *Call) {
			p.escapeArgs(c, "builtins.bytearray")
			p.add(c.Ret, p.plain("builtins.bytes"))
		},
		"builtins.list": collect, "builtins.tuple": collect, "builtins.set": distinct, "builtins.frozenset": distinct,
		"collections.deque": collect, "collections.Counter": counter,
		"builtins.sorted": func(p *Program, c *Call) {
			v := p.container(c.Expr, false, false)
			p.add(c.Ret, v)
			n := p.iterArg(c, 0, false)
			p.edge(n, p.loose(p.Values[v].Site))
			p.keyFunction(c, n, "__lt__")
		},
		"builtins.dict": dict, "collections.OrderedDict": dict, "collections.UserDict": dict,
		"collections.ChainMap": func(p *Program, c *Call) {
			v := p.container(c.Expr, false, true)
			for _, a := range c.Args {
				p.constrain(a, &copyItems{to: p.Values[v].Site})
			}
			p.add(c.Ret, v)
		},
		"collections.defaultdict": func(p *Program, c *Call) {
			v := p.container(c.Expr, false, true)
			s := p.Values[v].Site
			p.add(c.Ret, v)
			if len(c.Args) > 0 { // a missing key calls the factory
				d := p.callback(c, c.Args[0])
				p.edge(d.Ret, p.loose(s))
			}
			if len(c.Args) > 1 {
				p.constrain(c.Args[1], &copyItems{to: s})
			}
			for _, k := range c.Kw {
				p.edge(k.Node, p.slot(s, "s"+k.Name))
			}
		},
		"builtins.sum": eager, "builtins.any": eager, "builtins.all": eager, "statistics.mean": eager,
		"builtins.min": best, "builtins.max": best,
		"builtins.iter": func(p *Program, c *Call) {
			if len(c.Args) == 2 { // iter(callable, sentinel)
				v := p.instance("builtins.callable_iterator", false, c.Expr)
				d := p.callback(c, c.Args[0])
				d.Lazy = true
				s := p.Values[v].Site
				p.site(s).calls = append(p.site(s).calls, d)
				p.edge(d.Ret, p.held(v))
				p.add(c.Ret, v)
				return
			}
			if n := p.arg(c, 0); n != 0 {
				p.edge(n, c.Ret)
			}
		},
		"builtins.aiter": first,
		"builtins.next":  nextOf, "builtins.anext": func(p *Program, c *Call) {
			v := p.value(Value{Kind: ExtCoroutine, ID: p.nameOf("builtins.anext"), Site: p.newSite(site{elem: p.node(), origin: c.Expr})})
			p.add(c.Ret, v)
			d := p.again(c)
			d.Ret = p.held(v)
			nextOf(p, d)
		},
		"builtins.enumerate": lazily("builtins.enumerate", func(p *Program, c *Call) NodeID { return p.zipped(c, "enumerate") }, 0),
		"builtins.zip":       lazily("builtins.zip", func(p *Program, c *Call) NodeID { return p.zipped(c, "zip") }, 0),
		"builtins.map":       lazily("builtins.map", mapped, 1),
		"builtins.filter":    lazily("builtins.filter", chosen, 1),
		"builtins.reversed": func(p *Program, c *Call) { // asks for __reversed__, or for item after item
			v := p.container(c.Expr, false, false)
			if n := p.arg(c, 0); n != 0 {
				p.constrain(n, &items{res: p.loose(p.Values[v].Site)})
				p.protocol(c, "__reversed__", "__len__")
				p.ask(n, &special{method: "__getitem__", call: &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpBinary}, res: p.loose(p.Values[v].Site)})
			}
			p.add(c.Ret, v)
		},
		"itertools.starmap": lazily("itertools.starmap", func(p *Program, c *Call) NodeID {
			d := &Call{Func: c.Func, Expr: c.Expr, Mode: Callback, Via: c, Fn: p.arg(c, 0), Star: p.iterArg(c, 1, true), Ret: p.node()}
			p.Funcs[c.Func].Calls = append(p.Funcs[c.Func].Calls, d)
			p.constrain(d.Fn, d)
			return d.Ret
		}, 1),
		"itertools.chain": lazily("itertools.chain", func(p *Program, c *Call) NodeID {
			n := p.node()
			for i := range c.Args {
				p.edge(p.iterArg(c, i, true), n)
			}
			return n
		}, 0),
		"itertools.islice":    lazily("itertools.islice", func(p *Program, c *Call) NodeID { return p.iterArg(c, 0, true) }, 0),
		"itertools.cycle":     lazily("itertools.cycle", func(p *Program, c *Call) NodeID { return p.iterArg(c, 0, true) }, 0),
		"itertools.takewhile": lazily("itertools.takewhile", chosen, 1), "itertools.dropwhile": lazily("itertools.dropwhile", chosen, 1),
		"itertools.filterfalse": lazily("itertools.filterfalse", chosen, 1),
		"itertools.accumulate": lazily("itertools.accumulate", func(p *Program, c *Call) NodeID {
			n, acc := p.iterArg(c, 0, true), p.node()
			p.edge(n, acc)
			if f := p.arg(c, 1, "func"); f != 0 {
				p.edge(p.callback(c, f, acc, n).Ret, acc)
			}
			return acc
		}, 0),
		"itertools.groupby": lazily("itertools.groupby", func(p *Program, c *Call) NodeID { // (key, the items that have it)
			n := p.iterArg(c, 0, true)
			pair, group := p.Values[p.container(c.Expr, true, false)], p.container(c.Expr, false, false)
			key := n
			if f := p.arg(c, 1, "key"); f != 0 {
				key = p.callback(c, f, n).Ret
			}
			p.edge(key, p.slot(pair.Site, index(0)))
			p.edge(n, p.loose(p.Values[group].Site))
			p.add(p.slot(pair.Site, index(1)), group)
			return p.single(p.value(pair))
		}, 0),
		"itertools.tee": func(p *Program, c *Call) { // iterators over what the first one gives
			if p.arg(c, 0) == 0 {
				return
			}
			list, it := p.container(c.Expr, false, false), p.instance("itertools.tee", false, c.Expr)
			s := p.Values[it].Site
			p.site(s).sources = append(p.site(s).sources, p.arg(c, 0))
			p.edge(p.iterArg(c, 0, true), p.site(s).elem)
			p.add(p.loose(p.Values[list].Site), it)
			p.add(c.Ret, list)
			p.escapeArgs(c, "itertools.tee")
		},
		"itertools.repeat": func(p *Program, c *Call) {
			v := p.instance("itertools.repeat()", false, c.Expr)
			p.edge(p.arg(c, 0), p.held(v))
			p.add(c.Ret, v)
		},
		"builtins.getattr": getattr, "builtins.setattr": setattr, "builtins.globals": globals,
		"builtins.vars": func(p *Program, c *Call) {
			if n := p.arg(c, 0); n != 0 {
				p.constrain(n, &loadAttr{name: "__dict__", res: c.Ret})
			} else {
				locals(p, c)
			}
		},
		"builtins.locals": locals, "builtins.eval": evaluate, "builtins.exec": evaluate, "builtins.compile": evaluate,
		"builtins.object.__getattribute__": func(p *Program, c *Call) {
			if n := p.arg(c, 0); n != 0 {
				p.getattribute(c, n, 1)
			}
		},
		"builtins.object.__setattr__": func(p *Program, c *Call) {
			if n := p.arg(c, 0); n != 0 {
				p.setattribute(c, n, 1)
			}
		},
		"json.dumps": serialize, "json.dump": serialize,
		"sys.modules.get": func(p *Program, c *Call) { p.add(c.Ret, p.value(Value{Kind: AnyModule, ID: p.nameOf("")})) },
		"inspect.getmembers": func(p *Program, c *Call) { // (name, value) of all attributes
			v, pair := p.container(c.Expr, false, false), p.container(c.Expr, true, false)
			n := p.slot(p.Values[pair].Site, index(1))
			if obj := p.arg(c, 0); obj != 0 {
				p.constrain(obj, &loadAny{res: n, call: &implicit{fn: p.Funcs[c.Func], at: c.Expr, sync: true}})
			}
			if f := p.arg(c, 1, "predicate"); f != 0 {
				p.callback(c, f, n)
			}
			p.add(p.loose(p.Values[v].Site), pair)
			p.add(c.Ret, v)
		},
		"inspect.getattr_static": getattr,
		"inspect.signature":      signature("inspect.signature"), "inspect.getfullargspec": signature("inspect.getfullargspec"),
		"inspect.unwrap": func(p *Program, c *Call) {
			if n := p.arg(c, 0); n != 0 {
				p.edge(n, c.Ret)
				p.constrain(n, &loadAttr{name: "__wrapped__", res: c.Ret})
			}
		},
		"types.MethodType": func(p *Program, c *Call) {
			if n := p.arg(c, 0); n != 0 {
				p.constrain(n, &getFunc{obj: p.arg(c, 1), res: c.Ret})
			}
		},
		"operator.attrgetter": getter("operator.attrgetter()"), "operator.methodcaller": getter("operator.methodcaller()"),
		"operator.itemgetter": getter("operator.itemgetter()"),
		"operator.call": func(p *Program, c *Call) {
			if len(c.Args) > 0 {
				d := p.callback(c, c.Args[0], c.Args[1:]...)
				p.edge(d.Ret, c.Ret)
			}
		},
		"operator.getitem": func(p *Program, c *Call) {
			if n := p.arg(c, 0); n != 0 {
				key := ""
				if call, ok := c.Expr.(*ast.Call); ok && len(call.Args) == 2 {
					key = constKey(call.Args[1])
				}
				p.constrain(n, &loadItem{key: key, index: p.arg(c, 1), res: c.Ret, call: &implicit{fn: p.Funcs[c.Func], at: c.Expr, sync: true}})
			}
		},
		"builtins.type": func(p *Program, c *Call) {
			if len(c.Args) == 1 {
				p.constrain(c.Args[0], &loadAttr{name: "__class__", res: c.Ret})
				p.constrain(c.Args[0], askedType{&Escape{Func: c.Func, Expr: c.Expr, To: "builtins.type"}})
			} else {
				p.escapeArgs(c, "builtins.type")
				p.add(c.Ret, p.unknown) // the class that it makes
			}
		},
		"builtins.object.__new__": func(p *Program, c *Call) {
			if n := p.arg(c, 0); n != 0 {
				p.constrain(n, &instantiate{res: c.Ret})
			}
		},
		"builtins.super": nothing,
		"builtins.property": func(p *Program, c *Call) {
			s := p.newSite(site{elem: p.node(), origin: c.Expr})
			get := p.arg(c, 0, "fget")
			p.edge(get, p.site(s).elem)
			p.constrain(get, &getterOf{&Escape{Func: c.Func, Expr: c.Expr, To: "builtins.property"}})
			if n := p.arg(c, 1, "fset"); n != 0 {
				p.edge(n, p.slot(s, "set"))
				p.accessor(n, s)
			}
			if n := p.arg(c, 2, "fdel"); n != 0 {
				p.edge(n, p.slot(s, "del"))
				p.accessor(n, s)
			}
			p.add(c.Ret, p.value(Value{Kind: Property, Site: s}))
		},
		"builtins.staticmethod": func(p *Program, c *Call) { wrapWith(p, c, StaticMethod) },
		"builtins.classmethod":  func(p *Program, c *Call) { wrapWith(p, c, ClassMethod) },
		"importlib.reload":      first,
		// they make an instance of the class that they are given
		"sqlite3.connect":           made("sqlite3.connect", 5),
		"sqlite3.Connection.cursor": made("sqlite3.Connection.cursor", 1),
		"builtins.__import__":       importModule, "importlib.import_module": importModule,
		"oslo_utils.importutils.try_import": importModule, "oslo_utils.importutils.import_module": importModule,
		"functools.partial": partial, "functools.partialmethod": partial,
		"functools.wraps": func(p *Program, c *Call) {
			v := p.instance("functools.wraps()", false, c.Expr)
			p.edge(p.arg(c, 0), p.held(v))
			p.add(c.Ret, v)
		},
		"functools.update_wrapper": func(p *Program, c *Call) {
			first(p, c)
			if n, f := p.arg(c, 0), p.arg(c, 1); n != 0 && f != 0 {
				p.stored["__wrapped__"] = true
				p.constrain(n, &storeAttr{name: "__wrapped__", val: f})
			}
		}, "functools.lru_cache": cacheOf, "functools.cache": first,
		"functools.reduce": func(p *Program, c *Call) {
			n := p.iterArg(c, 1, false)
			acc := p.node()
			p.edge(n, acc)
			p.edge(p.arg(c, 2), acc)
			if f := p.arg(c, 0); f != 0 {
				d := p.callback(c, f, acc, n)
				p.edge(d.Ret, acc)
			}
			p.edge(acc, c.Ret)
		},
		"functools.cmp_to_key":     first,
		"functools.total_ordering": first, "copy.copy": copied("__copy__"), "copy.deepcopy": copied("__deepcopy__"), "typing.cast": func(p *Program, c *Call) { p.edge(p.arg(c, 1), c.Ret) },
		"weakref.finalize": func(p *Program, c *Call) { // calling it calls the function
			if len(c.Args) > 1 {
				d := p.again(c)
				d.Args = c.Args[1:]
				partial(p, d)
			}
			p.escapeArgs(c, "weakref.finalize")
		},
		"weakref.proxy": first, "weakref.ref": func(p *Program, c *Call) {
			v := p.instance("weakref.ref()", false, c.Expr)
			p.edge(p.arg(c, 0), p.held(v))
			p.add(c.Ret, v)
			if len(c.Args) > 1 {
				p.leave(c.Args[1], &Escape{Func: c.Func, Expr: c.Expr, To: "weakref.ref"})
			}
		},
		"contextlib.contextmanager": contextManager, "contextlib.asynccontextmanager": contextManager,
		"contextlib.closing": func(p *Program, c *Call) {
			v := p.instance("contextlib.closing()", false, c.Expr)
			p.edge(p.arg(c, 0), p.held(v))
			p.add(c.Ret, v)
			if n := p.arg(c, 0); n != 0 {
				fn := p.node()
				p.constrain(n, &loadAttr{name: "close", res: fn})
				p.callback(c, fn)
				p.leave(fn, &Escape{Func: c.Func, Expr: c.Expr, To: "contextlib.closing"})
			}
		},
		"contextlib.aclosing": func(p *Program, c *Call) {
			v := p.instance("contextlib.aclosing()", false, c.Expr)
			p.edge(p.arg(c, 0), p.held(v))
			p.add(c.Ret, v)
		},
		"contextlib.nullcontext": func(p *Program, c *Call) {
			v := p.instance("contextlib.nullcontext()", false, c.Expr)
			p.edge(p.arg(c, 0), p.held(v))
			p.add(c.Ret, v)
		},
		"contextlib.suppress": func(p *Program, c *Call) { p.add(c.Ret, p.plain("contextlib.suppress()")) },
		"heapq.heappop":       ordered(loadItemOf), "heapq.heapify": ordered(nothing),
		"heapq.heappush":    ordered(store),
		"heapq.heappushpop": ordered(func(p *Program, c *Call) { store(p, c); loadItemOf(p, c) }),
		"heapq.heapreplace": ordered(func(p *Program, c *Call) { store(p, c); loadItemOf(p, c) }),
		"bisect.insort":     ordered(store), "bisect.insort_left": ordered(store), "bisect.insort_right": ordered(store),
		"bisect.bisect": ordered(nothing), "bisect.bisect_left": ordered(nothing), "bisect.bisect_right": ordered(nothing),
		"heapq.nsmallest": func(p *Program, c *Call) { best(p, c); several(p, c) },
		"heapq.nlargest":  func(p *Program, c *Call) { best(p, c); several(p, c) },
		"random.choice":   loadItemOf, "random.shuffle": nothing, "random.sample": collect, "random.choices": collect,
		"weakref.WeakValueDictionary": dict, "weakref.WeakKeyDictionary": dict, "weakref.WeakSet": collect,
		"types.MappingProxyType": first,
		"dataclasses.field": func(p *Program, c *Call) {
			for _, k := range c.Kw {
				switch k.Name {
				case "metadata":
					p.leaveAt(k.Node, &Escape{Func: c.Func, Expr: c.Expr, To: "dataclasses.field"}, byProtocol)
				case "default":
					p.edge(k.Node, c.Ret)
				case "default_factory":
					d := p.callback(c, k.Node)
					if n, ok := p.factories[c.Expr]; ok {
						d.Lazy = true // it is called where an object is made, see construct
						p.edge(k.Node, n)
					}
					p.edge(d.Ret, c.Ret)
				}
			}
		},
		"dataclasses.replace": func(p *Program, c *Call) {
			first(p, c)
			if n := p.arg(c, 0); n != 0 {
				for _, k := range c.Kw {
					p.constrain(n, &storeAttr{name: k.Name, val: k.Node, call: &implicit{fn: p.Funcs[c.Func], at: c.Expr}})
				}
			}
		},
		"dataclasses.asdict": fieldsOfObject, "dataclasses.astuple": fieldsOfObject,
		"stevedore.driver.DriverManager":                  manager("stevedore.driver.DriverManager", 2),
		"stevedore.named.NamedExtensionManager":           manager("stevedore.named.NamedExtensionManager", 2),
		"stevedore.hook.HookManager":                      manager("stevedore.hook.HookManager", 2),
		"stevedore.extension.ExtensionManager":            manager("stevedore.extension.ExtensionManager", 1),
		"stevedore.enabled.EnabledExtensionManager":       manager("stevedore.enabled.EnabledExtensionManager", 2),
		"stevedore.dispatch.DispatchExtensionManager":     manager("stevedore.dispatch.DispatchExtensionManager", 2),
		"stevedore.dispatch.NameDispatchExtensionManager": manager("stevedore.dispatch.NameDispatchExtensionManager", 2),
		"sys.exit":               nothing,
		"collections.namedtuple": func(p *Program, c *Call) { p.add(c.Ret, p.plain("collections.namedtuple()")) },
	}
	for name, im := range importersOfObjects {
		builtins[name] = im.importObject
	}
	for e := range strings.FieldsSeq("ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError " +
		"BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError " +
		"ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup " +
		"FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning " +
		"IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError " +
		"ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning " +
		"PermissionError ProcessLookupError PythonFinalizationError RecursionError ReferenceError ResourceWarning RuntimeError " +
		"RuntimeWarning StopAsyncIteration StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError " +
		"TypeError UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning " +
		"UserWarning ValueError Warning ZeroDivisionError") {
		name := "builtins." + e
		builtins[name] = func(p *Program, c *Call) {
			p.escapeArgs(c, name) // e.args[0]()
			p.add(c.Ret, p.plain(name))
		}
	}
}

// kindOf is inspect.isgenerator(x) and its like.
func kindOf(name string) func(*Program, *Call) {
	return func(p *Program, c *Call) { p.asked(c, name) }
}

// asked marks the first argument of a call that asks what it is: a generator
// that becomes an async generator, or a class whose __iter__ becomes __aiter__,
// would give another answer.
func (p *Program) asked(c *Call, by string) {
	if n := p.arg(c, 0); n != 0 {
		p.constrain(n, askedKind{&Escape{Func: c.Func, Expr: c.Expr, To: by}})
	}
}

type askedKind struct{ by *Escape }

func (a askedKind) apply(p *Program, v ValueID) {
	switch x := p.Values[v]; x.Kind {
	case Generator, ContextManager:
		if f := x.Func(); p.Escapes[f] == nil {
			p.Escapes[f] = a.by
		}
	case FuncVal, Bound:
		if f := x.Func(); p.Escapes[f] == nil && a.by.To != "builtins.isinstance" && a.by.To != "builtins.hasattr" {
			p.Escapes[f] = a.by
		}
	case Instance:
		if c := p.Classes[x.Class()]; c.Given == nil {
			c.Given = a.by
		}
	}
}

// askedType marks what another class would be asked of: type(g).__name__ is
// "generator", and "async_generator" of what g becomes.
type askedType struct{ by *Escape }

func (a askedType) apply(p *Program, v ValueID) {
	switch p.Values[v].Kind {
	case Generator, ContextManager:
		askedKind(a).apply(p, v)
	}
}

// iterationKind reports whether the second argument of isinstance names a type
// that says how its instances are iterated over or called.
func (p *Program) iterationKind(m *Module, e ast.Expr) bool {
	if t, ok := e.(*ast.Tuple); ok {
		for _, x := range t.Elts {
			if p.iterationKind(m, x) {
				return true
			}
		}
		return false
	}
	name, _, _ := p.StaticName(m, e)
	module, last := "", name
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		module, last = name[:i], name[i+1:]
	}
	switch module {
	case "types", "collections.abc", "typing", "collections", "contextlib":
		switch last {
		case "GeneratorType", "Generator", "Iterator", "Iterable", "Collection", "Reversible", "Container", "AbstractContextManager", "ContextManager":
			return true
		}
	}
	return false
}

// store is heappush(heap, item): the item goes into the first argument.
func store(p *Program, c *Call) {
	if heap := p.arg(c, 0); heap != 0 {
		p.constrain(heap, &storeItem{val: p.arg(c, 1), call: &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpSetItem}})
	}
}

// loadItemOf is heappop(heap): something that the first argument holds.
func loadItemOf(p *Program, c *Call) {
	if heap := p.arg(c, 0); heap != 0 {
		p.constrain(heap, &loadItem{res: c.Ret, call: &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpItem}})
	}
}

// several is nsmallest(n, items): a list of some of the items.
func several(p *Program, c *Call) {
	v := p.container(c.Expr, false, false)
	p.edge(p.iterArg(c, 1, false), p.loose(p.Values[v].Site))
	p.add(c.Ret, v)
}

// asking is a builtin that asks its arguments for special methods and gives
// nothing of interest: dir(x).
func asking(methods ...string) func(*Program, *Call) {
	return func(p *Program, c *Call) { p.protocol(c, methods...) }
}

// ordered is a function that compares what the list holds that is its first
// argument: heappush(jobs, job), bisect(jobs, job, key=f).
func ordered(does func(*Program, *Call)) func(*Program, *Call) {
	return func(p *Program, c *Call) {
		does(p, c)
		elem := p.node()
		if n := p.arg(c, 0, "a"); n != 0 {
			p.constrain(n, &items{res: elem})
		}
		p.edge(p.arg(c, 1, "x"), elem)
		p.keyFunction(c, elem, "__lt__")
	}
}

// copied is copy.copy(x) and copy.deepcopy(x), which may ask x how.
func copied(method string) func(*Program, *Call) {
	return func(p *Program, c *Call) {
		p.edge(p.arg(c, 0), c.Ret)
		p.asks(c, p.arg(c, 0), append([]string{method, "__setstate__"}, reduced[:]...)...)
	}
}

// reduced are the methods by which an object says what is to be kept of it.
var reduced = [...]string{"__reduce_ex__", "__reduce__", "__getstate__", "__getnewargs__", "__getnewargs_ex__"}

func collectRange(p *Program, c *Call) {
	p.protocol(c, "__index__")
	v := p.container(c.Expr, false, false)
	p.edge(p.constant("builtins.int"), p.loose(p.Values[v].Site))
	p.add(c.Ret, v)
}

func dict(p *Program, c *Call) {
	v := p.container(c.Expr, false, true)
	s := p.Values[v].Site
	p.add(c.Ret, v)
	if n := p.arg(c, 0); n != 0 {
		p.constrain(n, &copyItems{to: s})
		if c.indirect {
			p.gather(n, c)
		} else {
			it := &Iter{Func: c.Func, Expr: c.Expr, Use: Builtin, Obj: n, Elem: p.node()}
			if call, ok := c.Expr.(*ast.Call); ok && len(call.Args) > 0 {
				it.Arg = call.Args[0]
			}
			p.Funcs[c.Func].Iters = append(p.Funcs[c.Func].Iters, it)
		}
		p.constrain(n, &pairsInto{s, c})
	}
	for _, k := range c.Kw {
		p.edge(k.Node, p.slot(s, "s"+k.Name))
	}
	if c.KwStar != 0 {
		p.constrain(c.KwStar, &copyItems{to: s})
	}
}

// counter is Counter(items): the items become keys.
func counter(p *Program, c *Call) {
	v := p.container(c.Expr, false, true)
	if n := p.arg(c, 0); n != 0 {
		p.edge(p.iterArg(c, 0, false), p.keys(p.Values[v].Site))
	}
	p.add(c.Ret, v)
}

// fill puts into an object of a class that derives from dict what a call gives it:
// Registry(jobs), registry.update(pairs, main=job).
func (p *Program) fill(c *Call, self ValueID) {
	for i, a := range c.Args {
		p.iterArg(c, i, false)
		p.constrain(a, &filled{self, c})
	}
	for _, k := range c.Kw {
		p.edge(k.Node, p.held(self))
	}
	if c.KwStar != 0 {
		p.constrain(c.KwStar, &filled{self, c})
	}
}

// filled is what is put into an object that derives from dict.
type filled struct {
	to ValueID
	of *Call
}

func (f *filled) apply(p *Program, v ValueID) {
	held, keys := p.held(f.to), p.ownKeys(f.to)
	x := p.Values[v]
	switch {
	case x.Kind == Unknown:
		p.add(held, v)
	case x.Kind == Container && p.site(x.Site).mapping:
		p.edge(p.site(x.Site).elem, held)
		p.edge(p.keys(x.Site), keys)
	case p.ownKeys(v) != 0:
		p.mapping(v)
		p.edge(p.held(v), held)
		p.edge(p.ownKeys(v), keys)
	default:
		if x.Kind == ExtInstance {
			p.edge(p.held(v), held)
		}
		n := p.node()
		(&items{res: n}).apply(p, v)
		p.gather(n, f.of)
		p.constrain(n, &loadItem{key: index(1), res: held})
		p.constrain(n, &loadItem{key: index(0), res: keys})
	}
}

// pairsInto is dict([(k, v), …]) and dict(generator of pairs).
type pairsInto struct {
	to int32
	of *Call
}

func (d *pairsInto) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Container && p.site(x.Site).mapping {
		return
	}
	n := p.node()
	(&items{res: n}).apply(p, v)
	p.gather(n, d.of)
	p.constrain(n, &loadItem{key: index(1), res: p.loose(d.to)})
	p.constrain(n, &loadItem{key: index(0), res: p.keys(d.to)})
}

func nextOf(p *Program, c *Call) {
	n := p.arg(c, 0)
	if n == 0 {
		return
	}
	f := p.Funcs[c.Func]
	if c.indirect { // map(next, generators)
		p.gather(n, c)
		p.constrain(n, &next{res: c.Ret, call: &implicit{fn: f, at: c.Expr, op: OpNext, sync: true}})
		return
	}
	it := &Iter{Func: c.Func, Expr: c.Expr, Use: Next, Obj: n, Elem: c.Ret}
	if call, ok := c.Expr.(*ast.Call); ok && len(call.Args) > 0 {
		it.Arg = call.Args[0]
	}
	f.Iters = append(f.Iters, it)
	p.constrain(n, &next{res: c.Ret, call: &implicit{fn: f, at: c.Expr, op: OpNext}})
	if d := p.arg(c, 1); d != 0 {
		p.edge(d, c.Ret)
	}
}

func wrapWith(p *Program, c *Call, kind ValueKind) {
	s := p.newSite(site{elem: p.node(), origin: c.Expr})
	p.edge(p.arg(c, 0), p.site(s).elem)
	p.add(c.Ret, p.value(Value{Kind: kind, Site: s}))
}

func cacheOf(p *Program, c *Call) {
	if len(c.Args) > 0 {
		p.edge(c.Args[0], c.Ret)
		return
	}
	p.add(c.Ret, p.instance("functools.wraps()", false, c.Expr)) // lru_cache(maxsize=…)(f) gives f back
}

func contextManager(p *Program, c *Call) {
	if n := p.arg(c, 0); n != 0 {
		p.constrain(n, &makeContextManager{res: c.Ret})
	}
}

type makeContextManager struct{ res NodeID }

func (m *makeContextManager) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == FuncVal {
		p.Funcs[x.ID].ContextManager = true
	}
	p.add(m.res, v)
}

func partial(p *Program, c *Call) {
	if len(c.Args) == 0 {
		return
	}
	inner := &Call{Func: c.Func, Expr: c.Expr, Fn: c.Args[0], Args: c.Args[1:], Kw: c.Kw, Star: c.Star, KwStar: c.KwStar}
	s := p.newSite(site{elem: p.node(), call: inner, origin: c.Expr})
	p.add(c.Ret, p.value(Value{Kind: Partial, Site: s}))
}

func importModule(p *Program, c *Call) {
	call, ok := c.Expr.(*ast.Call)
	if !ok || len(call.Args) == 0 {
		return
	}
	name := ""
	if s, ok := call.Args[0].(*ast.Constant); ok && s.Kind == ast.Str {
		name = s.Text
	}
	m := p.Funcs[c.Func].Module
	pre := name
	if name == "" {
		pre, _ = affixes(call.Args[0])
	}
	if strings.HasPrefix(pre, ".") {
		pre = p.absoluteImport(c, call, pre)
		if name != "" {
			name = pre
		}
	}
	if name == "" {
		// the name is computed: any module of the project
		p.Computed = append(p.Computed, ComputedImport{c.Func, c.Expr, pre})
		p.add(c.Ret, p.value(Value{Kind: AnyModule, ID: p.nameOf(pre)}))
		return
	}
	if f, ok := call.Func.(*ast.Name); ok && f.Id == "__import__" {
		name, _, _ = strings.Cut(name, ".") // __import__("a.b") gives a
	}
	if mod := p.resolveModule(m, name); mod != nil {
		p.add(c.Ret, p.value(Value{Kind: ModuleVal, ID: int32(mod.ID)}))
		return
	}
	p.add(c.Ret, p.external(name, false))
}

// absoluteImport is the dotted name of what import_module(name, package) imports,
// whose name starts with a dot: import_module("." + kind, __name__). It is "" if
// the package is not known.
func (p *Program) absoluteImport(c *Call, call *ast.Call, name string) string {
	m := p.Funcs[c.Func].Module
	e := keywordOr(call, 1, "package")
	base := p.text(p.Funcs[m.Body], e)
	if n, ok := e.(*ast.Name); ok {
		switch n.Id {
		case "__name__":
			base = m.Name
		case "__package__":
			base, _ = Absolute(m, 1, "")
		}
	}
	rest := strings.TrimLeft(name, ".")
	for range len(name) - len(rest) - 1 {
		base = base[:max(strings.LastIndexByte(base, '.'), 0)]
	}
	if base == "" {
		return ""
	}
	return base + "." + rest
}

// getattr(obj, name): with a constant name an attribute; with a computed one
// all attributes that the constant parts of the name allow.
func getattr(p *Program, c *Call) {
	call, ok := c.Expr.(*ast.Call)
	obj := p.arg(c, 0)
	if !ok || len(call.Args) < 2 || obj == 0 {
		p.add(c.Ret, p.unknown)
		return
	}
	if d := p.arg(c, 2); d != 0 {
		p.edge(d, c.Ret)
	}
	im := &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpGet}
	if s, ok := call.Args[1].(*ast.Constant); ok && s.Kind == ast.Str {
		p.constrain(obj, &loadAttr{name: s.Text, res: c.Ret, call: im})
		p.Taken = append(p.Taken, Taken{c.Func, c.Expr, obj, s.Text, "", true})
		return
	}
	if f := p.Funcs[c.Func]; f.proxied != 0 && len(f.params) > 1 {
		// __getattr__(self, name): getattr(self.inner, name)
		if name, ok := call.Args[1].(*ast.Name); ok && f.Module.base+NodeID(name.Sym) == f.params[1] {
			p.edge(obj, f.proxied)
			if !returned(f, call) { // it makes something else of what it finds
				n := p.node()
				p.constrain(obj, &loadAny{res: n, call: im})
				p.leaveAt(n, &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.getattr"}, byProtocol)
				p.edge(n, c.Ret)
			}
			return
		}
	}
	pre, suf := affixes(call.Args[1])
	p.constrain(obj, &loadAny{prefix: pre, suffix: suf, res: c.Ret, call: im})
	p.Taken = append(p.Taken, Taken{c.Func, c.Expr, obj, pre, suf, false})
}

// affixes are the constant start and end of a computed string: "do_" + x,
// f"do_{x}_now", "do_%s" % x, "do_{}".format(x).
func affixes(e ast.Expr) (pre, suf string) {
	switch e := e.(type) {
	case *ast.Constant:
		if e.Kind == ast.Str {
			return e.Text, e.Text
		}
	case *ast.BinOp:
		switch e.Op {
		case ast.Add:
			pre, _ = affixes(e.Left)
			_, suf = affixes(e.Right)
			return pre, suf
		case ast.Mod:
			if s, ok := e.Left.(*ast.Constant); ok && s.Kind == ast.Str {
				i, j := strings.IndexByte(s.Text, '%'), strings.LastIndexByte(s.Text, '%')
				if i >= 0 && j+2 <= len(s.Text) {
					return s.Text[:i], s.Text[j+2:]
				}
			}
		}
	case *ast.JoinedStr:
		if len(e.Values) == 0 {
			return "", ""
		}
		if s, ok := e.Values[0].(*ast.Constant); ok {
			pre = s.Text
		}
		if s, ok := e.Values[len(e.Values)-1].(*ast.Constant); ok {
			suf = s.Text
		}
		return pre, suf
	case *ast.Call:
		if at, ok := e.Func.(*ast.Attribute); ok {
			if s, ok := at.Value.(*ast.Constant); ok && s.Kind == ast.Str && at.Attr.Name == "format" {
				i, j := strings.IndexByte(s.Text, '{'), strings.LastIndexByte(s.Text, '}')
				if i >= 0 && j >= i {
					return s.Text[:i], s.Text[j+1:]
				}
			}
		}
	}
	return "", ""
}

// Computed ends the names of external functions that are one of those that a
// computed name may mean: time.sleep? of getattr(time, name). They have no
// record, so that nothing is written in their place.
const Computed = "?"

// loadAny is getattr(obj, computed).
type loadAny struct {
	prefix, suffix string
	res            NodeID
	call           *implicit
}

func (l *loadAny) apply(p *Program, v ValueID) {
	fits := func(name string) bool {
		return len(name) >= len(l.prefix)+len(l.suffix) && strings.HasPrefix(name, l.prefix) && strings.HasSuffix(name, l.suffix) &&
			!(strings.HasPrefix(name, "__") && l.prefix == "")
	}
	x := p.Values[v]
	var names []string
	seen := map[string]bool{}
	add := func(n string) {
		if fits(n) && !seen[n] {
			seen[n] = true
			names = append(names, n)
		}
	}
	switch x.Kind {
	case Instance, ClassVal:
		for _, k := range p.Classes[x.Class()].MRO {
			for n := range p.Classes[k].members {
				add(n)
			}
		}
		if x.Kind == Instance {
			for _, k := range p.Classes[x.Class()].MRO {
				p.readFields(p.Classes[k].self, fits, l.res)
			}
		}
	case ModuleVal:
		for _, n := range p.namespace(p.Modules[x.ID]) {
			add(n)
		}
	case AnyModule:
		p.edge(p.anywhere(p.names[x.ID], l.prefix, l.suffix, fits), l.res)
		return
	case Unknown:
		p.add(l.res, p.unknown)
		return
	case External, ExtInstance:
		p.add(l.res, p.plain("builtins.getattr()"))
		if x.Kind == External { // getattr(time, name)()
			for _, s := range p.cat.Symbols() {
				name, below := strings.CutPrefix(s.Name, p.names[x.ID]+".")
				if below && s.Kind == catalog.Function && s.Yields != catalog.Never && fits(name) {
					p.add(l.res, p.value(Value{Kind: External, ID: p.nameOf(s.Name + Computed), Green: x.Green}))
				}
			}
		}
		return
	}
	sort.Strings(names)
	for _, n := range names {
		(&loadAttr{name: n, res: l.res, call: l.call}).apply(p, v)
	}
}

// anywhere is the place of all that modules have under names that fit, for those
// modules whose names begin with a prefix. Many ask for all of it.
func (p *Program) anywhere(modules, prefix, suffix string, fits func(string) bool) NodeID {
	key := [...]string{modules, prefix, suffix}
	n, ok := p.ofModules[key]
	if ok {
		return n
	}
	n = p.node()
	p.ofModules[key] = n
	for _, m := range p.Modules {
		if !strings.HasPrefix(m.Name, modules) {
			continue
		}
		for _, name := range p.namespace(m) {
			if fits(name) {
				p.ofModule(m, name, n)
			}
		}
	}
	return n
}

func setattr(p *Program, c *Call) {
	call, ok := c.Expr.(*ast.Call)
	if !ok || len(call.Args) < 3 {
		return
	}
	im := &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpSet}
	if s, ok := call.Args[1].(*ast.Constant); ok && s.Kind == ast.Str {
		p.constrain(c.Args[0], &storeAttr{name: s.Text, val: c.Args[2], call: im})
		return
	}
	// a computed name: whoever reads an attribute may get it
	p.constrain(c.Args[0], &replaced{val: c.Args[2], by: &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.setattr"}})
	p.leave(c.Args[2], &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.setattr"})
	if p.dunder["__setattr__"] {
		p.ask(c.Args[0], &special{method: "__setattr__", call: im, args: []NodeID{p.constant("builtins.str"), 0}})
	}
}

// globals()[name]: anything that the module defines.
func globals(p *Program, c *Call) {
	m := p.Funcs[c.Func].Module
	p.add(c.Ret, p.moduleDict(m))
}

// locals()[name]: any variable of the function.
func locals(p *Program, c *Call) {
	f := p.Funcs[c.Func]
	s := f.Module.Scope.Of(f.Node)
	if f.Parent < 0 || s == nil {
		globals(p, c)
		return
	}
	v := p.container(c.Expr, false, true)
	for sym := s.SymStart; sym < s.SymEnd; sym++ {
		p.edge(f.Module.base+NodeID(sym), p.slot(p.Values[v].Site, "s"+f.Module.Scope.Symbols[sym].Name))
	}
	p.add(c.Ret, v)
}

// evaluate is eval(text): the text may call whatever it names, and text that
// is computed whatever it sees.
func evaluate(p *Program, c *Call) {
	p.add(c.Ret, p.unknown)
	p.escapeArgs(c, "builtins.eval")
	call, ok := c.Expr.(*ast.Call)
	if !ok || len(call.Args) == 0 {
		return
	}
	by := &Escape{Func: c.Func, Expr: c.Expr, To: "builtins.eval"}
	text, constant := call.Args[0].(*ast.Constant)
	if !constant && len(call.Args) > 1 {
		return // a namespace of its own, which has escaped as an argument
	}
	named, called := func(string) bool { return true }, map[string]bool{}
	if constant {
		for _, m := range calledName.FindAllStringSubmatch(text.Text, -1) {
			called[m[1]] = true
		}
		words := map[string]bool{}
		for _, w := range strings.FieldsFunc(text.Text, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			words[w] = true
			p.escapeByName(w, by)
		}
		named = func(n string) bool { return words[n] }
	}
	for f := p.Funcs[c.Func]; ; f = p.Funcs[f.Parent] {
		s := f.Module.Scope.Of(f.Node)
		for sym := int32(0); s != nil && sym < s.SymEnd-s.SymStart; sym++ {
			at := s.SymStart + sym
			if x := f.Module.Scope.Symbols[at]; x.Flags&scope.Implicit == 0 && named(x.Name) {
				p.leaveAt(f.Module.base+NodeID(at), by, byProtocol)
				if called[x.Name] {
					fn := p.node()
					p.constrain(f.Module.base+NodeID(at), &functions{to: fn, by: by})
					p.callback(c, fn)
				}
			}
		}
		if f.Parent < 0 {
			return
		}
	}
}

// calledName matches what a text calls by a name of its own: fetch in "fetch(1)".
var calledName = regexp.MustCompile(`(?:^|[^.\w])(\w+)\s*\(`)

// getter is operator.attrgetter("a.b"): what it does is done when it is called.
func getter(class string) func(*Program, *Call) {
	return func(p *Program, c *Call) {
		s := p.newSite(site{elem: p.node(), origin: c.Expr, call: c})
		p.add(c.Ret, p.value(Value{Kind: ExtInstance, ID: p.nameOf(class), Site: s}))
	}
}

// signature is inspect.signature(f): it gives away what f has as defaults,
// signature(f).parameters["callback"].default().
func signature(name string) func(*Program, *Call) {
	return func(p *Program, c *Call) {
		if n := p.arg(c, 0, "obj", "func"); n != 0 {
			p.constrain(n, &defaults{&Escape{Func: c.Func, Expr: c.Expr, To: name}})
		}
		p.add(c.Ret, p.opaqueResult(name, false, c))
	}
}

// defaults marks the defaults of functions as given away.
type defaults struct{ by *Escape }

func (d *defaults) apply(p *Program, v ValueID) {
	x := p.Values[v]
	switch x.Kind {
	case FuncVal, Bound:
		for _, n := range p.Funcs[x.Func()].defaults {
			p.leaveAt(n, d.by, byProtocol)
		}
	case ClassVal:
		if n, _, ok := p.Method(x.Class(), "__init__"); ok {
			p.constrain(n, d)
		}
	}
}

// fieldsOfObject is dataclasses.asdict(obj).
func fieldsOfObject(p *Program, c *Call) {
	v := p.container(c.Expr, false, true)
	if n := p.arg(c, 0); n != 0 {
		p.constrain(n, &readAll{res: p.loose(p.Values[v].Site)})
	}
	p.add(c.Ret, v)
}

// readAll reads the attributes of the instances at a place.
type readAll struct{ res NodeID }

func (r *readAll) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == Instance {
		for _, k := range p.Classes[x.Class()].MRO {
			p.readFields(p.Classes[k].self, func(string) bool { return true }, r.res)
		}
	}
}

// protocol calls special methods of the arguments of a builtin (len, str, …),
// and of what they hold those that a container calls of its items.
func (p *Program) protocol(c *Call, methods ...string) {
	ask := func(a NodeID, res NodeID) {
		for _, m := range methods {
			if p.dunder[m] {
				inside := m == "__repr__" || m == "__str__" || m == "__hash__"
				p.ask(a, &special{method: m, call: &implicit{fn: p.Funcs[c.Func], at: c.Expr, op: OpBinary}, res: res, inside: inside})
			}
		}
	}
	for _, a := range c.Args {
		ask(a, c.Ret)
	}
	if c.Star != 0 { // print(*items)
		n := p.node()
		p.constrain(c.Star, &items{res: n})
		ask(n, c.Ret)
	}
}

// serialize is json.dump(data, file, default=f): the data is looked at, and
// neither called nor entered; what else is given is used.
func serialize(p *Program, c *Call) {
	d := p.again(c)
	d.Args = nil
	if len(c.Args) > 1 {
		d.Args = c.Args[1:]
	}
	p.escapeArgs(d, "json.dump")
	for _, k := range c.Kw {
		switch k.Name {
		case "default":
			p.callback(c, k.Node)
		case "cls":
			p.constrain(k.Node, &encoder{c})
		case "fp":
			p.usesFile(c, k.Node)
		}
	}
	if len(c.Args) > 1 {
		p.usesFile(c, c.Args[1])
	}
	p.add(c.Ret, p.plain("builtins.str"))
}

// encoder makes an object of the class that json.dumps is given, and asks it.
type encoder struct{ c *Call }

func (e *encoder) apply(p *Program, v ValueID) {
	if x := p.Values[v]; x.Kind == ClassVal {
		im := &implicit{fn: p.Funcs[e.c.Func], at: e.c.Expr, sync: true}
		for _, name := range [...]string{"__init__", "encode"} {
			p.callThrough(im, p.Classes[x.Class()].self, name)
		}
	}
}

// returned reports whether a function returns what a call gives, as it is.
func returned(f *Func, call *ast.Call) bool {
	found := false
	ast.Inspect(f.Node, func(n ast.Node) bool {
		if r, ok := n.(*ast.Return); ok && r.Value == ast.Expr(call) {
			found = true
		}
		return !found
	})
	return found
}
