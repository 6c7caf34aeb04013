import sys
import eventlet
from eventlet import greenpool, queue
from greenlet import GreenletExit
from protocol import JsonLines
from tasks import TASKS


class Server(object):
	def __init__(self, width):
		self.pending = queue.PriorityQueue()
		self.pool = greenpool.GreenPool(width)
		self.running = {}
		self.finished = 0
		self.cancelled = set()
		self.open = True
		self.idle = eventlet.Event()
		self.dispatcher = eventlet.spawn(self._dispatch)
		self.ops = {'submit': self.submit, 'cancel': self.cancel, 'status': self.status, 'drain': self.drain}

	def _dispatch(self):
		while True:
			prio, ident, job = self.pending.get()
			if ident in self.cancelled:
				self.answer(job, ident, 'cancelled', None)
				continue
			gt = self.pool.spawn(TASKS[job['task']], *job.get('args', ()), **job.get('kwargs', {}))
			self.running[ident] = gt
			gt.link(self._done, ident, job)

	def _done(self, gt, ident, job):
		del self.running[ident]
		self.finished += 1
		try:
			status, value = 'ok', gt.wait()
		except GreenletExit:
			status, value = 'killed', None
		except Exception as e:
			status, value = 'error', '%s: %s' % (type(e).__name__, e)
		self.answer(job, ident, status, value)

	def answer(self, job, ident, status, value):
		job['reply'].send(id=ident, status=status, value=value)
		if not self.open and not self.running and self.pending.empty() and not self.idle.ready():
			self.idle.send(self.finished)

	def submit(self, msg, peer):
		if not self.open:
			return 'closed'
		if msg['task'] not in TASKS:
			return 'no task %s' % msg['task']
		msg['reply'] = peer
		self.pending.put((msg.get('prio', 5), msg['id'], msg))
		return 'accepted'

	def cancel(self, msg, peer):
		gt = self.running.get(msg['id'])
		if gt is not None:
			gt.kill()
			return 'killed'
		self.cancelled.add(msg['id'])
		return 'marked'

	def status(self, msg, peer):
		return {'running': sorted(self.running), 'pending': self.pending.qsize(),
		        'finished': self.finished, 'free': self.pool.free()}

	def drain(self, msg, peer):
		self.open = False
		if self.running or not self.pending.empty():
			return self.idle.wait()
		self.idle.send(self.finished)
		return self.finished

	def client(self, sock, addr):
		peer = JsonLines(sock)
		for msg in peer:
			op = self.ops.get(msg['op'], lambda m, p: m.get('error', 'unknown op'))
			peer.send(op=msg['op'], result=op(msg, peer))
		sock.close()


def main():
	port, width = map(int, sys.argv[1:])
	server = Server(width)
	acceptor = eventlet.spawn(eventlet.serve, eventlet.listen(('127.0.0.1', port)), server.client)
	total = server.idle.wait()
	eventlet.sleep(0.05)
	acceptor.kill()
	server.dispatcher.kill()
	print('drained after %d jobs' % total)


if __name__ == '__main__':
	main()
