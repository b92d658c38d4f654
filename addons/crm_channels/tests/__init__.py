from . import test_dashboard_access
from . import test_dashboard_figures
from . import test_dashboard_settings
from . import test_default_channel
from . import test_directories
from . import test_menus
from . import test_periods
from . import test_switches
