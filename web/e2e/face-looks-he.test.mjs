// How every state looks, in Hebrew.

import { lookAt } from './looks.mjs';

lookAt('he-IL');
