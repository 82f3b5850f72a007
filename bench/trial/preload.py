"""Imported once by the fork server: everything a worker process needs, so that workers share its pages."""

import os

import bench.trial.worker  # noqa: F401
from bench.trial import loading

if loading.VARIABLE in os.environ:
    loading.import_library(loading.load(os.environ[loading.VARIABLE]), "blocking")
