"""Intake decides what is taken in, and when: a submission with its receipt, its versions, its month.

It hears `forms` (the edge), `reviews` (what became of a withdrawal) and `decisions` (what was asked or decided), and
writes `submissions` and `forms-refused`. It keeps the registry of members and the vault of contacts.
"""
