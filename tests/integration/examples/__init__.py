"""The examples for outsiders, run as an outsider runs them."""
