import type { ViewName } from '../../scene.js';
import type { BuildContext } from '../context.js';
import type { Picture } from '../drawing.js';

/** A way to look at a design: what is shown of it and how it is arranged. One file each. */
export interface View {
  readonly name: ViewName;
  readonly title: string;
  build(context: BuildContext): Picture;
}
