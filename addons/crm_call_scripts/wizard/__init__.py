from . import crm_call_planning
from . import crm_call_planning_targets
from . import crm_call_planning_line
from . import crm_call_planning_times
from . import crm_call_script_import
from . import crm_meeting_planning
from . import crm_meeting_result
