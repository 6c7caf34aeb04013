"""Runs Eventlet's examples/producer_consumer.py against a web of our own
(web.py). The program finds what looks like an address and ends in a slash.
"""
import os
import sys
import time

sys.path.insert(0, os.environ["OFFLET_UPSTREAM"])
from web import Program, Web, cut, hang_up, moved, page

PYTHON, PROJECT = sys.argv[1], sys.argv[2]
START = "http://eventlet.net"


def crawl(title, sites):
    print("===", title)
    web.sites = sites
    program = Program(PYTHON, PROJECT, "producer_consumer.py", web)
    try:
        program.finish(sort_after="I saw these urls:")
    finally:
        program.proc.kill()
    web.show()


def links(*pages):
    return page("".join('<a href="http://%s">x</a> and ' % p for p in pages))


def at(path):
    return "http://eventlet.net/" + path


def slow(seconds, answer):
    def late(request):
        time.sleep(seconds)
        answer(request)
    return late


web = Web({})
crawl("a small site", {
    START: links("eventlet.net/a/", "eventlet.net/b/", "other.example/x/", "eventlet.net/no-slash"),
    at("a/"): links("eventlet.net/b/", "eventlet.net/c/", "eventlet.net/"),
    at("b/"): moved(at("target/")),
    at("target/"): links("eventlet.net/d/", "eventlet.net/missing/"),
    at("c/"): page("nothing here; www.eventlet.net/www/ is an address too"),
    at("d/"): links("eventlet.net/e/"),
    at("e/"): page(""),
    at(""): links("eventlet.net/a/"),
})
crawl("pages that go wrong, each in its own way, and the others go on", {
    START: links("eventlet.net/hang-up/", "eventlet.net/cut/", "eventlet.net/latin/", "eventlet.net/error/", "eventlet.net/fine/"),
    at("hang-up/"): hang_up,
    at("cut/"): cut(b"http://eventlet.net/never/ ", 10),
    at("latin/"): page("caf\u00e9 http://eventlet.net/never/ ".encode("latin-1")),
    at("error/"): lambda request: request.send_error(500, "on fire"),
    at("fine/"): links("eventlet.net/after/"),
    at("after/"): page("the end"),
})
crawl("the start is not there", {})
# The program asks for plain urllib, not the green one, so its Timeout(5) never
# comes to anything: the page that takes longer is read all the same.
crawl("a page slower than the program's patience", {
    START: links("eventlet.net/slow/", "eventlet.net/quick/"),
    at("slow/"): slow(5.5, links("eventlet.net/found/")),
    at("quick/"): page("quick"),
    at("found/"): page("found"),
})
