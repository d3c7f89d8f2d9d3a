// Draws the messages of a golden file about as Discord's dark theme does, to
// see what people would see. It knows the part of Discord's Markdown that the
// bot sends, and makes all else visible as it stands. payload.js, which shoot
// writes, calls show.
'use strict';

// The day on which the pictures are taken, so that they do not change.
const now = Date.UTC(2026, 0, 6, 9, 30) / 1000;

const escapeHTML = s => s.replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c]);

function ago(seconds) {
  const ahead = seconds - now;
  const units = [['year', 31557600], ['month', 2629800], ['day', 86400], ['hour', 3600], ['minute', 60]];
  const [unit, size] = units.find(([, n]) => Math.abs(ahead) >= n) || ['second', 1];
  return new Intl.RelativeTimeFormat('en', {numeric: 'auto'}).format(Math.round(ahead / size), unit);
}

function stamp(seconds, style) {
  const text = style === 'R' ? ago(seconds)
    : new Intl.DateTimeFormat('en-GB', {dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC'}).format(new Date(seconds * 1000));
  return `<span class="stamp">${text}</span>`;
}

// inline draws what stands within a line.
function inline(s) {
  const rules = [
    [/^\\([^0-9A-Za-z\s])/, m => escapeHTML(m[1])],
    [/^\[((?:\[[^\]]*\]|[^\[\]])*)\]\(<([^>\s]*)>\)/, m => `<a>${inline(m[1])}</a>`],
    [/^<(https?:[^ >]+)>/, m => `<a>${escapeHTML(m[1])}</a>`],
    [/^https?:\/\/[^\s<]+[^<.,:;"'\]\s]/, m => `<a>${escapeHTML(m[0])}</a>`],
    [/^<t:(-?\d+):([a-zA-Z])>/, m => stamp(Number(m[1]), m[2])],
    [/^<#(\d+)>/, m => `<span class="mention"># channel-${m[1].slice(-2)}</span>`],
    [/^<@&(\d+)>/, m => `<span class="mention">@role-${m[1].slice(-2)}</span>`],
    [/^\*\*((?:\\[^]|[^\\])+?)\*\*(?!\*)/, m => `<b>${inline(m[1])}</b>`],
  ];
  let out = '';
  scan: while (s) {
    for (const [pattern, draw] of rules) {
      const m = pattern.exec(s);
      if (m) {
        out += draw(m);
        s = s.slice(m[0].length);
        continue scan;
      }
    }
    out += escapeHTML(s[0]);
    s = s.slice(1);
  }
  return out;
}

// block draws one line that may begin with a mark.
function block(line) {
  let m;
  if ((m = /^(#{1,3}) +(.*)$/.exec(line))) return `<h${m[1].length}>${inline(m[2])}</h${m[1].length}>`;
  if ((m = /^-# +(.*)$/.exec(line))) return `<small>${inline(m[1])}</small>`;
  return `<p>${inline(line)}</p>`;
}

function markdown(text) {
  const lines = text.split('\n');
  let out = '';
  for (let i = 0; i < lines.length;) {
    const group = [];
    if (/^> /.test(lines[i])) {
      while (i < lines.length && /^> /.test(lines[i])) group.push(lines[i++].slice(2));
      out += `<blockquote>${group.map(block).join('')}</blockquote>`;
    } else if (/^- /.test(lines[i])) {
      while (i < lines.length && /^(- |  )/.test(lines[i])) group.push(lines[i++]);
      out += '<ul>' + group.join('\n').split(/^- /m).slice(1).map(item => `<li>${inline(item.trim().replace(/\n  /g, ' '))}</li>`).join('') + '</ul>';
    } else {
      out += block(lines[i++]);
    }
  }
  return `<div class="markdown">${out}</div>`;
}

const arrow = '<svg class="out" width="14" height="14" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4"><path d="M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9"/></svg>';

const colour = n => '#' + n.toString(16).padStart(6, '0');

function component(c) {
  const inner = () => (c.components || []).map(component).join('');
  switch (c.type) {
  case 1: return `<div class="row">${inner()}</div>`;
  case 2: {
    const face = c.emoji ? `<span class="face">${c.emoji.name}</span>` : '';
    return `<span class="button ${c.style === 1 ? 'primary' : ''}">${face}${escapeHTML(c.label || '')}${c.style === 5 ? arrow : ''}</span>`;
  }
  case 9: return `<div class="section"><div>${inner()}</div>${component(c.accessory)}</div>`;
  case 10: return markdown(c.content);
  case 14: return '<hr class="separator">';
  case 17: return `<div class="container" style="border-left-color:${colour(c.accent_color || 0x3f4147)}">${inner()}</div>`;
  }
  return `<pre>${escapeHTML(JSON.stringify(c))}</pre>`;
}

const embed = e => `<div class="embed" style="border-left-color:${colour(e.color || 0x202225)}">${markdown(e.description || '')}</div>`;

function show(messages) {
  document.getElementById('messages').innerHTML = messages.map(m => `<div class="message">
<div class="avatar">R</div><div><div class="head"><span class="name">Rapporteur</span><span class="app">APP</span><span class="time">Today at 10:30</span></div>
${m.content ? markdown(m.content) : ''}${(m.embeds || []).map(embed).join('')}${(m.components || []).map(component).join('')}</div></div>`).join('');
}
