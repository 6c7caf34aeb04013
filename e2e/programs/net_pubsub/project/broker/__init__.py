"""Publish/subscribe broker with a binary protocol."""
from broker.frames import Frame, FrameError, Kind, read_frame, write_frame
from broker.hub import Hub
