/** A gRPC server in a pod. It speaks HTTP/2 without TLS: that ends in VPC Lattice. */
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { greeterService } from './greeter-service.mjs';

const { POD_IP, HOSTNAME } = process.env;
const server = new Server();

server.addService(greeterService, {
  sayHello: ({ request: name }, done) => done(null, `Hello ${name}, from ${HOSTNAME}`),
});
server.bindAsync(`${POD_IP}:50051`, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
});
process.on('SIGTERM', () => server.tryShutdown(() => process.exit(0)));
