from .server import ChatServer

__all__ = ['ChatServer']
