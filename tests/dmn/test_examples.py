"""Whole decisions: the examples of DMN 1.5, chapters 8 and 11, and a file as Camunda Modeler writes it."""

from pathlib import Path
from typing import Any

import pytest

from engine import dmn
from tests.dmn.files import SETTINGS, decided

RISK_RATING = """
UNIQUE | Age      | History || Risk
1      | > 60     | "good"  || "Medium"
2      | > 60     | "bad"   || "High"
3      | [25..60] | -       || "Medium"
4      | < 25     | "good"  || "Low"
5      | < 25     | "bad"   || "Medium"
"""


@pytest.mark.parametrize(
    ("age", "history", "risk"),
    [
        (61, "good", "Medium"),
        (61, "bad", "High"),
        (60, "bad", "Medium"),
        (25, None, "Medium"),
        (24, "good", "Low"),
        (24, "bad", "Medium"),
        (24, "unknown", None),
    ],
)
def test_applicant_risk_rating(age: int, history: str | None, risk: str | None) -> None:
    assert decided(RISK_RATING, Age=age, History=history) == risk


SPECIAL_DISCOUNT = """
FIRST | order   | location | customer     || discount
1     | "Web"   | "US"     | "Wholesaler" || 10
2     | "Phone" | -        | -            || 0
3     | -       | "Non-US" | -            || 0
4     | -       | -        | "Retailer"   || 5
"""


@pytest.mark.parametrize(
    ("order", "location", "customer", "discount"),
    [
        ("Web", "US", "Wholesaler", 10),
        ("Phone", "US", "Retailer", 0),
        ("Web", "Non-US", "Retailer", 0),
        ("Web", "US", "Retailer", 5),
        ("Web", "Non-US", "Wholesaler", 0),
    ],
)
def test_special_discount(order: str, location: str, customer: str, discount: int) -> None:
    assert decided(SPECIAL_DISCOUNT, order=order, location=location, customer=customer) == discount


ROUTING_RULES = """
OUTPUT ORDER | age  | risk   | review || routing                     | level                        | reason
values       |      |        |        || "DECLINE","REFER","ACCEPT"  | "LEVEL 2","LEVEL 1","NONE"   |
1            | -    | -      | -      || "ACCEPT"                    | "NONE"                       | "Acceptable"
2            | < 18 | -      | -      || "DECLINE"                   | "NONE"                       | "Too young"
3            | -    | "High" | -      || "REFER"                     | "LEVEL 1"                    | "High risk"
4            | -    | -      | true   || "REFER"                     | "LEVEL 2"                    | "Debt review"
"""


@pytest.mark.parametrize(
    ("age", "risk", "review", "reasons"),
    [
        (17, "High", True, ["Too young", "Debt review", "High risk", "Acceptable"]),
        (18, "High", False, ["High risk", "Acceptable"]),
        (18, "Low", True, ["Debt review", "Acceptable"]),
        (18, "Low", False, ["Acceptable"]),
    ],
)
def test_routing_rules(age: int, risk: str, review: bool, reasons: list[str]) -> None:
    routed = decided(ROUTING_RULES, age=age, risk=risk, review=review)
    assert [each["reason"] for each in routed] == reasons
    first = decided(ROUTING_RULES.replace("OUTPUT ORDER", "PRIORITY"), age=age, risk=risk, review=review)
    assert first == routed[0]


LOAN_COMPLIANCE = """
ANY | rating   | card     | education || compliance
1   | "A"      | < 10000  | < 50000   || "Compliant"
2   | not("A") | -        | -         || "Not compliant"
3   | -        | >= 10000 | -         || "Not compliant"
4   | -        | -        | >= 50000  || "Not compliant"
"""


@pytest.mark.parametrize(
    ("rating", "card", "education", "compliance"),
    [("A", 1, 1, "Compliant"), ("B", 10_000, 50_000, "Not compliant"), ("A", 1, 50_000, "Not compliant")],
)
def test_person_loan_compliance(rating: str, card: int, education: int, compliance: str) -> None:
    assert decided(LOAN_COMPLIANCE, rating=rating, card=card, education=education) == compliance


STUDENT_AID = """
RULE ORDER | gpa    | activities | honors || aid
1          | > 3.5  | >= 4       | -      || "20% scholarship"
2          | > 3.0  | -          | true   || "30% loan"
3          | > 3.0  | >= 2       | false  || "20% work-on-campus"
4          | <= 3.0 | -          | -      || "5% work-on-campus"
"""


@pytest.mark.parametrize(
    ("gpa", "activities", "honors", "aid"),
    [
        (3.6, 4, True, ["20% scholarship", "30% loan"]),
        (3.6, 4, False, ["20% scholarship", "20% work-on-campus"]),
        (3.0, 9, True, ["5% work-on-campus"]),
    ],
)
def test_student_financial_package(gpa: float, activities: int, honors: bool, aid: list[str]) -> None:
    assert decided(STUDENT_AID, gpa=gpa, activities=activities, honors=honors) == aid


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"age": 20, "failures": 0, "country": "FR"}, {"factor": "none", "days": 365}),
        ({"age": 17, "failures": 0, "country": "FR"}, {"factor": "totp", "days": 30}),
        ({"age": 20, "failures": 2, "country": "FR"}, {"factor": "totp", "days": 90}),
        ({"age": 20, "failures": 0, "country": "DE"}, {"factor": "totp", "days": 60}),
        ({"age": 20, "failures": 3, "country": "DE"}, {"factor": "visit", "days": None}),
    ],
)
def test_a_file_of_camunda_modeler(variables: dict[str, Any], expected: dict[str, Any]) -> None:
    reading = dmn.read((Path(__file__).parent / "second_factor.dmn").read_bytes(), "second_factor.dmn")
    assert reading.problems == ()
    assert list(reading.decisions) == ["secondFactor", "risk", "points"]
    assert reading.decisions["secondFactor"].version_tag == "spring"
    assert dmn.evaluate(reading.decisions["secondFactor"], variables, SETTINGS) == expected
