"""Notify tells people: it hears `submissions` and `decisions`, decides who is told what, and writes `notices`."""
