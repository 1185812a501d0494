// The page: what depends on what, and the controls.

const holders = Object.fromEntries(
  ['rank', 'wall', 'matrix', 'walk', 'bounces'].map((id) => [id, byId(id)]),
);
const quoted = (i) => `“${DATA.tokens[i].text}”`;

// for titles, which stand in one line
function inTitle(i) {
  const letters = [...DATA.tokens[i].text];
  return letters.length > 16 ? `“${letters.slice(0, 15).join('')}…”` : quoted(i);
}

const atPlace = (i) => `${quoted(i)} (place ${i})`;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

const current = () => chain(state.layer, state.head);
const ranking = () =>
  DATA[state.direction === 'in' ? 'incoming' : 'outgoing'][state.layer][state.head];

// Places in the order of falling scores.
function order(scores) {
  return [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b);
}

let walkSteps = [];
let walkScale;
let rankOf = [];

function renderRank() {
  const { scores, certificate } = ranking();
  const ranked = order(scores);
  rankOf = [];
  ranked.forEach((place, rank) => (rankOf[place] = rank + 1));
  const what = state.direction === 'in' ? 'TokenRank, incoming' : 'TokenRank, outgoing';
  fillStrip(
    place(holders.rank, stripTemplate(holders.rank)),
    `${what}: ${chainName(state.layer, state.head)}`,
    scores,
    scaleTo(largest(scores)),
    state.token,
    rankText,
  );
  byId('certificate').textContent = certificate;
  byId('direction-meaning').textContent =
    state.direction === 'in'
      ? 'Incoming TokenRank: the share of time a walk that follows attention spends on a token.'
      : 'Outgoing TokenRank: the same for attention turned round, how much a token looks at others that look.';
  byId('table').replaceChildren(...ranked.map((i, rank) => tableRow(rank + 1, i, scores[i])));
}

function rankText(i) {
  return `${i} ${quoted(i)}: TokenRank ${digits(ranking().scores[i])}, rank ${rankOf[i]} of ${N}`;
}

function tableRow(...cells) {
  const row = document.createElement('tr');
  const [rank, i, score] = cells;
  for (const text of [rank, i, DATA.tokens[i].text, score.toPrecision(6)]) {
    const cell = row.insertCell();
    const isolated = document.createElement('bdi');
    isolated.textContent = text;
    cell.append(isolated);
  }
  return row;
}

function renderHead() {
  fillWall(place(holders.wall, 'wall'));
  const name = chainName(state.layer, state.head);
  byId('card-title').textContent = state.head === MEAN ? `Mean of layer ${DATA.layers[state.layer]}` : name;
  const lines = [];
  if (state.head === MEAN) {
    byId('remark').textContent = 'The mean of the layer’s heads. Pick a head in the wall for its own card.';
  } else {
    const { lambda2, remark } = DATA.heads[state.layer][state.head];
    lines.push(['|λ₂|', digits(lambda2)], ['spectral gap 1 − |λ₂|', digits(1 - lambda2)]);
    lines.push(['memory halves every', halving(lambda2)]);
    byId('remark').textContent = remark;
  }
  byId('card').replaceChildren(
    ...lines.flatMap(([term, value]) => {
      const dt = document.createElement('dt');
      const dd = document.createElement('dd');
      dt.textContent = term;
      dd.textContent = value;
      return [dt, dd];
    }),
  );
  const a = current();
  const svg = place(holders.matrix, 'matrix');
  const tiles = geometry(svg).rows;
  byId('pair').classList.toggle('roomy', Number(svg.getAttribute('width')) > 520);
  const per = Math.ceil(N / tiles);
  const value = (i, j) => (per === 1 ? a[i * N + j] : largestOf(a, i * per, j * per, per));
  fillMatrix(svg, `Attention: ${name}`, value, scaleTo(largest(a)), false);
}

// asymptotically, a difference shrinks by |λ₂| each bounce
function halving(lambda2) {
  if (lambda2 === 1) return 'never';
  if (lambda2 <= 0) return 'at once';
  const bounces = Math.log(0.5) / Math.log(lambda2);
  return bounces < 1 ? 'under 1 bounce' : `${bounces < 100 ? bounces.toFixed(1) : Math.round(bounces)} bounces`;
}

