import type { app } from '../src/wailsjs/go/models';

/** Locking and roles: PINs are compared as they are, as nobody is protected here. */
export function counterFake(emit: (name: string) => void, colleagues: () => { id: number; name: string }[]) {
  const state = {
    on: false,
    locked: false,
    role: 'owner',
    personId: 0,
    idleMinutes: 5,
    passphrase: false,
    unread: 3,
    forgottenAtMs: 0,
    waitMs: 0,
    roles: {} as Record<number, string>,
    pins: {} as Record<number, string>,
  };
  const people = (): app.CounterPerson[] =>
    colleagues()
      .map(({ id, name }) => ({
        id,
        name,
        role: state.roles[id] ?? 'staff',
        hasPin: Boolean(state.pins[id]),
      }))
      .filter((person) => person.hasPin || !state.locked);
  const changed = () => emit('counter:changed');
  const enter = (id: number): app.UnlockResult => {
    Object.assign(state, { locked: false, personId: id, role: state.roles[id] ?? 'staff', waitMs: 0 });
    changed();
    return { ok: true, waitMs: 0 };
  };
  return {
    state,
    methods: {
      State: (): app.CounterState => ({
        on: state.on,
        locked: state.locked,
        role: state.locked ? '' : state.role,
        personId: state.personId,
        people: people(),
        idleMinutes: state.idleMinutes,
        passphrase: state.passphrase,
        code: state.on,
        unread: state.unread,
        forgottenAtMs: state.forgottenAtMs,
      }),
      Unlock: (r: app.UnlockRequest): app.UnlockResult =>
        state.pins[r.personId] === r.pin ? enter(r.personId) : { ok: false, waitMs: state.waitMs },
      Recover: (r: app.RecoverRequest): app.UnlockResult => {
        if (r.secret !== 'ABCD-EFGH-JKLM-NPQR-STUV') return { ok: false, waitMs: 0 };
        state.pins[r.personId] = r.newPin;
        return enter(r.personId);
      },
      Lock: () => {
        state.locked = state.on;
        changed();
      },
      Touch: () => undefined,
      TurnOn: (r: app.TurnOnRequest): app.RecoveryCode => {
        const id = r.personId || 90;
        if (r.personId === 0) colleagues().push({ id, name: r.name });
        Object.assign(state, { on: true, personId: id, role: 'owner', forgottenAtMs: 0 });
        state.roles[id] = 'owner';
        state.pins[id] = r.pin;
        changed();
        emit('work:changed');
        return { code: 'ABCD-EFGH-JKLM-NPQR-STUV' };
      },
      TurnOff: () => {
        Object.assign(state, { on: false, personId: 0, role: 'owner', pins: {} });
        changed();
      },
      SetPIN: (r: app.PINRequest) => {
        state.pins[r.personId] = r.pin;
        changed();
      },
      ChangePIN: (r: app.ChangePINRequest): app.UnlockResult => {
        if (state.pins[state.personId] !== r.old) return { ok: false, waitMs: 0 };
        state.pins[state.personId] = r.new;
        return { ok: true, waitMs: 0 };
      },
      SetRole: (r: app.RoleRequest) => {
        if (state.roles[r.personId] === 'owner') throw new Error('{"code":"conflict","field":"owner"}');
        state.roles[r.personId] = r.role;
        changed();
      },
      SetIdle: (minutes: number) => {
        state.idleMinutes = minutes;
        changed();
      },
      NewCode: (): app.RecoveryCode => ({ code: 'ABCD-EFGH-JKLM-NPQR-STUV' }),
    },
  };
}
