import eventlet

from bus import Bus, DeliveryError, Mailer, Metrics, audit_trail
from bus.handlers import smtp

bus = Bus()
metrics = Metrics()
trail = []
bus.middleware.append(audit_trail(trail.append))
bus.subscribe('*', metrics)
bus.subscribe('user.created', Mailer(smtp).welcome)
bus.subscribe('user.deleted', Mailer(smtp, sender='admin').welcome, subject='Goodbye')
bus.subscribe('user.*', lambda topic, user, **kw: eventlet.sleep(0.01))
bus.subscribe('order.*', lambda topic, *a: 'seen %s' % topic)


@bus.subscribe('order.paid')
def ship(topic, order):
    eventlet.sleep(0.02)
    if order < 0:
        raise ValueError('order %d' % order)
    return 'shipped %d' % order


@bus.subscribe('order.paid', express=True)
def label(topic, order, express=False):
    return f'label {order}{" express" if express else ""}'


def main():
    print(bus.publish('user.created', 'ann'))
    print(bus.publish('nobody.cares'), bool(bus.publish('nobody.cares')))
    print(bus.publish('order.paid', 7))
    try:
        bus.publish('order.paid', -1)
    except DeliveryError as e:
        print(e, [str(f) for f in e.failures])

    idle = eventlet.Event()
    bus.on_idle = lambda topic: idle.send(topic)
    bus.post('user.deleted', 'bob')
    bus.post('order.paid', 8)
    bus.post('order.paid', -2)
    print('posted')
    print('idle after', idle.wait())
    print(sorted(metrics.counts.items()))
    print(len(trail), trail[:4], trail[-1])
    if bus.publish('order.shipped'):
        print('somebody saw it')


main()
