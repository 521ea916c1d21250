#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""axe-core, the accessibility checker: not in Debian, so it comes from npm's registry, in the version
and with the bytes that are pinned here. `axe.py FOLDER` fetches it into FOLDER; so does the browser
test when it is not there yet. It is not part of Octavo and not distributed with it."""
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile

VERSION = '4.14.1'
INTEGRITY = 'sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ=='
NAME = 'axe-core-%s.tgz' % VERSION


class Missing(Exception):
    """It is not there, and not to be had."""


def is_genuine(path):
    kind, wanted = INTEGRITY.split('-', 1)
    with open(path, 'rb') as file:
        return base64.b64encode(hashlib.new(kind, file.read()).digest()).decode() == wanted


def fetch(folder):
    """The path of the tarball, which has been verified. Throws Missing."""
    folder = os.path.abspath(folder)  # npm runs in another one
    path = os.path.join(folder, NAME)
    if os.path.exists(path):
        if is_genuine(path):
            return path
        os.unlink(path)
    if not shutil.which('npm'):
        raise Missing('there is no npm to fetch %s (Debian: npm)' % NAME)
    os.makedirs(folder, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        # A cache of its own: what it holds would have to be verified as well.
        command = ['npm', 'pack', 'axe-core@' + VERSION, '--ignore-scripts', '--pack-destination', place,
                   '--cache', os.path.join(place, 'cache'), '--fetch-retries', '4', '--no-update-notifier']
        try:
            done = subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=300)
        except subprocess.TimeoutExpired:
            raise Missing('%s: no answer within five minutes' % ' '.join(command[:3])) from None
        fetched = os.path.join(place, NAME)
        # Whatever npm thinks of its own run: the bytes are what counts, and they are looked at.
        if not os.path.exists(fetched):
            raise Missing('%s: %s' % (' '.join(command[:3]), done.stdout.decode(errors='replace').strip()))
        if not is_genuine(fetched):
            raise Missing('%s does not have the bytes that tests/axe.py pins' % NAME)
        os.rename(fetched, path)
    return path


def source(folder):
    """The script, to be run inside a page."""
    with tarfile.open(fetch(folder)) as archive:
        return archive.extractfile('package/axe.min.js').read().decode('utf-8')


if __name__ == '__main__':
    if len(sys.argv) != 2:
        sys.exit('usage: axe.py FOLDER')
    try:
        print(fetch(sys.argv[1]))
    except Missing as why:
        sys.exit('axe.py: %s' % why)
