class Room(object):
    """A named set of sessions, in the order they joined."""

    def __init__(self, name):
        self.name = name
        self.members = []

    def join(self, session):
        self.broadcast('* %s joined %s' % (session.nick, self.name))
        self.members.append(session)

    def leave(self, session):
        if session in self.members:
            self.members.remove(session)
            self.broadcast('* %s left %s' % (session.nick, self.name))

    def broadcast(self, text, skip=None):
        # a copy: a failing member leaves while we iterate
        for member in list(self.members):
            if member is not skip:
                member.send(text)

    def __len__(self):
        return len(self.members)

    def __contains__(self, nick):
        return any(m.nick == nick for m in self.members)
