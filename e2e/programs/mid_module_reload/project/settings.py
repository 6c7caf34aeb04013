import eventlet

eventlet.sleep(0)
VALUE = 1
