// → ↓ space PageDown: the next slide; ← ↑ PageUp: the one before; Home, End; n: the notes
const slides = [...document.querySelectorAll("section")];
const now = () => Math.round(scrollY / innerHeight);
const to = (n) => slides[Math.max(0, Math.min(slides.length - 1, n))].scrollIntoView();
addEventListener("keydown", (event) => {
  const moves = { ArrowRight: 1, ArrowDown: 1, " ": 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1,
    Home: -slides.length, End: slides.length };
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "n") document.body.classList.toggle("notes");
  if (!(event.key in moves)) return;
  event.preventDefault();
  to(now() + moves[event.key]);
});
