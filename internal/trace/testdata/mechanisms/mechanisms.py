"""Ways in which a function comes to yield: each c_ function does, through one of them.

TestMechanisms runs this under the tracer and compares what it saw with what the analysis says.
"""
import eventlet
eventlet.monkey_patch()
import ast, atexit, collections, contextlib, copy, dataclasses, enum, functools, heapq, importlib, itertools, json, logging, operator
import queue, random, re, shutil, string, threading, time, types, unittest, weakref, bisect, abc, concurrent.futures, inspect, io, contextvars, asyncio, pickle, sched, signal, tempfile, socketserver, traceback, typing, collections.abc

def nap(*a, **k):
    time.sleep(0)
    return 1

class W:
    def __init__(self, n=0): self.n = n
    def go(self, *a):
        return nap()
    def __lt__(self, other):
        nap(); return self.n < other.n
    def __eq__(self, other):
        nap(); return self.n == other.n
    def __hash__(self): nap(); return self.n
    def __bool__(self): nap(); return True
    def __len__(self): nap(); return 3
    def __str__(self): nap(); return "w"
    def __format__(self, spec): nap(); return "w"
    def __getitem__(self, i):
        nap()
        if i > 2: raise IndexError
        return i
    def __contains__(self, x): nap(); return True
    def __call__(self, *a): return nap()
    def __getattr__(self, name):
        if name.startswith('__') or name != 'dyn': raise AttributeError(name)
        return nap()
    def __del__(self): pass
    def __int__(self): nap(); return 1
    def __index__(self): nap(); return 1
    def __iadd__(self, o): nap(); return self
    def __add__(self, o): nap(); return self
    def __enter__(self): nap(); return self
    def __exit__(self, *a): nap()
    def __iter__(self): nap(); return iter([1])
    def __reversed__(self): nap(); return iter([1])
    def __reduce__(self): nap(); return (W, (1,))
    @property
    def prop(self): return nap()
    @functools.cached_property
    def cprop(self): return nap()
    def __set_name__(self, o, n): pass

def c_copy(): copy.copy(V2()).go()
def c_deepcopy(): copy.deepcopy([V2()])[0].go()
class V2:
    def go(self): return nap()
def c_heappop():
    h = [V2()]; heapq.heappop(h).go()
def c_choice(): random.choice([V2()]).go()
def c_shuffled():
    l = [V2()]; random.shuffle(l); l[0].go()
def c_sample(): random.sample([V2()], 1)[0].go()
def c_methodcaller(): operator.methodcaller('go')(V2())
def c_attrgetter(): operator.attrgetter('go')(V2())()
def c_itemgetter(): operator.itemgetter('a')({'a': V2()}).go()
def c_reduce(): functools.reduce(lambda a, b: nap(), [1, 2, 3])
def c_cmp(): sorted([2, 1], key=functools.cmp_to_key(lambda a, b: nap()))
def c_closing():
    with contextlib.closing(Closer()): pass
class Closer:
    def close(self): nap()
def c_exitstack():
    with contextlib.ExitStack() as st: st.callback(nap)
def c_exitstack2():
    with contextlib.ExitStack() as st: st.enter_context(CM())
class CM:
    def __enter__(self): return self
    def __exit__(self, *a): nap()
def c_push():
    with contextlib.ExitStack() as st: st.push(CM())
def c_weakref():
    v = V2(); weakref.ref(v)().go()
def c_weakproxy():
    v = V2(); weakref.proxy(v).go()
def c_weakdict():
    v = V2(); d = weakref.WeakValueDictionary(); d['a'] = v; d['a'].go()
def c_weakset():
    v = V2(); s = weakref.WeakSet(); s.add(v)
    for x in s: x.go()
def c_finalize():
    v = V2(); f = weakref.finalize(v, nap); f()
def c_deque():
    d = collections.deque([V2()]); d.popleft().go()
def c_defaultdict():
    d = collections.defaultdict(nap); d['a']
def c_defaultdict2():
    d = collections.defaultdict(V2); d['a'].go()
def c_ordered():
    d = collections.OrderedDict(a=V2()); d.popitem()[1].go()
