RETRIES = 2
WAREHOUSES = [
    ('north', [(0.01, '120'), (0, 'yes')]),
    ('south', [(0.03, '40'), (0, '')]),
    ('east', [(0.3, '1'), (0.02, '300')]),        # slow at first
    ('west', [(0.01, 'lots'), (0, 'no')]),
    ('attic', [(0.5, '1'), (0.5, '2')]),
]


def get_limit(name):
    return {'attic': 0.08}.get(name, 0.12)
