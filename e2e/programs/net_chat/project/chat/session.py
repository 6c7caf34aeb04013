import functools

COMMANDS = {}


def command(name, usage=''):
    def deco(func):
        COMMANDS[name] = func
        func.usage = usage
        return func
    return deco


def needs_room(func):
    @functools.wraps(func)
    def wrapper(self, arg):
        if self.room is None:
            return self.send('! join a room first')
        return func(self, arg)
    return wrapper


class Quit(Exception):
    pass


class Session(object):
    def __init__(self, server, sock, number):
        self.server = server
        self.sock = sock
        self.fd = sock.makefile('rw')
        self.nick = 'guest%d' % number
        self.room = None

    def send(self, text):
        try:
            self.fd.write(text + '\n')
            self.fd.flush()
        except IOError:
            self.server.log('cannot reach %s' % self.nick)
            if self.room is not None:
                self.room.leave(self)

    def run(self):
        self.send('welcome %s' % self.nick)
        try:
            for line in self.fd:
                line = line.rstrip()
                if not line:
                    continue
                if line.startswith('/'):
                    name, _, arg = line[1:].partition(' ')
                    handler = COMMANDS.get(name)
                    if handler is None:
                        self.send('! unknown command %s' % name)
                    else:
                        handler(self, arg)
                else:
                    self.say(line)
        except Quit as q:
            self.send('bye %s' % (q.args[0] or self.nick))
        except ConnectionError:
            self.server.log('%s vanished' % self.nick)
        finally:
            if self.room is not None:
                self.room.leave(self)
            self.fd.close()
            self.sock.close()

    @needs_room
    def say(self, text):
        self.room.broadcast('<%s> %s' % (self.nick, text), skip=self)
        self.send('ok %d' % (len(self.room) - 1))

    @command('nick', 'NAME')
    def do_nick(self, arg):
        if not arg or any(arg in room for room in self.server.rooms.values()):
            self.send('! bad nick')
            return
        old, self.nick = self.nick, arg
        if self.room is not None:
            self.room.broadcast('* %s is now %s' % (old, arg), skip=self)
        self.send('you are %s' % arg)

    @command('join', 'ROOM')
    def do_join(self, arg):
        if self.room is not None:
            self.room.leave(self)
        self.room = self.server.room(arg)
        self.room.join(self)
        self.send('joined %s (%d)' % (arg, len(self.room)))

    @command('who')
    @needs_room
    def do_who(self, arg):
        self.send(' '.join(sorted(m.nick for m in self.room.members)))

    @command('help')
    def do_help(self, arg):
        self.send(', '.join(('/%s %s' % (n, f.usage)).strip() for n, f in sorted(COMMANDS.items())))

    @command('quit', '[TEXT]')
    def do_quit(self, arg):
        raise Quit(arg)

    @command('shutdown')
    def do_shutdown(self, arg):
        self.send('closing')
        self.server.stop(self.nick)