def c_chainmap(): collections.ChainMap({'a': V2()})['a'].go()
def c_namespace(): types.SimpleNamespace(f=nap).f()
def c_methodtype(): types.MethodType(nap, V2())()
def c_mappingproxy(): types.MappingProxyType({'a': V2()})['a'].go()
@dataclasses.dataclass
class DC:
    v: object = None
    f: object = dataclasses.field(default_factory=nap)
    def __post_init__(self): nap()
@dataclasses.dataclass
class DC2:
    v: object = None
def c_dataclass(): DC(V2())
def c_replace(): dataclasses.replace(DC2(), v=V2()).v.go()
@functools.singledispatch
def sd(x): return 0
@sd.register
def _(x: int): return nap()
def c_singledispatch(): sd(1)
class En(enum.Enum):
    A = 1
    def act(self): return nap()
def c_enum(): En.A.act()
def c_enum2(): En(1).act()
def c_enum3():
    for e in En: e.act()
def c_chain():
    for x in itertools.chain([V2()]): x.go()
def gen():
    nap(); yield 1
def c_chain2(): list(itertools.chain(gen()))
def c_islice(): list(itertools.islice(gen(), 1))
def c_starmap(): list(itertools.starmap(nap, [(1,)]))
def c_groupby(): [k for k, g in itertools.groupby([1], key=nap)]
def c_takewhile(): list(itertools.takewhile(nap, [1]))
def c_tee(): list(itertools.tee(gen())[0])
def c_zip(): list(zip(gen(), [1]))
def c_enumerate(): list(enumerate(gen()))
def c_reversed(): list(reversed(W()))
def c_map(): list(map(nap, [1]))
def c_filter(): list(filter(nap, [1]))
def c_next(): next(gen())
def c_any(): any(gen())
def c_sum(): sum(gen())
def c_min(): min([1, 2], key=nap)
def c_max(): max([W(1), W(2)])
def c_sorted(): sorted([W(1), W(2)])
def c_sort():
    l = [W(1), W(2)]; l.sort()
def c_sortkey():
    l = [1, 2]; l.sort(key=nap)
def c_str(): str(W())
def c_fstring(): f'{W()}'
def c_format(): '{}'.format(W())
def c_percent(): '%s' % W()
def c_print(): print(W(), file=io.StringIO())
def c_join(): ''.join(gen2())
def gen2():
    nap(); yield 'a'
def c_bool():
    if W(): pass
def c_not(): return not W()
def c_and(): return W() and 1
def c_len(): len(W())
def c_in(): 1 in W()
def c_in_list(): W(1) in [W(2)]
def c_eq(): W() == W(1)
def c_eq_list(): [W(0)] == [W(1)]
def c_hash(): {W(): 1}
def c_getitem(): W()[0]
def c_unpack(): a, = W()
def c_star(): nap0(*W())
def nap0(*a): pass
def c_dyn(): W().dyn
def c_getattr(): getattr(W(), 'dyn')
def c_getattr2(): getattr(V2(), 'g' + 'o')()
def c_hasattr(): hasattr(W(), 'dyn')
def c_prop(): W().prop
def c_cprop(): W().cprop
def c_iadd():
    w = W(); w += 1
def c_add(): W() + 1
def c_int(): int(W())
def c_range(): range(W())
def c_with():
    with W(): pass
def c_for():
    for x in W(): pass
def c_dictcomp(): {x: 1 for x in W()}
def c_pickle(): pickle.dumps(W())
def c_json(): json.dumps(object(), default=nap)
def c_jsonhook(): json.loads('{}', object_hook=nap)
def c_re(): re.sub('a', lambda m: str(nap()), 'a')
class LH(logging.Handler):
    def emit(self, rec): nap()
log = logging.getLogger('micro'); log.addHandler(LH()); log.setLevel(logging.DEBUG); log.propagate = False
def c_log(): log.info('x')
def c_assertraises():
    class T(unittest.TestCase):
        def runTest(self): pass
    T().assertRaises(ZeroDivisionError, boom)
