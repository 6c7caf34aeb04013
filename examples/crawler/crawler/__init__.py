"""A crawler in the style of Eventlet: green threads, a pool, a queue."""
