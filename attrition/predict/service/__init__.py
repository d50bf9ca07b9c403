"""The scoring service of `attrition serve`, an HTTP server that takes and returns JSON as MLflow's own server does.

MLflow's server lacks what it adds: limits on bodies, connections, time and memory, an optional bearer token, a check of
the Host header, errors that do not repeat the input, the model's version in every response (``X-Model-Version``), and
a new model in use within seconds.
"""
