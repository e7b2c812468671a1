import type { Component } from 'svelte';
import type { Message, MessageKind } from '~/lib/api';
import PlaceholderBody from './PlaceholderBody.svelte';
import SystemBody from './SystemBody.svelte';
import TextBody from './TextBody.svelte';

interface BodyProps {
  message: Message;
  onlink: (url: string) => void;
}

/** What is inside a bubble, by kind. A kind without a component of its own says honestly what it is. */
export const bodies: Readonly<Record<MessageKind, Component<BodyProps>>> = {
  text: TextBody,
  image: PlaceholderBody,
  video: PlaceholderBody,
  audio: PlaceholderBody,
  document: PlaceholderBody,
  sticker: PlaceholderBody,
  location: PlaceholderBody,
  contacts: PlaceholderBody,
  button: PlaceholderBody,
  interactive: PlaceholderBody,
  order: PlaceholderBody,
  system: SystemBody,
  template: PlaceholderBody,
  call: PlaceholderBody,
  request_welcome: PlaceholderBody,
  unsupported: PlaceholderBody,
  unknown: PlaceholderBody,
};
