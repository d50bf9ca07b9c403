"""`python -m attrition`, for machines on which the command `attrition` is not on the path."""

from attrition.cli import main

main()
