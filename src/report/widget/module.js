// The arithmetic: betadrift's own, compiled to WebAssembly. What does not exist is NaN.
let loading;
const load = () => (loading ??= compile());
const compile = async () => {
  const text = document.getElementById("beta-module").textContent.trim();
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, {});
  return instance.exports;
};

// The shortest text of a number to four digits, for people.
const brief = (number) => (Number.isFinite(number) ? String(Number(number.toPrecision(4))).replace("-", "−") : "none");

const clamp = (value, least, greatest) => Math.min(Math.max(value, least), greatest);
