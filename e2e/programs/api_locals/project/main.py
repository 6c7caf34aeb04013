"""The request that a green thread works for, without passing it on."""
import eventlet
from eventlet import corolocal


class Context(corolocal.local):
    def __init__(self, user):
        self.user = user
        self.steps = []


request = corolocal.local()
context = Context('nobody')


def note(step):
    context.steps.append(step)
    return '%s:%s' % (getattr(request, 'id', None), ','.join(context.steps))


def handle(number):
    request.id = number
    context.user = 'user%d' % number
    for step in 'abc':
        note(step)
        eventlet.sleep(0.001 * (4 - number))
    return number, context.user, note('end')


def main():
    pool = eventlet.GreenPool()
    for result in pool.imap(handle, [1, 2, 3]):
        print(result)
    print(hasattr(request, 'id'), context.user, context.steps)
    request.id = 'main'
    print(note('x'), eventlet.spawn(note, 'y').wait(), note('z'))


if __name__ == '__main__':
    main()
