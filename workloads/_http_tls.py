"""A certificate for 127.0.0.1, made with the openssl command: no library is needed for it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


def missing() -> str:
    """Why none can be made here; empty where it can."""
    return "" if shutil.which("openssl") else "tls needs the openssl command: apt install openssl (or brew, dnf ...)"


def certified(directory: Path) -> tuple[Path, Path]:
    """Make one, trusted by nobody but who is given the file; return the files of certificate and key."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "30"]
    made = subprocess.run(
        [*command, "-keyout", key, "-out", certificate], capture_output=True, text=True, check=False, timeout=30
    )
    if made.returncode:
        raise RuntimeError(f"openssl made no certificate: {made.stderr.strip().splitlines()[-1:]}")
    return certificate, key
