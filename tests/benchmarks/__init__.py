"""How fast and how small: `python -m tests.benchmarks`. No part of the tests."""
