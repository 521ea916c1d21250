// SPDX-License-Identifier: GPL-3.0-or-later
//
// What tests/browser.test asks of a page from inside: each function returns plain values, and faults
// as lines «rule: selector: figures».
'use strict';
window.__audit = (() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const box = (element) => element.getBoundingClientRect();
  const style = (element, pseudo) => getComputedStyle(element, pseudo);

  // A selector that a person can find it by.
  const name = (element) => {
    const parts = [];
    for (let at = element; at && at !== document.body && parts.length < 4; at = at.parentElement) {
      let part = at.localName;
      if (at.id) part += `#${at.id}`;
      else if (at.classList.length) part += `.${[...at.classList].join('.')}`;
      parts.unshift(part);
      if (at.id) break;
    }
    return parts.join(' > ') || element.localName;
  };
  const excerpt = (text) => `“${text.trim().replace(/\s+/g, ' ').slice(0, 30)}”`;

  // --- colours ---

  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map();
  // [r, g, b, a], the last from 0 to 1, of whatever CSS calls a colour.
  const colour = (text) => {
    if (!known.has(text)) {
      const plain = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(text);
      if (plain) {
        known.set(text, [+plain[1], +plain[2], +plain[3], plain[4] === undefined ? 1 : +plain[4]]);
      } else {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        known.set(text, [r, g, b, a / 255]);
      }
    }
    return known.get(text);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const hex = (rgb) => `#${rgb.slice(0, 3).map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
  const round = (ratio) => Math.floor(ratio * 100) / 100;

  // What an element's text stands on, as [colour]: more than one where a gradient lies behind it.
  // null where a picture does.
  const grounds = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage, backgroundRepeat } = style(at);
      if (/url\(/.test(backgroundImage) && !/no-repeat/.test(backgroundRepeat)) return null;
      const layer = colour(backgroundColor);
      const stops = /gradient/.test(backgroundImage) ? backgroundImage.match(/\b(?:rgba?|color|oklch|oklab|lab|lch)\([^()]*\)/g) || [] : [];
      if (layer[3] > 0 || stops.length) layers.push([layer, ...new Set(stops)].map((stop) => (typeof stop === 'string' ? colour(stop) : stop)));
      if (layer[3] === 1) break;
    }
    const dark = style(document.documentElement).colorScheme.includes('dark') && matchMedia('(prefers-color-scheme: dark)').matches;
    let below = [dark ? [18, 18, 18, 1] : [255, 255, 255, 1]];
    for (const [plain, ...stops] of layers.reverse()) {
      below = below.map((one) => over(plain, one));
      below = below.concat(below.flatMap((one) => stops.map((stop) => over(stop, one)))).slice(0, 32);
    }
    return below;
  };
  const behind = (element) => (grounds(element) || [null])[0];
  const opacity = (element) => {
    let value = 1;
    for (let at = element; at; at = at.parentElement) value *= +style(at).opacity;
    return value;
  };

  // --- what is to be seen ---

  const shown = (element) => {
    if (!element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true })) return false;
    // For screen readers only.
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX, position } = style(at);
      if (position === 'absolute' && overflowX !== 'visible' && at.offsetWidth <= 1) return false;
    }
    return true;
  };
  const texts = () => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeValue.trim() && !node.parentElement.closest('script, style, noscript, option') && shown(node.parentElement)) {
        found.push(node);
      }
    }
    return found;
  };

  // Text of a post that is read at length.
  const isBody = (element) => element.closest('.body, .summary') !== null
    && !element.closest('pre, button, figcaption, .alert-title, .footnotes');

  // AA everywhere (1.4.3), AAA for body text (1.4.6), 3:1 for the bounds of controls and icons (1.4.11).
  const contrasts = () => {
    const faults = new Map();
    let least = 99;
    let leastBody = 99;
    const judge = (element, ink, what, need, text, rule = 'contrast') => {
      // What shows only while the pointer or the focus is there is judged there (focus()).
      if (opacity(element) === 0) return;
      const under = grounds(element);
      if (!under) return faults.set(`${rule}: ${name(element)}: ${what} stands on a picture`, '');
      const faint = [...ink.slice(0, 3), ink[3] * opacity(element)];
      under.forEach((ground, at) => {
        const ratio = contrast(over(faint, ground), ground);
        // A shadow that tells of more to scroll lies at an edge, behind a letter or two: AA will do there.
        const enough = at ? Math.min(need, 4.5) : need;
        if (rule === 'contrast') least = Math.min(least, ratio);
        if (enough > 4.5) leastBody = Math.min(leastBody, ratio);
        if (ratio < enough) {
          faults.set(`${rule}: ${name(element)}: ${what} ${hex(ink)} on ${hex(ground)} is ${round(ratio)}:1, needs ${enough}:1`, text);
        }
      });
    };
    const seen = new Set();
    for (const node of texts()) {
      const element = node.parentElement;
      const own = style(element);
      // Thousands of tokens look the same.
      const key = [own.color, own.fontSize, own.fontWeight, name(element), opacity(element)].join();
      if (seen.has(key)) continue;
      seen.add(key);
      const size = parseFloat(own.fontSize);
      const large = size >= 24 || (size >= 18.66 && +own.fontWeight >= 700);
      judge(element, colour(own.color), 'text', isBody(element) ? (large ? 4.5 : 7) : large ? 3 : 4.5, excerpt(node.nodeValue));
    }
    for (const element of all('body *')) {
      for (const pseudo of ['::before', '::after']) {
        const { content, color, display, opacity: visible } = style(element, pseudo);
        if (/^"/.test(content) && content.length > 2 && display !== 'none' && +visible && shown(element)) {
          judge(element, colour(color), `text ${pseudo} ${content}`, 4.5, '');
        }
      }
    }
    for (const element of all('input, textarea').filter(shown)) {
      if (element.placeholder) judge(element, colour(style(element, '::placeholder').color), 'placeholder', 4.5, '');
      judge(element, colour(style(element).color), 'typed text', 4.5, '');
    }
    for (const element of all('input:not([disabled]), button, select, textarea').filter(shown)) {
      const own = style(element);
      if (own.appearance !== 'none' && ['checkbox', 'radio'].includes(element.type)) continue; // the browser's own
      const ground = behind(element.parentElement);
      const inner = behind(element);
      // A button that is a word or an icon alone needs no bound; a field does.
      if (!ground || !inner || element.localName === 'button') continue;
      const edges = ['Top', 'Right', 'Bottom', 'Left'].filter((side) => parseFloat(own[`border${side}Width`]) > 0);
      const best = Math.max(contrast(inner, ground), ...edges.map((side) =>
        contrast(over(colour(own[`border${side}Color`]), ground), ground)));
      if (best < 3) faults.set(`bound: ${name(element)}: ${round(best)}:1 against ${hex(ground)}, needs 3:1`, '');
    }
    for (const icon of all('a svg, button svg, summary svg').filter(shown)) {
      judge(icon, colour(style(icon).color), 'icon', 3, '', 'icon');
    }
    return { faults: [...faults].map(([fault, text]) => `${fault} ${text}`), least: round(least), body: leastBody === 99 ? null : round(leastBody) };
  };

  // --- room ---

  const scrolls = (element) => ['auto', 'scroll', 'hidden', 'clip'].includes(style(element).overflowX);
  const overflow = () => {
    const faults = [];
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const known = new Map();
    const held = ({ parentElement }) => {
      if (!known.has(parentElement)) {
        known.set(parentElement, parentElement !== document.body && parentElement !== null
          && (scrolls(parentElement) || held(parentElement)));
      }
      return known.get(parentElement);
    };
    for (const element of all('body *')) {
      const { left, right, width } = box(element);
      if (width <= 1 || held(element) || !shown(element) || opacity(element) === 0) continue;
      if (right > innerWidth + 0.5 || left < -0.5) {
        faults.push(`overflow: ${name(element)}: from ${Math.round(left)} to ${Math.round(right)} of ${innerWidth} px`);
      }
      // Cut off without a way to see the rest.
      const own = style(element);
      if (['hidden', 'clip'].includes(own.overflowX) && element.scrollWidth > element.clientWidth + 1
        && own.textOverflow !== 'ellipsis' && !element.closest('svg')) {
        faults.push(`cut: ${name(element)}: ${element.scrollWidth} px in ${element.clientWidth} px`);
      }
    }
    // Text runs over the edge of a box that itself fits.
    const range = document.createRange();
    for (const node of texts()) {
      range.selectNodeContents(node);
      const { right } = range.getBoundingClientRect();
      if (right > innerWidth + 0.5 && !scrolls(node.parentElement) && !held(node.parentElement)) {
        faults.push(`overflow: ${name(node.parentElement)}: text to ${Math.round(right)} of ${innerWidth} px`);
      }
    }
    if (wide > 0) faults.unshift(`overflow: html: ${wide} px too wide`);
    return [...new Set(faults)].slice(0, 8);
  };

  // What scrolls sideways must be reached by the keyboard.
  const unreachable = () => all('body *').filter((element) => ['auto', 'scroll'].includes(style(element).overflowX)
    && element.scrollWidth > element.clientWidth + 1 && shown(element) && element.tabIndex < 0
    && !element.querySelector('a[href], button, [tabindex="0"]')).map((element) => `scroll: ${name(element)}: no tabindex`);

  const type = () => {
    const faults = [];
    for (const element of all('.body > .block-rich-text > p').slice(0, 3)) {
      const size = parseFloat(style(element).fontSize);
      if (size < 16) faults.push(`size: ${name(element)}: ${size} px`);
    }
    const measured = document.querySelector('.body p');
    if (measured && innerWidth > 1000) {
      // The mean width of a letter in running text is that of this line.
      const { fontStyle, fontWeight, fontSize, fontFamily } = style(measured);
      canvas.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
      const sample = 'the quick brown fox jumps over the lazy dog and then it rests for a while in the shade of a tree';
      const letters = box(measured).width / (canvas.measureText(sample).width / sample.length);
      if (letters < 60 || letters > 75) faults.push(`measure: ${name(measured)}: ${Math.round(letters)} letters a line, not 60–75`);
    }
    return faults;
  };

  // WCAG 2.5.8: 24 by 24 px, links inside sentences aside.
  const inSentence = (element) => {
    if (style(element).display !== 'inline') return false;
    const block = element.closest('p, li, dd, td, th, blockquote, figcaption, h1, h2, h3, h4, h5, h6, pre');
    return block !== null && block.textContent.trim() !== element.textContent.trim();
  };
  const targets = () => all('a[href], button, input:not([disabled]), select, textarea, summary').filter(shown)
    .filter((element) => !inSentence(element) && !element.matches('.skip')).flatMap((element) => {
      const { width, height } = box(element);
      return width >= 23.99 && height >= 23.99 ? []
        : [`target: ${name(element)}: ${Math.round(width)} × ${Math.round(height * 10) / 10} px ${excerpt(element.textContent)}`];
    }).slice(0, 8);

  // --- structure ---

  const structure = () => {
    const faults = [];
    const say = (rule, what) => faults.push(`${rule}: ${what}`);
    const html = document.documentElement;
    if (!/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(html.lang)) say('lang', `html: lang="${html.lang}"`);
    const heads = all('h1').filter(shown);
    if (heads.length !== 1) say('h1', `${heads.length} of them: ${heads.map(name)}`);
    else if (!heads[0].closest('main')) say('h1', `${name(heads[0])}: outside main`);
    let level = 0;
    for (const heading of all('h1, h2, h3, h4, h5, h6').filter(shown)) {
      const now = +heading.localName[1];
      if (now > level + 1 && level) say('heading-order', `${name(heading)}: h${now} after h${level} ${excerpt(heading.textContent)}`);
      level = now;
    }
    const outer = (element) => !element.parentElement.closest('article, aside, main, nav, section');
    const banners = all('header').filter(outer);
    const infos = all('footer').filter(outer);
    if (banners.length !== 1) say('banner', `${banners.length} of them`);
    if (infos.length !== 1) say('contentinfo', `${infos.length} of them`);
    if (all('main').length !== 1) say('main', `${all('main').length} of them`);
    const labels = all('nav').map((nav) => nav.getAttribute('aria-label')
      || (document.getElementById(nav.getAttribute('aria-labelledby')) || {}).textContent || '');
    if (!labels.length) say('nav', 'there is none');
    labels.forEach((label, at) => {
      if (!label.trim()) say('nav', `${name(all('nav')[at])}: has no name`);
      if (labels.indexOf(label) !== at) say('nav', `two are named ${label}`);
    });
    if (all('[role=search], search').filter(shown).length !== 1) say('search', 'not exactly one search landmark');
    const ids = all('[id]').map((element) => element.id);
    ids.forEach((id, at) => ids.indexOf(id) !== at && say('id', `#${id}: twice`));
    for (const link of all('a[href^="#"]')) {
      const id = decodeURIComponent(link.getAttribute('href').slice(1));
      if (id && !document.getElementById(id)) say('fragment', `${name(link)}: there is no #${id}`);
    }
    for (const image of all('img')) {
      if (!image.hasAttribute('alt')) say('alt', name(image));
      if (!image.hasAttribute('width') || !image.hasAttribute('height')) say('image-size', `${name(image)}: ${image.getAttribute('src')}`);
    }
    for (const element of all('[style], style')) say('inline-style', name(element));
    for (const element of all('script:not([src])')) {
      if (element.type !== 'application/ld+json') say('inline-script', name(element));
    }
    return {
      faults,
      title: document.title,
      lang: html.lang,
      canonical: all('link[rel=canonical]').map((link) => link.href),
      noindex: all('meta[name=robots]').some((meta) => meta.content.includes('noindex')),
    };
  };

  // --- the keyboard ---

  const INTERACTIVE = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, summary, [tabindex="0"]';
  const reachable = (element) => shown(element) && element.tabIndex >= 0;

  const ringOf = (element) => {
    for (const animation of document.getAnimations()) {
      try {
        animation.finish();
      } catch {
        // one without an end
      }
    }
    // A field may leave its ring to the form around it.
    for (let at = element, up = 0; at && up < 3; at = at.parentElement, up++) {
      const own = style(at);
      if (up && !at.matches(':focus-within')) break;
      const width = parseFloat(own.outlineWidth);
      if (own.outlineStyle !== 'none' && width >= 2 && colour(own.outlineColor)[3] > 0) return { at, own, width };
    }
    return null;
  };
  const ring = (element) => {
    const found = ringOf(element);
    if (!found) return `focus: ${name(element)}: no outline of 2 px or more`;
    const { at, own, width } = found;
    const offset = parseFloat(own.outlineOffset);
    const ink = colour(own.outlineColor);
    const away = offset + width / 2;
    let least = 99;
    let ground = null;
    for (const whole of at.getClientRects()) {
      const [left, right] = [whole.left, whole.right];
      // Of something tall, that part which is in the window.
      const [top, bottom] = [Math.max(whole.top, away), Math.min(whole.bottom, innerHeight - away)];
      const middle = [(left + right) / 2, (top + bottom) / 2];
      for (const [x, y] of [[middle[0], top - away], [middle[0], bottom + away], [left - away, middle[1]], [right + away, middle[1]]]) {
        const under = document.elementFromPoint(x, y);
        const colourThere = under && behind(under);
        if (!colourThere) continue;
        const ratio = contrast(over(ink, colourThere), colourThere);
        if (ratio < least) [least, ground] = [ratio, colourThere];
      }
    }
    if (!ground) return `focus: ${name(element)}: the ring lies outside the window`;
    return least < 3 ? `focus: ${name(element)}: ring ${hex(ink)} on ${hex(ground)} is ${round(least)}:1, needs 3:1` : '';
  };
  // Whatever has the focus must not lie under something else (WCAG 2.4.11).
  const covered = (element) => {
    const { left, top, right, bottom } = [...element.getClientRects()][0] || box(element);
    const [x, y] = [(Math.max(left, 0) + Math.min(right, innerWidth)) / 2, (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2];
    if (bottom < 0 || top > innerHeight) return `hidden: ${name(element)}: outside the window at ${Math.round(top)}`;
    const there = document.elementFromPoint(x, y);
    return there && (element.contains(there) || there.contains(element)) ? ''
      : `hidden: ${name(element)}: under ${there ? name(there) : 'nothing'}`;
  };
  const kind = (element) => {
    const of = (at) => at && `${at.localName}.${[...at.classList].join('.')}`;
    return [element.parentElement && element.parentElement.parentElement, element.parentElement, element].map(of).join(' ');
  };

  let order = null;
  let faults = null;
  let heard = null;
  const walk = () => {
    order = [];
    faults = [];
    if (heard) document.removeEventListener('focusin', heard);
    heard = (event) => {
      const element = event.target;
      if (!order.includes(element)) {
        // Where a smooth scroll will end.
        element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
        order.push(element);
        faults.push(ring(element), covered(element));
      }
    };
    document.addEventListener('focusin', heard);
    if (document.activeElement) document.activeElement.blur();
    window.getSelection().removeAllRanges();
    scrollTo({ top: 0, behavior: 'instant' });
  };
  // After a Tab: where is the focus?
  const step = () => {
    const element = document.activeElement;
    if (!element || element === document.body || element === document.documentElement) return 'out';
    const at = order.indexOf(element);
    if (element.localName === 'summary' && !element.parentElement.open) return 'closed';
    return at === order.length - 1 ? 'in' : `again ${at}`;
  };
  const walked = () => {
    const missed = all(INTERACTIVE).filter(reachable).filter((element) => !order.includes(element));
    return {
      count: order.length,
      order: order.map(name),
      faults: [...new Set(faults.filter(Boolean))].concat(missed.map((element) => `keyboard: ${name(element)}: Tab does not reach it ${excerpt(element.textContent)}`)),
    };
  };
  // One element of each kind among those that were reached, with where it stands: for pictures.
  const kinds = () => {
    const first = new Map();
    order.forEach((element, at) => {
      if (element.isConnected && shown(element) && !first.has(kind(element))) first.set(kind(element), at);
    });
    return [...first];
  };
  const place = (at) => {
    const element = order[at];
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    const { left, top, width, height } = box(element);
    return { x: left + scrollX, y: top + scrollY, width, height, name: name(element) };
  };
  const focus = (at) => {
    if (document.activeElement) document.activeElement.blur();
    if (at < 0) return '';
    order[at].focus({ preventScroll: true, focusVisible: true });
    return ring(order[at]);
  };

  // --- preferences ---

  const motion = () => {
    const faults = [];
    const long = (text) => text.split(',').some((part) => parseFloat(part) * (/ms/.test(part) ? 1 : 1000) > 10);
    for (const element of all('*')) {
      for (const pseudo of [undefined, '::before', '::after']) {
        const own = style(element, pseudo);
        if (long(own.transitionDuration)) faults.push(`motion: ${name(element)}: transition ${own.transitionDuration}`);
        if (own.animationName !== 'none' && long(own.animationDuration)) faults.push(`motion: ${name(element)}: animation ${own.animationName}`);
      }
    }
    if (style(document.documentElement).scrollBehavior !== 'auto') faults.push('motion: html: scroll-behavior');
    return faults.slice(0, 8);
  };
  const tokens = () => {
    const own = style(document.documentElement);
    return Object.fromEntries(['--paper', '--ink', '--soft', '--rule', '--tint', '--link', '--ring', '--mark']
      .map((token) => [token, own.getPropertyValue(token).trim()]));
  };
  const spacing = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }'
      + 'p { margin-bottom: 2em !important; }');
    document.adoptedStyleSheets = [sheet];
    const faults = overflow();
    document.adoptedStyleSheets = [];
    return faults;
  };
  // In forced colours axe takes the text for what the page would have painted.
  const axe = async (rules) => {
    const found = await window.axe.run(document, {
      rules,
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
      performanceTimer: false,
    });
    return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}: ${
      (node.any.concat(node.all, node.none)[0] || { message: rule.help }).message}`));
  };

  return {
    axe, contrasts, covered, focus, kinds, motion, overflow, place, spacing, step, structure, targets, tokens, type,
    unreachable, walk, walked,
  };
})();
