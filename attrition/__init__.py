"""Which call-centre agents are likely to resign, why, and what would help.

The folders of this package, read in alphabetical order, are the flow of data;
`attrition.pipeline` is the page to read first.
"""

__version__ = "0.1.0"
