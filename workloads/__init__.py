"""The workloads. One module each; drop a file in here and it runs under every runner and appears in the report.

Read them in this order, each adds one idea:

    noop.py      the smallest workload there is: two forms, no parameter
    sleep.py     a parameter with its limits, and the least time an honest op can take
    cpu.py       a check of the result; a coroutine that suspends although it has nothing to wait for
    file_io.py   a fixture (a directory), and a client scope (an executor sized to the concurrency)
    http.py      a fixture that serves in its own processes and counts; clients, a file each in _http_clients
    subprocess.py what may be missing on a machine; a workload that is measured when it is named
    mixed.py     a client scope that does something beside the workers
    spawn.py     parameters that have one form only; helpers per form, so that a trial imports its own alone
    idioms.py    the same with many ways
    echo.py      a workload that is measured when it is named, with helpers beside it

Then copy the nearest one, and ask whether it keeps the contract:

    bench check workloads/mine.py
    bench run mine

The contract is the docstring of `bench.workload`. A file whose name begins with ``_`` is not discovered.
"""