function largestOf(a, row, column, per) {
  let most = 0;
  for (let i = row; i < Math.min(N, row + per); i++) {
    for (let j = column; j < Math.min(N, column + per); j++) most = Math.max(most, a[i * N + j]);
  }
  return most;
}

function renderWalk() {
  walkSteps = bounces(current(), state.token, state.walk);
  // bounce 0 is all on one token and would drown the others
  walkScale = scaleTo(Math.max(...walkSteps.slice(1).map(largest)));
  const name = chainName(state.layer, state.head);
  fillMatrix(
    place(holders.bounces, 'bounces'),
    `Bounces ${state.walk} ${inTitle(state.token)}: ${name}`,
    (n, j) => walkSteps[n][j],
    walkScale,
    walkScale.high < 1,
  );
  byId('walk-meaning').textContent =
    state.walk === 'from'
      ? `Where a walk that begins on ${atPlace(state.token)} is after each bounce; the numbers of a bounce sum to 1.`
      : `For each token, the probability that a walk from it is on ${atPlace(state.token)} after each bounce; these need not sum to 1.`;
  renderStep();
}

function renderStep() {
  const values = walkSteps[state.step];
  fillStrip(
    place(holders.walk, stripTemplate(holders.walk)),
    `Bounce ${state.step} ${state.walk} ${inTitle(state.token)}`,
    values,
    walkScale,
    state.token,
    walkText,
  );
  frameRow(holders.bounces.firstElementChild, 'current', state.step);
  const top = indexOfLargest(values);
  byId('step').value = state.step;
  byId('step').setAttribute('aria-valuetext', `bounce ${state.step}: most on ${quoted(top)}, ${digits(values[top])}`);
  byId('step-value').textContent = state.step;
}

function walkText(i) {
  return `${i} ${quoted(i)}: ${digits(walkSteps[state.step][i])} after ${state.step} ${state.step === 1 ? 'bounce' : 'bounces'}`;
}

function renderControls() {
  document.documentElement.dataset.theme = dark() ? 'dark' : 'light';
  byId('theme').textContent = dark() ? 'Light' : 'Dark';
  byId('theme').setAttribute('aria-label', dark() ? 'Light theme' : 'Dark theme');
  byId('layer').value = state.layer;
  byId('head').value = state.head;
  byId('scale').value = state.scale;
  byId('token').value = state.token;
  document.querySelector(`input[name=direction][value=${state.direction}]`).checked = true;
  document.querySelector(`input[name=walk][value=${state.walk}]`).checked = true;
}

/** Everything anew; said aloud if there is something to say. */
function render(said) {
  renderControls();
  renderRank();
  renderHead();
  renderWalk();
  writeFragment();
  if (said) byId('status').textContent = said;
}

function change(changes, said) {
  const focused = document.activeElement?.closest?.('[data-token], [data-head]');
  Object.assign(state, changes);
  render(said);
  // a refilled cell keeps the focus, and stays the one in the tab order
  if (focused?.isConnected) focused.focus({ preventScroll: true });
}

function goTo(step) {
  state.step = step;
  renderStep();
  writeFragment();
}

let timer = 0;

function stop() {
  clearInterval(timer);
  timer = 0;
  byId('play').textContent = calm.matches ? 'Next bounce' : 'Play';
}

function play() {
  if (calm.matches) {
    goTo((state.step + 1) % (DATA.steps + 1));
    return;
  }
  if (timer) {
    stop();
    return;
  }
  if (state.step === DATA.steps) goTo(0);
  byId('play').textContent = 'Pause';
  timer = setInterval(() => {
    if (state.step < DATA.steps) goTo(state.step + 1);
    if (state.step === DATA.steps) stop();
  }, 700);
}

function option(value, text) {
  const o = document.createElement('option');
  o.value = value;
  o.textContent = text;
  return o;
}

function chooseToken(cell) {
  const token = Number(cell.dataset.token);
  change({ token }, `Bounces ${state.walk} ${atPlace(token)}`);
}

function chooseHead(cell) {
  const layer = DATA.layers.indexOf(Number(cell.dataset.layer));
  const head = Number(cell.dataset.head);
  change({ layer, head }, `Layer ${cell.dataset.layer}, head ${head}: |λ₂| ${digits(DATA.heads[layer][head].lambda2)}`);
}

