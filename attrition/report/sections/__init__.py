"""The sections of the report, one module each.

Each module has a function `content`, which returns the variables of the template of the same name in
`templates/sections/`. It formats and words figures that are already computed and suppressed, and draws their charts.
"""
