"""What runs inside the measured process.

Standard library only, so that a trial's memory is the workload's and any interpreter can run it. Nothing in here
prints, logs or samples; between turns a trial is blocked in one read.
"""