def boom(): nap(); 1/0
class TC(unittest.TestCase):
    def setUp(self): nap()
    def test_a(self): self.addCleanup(nap)
def c_unittest(): TC('test_a').run(unittest.TestResult())
def c_suite(): unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(TC))
def c_executor():
    with concurrent.futures.ThreadPoolExecutor(1) as ex: ex.submit(nap).result()
def c_context(): contextvars.copy_context().run(nap)
def c_locksignal():
    lk = threading.Lock(); lk.acquire()
    eventlet.spawn(rel, lk)
    lk.acquire()
def rel(lk): lk.release()
def c_cond():
    cv = threading.Condition()
    def w():
        with cv: cv.notify()
    eventlet.spawn(w)
    with cv: cv.wait(1)
def c_waitfor():
    cv = threading.Condition()
    with cv: cv.wait_for(nap)
def c_event():
    e = threading.Event(); eventlet.spawn(e.set); e.wait()
def c_barrier():
    b = threading.Barrier(2); eventlet.spawn(b.wait); b.wait()
def c_timer():
    t = threading.Timer(0, nap); t.start(); t.join()
class Th(threading.Thread):
    def run(self): nap()
def c_thread():
    t = Th(); t.start(); t.join()
def c_runner(): Th().run()
def c_queue():
    q = queue.Queue(); eventlet.spawn(q.put, V2()); q.get().go()
def c_sched():
    s = sched.scheduler(time.time, time.sleep); s.enter(0, 1, nap); s.run()
class Meta(type):
    def __call__(cls, *a): nap(); return super().__call__(*a)
class MC(metaclass=Meta): pass
def c_meta(): MC()
class Sub:
    def __init_subclass__(cls, **k): nap()
def c_initsub():
    class S2(Sub): pass
class Desc:
    def __get__(self, o, t): return nap()
    def __set__(self, o, v): nap()
class HD:
    d = Desc()
def c_desc(): HD().d
def c_descset(): HD().d = 1
class NewC:
    def __new__(cls): nap(); return super().__new__(cls)
def c_new(): NewC()
def c_type(): type('T', (V2,), {})().go()
def deco(f):
    @functools.wraps(f)
    def w(*a, **k): return f(*a, **k)
    return w
@deco
def decorated(): nap()
def c_deco(): decorated()
def c_partial(): functools.partial(nap, 1)()
class PM:
    def _go(self, n): nap()
    go = functools.partialmethod(_go, 1)
def c_partialmethod(): PM().go()
def c_lru(): cached(1)
@functools.lru_cache
def cached(x): return nap()
def c_globals(): globals()['nap']()
def c_eval(): eval('nap()')
def c_exec(): exec('nap()')
def c_locals():
    f = nap; locals()['f']()
def c_vars(): vars(V3)['go'](V3())
class V3:
    def go(self): nap()
def c_dict_attr(): V3.__dict__['go'](V3())
def c_setattr():
    v = V3(); setattr(v, 'zed', nap); v.zed()
def c_instdict():
    v = V3(); v.__dict__['zed'] = nap; v.zed()
def c_dictupdate():
    v = V3(); v.__dict__.update(zed=nap); v.zed()
def c_inspect(): dict(inspect.getmembers(V3()))['go']()
@contextlib.contextmanager
def cm():
    yield
    nap()
def c_cm():
    with cm(): pass
@cm()
def c_cmdeco(): pass
class CD(contextlib.ContextDecorator):
    def __enter__(self): nap()
    def __exit__(self, *a): pass
@CD()
def c_cmdeco2(): pass
def c_suppress():
    with contextlib.suppress(Exception): nap()
def c_nullctx():
    with contextlib.nullcontext(V2()) as v: v.go()
def c_yieldfrom(): list(yf())
def yf(): yield from gen()
def c_gensend():
    g = gens(); next(g); 
    try: g.send(1)
    except StopIteration: pass
def gens():
    yield
    nap()
def c_genclose():
    g = genc(); next(g); g.close()
def genc():
    try: yield 1
    finally: nap()
def c_throw():
    g = genc(); next(g)
    try: g.throw(ValueError)
    except ValueError: pass
