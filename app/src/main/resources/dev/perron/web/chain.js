// The chains: matrices out of the page, and what bounces do. Double arithmetic throughout.

const DATA = JSON.parse(document.getElementById('data').textContent);
const N = DATA.tokens.length;
const MEAN = DATA.headCount; // the index of the mean, after the heads

const decoded = new Map();

/** Entries of one head as they are in the page; a row is a distribution only after division by its sum. */
function entries(layer, head) {
  const binary = atob(document.getElementById(`matrix-${layer}-${head}`).textContent);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  const values = new Float64Array(N * N);
  for (let k = 0; k < values.length; k++) {
    values[k] = DATA.sixteenBit ? view.getUint16(2 * k, true) : view.getFloat32(4 * k, true);
  }
  return values;
}

function normalised(values) {
  for (let i = 0; i < N; i++) {
    let sum = 0;
    for (let j = 0; j < N; j++) sum += values[i * N + j];
    const scale = 1 / sum;
    for (let j = 0; j < N; j++) values[i * N + j] *= scale;
  }
  return values;
}

function mean(layer) {
  const total = new Float64Array(N * N);
  for (let head = 0; head < DATA.headCount; head++) {
    const one = normalised(entries(layer, head));
    for (let k = 0; k < total.length; k++) total[k] += one[k];
  }
  for (let k = 0; k < total.length; k++) total[k] /= DATA.headCount;
  return total;
}

/** The chain of a head, or of the mean of a layer: [query · N + key]. The last few are kept. */
function chain(layer, head) {
  const key = `${layer} ${head}`;
  if (!decoded.has(key)) {
    if (decoded.size >= 8) decoded.delete(decoded.keys().next().value);
    decoded.set(key, head === MEAN ? mean(layer) : normalised(entries(layer, head)));
  }
  return decoded.get(key);
}

/**
 * Bounces 0 to DATA.steps. From a token: the walk's law, e_iᵀAⁿ. To a token: Aⁿe_j, for each token
 * the probability that a walk from it is there.
 */
function bounces(a, token, walk) {
  let now = new Float64Array(N);
  now[token] = 1;
  const steps = [now];
  for (let n = 1; n <= DATA.steps; n++) {
    const next = new Float64Array(N);
    for (let i = 0; i < N; i++) {
      if (walk === 'from') {
        if (now[i] === 0) continue;
        for (let j = 0; j < N; j++) next[j] += now[i] * a[i * N + j];
      } else {
        let sum = 0;
        for (let j = 0; j < N; j++) sum += a[i * N + j] * now[j];
        next[i] = sum;
      }
    }
    steps.push(next);
    now = next;
  }
  return steps;
}

function largest(values) {
  let most = 0;
  for (const v of values) if (v > most) most = v;
  return most;
}

function indexOfLargest(values) {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[at]) at = i;
  return at;
}

/** The name of the chain that is shown: L3H5, or the mean of layer 3. */
function chainName(layer, head) {
  const number = DATA.layers[layer];
  return head === MEAN ? `mean of L${number}` : `L${number}H${head}`;
}
