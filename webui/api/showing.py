"""What the engine knows, as the API shows it; the command line shows the same."""

from engine.audit.verification import Verification as Found
from engine.instances import InstanceDetail
from webui.api.models.audit import Break, Verification
from webui.api.models.instances import Instance, InstanceSummary


def shown_trail(found: Found) -> Verification:
    """Return what was found as it is shown."""
    breaks = tuple(
        Break(kind=each.kind, first=each.first, last=each.last, message=each.message) for each in found.breaks
    )
    return Verification(
        whole=not breaks,
        count=found.count,
        last=found.last,
        vouched=found.vouched,
        breaks=breaks,
        removed=found.cut.last,
        removed_count=found.cut.count,
    )


def shown_instance(detail: InstanceDetail) -> Instance:
    """Return an instance as it is shown."""
    summary = dict(InstanceSummary.model_validate(detail.record))
    more = {"variables": detail.variables, "called_variables": detail.called}
    return Instance.model_validate({**summary, **more, "tokens": detail.places, "incident": detail.incident})
