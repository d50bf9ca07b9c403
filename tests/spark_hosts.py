"""Hosts of a network on this machine: what runs on one sees a folder that all share, and nothing else of another's.

A host is a network namespace with an address of its own. Whatever runs there has a `/tmp` of its own, in which only the
shared folder lies, and the installed packages, which every real host would have too.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import attrition
from tests.spark_cluster import Host

INSTALLED = (Path(sys.prefix), Path(attrition.__file__).parent.parent)
NETWORK, LENGTH = "10.213.77", 24
OWN_TMP = """
set -e
mount --make-rprivate /
scratch=$(mktemp -d -p /var/tmp)
mount -t tmpfs none "$scratch"
mkdir -m 1777 "$scratch/tmp"
for folder in $KEPT_FOLDERS; do
  mkdir -p "$scratch$folder"
  mount --bind "$folder" "$scratch$folder"
done
mount --rbind "$scratch/tmp" /tmp
umount -l "$scratch"
rmdir "$scratch"
exec "$@"
"""


def why_not() -> str:
    """Return why hosts cannot be made here; empty where they can."""
    if os.geteuid() != 0:
        return "hosts of a network are made by root alone"
    missing = [word for word in ("ip", "unshare") if shutil.which(word) is None]
    if missing:
        return f"not installed: {', '.join(missing)} (Debian: iproute2, util-linux)"
    try:
        with hosts(Path("/tmp"), ["try"]):
            return ""
    except subprocess.CalledProcessError as error:
        return f"this machine makes no network namespaces: {error.stderr.decode().strip()}"


@contextmanager
def hosts(shared: Path, names: Sequence[str]) -> Iterator[list[Host]]:
    """Yield a host of each name; a folder below `/tmp` is shared by all."""
    bridge = f"attr{os.getpid()}"[:15]
    with ExitStack() as network:
        _ip(f"link add {bridge} type bridge")
        network.callback(_ip, f"link delete {bridge}")
        _ip(f"link set {bridge} up")
        yield [_host(network, bridge, number, name, shared) for number, name in enumerate(names, start=1)]


def fail(host: Host) -> None:
    """End everything that runs on a host, as when its power goes."""
    space = host.there[3]
    running = subprocess.run(["ip", "netns", "pids", space], check=True, capture_output=True, text=True).stdout
    for number in running.split():
        with suppress(ProcessLookupError):
            os.kill(int(number), signal.SIGKILL)


def _host(network: ExitStack, bridge: str, number: int, name: str, shared: Path) -> Host:
    space, end, address = f"{bridge}-{name}", f"{bridge}{number}"[-15:], f"{NETWORK}.{number}"
    _ip(f"netns add {space}")
    network.callback(_ip, f"netns delete {space}")
    _ip(f"link add {end} type veth peer name eth0 netns {space}")
    _ip(f"link set {end} master {bridge}")
    _ip(f"link set {end} up")
    _ip(f"-n {space} address add {address}/{LENGTH} dev eth0")
    _ip(f"-n {space} link set eth0 up")
    _ip(f"-n {space} link set lo up")
    kept = " ".join(str(path) for path in (*INSTALLED, shared) if path.is_relative_to("/tmp"))
    there = ("ip", "netns", "exec", space, "env", f"KEPT_FOLDERS={kept}")
    return Host(address, (*there, "unshare", "--mount", "sh", "-c", OWN_TMP, "sh"))


def _ip(words: str) -> None:
    subprocess.run(["ip", *words.split()], check=True, capture_output=True)