def c_match():
    match V4():
        case V4(x=1): pass
class V4:
    @property
    def x(self): return nap()
def c_tryimport(): importlib.import_module('lazy').work()
def c_reload():
    import lazy
    importlib.reload(lazy).work()
def c_tempfile(): tempfile.NamedTemporaryFile().close()
def c_iter2(): next(iter(nap, 5))
def c_usergen(): next(x for x in gen())
def c_namedtuple(): collections.namedtuple('N', 'f')(nap).f()
class NT(typing.NamedTuple):
    f: object
def c_nt(): NT(nap).f()
def c_typingcast(): typing.cast(V2, V2()).go()
def c_counter(): collections.Counter(gen())
def c_dictfromgen(): dict(((1, nap()) for x in [1]))
def c_set(): set(gen())
def c_extend():
    l = []; l.extend(gen())
def c_slice():
    l = [1]; l[:] = gen()
def c_bisect(): bisect.bisect([1], 0, key=nap)
def c_abc(): Impl().tmpl()
class Base(abc.ABC):
    @abc.abstractmethod
    def hook(self): ...
    def tmpl(self): return self.hook()
class Impl(Base):
    def hook(self): return nap()
class MM(collections.abc.MutableMapping):
    def __getitem__(self, k): return nap()
    def __setitem__(self, k, v): nap()
    def __delitem__(self, k): nap()
    def __iter__(self): nap(); return iter([1])
    def __len__(self): nap(); return 1
def c_mmget(): MM().get(1)
def c_mmitems(): list(MM().items())
def c_mmupdate(): MM().update({1: 2})
def c_mmpop(): MM().pop(1)
def c_mmkeys(): list(MM().keys())
def c_dictsub(): DS()['missing']
class DS(dict):
    def __missing__(self, k): return nap()
class UD(collections.UserDict):
    def __getitem__(self, k): return nap()
def c_userdict(): UD().get('a'); UD(a=1).get('a')
class Fmt(string.Formatter):
    def get_value(self, key, a, k): return nap()
def c_formatter(): Fmt().format('{a}')
class JE(json.JSONEncoder):
    def default(self, o): return nap()
def c_jsonenc(): json.dumps(object(), cls=JE)
class RIO(io.RawIOBase):
    def readable(self): return True
    def readinto(self, b): nap(); return 0
def c_rawio(): io.BufferedReader(RIO()).read()
def c_textio(): io.TextIOWrapper(io.BufferedReader(RIO())).read()
def c_signal():
    signal.signal(signal.SIGUSR1, nap); signal.raise_signal(signal.SIGUSR1)
def c_walrus(): (x := V2()).go()
def c_lambda(): (lambda: nap())()
def c_default(f=nap): f()
def c_kw(): run(fn=nap)
def run(fn): fn()
def c_kwargs(): run(**{'fn': nap})
def c_args(): run(*[nap])
def c_tuple():
    (a, (b, c)) = (1, (2, nap)); c()
def c_dictmethod(): {'a': nap}.get('a')()
def c_setdefault(): {}.setdefault('a', nap)()
def c_dictitems():
    for k, v in {'a': nap}.items(): v()
def c_nested():
    def inner(): nap()
    inner()
def c_nonlocal():
    f = None
    def setit():
        nonlocal f
        f = nap
    setit(); f()
def c_superm(): Child().go()
class Par:
    def go(self): nap()
class Child(Par):
    def go(self): super().go()
def c_superold(): ChildOld().go()
class ChildOld(Par):
    def go(self): super(ChildOld, self).go()
class Mix:
    def tmpl(self): return self.leaf()
class Mixed(Mix):
    def leaf(self): return nap()
def c_mixin(): Mixed().tmpl()
def c_classreg(): Reg.items[0]().go()
class Reg:
    items = []
    def __init_subclass__(cls): Reg.items.append(cls)
class RegA(Reg):
    def go(self): nap()
def c_subclasses():
    for k in Reg.__subclasses__(): k().go()
