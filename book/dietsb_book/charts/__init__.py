"""Charts that are data: drawn by Vega-Lite, in pages and in JupyterLab. Imported by notebooks alone: it needs Altair."""

from dietsb_book.charts.explorer import explorer
from dietsb_book.charts.shown import MIME, Chart

__all__ = ["MIME", "Chart", "explorer"]
