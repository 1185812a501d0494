// Colours and digits, by the same rules as in the figures of the command line.

const darkSystem = matchMedia('(prefers-color-scheme: dark)');
let printing = false;

function dark() {
  if (printing) return false;
  return state.theme ? state.theme === 'dark' : darkSystem.matches;
}

/** [colour, ink over it] at a position from 0 to 1. */
function colourAt(position) {
  const last = DATA.colours.length - 1;
  const at = Math.round(position * last);
  return DATA.colours[dark() ? last - at : at];
}

/** A scale from 0 to high, linear or by the square root. */
function scaleTo(high) {
  const top = high > 0 ? high : 1;
  const root = state.scale === 'root';
  return {
    high: top,
    position(value) {
      const t = Math.min(1, Math.max(0, value / top));
      return root ? Math.sqrt(t) : t;
    },
    value: (position) => top * (root ? position * position : position),
  };
}

/** As Digits.of: never rounded to 0 or 1 unless it is. */
function digits(value) {
  if (value === 0 || value === 1) return String(value);
  if (value < 0.001) return value.toExponential(1);
  if (value < 0.01) return value.toFixed(4);
  const three = value.toFixed(3);
  return value < 1 && three.startsWith('1') ? '>.999' : three;
}

/** As Digits.two. */
function twoDigits(value) {
  if (value === 0 || value === 1) return String(value);
  if (value < 0.01) return '<.01';
  const two = value.toFixed(2);
  return value < 1 && two.startsWith('1') ? '>.99' : two;
}
