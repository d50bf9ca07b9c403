"""Does a month's report contradict itself, or the products it was made from?

python -m tests.agreement WORKSPACE MONTH [FOLDER]
"""
