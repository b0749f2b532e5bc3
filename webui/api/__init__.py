"""The REST API under `/api/v1`, for programs that have an API key.

operation.py  what an operation is, declared once       routes.py     from declarations to routes
models/       what is taken and given, in JSON          reading.py    reads requests by them
admission.py  who may do what                           problems.py   errors, as RFC 9457 problems
pages.py      lists, page by page                       openapi.py    the OpenAPI document
showing.py    what the engine knows, as it is given     interface.py  all of it together
definitions.py, tokens.py, instances.py …               the operations, by noun

Nothing is imported here: the command line and the client need the models, and not the pages of the server.
"""
