from . import crm_call_figures
from . import crm_call_figures_nodes
from . import crm_call_figures_versions
from . import crm_call_figures_calls
from . import crm_call_figures_answers
from . import crm_call_figures_workbook
from . import crm_call_report
from . import crm_call_answer_report
