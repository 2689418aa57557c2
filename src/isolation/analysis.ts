import type { Tenant } from '../core/model/document.js';
import type { Guest } from '../core/model/guest.js';
import type { Host } from '../core/model/host.js';
import type { Component, IsolationClass } from './component.js';
import type { Grades } from './grade.js';
import type { Cause } from './grading/cause.js';

/** One component that both tenants of a pair reach. */
export interface SharedComponent {
  readonly component: Component;
  readonly classes: readonly IsolationClass[];
  /** The worse direction on each axis. */
  readonly grades: Grades;
  /** What the first tenant can do to the second, and the other way round. */
  readonly aToB: Assessment;
  readonly bToA: Assessment;
  readonly isTimingChannel: boolean;
  /** Nothing that can be configured would divide it; its performance grade is no fault of the design. */
  readonly isInherent: boolean;
  readonly pathA: readonly string[];
  readonly pathB: readonly string[];
  /** Ways beside those two. */
  readonly moreA: number;
  readonly moreB: number;
  /** Components that can only be reached through this one and are no worse. */
  readonly behind: readonly SharedComponent[];
}

export interface Assessment {
  readonly grades: Grades;
  readonly causes: readonly Cause[];
}

/** Two tenants, and what stands between them. */
export interface Pair {
  readonly a: Tenant;
  readonly b: Tenant;
  readonly grades: Grades;
  readonly aToB: Grades;
  readonly bToA: Grades;
  /** Performance over the components that something could divide. */
  readonly controlled: Grades['performance'];
  readonly isTimingChannel: boolean;
  /** Worst first; what lies behind another one is folded under it. */
  readonly shared: readonly SharedComponent[];
  /** Hosts on which both run, and with them what every host is to its guests: kernel, hypervisor, CPU package, memory, power. */
  readonly hosts: readonly Host[];
}

export interface IsolationAnalysis {
  readonly tenants: readonly Tenant[];
  readonly pairs: readonly Pair[];
  /** Pairs beyond the limit, which are not graded. */
  readonly pairsLeftOut: number;
  /** Guests that belong to nobody, so that nothing is promised to or by them. */
  readonly unowned: readonly Guest[];
}
