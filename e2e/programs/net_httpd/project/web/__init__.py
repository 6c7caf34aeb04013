from .app import App, HTTPError, Response, redirect
from .server import Server
