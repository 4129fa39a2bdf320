// Shows the room one is in where a row of rooms is wider than the screen; the page itself stays where it is.
for (const here of document.querySelectorAll("nav [aria-current=page]")) {
  for (let row = here.parentElement; row && row !== document.body; row = row.parentElement) {
    if (row.scrollWidth <= row.clientWidth) continue;
    const [place, view] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += place.left + place.width / 2 - (view.left + view.width / 2);
  }
}
