import eventlet

eventlet.monkey_patch()

import io
import unittest

import background
import service


class ServiceTest(unittest.TestCase):
    """The first thing that runs, before the hub has had a turn."""

    def setUp(self):
        self.service = service.Service()
        self.service.start()
        self.addCleanup(self.service.stop)

    def test_idle(self):
        with self.assertRaises(eventlet.Timeout):
            with eventlet.Timeout(0.001):
                eventlet.sleep(1)

    def test_jobs(self):
        self.service.jobs.put(lambda: "done")
        self.assertEqual("done", self.service.results.get(timeout=1))

    def test_spawned(self):
        thread = eventlet.spawn(self.service.results.get)
        self.service.results.put("spawned")
        self.assertEqual("spawned", thread.wait())


if __name__ == "__main__":
    out = io.StringIO()
    result = unittest.TextTestRunner(out).run(unittest.defaultTestLoader.loadTestsFromTestCase(ServiceTest))
    print(result.testsRun, len(result.failures), len(result.errors))
    for test, text in result.failures + result.errors:
        print(test, text)
    print(background.thread.wait())
