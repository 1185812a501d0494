// Pointing, touching and the keyboard.

const tip = byId('tip');

function showTip(event, text) {
  tip.textContent = text;
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.min(event.clientX + 14, innerWidth - width - 8);
  const below = event.clientY + 18;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${below + height > innerHeight ? event.clientY - height - 12 : below}px`;
}

function hideTip() {
  tip.hidden = true;
}

/**
 * Cells of a drawing as buttons: one of them is in the tab order, arrows move among them, Enter and
 * space choose. `move(cell, key)` names the cell that an arrow leads to.
 */
function buttons(holder, selector, { choose, move, text }) {
  const cellOf = (event) => event.target.closest?.(selector);
  holder.addEventListener('click', (event) => {
    const cell = cellOf(event);
    if (cell) choose(cell);
  });
  holder.addEventListener('keydown', (event) => {
    const cell = cellOf(event);
    if (!cell) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      choose(cell);
      return;
    }
    const next = move(cell, event.key);
    if (next) {
      event.preventDefault();
      focusCell(holder, selector, next);
    }
  });
  holder.addEventListener('pointermove', (event) => {
    const cell = cellOf(event);
    if (cell) showTip(event, text(cell));
    else hideTip();
  });
  holder.addEventListener('pointerleave', hideTip);
}

function focusCell(holder, selector, cell) {
  holder.querySelectorAll(`${selector}[tabindex="0"]`).forEach((c) => c.setAttribute('tabindex', -1));
  cell.setAttribute('tabindex', 0);
  cell.focus();
}

/** Tokens: left and right along the text, up and down to the nearest token of the line there. */
function moveInStrip(cell, key) {
  const cells = [...cell.parentNode.querySelectorAll('[data-token]')];
  const at = cells.indexOf(cell);
  switch (key) {
    case 'ArrowRight':
      return cells[at + 1];
    case 'ArrowLeft':
      return cells[at - 1];
    case 'Home':
      return cells[0];
    case 'End':
      return cells.at(-1);
    case 'ArrowDown':
    case 'ArrowUp':
      return nearestInLine(cells, cell, key === 'ArrowDown' ? 1 : -1);
    default:
      return undefined;
  }
}

function nearestInLine(cells, cell, direction) {
  const number = (c, name) => Number(c.querySelector('rect').getAttribute(name));
  const middle = (c) => number(c, 'x') + number(c, 'width') / 2;
  const beyond = cells.filter((c) => direction * (number(c, 'y') - number(cell, 'y')) > 0);
  if (beyond.length === 0) return undefined;
  const line = direction * Math.min(...beyond.map((c) => direction * number(c, 'y')));
  return beyond
    .filter((c) => number(c, 'y') === line)
    .reduce((a, b) => (Math.abs(middle(b) - middle(cell)) < Math.abs(middle(a) - middle(cell)) ? b : a));
}

function moveInWall(cell, key) {
  const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[key];
  const row = DATA.layers.indexOf(Number(cell.dataset.layer));
  const head = Number(cell.dataset.head);
  const find = (l, h) =>
    cell.closest('svg').querySelector(`[data-layer="${DATA.layers[l]}"][data-head="${h}"]`);
  if (key === 'Home') return find(row, 0);
  if (key === 'End') return find(row, DATA.headCount - 1);
  return step ? find(row + step[0], head + step[1]) : undefined;
}

/** The row and column of a drawing's matrix under the pointer, if any. */
function entryAt(svg, event) {
  const g = geometry(svg);
  const box = svg.getBoundingClientRect();
  const zoom = svg.viewBox.baseVal.width / box.width;
  const row = Math.floor((((event.clientY - box.top) * zoom - g.y) / g.height) * g.rows);
  const column = Math.floor((((event.clientX - box.left) * zoom - g.x) / g.width) * g.columns);
  return row >= 0 && row < g.rows && column >= 0 && column < g.columns ? { row, column } : undefined;
}

/** A matrix that can be pointed at and walked in with arrows; `show` gets the entry, or nothing. */
function explorable(holder, label, { show, choose }) {
  let now = { row: 0, column: 0 };
  const at = (event) => entryAt(holder.firstElementChild, event);
  holder.addEventListener('pointermove', (event) => {
    const entry = at(event);
    if (entry) now = entry;
    show(entry, event);
  });
  holder.addEventListener('pointerleave', () => show(undefined));
  holder.addEventListener('click', (event) => {
    const entry = at(event);
    if (entry) choose?.(entry);
  });
  holder.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && choose) {
      choose(now);
      return;
    }
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (!step) return;
    event.preventDefault();
    const g = geometry(holder.firstElementChild);
    now = {
      row: Math.min(g.rows - 1, Math.max(0, now.row + step[0])),
      column: Math.min(g.columns - 1, Math.max(0, now.column + step[1])),
    };
    show(now);
  });
  holder.tabIndex = 0;
  holder.setAttribute('role', 'group');
  holder.setAttribute('aria-label', label);
}
