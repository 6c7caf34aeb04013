"""Pipeline stages connected by queues.  One author, one style: tabs."""
import eventlet
from eventlet import queue


class Stop(object):
	def __repr__(self):
		return '<stop>'


STOP = Stop()


class Stage(object):
	"""Reads its input queue, writes zero or more items to the next stage."""
	workers = 1

	def __init__(self, name, next=None, size=2):
		self.name = name
		self.next = next
		self.inbox = queue.Queue(size)
		self.count = 0
		self._threads = [eventlet.spawn(self._loop) for _ in range(self.workers)]

	def put(self, item):
		self.inbox.put(item)

	def emit(self, item):
		if self.next is not None:
			self.next.put(item)

	def process(self, item):
		yield item

	def _loop(self):
		while 1:
			item = self.inbox.get()
			try:
				if item is STOP:
					return self.count
				self.count += 1
				for out in self.process(item):
					self.emit(out)
			except ArithmeticError as e:
				print('%s: cannot handle %r (%s)' % (self.name, item, type(e).__name__))
			finally:
				self.inbox.task_done()

	def close(self):
		for _ in self._threads:
			self.inbox.put(STOP)
		done = sum(t.wait() for t in self._threads)
		if self.next is not None:
			return [(self.name, done)] + self.next.close()
		return [(self.name, done)]


class Splitter(Stage):
	def process(self, item):
		for word in item.split():
			yield word


class Slow(Stage):
	pause = 0.06

	def process(self, item):
		eventlet.sleep(self.pause)
		yield from super(Slow, self).process(item)


class Inverter(Slow):
	pause = 0.04

	def process(self, item):
		number = int(item)
		for value in super(Inverter, self).process(number):
			yield 100 // value
			if value == 5:
				yield -value


class Collector(Stage):
	def __init__(self, *args, **kwargs):
		self.items = []
		super(Collector, self).__init__(*args, **kwargs)

	def process(self, item):
		self.items.append(item)
		print('collected %r' % (item,))
		return ()
