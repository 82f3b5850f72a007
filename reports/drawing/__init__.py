"""How a chart is drawn: its data, colours and panels, and the processes that turn it into SVG."""
