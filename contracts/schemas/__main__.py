"""Writes the schemas anew: `python -m contracts.schemas`."""

from contracts.schemas import write_all

if __name__ == "__main__":
    write_all()
