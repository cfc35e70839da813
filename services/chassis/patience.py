"""Bears trouble that passes: work is begun again, a little later each time, until it is done."""

from tenacity import AsyncRetrying, retry_if_exception, wait_exponential_jitter

from services.chassis.errors import is_passing

patiently = AsyncRetrying(retry=retry_if_exception(is_passing), wait=wait_exponential_jitter(multiplier=0.1, max=5))
"""Called with work and its arguments. What does not pass is raised at once."""
