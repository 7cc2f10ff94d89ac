import { generate } from 'selfsigned';

/** A server certificate and the CA that signed it, all PEM. */
export interface ServerCertificate {
  ca: string;
  cert: string;
  key: string;
}

/** Makes a throw-away CA and a certificate for the loopback, valid for a day. */
export async function makeCertificate(): Promise<ServerCertificate> {
  const notAfterDate = new Date(Date.now() + 24 * 3_600_000);
  const options = { keyType: 'ec', algorithm: 'sha256', notAfterDate } as const;
  const ca = await generate([{ name: 'commonName', value: 'kubernetes-sim-ca' }], {
    ...options,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, digitalSignature: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'kube-apiserver' }], {
    ...options,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: 'kubernetes' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: ca.cert, cert: server.cert, key: server.private };
}
