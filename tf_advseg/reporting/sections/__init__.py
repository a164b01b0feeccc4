"""The sections of the report, one a file: `section(report) -> Html | None`.

None leaves a section out: what it would show does not apply. What applies
and is not known is said inside the section.
"""
