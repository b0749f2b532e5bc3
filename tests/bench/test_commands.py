import pytest
from click.testing import CliRunner

from bench.__main__ import bench


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        (("journey", "--rounds", "10", "--waiting", "5"), "of sealed state"),
        (("growth", "--rounds", "1", "--largest", "10"), "deploy it with its drawing"),
        (("feel", "--rounds", "10"), "compile it again"),
        (("forms", "--rounds", "5"), "bytes on the wire"),
        (("kit", "--rounds", "2", "--tests", "0"), "journey_app"),
    ],
    ids=["journey", "growth", "feel", "forms", "kit"],
)
# What ours is measured beside may warn.
@pytest.mark.filterwarnings("default")
def test_a_benchmark_measures_everything(arguments: tuple[str, ...], last: str) -> None:
    ran = CliRunner().invoke(bench, arguments, catch_exceptions=False)
    # Whatever fails is said on the error output, and the rest is measured.
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert last in ran.stdout
