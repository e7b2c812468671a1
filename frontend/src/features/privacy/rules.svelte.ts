import { retention } from '~/lib/api';
import { Doing } from '~/lib/doing.svelte';

type Rule = retention.RetentionRule;

/** The unit a rule is chosen in. */
export function unit(rule: Rule): 'days' | 'months' | 'years' {
  if (rule.years > 0) return 'years';
  return rule.days > 0 || rule.months === 0 ? 'days' : 'months';
}

export function amount(rule: Rule): number {
  return rule[unit(rule)];
}

/** How long things are kept, and what a run would do now. */
export class RetentionRules extends Doing<'save' | 'run'> {
  sheet: retention.RetentionSheet | null = $state.raw(null);
  result: retention.RetentionResult | null = $state.raw(null);

  get due(): number {
    return this.sheet?.rules.reduce((sum, rule) => sum + rule.due, 0) ?? 0;
  }

  async load(): Promise<void> {
    await this.once('', async () => {
      this.sheet = await retention.get();
    });
  }

  /** Changes one rule, or the country, or switches the daily run; the others stay. */
  async change(
    to: { country?: string; off?: boolean },
    rule?: { class: string; value: number; off: boolean },
  ): Promise<void> {
    const sheet = this.sheet;
    if (!sheet) return;
    const country = to.country ?? sheet.country;
    const rules = sheet.rules
      .filter((row) => !row.fixed)
      .map((row) => {
        const changed = rule?.class === row.class ? rule : null;
        return {
          class: row.class,
          years: row.years,
          months: row.months,
          days: row.days,
          off: changed?.off ?? row.off,
          ...(changed && { [unit(row)]: changed.value }),
        };
      });
    await this.once('save', async () => {
      this.sheet = await retention.set({ country, off: to.off ?? sheet.off, rules });
    });
  }

  async run(): Promise<void> {
    await this.once('run', async () => {
      this.result = await retention.run();
      this.sheet = await retention.get();
    });
  }
}
