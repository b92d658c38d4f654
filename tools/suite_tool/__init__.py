"""Sets up, runs and tests the suite. Needs nothing but Python's own library: see tools/suite."""
