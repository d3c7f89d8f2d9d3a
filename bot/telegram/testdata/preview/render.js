// Draws what a golden file of TestMessages holds about as Telegram's app for
// Android does on a telephone 360 points wide, to see what people would see.
// Text gets in as text only; markup that is not Telegram's is an error, and is
// shown as one. payload.js, which shoot writes, calls show.
'use strict';

function make(name, className, ...children) {
  const e = document.createElement(name);
  e.className = className;
  e.append(...children);
  return e;
}

// The part of Telegram's HTML that the bot sends (Bot API, HTML style).
const token = /<(b|i|blockquote|blockquote expandable|a href="[^"<>]*")>|<\/(b|i|blockquote|a)>|&(lt|gt|amp|quot);|([^<>&]+)/y;
const characters = {lt: '<', gt: '>', amp: '&', quot: '"'};

// markup draws a message's HTML. It throws at what Telegram would refuse.
function markup(html) {
  const root = make('div', 'text');
  const open = [root];
  for (token.lastIndex = 0; token.lastIndex < html.length;) {
    const at = token.lastIndex;
    const m = token.exec(html);
    if (!m) throw new Error(`no markup of Telegram's at ${at}: ${html.slice(at, at + 40)}`);
    const [, start, end, entity, text] = m;
    const top = open[open.length - 1];
    if (start) {
      const [name] = start.split(' ');
      const e = make(name, start === 'blockquote expandable' ? 'expandable' : '');
      top.append(e);
      open.push(e);
    } else if (end) {
      if (open.length === 1 || top.localName !== end) throw new Error(`</${end}> closes <${top.localName}> at ${at}`);
      open.pop();
    } else {
      top.append(entity ? characters[entity] : text);
    }
  }
  if (open.length > 1) throw new Error(`<${open[open.length - 1].localName}> is never closed`);
  // A quotation is a paragraph: the line break that ends it is not drawn as well.
  for (const q of root.querySelectorAll('blockquote')) {
    if (q.nextSibling instanceof Text) q.nextSibling.data = q.nextSibling.data.replace(/^\n/, '');
  }
  return root;
}

// fold folds long quotations after three lines, once they are laid out.
function fold(bubble) {
  for (const q of bubble.querySelectorAll('blockquote.expandable')) {
    const words = make('div', 'words', ...q.childNodes);
    q.append(words);
    if (words.scrollHeight > 3.5 * parseFloat(getComputedStyle(q).lineHeight)) q.classList.add('folded');
  }
}

// keyboard draws buttons: those of a row have the same width, and all rows are as
// wide as the message or, if their labels need that, up to as wide as the screen
// (Telegram for Android, MessageObject.measureInlineBotButtons and
// ChatMessageCell; 62 points are left out for the sender's picture in groups).
function keyboard(rows, width, group) {
  const pen = document.createElement('canvas').getContext('2d');
  pen.font = '500 15px Roboto';
  const wish = row => (Math.max(...row.map(label => Math.ceil(pen.measureText(label).width) + 4)) + 12) * row.length + 5 * (row.length - 1);
  const most = 360 - 15 - (group ? 62 : 0);
  const k = make('div', 'keyboard', ...rows.map(row => make('div', 'row', ...row.map(label => make('span', 'button', make('span', 'label', label))))));
  k.style.width = Math.max(width, Math.min(most, Math.max(...rows.map(wish)))) + 'px';
  return k;
}

function message(m, question, group) {
  const bubble = make('div', 'bubble');
  if (group) bubble.append(make('div', 'name', 'Rapporteur'));
  if (question) bubble.append(make('div', 'reply', make('div', 'who', 'Olena'), make('div', 'what', question)));
  try {
    bubble.append(markup(m.html));
  } catch (err) {
    bubble.append(make('pre', 'error', String(err) + '\n' + m.html));
  }
  if (m.preview) bubble.append(make('div', 'preview', make('b', '', new URL(m.preview).host), make('div', '', 'What the page says of itself.')));
  bubble.append(make('span', 'time', '10:30'));
  const column = make('div', 'column', bubble);
  const whole = make('div', group ? 'message group' : 'message', ...(group ? [make('div', 'avatar', 'R')] : []), column);
  document.querySelector('main').append(whole);
  fold(bubble);
  if (m.keyboard) column.append(keyboard(m.keyboard, bubble.offsetWidth, group));
  for (const label of column.querySelectorAll('.label')) {
    if (label.scrollWidth > label.clientWidth) label.classList.add('cut');
  }
}

// offers draws what can be picked while somebody types.
function offers(list, start) {
  const rows = list.map(o => make('div', 'offer', make('div', 'tile', [...o.title][0]), make('div', '', make('div', 'title', o.title), make('div', 'about', o.text))));
  if (start) rows.unshift(make('div', 'start', start));
  document.querySelector('main').append(make('div', 'offers', ...rows));
}

function show(sight, theme) {
  document.body.className = theme;
  const main = document.querySelector('main');
  main.append(make('header', '', make('div', 'avatar', 'R'), make('div', '', make('div', 'title', sight.group ? 'Newsroom' : 'Rapporteur'), make('div', 'about', sight.group ? '12 members' : 'bot'))));
  if (sight.offered) offers(sight.offered, sight.start);
  (sight.messages || []).forEach((m, i) => message(m, i === 0 ? sight.question : '', sight.group));
  if (sight.toast) main.append(make('div', 'toast', sight.toast));
}