def c_class(): V2().__class__().go()
def c_typeof(): type(V2())().go()
def c_fget(): V4.x.fget(V4())
def c_func(): V2.go.__func__(V2()) if hasattr(V2.go, '__func__') else V2.go(V2())
def c_wrapped(): decorated.__wrapped__()
def c_mself(): V2().go.__self__.go()
def c_callmethod(): nap.__call__()
def c_del():
    d = DelC(); del d
class DelC:
    def __del__(self): nap()
def c_delattr():
    x = V5(); del x.a
class V5:
    def __delattr__(self, n): nap()
    def __setattr__(self, n, v): nap()
    def __delitem__(self, i): nap()
    def __setitem__(self, i, v): nap()
def c_setattrd(): V5().a = 1
def c_delitem():
    x = V5(); del x[0]
def c_setitem(): V5()[0] = 1
def c_excmatch():
    try: raise Exc()
    except Exc as e: str(e)
class Exc(Exception):
    def __init__(self): nap()
    def __str__(self): nap(); return ''
class ExcG(Exception): pass
def c_future():
    f = concurrent.futures.Future(); f.add_done_callback(nap); f.set_result(1)
def c_traceback(): traceback.format_exception(Exc())
def c_neg(): -V6()
class V6:
    def __neg__(self): nap()
    def __ror__(self, o): nap()
    def __radd__(self, o): nap(); return 1
    def __matmul__(self, o): nap()
    def __divmod__(self, o): nap()
    def __round__(self, n=0): nap(); return 1
    def __abs__(self): nap(); return 1
    def __dir__(self): nap(); return []
    def __bytes__(self): nap(); return b''
    def __repr__(self): nap(); return ''
    def __instancecheck__(self, o): nap(); return True
def c_ror(): 1 | V6()
def c_radd(): 1 + V6()
def c_sumr(): sum([V6()])
def c_matmul(): V6() @ 1
def c_divmod(): divmod(V6(), 1)
def c_round(): round(V6())
def c_abs(): abs(V6())
def c_dir(): dir(V6())
def c_bytes(): bytes(V6())
def c_repr(): repr(V6())
def c_reprlist(): repr([V6()])
def c_fr(): f'{V6()!r}'
def c_isinstance(): isinstance(1, V6())
def c_gcall(): call_all()
hooks = []
hooks.append(nap)
def call_all():
    for h in hooks: h()
def c_while():
    while not nap(): pass
def c_asyncrun():
    async def co(): nap()
    c = co()
    try: c.send(None)
    except StopIteration: pass
def c_greenletspawn(): eventlet.spawn(nap).wait()
def c_timeoutw():
    with eventlet.Timeout(1): nap()
def c_link():
    g = eventlet.spawn(nap); g.link(nap); g.wait()

class Named:
    def __set_name__(self, owner, name): nap()
def c_setname():
    class Owner:
        attr = Named()
class Prep(type):
    @classmethod
    def __prepare__(meta, name, bases): nap(); return {}
def c_prepare():
    class Prepared(metaclass=Prep): pass
class NewMeta(type):
    def __new__(meta, *a): nap(); return super().__new__(meta, *a)
def c_metanew():
    class Made(metaclass=NewMeta): pass
class Spelled:
    def __init__(self, n=0): self.n = n
    def __repr__(self): nap(); return 's'
    def __copy__(self): nap(); return self
    def __deepcopy__(self, memo): nap(); return self
    def __radd__(self, o): nap(); return 1
    def __bool__(self): nap(); return True
    def __index__(self): nap(); return 0
    def __lt__(self, o): nap(); return self.n < o.n
    def __hash__(self): nap(); return self.n
    def __eq__(self, o): nap(); return self.n == o.n
    def __delattr__(self, name): nap()
def c_percenttuple(): '%s' % (Spelled(),)
def c_percentlist(): '%s' % ([Spelled()],)
def c_logarg(): logging.getLogger('quiet').error('%s', Spelled())
def c_formatlist(): '{}'.format([Spelled()])
def c_fstringlist(): f'{[Spelled()]}'
def c_printstar(): print(*[Spelled()], file=io.StringIO())
def c_copymethod(): copy.copy(Spelled())
def c_deepcopymethod(): copy.deepcopy([Spelled()])
def c_anyitem(): any([Spelled()])
def c_index(): [1][Spelled()]
def c_sliced(): [1][Spelled():]
def c_hex(): hex(Spelled())
def c_heap():
    h = [Spelled(1)]; heapq.heappush(h, Spelled())
