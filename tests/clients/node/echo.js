// Calls the echo methods of the transport tests: node echo.js ADDRESS SCENARIO [CA_FILE CERTIFICATE_FILE KEY_FILE].
// Prints what came back as one JSON line.
'use strict';
const fs = require('node:fs');
const grpc = require('@grpc/grpc-js');

const [address, scenario, ...tlsFiles] = process.argv.slice(2);
const [ca, certificate, key] = tlsFiles.map((file) => fs.readFileSync(file));
const credentials = ca ? grpc.credentials.createSsl(ca, key, certificate) : grpc.credentials.createInsecure();
const gzip = scenario === 'gzip' ? { 'grpc.default_compression_algorithm': 2 } : {};
const client = new grpc.Client(address, credentials, { 'grpc.max_receive_message_length': -1, ...gzip });
const raw = (bytes) => bytes;
const path = (method) => `/test.Echo/${method}`;

function unary(method, request, options = {}) {
  return new Promise((resolve) => {
    client.makeUnaryRequest(path(method), raw, raw, request, new grpc.Metadata(), options, (error, response) =>
      resolve(error ? { code: error.code, details: error.details } : { code: 0, bytes: response.length, same: response.equals(request) }));
  });
}

// The status event comes after the response and carries the trailers.
function withMetadata() {
  const metadata = new grpc.Metadata();
  metadata.set('x-sent', 'from the client');
  return new Promise((resolve) => {
    client
      .makeUnaryRequest(path('Metadata'), raw, raw, Buffer.from(''), metadata, {}, () => {})
      .on('status', (status) => resolve({ code: status.code, trailer: status.metadata.get('x-received')[0] }));
  });
}

function text(method) {
  return new Promise((resolve) => {
    client.makeUnaryRequest(path(method), raw, raw, Buffer.from(''), (error, response) =>
      resolve(error ? { code: error.code, details: error.details } : { code: 0, text: response.toString() }));
  });
}

function collect(stream) {
  const received = [];
  return new Promise((resolve) => {
    stream.on('data', (message) => received.push(message.toString()));
    stream.on('error', () => {});
    stream.on('status', (status) => resolve({ code: status.code, details: status.details, received }));
  });
}

const scenarios = {
  unary: () => unary('Unary', Buffer.from('hello')),
  gzip: () => unary('Unary', Buffer.alloc(100000, 'a')),
  large: () => unary('Unary', Buffer.alloc(6 * 1024 * 1024, 'x')),
  'too-large': () => unary('Unary', Buffer.alloc(17 * 1024 * 1024, 'x')),
  fail: () => unary('Fail', Buffer.from('größer als 100 %\n猫')),
  deadline: () => unary('Wait', Buffer.from(''), { deadline: Date.now() + 200 }),
  unknown: () => unary('NoSuchMethod', Buffer.from('')),
  metadata: withMetadata,
  identities: () => text('Identities'),
  stream: () => collect(client.makeServerStreamRequest(path('Repeat'), raw, raw, Buffer.from('tick'), new grpc.Metadata())),
  bidi: () => {
    const call = client.makeBidiStreamRequest(path('Bidi'), raw, raw);
    const result = collect(call);
    ['a', 'b', 'c'].forEach((text) => call.write(Buffer.from(text)));
    call.end();
    return result;
  },
  // Tells when the first message came, then stays until the server ends the stream.
  stay: () => {
    const call = client.makeBidiStreamRequest(path('Bidi'), raw, raw);
    call.once('data', () => console.log('open'));
    const result = collect(call);
    call.write(Buffer.from('a'));
    return result;
  },
};

scenarios[scenario]().then((result) => {
  console.log(JSON.stringify(result));
  client.close();
});
