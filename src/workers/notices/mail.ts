import { createTransport } from 'nodemailer';

/** Sends one mail. `thread` groups mails that belong together. Rejects when the server did not take it. */
export type Mail = (to: readonly string[], subject: string, text: string, thread: string) => Promise<void>;

/** How long the mail server may take for each step, in milliseconds. */
const WITHIN_MS = 15_000;

/** Mails by one server, `smtp://user:password@host:port` or `smtps://…`. */
export function createMail(url: string, from: string): Mail {
  const transport = createTransport(url, {
    from,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  Object.assign(transport.options, {
    connectionTimeout: WITHIN_MS,
    greetingTimeout: WITHIN_MS,
    socketTimeout: WITHIN_MS,
  });
  return async (to, subject, text, thread) => {
    const reference = `<${thread}@beanpod>`;
    await transport.sendMail({
      to: [...to],
      subject,
      text,
      headers: { references: reference, 'in-reply-to': reference },
    });
  };
}
