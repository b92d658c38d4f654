from . import test_sold_services
