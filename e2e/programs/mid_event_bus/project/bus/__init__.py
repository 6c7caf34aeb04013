from .core import Bus, DeliveryError
from .handlers import Mailer, Metrics, audit_trail
