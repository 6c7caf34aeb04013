"""Tests replace functions of the program that wait by doubles that do not."""
import eventlet

eventlet.monkey_patch()

from unittest import mock

import jobs

advance = jobs.advance


def slow(job):
    eventlet.sleep(0)
    return "slowly " + advance(job)


@mock.patch("jobs.advance", mock.MagicMock(side_effect=slow))
def test_given_double():
    return jobs.process("a"), jobs.advance.call_count


@mock.patch("jobs.finish", new_callable=mock.Mock)
def test_own_kind_of_mock(finish):
    finish.return_value = "not finished"
    return jobs.process("b")


@mock.patch("jobs.finish")
@mock.patch("jobs.Store.save")
def test_mock_of_its_kind(save, finish):
    save.return_value = "not saved"
    finish.side_effect = lambda job: "mocked " + job
    return jobs.process("c")


def test_method():
    with mock.patch("jobs.Store.load", lambda self, job: "remembered " + job):
        return jobs.process("d")


def test_assigned_double():
    store = jobs.Store()
    store.save = mock.MagicMock(return_value="noted")
    return store.twice("f"), store.save.call_count


def main():
    for test in (test_assigned_double, test_given_double, test_own_kind_of_mock, test_mock_of_its_kind, test_method):
        print(test.__name__, test())
    print(jobs.process("e"))


if __name__ == "__main__":
    main()
