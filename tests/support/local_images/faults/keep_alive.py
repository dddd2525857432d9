"""Closes a connection that is idle for one second."""

from server import Handler, serve


class Impatient(Handler):
    timeout = 1


serve(Impatient)
