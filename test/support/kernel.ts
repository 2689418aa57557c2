/** Tests run the kernel as its sources are now, not as they were when somebody last compiled them. */
export { generateKernel as setup } from '../../scripts/generate/kernel.js';
