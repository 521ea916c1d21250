# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine of its own, booted by systemd-nspawn with its own systemd, for tests/booted.test (a Debian
from mmdebstrap, with our packages) and tests/boots.test (this machine's own /usr, with what
`make install` installs).

It has no network but its own loopback. Commands run inside; readers of tests/readers.py run in this
process, which enters the machine's network. Its processes are in control groups of their own.
"""
import contextlib
import ctypes
import glob
import os
import re
import shutil
import signal
import subprocess
import time
import uuid

from harness import die_with_parent, wait_for
from readers import Readers

CLONE_NEWNET = 0x40000000
# Commands, and the packages of Debian that have them.
BOOTING = {'systemd-nspawn': 'systemd-container', 'nsenter': 'util-linux', 'unshare': 'util-linux'}
MAKING = {'mmdebstrap': 'mmdebstrap', 'dpkg-deb': 'dpkg'}
DOES_NOT_BOOT = (OSError, RuntimeError, TimeoutError, subprocess.TimeoutExpired)
# What the tests themselves need inside.
INSIDE = ['systemd', 'systemd-sysv', 'dbus', 'procps', 'curl', 'nginx', 'caddy', 'poppler-utils', 'chromium-headless-shell',
          'apt', 'ca-certificates']


def note(text):
    """For the record: shown with the results."""
    print('# ' + text, flush=True)


def lacks(tools):
    """Why no machine can be booted here; empty if one can, as far as can be seen before. tools: command → package."""
    if os.getuid() != 0:
        return 'booting a machine needs root'
    path = os.environ.get('PATH', '') + ':/usr/sbin:/sbin'
    missing = sorted({package for tool, package in tools.items() if not shutil.which(tool, path=path)})
    if missing:
        return 'not installed: ' + ' '.join(missing)
    if not os.path.isdir('/sys/fs/cgroup'):
        return 'no control groups here, which systemd needs'
    done = subprocess.run(['unshare', '--mount', '--pid', '--net', '--uts', '--ipc', '--cgroup', '--fork', 'mount', '-t', 'tmpfs', 'none', '/mnt'],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20, check=False)
    if done.returncode != 0:
        return 'no namespaces, or no mounts in them: ' + done.stdout.decode(errors='replace').strip()
    return ''


class ControlGroups:
    """One group for a machine in each hierarchy that systemd wants, below those of this process, whose own stay as
    they are. OSError where they may not be made."""

    def __init__(self):
        # The same in all: systemd-nspawn makes it so.
        self.folders, name = [], 'octavo-%d-%s' % (os.getpid(), uuid.uuid4().hex[:8])
        with open('/proc/self/cgroup', encoding='ascii') as text:
            mine = dict(line.rstrip('\n').split(':', 2)[1:] for line in text)
        for names, tops in (('', ('/sys/fs/cgroup', '/sys/fs/cgroup/unified')), ('name=systemd', ('/sys/fs/cgroup/systemd',))):
            for top in tops:
                if names in mine and os.path.exists(top + '/cgroup.procs'):
                    self.folders.append(os.path.join(top, mine[names].lstrip('/'), name))
        try:
            for folder in self.folders:
                os.mkdir(folder)
        except OSError:
            self.remove()
            raise

    def enter(self):
        """For preexec_fn."""
        for folder in self.folders:
            with open(folder + '/cgroup.procs', 'w', encoding='ascii') as procs:
                procs.write('0')

    def remove(self):
        """What is left of them; [] once nothing is."""
        for top in self.folders:
            for folder, _, _ in os.walk(top, topdown=False):
                with contextlib.suppress(OSError):  # a process that ends just now is still in it
                    os.rmdir(folder)
        return [folder for folder in self.folders if os.path.exists(folder)]


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


class Booted:
    """A root in folder/root, made by make() of a subclass; what follows is the same for all."""

    mounts = []  # more options of systemd-nspawn

    def __init__(self, folder):
        self.folder = folder
        self.root = os.path.join(folder, 'root')
        self.log = os.path.join(folder, 'boot.log')
        self.process = self.leader = self.groups = None

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

    def boot(self, seconds=90):
        """Until systemd is up inside; one of DOES_NOT_BOOT where that is not to be."""
        if not self.groups:
            self.groups = ControlGroups()

        def prepare():
            die_with_parent()
            self.groups.enter()
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                ['systemd-nspawn', '--quiet', '--register=no', '--keep-unit', '--private-network', '--link-journal=no', '--resolv-conf=off',
                 '--timezone=off', *self.mounts, '-b', '-D', self.root],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, preexec_fn=prepare)
        self.wait_up(seconds)

    def console(self):
        """What it said while it booted, the end of it."""
        with open(self.log, encoding='utf-8', errors='replace') as log:
            return log.read()[-1500:]

    def wait_up(self, seconds):
        deadline = time.monotonic() + seconds

        def leader():
            if self.process.poll() is not None:
                raise RuntimeError('systemd-nspawn ended with %d: %s' % (self.process.returncode, self.console().strip()))
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
        self.leader = wait_for(leader, min(seconds, 30), 'process 1 of the machine')
        wait_for(lambda: self.run('systemctl is-system-running', check=False, seconds=seconds).stdout.strip() in (b'running', b'degraded'),
                 max(1, deadline - time.monotonic()), 'the machine to be up')
        libc = ctypes.CDLL(None, use_errno=True)
        net = os.open('/proc/%d/ns/net' % self.leader, os.O_RDONLY | os.O_CLOEXEC)
        if libc.setns(net, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), 'cannot enter the network of the machine')
        os.close(net)

    def run(self, command, check=True, seconds=180, user=None):
        """A shell command inside, as root; what it prints."""
        words = ['nsenter', '-t', str(self.leader), '-m', '-u', '-i', '-n', '-p', '--', 'env', '-i', 'HOME=/root', 'LC_ALL=C.UTF-8',
                 'DEBIAN_FRONTEND=noninteractive', 'SYSTEMD_PAGER=', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
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

    def status_of(self, port, url='/', *more):
        """The status that a web server inside answers with, as text."""
        return self.said("curl -s -m 25 -o /dev/null -w '%%{http_code}' %s 'http://localhost:%d%s'" % (' '.join(more), port, url), check=False).strip()

    def page(self, port, url='/'):
        return self.said("curl -s -m 25 'http://localhost:%d%s'" % (port, url), check=False)

    def wait_page(self, port, url='/', status='200', seconds=20):
        wait_for(lambda: self.status_of(port, url) == status, seconds, '%s on %s' % (status, url))

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        if self.groups:
            with contextlib.suppress(TimeoutError):
                wait_for(lambda: not self.groups.remove(), 5, 'its control groups to be empty')


class Machine(Booted):
    """Debian 12 from mmdebstrap, with the packages in /root."""

    def __init__(self, folder, debs, base=None):
        super().__init__(folder)
        self.debs, self.base = debs, base

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


class Borrowed(Booted):
    """This machine's own /usr, read-only, and in it what `make install` made in the folder `installed`; everything
    else is its own: no service of this machine runs in it."""

    def __init__(self, folder, installed):
        super().__init__(folder)
        if os.listdir(installed) == ['local']:
            self.mounts = ['--bind-ro=/usr', '--bind-ro=%s/local:/usr/local' % installed]
        else:
            self.mounts = ['--overlay-ro=/usr:%s:/usr' % installed]
        # Thousands of small files, which would take longer to remove than all else.
        self.mounts.append('--tmpfs=/var/lib/nginx:mode=755')

    def make(self):
        for name in ('usr', 'etc/systemd/system', 'etc/nginx/conf.d', 'etc/nginx/snippets', 'etc/nginx/sites-available', 'etc/nginx/sites-enabled',
                     'root', 'srv', 'var/log/nginx', 'var/log/journal', 'var/lib/nginx'):
            os.makedirs(self.path(name), exist_ok=True)
        os.makedirs(self.path('tmp'))
        os.chmod(self.path('tmp'), 0o1777)
        for name in os.listdir('/'):  # /bin, /lib and so on are links into /usr; where they are not, they are borrowed, too
            if name in ('bin', 'sbin') or name.startswith('lib'):
                if os.path.islink('/' + name):
                    os.symlink(os.readlink('/' + name), self.path(name))
                elif os.path.isdir('/' + name):
                    os.mkdir(self.path(name))
                    self.mounts.append('--bind-ro=/' + name)
        for name in ('passwd', 'group'):  # root, www-data, nobody
            shutil.copy('/usr/share/base-passwd/%s.master' % name, self.path('etc/' + name))
        for name in ('ld.so.cache', 'os-release', 'nginx/mime.types'):
            shutil.copy('/etc/' + name, self.path('etc/' + name))
        shutil.copytree('/etc/alternatives', self.path('etc/alternatives'), symlinks=True)
        self.write('etc/hosts', '127.0.0.1 localhost\n::1 localhost\n')
        self.write('etc/machine-id', uuid.uuid4().hex + '\n')
        self.write('etc/octavo-machine', '')
        self.write('etc/nginx/nginx.conf', NGINX)
        # Nothing is to be made anew because /usr is newer; nobody logs in.
        for name in ('etc/.updated', 'var/.updated'):
            self.write(name, '')
        os.symlink('/usr/lib/systemd/system/multi-user.target', self.path('etc/systemd/system/default.target'))
        for name in ('dbus.service', 'dbus.socket', 'getty.target', 'systemd-logind.service', 'systemd-firstboot.service'):
            os.symlink('/dev/null', self.path('etc/systemd/system/' + name))


# What Debian's has, but for TLS.
NGINX = '''user www-data;
worker_processes auto;
pid /run/nginx.pid;
error_log /var/log/nginx/error.log;
events { worker_connections 768; }
http {
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log /var/log/nginx/access.log;
    gzip on;
    include /etc/nginx/conf.d/*.conf;
    include /etc/nginx/sites-enabled/*;
}
'''


def under_load(run, m, what, action, times, rows, urls):
    """Readers while action(turn) happens several times. rows: (name, port, whether each URL is asked for once only, how
    many seconds of trouble are allowed; 0: no failed request)."""
    def fine(_, status, body):
        return '' if status == 200 and b'</html>' in body else 'status %d' % status
    readers = [Readers(port, urls, fine, connections=3, fresh=fresh, pace=0.002) for _, port, fresh, _ in rows]
    for port in {row[1] for row in rows}:
        for url in urls:
            m.status_of(port, url)
    for reader in readers:
        reader.__enter__()
    try:
        time.sleep(0.5)
        for turn in range(times):
            action(turn)
            time.sleep(0.7)
    finally:
        for reader in readers:
            reader.__exit__()
    for (name, _, _, allowed), reader in zip(rows, readers):
        # Trouble, one action at a time: those are 0.7 s and more apart.
        worst, last, begun = 0.0, None, None
        for fault in reader.faults:
            if last is None or fault.at - last > 0.5:
                begun = fault.at
            last = fault.at
            worst = max(worst, last - begun + 0.001)
        note('%s ×%d through %s: %d requests, %d failed, %.2f s of trouble, the slowest %.2f s'
             % (what, times, name, reader.count, len(reader.faults), worst, reader.worst))
        run.ok('%s under load through %s: %s' % (what, name, 'nobody notices' if not allowed else 'less than %.0f s of trouble' % allowed),
               reader.count > 50 and (worst < allowed if allowed else not reader.faults), reader.told())
    if any(reader.faults for reader in readers):
        note('nginx says: ' + m.said('tail -n 5 /var/log/nginx/error.log', check=False).strip())
