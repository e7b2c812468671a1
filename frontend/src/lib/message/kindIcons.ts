import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import Contact from '@lucide/svelte/icons/contact';
import DoorOpen from '@lucide/svelte/icons/door-open';
import File from '@lucide/svelte/icons/file-text';
import Image from '@lucide/svelte/icons/image';
import Info from '@lucide/svelte/icons/info';
import ListChecks from '@lucide/svelte/icons/list-checks';
import MapPin from '@lucide/svelte/icons/map-pin';
import MessageSquare from '@lucide/svelte/icons/message-square';
import Mic from '@lucide/svelte/icons/mic';
import MousePointerClick from '@lucide/svelte/icons/mouse-pointer-click';
import Phone from '@lucide/svelte/icons/phone';
import ShoppingBasket from '@lucide/svelte/icons/shopping-basket';
import Sticker from '@lucide/svelte/icons/sticker';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import Video from '@lucide/svelte/icons/video';
import type { Component } from 'svelte';
import type { MessageKind } from '~/lib/api';

export type Icon = Component<{ strokeWidth?: number }>;

export const kindIcons: Readonly<Record<MessageKind, Icon>> = {
  text: MessageSquare,
  image: Image,
  video: Video,
  audio: Mic,
  document: File,
  sticker: Sticker,
  location: MapPin,
  contacts: Contact,
  button: MousePointerClick,
  interactive: ListChecks,
  order: ShoppingBasket,
  system: Info,
  template: StickyNote,
  call: Phone,
  request_welcome: DoorOpen,
  unsupported: CircleHelp,
  unknown: CircleHelp,
};
