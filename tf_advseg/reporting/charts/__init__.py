"""Charts as inline SVG: no library, no script, colours from the style sheet.

Charts are drawn about as wide as a phone, so that their letters need no
shrinking there, and laid side by side where there is room.
"""

from tf_advseg.reporting.charts.gain_bars import bars_of_gains
from tf_advseg.reporting.charts.heatmaps import heatmap
from tf_advseg.reporting.charts.histograms import entropy_histogram
from tf_advseg.reporting.charts.intervals import interval_chart
from tf_advseg.reporting.charts.lines import Line
from tf_advseg.reporting.charts.lines import Mark
from tf_advseg.reporting.charts.lines import line_chart
from tf_advseg.reporting.charts.reliability import reliability_diagram
from tf_advseg.reporting.charts.waterfalls import waterfall

__all__ = [
    "Line",
    "Mark",
    "bars_of_gains",
    "entropy_histogram",
    "heatmap",
    "interval_chart",
    "line_chart",
    "reliability_diagram",
    "waterfall",
]
