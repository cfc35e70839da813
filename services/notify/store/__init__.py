"""The mail ledger: what it holds, and each change that it goes through."""
