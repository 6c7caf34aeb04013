import eventlet
from eventlet import Timeout

from lines import LineReader, LineTooLong


class Hangup(Exception):
    """Raised by a verb to end the session after its answer."""


class BaseSession(object):
    banner = b'220 ready'
    idle = 0.2

    def __init__(self, sock, deliver):
        self.sock = sock
        self.deliver = deliver
        self.reader = LineReader(sock)
        self.verbs = 0

    def reply(self, code, text):
        self.sock.sendall(('%d %s\r\n' % (code, text)).encode('ascii'))

    def serve(self):
        self.sock.sendall(self.banner + b'\r\n')
        try:
            while True:
                try:
                    line = self.reader.readline_within(self.idle)
                except LineTooLong:
                    self.reply(500, 'line too long')
                    continue
                if line is None:
                    break
                self.verbs += 1
                verb, _, rest = line.decode('ascii', 'replace').partition(' ')
                method = getattr(self, 'do_' + verb.lower(), None)
                if method is None:
                    self.unknown(verb)
                else:
                    method(rest)
        except Timeout:
            self.reply(421, 'idle for too long')
            return 'idle'
        except Hangup as h:
            self.reply(221, str(h))
            return 'quit'
        except Exception as e:
            self.reply(451, 'internal: %s' % type(e).__name__)
            return 'error'
        return 'eof'

    def unknown(self, verb):
        self.reply(502, 'what is %s' % verb)

    def do_noop(self, rest):
        self.reply(250, 'ok')

    def do_quit(self, rest):
        raise Hangup('bye')


class MailSession(BaseSession):
    def __init__(self, sock, deliver):
        BaseSession.__init__(self, sock, deliver)
        self.reset()

    def reset(self):
        self.sender = None
        self.rcpts = []

    def do_helo(self, name):
        self.reply(250, 'hello %s' % name)

    def do_mail(self, rest):
        if self.sender:
            return self.reply(503, 'nested mail')
        self.sender = rest.partition(':')[2]
        self.reply(250, 'sender ok')

    def do_rcpt(self, rest):
        if not self.sender:
            self.reply(503, 'need mail first')
            return
        self.rcpts.append(rest.partition(':')[2])
        self.reply(250, '%d recipient%s' % (len(self.rcpts), 's' if len(self.rcpts) > 1 else ''))

    def do_data(self, rest):
        if not self.rcpts:
            self.reply(503, 'no recipients')
            return
        self.reply(354, 'go on')
        body = []
        for line in self.reader:
            if line == b'.':
                break
            body.append(line[1:] if line.startswith(b'.') else line)
        else:
            return
        ident = self.deliver(self.sender, self.rcpts, body)
        self.reset()
        self.reply(250, 'queued as %s' % ident)

    def do_crash(self, rest):
        {}[rest]

    def do_rset(self, rest):
        self.reset()
        super(MailSession, self).do_noop(rest)


class LimitedSession(MailSession):
    """For peers that misbehave: slow answers, few verbs."""
    banner = b'220 ready (limited)'

    def reply(self, code, text):
        eventlet.sleep(0.03)
        super(LimitedSession, self).reply(code, text)
        if self.verbs >= 3 and code < 300 and code != 221:
            raise Hangup('enough')
