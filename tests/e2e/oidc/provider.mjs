// A real OpenID provider on a free port: client credentials, ES256 JWT access tokens with domain, region and roles.
// It prints its issuer, gives itself a new key on POST /rotate, and ends when its standard input does.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const CALLERS = {
  'sales-app': { domain: 'Sales Domain', region: 'westeurope', roles: ['analyst'] },
  'us-app': { domain: 'Sales', region: 'eastus', roles: [] },
};

const AUDIENCES = { 'urn:freehold': { audience: 'freehold', ttl: 600 }, 'urn:short': { audience: 'freehold', ttl: 3 }, 'urn:other': { audience: 'other', ttl: 600 } };

function makeKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'ES256' };
}

function makeProvider(issuer) {
  const provider = new Provider(issuer, {
    jwks: { keys: [makeKey()] },
    scopes: ['sales.read', 'sales.aggregate'],
    clients: Object.keys(CALLERS).map((client_id) => ({
      client_id,
      client_secret: `${client_id}-secret`,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
      scope: 'sales.read sales.aggregate',
    })),
    extraTokenClaims: (_ctx, token) => CALLERS[token.clientId],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:freehold',
        getResourceServerInfo: (_ctx, resource) => ({
          scope: 'sales.read sales.aggregate',
          audience: AUDIENCES[resource].audience,
          accessTokenTTL: AUDIENCES[resource].ttl,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });
  provider.on('server_error', (_ctx, error) => console.error(error));
  return provider.callback();
}

let answer;
const server = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/rotate') {
    answer = makeProvider(issuer);
    response.end();
  } else {
    answer(request, response);
  }
});
let issuer;
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  answer = makeProvider(issuer);
  console.log(JSON.stringify({ issuer }));
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
