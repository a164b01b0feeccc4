"""The gate's findings as Markdown and as JSON."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from tf_advseg.export.gate.advice import advice
from tf_advseg.export.gate.verdict import Finding
from tf_advseg.settings.export import Thresholds

_HEADER = ("artefact", "made by", "kept", "MB", "agreement %", "mIoU", "change")
_HEADER += ("ms p50", "p90", "p99", "peak MB", "XNNPACK parts")


@dataclasses.dataclass(frozen=True)
class GateReport:
    """All that a gate found.

    Attributes:
        images: Which ones: domain, split, num_images, labelled.
        keras: What Keras itself reached and took: `miou` by size,
            `latency`, `peak_memory_mb`.
        findings: One a way of making an artefact.
        kept: Of each artefact's name, who made the one that is kept.
        thresholds: What had to be reached.
        threads: Of every process.
        notes: Sentences on what could not be done.
    """

    images: dict[str, Any]
    keras: dict[str, Any]
    findings: Sequence[Finding]
    kept: dict[str, str]
    thresholds: Thresholds
    threads: int
    notes: Sequence[str] = ()

    def is_kept(self, finding: Finding) -> bool:
        """Whether it is the one that bears its name."""
        return self.kept.get(finding.name) == finding.made_by

    def refused(self) -> list[Finding]:
        """Artefacts that no way of making was good enough for."""
        return [
            finding
            for finding in self.findings
            if self.is_kept(finding) and finding.reasons(self.thresholds)
        ]

    def why(self, finding: Finding) -> str:
        """Why an artefact was refused, and what to do next."""
        reasons = finding.reasons(self.thresholds)
        return " ".join([*reasons, *advice(finding, self.thresholds)])

    def record(self, name: str) -> dict[str, Any]:
        """What the kept artefact of a name shall say of itself."""
        finding = next(
            f for f in self.findings if f.name == name and self.is_kept(f)
        )
        return {
            "images": self.images,
            "agreement": finding.agreement,
            "miou_change": finding.to_dict()["miou_change"],
            "thresholds": dataclasses.asdict(self.thresholds),
        }

    def to_dict(self) -> dict[str, Any]:
        """Returns plain JSON values."""
        artefacts = [
            {
                **finding.to_dict(),
                "kept": self.is_kept(finding),
                "passed": not finding.reasons(self.thresholds),
                "reasons": finding.reasons(self.thresholds),
                "advice": advice(finding, self.thresholds),
            }
            for finding in self.findings
        ]
        return {
            "format": 1,
            "images": self.images,
            "keras": self.keras,
            "artefacts": artefacts,
            "thresholds": dataclasses.asdict(self.thresholds),
            "threads": self.threads,
            "notes": list(self.notes),
        }

    def markdown(self) -> str:
        """Returns the tables."""
        images, findings = self.images, self.findings
        parts = [
            "# Is it the same model?\n",
            f"{images['num_images']} images of {images['domain']}, split "
            f"{images['split']}; {self.threads} threads; each artefact in a "
            "process of its own. Agreement: pixels with the class that Keras "
            "has. Of several ways to make an artefact one that passes is kept, "
            "of these the one of one XNNPACK partition, and of these the one "
            "that agrees most.\n",
            _table(_HEADER, [self._keras_row(), *map(self._row, findings)]),
        ]
        parts += [
            f"\n{finding.name} is NOT published: {self.why(finding)}\n"
            for finding in self.refused()
        ]
        parts += [
            f"\n{finding.name}: {note}.\n"
            for finding in self.findings
            for note in (finding.batch_note(), finding.parts_note())
            if note and self.is_kept(finding)
        ]
        parts += [f"\n{note}\n" for note in self.notes]
        parts.append("\n## Where they depart from Keras\n")
        parts.append(
            "Norm of the difference of each stage over the norm of Keras', "
            "on the first image.\n"
        )
        parts.append(self._stage_table())
        if images["labelled"]:
            parts.append("\n## Change of each class' IoU, in points\n")
            parts.append(self._class_table())
        return "\n".join(parts) + "\n"

    def _keras_row(self):
        first = next(iter(self.keras["miou"].values()), None)
        return [
            "Keras",
            *[""] * 4,
            _number(first, 2),
            "",
            *_cost(self.keras["latency"], self.keras["peak_memory_mb"]),
            "",
        ]

    def _row(self, finding):
        kept = "refused" if finding.reasons(self.thresholds) else "yes"
        return [
            finding.name,
            finding.made_by,
            kept if self.is_kept(finding) else "",
            _number(finding.megabytes, 2),
            _number(finding.agreement, 3),
            _number(finding.miou, 2),
            _number(finding.miou_change, 2, sign=True),
            *_cost(finding.latency, finding.peak_memory_mb),
            "" if finding.partitions is None else str(finding.partitions),
        ]

    def _stage_table(self):
        names = list(dict.fromkeys(n for f in self.findings for n in f.stages))
        header = ["artefact", "made by", *names, "first to depart"]
        rows = [
            [
                finding.name,
                finding.made_by,
                *[_scientific(finding.stages.get(name)) for name in names],
                finding.first_diverging or "none",
            ]
            for finding in self.findings
        ]
        return _table(header, rows)

    def _class_table(self):
        findings = [f for f in self.findings if self.is_kept(f)]
        changes = [f.iou_change or {} for f in findings]
        names = list(changes[0]) if changes else []
        rows = [
            [
                name,
                *[
                    _number(by_class[name], 2, sign=True)
                    for by_class in changes
                ],
            ]
            for name in names
        ]
        return _table(["class", *[f.name for f in findings]], rows)


def _table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cost(latency, peak_memory_mb):
    """Milliseconds at three quantiles, and memory."""
    milliseconds = [_number(latency[name], 1) for name in ("p50", "p90", "p99")]
    return [*milliseconds, _number(peak_memory_mb, 0)]


def _number(value, decimals, sign=False):
    if value is None or value != value:
        return "-"
    return f"{value:{'+' if sign else ''}.{decimals}f}"


def _scientific(value):
    return "-" if value is None else f"{value:.1e}"
