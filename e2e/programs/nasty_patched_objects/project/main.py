"""Tests patch attributes of objects, classes and modules whose other functions wait."""
import eventlet

eventlet.monkey_patch()

from unittest import mock

import jobs


def patched_object(client):
    with mock.patch.object(client, "fetch") as fetch:
        fetch.return_value = "nothing"
        return client.both("a"), fetch.call_count


@mock.patch.object(jobs.Client, "send", return_value="unsent")
def patched_class(client, send):
    return client.both("b"), send.call_count


def patched_module(client):
    with mock.patch.object(jobs, "rest", return_value="no rest"):
        return client.both("c")


def patched_many(client):
    with mock.patch.multiple(client, fetch=mock.DEFAULT, send=mock.DEFAULT) as doubles:
        doubles["fetch"].return_value, doubles["send"].return_value = 1, 2
        return client.both("d")


def main():
    client = jobs.Client("one")
    for check in patched_object, patched_class, patched_module, patched_many:
        print(check.__name__, check(client))
    print(client.both("e"))


if __name__ == "__main__":
    main()
