import { mount } from 'svelte';
import Root from './routes/Root.svelte';
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (target) mount(Root, { target });
