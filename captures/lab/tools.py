"""Debian packages the lab uses: the servers unpacked into a cache, the clients installed by apt."""
import glob
import os
import shutil
import subprocess

from net import LabError, run

CACHE = os.environ.get("FTPSCOPE_LAB_CACHE", "/var/tmp/ftpscope-lab")
# These conflict with each other as packages: they are unpacked, never installed.
UNPACKED = ("vsftpd", "proftpd-core", "proftpd-mod-crypto", "pure-ftpd", "pure-ftpd-common", "dropbear-bin")
INSTALLED = ("lftp", "curl", "tnftp", "ncftp", "inetutils-ftp", "tcpdump", "nftables", "iproute2", "ethtool",
             "openssl", "procps", "python3-pyftpdlib", "python3-openssl", "python3-aiosmtpd", "openvswitch-switch",
             # libraries of the unpacked servers
             "libhiredis0.14", "libmemcached11", "libmemcachedutil2", "libpcre2-posix3", "libpam-modules", "libwrap0",
             "libtomcrypt1", "libtommath1", "openssh-client")


def server_program(path):
    full = os.path.join(CACHE, "root", path)
    if not os.path.exists(full):
        raise LabError(f"{full} is missing: run lab.py --prepare first")
    return full


def package_version(package):
    if package in UNPACKED:
        files = glob.glob(os.path.join(CACHE, "deb", f"{package}_*.deb"))
        if not files:
            raise LabError(f"{package} is missing: run lab.py --prepare first")
        return run("dpkg-deb", "-f", files[0], "Version").stdout.strip()
    return run("dpkg-query", "-W", "-f", "${Version}", package).stdout.strip()


def missing():
    """The packages that are not there."""
    form = "${Package} ${db:Status-Status}\\n"
    listed = run("dpkg-query", "-W", "-f", form, *INSTALLED, check=False).stdout.splitlines()
    there = {line.split()[0] for line in listed if line.endswith(" installed")}
    absent = [package for package in INSTALLED if package not in there]
    if not os.path.isdir(os.path.join(CACHE, "root")):
        return absent + list(UNPACKED)
    return absent + [package for package in UNPACKED if not glob.glob(os.path.join(CACHE, "deb", f"{package}_*.deb"))]


def prepare():
    """Fetches what the lab needs. openvswitch-switch brings a service, which the lab does not need: it starts its own."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-q"], env=environment, check=True)
    subprocess.run(["apt-get", "install", "-y", "-q", "--no-install-recommends", *INSTALLED], env=environment,
                   check=True)
    folder = os.path.join(CACHE, "deb")
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    for old in glob.glob(os.path.join(folder, "*.deb")):
        os.unlink(old)
    subprocess.run(["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", *UNPACKED], cwd=folder,
                   env=environment, check=True)
    unpack(glob.glob(os.path.join(folder, "*.deb")))


def unpack(packages):
    """All of them or none: what is broken off leaves no cache that looks whole."""
    root, growing = os.path.join(CACHE, "root"), os.path.join(CACHE, "root.new")
    shutil.rmtree(growing, ignore_errors=True)
    for package in packages:
        subprocess.run(["dpkg", "-x", package, growing], check=True)
    shutil.rmtree(root, ignore_errors=True)
    os.rename(growing, root)
