"""What intake knows without asking anyone: how a form reads, what is refused, what a submission may become."""
