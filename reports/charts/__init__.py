"""One chart per file: ``chart(index, …)`` gathers rows, words and table; ``draw(frame, …)`` makes the Figure.

``draw`` takes a DataFrame of the chart's rows and returns a `matplotlib.figure.Figure`, so a notebook can call it::

    from reports import charts
    from reports.numbers import index
    from reports.charts import throughput
    chart = throughput.chart(index.of(bench.load("latest")), "http")
    throughput.draw(chart.frame())

Importing a chart's module imports neither matplotlib nor pandas; drawing does.
"""
