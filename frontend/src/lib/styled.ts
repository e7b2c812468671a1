import type { Attachment } from 'svelte/attachments';

/** Sets sizes that are only known while the window runs; the content policy allows no style attribute. */
export function styled(values: Readonly<Record<string, string | null>>): Attachment<HTMLElement> {
  return (element) => {
    for (const [name, value] of Object.entries(values)) element.style.setProperty(name, value);
  };
}
