// A drawing as a file of its own, as it is shown: theme and all, without what only the page needs.

function standalone(svg) {
  const copy = svg.cloneNode(true);
  const shown = [...svg.querySelectorAll('*')];
  [...copy.querySelectorAll('*')].forEach((element, i) => {
    const classes = element.getAttribute('class') ?? '';
    const style = getComputedStyle(shown[i]);
    if (classes.includes('fill-')) element.setAttribute('fill', hex(style.fill));
    if (classes.includes('stroke-')) element.setAttribute('stroke', roleStroke(shown[i], classes));
    for (const name of ['class', 'role', 'tabindex', 'aria-pressed']) element.removeAttribute(name);
    const label = element.getAttribute('aria-label');
    if (label) {
      const title = document.createElementNS(SVG, 'title');
      title.textContent = label;
      element.prepend(title);
      element.removeAttribute('aria-label');
    }
  });
  copy.querySelectorAll('[data-ours]').forEach((e) => e.remove());
  const title = document.createElementNS(SVG, 'title');
  title.textContent = copy.getAttribute('aria-label');
  copy.prepend(title);
  copy.setAttribute('role', 'img');
  copy.removeAttribute('style');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

// the role's colour, not that of a chosen or pointed at cell
function roleStroke(element, classes) {
  const role = /stroke-(\w+)/.exec(classes)[1];
  return getComputedStyle(document.documentElement).getPropertyValue(`--${role}`).trim();
}

function hex(colour) {
  const parts = colour.match(/[\d.]+/g);
  return `#${parts.slice(0, 3).map((c) => Number(c).toString(16).padStart(2, '0')).join('')}`;
}

function download(svg, name) {
  const url = URL.createObjectURL(new Blob([standalone(svg)], { type: 'image/svg+xml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `perron-${name}.svg`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
