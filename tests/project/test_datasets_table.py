"""docs/datasets.md is what the registered data sets say of themselves."""

from places import ROOT

from tf_advseg.datasets import PUBLISHED
from tf_advseg.datasets.domains import table

PAGE = ROOT / "docs" / "datasets.md"


def test_the_page_is_what_the_command_prints():
    written = PAGE.read_text(encoding="utf-8")
    assert written == table.text(), (
        "Run python -m tf_advseg.datasets.domains.table > docs/datasets.md"
    )


def test_every_data_set_has_its_terms_and_what_is_unverified():
    text = table.text()
    for name, data in PUBLISHED.items():
        section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert data.register in section
        row = next(row for row in text.split("\n") if f"(#{name})" in row)
        assert data.licence in row
        assert all(item in section for item in data.unverified)


def test_what_synthia_loses_is_listed():
    section = table.text().split("\n## synthia\n")[1]
    assert "- Merged or renamed: person from pedestrian\n" in section
    assert (
        "- Ignored: void; parking-slot; road-work; terrain; truck; train; "
        "lanemarking\n"
    ) in section
