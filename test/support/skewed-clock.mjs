// Loaded before a process of Beanpod: its clock is wrong by SKEW_MS milliseconds, as on a machine without NTP.
const skew = Number(process.env.SKEW_MS);
const RealDate = Date;
const now = () => RealDate.now() + skew;

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(now());
    else super(...args);
  }

  static now() {
    return now();
  }
};
