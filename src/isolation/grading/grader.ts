import type { Component } from '../component.js';
import type { Hold } from '../graph/reach.js';
import type { Cause, Direction } from './cause.js';

export interface GradingContext extends Direction {
  /** How every tenant of the design reaches the component; worked out for those who ask. */
  readonly all: () => readonly Hold[];
}

/** What `a` can do to `b` in a component of one type. Nothing at all where it belongs to the baseline. */
export type Grader = (direction: GradingContext, component: Component) => readonly Cause[];
