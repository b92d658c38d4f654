from .fill import fill
