"""How items are searched: one small language for the desk, the doors and the commands.

``area:justice status:open -country:FR,SN "plain language"``: every term narrows what is found, a comma is an *or*, a
minus in front a *not*, quotes hold words together. Nothing here knows how an answer is found.
"""
