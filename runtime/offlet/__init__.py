# SPDX-License-Identifier: Apache-2.0
"""offlet: the Python side of a program on its way off Eventlet.

``offlet.aio`` has Eventlet's classes on asyncio alone. ``offlet.bridge`` lets green threads and coroutines call
each other while Eventlet is still there.
"""

__version__ = "0.1.0"
