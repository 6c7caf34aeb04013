class ShipError(Exception):
    "Base of everything the shipper raises."

class Transient(ShipError):
    def __init__(self, msg, after=0.02):
        ShipError.__init__(self, msg)
        self.after = after

class Permanent(ShipError): pass
