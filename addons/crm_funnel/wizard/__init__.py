from . import crm_process_result_entry
from . import crm_quick_task
from . import crm_task_change
from . import crm_stage_calibration
from . import crm_stage_undo
