# The syntax of 3.13 and 3.14.
try:
    pass
except A, b.C:
    pass
except D:
    pass

try:
    pass
except* A, B,:
    pass

name = t"Hello {user!r:>{width}}" t"{x = } {{}}\n"
rt"\d{y:%H}"


def f[T = int, *Ts = *tuple[int, ...], **P = [str]](x: T) -> T: ...


type X[T: (int, str) = int] = dict[str, T]
