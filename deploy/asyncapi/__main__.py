"""Writes the AsyncAPI document and its page anew."""

from deploy.asyncapi import render

if __name__ == "__main__":
    for path, content in render().items():
        path.write_bytes(content)
