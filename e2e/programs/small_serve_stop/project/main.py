import eventlet
from eventlet import StopServe


def handle(sock, addr):
    with sock.makefile('rw') as fd:
        name = fd.readline().strip()
        print('server: hello from %s' % name)
        if name == 'stop':
            fd.write('closing down\n')
            fd.flush()
            raise StopServe()
        eventlet.sleep(0.25 if name == 'slow' else 0)
        fd.write('hi %s\n' % name)
        print('server: done with %s' % name)


def greet(port, name):
    c = eventlet.connect(('127.0.0.1', port))
    c.sendall(name.encode() + b'\n')
    chunks = []
    while True:
        data = c.recv(100)
        if not data:
            break
        chunks.append(data)
    c.close()
    return b''.join(chunks).decode().rstrip()


def clients(port):
    slow = eventlet.spawn(greet, port, 'slow')
    eventlet.sleep(0.02)
    print('client: %s' % greet(port, 'ann'))
    print('client: %s' % slow.wait())
    print('client: %s' % greet(port, 'bob'))
    print('client: %s' % greet(port, 'stop'))


listener = eventlet.listen(('127.0.0.1', 0))
visits = eventlet.spawn(clients, listener.getsockname()[1])
print('serving')
eventlet.serve(listener, handle, concurrency=5)
print('serve returned')
visits.wait()
listener.close()
