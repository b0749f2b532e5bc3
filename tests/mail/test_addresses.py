from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mail import EmailAddressInvalid, read_address, read_addresses
from engine.mail.addresses import MAXIMUM_ADDRESS, MAXIMUM_RECIPIENTS


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("alice@example.com", "alice@example.com"),
        ("Alice.O'Hara+bank@Mail.EXAMPLE.com", "Alice.O'Hara+bank@mail.example.com"),
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"),
        ("a@xn--strae-oqa.de", "a@xn--strae-oqa.de"),
        ("l" * 64 + "@example.com", "l" * 64 + "@example.com"),
    ],
)
def test_it_is_taken(text: str, address: str) -> None:
    assert read_address(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice",
        "@example.com",
        "alice@",
        "alice@example",
        "alice@localhost",
        "alice@example.com.",
        "alice@-example.com",
        "alice@exam_ple.com",
        "alice@example..com",
        "alice@192.0.2.1",
        "alice@[192.0.2.1]",
        ".alice@example.com",
        "alice.@example.com",
        "al..ice@example.com",
        "al ice@example.com",
        '"al ice"@example.com',
        "alice@example.com ",
        " alice@example.com",
        "alice(comment)@example.com",
        "alice@bob@example.com",
        "Alice <alice@example.com>",
        "alice@example.com\n",
        "alice\r\nBcc: bob@example.com@example.com",
        "alice@example.com\r\nBcc: bob@example.com",
        "alice@exam\u2028ple.com",
        "alice\x00@example.com",
        "ålice@example.com",
        "alice@straße.de",
        "alice@\u200dexample.com",
        "l" * 65 + "@example.com",
        "alice@" + "d" * 64 + ".com",
        "a@" + ".".join(["d" * 60] * 4) + ".example.com",
    ],
)
def test_it_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(EmailAddressInvalid) as raised:
        read_address(text)
    assert raised.value.error_code == "EmailAddressInvalid"
    assert "alice" not in raised.value.message


@given(st.text(st.sampled_from("aZ09.@-_+\"'(),:;<>[]\\ \t\r\n\x00\u2028\u3002\uff20\uff0eüß例\u0307"), max_size=40))
def test_whatever_is_taken_stays_one_address_in_a_header(text: str) -> None:
    try:
        address = read_address(text)
    except EmailAddressInvalid:
        return
    assert address.isascii()
    assert address.isprintable()
    assert len(address) <= MAXIMUM_ADDRESS
    assert read_address(address) == address
    message = EmailMessage(SMTP)
    message["To"] = address
    assert [each.addr_spec for each in message["To"].addresses] == [address]
    assert message.as_bytes() == f"To: {address}\r\n\r\n".encode()


def test_several_are_separated_by_commas_and_each_is_taken_once() -> None:
    assert read_addresses("a@example.com, b@example.com,a@EXAMPLE.com") == ("a@example.com", "b@example.com")
    for text in ("a@example.com,", "a@example.com;b@example.com", ",", "a@example.com,\nb@example.com"):
        with pytest.raises(EmailAddressInvalid):
            read_addresses(text)


def test_there_is_a_limit_to_their_number() -> None:
    many = [f"a{number}@example.com" for number in range(MAXIMUM_RECIPIENTS + 1)]
    assert len(read_addresses(",".join(many[:-1]))) == MAXIMUM_RECIPIENTS
    with pytest.raises(EmailAddressInvalid, match=str(MAXIMUM_RECIPIENTS)):
        read_addresses(",".join(many))
