import json


class JsonLines(object):
	"""Reads and writes one JSON object per line on a socket."""

	def __init__(self, sock):
		self.sock = sock
		self.rest = b''

	def __iter__(self):
		return self

	def __next__(self):
		while b'\n' not in self.rest:
			data = self.sock.recv(4096)
			if not data:
				raise StopIteration
			self.rest += data
		line, self.rest = self.rest.split(b'\n', 1)
		try:
			return json.loads(line)
		except ValueError:
			return {'op': None, 'error': 'not json'}

	def send(self, **message):
		self.sock.sendall(json.dumps(message, sort_keys=True).encode() + b'\n')
