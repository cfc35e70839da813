"""Writes the AsyncAPI document anew."""

from deploy.asyncapi import DOCUMENT, render_document

if __name__ == "__main__":
    DOCUMENT.write_bytes(render_document())
