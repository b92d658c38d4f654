from . import period, statistics
