"""Runs the command line: `python -m deploy`, or `challenge`."""

from deploy.cli import app

if __name__ == "__main__":
    app()
