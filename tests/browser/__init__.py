"""The pages as people meet them: in a real browser, without scripts, by keyboard, and under axe."""
