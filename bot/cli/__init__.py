"""The command line, a file for each command.

Exit codes: 0 done, 1 failed with a reason, 2 wrong usage.
"""
