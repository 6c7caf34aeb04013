def run(n):
    return "quick %d" % n
