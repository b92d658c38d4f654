from . import test_work
from . import test_work_deadline
from . import test_work_report
from . import test_project_add
from . import test_work_guard
from . import test_work_views
from . import test_work_access
from . import test_work_wizards
