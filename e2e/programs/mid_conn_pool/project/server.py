"""A pocket database server for the self-test."""
import eventlet

JOURNAL = []


def serve(listener):
    while True:
        sock, _ = listener.accept()
        eventlet.spawn_n(session, sock)


def session(sock):
    data = {}
    backup = None
    user = "?"
    with sock, sock.makefile("rwb") as f:
        def say(text):
            f.write(text.encode() + b"\r\n")
            f.flush()

        say("pocketdb 1.0")
        for raw in f:
            cmd, *args = raw.decode().split()
            if cmd == "USER":
                user = args[0]
                say("+OK " + user)
            elif cmd == "SET":
                data[args[0]] = args[1]
                JOURNAL.append((user, "set", args[0]))
                say("+OK " + args[1])
            elif cmd == "GET":
                say("+OK " + data[args[0]] if args[0] in data else "-ERR no key " + args[0])
            elif cmd == "BEGIN":
                backup = dict(data)
                say("+OK begin")
            elif cmd == "COMMIT":
                backup = None
                JOURNAL.append((user, "commit", ""))
                say("+OK commit")
            elif cmd == "ROLLBACK":
                data, backup = backup, None
                JOURNAL.append((user, "rollback", ""))
                say("+OK rollback")
            elif cmd == "SLEEP":
                eventlet.sleep(float(args[0]))
                say("+OK slept " + args[0])
            elif cmd == "DIE":
                return
            else:
                say("-ERR unknown command " + cmd)
