"""What was found of the gates and of the criteria, and where the Support Unit finds otherwise: both are kept."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from contracts.reviews import Finding, Judgement, Overrule
from contracts.vocabulary import Verdict
from services.review.domain.commands import Judging, Yardstick
from services.review.domain.refused import refuse_any, refused


def check_findings(findings: Sequence[Finding], yardstick: Yardstick) -> None:
    """Insist on one finding for each gate and criterion, no more.

    Raises:
        Refusal: ``findings-incomplete``, ``unknown-criterion`` or ``finding-twice``.
    """
    said, asked = Counter(finding.code for finding in findings), yardstick.everything
    refuse_any(sorted(said.keys() - set(asked)), "unknown-criterion", "findings")
    refuse_any(sorted(set(asked) - said.keys()), "findings-incomplete", "findings")
    refuse_any(sorted(code for code, times in said.items() if times > 1), "finding-twice", "findings")


def judgement_of(findings: Iterable[Finding], codes: Collection[str]) -> Judgement:
    """Give what was found of these codes, overruled nowhere."""
    found = tuple(finding for finding in findings if finding.code in codes)
    return Judgement(verdict=verdict_of(found), findings=found)


def verdict_of(findings: Collection[Finding]) -> Verdict:
    """Say what findings come to: unclear as long as one is, or there is none; met when all are."""
    verdicts = {finding.verdict for finding in findings}
    if not verdicts or Verdict.UNCLEAR in verdicts:
        return Verdict.UNCLEAR
    return Verdict.NOT_MET if Verdict.NOT_MET in verdicts else Verdict.MET


def judge(so_far: Judgement, said: Judging, field: str) -> Judgement:
    """Apply what the Support Unit says to what was found so far; ``field`` is where it was said.

    Raises:
        Refusal: ``unknown-criterion``, ``finding-twice``, ``overrule-same`` or ``verdict-contradicted``.
    """
    _check_overrules(so_far, said.overrules, field)
    after = so_far
    for final in said.overrules:
        after = _overrule(after, final)
    if said.verdict not in {None, after.verdict}:
        raise refused("verdict-contradicted", f"the findings come to {after.verdict}", field=field)
    return after


def _check_overrules(so_far: Judgement, overrules: Sequence[Finding], field: str) -> None:
    found = {finding.code: finding.verdict for finding in so_far.findings}
    said = Counter(final.code for final in overrules)
    refuse_any(sorted(said.keys() - found.keys()), "unknown-criterion", field)
    refuse_any(sorted(code for code, times in said.items() if times > 1), "finding-twice", field)
    refuse_any([final.code for final in overrules if found[final.code] is final.verdict], "overrule-same", field)


def _overrule(before: Judgement, final: Finding) -> Judgement:
    first = _first_of(before, final.code)
    kept = tuple(overrule for overrule in before.overrules if overrule.code != final.code)
    if final.verdict is not first.verdict:
        kept += (_overrule_of(first, final),)
    findings = tuple(final if finding.code == final.code else finding for finding in before.findings)
    return replace(before, verdict=verdict_of(findings), findings=findings, overrules=kept)


def _first_of(before: Judgement, code: str) -> Finding:
    known = next((overrule for overrule in before.overrules if overrule.code == code), None)
    if known is not None:
        return Finding(code=code, verdict=known.first_verdict, reason=known.first_reason)
    return next(finding for finding in before.findings if finding.code == code)


def _overrule_of(first: Finding, final: Finding) -> Overrule:
    return Overrule(
        code=final.code,
        verdict=final.verdict,
        reason=final.reason,
        first_verdict=first.verdict,
        first_reason=first.reason,
    )
