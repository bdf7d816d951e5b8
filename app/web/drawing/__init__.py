"""How the pages are drawn: templates, colours, the chart, the script."""
