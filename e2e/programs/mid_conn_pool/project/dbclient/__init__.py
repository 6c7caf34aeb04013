from dbclient.connection import Connection, ProtocolError, ServerGone
from dbclient.pool import ConnectionPool, PoolTimeout
