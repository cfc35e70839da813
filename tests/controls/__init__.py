"""Examples to test with: one function per event, command and state, each taking what shall differ as keywords."""
