# SPDX-License-Identifier: GPL-3.0-or-later
"""A post on paper, as chromium prints it (and so as the press will)."""
import os
import re
import subprocess

import browser_pixels
import browser_site

CHROME = ('Skip to content', 'Search this site', 'Copy', 'This post as Markdown', 'Older', 'Newer', 'Made with Octavo',
          'Related posts')


def pages_of(pdf, order='-layout'):
    """The text of each page: -layout as it stands on it, -raw as it was written, cell by cell."""
    done = subprocess.run(['pdftotext', order, pdf, '-'], stdout=subprocess.PIPE, check=True, timeout=120)
    return done.stdout.decode('utf-8').split('\f')[:-1]


def bare(text):
    """Without blanks, and without the hyphens that a break may add."""
    return re.sub(r'\s+', '', text)


def check(run, browser, site, folder):
    browser.size(1280, 800)
    browser.feature(prefers_color_scheme='dark')  # paper is white all the same
    browser.go(site.base + '/posts/specimen/')
    browser.js('localStorage.setItem("octavo-theme", "dark")')
    browser.go(site.base + '/posts/specimen/')
    headings = browser.js('return [...document.querySelectorAll(".body h2, .body h3, .body h4")].map((one) => one.innerText.trim())')
    menu = browser.js('return [...document.querySelectorAll("header nav a")].map((one) => one.innerText.trim())')
    pdf = os.path.join(folder, 'post.pdf')
    browser.pdf(pdf)
    browser.js('localStorage.clear()')
    browser.feature(prefers_color_scheme='light')
    pages = pages_of(pdf)
    text = '\n'.join(pages)
    raw = bare('\n'.join(pages_of(pdf, '-raw')))
    run.ok('print: the title is on the first page', 'A specimen of everything' in pages[0], pages[0][:300])
    lines = [line.strip() for line in text.split('\n')]
    faults = ['print: chrome: «%s»' % word for word in CHROME if word in text]
    faults += ['print: menu: «%s»' % word for word in menu if word in lines]
    run.ok('print: no chrome', not faults, ' | '.join(faults))
    faults = []
    for number, page in enumerate(pages, 1):
        last = page.rstrip().rsplit('\n', 1)[-1]
        if not re.search(r'\b%d\b' % number, last):
            faults.append('print: page %d ends with %r' % (number, last.strip()[:60]))
    run.ok('print: pages have numbers (%d of them)' % len(pages), not faults and len(pages) > 2, ' | '.join(faults[:5]))
    faults = []
    for number, page in enumerate(pages[:-1], 1):
        said = [line.strip() for line in page.rstrip().split('\n')[:-1] if line.strip()]
        if said and said[-1] in headings:
            faults.append('print: page %d ends with the heading «%s»' % (number, said[-1]))
    run.ok('print: no heading is left alone', not faults, ' | '.join(faults))
    run.ok('print: the long line of code is whole', bare(browser_site.LONG_LINE) in raw)
    run.ok('print: addresses stand behind links', 'example.org/a/b?c=d' in bare(text))
    wide = [head for head in ('Column%d' % n for n in range(1, 13)) if head not in raw]
    run.ok('print: the table of twelve columns is whole', not wide, 'missing: %s' % wide)
    stem = os.path.join(folder, 'print')
    subprocess.run(['pdftoppm', '-r', '50', '-png', '-l', '4', pdf, stem], check=True, timeout=120)
    faults = []
    for name in sorted(os.listdir(folder)):
        if name.startswith('print-'):
            with open(os.path.join(folder, name), 'rb') as file:
                paper = browser_pixels.common(file.read())
            if paper != (255, 255, 255):
                faults.append('print: %s is %s' % (name, paper))
    run.ok('print: paper is white for readers of the dark scheme', not faults, ' | '.join(faults))

    for slug, wanted in (('wide-table', ['head-%02d' % n for n in range(browser_site.COLUMNS)]),
                         ('long-word', [browser_site.LONG_WORD])):
        browser.go('%s/posts/%s/' % (site.base, slug))
        path = os.path.join(folder, slug + '.pdf')
        browser.pdf(path)
        printed = bare('\n'.join(pages_of(path, '-raw')))
        missing = [word for word in wanted if word not in printed]
        run.ok('print: nothing of %s is cut' % slug, not missing, 'missing: %s' % missing[:5])
