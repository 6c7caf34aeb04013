"""Telling what was found."""


def print_report(pages, site):
    for path, page in sorted(pages.items()):
        print("%-12s %-8s %4d bytes %2d links" % (path, page.status, page.size, len(page.links)))
    print(len(pages), "pages,", sum(site.hits.values()), "requests")
