"""The adaptation report: did adaptation pay, and what else can be seen.

    record = read_run(folder)        run_record.py: what the folder says
    report = build(settings)         build.py: measures the models
    text = render(report)            page/: one self-contained HTML file

Rendering knows only the plain values of `facts.py`: templates in `sections/`
say them in words, `charts/` draws them.
"""
