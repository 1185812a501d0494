// Refilling the drawings: colours, numbers and titles. Their layout stays as it was drawn.

const SVG = 'http://www.w3.org/2000/svg';
const byId = (id) => document.getElementById(id);

/** A drawing from its template, in its place. Tooltips of our own take over from its titles. */
function place(holder, template) {
  if (holder.dataset.template === template) return holder.firstElementChild;
  const svg = byId(`drawing-${template}`).content.firstElementChild.cloneNode(true);
  svg.querySelectorAll('title, desc').forEach((e) => e.remove());
  svg.setAttribute('role', 'group');
  const natural = Number(svg.getAttribute('width'));
  const strip = template.startsWith('strip');
  // a matrix shrinks a little on a narrow screen, then scrolls in its own frame
  svg.style.minWidth = `${strip ? 0 : Math.min(natural * 0.9, 620)}px`;
  // a short text has room to be larger
  if (strip) svg.style.width = `${natural * 1.25}px`;
  holder.replaceChildren(svg);
  holder.dataset.template = template;
  return svg;
}

function fillTitle(svg, title) {
  svg.setAttribute('aria-label', title);
  svg.querySelectorAll('[data-part="title"]').forEach((line, i) => {
    line.textContent = i === 0 ? title : '';
  });
}

function fillLegend(svg, scale, above) {
  svg.querySelectorAll('[data-position]').forEach((step) => {
    step.setAttribute('fill', colourAt(Number(step.dataset.position))[0]);
  });
  svg.querySelectorAll('[data-tick]').forEach((tick) => {
    const t = Number(tick.dataset.tick);
    tick.textContent = (t === 1 && above ? '≥ ' : '') + digits(scale.value(t));
  });
}

function fillCell(cell, position, text) {
  const [colour, ink] = colourAt(position);
  cell.querySelector('rect').setAttribute('fill', colour);
  const label = cell.querySelector('text');
  if (!label) return;
  label.setAttribute('fill', ink);
  label.removeAttribute('class');
  if (text !== undefined) label.textContent = text;
}

function stripTemplate(holder) {
  const room = holder.clientWidth || 1056;
  return room >= 1056 ? 'strip-1056' : room >= 640 ? 'strip-640' : 'strip-320';
}

/** Tokens coloured by values; `pressed` is the chosen one, `say` names a token for those who listen. */
function fillStrip(svg, title, values, scale, pressed, say) {
  fillTitle(svg, title);
  fillLegend(svg, scale, largest(values) > scale.high);
  svg.querySelectorAll('[data-token]').forEach((cell) => {
    const i = Number(cell.dataset.token);
    fillCell(cell, scale.position(values[i]));
    const number = cell.querySelectorAll('text')[1]; // a patch has none
    if (number) number.textContent = digits(values[i]);
    cell.setAttribute('role', 'button');
    cell.setAttribute('aria-pressed', i === pressed);
    cell.setAttribute('aria-label', say(i));
    cell.setAttribute('tabindex', i === pressed ? 0 : -1);
  });
}

function fillWall(svg) {
  const scale = { high: 1, value: (t) => t };
  fillTitle(svg, '|λ₂| of every head');
  fillLegend(svg, scale, false);
  const entry = state.head === MEAN ? 0 : state.head;
  svg.querySelectorAll('[data-head]').forEach((cell) => {
    const layer = DATA.layers.indexOf(Number(cell.dataset.layer));
    const head = Number(cell.dataset.head);
    const value = DATA.heads[layer][head].lambda2;
    fillCell(cell, value, twoDigits(value));
    cell.setAttribute('role', 'button');
    cell.setAttribute('aria-pressed', layer === state.layer && head === state.head);
    cell.setAttribute('aria-label', `layer ${cell.dataset.layer}, head ${head}, |λ₂| ${digits(value)}`);
    cell.setAttribute('tabindex', layer === state.layer && head === entry ? 0 : -1);
  });
}

/** Where a drawing's matrix is: numbers of its plot group. */
function geometry(svg) {
  const plot = svg.querySelector('[data-part="plot"]');
  const { x, y, width, height, rows, columns } = plot.dataset;
  return {
    plot,
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
    rows: Number(rows),
    columns: Number(columns),
  };
}

/** A matrix given by a function of row and column, cell by cell or as one picture. */
function fillMatrix(svg, title, value, scale, above) {
  fillTitle(svg, title);
  fillLegend(svg, scale, above);
  const g = geometry(svg);
  const raster = g.plot.querySelector('[data-part="raster"]');
  if (raster) {
    raster.setAttribute('href', picture(g, value, scale));
    return;
  }
  g.plot.querySelectorAll('[data-row]').forEach((cell) => {
    const v = value(Number(cell.dataset.row), Number(cell.dataset.column));
    fillCell(cell, scale.position(v), v > 0 && v < 0.01 ? '' : twoDigits(v));
  });
}

function picture(g, value, scale) {
  const canvas = document.createElement('canvas');
  canvas.width = g.columns;
  canvas.height = g.rows;
  const context = canvas.getContext('2d');
  const image = context.createImageData(g.columns, g.rows);
  for (let i = 0, k = 0; i < g.rows; i++) {
    for (let j = 0; j < g.columns; j++) {
      const rgb = parseInt(colourAt(scale.position(value(i, j)))[0].slice(1), 16);
      image.data[k++] = rgb >> 16;
      image.data[k++] = (rgb >> 8) & 255;
      image.data[k++] = rgb & 255;
      image.data[k++] = 255;
    }
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL('image/png');
}

/** A frame of ours over a drawing: what is pointed at, what is current. Not part of a download. */
function frame(svg, name, box) {
  let rect = svg.querySelector(`rect.${name.replace(' ', '.')}`);
  if (!box) {
    rect?.remove();
    return;
  }
  if (!rect) {
    rect = document.createElementNS(SVG, 'rect');
    rect.setAttribute('class', name);
    rect.setAttribute('data-ours', '');
    svg.append(rect);
  }
  for (const [key, number] of Object.entries(box)) rect.setAttribute(key, number);
}

function frameRow(svg, name, row) {
  const g = geometry(svg);
  const height = g.height / g.rows;
  frame(svg, name, { x: g.x, y: g.y + row * height, width: g.width, height });
}

function frameColumn(svg, name, column) {
  const g = geometry(svg);
  const width = g.width / g.columns;
  frame(svg, name, { x: g.x + column * width, y: g.y, width, height: g.height });
}
