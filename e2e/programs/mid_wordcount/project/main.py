import eventlet
from mapreduce import Engine, make_progress, mapper, reducer

DOCS = {
    "a.txt": "the cat sat on the mat",
    "b.txt": "the dog sat",
    "c.txt": "",
    "d.txt": "cat and dog and mat",
    "e.txt": "!binary!",
}


def tokens(text):
    for chunk in text.split(" "):
        eventlet.sleep(0.003)               # tokenizing is done by a remote service
        if chunk.startswith("!"):
            raise ValueError("not a text")
        if chunk:
            yield chunk


@mapper("count")
def count_words(name, text):
    for word in tokens(text):
        yield word, 1


@mapper("index")
def index_words(name, text):
    yield from ((w, name) for w in tokens(text))


@reducer("index")
def join_names(word, names):
    eventlet.sleep(0.005)
    if word == "and":
        raise KeyError("stop word")
    return "+".join(sorted(set(n[0] for n in names)))


@mapper("lengths")
def lengths(name, text):                    # plain: no waiting at all
    return [("chars", len(text)), ("docs", 1)]


def main():
    for job, slow in ("count", 0.0), ("index", 0.01), ("lengths", 0.0):
        tick, summary = make_progress(len(DOCS), slow=slow)
        done = []
        engine = Engine(job, on_done=lambda key: done.append((tick(key), key)))
        result = engine.run(DOCS)
        print(job, result)
        print("  done", sorted(n for n, _ in done), "summary", summary().split(";")[0])
        for err in sorted(engine.errors, key=str):
            print("  error", err, "cause", type(err.cause).__name__)


if __name__ == "__main__":
    main()
