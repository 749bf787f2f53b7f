/** A gRPC client: `greet.mjs HOST:PORT NAME`. Whom it trusts is in NODE_EXTRA_CA_CERTS, which pods have. */
import { credentials, makeClientConstructor } from '@grpc/grpc-js';
import { greeterService } from './greeter-service.mjs';

const [target, name] = process.argv.slice(2);
const Greeter = makeClientConstructor(greeterService, 'Greeter');
const client = new Greeter(target, credentials.createSsl());

client.sayHello(name, { deadline: Date.now() + 5_000 }, (error, answer) => {
  console.log(error === null ? answer : `${error.code} ${error.details}`);
  client.close();
  process.exitCode = error === null ? 0 : 1;
});
