"""Asks the (slow) quota service.  None of these calls looks slow where it is used."""
import eventlet

LIMITS = {'ann': 3, 'bob': 0, 'eve': None}
calls = []


def _ask(what, user):
    calls.append((what, user))
    eventlet.sleep(0.005)


def limit(user):
    _ask('limit', user)
    return LIMITS.get(user)


def exists(user):
    _ask('exists', user)
    return user in LIMITS


def exhausted(user):
    left = limit(user)
    return left is not None and left <= 0


def consume(user, n=1):
    if exhausted(user) or not exists(user):
        return False
    if LIMITS[user] is not None:
        LIMITS[user] -= n
    return True


def name(user):
    _ask('name', user)
    return '  %s  ' % user.title() if exists(user) else None


def members():
    _ask('members', '*')
    return sorted(LIMITS)


class Denied(Exception):
    pass


def denied(user):
    _ask('denied', user)
    return Denied('no quota for %s' % user)


def default_user():
    _ask('default', '*')
    return 'ann'
