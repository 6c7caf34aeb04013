import eventlet
from channels import (Broadcast, Limited, LoudMail, LoudMemory, MailChannel, MemoryChannel, Printer, SignedMail)


def tell(channel, user, text):
    receipt = channel.notify(user, text)
    print('%-13s %-6s %r' % (type(channel).__name__, user, receipt))
    return receipt


def first_success(channels, user, text):
    return next((type(c).__name__ for c in channels if c.notify(user, text)), None)


def main():
    channels = [cls.build() for cls in (MemoryChannel, MailChannel, LoudMail, LoudMemory, SignedMail)]
    for user in ('ann@x', 'deaf'):
        print([bool(tell(c, user, 'hi')) for c in channels])
    for c in channels:
        print(type(c).__name__, c.count, c.sent)
    print('last', channels[-1].last)
    everyone = Broadcast([MemoryChannel(), Printer(), MailChannel()])
    print(everyone.notify('bob@x', 'meeting'), everyone.notify('bob', 'meeting'))
    limited = Limited(SignedMail(), 2)
    print([limited.notify('cat@x', str(n)) for n in range(4)], limited.quota(), limited.count, limited.inner.count)
    limited = Limited(MailChannel(), 2)
    print([limited.notify('cat@x', str(n)) for n in range(4)], limited.inner.sent)
    print(first_success([LoudMemory(), MailChannel(), Printer()], 'deaf', 'x'))

    # an instance whose method is replaced at run time
    fake = MemoryChannel()
    fake.deliver = lambda user, text: (eventlet.sleep(0.01), 'faked %s' % text)[1]
    print(tell(fake, 'dan', 'yo'))
    pile = eventlet.GreenPile()
    for c in channels:
        pile.spawn(c.notify, 'zoe@x', 'bye')
    print(list(pile))
    total = sum(c.count for c in channels)
    print('total', total)


main()