def c_minkey(): min([1, 2], key=Spelled)
def c_bisectitem(): bisect.bisect([Spelled(1)], Spelled())
def c_setof(): set([Spelled()])
def c_setadd(): set().add(Spelled())
def c_setdisplay(): {Spelled()}
def c_setcomp(): {Spelled(x) for x in [1]}
def c_dictkey(): {}.get(Spelled())
def c_dictstore():
    d = {}; d[Spelled()] = 1
def c_tuplehash(): hash((Spelled(),))
def c_listindex(): [Spelled(1)].count(Spelled())
def c_tuplelt(): (Spelled(1),) < (Spelled(),)
def c_delattrname(): delattr(Spelled(), 'x')
def c_inherited(): computed_base()().go()
def computed_base():
    class Derived(dict(base=V2)['base']):
        def go(self): return super().go()
    return Derived
def c_lazyimport(): import waits
def c_objmethod():
    s = __import__('socket').socket(); s.before = nap; s.before()
class CheckedMeta(type):
    def __instancecheck__(cls, o): nap(); return True
    def __len__(cls): nap(); return 1
    def __contains__(cls, o): nap(); return True
class Checked(metaclass=CheckedMeta): pass
def c_isinstancemeta(): isinstance(1, Checked)
def c_lenmeta(): len(Checked)
def c_inmeta(): 1 in Checked
class Seq(collections.abc.Sequence):
    def __getitem__(self, i): nap(); return [1, 2][i]
    def __len__(self): return 2
def c_seqindex(): Seq().index(1)
def c_seqin(): 1 in Seq()
def c_seqreversed(): list(reversed(Seq()))
class MutSeq(Seq, collections.abc.MutableSequence):
    def __setitem__(self, i, v): pass
    def __delitem__(self, i): pass
    def insert(self, i, v): nap()
def c_seqappend(): MutSeq().append(1)
class MutSet(collections.abc.MutableSet):
    def __contains__(self, x): return False
    def __iter__(self): return iter([])
    def __len__(self): return 0
    def add(self, x): nap()
    def discard(self, x): nap()
def c_setior():
    s = MutSet(); s |= {1}
class Visitor(ast.NodeVisitor):
    def visit_Name(self, node): nap()
def c_visitor(): Visitor().visit(ast.parse('x'))
class Out(io.RawIOBase):
    def writable(self): return True
    def write(self, b): nap(); return len(b)
class Plain:
    def write(self, text): nap()
    def read(self, n=-1): nap(); return '{}'
def c_writelines(): Out().writelines([b'x'])
def c_printfile(): print(1, file=Plain())
def c_jsondump(): json.dump({}, Plain())
def c_jsonload(): json.load(Plain())
def c_textwrite():
    t = io.TextIOWrapper(io.BufferedWriter(Out())); t.write('x'); t.flush()
def c_dropwhile(): list(itertools.dropwhile(nap, [1]))
def c_filterfalse(): list(itertools.filterfalse(nap, [1]))
def c_accumulate(): list(itertools.accumulate([1, 2], lambda a, b: nap()))
def c_groupitems():
    for k, g in itertools.groupby([V2()], key=id):
        for v in g: v.go()
def c_pushfunction():
    with contextlib.ExitStack() as st: st.push(lambda *e: nap())
def c_dispatchtype(): sd2('x')
@functools.singledispatch
def sd2(x): return 0
@sd2.register(str)
def _sd2(x): return nap()
def c_copytree():
    d = tempfile.mkdtemp(); open(d + '/f', 'w').close()
    shutil.copytree(d, d + '2', copy_function=nap)

if __name__ == '__main__':
    for name, f in list(globals().items()):
        if name.startswith('c_'):
            f()
