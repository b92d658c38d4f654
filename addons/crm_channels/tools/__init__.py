from . import json_field
from . import periods
