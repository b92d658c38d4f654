from .filling import fill
