import { mount } from 'svelte';
import Root from './routes/Root.svelte';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (target) mount(Root, { target });
