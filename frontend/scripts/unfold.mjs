const groups = {
  rights: { de: 'Rechte und Aufbewahrung', en: 'Rights and retention' },
  more: { de: 'Zusammenführen, Import, Blockieren', en: 'Join, import, block' },
};

/** Opens a group of rare things in the person panel, unless it is open. */
export async function unfold(page, group, language) {
  const title = page.getByText(groups[group][language], { exact: true });
  await title.waitFor();
  if (!(await title.evaluate((summary) => summary.closest('details').open))) await title.click();
}
