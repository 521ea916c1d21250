#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The press, measured: a browser started for each PDF against the warm worker, and WeasyPrint for
scale. Prints a table in Markdown; judges nothing.

    OCTAVO=build/octavo tests/bench/press.py [--jobs N] [--words N]
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
import harness
import print_wire

SHELL = '/usr/lib/chromium/chromium-headless-shell'


def page(words):
    """A post as long as many are: headings, paragraphs, code, a picture."""
    text = ' '.join(('word sentence paper letter press column margin heading %d' % i) for i in range(words // 9))
    parts = [text[i:i + 700] for i in range(0, len(text), 700)]
    body = ''.join('<h2>Heading %d</h2><p>%s<pre><code>int main() { return %d; }</code></pre>' % (i, part, i)
                   for i, part in enumerate(parts))
    return ('<!doctype html><html lang="en"><title>A post</title><style>@page { margin: 20mm; @bottom-center '
            '{ content: counter(page) } } body { font: 11pt serif }</style><h1>A post</h1>'
            '<img src="/content/images/a.png" width="600">%s' % body)


def picture():
    with open(os.path.join(harness.SRCDIR, 'content', 'images', 'one-sheet.png'), 'rb') as file:
        return file.read()


def pss(pids):
    """MB of memory that these processes have for themselves, and their share of the rest."""
    total = 0
    for pid in pids:
        try:
            with open('/proc/%d/smaps_rollup' % pid, encoding='ascii') as file:
                total += int(next(line for line in file if line.startswith('Pss:')).split()[1])
        except (OSError, StopIteration):
            pass
    return total / 1024


class Peak:
    """Looks at the memory of a process and all below it, until told to stop."""

    def __init__(self, pid):
        self.pid, self.most, self.over = pid, 0, threading.Event()
        self.thread = threading.Thread(target=self.look)
        self.thread.start()

    def look(self):
        while not self.over.wait(0.02):
            self.most = max(self.most, pss([self.pid, *print_wire.below(self.pid)]))

    def stop(self):
        self.over.set()
        self.thread.join()
        return self.most


def timed(function):
    begun = time.perf_counter()
    value = function()
    return (time.perf_counter() - begun) * 1000, value


def once(command, folder, jobs):
    """A program started for each PDF: its times, its peak, the size of what it makes."""
    out, times, most = os.path.join(folder, 'out.pdf'), [], 0
    for _ in range(jobs):
        process = subprocess.Popen([part.replace('OUT', out) for part in command], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
                                   preexec_fn=print_wire.as_nobody)
        times.append(timed(process.wait)[0])
    process = subprocess.Popen([part.replace('OUT', out) for part in command], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
                               preexec_fn=print_wire.as_nobody)
    peak = Peak(process.pid)
    process.wait()
    most = peak.stop()
    return times, most, os.path.getsize(out)


def row(name, first, times, both, idle, peak, size):
    times = sorted(times)
    cells = [name, '%.0f' % first, '%.0f' % statistics.median(times),
             '%.0f' % times[min(len(times) - 1, int(len(times) * 0.99))], both, idle, '%.0f' % peak, '%.0f' % (size / 1024)]
    print('| ' + ' | '.join(cells) + ' |', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--jobs', type=int, default=50)
    parser.add_argument('--words', type=int, default=1800)
    options = parser.parse_args()
    run = harness.Run('bench-press')
    html, image = page(options.words), picture()
    parts = [('https://blog.example.org/content/images/a.png', 'image/png', image)]
    os.chmod(run.folder, 0o777)
    os.makedirs(run.path('content', 'images'))
    with open(run.path('content', 'images', 'a.png'), 'wb') as file:
        file.write(image)
    with open(run.path('post.html'), 'w', encoding='utf-8') as file:
        file.write(html.replace('src="/', 'src="'))
    print('| %d words, ms | first | p50 | p99 | two at once, a second | idle, MB | peak, MB | KB |' % options.words)
    print('|---|---|---|---|---|---|---|---|')

    command = [SHELL, '--disable-gpu', '--no-pdf-header-footer', '--generate-pdf-document-outline',
               '--print-to-pdf=OUT', 'file://' + run.path('post.html')]
    times, peak, size = once(command, run.folder, max(3, options.jobs // 5))
    row('the headless shell for each', times[0], times[1:], '', '0', peak, size)
    if shutil.which('chromium'):
        command = ['chromium', '--headless', '--disable-gpu', '--no-first-run', '--disable-background-networking',
                   '--user-data-dir=' + run.path('profile'), '--no-pdf-header-footer', *command[3:]]
        times, peak, size = once(command, run.folder, max(3, options.jobs // 10))
        row('chromium for each', times[0], times[1:], '', '0', peak, size)

    worker = print_wire.Worker(run, '--idle', '600', '--jobs', '100000').wait_ready()
    empty = pss([worker.process.pid])
    first, outcome = timed(lambda: worker.ask(html, parts))
    peak = Peak(worker.process.pid)
    times = [timed(lambda: worker.ask(html, parts))[0] for _ in range(options.jobs)]

    def both():
        threads = [threading.Thread(target=lambda: [worker.ask(html, parts) for _ in range(options.jobs // 2)])
                   for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    together = timed(both)[0]
    most = peak.stop()
    time.sleep(1)
    idle = pss([worker.process.pid, *print_wire.below(worker.process.pid)])
    own = pss([worker.process.pid])
    row('octavo-print', first, times, '%.1f' % (options.jobs // 2 * 2 / together * 1000), '%.0f' % idle, most,
        len(outcome['bytes']))
    worker.stop()

    if shutil.which('weasyprint'):
        times, peak, size = once(['weasyprint', '-q', run.path('post.html'), 'OUT'], run.folder, 3)
        row('WeasyPrint, started for each', times[0], times[1:], '', '0', peak, size)
    print('\nThe worker itself: %.1f MB before its first job, %.1f MB after the last.' % (empty, own))


main()
