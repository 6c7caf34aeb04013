import eventlet

from .room import Room
from .session import Session


class ChatServer(object):
    def __init__(self, port):
        self.rooms = {}
        self.listener = eventlet.listen(('127.0.0.1', port))
        self.stopped = eventlet.Event()
        self.pool = eventlet.GreenPool(20)
        self.count = 0

    def log(self, text):
        print('log: ' + text)

    def room(self, name):
        if name not in self.rooms:
            self.rooms[name] = Room(name)
        return self.rooms[name]

    def handle(self, sock, number):
        session = Session(self, sock, number)
        self.log('%s connected' % session.nick)
        session.run()
        self.log('%s disconnected' % session.nick)

    def accept_loop(self):
        while True:
            sock, address = self.listener.accept()
            self.count += 1
            self.pool.spawn_n(self.handle, sock, self.count)

    def stop(self, who):
        self.stopped.send(who)

    def run(self):
        acceptor = eventlet.spawn(self.accept_loop)
        who = self.stopped.wait()
        acceptor.kill()
        self.listener.close()
        self.log('stopped by %s, %d served' % (who, self.count))
