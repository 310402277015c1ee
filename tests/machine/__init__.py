"""Random histories of networks, projects and accidents, each followed by a build that is judged.

`python -m tests.machine --builds 5000` runs a long one; `pytest tests/machine` a short one.
"""
