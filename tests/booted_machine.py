# SPDX-License-Identifier: GPL-3.0-or-later
"""A Debian 12 of its own, booted by systemd-nspawn with its own systemd, for tests/booted.test.

It has no network but its own loopback. Commands run inside; readers of tests/readers.py run in this
process, which enters the machine's network.
"""
import ctypes
import glob
import os
import re
import shutil
import signal
import subprocess
import time

from harness import die_with_parent, wait_for

CLONE_NEWNET = 0x40000000
TOOLS = ('mmdebstrap', 'systemd-nspawn', 'nsenter', 'dpkg-deb')
# What the tests themselves need inside.
INSIDE = ['systemd', 'systemd-sysv', 'dbus', 'procps', 'curl', 'nginx', 'caddy', 'poppler-utils', 'chromium-headless-shell',
          'apt', 'ca-certificates']


def lacks():
    """Why no machine can be booted here; empty if one can."""
    if os.getuid() != 0:
        return 'booting a machine needs root'
    missing = [tool for tool in TOOLS if not shutil.which(tool, path=os.environ.get('PATH', '') + ':/usr/sbin:/sbin')]
    if missing:
        return 'not installed: %s (Debian: mmdebstrap systemd-container util-linux dpkg)' % ' '.join(missing)
    if not os.path.isdir('/sys/fs/cgroup'):
        return 'no control groups here, which systemd needs'
    return ''


def depends(deb):
    """The names of the packages that a .deb depends on, first alternatives."""
    fields = subprocess.run(['dpkg-deb', '-f', deb, 'Pre-Depends', 'Depends'], stdout=subprocess.PIPE, check=True).stdout.decode()
    names = []
    for line in fields.split('\n'):
        for entry in line.split(':', 1)[-1].split(','):
            name = re.match(r'\s*([a-z0-9][a-z0-9+.-]+)', entry)
            if name and not name[1].startswith('octavo') and name[1] not in names:
                names.append(name[1])
    return names


