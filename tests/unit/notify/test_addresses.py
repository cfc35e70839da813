"""An address as the ledger may know it."""

from services.notify.domain.addresses import hash_address

KEY = b"a key of the notify service, long enough"


def test_address_is_found_again_however_it_is_written() -> None:
    """Upper and lower case, and blanks around it, make no other address."""
    assert hash_address(KEY, "Ana.Rojas@Example.org") == hash_address(KEY, " ana.rojas@example.ORG\n")


def test_other_address_and_other_key_give_another_hash() -> None:
    """Without the key nobody can try addresses out."""
    hashes = {hash_address(key, it) for key in (KEY, KEY[1:]) for it in ("a@example.org", "b@example.org")}
    assert len(hashes) == 4
    assert {len(it) for it in hashes} == {32}
