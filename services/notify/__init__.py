"""Notify tells people: it hears `submissions`, `reviews`, `decisions`, decides who is told what, writes `notices`."""
