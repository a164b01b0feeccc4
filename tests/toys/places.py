"""Where things of the checkout are, for tests in any room."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOYS = ROOT / "tests" / "toys"
