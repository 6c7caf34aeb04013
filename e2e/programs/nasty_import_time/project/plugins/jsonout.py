import json
from registry import register

NAME = 'json'


@register(NAME, wait=False)
def export(data):
    return json.dumps(data)
