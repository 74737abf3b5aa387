"""Azure policies held against a domain's template before it is written or deployed: an enforced denial stops it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from freehold.azure.policy.findings import Finding as Found
from freehold.azure.policy.policy import State
from freehold.azure.template.deployment import Circumstances
from freehold.errors import ArmTemplateInvalid
from freehold.model.finding import Finding, Severity
from freehold.services.azure_policy import Evaluation, PolicySet, evaluate_template
from freehold.services.provisioning import Judge

FILE = "main.json"


def policy_judge(policies: PolicySet, circumstances: Circumstances) -> Judge:
    """Return who holds templates against `policies`, as if deployed under `circumstances`.

    What a deployment asks for is unknown. Built-ins that nobody assigned only advise: they find nothing here.
    """

    def judge(template: Mapping[str, Any], values: Mapping[str, Any]) -> list[Finding]:
        given = {"parameters": {name: {"value": value} for name, value in values.items()}}
        try:
            found = evaluate_template(_text(template), _text(given), policies, circumstances)
        except ArmTemplateInvalid as invalid:
            return [_finding("policy-unusable", f"The template cannot be judged: {invalid.detail}", invalid.remedy)]
        return list(_findings(found))

    return judge


def _findings(found: Evaluation) -> Iterator[Finding]:
    for name, reason in found.refused.items():
        yield _finding("policy-unusable", f"The policy `{name}` cannot be used: {reason}", "mend the policy, or take it out")
    for item in found.judged.findings:
        if item.denies:
            yield _finding("policy-denied", f"`{item.title}` denies {item.type}{_why(item)}", item.mend)
        elif item.enforced and item.state == State.NON_COMPLIANT:
            yield _finding("policy-not-kept", f"{item.type} does not keep `{item.title}`{_why(item)}", item.mend, Severity.WARNING)
        elif item.enforced and item.state == State.UNKNOWN:
            message = f"Only a deployment shows whether {item.type} keeps `{item.title}`{_why(item)}"
            yield _finding("policy-unknown", message, item.mend, Severity.NOTICE)


def _why(item: Found) -> str:
    return f": {item.reason}" if item.reason else ""


def _finding(code: str, message: str, mend: str | None, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code=code, message=message, mend=mend or "see docs/azure-policy.md", file=FILE, severity=severity)


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
