// A proxyless gRPC client: node xds.js TARGET CALLS [UNTIL]. Calls the echo at an xds:/// target so many times, or until UNTIL answers,
// and prints how often each endpoint answered as one JSON line. GRPC_XDS_BOOTSTRAP names the bootstrap.
'use strict';
const grpc = require('@grpc/grpc-js');
require('@grpc/grpc-js-xds').register();

const [target, calls, until] = process.argv.slice(2);
const client = new grpc.Client(target, grpc.credentials.createInsecure());
const raw = (bytes) => bytes;

function call() {
  const deadline = new Date(Date.now() + 30000);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest('/test.Echo/Say', raw, raw, Buffer.from('hi'), new grpc.Metadata(), { deadline, waitForReady: true }, (error, answer) =>
      error ? reject(error) : resolve(answer.toString().split(':')[0]));
  });
}

async function main() {
  const counts = {};
  const end = Date.now() + 40000;
  for (let made = 0; (until ? !counts[until] : made < Number(calls)) && Date.now() < end; made++) {
    const name = await call();
    counts[name] = (counts[name] || 0) + 1;
    if (made === 0) console.log('started');
  }
  console.log(JSON.stringify(counts));
  process.exit(0);
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
