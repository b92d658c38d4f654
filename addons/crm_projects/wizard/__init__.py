from . import crm_work_window
from . import crm_project_add
from . import crm_work_deadline
from . import crm_work_report
from . import crm_work_report_line
from . import crm_work_untick
