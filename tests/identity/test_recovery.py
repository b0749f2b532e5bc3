from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from engine.identity import RecoveryCodeInvalid, SealBroken, SecretGone, UserLocked
from engine.identity.recovery import CODE_BYTES, encoded, grouped, normalised
from engine.store.models import AuditEvent, RecoveryCode
from engine.variables import SecretReference
from tests.identity.conftest import Desk

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HOUR = timedelta(hours=1)


def generate(desk: Desk, instance_id: str = "one") -> list[SecretReference]:
    user = desk.people.user
    return list(desk.step(lambda session: desk.identity.generate_recovery_codes(session, user, instance_id)))


def shown(desk: Desk) -> list[str]:
    return [desk.reveal(reference) for reference in generate(desk)]


def use(desk: Desk, code: str) -> None:
    user = desk.people.user
    desk.step(lambda session: desk.identity.verify_recovery_code(session, user, code, "two"))


def test_ten_codes_of_80_bits_are_shown(desk: Desk) -> None:
    codes = shown(desk)
    assert len(set(codes)) == 10
    for code in codes:
        groups = code.split("-")
        assert [len(group) for group in groups] == [4, 4, 4, 4]
        assert set("".join(groups)) <= set(ALPHABET)
    assert desk.trail() == ["recovery_codes_created"]


def test_each_code_is_used_once(desk: Desk) -> None:
    for code in shown(desk):
        use(desk, code)
        with pytest.raises(RecoveryCodeInvalid) as refused:
            use(desk, code)
        assert refused.value.error_code == "RecoveryCodeInvalid"
    with desk.database.read() as session:
        used = session.scalars(select(AuditEvent).where(AuditEvent.event == "recovery_used")).all()
    assert [event.detail["left"] for event in used] == list(range(9, -1, -1))
    assert {event.instance_id for event in used} == {"two"}


def test_new_codes_end_the_older_ones(desk: Desk) -> None:
    older, newer = generate(desk), shown(desk)
    with pytest.raises(SecretGone):
        desk.reveal(older[0])
    use(desk, newer[0])


def test_the_codes_of_another_user_are_none(desk: Desk) -> None:
    code = shown(desk)[0]
    with desk.database.write() as session:
        bob = desk.identity.create_user(session, desk.people.store, external_id="bob")
        with pytest.raises(RecoveryCodeInvalid):
            desk.identity.verify_recovery_code(session, bob, code, "two")
    use(desk, code)


@pytest.mark.parametrize(("hyphen", "lower"), [("-", True), ("", False), (" ", False), (" - ", True)])
def test_how_a_code_is_typed_does_not_matter(desk: Desk, hyphen: str, lower: bool) -> None:
    typed = shown(desk)[0].replace("-", hyphen)
    use(desk, typed.lower() if lower else typed)


@given(st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES))
def test_letters_that_look_like_digits_are_read_as_those(raw: bytes) -> None:
    code = encoded(raw)
    assert len(code) == 16
    assert int.from_bytes(raw) == sum(ALPHABET.index(each) << 5 * place for place, each in enumerate(reversed(code)))
    assert normalised(grouped(code)) == code
    assert normalised(grouped(code).lower().replace("0", "o").replace("1", "l")) == code
    assert normalised(code.replace("0", "O").replace("1", "I")) == code


@given(st.text(max_size=40))
def test_only_sixteen_signs_of_the_alphabet_are_a_code(text: str) -> None:
    found = normalised(text)
    assert found is None or (len(found) == 16 and set(found) <= set(ALPHABET) and text.isascii())


@pytest.mark.parametrize("code", ["", "-", "0" * 15, "0" * 17, "U" * 16, "\uff10" * 16, "\u0131" * 16, "x" * 10_000])
def test_what_is_no_code_is_refused(desk: Desk, code: str) -> None:
    generate(desk)
    with pytest.raises(RecoveryCodeInvalid):
        use(desk, code)


def test_attempts_are_charged_and_cost_time(desk: Desk) -> None:
    codes = shown(desk)
    for _ in range(3):
        with pytest.raises(RecoveryCodeInvalid):
            use(desk, "0000-0000-0000-0000")
    with pytest.raises(UserLocked, match="has to wait") as refused:
        use(desk, codes[0])
    assert refused.value.until == desk.clock.now() + timedelta(seconds=1)
    desk.clock.advance(timedelta(seconds=1))
    use(desk, codes[0])
    for _ in range(2):
        with pytest.raises(RecoveryCodeInvalid):
            use(desk, "")
    use(desk, codes[1])


