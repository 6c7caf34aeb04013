import functools

calls = {}


def logged(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        print(f"-> {func.__name__}{args}")
        try:
            result = func(*args, **kwargs)
        except Exception as exc:
            print(f"<- {func.__name__} raised {type(exc).__name__}")
            raise
        print(f"<- {func.__name__} = {result!r}")
        return result
    return wrapper


def timed(label=None):
    """Counts calls per label (and would measure time in production)."""
    def deco(func):
        key = label or func.__name__

        @functools.wraps(func)
        def wrapper(*a, **kw):
            try:
                return func(*a, **kw)
            finally:
                calls[key] = calls.get(key, 0) + 1
        return wrapper
    return deco
