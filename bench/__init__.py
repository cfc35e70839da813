"""Measurements that anyone can rerun: each service beside a bare loop and a floor, in one run, on the same bytes."""