function showEntry(entry, event) {
  const svg = holders.matrix.firstElementChild;
  const per = Math.ceil(N / geometry(svg).rows);
  if (!entry) {
    hideTip();
    frame(svg, 'cross row', undefined);
    frame(svg, 'cross column', undefined);
    return;
  }
  frameRow(svg, 'cross row', entry.row);
  frameColumn(svg, 'cross column', entry.column);
  const [i, j] = [entry.row * per, entry.column * per];
  const text =
    per === 1
      ? `${atPlace(i)} attends to ${atPlace(j)}: ${digits(current()[i * N + j])}`
      : `from ${atPlace(i)} on, to ${atPlace(j)} on, ${per} × ${per} entries: largest ${digits(largestOf(current(), i, j, per))}`;
  byId('entry').textContent = text;
  if (event) showTip(event, text);
  else byId('status').textContent = text;
}

function showBounce(entry, event) {
  if (!entry) {
    hideTip();
    return;
  }
  const text = `bounce ${entry.row}, ${atPlace(entry.column)}: ${digits(walkSteps[entry.row][entry.column])}`;
  if (event) showTip(event, text);
  else byId('status').textContent = text;
}

function wire() {
  byId('layer').append(...DATA.layers.map((number, i) => option(i, number)));
  byId('head').append(option(MEAN, 'mean'));
  for (let h = 0; h < DATA.headCount; h++) byId('head').append(option(h, h));
  byId('token').append(...DATA.tokens.map((t, i) => option(i, `${i} ${t.text}`)));
  for (const id of ['layer', 'head', 'token']) {
    byId(id).addEventListener('change', (e) => change({ [id]: Number(e.target.value) }));
  }
  byId('scale').addEventListener('change', (e) => change({ scale: e.target.value }));
  for (const name of ['direction', 'walk']) {
    document.querySelectorAll(`input[name=${name}]`).forEach((input) => {
      input.addEventListener('change', () => change({ [name]: input.value }));
    });
  }
  byId('theme').addEventListener('click', () => change({ theme: dark() ? 'light' : 'dark' }));
  byId('step').addEventListener('input', (e) => goTo(Number(e.target.value)));
  byId('play').addEventListener('click', play);
  calm.addEventListener('change', stop);
  stop();

  const strip = { choose: chooseToken, move: moveInStrip };
  buttons(holders.rank, '[data-token]', { ...strip, text: (c) => rankText(Number(c.dataset.token)) });
  buttons(holders.walk, '[data-token]', { ...strip, text: (c) => walkText(Number(c.dataset.token)) });
  buttons(holders.wall, '[data-head]', {
    choose: chooseHead,
    move: moveInWall,
    text: (c) => c.getAttribute('aria-label'),
  });
  explorable(holders.matrix, 'Attention matrix. Arrow keys move from entry to entry.', { show: showEntry });
  explorable(holders.bounces, 'Bounces. Arrow keys move from entry to entry, Enter goes to that bounce.', {
    show: showBounce,
    choose: (entry) => goTo(entry.row),
  });

  document.querySelectorAll('[data-download]').forEach((button) => {
    button.addEventListener('click', () => {
      const id = button.dataset.download;
      const which = id === 'wall' ? '' : `-${chainName(state.layer, state.head).replaceAll(' ', '-')}`;
      download(holders[id].firstElementChild, id + which);
    });
  });
  wireCommand();
  darkSystem.addEventListener('change', () => render());
  addEventListener('hashchange', () => {
    readFragment();
    render();
  });
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth !== width) render();
    width = innerWidth;
  });
  for (const [event, now] of [['beforeprint', true], ['afterprint', false]]) {
    addEventListener(event, () => {
      printing = now;
      render();
    });
  }
}

function wireCommand() {
  const command = byId('command').textContent;
  byId('command-box').hidden = command === '';
  byId('copy').addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(command);
      byId('status').textContent = 'Copied';
      byId('copy').textContent = 'Copied';
      setTimeout(() => (byId('copy').textContent = 'Copy command'), 2000);
    } catch {
      getSelection().selectAllChildren(byId('command')); // the reader copies it by hand
    }
  });
}

readFragment();
wire();
render();
