import type { Component } from 'svelte';
import type { Message, MessageKind } from '~/lib/api';
import AudioBody from './AudioBody.svelte';
import CallBody from './CallBody.svelte';
import ChoiceBody from './ChoiceBody.svelte';
import ContactsBody from './ContactsBody.svelte';
import FrameBody from './FrameBody.svelte';
import DocumentBody from './DocumentBody.svelte';
import ImageBody from './ImageBody.svelte';
import LocationBody from './LocationBody.svelte';
import OrderBody from './OrderBody.svelte';
import StickerBody from './StickerBody.svelte';
import SystemBody from './SystemBody.svelte';
import TextBody from './TextBody.svelte';
import UnsupportedBody from './UnsupportedBody.svelte';
import VideoBody from './VideoBody.svelte';

interface BodyProps {
  message: Message;
  onlink: (url: string) => void;
}

/** What is inside a bubble, by kind. A kind without a component of its own says honestly what it is. */
export const bodies: Readonly<Record<MessageKind, Component<BodyProps>>> = {
  text: TextBody,
  image: ImageBody,
  video: VideoBody,
  audio: AudioBody,
  document: DocumentBody,
  sticker: StickerBody,
  location: LocationBody,
  contacts: ContactsBody,
  button: ChoiceBody,
  interactive: FrameBody,
  order: OrderBody,
  system: SystemBody,
  template: FrameBody,
  call: CallBody,
  request_welcome: SystemBody,
  unsupported: UnsupportedBody,
  unknown: UnsupportedBody,
};
