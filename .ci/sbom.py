"""Writes a software bill of materials (CycloneDX 1.6, JSON) of what the locks install: one for the core, one per extra.

python .ci/sbom.py FOLDER      FOLDER/attrition.cdx.json and FOLDER/attrition-EXTRA.cdx.json

Made from the locks at a release and not kept in the repository. Every package has its version, its address in the form
of a package URL, its licence where it is installed here, and the SHA-256 of each of its files in the lock. Packages of
other platforms are among them, with their marker. The same locks give the same bills, but for the time of their making,
which SOURCE_DATE_EPOCH sets.
"""

from __future__ import annotations

import os
import sys
import time
import tomllib
import uuid
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from locked import ROOT, Locked, licence_of, read_lock
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = [name for name in PROJECT["optional-dependencies"] if name not in ("build", "dev", "docs")]
"""What a site can install besides the core; the others are for developers."""


def bills() -> dict[str, Bom]:
    """Return the bills by name of file; an extra that the locks do not hold is left out."""
    core, everything = (read_lock(ROOT / "locks" / name) for name in ("core.txt", "dev.txt"))
    of_extras = {extra: packages for extra in EXTRAS if (packages := _packages_of(extra, everything))}
    return {"attrition.cdx.json": bill(core)} | {
        f"attrition-{extra}.cdx.json": bill(packages) for extra, packages in of_extras.items()
    }


def bill(packages: list[Locked]) -> Bom:
    """Return the bill of some packages, and of attrition which depends on them."""
    bom = Bom(components=[_component(package) for package in packages])
    product = Component(name="attrition", version=PROJECT["version"], type=ComponentType.APPLICATION)
    product.bom_ref.value = f"attrition@{PROJECT['version']}"
    product.licenses.add(LicenseFactory().make_from_string(PROJECT["license"]))
    bom.metadata.component = product
    bom.register_dependency(product, bom.components)
    names = " ".join(sorted(f"{package.name}=={package.version}" for package in packages))
    bom.serial_number = uuid.uuid5(uuid.NAMESPACE_DNS, names)
    bom.metadata.timestamp = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())), UTC)
    return bom


def not_locked() -> list[str]:
    """Return the extras whose packages are not in the locks, so that they have no bill."""
    everything = read_lock(ROOT / "locks" / "dev.txt")
    return [extra for extra in EXTRAS if not _packages_of(extra, everything)]


def _component(package: Locked) -> Component:
    url = PackageURL("pypi", None, package.name, package.version)
    licence = licence_of(package.name)
    component = Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=url.to_string(),
        purl=url,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in package.hashes],
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
    )
    if package.marker:
        component.properties.add(Property(name="python:marker", value=package.marker))
    return component


def _packages_of(extra: str, locked: list[Locked]) -> list[Locked]:
    """Return the locked packages that an extra adds, with all that they need; none if one of its own is not locked."""
    by_name = {package.name: package for package in locked}
    first = [canonicalize_name(Requirement(text).name) for text in PROJECT["optional-dependencies"][extra]]
    if any(name not in by_name for name in first):
        return []
    needed, open_names = set(), list(first)
    while open_names:
        name = open_names.pop()
        if name in by_name and name not in needed:
            needed.add(name)
            open_names += _needs(name)
    return [by_name[name] for name in sorted(needed)]


def _needs(name: str) -> list[str]:
    """Return what an installed package needs on this machine, without extras of its own."""
    try:
        texts = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    requirements = [Requirement(text) for text in texts]
    return [canonicalize_name(one.name) for one in requirements if not one.marker or one.marker.evaluate({"extra": ""})]


def main(arguments: list[str]) -> int:
    """Write the bills into a folder, and return the exit code."""
    if len(arguments) != 1:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, bom in bills().items():
        (folder / name).write_text(JsonV1Dot6(bom).output_as_string(indent=1) + "\n", encoding="utf-8")
        print(f"{folder / name}: {len(bom.components)} packages")
    print("no bill, since the locks do not hold them:", ", ".join(not_locked()) or "none")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
