# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites that tests/browser.test shows to a browser: the specimen (one page of every kind, a post
with everything), posts of the bad days, sites of one post and of ten thousand, a menu of fifteen."""
import json
import os
import struct
import zlib

LONG_WORD = 'Donau' + 'dampfschifffahrts' * 11 + 'gesellen'  # 200 letters
LONG_LINE = 'curl --fail --silent --show-error https://example.org/' + '/'.join(
    'part%02d' % number for number in range(40)) + ' | tee the-end-of-the-line.txt'
COLUMNS = 40
CODE_LINES = 5000
IMAGES = 300
MENU = ('Guide', 'About', 'Archive of everything', 'Projects', 'Talks', 'Photographs', 'Reading', 'Now',
        'Uses', 'Colophon', 'Letters', 'Recipes and other experiments', 'Music', 'Links', 'Contact')


def png(path, width, height, shade):
    """A grey picture with a lighter frame."""
    edge, inner = b'\xd0' * width, bytes([0xd0]) + bytes([shade]) * (width - 2) + bytes([0xd0])
    rows = b''.join(b'\0' + (edge if row in (0, height - 1) else inner) for row in range(height))

    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def write(folder, slug, title, body, part='posts', **keys):
    with open(os.path.join(folder, part, slug + '.md'), 'w', encoding='utf-8') as file:
        file.write('---\ntitle: %s\n' % json.dumps(title, ensure_ascii=False)
                   + ''.join('%s: %s\n' % (key, value) for key, value in keys.items()) + '---\n\n' + body + '\n')


def folders(folder):
    for part in ('posts', 'pages', 'images'):
        os.makedirs(os.path.join(folder, part))


def configuration(path, folder, base_url, state, title='The Specimen', menu=(('Posts', '/blog/'), ('About', '/about/')),
                  more=''):
    """octavo.yaml; `more` is YAML of its own."""
    entries = ''.join('  - {title: %s, url: %s}\n' % (json.dumps(name), json.dumps(url)) for name, url in menu)
    with open(path, 'w', encoding='utf-8') as file:
        file.write('title: %s\ndescription: A page that people love to read, held to it.\nbase_url: %s\n'
                   'author: Ada Example\nlang: en\ncontent: %s\nstate: %s\nmenu:\n%s%s'
                   % (title, base_url, folder, state, entries, more))
    return path


# What may be configured, all of it, on the specimen; what is not said stays as it ships.
WORDS = '''markdown: {external_links: mark}
footer:
  text: "Set in the reader's own type, © the authors."
  links:
    - {title: Imprint, url: /about/}
    - {title: Elsewhere, url: https://example.org/}
author_box:
  bio: Ada writes about type, tides and the keeping of lamps.
  url: /about/
  image: {src: /content/images/face.png, alt: "", width: 96, height: 96}
'''
DRESS = '''theme:
  scheme: auto
  colours: {link: "#5b2333", tint: "#eef2f5"}
  dark: {link: "#f2b5c4", tint: "#20262b"}
  font: inter
  measure: 52ch
  size: 19px
  logo: {src: /content/images/face.png, alt: The Specimen, width: 32, height: 32}
'''

SPECIMEN = '''This is the first paragraph of the specimen. It has *stress*, **strength**, ~~regret~~, `inline code`,
a [link home](/), a [link to elsewhere](https://example.org/a/b?c=d), a footnote[^one], "quotation marks" -- and
dashes. Press <kbd>Ctrl</kbd> + <kbd>C</kbd>; <abbr title="Hypertext Markup Language">HTML</abbr> knows
H<sub>2</sub>O, E = mc<sup>2</sup> and <mark>marked words</mark>.

## Lists and tasks

1. Wind the clock.
2. Trim the lamp.
   - Mind the glass.
     - And the wick.

- [x] Oil ordered
- [ ] Oil arrived, see [the bare post](/posts/bare/)

<dl><dt>Recto</dt><dd>The page on the right.</dd><dt>Verso</dt><dd>The page on the left.</dd></dl>

### A quotation

> The sea is never so calm as the one in the brochure.
>
> > And a quotation in a quotation, with `code` and a [link](/about/).

## Alerts

> [!NOTE]
> A note with a [link](/about/) and `code`.

> [!TIP]
> A tip.

> [!IMPORTANT]
> Something of importance.

> [!WARNING]
> A warning, with a footnote[^two].

> [!CAUTION]
> Take care.

## Code

```python title="lamp.py" {2,4-5}
# Lights the lamp.
class Lamp(Light):
    oil: float = 0.5

    def light(self, match: str = "safety") -> bool:
        """True once it burns."""
        if self.oil < 1e-3 or not re.match(r"^s\\w+$", match):
            raise ValueError(f"no oil: {self.oil!r}")
        return True  # it burns
```

```yaml
title: Octavo   # the site
menu:
  - {title: Guide, url: "/blog/"}
threads: 2
draft: false
```

```diff
--- a/lamp
+++ b/lamp
@@ -1,2 +1,2 @@
-oil: none
+oil: plenty
```

```html
<!-- a lamp --><p class="lamp" hidden>Lit &amp; <em>warm</em></p>
```

```c
#include <stdio.h>
int main(void) { printf("%%d\\n", 0x2a); return 0; }
```

```
plain text, no language
```

```sh
%(line)s
```

### Code in a list

1. First:

   ```sh
   sudo apt-get install octavo
   ```

## Tables

| light | seconds | seen for |
|:---|:---:|---:|
| Pier head | 4 | 9 miles |
| Old tower, see [about](/about/) | 12 | 21 miles |

| %(heads)s |
|%(rules)s|
| %(cells)s |

## Pictures

![A grey harbour.](/content/images/wide.png "The harbour, as it was.")

<figure><img src="/content/images/tall.png" alt="A tall tower."><figcaption>The tower, with a
<a href="/about/">link</a>.</figcaption></figure>

![A small face.](/content/images/face.png)

<details><summary>How were these made?</summary>

With zlib. **Markdown** works [in here](/), too.

</details>

---

### A heading of the third level

#### A heading of the fourth level

The last paragraph, which mentions the lamp once more.[^one]

[^one]: The first note, with a [link](/about/).
[^two]: The second note. It has two paragraphs.

    This is the other one.
''' % {'line': LONG_LINE, 'heads': ' | '.join('Column %d' % n for n in range(1, 13)),
       'rules': '|'.join(['---'] * 12), 'cells': ' | '.join('value %d' % n for n in range(1, 13))}


def specimen(folder):
    """Every kind of page. Twelve posts and more, so that there is a second page of the list."""
    folders(folder)
    images = os.path.join(folder, 'images')
    png(images + '/wide.png', 1200, 500, 0x80)
    png(images + '/tall.png', 300, 700, 0x70)
    png(images + '/face.png', 96, 96, 0x60)
    write(folder, 'specimen', 'A specimen of everything that a post can have', SPECIMEN, date='2026-03-01 09:00',
          updated='2026-03-05', tags='[Typography, Lamps, "A tag of several words"]', series='Specimens',
          series_order=2, toc='true', summary='Everything that a post can have, on one page.',
          authors='[Ada Example, "Øystein Ångström"]', cover_image='/content/images/wide.png',
          cover_alt='A grey cover.', cover_caption='The cover, as it was.')
    write(folder, 'bare', 'A bare post', 'Nothing but a paragraph.', date='2026-02-20')
    write(folder, 'series-one', 'The first specimen', 'The first part of a series about the lamp.', date='2026-02-10',
          tags='[Lamps]', series='Specimens', series_order=1)
    write(folder, 'series-three', 'The third specimen', 'The third part.', date='2026-03-10', tags='[Lamps]',
          series='Specimens', series_order=3)
    write(folder, 'code-title', '`code`, "quotes" & <tags> in a title', 'A title of `odd` *things*.', date='2026-01-20')
    write(folder, 'german', 'Über die Lampe', 'Ein "Zitat" -- und eine Lampe. [Weiter](/)', date='2025-11-05', lang='de',
          tags='[Lamps]')
    for number in range(14):
        write(folder, 'note-%d' % number, 'Note %d on lamps and tides' % number,
              'A few words about tides, number %d.' % number, date='2025-%02d-11' % (number % 10 + 1),
              tags='[Tides, "Tag %d"]' % (number % 5))
    write(folder, 'about', 'About', 'This is a page with a [link](/blog/) and `code`.\n\n## Who\n\nNobody in particular.',
          part='pages')
    bad_days(folder)


def bad_days(folder):
    """Posts that break lesser pages. They are old, so they stand at the list's end."""
    write(folder, 'long-word', LONG_WORD, 'A word: %s\n\n## %s\n\n`%s` and [%s](/).\n\n- %s\n\n> %s\n' % (
        (LONG_WORD,) * 6), date='2024-01-01', tags='["%s"]' % LONG_WORD[:60], toc='true')
    row = ' | '.join('cell-%02d' % number for number in range(COLUMNS))
    write(folder, 'wide-table', 'A table of forty columns', 'Before it.\n\n| %s |\n|%s|\n%s\n\nAfter it.' % (
        ' | '.join('head-%02d' % number for number in range(COLUMNS)), '|'.join(['---'] * COLUMNS),
        '| %s |\n' % row * 5), date='2024-01-02')
    code = '\n'.join('def line_%d(value: int = %d) -> str:  # comment %d' % (n, n, n) for n in range(CODE_LINES))
    write(folder, 'long-code', 'Five thousand lines of code', 'Before.\n\n```python\n%s\n```\n\nAfter.' % code,
          date='2024-01-03')
    write(folder, 'many-images', 'Three hundred images', '\n\n'.join(
        '![Picture %d](/content/images/%s.png)' % (n, ('wide', 'tall', 'face')[n % 3]) for n in range(IMAGES)),
        date='2024-01-04')
    write(folder, 'only-title', 'Only a title', '', date='2024-01-05')
    write(folder, 'no-title-image', 'A post without a title image',
          'Its text begins at once.\n\n## And goes on\n\nTo its end.', date='2024-01-06', tags='[Lamps]')


def one_post(folder):
    folders(folder)
    write(folder, 'alone', 'The only post', 'There is no other.', date='2026-01-01')


def ten_thousand(folder, posts=10000):
    folders(folder)
    for number in range(posts):
        write(folder, 'p%d' % number, 'Post number %d' % number, 'A short text about subject %d.' % (number % 300),
              date='%d-%02d-%02d' % (1987 + number % 40, number // 40 % 12 + 1, number // 480 % 28 + 1),
              tags='[subject %d, "year of %d"]' % (number % 300, 1987 + number % 40))
