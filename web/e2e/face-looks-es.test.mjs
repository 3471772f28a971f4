// How every state looks, in Spanish.

import { lookAt } from './looks.mjs';

lookAt('es-ES');
