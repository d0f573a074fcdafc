/* Filters and sorting for the table of claims. Without scripts the table stays as it is. */
(function () {
  const table = document.getElementById("claims-table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const bar = document.createElement("form");
  bar.className = "cl-filters";
  bar.setAttribute("aria-label", "Filter the claims");
  const fields = [["document", "Document"], ["chapter", "Chapter"], ["verdict", "Verdict now"], ["kind", "Kind"], ["tense", "Time"]];
  const state = {};
  const count = document.createElement("output");
  count.setAttribute("aria-live", "polite");
  let whole = true;
  function apply() {
    const asked = fields.some(([key]) => state[key]) || state.text;
    if (whole && !asked) { count.textContent = rows.length + " of " + rows.length + " claims"; return; }
    whole = !asked;
    let shown = 0;
    for (const row of rows) {
      const ok = fields.every(([key]) => !state[key] || row.dataset[key] === state[key]) &&
        (!state.text || row.textContent.toLowerCase().includes(state.text));
      row.hidden = !ok;
      if (ok) shown += 1;
    }
    count.textContent = shown + " of " + rows.length + " claims";
  }
  for (const [key, name] of fields) {
    const label = document.createElement("label");
    label.textContent = name + " ";
    const select = document.createElement("select");
    select.add(new Option("all", ""));
    for (const value of [...new Set(rows.map((r) => r.dataset[key]))].sort()) select.add(new Option(value.replace(/[_-]/g, " "), value));
    select.addEventListener("change", () => { state[key] = select.value; apply(); });
    label.append(select);
    bar.append(label);
  }
  const label = document.createElement("label");
  label.textContent = "Containing ";
  const input = document.createElement("input");
  input.type = "search";
  input.addEventListener("input", () => { state.text = input.value.toLowerCase(); apply(); });
  label.append(input);
  bar.append(label, count);
  bar.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("claims-filters").append(bar);
  Array.from(table.tHead.rows[0].cells).forEach((cell, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = cell.textContent;
    cell.textContent = "";
    cell.append(button);
    button.addEventListener("click", () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].textContent;
      rows.sort((a, b) => key(a).localeCompare(key(b), undefined, { numeric: true }) * (down ? -1 : 1));
      body.append(...rows);
    });
  });
  apply();
})();
