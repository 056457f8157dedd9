"""A certificate of this machine, for servers that tests reach over TLS."""

import subprocess
from pathlib import Path


def make_certificate(folder: Path) -> Path:
    """Write privkey.pem and fullchain.pem into a folder; give the latter."""
    certificate = folder / "fullchain.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-days", "2", "-nodes"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(folder / "privkey.pem"), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate
