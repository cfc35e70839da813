"""Review decides, month by month; hears `submissions` and `notices`, writes `reviews` and `decisions`."""
