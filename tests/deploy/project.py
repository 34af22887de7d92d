"""A small project to build and package, in a folder of its own."""

import shutil
from pathlib import Path

from deploy import service


def staged(folder: Path) -> Path:
    """The real serverless.yml with empty bundles, so that packaging needs no build before it."""
    shutil.copy(service.ROOT / "serverless.yml", folder)
    shutil.copytree(service.ROOT / "deploy", folder / "deploy", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "node_modules").symlink_to(service.ROOT / "node_modules")
    for function in service.read().functions.values():
        artifact = folder / function.artifact
        artifact.parent.mkdir(parents=True, exist_ok=True)
        artifact.write_bytes(b"PK\5\6" + bytes(18))  # a zip with nothing in it
    return folder
