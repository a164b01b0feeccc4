"""The sections of the report, one a template: NAME.html.

A template reads the report's facts as they are. Where that takes more than a
few words, `NAME.values(report)` finds what it shows. What applies and is not
known is said inside the section.
"""
