"""Root file systems of small images, made of Debian packages without a registry."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.support.container_engine.engine import EngineMissingError

__all__ = ["NGINX_CONFIGURATION", "make_root"]

_LIBRARIES = ("libc6", "zlib1g")

_PACKAGES = {
    "nginx": ("nginx", "libpcre2-8-0", "libssl3", "libcrypt1"),
    "python": ("python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib", "libexpat1"),
}

NGINX_CONFIGURATION = """
daemon off;
pid /var/run/nginx.pid;
error_log /dev/stderr;
events {}
http {
  access_log /dev/stdout;
  client_body_temp_path /var/cache/nginx/body;
  proxy_temp_path /var/cache/nginx/proxy;
  fastcgi_temp_path /var/cache/nginx/fastcgi;
  uwsgi_temp_path /var/cache/nginx/uwsgi;
  scgi_temp_path /var/cache/nginx/scgi;
  server { listen 80; location / { return 200 "served"; } }
}
"""
"""A server on port 80 with the directories of the nginx image of Docker."""

_PASSWD = "root:x:0:0::/:/bin/sh\nnginx:x:101:101::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n"

_DIRECTORIES = ("etc", "tmp", "var/run", "var/cache/nginx", "var/log/nginx", "proc", "sys", "dev")


def make_root(program: str, directory: Path) -> Path:
    """Unpack a program with its libraries and a shell, and return the directory.

    Args:
        program: ``nginx`` or ``python``.
        directory: An empty directory.

    Raises:
        EngineMissingError: the packages cannot be downloaded with apt-get.
    """
    packages, root = directory / "packages", directory / "root"
    packages.mkdir()
    root.mkdir()
    names = ("busybox-static", *_LIBRARIES, *_PACKAGES[program])
    try:
        subprocess.run(
            ["apt-get", "download", "-qq", "-o", "APT::Sandbox::User=root", *names],
            cwd=packages,
            check=True,
            capture_output=True,
            timeout=120,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineMissingError(f"apt-get cannot download {' '.join(names)}") from error
    for package in packages.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    # The storage driver copies the whole file system for each container.
    for name in ("usr/share", "usr/lib/python3.11/pydoc_data", "usr/lib/python3.11/lib2to3"):
        shutil.rmtree(root / name, ignore_errors=True)
    for directory in root.glob("usr/lib/*/gconv"):
        shutil.rmtree(directory)
    for directory in root.glob("lib/*/gconv"):
        shutil.rmtree(directory)
    for name in _DIRECTORIES:
        (root / name).mkdir(parents=True, exist_ok=True)
    for command in ("sh", "chown", "touch", "ls", "cat", "sleep"):
        (root / "bin" / command).symlink_to("busybox")
    (root / "etc/passwd").write_text(_PASSWD, encoding="utf-8")
    (root / "etc/nginx").mkdir(exist_ok=True)
    (root / "etc/nginx/nginx.conf").write_text(NGINX_CONFIGURATION, encoding="utf-8")
    return root
