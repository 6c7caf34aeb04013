import json
import sys

import eventlet

from web import App, HTTPError, Response, Server, redirect

app = App()
notes = {}
finished = eventlet.Event()


@app.route("/")
def index(request):
    return f"{len(notes)} notes"


@app.route("/notes/<name>")
def read_note(request, name):
    return notes.get(name) or missing(name)


def missing(name):
    raise HTTPError(404, f"no note {name}")


@app.route("/notes/<name>", "PUT")
def write_note(request, name):
    eventlet.sleep(0.02)                    # "the database"
    created = name not in notes
    notes[name] = request.body.decode()
    return Response("stored", 201 if created else 200)


@app.route("/count/<n>")
def count(request, n):
    def numbers():
        for i in range(int(n)):
            eventlet.sleep(0.02)
            yield b"%d " % i
    return Response(numbers())


@app.route("/slow/<ms>")
def slow(request, ms):
    eventlet.sleep(int(ms) / 1000)
    return f"slept {ms}"


@app.route("/old")
def old(request):
    return redirect("/")


@app.route("/broken")
def broken(request):
    return {}["nothing"]


@app.route("/limited")
def limited(request):
    with eventlet.Timeout(0.05, TimeoutError("upstream")):
        eventlet.sleep(1)


@app.route("/json", "POST")
def parse(request):
    return json.dumps(sorted(json.loads(request.body)))


@app.route("/quit", "POST")
def leave(request):
    eventlet.spawn_after(0.05, finished.send, "asked to")
    return "bye"


@app.errorhandler(ValueError)
def bad_value(request, error):
    return Response(f"bad value for {request.path}", 422)


@app.errorhandler(TimeoutError)
def upstream(request, error):
    eventlet.sleep(0.01)
    return Response(f"gateway: {error}", 504)


@app.before.append
def auth(request):
    if request.headers.get("x-user") == "mallory":
        return Response("go away", 403)


def main():
    server = Server(app, int(sys.argv[1]))
    server.start()
    print("listening")
    why = finished.wait()
    server.stop()
    print("stopped:", why, "served", server.served)


if __name__ == "__main__":
    main()
