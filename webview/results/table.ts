import type { Controller } from '../controller.js';
import { type Child, fill, h } from '../dom.js';
import { icon } from '../icons.js';
import type { Sort } from '../state.js';
import { button } from '../ui.js';

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** What the numbers of the column mean, where its title is short. */
  readonly help?: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => Child | readonly Child[];
  /** What it is sorted by; a column without cannot be sorted by. */
  readonly key?: (row: Row) => string | number;
}

export interface TableOptions<Row> {
  /** Under which its order is kept. */
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly sort?: Sort;
  readonly isSelected?: (row: Row) => boolean;
  readonly onSelect?: (row: Row) => void;
  readonly empty: string;
}

/** Rows that are drawn at once; the rest is a button away, so that a thousand guests do not stop the page. */
const PAGE = 200;

/** A table that is sorted by its headings. A row that can be selected says so to the keyboard and to screen readers. */
export function table<Row>(controller: Controller, rows: readonly Row[], options: TableOptions<Row>): HTMLElement {
  const { columns, isSelected, onSelect } = options;
  const sort = controller.store.state.sorts[options.name] ?? options.sort;
  const ordered = sorted(rows, columns, sort);
  const body = h('tbody');
  const drawRow = (row: Row) => {
    const selected = isSelected?.(row) ?? false;
    const [first, ...others] = columns;
    const content = (column: Column<Row>) => [column.cell(row)].flat();
    return h(
      'tr',
      {
        class: [onSelect && 'selectable', selected && 'selected'].filter(Boolean).join(' ') || null,
        onclick: onSelect && (() => onSelect(row)),
      },
      first &&
        h(
          'th',
          { scope: 'row' },
          onSelect === undefined ? content(first) : h('button', { class: 'row-button', 'aria-pressed': String(selected) }, content(first)),
        ),
      others.map((column) => h('td', { class: column.isNumber === true ? 'number' : null }, content(column))),
    );
  };
  const more = h('div', { class: 'more' });
  const draw = (count: number) => {
    body.append(...ordered.slice(body.childElementCount, count).map(drawRow));
    const left = ordered.length - body.childElementCount;
    fill(more, left > 0 && button({ label: `Show ${Math.min(PAGE, left)} more of ${left}`, onClick: () => draw(count + PAGE) }));
  };
  draw(PAGE);
  if (rows.length === 0) return h('p', { class: 'empty' }, options.empty);
  return h(
    'div',
    { class: 'table' },
    h(
      'table',
      null,
      h('caption', { class: 'unseen' }, options.caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map((column) => heading(controller, options.name, column, sort)),
        ),
      ),
      body,
    ),
    more,
  );
}

function heading<Row>(controller: Controller, name: string, column: Column<Row>, sort: Sort | undefined): HTMLElement {
  const isSorted = sort?.column === column.id;
  const order = isSorted ? (sort.isDescending ? 'descending' : 'ascending') : null;
  const className = column.isNumber === true ? 'number' : null;
  if (column.key === undefined) return h('th', { scope: 'col', class: className, title: column.help }, column.title);
  const change = () => {
    // Numbers are most telling from the top down.
    const isDescending = isSorted ? !sort.isDescending : column.isNumber === true;
    const { sorts } = controller.store.state;
    controller.choose({ sorts: { ...sorts, [name]: { column: column.id, isDescending } } });
  };
  return h(
    'th',
    { scope: 'col', class: className, title: column.help, 'aria-sort': order },
    h('button', { class: 'sort', onclick: change }, column.title, isSorted && icon(sort.isDescending ? 'down' : 'up')),
  );
}

function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort | undefined): readonly Row[] {
  const key = columns.find(({ id }) => id === sort?.column)?.key;
  if (sort === undefined || key === undefined) return rows;
  const direction = sort.isDescending ? -1 : 1;
  const collator = new Intl.Collator('en', { numeric: true });
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    return direction * (typeof x === 'number' && typeof y === 'number' ? x - y : collator.compare(String(x), String(y)));
  });
}
