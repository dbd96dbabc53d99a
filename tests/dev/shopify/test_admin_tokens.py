"""What the sample's Shopify remembers of an app in a shop: tokens that live and end."""

from pathlib import Path

import pytest

from backend.dev.shopify.admin_tokens import AppAccounts, BadGrant, Fault

SHOP, ANOTHER = "tide.myshopify.com", "otto.myshopify.com"


@pytest.fixture
def accounts() -> AppAccounts:
    return AppAccounts("client", "secret", "write_app_proxy")


def test_a_pair_works_in_its_shop_alone(accounts: AppAccounts) -> None:
    tokens = accounts.issue(SHOP)

    assert accounts.accepts(SHOP, tokens.access)
    assert not accounts.accepts(ANOTHER, tokens.access)
    assert not accounts.accepts(SHOP, tokens.refresh)


def test_a_refresh_token_may_be_shown_again_until_its_successor_is(
    accounts: AppAccounts,
) -> None:
    first = accounts.issue(SHOP)
    accounts.refresh(SHOP, first.refresh)
    second = accounts.refresh(SHOP, first.refresh)

    accounts.refresh(SHOP, second.refresh)

    assert not accounts.accepts(SHOP, first.access)
    with pytest.raises(BadGrant):
        accounts.refresh(SHOP, first.refresh)


def test_uninstalling_ends_them_and_installing_brings_none_back(
    accounts: AppAccounts,
) -> None:
    tokens = accounts.issue(SHOP)

    accounts.uninstall(SHOP)
    accounts.install(SHOP)

    assert not accounts.accepts(SHOP, tokens.access)
    assert (accounts.of(SHOP).installed, accounts.of(SHOP).embed) == (True, False)
    with pytest.raises(BadGrant):
        accounts.refresh(SHOP, tokens.refresh)


def test_a_fault_happens_as_often_as_it_was_told(accounts: AppAccounts) -> None:
    accounts.faults.append(Fault("busy", "refresh", 2))

    happened = [
        accounts.next_fault(call)
        for call in ("exchange", "refresh", "refresh", "refresh")
    ]

    assert happened == ["", "busy", "busy", ""]


def test_a_fault_of_one_shop_hits_no_other(accounts: AppAccounts) -> None:
    accounts.faults.append(Fault("busy", shop=SHOP))

    assert accounts.next_fault("graphql", "otto.myshopify.com") == ""
    assert accounts.next_fault("graphql", SHOP) == "busy"
    assert accounts.next_fault("graphql", SHOP) == ""


def test_a_fault_may_wait_until_some_calls_have_gone_well(
    accounts: AppAccounts,
) -> None:
    accounts.faults.append(Fault("busy", "refresh", after=2))

    happened = [accounts.next_fault("refresh") for _ in range(4)]

    assert happened == ["", "", "busy", ""]


def test_a_fault_may_be_of_one_thing_that_is_asked_for(accounts: AppAccounts) -> None:
    accounts.faults.append(Fault("lost", "draftOrderCreate"))

    happened = [
        accounts.next_fault("graphql", SHOP, operation)
        for operation in ("products", "draftOrderCreate", "draftOrderCreate")
    ]

    assert happened == ["", "lost", ""]


def test_a_fault_may_be_of_whatever_changes_the_shop(accounts: AppAccounts) -> None:
    accounts.faults.append(Fault("down", "admin", 2, after=1))

    happened = [
        accounts.next_fault(call)
        for call in ("exchange", "graphql", "upload", "refresh", "graphql", "upload")
    ]

    assert happened == ["", "", "down", "", "down", ""]


def test_several_faults_wait_for_their_turn(accounts: AppAccounts) -> None:
    accounts.faults += [Fault("down", "admin"), Fault("lost", "admin", after=2)]

    happened = [accounts.next_fault("graphql") for _ in range(5)]

    assert happened == ["down", "", "", "lost", ""]


def test_what_was_granted_later_is_kept_until_the_app_is_removed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "accounts.json"
    AppAccounts("client", "secret", "", file).change(SHOP, granted="read_orders")

    restarted = AppAccounts("client", "secret", "", file)
    granted = restarted.of(SHOP).granted
    restarted.uninstall(SHOP)

    assert granted == "read_orders"
    assert restarted.of(SHOP).granted == ""


def test_a_restart_remembers_what_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    tokens = AppAccounts("client", "secret", "", file).issue(SHOP)

    restarted = AppAccounts("client", "secret", "", file)

    assert restarted.accepts(SHOP, tokens.access)
