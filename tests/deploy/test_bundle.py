import struct
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import bundle, service

TARGET = bundle.Target("arm64", bundle.PYTHON, None)


@pytest.mark.parametrize(("weight", "budget"), [(80_000_001, 80), (250_000_001, 300)])
def test_a_bundle_over_its_budget_or_over_lambdas_limit_is_rejected(weight: int, budget: float):
    with pytest.raises(bundle.BundleError, match="health weighs"):
        bundle.check_weight("health", weight, budget)


def test_a_bundle_at_its_budget_is_taken():
    bundle.check_weight("health", 80_000_000, 80)


def test_compiled_code_for_another_machine_is_rejected(tmp_path: Path):
    (tmp_path / "x.so").write_bytes(b"\x7fELF" + bytes(14) + struct.pack("<H", 62) + bytes(40))
    bundle.check_machine(tmp_path, "x86_64")
    with pytest.raises(bundle.BundleError, match=r"x\.so is not compiled for arm64"):
        bundle.check_machine(tmp_path, "arm64")


def test_pruning_retains_code_data_and_the_metadata_that_is_read(tmp_path: Path):
    retained = ["p/code.py", "p/cacert.pem", "p/_x.so", "p-1.dist-info/METADATA", "p-1.dist-info/entry_points.txt"]
    dropped = ["p/tests/test_p.py", "p/code.pyi", "p-1.dist-info/RECORD", "p-1.dist-info/licenses/LICENSE", "bin/p"]
    for path in [*retained, *dropped]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    bundle.prune(tmp_path)
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()) == sorted(retained)


def test_an_unknown_function_is_named_with_the_known_ones():
    with pytest.raises(bundle.BundleError, match="no function helth; it has health, "):
        bundle.build(["helth"], TARGET)


def test_a_function_without_code_is_named_before_anything_is_installed(tmp_path: Path):
    (tmp_path / "serverless.yml").write_text((bundle.service.ROOT / "serverless.yml").read_text())
    with pytest.raises(bundle.BundleError, match=r"functions/health/handler\.py is missing"):
        bundle.build(["health"], TARGET, tmp_path)
    assert not (tmp_path / ".build").exists()


def test_files_that_must_be_built_before_are_named_with_the_remedy(tmp_path: Path):
    (tmp_path / "serverless.yml").write_text((bundle.service.ROOT / "serverless.yml").read_text())
    (tmp_path / "functions").symlink_to(bundle.service.ROOT / "functions")
    with pytest.raises(bundle.BundleError, match=r"site contains \.build/site, which is missing: run `make openapi`"):
        bundle.build(["site"], TARGET, tmp_path)
    assert not (tmp_path / ".build").exists()


@pytest.mark.parametrize(("language", "text"), [("fr", "match nul"), ("en", "draw")])
def test_a_bundle_carries_the_texts_that_its_function_shows(tmp_path: Path, language: str, text: str):
    bundle.copy_code(service.read().functions["predictions"], service.ROOT, tmp_path)
    show = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from shared.explanations.translations import *; "
    show += f"print(translate('draw', Language({language!r})))"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", show], capture_output=True, text=True, check=True)
    assert done.stdout == f"{text}\n"


def test_a_python_is_found_only_if_it_runs_and_is_of_the_version():
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert bundle.interpreter(running) == Path(sys.executable)
    assert bundle.interpreter("3.99") is None


def test_make_finds_the_uv_that_it_installed_on_a_machine_that_has_none():
    command = ["make", "--silent", "--eval", 'where: ; @echo "$$PATH"', "where"]
    done = subprocess.run(command, cwd=service.ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{service.ROOT}/.tools/bin:")
