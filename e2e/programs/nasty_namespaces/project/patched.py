def order(x):
    return sorted(x)


def size(x):
    return len(x)
