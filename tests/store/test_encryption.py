"""Secrets at rest: opened by their own key and in their own place alone, and moved to a new key
without a pause.
"""

import secrets

import pytest

from backend.errors import NotSetUp, Undecipherable
from backend.store.encryption import Vault

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)
SECRET, PLACE = "refresh-9f2c", "installations.refresh_token:1"


def test_what_is_sealed_opens_again_and_shows_nothing():
    sealed = Vault([OLD]).seal(SECRET, PLACE)

    assert Vault([OLD]).open(sealed, PLACE) == SECRET
    assert SECRET.encode() not in sealed
    assert sealed != Vault([OLD]).seal(SECRET, PLACE)


def test_it_opens_nowhere_else():
    sealed = Vault([OLD]).seal(SECRET, PLACE)

    with pytest.raises(Undecipherable):
        Vault([OLD]).open(sealed, "installations.refresh_token:2")


@pytest.mark.parametrize("place", range(0, 50, 7))
def test_a_single_changed_bit_is_noticed(place: int):
    sealed = bytearray(Vault([OLD]).seal(SECRET, PLACE))
    sealed[place % len(sealed)] ^= 1

    with pytest.raises(Undecipherable):
        Vault([OLD]).open(bytes(sealed), PLACE)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01abcd"])
def test_what_was_never_sealed_is_refused(sealed: bytes):
    with pytest.raises(Undecipherable):
        Vault([OLD]).open(sealed, PLACE)


def test_a_new_key_in_front_seals_and_the_old_one_still_opens():
    sealed = Vault([OLD]).seal(SECRET, PLACE)
    both = Vault([NEW, OLD])

    assert both.open(sealed, PLACE) == SECRET
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(SECRET, PLACE))
    assert Vault([NEW]).open(both.seal(SECRET, PLACE), PLACE) == SECRET


def test_without_its_key_nothing_opens_and_without_any_nothing_is_sealed():
    with pytest.raises(Undecipherable):
        Vault([NEW]).open(Vault([OLD]).seal(SECRET, PLACE), PLACE)
    with pytest.raises(NotSetUp):
        Vault([]).seal(SECRET, PLACE)
