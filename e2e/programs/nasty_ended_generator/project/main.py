"""Exceptions thrown into generators that have not begun, that run, and that have ended."""

import eventlet


def lines(n):
    for i in range(n):
        eventlet.sleep(0)
        try:
            yield i
        except KeyError as e:
            eventlet.sleep(0)
            yield "caught %s" % e


class Reader:
    def __init__(self, n):
        self.lines = lines(n)

    def abort(self, why):
        try:
            return self.lines.throw(why)
        except StopIteration:
            return "ended by itself"
        except LookupError as e:
            return "abort: %r" % e

    @property
    def aborted(self):
        return self.abort(IndexError("aborted"))

    def read(self):
        return next(self.lines, "no more")


def main():
    reader = Reader(2)
    print(reader.read(), reader.abort(KeyError(1)), reader.read(), reader.abort(LookupError), reader.read())
    print(reader.abort(KeyError(2)), reader.aborted)
    print(Reader(1).abort(IndexError("not begun")), Reader(1).aborted)
    reader = Reader(1)
    print(reader.read(), reader.abort(KeyError(3)), reader.abort(KeyError(4)), reader.abort(KeyError(5)))
    reader = Reader(3)
    print(reader.read(), reader.aborted)
    reader.lines.close()
    print(reader.abort(KeyError(6)), reader.read())
    ended = lines(0)
    print(list(ended))
    for throw_late in (1, 2):
        try:
            if throw_late == 1:
                (ended.throw)(KeyError("late"))
            else:
                ((ended)
                 .throw(  # a comment
                     KeyError("later")))
        except KeyError as e:
            print(e)


main()
