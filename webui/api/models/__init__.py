"""What the API takes and gives, in JSON: pydantic models, one noun a file. They know neither Flask nor the database.

base.py         what all of them share                   problem.py      what says that something went wrong
definitions.py  process definitions                      deployments.py  files, and what became of them
forms.py        forms and their versions                 tokens.py       process tokens
instances.py    process instances                        orders.py       what can be done to one
tasks.py        the form that waits for somebody         events.py       messages and signals
stores.py       identity stores                          users.py        their users
policies.py     TOTP policies                            audit.py        the audit trail
jobs.py         background work that was given up
"""
