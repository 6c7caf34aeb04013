import eventlet
from collections import deque, defaultdict
def gen(n=5):
    for i in range(n):
        eventlet.sleep(0.2)
        yield i
def f(i):
    eventlet.sleep(0.2); return i
class Box:
    def __init__(self): self.items = []; self.seen = set(); self.d = {}
    def fill(self):
        self.items.extend(gen())
    def see(self): self.seen.update(f(i) for i in range(5))
    def keep(self): self.items += gen()
def cut(act, *a):
    with eventlet.Timeout(0.5, False):
        act(*a)
def one(got): got.extend(gen())
def two(got): got.extend(f(i) for i in range(5))
def three(got): got += gen()
def four(got): got += (f(i) for i in range(5) if i != 1)
def six(d): d.update((i, f(i)) for i in range(5))
def seven(got): got.extendleft(gen())
def main():
    for act in one, two, three, four:
        got = []
        cut(act, got)
        print(act.__name__, got)
    d = {}; cut(six, d); print(d)
    q = deque(); cut(seven, q); print(q)
    b = Box(); cut(b.fill); cut(b.see); print(b.items, b.seen)
    t = []
    print(t.extend(gen(2)), t, [t.extend(gen(1)) for _ in range(2)], t)
    s = set(); s.update(gen(2)); print(s)
    l = []; l += gen(2); l += [f(9)]; print(l)
    n = 0
    n += f(3); print(n)
    l += (gen(1)); print(l)
    l += (
        gen(1))
    l.extend((gen(1)))
    print(l)
    b.keep(); print(b.items)
main()
