"""What the doctor looks at, one module for each thing; every module tells findings."""
