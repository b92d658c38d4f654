from . import crm_work
from . import crm_client_project
from . import crm_project_template
