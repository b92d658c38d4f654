from . import test_document_access
from . import test_document_approval
from . import test_document_files
from . import test_document_movement
from . import test_document_process
from . import test_document_tasks
