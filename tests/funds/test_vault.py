"""Provider secrets at rest: sealed for one row, readable after a rotation, never in the clear."""

import pytest

from app.funds.payments.accounts import AccountOrder, Vault
from app.funds.payments.errors import SecretUnreadable
from app.funds.payments.ports import ProviderAccount
from tests.funds.orders import ACCOUNT

OLD, NEW = Vault.new_key(), Vault.new_key()
SECRET = "live_canary_abcdefghijklmnop"


def test_sealed_secret_opens_for_its_row():
    """What was sealed comes back, and the sealed text does not show it."""
    vault = Vault((OLD,))

    sealed = vault.seal(SECRET, row="a")

    assert SECRET == vault.open(sealed, row="a")
    assert "canary" not in sealed
    assert sealed != vault.seal(SECRET, row="a")


def test_secret_copied_to_another_row_does_not_open():
    """A row of another operator can't use it."""
    vault = Vault((OLD,))

    with pytest.raises(SecretUnreadable):
        vault.open(vault.seal(SECRET, row="a"), row="b")


def test_changed_secret_does_not_open():
    """One letter is enough."""
    vault = Vault((OLD,))
    sealed = vault.seal(SECRET, row="a")
    changed = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]

    with pytest.raises(SecretUnreadable):
        vault.open(changed, row="a")


def test_rotation_reads_the_old_and_writes_the_new():
    """The new key is put before the old one; what was sealed before still opens."""
    sealed = Vault((OLD,)).seal(SECRET, row="a")
    rotated = Vault((NEW, OLD))

    assert SECRET == rotated.open(sealed, row="a")
    assert not rotated.is_current(sealed)
    assert rotated.is_current(rotated.seal(SECRET, row="a"))
    with pytest.raises(SecretUnreadable):
        Vault((NEW,)).open(sealed, row="a")


@pytest.mark.parametrize("key", ["", "short", "c2hvcnQ=", "not base64 at all, for sure!!!!!"])
def test_key_that_is_none_is_refused(key: str):
    """32 bytes in URL-safe base64, or a clear error at the start."""
    with pytest.raises(ValueError, match="vault key"):
        Vault((key,))


def test_no_key_is_refused():
    """A vault without a key would store secrets in the clear."""
    with pytest.raises(ValueError, match="at least one key"):
        Vault(())


def test_secrets_do_not_show_in_a_repr():
    """What is logged by accident does not give the secret away."""
    order = AccountOrder(provider="mollie", mode="live", secret=SECRET)

    assert "canary" not in repr(order)
    assert ACCOUNT.secret not in repr(ACCOUNT)
    assert isinstance(ACCOUNT, ProviderAccount)
