// What is shown. It lives in the address's fragment, so that a view can be sent and comes back.

const state = {
  layer: DATA.layers.length - 1, // an index into DATA.layers
  head: MEAN,
  direction: 'in',
  token: Math.min(1, N - 1),
  step: 1,
  walk: 'from',
  scale: 'linear',
  theme: '',
};

function whole(text, from, to, otherwise) {
  const number = Number(text);
  return text !== null && text !== '' && Number.isInteger(number) && number >= from && number <= to
    ? number
    : otherwise;
}

function oneOf(text, choices, otherwise) {
  return choices.includes(text) ? text : otherwise;
}

/** Takes over what the fragment says, as far as it makes sense. */
function readFragment() {
  const f = new URLSearchParams(location.hash.slice(1));
  const layer = DATA.layers.indexOf(Number(f.get('layer') ?? NaN));
  if (layer >= 0) state.layer = layer;
  state.head = f.get('head') === 'mean' ? MEAN : whole(f.get('head'), 0, MEAN - 1, state.head);
  state.direction = oneOf(f.get('direction'), ['in', 'out'], state.direction);
  state.token = whole(f.get('token'), 0, N - 1, state.token);
  state.step = whole(f.get('step'), 0, DATA.steps, state.step);
  state.walk = oneOf(f.get('walk'), ['from', 'to'], state.walk);
  state.scale = oneOf(f.get('scale'), ['linear', 'root'], state.scale);
  state.theme = oneOf(f.get('theme'), ['light', 'dark'], state.theme);
}

function writeFragment() {
  const f = new URLSearchParams({
    layer: DATA.layers[state.layer],
    head: state.head === MEAN ? 'mean' : state.head,
    direction: state.direction,
    token: state.token,
    step: state.step,
    walk: state.walk,
    scale: state.scale,
  });
  if (state.theme) f.set('theme', state.theme);
  try {
    history.replaceState(null, '', `#${f}`);
  } catch {
    // some browsers refuse this for files; then the view just isn't in the address
  }
}