class Machine:
    def __init__(self, folder, debs, base=None):
        self.folder, self.debs, self.base = folder, debs, base
        self.root = os.path.join(folder, 'root')
        self.log = os.path.join(folder, 'boot.log')
        self.process = self.leader = None

    def make(self):
        """Its files, from Debian, without our packages. Raises CalledProcessError with what went wrong in make.log."""
        os.makedirs(self.root, exist_ok=True)
        tar = self.base or os.path.join(self.folder, 'base.tar')
        if not os.path.exists(tar):
            wanted = INSIDE + [name for deb in self.debs for name in depends(deb) if name not in INSIDE]
            sources = [file for file in ('/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list')
                       if os.path.exists(file) and os.path.getsize(file)]
            with open(os.path.join(self.folder, 'make.log'), 'wb') as log:
                subprocess.run(['mmdebstrap', '--quiet', '--variant=minbase', '--include=' + ','.join(wanted), 'bookworm', tar,
                                *sources[:1]], stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True)
        subprocess.run(['tar', '-C', self.root, '-xf', tar], check=True)
        # mmdebstrap leaves none; a base made otherwise may have it.
        for name in ('usr/sbin/policy-rc.d', 'etc/machine-id'):
            if os.path.lexists(self.path(name)):
                os.unlink(self.path(name))
        open(self.path('etc/machine-id'), 'w').close()
        with open(self.path('etc/hosts'), 'w', encoding='ascii') as hosts:
            hosts.write('127.0.0.1 localhost\n')
        for deb in self.debs:
            shutil.copy(deb, self.path('root'))

    def path(self, name):
        return os.path.join(self.root, name.lstrip('/'))

    def write(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), 'w', encoding='utf-8') as out:
            out.write(text)
        os.chmod(self.path(name), mode)

    def read(self, name):
        with open(self.path(name), encoding='utf-8', errors='replace') as text:
            return text.read()

    def boot(self):
        log = open(self.log, 'ab')
        self.process = subprocess.Popen(
            ['systemd-nspawn', '--quiet', '--register=no', '--keep-unit', '--private-network', '-b', '-D', self.root],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, preexec_fn=die_with_parent)
        log.close()
        self.wait_up()

    def wait_up(self):
        def leader():
            if self.process.poll() is not None:
                raise RuntimeError('systemd-nspawn ended with %d' % self.process.returncode)
            found = []
            for children in glob.glob('/proc/%d/task/*/children' % self.process.pid):
                with open(children, encoding='ascii') as pids:
                    found += pids.read().split()
            # nspawn's outer child makes the inner one, which is process 1 inside.
            for pid in found:
                try:
                    with open('/proc/%s/comm' % pid, encoding='ascii') as comm:
                        if comm.read().strip() == 'systemd':
                            return int(pid)
                except OSError:
                    continue
            return None
        self.leader = wait_for(leader, 30, 'process 1 of the machine')
        wait_for(lambda: self.run('systemctl is-system-running', check=False).stdout.strip() in (b'running', b'degraded'), 90,
                 'the machine to be up')
        libc = ctypes.CDLL(None, use_errno=True)
        net = os.open('/proc/%d/ns/net' % self.leader, os.O_RDONLY | os.O_CLOEXEC)
        if libc.setns(net, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), 'cannot enter the network of the machine')
        os.close(net)

    def run(self, command, check=True, seconds=180, user=None):
        """A shell command inside, as root; what it prints."""
        words = ['nsenter', '-t', str(self.leader), '-m', '-u', '-i', '-n', '-p', '--', 'env', '-i', 'HOME=/root', 'LC_ALL=C.UTF-8',
                 'DEBIAN_FRONTEND=noninteractive', 'SYSTEMD_PAGER=', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin']
        if user:
            words += ['setpriv', '--reuid=' + user, '--regid=' + user, '--init-groups']
        done = subprocess.run([*words, 'sh', '-c', 'cd /root; ' + command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=seconds, check=False, start_new_session=True)
        if check and done.returncode != 0:
            raise AssertionError('%s: exit %d\n%s' % (command, done.returncode, done.stdout.decode(errors='replace')[-3000:]))
        return done

    def said(self, command, **more):
        return self.run(command, **more).stdout.decode(errors='replace')

    def journal(self, unit, since=None):
        return self.said('journalctl -q --no-pager -o cat -u %s%s' % (unit, " --since '%s'" % since if since else ''), check=False)

    def mark(self):
        """A moment, for journal(since=)."""
        self.run('journalctl --sync', check=False)
        return self.said("date '+%F %T.%6N'").strip()

    def main_pid(self, unit='octavo.service'):
        """Of a service, as this process sees it; 0 when it does not run."""
        inner = self.said('systemctl show -P MainPID %s' % unit).strip()
        if inner == '0':
            return 0
        for status in glob.glob('/proc/[0-9]*/status'):
            try:
                with open(status, encoding='ascii', errors='replace') as text:
                    pids = re.search(r'^NSpid:\s*(\d+)\s+(\d+)$', text.read(), re.M)
            except OSError:
                continue
            if pids and pids[2] == inner and os.path.exists('/proc/%s/root/etc/octavo-machine' % pids[1]):
                return int(pids[1])
        return 0

    def reboot(self):
        """Down and up again; seconds until systemd says that it is up."""
        begin = time.monotonic()
        old = self.leader
        self.run('systemctl reboot', check=False)
        wait_for(lambda: not os.path.exists('/proc/%d' % old), 90, 'the machine to go down')
        # With --keep-unit, nspawn leaves the second boot to whoever started it, and says so.
        if self.process.wait(30) != 133:
            raise RuntimeError('systemd-nspawn ended with %d' % self.process.returncode)
        self.boot()
        return time.monotonic() - begin

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
