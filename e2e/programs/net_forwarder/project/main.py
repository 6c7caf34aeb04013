import os
import sys

import eventlet
from eventlet.green import socket

import pump

MAP = {}


def parse(spec):
    """'8080:127.0.0.1:80' -> (8080, ('127.0.0.1', 80))"""
    listen, host, port = spec.split(':')
    return int(listen), (host, int(port))


def serve(number, listen, target):
    server = eventlet.listen(('127.0.0.1', listen))
    MAP[number] = target
    while True:
        client, _ = server.accept()
        eventlet.spawn_n(pump.connection, number, client, target)


def main():
    forwards = [parse(spec) for spec in sys.argv[1:]]
    greens = [eventlet.spawn(serve, n, listen, target) for n, (listen, target) in enumerate(forwards)]
    if os.environ.get('FORWARDER_STATS'):
        greens.append(eventlet.spawn_after(0.01, pump.report_changes))
    print('%d forwards' % len(forwards))
    try:
        for g in greens:
            g.wait()
    except KeyboardInterrupt:
        print('interrupted')
    for line in pump.summary():
        print(line)
    return 0


if __name__ == '__main__':
    sys.exit(main())
