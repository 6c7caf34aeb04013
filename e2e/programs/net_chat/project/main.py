import sys

from chat import ChatServer

if __name__ == '__main__':
    ChatServer(int(sys.argv[1])).run()
