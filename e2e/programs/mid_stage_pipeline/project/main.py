import eventlet
from stages import Collector, Inverter, Slow, Splitter, Stage


def feed(stage, lines):
	for line in lines:
		print('feed %r' % line)
		stage.put(line)
	print('fed everything')


def build():
	# last stage first
	end = Collector('collector', size=None)
	inv = Inverter('inverter', next=end)
	slow = Slow('slow', inv, 1)
	return Splitter('splitter', slow, size=1), end


head, end = build()
feeder = eventlet.spawn(feed, head, ['1 2 4', '0 5', '20 50'])
feeder.wait()
print('closing')
for name, done in head.close():
	print('%-10s %d' % (name, done))
print(end.items, sum(end.items))

plain = Stage('plain')
plain.put('unused')
plain.inbox.join()
print(plain.close())
