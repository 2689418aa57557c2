/**
 * The controls, and the only module that knows where they come from. @vscode/webview-ui-toolkit is archived upstream: to put
 * something else in its place, change this file.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDivider,
  vsCodeDropdown,
  vsCodeLink,
  vsCodeOption,
  vsCodePanels,
  vsCodePanelTab,
  vsCodePanelView,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { type Child, fill, h } from './dom.js';

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDivider(),
  vsCodeDropdown(),
  vsCodeLink(),
  vsCodeOption(),
  vsCodePanels(),
  vsCodePanelTab(),
  vsCodePanelView(),
  vsCodeProgressRing(),
  vsCodeTextField(),
);

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: Node;
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  readonly title?: string;
  readonly class?: string;
  readonly onClick: () => void;
}

/** A button with an icon, a label, or both; one that shows an icon only says its label to screen readers and in a tooltip. */
export function button({ label, icon, appearance = 'secondary', title, class: name, onClick }: ButtonOptions): HTMLElement {
  const isIcon = appearance === 'icon';
  if (icon instanceof Element && !isIcon) icon.setAttribute('slot', 'start');
  return h(
    'vscode-button',
    { appearance, class: name, title: title ?? (isIcon ? label : null), 'aria-label': isIcon ? label : null, onclick: onClick },
    icon,
    isIcon ? null : label,
  );
}

export function setDisabled(control: HTMLElement, isDisabled: boolean): void {
  control.toggleAttribute('disabled', isDisabled);
}

/** A button that stays down, such as one that shows or hides a part of the page. */
export function setPressed(control: HTMLElement, isPressed: boolean): void {
  control.setAttribute('aria-pressed', String(isPressed));
  control.classList.toggle('is-pressed', isPressed);
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** A drop-down list whose choices may change. */
export class Dropdown {
  readonly element: HTMLElement;
  readonly #control: HTMLElement & { value: string };
  #choices: readonly Choice[] = [];

  constructor(label: string, onChange: (value: string) => void) {
    this.#control = h('vscode-dropdown', { 'aria-label': label, title: label }) as HTMLElement & { value: string };
    this.#control.addEventListener('change', () => onChange(this.#control.value));
    this.element = this.#control;
  }

  show(choices: readonly Choice[], value: string): void {
    if (JSON.stringify(choices) !== JSON.stringify(this.#choices)) {
      this.#choices = choices;
      fill(
        this.#control,
        choices.map((choice) => h('vscode-option', { value: choice.value }, choice.label)),
      );
      // As wide as the longest choice: the list itself is no wider than the control.
      this.#control.style.minWidth = `${Math.min(26, Math.max(6, ...choices.map(({ label }) => label.length)) + 4.5)}ch`;
    }
    if (this.#control.value !== value) this.#control.value = value;
  }
}

export function textField(label: string, placeholder: string, start: Element, onInput: (value: string) => void): HTMLInputElement {
  start.setAttribute('slot', 'start');
  const field = h('vscode-text-field', { 'aria-label': label, placeholder }, start) as HTMLInputElement;
  field.addEventListener('input', () => onInput(field.value));
  return field;
}

export function progressRing(label: string): HTMLElement {
  return h('vscode-progress-ring', { 'aria-label': label, class: 'ring' });
}

/** The badge of the toolkit has a style attribute, which the content security policy refuses. */
export function badge(text: string | number): HTMLElement {
  return h('span', { class: 'badge' }, text);
}

export function checkbox(label: string, isChecked: boolean, onChange: (isChecked: boolean) => void): HTMLElement {
  const control = h('vscode-checkbox', { checked: isChecked }, label) as HTMLElement & { checked: boolean };
  control.addEventListener('change', () => onChange(control.checked));
  return control;
}

export function link(text: Child, onClick: () => void): HTMLElement {
  const onclick = (event: Event) => {
    event.preventDefault();
    onClick();
  };
  return h('vscode-link', { href: '#', onclick }, text);
}

export interface Tab<Id extends string> {
  readonly id: Id;
  readonly label: string;
}

/** Tabs with a view below each. */
export class Tabs<Id extends string> {
  readonly element: HTMLElement;
  readonly views: Readonly<Record<Id, HTMLElement>>;
  readonly #tabs: ReadonlyMap<Id, HTMLElement>;

  constructor(label: string, tabs: readonly Tab<Id>[], onChange: (id: Id) => void) {
    const made = tabs.map((t) => [t.id, h('vscode-panel-tab', { id: `tab-${t.id}` }, t.label)] as const);
    const views = tabs.map((t) => [t.id, h('vscode-panel-view', { id: `view-${t.id}` })] as const);
    this.#tabs = new Map(made);
    this.views = Object.fromEntries(views) as Record<Id, HTMLElement>;
    this.element = h(
      'vscode-panels',
      { 'aria-label': label },
      made.map(([, tab]) => tab),
      views.map(([, view]) => view),
    );
    // Its moving line loses its place when the tabs are hidden; the style sheet underlines the tab instead.
    (this.element as HTMLElement & { activeindicator: boolean }).activeindicator = false;
    this.element.addEventListener('change', (event) => {
      const id = (event as CustomEvent<HTMLElement | undefined>).detail?.id?.replace(/^tab-/, '') as Id | undefined;
      if (event.target === this.element && id !== undefined && this.#tabs.has(id)) onChange(id);
    });
  }

  select(id: Id): void {
    this.element.setAttribute('activeid', `tab-${id}`);
  }

  /** A number behind the name of a tab; none for null. */
  setCount(id: Id, label: string, count: number | null): void {
    const tab = this.#tabs.get(id);
    if (tab !== undefined) fill(tab, label, count !== null && count > 0 && badge(count));
  }
}
