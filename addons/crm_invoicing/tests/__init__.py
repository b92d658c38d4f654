from . import test_plan_fact
from . import test_plan_access
