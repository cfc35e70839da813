"""What review does when it hears something."""

from services.review.handlers.notices import on_notices
from services.review.handlers.submissions import on_submissions

__all__ = ["on_notices", "on_submissions"]
