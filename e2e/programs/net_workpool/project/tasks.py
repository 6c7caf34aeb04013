import eventlet

TASKS = {}


def task(func):
	TASKS[func.__name__] = func
	return func


@task
def nap(seconds, then='rested'):
	eventlet.sleep(seconds)
	return then


@task
def add(*numbers):
	return sum(numbers)


@task
def divide(a, b):
	return a / b


@task
def chain(*steps):
	value = None
	for name, args in steps:
		args = [value if a == '$' else a for a in args]
		value = TASKS[name](*args)
	return value


@task
def careful(seconds, log=[]):
	log.append('start')
	try:
		eventlet.sleep(seconds)
	except BaseException as e:
		log.append(type(e).__name__)
		raise
	finally:
		log.append('cleanup')
	return 'undisturbed'


TASKS['log'] = lambda: list(careful.__defaults__[0])
