import type { Component } from 'svelte';

/** One line of the composer's menu. Screens hand them in, so that features need not know each other. */
export interface ComposerEntry {
  id: string;
  icon: Component<{ strokeWidth?: number }>;
  label: string;
  run: () => void;
}
