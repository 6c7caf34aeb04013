import socket
import time
import eventlet


def start(behaviour):
	s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
	s.bind(('127.0.0.1', 0))
	s.listen(5)
	def run(calls=0):
		while 1:
			c, a = s.accept()
			calls += 1
			eventlet.spawn_n(answer, c, behaviour, calls)
	eventlet.spawn(run)
	return s.getsockname()[1]


def answer(c, behaviour, nth):
	what = c.recv(100)
	counts = what == b'COUNT'
	delay, text = behaviour[0 if counts and (nth == 1 or behaviour[0][0] < 0.1) else 1]
	time.sleep(delay)
	c.send(text.encode('ascii'))
	c.close()


def ask(port, what):
	c = socket.create_connection(('127.0.0.1', port))
	try:
		c.sendall(what.encode('ascii'))
		reply = b''
		while True:
			data = c.recv(10)
			if not data: break
			reply += data
	finally:
		c.close()
	if what == 'OPEN':
		return reply == b'yes'
	return int(reply)
