"""The sections of the report, one module each, which declares one `SECTION` (`attrition.report.section`).

It words and draws figures that are already computed and suppressed. A section with a layout of its own has a template
of its name in `templates/sections/`.
"""
