"""The postman: takes letters from the ledger, asks whom they go to, and hands them to the mail server."""
