// Narrows a table as one types. Without scripts the field is not shown: the pages by month, system and severity remain.
for (const field of document.querySelectorAll("[data-narrows]")) {
  const rows = [...document.getElementById(field.dataset.narrows).tBodies[0].rows];
  const told = field.closest(".filter").querySelector("[role=status]");
  const folded = (text) => text.normalize("NFKC").toLowerCase();
  const texts = rows.map((row) => folded(row.textContent));
  field.closest(".filter").hidden = false;
  field.addEventListener("input", () => {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    told.textContent = words.length ? `${shown} of ${rows.length} shown` : "";
  });
}
