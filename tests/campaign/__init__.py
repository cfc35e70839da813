"""What takes longer than a test run, and the checker that says whether the promise held."""
