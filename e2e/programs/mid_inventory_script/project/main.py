#!/usr/bin/python
# Nightly inventory: polls all warehouses and prints the totals.
# Grown over the years; everything happens at module level.
import sys, os
import eventlet
eventlet.monkey_patch(socket=True, time=True)
import time
from settings import WAREHOUSES, RETRIES, get_limit
import warehouse

VERBOSE = os.environ.get('INVENTORY_VERBOSE') == '1'
total = 0
errors = []

def log(msg, *args):
	if VERBOSE: print('# ' + msg % args)

def count_stock(name, port):
	global total
	for attempt in range(RETRIES):
		try:
			t = eventlet.Timeout(get_limit(name))
			try:
				counted = warehouse.ask(port, 'COUNT')
			finally:
				t.cancel()
		except eventlet.Timeout:
			log('%s attempt %d timed out', name, attempt + 1)
			continue
		except (IOError, ValueError) as e:
			errors.append('%s: %s' % (name, e.__class__.__name__))
			return None
		total += counted
		return counted
	errors.append('%s: no answer after %d tries' \
		% (name, RETRIES))
	return None

ports = {}
for name, behaviour in WAREHOUSES:
	ports[name] = warehouse.start(behaviour)
log('started %d warehouses', len(ports))

threads = [(name, eventlet.spawn(count_stock, name, port)) for name, port in ports.items()]
time.sleep(0.05)
print('waiting for %d warehouses' % len(threads))
report = []
for name, thread in threads:
	result = thread.wait()
	if result is None:
		report.append('%-8s   -' % name)
	elif result > 100 and \
	     name != 'east':
		report.append('%-8s %3d (!)' % (name, result))
	else:
		report.append('%-8s %3d' % (name, result))
print('\n'.join(report))
print('total %d, %d errors' % (total, len(errors)))
for e in sorted(errors): print('error %s' % e)
if warehouse.ask(ports['north'], 'OPEN') and not warehouse.ask(ports['south'], 'OPEN'):
	print('north is open, south is not')
try:
	first = warehouse.ask(ports['north'], 'COUNT') + warehouse.ask(ports['south'], 'COUNT')
except ValueError:
	first = -1
print('north and south: %d' % first)
sys.exit(len(errors))
