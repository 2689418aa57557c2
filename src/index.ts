/** The public API: every name listed by hand. */
export { check } from './language/check.js';
