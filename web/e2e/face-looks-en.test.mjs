// How every state looks, in English.

import { lookAt } from './looks.mjs';

lookAt('en-US');
