// names for controls that the theme and the gallery leave without one
document.addEventListener("DOMContentLoaded", () => {
  for (const summary of document.querySelectorAll("nav summary")) {
    const link = summary.closest("li")?.querySelector("a");
    summary.setAttribute("aria-label", `Show pages below ${link ? link.textContent.trim() : "this one"}`);
  }
  for (const box of document.querySelectorAll(".sphx-glr-thumbcontainer")) {
    const title = box.querySelector(".sphx-glr-thumbnail-title")?.textContent.trim();
    for (const link of box.querySelectorAll("a")) {
      if (title && !link.getAttribute("aria-label")) link.setAttribute("aria-label", title);
    }
  }
});
