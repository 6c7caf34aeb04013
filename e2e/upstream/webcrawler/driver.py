"""Runs Eventlet's examples/webcrawler.py against a web of our own (web.py).

The three pages are fetched at the same time: each answer is held back until
the program has printed what must come before it, so a program that fetched
them one after the other would not get on.
"""
import os
import sys

sys.path.insert(0, os.environ["OFFLET_UPSTREAM"])
from web import Program, Web, cut, hang_up, moved, page

PYTHON, PROJECT = sys.argv[1], sys.argv[2]
GOOGLE = "https://www.google.com/intl/en_ALL/images/logo.gif"
PYTHON_ORG = "http://python.org/images/python-logo.gif"
YAHOO = "http://us.i1.yimg.com/us.yimg.com/i/ww/beta/y3.gif"
ALL = (GOOGLE, PYTHON_ORG, YAHOO)

program = None


def crawl(title, sites, trusts=True):
    global program
    print("===", title)
    web.sites = sites
    program = Program(PYTHON, PROJECT, "webcrawler.py", web, trusts)
    try:
        program.finish()
    finally:
        program.proc.kill()
    web.show()


def opened(answer):
    """Answers once all three have been opened."""
    def held(request):
        for url in ALL:
            program.has_printed("opening " + url)
        answer(request)
    return held


def after(line, answer):
    """Answers once the program has printed a line."""
    def held(request):
        program.has_printed(line)
        answer(request)
    return held


def once_asked(urls, answer):
    """Answers once the others have been asked for."""
    def held(request):
        for url in urls:
            web.has_been_asked(url)
        answer(request)
    return held


def until_the_end(request):
    """Never answers: the program must end without it."""
    program.has_ended()


def done(url):
    return "done with " + url


def got(url, length):
    return "got body from %s of length %d" % (url, length)


web = Web({})
crawl("the last one answers first; one is moved to https", {
    GOOGLE: after(done(PYTHON_ORG), page(b"g" * 1000, "image/gif")),
    PYTHON_ORG: after(done(YAHOO), moved("https://www.python.org/new-logo.gif", 301)),
    "https://www.python.org/new-logo.gif": page(b"p" * 100_000, "image/gif"),
    YAHOO: opened(page(b"", "image/gif")),
})
crawl("the second one is not there", {
    GOOGLE: opened(page(b"g", "image/gif")),
    YAHOO: after(got(GOOGLE, 1), page(b"y", "image/gif")),
    PYTHON_ORG: after(done(YAHOO), lambda request: request.send_error(404, "gone for good")),
})
crawl("the first one hangs up; the last one never answers", {
    GOOGLE: after(done(PYTHON_ORG), once_asked([YAHOO], hang_up)),
    PYTHON_ORG: opened(page(b"p", "image/gif")),
    YAHOO: until_the_end,
})
crawl("the last one is cut short", {
    GOOGLE: opened(page(b"g", "image/gif")),
    PYTHON_ORG: after(got(GOOGLE, 1), page(b"p" * 20, "image/gif")),
    YAHOO: after(got(PYTHON_ORG, 20), cut(b"y" * 30, 10)),
})
crawl("a redirect that goes in a circle", {
    GOOGLE: opened(page(b"g", "image/gif")),
    PYTHON_ORG: after(got(GOOGLE, 1), once_asked([YAHOO], moved(PYTHON_ORG))),
    YAHOO: until_the_end,
})
crawl("nobody trusts the certificate of the first one", {
    "www.google.com": once_asked([PYTHON_ORG, YAHOO], lambda request: None),
    PYTHON_ORG: until_the_end,
    YAHOO: until_the_end,
}, trusts=False)
