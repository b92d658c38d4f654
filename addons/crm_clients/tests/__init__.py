from . import test_access
from . import test_directory
from . import test_relationship