def test_an_attempt_stays_charged_when_the_rest_of_the_step_fails(desk: Desk) -> None:
    codes = shown(desk)

    def step() -> None:
        with desk.database.write() as session:
            desk.identity.verify_recovery_code(session, desk.people.user, codes[0], "two")
            raise RuntimeError

    for _ in range(3):
        with pytest.raises(RuntimeError):
            step()
    with pytest.raises(UserLocked):
        use(desk, codes[0])
    desk.clock.advance(timedelta(seconds=1))
    # It was never used: the step that was to use it did not happen.
    use(desk, codes[0])


def test_codes_are_shown_for_an_hour(desk: Desk) -> None:
    reference = generate(desk)[0]
    desk.clock.advance(HOUR - timedelta(microseconds=1))
    code = desk.reveal(reference)
    assert desk.step(desk.identity.forget_expired) == 0
    desk.clock.advance(timedelta(microseconds=1))
    with pytest.raises(SecretGone):
        desk.reveal(reference)
    assert desk.step(desk.identity.forget_expired) == 10
    with desk.database.read() as session:
        assert set(session.scalars(select(RecoveryCode.sealed))) == {None}
    use(desk, code)


@pytest.mark.parametrize("used", [True, False])
def test_old_copies_are_deleted_when_others_make_or_use_codes(desk: Desk, used: bool) -> None:
    old = generate(desk)
    with desk.database.write() as session:
        bob = desk.identity.create_user(session, desk.people.store, external_id="bob")
        (of_bob, *_) = desk.identity.generate_recovery_codes(session, bob, "two")
    code = desk.reveal(of_bob)
    desk.clock.advance(HOUR)
    with desk.database.write() as session:
        if used:
            desk.identity.verify_recovery_code(session, bob, code, "two")
        else:
            desk.identity.generate_recovery_codes(session, bob, "two")
    with desk.database.read() as session:
        kept = session.scalars(select(RecoveryCode.sealed).where(RecoveryCode.id.in_([each.id for each in old]))).all()
    assert kept == [None] * 10


def test_a_code_that_was_used_is_shown_no_more(desk: Desk) -> None:
    references = generate(desk)
    use(desk, desk.reveal(references[0]))
    with pytest.raises(SecretGone):
        desk.reveal(references[0])
    desk.reveal(references[1])


def test_only_the_page_of_the_instance_shows_them(desk: Desk) -> None:
    reference = generate(desk)[0]
    with pytest.raises(SecretGone):
        desk.reveal(SecretReference(reference.kind, reference.id, "two"))
    with pytest.raises(SecretGone):
        desk.reveal(SecretReference("totp-secret", reference.id, "one"))


def test_a_copy_that_was_moved_stays_closed(desk: Desk) -> None:
    one, two = generate(desk)[:2]
    with desk.database.write() as session:
        moved = "UPDATE recovery_codes SET sealed = (SELECT sealed FROM recovery_codes WHERE id = :one) WHERE id = :two"
        session.execute(text(moved), {"one": one.id, "two": two.id})
    with pytest.raises(SealBroken):
        desk.reveal(two)


def test_a_locked_user_neither_gets_nor_uses_nor_sees_codes(desk: Desk) -> None:
    reference = generate(desk)[0]
    code = desk.reveal(reference)
    desk.step(lambda session: desk.identity.lock_user(session, desk.people.user))
    with pytest.raises(UserLocked):
        use(desk, code)
    with pytest.raises(UserLocked):
        generate(desk)
    with pytest.raises(SecretGone):
        desk.reveal(reference)


def test_no_code_is_in_the_database_or_the_trail(desk: Desk) -> None:
    codes = shown(desk)
    use(desk, codes[0])
    with desk.database.read() as session:
        rows = session.execute(text("SELECT * FROM recovery_codes")).all()
        events = [event.detail for event in session.scalars(select(AuditEvent))]
    everything = repr(rows) + repr(events)
    for code in codes:
        assert code not in everything
        assert code.replace("-", "") not in everything
