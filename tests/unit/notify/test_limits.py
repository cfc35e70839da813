"""How much one domain is sent."""

from hypothesis import given
from hypothesis import strategies as st

from services.notify.postman.limits import SWEPT_FROM, DomainBreaker, DomainLimits


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_domain_is_sent_so_many_letters_a_minute() -> None:
    """The next may go when its turn has come; another domain does not wait for it."""
    clock = Clock()
    limits = DomainLimits(per_minute=6, clock=clock)
    assert limits.take_turn("example.org") == 0
    assert limits.take_turn("example.org") == 10
    assert limits.take_turn("example.net") == 0
    clock.now += 4
    clock.now += 6
    assert limits.take_turn("example.org") == 0


def test_letters_that_wait_come_one_after_the_other() -> None:
    """They are not told to come at once, to be sent away again."""
    clock = Clock()
    limits = DomainLimits(per_minute=6, clock=clock)
    assert [limits.take_turn("example.org") for _ in range(4)] == [0, 10, 20, 30]
    for _ in range(3):
        clock.now += 10
        assert limits.take_turn("example.org") == 0


def test_no_limit_lets_everything_go() -> None:
    """0 is no limit."""
    limits = DomainLimits(per_minute=0, clock=Clock())
    assert [limits.take_turn("example.org") for _ in range(100)] == [0] * 100


def test_limits_forget_domains_that_nobody_writes_to() -> None:
    """Memory does not grow with every domain that there is."""
    clock = Clock()
    limits = DomainLimits(per_minute=60, clock=clock)
    for number in range(SWEPT_FROM):
        limits.take_turn(f"d{number}.example.org")
    clock.now += 60
    limits.take_turn("one-more.example.org")
    assert len(limits._next_at) == 1


def test_domain_that_puts_off_letters_in_a_row_rests() -> None:
    """Others go on meanwhile."""
    clock = Clock()
    breaker = DomainBreaker(threshold=3, rest_seconds=300, clock=clock)
    for _ in range(2):
        breaker.note("down.example.org", put_off=True)
    assert breaker.ask("down.example.org") == 0
    breaker.note("down.example.org", put_off=True)
    clock.now += 100
    assert breaker.ask("down.example.org") == 200
    assert breaker.ask("example.org") == 0
    assert breaker.list_resting() == {"down.example.org": 200}


def test_after_its_rest_one_letter_tries_how_the_domain_is() -> None:
    """One, not all that waited; when it is put off the domain rests again, when it is taken all go."""
    clock = Clock()
    breaker = DomainBreaker(threshold=1, rest_seconds=300, clock=clock)
    breaker.note("down.example.org", put_off=True)
    clock.now += 300
    assert [breaker.ask("down.example.org") for _ in range(3)] == [0, 300, 300]
    clock.now += 10
    breaker.note("down.example.org", put_off=True)
    assert breaker.ask("down.example.org") == 300
    clock.now += 300
    assert breaker.ask("down.example.org") == 0
    breaker.note("down.example.org", put_off=False)
    assert [breaker.ask("down.example.org") for _ in range(3)] == [0, 0, 0]
    assert breaker.list_resting() == {}


def test_letter_that_tries_and_is_never_heard_of_again_shuts_nobody_out() -> None:
    """After another rest, another tries."""
    clock = Clock()
    breaker = DomainBreaker(threshold=1, rest_seconds=300, clock=clock)
    breaker.note("down.example.org", put_off=True)
    for _ in range(3):
        clock.now += 300
        assert breaker.ask("down.example.org") == 0


def test_refusal_ends_a_row() -> None:
    """A server that says no for good is there: only "not now", again and again, is trouble."""
    breaker = DomainBreaker(threshold=2, rest_seconds=300, clock=Clock())
    for put_off in (True, False, True):
        breaker.note("example.org", put_off=put_off)
    assert breaker.ask("example.org") == 0


@given(st.lists(st.booleans(), max_size=30))
def test_no_breaker_never_lets_anyone_wait(answers: list[bool]) -> None:
    """0 is no breaker."""
    breaker = DomainBreaker(threshold=0, rest_seconds=300, clock=Clock())
    for put_off in answers:
        breaker.note("example.org", put_off=put_off)
    assert breaker.ask("example.org") == 0
    assert breaker.list_resting() == {}
