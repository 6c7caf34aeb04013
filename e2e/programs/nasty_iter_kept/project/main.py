import eventlet

eventlet.monkey_patch()
import time


class Node:
    def __init__(self, name, *children):
        self.name, self.children = name, children

    def __iter__(self):
        return self.walk()

    def walk(self):
        time.sleep(0)
        yield self.name
        count = 1
        for child in self.children:
            count += yield from child.walk()
        return count

    def find(self, name):
        return next((n for n in self if n == name), None)


def main():
    tree = Node("a", Node("b"), Node("c"))
    print(list(tree), tree.find("b"), tree.find("z"))
    for name in tree:
        print(name)
    time.sleep(0)
    print(sorted(n for n in tree), "c" in tree)


main()
